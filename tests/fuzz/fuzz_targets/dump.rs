//! Any image to the host's reader.
#![cfg_attr(fuzzing, no_main)]

use pos_journal_fuzz::checks::dump::check;

pos_journal_fuzz::target!(check, scripted);
