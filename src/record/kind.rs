//! What kind of transaction an intent announces.

use super::coded::coded;

coded! {
    /// What kind of transaction an intent announces.
    ///
    /// The numbers are stored and frozen. 4 to 9 are kept for the pre-authorization family,
    /// 10 to 15 for completions, 16 to 23 for advices and offline sales, 24 to 31 for QR.
    TransactionKind {
        /// Sale (0200).
        Sale = 1,
        /// Void of a sale (0200), inside the sale's own open batch.
        Void = 2,
        /// Refund (0220): never reversed, asked about instead.
        Refund = 3,
    }
}

impl TransactionKind {
    /// The word an operator knows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Void => "void",
            Self::Refund => "refund",
        }
    }
}

impl core::fmt::Display for TransactionKind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}
