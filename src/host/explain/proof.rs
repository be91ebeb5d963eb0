//! What the records prove about one payment. 'Swipe again' and 'void' can be said only with a proof in
//! hand, and proofs are made here and nowhere else.
//!
//! | state | proof | unless |
//! |---|---|---|
//! | declined | [`NotCharged`] | DE39 proves no decline; a late approval |
//! | never sent, cancelled before it was sent | [`NotCharged`] | a late approval |
//! | reversed | [`NotCharged`] | an approval came after the reversal was confirmed |
//! | completed | [`Charged`] | a void or refund of it, or of a part of it, is done or in doubt |
//! | declined, never sent, reversed | none | a bill charges it all the same |
//! | completed | none | a bill takes it back |
//! | any | none | something of the dump that may be about it is missing; its kind is not a sale; it was done again already; an offline sale stands in its place |

use super::undo::Undo;
use crate::ledger::{Counts, ItemState, Owes, rule};
use crate::record::{Proof, ResponseCode, Seq, TransactionKind, Verdict};

/// What a proof is made from: all that the dump says of a payment that matters for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Premises {
    /// Its name.
    pub item: Seq,
    /// What kind it is; `None`: its intent is gone.
    pub kind: Option<TransactionKind>,
    /// Where it stands; `None`: too little is left.
    pub state: Option<ItemState>,
    /// What its answer was taken for.
    pub verdict: Option<Verdict>,
    /// DE39 of the answer.
    pub code: Option<ResponseCode>,
    /// A late answer approved it, and nothing undid it since.
    pub approved_late: bool,
    /// Nothing of the dump that could be about it is missing.
    pub is_intact: bool,
    /// How far voids and refunds took it back.
    pub undo: Undo,
    /// The same card paid the same amount later, or an offline sale stands in its place.
    pub is_replaced: bool,
    /// Its batch is open, so that a void can reach it.
    pub batch_is_open: bool,
    /// A bill charges the payer for it.
    pub is_billed: bool,
}

/// Proof that a payment took no money and will not, or that its reversal is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCharged {
    item: Seq,
    is_reversed: bool,
}

/// Proof that a payment was approved and stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged {
    item: Seq,
    can_void: bool,
}

impl NotCharged {
    /// The payment.
    #[must_use]
    pub const fn item(self) -> Seq {
        self.item
    }

    /// What it may have taken goes back: its reversal is confirmed.
    #[must_use]
    pub const fn is_reversed(self) -> bool {
        self.is_reversed
    }
}

impl Charged {
    /// The payment.
    #[must_use]
    pub const fn item(self) -> Seq {
        self.item
    }

    /// A void still reaches it: its batch is open.
    #[must_use]
    pub const fn can_void(self) -> bool {
        self.can_void
    }
}

/// Where a payment stands, as far as advice depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Approved, and it stands.
    Charged(Charged),
    /// It took no money and will not.
    NotCharged(NotCharged),
    /// Approved, and a void or refund of it is done or under way; or it is a void or refund itself.
    Done,
    /// Approved, a part of it is refunded, and the rest stands.
    PartDone,
    /// It took no money; and nothing is to be done again.
    Over,
    /// A reversal or cancel is owed: whether money moved is not known.
    ToReverse,
    /// A question is owed: whether money moved is not known.
    ToQuery,
    /// It was told as failed and is paid: the terminal owes a refund.
    ToRefund,
    /// An advice that the host does not have yet.
    ToSend,
    /// An advice that the host refused.
    Refused,
    /// Given up by an operator, unknown to the host, or the bill says otherwise: not proven either way.
    Doubtful,
    /// No money was to move.
    Inquiry,
    /// Its intent was reclaimed: the journal had closed it, and its batch.
    Gone,
    /// The dump does not hold enough to say.
    Unknown,
}

