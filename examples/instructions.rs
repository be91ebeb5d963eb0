//! What `.ci/instructions` counts under callgrind: appends and boots, without the flash.
//!
//! `instructions NAME` does one of them and prints how often.

#[path = "../benches/common/mod.rs"]
mod common;

use common::{BareLog, INTENT, OUTCOME, Open, Plain, Till};
use std::hint::black_box;

/// Counted, each with everything that it calls but the flash.
mod counted {
    use super::*;

    #[inline(never)]
    pub fn log_append(
        log: &mut BareLog,
        tenant: &mut Open,
        kind: u8,
        payload: &[u8],
    ) -> (u32, u32) {
        match log.append(kind, payload, tenant) {
            Ok(placed) => (placed.seq, placed.at),
            Err(_) => (0, 0),
        }
    }

    #[inline(never)]
    pub fn log_boot(flash: Plain) -> (BareLog, Open) {
        // Else the linker takes this function and the one it calls for the same.
        common::boot_log(black_box(flash))
    }

    #[inline(never)]
    pub fn journal_begin(till: &mut Till, sale: &pos_journal::journal::Begin) -> Option<u32> {
        common::begin(till, sale).map(|item| item.0)
    }

    #[inline(never)]
    pub fn journal_outcome(till: &mut Till, item: u32, of: &pos_journal::journal::OutcomeOf) {
        common::approve(till, pos_journal::record::Seq(item), of);
    }

    #[inline(never)]
    pub fn journal_boot(flash: Plain) -> Till {
        common::boot_journal(black_box(flash))
    }
}

const PAYMENTS: u32 = 1_000;
const HISTORY: u32 = 400;

/// Payments appended, sector openings included, idle work not.
fn append_log() -> u32 {
    let (mut log, mut tenant) = common::used_log(HISTORY);
    for payment in 0..PAYMENTS {
        for (kind, bytes) in [(INTENT, 96), (OUTCOME, 24)] {
            let mut payload = vec![payment as u8; bytes];
            payload.splice(..4, (payment + HISTORY).to_le_bytes());
            let payload = payload.as_slice();
            let (seq, at) = counted::log_append(&mut log, &mut tenant, kind, payload);
            tenant.apply(seq, kind, payload, at);
        }
        common::idle(&mut log, &mut tenant);
    }
    2 * PAYMENTS
}

fn append_journal() -> u32 {
    let mut till = common::used_journal(HISTORY, 5);
    let approval = common::approval();
    for payment in 0..PAYMENTS {
        let sale = common::sale(u64::from(payment) + 1);
        if let Some(item) = counted::journal_begin(&mut till, &sale) {
            counted::journal_outcome(&mut till, item, &approval);
        }
        while !matches!(till.maintain(u64::MAX), Ok(pos_journal::log::Maintained::Idle)) {}
    }
    2 * PAYMENTS
}

/// The image, after some more payments than the history, whose boot reads most.
fn worst(image: impl Fn(u32) -> Plain, boot: impl Fn(Plain) -> u64) -> Plain {
    let images = (HISTORY..HISTORY + 70).map(image);
    let mut images: Vec<_> = images.map(|flash| (boot(flash.clone()), flash)).collect();
    images.sort_by_key(|(read, _)| *read);
    images.pop().map_or_else(|| Plain::new(0), |(_, flash)| flash)
}

fn boot_log() -> u32 {
    let of = |n| common::used_log(n).0.into_flash();
    let image = worst(of, |flash| {
        let before = flash.read_bytes;
        common::boot_log(flash).0.flash().read_bytes - before
    });
    black_box(counted::log_boot(image));
    1
}

fn boot_journal() -> u32 {
    let of = |n| common::used_journal(n, 5).into_flash();
    let image = worst(of, |flash| {
        let before = flash.read_bytes;
        common::boot_journal(flash).log().flash().read_bytes - before
    });
    black_box(counted::journal_boot(image));
    1
}

fn main() -> Result<(), String> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let times = match name.as_str() {
        "log-append" => append_log(),
        "log-boot" => boot_log(),
        "journal-append" => append_journal(),
        "journal-boot" => boot_journal(),
        _ => return Err("one of log-append, log-boot, journal-append, journal-boot".into()),
    };
    println!("{times}");
    Ok(())
}
