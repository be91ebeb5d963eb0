//! What is about to be sent: durable before the first byte leaves.

use super::sparse::sparse;
use super::{
    Amount, AuthCode, Batch, CardSequence, Condition, Currency, EntryMode, HostDate, Invoice,
    Moment, Reference, Rrn, Seq, Stan, TransactionKind, TruncatedPan,
};
use serde::{Deserialize, Serialize};

/// A payment is about to be sent. Its own sequence number is the payment's name from here on.
///
/// It holds all that a reversal repeats: STAN, batch, amount and local date and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Which book: one host, merchant and terminal id.
    pub book: u8,
    /// Sale, void, refund.
    pub kind: TransactionKind,
    /// DE11.
    pub stan: Stan,
    /// The book's open batch.
    pub batch: Batch,
    /// DE62.
    pub invoice: Invoice,
    /// DE4 as requested, in minor units, at most [`Amount::DE4_MAX`].
    pub amount: Amount,
    /// DE49.
    pub currency: Currency,
    /// DE22.
    pub entry: EntryMode,
    /// DE25.
    pub condition: Condition,
    /// When; DE12 and DE13 as sent.
    pub moment: Moment,
    /// The card, where there is one.
    pub pan: Option<TruncatedPan>,
    /// DE23, where the chip gives one.
    pub card_sequence: Option<CardSequence>,
    /// The cash register's reference.
    pub reference: Option<Reference>,
    /// The payment that this one voids or refunds.
    pub original: Option<Original>,
}

sparse! {
    Intent {
        always { book, kind, stan, batch, invoice, amount, currency, entry, condition, moment },
        maybe { pan, card_sequence, reference, original },
    }
}

/// How an original payment is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Original {
    /// By its record: the sequence number of its intent in this journal.
    ByRecord(Seq),
    /// By what its receipt says: of another terminal, or of a batch long reclaimed.
    ByValue {
        /// DE37 of the original.
        rrn: Rrn,
        /// DE38 of the original, where the receipt shows one.
        auth_code: Option<AuthCode>,
        /// MMDD of the original.
        date: HostDate,
    },
}

impl Original {
    /// The original's sequence number, where it is named by one.
    #[must_use]
    pub fn seq(&self) -> Option<Seq> {
        match self {
            Self::ByRecord(seq) => Some(*seq),
            Self::ByValue { .. } => None,
        }
    }
}
