//! Every frame of a sector that can be read, whether it lives or not.

use super::Image;
use super::image::Slice;
use crate::log::parts::{FrameInfo, Medium, Raw, decode_boot, frame_bytes, next_seq};
use crate::log::{ERASED, kind};

/// The largest frame that a shape may have.
pub(super) const FRAME_MAX: usize = 264;

/// A frame that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub off: u32,
    /// Behind its padding.
    pub end: u32,
    pub kind: u8,
    pub seq: u32,
    pub payload: &'a [u8],
    /// First byte of its padding that is not erased: the CRC does not cover it.
    pub bad_padding: Option<u32>,
}

impl<'a> Piece<'a> {
    pub fn is_boot(&self) -> bool {
        self.kind == kind::BOOT
    }

    pub fn is_record(&self) -> bool {
        kind::is_record(self.kind)
    }

    /// Sequence number of the record after it.
    pub fn next_seq(&self) -> u32 {
        next_seq(self.kind, self.seq, self.payload)
    }

    /// Of a boot frame: where the log ended, kind and payload of the frame it repeats.
    pub fn boot(&self) -> Option<(u32, u8, &'a [u8])> {
        if self.is_boot() { decode_boot(self.payload) } else { None }
    }

    /// Says the same as another frame.
    pub fn repeats(&self, other: &Piece<'_>) -> bool {
        self.kind == other.kind && self.seq == other.seq && self.payload == other.payload
    }
}

/// Reads every stripe of a sector until a frame fails, and tries behind the one that failed.
pub(super) fn frames<'a>(image: &Image<'a>, sector: u32, epoch: u32) -> Vec<Piece<'a>> {
    let mut reader = Reader { image, medium: image.medium(), sector, epoch, buf: [0; FRAME_MAX] };
    let mut found = Vec::new();
    let mut stripe = Some(image.layout().first_frame());
    while let Some(start) = stripe {
        reader.stripe(start, &mut found);
        stripe = image.layout().next_stripe(start);
    }
    found
}

/// Stripes that are tried for a frame of a certain epoch: a sector in use has one in its first.
const TRIED: usize = 64;

/// Whether a frame of this epoch begins one of the first stripes of a sector.
pub(super) fn has_epoch(image: &Image<'_>, sector: u32, epoch: u32) -> bool {
    let mut reader = Reader { image, medium: image.medium(), sector, epoch, buf: [0; FRAME_MAX] };
    let first = Some(image.layout().first_frame());
    let stripes = core::iter::successors(first, |&at| image.layout().next_stripe(at));
    let mut stripes = stripes.take(TRIED);
    stripes.any(|start| matches!(reader.at(start, 0), Raw::Frame(_)))
}

struct Reader<'i, 'a> {
    image: &'i Image<'a>,
    medium: Medium<Slice<'a>>,
    sector: u32,
    epoch: u32,
    buf: [u8; FRAME_MAX],
}

impl<'a> Reader<'_, 'a> {
    fn at(&mut self, off: u32, seq: u32) -> Raw {
        self.medium.frame(self.sector, self.epoch, off, seq, &mut self.buf)
    }

    fn stripe(&mut self, start: u32, found: &mut Vec<Piece<'a>>) {
        let layout = *self.image.layout();
        let mut seq = found.last().map_or(0, Piece::next_seq);
        let mut off = start;
        while off < layout.stripe_end(start) {
            let frame = match self.at(off, seq) {
                Raw::Frame(frame) => frame,
                Raw::Bad => {
                    let (sector, epoch) = (self.sector, self.epoch);
                    match self.medium.frame_after(sector, epoch, off, seq, &mut self.buf) {
                        Some(frame) => frame,
                        None => return,
                    }
                }
                Raw::Blank => return,
            };
            let piece = piece_at(self.image, self.sector, &frame);
            (off, seq) = (piece.end, piece.next_seq());
            found.push(piece);
        }
    }
}

/// A frame that was read, with its bytes in the image.
pub(super) fn piece_at<'a>(image: &Image<'a>, sector: u32, frame: &FrameInfo) -> Piece<'a> {
    let layout = image.layout();
    let (off, end, len) = (frame.off, frame.end(), frame.payload_len as u32);
    let bare = off + frame_bytes(frame.payload_len, layout.begins_stripe(off)) as u32;
    let payload_at = off + frame.payload_at as u32;
    let payload = image.span(sector, payload_at..payload_at + len);
    let padding = image.span(sector, bare..end);
    let bad_padding = padding.iter().position(|&b| b != ERASED).map(|at| bare + at as u32);
    Piece { off, end, kind: frame.kind, seq: frame.seq, payload, bad_padding }
}
