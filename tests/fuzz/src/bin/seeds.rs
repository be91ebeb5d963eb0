//! Writes the seed corpus: `seeds/<target>/<name>`. Run it again after a change of the input format.

use std::fs;
use std::path::Path;

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, LateAnswer, OutcomeOf};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::*;
use pos_journal_fuzz::checks::build::{Builder, FORMAT_ID};
use pos_journal_fuzz::checks::input::Geometry;
use pos_journal_fuzz::checks::script::{Script, Shape, Step};
use pos_journal_fuzz::checks::{dump, events, mount};
use pos_journal_fuzz::parse::parse;

#[path = "seeds/host.rs"]
mod host;

type Chip<const WRITE: usize, const ERASE: usize> = RamFlash<Vec<u8>, WRITE, ERASE>;
type Till<const WRITE: usize, const ERASE: usize> = Journal<Chip<WRITE, ERASE>, 4, 2, 256>;

/// Of these the dump is shown as JSON.
const JSON: [char; 3] = ['o', 's', 'w'];

/// `seeds host` makes those of a host's readers only, from the images that are committed.
fn main() -> std::io::Result<()> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let images = match std::env::args().nth(1).as_deref() {
        Some("host") => committed(&seeds.join("mount"))?,
        _ => journal(&seeds)?,
    };
    for (target, name, bytes, check) in host::all(&images) {
        write(&seeds.join(target), &name, &bytes, check)?;
    }
    Ok(())
}

fn committed(folder: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut images = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        images.push((name, fs::read(&path)?));
    }
    images.sort();
    Ok(images)
}

/// Those of the journal; the images among them.
fn journal(seeds: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let images = images();
    for (name, script) in &images {
        for (target, check) in [("mount", mount::check as fn(&[u8])), ("dump", dump::check)] {
            let mut bytes = script.clone();
            if target == "dump" && name.starts_with(JSON) {
                bytes[0] |= 0x80;
            }
            write(&seeds.join(target), name, &bytes, check)?;
        }
    }
    for (name, calls) in runs() {
        write(&seeds.join("events"), name, &calls, events::check)?;
    }
    Ok(images)
}

/// A seed that fails is a finding, and no seed.
fn write(folder: &Path, name: &str, bytes: &[u8], check: fn(&[u8])) -> std::io::Result<()> {
    check(bytes);
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name), bytes)?;
    println!("{:6} bytes  {}/{name}", bytes.len(), folder.display());
    Ok(())
}

fn images() -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    lives::<1, 4096>(2, &mut out);
    lives::<8, 4096>(3, &mut out);
    lives::<32, 8192>(4, &mut out);
    lives::<4, 4096>(6, &mut out);
    out.push(("other-shape".into(), other_shape()));
    out.push(("every-frame".into(), every_frame()));
    out.push(("largest-counts".into(), largest_counts()));
    out
}

/// Journals that lived in different ways.
fn lives<const WRITE: usize, const ERASE: usize>(sectors: usize, out: &mut Vec<(String, Vec<u8>)>) {
    type Life<const W: usize, const E: usize> = fn(&mut Till<W, E>);
    let lives: [(&str, Life<WRITE, ERASE>); 6] = [
        ("fresh", |_| ()),
        ("paid", |till| day(till, 1)),
        ("owing", owing),
        ("settling", settling),
        ("undone", undone),
        ("worn", worn),
    ];
    let geometry = Geometry { write: WRITE, sector_bytes: ERASE, sectors, raw: false };
    for (name, live) in lives {
        // Whole laps of large or many sectors are too much for a seed.
        if name == "worn" && geometry.bytes() > 12 * 1024 {
            continue;
        }
        let region = Region::new(0, geometry.bytes() as u32);
        let settings = Settings { quiet_ms: 0, sector_bytes: ERASE as u32, ..Settings::new() };
        let chip = Chip::<WRITE, ERASE>::owned(geometry.bytes()).unwrap();
        let mut till = Till::format(chip, region, &settings, FormatAs::live(FORMAT_ID)).unwrap();
        live(&mut till);
        let image = till.into_flash().image().to_vec();
        let script = parse(geometry, &image);
        let built = Builder::new(image.len(), geometry.shape()).build(&script);
        let poked = script.0.iter().filter(|step| matches!(step, Step::Poke { .. })).count();
        assert!(poked == 0 || name == "worn", "{name}: these bytes are no frames: {script:?}");
        assert!(built == image, "{name}: it is not built again");
        let mut bytes = vec![geometry.byte()];
        bytes.extend(script.bytes());
        out.push((format!("{name}-{WRITE}-{sectors}"), bytes));
        if name == "fresh" && sectors == 2 {
            let used = image.iter().rposition(|&b| b != 0xFF).map_or(0, |last| last + 1);
            let mut bytes = vec![Geometry { raw: true, ..geometry }.byte()];
            bytes.extend(&image[..used]);
            out.push(("raw".into(), bytes));
        }
    }
}

