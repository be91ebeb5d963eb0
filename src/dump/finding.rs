//! What can be found in a dump, and how it is told.

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// The dump has another length than its headers say.
    Length,
    /// An export did not arrive as it was sent.
    Export,
    /// Bytes that the chip could not read when the dump was made, where something may have stood.
    Unreadable,
    /// A sector's header cannot be read, or belongs to another journal.
    Header,
    /// A format was begun and not ended: there is no journal yet.
    FormatInterrupted,
    /// Bytes that belong to no frame and that nothing accounts for.
    Damaged,
    /// Such bytes at the very end of the log: a power cut looks the same.
    TornOrLost,
    /// A boot frame that is missing or does not fit what precedes it.
    BootFrame,
    /// Sequence numbers that should be there and are not.
    MissingRecords,
    /// A loss that the terminal noticed and wrote down.
    RecordedLoss,
    /// Parts that can each be read and contradict each other.
    Contradiction,
    /// A checkpoint that is incomplete, unreadable, or not what the records before it add up to.
    Checkpoint,
    /// A critical record or frame of a kind that this version does not know.
    UnknownKind,
    /// A record whose payload is not one of its kind.
    Malformed,
    /// A record that the rules do not allow where it stands.
    Refused,
}

impl Class {
    /// The word for a table or a filter; stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Class::Length => "length",
            Class::Export => "export",
            Class::Unreadable => "unreadable",
            Class::Header => "header",
            Class::FormatInterrupted => "format interrupted",
            Class::Damaged => "damaged bytes",
            Class::TornOrLost => "torn or lost",
            Class::BootFrame => "boot frame",
            Class::MissingRecords => "missing records",
            Class::RecordedLoss => "recorded loss",
            Class::Contradiction => "contradiction",
            Class::Checkpoint => "checkpoint",
            Class::UnknownKind => "unknown kind",
            Class::Malformed => "malformed record",
            Class::Refused => "refused record",
        }
    }
}

impl core::fmt::Display for Class {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

/// A place in the dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Index of the sector.
    pub sector: u32,
    /// Bytes into the sector.
    pub offset: u32,
    /// Bytes into the region.
    pub address: u32,
}

/// Something that a dump of a sound journal does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub class: Class,
    /// Where, if it is at a place.
    pub at: Option<Spot>,
    /// How many bytes are concerned, from there on.
    pub bytes: Option<u32>,
    /// First and last sequence number concerned.
    pub seqs: Option<(u32, u32)>,
    /// What it means and what to do, for people.
    pub text: String,
}

impl Finding {
    pub(super) fn new(class: Class, text: impl Into<String>) -> Self {
        Finding { class, at: None, bytes: None, seqs: None, text: text.into() }
    }

    pub(super) fn at(self, at: Spot) -> Self {
        Finding { at: Some(at), ..self }
    }

    pub(super) fn bytes(self, bytes: u32) -> Self {
        Finding { bytes: Some(bytes), ..self }
    }

    pub(super) fn seqs(self, from: u32, to: u32) -> Self {
        Finding { seqs: Some((from, to)), ..self }
    }
}

/// Why bytes are not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Why {
    /// The sector is a spare: what it held was reclaimed.
    Spare,
    /// The sector was erased and headed ahead of its use.
    HeadedAhead,
    /// The opening of the sector was given up.
    Unopened,
    /// A boot frame says that the log ended before.
    DeadByBootFrame,
    /// The next sector's commit says that this one ended before.
    DeadByCommit,
    /// Marks at the end of the sector: openings after it that never happened.
    Marks,
}

impl Why {
    /// The words for a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Why::Spare => "spare sector",
            Why::HeadedAhead => "headed ahead",
            Why::Unopened => "opening given up",
            Why::DeadByBootFrame => "dead by a boot frame",
            Why::DeadByCommit => "dead by the next commit",
            Why::Marks => "marks of openings given up",
        }
    }
}

/// Bytes of the dump that are not checked, because they hold nothing that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exempt {
    /// First address.
    pub from: u32,
    /// The address after the last.
    pub to: u32,
    /// Why.
    pub why: Why,
}
