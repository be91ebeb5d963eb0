//! Any bill, till list or bank statement, also against a journal.
#![cfg_attr(fuzzing, no_main)]

use pos_journal_fuzz::checks::bills::check;

pos_journal_fuzz::target!(check, plain);
