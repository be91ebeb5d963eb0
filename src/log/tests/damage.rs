//! Bits that rot at rest: what is found instead, and that it is said.

use std::vec::Vec;

use super::model::{CLOSE, OPEN, PLAIN};
use super::*;

const SECTORS: u32 = 4;
const BYTES: u32 = 1024;

/// A log with a few laps behind it, and the records that it acknowledged.
fn written(records: u32) -> (Vec<u8>, Model, Settings, Region, u32) {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(SECTORS, BYTES, true);
    for i in 0..records {
        let kind = if i % 29 == 3 { OPEN } else { PLAIN };
        let p = log.append(kind, &i.to_le_bytes(), &mut model).unwrap();
        model.apply(p.seq, kind, &i.to_le_bytes(), p.at);
        if model.open.len() > 2 {
            let oldest = model.open.keys().next().unwrap().to_le_bytes();
            let p = log.append(CLOSE, &oldest, &mut model).unwrap();
            model.apply(p.seq, CLOSE, &oldest, p.at);
        }
    }
    let active = log.sector();
    (log.into_flash().into_parts().0, model, settings, region, active)
}

fn mount(
    image: Vec<u8>,
    region: Region,
    settings: &Settings,
) -> (Log<Flash<1, 512>, SMALL>, Model) {
    let mut model = Model::default();
    let flash = Flash::<1, 512>::owned_image(image).unwrap();
    let log = Log::mount(flash, region, settings, &mut model).unwrap_or_else(|e| panic!("{e}"));
    (log, model)
}

/// Records that a mount reports as gone.
fn lost_records(log: &Log<Flash<1, 512>, SMALL>) -> u32 {
    log.report().lost.iter().filter(|lost| !lost.perhaps).map(|lost| lost.to - lost.from + 1).sum()
}

#[test]
fn a_rotten_record_is_lost_alone_and_said_once() {
    let (mut image, model, settings, region, active) = written(260);
    // The payload of the third frame after the commit.
    let base = (active * BYTES) as usize;
    let mut at = base + 32;
    let mut seen = 0;
    while seen < 3 {
        let begins = at == base + 32 || at.is_multiple_of(128);
        let (len, kind) = (image[at] as usize, image[at + 1]);
        seen += usize::from(kind::is_record(kind));
        if seen < 3 {
            at += 6 + len + if begins { 4 } else { 0 };
        }
    }
    image[at + 3] ^= 0x10;
    let (mut log, mut found) = mount(image, region, &settings);
    assert_eq!(found.count, model.count - 1);
    let lost: Vec<_> = log.report().lost.iter().map(|l| (l.to - l.from + 1, l.perhaps)).collect();
    assert_eq!(lost, [(1, false)], "{:?}", log.report());
    assert_eq!(log.next_seq(), model.last_seq + 1);
    // The next append writes it down: the mount after it has no news, and the tenant knows.
    let p = log.append(PLAIN, b"next", &mut found).unwrap();
    found.apply(p.seq, PLAIN, b"next", p.at);
    assert_eq!(found.lost.len(), 1);
    let (log, again) = mount(log.into_flash().into_parts().0, region, &settings);
    assert!(log.report().lost.is_empty(), "{:?}", log.report());
    assert_eq!((again.essence(), again.lost), (found.essence(), found.lost));
}

#[test]
fn a_rotten_header_of_the_newest_sector_loses_nothing() {
    for records in [200, 230, 260, 290] {
        let (image, model, settings, region, active) = written(records);
        for byte in 0..32 {
            let mut image = image.clone();
            image[(active * BYTES) as usize + byte] ^= 0x40;
            let (log, found) = mount(image, region, &settings);
            assert_eq!(found.essence(), model.essence(), "byte {byte}");
            assert!(log.report().damaged > 0);
        }
    }
}

#[test]
fn a_rotten_checkpoint_falls_back_one_sector() {
    let mut fell_back = 0;
    for records in 200..260 {
        let (image, model, settings, region, active) = written(records);
        let commit = (active * BYTES) as usize + 32;
        for byte in [0, 1, 8, 20] {
            let mut image = image.clone();
            image[commit + byte] ^= 0x04;
            let (mut log, mut found) = mount(image, region, &settings);
            // A length that has rotted takes the rest of its stripe along.
            let lost = lost_records(&log);
            assert!(byte == 0 || lost == 0, "{records} records, byte {byte}: {:?}", log.report());
            assert_eq!(found.count + lost, model.count, "{records} records, byte {byte}");
            fell_back += u32::from(log.report().fell_back);
            let p = log.append(PLAIN, b"on", &mut found).unwrap();
            found.apply(p.seq, PLAIN, b"on", p.at);
            let (_, again) = mount(log.into_flash().into_parts().0, region, &settings);
            assert_eq!(again.essence(), found.essence());
        }
    }
    assert!(fell_back > 50, "{fell_back}");
}

/// However often the newest sector is lost, and whatever room there is for marks: no number that was
/// given out in it is given out again.
#[test]
fn a_sector_lost_again_and_again_is_jumped_over_each_time() {
    for sectors in 2..5 {
        lose_the_newest::<1, 512, SMALL>(sectors, BYTES);
        lose_the_newest::<32, 512, SMALL>(sectors, 2 * BYTES);
        // Without slots for marks.
        lose_the_newest::<128, 4096, 256>(sectors, 4 * BYTES);
    }
}

