//! One payment's records, read back out of the log.

use embedded_storage::nor_flash::NorFlash;
use heapless::Vec;

use super::Journal;
use crate::ledger::{ItemEvent, ItemState, settled_state};
use crate::record::{Amount, Intent, Outcome, Record, Seq};

/// Events of one payment that are read back; repeats of the same event count once.
const EVENTS: usize = 24;

/// What the log holds of one payment.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub item: Seq,
    pub intent: Intent,
    pub outcome: Option<Outcome>,
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

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Reads a payment's records. `None` when its intent is no longer in the log.
    pub(super) fn story(&mut self, item: Seq) -> Option<Story> {
        let mut intent: Option<Intent> = None;
        let mut outcome: Option<(u32, Outcome)> = None;
        // Carried copies come out of order: the events are put in theirs.
        let mut events: Vec<(u32, ItemEvent), EVENTS> = Vec::new();
        self.log.scan(|entry| {
            let Ok(record) = Record::decode(entry.kind, entry.payload) else { return };
            if let Some((of, event)) = ItemEvent::of(&record)
                && of == item
            {
                note(&mut events, entry.seq, event);
            }
            match record {
                Record::Intent(found) if entry.seq == item.0 => intent = Some(found),
                Record::Reopen(found) if found.item == item => intent = Some(found.intent),
                Record::Outcome(found)
                    if found.item == item
                        && outcome.as_ref().is_none_or(|(seq, _)| entry.seq >= *seq) =>
                {
                    outcome = Some((entry.seq, found));
                }
                _ => {}
            }
        });
        let intent = intent?;
        let state = match self.state.ledger.item(item) {
            Some(open) => open.state(),
            None => settled_state(intent.kind, events.iter().map(|&(_, event)| event)),
        };
        Some(Story { item, intent, outcome: outcome.map(|(_, outcome)| outcome), state })
    }

    /// The newest payment whose intent passes a test.
    pub(super) fn newest_intent(&mut self, mut test: impl FnMut(&Intent) -> bool) -> Option<Seq> {
        let mut newest: Option<Seq> = None;
        self.log.scan(|entry| {
            if let Ok(Record::Intent(intent)) = Record::decode(entry.kind, entry.payload)
                && newest.is_none_or(|seq| seq.0 < entry.seq)
                && test(&intent)
            {
                newest = Some(Seq(entry.seq));
            }
        });
        newest
    }
}

/// Inserts an event where its sequence number belongs; the same one again says nothing new.
fn note(events: &mut Vec<(u32, ItemEvent), EVENTS>, seq: u32, event: ItemEvent) {
    if events.iter().any(|&(other, _)| other == seq) {
        return;
    }
    let at = events.iter().take_while(|&&(other, _)| other < seq).count();
    let same = at.checked_sub(1).and_then(|i| events.get(i)).is_some_and(|&(_, e)| e == event);
    // The second 'nothing to reverse' is the one that counts; every other repeat is not.
    if same && event != ItemEvent::AnswerNothingToReverse {
        return;
    }
    let _ = events.insert(at, (seq, event));
}
