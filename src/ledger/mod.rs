//! The rules: what each record means for the books. A pure state machine.
//!
//! No I/O, no clock, no log. Firmware applies records as they happen, a mount replays them,
//! the host tool replays a dump: all three through [`Ledger::apply`], so that there is one
//! answer to what a record means.
//!
//! | question | file |
//! |---|---|
//! | what can follow what in a payment's life? | `transition` (a table) |
//! | what can follow what in a settlement? | `phase` (a table) |
//! | how do the kinds differ? | `kinds` (a table) |
//! | why is a record refused? | `check`, `refusal`; by the running terminal also `live` |
//! | what does it change? | `apply` |
//! | what if records before it were lost? | `follow` |
//! | what is owed, and in which order? | `duty` |
//! | what stops a new payment? | `block` |
//! | may this payment be voided, refunded, completed? | `original` |
//! | what is a settlement told? | `settle` |
//! | which records must reclaim keep? | `reserve` |
//! | what survives a reclaim? | `checkpoint` |
//! | what do this host's codes mean, and when is something tried again? | [`profile`] |
//! | what does the 0500 say? | [`figures`] |
//!
//! A sale that is never answered, over a restart:
//!
//! ```
//! use pos_journal::ledger::{Duty, Ledger, Placed};
//! use pos_journal::record::*;
//!
//! let mut ledger = Ledger::<8, 1>::new();
//! let at = |seq| Placed { seq: Seq(seq), place: Place(64 * seq), cost: 64 };
//! let kind = TransactionKind::Sale;
//! let sale = Intent {
//!     stan: ledger.next_stan(0)?,
//!     batch: ledger.intent_batch(0, kind)?,
//!     invoice: ledger.next_invoice(0)?,
//!     ..Intent::new(0, kind, Amount::new(1_250), Currency::CNY)
//! };
//! ledger.apply(at(1), &sale.into())?;
//! assert_eq!(ledger.next_duty(), None, "in flight");
//!
//! ledger.boot();
//! let Some(Duty::Reversal { item, reason, .. }) = ledger.next_duty() else { panic!() };
//! assert_eq!((item, reason), (Seq(1), ReversalReason::NoAnswer));
//! assert!(ledger.blocked(0, kind).is_some());
//!
//! let attempt = Attempt { item, book: 0, number: 1, reason, uptime: Uptime(900) };
//! ledger.apply(at(2), &attempt.into())?;
//! let answer = Answer { item, book: 0, class: AnswerClass::Done, code: None };
//! ledger.apply(at(3), &answer.into())?;
//! assert_eq!(ledger.next_duty(), None);
//! # Ok::<(), pos_journal::ledger::Refusal>(())
//! ```

mod apply;
mod block;
mod book;
mod check;
mod checkpoint;
mod duty;
pub mod figures;
mod follow;
mod item;
mod kinds;
mod live;
mod numbers;
mod order;
mod original;
mod phase;
pub mod profile;
mod refusal;
mod reserve;
mod settle;
mod state;
mod status;
mod transition;

#[cfg(test)]
mod tests;

pub use apply::{Change, Placed};
pub use block::Block;
pub use book::TALLY_MAX;
pub use checkpoint::{MAX_ENTRY, Unreadable, checkpoint_version};
pub use duty::{Duty, SettleStep};
pub use follow::settled_state;
pub use item::Item;
pub(crate) use item::Millis;
pub use kinds::{Counts, KindRule, Needs, Owes, Scope, rule};
pub use order::refund_number;
pub use original::{COMPLETION_PERCENT, OriginalFacts, check_original};
pub use phase::{Phase, PhaseEvent, settle_transition};
pub use refusal::Refusal;
pub use reserve::{CLOSING_COST, CLOSING_FRAMES, closing_bytes};
pub use state::{ItemEvent, ItemState};
pub use status::PaymentStatus;
pub use transition::transition;

use crate::record::{Place, Seq, Totals, TransactionKind};
use book::Book;

/// The state of every book and every open payment.
///
/// `ITEMS` payments can be open at a time, over `BOOKS` books. Two ledgers are equal if a
/// checkpoint cannot tell them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger<const ITEMS: usize, const BOOKS: usize> {
    /// In order of their sequence numbers.
    items: heapless::Vec<Item, ITEMS>,
    books: [Book; BOOKS],
    newest: Option<Newest>,
}

/// The newest payment; it is remembered after it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Newest {
    seq: Seq,
    kind: TransactionKind,
    state: ItemState,
}

impl<const ITEMS: usize, const BOOKS: usize> Default for Ledger<ITEMS, BOOKS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// A ledger to which nothing has happened: batch, STAN and invoice of every book are 1.
    #[must_use]
    pub const fn new() -> Self {
        Self { items: heapless::Vec::new(), books: [Book::UNUSED; BOOKS], newest: None }
    }

    /// The terminal has started: whatever was in flight is owed from here on.
    pub fn boot(&mut self) {
        for item in &mut self.items {
            item.in_flight = false;
            item.fresh = false;
            item.asked = false;
            item.tried_at = item::NOT_TRIED;
        }
    }

    /// The open payments, oldest first.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }

    /// An open payment by the sequence number of its intent.
    #[must_use]
    pub fn item(&self, seq: Seq) -> Option<&Item> {
        self.items.iter().find(|item| item.seq == seq)
    }

    /// The record that an open payment stands on (its intent, or the record that opened it again)
    /// now lies elsewhere. Says whether the payment is open.
    pub fn moved(&mut self, item: Seq, to: Place) -> bool {
        let open = self.items.iter_mut().find(|open| open.seq == item);
        open.map(|open| open.place = to).is_some()
    }

    /// The newest payment and where it stands, also after it is closed.
    #[must_use]
    pub fn last(&self) -> Option<(Seq, ItemState)> {
        let Newest { seq, state, .. } = self.newest?;
        Some((seq, self.item(seq).map_or(state, Item::state)))
    }

    /// What the batch that takes new business adds up to. From the first 0500 until it is closed the
    /// figures stay as they were sent; see [`Ledger::settle_totals`].
    ///
    /// # Errors
    /// There is no such book.
    pub fn totals(&self, book: u8) -> Result<&Totals, Refusal> {
        self.book(book).map(|book| &book.open.totals)
    }

    /// How far the settlement of the book has come.
    ///
    /// # Errors
    /// There is no such book.
    pub fn phase(&self, book: u8) -> Result<Phase, Refusal> {
        self.book(book).map(Book::phase)
    }

    fn book(&self, book: u8) -> Result<&Book, Refusal> {
        self.books.get(usize::from(book)).ok_or(Refusal::NoSuchBook { book })
    }
}
