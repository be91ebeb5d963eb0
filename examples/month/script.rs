//! What happens in the month: the same for the same seed.

use super::plants::{self, What};
use crate::acquirer::proxy::Weather;
use pos_journal::record::TransactionKind as Kind;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// 2026-06-01 00:00, local.
pub const EPOCH: u64 = 1_780_272_000;
pub const YEAR: u64 = 2026;
pub const MERCHANT: &str = "898100000000001";
pub const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Month {
    pub seed: u64,
    pub days: u32,
    pub terminals: u32,
    /// Customers of each terminal a day.
    pub payments: u32,
}

/// DE41: cards, then the wallet.
pub fn terminal(book: u8, number: u32) -> String {
    format!("{}00000{number:02}", book + 1)
}

pub fn reference(day: u32, number: u32) -> String {
    format!("D{:02}-{number:04}", day + 1)
}

/// Day and number of a customer.
pub fn numbers(reference: &str) -> Option<(u32, u32)> {
    let (day, number) = reference.strip_prefix('D')?.split_once('-')?;
    Some((day.parse::<u32>().ok()?.checked_sub(1)?, number.parse().ok()?))
}

/// When a customer comes, in milliseconds since the month began: between 8 and 21 o'clock.
pub fn opens(day: u32, number: u32, payments: u32) -> u64 {
    u64::from(day) * DAY + 8 * HOUR + u64::from(number) * 13 * HOUR / u64::from(payments)
}

/// A customer.
pub struct Want {
    pub kind: Kind,
    pub amount: u64,
    /// Where to look for an original; 0: there is none.
    pub back: u32,
    pub pan: String,
    /// The clock is wrong from here on, by so many seconds.
    pub clock_leaps: Option<i64>,
    pub planted: Option<What>,
}

pub fn want(month: &Month, terminal: u32, day: u32, number: u32) -> Want {
    let planted = plants::at(month, terminal, day, number);
    // Who comes twice is the same one.
    let who = number - u32::from(planted.is_some_and(|(_, again)| again));
    let mut rng = rng(month.seed, [3, terminal, day, who]);
    let (kind, back) = match rng.random_range(0..100) {
        _ if planted.is_some() => (Kind::Sale, 0),
        0..60 => (Kind::Sale, 0),
        60..76 => (Kind::QrSale, 0),
        76..82 => (Kind::OfflineSale, 0),
        82..87 => (Kind::PreAuth, 0),
        87..91 => (Kind::Completion, 1),
        91..96 => (Kind::Void, 1),
        _ => (Kind::Refund, 1),
    };
    let cents = match (rng.random_range(0..40), planted) {
        (_, Some((what, _))) => what.cents(),
        (0, None) => 51,
        (1, None) => 53,
        _ => 20,
    };
    let is_calm = plants::of_day(month, terminal, day).next().is_some();
    Want {
        kind,
        amount: rng.random_range(2..400) * 100 + cents,
        back: back * rng.random_range(1..8),
        pan: format!("622202{:010}", rng.random_range(0..10_000_000_000u64)),
        clock_leaps: (number == 40 && rng.random_ratio(1, 6) && !is_calm)
            .then(|| if rng.random_ratio(1, 2) { 7_200 } else { -3_600 }),
        planted: planted.map(|(what, _)| what),
    }
}

/// A whole day a terminal has no line.
pub const fn is_lost(terminal: u32, day: u32, days: u32) -> bool {
    days > 5 && day == 3 + terminal % 20
}

/// What the line of a terminal is like in an hour of the month.
pub fn weather(month: &Month, terminal: u32, hour: u64) -> Weather {
    let (day, of_day) = ((hour / 24) as u32, hour % 24);
    let rough = match rng(month.seed, [1, terminal, hour as u32, 0]).random_range(0..14) {
        _ if plants::is_calm(month, terminal, hour) => 0,
        0 => 200,
        _ => 12,
    };
    // The acquirer is down over a cut-off: all terminals.
    let cut_off = month.days > 1 && day % 7 == 1 && (21..24).contains(&of_day);
    let lost = is_lost(terminal, day, month.days) && of_day >= 2;
    Weather { rough, down: cut_off || lost }
}

/// The issuers' switch is down for half an hour, now and then.
pub fn issuers_are_down(month: &Month, terminal: u32, seconds: u64) -> bool {
    let since = seconds.saturating_sub(EPOCH);
    let drawn = rng(month.seed, [2, (since / 1_800) as u32, 0, 0]).random_ratio(1, 150);
    drawn && !plants::is_calm(month, terminal, since / 3_600)
}

/// How many messages pass before the power fails again.
pub fn until_strike(rng: &mut StdRng) -> u32 {
    rng.random_range(40..400)
}

pub fn rng(seed: u64, of: [u32; 4]) -> StdRng {
    let mixed = of.into_iter().fold(seed, |mixed, part| {
        (mixed ^ u64::from(part)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23)
    });
    StdRng::seed_from_u64(mixed)
}
