//! What the firmware does with the journal, from power-up to the last payment of the script.
//!
//! Every call that leaves the terminal or tells somebody something is promised first, and what is
//! promised is durable in the journal by then.

use core::fmt::Write;

use embedded_storage::nor_flash::NorFlash;
use pos_journal::flash::Region;
use pos_journal::journal::{Begin, Begun, Error, Journal, Next, OutcomeOf};
use pos_journal::ledger::{Duty, ItemState, PaymentStatus, SettleStep};
use pos_journal::log::{self, FormatAs, Maintained, Mode, Settings};
use pos_journal::record::*;

use crate::Job;
use crate::nor::{self, Failed};
use crate::promise::{Promise, Status};
use crate::script::{self, Fate, Planned};

/// All of the chip.
pub const REGION: Region = Region::new(0, nor::BYTES as u32);
/// Lives are short here: idle work begins 20 ms after power-up.
pub const SETTINGS: Settings = Settings { quiet_ms: 20, ..Settings::new() };

const BOOK: u8 = 0;
const ANSWER_MS: u32 = 40;
const TIMEOUT_MS: u32 = 30_000;
/// Steps of idle work between two payments.
const IDLE_STEPS: u32 = 8;

/// The world outside.
pub trait Outside {
    /// Writes a promise down, before it is acted on.
    fn promise(&mut self, promise: &Promise) -> Result<(), Failed>;
}

/// Why the terminal stopped before its script was done.
#[derive(Debug)]
pub enum Stop<E> {
    /// The journal refused what must be legal, or its flash failed.
    Journal(Error<E>),
    /// A promise could not be written down.
    Promise,
    /// The journal says what cannot be.
    Strange(&'static str),
}

impl<E> From<Error<E>> for Stop<E> {
    fn from(error: Error<E>) -> Self {
        Stop::Journal(error)
    }
}

impl<E> From<pos_journal::ledger::Refusal> for Stop<E> {
    fn from(refusal: pos_journal::ledger::Refusal) -> Self {
        Stop::Journal(Error::Refused(refusal))
    }
}

impl<E> From<Failed> for Stop<E> {
    fn from(_: Failed) -> Self {
        Stop::Promise
    }
}

/// A terminal that is switched on.
pub struct Till<F, O> {
    journal: Journal<F>,
    outside: O,
    job: Job,
    /// Milliseconds since power-up, by what was done: no clock, so that a life can be repeated.
    uptime: u64,
    boot: u16,
}

impl<F: NorFlash, O: Outside> Till<F, O> {
    /// Mounts the journal; formats the chip if it is new, or if that was interrupted.
    pub fn switch_on(mut flash: F, outside: O, job: Job) -> Result<Self, Stop<F::Error>> {
        let is_new = match Journal::<&mut F>::mount(&mut flash, REGION, &SETTINGS) {
            Ok(_) => false,
            Err(Error::Log(log::Error::Blank | log::Error::FormatInterrupted)) => true,
            Err(Error::Log(log::Error::Foreign)) => return Err(Stop::Strange("foreign")),
            Err(_) => return Err(Stop::Strange("the journal does not mount")),
        };
        let mut journal = match is_new {
            true => {
                let format_id = script::draw(job.seed, 0, job.life, 0);
                let how = FormatAs { format_id, mode: Mode::Test, over_foreign: false };
                Journal::format(flash, REGION, &SETTINGS, how)?
            }
            false => Journal::mount(flash, REGION, &SETTINGS)?,
        };
        let boot = match journal.last()? {
            Some(last) => journal.receipt(last.item)?.intent.moment.boot.saturating_add(1),
            None => 1,
        };
        Ok(Till { journal, outside, job, uptime: 0, boot })
    }

