//! When the next attempt is due, and when there were enough.
//!
//! Time is the milliseconds since the terminal started, passed in; the wall clock plays no part. After
//! a restart nobody knows how long the power was off, so no time is taken to have passed: what was tried
//! before waits its full time once more.

/// Attempts: the first wait, doubled each time up to the longest, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Wait after the first attempt, in ms.
    pub first_ms: u32,
    /// The longest wait, in ms.
    pub longest_ms: u32,
    /// Attempts after which the payment is given up: unresolved, never deleted, and still tried once
    /// per longest wait.
    pub limit: u16,
}

impl Retry {
    /// How long to wait after so many attempts, in ms.
    ///
    /// ```
    /// use pos_journal::ledger::profile::Retry;
    /// let retry = Retry { first_ms: 5_000, longest_ms: 60_000, limit: 10 };
    /// let waits = [0, 1, 2, 3, 4, 5, 6].map(|attempts| retry.wait_ms(attempts));
    /// assert_eq!(waits, [0, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    /// ```
    #[must_use]
    pub const fn wait_ms(&self, attempts: u16) -> u32 {
        let Some(doublings) = attempts.checked_sub(1) else { return 0 };
        let wait = (self.first_ms as u64) << if doublings > 31 { 31 } else { doublings };
        if wait > self.longest_ms as u64 { self.longest_ms } else { wait as u32 }
    }

    /// When the next attempt is due: at `0` or any other time up to `now`, at once.
    ///
    /// `tried_at` is the time of the last attempt in this run of the terminal; `None` if it was made in
    /// an earlier one. A `now` before `tried_at` means that the clock was started over: the wait begins
    /// anew at `now`, so it never exceeds the longest.
    #[must_use]
    pub const fn ready_at(&self, tried_at: Option<u64>, attempts: u16, now: u64) -> u64 {
        let since = match tried_at {
            None => 0,
            Some(at) if at > now => now,
            Some(at) => at,
        };
        since.saturating_add(self.wait_ms(attempts) as u64)
    }

    /// There were enough attempts.
    #[must_use]
    pub const fn exhausted(&self, attempts: u16) -> bool {
        attempts >= self.limit
    }
}
