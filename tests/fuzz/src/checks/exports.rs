//! The reader of exports stands any stream; and of one that was damaged on its way it never takes a byte
//! for what the chip did not hold.
//!
//! | byte | what |
//! |---|---|
//! | 0 | bit 0: the rest is a stream as it is; bit 7: JSON |
//! | 1 | modulo 4: spans that the chip cannot read; each takes two bytes: where (64ths), how many bytes |
//! | then | modulo 8: damages; each takes four bytes: what, where (2), how much |
//! | then | an image, as for `dump` |
//!
//! A damage, modulo 4: bits flipped, bytes lost, bytes doubled, bytes of another export of the terminal in
//! the place of these.

use std::convert::Infallible;
use std::ops::Range;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use pos_journal::dump::Export;
use pos_journal::flash::Region;
use pos_journal::host::{Exit, Format, Lang, Style, from_bytes, salvaged, shown, verified};
use pos_journal::journal::{Exported, export};

use super::input;

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let format = if first & 0x80 == 0 { Format::Table } else { Format::Json };
    let style = Style { format, lang: Lang::En };
    if first & 1 != 0 {
        if let Ok(export) = Export::read(rest) {
            sound(&export);
        }
        drop(Export::within(rest));
        told(said(rest.to_vec(), style), format);
        told(salvaged(rest.to_vec(), false, style), format);
        return;
    }
    let mut rest = rest.iter();
    let mut next = || rest.next().copied().unwrap_or_default();
    let bad: Vec<Range<u32>> = (0..next() % 4)
        .map(|_| {
            let at = u32::from(next()) * 64;
            at..at + 1 + u32::from(next())
        })
        .collect();
    let damages: Vec<[u8; 4]> = (0..next() % 8).map(|_| std::array::from_fn(|_| next())).collect();
    let Some((_, image)) = input::image(rest.as_slice()) else { return };
    travelled(&image, bad, &damages, style);
}

/// An image is exported, damaged, and read again.
fn travelled(image: &[u8], bad: Vec<Range<u32>>, damages: &[[u8; 4]], style: Style) {
    let mut later = image.to_vec();
    // As after a further record.
    later.iter_mut().rev().take(40).for_each(|byte| *byte &= 0x5A);
    let (sent, exported) = stream(image, &bad);
    let (other, _) = stream(&later, &bad);
    let mut arrived = sent.clone();
    damages.iter().for_each(|damage| spoil(&mut arrived, &other, *damage));
    let Ok(export) = Export::read(&arrived) else {
        assert_ne!(arrived, sent, "what arrived as it was sent cannot be read");
        return told(said(arrived, style), style.format);
    };
    sound(&export);
    if arrived == sent {
        assert!(export.is_whole(), "nothing happened to it");
        assert_eq!(export.bytes().len(), image.len());
        assert_eq!(export.crc(), Some(exported.crc));
        let known = known(&export, image);
        assert_eq!(known, image.len() - exported.unreadable as usize, "bytes are not known");
        if bad.iter().all(|bad| bad.start as usize >= image.len()) {
            // What holds nothing is refused both ways, in words of their own.
            match (said(arrived, style), said(image.to_vec(), style)) {
                (Err(_), Err(_)) => {}
                (one, other) => assert_eq!(one, other, "not the same dump"),
            }
        }
        return;
    }
    // The other export is whole, too.
    if arrived != other {
        assert!(!export.is_whole(), "damage that nobody sees");
    }
    if damages.iter().all(|damage| damage[0] % 4 != 3) {
        known(&export, image);
    }
    told(said(arrived, style), style.format);
}

/// How many bytes are known; each is one of the image.
fn known(export: &Export, image: &[u8]) -> usize {
    let mut known = 0;
    let is_hole = |at: usize| export.holes().iter().any(|hole| hole.contains(&(at as u32)));
    for (at, byte) in export.bytes().iter().enumerate() {
        if !is_hole(at) {
            assert_eq!(Some(byte), image.get(at), "a byte that the chip does not hold, at {at}");
            known += 1;
        }
    }
    known
}

/// Holes lie in the region, in order, and hold what is unreadable.
fn sound(export: &Export) {
    let bytes = export.bytes().len() as u32;
    for spans in [export.holes(), export.unreadable()] {
        assert!(spans.iter().all(|span| span.start < span.end && span.end <= bytes), "{spans:?}");
        assert!(spans.windows(2).all(|two| two[0].end < two[1].start), "{spans:?}");
    }
    let in_hole = |span: &Range<u32>| {
        export.holes().iter().any(|hole| hole.start <= span.start && span.end <= hole.end)
    };
    assert!(export.unreadable().iter().all(in_hole), "what cannot be read is known");
}

fn spoil(stream: &mut Vec<u8>, other: &[u8], [what, high, low, much]: [u8; 4]) {
    let at = usize::from(high) << 8 | usize::from(low);
    if stream.is_empty() {
        return;
    }
    let at = at % stream.len();
    let end = stream.len().min(at + usize::from(much) + 1);
    match what % 4 {
        0 => stream[at] ^= much.max(1),
        1 => drop(stream.drain(at..end)),
        2 => {
            let twice = stream[at..end].to_vec();
            stream.splice(at..at, twice);
        }
        _ => {
            let from = at.min(other.len());
            let of_other = other[from..other.len().min(end)].to_vec();
            stream.splice(at..end, of_other);
        }
    }
}

type Said = Result<(String, Exit), String>;

fn said(bytes: Vec<u8>, style: Style) -> Said {
    from_bytes(bytes, false, false, style.lang, |image| {
        let (text, exit) = verified(image, style.format);
        (text + &shown(image, style.format), exit)
    })
}

fn told(said: Said, format: Format) {
    let is_ok = said.is_ok();
    let text = said.map_or_else(|why| why, |(text, _)| text);
    let bad = text.chars().find(|c| *c != '\n' && c.is_control());
    assert_eq!(bad, None, "{text:?}");
    if format == Format::Json && is_ok {
        let mut values = serde_json::Deserializer::from_str(&text).into_iter();
        assert!(values.all(|value: Result<serde_json::Value, _>| value.is_ok()), "{text}");
    }
}

fn stream(image: &[u8], bad: &[Range<u32>]) -> (Vec<u8>, Exported) {
    let mut chip = Torn { bytes: image, bad };
    let mut out = Vec::new();
    let region = Region::new(0, image.len() as u32);
    let exported = export(&mut chip, region, |bytes| {
        out.extend_from_slice(bytes);
        Ok::<(), Infallible>(())
    });
    let Ok(exported) = exported;
    (out, exported)
}

/// A chip with spans that cannot be read, and nothing to write to.
struct Torn<'a> {
    bytes: &'a [u8],
    bad: &'a [Range<u32>],
}

#[derive(Debug)]
struct Broken;

impl NorFlashError for Broken {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl ErrorType for Torn<'_> {
    type Error = Broken;
}

impl ReadNorFlash for Torn<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Broken> {
        let end = offset + bytes.len() as u32;
        if self.bad.iter().any(|bad| bad.start < end && offset < bad.end) {
            return Err(Broken);
        }
        let from = self.bytes.get(offset as usize..end as usize).ok_or(Broken)?;
        bytes.copy_from_slice(from);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Torn<'_> {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, _: u32, _: u32) -> Result<(), Broken> {
        Err(Broken)
    }

    fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Broken> {
        Err(Broken)
    }
}
