//! Wrong arguments and callbacks that fail: error codes, and nothing written.

use core::ffi::c_void;
use core::ptr;

use pos_journal::ffi::*;

use crate::chip::*;

#[test]
fn null_is_an_error_everywhere() {
    let mut f = Fixture::new();
    let item = approved(&f, "R-1");
    let before = f.image();
    let none = ptr::null_mut();
    for j in [none, f.journal] {
        let cards = c"6222020200112341234".as_ptr();
        // No journal, or an argument that has to be there and is not.
        let codes = unsafe {
            [
                pj_mount(none.cast(), 0, None, None),
                pj_format(none.cast(), 0, None, None, None),
                pj_last_error(j, None),
                pj_duplicate_of(j, 0, ptr::null(), 1, Some(&sale("").moment), None),
                pj_duplicate_of(j, 0, cards, 1, None, None),
                pj_duplicate_of(j, 0, cards, 12_50, Some(&sale("").moment), None),
                pj_begin(j, None, None),
                pj_begin(j, Some(&sale("R-9")), None),
                pj_outcome(j, item, 0, None),
                pj_offline_approved(j, item, 1, None, None),
                pj_late(j, None, None),
                pj_due(j, 0, None),
                pj_duties(j, None, none.cast()),
                pj_attempt(j, item, 0, None),
                pj_abandon(j, item, ptr::null(), ptr::null()),
                pj_retry(j, item, c"x".as_ptr(), ptr::null()),
                pj_settle_attempt(j, 0, 0, None),
                pj_next_upload(j, 0, 0, None),
                pj_next_batch(j, 0, ptr::null()),
                pj_settle_de48(j, 0, None),
                pj_settle_de63(j, 0, None),
                pj_settle_iso(j, 0, 0, None),
                pj_status(j, ptr::null(), None),
                pj_last(j, None),
                pj_receipt(j, item, None),
                pj_next_item(j, 0, None),
                pj_mount_report(j, None),
                pj_space(j, None),
                pj_room(j, None),
                pj_x_totals(j, 0, None),
                pj_z_totals(j, 0, None),
                pj_scan(j, 0, None, none.cast()),
                pj_export(j, None, none.cast(), None),
                pj_export_region(None, None, none.cast(), None),
                pj_set_identity(j, 0, None, 0),
                pj_identity(j, 0, None),
                pj_device(j, ptr::null(), 0),
                pj_started(j, None),
                pj_note(j, ptr::null()),
                pj_set_profile(j, 0, None, ptr::null_mut()),
                pj_record_intent(None, None),
                pj_record_outcome(None, None),
                pj_complete(j, item, ptr::null(), 5),
                pj_attach(j, item, ptr::null(), 5, ptr::null(), 0),
                pj_emv_tag(ptr::null(), 5, 0x95, None),
            ]
        };
        for (at, code) in codes.into_iter().enumerate() {
            assert_eq!(code, PJ_ERR_NULL, "call {at}, journal {j:?}");
        }
    }
    // Calls that have nothing else.
    let codes = unsafe {
        [
            pj_may_start(none, 0, 1, None),
            pj_confirmed(none, 1),
            pj_no_answer(none, 1, 0, 0),
            pj_not_sent(none, 1),
            pj_reverse(none, 1, 0),
            pj_printed(none, 1),
            pj_answer(none, 1, 0, ptr::null()),
            pj_answered(none, 1, ptr::null()),
            pj_unsent(none, 1),
            pj_asked(none, 1, 0),
            pj_give_up(none, 1),
            pj_close_batch(none, 0, None),
            pj_unlock_batch(none, 0),
            pj_settle_answer(none, 0, 0, ptr::null()),
            pj_settle_answer_de39(none, 0, ptr::null()),
            pj_settle_answer_de48(none, 0, ptr::null(), 0),
            pj_settle_tried(none, 0, 0),
            pj_settle_end(none, 0),
            pj_uploaded(none, 0, 1),
            pj_upload_ended(none, 0),
            pj_batch_closed(none, 0),
            pj_set_numbers(none, 0, 1, 0, 0),
            pj_item(none, 1, None),
            pj_confirm(none),
            pj_maintain(none, 0),
            pj_retention(none, 0, None),
            pj_blocked(none, 0, 1),
            pj_set_style(none, 0, 0),
        ]
    };
    assert_eq!(codes, [PJ_ERR_NULL; 28]);
    assert_eq!(f.image(), before, "nothing was written");
}

