//! The terminal: a process that is killed at any moment and knows, when it starts again, only
//! what its journal knows.
//!
//! Read [`Terminal::run`] first; it is the loop that a firmware has.

use super::chip::{self, Chip};
use super::event::Event;
use super::link::Link;
use super::message::{self, id, outcome_of};
use super::owed::Owed;
use super::script::{self, Planned};
use super::wire::{Id, Kind, Request, Response, Subject};
use super::{Break, Failure};
use crate::journal::{Begin, Begun, Error, Journal, LateAnswer, LateResult};
use crate::ledger::{Item, ItemState, PaymentStatus};
use crate::record::{
    Amount, Clock, Condition, Currency, EntryMode, Intent, Moment, Original, Reference,
    ResponseCode, ReversalReason, Seq, Stan, TransactionKind, TruncatedPan, Uptime, Verdict,
};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

/// One host, one merchant, one terminal id.
pub(super) const BOOK: u8 = 0;
/// Before the acquirer is called again when it did not answer.
pub(super) const RETRY: Duration = Duration::from_millis(15);
/// What a chip needs for its second GENERATE AC.
const SECOND_AC: Duration = Duration::from_millis(2);
/// Answered requests that a second answer is still expected for.
const REMEMBERED: usize = 16;

/// What a terminal is set up with.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    pub(super) image: PathBuf,
    pub(super) acquirer: SocketAddr,
    pub(super) seed: u64,
    pub(super) transactions: u32,
    pub(super) broken: Option<Break>,
}

/// The terminal while it has power.
pub(super) struct Terminal {
    pub(super) journal: Journal<Chip>,
    pub(super) link: Link,
    pub(super) setup: Setup,
    started: Instant,
    /// How many times the terminal has started.
    boot: u16,
    /// Counts the queries of this run: the journal keeps no number for them.
    pub(super) queries: u16,
    answered: VecDeque<Subject>,
}

impl Terminal {
    /// Power on.
    ///
    /// # Errors
    /// There is no journal, or its flash failed.
    pub(super) fn start(setup: Setup) -> Result<Self, Failure> {
        let started = Instant::now();
        let flash = chip::open_slow(&setup.image)?;
        let mut journal = Journal::mount(flash, chip::REGION, &chip::SETTINGS)?;
        let report = journal.report();
        let lost = report.lost.iter().map(|lost| lost.to - lost.from + 1).sum();
        Event::Mounted { torn: report.torn_or_lost.is_some(), lost }.say();
        let boot = match journal.last()? {
            Some(last) => journal.receipt(last.item)?.intent.moment.boot.saturating_add(1),
            None => 1,
        };
        let link = Link::new(setup.acquirer);
        Ok(Self { journal, link, setup, started, boot, queries: 0, answered: VecDeque::new() })
    }

    /// Everything from here to the next power cut.
    ///
    /// # Errors
    /// The journal refused what must be legal, or its flash failed.
    pub(super) fn run(&mut self) -> Result<(), Failure> {
        self.report_orphans()?;
        self.do_what_is_due(Owed::Promptly)?;
        let mut next = self.next_payment()?;
        Event::Recovered.say();
        loop {
            if self.must_settle(next)? {
                self.settle()?;
            }
            if next > self.setup.transactions {
                break;
            }
            let planned = script::payment(self.setup.seed, next);
            if self.pay(&planned)? == PaymentStatus::NeverStarted {
                self.wait(RETRY)?;
                continue;
            }
            self.do_what_is_due(Owed::Promptly)?;
            Event::Payment { number: next }.say();
            next += 1;
            self.journal.maintain(self.uptime().0)?;
        }
        Event::ScriptDone.say();
        self.do_what_is_due(Owed::All)?;
        Event::Finished.say();
        Ok(())
    }

    // ---- after a start -------------------------------------------------------------------

    /// Payments that the last power cut hit between the first byte and the answer.
    fn report_orphans(&mut self) -> Result<(), Failure> {
        if self.journal.duties().next().is_some() {
            self.journal.confirm()?;
        }
        for item in self.journal.ledger().items() {
            if matches!(item.state(), ItemState::Unanswered | ItemState::Approved) {
                Event::Orphan { item: item.seq().0 }.say();
            }
        }
        Ok(())
    }

