//! The terminal: a process that is killed at any moment and knows, when it starts again, only
//! what its journal knows.
//!
//! Read [`Terminal::run`] first; it is the loop that a firmware has.

use super::chip::{self, Chip};
use super::event::Event;
use super::hosts::{Both, Host};
use super::link::Link;
use super::message;
use super::script;
use super::wire::{Request, Subject, code};
use super::{Break, Failure};
use crate::journal::{Begin, Error, IdentityChange, Journal, Next, Who};
use crate::ledger::{ItemState, PaymentStatus, Phase};
use crate::record::{
    Boot, Clock, Currency, Device, MerchantId, Moment, Reference, Seq, TerminalId, Text, Uptime,
};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Before something is tried again of which the journal does not say when.
pub(super) const RETRY: Duration = Duration::from_millis(15);

/// What a terminal is set up with.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    pub(super) image: PathBuf,
    pub(super) acquirers: Both<SocketAddr>,
    pub(super) seed: u64,
    pub(super) transactions: u32,
    pub(super) broken: Option<Break>,
}

/// The terminal while it has power.
pub(super) struct Terminal {
    pub(super) journal: Journal<Chip>,
    pub(super) links: Both<Link>,
    pub(super) setup: Setup,
    started: Instant,
    /// How many times the terminal has started.
    boot: u16,
    /// Counts the questions of this run: the journal keeps no number for them.
    pub(super) questions: u16,
    /// How often each order was asked about in this run.
    pub(super) patience: BTreeMap<Seq, u16>,
    /// What an operator had sent once more in this run.
    pub(super) retried: Vec<Seq>,
    /// Answered requests that a second answer is still expected for.
    pub(super) answered: VecDeque<Subject>,
    /// The journal has no room for another payment until a batch is settled.
    pub(super) full: bool,
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
        let links = Both {
            cards: Link::new(setup.acquirers.cards),
            wallet: Link::new(setup.acquirers.wallet),
        };
        for host in Host::BOTH {
            journal.set_profile(host.book(), host.profile())?;
        }
        Ok(Self {
            journal,
            links,
            setup,
            started,
            boot,
            questions: 0,
            patience: BTreeMap::new(),
            retried: Vec::new(),
            answered: VecDeque::new(),
            full: false,
        })
    }

    /// Everything from here to the next power cut.
    ///
    /// # Errors
    /// The journal refused what must be legal, or its flash failed.
    pub(super) fn run(&mut self) -> Result<(), Failure> {
        self.report_orphans()?;
        self.say_who_we_are()?;
        let mut next = self.next_payment()?;
        let mut customer: Option<Vec<Begin>> = None;
        let mut recovered = false;
        loop {
            self.ask_the_operator()?;
            let closing = self.close_what_is_to_be_settled(next)?;
            // What is owed goes before what is sold.
            let owed = self.journal.due(self.uptime())?;
            if let Next::Now(duty) = owed {
                self.do_duty(duty)?;
                continue;
            }
            if next > self.setup.transactions && self.is_all_done()? && self.sign_off()? {
                break;
            }
            if closing || next > self.setup.transactions {
                self.wait_for(owed)?;
                continue;
            }
            let planned = script::payment(self.setup.seed, next);
            let wanted = match customer.take() {
                Some(wanted) => wanted,
                None => self.wanted(&planned)?,
            };
            if !self.may_take(&wanted)? {
                customer = Some(wanted);
                self.wait_for(owed)?;
                continue;
            }
            if !std::mem::replace(&mut recovered, true) {
                Event::Recovered.say();
                self.note_the_start()?;
            }
            if self.pay(&planned, &wanted)? == PaymentStatus::NeverStarted {
                self.wait(RETRY)?;
                continue;
            }
            Event::Payment { number: next }.say();
            next += 1;
            if next > self.setup.transactions {
                Event::ScriptDone.say();
            }
            self.journal.maintain(self.uptime().0)?;
        }
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

    /// The same at every start: only the first one writes anything.
    fn say_who_we_are(&mut self) -> Result<(), Failure> {
        for host in Host::BOTH {
            let who = Who {
                terminal: TerminalId::new(host.terminal())?,
                merchant: MerchantId::new(host.merchant())?,
                currency: Currency::CNY,
                key: 1,
            };
            self.journal.set_identity(host.book(), &who, IdentityChange::WhenEmpty)?;
        }
        let firmware = Text::new("demo")?;
        Ok(self.journal.device(&Device { firmware, config: 1 })?)
    }

    fn note_the_start(&mut self) -> Result<(), Failure> {
        let boot = Boot { count: self.boot, firmware: 1, reset_reason: 0, ran: None };
        self.journal.started(boot)?;
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
        let next = match self.status(number)? {
            None | Some((_, PaymentStatus::NeverStarted)) => number,
            Some(_) => {
                Event::Payment { number }.say();
                number + 1
            }
        };
        if next > self.setup.transactions {
            Event::ScriptDone.say();
        }
        Ok(next)
    }

    pub(super) fn status(&mut self, number: u32) -> Result<Option<(Seq, PaymentStatus)>, Failure> {
        let reference = Reference::new(&script::reference(number))?;
        Ok(self.journal.status(&reference)?.known().map(|known| (known.item, known.status)))
    }

    // ---- before and after the customers --------------------------------------------------

    /// Asked before the card is read. What stops it ends by itself, or by a settlement.
    fn may_take(&mut self, wanted: &[Begin]) -> Result<bool, Failure> {
        let Some(begin) = wanted.first() else { return Ok(false) };
        match self.journal.may_start(begin.book, begin.kind) {
            Ok(start) => {
                self.full |= start.nearly_full;
                Ok(true)
            }
            Err(Error::Blocked(_)) => {
                self.open_next_batch(Host::of_book(begin.book))?;
                Ok(false)
            }
            Err(Error::Full { .. } | Error::Digits(_) | Error::BatchFull { .. }) => {
                self.full = true;
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// No payment is open and no batch unsettled.
    fn is_all_done(&self) -> Result<bool, Failure> {
        let ledger = self.journal.ledger();
        let mut done = ledger.items().next().is_none();
        for host in Host::BOTH {
            let book = host.book();
            done &= ledger.phase(book)? == Phase::Open && ledger.totals(book)?.is_zero();
        }
        Ok(done)
    }

    /// The last question of the day: does an acquirer still have something to tell?
    fn sign_off(&mut self) -> Result<bool, Failure> {
        for host in Host::BOTH {
            self.questions = self.questions.wrapping_add(1);
            let request = Request::SignOff { attempt: self.questions };
            let link = self.links.get_mut(host);
            if !link.connect() {
                return Ok(false);
            }
            let (answer, _) = self.exchange(host, &request)?;
            if !answer.is_some_and(|answer| answer.says(code::DONE)) {
                return Ok(false);
            }
        }
        // What came in meanwhile may have opened something again.
        self.is_all_done()
    }

    // ---- time ----------------------------------------------------------------------------

    /// Waits until something that is owed may be tried again, but never for long: a line may have
    /// something to tell.
    fn wait_for(&mut self, owed: Next) -> Result<(), Failure> {
        let time = match owed {
            Next::At(at, _) => Duration::from_millis(at.0.saturating_sub(self.uptime().0)),
            _ => RETRY,
        };
        self.wait(time.clamp(Duration::from_millis(1), RETRY))
    }

    /// Waits, does idle work meanwhile, and listens.
    pub(super) fn wait(&mut self, time: Duration) -> Result<(), Failure> {
        let until = Instant::now() + time;
        self.journal.maintain(self.uptime().0)?;
        let half = Instant::now() + until.saturating_duration_since(Instant::now()) / 2;
        for (host, until) in Host::BOTH.into_iter().zip([half, until]) {
            self.listen(host, until)?;
        }
        Ok(())
    }

    pub(super) fn uptime(&self) -> Uptime {
        Uptime(self.started.elapsed().as_millis() as u64)
    }

    pub(super) fn now(&self) -> Moment {
        Moment {
            local_seconds: message::since_1970().as_secs() as u32,
            utc_offset_quarters: 0,
            clock: Clock::Set,
            boot: self.boot,
            uptime: self.uptime(),
        }
    }
}
