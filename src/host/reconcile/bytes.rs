//! Reconciles what is in memory: the way in for tests and fuzzing.

use std::io::Cursor;

use super::gather::{Gathering, Journals, Task};
use super::rates::Rates;
use super::sink::Sink;
use super::till::Till;
use super::{Failed, told};
use crate::dump::{Image, outline};
use crate::host::bills::Reader;
use crate::host::calendar::Calendar;
use crate::host::{Exit, Style};

/// What is compared.
#[derive(Debug)]
pub struct Given<'a> {
    /// A terminal's journal.
    pub image: &'a Image<'a>,
    /// A bill, in any format.
    pub bill: Vec<u8>,
    /// The till's list.
    pub till: Option<Vec<u8>>,
    /// A bank statement.
    pub bank: Option<Vec<u8>>,
    /// The agreed rates (TOML).
    pub rates: &'a str,
    /// When it is, such as 2026-01-31T12:00:00.
    pub now: &'a str,
    /// Pair by weak keys too.
    pub weak: bool,
}

/// What is printed, and how it ends.
///
/// # Errors
/// [`Failed`] where the till's list or the rates cannot be used, or the sums do not tie.
pub fn from_bytes(
    given: Given<'_>,
    reader: &Reader,
    style: Style,
) -> Result<(String, Exit), Failed> {
    let config = |what: &str| {
        let what = what.to_string();
        move |error| Failed::Config(what.into(), error)
    };
    let rates = Rates::read(given.rates).map_err(config("rates"))?;
    let till = given.till.map(|till| Till::read("till", &till[..], style.lang)).transpose();
    let till = till.map_err(config("till"))?;
    let task = Task {
        reader,
        rates: &rates,
        calendar: &Calendar::china(),
        forced: None,
        now: super::now(given.now, style.lang)?,
        weak: given.weak,
        lang: style.lang,
    };
    let mut journals = Journals::default();
    journals.add("dump", &outline(given.image));
    let mut out = Vec::new();
    let mut sink = Sink::new(style, &mut out)?;
    let mut gathering = Gathering::new(&task, journals, &mut sink);
    gathering.read(reader.stream("bill", Cursor::new(given.bill)))?;
    if let Some(bank) = given.bank {
        gathering.bank(reader.stream("bank", Cursor::new(bank)));
    }
    let outcome = gathering.finish(till)?;
    let collected = sink.end();
    let exit = told(&outcome, collected, style, &mut out)?;
    Ok((String::from_utf8_lossy(&out).into_owned(), exit))
}