/// A change to a configuration, and what it is refused with.
type Wrong = (fn(&mut pj_config), i32);

#[test]
fn sizes_that_do_not_go_together_are_refused() {
    let wrong: [Wrong; 21] = [
        (|c| c.abi = 0, PJ_ERR_ABI),
        (|c| c.abi = PJ_ABI + 1, PJ_ERR_ABI),
        (|c| c.read_size = 0, PJ_ERR_SHAPE),
        (|c| c.read_size = 3, PJ_ERR_SHAPE),
        (|c| c.read_size = 64, PJ_ERR_SHAPE),
        (|c| c.program_size = 0, PJ_ERR_SHAPE),
        (|c| c.program_size = 12, PJ_ERR_SHAPE),
        (|c| c.program_size = 512, PJ_ERR_SHAPE),
        (|c| c.program_size = u32::MAX, PJ_ERR_SHAPE),
        (|c| c.erase_size = 0, PJ_ERR_SHAPE),
        (|c| c.erase_size = 1000, PJ_ERR_SHAPE),
        (|c| c.erase_size = u32::MAX, PJ_ERR_SHAPE),
        (|c| c.region_start = 1, PJ_ERR_SHAPE),
        (|c| (c.region_start, c.region_size) = (u32::MAX - 4095, 8192), PJ_ERR_SHAPE),
        (|c| c.region_size = 0, PJ_ERR_SHAPE),
        (|c| c.region_size = 4096, PJ_ERR_SHAPE),
        (|c| c.sector_size = 5000, PJ_ERR_SHAPE),
        (|c| c.anchor_size = 100, PJ_ERR_SHAPE),
        (|c| c.anchor_size = 1 << 31, PJ_ERR_SHAPE),
        (|c| c.ecc_size = 1 << 30, PJ_ERR_SHAPE),
        (|c| c.erase = None, PJ_ERR_NULL),
    ];
    let mut f = Fixture::without(Chip::new(BYTES, 4096));
    for (at, (change, code)) in wrong.into_iter().enumerate() {
        let mut config = config(f.chip);
        change(&mut config);
        assert_eq!(f.format(&config), code, "change {at}");
        assert_eq!(f.mount(&config), code, "change {at}");
        assert!(f.journal.is_null());
    }
    assert_eq!((f.chip().programs, f.chip().erases), (0, 0));
}

#[test]
fn a_journal_mounts_with_its_own_sizes_only() {
    let mut f = Fixture::on(Chip::new(2 * BYTES, 4096));
    unsafe { pj_close(f.journal) };
    for change in [
        (|c| c.program_size = 16) as fn(&mut pj_config),
        |c| c.sector_size = 16 * 1024,
        |c| c.region_size = BYTES as u32,
    ] {
        let mut config = config(f.chip);
        change(&mut config);
        assert_eq!(f.mount(&config), PJ_ERR_OTHER_SHAPE);
    }
    let config = config(f.chip);
    assert_eq!(f.mount(&config), PJ_OK);
}

#[test]
fn a_driver_that_fails_is_told_with_its_own_number() {
    let mut f = Fixture::new();
    let item = begin(&f, &sale("R-1"));
    f.chip().error = -116;
    f.chip().programs_left = 0;
    assert_eq!(unsafe { pj_not_sent(f.journal, item) }, PJ_ERR_FLASH);
    assert_eq!((f.last_error().code, f.last_error().driver), (PJ_ERR_FLASH, -116));
    f.chip().programs_left = u32::MAX;
    // A driver that reads nothing at all.
    unsafe { pj_close(f.journal) };
    f.chip().reads_left = 0;
    let config = config(f.chip);
    let code = f.mount(&config);
    assert!(code < 0 && f.journal.is_null(), "{code}");
    f.chip().reads_left = u32::MAX;
    assert_eq!(f.mount(&config), PJ_OK);
}

