//! The duty cycle of a terminal, whole: what firmware does with the journal, and in which order.
//!
//! Read [`Till::start`], [`Till::pay`], [`Till::serve`], [`Till::close`]; everything else is below them.

use super::iso8583::Message;
use super::link::{Link, Pace};
use super::message::{self, Me};
use super::world::World;
use pos_journal::flash::{FileFlash, Region};
use pos_journal::journal::*;
use pos_journal::ledger::profile::{Message as Of, Profile, Retry};
use pos_journal::ledger::{Duty, ItemState, Owes, PaymentStatus, Phase, SettleStep, rule};
use pos_journal::log::Settings;
use pos_journal::record::*;
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::time::{Duration, Instant};

pub type Failure = Box<dyn std::error::Error>;
pub type Chip = FileFlash<8, 4096>;

/// One book for cards, one for QR orders.
pub const CARDS: u8 = 0;
pub const WALLET: u8 = 1;
pub const BOOKS: [u8; 2] = [CARDS, WALLET];

/// About two days of a busy shop: the ring laps a dozen times a month.
pub const REGION: Region = Region::new(0, 128 * 1024);
pub const SETTINGS: Settings = Settings::new();
/// Payments that a batch takes: a busy day has more.
const BATCH: u32 = 180;

static CARD_HOST: Profile = Profile {
    refunds_idempotent: true,
    reversal: Retry { first_ms: 5_000, longest_ms: 300_000, limit: 100 },
    batch_limit: BATCH,
    ..Profile::PLAIN
};
static WALLET_HOST: Profile = Profile { batch_limit: BATCH, ..Profile::QR };

/// Questions about an order before it is cancelled.
const PATIENCE: u16 = 3;
/// Requests of this run to which a late answer may still come.
const REMEMBERED: usize = 64;

/// What makes one terminal another than its neighbour.
#[derive(Clone, Debug)]
pub struct Setup {
    /// By book.
    pub me: [Me; 2],
    pub pace: Pace,
    pub broken: Option<Break>,
}

/// TEST ONLY: a terminal that is built wrong, so that the comparison of the books is seen to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Break {
    /// What was owed before a restart is taken for done.
    ReversalNotRepeated,
    /// The first payment after a restart goes out under the STAN before its own.
    StanReused,
    /// Whatever an advice is answered with, it is dropped as if it had been accepted.
    AdviceDropped,
}

/// What became of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sold {
    Said(Seq, PaymentStatus),
    /// The batch has to be settled first.
    Full,
    /// Something is owed, or the original does not allow it.
    Not,
}

pub struct Till<W> {
    pub journal: Journal<Chip>,
    pub world: W,
    link: Link,
    setup: Setup,
    boot: u16,
    /// How often each order was asked about in this run.
    asked: BTreeMap<Seq, u16>,
    /// What was sent in this run: an answer that comes late must belong to it.
    sent: VecDeque<Message>,
    /// How long the slowest intent took to become durable, in this run.
    pub slowest_append: Duration,
    /// TEST ONLY.
    payments: u32,
}

impl<W: World> Till<W> {
    /// Power on: who am I, what was I doing?
    pub fn start(image: &Path, setup: Setup, world: W) -> Result<Self, Failure> {
        let mut journal: Journal<Chip> = Journal::mount(Chip::open(image)?, REGION, &SETTINGS)?;
        for (book, profile) in [(CARDS, &CARD_HOST), (WALLET, &WALLET_HOST)] {
            journal.set_profile(book, profile)?;
        }
        for (book, me) in (0..).zip(&setup.me) {
            let (terminal, merchant) = (me.terminal.clone(), me.merchant.clone());
            let who = Who { terminal, merchant, currency: Currency::CNY, key: 1 };
            journal.set_identity(book, &who, IdentityChange::WhenEmpty)?;
        }
        let boot = match journal.last()? {
            Some(last) => journal.receipt(last.item)?.intent.moment.boot.saturating_add(1),
            None => 1,
        };
        journal.started(Boot { count: boot, firmware: 1, reset_reason: 0, ran: None })?;
        let link = Link::new(world.address(), setup.pace);
        let (asked, sent) = (BTreeMap::new(), VecDeque::new());
        let slowest_append = Duration::ZERO;
        let mut till =
            Self { journal, world, link, setup, boot, asked, sent, slowest_append, payments: 0 };
        if till.setup.broken == Some(Break::ReversalNotRepeated) {
            till.forget_reversals()?;
        }
        Ok(till)
    }

