//! Every call of the journal, on a chip that the optimiser cannot see through.
//!
//! A panic ends in the panic handler, which calls a function that nobody defines. The linker drops
//! what nothing reaches; so this links if and only if no call below can panic. Nothing here ever
//! runs, and errors are handed back as numbers: formatting one is the firmware's own affair.

#![no_std]
#![no_main]

mod calls;
mod chip;
mod values;

unsafe extern "C" {
    /// Defined nowhere.
    safe fn a_call_of_the_journal_can_panic() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    a_call_of_the_journal_can_panic()
}
