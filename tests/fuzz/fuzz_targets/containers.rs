//! Any file that claims to be a dump, and images in every encoding.
#![cfg_attr(fuzzing, no_main)]

use pos_journal_fuzz::checks::containers::check;

pos_journal_fuzz::target!(check, plain);
