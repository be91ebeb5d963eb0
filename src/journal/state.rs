use crate::ledger::{Ledger, MAX_ENTRY, Placed, Refusal};
use crate::log::{Broken, Entry, Tenant, is_broken};
use crate::record::{CRITICAL, DecodeError, Place, Record, Seq};

/// The ledger as the log's tenant: decoding, and nothing of its own.
#[cfg_attr(any(test, feature = "sim"), derive(Clone))]
pub(crate) struct State<const ITEMS: usize, const BOOKS: usize> {
    pub ledger: Ledger<ITEMS, BOOKS>,
    /// A record of this kind must be understood, or have room, before anything is written.
    pub unknown_critical: Option<u8>,
    /// Records that could not be decoded or that the ledger could make nothing of.
    pub skipped: u32,
    /// The payment that the last record replayed is about.
    pub last_item: Option<Seq>,
}

impl<const ITEMS: usize, const BOOKS: usize> State<ITEMS, BOOKS> {
    pub const fn new() -> Self {
        State { ledger: Ledger::new(), unknown_critical: None, skipped: 0, last_item: None }
    }
}

fn decode(entry: &Entry<'_>) -> Result<Record, DecodeError> {
    Record::decode(entry.kind, entry.payload)
}

impl<const ITEMS: usize, const BOOKS: usize> Tenant for State<ITEMS, BOOKS> {
    fn reset(&mut self) {
        self.ledger.reset();
        (self.unknown_critical, self.skipped, self.last_item) = (None, 0, None);
    }

    fn restore(&mut self, entry: &[u8]) -> bool {
        self.ledger.restore_entry(entry).is_ok()
    }

    fn replay(&mut self, entry: Entry<'_>) {
        let at = Placed { seq: Seq(entry.seq), place: Place(entry.at), cost: entry.bytes };
        match decode(&entry) {
            // Where records before this one are lost, what it says is believed.
            Ok(record) => {
                self.last_item = record.item().or(Some(at.seq));
                let Err(refusal) = self.ledger.follow(at, &record) else { return };
                self.skipped = self.skipped.saturating_add(1);
                // A payment that this firmware has no room for is owed all the same. What is
                // written next would sooner or later reclaim it.
                if matches!(refusal, Refusal::NoSuchBook { .. } | Refusal::ItemsFull) {
                    self.unknown_critical = self.unknown_critical.or(Some(entry.kind));
                }
            }
            Err(_) => {
                self.skipped = self.skipped.saturating_add(1);
                if entry.kind & CRITICAL != 0 {
                    self.unknown_critical = self.unknown_critical.or(Some(entry.kind));
                }
            }
        }
    }

    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize> {
        self.ledger.checkpoint_entry(index, out.first_chunk_mut::<MAX_ENTRY>()?)
    }

    fn pinned(&self, entry: &Entry<'_>) -> bool {
        if is_broken(Broken::NothingPinned) {
            return false;
        }
        match decode(entry) {
            Ok(record) => self.ledger.pins(Seq(entry.seq), &record),
            // What is not understood may be needed by whoever understands it.
            Err(_) => entry.kind & CRITICAL != 0,
        }
    }

    fn needs_from(&self) -> u32 {
        self.ledger.needs_from().0
    }

    fn key(&self, entry: &Entry<'_>) -> Option<u32> {
        let (item, reopened) = match decode(entry).ok()? {
            Record::Intent(_) | Record::OfflineApproved(_) => (Seq(entry.seq), false),
            Record::Reopen(reopen) => (reopen.item, true),
            _ => return None,
        };
        // A payment stands on the record that opened it last.
        let open = self.ledger.item(item).filter(|open| open.is_reopened() == reopened)?;
        Some(open.seq().0)
    }

    fn place(&self, key: u32) -> Option<u32> {
        self.ledger.item(Seq(key)).map(|item| item.place().0)
    }

    fn moved(&mut self, key: u32, at: u32) {
        self.ledger.moved(Seq(key), Place(at));
    }

    fn lost(&mut self, from: u32, to: u32, perhaps: bool) {
        if !is_broken(Broken::NoJump) {
            self.ledger.lost(Seq(from), Seq(to), perhaps);
        }
    }
}
