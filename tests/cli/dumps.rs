//! The dumps that are stored beside this file, and how they came to be.
//!
//! They are kept as they are, as golden images are: a later version has to read them.
//! `POS_REGENERATE=1 cargo test --features cli --test cli` writes them anew; then
//! `TRYCMD=overwrite cargo test --features cli --test cli` takes down what the program prints of them.

use std::io::Write;
use std::path::{Path, PathBuf};

use pos_journal::dump::{Image, outline};
use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, LateAnswer, OutcomeOf};
use pos_journal::log::{FormatAs, Mode, SectorHeader, Settings, Shape};
use pos_journal::record::{
    Amount, AnswerClass, Clock, Condition, Currency, EntryMode, Moment, Original, Reference,
    ResponseCode, ReversalReason, Rrn, Seq, SettleClass, Stan, TransactionKind, TruncatedPan,
    Uptime, Verdict,
};

const SECTOR: u32 = 4096;
const SECTORS: u32 = 4;

type Chip = RamFlash<Vec<u8>, 8, 1024>;
type Terminal = Journal<Chip, 8, 2>;

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/dumps")
}

fn region() -> Region {
    Region::new(0, SECTORS * SECTOR)
}

fn settings() -> Settings {
    Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() }
}

/// A till: a journal and a clock.
struct Till {
    journal: Terminal,
    n: u32,
    /// Of the last payment.
    stan: Stan,
    amount: u64,
    book: u8,
}

impl Till {
    fn new() -> Self {
        let chip = Chip::owned((SECTORS * SECTOR) as usize).unwrap();
        let journal =
            Terminal::format(chip, region(), &settings(), FormatAs::live(0x2F6E_91B4)).unwrap();
        Till { journal, n: 0, stan: Stan::FIRST, amount: 0, book: 0 }
    }

    fn of(image: Vec<u8>, n: u32) -> Self {
        let chip = Chip::owned_image(image).unwrap();
        let journal = Terminal::mount(chip, region(), &settings()).unwrap();
        Till { journal, n, stan: Stan::FIRST, amount: 0, book: 0 }
    }

    fn reboot(self) -> Self {
        let n = self.n;
        Till::of(self.image(), n)
    }

    fn image(self) -> Vec<u8> {
        self.journal.into_flash().image().to_vec()
    }

    fn uptime(&self) -> Uptime {
        Uptime(u64::from(self.n) * 60_000)
    }

    fn begin(&mut self, kind: TransactionKind, reference: Option<&str>, of: Option<Seq>) -> Seq {
        self.n += 1;
        if of.is_none() {
            self.amount = u64::from(1_000 + 37 * self.n);
        }
        let begin = Begin {
            book: self.book,
            kind,
            amount: Amount::new(self.amount),
            currency: Currency::CNY,
            entry: EntryMode::CONTACTLESS,
            condition: Condition::NORMAL,
            moment: Moment {
                // 2026-03-02 09:00 in Beijing, a payment each minute.
                local_seconds: 1_772_442_000 + 60 * self.n,
                utc_offset_quarters: 32,
                clock: Clock::Set,
                boot: 1,
                uptime: self.uptime(),
            },
            pan: TruncatedPan::from_pan("6222020200112341234").ok(),
            card_sequence: None,
            reference: reference.map(|text| Reference::new(text).unwrap()),
            original: of.map(Original::ByRecord),
            ..Begin::new(0, kind, Amount::ZERO, Currency::CNY)
        };
        match self.journal.begin(&begin).unwrap() {
            Begun::New { item, intent } => {
                self.stan = intent.stan;
                item
            }
            Begun::Existing { .. } => panic!("known"),
        }
    }

    fn answer(&mut self, item: Seq, verdict: Verdict, code: &str) {
        let of = OutcomeOf {
            code: ResponseCode::new(code.as_bytes()).ok(),
            rrn: Rrn::new(&format!("6061{:08}", self.n)).ok(),
            elapsed_ms: 900,
            uptime: Uptime(self.uptime().0 + 900),
            ..OutcomeOf::default()
        };
        self.journal.outcome(item, verdict, &of).unwrap();
    }

    fn sale(&mut self, reference: Option<&str>) -> Seq {
        let item = self.begin(TransactionKind::Sale, reference, None);
        self.answer(item, Verdict::Approved { completed: true }, "00");
        item
    }

    fn time_out(&mut self) -> Seq {
        let item = self.begin(TransactionKind::Sale, None, None);
        let at = Uptime(self.uptime().0 + 30_000);
        self.journal.no_answer(item, 30_000, at).unwrap();
        item
    }

