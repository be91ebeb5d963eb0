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
    // The next one that can be read is not the next one.
    assert!(matches!(till.next_upload(0, Seq(0)), Err(Error::MayBeLost { places: 1.. })));
    assert_eq!(till.next_upload_even_if_lost(0, Seq(0)).unwrap().unwrap().item, kept);
    let mut after = Seq(0);
    while let Ok(Some(next)) = till.next_upload_even_if_lost(0, after) {
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

/// To look for the original writes down what is lost, and numbers jump over it: what begins then has
/// numbers behind the jump.
#[test]
fn a_refund_after_a_loss_has_numbers_behind_the_jump() {
    let mut till = fresh();
    let sale = completed(&mut till, 1_000);
    let lost = completed(&mut till, 999);
    for n in 0..20 {
        completed(&mut till, 1 + n);
    }
    let mut till = rot(till, lost);
    let before = till.ledger().next_stan(0).unwrap();
    let refund = undo(TransactionKind::Refund, 1_000, sale);
    let looked = Begin { even_if_lost: true, ..refund };
    let Begun::New { intent, .. } = till.begin(&looked).unwrap() else { panic!() };
    assert!(before.steps_to(intent.stan) > 1, "{before} {}", intent.stan);
}

/// What is refused for itself is not told as a matter of room, whether the log has been written to
/// since the start or not.
#[test]
fn a_full_journal_still_says_what_is_wrong_with_a_payment() {
    let mut till = fresh();
    while let Ok(Begun::New { item, .. }) = till.begin(&sale(1)) {
        approve(&mut till, item);
    }
    assert!(matches!(till.begin(&sale(1)), Err(Error::Full { .. })));
    let wrong = Begin { tip: Some(Amount::new(2)), ..sale(1) };
    let is_refused = |till: &mut Till| matches!(till.begin(&wrong), Err(Error::Refused(_)));
    assert!(is_refused(&mut till));
    assert!(is_refused(&mut reboot(till)));
}

#[test]
fn a_reference_begun_anew_that_cannot_be_read_is_not_begun_again() {
    let mut till = fresh();
    let begin = with_reference(500, "R-1");
    let (first, _) = new(&mut till, &begin);
    till.not_sent(first).unwrap();
    let (second, _) = new(&mut till, &begin);
    approve(&mut till, second);
    for n in 0..20 {
        completed(&mut till, 1 + n);
    }
    let mut till = rot(till, second);
    assert!(matches!(till.begin(&begin), Err(Error::MayBeLost { places: 1.. })));
    let told = till.status(&Reference::new("R-1").unwrap()).unwrap();
    assert!(matches!(told, Asked::Unknown { places: 1.. }), "{told:?}");
}

/// The only frames of a sector are in one page, and that is what cannot be read.
#[test]
fn a_sector_without_a_readable_frame_is_a_place() {
    let mut till = fresh();
    let begin = with_reference(500, "R-1");
    let sector = |till: &mut Till| {
        let mut newest = (0, 0);
        till.log.scan(|entry| newest = newest.max((entry.seq, entry.at)));
        newest.1 / 4096
    };
    let before = sector(&mut till);
    completed(&mut till, 1);
    while sector(&mut till) <= before.max(1) {
        completed(&mut till, 1);
    }
    let (item, _) = new(&mut till, &begin);
    approve(&mut till, item);
    let at = sector(&mut till) as usize * 4096;
    let first = at + till.log().layout().first_frame() as usize;
    let mut image = till.log.flash_mut().image().to_vec();
    image[first..first + 400].iter_mut().for_each(|byte| *byte ^= 0xA5);
    *till.log.flash_mut() = Chip::owned_image(image).unwrap();
    assert!(matches!(till.begin(&begin), Err(Error::MayBeLost { places: 1.. })));
}