    /// A payment, from the card to what the customer may be told. The card number goes into the first
    /// message and nowhere else.
    pub fn pay(&mut self, begin: &Begin, pan: Option<&str>) -> Result<Sold, Failure> {
        let begin = Begin { moment: self.now(), ..begin.clone() };
        match self.journal.may_start(begin.book, begin.kind) {
            Ok(_) => {}
            Err(Error::BatchFull { .. } | Error::Full { .. } | Error::Digits(_)) => {
                return Ok(Sold::Full);
            }
            Err(Error::Blocked(_) | Error::Unresolved { .. }) => return Ok(Sold::Not),
            Err(error) => return Err(error.into()),
        }
        // When this returns the intent is durable, with all that a reversal needs.
        let asked = Instant::now();
        let begun = self.journal.begin(&begin);
        self.slowest_append = self.slowest_append.max(asked.elapsed());
        let (item, intent) = match begun {
            Ok(Begun::New { item, intent }) => (item, intent),
            Ok(Begun::Existing { item, status }) => return Ok(Sold::Said(item, status)),
            Err(Error::BatchFull { .. } | Error::Full { .. }) => return Ok(Sold::Full),
            Err(Error::Refused(_) | Error::NotFound { .. } | Error::Blocked(_)) => {
                return Ok(Sold::Not);
            }
            Err(error) => return Err(error.into()),
        };
        if rule(intent.kind).owes.is_offline() {
            // The goods leave; the host is told when nothing else is to be done.
            return Ok(Sold::Said(item, PaymentStatus::Accepted));
        }
        let mut request = self.first_message(&intent)?.maybe(2, pan);
        self.payments += 1;
        if self.setup.broken == Some(Break::StanReused) && self.payments == 1 {
            request = request.digits(11, u64::from(intent.stan.get().max(2) - 1));
        }
        if !self.connect() {
            return Ok(Sold::Said(item, self.journal.not_sent(item)?));
        }
        let (answer, elapsed_ms) = self.exchange(&request)?;
        let uptime = self.world.uptime();
        let status = match answer {
            Some(answer) => {
                let of = message::outcome(&answer, elapsed_ms, uptime);
                self.journal.outcome(item, Verdict::from_code(of.code, true), &of)?
            }
            None => self.journal.no_answer(item, elapsed_ms, uptime)?,
        };
        Ok(Sold::Said(item, status)) // only now may it be shown
    }

    /// Does what is owed, until `until` or until nothing is owed any more.
    pub fn serve(&mut self, until: Uptime) -> Result<(), Failure> {
        loop {
            self.ask_the_operator()?;
            match self.journal.due(self.world.uptime())? {
                Next::Now(duty) if self.world.uptime() < until => self.do_duty(duty)?,
                Next::At(at, _) if at < until => self.world.wait_until(at)?,
                _ => break,
            }
        }
        self.journal.maintain(self.world.uptime().0)?;
        Ok(())
    }

