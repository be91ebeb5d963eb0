//! Every word that a person may read: none is missing, and no two say the same.

use std::string::{String, ToString};
use std::vec::Vec;

use super::*;

fn all_different(words: Vec<String>) {
    for (at, word) in words.iter().enumerate() {
        assert!(!word.is_empty(), "number {at} says nothing");
        assert!(!words[..at].contains(word), "said twice: {word}");
    }
}

#[test]
fn every_error_says_what_to_do() {
    let (log, ..) = fresh::<1, 512, SMALL>(2, 1024, true);
    let recorded = log.layout().shape();
    let errors: Vec<Error<u8>> = vec![
        Error::Flash(9),
        Error::ReadBack,
        BadShape::Anchor.into(),
        Error::Blank,
        Error::Foreign,
        Error::FormatInterrupted,
        Error::OtherShape { recorded, configured: recorded },
        Error::Version(9),
        Error::NoCheckpoint,
        Error::ReadOnly(ReadOnly::WornOut),
        Error::TooLarge { bytes: 300, most: 250 },
        Error::Kind(0x40),
        Error::NoRoom,
        Error::CheckpointTooLarge,
        Error::NotFound { at: 64 },
    ];
    all_different(errors.iter().map(Error::to_string).collect());
}

#[test]
fn every_reason_for_reading_only_says_what_to_do() {
    let reasons = [
        ReadOnly::UnknownCritical(0xEA),
        ReadOnly::UnknownCheckpoint,
        ReadOnly::WornOut,
        ReadOnly::SequenceEnd,
    ];
    all_different(reasons.iter().map(ReadOnly::to_string).collect());
}

#[test]
fn every_bad_shape_names_its_rule() {
    let shapes = [
        BadShape::Region,
        BadShape::SectorBytes,
        BadShape::SectorCount,
        BadShape::Unit,
        BadShape::Anchor,
        BadShape::Frame,
    ];
    all_different(shapes.iter().map(BadShape::to_string).collect());
}
