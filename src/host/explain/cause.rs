//! Why money did not arrive, and how sure that is.

/// A cause, by the letter that merchants' help lines use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Network drop or delay.
    N,
    /// Terminal: hardware, software, power.
    T,
    /// Not authorised, declined, not finished.
    A,
    /// Operator.
    O,
    /// Voided, refunded, reversed, intercepted.
    V,
    /// Bank or issuer fault, maintenance, peak.
    K,
    /// Payment company, or its line to the bank.
    P,
    /// Settlement cycle, weekend, holiday, cut-off hour.
    S,
    /// Clearing or payout late.
    C,
    /// Merchant account: frozen, wrong, not activated, at its limit.
    M,
    /// Fee dispute.
    F,
    /// Compliance or audit hold.
    R,
    /// Cardholder: account, limit, handling.
    H,
    /// Dispute, chargeback.
    D,
    /// Unlicensed aggregator, switched merchant code.
    Q,
    /// Outside software: fraud, stolen card, legal.
    L,
}

impl Cause {
    /// All of them, in the order in which help lines list them.
    pub const ALL: [Self; 16] = [
        Self::N,
        Self::T,
        Self::A,
        Self::O,
        Self::V,
        Self::K,
        Self::P,
        Self::S,
        Self::C,
        Self::M,
        Self::F,
        Self::R,
        Self::H,
        Self::D,
        Self::Q,
        Self::L,
    ];

    /// The letter.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::N => "N",
            Self::T => "T",
            Self::A => "A",
            Self::O => "O",
            Self::V => "V",
            Self::K => "K",
            Self::P => "P",
            Self::S => "S",
            Self::C => "C",
            Self::M => "M",
            Self::F => "F",
            Self::R => "R",
            Self::H => "H",
            Self::D => "D",
            Self::Q => "Q",
            Self::L => "L",
        }
    }
}

/// How sure a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The journal's records prove it.
    Proves,
    /// The acquirer's bill says so; the journal alone could not.
    Bill,
    /// The records make it likely.
    Infers,
    /// The records cannot tell.
    CannotKnow,
}

impl Certainty {
    /// The key for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proves => "proves",
            Self::Bill => "bill",
            Self::Infers => "infers",
            Self::CannotKnow => "cannot-know",
        }
    }
}
