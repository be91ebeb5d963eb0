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
    let flash = common::used_log(400).0.into_flash();
    let used = || {
        let (mut log, mut tenant) = common::boot_log(flash.clone());
        // The first append of a boot writes boot frames.
        common::append(&mut log, &mut tenant, INTENT, 999);
        common::append(&mut log, &mut tenant, OUTCOME, 999);
        (log, tenant)
    };
    bencher.with_inputs(used).bench_values(|(mut log, mut tenant)| {
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
    let (sale, approval) = (common::sale(1), common::approval());
    let flash = common::used_journal(400, 0).into_flash();
    let used = || {
        let mut till = common::boot_journal(flash.clone());
        if let Some(item) = common::begin(&mut till, &sale) {
            common::approve(&mut till, item, &approval);
        }
        till
    };
    bencher.with_inputs(used).bench_values(|mut till| {
        if let Some(item) = common::begin(&mut till, &sale) {
            common::approve(&mut till, item, &approval);
        }
        till
    });
}

#[divan::bench(args = [100, 400, 1500])]
fn journal_boot(bencher: Bencher<'_, '_>, payments: u32) {
    let flash = common::used_journal(payments, 5).into_flash();
    bencher.with_inputs(|| flash.clone()).bench_values(common::boot_journal);
}
