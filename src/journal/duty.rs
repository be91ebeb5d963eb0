//! Paying what is owed.

use super::nor_flash::NorFlash;

use super::mti::mti;
use super::{Attempted, Error, Journal, bisync};
use crate::ledger::profile::Message;
use crate::ledger::{Item, ItemState, Owes, PaymentStatus, Refusal, refund_number, rule};
use crate::record::{
    Answer, AnswerClass, Attempt, AuthCode, Decision, Intent, Operator, Place, Record,
    ResponseCode, ReversalReason, Seq, Text, Unresolved, Uptime,
};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Makes an attempt durable, before its first byte leaves, and says what to send: a reversal, an
    /// advice, the cancel of a QR order or its refund; of a refund the same message once more, where
    /// the profile says that the host takes it twice for one. A connection that fails before that is
    /// no attempt: connect first, and tell [`asked`](Self::asked) that it failed.
    ///
    /// # Errors
    /// The payment owes nothing of the kind, it is a refund that may not be sent twice
    /// ([`Error::NotRepeatable`]), its intent cannot be read back, or the flash failed.
    pub async fn attempt(
        &mut self,
        item: Seq,
        uptime: Uptime,
    ) -> Result<Attempted, Error<F::Error>> {
        self.awake().await?;
        self.confirm().await?;
        let open = self.open(item)?;
        let (book, number, reason) = (open.book(), open.next_attempt(), open.reason());
        let (kind, place) = (open.kind(), open.place());
        let refund_due = open.state() == ItemState::RefundDue;
        let profile = self.profile(book);
        if rule(kind).owes == Owes::Query && !profile.refunds_idempotent {
            return Err(Error::NotRepeatable { item });
        }
        let (intent, late_code) = self.read_intent(item, place).await?;
        // Reason 98 says that there was no answer to quote; else the log is searched for it.
        let outcome = match reason {
            ReversalReason::NoAnswer => None,
            _ => self.story(item).await.and_then(|story| story.outcome),
        };
        let attached = self.attached(item).await;
        let identity = match intent.identity {
            Some(index) => self.read_identity(book, index).await,
            None => None,
        };
        self.write(&Record::Attempt(Attempt { item, book, number, reason, uptime })).await?;
        if rule(kind).owes == Owes::Order {
            self.pace.cancelled(&self.state.ledger, item, uptime.0);
        }
        Ok(Attempted {
            number,
            mti: mti(kind, number > 1 && profile.repeat_mti),
            reason,
            auth_code: outcome.as_ref().and_then(|outcome| outcome.auth_code).or(late_code),
            refund_number: refund_due.then(|| refund_number(&intent, item)),
            intent,
            outcome,
            attached,
            identity,
        })
    }

    /// The DE39 of the answer to an attempt, read by the profile of its book; none: no answer came, or
    /// none that can be used. That it answers this attempt (DE3, 4, 11, 41, 42) is for the caller to
    /// see: [`Echo`](crate::ledger::profile::Echo). Otherwise as [`answer`](Self::answer).
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub async fn answered(
        &mut self,
        item: Seq,
        code: Option<ResponseCode>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let open = self.open(item)?;
        let message = match (rule(open.kind()).owes, open.state()) {
            (Owes::Advice | Owes::Notice, _) | (Owes::Order, ItemState::RefundDue) => {
                Message::Advice
            }
            _ => Message::Reversal,
        };
        // The attempt that is answered is counted: it was a repeat if there is another one.
        let repeat = open.attempts() > 1;
        let class = self.profile(open.book()).codes.answer(message, code, repeat);
        self.answer(item, class, code).await
    }

    /// The answer to an attempt, with what it means. 'Nothing to reverse' closes the payment only when
    /// a second attempt, after a hold-off, is answered so again: the request itself may still be under
    /// way. When this returns the answer is durable, and the mark of an unresolved payment too, if the
    /// attempts of the profile are used up.
    ///
    /// # Errors
    /// Nothing was sent for this payment (or nothing again since the first 'nothing to reverse'), it
    /// is closed, or the flash failed.
    pub async fn answer(
        &mut self,
        item: Seq,
        class: AnswerClass,
        code: Option<ResponseCode>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let record = Record::Answer(Answer { item, book: self.book_of(item)?, class, code });
        let status = self.write_for(item, &record).await?;
        self.mark_if_exhausted(item).await?;
        let open = self.state.ledger.item(item).map(Item::state);
        Ok(open.map_or(status, PaymentStatus::from))
    }

    /// It is proven that not a byte of the newest attempt was sent: it does not count. Durable when
    /// this returns.
    ///
    /// # Errors
    /// No attempt of this run is without an answer, or the flash failed.
    pub async fn unsent(&mut self, item: Seq) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        self.answer(item, AnswerClass::Unsent, None).await
    }

    /// A refund or a QR order was asked about now and no final answer came, or a connection for any
    /// duty failed. Nothing is written: a day's outage does not fill the flash. It waits from here on,
    /// and questions count for the limit of the profile until the next start.
    ///
    /// # Errors
    /// The payment is not open.
    pub fn asked(&mut self, item: Seq, now: Uptime) -> Result<(), Error<F::Error>> {
        let question = matches!(rule(self.open(item)?.kind()).owes, Owes::Query | Owes::Order);
        if question {
            self.pace.asked(&self.state.ledger, item);
        }
        self.state.ledger.tried(item, now.0);
        Ok(())
    }

    /// The firmware gives up before the limit of the profile. The payment stays in the journal, is
    /// still retried by policy, and any later answer resolves it.
    ///
    /// # Errors
    /// It owes nothing, or the flash failed.
    pub async fn give_up(&mut self, item: Seq) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let record = Record::Unresolved(Unresolved { item, book: self.book_of(item)? });
        self.write_for(item, &record).await
    }

    /// An operator decides that a payment is not pursued any more. The result is `abandoned`.
    ///
    /// # Errors
    /// It is not a payment that can be abandoned now, or the flash failed.
    pub async fn abandon(
        &mut self,
        item: Seq,
        who: Text<16>,
        why: Text<40>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let record = self.decided(item, Decision::Abandon, who, why)?;
        self.write_for(item, &record).await
    }

    /// An operator decides that a payment which is unresolved or was refused is tried again: it has all
    /// its attempts once more. After a restart those of before count again.
    ///
    /// # Errors
    /// It is not given up, there is no room for the decision ([`Error::Full`]), or the flash failed.
    pub async fn retry(
        &mut self,
        item: Seq,
        who: Text<16>,
        why: Text<40>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let record = self.decided(item, Decision::Retry, who, why)?;
        self.state.ledger.check_live(&record)?;
        // Room is set aside for one decision, and this may not be the last.
        self.has_room_for_evidence(&record)?;
        let status = self.write_for(item, &record).await?;
        self.pace.forgive(&self.state.ledger, item);
        Ok(status)
    }

    fn decided(
        &self,
        item: Seq,
        decision: Decision,
        who: Text<16>,
        why: Text<40>,
    ) -> Result<Record, Error<F::Error>> {
        let book = self.book_of(item)?;
        Ok(Record::Operator(Operator { item, book, decision, who, why }))
    }

    fn open(&self, item: Seq) -> Result<&Item, Error<F::Error>> {
        self.state.ledger.item(item).ok_or(Error::Refused(Refusal::NotOpen { item }))
    }

    /// The intent of an open payment, wherever it lies by now, and the authorization code of the late
    /// approval that opened it again.
    pub(super) async fn read_intent(
        &mut self,
        item: Seq,
        place: Place,
    ) -> Result<(Intent, Option<AuthCode>), Error<F::Error>> {
        // Another payment's intent would be reversed in its stead: the name is looked at.
        let at_place = match self.read_at(place).await {
            Some((seq, Record::Intent(intent))) if seq == item => Some((intent, None)),
            Some((seq, Record::OfflineApproved(offline))) if seq == item => {
                Some((offline.intent, None))
            }
            Some((_, Record::Reopen(reopen))) if reopen.item == item => {
                Some((reopen.intent, reopen.auth_code))
            }
            _ => None,
        };
        // A frame that has rotted may have a copy elsewhere.
        if let Some(at_place) = at_place {
            return Ok(at_place);
        }
        let elsewhere = self.story(item).await;
        let found = elsewhere.map(|story| (story.intent, story.reopened_code));
        found.ok_or(Error::NotFound { item })
    }

    async fn read_at(&mut self, place: Place) -> Option<(Seq, Record)> {
        let entry = self.log.read_at(place.0).await.ok()?;
        Some((Seq(entry.seq), Record::decode(entry.kind, entry.payload).ok()?))
    }
}
