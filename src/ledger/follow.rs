//! Replay across a gap: records that can be read, after others that no longer can.
//!
//! Every record was legal to the ledger that wrote it. Where it is not legal here, the lost
//! records are why, so the record is believed: it proves where its payment or settlement
//! stood. Live records never come this way.

use super::book::bounded_row;
use super::check::check_amounts;
use super::kinds::{Owes, rule};
use super::{
    Change, Item, ItemEvent, ItemState, Ledger, Newest, Phase, PhaseEvent, Placed, Refusal,
    transition,
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
        match record {
            Record::Intent(intent) => {
                self.believe_intent(at.seq, intent, why)?;
                Ok(self.change(at, record))
            }
            Record::OfflineApproved(offline) => {
                self.believe_intent(at.seq, &offline.intent, why)?;
                // Of a payment that is not known here nothing is left but the sale.
                if let Some((item, event)) = ItemEvent::of(record) {
                    let _ = self.believed_step((item, event), record, why);
                }
                Ok(self.change(at, record))
            }
            Record::SetBatch(set) => {
                self.doubt(set.book, None);
                Ok(self.change(at, record))
            }
            Record::Identity(_) => Ok(self.change(at, record)),
            _ => match (ItemEvent::of(record), PhaseEvent::of(record)) {
                (Some((item, event)), _) => self.believe_event(at, (item, event), record, why),
                (None, Some(step)) => self.believe_step(at, step, record, why),
                (None, None) => Err(why),
            },
        }
    }

    /// Makes room for an intent: its batch is open, and its book not locked.
    fn believe_intent(&mut self, seq: Seq, intent: &Intent, why: Refusal) -> Result<(), Refusal> {
        let stale = self.newest.is_some_and(|Newest { seq: newest, .. }| seq <= newest);
        let owes = rule(intent.kind).owes;
        let full = self.items.is_full() && owes != Owes::Nothing;
        if stale || full || check_amounts(intent).is_err() {
            return Err(why);
        }
        let Some(book) = self.books.get_mut(usize::from(intent.book)) else { return Err(why) };
        let before = Seq(seq.0.saturating_sub(1));
        if owes.is_offline() {
            // One of the next batch proves that a settlement was begun, and not that it ended.
            if intent.batch == book.open.batch.next() && book.apart().is_none() {
                book.settling_mut();
            } else if intent.batch != book.open.batch {
                book.open_batch(intent.batch, before);
            }
        } else if book.open.batch != intent.batch {
            book.open_batch(intent.batch, before);
        } else if book.is_locked() && book.apart().is_some() {
            // New business in the batch proves that the settlement of the one before it is over;
            book.close(intent.batch, before);
        } else if book.is_locked() {
            // or that its own was called off.
            book.settling = None;
            self.release_figures(intent.book);
        }
        Ok(())
    }

    fn believe_event(
        &mut self,
        at: Placed,
        (seq, event): (Seq, ItemEvent),
        record: &Record,
        why: Refusal,
    ) -> Result<Change, Refusal> {
        let change = self.believed_step((seq, event), record, why)?;
        self.account(at, record);
        Ok(change)
    }

    fn believed_step(
        &mut self,
        (seq, event): (Seq, ItemEvent),
        record: &Record,
        why: Refusal,
    ) -> Result<Change, Refusal> {
        let Some(item) = self.item(seq) else { return Err(why) };
        if record.book() != Some(item.book) || event == ItemEvent::Reopen {
            return Err(why);
        }
        let believed = || proven(item.owed(), event);
        let to = item.after(event).ok().or_else(believed).ok_or(why)?;
        Ok(self.step(seq, to, record))
    }

    fn believe_step(
        &mut self,
        at: Placed,
        step: PhaseEvent,
        record: &Record,
        why: Refusal,
    ) -> Result<Change, Refusal> {
        let number = record.book().unwrap_or_default();
        if let Some(batch) = batch_of(record) {
            self.believe_batch(number, batch, at.seq, why)?;
            self.doubt(number, Some(batch));
        }
        let Some(book) = self.books.get_mut(usize::from(number)) else { return Err(why) };
        let mut to = reached(step);
        match record {
            Record::Freeze(freeze) => {
                let mut totals = freeze.totals.clone();
                totals.0.iter_mut().for_each(|row| *row = bounded_row(*row));
                book.open.totals = totals;
                // What it says is without the originals of voids in doubt.
                self.withhold(number);
            }
            Record::Unfreeze(_) => {}
            Record::NextBatch(_) if book.settling_mut().is_fixed() => to = book.phase(),
            _ => {
                book.settling_mut();
            }
        }
        Ok(self.enter(at, to, record))
    }

    /// A step of a settlement names a batch that is not the one in settlement here. Either that is
    /// closed, or the opening of the one named is lost.
    fn believe_batch(
        &mut self,
        book: u8,
        batch: Batch,
        seq: Seq,
        why: Refusal,
    ) -> Result<(), Refusal> {
        let Some(book) = self.books.get_mut(usize::from(book)) else { return Err(why) };
        if book.settled().batch == batch {
            return Ok(());
        }
        if book.open.batch == batch {
            book.close(batch, seq);
        } else if book.open.batch == batch.next() {
            // It was taken for closed, and its figures are gone.
            return Err(why);
        } else {
            book.open_batch(batch, Seq(seq.0.saturating_sub(1)));
        }
        Ok(())
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
        for item in self.items.iter_mut().filter(|item| item.seq < from) {
            if item.is_undecided() {
                item.put_in_doubt();
            }
            // An attempt may be among them: an advice is not taken for unsent any more.
            if item.owed().is_offline() {
                item.attempts = item.attempts.max(1);
                if item.state == ItemState::Stored {
                    item.state = ItemState::Sending;
                }
            }
        }
    }

    /// Payments that the writer knew to be closed or unresolved, and nothing here says which.
    fn doubt(&mut self, book: u8, batch: Option<Batch>) {
        let meant = |item: &&mut Item| item.book == book && batch.is_none_or(|b| b == item.batch);
        for item in self.items.iter_mut().filter(meant).filter(|item| !item.unresolved) {
            if item.state == ItemState::Stored {
                item.state = ItemState::Sending;
                item.attempts = 1;
            }
            // Script results do not hold a settlement up: theirs says nothing about them.
            if item.owed() != Owes::Notice {
                item.put_in_doubt();
            }
        }
    }
}

