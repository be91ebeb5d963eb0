//! Any export, and whole ones that a line damaged.
#![cfg_attr(fuzzing, no_main)]

use pos_journal_fuzz::checks::exports::check;

pos_journal_fuzz::target!(check, plain);
