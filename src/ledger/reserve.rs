//! Which records reclaim must keep, and the room that open payments can still need.

use super::book::Book;
use super::kinds::{Owes, rule};
use super::{Item, ItemState, Ledger, Placed};
use crate::record::{AnswerClass, Record, Seq, TransactionKind};

/// Bytes of payload that the records of an unanswered sale or void can still take, at worst: an
/// outcome with 145 bytes of chip data, then a reversal that the host knows nothing of, is
/// given up, answered twice more, decided by an operator and answered late. Further attempts
/// are not pinned: reclaim turns them into a count. The chip's confirmation is shorter than
/// that chain. A refund or a QR order may take more outcomes: see [`closing_bytes`].
pub const CLOSING_COST: u32 = OUTCOME + CHAIN;
/// In how many frames: outcome, reverse, attempt, three answers, unresolved, operator, late.
pub const CLOSING_FRAMES: u32 = 9;

/// The largest outcome.
pub(super) const OUTCOME: u32 = 208;
/// The largest reverse, attempt, three answers, unresolved, operator and late together.
pub(super) const CHAIN: u32 = 168;

/// How long a record is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// While its batch is unsettled or its payment is open.
    WhileOpen,
    /// While its batch is unsettled: evidence of how a payment ended.
    WhileUnsettled,
    /// Not at all: a checkpoint holds what it says.
    Never,
}

/// The table of what is kept. A `Freeze` and an `Identity` are kept by other rules: see
/// [`Ledger::pins`].
const fn keep(record: &Record) -> Keep {
    match record {
        // It owes nothing, and what it was is nobody's evidence.
        Record::Intent(intent) if matches!(rule(intent.kind).owes, Owes::Nothing) => Keep::Never,
        Record::Intent(_)
        | Record::Outcome(_)
        | Record::Reopen(_)
        | Record::OfflineApproved(_)
        | Record::Attach(_) => Keep::WhileOpen,
        Record::Completed(_)
        | Record::Reverse(_)
        | Record::NotSent(_)
        | Record::Unresolved(_)
        | Record::Operator(_)
        | Record::Late(_)
        | Record::Printed(_) => Keep::WhileUnsettled,
        // The answers that end a payment are its only proof of having been reversed; 'just paid' takes
        // the one before it back.
        Record::Answer(answer) => match answer.class {
            AnswerClass::Done | AnswerClass::NothingToReverse | AnswerClass::Paid => {
                Keep::WhileUnsettled
            }
            _ => Keep::Never,
        },
        _ => Keep::Never,
    }
}