    /// The shop closes, or a batch is full: everything is reversed, sent and settled when this returns.
    pub fn close(&mut self) -> Result<(), Failure> {
        loop {
            self.serve(Uptime(self.world.uptime().0 + 600_000))?;
            let ledger = self.journal.ledger();
            let mut all = true;
            for book in BOOKS {
                let open = ledger.items().any(|item| item.book() == book);
                let settled = ledger.phase(book)? == Phase::Open && ledger.totals(book)?.is_zero();
                all &= settled && !open;
            }
            if all {
                return Ok(());
            }
            for book in BOOKS {
                let ledger = self.journal.ledger();
                let open = ledger.items().any(|item| item.book() == book);
                let idle = ledger.phase(book)? == Phase::Open && !ledger.totals(book)?.is_zero();
                if idle && !open {
                    self.journal.close_batch(book)?;
                }
            }
            if !matches!(self.journal.due(self.world.uptime())?, Next::Now(_)) {
                self.world.wait_until(Uptime(self.world.uptime().0 + 10_000))?;
            }
        }
    }

    /// Says good morning (and hears what is late). The host's time sets the clock.
    pub fn sign_on(&mut self) -> Result<bool, Failure> {
        if !self.connect() {
            return Ok(false);
        }
        let request = message::network(&self.setup.me[0], &self.now(), 1);
        let (answer, _) = self.exchange(&request)?;
        if let Some(Ok(time)) = answer.as_ref().and_then(|a| a.get(48)).map(|d| d.parse()) {
            self.world.set_clock(time);
        }
        Ok(answer.is_some())
    }

    // ---- what is owed --------------------------------------------------------------------

    fn do_duty(&mut self, duty: Duty) -> Result<(), Failure> {
        if let Duty::Settle { book, step } = duty {
            return self.settle_step(book, step);
        }
        let Some(item) = duty.item() else { return Ok(()) };
        if !self.connect() {
            // No attempt: nothing is written, and it waits.
            return Ok(self.journal.asked(item, self.world.uptime())?);
        }
        match duty {
            Duty::Query { .. } => self.query(item),
            Duty::Cancel { .. } | Duty::Reversal { .. } => self.reverse(item),
            Duty::RefundOrder { .. } => self.refund_order(item),
            _ => self.advise(item),
        }
    }

    /// 0400, then 0401, the same in every element.
    fn reverse(&mut self, item: Seq) -> Result<(), Failure> {
        let attempt = self.journal.attempt(item, self.world.uptime())?; // durable, then it leaves
        let me = self.me(attempt.intent.book);
        let mti = attempt.mti.unwrap_or("0400");
        let reason = attempt.reason.de39();
        let request = message::reversal(me, &attempt.intent, mti, reason, attempt.auth_code);
        let (answer, _) = self.exchange(&request)?;
        self.journal.answered(item, answer.as_ref().and_then(message::code))?;
        Ok(())
    }

    /// 0220, then 0221.
    fn advise(&mut self, item: Seq) -> Result<(), Failure> {
        let attempt = self.journal.attempt(item, self.world.uptime())?;
        let request = self.repeated(&attempt)?;
        let (answer, _) = self.exchange(&request)?;
        let mut code = answer.as_ref().and_then(message::code);
        if self.setup.broken == Some(Break::AdviceDropped) && code.is_some() {
            code = Some(ResponseCode::APPROVED);
        }
        self.journal.answered(item, code)?;
        Ok(())
    }

    /// A refund is sent once more, as it was. An order is asked about; then it is cancelled.
    fn query(&mut self, item: Seq) -> Result<(), Failure> {
        let Some(open) = self.journal.ledger().item(item) else { return Ok(()) };
        let (kind, book, attempts) = (open.kind(), open.book(), open.attempts());
        let request = if kind == TransactionKind::QrSale {
            let asked = self.asked.entry(item).or_default();
            *asked += 1;
            if attempts == 0 && *asked > PATIENCE {
                return self.reverse(item);
            }
            let intent = self.journal.receipt(item)?.intent;
            message::about_order(self.me(book), &intent, "0100", 330_000)
        } else {
            let attempt = self.journal.attempt(item, self.world.uptime())?;
            self.repeated(&attempt)?
        };
        let (answer, elapsed_ms) = self.exchange(&request)?;
        let uptime = self.world.uptime();
        let of = answer.map(|answer| message::outcome(&answer, elapsed_ms, uptime));
        // 25: the order is not known, and may still be under way.
        let of = of.filter(|of| of.code.is_some_and(|code| code.bytes() != *b"25"));
        match of.map(|of| (Verdict::from_code(of.code, true), of)) {
            None | Some((Verdict::NoAnswer | Verdict::Doubtful, _)) => {
                Ok(self.journal.asked(item, uptime)?)
            }
            Some((verdict, of)) => {
                self.journal.outcome(item, verdict, &of).map(drop).map_err(Into::into)
            }
        }
    }

