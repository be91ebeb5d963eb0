//! What `--format json` prints for `show` and `verify`: one object, on one line. Fields are only ever
//! added. The language is English whatever `--lang` says. Of the other commands it is an object with
//! the rows that `--format jsonl` prints one to a line (`listing`).
//!
//! `verify`:
//!
//! ```json
//! {
//!   "format_id": 3237998080, "mode": "live",
//!   "clean": false,
//!   "records": 387,            // records read and checked
//!   "unknown": 0,              // skipped: kinds that this program does not know
//!   "sectors": ["spare", "kept", "active"],
//!   "findings": [
//!     {
//!       "class": "damaged bytes",   // see `dump::Class::name`
//!       "address": 12288, "sector": 3, "offset": 0, "bytes": 4,  // null where not at a place
//!       "first_record": 17, "last_record": 17,                   // null where not known
//!       "text": "..."
//!     }
//!   ],
//!   "exempt": [{"from": 0, "to": 4096, "why": "spare sector"}]   // bytes that were not checked
//! }
//! ```
//!
//! `show` has in addition `open`, `settling`, `payments`, `journal` (the records) and `books`.
//! Amounts are in minor units of `currency` (ISO 4217 numeric) with `exponent` decimal places.
//! `state` is null where too little of a payment is left to say.
//!
//! An image that cannot be read prints `{"error": "..."}`.

use serde::Serialize;

use super::style::{Format, Style};
use super::{Lang, words};
use crate::dump::{
    BookTotals, Finding, Image, NotReadable, OpenItem, Outline, Payment, Shown, Verification,
};
use crate::record::{Seq, Tally, TotalsRow};

#[derive(Serialize)]
struct Verified<'a> {
    format_id: u32,
    mode: String,
    clean: bool,
    records: u32,
    unknown: u32,
    sectors: Vec<&'static str>,
    findings: Vec<Found<'a>>,
    exempt: Vec<Span>,
}

#[derive(Serialize)]
struct Found<'a> {
    class: &'static str,
    address: Option<u32>,
    sector: Option<u32>,
    offset: Option<u32>,
    bytes: Option<u32>,
    first_record: Option<u32>,
    last_record: Option<u32>,
    text: &'a str,
}

#[derive(Serialize)]
struct Span {
    from: u32,
    to: u32,
    why: &'static str,
}

impl<'a> Found<'a> {
    fn of(finding: &'a Finding) -> Self {
        Found {
            class: finding.class.name(),
            address: finding.at.map(|at| at.address),
            sector: finding.at.map(|at| at.sector),
            offset: finding.at.map(|at| at.offset),
            bytes: finding.bytes,
            first_record: finding.seqs.map(|(from, _)| from),
            last_record: finding.seqs.map(|(_, to)| to),
            text: &finding.text,
        }
    }
}

impl<'a> Verified<'a> {
    fn of(image: &Image<'_>, found: &'a Verification) -> Self {
        let spans = found.exempt_spans().iter();
        Verified {
            format_id: image.format_id(),
            mode: format!("{:?}", image.mode()).to_lowercase(),
            clean: found.is_clean(),
            records: found.records(),
            unknown: found.unknown(),
            sectors: found.sectors().iter().map(|class| class.name()).collect(),
            findings: found.findings().iter().map(Found::of).collect(),
            exempt: spans.map(|s| Span { from: s.from, to: s.to, why: s.why.name() }).collect(),
        }
    }
}

#[derive(Serialize)]
struct Showed<'a> {
    #[serde(flatten)]
    verified: Verified<'a>,
    open: Vec<Open>,
    settling: Vec<String>,
    payments: Vec<Paid>,
    journal: Vec<Line>,
    books: Vec<Book>,
}

#[derive(Serialize)]
struct Open {
    payment: u32,
    book: u8,
    kind: &'static str,
    stan: u32,
    batch: u32,
    amount: u64,
    currency: u16,
    exponent: u8,
    state: &'static str,
    attempts: u16,
    owed: String,
}

