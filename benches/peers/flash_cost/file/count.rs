//! What the process has asked the system to write and to sync.

use std::ffi::c_int;
use std::sync::atomic::{AtomicU64, Ordering};

static SYNCS: AtomicU64 = AtomicU64::new(0);

/// Every sync of this process, also those of the C code in it, comes by here: the program's own symbol
/// is found before the library's.
///
/// # Safety
/// As the system call: any number may be given.
#[unsafe(no_mangle)]
unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    SYNCS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: it takes a number and touches no memory of ours.
    unsafe { libc::syscall(libc::SYS_fdatasync, file) as c_int }
}

/// # Safety
/// As [`fdatasync`].
#[unsafe(no_mangle)]
unsafe extern "C" fn fsync(file: c_int) -> c_int {
    SYNCS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_fsync, file) as c_int }
}

/// Syncs so far.
pub fn syncs() -> u64 {
    SYNCS.load(Ordering::Relaxed)
}

/// Bytes given to write calls so far, as the system counts them.
pub fn written() -> u64 {
    let counts = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = counts.lines().find_map(|line| line.strip_prefix("wchar: "));
    line.and_then(|bytes| bytes.parse().ok()).unwrap_or(0)
}
