//! A shop: a terminal with a journal, and what it sold.

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, IdentityChange, Journal, OutcomeOf, Who};
use pos_journal::ledger::profile::Profile;
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::*;

const SECTOR: u32 = 4096;

type Chip = RamFlash<Vec<u8>, 8, 4096>;
type Terminal = Journal<Chip, 24, 1>;

pub const TID: &str = "T0000001";
pub const MID: &str = "999000000000001";
/// 2026-11-20 00:00:00 local.
pub const DAY: u32 = 1_795_132_800;

/// How a payment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Approved,
    Declined,
    /// Sent, not answered, not undone.
    Unknown,
    /// Not answered, and undone.
    Reversed,
    NeverSent,
}

/// A payment as the bills may print it.
#[derive(Clone, Debug)]
pub struct Sold {
    pub item: Seq,
    pub stan: u32,
    pub rrn: String,
    pub order: String,
    pub amount: u64,
    /// Seconds of the day.
    pub second: u32,
    /// Of a refund or void: the payment's order number.
    pub of: Option<String>,
    pub is_void: bool,
}

pub struct Shop {
    journal: Terminal,
    n: u32,
    qr: bool,
    pub day: u32,
    /// What the register calls the next payment, instead of its order number; empty: nothing.
    pub named: Option<&'static str>,
    /// What the host approves of the next payment, where that is not all of it.
    pub part: Option<u64>,
    /// When of the day the next payment is, in seconds.
    pub second: Option<u32>,
}

static TAKES_PARTS: Profile = Profile { partial_approval: true, ..Profile::PLAIN };

impl Shop {
    pub fn new(qr: bool) -> Self {
        Self::sized(qr, 16, 0x5E11_0001)
    }

    pub fn sized(qr: bool, sectors: u32, id: u32) -> Self {
        Self::of(qr, sectors, id, TID)
    }

    /// Another terminal of the same shop.
    pub fn second(qr: bool) -> Self {
        Self::of(qr, 16, 0x5E11_0002, "T0000002")
    }

