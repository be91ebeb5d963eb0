//! The journal in the caller's memory, and the door to it.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

use super::Inner;
use super::chip::{Driver, Flash, Port, Site, pj_config};
use super::code::*;
use super::fail::{Done, Fail, pj_error};
use crate::log::{FormatAs, Mode};

/// Bytes of memory that a journal takes at most, on every machine; pj_journal_size says it exactly.
pub const PJ_JOURNAL_SIZE: usize = 5120;
/// How that memory is aligned.
pub const PJ_JOURNAL_ALIGN: usize = 8;

const _: () = assert!(size_of::<pj_journal>() <= PJ_JOURNAL_SIZE);
const _: () = assert!(align_of::<pj_journal>() <= PJ_JOURNAL_ALIGN);

/// Bytes of memory that a journal takes.
#[unsafe(no_mangle)]
pub extern "C" fn pj_journal_size() -> usize {
    size_of::<pj_journal>()
}

/// How that memory is aligned: PJ_JOURNAL_ALIGN, or less.
#[unsafe(no_mangle)]
pub extern "C" fn pj_journal_align() -> usize {
    align_of::<pj_journal>()
}

/// Stands in the memory of a mounted journal.
const MOUNTED: u32 = 0x706A_4E4C;

/// A mounted journal, in the caller's memory.
pub struct pj_journal {
    mounted: Cell<u32>,
    /// A call is under way: a callback that calls again would find everything half done.
    busy: Cell<bool>,
    last: Cell<pj_error>,
    flash: UnsafeCell<Flash>,
    inner: UnsafeCell<MaybeUninit<Inner>>,
}

/// What a format makes of a region.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_format_as {
    /// A number that no earlier format of this region used: from the chip's random generator, or from
    /// anything that differs each time.
    pub format_id: u32,
    /// PJ_MODE_...
    pub mode: i32,
    /// 1: overwrite bytes that are neither erased nor a journal.
    pub over_foreign: i32,
    /// 1: also an old journal that still owes something, which is lost: a customer may stay charged for
    /// nothing.
    pub lose_what_is_owed: i32,
}

/// Real money.
pub const PJ_MODE_LIVE: i32 = 0;
/// A terminal on a test host.
pub const PJ_MODE_TEST: i32 = 1;
/// A cashier in training.
pub const PJ_MODE_TRAINING: i32 = 2;

impl pj_format_as {
    pub(super) fn how(&self) -> Done<FormatAs> {
        let mode = match self.mode {
            PJ_MODE_LIVE => Mode::Live,
            PJ_MODE_TEST => Mode::Test,
            PJ_MODE_TRAINING => Mode::Training,
            _ => return Err(Fail::of(PJ_ERR_VALUE)),
        };
        Ok(FormatAs { format_id: self.format_id, mode, over_foreign: self.over_foreign != 0 })
    }
}

/// Finds the journal in the region. Writes nothing. Look at pj_mount_report then, and do what is pj_due.
///
/// `memory` has `size` bytes, at least pj_journal_size(), aligned to PJ_JOURNAL_ALIGN; it is the journal's
/// until pj_close, and may not be moved. `*journal` is the journal in it; NULL after an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_mount(
    memory: *mut c_void,
    size: usize,
    config: Option<&pj_config>,
    journal: Option<&mut MaybeUninit<*mut pj_journal>>,
) -> i32 {
    // SAFETY: promises 2 and 3 of the module's head.
    unsafe { settle_in(memory, size, config, journal, driver, Inner::mount_at) }
}

/// Erases the region and makes an empty journal of it. It is refused where an old journal still owes
/// something, or cannot be read and so may.
///
/// Memory and result as in pj_mount.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_format(
    memory: *mut c_void,
    size: usize,
    config: Option<&pj_config>,
    how: Option<&pj_format_as>,
    journal: Option<&mut MaybeUninit<*mut pj_journal>>,
) -> i32 {
    let make = |port, site: &Site| {
        let how = how.ok_or(Fail::of(PJ_ERR_NULL))?;
        Inner::format_at(port, site, how)
    };
    // SAFETY: promises 2 and 3 of the module's head.
    unsafe { settle_in(memory, size, config, journal, driver, make) }
}