    /// Everything from power-up to the end of the script.
    pub fn run(&mut self) -> Result<(), Stop<F::Error>> {
        self.pay_what_is_due()?;
        let mut next = self.where_to_go_on()?;
        loop {
            if self.must_settle(next)? {
                self.journal.close_batch(BOOK)?;
                self.pay_what_is_due()?;
            }
            if next > self.job.payments {
                return Ok(());
            }
            let planned = script::payment(self.job.seed, next);
            let status = self.pay(&planned)?;
            self.show(next, status)?;
            self.pay_what_is_due()?;
            self.idle()?;
            if status != PaymentStatus::NeverStarted {
                next += 1;
            }
        }
    }

    fn idle(&mut self) -> Result<(), Stop<F::Error>> {
        for _ in 0..IDLE_STEPS {
            self.uptime += 5;
            if self.journal.maintain(self.uptime)? == Maintained::Idle {
                break;
            }
        }
        Ok(())
    }

    // ---- the cash register ---------------------------------------------------------------

    /// The cash register asks what became of the payment it was in.
    fn where_to_go_on(&mut self) -> Result<u32, Stop<F::Error>> {
        let Some(last) = self.journal.last()? else { return Ok(1) };
        let number = self.number_of(last.item)?;
        self.show(number, last.status)?;
        Ok(if last.status == PaymentStatus::NeverStarted { number } else { number + 1 })
    }

    fn number_of(&mut self, item: Seq) -> Result<u32, Stop<F::Error>> {
        let reference = self.journal.receipt(item)?.intent.reference;
        let number = reference.as_ref().and_then(|text| text.as_str().get(2..)?.parse().ok());
        number.ok_or(Stop::Strange("a payment that is not of this script"))
    }

    fn reference_of(number: u32) -> Result<Reference, Stop<F::Error>> {
        let mut text = heapless::String::<16>::new();
        let _ = write!(text, "R-{number:08}");
        Reference::new(&text).map_err(|_| Stop::Strange("a reference"))
    }

    fn show(&mut self, number: u32, status: PaymentStatus) -> Result<(), Stop<F::Error>> {
        let status = match status {
            PaymentStatus::Approved => Status::Approved,
            PaymentStatus::Declined => Status::Declined,
            PaymentStatus::Reversing => Status::Reversing,
            PaymentStatus::Reversed => Status::Reversed,
            PaymentStatus::NeverStarted => Status::NeverStarted,
            // Nobody can say yet: nothing is shown.
            _ => return Ok(()),
        };
        Ok(self.outside.promise(&Promise::Show { number, status })?)
    }

    // ---- a payment -----------------------------------------------------------------------

    /// The order that everything depends on: the intent is durable, then the first byte leaves.
    fn pay(&mut self, planned: &Planned) -> Result<PaymentStatus, Stop<F::Error>> {
        let (item, intent, voids) = match self.begin(planned)? {
            (Begun::New { item, intent }, voids) => (item, intent, voids),
            (Begun::Existing { status, .. }, _) => return Ok(status),
        };
        let (batch, stan) = (intent.batch.get(), intent.stan.get());
        let fate = script::fate(self.job.seed, batch, stan);
        if fate == Fate::NoLine {
            return Ok(self.journal.not_sent(item)?);
        }
        let amount = intent.amount.minor() as u32;
        self.outside.promise(&Promise::Send {
            number: planned.number,
            batch,
            stan,
            amount,
            voids,
        })?;
        let code = match fate {
            Fate::Approved => ResponseCode::APPROVED,
            Fate::Declined => ResponseCode::new(b"51").map_err(|_| Stop::Strange("a code"))?,
            _ => return self.no_answer(item),
        };
        self.answered(planned, item, code)
    }

    fn no_answer(&mut self, item: Seq) -> Result<PaymentStatus, Stop<F::Error>> {
        self.uptime += u64::from(TIMEOUT_MS);
        Ok(self.journal.no_answer(item, TIMEOUT_MS, Uptime(self.uptime))?)
    }

