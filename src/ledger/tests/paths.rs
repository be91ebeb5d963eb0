//! Every path of events that the ledger takes, up to a length, for one kind of each class: what must
//! never happen on any of them.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind as K;

const LONGEST: usize = 6;

/// Walks every path from the announcement on and asks about each.
fn every_path(kind: K, allowed: &mut dyn FnMut(&[E], &Till, Seq)) -> usize {
    let mut till = Till::new();
    let item = till.begin(kind, 500);
    let mut path = Vec::new();
    walk(&till, item, &mut path, allowed)
}

fn walk(
    till: &Till,
    item: Seq,
    path: &mut Vec<E>,
    allowed: &mut dyn FnMut(&[E], &Till, Seq),
) -> usize {
    allowed(path, till, item);
    let mut paths = 1;
    if path.len() == LONGEST {
        return paths;
    }
    for event in E::ALL {
        // The last payment of the journal: its end is known, and nothing illegal passes.
        let mut next = till.clone();
        if next.on(item, *event).is_err() {
            continue;
        }
        path.push(*event);
        paths += walk(&next, item, path, allowed);
        path.pop();
    }
    paths
}

/// Where the payment stands, also when it is closed.
fn stands(till: &Till, item: Seq) -> S {
    let newest = till.ledger.last().filter(|(last, _)| *last == item);
    till.state(item).or(newest.map(|(_, state)| state)).unwrap_or(S::Abandoned)
}

fn sales(till: &Till) -> u64 {
    let rows = till.ledger.totals(0).unwrap().rows();
    rows.iter().map(|row| row.sales.amount.minor()).sum()
}

fn position(path: &[E], event: E) -> Option<usize> {
    path.iter().position(|e| *e == event)
}

/// Everything that counts is completed, and the other way round.
fn counts_what_completed(till: &Till, item: Seq) {
    let completed = if stands(till, item) == S::Completed { 500 } else { 0 };
    assert_eq!(sales(till), completed);
}

#[test]
fn a_sale_that_was_to_be_reversed_never_counts() {
    let paths = every_path(K::Sale, &mut |path, till, item| {
        let doubted = [E::OutcomeUnknown, E::Reverse, E::Attempt, E::OfflineReverse];
        if path.iter().any(|event| doubted.contains(event)) {
            assert_ne!(stands(till, item), S::Completed, "{path:?}");
        }
        counts_what_completed(till, item);
        let reversed = stands(till, item) == S::Reversed;
        assert!(!reversed || path.contains(&E::AnswerDone), "{path:?}");
        // Nobody but the host twice, or an operator, ends a reversal otherwise.
        let denied = path.iter().filter(|e| **e == E::AnswerNothingToReverse).count();
        assert!(stands(till, item) != S::NotFound || denied > 1, "{path:?}");
    });
    assert!(paths > 10_000, "{paths} paths");
}

#[test]
fn a_refund_is_never_reversed() {
    let paths = every_path(K::Refund, &mut |path, till, item| {
        let state = stands(till, item);
        let undone = [S::Reversing, S::NothingOnce, S::Reversed, S::NotFound];
        assert!(!undone.contains(&state), "{path:?} leads to {state:?}");
        let given_up = state == S::Abandoned && till.state(item).is_none();
        assert!(!given_up || path.contains(&E::Abandon), "{path:?}");
    });
    assert!(paths > 500, "{paths} paths");
}

#[test]
fn an_advice_ends_by_an_answer_an_operator_or_before_it_was_sent() {
    let paths = every_path(K::OfflineSale, &mut |path, till, item| {
        counts_what_completed(till, item);
        assert_eq!(till.ledger.blocked(0, K::Sale), None, "{path:?}");
        match stands(till, item) {
            S::Completed => assert!(path.contains(&E::AnswerDone), "{path:?}"),
            S::Abandoned => assert!(path.contains(&E::Abandon), "{path:?}"),
            S::Cancelled => {
                let count = |event| path.iter().filter(|e| **e == event).count();
                assert_eq!(count(E::Attempt), count(E::AnswerUnsent), "{path:?}: it may be sent");
            }
            state => assert!(!state.is_final(), "{path:?} leads to {state:?}"),
        }
        if let Some(open) = till.ledger.item(item) {
            assert!(till.ledger.due().any(|duty| duty.item() == Some(item)), "{open:?}");
        }
    });
    assert!(paths > 1_000, "{paths} paths");
}

