//! Whether a record is legal now. Nothing here changes anything.

use super::kinds::{Needs, rule};
use super::{
    Item, ItemEvent, ItemState, Ledger, Newest, Phase, PhaseEvent, Refusal, settle_transition,
    transition,
};
use crate::record::{
    Amount, Attempt, Batch, Freeze, Intent, Original, Record, Reopen, Seq, SetBatch, SettleAttempt,
    Uploaded,
};

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// Whether [`Ledger::apply`] would take the record: the same check, without the effect.
    ///
    /// Ask before writing: an illegal record is never written.
    ///
    /// # Errors
    /// Why it would be refused, and what to do instead.
    pub fn check(&self, record: &Record) -> Result<(), Refusal> {
        if let Some((item, event)) = ItemEvent::of(record) {
            return self.check_event(item, event, record);
        }
        if let (Some(book), Some(step)) = (record.book(), PhaseEvent::of(record)) {
            self.check_step(book, step)?;
        }
        match record {
            Record::Intent(intent) => self.check_intent(intent),
            Record::Freeze(freeze) => self.check_freeze(freeze),
            Record::SettleAttempt(attempt) => self.check_settle_attempt(attempt),
            Record::SettleAnswer(answer) => self.check_batch(answer.book, answer.batch),
            Record::Uploaded(uploaded) => self.check_uploaded(uploaded),
            Record::UploadEnd(end) => self.check_batch(end.book, end.batch),
            Record::BatchClosed(closed) => {
                self.check_batch(closed.book, closed.batch)?;
                expect_batch(closed.book, closed.batch.next(), closed.next)
            }
            Record::SetBatch(set) => self.check_set_batch(set),
            _ => Ok(()),
        }
    }

    fn check_intent(&self, intent: &Intent) -> Result<(), Refusal> {
        let book = intent.book;
        let state = self.book(book)?;
        if state.is_settling() {
            return Err(Refusal::SettlementUnfinished { book, phase: state.phase });
        }
        if self.items.is_full() {
            return Err(Refusal::ItemsFull);
        }
        if intent.amount > Amount::DE4_MAX {
            return Err(Refusal::AmountTooLarge { amount: intent.amount });
        }
        // Cloning two totals is cheaper than a second way of finding room for a currency.
        if state.totals.clone().entry(intent.currency).is_none() {
            return Err(Refusal::TooManyCurrencies { book });
        }
        self.check_batch(book, intent.batch)?;
        let (expected, found) = (self.next_stan(book)?, intent.stan);
        if expected != found {
            return Err(Refusal::StanDiffers { book, expected, found });
        }
        let (expected, found) = (self.next_invoice(book)?, intent.invoice);
        if expected != found {
            return Err(Refusal::InvoiceDiffers { book, expected, found });
        }
        self.check_named_original(intent)
    }

    /// What can be said of an original without reading the log: that the intent names one if
    /// it must, and that no doubt about it is open.
    fn check_named_original(&self, intent: &Intent) -> Result<(), Refusal> {
        let kind = intent.kind;
        match (rule(kind).needs, &intent.original) {
            (Needs::NoOriginal, None) => return Ok(()),
            (Needs::NoOriginal, Some(_)) => return Err(Refusal::OriginalNotAllowed { kind }),
            (Needs::Original, None) => return Err(Refusal::OriginalMissing { kind }),
            (Needs::Original, Some(_)) => {}
        }
        let Some(original) = intent.original.as_ref().and_then(Original::seq) else {
            return Ok(());
        };
        if let Some(item) = self.item(original) {
            return Err(Refusal::OriginalNotCompleted { original, state: item.state });
        }
        match self.items.iter().find(|item| item.original() == Some(original)) {
            Some(item) => Err(Refusal::OriginalBusy { original, by: item.seq }),
            None => Ok(()),
        }
    }

    fn check_event(&self, seq: Seq, event: ItemEvent, record: &Record) -> Result<(), Refusal> {
        if let Some(book) = record.book() {
            self.book(book)?;
        }
        let Some(item) = self.item(seq) else {
            return self.check_closed(seq, event);
        };
        if let Some(book) = record.book()
            && book != item.book
        {
            return Err(Refusal::BookDiffers { item: seq, expected: item.book });
        }
        if matches!(record, Record::Reopen(_)) {
            return Err(Refusal::AlreadyOpen { item: seq });
        }
        item.after(event)?;
        match record {
            Record::Attempt(attempt) => check_attempt(item, attempt),
            Record::Outcome(outcome)
                if outcome.approved_amount.is_some_and(|approved| approved > item.amount) =>
            {
                Err(Refusal::ApprovedExceeds { item: seq, requested: item.amount })
            }
            Record::Answer(_) if item.attempts == 0 => Err(Refusal::NothingSent { item: seq }),
            // The mark outlasts 'nothing to reverse': a second one would say nothing new.
            Record::Unresolved(_) if item.unresolved => {
                Err(Refusal::AlreadyUnresolved { item: seq })
            }
            _ => Ok(()),
        }
    }

    /// A closed payment takes evidence and a late approval only. Its end lies in the log, or
    /// is known here if no payment came after it.
    fn check_closed(&self, item: Seq, event: ItemEvent) -> Result<(), Refusal> {
        if let Some(Newest { seq, kind, state }) = self.newest
            && seq == item
            && transition(kind, state, event).is_none()
        {
            return Err(Refusal::Illegal { kind, item, state, event });
        }
        match event {
            ItemEvent::Late => Ok(()),
            ItemEvent::Reopen if self.items.is_full() => Err(Refusal::ItemsFull),
            ItemEvent::Reopen => Ok(()),
            _ => Err(Refusal::NotOpen { item }),
        }
    }

    fn check_step(&self, book: u8, step: PhaseEvent) -> Result<(), Refusal> {
        let phase = self.phase(book)?;
        match settle_transition(phase, step) {
            Some(_) => Ok(()),
            None => Err(Refusal::IllegalStep { book, phase, step }),
        }
    }

    fn check_freeze(&self, freeze: &Freeze) -> Result<(), Refusal> {
        let book = freeze.book;
        self.check_batch(book, freeze.batch)?;
        let holds_up =
            |item: &&Item| item.book == book && item.batch == freeze.batch && !item.is_unresolved();
        if let Some(item) = self.items.iter().find(holds_up) {
            return Err(Refusal::OpenItem { book, item: item.seq, state: item.state });
        }
        if *self.totals(book)? != freeze.totals {
            return Err(Refusal::TotalsDiffer { book });
        }
        Ok(())
    }

    fn check_settle_attempt(&self, attempt: &SettleAttempt) -> Result<(), Refusal> {
        let book = attempt.book;
        self.check_batch(book, attempt.batch)?;
        let (expected, found) = (self.next_settle_stan(book)?, attempt.stan);
        if expected != found {
            return Err(Refusal::StanDiffers { book, expected, found });
        }
        let expected = self.book(book)?.next_settle_attempt();
        if expected != attempt.number {
            return Err(Refusal::SettleNumber { book, expected });
        }
        Ok(())
    }

    fn check_uploaded(&self, record: &Uploaded) -> Result<(), Refusal> {
        let book = record.book;
        self.check_batch(book, record.batch)?;
        let uploaded = self.book(book)?.uploaded;
        if record.through < uploaded {
            return Err(Refusal::UploadBackwards { book, uploaded });
        }
        Ok(())
    }

    fn check_set_batch(&self, set: &SetBatch) -> Result<(), Refusal> {
        let state = self.book(set.book)?;
        let open = self.items.iter().any(|item| item.book == set.book);
        if open || state.phase != Phase::Open || !state.totals.is_zero() {
            return Err(Refusal::BookNotEmpty { book: set.book });
        }
        Ok(())
    }

    fn check_batch(&self, book: u8, found: Batch) -> Result<(), Refusal> {
        expect_batch(book, self.batch(book)?, found)
    }
}

fn expect_batch(book: u8, expected: Batch, found: Batch) -> Result<(), Refusal> {
    if expected == found { Ok(()) } else { Err(Refusal::BatchDiffers { book, expected, found }) }
}

fn check_attempt(item: &Item, attempt: &Attempt) -> Result<(), Refusal> {
    if item.next_attempt() != attempt.number {
        return Err(Refusal::AttemptNumber { item: item.seq, expected: item.next_attempt() });
    }
    if item.reason() != attempt.reason {
        return Err(Refusal::ReasonDiffers { item: item.seq, expected: item.reason() });
    }
    Ok(())
}

impl Item {
    /// Its state after an event.
    pub(super) fn after(&self, event: ItemEvent) -> Result<ItemState, Refusal> {
        let Self { kind, seq, state, .. } = *self;
        transition(kind, state, event).ok_or(Refusal::Illegal { kind, item: seq, state, event })
    }
}

/// The state in which a late approval finds a payment again.
pub(super) fn reopened_state(reopen: &Reopen) -> ItemState {
    // Abandoned is one of the ends from which every kind can be opened again.
    transition(reopen.intent.kind, ItemState::Abandoned, ItemEvent::Reopen)
        .unwrap_or(ItemState::Unresolved)
}