fn lose_the_newest<const W: usize, const E: usize, const FRAME: usize>(sectors: u32, bytes: u32) {
    let (mut log, mut model, settings, region) = fresh::<W, E, FRAME>(sectors, bytes, true);
    // A sector that was opened when the one before it was full.
    let first = log.sector();
    while log.sector() == first {
        log.append(PLAIN, &[3; 8], &mut model).unwrap();
    }
    let mut given = log.append(PLAIN, &[4; 8], &mut model).unwrap().seq;
    for loss in 0..10 {
        let at = (log.sector() * bytes) as usize;
        let mut image = log.into_flash().into_parts().0;
        image[at..at + bytes as usize].fill(0x5A);
        model = Model::default();
        let flash = Flash::<W, E>::owned_image(image).unwrap();
        log = Log::mount(flash, region, &settings, &mut model).unwrap();
        assert!(log.report().lost.iter().any(|lost| lost.perhaps), "{:?}", log.report());
        for _ in 0..5 {
            let placed = log.append(PLAIN, &[5; 8], &mut model).unwrap();
            let what = format_args!("{sectors} sectors, units of {W}, loss {loss}");
            assert!(placed.seq > given, "{what}: {} is given out after {given}", placed.seq);
            given = placed.seq;
        }
    }
}

/// The first frame is gone, number and all: what stands behind it in its stripe has lost its number.
#[test]
fn a_rotten_first_frame_hides_nothing_behind_it() {
    let mut only_stripe = 0;
    for records in 200..260 {
        let (mut image, model, settings, region, active) = written(records);
        let first = (active * BYTES) as usize + 32;
        image[first..first + 6].fill(0xA5);
        only_stripe += u32::from(image[(active * BYTES) as usize + 128] == ERASED);
        let (mut log, mut found) = mount(image, region, &settings);
        assert!(log.report().fell_back, "{records} records: {:?}", log.report());
        assert_eq!(found.essence(), model.essence(), "{records} records");
        assert_eq!((log.next_seq(), lost_records(&log)), (model.last_seq + 1, 0));
        for (&seq, &(at, _)) in &found.open.clone() {
            assert!(log.read(seq, at).is_ok(), "{records} records: {seq}");
        }
        let p = log.append(PLAIN, b"on", &mut found).unwrap();
        assert_eq!(p.seq, model.last_seq + 1, "no number twice");
    }
    assert!(only_stripe > 0);
}

#[test]
fn with_two_sectors_the_second_checkpoint_stands_in() {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(2, 2048, true);
    for i in 0..300u32 {
        let p = log.append(PLAIN, &i.to_le_bytes(), &mut model).unwrap();
        model.apply(p.seq, PLAIN, &i.to_le_bytes(), p.at);
    }
    let commit = (log.sector() * 2048) as usize + 32;
    let image = log.into_flash().into_parts().0;
    for byte in [0, 1, 7, 20] {
        let mut image = image.clone();
        image[commit + byte] ^= 0x08;
        let (log, found) = mount(image, region, &settings);
        assert_eq!(found.essence(), model.essence(), "byte {byte}");
        assert!(!log.report().fell_back && log.report().damaged > 0);
    }
}

#[test]
fn any_single_flip_mounts_or_is_refused_and_is_never_silent() {
    let (image, model, settings, region, _) = written(230);
    for at in 0..image.len() {
        let mut image = image.clone();
        image[at] ^= 1 << (at % 8);
        let mut found = Model::default();
        let flash = Flash::<1, 512>::owned_image(image).unwrap();
        let Ok(log) = Log::<_, SMALL>::mount(flash, region, &settings, &mut found) else {
            panic!("byte {at:#x}: a single flip made the whole log unreadable");
        };
        let report = log.report();
        let silent = report.damaged == 0 && report.torn_or_lost.is_none() && report.lost.is_empty();
        if silent {
            assert_eq!(found.essence(), model.essence(), "byte {at:#x}");
        } else {
            let lost = lost_records(&log);
            let torn = u32::from(report.torn_or_lost.is_some());
            assert!(found.count + lost + torn >= model.count, "byte {at:#x}: {report:?}");
        }
    }
}

#[test]
fn arbitrary_images_neither_panic_nor_hang() {
    let (image, _, settings, region, _) = written(230);
    let mut seed = 88172645463325252u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for round in 0..600 {
        let mut bad = image.clone();
        match round % 3 {
            0 => bad.iter_mut().for_each(|b| *b = random() as u8),
            1 => {
                for _ in 0..40 {
                    let at = random() as usize % bad.len();
                    bad[at] = random() as u8;
                }
            }
            _ => {
                let (from, to, len) =
                    (random() as usize % 4096, random() as usize % 4096, random() as usize % 900);
                for i in 0..len {
                    bad[(to + i) % 4096] = image[(from + i) % 4096];
                }
            }
        }
        let mut model = Model::default();
        let flash = Flash::<1, 512>::owned_image(bad).unwrap();
        let reads = flash.counts().read_bytes;
        if let Ok(mut log) = Log::<_, SMALL>::mount(flash, region, &settings, &mut model) {
            assert!(log.flash().counts().read_bytes - reads < 400_000);
            let _ = log.append(PLAIN, b"x", &mut model);
            let _ = log.maintain(1_000_000, &mut model);
            log.scan(|_| {});
        }
    }
}
