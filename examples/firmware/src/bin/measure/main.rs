//! What the journal costs on a Cortex-M4: bytes of RAM, peak stack, instructions.
//!
//! Run by `sizes.sh`, with `-icount shift=0`. One line for each thing measured.
//!
//! | question | file |
//! |---|---|
//! | How are stack and instructions measured? | `probe` |
//! | On what chip? | `chip` |
//! | Which calls, in which order? | `day` |

#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
mod chip;
#[cfg(target_os = "none")]
mod day;
#[cfg(target_os = "none")]
mod probe;

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("this program is for a Cortex-M: see sizes.sh");
}

#[cfg(target_os = "none")]
mod machine {
    use core::panic::PanicInfo;

    use cortex_m_rt::entry;
    use cortex_m_semihosting::{debug, hprintln};
    use pos_journal::journal::Journal;
    use pos_journal::log::Log;

    use crate::chip::{BYTES, Chip};
    use crate::day;
    use crate::probe::Probe;

    #[entry]
    fn main() -> ! {
        // `entry` makes this the only reference to its memory.
        static mut MEMORY: [u8; BYTES] = [0xFF; BYTES];
        hprintln!("ram journal {}", size_of::<Journal<Chip<'_>>>() - size_of::<Chip<'_>>());
        hprintln!("ram log {}", size_of::<Log<Chip<'_>, 256>>() - size_of::<Chip<'_>>());
        let peripherals = cortex_m::Peripherals::take().unwrap();
        let mut probe = Probe::new(peripherals.SYST);
        // 10,000 turns of two instructions: what this says a call costs is what it costs.
        probe.run("a loop of 20000", probe_loop);
        let done = day::run(MEMORY, &mut probe);
        probe.print();
        hprintln!("done {:?}", done);
        debug::exit(if done.is_ok() { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
        unreachable!()
    }

    fn probe_loop() {
        // SAFETY: counts a register down.
        unsafe { core::arch::asm!("2: subs {n}, #1", "bne 2b", n = inout(reg) 10_000 => _) }
    }

    #[panic_handler]
    fn panic(info: &PanicInfo<'_>) -> ! {
        hprintln!("{}", info);
        loop {
            debug::exit(debug::EXIT_FAILURE);
        }
    }
}
