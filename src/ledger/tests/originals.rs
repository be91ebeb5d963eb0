//! What may follow what, by which amount, and where: `check_original` over all pairs of kinds.

use super::*;
use crate::ledger::ItemState as S;
use TransactionKind as K;

const ORIGINAL: Seq = Seq(12);

fn facts(intent: &Intent) -> OriginalFacts<'_> {
    OriginalFacts {
        seq: ORIGINAL,
        intent,
        state: S::Completed,
        approved: Amount::new(500),
        added: Amount::ZERO,
        voided: false,
        completed: false,
        refunded: Amount::ZERO,
    }
}

fn check(facts: &OriginalFacts<'_>, intent: &Intent) -> Result<(), Refusal> {
    check_original(facts, intent, COMPLETION_PERCENT)
}

/// Every pair: allowed exactly where the table of kinds says so, in words of its own.
#[test]
fn every_pair_of_kinds() {
    let till = Till::new();
    let sold = [K::Sale, K::Completion, K::CompletionAdvice, K::OfflineSale];
    let follows = |kind, of: K| match kind {
        K::Void => matches!(of, K::Sale | K::OfflineSale),
        K::Refund => sold.contains(&of),
        K::RefundVoid => of == K::Refund,
        K::CompletionVoid => of == K::Completion,
        K::TipAdjust => matches!(of, K::Sale | K::Completion | K::OfflineSale),
        K::Increment | K::PreAuthVoid | K::Completion | K::CompletionAdvice => of == K::PreAuth,
        K::QrRefund => of == K::QrSale,
        K::ScriptResult => true,
        _ => false,
    };
    let mut pairs = 0;
    for kind in K::ALL {
        for of in K::ALL {
            let (original, intent) = (till.intent(0, *of, 500), till.intent(0, *kind, 500));
            let allowed = check(&facts(&original), &intent).is_ok();
            assert_eq!(allowed, follows(*kind, *of), "{kind:?} of {of:?}");
            pairs += usize::from(allowed);
        }
    }
    assert_eq!(pairs, 16 + 16);
}

#[test]
fn a_void_is_of_what_was_approved_with_the_tips_that_were_added() {
    let till = Till::new();
    let sale = till.intent(0, K::Sale, 500);
    let tipped = OriginalFacts { added: Amount::new(70), ..facts(&sale) };
    let void = |minor| check(&tipped, &till.intent(0, K::Void, minor));
    let expected = Amount::new(570);
    let differs = Err(Refusal::OriginalAmountDiffers { original: ORIGINAL, expected });
    assert_eq!((void(570), void(500), void(571)), (Ok(()), differs, differs));
    let refund = |minor| check(&tipped, &till.intent(0, K::Refund, minor));
    let exceeds = Err(Refusal::RefundExceeds { original: ORIGINAL, left: expected });
    assert_eq!((refund(570), refund(571)), (Ok(()), exceeds));
}

#[test]
fn a_hold_is_completed_once_and_up_to_its_limit() {
    let till = Till::new();
    let hold = till.intent(0, K::PreAuth, 500);
    let held = OriginalFacts { added: Amount::new(100), ..facts(&hold) };
    for kind in [K::Completion, K::CompletionAdvice] {
        let complete =
            |percent, minor| check_original(&held, &till.intent(0, kind, minor), percent);
        assert_eq!(
            (complete(115, 690), complete(115, 1), complete(100, 600)),
            (Ok(()), Ok(()), Ok(()))
        );
        let exceeds =
            |most| Err(Refusal::CompletionExceeds { original: ORIGINAL, most: Amount::new(most) });
        assert_eq!((complete(115, 691), complete(100, 601)), (exceeds(690), exceeds(600)));
    }
    let completed = OriginalFacts { completed: true, ..held };
    let voided = OriginalFacts { voided: true, ..held };
    for kind in [K::Completion, K::CompletionAdvice, K::Increment, K::PreAuthVoid] {
        let intent = till.intent(0, kind, 600);
        let refused = Err(Refusal::OriginalCompleted { original: ORIGINAL });
        assert_eq!(check(&completed, &intent), refused, "{kind:?}");
        let refused = Err(Refusal::OriginalVoided { original: ORIGINAL });
        assert_eq!(check(&voided, &intent), refused, "{kind:?}");
    }
    // However large the hold: the product does not wrap.
    let most = OriginalFacts { approved: Amount::new(u64::MAX), ..facts(&hold) };
    assert_eq!(check(&most, &till.intent(0, K::Completion, 1)), Ok(()));
}

