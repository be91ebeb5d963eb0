//! A journal in a file, with one call.

use core::mem::MaybeUninit;
use std::ffi::CString;
use std::path::PathBuf;

use pos_journal::ffi::*;

use crate::chip::*;

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pj-ffi-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Place(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn open(f: &mut Fixture, place: &Place, how: Option<&pj_format_as>) -> i32 {
    let config = pj_config { read: None, program: None, erase: None, ..config(f.chip) };
    let path = CString::new(place.0.to_str().unwrap()).unwrap();
    let mut journal = MaybeUninit::uninit();
    let (memory, size) = (f.memory.cast(), size_of::<Memory>());
    let code = unsafe {
        pj_open_file(memory, size, path.as_ptr(), Some(&config), how, Some(&mut journal))
    };
    f.journal = unsafe { journal.assume_init() };
    code
}

fn fixture() -> Fixture {
    Fixture::without(Chip::new(BYTES, 4096))
}

#[test]
fn one_call_makes_a_journal_in_a_file_and_finds_it_again() {
    let (mut f, place) = (fixture(), Place::new("one"));
    assert_eq!(open(&mut f, &place, None), PJ_ERR_FILE, "there is none");
    assert_eq!(open(&mut f, &place, Some(&FORMAT)), PJ_OK);
    let item = approved(&f, "R-1");
    let mut other = fixture();
    assert_eq!(open(&mut other, &place, Some(&FORMAT)), PJ_ERR_LOCKED);
    assert_eq!(unsafe { pj_close(f.journal) }, PJ_OK);
    assert_eq!(open(&mut other, &place, Some(&FORMAT)), PJ_OK, "it is not formatted again");
    let (_, last) = out(|k| unsafe { pj_last(other.journal, k) });
    assert_eq!((last.item, last.status), (item, PJ_STATUS_APPROVED));
    assert_eq!(std::fs::metadata(&place.0).unwrap().len(), BYTES as u64);
}

#[test]
fn a_file_of_another_kind_is_left_alone() {
    let (mut f, place) = (fixture(), Place::new("foreign"));
    std::fs::write(&place.0, vec![b'x'; BYTES]).unwrap();
    assert_eq!(open(&mut f, &place, Some(&FORMAT)), PJ_ERR_FOREIGN);
    assert_eq!(open(&mut f, &place, None), PJ_ERR_FOREIGN);
    std::fs::write(&place.0, b"short").unwrap();
    assert_eq!(open(&mut f, &place, Some(&FORMAT)), PJ_ERR_SHAPE);
    assert_eq!(std::fs::read(&place.0).unwrap(), b"short");
    let (memory, size) = (f.memory.cast(), size_of::<Memory>());
    let mut journal = MaybeUninit::uninit();
    let code = unsafe {
        let config = config(f.chip);
        pj_open_file(memory, size, core::ptr::null(), Some(&config), None, Some(&mut journal))
    };
    assert_eq!(code, PJ_ERR_NULL);
}
