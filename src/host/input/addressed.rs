//! Files whose lines carry an address: Intel HEX and S-record. The lines are taken apart by the
//! crates `ihex` and `srec`; here they are put in their places.
//!
//! What lies between is not known, unless the reader says that it was erased. Areas that are far
//! apart (a chip's option bytes, say) are not one dump: the one with a journal in it is taken.

use std::ops::Range;

use ihex::Record as Ihex;
use srec::Record as Srec;

use super::super::words::table::{self as w, Word};
use super::recognise::{Loaded, Reading};
use super::trouble::Trouble;
use crate::dump::holes;
use crate::log::{ERASED, MAGIC};

/// Areas with a larger gap between them are read apart.
const FAR: u64 = 16 << 20;
/// An area is never larger: what a short file says of far addresses fills no memory.
const MOST_SPAN: u64 = 256 << 20;

/// Bytes from an address on.
struct Run {
    at: u64,
    bytes: Vec<u8>,
}

impl Run {
    fn end(&self) -> u64 {
        self.at + self.bytes.len() as u64
    }
}

#[derive(Default)]
struct Chip {
    runs: Vec<Run>,
    has_end: bool,
    notes: Vec<Trouble>,
}

impl Chip {
    fn put(&mut self, at: u64, bytes: Vec<u8>) {
        match self.runs.last_mut() {
            Some(last) if last.end() == at => last.bytes.extend(bytes),
            _ => self.runs.push(Run { at, bytes }),
        }
    }
}

pub(super) fn intel_hex(text: &[u8], how: Reading) -> Result<Loaded, Trouble> {
    let mut base = 0u64;
    let chip = lines(text, how, w::BAD_IHEX, |chip, line| {
        match line.parse::<Ihex>().map_err(|error| error.to_string())? {
            Ihex::Data { offset, value } => chip.put(base + u64::from(offset), value),
            Ihex::ExtendedLinearAddress(high) => base = u64::from(high) << 16,
            Ihex::ExtendedSegmentAddress(segment) => base = u64::from(segment) << 4,
            Ihex::EndOfFile => chip.has_end = true,
            Ihex::StartLinearAddress(_) | Ihex::StartSegmentAddress { .. } => {}
        }
        Ok(())
    })?;
    lay_out(chip, how)
}

pub(super) fn s_record(text: &[u8], how: Reading) -> Result<Loaded, Trouble> {
    let chip = lines(text, how, w::BAD_SREC, |chip, line| {
        // The crate asks for more of a header than the format does; nothing in it is needed.
        if line.starts_with("S0") {
            return Ok(());
        }
        if !line.starts_with('S') {
            return Err("no S at its start".into());
        }
        let (count, rest) =
            line.get(2..).unwrap_or_default().split_at_checked(2).unwrap_or_default();
        if usize::from_str_radix(count, 16).is_ok_and(|count| count * 2 != rest.len()) {
            return Err("another length than it says".into());
        }
        match line.parse::<Srec>().map_err(|error| error.to_string())? {
            Srec::S1(data) => chip.put(u64::from(data.address.0), data.data),
            Srec::S2(data) => chip.put(u64::from(data.address.0), data.data),
            Srec::S3(data) => chip.put(u64::from(data.address.0), data.data),
            Srec::S7(_) | Srec::S8(_) | Srec::S9(_) => chip.has_end = true,
            Srec::S0(_) | Srec::S5(_) | Srec::S6(_) => {}
        }
        Ok(())
    })?;
    lay_out(chip, how)
}

/// Hands each line on until the end record. A line that cannot be read is an error, or a note.
fn lines(
    text: &[u8],
    how: Reading,
    bad: Word,
    mut take: impl FnMut(&mut Chip, &str) -> Result<(), String>,
) -> Result<Chip, Trouble> {
    let mut chip = Chip::default();
    for (number, line) in (1..).zip(text.split(|&b| b == b'\n')) {
        let line = line.trim_ascii();
        if line.is_empty() || chip.has_end {
            continue;
        }
        // The crates cut text at bytes: only digits behind the first character are safe to hand on.
        let are_digits = line.iter().skip(1).all(u8::is_ascii_hexdigit);
        let digits = std::str::from_utf8(line).ok().filter(|_| are_digits);
        let taken = match digits {
            Some(line) => take(&mut chip, line),
            None => Err("other characters than hexadecimal digits".into()),
        };
        if let Err(why) = taken {
            let trouble = Trouble::new(bad, &[&why]).in_line(number);
            if !how.is_lenient {
                return Err(trouble);
            }
            chip.notes.push(trouble);
        }
    }
    if !chip.has_end {
        chip.notes.push(Trouble::new(w::NO_END, &[]));
    }
    Ok(chip)
}

