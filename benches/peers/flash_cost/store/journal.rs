//! The whole of pos-journal, with real records: a contactless sale with its authorisation. The bytes
//! that the work asks for are not written, but what a terminal writes for the same payment.
//!
//! The only file that knows the journal's interface.

use embedded_storage::nor_flash::NorFlash;
use pos_journal::flash::Region;
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::log::{FormatAs, Maintained, Settings};
use pos_journal::record::{
    Amount, AnswerClass, AuthCode, Currency, EntryMode, Moment, ResponseCode, Rrn, Seq,
    SettleClass, TransactionKind, TruncatedPan, Uptime, Verdict,
};

use super::{Fail, Span, Start, Store, fail};
use crate::chip::Chip;
use crate::record::{INTENT, Id, OUTCOME, REVERSAL, Record, SETTLED, payment_of};

pub struct Journalled<F> {
    journal: Journal<F>,
    /// Payments that wait for an answer.
    waiting: Vec<(u32, Seq)>,
}

pub fn make<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    start: Start,
) -> Result<Box<dyn Store>, Fail> {
    let bytes = chip.bytes();
    Ok(Box::new(Journalled::new(chip, bytes, start)?))
}

impl<F: NorFlash> Journalled<F> {
    pub fn new(flash: F, bytes: usize, start: Start) -> Result<Self, Fail> {
        let settings = Settings { verify: false, quiet_ms: 0, ..Settings::new() };
        let region = Region::new(0, bytes as u32);
        let journal = match start {
            Start::Format => Journal::format(flash, region, &settings, FormatAs::live(0xBE9C)),
            Start::Boot => Journal::mount(flash, region, &settings),
        };
        Ok(Journalled { journal: journal.map_err(fail)?, waiting: Vec::new() })
    }

    fn begin(&mut self, payment: u32) -> Result<(), Fail> {
        let sale = Begin {
            entry: EntryMode::CONTACTLESS,
            moment: Moment { local_seconds: 1_790_000_000, boot: 3, ..Moment::default() },
            pan: TruncatedPan::from_pan("6222020000001234").ok(),
            // The amount is from which a boot can tell which payment it is.
            ..Begin::new(
                0,
                TransactionKind::Sale,
                Amount::new(u64::from(payment) + 1),
                Currency::CNY,
            )
        };
        match self.journal.begin(&sale).map_err(fail)? {
            Begun::New { item, .. } => self.waiting.push((payment, item)),
            Begun::Existing { .. } => return Err("known already".into()),
        }
        Ok(())
    }

    fn answered(&mut self, payment: u32) -> Result<Seq, Fail> {
        let at = self.waiting.iter().position(|&(other, _)| other == payment);
        Ok(self.waiting.remove(at.ok_or("not waiting")?).1)
    }

    fn approve(&mut self, item: Seq) -> Result<(), Fail> {
        let of = OutcomeOf {
            code: ResponseCode::new(b"00").ok(),
            rrn: Rrn::new("123456789012").ok(),
            auth_code: AuthCode::new("654321").ok(),
            elapsed_ms: 812,
            ..OutcomeOf::default()
        };
        let verdict = Verdict::Approved { completed: true };
        self.journal.outcome(item, verdict, &of).map(drop).map_err(fail)
    }

    /// No new payment begins before this one is reversed, so the acknowledgement comes at once.
    fn reverse(&mut self, item: Seq) -> Result<(), Fail> {
        self.journal.no_answer(item, 30_000, Uptime(30_000)).map_err(fail)?;
        self.journal.attempt(item, Uptime(30_000)).map_err(fail)?;
        let code = Some(ResponseCode::APPROVED);
        self.journal.answer(item, AnswerClass::Done, code).map(drop).map_err(fail)
    }

    fn settle(&mut self) -> Result<(), Fail> {
        self.journal.close_batch(0).map_err(fail)?;
        self.journal.settle_attempt(0, Uptime(0)).map_err(fail)?;
        self.journal.settle_answer(0, SettleClass::Balanced, None).map_err(fail)?;
        self.journal.batch_closed(0).map(drop).map_err(fail)
    }
}

impl<F: NorFlash> Store for Journalled<F> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        let payment = payment_of(payload);
        match id.kind {
            INTENT => self.begin(payment),
            OUTCOME => {
                let item = self.answered(payment)?;
                self.approve(item)
            }
            REVERSAL => {
                let item = self.answered(payment)?;
                self.reverse(item)
            }
            SETTLED => self.settle(),
            // With its reversal.
            _ => Ok(()),
        }
    }

    fn each(&mut self, _: Span, _: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        Err("its records are its own".into())
    }

    /// What a settlement needs are the totals.
    fn check(&mut self, _: Span, expected: &[Record]) -> Result<(), Fail> {
        let totals = self.journal.ledger().totals(0).map_err(fail)?;
        let found: u32 = totals.rows().iter().map(|totals| totals.sales.count).sum();
        let sold = expected.iter().filter(|record| record.id.kind == OUTCOME).count();
        if found as usize == sold { Ok(()) } else { Err(format!("{found} sales, not {sold}")) }
    }

    fn drop_batch(&mut self, _: Span) -> Result<(), Fail> {
        Ok(())
    }

    fn idle(&mut self) -> Result<(), Fail> {
        while self.journal.maintain(u64::MAX).map_err(fail)? != Maintained::Idle {}
        Ok(())
    }

    fn open(&mut self, _: Span) -> Result<Vec<u32>, Fail> {
        let amounts = self.journal.ledger().items().map(|item| item.amount().minor());
        Ok(amounts.map(|minor| minor as u32 - 1).collect())
    }
}
