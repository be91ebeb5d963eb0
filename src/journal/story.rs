//! One payment's records, read back out of the log.

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::{CallMut, Journal, bisync};
use crate::ledger::{ItemEvent, ItemState, settled_state};
use crate::log::Entry;
use crate::record::{
    Amount, AuthCode, Emv, Intent, Late, Outcome, Record, ReversalReason, Seq, Verdict,
};

/// Events of one payment that are read back. Those that change nothing are left out; should there
/// be more all the same, the newest count: how a payment ended is in the last ones.
pub(super) const EVENTS: usize = 24;

/// What the log holds of one payment.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub item: Seq,
    pub intent: Intent,
    pub outcome: Option<Outcome>,
    /// The newest answer that came too late.
    pub late: Option<Late>,
    /// DE38 of the late approval that opened it again.
    pub reopened_code: Option<AuthCode>,
    /// Chip data of after the second GENERATE AC.
    pub confirmed: Option<Emv>,
    /// A slip was printed.
    pub printed: bool,
    /// DE39 of its reversal, by the newest record that says so.
    pub reason: ReversalReason,
    pub state: ItemState,
}

impl Story {
    /// The amount that was approved, or the one requested where the answer says nothing else.
    pub fn approved(&self) -> Amount {
        self.outcome
            .as_ref()
            .and_then(|outcome| outcome.approved_amount)
            .unwrap_or(self.intent.amount)
    }
}

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Tells every record that is still in the log and can be read.
    pub(super) async fn read_all(&mut self, tell: impl FnMut(&Entry<'_>)) {
        let (before, from) = self.unread;
        self.unread.0 = before.max(self.log.scan_doubting(from.0, tell).await);
    }

    /// What `look` finds, and at how many places its searches could not read a record with a number from
    /// `from` on: where there are any, what was not found may be there all the same.
    ///
    /// What a power cut left torn is no such place once this boot has written where the log ends, so it
    /// does that and looks again; where it cannot write, the first look stands.
    pub(super) async fn watched<T>(
        &mut self,
        from: Seq,
        mut look: impl CallMut(&mut Self) -> T,
    ) -> (T, u32) {
        self.unread = (0, from);
        let found = look(self).await;
        if self.unread.0 == 0 || self.log.read_only().is_some() || self.confirm().await.is_err() {
            return (found, self.unread.0);
        }
        self.unread = (0, from);
        let found = look(self).await;
        (found, self.unread.0)
    }

    /// Reads a payment's records. `None` when its intent is no longer in the log.
    pub(super) async fn story(&mut self, item: Seq) -> Option<Story> {
        let mut intent: Option<Intent> = None;
        let mut outcome: Option<(u32, Outcome)> = None;
        let mut late: Option<(u32, Late)> = None;
        let mut reopened_code = None;
        let (mut confirmed, mut printed) = (None, false);
        let mut reason = (0, ReversalReason::NoAnswer);
        // Carried copies come out of order: the events are put in theirs.
        let mut events: Vec<(u32, ItemEvent), EVENTS> = Vec::new();
        self.read_all(|entry| {
            let Ok(record) = Record::decode(entry.kind, entry.payload) else { return };
            if let Some((of, event)) = ItemEvent::of(&record)
                && of == item
            {
                note(&mut events, entry.seq, event);
            }
            if record.item() == Some(item)
                && let Some(found) = reason_in(&record)
                && entry.seq >= reason.0
            {
                reason = (entry.seq, found);
            }
            match record {
                Record::Intent(found) if entry.seq == item.0 => intent = Some(found),
                Record::OfflineApproved(found) if entry.seq == item.0 => {
                    intent = Some(found.intent);
                }
                Record::Reopen(found) if found.item == item => {
                    reopened_code = found.auth_code;
                    intent = Some(found.intent);
                }
                Record::Outcome(found)
                    if found.item == item
                        && outcome.as_ref().is_none_or(|(seq, _)| entry.seq >= *seq) =>
                {
                    outcome = Some((entry.seq, found));
                }
                Record::Completed(found) if found.item == item => confirmed = found.emv,
                Record::Printed(found) if found.item == item => printed = true,
                Record::Late(found)
                    if found.item == item
                        && late.as_ref().is_none_or(|(seq, _)| entry.seq >= *seq) =>
                {
                    late = Some((entry.seq, found));
                }
                _ => {}
            }
        })
        .await;
        let intent = intent?;
        let state = match self.state.ledger.item(item) {
            Some(open) => open.state(),
            None => settled_state(intent.kind, events.iter().map(|&(_, event)| event)),
        };
        let outcome = outcome.map(|(_, outcome)| outcome);
        let late = late.map(|(_, late)| late);
        Some(Story {
            item,
            intent,
            outcome,
            late,
            reopened_code,
            confirmed,
            printed,
            reason: reason.1,
            state,
        })
    }

    /// The newest payment whose intent passes a test.
    pub(super) async fn newest_intent(
        &mut self,
        mut test: impl FnMut(&Intent) -> bool,
    ) -> Option<Seq> {
        let mut newest: Option<Seq> = None;
        self.each_intent(|item, intent| {
            if newest.is_none_or(|seq| seq < item) && test(intent) {
                newest = Some(item);
            }
        })
        .await;
        newest
    }

    /// The oldest payment after another whose intent passes a test.
    pub(super) async fn first_intent_after(
        &mut self,
        after: Seq,
        mut test: impl FnMut(&Intent) -> bool,
    ) -> Option<Seq> {
        let mut first: Option<Seq> = None;
        self.each_intent(|item, intent| {
            if item > after && first.is_none_or(|seq| item < seq) && test(intent) {
                first = Some(item);
            }
        })
        .await;
        first
    }

    /// Every payment's intent, in no order and some more than once. A payment that was opened again
    /// may have nothing left but the record that did it.
    pub(super) async fn each_intent(&mut self, mut tell: impl FnMut(Seq, &Intent)) {
        self.read_all(|entry| match Record::decode(entry.kind, entry.payload) {
            Ok(Record::Intent(intent)) => tell(Seq(entry.seq), &intent),
            Ok(Record::OfflineApproved(offline)) => tell(Seq(entry.seq), &offline.intent),
            Ok(Record::Reopen(reopen)) => tell(reopen.item, &reopen.intent),
            _ => {}
        })
        .await
    }
}

