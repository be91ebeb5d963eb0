//! The message type of an attempt.
//!
//! | kind | first | repeat, where the profile tells them apart |
//! |---|---|---|
//! | all that is reversed | 0400 | 0401 |
//! | advices | 0220 | 0221 |
//! | script results | 0620 | 0621 |
//! | refund, sent again where the host allows it | 0220 | 0220: identical |
//! | QR | none | none |
//!
//! Hosts that reverse with 0420 and 0421 count on from here.

use crate::ledger::{Owes, rule};
use crate::record::TransactionKind;

/// The message type of an attempt; none where the host does not speak ISO 8583. `repeat`: a repeat
/// is told apart.
pub(super) const fn mti(kind: TransactionKind, repeat: bool) -> Option<&'static str> {
    match (rule(kind).owes, repeat) {
        (Owes::Reversal, false) => Some("0400"),
        (Owes::Reversal, true) => Some("0401"),
        (Owes::Advice, false) => Some("0220"),
        (Owes::Advice, true) => Some("0221"),
        (Owes::Notice, false) => Some("0620"),
        (Owes::Notice, true) => Some("0621"),
        (Owes::Query, _) if matches!(kind, TransactionKind::Refund) => Some("0220"),
        (Owes::Query | Owes::Order | Owes::Nothing, _) => None,
    }
}