#[test]
fn script_results_hold_nothing_up() {
    every_path(K::ScriptResult, &mut |path, till, _| {
        assert_eq!(till.ledger.blocked(0, K::Sale), None, "{path:?}");
        assert_eq!(till.ledger.check(&till.freeze(0).into()), Ok(()), "{path:?}");
        assert!(till.ledger.totals(0).unwrap().is_zero());
    });
}

#[test]
fn an_order_that_may_be_cancelled_is_never_told_as_sold() {
    let paths = every_path(K::QrSale, &mut |path, till, item| {
        counts_what_completed(till, item);
        let state = stands(till, item);
        let cancelled = path.iter().rposition(|e| *e == E::Attempt);
        let lives = path.iter().rposition(|e| *e == E::AnswerPaid);
        if state == S::Completed {
            assert!(cancelled.is_none_or(|at| lives > Some(at)), "{path:?}");
            assert_eq!(position(path, E::Reopen), None, "{path:?}: told as failed, then as sold");
        }
        // Told as failed and paid: only a refund or an operator ends it.
        if let Some(at) = path.iter().rposition(|e| *e == E::Reopen) {
            let after = &path[at..];
            let ended = match state {
                S::RefundDue => true,
                S::Refunded => after.contains(&E::AnswerDone),
                S::Abandoned => after.contains(&E::Abandon),
                _ => false,
            };
            assert!(ended, "{path:?} leads to {state:?}");
        }
        assert_eq!(till.ledger.blocked(0, K::Sale), None, "it blocks only itself");
        let open = till.state(item).is_some();
        let unresolved = till.ledger.item(item).is_some_and(Item::is_unresolved);
        let freezes = till.ledger.check(&till.freeze(0).into()).is_ok();
        assert_eq!(freezes, !open || unresolved, "{path:?}");
    });
    assert!(paths > 20_000, "{paths} paths");
}

#[test]
fn an_inquiry_takes_its_numbers_and_nothing_else() {
    let mut till = Till::new();
    let item = till.begin(K::BalanceInquiry, 0);
    assert_eq!(till.ledger.last(), Some((item, S::Inquired)));
    assert_eq!((till.ledger.next_stan(0).map(Stan::get), till.ledger.items().count()), (Ok(2), 0));
    assert_eq!((till.ledger.pinned_bytes(), till.ledger.next_duty()), (0, None));
    let state = S::Inquired;
    let kind = K::BalanceInquiry;
    for event in E::ALL {
        let refused = till.on(item, *event).unwrap_err();
        assert_eq!(refused, Refusal::Illegal { kind, item, state, event: *event });
    }
    till.sale(1);
    assert_eq!(till.on(item, E::OutcomeCompleted), Err(Refusal::NotOpen { item }));
    // It takes no room: it begins where no payment could.
    for _ in 0..3 {
        till.sale(1);
    }
    till.begin(K::BalanceInquiry, 0);
    assert_eq!(settled_state(K::BalanceInquiry, []), S::Inquired);
}

/// Attempts, and answers without a result, are not kept: what is must tell the same end.
#[test]
fn what_is_kept_tells_how_a_payment_ended() {
    for kind in [K::Sale, K::Refund, K::OfflineSale, K::QrSale] {
        let mut ended = 0;
        every_path(kind, &mut |path, till, item| {
            // An offline sale that followed it is the last payment then.
            let followed = [E::OfflineReverse, E::OfflineUnsent];
            if till.ledger.item(item).is_some() || path.iter().any(|e| followed.contains(e)) {
                return;
            }
            let kept = till.log.iter().filter(|(at, record)| till.ledger.pins(at.seq, record));
            let events = kept.filter_map(|(_, record)| ItemEvent::of(record));
            let told = settled_state(kind, events.filter(|e| e.0 == item).map(|(_, event)| event));
            let expected = match (told, stands(till, item)) {
                // That a cancel was sent is not kept: it is not paid either way.
                (S::Declined, S::Reversed) if path.contains(&E::Attempt) => told,
                // Nor that a refund was asked about, after which no chip confirms it.
                (S::Approved, S::Completed) if path.contains(&E::Attempt) => told,
                (_, state) => state,
            };
            assert_eq!(told, expected, "{kind:?} {path:?}");
            ended += 1;
        });
        assert!(ended > 50, "{kind:?}: {ended}");
    }
}
