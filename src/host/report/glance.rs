//! The day at a glance, and the days before it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use maud::{Markup, html};

use super::both::{with, word};
use super::gather::{Report, Way, amount, date, way};
use super::latency::median;
use super::words as w;
use crate::host::explain::Story;
use crate::host::words;
use crate::ledger::ItemState;
use crate::record::{Amount, Currency, Verdict};

/// So many days are listed.
const DAYS: usize = 31;

/// What a day comes to.
#[derive(Default)]
struct Day {
    begun: u32,
    taken: u32,
    back: u32,
    declined: u32,
    timeouts: u32,
    open: u32,
    sums: BTreeMap<(u16, u8), (Currency, Amount, Amount)>,
    elapsed: Vec<u32>,
}

impl Day {
    fn of<'s, 'a: 's>(stories: impl Iterator<Item = &'s Story<'a>>) -> Self {
        stories.fold(Self::default(), |mut day, story| {
            day.add(story);
            day
        })
    }

    fn add(&mut self, story: &Story<'_>) {
        let is = |wanted: bool| u32::from(wanted);
        let (done, way) = (story.state == Some(ItemState::Completed), way(story));
        let verdict = story.outcome.map(|outcome| outcome.verdict);
        self.begun += 1;
        self.taken += is(done && way == Way::In);
        self.back += is(done && way == Way::Back);
        self.declined += is(story.state == Some(ItemState::Declined));
        self.timeouts += is(verdict == Some(Verdict::NoAnswer));
        self.open += is(story.open.is_some());
        if let Some(outcome) = story.outcome.filter(|o| o.verdict != Verdict::NoAnswer) {
            self.elapsed.push(outcome.elapsed_ms);
        }
        let Some(intent) = story.intent.filter(|_| done) else { return };
        let key = (intent.currency.numeric(), intent.currency.exponent());
        let sums = self.sums.entry(key).or_insert((intent.currency, Amount::ZERO, Amount::ZERO));
        match way {
            Way::In => sums.1 = sums.1.saturating_add(amount(story)),
            Way::Back => sums.2 = sums.2.saturating_add(amount(story)),
            Way::Neither => {}
        }
    }

    /// What was approved (or given back), by currency.
    fn sums(&self, way: Way) -> Vec<String> {
        let of = |(currency, taken, back): &(Currency, Amount, Amount)| {
            let sum = if way == Way::Back { *back } else { *taken };
            let text = format!("{} {}", words::amount(sum, *currency), words::currency(*currency));
            Some(text).filter(|_| sum != Amount::ZERO)
        };
        self.sums.values().filter_map(of).collect()
    }
}

pub(super) fn section(report: &Report<'_>) -> Markup {
    let day = match report.day {
        Some(_) => Day::of(report.today()),
        None => Day::of(report.stories.iter()),
    };
    let middle = median(&day.elapsed).map_or_else(|| "-".into(), super::latency::seconds);
    let tiles: [(_, String, Vec<String>, &str); 7] = [
        (w::PAYMENTS, day.begun.to_string(), Vec::new(), ""),
        (w::TAKEN, day.taken.to_string(), day.sums(Way::In), "good"),
        (w::BACK, day.back.to_string(), day.sums(Way::Back), ""),
        (w::DECLINED, day.declined.to_string(), Vec::new(), ""),
        (w::TIMEOUTS, day.timeouts.to_string(), Vec::new(), warn(day.timeouts)),
        (w::OPEN_NOW, day.open.to_string(), Vec::new(), warn(day.open)),
        (w::MEDIAN, middle, Vec::new(), ""),
    ];
    html! {
        section #glance {
            h2 {
                @match report.day { Some(day) => (with(w::GLANCE, &[&day])), None => (word(w::NO_DAY)) }
            }
            .tiles {
                @for (name, number, sums, tone) in &tiles {
                    .tile.(tone) {
                        b { (number) }
                        span { (word(*name)) }
                        @for sum in sums { span.sum { (sum) } }
                    }
                }
            }
            (days(report))
        }
    }
}

fn warn(count: u32) -> &'static str {
    if count == 0 { "" } else { "warn" }
}

/// A table of days, if there are several.
fn days(report: &Report<'_>) -> Markup {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let mut untimed = 0u32;
    let mut attention: BTreeMap<Date, u32> = BTreeMap::new();
    let open: BTreeSet<_> = report.todo().iter().map(|(story, _)| story.item).collect();
    for story in &report.stories {
        let Some(date) = date(story) else {
            untimed += 1;
            continue;
        };
        days.entry(date).or_default().add(story);
        *attention.entry(date).or_default() += u32::from(open.contains(&story.item));
    }
    let shown = days.len().min(DAYS);
    html! {
        @if untimed > 0 { p.note { (with(w::UNTIMED, &[&untimed])) } }
        @if days.len() > 1 {
            h3 { (word(w::EARLIER)) }
            @if shown < days.len() { p.note { (with(w::LAST_DAYS, &[&shown, &days.len()])) } }
            .wide { table {
                thead { tr {
                    th { (word(w::DAY)) }
                    th.n { (word(w::TAKEN)) }
                    th.n { (word(w::AMOUNT)) }
                    th.n { (word(w::DECLINED)) }
                    th.n { (word(w::TIMEOUTS)) }
                    th.n { (word(w::ATTENTION)) }
                } }
                tbody {
                    @for (date, day) in days.iter().rev().take(DAYS) { tr {
                        td { (date) }
                        td.n { (day.taken) }
                        td.n { (day.sums(Way::In).join(", ")) }
                        td.n { (day.declined) }
                        td.n { (day.timeouts) }
                        td.n { (attention.get(date).copied().unwrap_or_default()) }
                    } }
                }
            } }
        }
    }
}
