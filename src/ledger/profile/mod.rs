//! How one host wants to be spoken to: codes, retries, limits and the form of its settlement.
//!
//! A record says what an answer *meant*, so a profile is never needed to read a journal; it is
//! needed to decide what to write. Profiles are constants of the firmware. The three here are starting
//! points for the usual styles: what an acquirer's specification says goes before them.
//!
//! | question | file |
//! |---|---|
//! | what does this DE39 mean for this message? | `codes` |
//! | does this answer belong to that request? | `echo` |
//! | when is the next attempt, and when is it given up? | `retry` |
//! | what does the 0500 say? | [`figures`](super::figures) |

mod codes;
mod echo;
mod retry;

pub use codes::{CodeTable, Codes, Message};
pub use echo::{Echo, Mismatch};
pub use retry::Retry;

use super::figures::{Layout, VoidedCount};

/// What an unresolved payment does to new online business of its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unresolved {
    /// `may_start` names it, and lets the payment begin.
    #[default]
    Warn,
    /// Nothing online begins until an operator has decided.
    Block,
}

/// How one host wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// What people call it.
    pub name: &'static str,
    /// What a DE39 means, per message.
    pub codes: Codes,
    /// Attempts of a reversal, and of a QR order's cancel.
    pub reversal: Retry,
    /// Attempts of a stored advice.
    pub advice: Retry,
    /// Queries about a QR order or a refund.
    pub query: Retry,
    /// Attempts of a 0500.
    pub settle: Retry,
    /// How long after the first 'nothing to reverse' the reversal is sent once more, in ms: by then a
    /// request that was still under way has arrived.
    pub hold_off_ms: u32,
    /// A repeat has a message type of its own (0401, 0221, 0421) instead of the first one.
    pub repeat_mti: bool,
    /// A lower approved amount (DE39 = 10) can be used; otherwise it is reversed.
    pub partial_approval: bool,
    /// The host takes the same refund twice for one.
    pub refunds_idempotent: bool,
    /// What an unresolved payment does to new business.
    pub unresolved: Unresolved,
    /// A completion may be so many per cent of its hold (UnionPay: 115).
    pub completion_percent: u16,
    /// How long a second payment of the same card and amount is named as a possible duplicate, in s.
    pub duplicate_window_s: u32,
    /// Payments that a batch may hold; 0: as many as its figures have digits for.
    pub batch_limit: u32,
    /// Whether a voided sale counts.
    pub voided: VoidedCount,
    /// What the 0500 looks like.
    pub layout: Layout,
}

impl Profile {
    /// Terminals in mainland China, by the UnionPay terminal specification and public terminals.
    pub const UNIONPAY: Self = Self {
        name: "UnionPay style",
        codes: Codes {
            reversal: CodeTable { done: &[*b"00"], nothing: &[*b"12", *b"25"], busy: BUSY },
            ..Codes::USUAL
        },
        voided: VoidedCount::BothSides,
        layout: Layout::UnionPay,
        repeat_mti: false,
        ..Self::PLAIN
    };

    /// The host-reconciled batches of South-East Asia.
    pub const ASIAN: Self = Self {
        name: "South-East Asian style",
        voided: VoidedCount::Neither,
        layout: Layout::Asian,
        repeat_mti: true,
        ..Self::PLAIN
    };

    /// ISO 8583:1987 without anybody's additions.
    pub const PLAIN: Self = Self {
        name: "plain ISO 8583",
        codes: Codes::USUAL,
        reversal: Retry { first_ms: 5_000, longest_ms: 300_000, limit: 100 },
        advice: Retry { first_ms: 5_000, longest_ms: 600_000, limit: 100 },
        query: Retry { first_ms: 5_000, longest_ms: 60_000, limit: 100 },
        settle: Retry { first_ms: 10_000, longest_ms: 300_000, limit: 100 },
        hold_off_ms: 60_000,
        repeat_mti: true,
        partial_approval: false,
        refunds_idempotent: false,
        unresolved: Unresolved::Warn,
        completion_percent: 115,
        duplicate_window_s: 120,
        batch_limit: 0,
        voided: VoidedCount::Neither,
        layout: Layout::Iso,
    };

    /// QR orders of a wallet: queried every 5 s, cancelled by the same order number.
    pub const QR: Self = Self {
        name: "QR wallet",
        query: Retry { first_ms: 5_000, longest_ms: 30_000, limit: 100 },
        refunds_idempotent: true,
        ..Self::PLAIN
    };
}

impl Default for Profile {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// Codes that say 'not now': issuer or switch inoperative, cut-over, congestion.
const BUSY: &[[u8; 2]] = &[*b"09", *b"68", *b"90", *b"91", *b"92", *b"96", *b"98"];

#[cfg(test)]
mod tests;
