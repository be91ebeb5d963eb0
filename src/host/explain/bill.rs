//! What a bill says of one payment. Whoever compares the journal with bills (`reconcile`) fills it in;
//! `explain` asks for it and reads no bill itself.

use crate::host::bills::PayoutState;
use crate::record::Seq;

/// What the bill says of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillFacts {
    /// Whether it has a row for it.
    pub presence: Presence,
    /// The gross amount of the row, in minor units.
    pub amount: Option<u64>,
    /// The fee of the row, in minor units.
    pub fee: Option<i64>,
    /// The fee by the agreed rate, where that is known.
    pub agreed_fee: Option<i64>,
    /// Where its payout stands.
    pub payout: Option<PayoutState>,
    /// Why the payout failed, as the bill prints it.
    pub reason: Option<String>,
    /// Its rows, each with its file and line, as the bill prints them.
    pub rows: Vec<String>,
    /// A row disputes it.
    pub is_disputed: bool,
    /// A row holds it for an audit.
    pub is_audited: bool,
    /// The acquirer undid it, and the journal did not.
    pub is_intercepted: bool,
    /// The row names another merchant than the terminal is set up for.
    pub other_merchant: bool,
}

/// Whether the bill has a row for a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// No bill covers the payment's day.
    #[default]
    NotCovered,
    /// It has.
    Present,
    /// It has rows of this terminal, and none for the payment.
    Absent,
    /// It has no row of this terminal at all.
    NoTerminal,
}

/// Who knows what bills say.
pub trait BillSource {
    /// What they say of this payment; `None` without a bill.
    fn facts(&self, item: Seq) -> Option<BillFacts>;
}

/// No bill.
impl BillSource for () {
    fn facts(&self, _: Seq) -> Option<BillFacts> {
        None
    }
}

impl BillSource for std::collections::BTreeMap<Seq, BillFacts> {
    fn facts(&self, item: Seq) -> Option<BillFacts> {
        self.get(&item).cloned()
    }
}
