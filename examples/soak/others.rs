//! A journal of another version, a region that grew, shrank or moved, a dump that is cut short or begins
//! elsewhere: a mount says what is wrong and writes nothing; the reading of a dump says so too.

use crc::{CRC_32_ISCSI, Crc};
use pos_journal::dump::{Image, NotReadable, verify};
use pos_journal::flash::Region;
use pos_journal::flash::sim::SimFlash;
use pos_journal::journal::{Error, Journal};
use pos_journal::log::{self, HEADER_BYTES, SectorHeader, VERSION};

use crate::common::Dice;
use crate::common::geometry::Geometry;
use crate::common::judge::Known;
use crate::common::life::{Chip, aged};
use crate::tally::Tally;

/// What a mount answered, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Mounted,
    Version(u8),
    OtherShape,
    /// The region cannot be one at all.
    Shape,
    NoCheckpoint,
    NoJournal,
    Else(String),
}

/// Mounts and sees to it that nothing is written.
fn mount<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    image: &[u8],
    region: Region,
) -> Result<Answer, String> {
    let mut chip: Chip<W, E> = SimFlash::from_image(image, 1);
    let mounted =
        Journal::<&mut Chip<W, E>, I, B>::mount(&mut chip, region, &geometry.settings()).map(drop);
    if chip.ops() > 0 {
        return Err("mount wrote to the flash".into());
    }
    Ok(match mounted {
        Ok(()) => Answer::Mounted,
        Err(Error::Log(log::Error::Version(version))) => Answer::Version(version),
        Err(Error::Log(log::Error::OtherShape { .. })) => Answer::OtherShape,
        Err(Error::Log(log::Error::Shape(_))) => Answer::Shape,
        Err(Error::Log(log::Error::NoCheckpoint)) => Answer::NoCheckpoint,
        Err(Error::Log(log::Error::Blank | log::Error::Foreign)) => Answer::NoJournal,
        Err(other) => Answer::Else(other.to_string()),
    })
}

fn is(found: &Answer, wanted: &[Answer], what: &str) -> Result<(), String> {
    if wanted.contains(found) { Ok(()) } else { Err(format!("{what}: {found:?}, not {wanted:?}")) }
}

pub fn others<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (chip, may_be): (Chip<W, E>, Vec<Known<I, B>>) =
        aged::<W, E, I, B>(geometry, seed, dice.below(40) as u32)?;
    let image = chip.image();
    let (region, sector) = (geometry.region(), geometry.sector_bytes as usize);
    let mount = |image: &[u8], region| mount::<W, E, I, B>(geometry, image, region);

    let version = Some(dice.below(256) as u8).filter(|&v| v != VERSION).unwrap_or(VERSION + 1);
    let other = of_version(&image, sector, version);
    is(&mount(&other, region)?, &[Answer::Version(version)], "another version")?;
    if Image::open(&other).err() != Some(NotReadable::Version(version)) {
        return Err(format!("a dump of version {version} was not named as that"));
    }
    tally.note(14, "other version", 1);

    let more = 1 + dice.below(4) as usize;
    let mut grown = image.clone();
    grown.resize(image.len() + more * sector, 0xFF);
    let larger = Region::new(0, grown.len() as u32);
    is(&mount(&grown, larger)?, &[Answer::OtherShape], "a grown region")?;
    tally.note(14, "region grown", 1);

    let less = 1 + dice.below(u64::from(geometry.sectors - 1)) as usize;
    let smaller = Region::new(0, (image.len() - less * sector) as u32);
    let wanted =
        if less as u32 + 1 == geometry.sectors { [Answer::Shape] } else { [Answer::OtherShape] };
    is(&mount(&image, smaller)?, &wanted, "a shrunk region")?;
    tally.note(14, "region shrunk", 1);

    // The bytes moved and the region with them: that is the same journal.
    let by = (1 + dice.below(3) as usize) * E;
    let mut moved = vec![0xFF; by];
    moved.extend_from_slice(&image);
    let along = Region::new(by as u32, region.bytes());
    let mut chip: Chip<W, E> = SimFlash::from_image(&moved, 1);
    let till = Journal::<&mut Chip<W, E>, I, B>::mount(&mut chip, along, &geometry.settings())
        .map_err(|e| format!("moved along with its region: {e}"))?;
    if !may_be.iter().any(|known| known.is(&till)) {
        return Err("moved along with its region, and another journal".into());
    }
    tally.note(14, "moved with its region: mounts", 1);
    let wanted = [Answer::NoCheckpoint, Answer::NoJournal];
    is(&mount(&moved, region)?, &wanted, "bytes moved, region not")?;
    tally.note(14, "moved without its region", 1);

    let kept = dice.below(image.len() as u64) as usize;
    dump_is_faulted(image.get(..kept), "cut short")?;
    tally.note(14, "dump cut short", 1);
    let from = 1 + dice.below(image.len() as u64 - 1) as usize;
    dump_is_faulted(image.get(from..), "begun elsewhere")?;
    tally.note(14, "dump offset", 1);
    let mut wrapped: Vec<u8> = (0..1 + dice.below(9000)).map(|_| dice.draw() as u8).collect();
    let front = wrapped.len();
    wrapped.extend_from_slice(&image);
    dump_is_faulted(Some(&wrapped), "with bytes before it")?;
    wrapped.rotate_left(front);
    dump_is_faulted(Some(&wrapped), "with bytes after it")?;
    tally.note(14, "dump with other bytes round it", 2);
    Ok(())
}

/// The image with every header of another version, and whole.
fn of_version(image: &[u8], sector_bytes: usize, version: u8) -> Vec<u8> {
    let mut other = image.to_vec();
    for (sector, bytes) in (0u32..).zip(other.chunks_mut(sector_bytes)) {
        let Some(head) = bytes.first_chunk_mut::<HEADER_BYTES>() else { continue };
        if SectorHeader::decode(sector, head).is_err() {
            // What a power cut left of a header is no header of either version.
            head.fill(0xFF);
            continue;
        }
        let Some((body, crc)) = head.split_last_chunk_mut::<4>() else { continue };
        if let Some(byte) = body.get_mut(4) {
            *byte = version;
        }
        let crc_32c = Crc::<u32>::new(&CRC_32_ISCSI);
        let mut digest = crc_32c.digest();
        digest.update(&sector.to_le_bytes());
        digest.update(body);
        *crc = digest.finalize().to_le_bytes();
    }
    other
}

/// A dump that is not one whole region is not read as if it were.
fn dump_is_faulted(dump: Option<&[u8]>, how: &str) -> Result<(), String> {
    let clean = Image::open(dump.unwrap_or_default()).is_ok_and(|image| verify(&image).is_clean());
    if clean { Err(format!("a dump {how} was found clean")) } else { Ok(()) }
}