#[test]
fn a_driver_that_fails_at_any_call_does_no_harm() {
    let most = if cfg!(miri) { 3 } else { 60 };
    for calls in 0..most {
        for fails in [
            (|c, n| c.reads_left = n) as fn(&mut Chip, u32),
            |c, n| c.programs_left = n,
            |c, n| c.erases_left = n,
        ] {
            let mut f = Fixture::without(Chip::new(BYTES, 4096));
            let config = config(f.chip);
            fails(f.chip(), calls);
            if f.format(&config) == PJ_OK {
                let (code, begun) = out(|b| unsafe { pj_begin(f.journal, Some(&sale("R")), b) });
                let _ = code == PJ_BEGUN_NEW && unsafe { pj_not_sent(f.journal, begun.item) } >= 0;
                unsafe { pj_maintain(f.journal, 10) };
            } else {
                assert!(f.journal.is_null());
            }
        }
    }
}

/// A change to a payment, and what it is refused with.
type WrongBegin = (fn(&mut pj_begin), i32);

#[test]
fn values_out_of_their_range_are_refused() {
    let mut f = Fixture::new();
    let before = f.image();
    let begins: [WrongBegin; 21] = [
        (|b| b.book = 4, PJ_ERR_NO_SUCH_BOOK),
        (|b| b.book = 256, PJ_ERR_NO_SUCH_BOOK),
        (|b| b.kind = 0, PJ_ERR_VALUE),
        (|b| b.kind = -1, PJ_ERR_VALUE),
        (|b| b.kind = 257, PJ_ERR_VALUE),
        (|b| b.currency = 1000, PJ_ERR_VALUE),
        (|b| b.currency = 1 << 20, PJ_ERR_VALUE),
        (|b| b.decimals = 8, PJ_ERR_VALUE),
        (|b| b.entry = 1 << 16, PJ_ERR_VALUE),
        (|b| b.condition = 256, PJ_ERR_VALUE),
        (|b| b.moment.clock = 3, PJ_ERR_VALUE),
        (|b| b.moment.boot = 1 << 16, PJ_ERR_VALUE),
        (|b| b.moment.utc_offset_quarters = 128, PJ_ERR_VALUE),
        (|b| b.cards = 3, PJ_ERR_VALUE),
        (|b| b.instalments = 256, PJ_ERR_VALUE),
        (|b| b.original.by = 3, PJ_ERR_VALUE),
        (|b| b.original.by = PJ_ORIGINAL_SLIP, PJ_ERR_TEXT),
        (|b| b.amount = u64::MAX, PJ_ERR_DIGITS),
        (|b| b.amount = 1_000_000_000_000, PJ_ERR_AMOUNT_TOO_LARGE),
        (|b| b.pan = c"4111".as_ptr(), PJ_ERR_PAN),
        (|b| b.pan = c"41111111111111111111111111".as_ptr(), PJ_ERR_PAN),
    ];
    for (at, (change, code)) in begins.into_iter().enumerate() {
        let mut begin = sale("R-1");
        change(&mut begin);
        let (found, _) = out(|b| unsafe { pj_begin(f.journal, Some(&begin), b) });
        assert_eq!(found, code, "change {at}");
    }
    let codes = unsafe {
        [
            pj_may_start(f.journal, 0, 99, None),
            pj_outcome(f.journal, 1, 5, Some(&reply("00"))),
            pj_outcome(f.journal, 1, -1, Some(&reply("00"))),
            pj_reverse(f.journal, 1, 3),
            pj_set_style(f.journal, 0, 4),
            pj_set_numbers(f.journal, 0, 0, 0, 0),
            pj_set_numbers(f.journal, 0, 1, 1_000_000, 0),
            pj_settle_iso(f.journal, 0, 7, None),
        ]
    };
    assert_eq!(codes, [PJ_ERR_VALUE; 8]);
    assert_eq!(unsafe { pj_close_batch(f.journal, 9, None) }, PJ_ERR_NO_SUCH_BOOK);
    assert_eq!(unsafe { pj_not_sent(f.journal, 77) }, PJ_ERR_NOT_OPEN);
    assert_eq!(f.last_error().item, 77);
    assert_eq!(f.image(), before, "nothing was written");
}

