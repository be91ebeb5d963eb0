//! Firmware and ledgers that are wrong on purpose: each must violate a property.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The request leaves before its intent is durable.
    SendsBeforeItIsDurable,
    /// A restart takes what was under way for never sent.
    ForgetsAtRestart,
    /// The first 'nothing to reverse' ends a reversal.
    NothingOnceIsFinal,
    /// An approval that comes after the time-out is shown.
    LateApprovalRevives,
    /// No answer is taken for a decline.
    SilenceIsADecline,
    /// The register's reference is not looked up: it is charged once more.
    AsksAgainAnew,
    /// An order that was just paid is asked about at once, although a cancel may be under way.
    NoHoldOffAfterPaid,
}

impl Broken {
    pub const ALL: &'static [Self] = &[
        Self::SendsBeforeItIsDurable,
        Self::ForgetsAtRestart,
        Self::NothingOnceIsFinal,
        Self::LateApprovalRevives,
        Self::SilenceIsADecline,
        Self::AsksAgainAnew,
        Self::NoHoldOffAfterPaid,
    ];
}
