//! What appends, boots and reading back cost, as counts of operations and bytes.

use super::model::{CLOSE, OPEN, PLAIN};
use super::*;

/// A log after so many records of 60 bytes.
fn used(records: u32) -> (Log<Flash<1, 4096>, 256>, Model, Settings, Region) {
    let (mut log, mut model, settings, region) = fresh::<1, 4096, 256>(64, 4096, false);
    for i in 0..records {
        let payload = [i as u8; 60];
        let p = log.append(PLAIN, &payload, &mut model).unwrap();
        model.apply(p.seq, PLAIN, &payload, p.at);
    }
    (log, model, settings, region)
}

#[test]
fn a_scan_reads_each_sector_once_and_the_next_as_far_as_its_commit() {
    let (mut log, ..) = used(3_000);
    let before = log.flash().counts();
    let mut seen = 0;
    log.scan(|_| seen += 1);
    let read = (log.flash().counts() - before).read_bytes;
    assert_eq!(seen, 3_000);
    // 3,000 records in 52 sectors; beside each sector the stripe of the next one's commit.
    assert!(read <= 52 * (4096 + 700), "{read} bytes");
}

#[test]
fn a_scan_from_a_record_reads_what_follows_it() {
    for from in [1, 2_300, 2_900, 2_999, 3_000] {
        let (mut log, ..) = used(3_000);
        let before = log.flash().counts();
        let mut seen = std::vec::Vec::new();
        log.scan_from(from, |entry| seen.push(entry.seq));
        let read = (log.flash().counts() - before).read_bytes;
        assert_eq!(seen, (from..=3_000).collect::<std::vec::Vec<_>>());
        // A sector more than they take, each with the next one's commit, and a few bytes of others.
        let sectors = u64::from(3_000 - from) / 60 + 2;
        assert!(read <= sectors * (4096 + 700) + 64 * 128, "{read} bytes from {from}");
    }
}

#[test]
fn the_crc_is_that_of_its_definition() {
    let crc = ::crc::Crc::<u32, ::crc::Table<1>>::new(&::crc::CRC_32_ISCSI);
    let bytes: std::vec::Vec<u8> = (0..=255u8).rev().collect();
    for len in 0..bytes.len() {
        let mut digest = crc.digest();
        for word in [0x1234_5678, 7, 0xFFFF_FFFE, len as u32] {
            digest.update(&u32::to_le_bytes(word));
        }
        digest.update(&bytes[..len]);
        let seed = Seed { format_id: 0x1234_5678, epoch: 7 };
        assert_eq!(seed.frame_crc(0xFFFF_FFFE, len as u32, &bytes[..len]), digest.finalize());
    }
}

/// A payment as the peers' benchmark has it: 96 bytes, then 24 that end it.
fn pay<F: embedded_storage::nor_flash::NorFlash>(
    log: &mut Log<F, 256>,
    model: &mut Model,
) -> [Placed; 2] {
    let mut outcome = [0; 24];
    let mut put = |kind, payload: &[u8]| {
        let Ok(placed) = log.append(kind, payload, model) else { panic!("append") };
        model.apply(placed.seq, kind, payload, placed.at);
        while log.maintain(10_000, model).is_ok_and(|did| did != Maintained::Idle) {}
        placed
    };
    let intent = put(OPEN, &[7; 96]);
    outcome[..4].copy_from_slice(&intent.seq.to_le_bytes());
    [intent, put(CLOSE, &outcome)]
}

#[test]
fn a_payment_of_120_bytes_takes_135_and_two_programs_and_a_share_of_opening_sectors() {
    let (mut log, mut model, ..) = fresh::<1, 4096, 256>(64, 4096, false);
    let before = log.flash().counts();
    let payments = 5_000;
    for _ in 0..payments {
        pay(&mut log, &mut model);
    }
    let spent = log.flash().counts() - before;
    let (programs, bytes) = (spent.programs, spent.program_bytes);
    assert!(programs * 100 <= payments * 208, "{programs} programs");
    assert!(bytes * 10 <= payments * 1_365, "{bytes} bytes");
}

#[test]
fn a_payment_on_units_of_8_bytes() {
    let (mut log, mut model, ..) = fresh::<8, 2048, 256>(64, 4096, false);
    let before = log.flash().counts();
    let payments = 5_000;
    for _ in 0..payments {
        pay(&mut log, &mut model);
    }
    let spent = log.flash().counts() - before;
    let (programs, bytes) = (spent.programs, spent.program_bytes);
    assert!(programs * 100 <= payments * 209, "{programs} programs");
    assert!(bytes * 10 <= payments * 1_420, "{bytes} bytes");
}

#[test]
fn an_append_reads_nothing_unless_it_opens_a_sector() {
    let (mut log, mut model, ..) = fresh::<1, 4096, 256>(64, 4096, false);
    for _ in 0..3_000 {
        let (before, epoch) = (log.flash().counts(), log.epoch);
        let p = log.append(PLAIN, &[7; 60], &mut model).unwrap();
        model.apply(p.seq, PLAIN, &[7; 60], p.at);
        let read = (log.flash().counts() - before).read_bytes;
        // With idle time before it, an opening looks for the spare after the next.
        assert!(read <= if log.epoch == epoch { 0 } else { 128 }, "{read} bytes");
        while log.maintain(10_000, &mut model).unwrap() != Maintained::Idle {}
    }
}

/// The most that a mount reads on a ring of so many sectors, at every place of the last few sectors.
fn worst_mount(sectors: u32, payments: u32) -> u64 {
    let (mut log, mut model, settings, region) = fresh::<1, 4096, 256>(sectors, 4096, false);
    let mut worst = 0;
    for payment in 0..payments {
        pay(&mut log, &mut model);
        if payment + 70 >= payments {
            let before = log.flash().counts();
            let (copy, mut again) = (log.flash().clone(), Model::default());
            let mounted = Log::<_, 256>::mount(copy, region, &settings, &mut again).unwrap();
            worst = worst.max((mounted.flash().counts() - before).read_bytes);
            assert_eq!(again.essence(), model.essence());
        }
    }
    worst
}

#[test]
fn a_mount_of_2_mebibytes_reads_little_more_than_one_of_256_kibibytes() {
    let (small, large) = (worst_mount(64, 1_500), worst_mount(512, 10_000));
    assert!(small <= 5_000, "{small} bytes in 256 KiB");
    assert!(large <= 5_150, "{large} bytes in 2 MiB");
}

#[test]
fn a_mount_with_a_damaged_header_reads_all_headers_and_two_sectors_at_most() {
    let (mut log, mut model, settings, region) = fresh::<1, 4096, 256>(64, 4096, false);
    for _ in 0..1_500 {
        pay(&mut log, &mut model);
    }
    let image = log.into_flash().image().to_vec();
    let mut worst = 0;
    for sector in 0..64 {
        let mut image = image.clone();
        image[sector * 4096 + 8] ^= 0x5A;
        let flash = Flash::<1, 4096>::owned_image(image).unwrap();
        let mut again = Model::default();
        let mounted = Log::<_, 256>::mount(flash, region, &settings, &mut again).unwrap();
        worst = worst.max(mounted.flash().counts().read_bytes);
        assert_eq!(again.essence(), model.essence(), "sector {sector}");
    }
    // All headers and two sectors would be 10,240.
    assert!(worst <= 9_000, "{worst} bytes");
}
