//! Descriptions of formats, facts and rates that a user writes (TOML) can say anything, and so can the
//! files that they are used for.
//!
//! An input is a byte, a text up to a NUL, and a file. The byte, modulo 3: the text is a profile, facts,
//! rates.

use pos_journal::dump::Image;
use pos_journal::host::bills::{Facts, Profile, Reader};
use pos_journal::host::{Format, Given, Lang, ReconcileFailed, Style, reconciled};

use super::{bills, shop};

/// Checks one input.
pub fn check(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let mut parts = rest.splitn(2, |byte| *byte == 0);
    let text = parts.next().unwrap_or_default();
    let file = parts.next().unwrap_or_default();
    let Ok(text) = std::str::from_utf8(text) else { return };
    match first % 3 {
        0 => match Profile::read(text) {
            Ok(profile) => read(Reader::new(None, vec![profile]), file),
            Err(error) => refused(&error.to_string()),
        },
        1 => match Facts::read(text) {
            Ok(facts) => read(Reader::new(Some(facts), Vec::new()), file),
            Err(error) => refused(&error.to_string()),
        },
        _ => rates(text),
    }
}

fn refused(error: &str) {
    assert!(!error.is_empty(), "it says nothing");
}

fn read<E: std::fmt::Display>(reader: Result<Reader, E>, file: &[u8]) {
    match reader {
        Ok(reader) => bills::again(&reader, file),
        Err(error) => refused(&error.to_string()),
    }
}

fn rates(text: &str) {
    let image = shop::image();
    let image = Image::open(&image).expect("a journal");
    let reader = Reader::new(None, Vec::new()).expect("the built-in facts");
    let given = Given {
        image: &image,
        bill: shop::BILL.into(),
        till: None,
        bank: Some(shop::BILL.into()),
        rates: text,
        now: shop::NOW,
        weak: false,
    };
    match reconciled(given, &reader, Style { format: Format::Table, lang: Lang::En }) {
        Err(ReconcileFailed::Config(_, error)) => refused(&error),
        Err(error) => panic!("{error}"),
        Ok((text, _)) => assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}"),
    }
}
