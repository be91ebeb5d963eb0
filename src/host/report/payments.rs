//! Each payment, newest first, and its time line when it is opened.

use std::collections::BTreeMap;

use jiff::civil::Date;
use maud::{Markup, html};

use super::both::{both, with, word};
use super::gather::{Report, amount, date};
use super::money::{state_name, tone};
use super::words as w;
use crate::dump::Shown;
use crate::host::explain::{Arrival, Story};
use crate::host::show;
use crate::host::words::{self, table, terms};
use crate::ledger::{ItemEvent, settled_state};

/// So many are listed: a page of more is slow on a telephone.
const MOST: usize = 2_000;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let newest = report.stories.iter().rev().take(MOST);
    let mut days: BTreeMap<Option<Date>, Vec<&Story<'_>>> = BTreeMap::new();
    for story in newest {
        days.entry(date(story)).or_default().push(story);
    }
    let left_out = report.stories.len().saturating_sub(MOST);
    html! {
        section #payments {
            h2 { (with(w::ALL_PAYMENTS, &[&report.stories.len()])) }
            p.note { (word(w::CLICK)) }
            @for (day, stories) in days.iter().rev() {
                h3 { @match day { Some(day) => (day), None => (word(w::NO_TIME)) } }
                @for story in stories { (payment(report, story)) }
            }
            @if left_out > 0 { p.note { (with(w::MORE_PAYMENTS, &[&left_out])) } }
        }
    }
}

fn payment(report: &Report<'_>, story: &Story<'_>) -> Markup {
    let time = story.local().map(|local| local.time().to_string()).unwrap_or_default();
    let tail = story.intent.and_then(|intent| intent.pan).map(|pan| format!("…{:04}", pan.last4()));
    html! {
        details.pay {
            summary {
                span.time { (time) }
                span.kind {
                    @match story.intent {
                        Some(intent) => (word(terms::kind(intent.kind))),
                        None => (word(w::LOST)),
                    }
                    " " small { "#" (story.item) " " (tail.unwrap_or_default()) }
                }
                span.sum {
                    @if let Some(intent) = story.intent {
                        (words::amount(amount(story), intent.currency)) " "
                        (words::currency(intent.currency))
                    }
                }
                span.state.(tone(story.state)) { (state_name(story.state)) }
            }
            // A link to it opens what it lies in.
            div.inside id={ "p" (story.item) } {
                @if let Some(intent) = story.intent {
                    p.note {
                        (word(table::STAN)) " " (intent.stan) " · "
                        (word(table::BOOK)) " " (intent.book) " · "
                        (word(table::BATCH)) " " (intent.batch)
                    }
                }
                @if let Some(arrived) = report.arrivals.get(&story.item).filter(|a| **a != Arrival::Odd) {
                    p.note { (both(|lang| arrived.say(&report.world, lang))) }
                }
                ol.line { @for step in steps(story) { (self::step(report, &step)) } }
            }
        }
    }
}

/// A record, and where the payment stood after it.
struct Step<'a> {
    shown: &'a Shown,
    state: Option<crate::ledger::ItemState>,
}

fn steps<'a>(story: &Story<'a>) -> Vec<Step<'a>> {
    let mut events = Vec::new();
    let mut all: Vec<_> = story.records.clone();
    all.extend(story.undone.iter().flat_map(|undone| &undone.by));
    all.extend(story.restart);
    all.sort_by_key(|shown| shown.seq);
    all.dedup_by_key(|shown| shown.seq);
    let step = |shown: &'a Shown| {
        let event = ItemEvent::of(&shown.record).filter(|(of, _)| *of == story.item);
        events.extend(event.map(|(_, event)| event));
        let is_own = shown.item == Some(story.item);
        let intent = story.intent.filter(|_| is_own);
        let state = intent.map(|intent| settled_state(intent.kind, events.iter().copied()));
        Step { shown, state }
    };
    all.into_iter().map(step).collect()
}

fn step(report: &Report<'_>, step: &Step<'_>) -> Markup {
    let Step { shown, state } = step;
    let time = report.times.get(&shown.seq).map(String::as_str).unwrap_or_default();
    html! {
        li.(tone(*state)) {
            time { (clock(time)) }
            div {
                b { (both(|lang| show::name(&shown.record, lang))) } " "
                (both(|lang| words::says_in(report.outline, shown, lang)))
                @if state.is_some() { " → " em { (state_name(*state)) } }
                small { " #" (shown.seq) " " (format!("{:#08x}", shown.at.address)) }
            }
        }
    }
}

/// The clock's part of a time, which the day stands above.
fn clock(time: &str) -> &str {
    let clock = time.split_once('T').map_or(time, |(_, clock)| clock);
    clock.get(..8).filter(|_| time.contains('T')).unwrap_or(clock)
}
