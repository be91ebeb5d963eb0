//! CRC-32C (Castagnoli, reflected, initial and final value 0xFFFF_FFFF): Hamming distance 6 up to
//! 655 bytes, which covers the largest frame; the Ethernet polynomial stops at 33 bytes.
//!
//! Firmware has a table of 1 KiB and looks up a byte after the other. A host has sixteen of them and
//! looks up sixteen bytes at once: whoever reads dumps does little else.

use crc::{CRC_32_ISCSI, Crc, Digest, Table};

#[cfg(not(feature = "std"))]
type Tables = Table<1>;
#[cfg(feature = "std")]
type Tables = Table<16>;

/// The CRC of frames, headers and exports.
pub(crate) static CRC: Crc<u32, Tables> = Crc::<u32, Tables>::new(&CRC_32_ISCSI);

/// A CRC being computed.
pub(crate) type CrcDigest = Digest<'static, u32, Tables>;

/// A CRC under way, of frames: most have less than 48 bytes.
#[derive(Clone, Copy)]
pub(super) struct Sum(u32);

/// What a byte becomes by one of the tables, which have as many entries as a byte has values.
fn of(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or(0)
}

impl Sum {
    pub const NEW: Self = Sum(u32::MAX);

    fn step(self) -> Self {
        let [table, ..] = CRC.table();
        let [low, ..] = self.0.to_le_bytes();
        Sum(of(table, low) ^ (self.0 >> 8))
    }

    fn rest(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |sum, &byte| Sum(sum.0 ^ u32::from(byte)).step())
    }

    pub const fn end(self) -> u32 {
        !self.0
    }
}

/// Four bytes are taken at a time: while the first is looked up, the others wait in the upper part of
/// the register, so each costs three instructions instead of five.
#[cfg(not(feature = "std"))]
impl Sum {
    pub fn word(self, word: u32) -> Self {
        Sum(self.0 ^ word).step().step().step().step()
    }

    pub fn words(self, [first, second, third, fourth]: [u32; 4]) -> Self {
        self.word(first).word(second).word(third).word(fourth)
    }

    pub fn bytes(self, bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks();
        let sum = words.iter().fold(self, |sum, word| sum.word(u32::from_le_bytes(*word)));
        sum.rest(rest)
    }
}

/// No lookup waits for the one before it.
#[cfg(feature = "std")]
impl Sum {
    pub fn word(self, word: u32) -> Self {
        let [t0, t1, t2, t3, ..] = CRC.table();
        let [a, b, c, d] = (self.0 ^ word).to_le_bytes();
        Sum(of(t3, a) ^ of(t2, b) ^ of(t1, c) ^ of(t0, d))
    }

    pub fn words(self, [first, second, third, fourth]: [u32; 4]) -> Self {
        let [lowest @ .., _, _, _, _] = CRC.table();
        let [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11] = lowest;
        let [.., t12, t13, t14, t15] = CRC.table();
        let [a, b, c, d] = (self.0 ^ first).to_le_bytes();
        let [e, f, g, h] = second.to_le_bytes();
        let [i, j, k, l] = third.to_le_bytes();
        let [m, n, o, p] = fourth.to_le_bytes();
        let first = of(t15, a) ^ of(t14, b) ^ of(t13, c) ^ of(t12, d);
        let second = of(t11, e) ^ of(t10, f) ^ of(t9, g) ^ of(t8, h);
        let third = of(t7, i) ^ of(t6, j) ^ of(t5, k) ^ of(t4, l);
        let fourth = of(t3, m) ^ of(t2, n) ^ of(t1, o) ^ of(t0, p);
        Sum(first ^ second ^ third ^ fourth)
    }

    pub fn bytes(self, bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks();
        let (fours, words) = words.as_chunks();
        let sum = fours.iter().fold(self, |sum, four| sum.words(four.map(u32::from_le_bytes)));
        let sum = words.iter().fold(sum, |sum, word| sum.word(u32::from_le_bytes(*word)));
        sum.rest(rest)
    }
}
