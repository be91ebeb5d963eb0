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
    use firmware::nor::{BYTES, MARKS, Nor, NorError};
    use firmware::qemu::{Promises, Stored, command_line};
    use firmware::till::{Stop, Till};

    #[entry]
    fn main() -> ! {
        // `entry` makes these the only references to their memory.
        static mut MEMORY: [u8; BYTES] = [0; BYTES];
        static mut MARK: [u8; MARKS] = [0; MARKS];
        match run(MEMORY, MARK) {
            Ok(()) => debug::exit(debug::EXIT_SUCCESS),
            Err(why) => {
                hprintln!("{:?}", why);
                debug::exit(debug::EXIT_FAILURE);
            }
        }
        unreachable!()
    }

    fn run(
        memory: &'static mut [u8; BYTES],
        marks: &'static mut [u8; MARKS],
    ) -> Result<(), Stop<NorError>> {
        let mut words = [0; 80];
        let job = command_line(&mut words).and_then(Job::parse);
        let job = job.ok_or(Stop::Strange("not started as SEED PAYMENTS LIFE PACE"))?;
        let no_files = |_| Stop::Strange("the files of the chip cannot be opened");
        let store = Stored::open(memory, marks, job.pace).map_err(no_files)?;
        let promises = Promises::open().map_err(no_files)?;
        Till::switch_on(Nor::new(memory, marks, store), promises, job)?.run()
    }

    #[panic_handler]
    fn panic(info: &PanicInfo<'_>) -> ! {
        hprintln!("{}", info);
        loop {
            debug::exit(debug::EXIT_FAILURE);
        }
    }
}
