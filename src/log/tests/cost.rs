//! What appends, boots and reading back cost, as counts of operations and bytes.

use super::model::PLAIN;
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
    let crc = crc::Crc::<u32, crc::Table<1>>::new(&crc::CRC_32_ISCSI);
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
