//! What the calls do.

use core::ffi::c_void;
use core::ptr;

use pos_journal::ffi::*;

use crate::chip::*;

#[test]
fn a_sale_is_approved_printed_and_asked_about() {
    let mut f = Fixture::new();
    let (code, start) = out(|s| unsafe { pj_may_start(f.journal, 0, PJ_KIND_SALE, s) });
    assert_eq!((code, start.batch_left > 0, start.unresolved), (PJ_OK, true, 0));
    let (code, begun) = out(|b| unsafe { pj_begin(f.journal, Some(&sale("R-1")), b) });
    assert_eq!((code, begun.status), (PJ_BEGUN_NEW, PJ_STATUS_UNKNOWN));
    let intent = begun.intent;
    assert_eq!((intent.stan, intent.batch, intent.invoice, intent.amount), (1, 1, 1, 12_50));
    assert_eq!((intent.currency, intent.decimals, intent.identity), (156, 2, -1));
    assert_eq!(text(&intent.pan), "622202*********1234");
    assert_eq!(text(&intent.reference), "R-1");
    let status =
        unsafe { pj_outcome(f.journal, begun.item, PJ_VERDICT_APPROVED, Some(&reply("00"))) };
    assert_eq!(status, PJ_STATUS_APPROVED);
    f.restart();
    let (status, known) = out(|k| unsafe { pj_status(f.journal, c"R-1".as_ptr(), k) });
    assert_eq!(status, PJ_STATUS_APPROVED);
    assert_eq!(known, pj_known { item: begun.item, status, places: 0 });
    assert_eq!(unsafe { pj_printed(f.journal, begun.item) }, PJ_OK);
    let (code, receipt) = out(|r| unsafe { pj_receipt(f.journal, begun.item, r) });
    assert_eq!((code, receipt.approved, receipt.duplicate), (PJ_OK, 12_50, 1));
    assert_eq!(text(&receipt.outcome.rrn), "123456789012");
    assert_eq!(text(&receipt.outcome.auth_code), "A1B2C3");
    assert_eq!(text(&receipt.outcome.code), "00");
    assert_eq!(receipt.identity.index, -1);
    let (status, none) = out(|k| unsafe { pj_status(f.journal, c"R-2".as_ptr(), k) });
    assert_eq!((status, none.item), (PJ_STATUS_NEVER_STARTED, 0));
}

#[test]
fn the_same_reference_gives_the_same_payment_back() {
    let f = Fixture::new();
    let item = approved(&f, "R-1");
    let (code, again) = out(|b| unsafe { pj_begin(f.journal, Some(&sale("R-1")), b) });
    assert_eq!((code, again.item, again.status), (PJ_BEGUN_BEFORE, item, PJ_STATUS_APPROVED));
    assert_eq!(again.intent.stan, 1);
    let other = pj_begin { amount: 1, ..sale("R-1") };
    let (code, _) = out(|b| unsafe { pj_begin(f.journal, Some(&other), b) });
    assert_eq!(code, PJ_ERR_REFERENCE_REUSED);
    assert_eq!((f.last_error().item, f.last_error().limit), (item, 12_50));
}

#[test]
fn everything_that_a_payment_can_say_comes_back() {
    let mut f = Fixture::new();
    let identity = pj_identity {
        index: 99,
        terminal: field("T0000001"),
        merchant: field("M00000000000001"),
        currency: 156,
        decimals: 2,
        key: 3,
    };
    assert_eq!(unsafe { pj_set_identity(f.journal, 0, Some(&identity), 0) }, 0);
    assert_eq!(unsafe { pj_set_identity(f.journal, 0, Some(&identity), 0) }, 0, "nothing new");
    let sealed = [0xA5; 48];
    let emv = [0x95, 2, 0x80, 0x01, 0x9F, 0x34, 1, 0x1E];
    let mut begin = sale("R-1");
    begin.condition = 6;
    begin.moment = pj_moment {
        uptime: 1 << 40,
        local_seconds: 1_800_000_000,
        boot: 7,
        utc_offset_quarters: -32,
        clock: PJ_CLOCK_SET,
    };
    (begin.has_card_sequence, begin.card_sequence) = (1, 0);
    begin.order = field("ORDER-1");
    (begin.tip, begin.cash_back) = (50, 1_00);
    (begin.instalments, begin.instalment_plan) = (3, 777);
    begin.foreign = pj_foreign { amount: 9_99, currency: 840, decimals: 2, rate: 61_234_567 };
    begin.cards = PJ_CARDS_FOREIGN;
    (begin.sealed, begin.sealed_size) = (sealed.as_ptr(), 48);
    (begin.emv, begin.emv_size) = (emv.as_ptr(), 8);
    let (code, begun) = out(|b| unsafe { pj_begin(f.journal, Some(&begin), b) });
    assert_eq!(code, PJ_BEGUN_NEW, "{:?}", f.last_error());
    f.restart();
    let (code, attempted) = out(|a| unsafe { pj_attempt(f.journal, begun.item, 5, a) });
    assert_eq!(code, PJ_OK);
    let intent = attempted.intent;
    assert_eq!((intent.condition, intent.identity, intent.cards), (6, 0, PJ_CARDS_FOREIGN));
    let moment = intent.moment;
    assert_eq!((moment.uptime, moment.local_seconds, moment.boot), (1 << 40, 1_800_000_000, 7));
    assert_eq!((moment.utc_offset_quarters, moment.clock), (-32, PJ_CLOCK_SET));
    assert_eq!((intent.has_card_sequence, intent.card_sequence), (1, 0));
    assert_eq!(text(&intent.order), "ORDER-1");
    assert_eq!((intent.tip, intent.cash_back), (50, 1_00));
    assert_eq!((intent.instalments, intent.instalment_plan), (3, 777));
    let foreign = intent.foreign;
    assert_eq!((foreign.amount, foreign.currency, foreign.rate), (9_99, 840, 61_234_567));
    assert_eq!((text(&attempted.mti), text(&attempted.de39)), ("0400".into(), "98".into()));
    assert_eq!((attempted.number, attempted.outcome.item), (1, 0));
    assert_eq!((attempted.sealed, attempted.sealed_size), (sealed, 48));
    assert_eq!(attempted.emv.get(..8), Some(&emv[..]));
    assert_eq!(text(&attempted.identity.terminal), "T0000001");
    assert_eq!(text(&attempted.identity.merchant), "M00000000000001");
    assert_eq!((attempted.identity.index, attempted.identity.key), (0, 3));
    let mut value = core::mem::MaybeUninit::uninit();
    let size = unsafe { pj_emv_tag(emv.as_ptr(), 8, 0x9F34, Some(&mut value)) };
    let value = unsafe { value.assume_init() };
    assert_eq!((size, unsafe { *value }), (1, 0x1E));
}

