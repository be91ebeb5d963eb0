//! Switches that break the journal on purpose, so that the tests can be shown to notice.
//!
//! They exist only in tests and with the feature `sim`; elsewhere `is` is the constant `false`.
//! A switch holds for the thread that sets it.

/// A rule of the journal that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// A frame counts as committed before its payload is there: the CRC does not cover it.
    CommitFirst,
    /// The CRC does not cover the address.
    NoAddress,
    /// What reads blank is taken for erased.
    BlankIsErased,
    /// After a tear, writing goes on right behind the last frame that could be read.
    ResumeAtFailure,
    /// One boot frame instead of two.
    OneBootFrame,
    /// What was found last is acted upon before it is durable.
    ActOnProvisional,
    /// An epoch may be used twice.
    EpochTwice,
    /// The victim is erased before the commit.
    VictimBeforeCommit,
    /// An attempt is written down only after it was sent, which a power cut prevents.
    AttemptAfterSend,
    /// A spare that an earlier boot headed is opened without another erase.
    OldSpareTrusted,
    /// An opening that was cut is not finished before the old sector is used again.
    HalfOpeningLeft,
    /// Reclaim keeps nothing of open payments.
    NothingPinned,
    /// One unreadable unit makes the whole span unreadable.
    NoUnitReads,
    /// What a boot frame says does not overrule what is read.
    BootFrameIgnored,
    /// A program is not read back.
    NoReadBack,
    /// After a loss the numbers go on where they are.
    NoJump,
    /// After a program that failed, the next anchors of the same sector are tried.
    StayAfterFailure,
    /// Nothing says that an opening that is about to be erased never happened.
    NoVoidMark,
    /// An opening makes no second spare.
    OneSpare,
    /// An opening counts from its commit on, with nothing written behind it.
    CommitCounts,
    /// A sector without a header was never in use.
    ErasedIsUnused,
    /// What the driver could not read at the mount is not there.
    NotReadIsNotThere,
    /// After a cancelled call the log goes on with what it had in memory.
    #[cfg(feature = "async")]
    GoOnAfterCancel,
}

#[cfg(any(test, feature = "sim"))]
impl Broken {
    /// Those that the suite of cuts and lives has to notice. The others are shown by tests made for them:
    /// `log/tests/left_behind.rs`, `deaf.rs` and `voids.rs`.
    pub const ALL: [Broken; 19] = [
        Broken::CommitFirst,
        Broken::NoAddress,
        Broken::BlankIsErased,
        Broken::ResumeAtFailure,
        Broken::OneBootFrame,
        Broken::ActOnProvisional,
        Broken::EpochTwice,
        Broken::VictimBeforeCommit,
        Broken::AttemptAfterSend,
        Broken::OldSpareTrusted,
        Broken::HalfOpeningLeft,
        Broken::NothingPinned,
        Broken::NoUnitReads,
        Broken::BootFrameIgnored,
        Broken::NoReadBack,
        Broken::NoJump,
        Broken::StayAfterFailure,
        Broken::OneSpare,
        Broken::CommitCounts,
    ];
}

#[cfg(any(test, feature = "sim"))]
std::thread_local! {
    static NOW: core::cell::Cell<Option<Broken>> = const { core::cell::Cell::new(None) };
}

/// From here on, on this thread, this rule is not kept; `None`: all are.
#[cfg(any(test, feature = "sim"))]
pub fn set(broken: Option<Broken>) {
    NOW.set(broken);
}

/// Whether this rule is not kept.
#[cfg(any(test, feature = "sim"))]
pub(crate) fn is(broken: Broken) -> bool {
    NOW.get() == Some(broken)
}

/// Whether this rule is not kept: all are.
#[cfg(not(any(test, feature = "sim")))]
pub(crate) const fn is(_: Broken) -> bool {
    false
}
