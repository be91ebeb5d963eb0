//! What the demo prints at its end.

use super::DemoArgs;
use super::acquirer::BookCounts;
use super::compare::{Difference, KindCount, Sums, Verdict};
use super::event::Seen;
use super::hosts::{Both, Host};
use super::network::Remains;
use super::supervise::Run;
use super::wire::Kind;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use std::path::Path;

/// Differences and findings that are printed in full.
const MOST: usize = 40;

/// Prints the tables, the comparison and what to run next. Says whether all is well.
pub(super) fn print(
    args: &DemoArgs,
    image: &Path,
    run: &Run,
    verdict: &Verdict,
    remains: &Both<Remains>,
) -> bool {
    println!("{}", kinds(verdict));
    println!("{}", summary(run, verdict, remains));
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
    for command in ["show", "verify", "explain"] {
        println!("  pos-journal {command} {path}");
    }
    println!("or, in the source, cargo run --release --features cli -- show {path}");
    well
}

fn conclusion(args: &DemoArgs, verdict: &Verdict) -> String {
    let transactions = args.transactions;
    match (verdict.differences.len(), verdict.findings.len()) {
        (0, 0) => "The acquirers' books and the journal agree on every payment.".to_owned(),
        (0, findings) => format!("Every payment agrees, but {findings} things are wrong."),
        (differences, _) => format!(
            "The acquirers' books and the journal DIFFER on {differences} of {transactions} \
             payments."
        ),
    }
}

/// What was taken of each kind, and what became of it.
fn kinds(verdict: &Verdict) -> Table {
    let mut table = plain_table();
    table.set_header(["book", "kind", "payments", "approved", "reversed"]);
    for host in Host::BOTH {
        for kind in Kind::ALL.into_iter().filter(|kind| Host::of_kind(*kind) == host) {
            let KindCount { all, approved, reversed } =
                verdict.kinds.get(&kind).copied().unwrap_or_default();
            let counts = [all, approved, reversed].map(|count| count.to_string());
            let names = [host.name().to_owned(), kind.name().to_owned()];
            table.add_row(names.into_iter().chain(counts));
        }
    }
    align_right(&mut table, &[2, 3, 4]);
    table
}

fn summary(run: &Run, verdict: &Verdict, remains: &Both<Remains>) -> Table {
    let tally = &run.tally;
    let Both { cards, wallet } = remains;
    let line = cards.counts.with(wallet.counts);
    let (card_books, orders) = (cards.acquirer.counts, wallet.acquirer.counts);
    let both = |of: fn(&BookCounts) -> u32| of(&card_books) + of(&orders);
    let said = |words: &str| verdict.counts.get(words).copied().unwrap_or_default();
    let seen = |what: Seen| tally.seen(what).to_string();
    let lost = format!("{} + {}", line.requests_dropped, line.answers_dropped);
    let balanced = format!("{} of {}", verdict.balanced, verdict.batches);
    let refused = tally.seen(Seen::Repeated) + both(|counts| counts.repeats);
    let late = tally.seen(Seen::Late);
    let acknowledged = cards.acknowledged + wallet.acknowledged;
    let rows: [(&str, String); 37] = [
        ("payments", verdict.payments.to_string()),
        ("  approved", said("approved").to_string()),
        ("  declined", said("declined").to_string()),
        ("  reversed", said("reversed").to_string()),
        ("  given up by an operator", said("abandoned").to_string()),
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
        ("  arrived after their reversal", both(|counts| counts.after_reversal).to_string()),
        ("orphans found", tally.orphans.len().to_string()),
        ("reversals and cancels sent", line.reversals.to_string()),
        ("  payments acknowledged", acknowledged.to_string()),
        ("line gone before an attempt's first byte", seen(Seen::Unsent)),
        ("duplicates refused", refused.to_string()),
        ("late answers kept as evidence", late.to_string()),
        ("swiped again, and the cashier said yes", seen(Seen::SwipedAgain)),
        ("approved by the chip alone", seen(Seen::ChipDecided)),
        ("orders just paid when they were cancelled", orders.just_paid.to_string()),
        ("  undone by a second cancel", orders.undone_by_a_second.to_string()),
        ("orders paid after their cancel", orders.paid_after_cancel.to_string()),
        ("  refund owed again", seen(Seen::Reopened)),
        ("refused advices retried by an operator", seen(Seen::OperatorRetry)),
        ("settlements balanced", balanced),
        ("  uploads", seen(Seen::Upload)),
        ("  payments that only an upload brought", both(|counts| counts.recaptured).to_string()),
        ("  next batch opened before", seen(Seen::NextBatch)),
        ("seconds", format!("{:.1}", run.took.as_secs_f64())),
    ];
    let mut table = plain_table();
    for (what, count) in rows {
        table.add_row([what.to_owned(), count]);
    }
    align_right(&mut table, &[1]);
    table
}

fn differences(differences: &[Difference]) -> Table {
    let mut table = plain_table();
    table.set_header(["payment", "journal", "stand/moved/net", "acquirer", "stand/moved/net"]);
    for difference in differences.iter().take(MOST) {
        let Difference { reference, journal, acquirer } = difference;
        table.add_row([
            reference.clone(),
            journal.words.clone(),
            sums(journal.sums),
            acquirer.words.clone(),
            sums(acquirer.sums),
        ]);
    }
    align_right(&mut table, &[2, 4]);
    table
}

fn sums(sums: Sums) -> String {
    format!("{}/{}/{}", sums.standing, sums.moved + sums.held, sums.net)
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
