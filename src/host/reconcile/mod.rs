//! `pos-journal reconcile DUMP... --bill FILE...`: what the terminals know against what acquirers,
//! wallets, the cash register and the bank say.
//!
//! | question | file |
//! |---|---|
//! | In which class does a payment end? | `class` |
//! | Which payments move money, and how? | `entry` |
//! | Which rows of a bill do? | `row` |
//! | By what are the two the same, and which key goes first? | `keys` |
//! | How are journals and bills read? | `gather`, `files` |
//! | Which row belongs to which payment? | `pairing` |
//! | What comes of it? | `ending`, `outcome` |
//! | Can it be in the bill at all? | `days` |
//! | What was agreed about fees? | `rates` |
//! | Was it paid out, and did it arrive? | `payouts` |
//! | What do bills say of a payment besides its own row? | `beside` |
//! | What do they say of each payment, for `explain`? | `told` |
//! | What does the cash register say? | `till` |
//! | Does it all add up? | `sums` |
//! | How is it told? | `item`, `sink`, `tables`, `json` |
//!
//! Bills are read once, row by row. Memory is bounded by about 1 kB for a payment of the journals,
//! 400 bytes for a row that shares a key with one (16 of these for a payment and 100,000 besides, at the
//! most), and 20 bytes for every other row, of which the first four million are remembered to find
//! duplicates; by 50,000 settlements, payouts and credits each; 1,000 differences, bad rows and
//! findings each are listed in tables and JSON, and all in CSV and JSON lines.

mod args;
mod beside;
mod bytes;
mod class;
mod days;
mod ending;
mod entry;
mod files;
mod gather;
mod item;
mod json;
mod keys;
mod outcome;
mod pairing;
mod payouts;
mod rates;
mod row;
mod sink;
mod sums;
mod tables;
mod till;
mod told;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use super::bills::{Facts, Profile, Reader};
use super::calendar::Calendar;
use super::style::Style;
use super::{Exit, Lang, Out, plain};
pub use args::ReconcileArgs;
pub use bytes::{Given, from_bytes};
use gather::{Gathering, Task};
use outcome::Outcome;
use rates::Rates;
use sink::{Collected, Sink};
use till::Till;
pub use told::{BillsArgs, Told};

/// The zone of a bill that has no rows, and of terminals that stand alone.
const HERE: Offset = Offset::constant(8);

/// Reconciles: [`Exit::Clean`] only if everything matches.
#[must_use]
pub fn run(args: &ReconcileArgs) -> Exit {
    let mut out = BufWriter::new(io::stdout().lock());
    let ended = report(args, &mut out);
    match ended.and_then(|exit| out.flush().map(|()| exit).map_err(Failed::Write)) {
        Ok(exit) => exit,
        // A reader that has seen enough (`| head`) has not seen that everything matches.
        Err(Failed::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Findings,
        Err(Failed::Told(exit)) => exit,
        Err(error) => {
            eprintln!("{}", plain(&error.to_string(), Out::Terminal));
            Exit::Usage
        }
    }
}

/// Why nothing, or not everything, could be reported.
#[derive(Debug)]
pub enum Failed {
    /// The output cannot be written.
    Write(io::Error),
    /// A file that says how to read or judge cannot be used.
    Config(PathBuf, String),
    /// An argument is none.
    Argument(String),
    /// The sums do not tie: a fault of this program.
    Untied(String),
    /// It was told already.
    Told(Exit),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Write(error) => write!(f, "cannot write: {error}"),
            Self::Config(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Argument(what) => f.write_str(what),
            Self::Untied(what) => write!(f, "a fault of this program, sums do not tie: {what}"),
            Self::Told(_) => f.write_str("told already"),
        }
    }
}

/// What [`run`] prints, and how it ends.
///
/// # Errors
/// [`Failed`] where an argument or a file of configuration cannot be used or the output not be
/// written.
pub fn report(args: &ReconcileArgs, out: &mut dyn Write) -> Result<Exit, Failed> {
    let style = args.style.style();
    let (reader, rates) =
        configured_by(args.facts.as_deref(), &args.profiles, args.rates.as_deref())?;
    let calendar = calendar(args.calendar.as_deref())?;
    let task = Task {
        reader: &reader,
        rates: &rates,
        calendar: &calendar,
        forced: forced(args, style.lang)?,
        now: now(&args.as_of, style.lang)?,
        weak: args.weak,
        lang: style.lang,
    };
    let till = match &args.till {
        None => None,
        Some(path) => Some(till(path, style.lang)?),
    };
    let journals =
        gather::journals(&args.dumps, args.file.gaps_erased, style.lang).map_err(Failed::Told)?;
    let mut sink = Sink::new(style, &mut *out)?;
    let mut gathering = Gathering::new(&task, journals, &mut sink);
    gathering.bills(&args.bills)?;
    if let Some(bank) = &args.bank {
        gathering.bank(reader.open(bank));
    }
    let outcome = gathering.finish(till)?;
    let collected = sink.end();
    told(&outcome, collected, style, out)
}

