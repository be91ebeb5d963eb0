//! What firmware passes in.

use crate::record::{
    Amount, AuthCode, CardClass, CardSequence, Condition, Currency, Emv, EntryMode, Foreign,
    HostDate, HostTime, Identity, Instalments, MerchantId, Moment, OrderNumber, Original,
    Reference, ResponseCode, Rrn, Sealed, Stan, TerminalId, TransactionKind, TruncatedPan, Uptime,
};

/// What the firmware knows when a payment begins. The journal adds the numbers.
///
/// ```
/// use pos_journal::journal::Begin;
/// use pos_journal::record::{Amount, Currency, EntryMode, TransactionKind};
/// let sale = Begin {
///     entry: EntryMode::CONTACTLESS,
///     tip: Some(Amount::new(100)),
///     ..Begin::new(0, TransactionKind::Sale, Amount::new(1_350), Currency::CNY)
/// };
/// assert_eq!(sale.reference, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// Which book: one host, merchant and terminal id.
    pub book: u8,
    /// What kind of transaction.
    pub kind: TransactionKind,
    /// DE4 in minor units, tip and cash-back included. Of a tip adjustment the tip alone.
    pub amount: Amount,
    /// DE49.
    pub currency: Currency,
    /// DE22.
    pub entry: EntryMode,
    /// DE25.
    pub condition: Condition,
    /// When, as the message will say.
    pub moment: Moment,
    /// The card.
    pub pan: Option<TruncatedPan>,
    /// DE23.
    pub card_sequence: Option<CardSequence>,
    /// The cash register's reference: the same one again gives the same payment back.
    pub reference: Option<Reference>,
    /// The payment that this one voids, refunds, completes or adjusts.
    pub original: Option<Original>,
    /// The part of `amount` that is a tip.
    pub tip: Option<Amount>,
    /// The part of `amount` that is paid out in cash (DE54).
    pub cash_back: Option<Amount>,
    /// Paid in parts.
    pub instalments: Option<Instalments>,
    /// What the card is charged in its own currency (DE6, 10, 51). Only `amount` totals.
    pub foreign: Option<Foreign>,
    /// Whose card it is, where the settlement tells them apart.
    pub cards: Option<CardClass>,
    /// The merchant's order number of a QR payment (of a QR refund: the refund's own number).
    pub order: Option<OrderNumber>,
    /// The card number, sealed by the secure element, for a reversal or an upload that carries DE2.
    pub sealed: Option<Sealed>,
    /// Chip data for a reversal, filtered.
    pub emv: Option<Emv>,
    /// Begin it although records are lost among which its reference, or another void or refund of its
    /// original, may have been.
    pub even_if_lost: bool,
}

impl Begin {
    /// With nothing optional, to fill in.
    #[must_use]
    pub fn new(book: u8, kind: TransactionKind, amount: Amount, currency: Currency) -> Self {
        Self {
            book,
            kind,
            amount,
            currency,
            entry: EntryMode::MANUAL,
            condition: Condition::NORMAL,
            moment: Moment::default(),
            pan: None,
            card_sequence: None,
            reference: None,
            original: None,
            tip: None,
            cash_back: None,
            instalments: None,
            foreign: None,
            cards: None,
            order: None,
            sealed: None,
            emv: None,
            even_if_lost: false,
        }
    }
}

/// An answer as the firmware read it.
#[derive(Clone, Debug, Default)]
pub struct OutcomeOf {
    /// DE39, where it is usable.
    pub code: Option<ResponseCode>,
    /// DE37.
    pub rrn: Option<Rrn>,
    /// DE38.
    pub auth_code: Option<AuthCode>,
    /// DE4 of the answer, where it differs from the amount requested.
    pub approved_amount: Option<Amount>,
    /// DE13 and DE12 as received.
    pub host_time: Option<HostTime>,
    /// DE15 as received.
    pub settlement_date: Option<HostDate>,
    /// Chip data, filtered.
    pub emv: Option<Emv>,
    /// From the first byte sent to the answer or the time-out, in milliseconds.
    pub elapsed_ms: u32,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
}

/// An answer that came after its payment was given up, as the message names it.
#[derive(Clone, Debug)]
pub struct LateAnswer {
    /// The book.
    pub book: u8,
    /// DE11 of the answer.
    pub stan: Stan,
    /// Whether it approves.
    pub approved: bool,
    /// DE39.
    pub code: Option<ResponseCode>,
    /// DE37.
    pub rrn: Option<Rrn>,
    /// DE38.
    pub auth_code: Option<AuthCode>,
    /// Milliseconds since the start of the terminal.
    pub uptime: Uptime,
}

/// Who a book is to its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// DE41.
    pub terminal: TerminalId,
    /// DE42.
    pub merchant: MerchantId,
    /// The currency that the merchant is paid in.
    pub currency: Currency,
    /// The number of the key that seals card numbers, as the firmware counts them.
    pub key: u16,
}

/// What a change of identity does to payments that are open.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityChange {
    /// It is refused while the book owes anything.
    WhenEmpty,
    /// They become unresolved, under the identity that they were begun with: an operator decides.
    Forced,
}

/// What became of the request that was not answered.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It may have been sent: it owes a reversal.
    Perhaps,
    /// The transport proved that it took not one byte of it: nothing is owed for it.
    Nothing,
}

impl Identity {
    pub(super) fn who(&self) -> Who {
        let Self { terminal, merchant, currency, key, .. } = self.clone();
        Who { terminal, merchant, currency, key }
    }
}
