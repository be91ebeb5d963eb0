//! Whatever the chip: the same bytes as the same calls in Rust, where the sizes are constants.

use core::ffi::c_void;
use core::ptr;

use pos_journal::ffi::*;
use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf, export};
use pos_journal::log::{FormatAs, Mode, Settings};
use pos_journal::record::*;

use crate::chip::*;

const PAYMENTS: u32 = 150;

/// The image, the export of the journal and that of the region, which is larger where sectors leave some.
type Written = [Vec<u8>; 3];

fn in_rust<const WRITE: usize, const ERASE: usize>(bytes: u32, ecc: u32) -> Written {
    let chip = RamFlash::<_, WRITE, ERASE>::owned(bytes as usize).unwrap();
    let settings = Settings { quiet_ms: 1, ecc_bytes: ecc, ..Settings::new() };
    let how = FormatAs { format_id: 7, mode: Mode::Test, over_foreign: false };
    let mut journal: Journal<_> =
        Journal::format(chip, Region::new(0, bytes), &settings, how).unwrap();
    for number in 1..=PAYMENTS {
        let sale = Begin {
            entry: EntryMode::CONTACTLESS,
            pan: Some(TruncatedPan::from_pan("6222020200112341234").unwrap()),
            reference: Some(Reference::new(&format!("R-{number}")).unwrap()),
            ..Begin::new(0, TransactionKind::Sale, Amount::new(12_50), Currency::CNY)
        };
        let Begun::New { item, .. } = journal.begin(&sale).unwrap() else { panic!("new") };
        let of = OutcomeOf {
            code: Some(ResponseCode::APPROVED),
            rrn: Some(Rrn::new("123456789012").unwrap()),
            auth_code: Some(AuthCode::new("A1B2C3").unwrap()),
            elapsed_ms: 40,
            ..OutcomeOf::default()
        };
        journal.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
        journal.maintain(number.into()).unwrap();
        if number % 30 == 0 {
            journal.close_batch(0).unwrap();
            journal.settle_attempt(0, Uptime(number.into())).unwrap();
            journal.settle_answer(0, SettleClass::Balanced, None).unwrap();
            journal.batch_closed(0).unwrap();
        }
    }
    let mut stream = Vec::new();
    journal
        .export(|bytes| {
            stream.extend_from_slice(bytes);
            Ok::<(), ()>(())
        })
        .unwrap();
    let (mut chip, mut region) = (journal.into_flash(), Vec::new());
    let sink = |bytes: &[u8]| {
        region.extend_from_slice(bytes);
        Ok::<(), ()>(())
    };
    export(&mut chip, Region::new(0, bytes), sink).unwrap();
    [chip.into_parts().0, stream, region]
}

unsafe extern "C" fn collect(context: *mut c_void, bytes: *const u8, size: u32) -> i32 {
    let bytes = unsafe { core::slice::from_raw_parts(bytes, size as usize) };
    unsafe { (*context.cast::<Vec<u8>>()).extend_from_slice(bytes) };
    0
}

fn in_c(bytes: u32, write: u32, erase: u32, ecc: u32) -> Written {
    let mut f = Fixture::without(Chip::new(bytes as usize, erase));
    let config = pj_config { program_size: write, ecc_size: ecc, ..config(f.chip) };
    assert_eq!(f.format(&config), PJ_OK);
    for number in 1..=PAYMENTS {
        approved(&f, &format!("R-{number}"));
        assert!(unsafe { pj_maintain(f.journal, number.into()) } >= 0);
        if number % 30 == 0 {
            unsafe {
                assert_eq!(pj_close_batch(f.journal, 0, None), PJ_OK);
                out(|r| pj_settle_attempt(f.journal, 0, number.into(), r));
                let none = ptr::null();
                assert_eq!(pj_settle_answer(f.journal, 0, PJ_SETTLE_BALANCED, none), PJ_OK);
                assert!(pj_batch_closed(f.journal, 0) > 1);
            }
        }
    }
    let mut stream: Vec<u8> = Vec::new();
    let context = ptr::from_mut(&mut stream).cast();
    let (code, exported) = out(|e| unsafe { pj_export(f.journal, Some(collect), context, e) });
    assert_eq!((code, exported.bytes as usize), (PJ_OK, stream.len()));
    // What was written mounts again.
    assert_eq!(unsafe { pj_close(f.journal) }, PJ_OK);
    assert_eq!(f.mount(&config), PJ_OK);
    let mut again: Vec<u8> = Vec::new();
    let context = ptr::from_mut(&mut again).cast();
    let done = unsafe { pj_export_region(Some(&config), Some(collect), context, None) };
    assert_eq!(done, PJ_OK);
    [f.image(), stream, again]
}

fn same<const WRITE: usize, const ERASE: usize>(bytes: u32, ecc: u32) {
    let rust = in_rust::<WRITE, ERASE>(bytes, ecc);
    let c = in_c(bytes, WRITE as u32, ERASE as u32, ecc);
    for (what, (rust, c)) in ["image", "export", "region"].iter().zip(rust.iter().zip(&c)) {
        assert!(rust == c, "another {what}: write {WRITE}, erase {ERASE}");
    }
}

#[test]
fn a_unit_of_eight_bytes() {
    same::<8, 4096>(64 * 1024, 0);
}

#[test]
fn units_of_every_size() {
    same::<1, 4096>(64 * 1024, 0);
    same::<1, 4096>(64 * 1024, 16);
    same::<2, 2048>(64 * 1024, 0);
    same::<4, 4096>(64 * 1024, 0);
    same::<8, 2048>(64 * 1024, 0);
    same::<16, 8192>(64 * 1024, 0);
    same::<32, 131_072>(512 * 1024, 0);
}
