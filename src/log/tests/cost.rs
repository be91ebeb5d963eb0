//! What appends, boots and reading back cost, as counts of operations and bytes.

use super::model::PLAIN;
use super::*;

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
