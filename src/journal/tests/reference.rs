//! A reference is one payment: attacks on what the cash register is told.

use super::*;

#[test]
fn a_reference_names_one_currency_and_one_original() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &with_reference(500, "R-1"));
    approve(&mut till, item);
    let dollars = Begin { currency: Currency::USD, ..with_reference(500, "R-1") };
    assert!(matches!(till.begin(&dollars), Err(Error::ReferenceReused { .. })));
    let first = completed(&mut till, 700);
    let second = completed(&mut till, 700);
    let refund = |original| Begin {
        reference: Reference::new("B-1").ok(),
        ..undo(TransactionKind::Refund, 700, original)
    };
    let (refunded, _) = new(&mut till, &refund(first));
    approve(&mut till, refunded);
    // The same words about another sale: 'approved' would be said of a refund never made.
    assert!(matches!(till.begin(&refund(second)), Err(Error::ReferenceReused { .. })));
    assert!(matches!(till.begin(&refund(first)), Ok(Begun::Existing { .. })));
}

/// Its intent is reclaimed and the record that opened it again is all that is left.
#[test]
fn a_payment_opened_again_keeps_its_reference() {
    let mut till = fresh();
    let (item, intent) = new(&mut till, &with_reference(500, "R-1"));
    till.not_sent(item).unwrap();
    settle(&mut till);
    assert_eq!(till.late(&late_approval(&intent)).unwrap(), LateResult::Reopened(item));
    till.attempt(item, Uptime(1)).unwrap();
    till.give_up(item).unwrap();
    lap(&mut till);
    let known = till.status(&Reference::new("R-1").unwrap()).unwrap().known();
    assert_eq!(known.map(|known| known.item), Some(item));
    let again = till.begin(&with_reference(500, "R-1"));
    assert!(matches!(again, Ok(Begun::Existing { .. })), "{again:?}");
    // The answer that comes a second time finds it, too.
    assert_eq!(till.late(&late_approval(&intent)).unwrap(), LateResult::Evidence(item));
}
