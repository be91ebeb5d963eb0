//! What the terminal owes to the acquirers: reversals, advices, questions, cancels.

use super::event::Seen;
use super::hosts::Host;
use super::message::{code_of, id, outcome_of, verdict_of};
use super::pay::stored;
use super::terminal::Terminal;
use super::wire::{Request, Response, code};
use super::{Break, Failure};
use crate::journal::Attempted;
use crate::ledger::{Duty, ItemState};
use crate::record::{AnswerClass, OrderNumber, Seq, Text, TransactionKind, Uptime, Verdict};

/// Questions about an order before it is cancelled.
const PATIENCE: u16 = 4;
/// Longer than any hold-off.
const AN_HOUR_MS: u64 = 3_600_000;

impl Terminal {
    /// Does what [`due`](crate::journal::Journal::due) says is to be done now.
    pub(super) fn do_duty(&mut self, duty: Duty) -> Result<(), Failure> {
        if let Duty::Settle { book, step } = duty {
            return self.settle_step(Host::of_book(book), step);
        }
        let Some(item) = duty.item() else { return Ok(()) };
        let Some(open) = self.journal.ledger().item(item) else { return Ok(()) };
        let (kind, host, attempts) = (open.kind(), Host::of_book(open.book()), open.attempts());
        if !self.links.get_mut(host).connect() {
            // No attempt: nothing is written, and it waits.
            return Ok(self.journal.asked(item, self.uptime())?);
        }
        match duty {
            Duty::Query { .. } if kind == TransactionKind::QrSale => {
                // One that was cancelled and had just been paid is asked about until it is sure.
                let asked = self.patience.get(&item).copied().unwrap_or_default();
                if attempts == 0 && asked >= PATIENCE {
                    self.cancel(host, item)
                } else {
                    self.ask_about_order(host, item)
                }
            }
            Duty::Query { .. } if self.journal.profile(host.book()).refunds_idempotent => {
                self.refund_again(host, item)
            }
            Duty::Query { .. } => self.ask_about_refund(host, item),
            Duty::Cancel { .. } => self.cancel(host, item),
            Duty::RefundOrder { .. } => self.refund_order(host, item),
            Duty::Advice { .. } | Duty::Notice { .. } => self.send_stored(host, item),
            _ => self.reverse(host, item),
        }
    }

    // ---- attempts ------------------------------------------------------------------------

    /// The attempt is durable; then its first byte leaves. None: the line was gone before that.
    fn attempt(
        &mut self,
        host: Host,
        item: Seq,
        request: impl FnOnce(&mut Self, &Attempted) -> Result<Request, Failure>,
    ) -> Result<Option<Option<Response>>, Failure> {
        let attempt = self.journal.attempt(item, self.uptime())?;
        if !self.links.get_mut(host).is_up() {
            Seen::Unsent.say();
            self.journal.unsent(item)?;
            return Ok(None);
        }
        let request = request(self, &attempt)?;
        Ok(Some(self.exchange(host, &request)?.0))
    }

    fn reverse(&mut self, host: Host, item: Seq) -> Result<(), Failure> {
        let answer = self.attempt(host, item, |_, attempt| {
            Ok(Request::Reverse {
                id: id(&attempt.intent),
                amount: attempt.intent.amount.minor(),
                reason: attempt.reason.de39().to_owned(),
                attempt: attempt.number,
            })
        })?;
        self.answered(item, answer)
    }

    fn send_stored(&mut self, host: Host, item: Seq) -> Result<(), Failure> {
        let answer = self.attempt(host, item, |terminal, attempt| {
            stored(terminal, &attempt.intent, attempt.number)
        })?;
        self.answered(item, answer)
    }

    fn refund_order(&mut self, host: Host, item: Seq) -> Result<(), Failure> {
        let answer = self.attempt(host, item, |_, attempt| {
            let number = attempt.refund_number.as_ref().map(ToString::to_string);
            Ok(Request::RefundOrder {
                id: id(&attempt.intent),
                order: order(attempt),
                number: number.unwrap_or_default(),
                attempt: attempt.number,
            })
        })?;
        self.answered(item, answer)
    }

    /// The profile reads the answer.
    fn answered(&mut self, item: Seq, answer: Option<Option<Response>>) -> Result<(), Failure> {
        let Some(answer) = answer else { return Ok(()) };
        self.journal.answered(item, code_of(answer.as_ref()))?;
        Ok(())
    }

