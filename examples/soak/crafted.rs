//! Images that no journal wrote, to mount and to the reading of dumps: nothing panics, nothing loops,
//! a mount writes nothing, and where it succeeds the calls after it end as well.
//!
//! What a terminal or a spreadsheet would make of such text is not looked at here but in the fuzz
//! target `dump`, which has the printing of the program `pos-journal`.

use pos_journal::dump::{Image, outline, verify};
use pos_journal::flash::sim::SimFlash;
use pos_journal::journal::Journal;
use pos_journal::log::{Layout, Mode, SectorHeader, Seed, kind};

use crate::common::Dice;
use crate::common::geometry::{Geometry, Till};
use crate::common::life::{Chip, aged};
use crate::common::promises::Promises;
use crate::common::script::{self, Step};
use crate::tally::Tally;

/// Images of one try.
const IMAGES: u32 = 24;

pub fn crafted<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    seed: u64,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (chip, _): (Chip<W, E>, _) = aged::<W, E, I, B>(geometry, seed, dice.below(40) as u32)?;
    let written = chip.image();
    let layout = geometry.settings().layout::<Chip<W, E>>(geometry.region(), 256);
    let layout = layout.map_err(|e| e.to_string())?;
    for _ in 0..IMAGES {
        let (image, how) = craft(&layout, &written, &mut dice);
        let mounted = try_mount::<W, E, I, B>(geometry, &image, &mut dice)
            .map_err(|what| format!("{how}: {what}"))?;
        tally.mounted += u64::from(mounted);
        // A dump may be of any length, and begin anywhere.
        let cut = if dice.once_in(4) { dice.below(image.len() as u64) as usize } else { 0 };
        read_dump(image.get(cut..).unwrap_or_default());
        tally.note(12, how, 1);
    }
    Ok(())
}

fn craft(layout: &Layout, written: &[u8], dice: &mut Dice) -> (Vec<u8>, &'static str) {
    let mut image = written.to_vec();
    match dice.below(8) {
        0 => {
            image.fill_with(|| dice.draw() as u8);
            (image, "noise")
        }
        1 => {
            image.fill_with(|| dice.draw() as u8);
            for sector in 0..layout.sectors() {
                forge_header(layout, &mut image, sector, dice);
            }
            (image, "noise under valid headers")
        }
        2 => {
            for _ in 0..1 + dice.below(3) {
                let sector = dice.below(u64::from(layout.sectors())) as u32;
                forge_header(layout, &mut image, sector, dice);
            }
            (image, "headers of other epochs")
        }
        3 | 4 => {
            for _ in 0..1 + dice.below(6) {
                forge_frame(layout, &mut image, dice);
            }
            (image, "forged frames with valid CRC")
        }
        _ => {
            for _ in 0..1 + dice.below(8) {
                spoil(&mut image, layout.sector_bytes() as usize, dice);
            }
            (image, "a journal, bytes changed")
        }
    }
}

/// A place in an image for so many bytes.
fn place(image: &[u8], bytes: usize, dice: &mut Dice) -> usize {
    dice.below((image.len().saturating_sub(bytes) + 1) as u64) as usize
}

fn spoil(image: &mut [u8], sector_bytes: usize, dice: &mut Dice) {
    let most = if dice.once_in(6) { sector_bytes } else { 40 };
    let bytes = (1 + dice.below(most as u64) as usize).min(image.len());
    let (at, from) = (place(image, bytes, dice), place(image, bytes, dice));
    let kind = dice.below(6);
    if kind == 0 {
        return image.copy_within(from..from + bytes, at);
    }
    let Some(span) = image.get_mut(at..at + bytes) else { return };
    match kind {
        1 => span.fill(0xFF),
        2 => span.fill(0),
        3 => span.fill_with(|| dice.draw() as u8),
        _ => span.iter_mut().take(1).for_each(|byte| *byte ^= 1 << dice.below(8)),
    }
}

/// The header that a sector has, or one that it could have, with another epoch.
fn forge_header(layout: &Layout, image: &mut [u8], sector: u32, dice: &mut Dice) {
    let base = layout.address(sector, 0) as usize;
    let Some(head) = image.get_mut(base..).and_then(|rest| rest.first_chunk_mut()) else { return };
    let old = SectorHeader::decode(sector, head).unwrap_or(SectorHeader {
        shape: layout.shape(),
        format_id: 7,
        epoch: sector,
        wear: 1,
        mode: Mode::Live,
        formatting: false,
    });
    let epoch = match dice.below(6) {
        0 => u32::MAX - dice.below(20) as u32,
        1 => 0,
        _ => old.epoch.wrapping_add(dice.below(21) as u32).wrapping_sub(10),
    };
    let formatting = dice.once_in(12);
    *head = SectorHeader { epoch, formatting, ..old }.encode(sector);
}