    fn of(qr: bool, sectors: u32, id: u32, tid: &str) -> Self {
        let chip = Chip::owned((sectors * SECTOR) as usize).unwrap();
        let region = Region::new(0, sectors * SECTOR);
        let settings = Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() };
        let mut journal = Terminal::format(chip, region, &settings, FormatAs::live(id)).unwrap();
        let who = Who {
            terminal: TerminalId::new(tid).unwrap(),
            merchant: MerchantId::new(MID).unwrap(),
            currency: Currency::CNY,
            key: 0,
        };
        journal.set_identity(0, &who, IdentityChange::WhenEmpty).unwrap();
        journal.set_profile(0, &TAKES_PARTS).unwrap();
        Self { journal, n: 0, qr, day: DAY, named: None, part: None, second: None }
    }

    /// A dump of today, before more is sold.
    pub fn dump(&mut self) -> Vec<u8> {
        self.journal.flash_mut().image().to_vec()
    }

    pub fn image(self) -> Vec<u8> {
        self.journal.into_flash().image().to_vec()
    }

    fn start(&mut self, kind: TransactionKind, amount: u64, of: Option<&Sold>) -> Sold {
        self.n += 1;
        let n = self.n;
        let second = self.second.take().unwrap_or(36_000 + 7 * (n % 5_000));
        // As UnionPay's order numbers in `make`, so that every format can print it.
        let order = format!("SYN2026112{n:06}");
        let named = self.named.take();
        let reference = match named {
            None => (!self.qr).then_some(&*order),
            Some(name) => Some(name).filter(|name| !name.is_empty()),
        };
        let begin = Begin {
            moment: Moment {
                local_seconds: self.day + second,
                utc_offset_quarters: 32,
                clock: Clock::Set,
                boot: 1,
                uptime: Uptime(u64::from(n) * 1000),
            },
            pan: (!self.qr).then(|| TruncatedPan::from_pan("6217000000004321").unwrap()),
            reference: reference.map(|name| Reference::new(name).unwrap()),
            order: self.qr.then(|| OrderNumber::new(&order).unwrap()),
            original: of.map(|sold| Original::ByRecord(sold.item)),
            ..Begin::new(0, kind, Amount::new(amount), Currency::CNY)
        };
        let Begun::New { item, intent } = self.journal.begin(&begin).unwrap() else {
            panic!("known")
        };
        let of_order = of.map(|sold| sold.order.clone());
        let (stan, rrn) = (intent.stan.get(), format!("1015{n:08}"));
        let is_void = kind == TransactionKind::Void;
        Sold { item, stan, rrn, order, amount, second, of: of_order, is_void }
    }

    fn answer(&mut self, sold: &Sold, verdict: Verdict, code: &str) {
        let of = OutcomeOf {
            code: ResponseCode::new(code.as_bytes()).ok(),
            rrn: Rrn::new(&sold.rrn).ok(),
            approved_amount: self.part.take().map(Amount::new),
            elapsed_ms: 900,
            uptime: Uptime(u64::from(self.n) * 1000 + 900),
            ..OutcomeOf::default()
        };
        self.journal.outcome(sold.item, verdict, &of).unwrap();
    }

    pub fn sale(&mut self, amount: u64, end: End) -> Sold {
        let kind = if self.qr { TransactionKind::QrSale } else { TransactionKind::Sale };
        let sold = self.start(kind, amount, None);
        let at = Uptime(u64::from(self.n) * 1000 + 30_000);
        match end {
            End::Approved => self.answer(&sold, Verdict::Approved { completed: true }, "00"),
            End::Declined => self.answer(&sold, Verdict::Declined, "51"),
            End::NeverSent => {
                self.journal.not_sent(sold.item).unwrap();
            }
            End::Unknown => {
                self.journal.no_answer(sold.item, 30_000, at).unwrap();
                // A reversal that is owed would hold up the next payment.
                if !self.qr {
                    self.journal.give_up(sold.item).unwrap();
                }
            }
            End::Reversed => {
                self.journal.no_answer(sold.item, 30_000, at).unwrap();
                self.journal.attempt(sold.item, at).unwrap();
                let code = ResponseCode::new(b"00").ok();
                self.journal.answer(sold.item, AnswerClass::Done, code).unwrap();
            }
        }
        sold
    }

    pub fn refund(&mut self, of: &Sold, amount: u64) -> Sold {
        let kind = if self.qr { TransactionKind::QrRefund } else { TransactionKind::Refund };
        let sold = self.start(kind, amount, Some(of));
        self.answer(&sold, Verdict::Approved { completed: true }, "00");
        sold
    }

    pub fn void(&mut self, of: &Sold) -> Sold {
        let sold = self.start(TransactionKind::Void, of.amount, Some(of));
        self.answer(&sold, Verdict::Approved { completed: true }, "00");
        sold
    }

    pub fn tip(&mut self, of: &Sold, amount: u64) -> Sold {
        let sold = self.start(TransactionKind::TipAdjust, amount, Some(of));
        self.journal.attempt(sold.item, Uptime(u64::from(self.n) * 1000)).unwrap();
        let code = ResponseCode::new(b"00").ok();
        self.journal.answer(sold.item, AnswerClass::Done, code).unwrap();
        sold
    }

    /// The host is asked, and has it as paid.
    pub fn answered_late(&mut self, sold: &Sold) {
        self.answer(sold, Verdict::Approved { completed: true }, "00");
    }

    /// The batch is closed; its host agrees.
    pub fn settle(&mut self) {
        let at = Uptime(u64::from(self.n) * 1000);
        self.journal.close_batch(0).unwrap();
        self.journal.settle_attempt(0, at).unwrap();
        let ok = ResponseCode::new(b"00").ok();
        self.journal.settle_answer(0, SettleClass::Balanced, ok).unwrap();
        self.journal.batch_closed(0).unwrap();
    }
}
