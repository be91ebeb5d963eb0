//! The summary as one JSON object on one line, the sums as one each. Fields are only ever added. Amounts are
//! in minor units.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Summary;
use crate::host::bills::letters;
use crate::host::{Lang, Out, plain};

pub(super) fn write(summary: &Summary, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let safe = |text: &str| plain(text, Out::Terminal).into_owned();
    let bills = summary.bills.iter().map(|seen| {
        json!({
            "source": safe(&seen.source), "format": safe(&seen.format.say(Lang::En)),
            "rows": seen.rows, "bad": seen.bad,
        })
    });
    let bad = summary.bad.first.iter().map(|bad| {
        json!({
            "source": safe(&bad.source), "line": bad.line,
            "column": (bad.fault.column > 0).then_some(bad.fault.column),
            "name": safe(&bad.fault.name), "value": safe(&bad.fault.value),
            "text": safe(&bad.fault.say(lang)),
        })
    });
    let findings = summary.findings.first.iter().map(|finding| {
        json!({
            "source": safe(&finding.source),
            "line": (finding.line > 0).then_some(finding.line),
            "text": safe(&finding.say(lang)),
        })
    });
    let not_read = summary
        .not_read
        .iter()
        .map(|(source, error)| json!({"source": safe(source), "text": safe(&error.say(lang))}));
    let object = json!({
        "bills": bills.collect::<Vec<_>>(),
        "rows": summary.tally.rows(),
        "sums": sums(summary).collect::<Vec<_>>(),
        "bad": summary.bad.count,
        "bad_rows": bad.collect::<Vec<_>>(),
        "findings_count": summary.findings.count,
        "findings": findings.collect::<Vec<_>>(),
        "not_read": not_read.collect::<Vec<_>>(),
    });
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")
}

/// The sums, one a line.
pub(super) fn lines(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    for sum in sums(summary) {
        serde_json::to_writer(&mut *out, &sum)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn sums(summary: &Summary) -> impl Iterator<Item = Value> {
    summary.tally.lines().map(|line| {
        json!({
            "kind": line.kind.names().0, "state": line.state.name(),
            "currency": letters(line.currency), "exponent": line.currency.exponent(),
            "rows": line.rows, "amount": wide(line.amount), "fee": wide(line.fee),
            "net": line.net.map(wide),
        })
    })
}

/// A sum as a number where JSON readers can hold it, else as a text.
fn wide(sum: i128) -> Value {
    i64::try_from(sum).map_or_else(|_| Value::String(sum.to_string()), Value::from)
}
