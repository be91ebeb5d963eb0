//! Switches that break the card guard on purpose, so that the tests can be shown to notice.
//!
//! They exist only in tests and with the feature `sim`; elsewhere `is` is the constant `false`.
//! A switch holds for the thread that sets it.

/// A rule of the card guard that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// No issuer's range is known.
    NoIssuers,
    /// Texts are not searched.
    TextUnseen,
    /// Digits in groups are not put together.
    GroupsUnseen,
    /// Chip data is taken whatever its tags are.
    TagsUnseen,
    /// Values of tags that nobody published are not searched.
    ValuesUnseen,
    /// Sealed blobs are not searched.
    SealedUnseen,
    /// Sealed blobs are searched for text alone.
    BcdUnseen,
    /// Any digits in a blob are taken for a card number, also parts of longer runs.
    PartsOfRuns,
    /// Names are searched as texts are.
    NamesSearched,
    /// A truncated card number keeps digits of the middle.
    MiddleKept,
    /// `Debug` shows a name whole.
    NamesShown,
}

#[cfg(any(test, feature = "sim"))]
impl Broken {
    /// All of them.
    pub const ALL: [Broken; 11] = [
        Broken::NoIssuers,
        Broken::TextUnseen,
        Broken::GroupsUnseen,
        Broken::TagsUnseen,
        Broken::ValuesUnseen,
        Broken::SealedUnseen,
        Broken::BcdUnseen,
        Broken::PartsOfRuns,
        Broken::NamesSearched,
        Broken::MiddleKept,
        Broken::NamesShown,
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
