//! A payment, from the card to what the customer is told.

use super::event::{Event, Seen};
use super::hosts::Host;
use super::message::{self, outcome_of, verdict_of};
use super::script::{Planned, Trait};
use super::terminal::Terminal;
use super::wire::{Id, Request, Response};
use super::{Break, Failure};
use crate::journal::{Begin, Begun, DuplicateAdvice, Error, Sent};
use crate::ledger::{ItemState, Owes, PaymentStatus, Refusal, rule};
use crate::record::{Intent, ReversalReason, Seq, TransactionKind};
use std::thread;
use std::time::Duration;

/// What a chip needs for its second GENERATE AC.
const SECOND_AC: Duration = Duration::from_millis(2);
/// Of so many payments one has a slip printed: each is a record.
const SLIPS: u32 = 8;

impl Terminal {
    /// Takes one payment and says what the customer may be told.
    pub(super) fn pay(
        &mut self,
        planned: &Planned,
        wanted: &[Begin],
    ) -> Result<PaymentStatus, Failure> {
        if let Some(first) = wanted.first() {
            self.warn_of_a_duplicate(planned, first)?;
        }
        let sends_first = self.setup.broken == Some(Break::DurableBeforeSend);
        let status = match wanted {
            [only] if sends_first && may_send_first(only.kind) => {
                self.pay_without_intent(planned, only)?
            }
            _ => self.pay_durably(planned, wanted)?,
        };
        if status == PaymentStatus::Approved
            && planned.number.is_multiple_of(SLIPS)
            && let Some((item, _)) = self.status(planned.number)?
        {
            self.journal.printed(item)?;
        }
        Ok(status)
    }

