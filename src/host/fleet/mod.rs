//! `pos-journal export DIR|IMAGE... -o OUT`: the dumps of a whole fleet as tables for a data warehouse.
//!
//! | question | file |
//! |---|---|
//! | Which files are meant? | `find` |
//! | What does one file say, within bounds? | `read` |
//! | What do all rows of a dump share: terminal, identities, ages? | `dump` |
//! | When did a record happen, in UTC? | `clock` |
//! | Whose acquirer is it, and when is money due? | `acquirers` |
//! | Which tables are there, of which columns? | `schema`, `payments`, `records`, `open_items`, `dumps` |
//! | Which file does a row belong in? | `parts` |
//! | How is it written: Parquet, JSON lines, CSV? | `sink`, `parquet` |
//! | Who does it, all at once? | `work` |
//!
//! Of the crate's three exports this is the one for people: `journal::export` streams a region's bytes
//! out of a terminal, `dump::Export` is what arrives of that, and this one writes what dumps (of either
//! kind) *say* as tables.

mod acquirers;
mod clock;
mod dump;
mod dumps;
mod find;
mod open_items;
mod parquet;
mod parts;
mod payments;
mod read;
mod records;
mod schema;
mod sink;
mod summary;
mod work;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::input::{FileArgs, Reading, finish, name};
use super::open::{When, usage};
use super::words::table as w;
use super::{Exit, Lang};
use acquirers::Acquirers;
pub use schema::documentation;

/// The arguments of `export`.
#[derive(Clone, Debug, clap::Args)]
pub struct ExportArgs {
    /// Dumps, in any form that the other commands read (also what `Journal::export` sent), and
    /// directories, of which every file below is a dump
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// The directory that is written: new, or empty
    #[arg(short, long)]
    pub out: PathBuf,
    /// How the tables are written
    #[arg(long, value_enum, default_value_t)]
    pub format: TableFormat,
    /// How many files the rows are put in
    #[arg(long, value_enum, default_value_t)]
    pub partition: Partition,
    /// Dumps that are read at a time; as many as there are processors
    #[arg(long)]
    pub jobs: Option<NonZeroUsize>,
    /// Names of acquirers, and when their money is due (TOML); without it nothing is due
    #[arg(long, value_name = "TOML")]
    pub acquirers: Option<PathBuf>,
    /// When it is: now, the last moment in each dump, or a time such as 2026-01-31T12:00:00Z
    #[arg(long, visible_alias = "now", value_name = "now|last|TIME", default_value = "now")]
    pub as_of: String,
    /// Larger dumps are reported instead of read, in MiB; what is read at a time is no more than this.
    /// A dump that is all records of a few bytes takes 80 times its size in memory
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub largest: u64,
    /// Find each region in its file by itself, as `salvage` does
    #[arg(long)]
    pub find: bool,
    /// How the files are read.
    #[command(flatten)]
    pub file: FileArgs,
    /// The language of messages; without it that of the locale
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
}

/// How the tables are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TableFormat {
    /// Parquet, compressed by Snappy.
    #[default]
    Parquet,
    /// One JSON object to a line.
    Jsonl,
    /// Comma-separated values with a line of heads; no text in them is a formula.
    Csv,
}

impl TableFormat {
    const fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

/// How many files the rows are put in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Partition {
    /// `terminal=.../day=...`: each terminal's days apart; for some hundred terminals, or to fetch the
    /// files of one.
    TerminalDay,
    /// `day=...`: the terminals of a day together, 64 dumps to a file; for thousands.
    #[default]
    Day,
}

impl Partition {
    /// Dumps whose rows share files. It depends on nothing else, so that the same dumps always make
    /// the same files.
    const fn dumps_per_part(self) -> usize {
        match self {
            Self::TerminalDay => 1,
            Self::Day => 64,
        }
    }
}

/// What is asked for.
struct How<'a> {
    out: &'a Path,
    format: TableFormat,
    partition: Partition,
    jobs: usize,
    acquirers: Acquirers,
    when: When,
    largest: u64,
    reading: Reading,
    find: bool,
    lang: Lang,
}

/// Writes the tables: [`Exit::Clean`], or [`Exit::Usage`] where a dump was not read.
#[must_use]
pub fn run(args: &ExportArgs) -> Exit {
    let lang = Lang::or_locale(args.lang);
    let how = match how(args, lang) {
        Ok(how) => how,
        Err(text) => return usage(text),
    };
    let found = find::dumps(&args.inputs, &args.out);
    if found.dumps.is_empty() && found.troubles.is_empty() {
        return usage(w::X_NO_DUMPS.of(lang).into());
    }
    match work::export(found, &how) {
        Ok(summary) => finish(&summary.told(lang), summary.exit(), lang),
        Err(error) => usage(w::CANNOT_WRITE.with(lang, &[&error])),
    }
}

fn how(args: &ExportArgs, lang: Lang) -> Result<How<'_>, String> {
    let not_time = || w::NOT_TIME.with(lang, &[&args.as_of]);
    let acquirers = match &args.acquirers {
        None => Acquirers::default(),
        Some(path) => {
            let bad = |why: String| w::CANNOT_READ.with(lang, &[&name(path), &why]);
            let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
            Acquirers::read(&text).map_err(bad)?
        }
    };
    let has_files = std::fs::read_dir(&args.out).is_ok_and(|mut files| files.next().is_some());
    if has_files {
        return Err(w::X_NOT_EMPTY.with(lang, &[&name(&args.out)]));
    }
    std::fs::create_dir_all(&args.out).map_err(|error| w::CANNOT_WRITE.with(lang, &[&error]))?;
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok());
    Ok(How {
        out: &args.out,
        format: args.format,
        partition: args.partition,
        jobs: jobs.map_or(1, NonZeroUsize::get),
        acquirers,
        when: When::read(&args.as_of).ok_or_else(not_time)?,
        largest: args.largest << 20,
        reading: Reading { gaps_erased: args.file.gaps_erased, is_lenient: args.find },
        find: args.find,
        lang,
    })
}
