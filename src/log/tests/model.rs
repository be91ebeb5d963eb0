//! A tenant that knows exactly what it was told: a running hash over every record, and open items
//! that must be kept until they are closed.

use std::collections::BTreeMap;
use std::vec::Vec;

use super::{Entry, Tenant};

/// Opens an item: kept until closed.
pub const OPEN: u8 = 0x81;
/// Closes the item whose number is its payload.
pub const CLOSE: u8 = 0x82;
/// Needed by nobody.
pub const PLAIN: u8 = 0x03;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    pub count: u32,
    pub hash: u64,
    pub last_seq: u32,
    /// Open items: sequence number to place and a hash of the payload.
    pub open: BTreeMap<u32, (u32, u32)>,
    pub lost: Vec<(u32, u32)>,
    /// How often it was told of a loss.
    pub heard: u32,
}

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

pub fn short_hash(bytes: &[u8]) -> u32 {
    fnv(0xcbf2_9ce4_8422_2325, bytes) as u32
}

impl Model {
    /// What a log that lost nothing must restore: everything but the places.
    pub fn essence(&self) -> (u32, u64, Vec<u32>) {
        (self.count, self.hash, self.open.keys().copied().collect())
    }

    pub fn apply(&mut self, seq: u32, kind: u8, payload: &[u8], at: u32) {
        self.count += 1;
        self.hash = fnv(fnv(fnv(self.hash, &seq.to_le_bytes()), &[kind]), payload);
        self.last_seq = seq;
        match kind {
            OPEN => {
                self.open.insert(seq, (at, short_hash(payload)));
            }
            CLOSE => {
                let item = u32::from_le_bytes(payload[..4].try_into().unwrap());
                self.open.remove(&item);
            }
            _ => {}
        }
    }
}

impl Tenant for Model {
    fn reset(&mut self) {
        *self = Model::default();
    }

    fn restore(&mut self, entry: &[u8]) -> bool {
        let word = |i: usize| u32::from_le_bytes(entry[i..i + 4].try_into().unwrap());
        match entry[0] {
            1 => {
                self.count = word(1);
                self.last_seq = word(5);
                self.hash = u64::from(word(9)) | u64::from(word(13)) << 32;
            }
            _ => {
                self.open.insert(word(1), (word(5), word(9)));
            }
        }
        true
    }

    fn replay(&mut self, entry: Entry<'_>) {
        self.apply(entry.seq, entry.kind, entry.payload, entry.at);
    }

    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize> {
        let mut bytes = Vec::new();
        if index == 0 {
            bytes.push(1);
            bytes.extend(self.count.to_le_bytes());
            bytes.extend(self.last_seq.to_le_bytes());
            bytes.extend(self.hash.to_le_bytes());
        } else {
            let (seq, (at, hash)) = self.open.iter().nth(index - 1)?;
            bytes.push(2);
            bytes.extend(seq.to_le_bytes());
            bytes.extend(at.to_le_bytes());
            bytes.extend(hash.to_le_bytes());
        }
        out[..bytes.len()].copy_from_slice(&bytes);
        Some(bytes.len())
    }

    fn pinned(&self, entry: &Entry<'_>) -> bool {
        self.open.contains_key(&entry.seq)
    }

    fn key(&self, entry: &Entry<'_>) -> Option<u32> {
        self.open.contains_key(&entry.seq).then_some(entry.seq)
    }

    fn place(&self, key: u32) -> Option<u32> {
        self.open.get(&key).map(|item| item.0)
    }

    fn moved(&mut self, key: u32, at: u32) {
        if let Some(item) = self.open.get_mut(&key) {
            item.0 = at;
        }
    }

    fn needs_from(&self) -> u32 {
        self.open.keys().next().copied().unwrap_or(u32::MAX)
    }

    fn lost(&mut self, from: u32, to: u32, _: bool) {
        self.heard += 1;
        if !self.lost.contains(&(from, to)) {
            self.lost.push((from, to));
        }
    }
}
