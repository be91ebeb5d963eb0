//! What cannot be read is not taken for what is not there.

use super::*;

#[test]
fn an_upload_does_not_end_while_a_payment_cannot_be_read() {
    let mut till = fresh();
    let lost = completed(&mut till, 100);
    let kept = completed(&mut till, 200);
    // The rotten frame is not the last of its stripe.
    for n in 0..20 {
        completed(&mut till, 300 + n);
    }
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer(0, SettleClass::Unbalanced, None).unwrap();
    assert_eq!(till.next_upload(0, Seq(0)).unwrap().unwrap().item, lost);
    let mut till = rot(till, lost);
    assert_eq!(till.next_upload(0, Seq(0)).unwrap().unwrap().item, kept);
    let mut after = Seq(0);
    while let Ok(Some(next)) = till.next_upload(0, after) {
        after = next.item;
        till.uploaded(0, after).unwrap();
    }
    assert!(matches!(till.next_upload(0, after), Err(Error::MayBeLost { places: 1.. })));
    assert!(matches!(till.next_uploads(0, after), Err(Error::MayBeLost { places: 1.. })));
    assert!(matches!(till.upload_ended(0), Err(Error::MayBeLost { places: 1.. })));
    till.upload_ended_even_if_lost(0).unwrap();
    till.batch_closed(0).unwrap();
}

#[test]
fn a_refund_that_cannot_be_read_is_not_paid_again() {
    let mut till = fresh();
    let sale = completed(&mut till, 1_000);
    let refund = undo(TransactionKind::Refund, 1_000, sale);
    let (first, _) = new(&mut till, &refund);
    approve(&mut till, first);
    for n in 0..20 {
        completed(&mut till, 1 + n);
    }
    assert!(matches!(till.begin(&refund), Err(Error::Refused(_))));
    let mut till = rot(till, first);
    assert!(matches!(till.begin(&refund), Err(Error::MayBeLost { places: 1.. })));
    let looked = Begin { even_if_lost: true, ..refund };
    assert!(matches!(till.begin(&looked), Ok(Begun::New { .. })));
}