/// The payment that a record is kept for: of an [`OfflineApproved`](Record::OfflineApproved) the
/// offline sale, which stands on it.
pub(super) fn payment(seq: Seq, record: &Record) -> Seq {
    match record {
        Record::OfflineApproved(_) => seq,
        _ => record.item().unwrap_or(seq),
    }
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// Whether reclaim must keep this record, whose sequence number is `seq`.
    ///
    /// Of an open payment that outlived its batch only the records it stands on are kept: intent,
    /// outcome and what is attached, or the record that opened it again. Besides: the figures of the
    /// batch in settlement and of the one closed last, and identities that an open payment or an
    /// unsettled batch may name.
    #[must_use]
    pub fn pins(&self, seq: Seq, record: &Record) -> bool {
        let Some(Ok(book)) = record.book().map(|book| self.book(book)) else { return false };
        match record {
            Record::Freeze(_) => book.keeps_freeze(seq),
            Record::Identity(identity) => self.names(book, identity.book, identity.index),
            _ => self.keeps(book, seq, record),
        }
    }

    fn keeps(&self, book: &Book, seq: Seq, record: &Record) -> bool {
        let keep = keep(record);
        let payment = payment(seq, record);
        if keep == Keep::Never {
            return false;
        }
        let open = || self.item(payment);
        let stands = |item: &Item| item.reopened == matches!(record, Record::Reopen(_));
        payment >= book.from() || (keep == Keep::WhileOpen && open().is_some_and(stands))
    }

    /// Whether an identity is the present one, or one that something unsettled may name.
    fn names(&self, book: &Book, number: u8, index: u8) -> bool {
        let named = |item: &Item| item.book == number && item.identity.unwrap_or(0) == index;
        let of_batch = book.named_identity().unwrap_or(0) <= index;
        (of_batch && Some(index) <= book.current_identity()) || self.items.iter().any(named)
    }

    /// No record before this one is pinned.
    #[must_use]
    pub fn needs_from(&self) -> Seq {
        let books = self.books.iter().filter(|book| book.used).flat_map(|book| {
            let identities = book.identities.map(|identities| identities.from);
            let freezes = book.freezes().map(|freeze| freeze.seq);
            [Some(book.from()), identities].into_iter().flatten().chain(freezes)
        });
        let items = self.items.iter().map(|item| item.seq);
        books.chain(items).min().unwrap_or(Seq(u32::MAX))
    }

    /// Bytes of the records that [`Ledger::pins`] holds, by the costs they were applied with. Older
    /// identities count until the next one is recorded with nothing open.
    #[must_use]
    pub fn pinned_bytes(&self) -> u32 {
        let books = self.books.iter().flat_map(|book| {
            let apart = book.apart().map_or(0, |apart| apart.pinned);
            let identities = book.identities.map_or(0, |identities| identities.bytes);
            let freezes = book.freezes().map(|freeze| freeze.cost);
            [book.open.pinned, apart, identities].into_iter().chain(freezes)
        });
        let older = self
            .items
            .iter()
            .filter(|item| self.book(item.book).is_ok_and(|book| item.seq < book.from()));
        books.chain(older.map(|item| item.cost)).fold(0, u32::saturating_add)
    }

    /// Bytes that the open payments can still need at worst, each frame with
    /// `frame_overhead` bytes of header, checksum and padding.
    #[must_use]
    pub fn reserve_bytes(&self, frame_overhead: u32) -> u32 {
        self.items
            .iter()
            .map(|item| still_needed(item.owed(), item.state, frame_overhead))
            .fold(0, u32::saturating_add)
    }

    /// Adds the record's cost to what is pinned.
    pub(super) fn account(&mut self, at: Placed, record: &Record) {
        if keep(record) == Keep::Never {
            return;
        }
        let payment = payment(at.seq, record);
        if let Some(book) = record.book().and_then(|book| self.books.get_mut(usize::from(book)))
            && let Some(span) = book.span_mut(payment)
        {
            span.pinned = span.pinned.saturating_add(at.cost);
            book.used = true;
        }
        let stands = matches!(record, Record::Outcome(_) | Record::Attach(_));
        let item = self.items.iter_mut().find(|item| item.seq == payment && !item.reopened);
        if let Some(item) = item.filter(|_| stands) {
            item.cost = item.cost.saturating_add(at.cost);
        }
    }
}

impl Book {
    fn freezes(&self) -> impl Iterator<Item = super::book::Kept> {
        let settling = self.settling.as_ref().and_then(|settling| settling.freeze);
        [settling, self.closed].into_iter().flatten()
    }

    fn keeps_freeze(&self, seq: Seq) -> bool {
        self.freezes().any(|freeze| freeze.seq == seq)
    }
}

/// Bytes that the records of a payment of this kind can take at worst once it has begun, each frame
/// with `frame_overhead` bytes of header, checksum and padding.
#[must_use]
pub const fn closing_bytes(kind: TransactionKind, frame_overhead: u32) -> u32 {
    still_needed(rule(kind).owes, ItemState::Unanswered, frame_overhead)
}

/// What a payment can still need: the outcomes that may come, and what follows them.
const fn still_needed(owes: Owes, state: ItemState, frame_overhead: u32) -> u32 {
    let outcomes = match (owes, state) {
        (Owes::Nothing, _) => return 0,
        (Owes::Reversal, ItemState::Unanswered) => 1,
        (Owes::Reversal | Owes::Advice | Owes::Notice, _) => 0,
        // An approval, then no word from the chip, then the result of the query. An order may be
        // asked about again when its cancel came too late.
        (Owes::Query | Owes::Order, ItemState::Unanswered) => 3,
        (Owes::Query, ItemState::Approved) => 2,
        (Owes::Order, _) => 2,
        (Owes::Query, _) => 1,
    };
    let frames = (CLOSING_FRAMES - 1 + outcomes).saturating_mul(frame_overhead);
    (outcomes * OUTCOME + CHAIN).saturating_add(frames)
}
