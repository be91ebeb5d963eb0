//! What a record changes. It is checked first, as a whole: a refusal changes nothing.

use super::check::reopened_state;
use super::kinds::{Counts, rule};
use super::{
    Item, ItemEvent, ItemState, Ledger, Newest, Phase, PhaseEvent, Refusal, settle_transition,
};
use crate::record::{
    Intent, Outcome, Place, Record, Reopen, ReversalReason, Seq, SetBatch, Verdict,
};

/// Where a record lies and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The record's sequence number.
    pub seq: Seq,
    /// Its place in the log.
    pub place: Place,
    /// Bytes it takes there, frame and padding included.
    pub cost: u32,
}

/// What a record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A payment stands elsewhere now.
    Item {
        /// The payment.
        item: Seq,
        /// Where it stood; `None` for a new or re-opened one.
        from: Option<ItemState>,
        /// Where it stands.
        to: ItemState,
        /// It was added to the totals of the open batch. `false` for a completed payment
        /// means that the host was told other figures: the expected difference.
        counted: bool,
    },
    /// A settlement moved on.
    Settlement {
        /// The book.
        book: u8,
        /// Its phase now.
        phase: Phase,
    },
    /// Counters were set.
    Counters,
    /// Nothing: the record is evidence.
    Evidence,
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// Applies a record: live, at a mount or from a dump.
    ///
    /// # Errors
    /// The record is illegal now. Nothing has changed.
    pub fn apply(&mut self, at: Placed, record: &Record) -> Result<Change, Refusal> {
        self.check(record)?;
        if let (Record::Intent(_), Some(Newest { seq: newest, .. })) = (record, self.newest)
            && at.seq <= newest
        {
            return Err(Refusal::OutOfOrder { seq: at.seq, newest });
        }
        Ok(self.change(at, record))
    }

    /// The effect of a record that was checked.
    pub(super) fn change(&mut self, at: Placed, record: &Record) -> Change {
        let change = match record {
            Record::Intent(intent) => self.announce(at, intent),
            Record::Reopen(reopen) => self.reopen(at, reopen),
            Record::SetBatch(set) => self.set_batch(at.seq, set),
            _ => match (ItemEvent::of(record), PhaseEvent::of(record)) {
                (Some((item, event)), _) => self.happen(item, event, record),
                (None, Some(step)) => self.settle(at.seq, step, record),
                (None, None) => Change::Evidence,
            },
        };
        self.account(at, record);
        change
    }

    fn announce(&mut self, at: Placed, intent: &Intent) -> Change {
        if let Some(book) = self.books.get_mut(usize::from(intent.book)) {
            book.used = true;
            book.use_stan(intent.stan);
            book.next_invoice = intent.invoice.next();
            // The currency's room is taken now, so that an approval never lacks it.
            let _ = book.totals.entry(intent.currency);
        }
        let item = Item::announced(at.seq, at.place, at.cost, intent);
        let Item { seq, kind, state, .. } = item;
        self.newest = Some(Newest { seq, kind, state });
        self.insert(item);
        Change::Item { item: seq, from: None, to: state, counted: false }
    }

    fn reopen(&mut self, at: Placed, reopen: &Reopen) -> Change {
        if let Some(book) = self.books.get_mut(usize::from(reopen.intent.book)) {
            book.used = true;
        }
        let state = reopened_state(reopen);
        let announced = Item::announced(reopen.item, at.place, at.cost, &reopen.intent);
        self.insert(Item {
            state,
            reason: reopen.reason,
            reopened: true,
            in_flight: false,
            ..announced
        });
        self.remember(reopen.item, state);
        Change::Item { item: reopen.item, from: None, to: state, counted: false }
    }

    /// Puts an item where its sequence number belongs. The check saw that there is room.
    pub(super) fn insert(&mut self, item: Item) {
        if self.items.is_full() {
            return;
        }
        // Each item behind its place moves on by one. `Vec::insert` would do it, and can panic.
        let (seq, mut moving) = (item.seq, item);
        for other in self.items.iter_mut().filter(|other| other.seq >= seq) {
            core::mem::swap(other, &mut moving);
        }
        let _ = self.items.push(moving);
    }

    /// An event of a payment: of an open one, or evidence about a closed one.
    fn happen(&mut self, seq: Seq, event: ItemEvent, record: &Record) -> Change {
        match self.item(seq).map(|item| item.after(event)) {
            Some(Ok(to)) => self.step(seq, to, record),
            _ => Change::Evidence,
        }
    }

    /// Moves an open payment to a state, with what the record says besides.
    pub(super) fn step(&mut self, seq: Seq, to: ItemState, record: &Record) -> Change {
        let found = self.items.iter_mut().enumerate().find(|(_, item)| item.seq == seq);
        let Some((index, item)) = found else { return Change::Evidence };
        let from = item.state;
        item.learn(record);
        item.state = to;
        item.unresolved |= to == ItemState::Unresolved;
        // While the chip is asked to confirm, the payment is still in this run's hands.
        item.in_flight &= to == ItemState::Approved;
        self.remember(seq, to);
        let counted = to == ItemState::Completed && self.count(index);
        if to.is_final() {
            self.items.retain(|item| item.seq != seq);
        }
        Change::Item { item: seq, from: Some(from), to, counted }
    }

    /// Adds a completed payment to its batch, unless other figures were sent already.
    fn count(&mut self, index: usize) -> bool {
        let Some(item) = self.items.get(index) else { return false };
        let Some(book) = self.books.get_mut(usize::from(item.book)) else { return false };
        if item.batch != book.batch || !matches!(book.phase, Phase::Open | Phase::Frozen) {
            return false;
        }
        let Some(totals) = book.totals.entry(item.currency) else { return false };
        let (tally, amount) = match rule(item.kind).counts {
            Counts::Sales => (&mut totals.sales, item.approved),
            Counts::Refunds => (&mut totals.refunds, item.approved),
            Counts::Voided => (&mut totals.voided, item.amount),
        };
        *tally = tally.plus(amount);
        true
    }

    fn remember(&mut self, seq: Seq, state: ItemState) {
        if let Some(newest) = self.newest.as_mut().filter(|newest| newest.seq == seq) {
            newest.state = state;
        }
    }

    fn settle(&mut self, seq: Seq, step: PhaseEvent, record: &Record) -> Change {
        let to = record.book().and_then(|book| self.phase(book).ok());
        let to = to.and_then(|phase| settle_transition(phase, step));
        to.map_or(Change::Evidence, |phase| self.enter(seq, phase, record))
    }

    /// Moves a settlement to a phase, with what the record says besides.
    pub(super) fn enter(&mut self, seq: Seq, phase: Phase, record: &Record) -> Change {
        let number = record.book().unwrap_or_default();
        let Some(book) = self.books.get_mut(usize::from(number)) else {
            return Change::Evidence;
        };
        book.used = true;
        book.phase = phase;
        match record {
            Record::Freeze(_) => book.settle_attempts = 0,
            Record::Unfreeze(_) => book.reopen_for_sale(),
            Record::SettleAttempt(attempt) => {
                book.use_stan(attempt.stan);
                book.settle_attempts = attempt.number;
            }
            Record::Uploaded(uploaded) => book.uploaded = uploaded.through,
            Record::BatchClosed(closed) => book.open_batch(closed.next, seq),
            _ => {}
        }
        Change::Settlement { book: number, phase }
    }

    fn set_batch(&mut self, seq: Seq, set: &SetBatch) -> Change {
        if let Some(book) = self.books.get_mut(usize::from(set.book)) {
            book.used = true;
            book.open_batch(set.next, seq);
            book.next_stan = set.stan.unwrap_or(book.next_stan);
            book.next_invoice = set.invoice.unwrap_or(book.next_invoice);
        }
        Change::Counters
    }
}

impl Item {
    /// Takes over what a record says besides the event.
    fn learn(&mut self, record: &Record) {
        match record {
            Record::Outcome(outcome) => self.learn_outcome(outcome),
            Record::Reverse(reverse) => self.reason = reverse.reason,
            Record::Attempt(attempt) => {
                self.reason = attempt.reason;
                self.attempts = attempt.number;
                self.asked = true;
            }
            Record::Answer(_) => self.asked = false,
            _ => {}
        }
    }

    fn learn_outcome(&mut self, outcome: &Outcome) {
        self.approved = outcome.approved_amount.unwrap_or(self.amount);
        self.reason = match outcome.verdict {
            Verdict::NoAnswer => ReversalReason::NoAnswer,
            // An answer came, so 98 would be untrue.
            _ => ReversalReason::Other,
        };
    }
}