    /// Where the cash register goes on: it asks what became of the payment it was in.
    fn next_payment(&mut self) -> Result<u32, Failure> {
        let Some(last) = self.journal.last()? else { return Ok(1) };
        let reference = self.journal.receipt(last.item)?.intent.reference;
        let number = reference
            .as_ref()
            .and_then(script::number)
            .ok_or("the journal holds a payment that is not of this script")?;
        match self.status(number)? {
            None | Some((_, PaymentStatus::NeverStarted)) => Ok(number),
            Some(_) => {
                Event::Payment { number }.say();
                Ok(number + 1)
            }
        }
    }

    pub(super) fn status(&mut self, number: u32) -> Result<Option<(Seq, PaymentStatus)>, Failure> {
        let reference = Reference::new(&script::reference(number))?;
        Ok(self.journal.status(&reference)?.known().map(|known| (known.item, known.status)))
    }

    // ---- a payment -----------------------------------------------------------------------

    /// Takes one payment and says what the customer may be told.
    fn pay(&mut self, planned: &Planned) -> Result<PaymentStatus, Failure> {
        match self.setup.broken {
            None => self.pay_durably(planned),
            Some(Break::DurableBeforeSend) => self.pay_without_intent(planned),
        }
    }

    /// The order that everything depends on: the intent is durable, then the first byte leaves.
    fn pay_durably(&mut self, planned: &Planned) -> Result<PaymentStatus, Failure> {
        let (item, intent) = match self.begin(planned)? {
            Begun::New { item, intent } => (item, intent),
            Begun::Existing { status, .. } => return Ok(status),
        };
        let request = self.message(&intent)?;
        if !self.link.connect() {
            return Ok(self.journal.not_sent(item)?);
        }
        let (answer, elapsed_ms) = self.exchange(&request)?;
        self.finish(planned, item, answer.as_ref(), elapsed_ms)
    }

    /// TEST ONLY (`--break durable-before-send`): the same with the order broken, sales only. A
    /// power cut between the two leaves a charged customer of whom the journal knows nothing.
    fn pay_without_intent(&mut self, planned: &Planned) -> Result<PaymentStatus, Failure> {
        let begin = self.sale(planned)?;
        let ledger = self.journal.ledger();
        let id = Id { batch: ledger.batch(BOOK)?.get(), stan: ledger.next_stan(BOOK)?.get() };
        if !self.link.connect() {
            return Ok(PaymentStatus::NeverStarted);
        }
        let (answer, elapsed_ms) = self.exchange(&message::unrecorded(id, &begin))?;
        match self.journal.begin(&begin)? {
            Begun::New { item, .. } => self.finish(planned, item, answer.as_ref(), elapsed_ms),
            Begun::Existing { status, .. } => Ok(status),
        }
    }

