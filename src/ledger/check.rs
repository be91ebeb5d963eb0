//! Whether a record is legal now. Nothing here changes anything.

use super::book::TALLY_MAX;
use super::kinds::{Counts, Needs, Owes, needs_order, rule};
use super::{
    Item, ItemEvent, ItemState, Ledger, Newest, PhaseEvent, Refusal, settle_transition, transition,
};
use crate::record::{
    Amount, Attach, Attempt, Batch, Decision, Freeze, Identity, Intent, NextBatch, OfflineApproved,
    Operator, Original, Record, Reopen, Seq, SetBatch, SettleAttempt, TransactionKind, Uploaded,
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
            Record::Intent(intent) => self.check_intent(intent, self.items.is_full()),
            Record::Freeze(freeze) => self.check_freeze(freeze),
            Record::Unfreeze(unfreeze) => self.check_unfreeze(unfreeze.book),
            Record::SettleAttempt(attempt) => self.check_settle_attempt(attempt),
            Record::SettleAnswer(answer) => self.check_settled(answer.book, answer.batch),
            Record::Uploaded(uploaded) => self.check_uploaded(uploaded),
            Record::UploadEnd(end) => self.check_settled(end.book, end.batch),
            Record::BatchClosed(closed) => {
                self.check_settled(closed.book, closed.batch)?;
                expect_batch(closed.book, closed.batch.next(), closed.next)
            }
            Record::NextBatch(next) => self.check_next_batch(next),
            Record::SetBatch(set) => self.check_set_batch(set),
            Record::Identity(identity) => self.check_identity(identity),
            Record::Attach(attach) => self.check_attach(attach),
            Record::Printed(printed) => self.book(printed.book).map(drop),
            _ => Ok(()),
        }
    }

    fn check_intent(&self, intent: &Intent, full: bool) -> Result<(), Refusal> {
        let (book, kind) = (intent.book, intent.kind);
        let owes = rule(kind).owes;
        let state = self.book(book)?;
        if state.is_locked() && !owes.is_offline() {
            return Err(Refusal::SettlementUnfinished { book, phase: state.phase() });
        }
        if full && owes != Owes::Nothing {
            return Err(Refusal::ItemsFull);
        }
        check_amounts(intent)?;
        expect_batch(book, self.intent_batch(book, kind)?, intent.batch)?;
        self.check_totals(intent)?;
        let (expected, found) = (self.next_stan(book)?, intent.stan);
        if expected != found {
            return Err(Refusal::StanDiffers { book, expected, found });
        }
        let (expected, found) = (self.next_invoice(book)?, intent.invoice);
        if expected != found {
            return Err(Refusal::InvoiceDiffers { book, expected, found });
        }
        let (expected, found) = (state.current_identity(), intent.identity);
        // While there is but the first one, it need not be named.
        if expected.unwrap_or(0) != found.unwrap_or(0) || found > expected {
            return Err(Refusal::IdentityDiffers { book, expected, found });
        }
        if needs_order(kind) && intent.order.is_none() {
            return Err(Refusal::OrderMissing { kind });
        }
        self.check_named_original(intent)
    }

    /// There is a row to count it in, and no sum can outgrow the fields of a settlement.
    fn check_totals(&self, intent: &Intent) -> Result<(), Refusal> {
        let book = intent.book;
        if rule(intent.kind).counts == Counts::None {
            return Ok(());
        }
        let state = self.book(book)?;
        if !state.has_row(intent.batch, intent.currency, intent.card_class()) {
            return Err(Refusal::TooManyCurrencies { book });
        }
        let largest = state.open.totals.rows().iter().map(|row| {
            let tallies = [row.sales, row.refunds, row.voided, row.refunds_voided, row.tips];
            tallies.iter().map(|tally| tally.amount).max().unwrap_or_default()
        });
        let open = self.items.iter().filter(|item| item.book == book).map(|item| item.amount);
        let sum = largest.max().unwrap_or_default();
        let sum = open.fold(sum, Amount::saturating_add).saturating_add(intent.amount);
        if sum > Amount::new(TALLY_MAX) {
            return Err(Refusal::TotalsFull { book });
        }
        Ok(())
    }

    /// What can be said of an original without reading the log: that the intent names one if
    /// it must, and that no doubt about it is open.
    fn check_named_original(&self, intent: &Intent) -> Result<(), Refusal> {
        let kind = intent.kind;
        match (rule(kind).needs, &intent.original) {
            (Needs::NoOriginal, None) => return Ok(()),
            (Needs::NoOriginal, Some(_)) => return Err(Refusal::OriginalNotAllowed { kind }),
            (_, None) => return Err(Refusal::OriginalMissing { kind }),
            // What a script did to the card is told whatever becomes of the payment.
            (Needs::Any, Some(_)) => return Ok(()),
            (Needs::Original(_), Some(_)) => {}
        }
        let Some(original) = intent.original.as_ref().and_then(Original::seq) else {
            return Ok(());
        };
        if let Some(item) = self.item(original) {
            return Err(Refusal::OriginalNotCompleted { original, state: item.state });
        }
        let busy = |item: &&Item| item.original() == Some(original) && item.owed() != Owes::Notice;
        match self.items.iter().find(busy) {
            Some(item) => Err(Refusal::OriginalBusy { original, by: item.seq }),
            None => Ok(()),
        }
    }

    /// The sale that the chip approved when no answer came.
    fn check_offline(&self, item: &Item, offline: &OfflineApproved) -> Result<(), Refusal> {
        let intent = &offline.intent;
        if intent.kind != TransactionKind::OfflineSale {
            return Err(Refusal::NotOffline { kind: intent.kind });
        }
        if intent.book != item.book {
            return Err(Refusal::BookDiffers { item: item.seq, expected: item.book });
        }
        if item.attempts > 0 {
            return Err(Refusal::AlreadySent { item: item.seq });
        }
        // One that was never sent makes room for the other.
        self.check_intent(intent, self.items.is_full() && offline.reverse)
    }

    fn check_event(&self, seq: Seq, event: ItemEvent, record: &Record) -> Result<(), Refusal> {
        if let Some(book) = record.book() {
            self.book(book)?;
        }
        let Some(item) = self.item(seq) else {
            return self.check_closed(seq, event, record);
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
            Record::OfflineApproved(offline) => self.check_offline(item, offline),
            Record::Answer(_) if item.attempts == 0 => Err(Refusal::NothingSent { item: seq }),
            Record::NotSent(_) if item.attempts > 0 => Err(Refusal::AlreadySent { item: seq }),
            Record::Operator(Operator { decision: Decision::Retry, .. }) if !item.unresolved => {
                Err(Refusal::NotUnresolved { item: seq })
            }
            // The mark outlasts 'nothing to reverse': a second one would say nothing new.
            Record::Unresolved(_) if item.unresolved => {
                Err(Refusal::AlreadyUnresolved { item: seq })
            }
            _ => Ok(()),
        }
    }

    /// A closed payment takes evidence and a late approval only. Its end lies in the log, or
    /// is known here if no payment came after it.
    fn check_closed(&self, item: Seq, event: ItemEvent, record: &Record) -> Result<(), Refusal> {
        if let Some(Newest { seq, kind, state }) = self.newest
            && seq == item
            && transition(kind, state, event).is_none()
        {
            return Err(Refusal::Illegal { kind, item, state, event });
        }
        match record {
            Record::Late(_) => Ok(()),
            // An advice has nothing to reverse: no kind without such an end is opened again.
            Record::Reopen(reopen) if reopened(reopen).is_none() => Err(Refusal::NotOpen { item }),
            Record::Reopen(_) if self.items.is_full() => Err(Refusal::ItemsFull),
            Record::Reopen(reopen) => check_amounts(&reopen.intent),
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
        self.check_settled(book, freeze.batch)?;
        let holds_up = |item: &&Item| {
            let of_batch = item.book == book && item.batch == freeze.batch;
            of_batch && !item.is_unresolved() && item.owed() != Owes::Notice
        };
        if let Some(item) = self.items.iter().find(holds_up) {
            return Err(Refusal::OpenItem { book, item: item.seq, state: item.state });
        }
        if self.settle_totals(book)? != freeze.totals {
            return Err(Refusal::TotalsDiffer { book });
        }
        Ok(())
    }

    fn check_unfreeze(&self, book: u8) -> Result<(), Refusal> {
        match self.book(book)?.apart() {
            None => Ok(()),
            Some(_) => Err(Refusal::NextBatchOpen { book }),
        }
    }

    fn check_next_batch(&self, next: &NextBatch) -> Result<(), Refusal> {
        let book = next.book;
        self.check_settled(book, next.batch)?;
        expect_batch(book, next.batch.next(), next.next)?;
        if !self.book(book)?.is_locked() {
            return Err(Refusal::NextBatchOpen { book });
        }
        Ok(())
    }

    fn check_settle_attempt(&self, attempt: &SettleAttempt) -> Result<(), Refusal> {
        let book = attempt.book;
        self.check_settled(book, attempt.batch)?;
        let (expected, found) = (self.next_settle_stan(book)?, attempt.stan);
        if expected != found {
            return Err(Refusal::StanDiffers { book, expected, found });
        }
        let expected = self.settle_attempts(book)?.saturating_add(1);
        if expected != attempt.number {
            return Err(Refusal::SettleNumber { book, expected });
        }
        Ok(())
    }

    fn check_uploaded(&self, record: &Uploaded) -> Result<(), Refusal> {
        let book = record.book;
        self.check_settled(book, record.batch)?;
        let uploaded = self.book(book)?.settling.as_ref().map_or(Seq(0), |s| s.uploaded);
        if record.through < uploaded {
            return Err(Refusal::UploadBackwards { book, uploaded });
        }
        Ok(())
    }

    fn check_set_batch(&self, set: &SetBatch) -> Result<(), Refusal> {
        let book = set.book;
        let state = self.book(book)?;
        if !self.owes_nothing(book) {
            return Err(Refusal::BookNotEmpty { book });
        }
        // Its host knows the numbers that this batch has used: none is given out again.
        let used = set.next == state.open.batch && state.open.first_stan.is_some();
        let stan = set.stan.is_some_and(|stan| state.next_stan.steps_to(stan) >= HALF);
        let invoice = set.invoice.is_some_and(|i| state.next_invoice.steps_to(i) >= HALF);
        if used && (stan || invoice) {
            return Err(Refusal::NumbersUsed { book });
        }
        Ok(())
    }

    fn check_identity(&self, identity: &Identity) -> Result<(), Refusal> {
        let book = identity.book;
        let current = self.book(book)?.current_identity();
        let expected = current.map_or(Some(0), |current| current.checked_add(1));
        if expected != Some(identity.index) {
            return Err(Refusal::IdentityIndex { book, current });
        }
        if !identity.forced && !self.owes_nothing(book) {
            return Err(Refusal::IdentityInUse { book });
        }
        Ok(())
    }

    /// It is kept as long as its payment or its batch is open, so one of them has to be.
    fn check_attach(&self, attach: &Attach) -> Result<(), Refusal> {
        let (book, item) = (attach.book, attach.item);
        let from = self.book(book)?.from();
        match self.item(item) {
            Some(open) if open.book != book => {
                Err(Refusal::BookDiffers { item, expected: open.book })
            }
            Some(open) if !open.reopened || item >= from => Ok(()),
            None if item >= from && self.newest.is_some_and(|newest| item <= newest.seq) => Ok(()),
            _ => Err(Refusal::NotOpen { item }),
        }
    }

    fn check_settled(&self, book: u8, found: Batch) -> Result<(), Refusal> {
        expect_batch(book, self.settle_batch(book)?, found)
    }

    /// No payment of the book is open, and no batch unsettled.
    pub(super) fn owes_nothing(&self, book: u8) -> bool {
        let open = self.items.iter().any(|item| item.book == book);
        let settled =
            |book: &super::book::Book| book.settling.is_none() && book.open.totals.is_zero();
        !open && self.book(book).is_ok_and(settled)
    }
}

/// Half way round the numbers: further ahead is behind.
const HALF: u32 = Batch::MAX.get() / 2;

pub(super) fn check_amounts(intent: &Intent) -> Result<(), Refusal> {
    let amount = intent.amount;
    if amount > Amount::DE4_MAX {
        return Err(Refusal::AmountTooLarge { amount });
    }
    let parts = [intent.tip, intent.cash_back].into_iter().flatten();
    let part = parts.fold(Amount::ZERO, Amount::saturating_add);
    if part > amount {
        return Err(Refusal::PartTooLarge { amount, part });
    }
    Ok(())
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

/// Abandoned is one of the ends from which every kind that can be opened again can be.
fn reopened(reopen: &Reopen) -> Option<ItemState> {
    transition(reopen.intent.kind, ItemState::Abandoned, ItemEvent::Reopen)
}

/// The state in which a late approval finds a payment again.
pub(super) fn reopened_state(reopen: &Reopen) -> ItemState {
    reopened(reopen).unwrap_or(ItemState::Unresolved)
}
