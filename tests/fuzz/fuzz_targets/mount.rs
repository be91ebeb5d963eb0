//! Any image to a mount, and to what firmware does after it.
#![cfg_attr(fuzzing, no_main)]

use pos_journal_fuzz::checks::mount::check;

pos_journal_fuzz::target!(check, scripted);