    /// What the answer does to the payment. Only what this returns may be shown.
    fn finish(
        &mut self,
        planned: &Planned,
        item: Seq,
        answer: Option<&Response>,
        elapsed_ms: u32,
    ) -> Result<PaymentStatus, Failure> {
        let uptime = self.uptime();
        let Some(answer) = answer else {
            return Ok(self.journal.no_answer(item, elapsed_ms, uptime)?);
        };
        let of = outcome_of(answer, elapsed_ms, uptime);
        let status = self.journal.outcome(item, Verdict::from_code(of.code, !planned.chip), &of)?;
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

    /// Begins what the cash register asks for: a void or a refund where the journal allows one,
    /// and a sale otherwise. What was begun before and never sent is begun again as it was.
    fn begin(&mut self, planned: &Planned) -> Result<Begun, Failure> {
        let sale = self.sale(planned)?;
        if let Some((item, _)) = self.status(planned.number)? {
            let Intent { kind, amount, original, .. } = self.journal.receipt(item)?.intent;
            return Ok(self.journal.begin(&Begin { kind, amount, original, ..sale })?);
        }
        if let Some(undoing) = self.undoing(planned, &sale)? {
            match self.journal.begin(&undoing) {
                Err(Error::Refused(_)) => {}
                begun => return Ok(begun?),
            }
        }
        Ok(self.journal.begin(&sale)?)
    }

    fn sale(&self, planned: &Planned) -> Result<Begin, Failure> {
        Ok(Begin {
            book: BOOK,
            kind: TransactionKind::Sale,
            amount: Amount::new(planned.amount),
            currency: Currency::CNY,
            entry: if planned.chip { EntryMode::CHIP } else { EntryMode::CONTACTLESS },
            condition: Condition::NORMAL,
            moment: self.now(),
            pan: Some(TruncatedPan::from_pan(&planned.pan)?),
            card_sequence: None,
            reference: Some(Reference::new(&script::reference(planned.number))?),
            original: None,
            ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
        })
    }

    /// The void, or the refund of one half, of an earlier sale that went through.
    fn undoing(&mut self, planned: &Planned, sale: &Begin) -> Result<Option<Begin>, Failure> {
        let number = planned.number.saturating_sub(planned.back);
        let kind = match planned.kind {
            Kind::Sale => return Ok(None),
            Kind::Void => TransactionKind::Void,
            Kind::Refund => TransactionKind::Refund,
        };
        let Some((item, PaymentStatus::Approved)) = self.status(number)? else { return Ok(None) };
        let approved = self.journal.receipt(item)?.approved;
        let half = Amount::new(approved.minor() / 2);
        let amount = if kind == TransactionKind::Void { approved } else { half };
        let original = Some(Original::ByRecord(item));
        Ok(Some(Begin { kind, amount, original, ..sale.clone() }))
    }

    // ---- messages ------------------------------------------------------------------------

    /// Sends a request and waits for its answer, with the milliseconds that took. Answers to
    /// earlier requests that come in meanwhile are seen to.
    pub(super) fn exchange(
        &mut self,
        request: &Request,
    ) -> Result<(Option<Response>, u32), Failure> {
        let sent = Instant::now();
        self.link.send(request);
        let mut strays = Vec::new();
        let answer = self.link.answer(request.subject(), |stray| strays.push(stray));
        if answer.is_some() {
            self.answered.truncate(REMEMBERED - 1);
            self.answered.push_front(request.subject());
        }
        let elapsed_ms = u32::try_from(sent.elapsed().as_millis()).unwrap_or(u32::MAX);
        for stray in strays {
            self.see_to(&stray)?;
        }
        Ok((answer, elapsed_ms))
    }

    /// An answer that nobody waits for any more. The second of two is ignored, and so is a late
    /// one to a reversal: its repeat will be told the same. A late one to a payment is the result
    /// of a refund that is being asked about, and evidence for anything else.
    fn see_to(&mut self, stray: &Response) -> Result<(), Failure> {
        let (Subject::Pay(id), false) = (stray.to, self.answered.contains(&stray.to)) else {
            Event::Repeated.say();
            return Ok(());
        };
        self.answered.push_front(stray.to);
        let Some(stan) = Stan::new(id.stan) else { return Ok(()) };
        let of = outcome_of(stray, 0, self.uptime());
        let asked_about =
            |item: &&Item| item.stan() == stan && item.kind() == TransactionKind::Refund;
        let refund = self.journal.ledger().items().find(asked_about).map(Item::seq);
        if let Some(item) = refund {
            self.journal.outcome(item, Verdict::from_code(of.code, true), &of)?;
            Event::Late.say();
            return Ok(());
        }
        let answer = LateAnswer {
            book: BOOK,
            stan,
            approved: of.code == Some(ResponseCode::APPROVED),
            code: of.code,
            rrn: of.rrn,
            auth_code: of.auth_code,
            uptime: of.uptime,
        };
        match self.journal.late(&answer) {
            Ok(LateResult::Evidence(_) | LateResult::Reopened(_)) => Event::Late.say(),
            // Of a payment that is over and done with: it says nothing new.
            Ok(LateResult::Stray) | Err(Error::Refused(_)) => Event::Repeated.say(),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// A payment as it goes over the line.
    fn message(&mut self, intent: &Intent) -> Result<Request, Failure> {
        let original = match intent.original.as_ref().and_then(Original::seq) {
            Some(original) => Some(id(&self.journal.receipt(original)?.intent)),
            None => None,
        };
        Ok(message::payment(intent, original))
    }

    // ---- time ----------------------------------------------------------------------------

    /// Waits, and does idle work meanwhile.
    pub(super) fn wait(&mut self, time: Duration) -> Result<(), Failure> {
        let until = Instant::now() + time;
        self.journal.maintain(self.uptime().0)?;
        thread::sleep(until.saturating_duration_since(Instant::now()));
        Ok(())
    }

    pub(super) fn uptime(&self) -> Uptime {
        Uptime(self.started.elapsed().as_millis() as u64)
    }

    fn now(&self) -> Moment {
        Moment {
            local_seconds: message::since_1970().as_secs() as u32,
            utc_offset_quarters: 0,
            clock: Clock::Set,
            boot: self.boot,
            uptime: self.uptime(),
        }
    }
}