/// What a record says about the reason of its payment's reversal.
fn reason_in(record: &Record) -> Option<ReversalReason> {
    match record {
        Record::Outcome(Outcome { verdict: Verdict::NoAnswer, .. }) => {
            Some(ReversalReason::NoAnswer)
        }
        Record::Outcome(_) => Some(ReversalReason::Other),
        Record::Reverse(reverse) => Some(reverse.reason),
        Record::Attempt(attempt) => Some(attempt.reason),
        Record::Reopen(reopen) => Some(reopen.reason),
        _ => None,
    }
}

/// Inserts an event where its sequence number belongs, unless it says nothing about the end.
pub(super) fn note(events: &mut Vec<(u32, ItemEvent), EVENTS>, seq: u32, event: ItemEvent) {
    // They leave every payment where it stands (or where its last end will be read all the same), and
    // may be repeated without end.
    let idle = matches!(
        event,
        ItemEvent::AnswerOther
            | ItemEvent::AnswerRefused
            | ItemEvent::AnswerUnsent
            | ItemEvent::OperatorRetry
            | ItemEvent::Late
    );
    if idle {
        return;
    }
    // Of the attempts, one is enough to know that a reversal is owed: the first.
    let attempt = events.iter().position(|&(_, other)| other == ItemEvent::Attempt);
    if event == ItemEvent::Attempt
        && let Some(index) = attempt
    {
        if events.get(index).is_some_and(|&(first, _)| first <= seq) {
            return;
        }
        events.retain(|&(_, other)| other != ItemEvent::Attempt);
    }
    if events.iter().any(|&(other, _)| other == seq) {
        return;
    }
    if events.is_full() {
        let oldest = events.first().map_or(0, |&(oldest, _)| oldest);
        if seq < oldest {
            return;
        }
        events.retain(|&(other, _)| other != oldest);
    }
    // Each event behind its place moves on by one. `Vec::insert` would do it, and can panic.
    let mut moving = (seq, event);
    for other in events.iter_mut().filter(|&&mut (other, _)| other > seq) {
        core::mem::swap(other, &mut moving);
    }
    let _ = events.push(moving);
}
