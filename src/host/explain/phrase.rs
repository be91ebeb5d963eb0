//! What is owed, until when, and what a record says, as phrases: for the command, the report and the
//! evidence.

use super::finding::Finding;
use super::money::{Owed, Until};
use super::story::Story;
use super::words::{self, fill};
use crate::dump::{Outline, Shown};
use crate::host::plain::{Out, plain};
use crate::host::words::{self as common, amount, currency};
use crate::host::{Lang, codes, show};
use crate::record::Amount;

/// A record in one line.
pub(in crate::host) fn record(outline: &Outline, shown: &Shown, lang: Lang) -> String {
    let time = common::time(&shown.record);
    let time = if time.is_empty() { words::frame(lang).no_time.to_string() } else { time };
    let (name, says) = (show::name(&shown.record, lang), common::says_in(outline, shown, lang));
    let says = if says.is_empty() { says } else { format!(": {says}") };
    format!("{} {:#08x} {time} {name}{says}", shown.seq, shown.at.address)
}

/// Why something is held or was not paid, as the bill prints it, and the cause behind it where that is
/// known.
pub(in crate::host) fn reason(text: &str, lang: Lang) -> String {
    let printed = plain(text, Out::Terminal);
    match codes::payout(text).or_else(|| codes::transfer(text)) {
        Some(known) => format!("{} ({printed})", known.cause(lang)),
        None => printed.into_owned(),
    }
}

/// A row of a bill.
pub(in crate::host) fn bill_row(row: &str) -> String {
    plain(row, Out::Terminal).into_owned()
}

/// An amount with its currency.
pub(in crate::host) fn money(story: &Story<'_>, of: Amount) -> String {
    match story.intent {
        Some(intent) => {
            format!("{} {}", amount(of, intent.currency), currency(intent.currency))
        }
        None => of.minor().to_string(),
    }
}

/// What is owed.
pub(in crate::host) fn owed(story: &Story<'_>, owed: Owed, lang: Lang) -> String {
    let frame = words::frame(lang);
    let with = |text, of| fill(text, &[&money(story, of)]);
    match owed {
        Owed::Nothing => frame.owed_nothing.into(),
        Owed::Merchant(of) => with(frame.owed_merchant, of),
        Owed::Customer(of) => with(frame.owed_customer, of),
        Owed::Perhaps(of) => with(frame.owed_perhaps, of),
        Owed::Both { customer, merchant } => {
            fill(frame.owed_both, &[&money(story, customer), &money(story, merchant)])
        }
        Owed::With(original) => fill(frame.owed_with, &[&original.to_string()]),
        Owed::Unknown(Some(of)) => with(frame.owed_unknown, of),
        Owed::Unknown(None) => fill(frame.owed_unknown, &[frame.no_amount]),
    }
}

/// Until when waiting is right.
pub(in crate::host) fn until(finding: &Finding<'_>, lang: Lang) -> String {
    let frame = words::frame(lang);
    match finding.until {
        Until::Date(date) => {
            let text = if finding.is_late { frame.late } else { frame.until };
            fill(text, &[&date.to_string()])
        }
        Until::Now => frame.now.into(),
        Until::Unknown => frame.unknown.into(),
        Until::Nothing => frame.nothing.into(),
    }
}