#[test]
fn what_is_bound_to_its_batch_and_what_is_not() {
    let till = Till::new();
    for (of, kind, bound) in [
        (K::Sale, K::Void, true),
        (K::Completion, K::CompletionVoid, true),
        (K::Refund, K::RefundVoid, true),
        (K::OfflineSale, K::TipAdjust, true),
        (K::PreAuth, K::PreAuthVoid, false),
        (K::PreAuth, K::Completion, false),
        (K::Sale, K::Refund, false),
        (K::QrSale, K::QrRefund, false),
    ] {
        let original = till.intent(0, of, 500);
        let later = Intent { batch: Batch::FIRST.next(), ..till.intent(0, kind, 500) };
        let batch = Batch::FIRST;
        let settled = Err(Refusal::OriginalSettled { original: ORIGINAL, batch });
        let expected = if bound { settled } else { Ok(()) };
        assert_eq!(check(&facts(&original), &later), expected, "{kind:?}");
    }
}

#[test]
fn another_class_of_cards_is_another_row() {
    let till = Till::new();
    let sale = Intent { cards: Some(CardClass::Foreign), ..till.intent(0, K::Sale, 500) };
    let void = till.intent(0, K::Void, 500);
    let elsewhere = Err(Refusal::OriginalElsewhere { original: ORIGINAL });
    assert_eq!(check(&facts(&sale), &void), elsewhere);
    let void = Intent { cards: Some(CardClass::Foreign), ..void };
    assert_eq!(check(&facts(&sale), &void), Ok(()));
    let script = till.intent(1, K::ScriptResult, 0);
    assert_eq!(check(&facts(&sale), &script), elsewhere, "another book");
}

#[test]
fn a_hold_in_the_log_keeps_nothing_once_it_is_closed_and_settled() {
    let mut till = Till::new();
    let hold = till.begin(K::PreAuth, 500);
    till.on(hold, ItemEvent::OutcomeCompleted).unwrap();
    assert!(till.ledger.totals(0).unwrap().rows().is_empty(), "it counts nowhere");
    assert_eq!(till.ledger.items().count(), 0);
    till.settle(0);
    let pinned = till.log.iter().filter(|(at, record)| till.ledger.pins(at.seq, record));
    assert!(pinned.clone().all(|(_, record)| matches!(record, Record::Freeze(_))));
    // And is completed by value, in whatever batch.
    let completion = till.begin(K::Completion, 500);
    till.on(completion, ItemEvent::OutcomeCompleted).unwrap();
    let sales = till.ledger.totals(0).unwrap().rows()[0].sales;
    assert_eq!(sales, Tally { count: 1, amount: Amount::new(500) });
}

#[test]
fn script_results_do_not_make_an_original_busy_and_all_else_does() {
    for kind in [K::Void, K::Refund, K::TipAdjust, K::ScriptResult] {
        let mut till = Till::new();
        let sale = till.completed_sale(500);
        let of = |till: &Till, kind| Intent {
            original: Some(Original::ByRecord(sale)),
            ..till.intent(0, kind, 500)
        };
        till.put(of(&till, kind)).unwrap();
        let by = Seq(till.seq);
        let second = till.put(of(&till, K::Refund));
        match kind {
            K::ScriptResult => assert!(second.is_ok()),
            _ => assert_eq!(second, Err(Refusal::OriginalBusy { original: sale, by })),
        }
    }
}

#[test]
fn a_qr_payment_names_its_order() {
    let mut till = Till::new();
    for kind in [K::QrSale, K::QrRefund] {
        let nameless = Intent { order: None, ..till.intent(0, kind, 5) };
        assert_eq!(till.put(nameless), Err(Refusal::OrderMissing { kind }));
    }
    let order = |name: &str| Intent {
        order: OrderNumber::new(name).ok(),
        ..Intent::new(0, K::QrSale, Amount::new(1), Currency::CNY)
    };
    let long = "x".repeat(64);
    let numbers = ["A-1", "A-11", &long[..63], &long].map(|n| refund_number(&order(n), Seq(1)));
    for (at, number) in numbers.iter().enumerate() {
        assert!(!number.is_empty() && !numbers[..at].contains(number));
        assert_eq!(refund_number(&order(number), Seq(2)), *number, "the same, whoever asks");
    }
}
