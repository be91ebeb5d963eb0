//! Replay across a gap: records that can be read, after others that no longer can.
//!
//! Every record was legal to the ledger that wrote it. Where it is not legal here, the lost
//! records are why, so the record is believed: it proves where its payment or settlement
//! stood. Live records never come this way.

use super::kinds::{Owes, rule};
use super::{
    Change, ItemEvent, ItemState, Ledger, Newest, Phase, PhaseEvent, Placed, Refusal, transition,
};
use crate::record::{Batch, Intent, Record, Seq, TransactionKind};

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// Applies a record of a log from which records before it are lost. A mount uses it from
    /// the first gap in the sequence numbers on; all that [`Ledger::apply`] takes has the
    /// same effect here.
    ///
    /// Counters, batch and phase are taken from the record. A payment that a later step of
    /// the settlement proves closed or unresolved, and whose end is lost, becomes
    /// `Unresolved`: it is not reversed by itself.
    ///
    /// # Errors
    /// Nothing can be made of the record: its payment is not known here, or the ledger has
    /// no room. It is skipped, and the caller says so.
    pub fn follow(&mut self, at: Placed, record: &Record) -> Result<Change, Refusal> {
        match self.apply(at, record) {
            Err(refusal) => self.believe(at, record, refusal),
            change => change,
        }
    }

    fn believe(&mut self, at: Placed, record: &Record, why: Refusal) -> Result<Change, Refusal> {
        if let Some(book) = record.book() {
            self.book(book)?;
        }
        if let Record::Intent(intent) = record {
            return self.believe_intent(at, intent, record, why);
        }
        if let Some((item, event)) = ItemEvent::of(record) {
            return self.believe_event(at, (item, event), record, why);
        }
        match (record, PhaseEvent::of(record)) {
            (Record::SetBatch(set), _) => {
                self.doubt(set.book, None);
                Ok(self.change(at, record))
            }
            (_, Some(step)) => Ok(self.believe_step(at, step, record)),
            _ => Err(why),
        }
    }

    fn believe_intent(
        &mut self,
        at: Placed,
        intent: &Intent,
        record: &Record,
        why: Refusal,
    ) -> Result<Change, Refusal> {
        let stale = self.newest.is_some_and(|Newest { seq, .. }| at.seq <= seq);
        if stale || self.items.is_full() {
            return Err(why);
        }
        self.believe_batch(intent.book, intent.batch, at.seq);
        if let Some(book) = self.books.get_mut(usize::from(intent.book)) {
            // A new payment proves that a settlement seen before was called off.
            book.reopen_for_sale();
        }
        Ok(self.change(at, record))
    }

    fn believe_event(
        &mut self,
        at: Placed,
        (seq, event): (Seq, ItemEvent),
        record: &Record,
        why: Refusal,
    ) -> Result<Change, Refusal> {
        let Some(item) = self.item(seq) else { return Err(why) };
        if record.book() != Some(item.book) || event == ItemEvent::Reopen {
            return Err(why);
        }
        let believed = || proven(rule(item.kind).owes, event);
        let to = item.after(event).ok().or_else(believed).ok_or(why)?;
        let change = self.step(seq, to, record);
        self.account(at, record);
        Ok(change)
    }

    fn believe_step(&mut self, at: Placed, step: PhaseEvent, record: &Record) -> Change {
        let book = record.book().unwrap_or_default();
        let batch = match record {
            Record::Freeze(freeze) => Some(freeze.batch),
            Record::SettleAttempt(attempt) => Some(attempt.batch),
            Record::SettleAnswer(answer) => Some(answer.batch),
            Record::Uploaded(uploaded) => Some(uploaded.batch),
            Record::UploadEnd(end) => Some(end.batch),
            Record::BatchClosed(closed) => Some(closed.batch),
            _ => None,
        };
        if let Some(batch) = batch {
            self.believe_batch(book, batch, at.seq);
            self.doubt(book, Some(batch));
        }
        if let (Record::Freeze(freeze), Some(state)) =
            (record, self.books.get_mut(usize::from(book)))
        {
            state.totals = freeze.totals.clone();
        }
        self.enter(at.seq, reached(step), record)
    }

    /// The record names a batch that is not the open one: its opening is lost.
    fn believe_batch(&mut self, book: u8, batch: Batch, seq: Seq) {
        if let Some(book) = self.books.get_mut(usize::from(book))
            && book.batch != batch
        {
            book.open_batch(batch, Seq(seq.0.saturating_sub(1)));
        }
    }

    /// The records `from..=to` are gone, or `perhaps` never were. Counters jump past all that they
    /// could have used.
    ///
    /// Where they are known to have existed, the outcome of a payment that began before and has
    /// none may be among them: it may have been approved and shown, so it is not reversed by
    /// itself but becomes `Unresolved`, for someone to look at.
    pub fn lost(&mut self, from: Seq, to: Seq, perhaps: bool) {
        self.jump(to.0.saturating_sub(from.0).saturating_add(1));
        if perhaps {
            return;
        }
        let undecided = |item: &&mut super::Item| {
            item.seq < from && matches!(item.state, ItemState::Unanswered | ItemState::Approved)
        };
        for item in self.items.iter_mut().filter(undecided) {
            item.state = ItemState::Unresolved;
            item.unresolved = true;
            item.in_flight = false;
        }
    }

    /// Payments that the writer knew to be closed or unresolved, and nothing here says which.
    fn doubt(&mut self, book: u8, batch: Option<Batch>) {
        let meant =
            |item: &&mut super::Item| item.book == book && batch.is_none_or(|b| b == item.batch);
        for item in self.items.iter_mut().filter(meant).filter(|item| !item.unresolved) {
            item.state = ItemState::Unresolved;
            item.unresolved = true;
            item.in_flight = false;
        }
    }
}