fn sale(amount: u64) -> Begin {
    Begin {
        book: 0,
        kind: TransactionKind::Sale,
        amount: Amount::new(amount),
        currency: Currency::CNY,
        entry: EntryMode::CONTACTLESS,
        condition: Condition::NORMAL,
        moment: Moment {
            local_seconds: 1_790_000_000,
            utc_offset_quarters: 32,
            ..Moment::default()
        },
        pan: TruncatedPan::from_pan("6222020000001234").ok(),
        card_sequence: None,
        reference: Reference::new(&format!("R-{amount}")).ok(),
        original: None,
        ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
    }
}

fn begin<const W: usize, const E: usize>(till: &mut Till<W, E>, begin: &Begin) -> (Seq, Intent) {
    match till.begin(begin).unwrap() {
        Begun::New { item, intent } => (item, intent),
        known => panic!("{known:?}"),
    }
}

fn approve<const W: usize, const E: usize>(till: &mut Till<W, E>, item: Seq) {
    let of = OutcomeOf {
        code: ResponseCode::new(b"00").ok(),
        rrn: Rrn::new("123456789012").ok(),
        auth_code: AuthCode::new("654321").ok(),
        ..OutcomeOf::default()
    };
    till.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
}

fn day<const W: usize, const E: usize>(till: &mut Till<W, E>, sales: u64) {
    for n in 1..=sales {
        let (item, _) = begin(till, &Begin { reference: None, ..sale(n) });
        approve(till, item);
    }
}

/// A chip approval that nobody confirmed, a reversal under way, a remark, and a restart.
fn owing<const W: usize, const E: usize>(till: &mut Till<W, E>) {
    till.started(Boot { count: 3, firmware: 17, reset_reason: 1, ran: None }).unwrap();
    let (chip, _) = begin(till, &sale(10));
    till.outcome(chip, Verdict::Approved { completed: false }, &OutcomeOf::default()).unwrap();
    till.reverse(chip, ReversalReason::MacError).unwrap();
    till.attempt(chip, Uptime(1)).unwrap();
    till.answer(chip, AnswerClass::NothingToReverse, None).unwrap();
    till.note(Text::new("the line is down").unwrap()).unwrap();
    till.give_up(chip).unwrap();
    begin(till, &Begin { book: 1, ..sale(11) });
    restart(till);
    till.due(Uptime(1 << 40)).unwrap();
    till.attempt(chip, Uptime(1)).unwrap();
    till.maintain(1_000_000).unwrap();
}

/// What a restart writes: the boot frames come with the next append.
fn restart<const W: usize, const E: usize>(till: &mut Till<W, E>) {
    let bytes = till.log().layout().region_bytes();
    let settings = Settings { quiet_ms: 0, sector_bytes: E as u32, ..Settings::new() };
    let chip = till.log().flash().clone();
    *till = Till::mount(chip, Region::new(0, bytes), &settings).unwrap();
}

fn settling<const W: usize, const E: usize>(till: &mut Till<W, E>) {
    day(till, 2);
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer(0, SettleClass::Unbalanced, None).unwrap();
    let mut last = Seq(0);
    while let Some(upload) = till.next_upload(0, last).unwrap() {
        last = upload.item;
        till.uploaded(0, last).unwrap();
    }
    till.upload_ended(0).unwrap();
    till.batch_closed(0).unwrap();
    let numbers = (Batch::new(7).unwrap(), Stan::new(100), Invoice::new(50));
    till.set_numbers(1, numbers.0, numbers.1, numbers.2).unwrap();
    till.close_batch(1).unwrap();
    till.unlock_batch(1).unwrap();
}