    fn refund_order(&mut self, item: Seq) -> Result<(), Failure> {
        let attempt = self.journal.attempt(item, self.world.uptime())?;
        let me = self.me(attempt.intent.book);
        let request = message::about_order(me, &attempt.intent, "0220", 200_000);
        let (answer, _) = self.exchange(&request)?;
        self.journal.answered(item, answer.as_ref().and_then(message::code))?;
        Ok(())
    }

    /// What the host refused is for a person to decide: it is sent once more.
    fn ask_the_operator(&mut self) -> Result<(), Failure> {
        let refused = |item: &&pos_journal::ledger::Item| item.state() == ItemState::Refused;
        let Some(item) = self.journal.ledger().items().find(refused).map(|item| item.seq()) else {
            return Ok(());
        };
        self.journal.retry(item, Text::new("chief")?, Text::new("the contract was mended")?)?;
        Ok(())
    }

    // ---- settlement ----------------------------------------------------------------------

    fn settle_step(&mut self, book: u8, step: SettleStep) -> Result<(), Failure> {
        if step == SettleStep::Close {
            self.journal.batch_closed(book)?;
            return Ok(());
        }
        if !self.connect() {
            self.journal.settle_tried(book, self.world.uptime());
            return Ok(());
        }
        let SettleStep::Upload { after } = step else {
            let settle = self.journal.settle_attempt(book, self.world.uptime())?;
            let id = (settle.batch.get(), settle.stan);
            let request = message::totals(self.me(book), id, &settle.totals, 920_000)?;
            let (answer, _) = self.exchange(&request)?;
            self.journal.settle_answer_de39(book, answer.as_ref().and_then(message::code))?;
            return Ok(());
        };
        for item in self.journal.next_uploads(book, after)? {
            let receipt = self.journal.receipt(item)?;
            let request = message::upload(self.me(book), &receipt);
            let (answer, _) = self.exchange(&request)?;
            let code = answer.as_ref().and_then(message::code);
            let codes = &self.journal.profile(book).codes;
            if codes.answer(Of::Upload, code, true) != AnswerClass::Done {
                self.journal.settle_tried(book, self.world.uptime());
                return Ok(());
            }
            self.journal.uploaded(book, item)?;
        }
        if self.journal.next_uploads(book, self.uploaded(book))?.is_empty() {
            self.end_upload(book)?;
        }
        Ok(())
    }

    fn uploaded(&self, book: u8) -> Seq {
        let after = |duty| match duty {
            Duty::Settle { book: of, step: SettleStep::Upload { after } } if of == book => {
                Some(after)
            }
            _ => None,
        };
        self.journal.duties().find_map(after).unwrap_or(Seq(0))
    }

    /// The second 0500: everything is uploaded.
    fn end_upload(&mut self, book: u8) -> Result<(), Failure> {
        let ledger = self.journal.ledger();
        let id = (ledger.settle_batch(book)?.get(), ledger.next_settle_stan(book)?);
        let totals = ledger.settle_totals(book)?;
        let request = message::totals(self.me(book), id, &totals, 960_000)?;
        let (answer, _) = self.exchange(&request)?;
        let code = answer.as_ref().and_then(message::code);
        if self.journal.profile(book).codes.upload_end(code) == AnswerClass::Done {
            self.journal.upload_ended(book)?;
        } else {
            self.journal.settle_tried(book, self.world.uptime());
        }
        Ok(())
    }

