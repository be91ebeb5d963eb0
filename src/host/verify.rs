//! `pos-journal verify IMAGE`: is every byte accounted for, and do the books add up?

use std::time::Instant;

use super::input::{ReadArgs, with_image};
use super::listing::{Cell, Column, Listing, Printout, data, number, text as words_in};
use super::style::{Format, Style};
use super::table::Tone;
use super::words::{self, table as w, terms};
use super::{Exit, Lang, json};
use crate::dump::{Class, Finding, Image, NotReadable, Verification, verify};

/// The arguments of `verify`.
#[derive(Clone, Debug, clap::Args)]
pub struct VerifyArgs {
    /// What is checked.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Tell on standard error how fast it went
    #[arg(long)]
    pub stats: bool,
}

/// Checks an image: [`Exit::Clean`] or [`Exit::Findings`].
#[must_use]
pub fn run(args: &VerifyArgs) -> Exit {
    let style = args.read.style.style();
    let check = |image: &Image<'_>| {
        let started = Instant::now();
        let found = verify(image);
        if args.stats {
            let (seconds, bytes) = (started.elapsed().as_secs_f64(), image.bytes().len());
            let speed = bytes as f64 / 1e6 / seconds.max(1e-9);
            let records = found.records();
            eprintln!("{bytes} bytes, {records} records in {seconds:.3} s: {speed:.0} MB/s");
        }
        told(image, &found, style)
    };
    with_image(&args.read, check, |why| not_readable(why, style))
}

/// What [`run`] prints of an image, and how it ends.
#[must_use]
pub fn text(image: &Image<'_>, style: impl Into<Style>) -> (String, Exit) {
    told(image, &verify(image), style.into())
}

fn told(image: &Image<'_>, found: &Verification, style: Style) -> (String, Exit) {
    let exit = if found.is_clean() { Exit::Clean } else { Exit::Findings };
    if style.format == Format::Json {
        return (json::verification(image, found), exit);
    }
    let mut printout = Printout::new(vec![findings(found.findings(), style.lang)]);
    printout.after = summary(found, style.lang) + "\n";
    (printout.render(style), exit)
}

/// Headers that are there and rotten are a finding; bytes without any are no journal.
fn not_readable(why: NotReadable, style: Style) -> (String, Exit) {
    let exit = match why {
        NotReadable::HeadersDamaged { .. } => Exit::Findings,
        _ => Exit::NotAJournal,
    };
    (json::refused(why, style), exit)
}

const COLUMNS: &[Column] = &[
    number("address", w::ADDRESS),
    number("sector", w::SECTOR),
    number("offset", w::OFFSET),
    number("bytes", w::BYTES),
    number("first_record", w::RECORDS),
    data("last_record"),
    words_in("class", w::FOUND),
    words_in("text", w::MEANING),
];

/// What was found, by address.
pub(super) fn findings(found: &[Finding], lang: Lang) -> Listing {
    let rows = found.iter().map(|finding| {
        let tone = match finding.class {
            Class::TornOrLost | Class::RecordedLoss | Class::Unreadable => Tone::Warning,
            _ => Tone::Bad,
        };
        let (first, last) = (finding.seqs.map(|s| s.0), finding.seqs.map(|s| s.1));
        let records = match finding.seqs {
            Some((from, to)) if from == to => from.to_string(),
            Some((from, to)) => format!("{from}-{to}"),
            None => String::new(),
        };
        let class = Cell::of(finding.class.name(), terms::class(finding.class).0.of(lang));
        vec![
            finding.at.map_or(().into(), |at| address(at.address)),
            finding.at.map(|at| at.sector).into(),
            finding.at.map(|at| at.offset).into(),
            finding.bytes.into(),
            Cell::of(first, records),
            last.into(),
            class.toned(tone),
            Cell::of(finding.text.as_str(), words::meaning(finding, lang)),
        ]
    });
    let title = w::T_FINDINGS.with(lang, &[&found.len()]);
    Listing { key: "findings", title, columns: COLUMNS, rows: rows.collect() }
}

/// An address: a number, and people read it in hexadecimal.
pub(super) fn address(address: u32) -> Cell {
    Cell::of(address, format!("{address:#08x}"))
}

/// A line for commands that show a part, if something of it may be gone; else nothing.
pub(super) fn doubt(found: &Verification, lang: Lang) -> String {
    match found.findings().len() {
        0 => String::new(),
        n => w::DOUBT.with(lang, &[&n]) + "\n",
    }
}

/// One line that says it all.
pub(super) fn summary(found: &Verification, lang: Lang) -> String {
    let exempt: u32 = found.exempt_spans().iter().map(|span| span.to - span.from).sum();
    let verdict = match found.findings().len() {
        0 => w::CLEAN.of(lang).into(),
        1 => w::ONE_FINDING.of(lang).into(),
        n => w::N_FINDINGS.with(lang, &[&n]),
    };
    let unknown = match found.unknown() {
        0 => String::new(),
        n => w::OF_UNKNOWN_KINDS.with(lang, &[&n]),
    };
    w::VERIFIED.with(lang, &[&verdict, &found.records(), &unknown, &exempt])
}
