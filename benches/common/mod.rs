//! What is measured of us alone: the log with a small tenant, and the whole journal, on flash that costs
//! as little as it can.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each bench uses a part"
)]

mod plain;
mod tenant;

use pos_journal::flash::Region;
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::log::{FormatAs, Log, Maintained, Settings};
use pos_journal::record::{
    Amount, AuthCode, Currency, EntryMode, Moment, ResponseCode, Rrn, Seq, TransactionKind,
    TruncatedPan, Verdict,
};

pub use plain::Plain;
pub use tenant::{INTENT, OUTCOME, Open};

pub const BYTES: u32 = 256 * 1024;

pub type BareLog = Log<Plain, 256>;
pub type Till = Journal<Plain>;

fn settings() -> Settings {
    Settings { verify: false, quiet_ms: 0, ..Settings::new() }
}

/// An empty log with its tenant.
pub fn log() -> (BareLog, Open) {
    let mut tenant = Open::default();
    let (flash, region) = (Plain::new(BYTES as usize), Region::new(0, BYTES));
    let log = Log::format(flash, region, &settings(), FormatAs::live(1), &mut tenant).unwrap();
    (log, tenant)
}

pub fn boot_log(flash: Plain) -> (BareLog, Open) {
    let mut tenant = Open::default();
    let log = Log::mount(flash, Region::new(0, BYTES), &settings(), &mut tenant).unwrap();
    (log, tenant)
}

/// An intent of 96 bytes or an outcome of 24.
pub fn append(log: &mut BareLog, tenant: &mut Open, kind: u8, payment: u32) {
    let mut payload = [payment as u8; 96];
    payload[..4].copy_from_slice(&payment.to_le_bytes());
    let payload = &payload[..if kind == INTENT { 96 } else { 24 }];
    let placed = log.append(kind, payload, tenant).unwrap();
    tenant.apply(placed.seq, kind, payload, placed.at);
}

/// Idle time.
pub fn idle(log: &mut BareLog, tenant: &mut Open) {
    while log.maintain(u64::MAX, tenant).unwrap() != Maintained::Idle {}
}

/// A log after so many payments, of which the first five are not answered.
pub fn used_log(payments: u32) -> (BareLog, Open) {
    let (mut log, mut tenant) = log();
    for payment in 0..payments {
        append(&mut log, &mut tenant, INTENT, payment);
        if payment >= 5 {
            append(&mut log, &mut tenant, OUTCOME, payment);
        }
        idle(&mut log, &mut tenant);
    }
    (log, tenant)
}

pub fn journal() -> Till {
    let (flash, region) = (Plain::new(BYTES as usize), Region::new(0, BYTES));
    Journal::format(flash, region, &settings(), FormatAs::live(1)).unwrap()
}

pub fn boot_journal(flash: Plain) -> Till {
    Journal::mount(flash, Region::new(0, BYTES), &settings()).unwrap()
}

/// A contactless sale.
pub fn sale(minor: u64) -> Begin {
    Begin {
        entry: EntryMode::CONTACTLESS,
        moment: Moment { local_seconds: 1_790_000_000, boot: 3, ..Moment::default() },
        pan: TruncatedPan::from_pan("6222020000001234").ok(),
        ..Begin::new(0, TransactionKind::Sale, Amount::new(minor), Currency::CNY)
    }
}

pub fn approval() -> OutcomeOf {
    OutcomeOf {
        code: ResponseCode::new(b"00").ok(),
        rrn: Rrn::new("123456789012").ok(),
        auth_code: AuthCode::new("654321").ok(),
        elapsed_ms: 812,
        ..OutcomeOf::default()
    }
}

pub fn begin(till: &mut Till, sale: &Begin) -> Option<Seq> {
    match till.begin(sale).unwrap() {
        Begun::New { item, .. } => Some(item),
        Begun::Existing { .. } => None,
    }
}

pub fn approve(till: &mut Till, item: Seq, of: &OutcomeOf) {
    till.outcome(item, Verdict::Approved { completed: true }, of).unwrap();
}

/// A journal after so many sales, of which the last few are not answered.
pub fn used_journal(payments: u32, open: u32) -> Till {
    let mut till = journal();
    for payment in 0..payments {
        let item = begin(&mut till, &sale(u64::from(payment) + 1));
        if let Some(item) = item.filter(|_| payment + open < payments) {
            approve(&mut till, item, &approval());
        }
        while till.maintain(u64::MAX).unwrap() != Maintained::Idle {}
    }
    till
}