    /// The same card and the same amount again? It never blocks; the cashier is asked.
    fn warn_of_a_duplicate(&mut self, planned: &Planned, begin: &Begin) -> Result<(), Failure> {
        let (Trait::SwipedAgain, Some(pan)) = (planned.trait_, begin.pan) else { return Ok(()) };
        let found = self.journal.duplicate_of(begin.book, pan, begin.amount, &begin.moment)?;
        let Some(duplicate) = found.filter(|found| found.advice == DuplicateAdvice::Ask) else {
            return Ok(());
        };
        match self.journal.confirmed(duplicate.first) {
            Ok(_) => Seen::SwipedAgain.say(),
            // Evidence takes no room that is owed to something else.
            Err(Error::Full { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// The order that everything depends on: the intent is durable, then the first byte leaves.
    fn pay_durably(
        &mut self,
        planned: &Planned,
        wanted: &[Begin],
    ) -> Result<PaymentStatus, Failure> {
        let (begin, item, intent) = match self.begin(wanted)? {
            Some((begin, Begun::New { item, intent })) => (begin, item, intent),
            Some((_, Begun::Existing { status, .. })) => return Ok(status),
            None => return Ok(PaymentStatus::NeverStarted),
        };
        if rule(intent.kind).owes.is_offline() {
            // The goods leave. It is sent when nothing else is to be done.
            return Ok(PaymentStatus::Accepted);
        }
        let host = Host::of_book(intent.book);
        let original = self.named(&intent)?;
        let request = Request::Pay(message::payment(&intent, host.terminal(), original));
        let inquiry = rule(intent.kind).owes == Owes::Nothing;
        if !self.links.get_mut(host).connect() {
            return match inquiry {
                true => Ok(PaymentStatus::Inquired),
                false => self.not_sent(planned, item, &begin),
            };
        }
        Event::Sent.say();
        let (answer, elapsed_ms) = self.exchange(host, &request)?;
        if inquiry {
            return Ok(PaymentStatus::Inquired);
        }
        self.finish(planned, item, &begin, answer.as_ref(), elapsed_ms)
    }

    /// Begins the first that its original allows. None: it has to wait.
    fn begin(&mut self, wanted: &[Begin]) -> Result<Option<(Begin, Begun)>, Failure> {
        for begin in wanted {
            // It may have waited since the card was read.
            let begin = Begin { moment: self.now(), ..begin.clone() };
            match self.journal.begin(&begin) {
                Ok(begun) => return Ok(Some((begin, begun))),
                // Whoever has the original in hand finds out now what it allows.
                Err(Error::Refused(_) | Error::NotFound { .. }) if begin.original.is_some() => {}
                Err(Error::Full { .. } | Error::Blocked(_)) => return Ok(None),
                // Two batches of a book share the room for domestic and foreign cards: until the
                // old one is settled the next may have room for one of them only.
                Err(Error::Refused(Refusal::TooManyCurrencies { .. })) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// TEST ONLY (`--break durable-before-send`): the same with the order broken. A
    /// power cut between the two leaves a charged customer of whom the journal knows nothing.
    fn pay_without_intent(
        &mut self,
        planned: &Planned,
        begin: &Begin,
    ) -> Result<PaymentStatus, Failure> {
        let (host, ledger) = (Host::of_book(begin.book), self.journal.ledger());
        let book = host.book();
        let id = Id { batch: ledger.batch(book)?.get(), stan: ledger.next_stan(book)?.get() };
        if !self.links.get_mut(host).connect() {
            return Ok(PaymentStatus::NeverStarted);
        }
        let request = Request::Pay(message::unrecorded(id, begin));
        Event::Sent.say();
        let (answer, elapsed_ms) = self.exchange(host, &request)?;
        match self.journal.begin(begin)? {
            Begun::New { item, .. } => {
                self.finish(planned, item, begin, answer.as_ref(), elapsed_ms)
            }
            Begun::Existing { status, .. } => Ok(status),
        }
    }

    /// What the answer does to the payment. Only what this returns may be shown.
    fn finish(
        &mut self,
        planned: &Planned,
        item: Seq,
        begin: &Begin,
        answer: Option<&Response>,
        elapsed_ms: u32,
    ) -> Result<PaymentStatus, Failure> {
        let uptime = self.uptime();
        let chip = begin.emv.is_some();
        let Some(answer) = answer else {
            if planned.chip_decides
                && let Some(status) = self.chip_decides(item, Sent::Perhaps, begin)?
            {
                return Ok(status);
            }
            return Ok(self.journal.no_answer(item, elapsed_ms, uptime)?);
        };
        let of = outcome_of(answer, elapsed_ms, uptime);
        let status = self.journal.outcome(item, verdict_of(answer, !chip), &of)?;
        let unconfirmed =
            self.journal.ledger().item(item).is_some_and(|i| i.state() == ItemState::Approved);
        if !unconfirmed {
            return Ok(status);
        }
        thread::sleep(SECOND_AC);
        if planned.card_removed {
            Ok(self.journal.reverse(item, ReversalReason::Other)?)
        } else {
            Ok(self.journal.complete(item, None)?)
        }
    }

    /// No connection, and so proof that nothing was sent.
    fn not_sent(
        &mut self,
        planned: &Planned,
        item: Seq,
        begin: &Begin,
    ) -> Result<PaymentStatus, Failure> {
        if planned.chip_decides
            && let Some(status) = self.chip_decides(item, Sent::Nothing, begin)?
        {
            return Ok(status);
        }
        Ok(self.journal.not_sent(item)?)
    }

    /// The chip is asked, and says Y3: an offline sale takes the place of the payment.
    fn chip_decides(
        &mut self,
        item: Seq,
        sent: Sent,
        begin: &Begin,
    ) -> Result<Option<PaymentStatus>, Failure> {
        if begin.emv.is_none() || begin.kind != TransactionKind::Sale {
            return Ok(None);
        }
        match self.journal.offline_approved(item, sent, begin) {
            Ok(_) => {
                Seen::ChipDecided.say();
                Ok(Some(PaymentStatus::Accepted))
            }
            // No room for it: then it is declined, and owes its reversal.
            Err(Error::Full { .. } | Error::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// TEST ONLY: what names no other payment and moves or holds money.
const fn may_send_first(kind: TransactionKind) -> bool {
    matches!(kind, TransactionKind::Sale | TransactionKind::PreAuth | TransactionKind::QrSale)
}

/// The message that a stored payment, or a refund, is sent by again.
pub(super) fn stored(
    terminal: &mut Terminal,
    intent: &Intent,
    attempt: u16,
) -> Result<Request, Failure> {
    let original = terminal.named(intent)?;
    let host = Host::of_book(intent.book);
    let payment = message::payment(intent, host.terminal(), original);
    Ok(Request::Stored { payment, attempt })
}