#[test]
fn a_void_names_its_sale_by_number_or_by_slip() {
    let f = Fixture::new();
    let item = approved(&f, "R-1");
    let mut void = pj_begin { kind: PJ_KIND_VOID, ..sale("R-2") };
    let (code, _) = out(|b| unsafe { pj_begin(f.journal, Some(&void), b) });
    assert_eq!(code, PJ_ERR_ORIGINAL_MISSING);
    assert!(code <= PJ_REFUSALS);
    void.original.by = PJ_ORIGINAL_SLIP;
    void.original.rrn = field("123456789012");
    void.original.date = 1123;
    let void_item = begin(&f, &void);
    let (_, receipt) = out(|r| unsafe { pj_receipt(f.journal, void_item, r) });
    assert_eq!(receipt.intent.original.by, PJ_ORIGINAL_SLIP);
    assert_eq!(text(&receipt.intent.original.rrn), "123456789012");
    assert_eq!(receipt.intent.original.date, 1123);
    void.reference = field("R-3");
    void.original.by = PJ_ORIGINAL_ITEM;
    void.original.item = item;
    let (code, _) = out(|b| unsafe { pj_begin(f.journal, Some(&void), b) });
    assert_eq!((code, f.last_error().item), (PJ_ERR_ORIGINAL_BUSY, void_item));
}

#[test]
fn a_chip_confirms_or_its_payment_is_reversed() {
    let f = Fixture::new();
    for (reference, confirms) in [("R-1", true), ("R-2", false)] {
        let item = begin(&f, &sale(reference));
        let verdict = unsafe { pj_verdict(c"00".as_ptr(), 0) };
        assert_eq!(verdict, PJ_VERDICT_TO_CONFIRM);
        let status = unsafe { pj_outcome(f.journal, item, verdict, Some(&reply("00"))) };
        assert_eq!(status, PJ_STATUS_UNKNOWN);
        let (_, open) = out(|i| unsafe { pj_item(f.journal, item, i) });
        assert_eq!((open.state, open.in_flight), (PJ_STATE_APPROVED, 1));
        let status = match confirms {
            true => unsafe { pj_complete(f.journal, item, ptr::null(), 0) },
            false => unsafe { pj_reverse(f.journal, item, PJ_REASON_OTHER) },
        };
        let wanted = if confirms { PJ_STATUS_APPROVED } else { PJ_STATUS_REVERSING };
        assert_eq!(status, wanted);
    }
}

#[test]
fn the_chip_approves_offline() {
    let f = Fixture::new();
    let item = begin(&f, &sale("R-1"));
    let (code, offline) =
        out(|s| unsafe { pj_offline_approved(f.journal, item, 1, Some(&sale("R-1")), s) });
    assert_eq!((code, offline.kind, offline.stan), (PJ_OK, PJ_KIND_OFFLINE_SALE, 2));
    let (_, first) = out(|n| unsafe { pj_due(f.journal, 1, n) });
    assert_eq!((first.duty.duty, first.duty.item), (PJ_DUTY_REVERSAL, item));
}

