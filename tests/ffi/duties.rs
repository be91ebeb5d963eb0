//! Reversals and the close of a batch.

use core::ffi::c_void;
use core::ptr;

use pos_journal::ffi::*;

use crate::chip::*;

fn due(f: &Fixture, uptime: u64) -> pj_next {
    let (code, next) = out(|n| unsafe { pj_due(f.journal, uptime, n) });
    assert_eq!(code, PJ_OK);
    next
}

unsafe extern "C" fn collect(context: *mut c_void, duty: *const pj_duty) -> i32 {
    unsafe { (*context.cast::<Vec<i32>>()).push((*duty).duty) };
    0
}

#[test]
fn a_reversal_is_owed_until_it_is_answered() {
    let mut f = Fixture::new();
    let item = begin(&f, &sale("R-1"));
    f.restart();
    assert_eq!(unsafe { pj_may_start(f.journal, 0, PJ_KIND_SALE, None) }, PJ_ERR_REVERSAL);
    assert_eq!(f.last_error().item, item);
    assert_eq!(unsafe { pj_blocked(f.journal, 0, PJ_KIND_SALE) }, PJ_ERR_REVERSAL);
    assert_eq!(unsafe { pj_blocked(f.journal, 0, PJ_KIND_OFFLINE_SALE) }, PJ_OK);
    let mut duties: Vec<i32> = Vec::new();
    let context = ptr::from_mut(&mut duties).cast();
    assert_eq!(unsafe { pj_duties(f.journal, Some(collect), context) }, PJ_OK);
    assert_eq!(duties, [PJ_DUTY_REVERSAL]);
    let next = due(&f, 1_000);
    assert_eq!((next.when, next.duty.duty, next.duty.item), (PJ_NEXT_NOW, PJ_DUTY_REVERSAL, item));
    assert_eq!(unsafe { pj_asked(f.journal, item, 1_000) }, PJ_OK, "no connection");
    let (code, attempted) = out(|a| unsafe { pj_attempt(f.journal, item, 2_000, a) });
    assert_eq!((code, attempted.number), (PJ_OK, 1));
    assert_eq!(unsafe { pj_unsent(f.journal, item) }, PJ_STATUS_REVERSING);
    let (_, attempted) = out(|a| unsafe { pj_attempt(f.journal, item, 3_000, a) });
    assert_eq!(attempted.number, 1, "the first did not count");
    assert_eq!(unsafe { pj_answered(f.journal, item, ptr::null()) }, PJ_STATUS_REVERSING);
    let next = due(&f, 3_001);
    assert_eq!((next.when, next.at), (PJ_NEXT_AT, 8_000));
    let (_, attempted) = out(|a| unsafe { pj_attempt(f.journal, item, 8_000, a) });
    assert_eq!((attempted.number, text(&attempted.mti)), (2, "0401".into()));
    assert_eq!(unsafe { pj_answered(f.journal, item, c"00".as_ptr()) }, PJ_STATUS_REVERSED);
    assert_eq!(due(&f, 8_001).when, PJ_NEXT_NOTHING);
}

#[test]
fn an_operator_decides() {
    let mut f = Fixture::new();
    let item = begin(&f, &sale("R-1"));
    f.restart();
    let (_, _) = out(|a| unsafe { pj_attempt(f.journal, item, 1, a) });
    assert!(unsafe { pj_give_up(f.journal, item) } > 0);
    let (_, start) = out(|s| unsafe { pj_may_start(f.journal, 0, PJ_KIND_SALE, s) });
    assert_eq!(start.unresolved, item);
    let (who, why) = (c"Li Na".as_ptr(), c"host called".as_ptr());
    assert_eq!(unsafe { pj_retry(f.journal, item, who, why) }, PJ_STATUS_REVERSING);
    assert_eq!(unsafe { pj_abandon(f.journal, item, who, why) }, PJ_STATUS_ABANDONED);
    let (_, none) = out(|i| unsafe { pj_next_item(f.journal, 0, i) });
    assert_eq!(none, 0);
}