/// A void, a refund without an answer that an operator ends, and late answers.
fn undone<const W: usize, const E: usize>(till: &mut Till<W, E>) {
    day(till, 2);
    let original = |seq| Some(Original::ByRecord(Seq(seq)));
    let undo =
        |kind, seq| Begin { kind, original: original(seq), reference: None, ..sale(seq as u64) };
    let (void, _) = begin(till, &undo(TransactionKind::Void, 1));
    approve(till, void);
    let refund = Begin { amount: Amount::new(2), ..undo(TransactionKind::Refund, 3) };
    let (refund, _) = begin(till, &refund);
    till.no_answer(refund, 30_000, Uptime(30_000)).unwrap();
    till.abandon(refund, Text::new("boss").unwrap(), Text::new("paid in cash").unwrap()).unwrap();
    let (unsent, intent) = begin(till, &sale(20));
    till.not_sent(unsent).unwrap();
    let late = LateAnswer {
        book: 0,
        stan: intent.stan,
        approved: true,
        code: ResponseCode::new(b"00").ok(),
        rrn: None,
        auth_code: AuthCode::new("777777").ok(),
        uptime: Uptime(9),
    };
    till.late(&late).unwrap();
    till.late(&late).unwrap();
}

/// Laps of the ring, restarts, a power cut in a program, and a record that has rotted.
fn worn<const W: usize, const E: usize>(till: &mut Till<W, E>) {
    for _ in 0..6 {
        day(till, 12);
        restart(till);
        till.close_batch(0).unwrap();
        till.settle_attempt(0, Uptime(0)).unwrap();
        till.settle_answer(0, SettleClass::Balanced, None).unwrap();
        till.batch_closed(0).unwrap();
        while till.maintain(1_000_000).unwrap() != pos_journal::log::Maintained::Idle {}
    }
    begin(till, &Begin { book: 1, reference: None, ..sale(30) });
    till.flash_mut().set_cut(1);
    assert!(till.begin(&sale(40)).is_err());
    till.flash_mut().power_on();
    restart(till);
    // With two sectors there is hardly room for another payment while one is open.
    till.started(Boot { count: 9, firmware: 17, reset_reason: 1, ran: None }).unwrap();
}

/// A shape that no firmware here has.
fn other_shape() -> Vec<u8> {
    let geometry = Geometry { write: 1, sector_bytes: 4096, sectors: 2, raw: false };
    let shape = Shape {
        unit_log2: 3,
        anchor_log2: 7,
        sector_bytes: 1024,
        sectors: 8,
        frame_eighth: 8,
        tail_bytes: 16,
    };
    let mut script = Script(vec![Step::Shape(shape)]);
    for sector in 1..4u8 {
        let epoch = sector.into();
        script.0.push(Step::Header { sector, epoch, flags: 1, wear: 1, spoilt: 0 });
        script.0.push(commit());
        script.0.push(Step::Frame {
            kind: 0x22,
            gap: 0,
            number: 0,
            fix: 0,
            payload: vec![1, b'n'],
        });
    }
    let mut bytes = vec![geometry.byte()];
    bytes.extend(script.bytes());
    bytes
}

/// A commit with an empty checkpoint.
fn commit() -> Step {
    commit_of(&[&[1, 1, 0]])
}

/// A commit with these checkpoint entries.
fn commit_of(entries: &[&[u8]]) -> Step {
    let mut payload = vec![0; 8];
    payload.extend([2, 0, 0xFF, 0xFF, 0]);
    for entry in entries {
        payload.push(entry.len() as u8);
        payload.extend(*entry);
    }
    Step::Frame { kind: 0xC1, gap: 0, number: 0, fix: 1, payload }
}

/// A checkpoint whose counters stand at their ends, with an open payment.
fn largest_counts() -> Vec<u8> {
    let geometry = Geometry { write: 1, sector_bytes: 4096, sectors: 3, raw: false };
    let most = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
    let last = [0xBF, 0x84, 0x3D];
    let book = [&[2, 2, 0, 0][..], &last, &last, &last, &[0], &most, &[0xFF, 0xFF, 3]].concat();
    let amount = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1];
    let place = most;
    let item = [
        &[4, 1, 2, 1][..],
        &place,
        &[0, 1],
        &last,
        &last,
        &amount,
        &[0xE2, 9],
        &most,
        &[0xFF, 0xFF, 3],
    ]
    .concat();
    let script = Script(vec![
        Step::Header { sector: 1, epoch: 1, flags: 0, wear: 1, spoilt: 0 },
        Step::Number(u32::MAX - 9),
        commit_of(&[&[1, 1, 0], &book, &item]),
    ]);
    let mut bytes = vec![geometry.byte()];
    bytes.extend(script.bytes());
    bytes
}