/// The journal is gone from its memory, and a file is closed. Nothing has to be written for that: a
/// terminal may as well be switched off. NULL is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_close(journal: *mut pj_journal) -> i32 {
    if journal.is_null() {
        return PJ_OK;
    }
    // SAFETY: promise 2 of the module's head.
    match unsafe { enter(journal) } {
        Err(code) => code,
        Ok(handle) => {
            handle.mounted.set(0);
            // SAFETY: it was mounted, is not in use, and is not mounted any more: this is the last that is
            // done with either.
            unsafe {
                (*handle.inner.get()).assume_init_drop();
                core::ptr::drop_in_place(handle.flash.get());
            }
            PJ_OK
        }
    }
}

/// What the last call with this journal that failed had to say; code PJ_OK: none did yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_last_error(
    journal: *const pj_journal,
    error: Option<&mut MaybeUninit<pj_error>>,
) -> i32 {
    // SAFETY: promise 2 of the module's head.
    match (unsafe { enter(journal) }, error) {
        (Err(code), _) => code,
        (Ok(_), None) => PJ_ERR_NULL,
        (Ok(handle), Some(error)) => {
            error.write(handle.last.get());
            PJ_OK
        }
    }
}

fn driver(config: &pj_config) -> Done<Flash> {
    Driver::new(config).map(Flash::Driver)
}

/// Makes a journal in memory.
///
/// # Safety
/// Promises 2 and 3 of the module's head.
pub(super) unsafe fn settle_in(
    memory: *mut c_void,
    size: usize,
    config: Option<&pj_config>,
    journal: Option<&mut MaybeUninit<*mut pj_journal>>,
    flash: impl FnOnce(&pj_config) -> Done<Flash>,
    make: impl FnOnce(Port, &Site) -> Done<Inner>,
) -> i32 {
    let Some(journal) = journal else { return PJ_ERR_NULL };
    journal.write(core::ptr::null_mut());
    let (Some(place), Some(config)) = (NonNull::new(memory.cast::<pj_journal>()), config) else {
        return PJ_ERR_NULL;
    };
    if !place.is_aligned() {
        return PJ_ERR_ALIGN;
    }
    if size < size_of::<pj_journal>() {
        return PJ_ERR_MEMORY;
    }
    let place = place.as_ptr();
    let parts = || -> Done<(Site, Flash)> { Ok((config.site()?, flash(config)?)) };
    let (site, flash) = match parts() {
        Ok(parts) => parts,
        Err(fail) => return fail.code,
    };
    // SAFETY: the memory is aligned, large enough, and ours from here on. It may hold anything: it is
    // written, and never read before. The port goes by the whole memory's pointer, to a field that nothing
    // but the port touches until the journal is closed.
    let port = unsafe {
        (&raw mut (*place).mounted).write(Cell::new(0));
        (&raw mut (*place).flash).write(UnsafeCell::new(flash));
        Port::new(NonNull::new_unchecked(UnsafeCell::raw_get(&raw const (*place).flash)))
    };
    match make(port, &site) {
        Ok(inner) => {
            // SAFETY: as above.
            unsafe {
                (&raw mut (*place).inner).write(UnsafeCell::new(MaybeUninit::new(inner)));
                (&raw mut (*place).last).write(Cell::new(Fail::of(PJ_OK)));
                (&raw mut (*place).busy).write(Cell::new(false));
                (&raw mut (*place).mounted).write(Cell::new(MOUNTED));
            }
            journal.write(place);
            PJ_OK
        }
        Err(fail) => {
            // SAFETY: it was written above, and the port is gone with what `make` made of it.
            unsafe { core::ptr::drop_in_place((*place).flash.get()) };
            fail.code
        }
    }
}

