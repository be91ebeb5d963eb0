//! What firmware has from its board: the time, and where to connect. Passed in, so that a month can be
//! lived in minutes.

use super::till::Failure;
use pos_journal::record::{Clock, Moment, Uptime};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The board.
pub trait World {
    /// Since the start.
    fn uptime(&self) -> Uptime;
    /// Local time, as the clock shows it; the boot count is the journal's.
    fn moment(&self) -> Moment;
    /// The host says what time it is, in local seconds since 1970.
    fn set_clock(&mut self, local_seconds: u32);
    /// Nothing is to be done until then.
    ///
    /// # Errors
    /// Time does not pass any more.
    fn wait_until(&mut self, at: Uptime) -> Result<(), Failure>;
    /// An exchange has ended, with an answer or by its time-out.
    ///
    /// # Errors
    /// Time does not pass any more.
    fn exchanged(&mut self, answered: bool) -> Result<(), Failure>;
    /// The acquirer.
    fn address(&self) -> SocketAddr;
}

/// A real one.
pub struct Board {
    started: Instant,
    acquirer: SocketAddr,
}

impl Board {
    pub fn new(acquirer: SocketAddr) -> Self {
        Self { started: Instant::now(), acquirer }
    }
}

impl World for Board {
    fn uptime(&self) -> Uptime {
        Uptime(self.started.elapsed().as_millis() as u64)
    }

    fn moment(&self) -> Moment {
        let utc = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Moment {
            local_seconds: utc as u32 + 8 * 3_600,
            utc_offset_quarters: 32,
            clock: Clock::Set,
            boot: 0,
            uptime: self.uptime(),
        }
    }

    fn set_clock(&mut self, _: u32) {}

    fn wait_until(&mut self, at: Uptime) -> Result<(), Failure> {
        thread::sleep(Duration::from_millis(at.0.saturating_sub(self.uptime().0)));
        Ok(())
    }

    fn exchanged(&mut self, _: bool) -> Result<(), Failure> {
        Ok(())
    }

    fn address(&self) -> SocketAddr {
        self.acquirer
    }
}
