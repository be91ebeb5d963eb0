//! What speaks against a payment before its card is read.

use super::*;
use crate::ledger::figures::Layout;
use crate::ledger::profile::{Profile, Unresolved as Policy};

const SALE: TransactionKind = TransactionKind::Sale;

#[test]
fn nothing_speaks_against_the_first_payment() {
    let till = fresh();
    let start = till.may_start(0, SALE).unwrap();
    assert_eq!((start.unresolved, start.nearly_full), (None, false));
    let unknown = till.may_start(9, SALE);
    assert!(matches!(unknown, Err(Error::Blocked(Block::Refused(_)))), "{unknown:?}");
}

#[test]
fn an_unresolved_payment_warns_or_blocks_by_the_profile() {
    static STRICT: Profile = Profile { unresolved: Policy::Block, ..Profile::PLAIN };
    let mut till = fresh();
    let (item, _) = new(&mut till, &sale(60));
    till.no_answer(item, 1, Uptime(0)).unwrap();
    till.give_up(item).unwrap();
    assert_eq!(till.may_start(0, SALE).unwrap().unresolved, Some(item));
    till.set_profile(0, &STRICT).unwrap();
    let Err(Error::Unresolved { item: named, .. }) = till.may_start(0, SALE) else { panic!() };
    assert_eq!(named, item);
    let begun = till.begin(&sale(61)).unwrap_err();
    assert!(begun.to_string().contains("operator"), "{begun}");
    // What needs no host goes on, and so do other books.
    assert!(till.may_start(0, TransactionKind::OfflineSale).is_ok());
    assert!(till.may_start(1, SALE).is_ok());
    till.abandon(item, Text::new("chief").unwrap(), Text::new("paid cash").unwrap()).unwrap();
    assert!(till.may_start(0, SALE).is_ok());
}

#[test]
fn the_batch_takes_as_many_as_its_host() {
    static SHORT: Profile = Profile { batch_limit: 3, ..Profile::PLAIN };
    let mut till = fresh();
    till.set_profile(0, &SHORT).unwrap();
    let start = till.may_start(0, SALE).unwrap();
    assert_eq!((start.batch_left, start.nearly_full), (3, true));
    completed(&mut till, 1);
    completed(&mut till, 2);
    // One that is open may yet count.
    let (open, _) = new(&mut till, &sale(3));
    assert_eq!(till.may_start(0, SALE), Err(Error::BatchFull { limit: 3 }));
    assert_eq!(till.begin(&sale(4)), Err(Error::BatchFull { limit: 3 }));
    assert!(till.may_start(0, TransactionKind::PreAuth).is_ok(), "it counts nowhere");
    till.outcome(open, Verdict::Declined, &OutcomeOf::default()).unwrap();
    assert_eq!(till.may_start(0, SALE).unwrap().batch_left, 1);
}

#[test]
fn no_count_outgrows_the_three_digits_of_a_settlement() {
    let mut till = roomy();
    till.set_profile(0, &Profile::ASIAN).unwrap();
    let foreign = |n| Begin { cards: Some(CardClass::Foreign), ..sale(n) };
    for n in 0..999 {
        // Such a host is told one sum over all cards.
        let begin = if n % 2 == 0 { sale(1 + n) } else { foreign(1 + n) };
        let item = match till.begin(&begin).unwrap() {
            Begun::New { item, .. } => item,
            known => panic!("{known:?}"),
        };
        till.outcome(item, Verdict::Approved { completed: true }, &OutcomeOf::default()).unwrap();
    }
    let refused = till.may_start(0, SALE);
    assert!(matches!(refused, Err(Error::Digits(_))), "{refused:?}");
    assert!(matches!(till.begin(&foreign(1)), Err(Error::Digits(_))));
    // A refund goes to the other side, and a void takes away.
    assert!(till.may_start(0, TransactionKind::Refund).is_ok());
    assert!(till.may_start(0, TransactionKind::Void).is_ok());
    // Before an upload there is nothing that this 0500 could not say.
    let totals = till.ledger().totals(0).unwrap();
    let voided = Profile::ASIAN.voided;
    assert!(crate::ledger::figures::asian_de63(totals, voided).is_ok());
    // Where a void counts on both sides, a full credit side stops it, a full debit side does not.
    till.set_profile(0, &Profile::UNIONPAY).unwrap();
    assert_eq!(Profile::UNIONPAY.layout, Layout::UnionPay);
    assert!(till.may_start(0, SALE).is_ok(), "500 and 499: told apart by class of cards");
}

#[test]
fn no_amount_outgrows_twelve_digits() {
    let mut till = fresh();
    till.set_profile(0, &Profile::UNIONPAY).unwrap();
    completed(&mut till, 999_999_999_000);
    assert!(till.may_start(0, SALE).is_ok(), "the amount is not known yet");
    assert!(matches!(till.begin(&sale(1_000)), Err(Error::Digits(_))));
    completed(&mut till, 999);
}

#[test]
fn what_may_start_promises_begin_keeps() {
    let mut till = fresh();
    let bulky = Begin {
        sealed: Sealed::new(&[0xA5; 48]).ok(),
        emv: Emv::new(&chip_data()).ok(),
        reference: None,
        ..sale(1)
    };
    let mut begun = 0;
    while till.may_start(0, SALE).is_ok() {
        let (item, _) = new(&mut till, &bulky);
        approve(&mut till, item);
        begun += 1;
    }
    assert!(begun > 50, "{begun}");
    assert!(matches!(till.may_start(0, SALE), Err(Error::Full { .. })));
    settle(&mut till);
    assert!(till.may_start(0, SALE).is_ok());
}

/// 145 bytes of one tag.
fn chip_data() -> Vec<u8> {
    let mut data = std::vec![0x9F, 0x10, 0x81, 141];
    data.resize(145, 0x5A);
    data
}
