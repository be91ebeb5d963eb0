//! Settlement by the profile of the host, with a restart after every step.

use super::*;
use crate::ledger::figures::{DE48_BYTES, UnionPayEnd};
use crate::ledger::profile::Profile;

fn again(till: Till, profile: &'static Profile) -> Till {
    let mut till = reboot(till);
    till.set_profile(0, profile).unwrap();
    till
}

fn step(till: &mut Till) -> Option<SettleStep> {
    match now_owed(till) {
        Some(Duty::Settle { book: 0, step }) => Some(step),
        other => panic!("{other:?}"),
    }
}

fn de48(domestic: u8, foreign: u8) -> [u8; DE48_BYTES] {
    let mut field = [b'0'; DE48_BYTES];
    (field[30], field[61]) = (domestic, foreign);
    field
}

fn code(text: &str) -> Option<ResponseCode> {
    ResponseCode::new(text.as_bytes()).ok()
}

/// Ten sales, a void of one, and one sale that was declined.
fn day(profile: &'static Profile) -> Till {
    let mut till = fresh();
    till.set_profile(0, profile).unwrap();
    for n in 0..10 {
        completed(&mut till, 100 + n);
    }
    let last = completed(&mut till, 500);
    let (void, _) = new(&mut till, &undo(TransactionKind::Void, 500, last));
    approve(&mut till, void);
    let (declined, _) = new(&mut till, &sale(1));
    till.outcome(declined, Verdict::Declined, &OutcomeOf::default()).unwrap();
    let (hold, _) = new(&mut till, &Begin { kind: TransactionKind::PreAuth, ..sale(9) });
    approve(&mut till, hold);
    till
}

#[test]
fn asian_busy_unbalanced_upload_and_end_with_a_restart_after_every_step() {
    let profile = &Profile::ASIAN;
    let mut till = day(profile);
    let figures = till.close_batch(0).unwrap();
    till = again(till, profile);
    assert_eq!(step(&mut till), Some(SettleStep::Send));
    for answer in ["90", "", "95"] {
        let request = till.settle_attempt(0, Uptime(0)).unwrap();
        assert_eq!(request.totals, figures);
        till = again(till, profile);
        assert_eq!(step(&mut till), Some(SettleStep::Repeat));
        let class = till.settle_answer_de39(0, code(answer)).unwrap();
        assert_eq!(class == SettleClass::Unbalanced, answer == "95");
        till = again(till, profile);
    }
    let mut uploaded = Vec::new();
    while let Some(SettleStep::Upload { after }) = step(&mut till) {
        let group = till.next_uploads(0, after).unwrap();
        let Some(&through) = group.last() else { break };
        assert_eq!(till.upload_ended(0), Err(Error::NotUploaded { item: group[0] }));
        uploaded.extend(group);
        till.uploaded(0, through).unwrap();
        till = again(till, profile);
    }
    // Ten sales, one that was voided, and its void; the hold and the declined one count nowhere.
    assert_eq!(uploaded.len(), 12);
    till.upload_ended(0).unwrap();
    till = again(till, profile);
    assert_eq!(step(&mut till), Some(SettleStep::Close));
    let next = till.batch_closed(0).unwrap();
    let mut till = again(till, profile);
    assert_eq!((till.ledger().batch(0), till.duties().count()), (Ok(next), 0));
    assert_eq!(till.z_totals(0).unwrap().unwrap().totals, figures);
}

#[test]
fn unionpay_sends_an_end_message_also_when_balanced() {
    let profile = &Profile::UNIONPAY;
    let mut till = day(profile);
    let figures = till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    assert_eq!(till.settle_answer_de48(0, &[b'1'; 40]), Ok(SettleClass::Nothing));
    let request = till.settle_attempt(0, Uptime(0)).unwrap();
    assert_eq!(till.settle_answer_de48(0, &de48(b'1', b'1')), Ok(SettleClass::Balanced));
    assert_eq!((request.number, &request.totals), (2, &figures));
    // There is nothing to upload, and the end is still to be told.
    let Some(SettleStep::Upload { after }) = step(&mut till) else { panic!() };
    assert!(till.next_uploads(0, after).unwrap().is_empty());
    assert_eq!(till.settle_end(0), UnionPayEnd::Balanced);
    assert!(till.batch_closed(0).is_err(), "not before the end message is answered");
    // The power fails before that: the 0500 once more, with the same figures.
    till = again(till, profile);
    assert_eq!(step(&mut till), Some(SettleStep::Repeat));
    assert_eq!(till.settle_attempt(0, Uptime(0)).unwrap().totals, figures);
    till.settle_answer_de48(0, &de48(b'1', b'1')).unwrap();
    till.upload_ended(0).unwrap();
    till = again(till, profile);
    assert_eq!(step(&mut till), Some(SettleStep::Close));
    till.batch_closed(0).unwrap();
    assert_eq!(till.duties().count(), 0);
}

#[test]
fn unionpay_uploads_in_groups_of_eight() {
    let profile = &Profile::UNIONPAY;
    let mut till = day(profile);
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer_de48(0, &de48(b'1', b'2')).unwrap();
    let mut groups = Vec::new();
    while let Some(SettleStep::Upload { after }) = step(&mut till) {
        let group = till.next_uploads(0, after).unwrap();
        let Some(&through) = group.last() else { break };
        groups.push(group.len());
        till.uploaded(0, through).unwrap();
        till = again(till, profile);
    }
    assert_eq!(groups, [8, 4]);
    assert_eq!(till.settle_end(0), UnionPayEnd::Unbalanced);
    till.upload_ended(0).unwrap();
    till.batch_closed(0).unwrap();
}

#[test]
fn a_late_answer_outdates_a_balance() {
    let profile = &Profile::UNIONPAY;
    let mut till = day(profile);
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer_de48(0, &de48(b'1', b'1')).unwrap();
    till.settle_answer_de48(0, &de48(b'2', b'1')).unwrap();
    let end = till.upload_ended(0);
    assert!(matches!(end, Err(Error::NotUploaded { .. })), "{end:?}");
}

#[test]
fn an_operator_opens_the_next_batch_and_the_old_one_stays_owed() {
    let profile = &Profile::ASIAN;
    let mut till = day(profile);
    let figures = till.close_batch(0).unwrap();
    let who = || Text::new("chief").unwrap();
    assert!(till.next_batch(0, who()).is_err(), "before the first 0500 it is called off instead");
    till.settle_attempt(0, Uptime(0)).unwrap();
    assert_eq!(till.settle_answer_de39(0, code("77")), Ok(SettleClass::Refused));
    assert!(till.may_start(0, TransactionKind::Sale).is_err());
    let next = till.next_batch(0, who()).unwrap();
    let (item, intent) = new(&mut till, &sale(900));
    assert_eq!(intent.batch, next);
    approve(&mut till, item);
    let mut till = again(till, profile);
    assert!(till.close_batch(0).is_err(), "the old one first");
    assert_eq!(step(&mut till), Some(SettleStep::Repeat));
    assert_eq!(till.settle_attempt(0, Uptime(0)).unwrap().totals, figures);
    till.settle_answer_de39(0, code("00")).unwrap();
    assert_eq!(till.batch_closed(0), Ok(next));
    assert_eq!(till.x_totals(0).unwrap().totals.rows()[0].sales.amount, Amount::new(900));
}
