//! `pos-journal show IMAGE`: what is owed, every record, and what is damaged.

use super::input::{ReadArgs, with_image};
use super::listing::{Cell, Column, Listing, Printout, data, number, text as words_in};
use super::style::{Format, Style};
use super::table::Tone;
use super::words::{self, table as w, terms};
use super::{Exit, Lang, json, open, verify};
use crate::dump::{BookTotals, Image, Outline, Shown, outline};
use crate::ledger::ItemState;
use crate::record::{Record, TotalsRow};

/// Shows an image.
#[must_use]
pub fn run(args: &ReadArgs) -> Exit {
    let style = args.style.style();
    let shown = |image: &Image<'_>| (text(image, style), Exit::Clean);
    with_image(args, shown, |why| (json::refused(why, style), Exit::NotAJournal))
}

/// What [`run`] prints of an image.
#[must_use]
pub fn text(image: &Image<'_>, style: impl Into<Style>) -> String {
    let (outline, style) = (outline(image), style.into());
    if style.format == Format::Json {
        return json::outline(image, &outline);
    }
    let lang = style.lang;
    let (before, open) = open::listing(&outline, &[], lang);
    let listings = vec![
        open,
        records(&outline, lang),
        verify::findings(outline.verification.findings(), lang),
        books(&outline, lang),
    ];
    let after = summary(&outline, lang);
    Printout { main: 1, before, after, ..Printout::new(listings) }.render(style)
}

pub(super) fn tone(state: Option<ItemState>) -> Tone {
    match state {
        None | Some(ItemState::Declined | ItemState::NeverSent) => Tone::Plain,
        Some(ItemState::Completed | ItemState::Reversed | ItemState::NotFound) => Tone::Good,
        Some(ItemState::Unresolved | ItemState::Abandoned) => Tone::Bad,
        Some(_) => Tone::Warning,
    }
}

/// Where a payment stands.
pub(super) fn state(state: Option<ItemState>, lang: Lang) -> Cell {
    Cell::of(state.map(ItemState::name), words::state(state, lang)).toned(tone(state))
}

const RECORDS: &[Column] = &[
    number("record", w::RECORD),
    number("address", w::ADDRESS),
    data("sector"),
    data("carried"),
    words_in("kind", w::KIND),
    number("payment", w::PAYMENT),
    number("stan", w::STAN),
    number("amount", w::AMOUNT),
    words_in("currency", w::NONE),
    data("exponent"),
    words_in("time", w::TIME),
    words_in("says", w::SAYS),
    words_in("state", w::OF_PAYMENT),
];

fn records(outline: &Outline, lang: Lang) -> Listing {
    let title = w::T_RECORDS.with(lang, &[&outline.records.len()]);
    let rows = outline.records.iter().map(|shown| record(outline, shown, lang)).collect();
    Listing { key: "journal", title, columns: RECORDS, rows }
}

/// A record's name: stable for programs.
pub(super) fn name(record: &Record, lang: Lang) -> String {
    terms::record(record).of(lang).into()
}

fn record(outline: &Outline, shown: &Shown, lang: Lang) -> Vec<Cell> {
    let payment = shown.item.and_then(|item| outline.payments.get(&item));
    let intent = payment.and_then(|payment| payment.intent.as_ref());
    let stan = match &shown.record {
        Record::SettleAttempt(attempt) => Some(attempt.stan),
        _ => intent.map(|intent| intent.stan),
    };
    let carried = if shown.carried { w::CARRIED } else { w::NONE };
    let kind = name(&shown.record, lang) + carried.of(lang);
    let says = words::says_in(outline, shown, Lang::En);
    vec![
        shown.seq.0.into(),
        verify::address(shown.at.address),
        shown.at.sector.into(),
        shown.carried.into(),
        Cell::of(shown.record.name(), kind),
        shown.item.map(|item| item.0).into(),
        stan.map(|stan| stan.get()).into(),
        intent
            .map_or(().into(), |i| Cell::of(i.amount.minor(), words::amount(i.amount, i.currency))),
        intent.map_or(().into(), |i| Cell::of(i.currency.numeric(), words::currency(i.currency))),
        intent.map(|i| i.currency.exponent()).into(),
        words::time(&shown.record).into(),
        Cell::of(says, words::says_in(outline, shown, lang)),
        match shown.item {
            Some(_) => state(payment.and_then(|payment| payment.state), lang),
            None => ().into(),
        },
    ]
}

