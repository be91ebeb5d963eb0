//! Whether a payment that begins now can be ended, whatever happens.

use super::nor_flash::NorFlash;

use super::{Error, Journal, Room, bisync};
use crate::ledger::{Block, Ledger, Phase, closing_bytes};
use crate::record::{Emv, MAX_RECORD, Record, Sealed, TransactionKind};

/// Payload of a record as `space` counts them.
pub(super) const TYPICAL_RECORD: usize = 40;
/// Payload of the largest record that `begin` writes beside an intent: names, a sealed card number and
/// chip data with their lengths.
const ATTACHED: usize = 8 + 1 + Sealed::MAX + 2 + Emv::MAX;
/// Bytes that a frame adds at worst to a payload: head, number, CRC, as a copy.
pub(super) const FRAME_OVERHEAD: u32 = 15;

/// Bytes of the largest checkpoint with its frames.
pub(super) const fn checkpoint_bytes<const ITEMS: usize, const BOOKS: usize, const FRAME: usize>()
-> u32 {
    let entries = Ledger::<ITEMS, BOOKS>::MAX_CHECKPOINT + Ledger::<ITEMS, BOOKS>::MAX_ENTRIES;
    // A frame closes early by at most one entry.
    let per_frame = FRAME - 28 - crate::ledger::MAX_ENTRY / 2;
    let frames = entries.div_ceil(per_frame);
    (entries + frames * 28) as u32
}

/// The log sector for a checkpoint of so many bytes, where none is given: it takes at most a quarter.
/// It is a whole number of erase blocks, and of stripes where erase blocks are smaller than those.
pub(super) const fn sector_bytes(checkpoint: u32, erase: u32, frame: usize) -> u32 {
    let least = if 4 * checkpoint > 4096 { 4 * checkpoint } else { 4096 };
    let stripe = 4 * (frame as u32).next_power_of_two();
    least.next_multiple_of(if erase == 0 { 1 } else { erase }).next_multiple_of(stripe)
}

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// What is taken, set aside and left.
    pub fn room(&self) -> Room {
        let layout = self.log.layout();
        let overhead = self.overhead();
        let ledger = &self.state.ledger;
        let kept = ledger.pinned_bytes();
        let reserved = ledger.reserve_bytes(overhead);
        let limit = self.log.keep_limit(checkpoint_bytes::<ITEMS, BOOKS, FRAME>());
        let free = limit.saturating_sub(kept).saturating_sub(reserved);
        let typical = layout.copy_bytes(40) + layout.copy_bytes(25);
        let left = free.saturating_sub(self.begin_bytes(TransactionKind::Sale, MAX_RECORD));
        Room {
            kept,
            reserved,
            limit,
            open_items: ledger.items().count(),
            items_limit: ITEMS,
            payments_left: left.checked_div(typical).unwrap_or_default(),
        }
    }

    /// Whether a payment fits that is begun with this record and `attached` bytes beside it, and all
    /// that may be needed to end it.
    pub(super) fn has_room(
        &self,
        kind: TransactionKind,
        record: &Record,
        attached: u32,
    ) -> Result<(), Error<F::Error>> {
        // Mostly there is room for the largest, and this one need not be measured.
        if self.fits(self.begin_bytes(kind, MAX_RECORD).saturating_add(attached)).is_ok() {
            return Ok(());
        }
        let closing = closing_bytes(kind, self.overhead());
        self.fits(self.bytes_of(record)?.saturating_add(closing).saturating_add(attached))
    }

    /// As [`has_room`](Self::has_room), for the largest intent of a kind with the most beside it.
    pub(super) fn has_room_for_any(&self, kind: TransactionKind) -> Result<(), Error<F::Error>> {
        self.fits(self.begin_bytes(kind, MAX_RECORD) + self.log.layout().copy_bytes(ATTACHED))
    }

    fn fits(&self, needed: u32) -> Result<(), Error<F::Error>> {
        let room = self.room();
        let free = room.limit.saturating_sub(room.kept).saturating_sub(room.reserved);
        if needed > free { Err(Error::Full { needed, free }) } else { Ok(()) }
    }

    /// Whether a record that nothing depends on fits beside all that is owed.
    pub(super) fn has_room_for_evidence(&self, record: &Record) -> Result<(), Error<F::Error>> {
        self.fits(self.bytes_of(record)?)
    }

    /// Bytes that a record takes in the log, wherever it is carried to.
    pub(super) fn bytes_of(&self, record: &Record) -> Result<u32, Error<F::Error>> {
        let mut buf = [0; MAX_RECORD];
        let payload = record.encode(&mut buf).map_err(|_| Error::TooLarge)?.len();
        Ok(self.log.layout().copy_bytes(payload))
    }

    fn begin_bytes(&self, kind: TransactionKind, payload: usize) -> u32 {
        self.log.layout().copy_bytes(payload) + closing_bytes(kind, self.overhead())
    }

    fn overhead(&self) -> u32 {
        FRAME_OVERHEAD + self.log.layout().unit() - 1
    }

    pub(super) fn refuse_if_owing(&self) -> Result<(), Error<F::Error>> {
        // A record that is not understood may be one of a payment.
        if let Some(why) = self.log.read_only() {
            return Err(Error::Log(crate::log::Error::ReadOnly(why)));
        }
        let ledger = &self.state.ledger;
        let open_items = ledger.items().count();
        let unsettled = (0u8..).take(BOOKS).any(|book| {
            ledger.totals(book).is_ok_and(|totals| !totals.is_zero())
                || ledger.phase(book).is_ok_and(|phase| phase != Phase::Open)
        });
        if open_items > 0 || unsettled {
            return Err(Error::StillOwing { open_items, unsettled });
        }
        Ok(())
    }

    /// Only what stops a payment of this kind, without the numbers.
    pub fn blocked(&self, book: u8, kind: TransactionKind) -> Option<Block> {
        self.state.ledger.blocked(book, kind)
    }
}
