//! Regions of journals anywhere in a file: a sector header carries the shape of its region, and its
//! CRC covers the sector's index; so one whole header says where the region begins.
//!
//! | header | the region is |
//! |---|---|
//! | whole | proven by its CRC |
//! | with the magic and rotten, and a frame behind it fits what it says | proven by that frame's CRC |
//! | any other | none |

use std::collections::BTreeMap;

use super::image::Slice;
use crate::log::parts::{Medium, Raw};
use crate::log::{HEADER_BYTES, Layout, MAGIC, Mode, NoHeader, SectorHeader, Shape};

use super::frames::FRAME_MAX;

/// More bytes of a region than these cannot be missing before the first one of a file.
const MOST_MISSING: i64 = 1 << 26;

/// A region of a journal in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How many bytes of the file come before it; less than 0 if its first ones are not there.
    pub begins: i64,
    /// Its shape.
    pub shape: Shape,
    /// The number that the format gave this journal.
    pub format_id: u32,
    /// Live, test or training.
    pub mode: Mode,
    /// Sector headers that say so.
    pub headers: u32,
    /// The highest epoch among them.
    pub newest: u32,
}

impl Candidate {
    /// How many bytes the region has.
    #[must_use]
    pub fn region_bytes(&self) -> u32 {
        u32::from(self.shape.sectors) * self.shape.sector_bytes
    }

    /// How many bytes of it lie in a file of this length.
    #[must_use]
    pub fn present(&self, file: usize) -> u32 {
        let end = (self.begins + i64::from(self.region_bytes())).min(file as i64);
        u32::try_from(end - self.begins.max(0)).unwrap_or(0)
    }
}

/// Two headers of one region agree in these.
type Key = (i64, u32, (u8, u8, u8), (u32, u16, u16));

/// Every region in a file, the one with the most headers first.
#[must_use]
pub fn candidates(bytes: &[u8]) -> Vec<Candidate> {
    let mut found: BTreeMap<Key, Candidate> = BTreeMap::new();
    for at in magics(bytes) {
        if let Some(Ok(header)) = header_at(bytes, at) {
            enter(&mut found, at, &header);
        }
    }
    if found.is_empty() {
        for at in magics(bytes) {
            if let Some(header) = rotten(bytes, at) {
                enter(&mut found, at, &header);
            }
        }
    }
    let mut found: Vec<Candidate> = found.into_values().collect();
    found.sort_by_key(|c| (core::cmp::Reverse(c.headers), c.begins));
    found
}

/// Where the magic stands.
fn magics(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let [first, ..] = MAGIC;
    let mut from = 0;
    core::iter::from_fn(move || {
        loop {
            let at = from + bytes.get(from..)?.iter().position(|&b| b == first)?;
            from = at + 1;
            if bytes.get(at..)?.starts_with(&MAGIC) {
                return Some(at);
            }
        }
    })
}

fn enter(found: &mut BTreeMap<Key, Candidate>, at: usize, header: &SectorHeader) {
    let SectorHeader { shape, format_id, epoch, mode, .. } = *header;
    let index = i64::from(epoch % u32::from(shape.sectors.max(1)));
    let begins = at as i64 - index * i64::from(shape.sector_bytes);
    if begins < -MOST_MISSING || Layout::new(shape, shape.sector_bytes).is_err() {
        return;
    }
    let logs = (shape.unit_log2, shape.anchor_log2, shape.tail_bytes);
    let key = (begins, format_id, logs, (shape.sector_bytes, shape.sectors, shape.frame_max));
    let new = Candidate { begins, shape, format_id, mode, headers: 0, newest: 0 };
    let candidate = found.entry(key).or_insert(new);
    candidate.headers += 1;
    candidate.newest = candidate.newest.max(epoch);
}

/// The header at a place, whose index follows from its epoch.
fn header_at(bytes: &[u8], at: usize) -> Option<Result<SectorHeader, NoHeader>> {
    let head: &[u8; HEADER_BYTES] = bytes.get(at..)?.first_chunk()?;
    let sectors = u16::from_le_bytes(*head.get(12..)?.first_chunk()?);
    let epoch = u32::from_le_bytes(*head.get(20..)?.first_chunk()?);
    Some(SectorHeader::decode(epoch.checked_rem(u32::from(sectors))?, head))
}