/// Where a payment stands after events read back from a log, some of which may be gone: reclaim
/// does not keep attempts, for one. For payments that the ledger does not hold any more.
#[must_use]
pub fn settled_state(
    kind: TransactionKind,
    events: impl IntoIterator<Item = ItemEvent>,
) -> ItemState {
    let next = |state: ItemState, event| {
        let believed = || if state.is_final() { None } else { proven(rule(kind).owes, event) };
        transition(kind, state, event).or_else(believed).unwrap_or(state)
    };
    events.into_iter().fold(ItemState::Unanswered, next)
}

/// Where an event proves a payment to stand, whatever came before it.
const fn proven(owes: Owes, event: ItemEvent) -> Option<ItemState> {
    let owed = match owes {
        Owes::Reversal => ItemState::Reversing,
        Owes::Query => ItemState::Querying,
    };
    Some(match event {
        ItemEvent::OutcomeCompleted | ItemEvent::Completed => ItemState::Completed,
        ItemEvent::OutcomeApproved => ItemState::Approved,
        ItemEvent::OutcomeDeclined => ItemState::Declined,
        ItemEvent::OutcomeUnknown | ItemEvent::Reverse => owed,
        ItemEvent::Attempt | ItemEvent::AnswerOther | ItemEvent::Late => owed,
        ItemEvent::NotSent => ItemState::NeverSent,
        ItemEvent::AnswerDone => ItemState::Reversed,
        ItemEvent::AnswerNothingToReverse => ItemState::NothingOnce,
        ItemEvent::GivenUp => ItemState::Unresolved,
        ItemEvent::Abandon => ItemState::Abandoned,
        ItemEvent::Reopen => return None,
    })
}

/// The phase that a settlement step leads to, from wherever it was legal.
const fn reached(step: PhaseEvent) -> Phase {
    match step {
        PhaseEvent::Freeze => Phase::Frozen,
        PhaseEvent::Unfreeze | PhaseEvent::BatchClosed => Phase::Open,
        PhaseEvent::SettleAttempt | PhaseEvent::NoResult => Phase::Sent,
        PhaseEvent::Unbalanced | PhaseEvent::Uploaded => Phase::Uploading,
        PhaseEvent::Balanced | PhaseEvent::UploadEnd => Phase::Ended,
    }
}