    fn answered(
        &mut self,
        planned: &Planned,
        item: Seq,
        code: ResponseCode,
    ) -> Result<PaymentStatus, Stop<F::Error>> {
        self.uptime += u64::from(ANSWER_MS);
        let of = OutcomeOf {
            code: Some(code),
            elapsed_ms: ANSWER_MS,
            uptime: Uptime(self.uptime),
            ..OutcomeOf::default()
        };
        if cfg!(feature = "canary") && !planned.chip {
            let approved = code == ResponseCode::APPROVED;
            let early = if approved { PaymentStatus::Approved } else { PaymentStatus::Declined };
            self.show(planned.number, early)?;
        }
        let verdict = Verdict::from_code(Some(code), !planned.chip);
        let status = self.journal.outcome(item, verdict, &of)?;
        let open = self.journal.ledger().item(item);
        if !open.is_some_and(|open| open.state() == ItemState::Approved) {
            return Ok(status);
        }
        Ok(match planned.card_removed {
            true => self.journal.reverse(item, ReversalReason::Other)?,
            false => self.journal.complete(item, None)?,
        })
    }

    /// Begins a void where the script asks for one and the journal allows it, else a sale; and
    /// which payment is voided.
    fn begin(&mut self, planned: &Planned) -> Result<(Begun, u32), Stop<F::Error>> {
        let sale = self.sale(planned)?;
        let voided = planned.number.saturating_sub(planned.void_back);
        let original = match planned.void_back {
            0 => None,
            _ => self.journal.status(&Self::reference_of(voided)?)?.known(),
        };
        if let Some(original) = original
            && original.status == PaymentStatus::Approved
        {
            let amount = self.journal.receipt(original.item)?.approved;
            let void = Begin {
                kind: TransactionKind::Void,
                amount,
                original: Some(Original::ByRecord(original.item)),
                ..sale.clone()
            };
            match self.journal.begin(&void) {
                // Refused before, when its batch was closed: then it was begun as a sale, which never
                // left, and is asked for again under the same reference.
                Err(Error::Refused(_) | Error::ReferenceReused { .. }) => {}
                begun => return Ok((begun?, voided)),
            }
        }
        Ok((self.journal.begin(&sale)?, 0))
    }

    fn sale(&self, planned: &Planned) -> Result<Begin, Stop<F::Error>> {
        let mut pan = heapless::String::<16>::new();
        let _ = write!(pan, "622202{:010}", planned.card);
        let amount = Amount::new(u64::from(planned.amount));
        Ok(Begin {
            entry: if planned.chip { EntryMode::CHIP } else { EntryMode::CONTACTLESS },
            moment: Moment { boot: self.boot, uptime: Uptime(self.uptime), ..Moment::default() },
            pan: Some(TruncatedPan::from_pan(&pan).map_err(|_| Stop::Strange("a card"))?),
            reference: Some(Self::reference_of(planned.number)?),
            ..Begin::new(BOOK, TransactionKind::Sale, amount, Currency::CNY)
        })
    }

    // ---- what is owed --------------------------------------------------------------------

    fn pay_what_is_due(&mut self) -> Result<(), Stop<F::Error>> {
        loop {
            let duty = match self.journal.due(Uptime(self.uptime))? {
                Next::Now(duty) => duty,
                // Nothing else is to be done here: the script waits.
                Next::At(when, _) => {
                    self.uptime = when.0;
                    continue;
                }
                Next::Nothing => return Ok(()),
            };
            match duty {
                Duty::Reversal { item, .. } => self.reverse(item)?,
                Duty::Settle { step, .. } => self.settle(step)?,
                _ => return Err(Stop::Strange("a duty that this script does not owe")),
            }
        }
    }

