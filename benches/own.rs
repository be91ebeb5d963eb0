//! Ours alone, in time on this machine: `cargo bench`. What it does to flash, which does not depend on
//! the machine, is measured beside the peers' by `benches/peers`.

mod common;

use common::{INTENT, OUTCOME};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Two records appended to the log, idle work left out.
#[divan::bench]
fn log_two_appends(bencher: Bencher<'_, '_>) {
    let used = common::used_log(400);
    bencher.with_inputs(|| used.clone()).bench_values(|(mut log, mut tenant)| {
        common::append(&mut log, &mut tenant, INTENT, 1_000);
        common::append(&mut log, &mut tenant, OUTCOME, 1_000);
        (log, tenant)
    });
}

/// From power-up until the open payments are known.
#[divan::bench(args = [100, 400, 1500])]
fn log_boot(bencher: Bencher<'_, '_>, payments: u32) {
    let flash = common::used_log(payments).0.into_flash();
    bencher.with_inputs(|| flash.clone()).bench_values(|flash| {
        let (log, open) = common::boot_log(flash);
        black_box(open.len());
        log
    });
}

/// A sale: the intent, then the outcome.
#[divan::bench]
fn journal_sale(bencher: Bencher<'_, '_>) {
    let (used, sale, approval) = (common::used_journal(400), common::sale(1), common::approval());
    bencher.with_inputs(|| used.clone()).bench_values(|mut till| {
        if let Some(item) = common::begin(&mut till, &sale) {
            common::approve(&mut till, item, &approval);
        }
        till
    });
}

#[divan::bench(args = [100, 400, 1500])]
fn journal_boot(bencher: Bencher<'_, '_>, payments: u32) {
    let flash = common::used_journal(payments).into_flash();
    bencher.with_inputs(|| flash.clone()).bench_values(common::boot_journal);
}
