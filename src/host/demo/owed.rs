//! What the terminal owes to the acquirer: reversals, queries, the steps of a settlement.

use super::event::Event;
use super::message::{self, code_of, id, outcome_of};
use super::terminal::{BOOK, RETRY, Terminal};
use super::wire::{Id, Request};
use super::{Failure, script};
use crate::ledger::{Duty, SettleStep};
use crate::record::{AnswerClass, Seq, SettleClass, Verdict};
use std::time::Duration;

/// Attempts without an answer after which a reversal is put aside as unresolved.
const ATTEMPTS: u16 = 5;
/// Before a reversal that the host does not know is sent again (60 s in a shop).
const HOLD_OFF: Duration = Duration::from_millis(40);

/// Which duties are done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owed {
    /// All but those that many attempts have not ended.
    Promptly,
    /// All.
    All,
}

impl Owed {
    fn includes(self, duty: &Duty) -> bool {
        match duty {
            Duty::Reversal { unresolved, .. } | Duty::Query { unresolved, .. } => {
                self == Self::All || !unresolved
            }
            _ => true,
        }
    }
}

impl Terminal {
    /// Reversals, queries and the steps of a settlement, until none is owed. New payments wait
    /// for this, and so does the customer; what is unresolved waits for the close of the batch.
    pub(super) fn do_what_is_due(&mut self, owed: Owed) -> Result<(), Failure> {
        loop {
            let Some(duty) = self.journal.duties().find(|duty| owed.includes(duty)) else {
                return Ok(());
            };
            // What the mount found is made durable before anything is sent because of it.
            self.journal.confirm()?;
            let answered = match duty {
                Duty::Settle { step, .. } => self.settle_step(step)?,
                Duty::Reversal { item, confirm, .. } => self.reverse(item, confirm)?,
                Duty::Query { item, .. } => self.query(item)?,
                // The script has no other kinds.
                _ => return Ok(()),
            };
            if !answered {
                self.wait(RETRY)?;
            }
        }
    }

    /// Sends a reversal. `false`: no answer.
    fn reverse(&mut self, item: Seq, confirm: bool) -> Result<bool, Failure> {
        if confirm {
            // A request still on its way may overtake the reversal: ask again, but later.
            self.wait(HOLD_OFF)?;
        }
        if !self.link.connect() {
            return Ok(false);
        }
        let attempt = self.journal.attempt(item, self.uptime())?;
        let request = Request::Reverse {
            id: id(&attempt.intent),
            amount: attempt.intent.amount.minor(),
            reason: attempt.reason.de39().to_owned(),
            attempt: attempt.number,
        };
        let (answer, _) = self.exchange(&request)?;
        let class = message::reversal_class(answer.as_ref());
        let code = answer.as_ref().and_then(code_of);
        self.journal.answer(item, class, code)?;
        let silent = class == AnswerClass::Nothing;
        let unresolved = self.journal.ledger().item(item).is_none_or(|item| item.is_unresolved());
        if silent && attempt.number >= ATTEMPTS && !unresolved {
            self.journal.give_up(item)?;
        }
        Ok(!silent)
    }

    /// Asks what became of a refund. `false`: no answer.
    fn query(&mut self, item: Seq) -> Result<bool, Failure> {
        if !self.link.connect() {
            return Ok(false);
        }
        let intent = self.journal.receipt(item)?.intent;
        self.queries = self.queries.wrapping_add(1);
        let request = Request::Query { id: id(&intent), attempt: self.queries };
        let (Some(answer), elapsed_ms) = self.exchange(&request)? else { return Ok(false) };
        if self.journal.ledger().item(item).is_none() {
            // The refund's own answer came in late while this one was waited for.
            return Ok(true);
        }
        let of = outcome_of(&answer, elapsed_ms, self.uptime());
        self.journal.outcome(item, Verdict::from_code(of.code, true), &of)?;
        Ok(true)
    }

    // ---- the close of a batch ------------------------------------------------------------

    /// The script asks for it, or the journal does because it is nearly full.
    pub(super) fn must_settle(&mut self, next: u32) -> Result<bool, Failure> {
        let before = next - 1;
        let full = self.journal.room().is_nearly_full();
        let at_the_end = before == self.setup.transactions;
        let asked = before.is_multiple_of(script::batch_size(self.setup.transactions));
        if !(full || at_the_end || asked) || before == 0 {
            return Ok(false);
        }
        let Some((item, _)) = self.status(before)? else { return Ok(false) };
        let batch = self.journal.receipt(item)?.intent.batch;
        Ok(batch == self.journal.ledger().batch(BOOK)?)
    }

    /// Freezes the figures; everything after that is a duty like any other.
    pub(super) fn settle(&mut self) -> Result<(), Failure> {
        self.do_what_is_due(Owed::All)?;
        Event::Settling.say();
        self.journal.close_batch(BOOK)?;
        self.do_what_is_due(Owed::All)
    }

    /// One durable step of a settlement. `false`: no answer.
    fn settle_step(&mut self, step: SettleStep) -> Result<bool, Failure> {
        match step {
            SettleStep::Close => {
                self.journal.batch_closed(BOOK)?;
                Event::Settled.say();
                return Ok(true);
            }
            SettleStep::Send | SettleStep::Repeat => Event::Settling.say(),
            SettleStep::Upload { .. } => {}
        }
        if !self.link.connect() {
            return Ok(false);
        }
        match step {
            SettleStep::Upload { after } => self.upload(after),
            _ => self.send_totals(),
        }
    }

    fn send_totals(&mut self) -> Result<bool, Failure> {
        let settle = self.journal.settle_attempt(BOOK, self.uptime())?;
        let id = Id { batch: settle.batch.get(), stan: settle.stan.get() };
        let figures = message::figures(&settle.totals);
        let (answer, _) = self.exchange(&Request::Settle { id, figures })?;
        let class = message::settle_class(answer.as_ref());
        self.journal.settle_answer(BOOK, class, answer.as_ref().and_then(code_of))?;
        Ok(matches!(class, SettleClass::Balanced | SettleClass::Unbalanced))
    }

    /// Uploads the next payment of a batch that did not balance, or ends the upload.
    fn upload(&mut self, after: Seq) -> Result<bool, Failure> {
        let batch = self.journal.ledger().batch(BOOK)?.get();
        let header = Id { batch, stan: self.journal.ledger().next_settle_stan(BOOK)?.get() };
        let Some(next) = self.journal.next_upload(BOOK, after) else {
            let ended = self.exchange(&Request::UploadEnd { id: header })?.0.is_some();
            if ended {
                self.journal.upload_ended(BOOK)?;
            }
            return Ok(ended);
        };
        let (kind, amount) = (message::kind(next.intent.kind), next.approved.minor());
        let payment = id(&next.intent);
        let upload = Request::Upload { id: header, payment, kind, amount };
        let acknowledged = self.exchange(&upload)?.0.is_some();
        if acknowledged {
            self.journal.uploaded(BOOK, next.item)?;
        }
        Ok(acknowledged)
    }
}