    fn attempt(&mut self, item: Seq, class: AnswerClass, code: Option<&str>) {
        let at = Uptime(self.uptime().0 + 45_000);
        self.journal.attempt(item, at).unwrap();
        let code = code.map(|code| ResponseCode::new(code.as_bytes()).unwrap());
        self.journal.answer(item, class, code).unwrap();
    }

    /// A payment of one of the usual kinds and ends.
    fn any(&mut self) {
        match self.n % 7 {
            0 => {
                let item = self.begin(TransactionKind::Sale, None, None);
                self.answer(item, Verdict::Declined, "51");
            }
            1 => {
                let item = self.time_out();
                self.attempt(item, AnswerClass::Done, Some("00"));
            }
            2 => {
                let item = self.sale(None);
                let void = self.begin(TransactionKind::Void, None, Some(item));
                self.answer(void, Verdict::Approved { completed: true }, "00");
            }
            3 => {
                let item = self.begin(TransactionKind::Sale, None, None);
                self.answer(item, Verdict::Approved { completed: false }, "00");
                self.journal.complete(item, None).unwrap();
            }
            _ => {
                let reference = format!("TILL-{:04}", self.n);
                self.sale(Some(&reference));
            }
        }
    }

    fn settle(&mut self, class: SettleClass) {
        self.journal.close_batch(0).unwrap();
        self.journal.settle_attempt(0, Uptime(0)).unwrap();
        self.journal.settle_answer(0, class, None).unwrap();
        if class == SettleClass::Balanced {
            self.journal.batch_closed(0).unwrap();
        }
    }

    /// A day with settlements and a restart. Small batches: each STAN comes more than once.
    fn day(payments: u32) -> Self {
        let mut till = Till::new();
        for turn in 0..payments {
            till.any();
            if turn % 12 == 11 {
                till.settle(SettleClass::Balanced);
            }
            if turn == payments / 2 {
                till = till.reboot();
            }
        }
        till
    }
}

/// Open in each way: never answered, being reversed, unresolved, a refund that is asked about, and
/// a settlement that the host did not answer.
fn orphaned() -> Vec<u8> {
    let mut till = Till::day(14);
    let late = till.time_out();
    till.attempt(late, AnswerClass::Nothing, None);
    let answer = LateAnswer {
        book: 0,
        stan: till.stan,
        approved: true,
        code: Some(ResponseCode::APPROVED),
        rrn: None,
        auth_code: None,
        uptime: Uptime(till.uptime().0 + 95_000),
    };
    till.journal.late(&answer).unwrap();
    till.book = 1;
    let sale = till.sale(None);
    let refund = till.begin(TransactionKind::Refund, None, Some(sale));
    let stuck = till.begin(TransactionKind::Sale, Some("TILL-STUCK"), None);
    till.answer(stuck, Verdict::Approved { completed: false }, "00");
    till.begin(TransactionKind::Sale, Some("TILL-CUT"), None);
    till.journal.no_answer(refund, 30_000, till.uptime()).unwrap();
    till.journal.reverse(stuck, ReversalReason::Other).unwrap();
    till.image()
}

/// Texts that a spreadsheet would compute.
fn hostile() -> Vec<u8> {
    let mut till = Till::new();
    for reference in ["=HYPERLINK(\"http://x\")", "@SUM(1+1)", "+1\\x1b[31m", "-2+3"] {
        till.sale(Some(reference));
    }
    till.image()
}

/// Headers whose CRC fits and that say what no region is: huge, far before the file, and many.
fn crafted() -> Vec<u8> {
    let mut bytes = Vec::new();
    for n in 0..120u32 {
        let shape = Shape {
            unit_log2: (n % 9) as u8,
            anchor_log2: 9 + (n % 15) as u8,
            sector_bytes: 1 << (11 + n % 16),
            sectors: [2, 9, 4_000, 65_534][n as usize % 4],
            frame_max: 256,
            tail_bytes: 0,
        };
        let header = SectorHeader {
            shape,
            format_id: n / 3,
            epoch: n * 7_919,
            wear: 1,
            mode: Mode::Live,
            formatting: n % 11 == 0,
        };
        let index = header.epoch % u32::from(shape.sectors);
        bytes.extend(header.encode(index));
        bytes.extend(std::iter::repeat_n(n as u8, 33));
    }
    bytes
}

