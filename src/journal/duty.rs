//! What is owed, and paying it.

use embedded_storage::nor_flash::NorFlash;

use super::{Error, Journal};
use crate::ledger::{Duty, Item, PaymentStatus};
use crate::log::{Broken, is_broken};
use crate::record::{
    Answer, AnswerClass, Attempt, Decision, Intent, Operator, Outcome, Record, ResponseCode,
    ReversalReason, Seq, Text, Unresolved, Uptime,
};

/// A reversal attempt that is durable: what to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// 1 for the first attempt.
    pub number: u16,
    /// DE39 of the reversal; the same at every attempt.
    pub reason: ReversalReason,
    /// The original: STAN, batch, amount, dates, exactly as first sent.
    pub intent: Intent,
    /// Its answer, if one came: DE38 goes into the reversal.
    pub outcome: Option<Outcome>,
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// What is owed first, in the order of [`Ledger::due`](crate::ledger::Ledger::due). Ask again
    /// after each one, and after every start, until it says `None`.
    ///
    /// If something is owed, this makes the last record that the mount found durable: nothing is
    /// sent because of a record that may turn out never to have happened.
    ///
    /// # Errors
    /// The flash failed.
    pub fn due(&mut self) -> Result<Option<Duty>, Error<F::Error>> {
        if self.state.ledger.next_duty().is_none() {
            return Ok(None);
        }
        if !is_broken(Broken::ActOnProvisional) {
            self.confirm()?;
        }
        Ok(self.state.ledger.next_duty())
    }

    /// Everything that is owed, in order. Act on [`due`](Self::due); this is for showing.
    pub fn duties(&self) -> impl Iterator<Item = Duty> {
        self.state.ledger.due()
    }

    /// Makes an attempt durable, before its first byte leaves, and says what to send. A connection
    /// that fails before that is no attempt: connect first.
    ///
    /// # Errors
    /// The payment owes no reversal, its intent cannot be read back, or the flash failed.
    pub fn attempt(&mut self, item: Seq, uptime: Uptime) -> Result<Attempted, Error<F::Error>> {
        self.confirm()?;
        let open = self.open(item)?;
        let (book, number, reason) = (open.book(), open.next_attempt(), open.reason());
        let place = open.place();
        let intent = self.read_intent(item, place)?;
        // Reason 98 says that there was no answer to quote; else the log is searched for it.
        let outcome = match reason {
            ReversalReason::NoAnswer => None,
            _ => self.story(item).and_then(|story| story.outcome),
        };
        self.write(&Record::Attempt(Attempt { item, book, number, reason, uptime }))?;
        Ok(Attempted { number, reason, intent, outcome })
    }

    /// The answer to an attempt, as the profile reads it. 'Nothing to reverse' closes the payment
    /// only when a second attempt, after a hold-off, is answered so again: the request itself may
    /// still be under way.
    ///
    /// # Errors
    /// Nothing was sent for this payment (or nothing again since the first 'nothing to reverse'), it
    /// is closed, or the flash failed.
    pub fn answer(
        &mut self,
        item: Seq,
        class: AnswerClass,
        code: Option<ResponseCode>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let record = Record::Answer(Answer { item, book: self.book_of(item)?, class, code });
        self.write_for(item, &record)
    }

    /// The attempt limit is reached. The payment stays in the journal, is still retried by policy,
    /// and any later answer resolves it.
    ///
    /// # Errors
    /// It owes nothing, or the flash failed.
    pub fn give_up(&mut self, item: Seq) -> Result<PaymentStatus, Error<F::Error>> {
        let record = Record::Unresolved(Unresolved { item, book: self.book_of(item)? });
        self.write_for(item, &record)
    }

    /// An operator decides that a payment is not pursued any more. The result is `abandoned`.
    ///
    /// # Errors
    /// It is not a payment that can be abandoned now, or the flash failed.
    pub fn abandon(
        &mut self,
        item: Seq,
        who: Text<16>,
        why: Text<40>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let decision = Decision::Abandon;
        let book = self.book_of(item)?;
        self.write_for(item, &Record::Operator(Operator { item, book, decision, who, why }))
    }

    fn open(&self, item: Seq) -> Result<&Item, Error<F::Error>> {
        let refusal = crate::ledger::Refusal::NotOpen { item };
        self.state.ledger.item(item).ok_or(Error::Refused(refusal))
    }

    /// The intent of an open payment, wherever it lies by now.
    fn read_intent(
        &mut self,
        item: Seq,
        place: crate::record::Place,
    ) -> Result<Intent, Error<F::Error>> {
        // Another payment's intent would be reversed in its stead: the name is looked at.
        let at_place = match self.read_at(place) {
            Some((seq, Record::Intent(intent))) if seq == item => Some(intent),
            Some((seq, Record::OfflineApproved(offline))) if seq == item => Some(offline.intent),
            Some((_, Record::Reopen(reopen))) if reopen.item == item => Some(reopen.intent),
            _ => None,
        };
        // A frame that has rotted may have a copy elsewhere.
        at_place.or_else(|| self.story(item).map(|s| s.intent)).ok_or(Error::NotFound { item })
    }

    fn read_at(&mut self, place: crate::record::Place) -> Option<(Seq, Record)> {
        let entry = self.log.read_at(place.0).ok()?;
        Some((Seq(entry.seq), Record::decode(entry.kind, entry.payload).ok()?))
    }
}