/// The batch that a step of a settlement is of.
const fn batch_of(record: &Record) -> Option<Batch> {
    match record {
        Record::Freeze(freeze) => Some(freeze.batch),
        Record::SettleAttempt(attempt) => Some(attempt.batch),
        Record::SettleAnswer(answer) => Some(answer.batch),
        Record::Uploaded(uploaded) => Some(uploaded.batch),
        Record::UploadEnd(end) => Some(end.batch),
        Record::BatchClosed(closed) => Some(closed.batch),
        Record::NextBatch(next) => Some(next.batch),
        _ => None,
    }
}

/// Where a payment stands after events read back from a log, some of which may be gone: reclaim
/// does not keep attempts, for one. For payments that the ledger does not hold any more.
#[must_use]
pub fn settled_state(
    kind: TransactionKind,
    events: impl IntoIterator<Item = ItemEvent>,
) -> ItemState {
    let owes = rule(kind).owes;
    let next = |state: ItemState, event| {
        // Of an order whose attempts to cancel it are gone, a query's approval is not the end.
        let ended = state.is_final() && !(owes == Owes::Order && state == ItemState::Completed);
        let believed = || if ended { None } else { proven(owes, event) };
        transition(kind, state, event).or_else(believed).unwrap_or(state)
    };
    events.into_iter().fold(ItemState::first(kind), next)
}

/// Where an event proves a payment to stand, whatever came before it.
const fn proven(owes: Owes, event: ItemEvent) -> Option<ItemState> {
    use ItemEvent as E;
    let tried = match owes {
        Owes::Reversal => ItemState::Reversing,
        Owes::Query => ItemState::Querying,
        Owes::Advice | Owes::Notice => ItemState::Sending,
        Owes::Order => ItemState::Cancelling,
        Owes::Nothing => return None,
    };
    let asked = match owes {
        Owes::Order => ItemState::Querying,
        _ => tried,
    };
    Some(match (event, owes) {
        // No answer of a host approves or declines an advice: it is done, or refused.
        (
            E::OutcomeCompleted
            | E::OutcomeApproved
            | E::OutcomeDeclined
            | E::OutcomeUnknown
            | E::Completed
            | E::Reverse,
            Owes::Advice | Owes::Notice,
        ) => return None,
        (E::OutcomeCompleted | E::Completed, _) => ItemState::Completed,
        (E::OutcomeApproved, Owes::Order) => ItemState::Completed,
        (E::OutcomeApproved, _) => ItemState::Approved,
        (E::OutcomeDeclined, _) => ItemState::Declined,
        (E::OutcomeUnknown | E::Reverse | E::Late | E::OperatorRetry, _) => asked,
        (E::Attempt | E::AnswerOther | E::AnswerUnsent, _) => tried,
        (E::NotSent, Owes::Advice | Owes::Notice) => ItemState::Cancelled,
        (E::NotSent | E::OfflineUnsent, _) => ItemState::NeverSent,
        (E::AnswerDone, Owes::Advice | Owes::Notice) => ItemState::Completed,
        (E::AnswerDone, _) => ItemState::Reversed,
        (E::AnswerRefused | E::AnswerNothingToReverse, Owes::Advice | Owes::Notice) => {
            ItemState::Refused
        }
        (E::AnswerRefused, _) => tried,
        (E::AnswerNothingToReverse, _) => ItemState::NothingOnce,
        (E::AnswerPaid, _) => asked,
        (E::GivenUp, _) => ItemState::Unresolved,
        (E::Abandon, _) => ItemState::Abandoned,
        (E::OfflineReverse, _) => tried,
        (E::Reopen, _) => return None,
    })
}

/// The phase that a settlement step leads to, from wherever it was legal.
const fn reached(step: PhaseEvent) -> Phase {
    match step {
        PhaseEvent::Freeze => Phase::Frozen,
        PhaseEvent::Unfreeze | PhaseEvent::BatchClosed => Phase::Open,
        PhaseEvent::SettleAttempt | PhaseEvent::NoResult | PhaseEvent::NextBatch => Phase::Sent,
        PhaseEvent::Unbalanced | PhaseEvent::Uploaded => Phase::Uploading,
        PhaseEvent::Balanced | PhaseEvent::UploadEnd => Phase::Ended,
    }
}
