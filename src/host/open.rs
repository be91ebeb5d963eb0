//! `pos-journal open IMAGE`: payments that are not closed, for a look and for monitoring.
//!
//! | `--older` | open payments | ends with |
//! |---|---|---|
//! | not given | any | 0 |
//! | given | none is open for longer | 0 |
//! | given | some are, or their age is not known | 1 |
//! | given | something is damaged: there may be more | 1 |

use jiff::{Span, SpanRelativeTo, Timestamp, Unit};

use super::input::{ReadArgs, with_image};
use super::listing::{Cell, Column, Listing, Printout, data, number, text as words_in};
use super::style::Style;
use super::words::{self, table as w, terms};
use super::{Exit, Lang, json, show, verify};
use crate::dump::{Image, OpenItem, Outline, outline};
use crate::record::{Moment, Seq};

/// The arguments of `open`.
#[derive(Clone, Debug, clap::Args)]
pub struct OpenArgs {
    /// What is read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Only those that are open for longer, such as 24h, 90m or 2d; exit status 1 if there are any,
    /// or if the dump is damaged and there may be
    #[arg(long, value_name = "AGE")]
    pub older: Option<String>,
    /// When it is: now, the last moment in the journal, or a time such as 2026-01-31T12:00:00Z
    #[arg(long, visible_alias = "now", value_name = "now|last|TIME", default_value = "now")]
    pub as_of: String,
}

/// Lists what is open.
#[must_use]
pub fn run(args: &OpenArgs) -> Exit {
    let style = args.read.style.style();
    let older = args.older.as_deref().map(seconds);
    let limit = match (older, &args.older) {
        (Some(None), Some(text)) => return usage(w::NOT_LIMIT.with(style.lang, &[text])),
        (older, _) => older.flatten(),
    };
    let Some(when) = When::read(&args.as_of) else {
        return usage(w::NOT_TIME.with(style.lang, &[&args.as_of]));
    };
    let list = |image: &Image<'_>| text(image, limit, when, style);
    with_image(&args.read, list, |why| (json::refused(why, style), Exit::NotAJournal))
}

pub(super) fn usage(text: String) -> Exit {
    eprintln!("{}", super::plain::plain(&text, super::plain::Out::Terminal));
    Exit::Usage
}

/// Which moment ages are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Seconds since 1970 UTC.
    At(i64),
    Last,
}

impl When {
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "now" => Some(When::At(Timestamp::now().as_second())),
            "last" => Some(When::Last),
            time => time.parse::<Timestamp>().ok().map(|at| When::At(at.as_second())),
        }
    }

    pub fn of(self, outline: &Outline) -> Option<i64> {
        match self {
            When::At(at) => Some(at),
            When::Last => moments(outline).filter_map(utc).max(),
        }
    }
}

/// A duration as people write it.
fn seconds(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    let days = SpanRelativeTo::days_are_24_hours();
    let seconds = span.total((Unit::Second, days)).ok()?;
    (seconds >= 0.0).then_some(seconds as i64)
}

fn moments(outline: &Outline) -> impl Iterator<Item = &Moment> {
    outline.payments.values().filter_map(|p| Some(&p.intent.as_ref()?.moment))
}

/// Seconds since 1970 UTC; `None` where the terminal's clock was not set.
pub(super) fn utc(moment: &Moment) -> Option<i64> {
    let offset = i64::from(moment.utc_offset_quarters) * 15 * 60;
    (moment.local_seconds > 0).then(|| i64::from(moment.local_seconds) - offset)
}

fn text(image: &Image<'_>, limit: Option<i64>, when: When, style: Style) -> (String, Exit) {
    let mut outline = outline(image);
    let when = when.of(&outline);
    let age = |item: Seq| {
        let moment = &outline.payments.get(&item)?.intent.as_ref()?.moment;
        Some(when? - utc(moment)?)
    };
    let mut ages: Vec<(Seq, Option<i64>)> =
        outline.open.iter().map(|open| (open.item, age(open.item))).collect();
    if let Some(limit) = limit {
        // An age that is not known may be any: a monitor has to hear of it.
        ages.retain(|(_, age)| age.is_none_or(|age| age > limit));
        outline.open.retain(|open| ages.iter().any(|(item, _)| *item == open.item));
    }
    let exit = match limit {
        // A monitor must not take a dump that lacks the newest records for a good one.
        Some(_) if !ages.is_empty() || !outline.verification.is_clean() => Exit::Findings,
        _ => Exit::Clean,
    };
    let (mut before, listing) = listing(&outline, &ages, style.lang);
    if limit.is_some() && ages.is_empty() {
        before = w::NONE_OLDER.of(style.lang).to_string() + "\n";
    }
    let settling: Vec<String> =
        outline.settling.iter().map(|duty| words::owed(Some(duty), Lang::En)).collect();
    let after = verify::doubt(&outline.verification, style.lang);
    let printout = Printout { before, after, ..Printout::new(vec![listing]) };
    let printout = printout
        .fact("format_id", image.format_id())
        .fact("clean", outline.verification.is_clean())
        .fact("settling", settling);
    (printout.render(style), exit)
}

