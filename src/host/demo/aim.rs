//! When to strike: drawn for each life of the terminal, so that all kinds of moments are hit.

use crate::flash::Phase;
use rand::Rng;
use rand::rngs::StdRng;
use std::time::{Duration, Instant};

/// What a kill is meant to hit. What it did hit is seen afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// Whatever goes on.
    Anything,
    /// A program.
    Program,
    /// An erase.
    Erase,
    /// The first milliseconds after a start.
    Recovery,
    /// A payment that is sent and not answered.
    Unanswered,
}

/// How long to lie in wait for a program or an erase.
const PATIENCE: Duration = Duration::from_millis(400);
/// Into a program or an erase, in microseconds: while bytes are written rather than synced.
const INTO_PROGRAM_US: std::ops::Range<u64> = 0..1_500;
const INTO_ERASE_US: std::ops::Range<u64> = 0..5_000;
/// Into a recovery, a settlement, a payment.
const INTO_RECOVERY_US: std::ops::Range<u64> = 0..15_000;
const INTO_SETTLEMENT_US: std::ops::Range<u64> = 0..8_000;
const INTO_EXCHANGE_US: std::ops::Range<u64> = 500..3_500;
const INTO_PAYMENT_US: std::ops::Range<u64> = 0..30_000;

/// One kill being prepared.
#[derive(Debug)]
pub(super) struct Aim {
    target: Target,
    /// Payments to let pass first.
    payments: u32,
    /// From when on to lie in wait, and from when on to strike.
    wait_from: Option<Instant>,
    strike_at: Option<Instant>,
}

/// How far the demo has come, for choosing the next target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    pub(super) payments_left: u32,
    pub(super) kills_left: u32,
    /// Kills inside a program or an erase that are still wanted.
    pub(super) inside_left: u32,
}

impl Aim {
    pub(super) fn choose(progress: Progress, rng: &mut StdRng) -> Self {
        let spread =
            u64::from(progress.payments_left) * 8 / 5 / u64::from(progress.kills_left.max(1));
        let must_be_inside =
            progress.inside_left > 0 && progress.inside_left >= progress.kills_left;
        let target = match rng.random_range(0..100) {
            // Nothing is programmed any more once the script is done.
            _ if progress.payments_left == 0 => Target::Recovery,
            0..15 => Target::Erase,
            15..55 => Target::Program,
            _ if must_be_inside => Target::Program,
            55..75 => Target::Unanswered,
            75..85 => Target::Recovery,
            _ => Target::Anything,
        };
        let payments = rng.random_range(0..=spread) as u32;
        let payments = if target == Target::Recovery { 0 } else { payments };
        Self { target, payments, wait_from: None, strike_at: None }
    }

    /// The terminal runs.
    pub(super) fn on_start(&mut self, rng: &mut StdRng) {
        match self.target {
            Target::Recovery => self.strike_within(INTO_RECOVERY_US, rng),
            _ => self.on_payments(0, rng),
        }
    }

    /// The terminal has ended so many payments in this life.
    pub(super) fn on_payments(&mut self, payments: u32, rng: &mut StdRng) {
        if self.wait_from.is_none() && self.strike_at.is_none() && payments >= self.payments {
            match self.target {
                Target::Program | Target::Erase => {
                    self.wait_from = Some(after(INTO_PAYMENT_US, rng));
                }
                Target::Unanswered => {}
                _ => self.strike_within(INTO_PAYMENT_US, rng),
            }
        }
    }

    /// A payment is sent, after so many in this life.
    pub(super) fn on_sent(&mut self, payments: u32, rng: &mut StdRng) {
        if self.target == Target::Unanswered
            && self.strike_at.is_none()
            && payments >= self.payments
        {
            self.strike_within(INTO_EXCHANGE_US, rng);
        }
    }

    /// A step of a settlement: too rare a moment to let pass while none was hit.
    pub(super) fn on_settlement(&mut self, hit_before: bool, rng: &mut StdRng) {
        if !hit_before || (self.target == Target::Anything && rng.random_ratio(1, 2)) {
            self.strike_within(INTO_SETTLEMENT_US, rng);
        }
    }

    /// Whether to look at the phase byte now.
    pub(super) fn lies_in_wait(&self) -> bool {
        self.strike_at.is_none() && self.wait_from.is_some_and(|from| Instant::now() >= from)
    }

    /// What the phase byte shows.
    pub(super) fn on_phase(&mut self, phase: Phase, rng: &mut StdRng) {
        let Some(from) = self.wait_from else { return };
        // Erases are rare: in the end a program will do, and then anything.
        let waited = Instant::now().saturating_duration_since(from);
        let hit = match self.target {
            Target::Erase if waited < PATIENCE => phase == Phase::Erase,
            _ if waited < 2 * PATIENCE => phase != Phase::Idle,
            _ => true,
        };
        if hit {
            let into = if phase == Phase::Erase { INTO_ERASE_US } else { INTO_PROGRAM_US };
            self.strike_within(into, rng);
        }
    }

    /// Whether to strike now.
    pub(super) fn is_due(&self) -> bool {
        self.strike_at.is_some_and(|at| Instant::now() >= at)
    }

    fn strike_within(&mut self, range_us: std::ops::Range<u64>, rng: &mut StdRng) {
        self.strike_at = Some(after(range_us, rng));
    }
}

fn after(range_us: std::ops::Range<u64>, rng: &mut StdRng) -> Instant {
    Instant::now() + Duration::from_micros(rng.random_range(range_us))
}
