//! The caller's memory, and pointers that name no journal.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

use pos_journal::ffi::*;

use crate::chip::*;

fn mount_in(memory: *mut c_void, size: usize, config: &pj_config) -> (i32, *mut pj_journal) {
    let mut journal = MaybeUninit::uninit();
    let code = unsafe { pj_mount(memory, size, Some(config), Some(&mut journal)) };
    (code, unsafe { journal.assume_init() })
}

#[test]
fn memory_that_is_too_small_or_askew_is_refused() {
    let mut f = Fixture::new();
    let config = config(f.chip);
    unsafe { pj_close(f.journal) };
    let memory: *mut c_void = f.memory.cast();
    let exactly = pj_journal_size();
    assert!(exactly <= PJ_JOURNAL_SIZE && pj_journal_align() <= PJ_JOURNAL_ALIGN);
    for size in [0, 1, exactly - 1] {
        assert_eq!(mount_in(memory, size, &config), (PJ_ERR_MEMORY, ptr::null_mut()));
    }
    for askew in 1..pj_journal_align() {
        let memory = memory.wrapping_byte_add(askew);
        assert_eq!(mount_in(memory, exactly, &config), (PJ_ERR_ALIGN, ptr::null_mut()));
    }
    assert_eq!(mount_in(ptr::null_mut(), exactly, &config).0, PJ_ERR_NULL);
    let (code, journal) = mount_in(memory, exactly, &config);
    assert_eq!((code, journal.is_null()), (PJ_OK, false));
    f.journal = journal;
}

#[test]
fn a_pointer_that_names_no_journal_is_refused() {
    let f = Fixture::new();
    let askew = f.journal.wrapping_byte_add(1);
    assert_eq!(unsafe { pj_confirm(askew) }, PJ_ERR_ALIGN);
    assert_eq!(unsafe { pj_close(f.journal) }, PJ_OK);
    assert_eq!(unsafe { pj_confirm(f.journal) }, PJ_ERR_HANDLE);
    assert_eq!(unsafe { pj_close(f.journal) }, PJ_ERR_HANDLE, "once is enough");
    let mut rubbish = [0x5A5A_5A5A_5A5A_5A5Au64; PJ_JOURNAL_SIZE / 8];
    let rubbish = rubbish.as_mut_ptr().cast::<pj_journal>();
    assert_eq!(unsafe { pj_confirm(rubbish) }, PJ_ERR_HANDLE);
    assert_eq!(unsafe { pj_confirm(ptr::null_mut()) }, PJ_ERR_NULL);
    assert_eq!(unsafe { pj_close(ptr::null_mut()) }, PJ_OK);
}

#[test]
fn what_could_not_be_mounted_is_no_journal() {
    let mut f = Fixture::without(Chip::new(BYTES, 4096));
    let config = config(f.chip);
    assert_eq!(f.mount(&config), PJ_ERR_BLANK);
    assert!(f.journal.is_null());
    let memory = f.memory.cast::<pj_journal>();
    assert_eq!(unsafe { pj_confirm(memory) }, PJ_ERR_HANDLE);
    assert_eq!(f.format(&config), PJ_OK);
}

/// Two calls from a callback, and what they returned.
struct Inside {
    journal: *mut pj_journal,
    codes: [i32; 2],
}

unsafe extern "C" fn call_inside(context: *mut c_void, _: *const pj_record) -> i32 {
    let inside = context.cast::<Inside>();
    unsafe {
        let journal = (*inside).journal;
        (*inside).codes = [pj_confirm(journal), pj_close(journal)];
    }
    0
}

#[test]
fn a_callback_may_not_call_with_its_own_journal() {
    let f = Fixture::new();
    approved(&f, "R-1");
    let mut inside = Inside { journal: f.journal, codes: [0; 2] };
    let context = ptr::from_mut(&mut inside).cast();
    assert_eq!(unsafe { pj_scan(f.journal, 0, Some(call_inside), context) }, PJ_OK);
    assert_eq!(inside.codes, [PJ_ERR_BUSY; 2]);
    assert_eq!(unsafe { pj_confirm(f.journal) }, PJ_OK, "it is free again");
}

#[test]
fn two_journals_do_not_know_of_each_other() {
    let (one, other) = (Fixture::new(), Fixture::new());
    let item = approved(&one, "R-1");
    let (_, known) = out(|k| unsafe { pj_last(one.journal, k) });
    assert_eq!(known.item, item);
    let (_, known) = out(|k| unsafe { pj_last(other.journal, k) });
    assert_eq!((known.item, known.status), (0, PJ_STATUS_NEVER_STARTED));
}
