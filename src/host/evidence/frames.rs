//! The frames of the payment, byte for byte, and what their checksums cover.

use std::fmt::Write as _;

use data_encoding::HEXLOWER;
use serde::Serialize;

use super::case::Case;
use super::records::pretty;
use crate::dump::RawFrame;

#[derive(Serialize)]
struct Told {
    format_id: u32,
    sector_bytes: u32,
    frames: Vec<Frame>,
}

#[derive(Serialize)]
struct Frame {
    file: String,
    record: u32,
    address: u32,
    sector: u32,
    offset: u32,
    epoch: u32,
    kind: u8,
    bytes: usize,
    hex: String,
}

/// By its sequence number and address: a number may be there twice, as a copy.
pub(super) fn name(frame: &RawFrame<'_>) -> String {
    format!("frames/{:010}-{:#010x}.bin", frame.seq, frame.at.address)
}

pub(super) fn json(case: &Case<'_>) -> String {
    let frame = |frame: &RawFrame<'_>| Frame {
        file: name(frame),
        record: frame.seq,
        address: frame.at.address,
        sector: frame.at.sector,
        offset: frame.at.offset,
        epoch: frame.epoch,
        kind: frame.kind,
        bytes: frame.bytes.len(),
        hex: HEXLOWER.encode(frame.bytes),
    };
    pretty(&Told {
        format_id: case.outline.format_id,
        sector_bytes: case.image.layout().sector_bytes(),
        frames: case.frames.iter().map(frame).collect(),
    })
}

/// Sixteen bytes to a line, by address.
pub(super) fn text(case: &Case<'_>) -> String {
    let mut out = String::new();
    for frame in &case.frames {
        // Writing to a string cannot fail.
        let _ =
            writeln!(out, "{} {} bytes, kind {:#04x}", name(frame), frame.bytes.len(), frame.kind);
        let mut address = frame.at.address;
        for line in frame.bytes.chunks(16) {
            let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
            let _ = writeln!(out, "  {address:#010x}  {}", hex.join(" "));
            address += 16;
        }
        out.push('\n');
    }
    out
}
