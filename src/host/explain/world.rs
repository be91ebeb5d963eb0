//! What the decision needs besides the dump: agreements, holidays, outages, and what time it is.

use jiff::civil::DateTime;

use super::outage::Outage;
use crate::host::calendar::{Calendar, Cycle, Terms};

/// What is known besides the dump.
#[derive(Clone, Debug)]
pub struct World {
    /// When money is due to the merchant.
    pub terms: Terms,
    /// When money is due back to a customer.
    pub refunds: Terms,
    /// The working days.
    pub calendar: Calendar,
    /// Maintenance windows and outages.
    pub outages: Vec<Outage>,
    /// When it is, local to the terminal.
    pub now: DateTime,
}

/// Working days in which a customer's money is back, unless something else is agreed.
const REFUND_DAYS: u8 = 7;

impl World {
    /// The usual terms and China's calendar.
    #[must_use]
    pub fn new(now: DateTime) -> Self {
        let terms = Terms::default();
        Self {
            terms,
            refunds: Terms { cycle: Cycle::T(REFUND_DAYS), ..terms },
            calendar: Calendar::china(),
            outages: Vec::new(),
            now,
        }
    }
}
