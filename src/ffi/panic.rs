//! A static library for a machine without an operating system has to bring a panic handler.
//!
//! Nothing reaches it: `.ci/capi` links every call with `--cfg pos_journal_prove`, which puts a function
//! into it that does not exist. In builds for which that is not proven (without optimisation, say) the
//! terminal stands still, and its watchdog ends that: nothing is sent or shown any more.

#[cfg(not(pos_journal_prove))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[cfg(pos_journal_prove)]
unsafe extern "C" {
    /// Defined nowhere.
    safe fn a_call_from_c_can_panic() -> !;
}

#[cfg(pos_journal_prove)]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    a_call_from_c_can_panic()
}

/// One call that can panic, to see that the proof fails.
#[cfg(pos_journal_canary)]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_canary(bytes: *const u8, size: usize) -> u8 {
    // SAFETY: never runs.
    let bytes = unsafe { core::slice::from_raw_parts(bytes, size) };
    #[allow(clippy::indexing_slicing, reason = "that is what it is for")]
    bytes[size]
}
