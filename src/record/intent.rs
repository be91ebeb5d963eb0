//! What is about to be sent: durable before the first byte leaves.

use super::sparse::sparse;
use super::{
    Amount, AuthCode, Batch, CardClass, CardSequence, Condition, Currency, EntryMode, HostDate,
    Invoice, Moment, OrderNumber, Reference, Rrn, Seq, Stan, TransactionKind, TruncatedPan,
};
use serde::{Deserialize, Serialize};

/// A payment is about to be sent. Its own sequence number is the payment's name from here on.
///
/// It holds all that a reversal repeats: STAN, batch, amount and local date and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Which book: one host, merchant and terminal id.
    pub book: u8,
    /// What kind of transaction.
    pub kind: TransactionKind,
    /// DE11.
    pub stan: Stan,
    /// The book's open batch.
    pub batch: Batch,
    /// DE62.
    pub invoice: Invoice,
    /// DE4 as requested, tip and cash-back included, in minor units, at most [`Amount::DE4_MAX`].
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
    /// The payment that this one voids, refunds, completes or adjusts.
    pub original: Option<Original>,
    /// Index of the [`Identity`](super::Identity) that it was sent under; none: there was only one.
    pub identity: Option<u8>,
    /// The part of `amount` that is a tip.
    pub tip: Option<Amount>,
    /// The part of `amount` that is paid out in cash (DE54).
    pub cash_back: Option<Amount>,
    /// Paid in parts.
    pub instalments: Option<Instalments>,
    /// What the card is charged in its own currency. Only `amount` totals.
    pub foreign: Option<Foreign>,
    /// Whose card it is, where the settlement tells them apart; none: domestic.
    pub cards: Option<CardClass>,
    /// The merchant's order number of a QR payment.
    pub order: Option<OrderNumber>,
}

sparse! {
    Intent {
        always { book, kind, stan, batch, invoice, amount, currency, entry, condition, moment },
        maybe {
            pan, card_sequence, reference, original, identity, tip, cash_back, instalments,
            foreign, cards, order,
        },
    }
}

impl Intent {
    /// An intent with the first numbers and nothing optional, to fill in.
    #[must_use]
    pub fn new(book: u8, kind: TransactionKind, amount: Amount, currency: Currency) -> Self {
        Self {
            book,
            kind,
            stan: Stan::FIRST,
            batch: Batch::FIRST,
            invoice: Invoice::FIRST,
            amount,
            currency,
            entry: EntryMode::MANUAL,
            condition: Condition::NORMAL,
            moment: Moment::default(),
            pan: None,
            card_sequence: None,
            reference: None,
            original: None,
            identity: None,
            tip: None,
            cash_back: None,
            instalments: None,
            foreign: None,
            cards: None,
            order: None,
        }
    }

    /// Whose card it is.
    #[must_use]
    pub fn card_class(&self) -> CardClass {
        self.cards.unwrap_or(CardClass::Domestic)
    }
}

/// Paid in parts, as the acquirer numbers its plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalments {
    /// How many parts.
    pub count: u8,
    /// The acquirer's number of the plan.
    pub plan: u16,
}

/// Dynamic currency conversion: what the cardholder agreed to pay in the card's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// DE51.
    pub currency: Currency,
    /// DE6, in minor units of that currency.
    pub amount: Amount,
    /// DE10 as sent: eight digits, of which the first counts the decimals.
    pub rate: u32,
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
