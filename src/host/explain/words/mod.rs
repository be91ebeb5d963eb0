//! What `explain` says to people: one table per language. A new cause, sign or step does not build
//! until it has words in both.

mod en;
mod zh;

use super::advice::{Party, Step};
use super::cause::{Cause, Certainty};
use super::signs::Sign;
use crate::host::Lang;

/// Who reads the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Audience {
    /// The shop.
    #[default]
    Merchant,
    /// The customer.
    Cardholder,
    /// The acquirer's help desk.
    Acquirer,
}

/// The words round the others; `{0}`, `{1}` stand for what differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::host) struct Frame {
    pub cause: &'static str,
    pub also: &'static str,
    pub why: &'static str,
    pub bill: &'static str,
    pub owed: &'static str,
    pub next: &'static str,
    pub call: &'static str,
    pub wait: &'static str,
    pub evidence: &'static str,
    pub bill_rows: &'static str,
    pub money: &'static str,
    pub nothing_to_come: &'static str,
    pub credited: &'static str,
    pub credited_on: &'static str,
    pub credited_by: &'static str,
    pub credited_by_past: &'static str,
    pub credited_sometime: &'static str,
    pub not_covered: &'static str,
    pub unnamed: &'static str,
    pub unnamed_rows: &'static str,
    pub not_yet: &'static str,
    pub not_yet_unknown: &'static str,
    pub arrivals: &'static str,
    pub bad_rows: &'static str,
    pub no_time: &'static str,
    pub until: &'static str,
    pub late: &'static str,
    pub now: &'static str,
    pub unknown: &'static str,
    pub nothing: &'static str,
    pub owed_nothing: &'static str,
    pub owed_merchant: &'static str,
    pub owed_customer: &'static str,
    pub owed_perhaps: &'static str,
    pub owed_both: &'static str,
    pub owed_with: &'static str,
    pub owed_unknown: &'static str,
    pub no_amount: &'static str,
    pub waiting: &'static str,
    pub none: &'static str,
    pub ordinary: &'static str,
    pub bad_file: &'static str,
    pub bad_now: &'static str,
}

/// The words round the others.
pub(in crate::host) const fn frame(lang: Lang) -> &'static Frame {
    match lang {
        Lang::En => &en::FRAME,
        Lang::Zh => &zh::FRAME,
    }
}

/// The name of a cause.
#[must_use]
pub const fn cause(cause: Cause, lang: Lang) -> &'static str {
    match lang {
        Lang::En => en::cause(cause),
        Lang::Zh => zh::cause(cause),
    }
}

/// How sure it is.
#[must_use]
pub const fn certainty(certainty: Certainty, lang: Lang) -> &'static str {
    match lang {
        Lang::En => en::certainty(certainty),
        Lang::Zh => zh::certainty(certainty),
    }
}

/// What a sign is.
#[must_use]
pub const fn sign(sign: Sign, lang: Lang) -> &'static str {
    match lang {
        Lang::En => en::sign(sign),
        Lang::Zh => zh::sign(sign),
    }
}

/// What to do next, for whoever reads it.
#[must_use]
pub const fn step(step: Step, who: Audience, lang: Lang) -> &'static str {
    match lang {
        Lang::En => en::step(step, who),
        Lang::Zh => zh::step(step, who),
    }
}

/// Whom to call.
#[must_use]
pub const fn party(party: Party, who: Audience, lang: Lang) -> &'static str {
    match lang {
        Lang::En => en::party(party, who),
        Lang::Zh => zh::party(party, who),
    }
}

/// A sentence with its blanks filled in.
pub(in crate::host) fn fill(text: &str, values: &[&str]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out += before;
        let Some((number, after)) = behind.split_once('}') else { break };
        let value = number.parse().ok().and_then(|n: usize| values.get(n));
        out += value.copied().unwrap_or_default();
        rest = after;
    }
    out + rest
}