#[test]
fn a_late_answer_is_evidence_or_opens_again() {
    let f = Fixture::new();
    let item = begin(&f, &sale("R-1"));
    assert_eq!(unsafe { pj_not_sent(f.journal, item) }, PJ_STATUS_NEVER_STARTED);
    let mut late = pj_late_answer {
        uptime: 9,
        book: 0,
        stan: 99,
        approved: 1,
        code: field("00"),
        rrn: field("123456789012"),
        auth_code: field(""),
    };
    let (result, named) = out(|i| unsafe { pj_late(f.journal, Some(&late), i) });
    assert_eq!((result, named), (PJ_LATE_STRAY, 0));
    late.stan = 1;
    let (result, named) = out(|i| unsafe { pj_late(f.journal, Some(&late), i) });
    assert_eq!((result, named), (PJ_LATE_REOPENED, item));
    late.approved = 0;
    assert_eq!(unsafe { pj_late(f.journal, Some(&late), None) }, PJ_LATE_EVIDENCE);
}

#[test]
fn two_coffees_are_asked_about() {
    let f = Fixture::new();
    let item = approved(&f, "R-1");
    let moment = sale("").moment;
    let pan = c"6222020200112341234".as_ptr();
    let (advice, first) =
        out(|d| unsafe { pj_duplicate_of(f.journal, 0, pan, 12_50, Some(&moment), d) });
    assert_eq!((advice, first.item, first.advice), (PJ_DUPLICATE_ASK, item, PJ_DUPLICATE_ASK));
    assert_eq!(unsafe { pj_confirmed(f.journal, item) }, PJ_OK);
    let (advice, _) =
        out(|d| unsafe { pj_duplicate_of(f.journal, 0, pan, 12_51, Some(&moment), d) });
    assert_eq!(advice, PJ_DUPLICATE_NONE);
}

/// What a scan told.
#[derive(Default)]
struct Told {
    names: Vec<String>,
    payments: Vec<(u32, u64)>,
    answers: Vec<u32>,
    stop_after: usize,
}

unsafe extern "C" fn tell(context: *mut c_void, record: *const pj_record) -> i32 {
    let told = unsafe { &mut *context.cast::<Told>() };
    let record = unsafe { &*record };
    told.names.push(static_text(record.name));
    let (code, intent) = out(|i| unsafe { pj_record_intent(Some(record), i) });
    if code == PJ_OK {
        assert_eq!(intent.item, record.item);
        told.payments.push((intent.item, intent.amount));
    }
    let (code, outcome) = out(|o| unsafe { pj_record_outcome(Some(record), o) });
    if code == PJ_OK {
        told.answers.push(outcome.item);
    }
    i32::from(told.names.len() == told.stop_after)
}

#[test]
fn every_record_is_told_until_the_callback_has_enough() {
    let f = Fixture::new();
    let item = approved(&f, "R-1");
    assert_eq!(unsafe { pj_note(f.journal, c"hello".as_ptr()) }, PJ_OK);
    let mut told = Told::default();
    let context = ptr::from_mut(&mut told).cast();
    assert_eq!(unsafe { pj_scan(f.journal, 0, Some(tell), context) }, 0);
    assert_eq!(told.names, ["Intent", "Outcome", "Note"]);
    assert_eq!(told.payments, [(item, 12_50)]);
    assert_eq!(told.answers, [item]);
    let mut told = Told { stop_after: 2, ..Told::default() };
    let context = ptr::from_mut(&mut told).cast();
    assert_eq!(unsafe { pj_scan(f.journal, item + 1, Some(tell), context) }, 0);
    assert_eq!(told.names, ["Outcome", "Note"]);
}

#[test]
fn a_terminal_says_what_it_is() {
    let f = Fixture::new();
    let boot = pj_boot { ran: 5, count: 2, firmware: 10, reset_reason: 3 };
    assert_eq!(unsafe { pj_started(f.journal, Some(&boot)) }, PJ_OK);
    assert_eq!(unsafe { pj_device(f.journal, c"1.2.3".as_ptr(), 77) }, PJ_OK);
    let (code, identity) = out(|i| unsafe { pj_identity(f.journal, 0, i) });
    assert_eq!((code, identity.index), (PJ_OK, -1));
    assert_eq!(static_text(pj_version()), env!("CARGO_PKG_VERSION"));
    assert_eq!(pj_abi, PJ_ABI);
    let (code, report) = out(|r| unsafe { pj_mount_report(f.journal, r) });
    assert_eq!((code, report.mode, report.read_only, report.torn), (0, PJ_MODE_TEST, 0, 0));
    let (code, room) = out(|r| unsafe { pj_room(f.journal, r) });
    assert_eq!((code, room.items_limit, room.open_items), (0, PJ_ITEMS as u32, 0));
    let (code, space) = out(|s| unsafe { pj_space(f.journal, s) });
    assert!(code == 0 && space.active_bytes > 0);
    let (kept, retention) = out(|r| unsafe { pj_retention(f.journal, 15, r) });
    assert_eq!((kept, retention.all, retention.payments), (PJ_KEPT_NOT_YET, 1, 0));
}