impl Premises {
    /// Nothing is known.
    #[must_use]
    pub const fn none(item: Seq) -> Self {
        Self {
            item,
            kind: None,
            state: None,
            verdict: None,
            code: None,
            approved_late: false,
            is_intact: false,
            undo: Undo::None,
            is_replaced: false,
            batch_is_open: false,
            is_billed: false,
        }
    }

    /// Where the payment stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        use ItemState as S;
        let (kind, state) = match (self.kind, self.state, self.is_intact) {
            (Some(kind), Some(state), true) => (kind, state),
            // What is open is never reclaimed.
            (None, state, true) if state.is_none_or(S::is_final) => return Standing::Gone,
            _ => return Standing::Unknown,
        };
        match state {
            S::Completed => self.charged(kind),
            S::Declined | S::NeverSent | S::Cancelled | S::Reversed => {
                self.not_charged(kind, state)
            }
            S::Unanswered if matches!(rule(kind).owes, Owes::Query | Owes::Order) => {
                Standing::ToQuery
            }
            S::Unanswered | S::Approved | S::Reversing | S::NothingOnce | S::Cancelling => {
                Standing::ToReverse
            }
            S::Querying => Standing::ToQuery,
            S::Unresolved => match rule(kind).owes {
                Owes::Reversal => Standing::ToReverse,
                _ => Standing::ToQuery,
            },
            S::RefundDue => Standing::ToRefund,
            S::Stored | S::Sending => Standing::ToSend,
            S::Refused => Standing::Refused,
            S::NotFound | S::Abandoned => Standing::Doubtful,
            S::Refunded => Standing::Done,
            S::Inquired => Standing::Inquiry,
        }
    }

    fn charged(&self, kind: TransactionKind) -> Standing {
        match (is_sale(kind), gives_back(kind), self.undo) {
            (true, _, Undo::None) => Standing::Charged(Charged {
                item: self.item,
                can_void: self.batch_is_open && kind != TransactionKind::QrSale,
            }),
            (true, _, Undo::Part) => Standing::PartDone,
            (true, _, Undo::InDoubt) | (_, true, Undo::InDoubt) => Standing::ToQuery,
            (true, _, Undo::Whole) | (_, true, Undo::None | Undo::Part) => Standing::Done,
            // A refund that was voided; a kind that moves no money.
            (_, true, Undo::Whole) | (false, false, _) => Standing::Over,
        }
    }

    fn not_charged(&self, kind: TransactionKind, state: ItemState) -> Standing {
        let is_declined = state == ItemState::Declined;
        let is_contradicted = self.approved_late || self.is_billed;
        let is_proven = !is_contradicted && (!is_declined || self.is_declined(kind));
        let pays = is_sale(kind) || kind == TransactionKind::PreAuth;
        match (is_proven, pays && !self.is_replaced) {
            (false, _) => Standing::Doubtful,
            (true, true) => Standing::NotCharged(NotCharged {
                item: self.item,
                is_reversed: state == ItemState::Reversed,
            }),
            // What was to be undone stands.
            (true, false) if is_declined && !pays => Standing::Refused,
            (true, false) => Standing::Over,
        }
    }

    /// A card's decline has a DE39 that proves it; a wallet has no DE39 and says that the order is
    /// closed.
    fn is_declined(&self, kind: TransactionKind) -> bool {
        match self.code {
            Some(code) => {
                self.verdict == Some(Verdict::Declined) && code.proof() == Proof::Declined
            }
            None => self.verdict == Some(Verdict::Declined) && rule(kind).owes == Owes::Order,
        }
    }
}

/// Kinds by which a customer pays: only these are ever swiped again, voided or refunded.
pub(super) fn is_sale(kind: TransactionKind) -> bool {
    rule(kind).counts == Counts::Sales
}

/// Kinds that take money back to the customer.
pub(super) fn gives_back(kind: TransactionKind) -> bool {
    matches!(rule(kind).counts, Counts::Refunds | Counts::Voided)
}
