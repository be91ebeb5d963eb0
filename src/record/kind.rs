//! What kind of transaction an intent announces.

use super::coded::coded;

coded! {
    /// What kind of transaction an intent announces. What each one owes, counts and needs is the
    /// table in [`ledger`](crate::ledger).
    ///
    /// The numbers are stored and frozen.
    TransactionKind {
        /// Sale (0200), also with cash-back, tip, instalments.
        Sale = 1,
        /// Void of a sale (0200), inside the sale's own open batch.
        Void = 2,
        /// Refund (0220): never reversed, asked about instead.
        Refund = 3,
        /// Pre-authorization (0100): a hold on the customer's account.
        PreAuth = 4,
        /// Increment of a pre-authorization (0100).
        Increment = 5,
        /// Void of a pre-authorization (0100): the hold ends.
        PreAuthVoid = 6,
        /// Completion of a pre-authorization, online (0200).
        Completion = 10,
        /// Void of an online completion (0200), inside its own open batch.
        CompletionVoid = 11,
        /// Void of a refund (0200), inside the refund's own open batch.
        RefundVoid = 12,
        /// Completion of a pre-authorization as an advice (0220).
        CompletionAdvice = 16,
        /// Sale that was approved without the host (0220).
        OfflineSale = 17,
        /// Tip added to a sale that is completed (0220): the amount is the tip alone.
        TipAdjust = 18,
        /// Results of issuer scripts (0620 or 0320): told, and nothing depends on the answer.
        ScriptResult = 19,
        /// Sale by QR code: a merchant order number at a wallet's host.
        QrSale = 24,
        /// Refund of a QR sale, under a refund number of its own.
        QrRefund = 25,
        /// Balance inquiry (0100): takes a STAN and owes nothing.
        BalanceInquiry = 26,
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
            Self::PreAuth => "pre-authorization",
            Self::Increment => "increment",
            Self::PreAuthVoid => "void of pre-authorization",
            Self::Completion => "completion",
            Self::CompletionVoid => "void of completion",
            Self::RefundVoid => "void of refund",
            Self::CompletionAdvice => "completion advice",
            Self::OfflineSale => "offline sale",
            Self::TipAdjust => "tip adjustment",
            Self::ScriptResult => "script results",
            Self::QrSale => "QR sale",
            Self::QrRefund => "QR refund",
            Self::BalanceInquiry => "balance inquiry",
        }
    }
}

impl core::fmt::Display for TransactionKind {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}
