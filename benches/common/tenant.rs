//! A tenant that only knows which payments are open.

use pos_journal::log::{Entry, Tenant};

pub const INTENT: u8 = 0x81;
pub const OUTCOME: u8 = 0x02;

/// Payment, sequence number and address of each open intent.
#[derive(Clone, Debug, Default)]
pub struct Open(heapless::Vec<[u32; 3], 16>);

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

impl Open {
    pub fn apply(&mut self, seq: u32, kind: u8, payload: &[u8], at: u32) {
        let payment = word(payload, 0);
        match kind {
            INTENT => self.0.push([payment, seq, at]).unwrap(),
            _ => self.0.retain(|[other, ..]| *other != payment),
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl Tenant for Open {
    fn reset(&mut self) {
        self.0.clear();
    }

    fn restore(&mut self, entry: &[u8]) -> bool {
        entry.len() == 1 || self.0.push([word(entry, 0), word(entry, 4), word(entry, 8)]).is_ok()
    }

    fn replay(&mut self, entry: Entry<'_>) {
        self.apply(entry.seq, entry.kind, entry.payload, entry.at);
    }

    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize> {
        let Some(index) = index.checked_sub(1) else {
            *out.first_mut()? = 1;
            return Some(1);
        };
        let words = self.0.get(index)?;
        out.chunks_mut(4).zip(words).for_each(|(to, word)| to.copy_from_slice(&word.to_le_bytes()));
        Some(12)
    }

    fn pinned(&self, entry: &Entry<'_>) -> bool {
        self.0.iter().any(|[_, seq, _]| *seq == entry.seq)
    }

    fn needs_from(&self) -> u32 {
        self.0.iter().map(|[_, seq, _]| *seq).min().unwrap_or(u32::MAX)
    }

    fn key(&self, entry: &Entry<'_>) -> Option<u32> {
        self.pinned(entry).then_some(entry.seq)
    }

    fn place(&self, key: u32) -> Option<u32> {
        self.0.iter().find(|[_, seq, _]| *seq == key).map(|[.., at]| *at)
    }

    fn moved(&mut self, key: u32, at: u32) {
        if let Some(item) = self.0.iter_mut().find(|[_, seq, _]| *seq == key) {
            item[2] = at;
        }
    }

    fn lost(&mut self, _: u32, _: u32, _: bool) {}
}
