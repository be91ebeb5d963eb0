//! `pos-journal txn IMAGE WHICH`: the whole story of one payment, on a time line.
//!
//! | `WHICH` is | matches |
//! |---|---|
//! | `@` and a number | the payment whose intent has this sequence number |
//! | six digits, as slips print it | each with this STAN, in whatever book and batch |
//! | another number | the payment whose intent has this sequence number, and each with this STAN |
//! | an amount, with all its decimals | each of this amount, asked for or approved |
//! | any text | the payment with this cash-register reference, order number, RRN or authorization code |
//!
//! A time line holds the payment's records, those of payments that void or refund it, the warnings
//! of a duplicate, and the settlement of its batch. Records with no time of their own but an uptime get one from the intent,
//! as long as the terminal was not started again in between.

use super::input::{ReadArgs, with_image};
use super::listing::{Cell, Column, Listing, Printout, data, number, text as words_in};
use super::style::Style;
use super::words::{self, table as w, terms};
use super::{Exit, Lang, batches, json, show, verify};
use crate::dump::{Image, Outline, Payment, Shown, outline};
use crate::ledger::{ItemEvent, ItemState, settled_state};
use crate::record::{
    Amount, Currency, Intent, Moment, OfflineApproved, Outcome, Record, Seq, Uptime,
};

/// The arguments of `txn`.
#[derive(Clone, Debug, clap::Args)]
pub struct TxnArgs {
    /// What is read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// A STAN (000123, as on the slip), an amount (12.50), a cash-register reference, an order number, an
    /// RRN, an authorization code, or a sequence number (@123)
    pub which: String,
}

/// Tells the story of a payment: [`Exit::Findings`] if there is no such payment.
#[must_use]
pub fn run(args: &TxnArgs) -> Exit {
    let style = args.read.style.style();
    let shown = |image: &Image<'_>| text(image, &args.which, style);
    with_image(&args.read, shown, |why| (json::refused(why, style), Exit::NotAJournal))
}

/// What [`run`] prints of an image, and how it ends.
#[must_use]
pub fn text(image: &Image<'_>, which: &str, style: impl Into<Style>) -> (String, Exit) {
    let (outline, style) = (outline(image), style.into());
    let found = matches(&outline, which);
    if found.is_empty() {
        super::open::usage(w::NO_MATCH.with(style.lang, &[&which]));
    }
    let mut before = String::new();
    if found.len() > 1 {
        before = w::MATCHES.with(style.lang, &[&found.len(), &words::safe(which)]) + "\n\n";
    }
    let exit = if found.is_empty() { Exit::Findings } else { Exit::Clean };
    let printout = match style.format {
        super::Format::Table => {
            let stories = found.iter().map(|&item| {
                let head = head(&outline, item, style.lang);
                let mut listing = listing(&outline, &[item], style.lang);
                listing.title = head;
                listing
            });
            let after = verify::doubt(&outline.verification, style.lang);
            Printout { before, after, ..Printout::new(stories.collect()) }
        }
        // One list: each row names its payment.
        _ => Printout::new(vec![listing(&outline, &found, style.lang)])
            .fact("format_id", image.format_id())
            .fact("clean", outline.verification.is_clean())
            .fact("payments", found.iter().map(|item| item.0).collect::<Vec<_>>()),
    };
    (printout.render(style), exit)
}

pub(super) fn matches(outline: &Outline, which: &str) -> Vec<Seq> {
    // A number alone may be a STAN as well.
    if let Some(number) = which.strip_prefix('@').and_then(|number| number.parse::<u32>().ok()) {
        return outline.payments.keys().copied().filter(|item| item.0 == number).collect();
    }
    let number: Option<u32> = which.parse().ok();
    // Who copies a slip means no sequence number.
    let seq = number.filter(|_| which.len() != 6);
    let is_of = |of: Amount, currency: Currency| words::amount(of, currency) == which;
    let is_amount = |intent: &Intent, outcome: Option<&Outcome>| {
        let approved = outcome.and_then(|outcome| outcome.approved_amount);
        which.contains('.')
            && (is_of(intent.amount, intent.currency)
                || approved.is_some_and(|approved| is_of(approved, intent.currency)))
    };
    let is_it = |item: Seq, payment: &Payment| {
        let (intent, outcome) = (payment.intent.as_ref(), payment.outcome.as_ref());
        let stan = intent.map(|i| i.stan.get());
        let reference = intent.and_then(|i| i.reference.as_ref()).map(|r| r.as_str() == which);
        let order = intent.and_then(|i| i.order.as_ref()).map(|o| o.as_str() == which);
        let rrn = outcome.and_then(|o| o.rrn).map(|rrn| rrn.as_str() == which);
        let auth = outcome.and_then(|o| o.auth_code).map(|code| code.as_str() == which);
        seq == Some(item.0)
            || intent.is_some_and(|intent| is_amount(intent, outcome))
            || number.is_some() && number == stan
            || reference == Some(true)
            || order == Some(true)
            || rrn == Some(true)
            || auth == Some(true)
    };
    let payments = outline.payments.iter();
    payments.filter(|(item, payment)| is_it(**item, payment)).map(|(item, _)| *item).collect()
}

