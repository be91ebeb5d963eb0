//! What came of a payment.

use embedded_storage::nor_flash::NorFlash;

use super::{Error, Journal};
use crate::ledger::{ItemState, PaymentStatus};
use crate::record::{
    Amount, AuthCode, Completed, Emv, HostDate, HostTime, Late, NotSent, Outcome, Record, Reopen,
    ResponseCode, ReversalReason, Reverse, Rrn, Seq, Stan, Uptime, Verdict,
};

/// An answer as the firmware read it.
#[derive(Clone, Debug, Default)]
pub struct OutcomeOf {
    /// DE39, where it is usable.
    pub code: Option<ResponseCode>,
    /// DE37.
    pub rrn: Option<Rrn>,
    /// DE38.
    pub auth_code: Option<AuthCode>,
    /// DE4 of the answer, where it differs from the amount requested.
    pub approved_amount: Option<Amount>,
    /// DE13 and DE12 as received.
    pub host_time: Option<HostTime>,
    /// DE15 as received.
    pub settlement_date: Option<HostDate>,
    /// Chip data, filtered.
    pub emv: Option<Emv>,
    /// From the first byte sent to the answer or the time-out, in milliseconds.
    pub elapsed_ms: u32,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
}

/// An answer that came after its payment was given up, as the message names it.
#[derive(Clone, Debug)]
pub struct LateAnswer {
    /// The book.
    pub book: u8,
    /// DE11 of the answer.
    pub stan: Stan,
    /// Whether it approves.
    pub approved: bool,
    /// DE39.
    pub code: Option<ResponseCode>,
    /// DE37.
    pub rrn: Option<Rrn>,
    /// DE38.
    pub auth_code: Option<AuthCode>,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
}

/// What a late answer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateResult {
    /// It is recorded as evidence and changes nothing.
    Evidence(Seq),
    /// The host approved what was taken for never sent, not found or abandoned: its reversal is
    /// owed again.
    Reopened(Seq),
    /// No payment in the journal has this number. Nothing was written.
    Stray,
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// The payment was answered. Only when this has returned may the answer be shown, printed or
    /// reported.
    ///
    /// # Errors
    /// The payment is not waiting for an answer (see [`late`](Self::late)), or the flash failed.
    pub fn outcome(
        &mut self,
        item: Seq,
        verdict: Verdict,
        of: &OutcomeOf,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let of = of.clone();
        let record = Record::Outcome(Outcome {
            item,
            book: self.book_of(item)?,
            verdict,
            elapsed_ms: of.elapsed_ms,
            uptime: of.uptime,
            code: of.code,
            rrn: of.rrn,
            auth_code: of.auth_code,
            host_time: of.host_time,
            approved_amount: of.approved_amount,
            settlement_date: of.settlement_date,
            emv: of.emv,
        });
        self.write_for(item, &record)
    }

    /// No usable answer came in time: from now on the payment owes its reversal (a refund, a
    /// query).
    ///
    /// # Errors
    /// As [`outcome`](Self::outcome).
    pub fn no_answer(
        &mut self,
        item: Seq,
        elapsed_ms: u32,
        uptime: Uptime,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let of = OutcomeOf { elapsed_ms, uptime, ..OutcomeOf::default() };
        self.outcome(item, Verdict::NoAnswer, &of)
    }

    /// The transport proved that it took not one byte of the request: nothing is owed.
    ///
    /// # Errors
    /// Something may have been sent, or the payment is not open, or the flash failed.
    pub fn not_sent(&mut self, item: Seq) -> Result<PaymentStatus, Error<F::Error>> {
        let record = Record::NotSent(NotSent { item, book: self.book_of(item)? });
        self.write_for(item, &record)
    }

    /// The chip's second GENERATE AC returned a TC.
    ///
    /// # Errors
    /// The payment has no approval that waits for it, or the flash failed.
    pub fn complete(
        &mut self,
        item: Seq,
        emv: Option<Emv>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let record = Record::Completed(Completed { item, book: self.book_of(item)?, emv });
        self.write_for(item, &record)
    }

    /// A reversal is owed although an answer may be known: AAC, card removed, MAC wrong, a partial
    /// approval that the terminal cannot use.
    ///
    /// # Errors
    /// The payment is not one that can be reversed now, or the flash failed.
    pub fn reverse(
        &mut self,
        item: Seq,
        reason: ReversalReason,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let record = Record::Reverse(Reverse { item, book: self.book_of(item)?, reason });
        self.write_for(item, &record)
    }

    /// An answer for a payment that does not wait for one any more. It never revives a payment that
    /// is being or has been reversed; an approval of one that was closed otherwise re-opens its
    /// reversal.
    ///
    /// # Errors
    /// The flash failed, or the answer is for a payment that still waits: use
    /// [`outcome`](Self::outcome).
    pub fn late(&mut self, answer: &LateAnswer) -> Result<LateResult, Error<F::Error>> {
        let &LateAnswer { book, stan, approved, code, uptime, .. } = answer;
        let (rrn, auth_code) = (answer.rrn.clone(), answer.auth_code.clone());
        let item = self.newest_intent(|intent| intent.book == book && intent.stan == stan);
        let Some(story) = item.and_then(|item| self.story(item)) else {
            return Ok(LateResult::Stray);
        };
        let item = story.item;
        let closed_unproven =
            matches!(story.state, ItemState::NeverSent | ItemState::NotFound | ItemState::Abandoned);
        if approved && closed_unproven {
            let reason = ReversalReason::NoAnswer;
            let intent = story.intent;
            let reopen = Reopen { item, reason, uptime, code, rrn, auth_code, intent };
            self.write(&Record::Reopen(reopen))?;
            return Ok(LateResult::Reopened(item));
        }
        self.write(&Record::Late(Late { item, book, approved, uptime, code, rrn, auth_code }))?;
        Ok(LateResult::Evidence(item))
    }

    pub(super) fn book_of(&self, item: Seq) -> Result<u8, Error<F::Error>> {
        let open = self.state.ledger.item(item);
        open.map(|item| item.book()).ok_or(Error::Refused(crate::ledger::Refusal::NotOpen { item }))
    }

    /// Writes a record and says where its payment stands then.
    pub(super) fn write_for(
        &mut self,
        item: Seq,
        record: &Record,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let (_, change) = self.write(record)?;
        let state = match change {
            crate::ledger::Change::Item { to, .. } => Some(to),
            _ => self.state.ledger.item(item).map(|item| item.state()),
        };
        Ok(state.map_or(PaymentStatus::Unknown, PaymentStatus::from))
    }
}
