//! `pos-journal show IMAGE`: what is owed, every record, and what is damaged.

use super::input::{Format, ReadArgs, with_image};
use super::table::{Field, Sheet, Tone};
use super::{Exit, json, verify, words};
use crate::dump::{Image, Outline, Shown, outline};
use crate::ledger::ItemState;
use crate::record::Record;

/// Shows an image.
#[must_use]
pub fn run(args: &ReadArgs) -> Exit {
    let format = args.format;
    let shown = |image: &Image<'_>| (text(image, format), Exit::Clean);
    with_image(args, shown, |why| {
        let text = if format == Format::Json { json::not_readable(why) } else { String::new() };
        (text, Exit::NotAJournal)
    })
}

/// What [`run`] prints of an image.
#[must_use]
pub fn text(image: &Image<'_>, format: Format) -> String {
    let outline = outline(image);
    match format {
        Format::Json => json::outline(image, &outline),
        Format::Table => tables(&outline),
    }
}

fn tables(outline: &Outline) -> String {
    open(outline)
        + &records(outline)
        + &verify::findings(outline.verification.findings())
        + &books(outline)
        + &summary(outline)
}

fn open(outline: &Outline) -> String {
    let columns = [
        ("payment", true),
        ("book", true),
        ("kind", false),
        ("STAN", true),
        ("batch", true),
        ("amount", true),
        ("", false),
        ("state", false),
        ("owed", false),
    ];
    let mut sheet = Sheet::new(format!("Open ({})", outline.open.len()), &columns);
    for item in &outline.open {
        sheet.row([
            item.item.into(),
            item.book.into(),
            item.kind.into(),
            item.stan.into(),
            item.batch.into(),
            words::amount(item.amount, item.currency).into(),
            words::currency(item.currency).into(),
            Field(item.state.to_string(), tone(Some(item.state))),
            words::owed(item.owed.as_ref()).into(),
        ]);
    }
    let mut text = match outline.open.len() {
        0 => "No payment is open.\n\n".into(),
        _ => sheet.render(),
    };
    for duty in &outline.settling {
        text += &format!("Owed: {}\n\n", words::owed(Some(duty)));
    }
    text
}

fn tone(state: Option<ItemState>) -> Tone {
    match state {
        None | Some(ItemState::Declined | ItemState::NeverSent) => Tone::Plain,
        Some(ItemState::Completed | ItemState::Reversed | ItemState::NotFound) => Tone::Good,
        Some(ItemState::Unresolved | ItemState::Abandoned) => Tone::Bad,
        Some(_) => Tone::Warning,
    }
}

fn records(outline: &Outline) -> String {
    let columns = [
        ("record", true),
        ("address", true),
        ("kind", false),
        ("payment", true),
        ("STAN", true),
        ("amount", true),
        ("", false),
        ("time", false),
        ("says", false),
        ("state of its payment", false),
    ];
    let mut sheet = Sheet::new(format!("Records ({})", outline.records.len()), &columns);
    for shown in &outline.records {
        sheet.row(record(outline, shown));
    }
    sheet.render()
}

fn record(outline: &Outline, shown: &Shown) -> [Field; 10] {
    let payment = shown.item.and_then(|item| outline.payments.get(&item));
    let intent = payment.and_then(|payment| payment.intent.as_ref());
    let state = payment.and_then(|payment| payment.state);
    let stan = match &shown.record {
        Record::SettleAttempt(attempt) => Some(attempt.stan),
        _ => intent.map(|intent| intent.stan),
    };
    let carried = if shown.carried { " (carried)" } else { "" };
    let says = words::says(shown);
    [
        shown.seq.into(),
        format!("{:#08x}", shown.at.address).into(),
        format!("{}{carried}", shown.record.name()).into(),
        shown.item.map(|item| item.to_string()).unwrap_or_default().into(),
        stan.map(|stan| stan.to_string()).unwrap_or_default().into(),
        intent.map(|i| words::amount(i.amount, i.currency)).unwrap_or_default().into(),
        intent.map(|i| words::currency(i.currency)).unwrap_or_default().into(),
        words::time(&shown.record).into(),
        says.into(),
        match shown.item {
            Some(_) => Field(words::state(state), tone(state)),
            None => "".into(),
        },
    ]
}

fn books(outline: &Outline) -> String {
    let columns = [
        ("book", true),
        ("batch", true),
        ("settlement", false),
        ("next STAN", true),
        ("sales", true),
        ("voided", true),
        ("refunds", true),
        ("net", true),
        ("", false),
    ];
    let mut sheet = Sheet::new("Totals of the open batches", &columns);
    for book in &outline.books {
        let head = || {
            let stan = book.next_stan.map_or_else(|| "used up".into(), |stan| stan.to_string());
            [book.book.to_string(), book.batch.to_string(), book.phase.to_string(), stan]
        };
        for t in book.totals.rows() {
            let tally = |tally: crate::record::Tally| {
                format!("{} x {}", tally.count, words::amount(tally.amount, t.currency))
            };
            let net = t.net();
            let (debit, credit) = (net.debit.amount, net.credit.amount);
            let sign = if credit > debit { "-" } else { "" };
            let net = debit.saturating_sub(credit).saturating_add(credit.saturating_sub(debit));
            let figures = [
                tally(t.sales),
                tally(t.voided),
                tally(t.refunds),
                format!("{sign}{}", words::amount(net, t.currency)),
                words::currency(t.currency),
            ];
            sheet.row(head().into_iter().chain(figures).map(Field::from));
        }
        if book.totals.rows().is_empty() {
            sheet.row(head().into_iter().map(Field::from));
        }
    }
    sheet.render()
}

fn summary(outline: &Outline) -> String {
    let space = outline.space;
    let mode = format!("{:?}", outline.mode).to_lowercase();
    let active = match space.active {
        Some(sector) => format!(
            "sector {sector} is active with {} of {} bytes used",
            space.active_used, space.sector_bytes
        ),
        None => "no sector is active".into(),
    };
    format!(
        "{mode} journal {:#010x}: {} payments, {} open; {} of {} sectors kept, {} free, {active}\n{}\n",
        outline.format_id,
        outline.payments.len(),
        outline.open.len(),
        space.kept,
        space.sectors,
        space.free,
        verify::summary(&outline.verification)
    )
}