impl Open {
    fn of(item: &OpenItem) -> Self {
        Open {
            payment: item.item.0,
            book: item.book,
            kind: item.kind.name(),
            stan: item.stan.get(),
            batch: item.batch.get(),
            amount: item.amount.minor(),
            currency: item.currency.numeric(),
            exponent: item.currency.exponent(),
            state: item.state.name(),
            attempts: item.attempts,
            owed: words::owed(item.owed.as_ref(), Lang::En),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Paid {
    payment: u32,
    book: Option<u8>,
    kind: Option<&'static str>,
    stan: Option<u32>,
    batch: Option<u32>,
    invoice: Option<u32>,
    amount: Option<u64>,
    approved_amount: Option<u64>,
    currency: Option<u16>,
    exponent: Option<u8>,
    tip: Option<u64>,
    cash_back: Option<u64>,
    pan: Option<String>,
    reference: Option<String>,
    order: Option<String>,
    original: Option<u32>,
    rrn: Option<String>,
    auth_code: Option<String>,
    code: Option<String>,
    time: Option<String>,
    state: Option<&'static str>,
}

impl Paid {
    pub fn of((item, payment): (&Seq, &Payment)) -> Self {
        let (intent, outcome) = (payment.intent.as_ref(), payment.outcome.as_ref());
        Paid {
            payment: item.0,
            book: intent.map(|i| i.book),
            kind: intent.map(|i| i.kind.name()),
            stan: intent.map(|i| i.stan.get()),
            batch: intent.map(|i| i.batch.get()),
            invoice: intent.map(|i| i.invoice.get()),
            amount: intent.map(|i| i.amount.minor()),
            approved_amount: outcome.and_then(|o| o.approved_amount).map(|a| a.minor()),
            currency: intent.map(|i| i.currency.numeric()),
            exponent: intent.map(|i| i.currency.exponent()),
            tip: intent.and_then(|i| i.tip).map(|tip| tip.minor()),
            cash_back: intent.and_then(|i| i.cash_back).map(|cash| cash.minor()),
            pan: intent.and_then(|i| i.pan).map(|pan| pan.to_string()),
            reference: intent.and_then(|i| i.reference.as_ref()).map(|r| words::safe(r.as_str())),
            order: intent.and_then(|i| i.order.as_ref()).map(|o| words::safe(o.as_str())),
            original: intent.and_then(|i| i.original.as_ref()?.seq()).map(|seq| seq.0),
            rrn: outcome.and_then(|o| o.rrn).map(|rrn| words::safe(rrn.as_str())),
            auth_code: outcome.and_then(|o| o.auth_code).map(|code| words::safe(code.as_str())),
            code: outcome.and_then(|o| o.code).map(|code| words::safe(&code.to_string())),
            time: intent.map(|i| words::local(&i.moment)),
            state: payment.state.map(|state| state.name()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Line {
    record: u32,
    sector: u32,
    address: u32,
    carried: bool,
    kind: &'static str,
    payment: Option<u32>,
    time: String,
    says: String,
}

impl Line {
    pub fn of(outline: &Outline, shown: &Shown) -> Self {
        Line {
            record: shown.seq.0,
            sector: shown.at.sector,
            address: shown.at.address,
            carried: shown.carried,
            kind: shown.record.name(),
            payment: shown.item.map(|item| item.0),
            time: words::time(&shown.record),
            says: words::says_in(outline, shown, Lang::En),
        }
    }
}

#[derive(Serialize)]
struct Book {
    book: u8,
    batch: u32,
    settling: u32,
    settlement: String,
    next_stan: Option<u32>,
    next_invoice: Option<u32>,
    totals: Vec<Sums>,
}

#[derive(Serialize)]
struct Sums {
    currency: u16,
    exponent: u8,
    cards: &'static str,
    sales: Sum,
    voided: Sum,
    refunds: Sum,
    refunds_voided: Sum,
    tips: Sum,
}

#[derive(Serialize)]
struct Sum {
    count: u32,
    amount: u64,
}

impl From<Tally> for Sum {
    fn from(tally: Tally) -> Self {
        Sum { count: tally.count, amount: tally.amount.minor() }
    }
}

impl Sums {
    fn of(totals: &TotalsRow) -> Self {
        Sums {
            currency: totals.currency.numeric(),
            exponent: totals.currency.exponent(),
            cards: words::cards(totals.cards),
            sales: totals.sales.into(),
            voided: totals.voided.into(),
            refunds: totals.refunds.into(),
            refunds_voided: totals.refunds_voided.into(),
            tips: totals.tips.into(),
        }
    }
}

impl Book {
    fn of(book: &BookTotals) -> Self {
        Book {
            book: book.book,
            batch: book.batch.get(),
            settling: book.settling.get(),
            settlement: book.phase.to_string(),
            next_stan: book.next_stan.map(|stan| stan.get()),
            next_invoice: book.next_invoice.map(|invoice| invoice.get()),
            totals: book.totals.rows().iter().map(Sums::of).collect(),
        }
    }
}

pub(super) fn verification(image: &Image<'_>, found: &Verification) -> String {
    line(&Verified::of(image, found))
}

pub(super) fn outline(image: &Image<'_>, outline: &Outline) -> String {
    line(&Showed {
        verified: Verified::of(image, &outline.verification),
        open: outline.open.iter().map(Open::of).collect(),
        settling: outline.settling.iter().map(|duty| words::owed(Some(duty), Lang::En)).collect(),
        payments: outline.payments.iter().map(Paid::of).collect(),
        journal: outline.records.iter().map(|shown| Line::of(outline, shown)).collect(),
        books: outline.books.iter().map(Book::of).collect(),
    })
}

/// What both commands print with `--format json` when the image cannot be read.
#[must_use]
pub fn not_readable(why: NotReadable) -> String {
    #[derive(Serialize)]
    struct Refused {
        error: String,
    }
    line(&Refused { error: why.to_string() })
}

/// The same, if the format is JSON; nothing in the others.
pub(super) fn refused(why: NotReadable, style: Style) -> String {
    match style.format {
        Format::Json => not_readable(why),
        _ => String::new(),
    }
}

pub(super) fn line(value: &impl Serialize) -> String {
    // Only maps with odd keys fail, and there are none.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}