impl Inner {
    pub(super) fn mount_at(port: Port, site: &Site) -> Done<Self> {
        Ok(Inner::mount(port, site.region, &site.settings)?)
    }

    pub(super) fn format_at(port: Port, site: &Site, how: &pj_format_as) -> Done<Self> {
        let new = how.how()?;
        let made = match how.lose_what_is_owed {
            0 => Inner::format(port, site.region, &site.settings, new),
            _ => Inner::format_and_lose(port, site.region, &site.settings, new),
        };
        Ok(made?)
    }
}

/// The journal behind a pointer, if there is one and it is not in use.
///
/// # Safety
/// Promise 2 of the module's head.
unsafe fn enter<'a>(journal: *const pj_journal) -> Result<&'a pj_journal, i32> {
    if journal.is_null() {
        return Err(PJ_ERR_NULL);
    }
    if !journal.is_aligned() {
        return Err(PJ_ERR_ALIGN);
    }
    // SAFETY: promise 2: it is aligned, large enough, and was filled at least as far as these two fields.
    let (mounted, busy) = unsafe { ((*journal).mounted.get(), &raw const (*journal).busy) };
    if mounted != MOUNTED {
        return Err(PJ_ERR_HANDLE);
    }
    // SAFETY: a mounted one is filled wholly, and all of it may be shared.
    unsafe {
        if (*busy).get() {
            return Err(PJ_ERR_BUSY);
        }
        Ok(&*journal)
    }
}

/// Does something with a journal: what it returns, or the code of what went wrong.
///
/// # Safety
/// Promises 2 and 3 of the module's head.
pub(super) unsafe fn run(
    journal: *mut pj_journal,
    call: impl FnOnce(&mut Inner) -> Done<i32>,
) -> i32 {
    // SAFETY: the caller's promise.
    let handle = match unsafe { enter(journal) } {
        Ok(handle) => handle,
        Err(code) => return code,
    };
    handle.busy.set(true);
    // SAFETY: it is mounted, and `busy` says that this is the only reference to it.
    let inner = unsafe { (*handle.inner.get()).assume_init_mut() };
    let done = call(inner);
    handle.busy.set(false);
    done.unwrap_or_else(|fail| {
        handle.last.set(fail);
        fail.code
    })
}

/// The body of a call: `with!(journal, |j| ...)`.
macro_rules! with {
    ($journal:expr, |$inner:ident| $body:expr) => {{
        #[allow(unused_mut, reason = "some calls only look")]
        let call = |$inner: &mut $crate::ffi::Inner| -> $crate::ffi::fail::Done<i32> { $body };
        // SAFETY: promises 2 and 3 of the module's head.
        unsafe { $crate::ffi::handle::run($journal, call) }
    }};
}
pub(super) use with;

/// An argument that has to be there.
pub(super) fn need<T>(argument: Option<T>) -> Done<T> {
    argument.ok_or(Fail::of(PJ_ERR_NULL))
}

/// Gives a value back through a pointer that has to be there.
pub(super) fn give<T>(out: Option<&mut MaybeUninit<T>>, value: impl Into<T>) -> Done<i32> {
    need(out)?.write(value.into());
    Ok(PJ_OK)
}

/// A stored number of an enumeration.
pub(super) fn coded<T: TryFrom<u8>>(number: i32) -> Done<T> {
    let wrong = Fail::of(PJ_ERR_VALUE);
    T::try_from(u8::try_from(number).map_err(|_| wrong)?).map_err(|_| wrong)
}

/// A book; the journal says whether it is there.
pub(super) fn book_number(book: u32) -> Done<u8> {
    u8::try_from(book).map_err(|_| Fail::with(PJ_ERR_NO_SUCH_BOOK, book.into()))
}
