//! Any description of a format, of facts or of rates.
#![cfg_attr(fuzzing, no_main)]

use pos_journal_fuzz::checks::profiles::check;

pos_journal_fuzz::target!(check, plain);