const BOOKS: &[Column] = &[
    number("book", w::BOOK),
    number("batch", w::BATCH),
    words_in("settlement", w::SETTLEMENT),
    number("next_stan", w::NEXT_STAN),
    number("sales", w::SALES),
    number("voided", w::VOIDED),
    number("refunds", w::REFUNDS),
    number("net", w::NET),
    words_in("currency", w::NONE),
    data("cards"),
    data("settling"),
];

fn books(outline: &Outline, lang: Lang) -> Listing {
    let mut rows = Vec::new();
    for book in &outline.books {
        let totals = book.totals.rows();
        rows.extend(totals.iter().map(|t| book_row(book, Some(t), lang)));
        if totals.is_empty() {
            rows.push(book_row(book, None, lang));
        }
    }
    let title = w::T_TOTALS.of(lang).into();
    Listing { key: "books", title, columns: BOOKS, rows }
}

fn book_row(book: &BookTotals, totals: Option<&TotalsRow>, lang: Lang) -> Vec<Cell> {
    let stan = book.next_stan.map(|stan| stan.get());
    let stan_words = stan.map_or_else(|| w::USED_UP.of(lang).into(), |stan| stan.to_string());
    let mut row = vec![
        book.book.into(),
        book.batch.get().into(),
        Cell::of(book.phase.to_string(), settlement(book, lang)),
        Cell::of(stan, stan_words),
    ];
    if let Some(t) = totals {
        let tally = |tally: crate::record::Tally| {
            format!("{} x {}", tally.count, words::amount(tally.amount, t.currency))
        };
        let net = t.net();
        let (debit, credit) = (net.debit.amount, net.credit.amount);
        let sign = if credit > debit { "-" } else { "" };
        let net = debit.saturating_sub(credit).saturating_add(credit.saturating_sub(debit));
        let net = format!("{sign}{}", words::amount(net, t.currency));
        row.extend([t.sales, t.voided, t.refunds].map(|sum| tally(sum).into()));
        let whose = words::whose(t.cards, lang).map(|cards| format!(", {cards}"));
        let currency = words::currency(t.currency);
        let currency_words = format!("{currency}{}", whose.unwrap_or_default());
        row.extend([net.into(), Cell::of(currency, currency_words)]);
        row.push(words::cards(t.cards).into());
    } else {
        row.resize_with(BOOKS.len() - 1, || ().into());
    }
    row.push(book.settling.get().into());
    row
}

/// How far the settlement is, and of which batch if that is not the open one.
fn settlement(book: &BookTotals, lang: Lang) -> String {
    let phase = terms::phase(book.phase).of(lang);
    match book.settling == book.batch {
        true => phase.into(),
        false => w::OF_BATCH.with(lang, &[&phase, &book.settling]),
    }
}

fn summary(outline: &Outline, lang: Lang) -> String {
    let space = outline.space;
    let active = match space.active {
        Some(sector) => {
            w::ACTIVE_IS.with(lang, &[&sector, &space.active_used, &space.sector_bytes])
        }
        None => w::NO_ACTIVE.of(lang).into(),
    };
    let values: [&dyn std::fmt::Display; 8] = [
        &terms::mode(outline.mode).of(lang),
        &format_args!("{:#010x}", outline.format_id),
        &outline.payments.len(),
        &outline.open.len(),
        &space.kept,
        &space.sectors,
        &space.free,
        &active,
    ];
    let journal = w::JOURNAL_IS.with(lang, &values);
    format!("{journal}\n{}\n", verify::summary(&outline.verification, lang))
}
