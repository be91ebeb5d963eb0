//! Every word that a person may read: none is missing, and no two say the same.

use super::*;
use crate::ledger::Refusal;

#[test]
fn every_error_says_what_to_do() {
    let item = Seq(417);
    let errors: Vec<Error<u8>> = vec![
        Error::Log(log::Error::Blank),
        Error::Refused(Refusal::NotOpen { item }),
        Error::Blocked(Block::Reversal { item }),
        Error::Full { needed: 300, free: 200 },
        Error::ReferenceReused { item, amount: Amount::new(5) },
        Error::NotFound { item },
        Error::TooLarge,
        Error::StillOwing { open_items: 2, unsettled: false },
        Error::StillOwing { open_items: 2, unsettled: true },
    ];
    let words: Vec<_> = errors.iter().map(Error::to_string).collect();
    for (at, word) in words.iter().enumerate() {
        assert!(!word.is_empty(), "number {at} says nothing");
        assert!(!words[..at].contains(word), "said twice: {word}");
    }
}
