//! A till whose journal lies in RAM: scripts of payments, as short as they can be said.

use pos_journal::dump::{Image, Outline, outline};
use pos_journal::flash::{RamFlash, Region};
use pos_journal::host::explain::{BillFacts, Finding, World, explain, stories};
use pos_journal::journal::{Begin, Begun, IdentityChange, Journal, OutcomeOf, Who};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::{
    Amount, AnswerClass, Boot, Clock, Currency, EntryMode, HostDate, MerchantId, Moment,
    OrderNumber, Original, ResponseCode, Rrn, Seq, SettleClass, TerminalId, Text, TransactionKind,
    TruncatedPan, Uptime, Verdict,
};

pub type Chip = RamFlash<Vec<u8>, 8, 1024>;
pub type Terminal = Journal<Chip, 8, 2>;

const SECTOR: u32 = 4096;
pub const REGION: Region = Region::new(0, 4 * SECTOR);

/// 2026-03-02, a Monday, 09:00 in China.
const NINE: u32 = 1_772_442_000;

pub struct Till {
    pub journal: Terminal,
    minute: u32,
    boots: u16,
    pub clock: Clock,
}

fn settings() -> Settings {
    Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() }
}

impl Till {
    pub fn new() -> Self {
        let chip = Chip::owned(REGION.bytes() as usize).unwrap();
        let format = FormatAs::live(0x5EED_0E01);
        let journal = Terminal::format(chip, REGION, &settings(), format).unwrap();
        Till { journal, minute: 0, boots: 1, clock: Clock::Set }
    }

    /// Lets minutes go by.
    pub fn wait(&mut self, minutes: u32) {
        self.minute += minutes;
    }

    fn uptime(&self) -> Uptime {
        Uptime(u64::from(self.minute) * 60_000)
    }

    fn moment(&self) -> Moment {
        Moment {
            local_seconds: NINE + 60 * self.minute,
            utc_offset_quarters: 32,
            clock: self.clock,
            boot: self.boots,
            uptime: self.uptime(),
        }
    }

    /// A payment by the card of this number, one minute after the one before.
    pub fn begin(&mut self, book: u8, kind: TransactionKind, card: u32, fen: u64) -> Begin {
        self.minute += 1;
        Begin {
            entry: EntryMode::CONTACTLESS,
            moment: self.moment(),
            pan: TruncatedPan::from_pan(&format!("622202000000{card:04}")).ok(),
            ..Begin::new(book, kind, Amount::new(fen), Currency::CNY)
        }
    }

    pub fn start(&mut self, begin: &Begin) -> Seq {
        match self.journal.begin(begin).unwrap() {
            Begun::New { item, .. } => item,
            Begun::Existing { .. } => panic!("known"),
        }
    }

    pub fn sale(&mut self, book: u8, card: u32, fen: u64) -> Seq {
        let begin = self.begin(book, TransactionKind::Sale, card, fen);
        self.start(&begin)
    }

    pub fn undo(&mut self, kind: TransactionKind, original: Seq, card: u32, fen: u64) -> Seq {
        let begin = self.begin(0, kind, card, fen);
        self.start(&Begin { original: Some(Original::ByRecord(original)), ..begin })
    }

    pub fn order(&mut self, number: &str, fen: u64) -> Seq {
        let begin = self.begin(1, TransactionKind::QrSale, 0, fen);
        let order = OrderNumber::new(number).ok();
        self.start(&Begin { pan: None, order, ..begin })
    }

    /// An answer with this DE39, read as usual.
    pub fn answer(&mut self, item: Seq, code: &str) {
        let code = ResponseCode::new(code.as_bytes()).ok();
        let of = OutcomeOf {
            code,
            rrn: Rrn::new(&format!("6061{:08}", self.minute)).ok(),
            elapsed_ms: 900,
            uptime: Uptime(self.uptime().0 + 900),
            ..OutcomeOf::default()
        };
        self.journal.outcome(item, Verdict::from_code(code, true), &of).unwrap();
    }

    /// An approval with the host's clearing date.
    pub fn approve_cleared(&mut self, item: Seq, mmdd: u16) {
        let of = OutcomeOf {
            code: Some(ResponseCode::APPROVED),
            settlement_date: HostDate::new(mmdd),
            ..OutcomeOf::default()
        };
        self.journal.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
    }

    pub fn approved(&mut self, book: u8, card: u32, fen: u64) -> Seq {
        let item = self.sale(book, card, fen);
        self.answer(item, "00");
        item
    }

    pub fn no_answer(&mut self, item: Seq) {
        let then = Uptime(self.uptime().0 + 30_000);
        self.journal.no_answer(item, 30_000, then).unwrap();
    }

    /// Its reversal is sent and answered.
    pub fn reversed(&mut self, item: Seq) {
        self.journal.attempt(item, self.uptime()).unwrap();
        self.journal.answer(item, AnswerClass::Done, Some(ResponseCode::APPROVED)).unwrap();
    }

    pub fn abandon(&mut self, item: Seq) {
        self.abandon_by(item, "chen", "customer has gone");
    }

    pub fn abandon_by(&mut self, item: Seq, who: &str, why: &str) {
        self.journal.attempt(item, self.uptime()).unwrap();
        self.journal.give_up(item).unwrap();
        let (who, why) = (Text::new(who).unwrap(), Text::new(why).unwrap());
        self.journal.abandon(item, who, why).unwrap();
    }

    pub fn restart(self) -> Self {
        let chip = self.journal.into_flash();
        let mut journal = Terminal::mount(chip, REGION, &settings()).unwrap();
        let boots = self.boots + 1;
        let boot = Boot { count: boots, firmware: 1, reset_reason: 2, ran: None };
        journal.started(boot).unwrap();
        Till { journal, boots, ..self }
    }

    pub fn identity(&mut self, merchant: &str) {
        self.identity_of("10000001", merchant);
    }

    pub fn identity_of(&mut self, terminal: &str, merchant: &str) {
        let who = Who {
            terminal: TerminalId::new(terminal).unwrap(),
            merchant: MerchantId::new(merchant).unwrap(),
            currency: Currency::CNY,
            key: 1,
        };
        self.journal.set_identity(0, &who, IdentityChange::Forced).unwrap();
    }

    pub fn settle(&mut self, book: u8) {
        self.journal.close_batch(book).unwrap();
        self.journal.settle_attempt(book, self.uptime()).unwrap();
        let ok = Some(ResponseCode::APPROVED);
        self.journal.settle_answer(book, SettleClass::Balanced, ok).unwrap();
        self.journal.batch_closed(book).unwrap();
    }

    pub fn image(self) -> Vec<u8> {
        self.journal.into_flash().image().to_vec()
    }

    /// Where the last record about a payment lies.
    pub fn outline_spot(&mut self, item: Seq) -> u32 {
        let outline = outline(&Image::open(self.journal.flash_mut().image()).unwrap());
        let mut about = outline.records.iter().filter(|shown| shown.item == Some(item));
        about.next_back().unwrap().at.address
    }

    pub fn outline(self) -> Outline {
        outline(&Image::open(&self.image()).unwrap())
    }
}

/// What is said of a payment at a time.
pub fn said<'a>(
    outline: &'a Outline,
    item: Seq,
    bill: Option<&BillFacts>,
    world: &World,
) -> Option<Finding<'a>> {
    let stories = stories(outline);
    let story = stories.iter().find(|story| story.item == item).unwrap();
    explain(story, bill, world)
}

pub fn at(now: &str) -> World {
    World::new(now.parse().unwrap())
}