fn lay_out(chip: Chip, how: Reading) -> Result<Loaded, Trouble> {
    let Chip { mut runs, mut notes, .. } = chip;
    runs.retain(|run| !run.bytes.is_empty());
    runs.sort_by_key(|run| run.at);
    let areas = areas(&runs);
    let with_journal = areas.iter().find(|area| has_journal(runs.get((*area).clone())));
    let largest = || areas.iter().max_by_key(|area| area.len());
    let area = with_journal.or_else(largest).ok_or(Trouble::new(w::NO_DATA, &[]))?;
    let Some(runs @ [first, ..]) = runs.get(area.clone()) else {
        return Err(Trouble::new(w::NO_DATA, &[]));
    };
    if areas.len() > 1 {
        let start = format!("{:#010x}", first.at);
        notes.push(Trouble::new(w::AREAS, &[&areas.len(), &start]));
    }
    let (mut bytes, mut holes) = (Vec::new(), Vec::new());
    for run in runs {
        let (at, len) = ((run.at - first.at) as usize, bytes.len());
        if at > len {
            if !how.gaps_erased {
                holes::add(&mut holes, len as u32..at as u32);
            }
            bytes.resize(at, ERASED);
        }
        let known = bytes.get(at..).unwrap_or_default();
        if known.iter().zip(&run.bytes).any(|(a, b)| a != b) {
            return Err(Trouble::new(w::TWICE, &[&format_args!("{:#x}", run.at)]));
        }
        let new = run.bytes.get(known.len()..).unwrap_or_default();
        bytes.extend_from_slice(new);
    }
    Ok(Loaded { bytes, holes, notes })
}

/// Which runs belong together.
fn areas(runs: &[Run]) -> Vec<Range<usize>> {
    let mut areas: Vec<Range<usize>> = Vec::new();
    let (mut start, mut end) = (0, 0);
    for (at, run) in runs.iter().enumerate() {
        let is_far = run.at > end + FAR || run.end() > start + MOST_SPAN;
        match areas.last_mut() {
            Some(area) if !is_far => area.end = at + 1,
            _ => {
                areas.push(at..at + 1);
                start = run.at;
            }
        }
        end = run.end().max(if is_far { 0 } else { end });
    }
    areas
}

fn has_journal(runs: Option<&[Run]>) -> bool {
    let has_magic = |run: &Run| run.bytes.windows(MAGIC.len()).any(|bytes| bytes == MAGIC);
    runs.is_some_and(|runs| runs.iter().any(has_magic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::iter;

    fn chip(runs: &[(u64, &[u8])]) -> Chip {
        let runs = runs.iter().map(|&(at, bytes)| Run { at, bytes: bytes.to_vec() }).collect();
        Chip { runs, has_end: true, notes: Vec::new() }
    }

    #[test]
    fn a_gap_is_not_known_unless_it_is_said_to_be_erased() {
        let runs: &[(u64, &[u8])] = &[(0x1010, b"cd"), (0x1000, b"ab")];
        let loaded = lay_out(chip(runs), Reading::default()).unwrap();
        assert_eq!((loaded.bytes.len(), loaded.holes), (18, iter::once(2..16).collect()));
        let how = Reading { gaps_erased: true, ..Reading::default() };
        assert_eq!(lay_out(chip(runs), how).unwrap().holes, []);
    }

    #[test]
    fn the_area_with_a_journal_is_read() {
        let runs: &[(u64, &[u8])] =
            &[(0, b"firmware"), (0x0800_0000, b"..PJNL.."), (0xFFFF_0000, b"option bytes")];
        let loaded = lay_out(chip(runs), Reading::default()).unwrap();
        assert_eq!(loaded.bytes, b"..PJNL..");
        assert_eq!(loaded.notes.len(), 1);
    }

    #[test]
    fn the_same_address_twice_must_say_the_same() {
        assert!(lay_out(chip(&[(0, b"abc"), (1, b"bcd")]), Reading::default()).is_ok());
        assert!(lay_out(chip(&[(0, b"abc"), (1, b"bX")]), Reading::default()).is_err());
    }
}
