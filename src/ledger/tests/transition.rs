//! Every (kind, state, event) against rules written down a second time, and the docs.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};

/// The rules by what a kind owes and by event, in words of their own.
fn oracle(kind: TransactionKind, state: S, event: E) -> Option<S> {
    match rule(kind).owes {
        Owes::Reversal => of_reversal(state, event),
        Owes::Query => of_refund(state, event),
        Owes::Advice | Owes::Notice => of_advice(state, event),
        Owes::Order => of_order(state, event),
        Owes::Nothing => None,
    }
}

fn of_reversal(state: S, event: E) -> Option<S> {
    let undecided = matches!(state, S::Unanswered | S::Approved);
    let reversing = matches!(state, S::Reversing | S::NothingOnce);
    let owed = reversing || state == S::Unresolved;
    let fresh = state == S::Unanswered;
    let (legal, to) = match event {
        E::OutcomeCompleted => (fresh, S::Completed),
        E::OutcomeApproved => (fresh, S::Approved),
        E::OutcomeDeclined => (fresh, S::Declined),
        E::OutcomeUnknown => (fresh, S::Reversing),
        E::Completed => (state == S::Approved, S::Completed),
        E::Reverse => (undecided, S::Reversing),
        E::NotSent | E::OfflineUnsent => (fresh, S::NeverSent),
        E::OfflineReverse => (fresh || state == S::Reversing, S::Reversing),
        E::Attempt if undecided => (true, S::Reversing),
        E::Attempt | E::AnswerRefused | E::AnswerOther | E::AnswerUnsent => (owed, state),
        E::AnswerDone => (owed, S::Reversed),
        E::AnswerNothingToReverse if state == S::NothingOnce => (true, S::NotFound),
        E::AnswerNothingToReverse => (owed, S::NothingOnce),
        E::AnswerPaid => (false, state),
        E::GivenUp => (reversing, S::Unresolved),
        E::Abandon => (owed, S::Abandoned),
        E::OperatorRetry if state == S::NothingOnce => (true, state),
        E::OperatorRetry => (state == S::Unresolved, S::Reversing),
        E::Late => (owed || state == S::Reversed, state),
        E::Reopen => (matches!(state, S::NeverSent | S::NotFound | S::Abandoned), S::Reversing),
    };
    legal.then_some(to)
}

fn of_refund(state: S, event: E) -> Option<S> {
    let undecided = matches!(state, S::Unanswered | S::Approved);
    let asking = matches!(state, S::Querying | S::Unresolved);
    let fresh = state == S::Unanswered;
    let (legal, to) = match event {
        E::OutcomeCompleted => (undecided || asking, S::Completed),
        E::OutcomeApproved if asking => (true, S::Completed),
        E::OutcomeApproved => (fresh, S::Approved),
        E::OutcomeDeclined => (undecided || asking, S::Declined),
        E::OutcomeUnknown | E::Reverse => (undecided, S::Querying),
        E::Completed => (state == S::Approved, S::Completed),
        E::NotSent => (fresh, S::NeverSent),
        E::Attempt if undecided => (true, S::Querying),
        E::Attempt | E::AnswerOther | E::AnswerUnsent => (asking, state),
        E::GivenUp => (state == S::Querying, S::Unresolved),
        E::Abandon => (asking, S::Abandoned),
        E::OperatorRetry => (state == S::Unresolved, S::Querying),
        E::Reopen => (matches!(state, S::NeverSent | S::Abandoned), S::Querying),
        _ => (false, state),
    };
    legal.then_some(to)
}

fn of_advice(state: S, event: E) -> Option<S> {
    let sent = matches!(state, S::Sending | S::Refused | S::Unresolved);
    let stopped = matches!(state, S::Refused | S::Unresolved);
    let (legal, to) = match event {
        E::NotSent => (matches!(state, S::Stored | S::Sending), S::Cancelled),
        E::Attempt if state == S::Stored => (true, S::Sending),
        E::Attempt | E::AnswerOther | E::AnswerUnsent => (sent, state),
        E::AnswerDone => (sent, S::Completed),
        E::AnswerRefused | E::AnswerNothingToReverse => (sent, S::Refused),
        E::GivenUp => (state == S::Sending, S::Unresolved),
        E::Abandon => (stopped, S::Abandoned),
        E::OperatorRetry if state == S::Stored => (true, state),
        E::OperatorRetry => (stopped, S::Sending),
        E::Late => (state == S::Abandoned, state),
        _ => (false, state),
    };
    legal.then_some(to)
}