/// One of each of the log's own frames, and a header that has rotted.
fn every_frame() -> Vec<u8> {
    let geometry = Geometry { write: 4, sector_bytes: 4096, sectors: 3, raw: false };
    let note = |text: &[u8]| {
        let payload = [&[text.len() as u8], text].concat();
        Step::Frame { kind: 0x22, gap: 0, number: 0, fix: 0, payload }
    };
    let own = |kind, payload: &[u8]| Step::Frame {
        kind,
        gap: 0,
        number: 0,
        fix: 0,
        payload: payload.to_vec(),
    };
    let script = Script(vec![
        Step::Header { sector: 0, epoch: 0, flags: 0x80, wear: 1, spoilt: 0 },
        Step::Header { sector: 1, epoch: 1, flags: 0, wear: 1, spoilt: 0 },
        commit(),
        note(b"one"),
        own(0xC5, &[0, 0]),
        own(0xC6, &[2, 0, 0, 0, 9, 0, 0, 0, 0]),
        note(b"ten"),
        Step::Boot { end: 0, copy: 0, twins: 1 },
        own(0xC4, &[5, 0, 0, 0, 0x22, 1, b'c']),
        Step::Poke { sector: 1, offset: 3000, bytes: vec![0x55; 9] },
        Step::Header { sector: 2, epoch: 2, flags: 0, wear: 1, spoilt: 1 },
        own(0xC2, &[0, 3, 1, 1, 0]),
        own(0xC1, &[1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0xFF, 0xFF, 1]),
    ]);
    let mut bytes = vec![geometry.byte()];
    bytes.extend(script.bytes());
    bytes
}

/// Calls, four bytes each: verb, which or book, and two more.
fn runs() -> Vec<(&'static str, Vec<u8>)> {
    let run = |calls: &[[u8; 4]]| [&[6, 1][..], calls.as_flattened()].concat();
    let (begin, outcome, reboot) = ([0, 0, 0, 80], [3, 0, 0, 0], [23, 0, 0, 0]);
    let silent = [3, 0, 3, 0];
    let settle = [[15, 0, 0, 0], [16, 0, 1, 0], [17, 0, 0, 0], [19, 0, 0, 0]].concat();
    let mut day = Vec::new();
    for _ in 0..12 {
        day.extend([begin, outcome, [21, 7, 0, 0]].concat());
    }
    let mut laps = vec![2, 9];
    for _ in 0..5 {
        laps.extend(&day);
        laps.extend(&settle);
        laps.extend(reboot);
    }
    let mut cuts = vec![5, 3];
    for n in 0..24u8 {
        cuts.extend([[22, 3 * n, 0, 0], begin, outcome, [21, 3, 0, 0]].concat());
    }
    vec![
        ("sale", run(&[begin, outcome, reboot, [20, 0, 3, 0]])),
        ("chip", run(&[begin, [3, 0, 1, 0], [5, 0, 0, 0]])),
        (
            "reversal",
            run(&[
                begin,
                silent,
                [8, 0, 0, 0],
                [10, 0, 1, 0],
                [10, 0, 1, 0],
                [8, 0, 0, 0],
                [10, 0, 1, 0],
                [14, 0, 1, 0],
            ]),
        ),
        ("orphan", run(&[begin, reboot, [14, 0, 1, 0], [8, 0, 0, 0], [10, 0, 0, 0]])),
        ("void", run(&[begin, outcome, [0, 10, 0, 1], outcome, [0, 12, 8, 3]])),
        (
            "refund",
            run(&[
                begin,
                outcome,
                [0, 12, 0, 7],
                silent,
                [12, 0, 0, 0],
                [15, 0, 0, 0],
                outcome,
                [16, 0, 1, 0],
            ]),
        ),
        ("unsent", run(&[begin, [6, 0, 0, 0], [14, 0, 1, 0], [13, 0, 0, 0]])),
        (
            "upload",
            run(&[
                begin,
                outcome,
                [15, 0, 0, 0],
                [16, 0, 1, 0],
                [17, 0, 1, 0],
                [18, 0, 1, 0],
                [18, 0, 0, 0],
                [19, 0, 0, 0],
            ]),
        ),
        (
            "reference",
            run(&[[0, 0x80, 1, 80], outcome, [0, 0x80, 1, 80], [0, 0x80, 1, 90], [20, 0, 0, 0]]),
        ),
        ("laps", laps),
        ("cuts", cuts),
    ]
}