    /// Cancels an order, under its own number. That its payer has just paid is not in any profile.
    fn cancel(&mut self, host: Host, item: Seq) -> Result<(), Failure> {
        let answer = self.attempt(host, item, |_, attempt| {
            let (id, order) = (id(&attempt.intent), order(attempt));
            Ok(Request::Cancel { id, order, attempt: attempt.number })
        })?;
        match answer {
            Some(Some(answer)) if answer.says(code::JUST_PAID) => {
                Seen::JustPaid.say();
                self.journal.answer(item, AnswerClass::Paid, code_of(Some(&answer)))?;
                match self.setup.broken {
                    Some(Break::NoHoldOff) => self.ask_about_order(host, item),
                    _ => Ok(()),
                }
            }
            answer => self.answered(item, answer),
        }
    }

    /// The same refund once more: this host takes it twice for one.
    fn refund_again(&mut self, host: Host, item: Seq) -> Result<(), Failure> {
        let answer = self.attempt(host, item, |terminal, attempt| {
            stored(terminal, &attempt.intent, attempt.number)
        })?;
        match answer {
            Some(Some(answer)) => self.found_out(item, &answer),
            _ => Ok(()),
        }
    }

    // ---- questions -----------------------------------------------------------------------

    fn ask_about_refund(&mut self, host: Host, item: Seq) -> Result<(), Failure> {
        let intent = self.journal.receipt(item)?.intent;
        let request = Request::Query { id: id(&intent), attempt: self.question() };
        match self.exchange(host, &request)?.0 {
            Some(answer) => self.found_out(item, &answer),
            None => self.asked(item),
        }
    }

    fn ask_about_order(&mut self, host: Host, item: Seq) -> Result<(), Failure> {
        let intent = self.journal.receipt(item)?.intent;
        let order = intent.order.as_ref().map(OrderNumber::to_string).unwrap_or_default();
        let request = Request::QueryOrder { id: id(&intent), order, attempt: self.question() };
        *self.patience.entry(item).or_default() += 1;
        match self.exchange(host, &request)?.0 {
            // An order that the wallet does not know may still be on its way.
            Some(answer) if !answer.says(code::UNKNOWN) && !answer.says(code::PENDING) => {
                self.found_out(item, &answer)
            }
            _ => self.asked(item),
        }
    }

    fn question(&mut self) -> u16 {
        self.questions = self.questions.wrapping_add(1);
        self.questions
    }

    /// The result of a question.
    fn found_out(&mut self, item: Seq, answer: &Response) -> Result<(), Failure> {
        if self.journal.ledger().item(item).is_none() {
            // The payment's own answer came in late while this one was waited for.
            return Ok(());
        }
        let uptime = match self.setup.broken {
            // TEST ONLY (`--break no-hold-off`): the journal refuses what is told too early, unless
            // it is lied to about the time.
            Some(Break::NoHoldOff) => Uptime(self.uptime().0 + AN_HOUR_MS),
            _ => self.uptime(),
        };
        let of = outcome_of(answer, 0, uptime);
        match verdict_of(answer, true) {
            Verdict::NoAnswer | Verdict::Doubtful => self.asked(item),
            verdict => {
                self.journal.outcome(item, verdict, &of)?;
                Ok(())
            }
        }
    }

    fn asked(&mut self, item: Seq) -> Result<(), Failure> {
        let open = self.journal.ledger().item(item).is_some();
        if open { Ok(self.journal.asked(item, self.uptime())?) } else { Ok(()) }
    }

    // ---- people --------------------------------------------------------------------------

    /// What a host refuses waits for an operator: he has it sent once more, and then he gives up.
    pub(super) fn ask_the_operator(&mut self) -> Result<(), Failure> {
        let refused = |item: &&crate::ledger::Item| item.state() == ItemState::Refused;
        let Some(item) = self.journal.ledger().items().find(refused).map(|item| item.seq()) else {
            return Ok(());
        };
        let (who, why) = (Text::new("chief")?, Text::new("the host refuses it")?);
        if self.retried.contains(&item) {
            self.journal.abandon(item, who, why)?;
            Seen::OperatorAbandon.say();
        } else {
            self.journal.retry(item, who, why)?;
            self.retried.push(item);
            Seen::OperatorRetry.say();
        }
        Ok(())
    }
}

/// The number of the order that an attempt is about.
fn order(attempt: &Attempted) -> String {
    attempt.intent.order.as_ref().map(OrderNumber::to_string).unwrap_or_default()
}
