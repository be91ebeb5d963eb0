//! Which header goes with which library.

use core::ffi::{CStr, c_char};

/// Number of the interface: structs, constants and calls. A header with another number does not go with
/// this library: `pj_config.abi` says which one a program was built with.
pub const PJ_ABI: u32 = 1;

/// The number of the interface that the library has, as a symbol: a debugger finds it in an image.
#[unsafe(no_mangle)]
pub static pj_abi: u32 = PJ_ABI;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// The version of the library, such as "0.1.0".
#[unsafe(no_mangle)]
pub extern "C" fn pj_version() -> *const c_char {
    VERSION.as_ptr()
}
