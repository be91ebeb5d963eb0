//! The sums as CSV.

use std::io::{self, Write};

use super::Summary;
use crate::host::bills::letters;

pub(super) fn write(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "kind",
        "state",
        "currency",
        "rows",
        "amount_minor",
        "fee_minor",
        "net_minor",
    ])?;
    for line in summary.tally.lines() {
        csv.write_record([
            line.kind.names().0.into(),
            line.state.name().into(),
            letters(line.currency),
            line.rows.to_string(),
            line.amount.to_string(),
            line.fee.to_string(),
            line.net.map(|net| net.to_string()).unwrap_or_default(),
        ])?;
    }
    csv.flush()
}
