//! The numbers of the interface against those of the crate, and the header against both.

use pos_journal::ffi::*;
use pos_journal::ledger::{ItemState, Phase};
use pos_journal::record::{AnswerClass, ReversalReason, SettleClass, TransactionKind, Verdict};

use crate::chip::static_text;

const HEADER: &str = include_str!("../../examples/c/pos_journal.h");

/// The constants of the header whose names begin so.
fn constants(prefix: &str) -> Vec<(&'static str, i32)> {
    let lines = HEADER.lines().filter_map(|line| line.strip_prefix("#define "));
    let pairs = lines.filter_map(|line| line.split_once(' '));
    pairs
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, value)| (name, value.trim_matches(['(', ')']).parse().expect(name)))
        .collect()
}

/// `PreAuthVoid` as `PRE_AUTH_VOID`.
fn shouted(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

/// Every value of an enumeration has its constant, with the stored number, and there are no others.
fn same<T: Copy + Into<u8> + core::fmt::Debug>(prefix: &str, values: &[T]) {
    let mut wanted: Vec<(String, i32)> = values
        .iter()
        .map(|value| (prefix.to_owned() + &shouted(&format!("{value:?}")), (*value).into().into()))
        .collect();
    let mut found: Vec<(String, i32)> =
        constants(prefix).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    wanted.sort();
    found.sort();
    assert_eq!(found, wanted);
}

#[test]
fn the_constants_are_the_stored_numbers() {
    same("PJ_KIND_", TransactionKind::ALL);
    same("PJ_STATE_", ItemState::ALL);
    same("PJ_PHASE_", Phase::ALL);
    same("PJ_REASON_", ReversalReason::ALL);
    same("PJ_ANSWER_", AnswerClass::ALL);
    same("PJ_SETTLE_", SettleClass::ALL);
    let verdicts = [
        (Verdict::NoAnswer, PJ_VERDICT_NO_ANSWER),
        (Verdict::Declined, PJ_VERDICT_DECLINED),
        (Verdict::Doubtful, PJ_VERDICT_DOUBTFUL),
        (Verdict::Approved { completed: false }, PJ_VERDICT_TO_CONFIRM),
        (Verdict::Approved { completed: true }, PJ_VERDICT_APPROVED),
    ];
    assert!(verdicts.iter().all(|(verdict, code)| i32::from(u8::from(*verdict)) == *code));
}

#[test]
fn every_code_has_a_number_and_a_text_of_its_own() {
    let mut codes = constants("PJ_ERR_");
    assert!(codes.len() > 80);
    codes.push(("PJ_OK", PJ_OK));
    for (name, code) in &codes {
        let text = static_text(pj_error_text(*code));
        assert_ne!(text, "no such code", "{name}");
        assert_eq!(codes.iter().filter(|(_, other)| other == code).count(), 1, "{name}");
        let same_text = |(_, other): &&(_, i32)| static_text(pj_error_text(*other)) == text;
        assert_eq!(codes.iter().filter(same_text).count(), 1, "{name}: {text}");
    }
    assert_eq!(static_text(pj_error_text(-9999)), "no such code");
}
