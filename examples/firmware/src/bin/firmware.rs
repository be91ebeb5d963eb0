//! The terminal on a Cortex-M4.
//!
//! QEMU gives it the words `firmware SEED PAYMENTS LIFE PACE` and, in its working directory, the
//! files of the chip. It ends when the script is done; usually it is killed before.

#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(not(target_os = "none"))]
fn main() {
    eprintln!("this program is for a Cortex-M: see run.sh");
}

#[cfg(target_os = "none")]
mod machine {
    use core::panic::PanicInfo;

    use cortex_m_rt::entry;
    use cortex_m_semihosting::{debug, hprintln};
    use firmware::Job;
    use firmware::nor::{BYTES, MARKS, Nor};
    use firmware::qemu::{Promises, Stored, command_line};
    use firmware::till::Till;

    #[entry]
    fn main() -> ! {
        // `entry` makes these the only references to their memory.
        static mut MEMORY: [u8; BYTES] = [0; BYTES];
        static mut MARK: [u8; MARKS] = [0; MARKS];
        if let Err(why) = run(MEMORY, MARK) {
            hprintln!("{}", why);
            debug::exit(debug::EXIT_FAILURE);
        }
        debug::exit(debug::EXIT_SUCCESS);
        unreachable!()
    }

    fn run(
        memory: &'static mut [u8; BYTES],
        marks: &'static mut [u8; MARKS],
    ) -> Result<(), heapless::String<256>> {
        let mut words = [0; 80];
        let job = command_line(&mut words).and_then(Job::parse);
        let job = job.ok_or_else(|| text(&"firmware: SEED PAYMENTS LIFE PACE are missing"))?;
        let store = Stored::open(memory, marks, job.pace)
            .map_err(|_| text(&"firmware: the files of the chip cannot be opened"))?;
        let promises = Promises::open().map_err(|_| text(&"firmware: no file for promises"))?;
        let mut till = Till::switch_on(Nor::new(memory, marks, store), promises, job)
            .map_err(|stop| text(&stop))?;
        till.run().map_err(|stop| text(&stop))
    }

    fn text(what: &dyn core::fmt::Debug) -> heapless::String<256> {
        let mut text = heapless::String::new();
        let _ = core::fmt::write(&mut text, format_args!("{what:?}"));
        text
    }

    #[panic_handler]
    fn panic(info: &PanicInfo<'_>) -> ! {
        hprintln!("{}", info);
        loop {
            debug::exit(debug::EXIT_FAILURE);
        }
    }
}
