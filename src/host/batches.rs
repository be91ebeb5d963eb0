//! `pos-journal batches IMAGE`: every batch of which anything is left, and how its settlement went.

use std::collections::BTreeMap;

use super::input::{ReadArgs, with_image};
use super::listing::{Cell, Column, Listing, Printout, number, text as words_in};
use super::style::Style;
use super::words::{self, table as w, terms};
use super::{Exit, Lang, json, verify};
use crate::dump::{Image, Outline, outline};
use crate::ledger::{ItemState, Phase};
use crate::record::{Batch, Record};

/// Lists the batches of an image.
#[must_use]
pub fn run(args: &ReadArgs) -> Exit {
    let style = args.style.style();
    let shown = |image: &Image<'_>| (text(image, style), Exit::Clean);
    with_image(args, shown, |why| (json::refused(why, style), Exit::NotAJournal))
}

/// What [`run`] prints of an image.
#[must_use]
pub fn text(image: &Image<'_>, style: impl Into<Style>) -> String {
    let style = style.into();
    let outline = outline(image);
    let batches = batches(&outline);
    let title = w::T_BATCHES.with(style.lang, &[&batches.len()]);
    let rows = batches.iter().map(|(key, seen)| row(*key, seen, style.lang)).collect();
    let listing = Listing { key: "batches", title, columns: COLUMNS, rows };
    let after = verify::doubt(&outline.verification, style.lang);
    let printout = Printout { after, ..Printout::new(vec![listing]) };
    printout
        .fact("format_id", image.format_id())
        .fact("clean", outline.verification.is_clean())
        .render(style)
}

/// What is left of a batch.
#[derive(Default)]
struct Seen {
    /// `None`: it is not the open one any more.
    phase: Option<Phase>,
    payments: u32,
    open: u32,
    completed: u32,
    declined: u32,
    reversed: u32,
    other: u32,
    frozen: Option<Record>,
    answer: Option<Record>,
}

/// By book and number.
fn batches(outline: &Outline) -> BTreeMap<(u8, Batch), Seen> {
    let mut batches: BTreeMap<(u8, Batch), Seen> = BTreeMap::new();
    for book in &outline.books {
        let mut stands = |batch, phase| {
            batches.entry((book.book, batch)).or_default().phase = Some(phase);
        };
        stands(book.batch, Phase::Open);
        stands(book.settling, book.phase);
    }
    for payment in outline.payments.values() {
        let Some(intent) = &payment.intent else { continue };
        let seen = batches.entry((intent.book, intent.batch)).or_default();
        seen.payments += 1;
        let class = match payment.state {
            Some(state) if !state.is_final() => &mut seen.open,
            Some(ItemState::Completed) => &mut seen.completed,
            Some(ItemState::Declined) => &mut seen.declined,
            Some(ItemState::Reversed | ItemState::NotFound) => &mut seen.reversed,
            _ => &mut seen.other,
        };
        *class += 1;
    }
    for shown in &outline.records {
        let Some((book, batch)) = batch_of(&shown.record) else { continue };
        let seen = batches.entry((book, batch)).or_default();
        match &shown.record {
            Record::Freeze(_) => seen.frozen = Some(shown.record.clone()),
            Record::SettleAnswer(_) => seen.answer = Some(shown.record.clone()),
            _ => {}
        }
    }
    batches
}

/// The batch that a record of a settlement is about.
pub(super) fn batch_of(record: &Record) -> Option<(u8, Batch)> {
    match record {
        Record::Freeze(r) => Some((r.book, r.batch)),
        Record::SettleAttempt(r) => Some((r.book, r.batch)),
        Record::SettleAnswer(r) => Some((r.book, r.batch)),
        Record::Uploaded(r) => Some((r.book, r.batch)),
        Record::UploadEnd(r) => Some((r.book, r.batch)),
        Record::BatchClosed(r) => Some((r.book, r.batch)),
        Record::NextBatch(r) => Some((r.book, r.batch)),
        _ => None,
    }
}

const COLUMNS: &[Column] = &[
    number("book", w::BOOK),
    number("batch", w::BATCH),
    words_in("settlement", w::SETTLEMENT),
    number("payments", w::PAYMENTS),
    number("open", w::OPEN_COUNT),
    number("completed", w::COMPLETED),
    number("declined", w::DECLINED),
    number("reversed", w::REVERSED),
    number("other", w::OTHER),
    words_in("frozen", w::FROZEN),
    words_in("answer", w::ANSWER),
];

fn row((book, batch): (u8, Batch), seen: &Seen, lang: Lang) -> Vec<Cell> {
    let phase = match seen.phase {
        Some(phase) => Cell::of(phase.to_string(), terms::phase(phase).of(lang)),
        None => Cell::of("closed", w::P_CLOSED.of(lang)),
    };
    let says = |record: &Option<Record>| match record {
        Some(record) => Cell::of(words::says(record, Lang::En), words::says(record, lang)),
        None => ().into(),
    };
    // Of a batch that is closed long since the payments are reclaimed: how many they were is not known.
    let is_gone = seen.phase.is_none() && seen.payments == 0;
    let count = |of: u32| if is_gone { ().into() } else { of.into() };
    vec![
        book.into(),
        batch.get().into(),
        phase,
        count(seen.payments),
        count(seen.open),
        count(seen.completed),
        count(seen.declined),
        count(seen.reversed),
        count(seen.other),
        says(&seen.frozen),
        says(&seen.answer),
    ]
}
