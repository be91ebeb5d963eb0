//! `pos-journal bill FILE...`: what the bills are, what they add up to, and which rows are bad.
//!
//! Each bill is read once, row by row; only sums, and the first bad rows and findings, are kept.

mod json;
mod rows;
mod sums;
mod tables;

use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bills::{BadRow, Bill, Facts, Finding, Format, OpenError, Profile, Reader, Tally};
use super::{Exit, Lang};
use rows::RowWriter;

/// The arguments of `bill`.
#[derive(Clone, Debug, clap::Args)]
pub struct BillArgs {
    /// Bills in any known format, also zipped; `-` reads one from standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = BillFormat::Table)]
    pub format: BillFormat,
    /// Print every row instead of sums: neutral CSV, or one JSON object a line
    #[arg(long)]
    pub rows: bool,
    /// The language; by default that of the locale
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// What is known beyond the documents of the formats (TOML)
    #[arg(long, value_name = "TOML")]
    pub facts: Option<PathBuf>,
    /// The description of a further format (TOML); may be given more than once
    #[arg(long = "profile", value_name = "TOML")]
    pub profiles: Vec<PathBuf>,
}

/// How `bill` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum BillFormat {
    /// Aligned columns.
    Table,
    /// One JSON object; with `--rows` one a line.
    Json,
    /// One JSON object a line: each sum, or with `--rows` each row.
    Jsonl,
    /// Comma-separated values.
    Csv,
}

/// So many bad rows, and as many findings, are listed; all are counted.
const MOST_LISTED: usize = 1000;

/// What was found in all files.
struct Summary {
    bills: Vec<Seen>,
    tally: Tally,
    bad: Listed<BadRow>,
    findings: Listed<Finding>,
    not_read: Vec<(Arc<str>, OpenError)>,
}

/// One bill that was read.
struct Seen {
    source: Arc<str>,
    format: Format,
    rows: u64,
    bad: u64,
}

/// The first of many.
struct Listed<T> {
    first: Vec<T>,
    count: u64,
}

impl<T> Listed<T> {
    const fn new() -> Self {
        Self { first: Vec::new(), count: 0 }
    }

    fn push(&mut self, one: T) {
        self.count += 1;
        if self.first.len() < MOST_LISTED {
            self.first.push(one);
        }
    }

    /// How many are not listed.
    fn more(&self) -> u64 {
        self.count - self.first.len() as u64
    }
}

/// Reads the bills: [`Exit::Clean`], or [`Exit::Findings`] where anything is odd.
#[must_use]
pub fn run(args: &BillArgs) -> Exit {
    let mut out = BufWriter::new(io::stdout().lock());
    let ended =
        report(args, io::stdin(), &mut out).and_then(|exit| Ok(out.flush().map(|()| exit)?));
    match ended {
        Ok(exit) => exit,
        // A reader that has seen enough (`| head`).
        Err(Failed::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(error) => {
            eprintln!("{error}");
            Exit::Usage
        }
    }
}

/// Why nothing could be reported.
#[derive(Debug)]
pub enum Failed {
    /// The output cannot be written.
    Write(io::Error),
    /// A file of facts or a profile cannot be used.
    Config(PathBuf, String),
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
        }
    }
}

/// What [`run`] prints, and how it ends. With `--rows`, what is odd goes to standard error.
///
/// # Errors
/// [`Failed`] where the configuration cannot be used or the output not be written.
pub fn report(
    args: &BillArgs,
    stdin: impl Read + Send + 'static,
    out: &mut dyn Write,
) -> Result<Exit, Failed> {
    let lang = Lang::or_locale(args.lang);
    let reader = reader(args)?;
    let mut stdin = Some(stdin);
    let mut summary = Summary {
        bills: Vec::new(),
        tally: Tally::new(),
        bad: Listed::new(),
        findings: Listed::new(),
        not_read: Vec::new(),
    };
    let mut rows = args.rows.then(|| RowWriter::new(args.format));
    for path in &args.files {
        let bills = match (path == Path::new("-"), stdin.take_if(|_| path == Path::new("-"))) {
            (true, Some(stdin)) => reader.stream("-", stdin),
            // A second `-` has nothing left to read.
            (true, None) => reader.stream("-", io::empty()),
            (false, _) => reader.open(path),
        };
        for bill in bills {
            match bill {
                Ok(bill) => summary.read(bill, rows.as_mut(), out)?,
                Err(not_read) => summary.not_read.push(not_read),
            }
        }
    }
    for finding in summary.tally.findings("") {
        summary.findings.push(finding);
    }
    match (rows, args.format) {
        (Some(_), _) => eprint!("{}", tables::odd(&summary, lang)),
        (None, BillFormat::Table) => out.write_all(tables::all(&summary, lang).as_bytes())?,
        (None, BillFormat::Json) => json::write(&summary, lang, out)?,
        (None, BillFormat::Csv) => {
            sums::write(&summary, out)?;
            eprint!("{}", tables::odd(&summary, lang));
        }
        (None, BillFormat::Jsonl) => {
            json::lines(&summary, out)?;
            eprint!("{}", tables::odd(&summary, lang));
        }
    }
    Ok(summary.exit())
}

/// The good rows of bills as neutral CSV: what `--rows` prints of them, without what is odd.
///
/// # Errors
/// None but that a vector has no more room.
pub fn neutral(reader: &Reader, stream: impl Read + Send + 'static) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut writer = RowWriter::new(BillFormat::Csv);
    for bill in reader.stream("-", stream).into_iter().flatten() {
        for row in bill.flatten() {
            writer.write(&row, &mut out)?;
        }
    }
    Ok(out)
}

fn reader(args: &BillArgs) -> Result<Reader, Failed> {
    let config = |path: &PathBuf, error: String| Failed::Config(path.clone(), error);
    let text = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|error| config(path, error.to_string()))
    };
    let facts = match &args.facts {
        None => None,
        Some(path) => Some(Facts::read(&text(path)?).map_err(|e| config(path, e.to_string()))?),
    };
    let mut profiles = Vec::new();
    for path in &args.profiles {
        profiles.push(Profile::read(&text(path)?).map_err(|e| config(path, e.to_string()))?);
    }
    Reader::new(facts, profiles).map_err(|error| config(&PathBuf::new(), error.to_string()))
}

impl Summary {
    fn read(
        &mut self,
        mut bill: Bill,
        mut rows: Option<&mut RowWriter>,
        out: &mut dyn Write,
    ) -> Result<(), Failed> {
        let mut seen =
            Seen { source: bill.source().clone(), format: bill.format().clone(), rows: 0, bad: 0 };
        for row in &mut bill {
            match row {
                Ok(row) => {
                    seen.rows += 1;
                    if let Some(twice) = self.tally.add(&row) {
                        self.findings.push(twice);
                    }
                    if let Some(rows) = &mut rows {
                        rows.write(&row, out)?;
                    }
                }
                Err(bad) => {
                    seen.bad += 1;
                    self.tally.reject();
                    self.bad.push(bad);
                }
            }
        }
        self.tally.finish(&bill);
        for finding in bill.findings() {
            self.findings.push(finding);
        }
        self.bills.push(seen);
        Ok(())
    }

    fn exit(&self) -> Exit {
        match self.bad.count + self.findings.count + self.not_read.len() as u64 {
            0 => Exit::Clean,
            _ => Exit::Findings,
        }
    }
}