#[test]
fn characters_that_are_none_are_refused() {
    let mut f = Fixture::new();
    let before = f.image();
    let mut begin = sale("");
    begin.reference = [b'R' as core::ffi::c_char; 33];
    let (code, _) = out(|b| unsafe { pj_begin(f.journal, Some(&begin), b) });
    assert_eq!(code, PJ_ERR_TEXT, "no zero at its end");
    begin.reference = field("two words");
    let (code, _) = out(|b| unsafe { pj_begin(f.journal, Some(&begin), b) });
    assert_eq!(code, PJ_ERR_TEXT);
    begin.reference = field("caf\u{e9}");
    let (code, _) = out(|b| unsafe { pj_begin(f.journal, Some(&begin), b) });
    assert_eq!(code, PJ_ERR_TEXT);
    let remark = c"a remark that is longer than the forty-eight characters";
    assert_eq!(unsafe { pj_note(f.journal, remark.as_ptr()) }, PJ_ERR_TEXT);
    let card = c"call 4111 1111 1111 1111";
    assert_eq!(unsafe { pj_note(f.journal, card.as_ptr()) }, PJ_ERR_CARD_NUMBER);
    let clear = [0x41, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11];
    let code = unsafe { pj_attach(f.journal, 1, clear.as_ptr(), 8, ptr::null(), 0) };
    assert_eq!(code, PJ_ERR_CARD_NUMBER);
    let track = [0x57, 1, 0x11];
    let code = unsafe { pj_complete(f.journal, 1, track.as_ptr(), 3) };
    assert_eq!((code, f.last_error().value), (PJ_ERR_EMV, 0x57));
    let long = [0x95; 200];
    assert_eq!(unsafe { pj_complete(f.journal, 1, long.as_ptr(), 200) }, PJ_ERR_EMV);
    assert_eq!(unsafe { pj_verdict(c"0".as_ptr(), 1) }, PJ_VERDICT_DOUBTFUL);
    assert_eq!(f.image(), before, "nothing was written");
}

unsafe extern "C" fn refuse_third(context: *mut c_void, _: *const u8, _: u32) -> i32 {
    let calls = unsafe { &mut *context.cast::<u32>() };
    *calls += 1;
    i32::from(*calls == 3)
}

#[test]
fn a_sink_that_refuses_ends_the_export() {
    let f = Fixture::new();
    let mut calls = 0u32;
    let context = ptr::from_mut(&mut calls).cast();
    let code = unsafe { pj_export(f.journal, Some(refuse_third), context, None) };
    assert_eq!((code, calls), (PJ_ERR_STOPPED, 3));
}

#[test]
fn a_format_does_not_lose_what_is_owed() {
    let mut f = Fixture::new();
    begin(&f, &sale("R-1"));
    unsafe { pj_close(f.journal) };
    let config = config(f.chip);
    let before = f.image();
    assert_eq!(f.format(&config), PJ_ERR_STILL_OWING);
    assert_eq!(f.image(), before);
    let mut journal = core::mem::MaybeUninit::uninit();
    let how = pj_format_as { lose_what_is_owed: 1, format_id: 8, ..FORMAT };
    let size = size_of::<Memory>();
    let code =
        unsafe { pj_format(f.memory.cast(), size, Some(&config), Some(&how), Some(&mut journal)) };
    assert_eq!(code, PJ_OK);
    f.journal = unsafe { journal.assume_init() };
    let (_, last) = out(|k| unsafe { pj_last(f.journal, k) });
    assert_eq!(last.item, 0);
    let how = pj_format_as { mode: 3, ..FORMAT };
    let mut journal = core::mem::MaybeUninit::uninit();
    unsafe { pj_close(f.journal) };
    let code =
        unsafe { pj_format(f.memory.cast(), size, Some(&config), Some(&how), Some(&mut journal)) };
    assert_eq!(code, PJ_ERR_VALUE);
}
