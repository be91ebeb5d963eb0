//! The reconciliation as one JSON object, on one line. Fields are only ever added; amounts are in
//! minor units. `differences` holds the rows that `--format jsonl` prints, of the first 1,000 payments
//! that differ.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::class::Class;
use super::outcome::Outcome;
use crate::host::bills::letters;
use crate::host::{Lang, Out, plain};

pub(super) fn write(
    outcome: &Outcome,
    differences: &[String],
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<()> {
    let facts = json!({
        "matches": super::exit(outcome) == crate::host::Exit::Clean,
        "journals": journals(outcome),
        "bills": bills(outcome),
        "classes": classes(outcome),
        "totals": totals(outcome),
        "not_examined": outside(outcome),
        "fees": fees(outcome),
        "payouts": payouts(outcome, lang),
        "till": till(outcome),
        "bad": outcome.bad.count,
        "bad_rows": bad(outcome, lang),
        "findings_count": outcome.findings.count,
        "findings": findings(outcome, lang),
        "not_read": not_read(outcome, lang),
        "differences_count": outcome.sums.differences(),
    });
    let text = facts.to_string();
    // The rows are written already.
    out.write_all(text.strip_suffix('}').unwrap_or(&text).as_bytes())?;
    writeln!(out, ",\"differences\":[{}]}}", differences.join(","))
}

fn safe(text: &str) -> String {
    plain(text, Out::Terminal).into_owned()
}

/// A sum as a number where JSON readers can hold it, else as a text.
fn wide(sum: i128) -> Value {
    i64::try_from(sum).map_or_else(|_| Value::String(sum.to_string()), Value::from)
}

fn journals(outcome: &Outcome) -> Value {
    let all = outcome.dumps.iter().zip(&outcome.doubts);
    all.map(|(dump, (payments, found))| {
        json!({"source": safe(dump), "payments": payments, "findings": found})
    })
    .collect()
}

fn bills(outcome: &Outcome) -> Value {
    let all = outcome.bills.iter().map(|seen| {
        json!({
            "source": safe(&seen.source), "format": safe(&seen.format.say(Lang::En)),
            "rows": seen.rows, "bad": seen.bad,
        })
    });
    all.collect()
}

fn classes(outcome: &Outcome) -> Value {
    let all = outcome.sums.classes.iter().map(|((currency, class), sum)| {
        let standing = match class {
            Class::JournalOnly(standing) => Some(standing.names().0),
            _ => None,
        };
        json!({
            "class": class.key(), "standing": standing, "difference": class.is_difference(),
            "currency": letters(*currency), "exponent": currency.exponent(),
            "items": sum.items, "payments": sum.payments, "rows": sum.rows,
            "journal_minor": wide(sum.journal), "bill_minor": wide(sum.bill),
        })
    });
    all.collect()
}

fn totals(outcome: &Outcome) -> Value {
    let all = outcome.sums.currencies().map(|currency| {
        let sum = outcome.sums.total(currency);
        json!({
            "currency": letters(currency), "exponent": currency.exponent(),
            "items": sum.items, "journal_minor": wide(sum.journal), "bill_minor": wide(sum.bill),
        })
    });
    all.collect()
}

fn outside(outcome: &Outcome) -> Value {
    let all = outcome.sums.outside.iter().map(|((currency, why), sum)| {
        json!({
            "why": why.names().0, "currency": letters(*currency), "items": sum.items,
            "journal_minor": wide(sum.journal), "bill_minor": wide(sum.bill),
        })
    });
    all.collect()
}

fn fees(outcome: &Outcome) -> Value {
    let all = outcome.sums.fees.iter().map(|((currency, method), fees)| {
        json!({
            "method": method, "currency": letters(*currency), "rows": fees.rows,
            "fee_minor": wide(fees.stated), "agreed_minor": wide(fees.agreed),
        })
    });
    all.collect()
}

fn payouts(outcome: &Outcome, lang: Lang) -> Value {
    if !outcome.payouts.is_asked() {
        return Value::Null;
    }
    let all = outcome.payouts.settlements.iter().map(|settled| {
        json!({
            "merchant": settled.mid.as_deref().map(safe), "day": settled.day.to_string(),
            "currency": letters(settled.currency), "rows": settled.rows,
            "net_minor": wide(settled.net), "paid_minor": wide(settled.paid),
            "verdict": settled.verdict.key(), "text": safe(&settled.verdict.say(lang)),
        })
    });
    all.take(super::sink::MOST_LISTED).collect()
}

fn till(outcome: &Outcome) -> Value {
    let Some((source, items)) = &outcome.till else { return Value::Null };
    let count = |class| items.iter().filter(|item| item.class == class).count();
    let classes: Vec<Value> = super::till::TillClass::ALL
        .into_iter()
        .map(|class| json!({"class": class.key(), "items": count(class)}))
        .collect();
    let listed = items.iter().filter(|item| item.class.is_difference()).map(|item| {
        json!({
            "class": item.class.key(), "line": item.line, "reference": safe(&item.reference),
            "till_minor": item.till, "journal_minor": item.journal.map(wide),
            "payment": item.entry_name,
        })
    });
    let differences: Vec<Value> = listed.take(super::sink::MOST_LISTED).collect();
    json!({"source": safe(source), "classes": classes, "differences": differences})
}

fn bad(outcome: &Outcome, lang: Lang) -> Value {
    let all = outcome.bad.first.iter().map(|bad| {
        json!({
            "source": safe(&bad.source), "line": bad.line,
            "column": (bad.fault.column > 0).then_some(bad.fault.column),
            "name": safe(&bad.fault.name), "value": safe(&bad.fault.value),
            "text": safe(&bad.fault.say(lang)),
        })
    });
    all.collect()
}

fn findings(outcome: &Outcome, lang: Lang) -> Value {
    let all = outcome.findings.first.iter().map(|finding| {
        json!({
            "source": safe(&finding.source), "line": (finding.line > 0).then_some(finding.line),
            "text": safe(&finding.say(lang)),
        })
    });
    all.collect()
}

fn not_read(outcome: &Outcome, lang: Lang) -> Value {
    let all = outcome.not_read.iter();
    all.map(|(source, why)| json!({"source": safe(source), "text": safe(&why.say(lang))})).collect()
}
