//! Calls, restarts and power cuts against a simple model.
#![cfg_attr(fuzzing, no_main)]

use pos_journal_fuzz::checks::events::check;

pos_journal_fuzz::target!(check, plain);