/// One line about the payment.
pub(super) fn head(outline: &Outline, item: Seq, lang: Lang) -> String {
    let title = w::T_TXN.with(lang, &[&item]);
    let payment = outline.payments.get(&item);
    let state = words::state(payment.and_then(|p| p.state), lang);
    let Some(intent) = payment.and_then(|p| p.intent.as_ref()) else {
        return format!("{title}: {}", w::LITTLE_LEFT.with(lang, &[&state]));
    };
    let reference = intent.reference.as_ref().map(|r| format!(", {}", words::safe(r.as_str())));
    let values: [&dyn std::fmt::Display; 8] = [
        &terms::kind(intent.kind).of(lang),
        &words::amount(intent.amount, intent.currency),
        &words::currency(intent.currency),
        &intent.stan,
        &intent.book,
        &intent.batch,
        &reference.unwrap_or_default(),
        &state,
    ];
    format!("{title}: {}", w::ONE_PAYMENT.with(lang, &values))
}

const COLUMNS: &[Column] = &[
    data("txn"),
    number("record", w::RECORD),
    words_in("time", w::TIME),
    number("since_ms", w::SINCE),
    number("payment", w::PAYMENT),
    words_in("kind", w::KIND),
    words_in("says", w::SAYS),
    words_in("state", w::STATE_THEN),
    number("address", w::ADDRESS),
];

fn listing(outline: &Outline, items: &[Seq], lang: Lang) -> Listing {
    let rows = items.iter().flat_map(|&item| story(outline, item, lang)).collect();
    Listing { key: "story", title: String::new(), columns: COLUMNS, rows }
}

fn story(outline: &Outline, item: Seq, lang: Lang) -> Vec<Vec<Cell>> {
    let intent = outline.payments.get(&item).and_then(|p| p.intent.as_ref());
    let mut events = Vec::new();
    let mut clock = Clock::default();
    let mut rows = Vec::new();
    for shown in &outline.records {
        // An offline sale is named by the record that turned another payment into it.
        let is_own = shown.item == Some(item) || shown.seq == item;
        clock.hear(&shown.record);
        if !is_own && !is_about(outline, shown, item, intent) {
            continue;
        }
        let state = intent.filter(|_| is_own).map(|intent| {
            let event = ItemEvent::of(&shown.record).filter(|(of, _)| *of == item);
            events.extend(event.map(|(_, event)| event));
            state_after(intent, &events)
        });
        let (time, since) = clock.time(&shown.record);
        let since = since.map_or(().into(), |ms| Cell::of(ms, milliseconds(ms)));
        let says = words::says_in(outline, shown, Lang::En);
        rows.push(vec![
            item.0.into(),
            shown.seq.0.into(),
            time.into(),
            since,
            shown.item.map(|item| item.0).into(),
            Cell::of(shown.record.name(), show::name(&shown.record, lang)),
            Cell::of(says, words::says_in(outline, shown, lang)),
            state.map_or(().into(), |state| show::state(Some(state), lang)),
            verify::address(shown.at.address),
        ]);
    }
    rows
}

fn state_after(intent: &Intent, events: &[ItemEvent]) -> ItemState {
    settled_state(intent.kind, events.iter().copied())
}

/// Whether a record belongs to the story without being the payment's own.
fn is_about(outline: &Outline, shown: &Shown, item: Seq, intent: Option<&Intent>) -> bool {
    if let Record::Confirmed(confirmed) = &shown.record {
        return confirmed.first == item || shown.seq.next() == item;
    }
    if let Some(other) = shown.item {
        let other = outline.payments.get(&other).and_then(|p| p.intent.as_ref());
        return other.and_then(|o| o.original.as_ref()?.seq()) == Some(item);
    }
    let batch = intent.map(|intent| (intent.book, intent.batch));
    batch.is_some() && batches::batch_of(&shown.record) == batch && shown.seq > item
}

/// Knows what time it is while records go by.
#[derive(Default)]
pub(super) struct Clock {
    /// The last intent's, if the terminal was not started since.
    base: Option<Moment>,
    last: Option<Uptime>,
}

impl Clock {
    pub fn hear(&mut self, record: &Record) {
        match record {
            Record::Intent(intent) | Record::OfflineApproved(OfflineApproved { intent, .. }) => {
                self.base = Some(intent.moment);
            }
            Record::Boot(_) => *self = Clock::default(),
            _ => {}
        }
    }

    /// When a record was written, and how long after the one told before.
    pub fn time(&mut self, record: &Record) -> (String, Option<u64>) {
        let Some(uptime) = uptime(record) else { return (String::new(), None) };
        let before = self.last.replace(uptime);
        let since = before.and_then(|before| uptime.0.checked_sub(before.0));
        let absolute = self.base.filter(|base| base.local_seconds > 0).and_then(|base| {
            let seconds = uptime.0.checked_sub(base.uptime.0)? / 1000;
            let local_seconds = base.local_seconds.checked_add(u32::try_from(seconds).ok()?)?;
            Some(words::local(&Moment { local_seconds, ..base }))
        });
        match (record, absolute) {
            (Record::Intent(intent), _) => (words::local(&intent.moment), since),
            (_, Some(time)) => (time, since),
            (_, None) => (words::time(record), since),
        }
    }
}

fn uptime(record: &Record) -> Option<Uptime> {
    match record {
        Record::Intent(intent) | Record::OfflineApproved(OfflineApproved { intent, .. }) => {
            Some(intent.moment.uptime)
        }
        Record::Outcome(outcome) => Some(outcome.uptime),
        Record::Attempt(attempt) => Some(attempt.uptime),
        Record::Late(late) => Some(late.uptime),
        Record::Reopen(reopen) => Some(reopen.uptime),
        _ => None,
    }
}

fn milliseconds(ms: u64) -> String {
    format!("+{}.{:03} s", ms / 1000, ms % 1000)
}
