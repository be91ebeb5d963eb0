//! A terminal with a journal, and a memory of what it did.

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, IdentityChange, Journal, OutcomeOf, Who};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::{
    Amount, AnswerClass, Clock, EntryMode, MerchantId, Moment, Original, ResponseCode, Rrn, Seq,
    SettleClass, TerminalId, Text, TransactionKind, TruncatedPan, Uptime, Verdict,
};

use super::{Acquirer, MONDAY};

const SECTOR: u32 = 4096;
const REGION: Region = Region::new(0, 8 * SECTOR);

type Chip = RamFlash<Vec<u8>, 8, 4096>;

/// A payment that was approved.
pub struct Sold {
    pub item: Seq,
    pub rrn: String,
    pub amount: i64,
    /// 0 is Monday.
    pub day: u32,
    pub at: u32,
    pub undone: bool,
    pub settled: bool,
    pub stan: u32,
    pub kind: TransactionKind,
}

/// A terminal.
pub struct Till {
    pub tid: String,
    pub mid: String,
    pub acquirer: Acquirer,
    pub sold: Vec<Sold>,
    /// Its power failed, and was not switched on again.
    pub is_dead: bool,
    pub n: u32,
    journal: Journal<Chip, 8, 1>,
    made: u32,
}

impl Till {
    pub fn new(n: u32, acquirer: Acquirer) -> Self {
        let settings = Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() };
        let chip = Chip::owned(REGION.bytes() as usize).unwrap();
        let mut journal =
            Journal::format(chip, REGION, &settings, FormatAs::live(0x1000 + n)).unwrap();
        let tid = if n == 17 { "../../=1".into() } else { format!("{n:08}") };
        let mid = format!("{}{n:011}", acquirer.merchants);
        let who = Who {
            terminal: TerminalId::new(&tid).unwrap(),
            merchant: MerchantId::new(&mid).unwrap(),
            currency: acquirer.currency,
            key: 1,
        };
        journal.set_identity(0, &who, IdentityChange::WhenEmpty).unwrap();
        Till { tid, mid, acquirer, sold: Vec::new(), is_dead: false, n, journal, made: 0 }
    }

    pub fn image(&mut self) -> Vec<u8> {
        self.journal.flash_mut().image().to_vec()
    }

    /// Seconds since 1970 UTC of a second of this terminal's week.
    pub fn utc(&self, at: u32) -> i64 {
        i64::from(MONDAY + at) - i64::from(self.acquirer.quarters) * 900
    }

    /// The second of this terminal's week at which it is so late UTC.
    pub fn at(&self, utc: i64) -> u32 {
        u32::try_from(utc + i64::from(self.acquirer.quarters) * 900).unwrap() - MONDAY
    }

    fn uptime(at: u32) -> Uptime {
        Uptime(u64::from(at) * 1000)
    }

    pub fn begin(&mut self, kind: TransactionKind, amount: i64, of: Option<Seq>, at: u32) -> Seq {
        self.made += 1;
        let begin = Begin {
            entry: EntryMode::CONTACTLESS,
            moment: Moment {
                local_seconds: MONDAY + at,
                utc_offset_quarters: self.acquirer.quarters,
                clock: Clock::Set,
                boot: 1,
                uptime: Till::uptime(at),
            },
            pan: TruncatedPan::from_pan(&format!("622202{:010}", self.n * 97 + self.made)).ok(),
            original: of.map(Original::ByRecord),
            ..Begin::new(0, kind, Amount::new(amount as u64), self.acquirer.currency)
        };
        match self.journal.begin(&begin).unwrap() {
            Begun::New { item, .. } => item,
            Begun::Existing { .. } => panic!("no references are used"),
        }
    }

    pub fn answer(&mut self, item: Seq, code: &str, at: u32) -> String {
        let code = ResponseCode::new(code.as_bytes()).ok();
        let rrn = format!("{:06}{:06}", self.n, self.made);
        let of = OutcomeOf {
            code,
            rrn: Rrn::new(&rrn).ok(),
            elapsed_ms: 900,
            uptime: Uptime(Till::uptime(at).0 + 900),
            ..OutcomeOf::default()
        };
        self.journal.outcome(item, Verdict::from_code(code, true), &of).unwrap();
        rrn
    }

    /// An approved payment; `amount` is what it adds to its batch.
    pub fn approved(
        &mut self,
        kind: TransactionKind,
        amount: i64,
        of: Option<Seq>,
        at: u32,
    ) -> Seq {
        let item = self.begin(kind, amount.abs(), of, at);
        let stan = self.journal.receipt(item).unwrap().intent.stan.get();
        let rrn = self.answer(item, "00", at);
        let day = at / super::DAY;
        let (undone, settled) = (false, false);
        self.sold.push(Sold { item, rrn, amount, day, at, undone, settled, stan, kind });
        item
    }

    pub fn no_answer(&mut self, item: Seq, at: u32) {
        self.journal.no_answer(item, 30_000, Till::uptime(at + 30)).unwrap();
    }

    pub fn reversal(&mut self, item: Seq, class: AnswerClass, at: u32) {
        self.journal.attempt(item, Till::uptime(at)).unwrap();
        self.journal.answer(item, class, None).unwrap();
    }

    pub fn give_up(&mut self, item: Seq) {
        self.journal.give_up(item).unwrap();
    }

    /// Settles the batch; without an answer an operator opens the next one.
    pub fn settle(&mut self, at: u32, answered: bool) {
        self.journal.close_batch(0).unwrap();
        self.journal.settle_attempt(0, Till::uptime(at)).unwrap();
        if answered {
            self.journal.settle_answer(0, SettleClass::Balanced, None).unwrap();
            self.journal.batch_closed(0).unwrap();
            self.sold.iter_mut().for_each(|sold| sold.settled = true);
        } else {
            self.journal.settle_answer(0, SettleClass::Nothing, None).unwrap();
            self.journal.next_batch(0, Text::new("chen").unwrap()).unwrap();
        }
    }
}
