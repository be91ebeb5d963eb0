//! Every (kind, state, event) against rules written down a second time, and the docs.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind::Refund;

/// The rules by event, in words of their own.
fn oracle(kind: TransactionKind, state: S, event: E) -> Option<S> {
    let refund = kind == Refund;
    let reversing = matches!(state, S::Reversing | S::NothingOnce) && !refund;
    let reversible = reversing || (state == S::Unresolved && !refund);
    let asking = refund && matches!(state, S::Querying | S::Unresolved);
    let undecided = matches!(state, S::Unanswered | S::Approved);
    let doubt = if refund { S::Querying } else { S::Reversing };
    let fresh = state == S::Unanswered;
    let (legal, to) = match event {
        E::OutcomeCompleted => (fresh || asking || (refund && undecided), S::Completed),
        E::OutcomeApproved if asking => (true, S::Completed),
        E::OutcomeApproved => (fresh, S::Approved),
        E::OutcomeDeclined => (fresh || asking || (refund && undecided), S::Declined),
        E::OutcomeUnknown => (fresh || (refund && undecided), doubt),
        E::Completed => (state == S::Approved, S::Completed),
        E::Reverse => (undecided, doubt),
        E::NotSent => (fresh, S::NeverSent),
        E::Attempt if undecided => (!refund, S::Reversing),
        E::Attempt | E::AnswerOther => (reversible, state),
        E::AnswerDone => (reversible, S::Reversed),
        E::AnswerNothingToReverse if state == S::NothingOnce => (!refund, S::NotFound),
        E::AnswerNothingToReverse => (reversible, S::NothingOnce),
        E::GivenUp => (reversing || (refund && state == S::Querying), S::Unresolved),
        E::Abandon => (reversible || asking, S::Abandoned),
        E::Late => (reversible || (!refund && state == S::Reversed), state),
        E::Reopen if refund => (matches!(state, S::NeverSent | S::Abandoned), S::Querying),
        E::Reopen => (matches!(state, S::NeverSent | S::NotFound | S::Abandoned), S::Reversing),
    };
    legal.then_some(to)
}

#[test]
fn every_triple_agrees_with_the_rules_in_words() {
    let mut legal = 0;
    for kind in TransactionKind::ALL {
        for state in S::ALL {
            for event in E::ALL {
                let expected = oracle(*kind, *state, *event);
                let to = transition(*kind, *state, *event);
                assert_eq!(to, expected, "{kind:?} {state:?} {event:?}");
                legal += usize::from(to.is_some());
            }
        }
    }
    assert_eq!(legal, 2 * 34 + 22);
}

#[test]
fn no_row_shadows_another() {
    for kind in TransactionKind::ALL {
        for (state, event) in S::ALL.iter().flat_map(|s| E::ALL.iter().map(move |e| (s, e))) {
            let rows = crate::ledger::transition::TABLE.iter().filter(|row| {
                row.event == *event
                    && row.from.contains(state)
                    && row.owes.is_none_or(|owes| owes == rule(*kind).owes)
            });
            assert!(rows.count() <= 1, "{kind:?} {state:?} {event:?}");
        }
    }
}

/// The rows of a table in a file's own documentation, cells trimmed.
fn documented(source: &str) -> Vec<String> {
    let rows = source.lines().filter_map(|line| line.strip_prefix("//! | "));
    rows.skip(1).map(|row| row.trim_end_matches(" |").to_owned()).collect()
}

fn names<T: core::fmt::Debug>(states: &[T]) -> String {
    states.iter().map(|state| format!("{state:?}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_table_in_the_docs_is_the_table_in_the_code() {
    let rendered = crate::ledger::transition::TABLE.iter().map(|row| {
        let owes = row.owes.map_or("any".to_owned(), |owes| format!("{owes:?}").to_lowercase());
        let to = row.to.map_or("same".to_owned(), |to| format!("{to:?}"));
        format!("{owes} | {} | {} | {to}", names(row.from), row.event.name())
    });
    assert_eq!(rendered.collect::<Vec<_>>(), documented(include_str!("../transition.rs")));
}

#[test]
fn the_settlement_table_in_the_docs_is_the_one_in_the_code() {
    let rendered = phase::TABLE
        .iter()
        .map(|(from, event, to)| format!("{} | {event:?} | {to:?}", names(from)));
    assert_eq!(rendered.collect::<Vec<_>>(), documented(include_str!("../phase.rs")));
}

#[test]
fn unknown_is_never_told_as_declined() {
    for state in S::ALL {
        let declined = PaymentStatus::from(*state) == PaymentStatus::Declined;
        assert_eq!(declined, *state == S::Declined, "{state:?}");
        let approved = PaymentStatus::from(*state) == PaymentStatus::Approved;
        assert_eq!(approved, *state == S::Completed, "{state:?}");
    }
}

#[test]
fn from_every_open_state_an_end_can_be_reached() {
    for kind in TransactionKind::ALL {
        let mut ending: Vec<S> = S::ALL.iter().copied().filter(|s| s.is_final()).collect();
        for _ in S::ALL {
            for state in S::ALL {
                let leads =
                    |e: &E| transition(*kind, *state, *e).is_some_and(|t| ending.contains(&t));
                if !ending.contains(state) && E::ALL.iter().any(leads) {
                    ending.push(*state);
                }
            }
        }
        let reachable = |s: &&S| match rule(*kind).owes {
            Owes::Reversal => **s != S::Querying,
            Owes::Query => !matches!(s, S::Reversing | S::NothingOnce),
        };
        let stuck: Vec<_> =
            S::ALL.iter().filter(reachable).filter(|s| !ending.contains(s)).collect();
        assert!(stuck.is_empty(), "{kind:?} has no way out of {stuck:?}");
    }
}