#[test]
fn a_batch_is_settled_balanced() {
    let f = Fixture::new();
    approved(&f, "R-1");
    approved(&f, "R-2");
    let (code, x) = out(|x| unsafe { pj_x_totals(f.journal, 0, x) });
    assert_eq!((code, x.batch, x.phase, x.totals.rows), (PJ_OK, 1, PJ_PHASE_OPEN, 1));
    assert_eq!(x.totals.row[0].sales, pj_tally { amount: 25_00, count: 2 });
    let (code, frozen) = out(|t| unsafe { pj_close_batch(f.journal, 0, t) });
    assert_eq!((code, frozen), (PJ_OK, x.totals));
    assert_eq!(unsafe { pj_unlock_batch(f.journal, 0) }, PJ_OK);
    assert_eq!(unsafe { pj_close_batch(f.journal, 0, None) }, PJ_OK);
    assert_eq!(unsafe { pj_may_start(f.journal, 0, PJ_KIND_SALE, None) }, PJ_ERR_SETTLEMENT);
    assert_eq!(f.last_error().state, PJ_PHASE_FROZEN);
    let next = due(&f, 1);
    assert_eq!((next.duty.duty, next.duty.step), (PJ_DUTY_SETTLE, PJ_STEP_SEND));
    let (code, request) = out(|r| unsafe { pj_settle_attempt(f.journal, 0, 1, r) });
    assert_eq!((code, request.batch, request.stan, request.number), (PJ_OK, 1, 3, 1));
    assert_eq!(request.totals, frozen);
    let (code, iso) = out(|i| unsafe { pj_settle_iso(f.journal, 0, 0, i) });
    assert_eq!((code, &iso.de76), (PJ_OK, b"0000000002"));
    assert_eq!(&iso.de97, b"D0000000000002500");
    let (code, de48) = out(|d| unsafe { pj_settle_de48(f.journal, 0, d) });
    assert_eq!((code, de48.get(..15)), (PJ_OK, Some(&b"000000002500002"[..])));
    let (code, de63) = out(|d| unsafe { pj_settle_de63(f.journal, 0, d) });
    assert_eq!((code, de63.get(..15)), (PJ_OK, Some(&b"002000000002500"[..])));
    let class = unsafe { pj_settle_answer_de39(f.journal, 0, c"90".as_ptr()) };
    assert_eq!(class, PJ_SETTLE_BUSY);
    let (_, again) = out(|r| unsafe { pj_settle_attempt(f.journal, 0, 99_999, r) });
    assert_eq!((again.number, again.totals), (2, frozen));
    assert_eq!(unsafe { pj_settle_answer(f.journal, 0, PJ_SETTLE_BALANCED, c"00".as_ptr()) }, 0);
    assert_eq!(due(&f, 100_000).duty.step, PJ_STEP_CLOSE);
    assert_eq!(unsafe { pj_batch_closed(f.journal, 0) }, 2);
    let (batch, z) = out(|t| unsafe { pj_z_totals(f.journal, 0, t) });
    assert_eq!((batch, z), (1, frozen));
}

