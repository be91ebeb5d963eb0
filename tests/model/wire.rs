//! What travels between terminal and host. A payment is named by its STAN.

use pos_journal::record::TransactionKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    /// 0200, a QR order, or an advice (0220).
    Request { stan: u32, kind: u8, reference: u8, original: u32 },
    /// Its answer.
    Response { stan: u32, says: Says },
    /// 0400, or the cancel of a QR order.
    Reversal { stan: u32 },
    /// Its answer.
    Reversed { stan: u32, result: Undone },
    /// What became of a refund or a QR order?
    Query { stan: u32 },
}

/// What an answer says of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Says {
    Approved,
    Declined,
    /// The host does not know it, or not yet how it ends.
    Unknown,
}

/// The answer to a reversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Undone {
    Done,
    NothingToReverse,
    JustPaid,
}

impl Message {
    pub fn kind(kind: u8) -> TransactionKind {
        TransactionKind::try_from(kind).unwrap()
    }

    /// It goes to the host.
    pub fn is_request(&self) -> bool {
        matches!(self, Self::Request { .. } | Self::Reversal { .. } | Self::Query { .. })
    }
}
