//! Fuzzing of pos-journal: what is checked stands in `checks`, the rest is about inputs.
//!
//! | question | file |
//! |---|---|
//! | what describes this image? | `parse` |
//! | how is a description mutated without breaking it? | `mutate` |

pub mod checks;
pub mod mutate;
pub mod parse;

/// A target: under cargo-fuzz a fuzzer, elsewhere a program that replays the files it is given.
/// `scripted` inputs have a mutator that knows their steps.
#[macro_export]
macro_rules! target {
    ($check:path, scripted) => {
        $crate::target!($check, plain);

        #[cfg(fuzzing)]
        ::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
            $crate::mutate::mutate(data, size, most, seed, |bytes, size, most| {
                ::libfuzzer_sys::fuzzer_mutate(bytes, size, most)
            })
        });
    };
    ($check:path, plain) => {
        #[cfg(fuzzing)]
        ::libfuzzer_sys::fuzz_target!(|data: &[u8]| $check(data));

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            for path in std::env::args_os().skip(1) {
                $check(&std::fs::read(&path)?);
                println!("{}: nothing found", path.display());
            }
            Ok(())
        }
    };
}