    fn reverse(&mut self, item: Seq) -> Result<(), Stop<F::Error>> {
        if cfg!(feature = "canary") {
            let intent = self.journal.receipt(item)?.intent;
            let attempt = self.journal.ledger().item(item).map_or(0, |item| item.next_attempt());
            self.promise_reversal(&intent, attempt)?;
        }
        let attempt = self.journal.attempt(item, Uptime(self.uptime))?;
        if cfg!(not(feature = "canary")) {
            self.promise_reversal(&attempt.intent, attempt.number)?;
        }
        let (batch, stan) = (attempt.intent.batch.get(), attempt.intent.stan.get());
        let attempt = u32::from(attempt.number);
        let heard = script::reversal(self.job.seed, batch, stan, attempt);
        let (class, code) = match heard.back {
            false => (AnswerClass::Nothing, None),
            true if script::fate(self.job.seed, batch, stan).is_known() => {
                (AnswerClass::Done, Some(ResponseCode::APPROVED))
            }
            true => (AnswerClass::NothingToReverse, ResponseCode::new(b"25").ok()),
        };
        self.uptime += u64::from(if heard.back { ANSWER_MS } else { TIMEOUT_MS });
        let status = self.journal.answer(item, class, code)?;
        let number = self.number_of(item)?;
        self.show(number, status)
    }

    fn promise_reversal(&mut self, intent: &Intent, attempt: u16) -> Result<(), Stop<F::Error>> {
        let (batch, stan) = (intent.batch.get(), intent.stan.get());
        Ok(self.outside.promise(&Promise::Reverse { batch, stan, attempt: attempt.into() })?)
    }

    // ---- the close of a batch ------------------------------------------------------------

    /// The script asks for it, or the journal does because it is nearly full.
    fn must_settle(&mut self, next: u32) -> Result<bool, Stop<F::Error>> {
        let before = next - 1;
        let asked = before.is_multiple_of(script::BATCH) || before >= self.job.payments;
        if before == 0 || !(asked || self.journal.room().is_nearly_full()) {
            return Ok(false);
        }
        let Some(last) = self.journal.last()? else { return Ok(false) };
        Ok(self.journal.receipt(last.item)?.intent.batch == self.journal.ledger().batch(BOOK)?)
    }

    fn settle(&mut self, step: SettleStep) -> Result<(), Stop<F::Error>> {
        match step {
            SettleStep::Send | SettleStep::Repeat => self.send_totals(),
            SettleStep::Upload { after } => self.upload(after),
            SettleStep::Close => {
                let batch = self.journal.ledger().batch(BOOK)?.get();
                self.journal.batch_closed(BOOK)?;
                Ok(self.outside.promise(&Promise::Closed { batch })?)
            }
            _ => Err(Stop::Strange("a step that this script does not know")),
        }
    }

    fn send_totals(&mut self) -> Result<(), Stop<F::Error>> {
        let request = self.journal.settle_attempt(BOOK, Uptime(self.uptime))?;
        let (batch, attempt) = (request.batch.get(), u32::from(request.number));
        let (sales, voids) = match request.totals.of(Currency::CNY, CardClass::Domestic) {
            Some(totals) => (figures(totals.sales), figures(totals.voided)),
            None => ((0, 0), (0, 0)),
        };
        self.outside.promise(&Promise::Settle { batch, attempt, sales, voids })?;
        let heard = script::settlement(self.job.seed, batch, attempt);
        let class = match heard.back {
            false => SettleClass::Nothing,
            true if script::wants_uploads(self.job.seed, batch) => SettleClass::Unbalanced,
            true => SettleClass::Balanced,
        };
        self.uptime += u64::from(if heard.back { ANSWER_MS } else { TIMEOUT_MS });
        Ok(self.journal.settle_answer(BOOK, class, None)?)
    }

    fn upload(&mut self, after: Seq) -> Result<(), Stop<F::Error>> {
        let Some(next) = self.journal.next_upload(BOOK, after)? else {
            return Ok(self.journal.upload_ended(BOOK)?);
        };
        self.outside.promise(&Promise::Upload {
            batch: next.intent.batch.get(),
            stan: next.intent.stan.get(),
            amount: next.approved.minor() as u32,
        })?;
        self.uptime += u64::from(ANSWER_MS);
        Ok(self.journal.uploaded(BOOK, next.item)?)
    }
}

fn figures(tally: Tally) -> (u32, u32) {
    (tally.count, tally.amount.minor() as u32)
}