/// A frame at the start of a stripe, which carries its own number, with any kind and payload and a CRC
/// that fits.
fn forge_frame(layout: &Layout, image: &mut [u8], dice: &mut Dice) {
    const KINDS: [u8; 6] =
        [kind::COMMIT, kind::PART, kind::BOOT, kind::COPY, kind::FREED, kind::LOSS];
    let sector = dice.below(u64::from(layout.sectors())) as u32;
    let stripes = u64::from(layout.sector_bytes() / layout.anchor());
    let offset = (dice.below(stripes) as u32 * layout.anchor()).max(layout.first_frame());
    let at = layout.address(sector, offset);
    let header =
        image.get(layout.address(sector, 0) as usize..).and_then(|rest| rest.first_chunk());
    let Some(Ok(header)) = header.map(|head| SectorHeader::decode(sector, head)) else { return };
    let Some(frame) = image.get_mut(at as usize..) else { return };
    let Some((head, body)) = frame.split_first_chunk_mut::<6>() else { return };
    let known = u32::from_le_bytes([head[2], head[3], head[4], head[5]]);
    let seq = match dice.below(5) {
        0 => u32::MAX - dice.below(3) as u32,
        1 => dice.draw() as u32,
        _ => known.wrapping_add(dice.below(5) as u32).wrapping_sub(2),
    };
    let payload = match dice.below(3) {
        // As it was, with bytes of it changed.
        0 => usize::from(head[0]),
        _ => dice.below(240) as usize,
    };
    let Some(changed) = body.get_mut(..payload) else { return };
    for byte in changed.iter_mut() {
        if dice.once_in(8) {
            *byte = dice.draw() as u8;
        }
    }
    let kind = match dice.below(3) {
        0 => dice.draw() as u8,
        1 => KINDS.get(dice.below(6) as usize).copied().unwrap_or_default(),
        _ => head[1],
    };
    let number = seq.to_le_bytes();
    *head = [payload as u8, kind, number[0], number[1], number[2], number[3]];
    let seed = Seed { format_id: header.format_id, epoch: header.epoch };
    let Some((bytes, rest)) = frame.split_at_mut_checked(6 + payload) else { return };
    let crc = seed.frame_crc(at, seq, bytes);
    if let Some(end) = rest.first_chunk_mut() {
        *end = crc.to_le_bytes();
    }
}

/// How many reads a mount of anything may take: sixteen walks of every sector, in the worst of which
/// each unit is tried as a frame with four numbers, by two reads each.
fn most_reads(geometry: &Geometry, unit: usize) -> u64 {
    let units = u64::from(geometry.region().bytes()) / unit as u64;
    16 * (8 * units + 64 * u64::from(geometry.sectors))
}

/// Whether the image mounts. A mount takes a bounded number of reads and writes nothing;
/// what comes after it may be refused, and ends.
fn try_mount<const W: usize, const E: usize, const I: usize, const B: usize>(
    geometry: &Geometry,
    image: &[u8],
    dice: &mut Dice,
) -> Result<bool, String> {
    let (region, settings) = (geometry.region(), geometry.settings());
    let mut chip: Chip<W, E> = SimFlash::from_image(image, dice.draw());
    let mounted = Journal::<&mut Chip<W, E>, I, B>::mount(&mut chip, region, &settings).is_ok();
    if chip.ops() > 0 {
        return Err("mount wrote to the flash".into());
    }
    let (reads, most) = (chip.counts().reads, most_reads(geometry, W));
    if reads > most {
        return Err(format!("mount took {reads} reads, at most {most}"));
    }
    if mounted {
        let mut till: Till<W, E, I, B> =
            Journal::mount(chip, region, &settings).map_err(|e| format!("a second mount: {e}"))?;
        for step in [Step::Due, Step::Confirm, Step::Note(1), Step::Maintain, Step::Maintain] {
            // That it is refused is as good as that it works.
            let _ = script::take(&mut till, &step, &mut Promises::default());
        }
        let twice = till.log().flash().violations();
        if twice > 0 {
            return Err(format!("{twice} units were programmed twice"));
        }
    }
    Ok(mounted)
}

fn read_dump(image: &[u8]) {
    if let Ok(image) = Image::open(image) {
        let _ = (verify(&image), outline(&image));
    }
}