/// Where a record's own frame lies.
fn place(image: &[u8], seq: u32) -> usize {
    let outline = outline(&Image::open(image).unwrap());
    let shown = outline.records.iter().find(|r| r.seq == Seq(seq) && !r.carried);
    shown.unwrap().at.address as usize
}

/// Three records in a row have rotted, and the header of the oldest sector.
fn damaged() -> Vec<u8> {
    let clean = Till::day(40).image();
    let mut image = clean.clone();
    let outline = outline(&Image::open(&clean).unwrap());
    let first = outline.records.iter().find(|r| !r.carried).unwrap();
    for seq in first.seq.0 + 9..first.seq.0 + 12 {
        image[place(&clean, seq) + 3] ^= 0x10;
    }
    image[first.at.sector as usize * SECTOR as usize + 9] ^= 0x02;
    image
}

/// Ways to write bytes that debuggers have.
fn intel_hex(image: &[u8], base: u32, skip: impl Fn(usize) -> bool) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let line = |text: &mut String, kind: u8, at: u16, bytes: &[u8]| {
        let head = [bytes.len() as u8, (at >> 8) as u8, at as u8, kind];
        let all: Vec<u8> = head.iter().chain(bytes).copied().collect();
        let sum = all.iter().fold(0u8, |sum, b| sum.wrapping_sub(*b));
        let digits: String = all.iter().map(|b| format!("{b:02X}")).collect();
        writeln!(text, ":{digits}{sum:02X}").unwrap();
    };
    line(&mut text, 4, 0, &((base >> 16) as u16).to_be_bytes());
    for (n, bytes) in image.chunks(32).enumerate() {
        if !skip(n * 32) {
            line(&mut text, 0, (base as usize + n * 32) as u16, bytes);
        }
    }
    line(&mut text, 1, 0, &[]);
    text
}

fn s_record(image: &[u8], base: u32) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("S00600004844521B\n");
    for (n, bytes) in image.chunks(32).enumerate() {
        let at = (base + n as u32 * 32).to_be_bytes();
        let all: Vec<u8> =
            [bytes.len() as u8 + 5].iter().chain(&at).chain(bytes).copied().collect();
        let sum = !all.iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
        let digits: String = all.iter().map(|b| format!("{b:02X}")).collect();
        writeln!(text, "S3{digits}{sum:02X}").unwrap();
    }
    text + "S70500000000FA\n"
}

/// Every dump by its name.
fn dumps() -> Vec<(&'static str, Vec<u8>)> {
    let clean = Till::day(40).image();
    let older = Till::day(24);
    let n = older.n;
    let older = older.image();
    let mut continued = Till::of(older.clone(), n);
    (0..5).for_each(|_| continued.any());
    let mut fork = Till::of(older.clone(), n + 50);
    (0..3).for_each(|_| {
        fork.sale(None);
    });
    let foreign = |bytes: usize| (0..bytes).map(|n| (n * n / 7) as u8).collect::<Vec<u8>>();
    let early = [foreign(1_000), clean.clone(), foreign(300)].concat();
    let both = [clean[6_000..].to_vec(), foreign(77), older.clone()].concat();
    let gaps = |at: usize| (4_608..4_672).contains(&at) || at >= 15_000;
    let hex: String = older.iter().map(|b| format!("{b:02x}")).collect();
    vec![
        ("clean", clean.clone()),
        ("orphaned", orphaned()),
        ("damaged", damaged()),
        ("truncated", clean[..9_000].to_vec()),
        ("early", early),
        ("late", clean[5_000..].to_vec()),
        ("both", both),
        ("older", older.clone()),
        ("continued", continued.image()),
        ("fork", fork.image()),
        ("hostile", hostile()),
        ("crafted", crafted()),
        ("gaps.hex", intel_hex(&older, 0x0803_0000, gaps).into_bytes()),
        ("whole.hex", intel_hex(&older, 0x0803_0000, |_| false).into_bytes()),
        ("whole.srec", s_record(&older, 0x0803_0000).into_bytes()),
        ("digits", hex.into_bytes()),
        ("bad.hex", b":0410000050414A4E4CFF\n:00000001FF\n".to_vec()),
        ("text", b"%PDF-1.7 this is no dump".to_vec()),
        ("blank", vec![0xFF; 8192]),
    ]
}

pub fn regenerate() {
    for (name, bytes) in dumps() {
        let path = folder().join(format!("{name}.gz"));
        let file = std::fs::File::create(path).unwrap();
        let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::best());
        packed.write_all(&bytes).unwrap();
        packed.finish().unwrap();
    }
}
