//! What a record changes. It is checked first, as a whole: a refusal changes nothing.

use super::book::{Identities, Kept, Settling, bounded, bounded_row};
use super::check::reopened_state;
use super::item::Millis;
use super::kinds::{Counts, Owes, rule};
use super::{
    Item, ItemEvent, ItemState, Ledger, Newest, Phase, PhaseEvent, Refusal, settle_transition,
};
use crate::record::{
    AnswerClass, Identity, Intent, OfflineApproved, Outcome, Place, Record, Reopen, ReversalReason,
    Seq, SetBatch, Verdict,
};

/// Where a record lies and what it takes.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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
        /// It was added to the totals of its batch. `false` for a completed payment of a kind that
        /// counts means that the host was told other figures: the expected difference.
        counted: bool,
    },
    /// A payment ended or is reversed, and an offline sale took its place.
    Offline {
        /// The payment.
        item: Seq,
        /// Where it stood.
        from: ItemState,
        /// Where it stands.
        to: ItemState,
        /// The offline sale.
        sale: Seq,
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
    /// A book is someone else to its host now.
    Identity {
        /// The book.
        book: u8,
        /// The index of the new identity.
        index: u8,
    },
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
        self.check_order(at.seq, record)?;
        Ok(self.change(at, record))
    }

    /// A payment is announced after the newest one, or not at all.
    pub(super) fn check_order(&self, seq: Seq, record: &Record) -> Result<(), Refusal> {
        match (record, self.newest) {
            (Record::Intent(_) | Record::OfflineApproved(_), Some(Newest { seq: newest, .. }))
                if seq <= newest =>
            {
                Err(Refusal::OutOfOrder { seq, newest })
            }
            _ => Ok(()),
        }
    }

    /// The effect of a record that was checked.
    pub(super) fn change(&mut self, at: Placed, record: &Record) -> Change {
        let change = match record {
            Record::Intent(intent) => self.announce(at, intent),
            Record::Reopen(reopen) => self.reopen(at, reopen),
            Record::OfflineApproved(offline) => self.offline(at, offline, record),
            Record::SetBatch(set) => self.set_batch(at.seq, set),
            Record::Identity(identity) => self.identify(at, identity),
            _ => match (ItemEvent::of(record), PhaseEvent::of(record)) {
                (Some((item, event)), _) => self.happen(item, event, record),
                (None, Some(step)) => self.settle(at, step, record),
                (None, None) => Change::Evidence,
            },
        };
        self.account(at, record);
        change
    }

    fn announce(&mut self, at: Placed, intent: &Intent) -> Change {
        let owes = rule(intent.kind).owes;
        if let Some(book) = self.books.get_mut(usize::from(intent.book)) {
            book.used = true;
            if intent.batch != book.open.batch {
                // The first offline payment of the next batch opens it.
                book.split(Seq(at.seq.0.saturating_sub(1)));
            }
            book.use_stan(intent.stan);
            book.next_invoice = intent.invoice.next();
            if rule(intent.kind).counts != Counts::None {
                // The row's room is taken now, so that an approval never lacks it.
                let _ = book.open.totals.row(intent.currency, intent.card_class());
            }
        }
        let item = Item::announced(at.seq, at.place, at.cost, intent);
        let Item { seq, kind, state, .. } = item;
        self.newest = Some(Newest { seq, kind, state });
        if owes != Owes::Nothing {
            self.insert(item);
        }
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
            fresh: false,
            ..announced
        });
        self.remember(reopen.item, state);
        Change::Item { item: reopen.item, from: None, to: state, counted: false }
    }

    /// What was sent is reversed (or was never sent), and the offline sale is announced.
    fn offline(&mut self, at: Placed, offline: &OfflineApproved, record: &Record) -> Change {
        let event = ItemEvent::of(record).map(|(item, event)| self.happen(item, event, record));
        let announced = self.announce(at, &offline.intent);
        match event {
            Some(Change::Item { item, from: Some(from), to, .. }) => {
                Change::Offline { item, from, to, sale: at.seq }
            }
            _ => announced,
        }
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
        item.unresolved |= matches!(to, ItemState::Unresolved | ItemState::Refused);
        // While the chip is asked to confirm, the payment is still in this run's hands.
        item.in_flight &= to == ItemState::Approved;
        self.remember(seq, to);
        let counted = to.is_final() && self.close_item(index, to);
        Change::Item { item: seq, from: Some(from), to, counted }
    }

    /// Takes a payment that has ended out of the open ones. Says whether it counts in its batch.
    fn close_item(&mut self, index: usize, to: ItemState) -> bool {
        let counted = to == ItemState::Completed && self.count(index);
        let Some(item) = self.items.get(index).cloned() else { return false };
        // The original of a withheld void stands and was left out of the figures.
        let too_late = match (to == ItemState::Completed, item.withheld) {
            (true, withheld) => !counted && !withheld && item.counts() != Counts::None,
            (false, withheld) => withheld,
        };
        if let Some(book) = self.books.get_mut(usize::from(item.book)).filter(|_| too_late) {
            let amount = if item.counts().is_void() { item.amount } else { item.approved };
            book.uncounted = bounded(book.uncounted.plus(amount));
        }
        self.items.retain(|other| other.seq != item.seq);
        counted
    }

    /// Adds a completed payment to its batch, unless other figures were sent already.
    fn count(&mut self, index: usize) -> bool {
        let Some(item) = self.items.get(index) else { return false };
        let Some(book) = self.books.get_mut(usize::from(item.book)) else { return false };
        let counts = item.counts();
        if counts == Counts::None || !book.has_row(item.batch, item.currency, item.cards) {
            return false;
        }
        let Some(span) = book.counting_mut(item.batch) else { return false };
        let Some(row) = span.totals.row(item.currency, item.cards) else { return false };
        match counts {
            Counts::Sales => {
                row.sales = row.sales.plus(item.approved);
                if item.tip != crate::record::Amount::ZERO {
                    row.tips = row.tips.plus(item.tip.min(item.approved));
                }
            }
            Counts::Tip => {
                row.sales.amount = row.sales.amount.saturating_add(item.approved);
                row.tips = row.tips.plus(item.approved);
            }
            Counts::Refunds => row.refunds = row.refunds.plus(item.approved),
            Counts::Voided => row.voided = row.voided.plus(item.amount),
            Counts::RefundsVoided => row.refunds_voided = row.refunds_voided.plus(item.amount),
            Counts::None => {}
        }
        *row = bounded_row(*row);
        true
    }

    fn remember(&mut self, seq: Seq, state: ItemState) {
        if let Some(newest) = self.newest.as_mut().filter(|newest| newest.seq == seq) {
            newest.state = state;
        }
    }

    fn settle(&mut self, at: Placed, step: PhaseEvent, record: &Record) -> Change {
        let to = record.book().and_then(|book| self.phase(book).ok());
        let to = to.and_then(|phase| settle_transition(phase, step));
        to.map_or(Change::Evidence, |phase| self.enter(at, phase, record))
    }

    /// Moves a settlement to a phase, with what the record says besides.
    pub(super) fn enter(&mut self, at: Placed, phase: Phase, record: &Record) -> Change {
        let number = record.book().unwrap_or_default();
        match record {
            Record::SettleAttempt(_) => self.fix_figures(number),
            Record::Unfreeze(_) => self.release_figures(number),
            _ => {}
        }
        let Some(book) = self.books.get_mut(usize::from(number)) else {
            return Change::Evidence;
        };
        book.used = true;
        match record {
            Record::Freeze(_) => {
                let freeze = Kept { seq: at.seq, cost: at.cost };
                book.settling = Some(Settling::begun(phase, Some(freeze), book.uncounted));
            }
            Record::Unfreeze(_) => book.settling = None,
            Record::BatchClosed(closed) => book.close(closed.next, at.seq),
            Record::SettleAttempt(attempt) => {
                book.use_stan(attempt.stan);
                book.settling_mut().attempts = attempt.number;
            }
            Record::Uploaded(uploaded) => book.settling_mut().uploaded = uploaded.through,
            Record::NextBatch(_) => {
                book.split(at.seq);
                book.settling_mut().unlocked = true;
            }
            _ => {}
        }
        if let Some(settling) = &mut book.settling {
            settling.phase = phase;
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

    pub(super) fn identify(&mut self, at: Placed, identity: &Identity) -> Change {
        let (number, index) = (identity.book, identity.index);
        let clean = self.owes_nothing(number);
        // Their host knows them by another name from here on.
        for item in self.items.iter_mut().filter(|item| item.book == number) {
            item.put_in_doubt();
        }
        if let Some(book) = self.books.get_mut(usize::from(number)) {
            book.used = true;
            let older = book.identities.filter(|_| !clean);
            let fresh = Identities { current: index, from: at.seq, bytes: at.cost };
            book.identities = Some(older.map_or(fresh, |older| Identities {
                current: index,
                from: older.from,
                bytes: older.bytes.saturating_add(at.cost),
            }));
            if clean {
                book.open.identity = Some(index);
            }
        }
        Change::Identity { book: number, index }
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
                self.tried_at = Millis(attempt.uptime.0);
            }
            Record::Answer(answer) => {
                self.asked = false;
                if answer.class == AnswerClass::Unsent {
                    self.attempts = self.attempts.saturating_sub(1);
                }
            }
            Record::Unresolved(_) => self.unresolved = true,
            Record::Operator(_) => self.unresolved = false,
            _ => {}
        }
    }

    fn learn_outcome(&mut self, outcome: &Outcome) {
        if self.state == ItemState::RefundDue {
            return;
        }
        self.approved = outcome.approved_amount.unwrap_or(self.amount).min(self.amount);
        self.reason = match outcome.verdict {
            Verdict::NoAnswer => ReversalReason::NoAnswer,
            // An answer came, so 98 would be untrue.
            _ => ReversalReason::Other,
        };
    }
}
