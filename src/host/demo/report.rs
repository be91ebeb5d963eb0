//! What the demo prints at its end.

use super::DemoArgs;
use super::acquirer::Books;
use super::compare::{Difference, Verdict};
use super::network::LineCounts;
use super::supervise::Run;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use std::path::Path;

/// Differences and findings that are printed in full.
const MOST: usize = 40;

/// Prints the table, the comparison and what to run next. Says whether all is well.
pub(super) fn print(
    args: &DemoArgs,
    image: &Path,
    run: &Run,
    verdict: &Verdict,
    books: &Books,
    line: LineCounts,
    acknowledged: usize,
) -> bool {
    println!("{}", summary(run, verdict, books, line, acknowledged));
    if !verdict.differences.is_empty() {
        println!("{}", differences(&verdict.differences));
    }
    print_list("not as it must be", &verdict.findings);
    print_list("unresolved", &verdict.unresolved);
    let shortfall = shortfall(args, run);
    let failure = run.failure.as_ref().or(shortfall.as_ref());
    if let Some(failure) = failure {
        println!("not run as it should be: {failure}");
    }
    let well = failure.is_none() && verdict.agrees();
    println!("{}", conclusion(args, verdict));
    if !well {
        println!("To replay (what a kill hits depends on timing as well): {}", replay(args));
    }
    let path = image.display();
    println!("\nThe journal is {path}; look at it with");
    println!("  pos-journal show {path}");
    println!("  pos-journal verify {path}");
    println!("or, in the source, cargo run --release --features cli -- show {path}");
    well
}

fn conclusion(args: &DemoArgs, verdict: &Verdict) -> String {
    let transactions = args.transactions;
    match (verdict.differences.len(), verdict.findings.len()) {
        (0, 0) => "The acquirer's books and the journal agree on every payment.".to_owned(),
        (0, findings) => format!("Every payment agrees, but {findings} things are wrong."),
        (differences, _) => format!(
            "The acquirer's books and the journal DIFFER on {differences} of {transactions} \
             payments."
        ),
    }
}

fn summary(
    run: &Run,
    verdict: &Verdict,
    books: &Books,
    line: LineCounts,
    acknowledged: usize,
) -> Table {
    let tally = &run.tally;
    let said = |words: &str| verdict.counts.get(words).copied().unwrap_or_default();
    let lost = format!("{} + {}", line.requests_dropped, line.answers_dropped);
    let balanced = format!("{} of {}", verdict.balanced, verdict.batches);
    let rows: [(&str, String); 24] = [
        ("payments", verdict.payments.to_string()),
        ("  approved", said("approved").to_string()),
        ("  declined", said("declined").to_string()),
        ("  reversed", said("reversed").to_string()),
        ("  never sent", said("never started").to_string()),
        ("kills", tally.kills.to_string()),
        ("  inside a program", tally.in_program.to_string()),
        ("  inside an erase", tally.in_erase.to_string()),
        ("  in recovery", tally.in_recovery.to_string()),
        ("  in settlement", tally.in_settlement.to_string()),
        ("torn tails found", tally.torn_tails.to_string()),
        ("records missed at a start", tally.records_lost.to_string()),
        ("requests + answers dropped", lost),
        ("outages", line.outages.to_string()),
        ("answers late", line.late.to_string()),
        ("answers given twice", line.twice.to_string()),
        ("requests held back", line.held.to_string()),
        ("  arrived after their reversal", books.counts.after_reversal.to_string()),
        ("orphans found", tally.orphans.len().to_string()),
        ("reversals sent", line.reversals.to_string()),
        ("  payments acknowledged", acknowledged.to_string()),
        ("duplicates refused", (tally.repeated + books.counts.repeats).to_string()),
        ("late answers kept as evidence", tally.late.to_string()),
        ("settlements balanced", balanced),
    ];
    let mut table = plain_table();
    for (what, count) in rows {
        table.add_row([what.to_owned(), count]);
    }
    table.add_row(["seconds".to_owned(), format!("{:.1}", run.took.as_secs_f64())]);
    align_right(&mut table, &[1]);
    table
}

fn differences(differences: &[Difference]) -> Table {
    let mut table = plain_table();
    table.set_header(["payment", "journal", "net", "acquirer", "net"]);
    for difference in differences.iter().take(MOST) {
        let Difference { reference, journal, acquirer } = difference;
        table.add_row([
            reference.clone(),
            journal.words.clone(),
            journal.net.to_string(),
            acquirer.words.clone(),
            acquirer.net.to_string(),
        ]);
    }
    align_right(&mut table, &[2, 4]);
    table
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table
}

fn align_right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn print_list(title: &str, lines: &[String]) {
    for line in lines.iter().take(MOST) {
        println!("{title}: {line}");
    }
    if let Some(more) = lines.len().checked_sub(MOST).filter(|more| *more > 0) {
        println!("{title}: and {more} more");
    }
}

/// What must not be in a run although it ended, or is missing in it.
fn shortfall(args: &DemoArgs, run: &Run) -> Option<String> {
    let tally = &run.tally;
    if tally.kills < args.kills {
        return Some(format!("{} of {} kills", tally.kills, args.kills));
    }
    if tally.records_lost > 0 {
        let lost = tally.records_lost;
        return Some(format!("the journal missed {lost} records at a start: no kill loses one"));
    }
    let (inside, wanted) = (tally.inside(), args.kills.div_ceil(3));
    if inside < wanted {
        return Some(format!(
            "{inside} kills hit a program or an erase, {wanted} are wanted: take more payments"
        ));
    }
    None
}

fn replay(args: &DemoArgs) -> String {
    let DemoArgs { seed, transactions, kills, drop_percent, .. } = args;
    let broken = args.broken.map(|b| format!(" --break {}", b.name())).unwrap_or_default();
    format!(
        "pos-journal demo --seed {seed} --transactions {transactions} --kills {kills} \
         --drop-percent {drop_percent}{broken}"
    )
}
