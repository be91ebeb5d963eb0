//! What a bill says of one payment. Whoever compares the journal with bills (`reconcile`) fills it in;
//! `explain` asks for it and reads no bill itself.

use jiff::civil::Date;

use crate::record::Seq;

/// What the bill says of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillFacts {
    /// Whether it has a row for it.
    pub presence: Presence,
    /// The gross amount of the row, in minor units.
    pub amount: Option<u64>,
    /// What the row should say, tips included; without it the amount approved.
    pub expected: Option<u64>,
    /// The fee of the row, in minor units.
    pub fee: Option<i64>,
    /// The fee by the agreed rate, where the row has another.
    pub agreed_fee: Option<i64>,
    /// The row is not final.
    pub is_pending: bool,
    /// Where its payout stands, if payouts or a bank statement were given.
    pub payout: Option<Payout>,
    /// Why it is held, disputed or not paid out, as the bill prints it.
    pub reason: Option<String>,
    /// Its rows, each with its file and line.
    pub rows: Vec<String>,
    /// A row disputes it.
    pub is_disputed: bool,
    /// A row names a court, the police or fraud.
    pub is_outside: bool,
    /// A row holds it, and none releases it.
    pub is_audited: bool,
    /// How much of it the bill takes back, where the journal does not: in minor units.
    pub taken_back: u64,
    /// The row names another merchant than the terminal is set up for.
    pub other_merchant: bool,
}

impl BillFacts {
    /// The bill charges the payer: a final row of it stands, or a part of it.
    #[must_use]
    pub fn charges(&self) -> u64 {
        let is_there = self.presence == Presence::Present && !self.is_pending;
        let charged = self.amount.filter(|_| is_there).unwrap_or(0);
        charged.saturating_sub(self.taken_back)
    }
}

/// Where the payout of a payment's settlement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payout {
    /// Credited, on that day where it is known.
    Paid(Option<Date>),
    /// Not due yet.
    Waiting,
    /// Overdue, and still being paid.
    Pending,
    /// Overdue: no payout, or the bank has no such credit.
    Missing,
    /// Less was paid than settled; of which payments, nobody can say.
    Short,
    /// It failed.
    Failed,
    /// The bank sent it back.
    Returned,
    /// Frozen.
    Held,
}

impl Payout {
    /// The key for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paid(_) => "paid",
            Self::Waiting => "waiting",
            Self::Pending => "pending",
            Self::Missing => "missing",
            Self::Short => "short",
            Self::Failed => "failed",
            Self::Returned => "returned",
            Self::Held => "held",
        }
    }
}

/// Whether the bill has a row for a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// No bill covers the payment's day.
    #[default]
    NotCovered,
    /// It has.
    Present,
    /// It has rows of its amount that may be of it, and none bears a number by which a journal could tell.
    Unnamed,
    /// It has rows of this terminal, and none for the payment.
    Absent,
    /// It has no row of this terminal at all.
    NoTerminal,
}

impl Presence {
    /// The key for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotCovered => "not covered",
            Self::Present => "present",
            Self::Unnamed => "unnamed",
            Self::Absent => "absent",
            Self::NoTerminal => "no terminal",
        }
    }
}

/// Who knows what bills say.
pub trait BillSource {
    /// What they say of this payment; `None` without a bill.
    fn facts(&self, item: Seq) -> Option<BillFacts>;

    /// Whether there is a bill at all.
    fn is_given(&self) -> bool {
        true
    }
}

/// No bill.
impl BillSource for () {
    fn facts(&self, _: Seq) -> Option<BillFacts> {
        None
    }

    fn is_given(&self) -> bool {
        false
    }
}

impl BillSource for std::collections::BTreeMap<Seq, BillFacts> {
    fn facts(&self, item: Seq) -> Option<BillFacts> {
        self.get(&item).cloned()
    }
}
