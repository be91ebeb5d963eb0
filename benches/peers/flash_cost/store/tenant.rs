//! What lives in our log when it holds the same raw bytes as the peers.

use pos_journal::log::{Entry, Tenant};

use crate::record::{ACK, INTENT, Id, OUTCOME, SETTLED, payment_of};

/// A small ledger: which payments are open and where, and from where on the batch is unsettled.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The first record that is needed.
    pub from: u32,
    /// Bytes that must be kept.
    pub kept: u32,
    /// Payment, sequence number and address of each open intent.
    pub open: Vec<(u32, u32, u32)>,
}

/// Bytes of the checkpoint entries: those of the real ledger with one book, and of one open payment.
const GENERAL: usize = 30;
const ITEM: usize = 24;

impl Batch {
    pub fn apply(&mut self, id: Id, payload: &[u8], at: u32, bytes: u32) {
        let payment = payment_of(payload);
        self.kept += bytes;
        match id.kind {
            INTENT => self.open.push((payment, id.seq, at)),
            OUTCOME | ACK => self.open.retain(|&(other, ..)| other != payment),
            SETTLED => (self.from, self.kept) = (id.seq, bytes),
            _ => {}
        }
    }

    fn find(&self, payment: u32) -> Option<&(u32, u32, u32)> {
        self.open.iter().find(|(other, ..)| *other == payment)
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u32::from_le_bytes(*b))
}

impl Tenant for Batch {
    fn reset(&mut self) {
        *self = Batch::default();
    }

    fn restore(&mut self, entry: &[u8]) -> bool {
        match entry.len() {
            GENERAL => (self.from, self.kept) = (word(entry, 0), word(entry, 4)),
            _ => self.open.push((word(entry, 0), word(entry, 4), word(entry, 8))),
        }
        true
    }

    fn replay(&mut self, entry: Entry<'_>) {
        self.apply(Id { seq: entry.seq, kind: entry.kind }, entry.payload, entry.at, entry.bytes);
    }

    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize> {
        let (words, len) = match index {
            0 => ([self.from, self.kept, 0], GENERAL),
            _ => self.open.get(index - 1).map(|&(a, b, c)| ([a, b, c], ITEM))?,
        };
        let out = out.get_mut(..len)?;
        out.fill(0);
        out.chunks_mut(4).zip(words).for_each(|(to, word)| to.copy_from_slice(&word.to_le_bytes()));
        Some(len)
    }

    fn pinned(&self, entry: &Entry<'_>) -> bool {
        entry.seq >= self.from || self.open.iter().any(|&(_, seq, _)| seq == entry.seq)
    }

    fn needs_from(&self) -> u32 {
        self.open.iter().map(|&(_, seq, _)| seq).fold(self.from, u32::min)
    }

    fn key(&self, entry: &Entry<'_>) -> Option<u32> {
        let payment = payment_of(entry.payload);
        (entry.kind == INTENT && self.find(payment).is_some()).then_some(payment)
    }

    fn place(&self, key: u32) -> Option<u32> {
        self.find(key).map(|&(.., at)| at)
    }

    fn moved(&mut self, key: u32, at: u32) {
        if let Some(item) = self.open.iter_mut().find(|(payment, ..)| *payment == key) {
            item.2 = at;
        }
    }

    fn lost(&mut self, _: u32, _: u32, _: bool) {}
}