/// Prints what came of it.
fn told(
    outcome: &Outcome,
    collected: Collected,
    style: Style,
    out: &mut dyn Write,
) -> Result<Exit, Failed> {
    match collected {
        Collected::Table(shown) => {
            out.write_all(tables::all(outcome, &shown, style.lang).as_bytes())?;
        }
        Collected::Json(objects) => json::write(outcome, &objects, style.lang, out)?,
        // The rows are all in the output; what is odd besides goes beside it.
        Collected::Nothing => eprint!("{}", tables::odd(outcome, style.lang)),
    }
    match outcome.sums.ties() {
        Ok(()) => Ok(exit(outcome)),
        Err(untied) => Err(Failed::Untied(format!("{untied:?}"))),
    }
}

/// | exit status | where |
/// |---|---|
/// | 2 | a bill or statement cannot be read |
/// | 1 | anything differs, is bad or odd, or is not known |
/// | 0 | else |
fn exit(outcome: &Outcome) -> Exit {
    let till = outcome
        .till
        .as_ref()
        .is_some_and(|(_, items)| items.iter().any(|item| item.class.is_difference()));
    let is_odd = outcome.sums.differences() > 0
        || outcome.bad.count + outcome.findings.count > 0
        || outcome.doubts.iter().any(|(_, found)| *found > 0)
        || outcome.payouts.settlements.iter().any(|settled| !settled.verdict.is_fine())
        || outcome.no_days
        || outcome.payouts.overflowed()
        || till;
    match (outcome.not_read.is_empty(), is_odd) {
        (false, _) => Exit::Usage,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    }
}

/// China's, or of another country or with more years by a file.
fn calendar(path: Option<&Path>) -> Result<Calendar, Failed> {
    let china = Calendar::china();
    let Some(path) = path else { return Ok(china) };
    let config = |error: String| Failed::Config(path.into(), error);
    let text = std::fs::read_to_string(path).map_err(|error| config(error.to_string()))?;
    let read = Calendar::read(&text).map_err(|error| config(error.to_string()))?;
    if read.name() != china.name() {
        return Ok(read);
    }
    let mut both = china;
    both.extend(read);
    Ok(both)
}

fn configured_by(
    facts: Option<&Path>,
    profiles: &[PathBuf],
    rates: Option<&Path>,
) -> Result<(Reader, Rates), Failed> {
    let config = |path: &Path, error: String| Failed::Config(path.into(), error);
    let text = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| config(path, error.to_string()))
    };
    let facts = match facts {
        None => None,
        Some(path) => Some(Facts::read(&text(path)?).map_err(|e| config(path, e.to_string()))?),
    };
    let mut known = Vec::new();
    for path in profiles {
        known.push(Profile::read(&text(path)?).map_err(|e| config(path, e.to_string()))?);
    }
    let rates = match rates {
        None => Rates::default(),
        Some(path) => Rates::read(&text(path)?).map_err(|error| config(path, error))?,
    };
    let reader = Reader::new(facts, known);
    let reader = reader.map_err(|error| config(Path::new(""), error.to_string()))?;
    Ok((reader, rates))
}

fn till(path: &Path, lang: Lang) -> Result<Till, Failed> {
    let config = |error: String| Failed::Config(path.into(), error);
    let file = File::open(path).map_err(|error| config(error.to_string()))?;
    Till::read(&path.display().to_string(), file, lang).map_err(config)
}

fn forced(args: &ReconcileArgs, lang: Lang) -> Result<Option<(Date, Date)>, Failed> {
    let date = |text: &String| text.parse::<Date>().map_err(|_| not_a_time(text, lang));
    match (&args.from, &args.to) {
        (Some(from), Some(to)) => Ok(Some((date(from)?, date(to)?))),
        _ => Ok(None),
    }
}

fn now(text: &str, lang: Lang) -> Result<DateTime, Failed> {
    match text {
        "now" => Ok(HERE.to_datetime(jiff::Timestamp::now())),
        time => time.parse().map_err(|_| not_a_time(time, lang)),
    }
}

fn not_a_time(text: &str, lang: Lang) -> Failed {
    Failed::Argument(match lang {
        Lang::En => format!("{text:?} is no date or time such as 2026-01-31"),
        Lang::Zh => format!("“{text}”不是日期或时间，例如 2026-01-31"),
    })
}
