//! The records of the payment, and those that speak about it: for people and for programs.

use serde::Serialize;

use super::case::Case;
use super::statement::record_of;
use crate::host::json::{Line, Paid};
use crate::host::{Lang, txn};

/// Each record in a line.
pub(super) fn text(case: &Case<'_>, lang: Lang) -> String {
    let lines = case.told().into_iter().map(|shown| record_of(case, shown, lang) + "\n");
    let head = txn::head(case.outline, case.story.item, lang);
    lines.fold(format!("{head}\n\n"), |text, line| text + &line)
}

#[derive(Serialize)]
struct Told {
    payment: Option<Paid>,
    records: Vec<Line>,
}

/// The same with the names that `show --format json` uses.
pub(super) fn json(case: &Case<'_>) -> String {
    let payment = case.outline.payments.get_key_value(&case.story.item).map(Paid::of);
    let records = case.told().into_iter().map(|shown| Line::of(case.outline, shown));
    pretty(&Told { payment, records: records.collect() })
}

/// As people read it.
pub(super) fn pretty(value: &impl Serialize) -> String {
    // Only maps with odd keys fail, and there are none.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