#[test]
fn a_batch_that_does_not_balance_is_uploaded() {
    let f = Fixture::new();
    let items = [approved(&f, "R-1"), approved(&f, "R-2")];
    assert_eq!(unsafe { pj_set_style(f.journal, 0, PJ_STYLE_UNIONPAY) }, PJ_OK);
    assert_eq!(unsafe { pj_close_batch(f.journal, 0, None) }, PJ_OK);
    let (code, _) = out(|r| unsafe { pj_settle_attempt(f.journal, 0, 1, r) });
    assert_eq!(code, PJ_OK);
    let mut de48 = [b'0'; PJ_DE48_SIZE];
    (de48[30], de48[61]) = (b'2', b'1');
    let size = PJ_DE48_SIZE as u32;
    let class = unsafe { pj_settle_answer_de48(f.journal, 0, de48.as_ptr(), size) };
    assert_eq!(class, PJ_SETTLE_UNBALANCED);
    assert_eq!(unsafe { pj_upload_ended(f.journal, 0) }, PJ_ERR_NOT_UPLOADED);
    assert_eq!(f.last_error().item, items[0]);
    let mut after = due(&f, 2).duty.after;
    for item in items {
        let (code, next) = out(|i| unsafe { pj_next_upload(f.journal, 0, after, i) });
        assert_eq!((code, next), (PJ_OK, item));
        assert_eq!(unsafe { pj_settle_tried(f.journal, 0, 3) }, PJ_OK);
        assert_eq!(unsafe { pj_uploaded(f.journal, 0, next) }, PJ_OK);
        after = next;
    }
    let (_, next) = out(|i| unsafe { pj_next_upload(f.journal, 0, after, i) });
    assert_eq!(next, 0);
    assert_eq!(unsafe { pj_settle_end(f.journal, 0) }, 202);
    assert_eq!(unsafe { pj_next_batch(f.journal, 0, c"Li Na".as_ptr()) }, 2);
    assert_eq!(unsafe { pj_upload_ended(f.journal, 0) }, PJ_OK);
    assert_eq!(unsafe { pj_batch_closed(f.journal, 0) }, 2);
    assert_eq!(unsafe { pj_set_numbers(f.journal, 0, 40, 500, 0) }, PJ_OK);
    let (_, begun) = out(|b| unsafe { pj_begin(f.journal, Some(&sale("R-3")), b) });
    assert_eq!((begun.intent.batch, begun.intent.stan, begun.intent.invoice), (40, 500, 3));
}

#[test]
fn a_profile_of_the_firmwares_own() {
    let mut f = Fixture::new();
    let item = begin(&f, &sale("R-1"));
    f.restart();
    let (code, mut profile) = out(|p| pj_profile_style(PJ_STYLE_PLAIN, p));
    assert_eq!((code, profile.reversal.first_ms, profile.repeat_mti), (PJ_OK, 5_000, 1));
    profile.reversal = pj_retry { first_ms: 7, longest_ms: 7, limit: 3 };
    profile.repeat_mti = 0;
    profile.reversal_done = c"4041".as_ptr();
    let memory = Box::into_raw(Box::new(pj_profile_memory { opaque: [0; 40] }));
    assert_eq!(unsafe { pj_set_profile(f.journal, 0, Some(&profile), memory) }, PJ_OK);
    assert_eq!(unsafe { pj_set_profile(f.journal, 0, Some(&profile), memory) }, PJ_OK, "again");
    let (_, _) = out(|a| unsafe { pj_attempt(f.journal, item, 100, a) });
    assert_eq!(unsafe { pj_answered(f.journal, item, c"00".as_ptr()) }, PJ_STATUS_REVERSING);
    assert_eq!((due(&f, 101).when, due(&f, 101).at), (PJ_NEXT_AT, 107));
    let (_, attempted) = out(|a| unsafe { pj_attempt(f.journal, item, 107, a) });
    assert_eq!(text(&attempted.mti), "0400");
    assert_eq!(unsafe { pj_answered(f.journal, item, c"41".as_ptr()) }, PJ_STATUS_REVERSED);
    profile.reversal_done = c"404".as_ptr();
    assert_eq!(unsafe { pj_set_profile(f.journal, 0, Some(&profile), memory) }, PJ_ERR_TEXT);
    assert_eq!(
        unsafe { pj_set_profile(f.journal, 0, Some(&profile), ptr::null_mut()) },
        PJ_ERR_TEXT
    );
    unsafe {
        pj_close(f.journal);
        drop(Box::from_raw(memory));
    }
}
