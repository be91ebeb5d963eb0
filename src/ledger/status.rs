//! What a cash register is told about a payment.

use super::ItemState;

/// The answer to 'what became of my payment?'. Unknown is never told as declined.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaymentStatus {
    /// Approved and confirmed: hand out the goods.
    Approved,
    /// Declined: no money moves.
    Declined,
    /// It did not go through and is being reversed: take another payment.
    Reversing,
    /// Nobody can say yet: do not repeat it.
    Unknown,
    /// Nothing was ever sent.
    NeverStarted,
    /// It was reversed, or the host confirmed that it never knew it.
    Reversed,
    /// An operator decided not to pursue it; whether money moved is not proven.
    Abandoned,
    /// Accepted without the host, which has yet to be told: hand out the goods.
    Accepted,
    /// An inquiry: no money was to move.
    Inquired,
}

impl PaymentStatus {
    /// The word for a display or a log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Reversing => "reversing",
            Self::Unknown => "unknown",
            Self::NeverStarted => "never started",
            Self::Reversed => "reversed",
            Self::Abandoned => "abandoned",
            Self::Accepted => "accepted offline",
            Self::Inquired => "inquired",
        }
    }
}

impl core::fmt::Display for PaymentStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

impl From<ItemState> for PaymentStatus {
    fn from(state: ItemState) -> Self {
        match state {
            // An approval that the chip has not confirmed may still be reversed.
            ItemState::Unanswered | ItemState::Approved => Self::Unknown,
            // What the host refused is for an operator to decide.
            ItemState::Querying | ItemState::Unresolved | ItemState::Refused => Self::Unknown,
            ItemState::Reversing | ItemState::NothingOnce => Self::Reversing,
            ItemState::Cancelling | ItemState::RefundDue => Self::Reversing,
            ItemState::Stored | ItemState::Sending => Self::Accepted,
            ItemState::Completed => Self::Approved,
            ItemState::Declined => Self::Declined,
            ItemState::NeverSent | ItemState::Cancelled => Self::NeverStarted,
            ItemState::Reversed | ItemState::NotFound | ItemState::Refunded => Self::Reversed,
            ItemState::Abandoned => Self::Abandoned,
            ItemState::Inquired => Self::Inquired,
        }
    }
}