/// With the ages that are asked for; without any, programs see an empty column and people none.
const COLUMNS: [&[Column]; 2] =
    [&columns(data("age_seconds")), &columns(number("age_seconds", w::AGE))];

const fn columns(age: Column) -> [Column; 13] {
    [
        number("payment", w::PAYMENT),
        number("book", w::BOOK),
        words_in("kind", w::KIND),
        number("stan", w::STAN),
        number("batch", w::BATCH),
        number("amount", w::AMOUNT),
        words_in("currency", w::NONE),
        data("exponent"),
        words_in("time", w::TIME),
        age,
        words_in("state", w::STATE),
        data("attempts"),
        words_in("owed", w::OWED),
    ]
}

/// What is open; and the lines before it: that nothing is, and settlements that were begun.
pub(super) fn listing(
    outline: &Outline,
    ages: &[(Seq, Option<i64>)],
    lang: Lang,
) -> (String, Listing) {
    let rows = outline.open.iter().map(|open| {
        let known = ages.iter().find(|(item, _)| *item == open.item);
        row(outline, open, known.map(|(_, age)| *age), lang)
    });
    let mut before = String::new();
    if outline.open.is_empty() {
        before += &format!("{}\n\n", w::NO_OPEN.of(lang));
    }
    for duty in &outline.settling {
        before += &format!("{}\n\n", w::OWED_IS.with(lang, &[&words::owed(Some(duty), lang)]));
    }
    let title = w::T_OPEN.with(lang, &[&outline.open.len()]);
    let [without, with] = COLUMNS;
    let columns = if ages.is_empty() { without } else { with };
    (before, Listing { key: "open", title, columns, rows: rows.collect() })
}

/// `age`: whether it is asked for, and what is known of it.
fn row(outline: &Outline, item: &OpenItem, age: Option<Option<i64>>, lang: Lang) -> Vec<Cell> {
    let intent = outline.payments.get(&item.item).and_then(|p| p.intent.as_ref());
    let time = intent.map(|intent| words::local(&intent.moment)).unwrap_or_default();
    vec![
        item.item.0.into(),
        item.book.into(),
        Cell::of(item.kind.name(), terms::kind(item.kind).of(lang)),
        item.stan.get().into(),
        item.batch.get().into(),
        Cell::of(item.amount.minor(), words::amount(item.amount, item.currency)),
        Cell::of(item.currency.numeric(), words::currency(item.currency)),
        item.currency.exponent().into(),
        time.into(),
        age.map_or(().into(), |age| Cell::of(age, age_words(age, lang))),
        show::state(Some(item.state), lang),
        item.attempts.into(),
        Cell::of(words::owed(item.owed.as_ref(), Lang::En), words::owed(item.owed.as_ref(), lang)),
    ]
}

fn age_words(age: Option<i64>, lang: Lang) -> String {
    let Some(age) = age else { return w::AGE_UNKNOWN.of(lang).into() };
    let (days, hours, minutes) = (age / 86_400, age / 3_600 % 24, age / 60 % 60);
    match (age, days, hours) {
        (..0, ..) => w::AHEAD.of(lang).into(),
        (_, 0, 0) => w::AGE_MINUTES.with(lang, &[&minutes]),
        (_, 0, _) => w::AGE_HOURS.with(lang, &[&hours, &minutes]),
        _ => w::AGE_DAYS.with(lang, &[&days, &hours]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_times_are_read_as_people_write_them() {
        let cases = [("24h", 86_400), ("90m", 5_400), ("2d", 172_800), ("1d 6h", 108_000)];
        for (text, expected) in cases {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-5h"), None);
        assert_eq!(When::read("1970-01-02T08:00:00+08:00"), Some(When::At(86_400)));
        assert_eq!(When::read("yesterday"), None);
    }

    #[test]
    fn ages_are_told_in_two_units() {
        let cases =
            [(59, "0 min"), (3_700, "1 h 1 min"), (90_000, "1 d 1 h"), (-1, "in the future")];
        for (age, words) in cases {
            assert_eq!(age_words(Some(age), Lang::En), words);
        }
    }
}