    // ---- messages ------------------------------------------------------------------------

    fn connect(&mut self) -> bool {
        self.link.set_address(self.world.address());
        self.link.connect()
    }

    /// Sends a request and waits for its answer, with the milliseconds that took.
    fn exchange(&mut self, request: &Message) -> Result<(Option<Message>, u32), Failure> {
        let (before, bytes) = (self.world.uptime(), request.pack()?);
        self.sent.truncate(REMEMBERED - 1);
        self.sent.push_front(request.clone());
        let mut aside = Vec::new();
        let answer =
            self.link.exchange(&bytes, |answer| message::answers(request, answer), &mut aside);
        self.world.exchanged(answer.is_some())?;
        let elapsed = self.world.uptime().0 - before.0;
        for other in &aside {
            self.late(request, other)?;
        }
        Ok((answer, u32::try_from(elapsed).unwrap_or(u32::MAX)))
    }

    /// An answer that nobody waits for. It is evidence only if it answers something that was sent.
    fn late(&mut self, waiting: &Message, answer: &Message) -> Result<(), Failure> {
        let known = |sent: &&Message| *sent != waiting && message::answers(sent, answer);
        let Some(stan) = self.sent.iter().find(known).and_then(message::echo).map(|e| e.stan)
        else {
            return Ok(());
        };
        let Some(book) =
            (0..).zip(&self.setup.me).find(|(_, me)| answer.get(41) == Some(me.terminal.as_str()))
        else {
            return Ok(());
        };
        if !matches!(answer.mti(), "0110" | "0210") || answer.number(3) == Some(330_000) {
            // A late answer to a reversal or an advice says nothing: its repeat is told the same.
            return Ok(());
        }
        let of = message::outcome(answer, 0, self.world.uptime());
        let approved = matches!(Verdict::from_code(of.code, true), Verdict::Approved { .. });
        let OutcomeOf { code, rrn, auth_code, uptime, .. } = of;
        let late = LateAnswer { book: book.0, stan, approved, code, rrn, auth_code, uptime };
        match self.journal.late(&late) {
            Ok(_) | Err(Error::Refused(_) | Error::Full { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn repeated(&mut self, attempt: &Attempted) -> Result<Message, Failure> {
        let named = self.named(&attempt.intent)?;
        Ok(message::payment(
            self.me(attempt.intent.book),
            &attempt.intent,
            named.as_ref(),
            attempt.mti,
        ))
    }

    fn first_message(&mut self, intent: &Intent) -> Result<Message, Failure> {
        let named = self.named(intent)?;
        Ok(message::payment(self.me(intent.book), intent, named.as_ref(), None))
    }

    /// The payment that another one names, out of the journal.
    fn named(&mut self, intent: &Intent) -> Result<Option<Receipt>, Failure> {
        match intent.original {
            Some(Original::ByRecord(item)) => Ok(Some(self.journal.receipt(item)?)),
            _ => Ok(None),
        }
    }

    fn me(&self, book: u8) -> &Me {
        self.setup.me.get(usize::from(book)).unwrap_or(&self.setup.me[0])
    }

    fn now(&self) -> Moment {
        Moment { boot: self.boot, ..self.world.moment() }
    }

    /// TEST ONLY ([`Break::ReversalNotRepeated`]).
    fn forget_reversals(&mut self) -> Result<(), Failure> {
        self.journal.confirm()?;
        let owed = |item: &pos_journal::ledger::Item| rule(item.kind()).owes == Owes::Reversal;
        let items: Vec<Seq> =
            self.journal.ledger().items().filter(|i| owed(i)).map(|i| i.seq()).collect();
        for item in items {
            self.journal.attempt(item, self.world.uptime())?;
            self.journal.answered(item, Some(ResponseCode::APPROVED))?;
        }
        Ok(())
    }
}