/// A header whose CRC is wrong, if what it says of shape, format and epoch is proven by a frame.
fn rotten(bytes: &[u8], at: usize) -> Option<SectorHeader> {
    let head: &[u8; HEADER_BYTES] = bytes.get(at..)?.first_chunk()?;
    let &[_, _, _, _, version, unit_log2, anchor_log2, _, ..] = head;
    let word = |at: usize| head.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b));
    let (sector_bytes, format_id, epoch) = (word(8)?, word(16)?, word(20)?);
    let &[a, b, frame_eighth, tail_bytes] = head.get(12..)?.first_chunk()?;
    let sectors = u16::from_le_bytes([a, b]);
    let frame_max = u16::from(frame_eighth) * 8;
    let shape = Shape { unit_log2, anchor_log2, sector_bytes, sectors, frame_max, tail_bytes };
    let layout = Layout::new(shape, sector_bytes).ok()?;
    let header =
        SectorHeader { shape, format_id, epoch, wear: 0, mode: Mode::Live, formatting: false };
    // As if the region began here: a frame's CRC covers its address, so the sector is laid there.
    let sector = layout.sector_of(epoch);
    let body = bytes.get(at..)?;
    let body = body.get(..sector_bytes as usize).unwrap_or(body);
    let from = u64::from(sector) * u64::from(sector_bytes);
    let mut medium = Medium {
        flash: Shifted { bytes: body, from: u32::try_from(from).ok()? },
        start: 0,
        layout,
        format_id,
        unreadable: false,
    };
    let mut buf = [0; FRAME_MAX];
    let first = medium.frame(sector, epoch, layout.first_frame(), 0, &mut buf);
    (version == 1 && matches!(first, Raw::Frame(_))).then_some(header)
}

/// One sector's bytes at its address in the region.
struct Shifted<'a> {
    bytes: &'a [u8],
    from: u32,
}

impl embedded_storage::nor_flash::ErrorType for Shifted<'_> {
    type Error = super::OutsideDump;
}

impl embedded_storage::nor_flash::ReadNorFlash for Shifted<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), super::OutsideDump> {
        let offset = offset.checked_sub(self.from).ok_or(super::OutsideDump)?;
        Slice { bytes: self.bytes, holes: &[] }.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::dump;
    use super::*;

    /// Foreign bytes, a dump without its first ones, more foreign bytes.
    fn file(before: usize, cut: usize, after: usize) -> Vec<u8> {
        let mut file = vec![0xA5; before];
        file.extend_from_slice(&dump(90)[cut..]);
        file.extend(std::iter::repeat_n(b'P', after));
        file
    }

    #[test]
    fn a_region_is_found_wherever_it_lies() {
        for (before, cut, after) in
            [(0, 0, 0), (1, 0, 7), (4096, 0, 0), (77_777, 0, 5), (0, 4096, 0), (0, 5_001, 2)]
        {
            let file = file(before, cut, after);
            let found = candidates(&file);
            assert_eq!(found.len(), 1, "{before} {cut} {after}");
            assert_eq!(found[0].begins, before as i64 - cut as i64);
            assert_eq!(found[0].present(file.len()), 16_384 - cut as u32);
        }
    }

    #[test]
    fn two_regions_are_both_found_and_the_one_with_more_headers_first() {
        let whole = dump(90);
        let mut both = whole[4_000..].to_vec();
        both.extend_from_slice(&whole);
        let found = candidates(&both);
        let begins: Vec<i64> = found.iter().map(|c| c.begins).collect();
        assert_eq!(begins, [12_384, -4_000]);
    }

    #[test]
    fn headers_that_have_all_rotted_are_proven_by_a_frame() {
        let mut bytes = file(100, 0, 0);
        for sector in 0..4 {
            bytes[100 + sector * 4096 + 24] ^= 0x40;
        }
        let found = candidates(&bytes);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].begins, found[0].headers), (100, 2));
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(candidates(&[]), []);
        assert_eq!(candidates(b"PJN"), []);
        assert_eq!(candidates(&MAGIC.repeat(5_000)), []);
    }
}