fn of_order(state: S, event: E) -> Option<S> {
    let fresh = state == S::Unanswered;
    let asking = matches!(state, S::Querying | S::Unresolved);
    let cancelling = matches!(state, S::Cancelling | S::NothingOnce);
    let refunding = state == S::RefundDue;
    let failed = [S::Declined, S::NeverSent, S::Reversed, S::NotFound, S::Abandoned];
    let (legal, to) = match event {
        E::OutcomeDeclined if cancelling => (true, S::Reversed),
        // Nothing that a query says ends a cancel or a refund.
        E::OutcomeCompleted | E::OutcomeApproved | E::OutcomeDeclined | E::OutcomeUnknown
            if cancelling || refunding =>
        {
            (true, state)
        }
        E::OutcomeCompleted | E::OutcomeApproved => (fresh || asking, S::Completed),
        E::OutcomeDeclined => (fresh || asking, S::Declined),
        E::OutcomeUnknown if asking => (true, state),
        E::OutcomeUnknown => (fresh, S::Querying),
        E::NotSent => (fresh, S::NeverSent),
        E::Attempt if fresh || asking => (true, S::Cancelling),
        E::Attempt | E::AnswerOther | E::AnswerRefused | E::AnswerUnsent => {
            (cancelling || refunding, state)
        }
        E::AnswerDone if refunding => (true, S::Refunded),
        E::AnswerDone => (cancelling, S::Reversed),
        E::AnswerPaid if refunding => (true, state),
        E::AnswerPaid => (cancelling, S::Querying),
        E::AnswerNothingToReverse if refunding => (true, state),
        E::AnswerNothingToReverse if state == S::NothingOnce => (true, S::NotFound),
        E::AnswerNothingToReverse => (cancelling, S::NothingOnce),
        E::GivenUp if cancelling || refunding => (true, state),
        E::GivenUp => (state == S::Querying, S::Unresolved),
        E::Abandon => (asking || cancelling || refunding, S::Abandoned),
        E::OperatorRetry if cancelling || refunding => (true, state),
        E::OperatorRetry => (state == S::Unresolved, S::Querying),
        E::Late => (fresh || asking || cancelling || refunding, state),
        E::Reopen => (failed.contains(&state), S::RefundDue),
        E::Completed | E::Reverse | E::OfflineReverse | E::OfflineUnsent => (false, state),
    };
    legal.then_some(to)
}

#[test]
fn every_triple_agrees_with_the_rules_in_words() {
    let mut legal = std::collections::BTreeMap::new();
    for kind in TransactionKind::ALL {
        for state in S::ALL {
            for event in E::ALL {
                let expected = oracle(*kind, *state, *event);
                let to = transition(*kind, *state, *event);
                assert_eq!(to, expected, "{kind:?} {state:?} {event:?}");
                let owes = format!("{:?}", rule(*kind).owes);
                *legal.entry(owes).or_insert(0) += usize::from(to.is_some());
            }
        }
    }
    let expected = [
        ("Advice", 3 * 28),
        ("Nothing", 0),
        ("Notice", 28),
        ("Order", 73),
        ("Query", 2 * 31),
        ("Reversal", 8 * 45),
    ];
    let legal: Vec<(&str, usize)> = legal.iter().map(|(owes, n)| (owes.as_str(), *n)).collect();
    assert_eq!(legal, expected);
}

#[test]
fn no_row_shadows_another() {
    for kind in TransactionKind::ALL {
        for (state, event) in S::ALL.iter().flat_map(|s| E::ALL.iter().map(move |e| (s, e))) {
            let rows = crate::ledger::transition::TABLE.iter().filter(|row| {
                row.event == *event
                    && row.from.contains(state)
                    && row.owes.contains(&rule(*kind).owes)
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
        let owes = names(row.owes).to_lowercase();
        let to = row.to.map_or("same".to_owned(), |to| format!("{to:?}"));
        format!("{owes} | {} | {} | {to}", names(row.from), row.event.name())
    });
    assert_eq!(rendered.collect::<Vec<_>>(), documented(include_str!("../transition.rs")));
}

#[test]
fn the_settlement_table_in_the_docs_is_the_one_in_the_code() {
    let rendered = phase::TABLE.iter().map(|(from, event, to)| {
        let to = to.map_or("same".to_owned(), |to| format!("{to:?}"));
        format!("{} | {event:?} | {to}", names(from))
    });
    assert_eq!(rendered.collect::<Vec<_>>(), documented(include_str!("../phase.rs")));
}

#[test]
fn the_table_of_kinds_in_the_docs_is_the_one_in_the_code() {
    let rendered = TransactionKind::ALL.iter().map(|kind| {
        let KindRule { owes, counts, needs, scope } = rule(*kind);
        let needs = match needs {
            Needs::NoOriginal => "none".to_owned(),
            Needs::Original(kinds) => names(kinds),
            Needs::Any => "any".to_owned(),
        };
        format!("{kind:?} | {owes:?} | {counts:?} | {needs} | {scope:?}")
    });
    assert_eq!(rendered.collect::<Vec<_>>(), documented(include_str!("../kinds.rs")));
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

/// Whatever can follow on the first state of a kind, and the mark of a loss.
pub fn reachable(kind: TransactionKind) -> Vec<S> {
    let mut reached = vec![S::first(kind)];
    for _ in S::ALL {
        let from = reached.clone();
        let next = from.iter().flat_map(|s| E::ALL.iter().map(move |e| (s, e)));
        reached.extend(next.filter_map(|(s, e)| transition(kind, *s, *e)));
        reached.sort_by_key(|s| *s as u8);
        reached.dedup();
    }
    reached
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
        let reached = reachable(*kind);
        let is_reached = |s: &&S| reached.contains(s);
        let stuck: Vec<_> =
            S::ALL.iter().filter(is_reached).filter(|s| !ending.contains(s)).collect();
        assert!(stuck.is_empty(), "{kind:?} has no way out of {stuck:?}");
    }
}
