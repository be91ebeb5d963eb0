//! What the program prints of stored dumps, of every command and in both languages.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

mod dumps;
mod files;
mod formats;
mod packages;
mod run;

#[test]
fn what_the_program_prints() {
    if std::env::var_os("POS_REGENERATE").is_some() {
        dumps::regenerate();
    }
    // So that the commands name no path of this machine.
    let folder = dumps::folder();
    std::env::set_current_dir(&folder).unwrap();
    let cases = trycmd::TestCases::new();
    cases.env("LC_ALL", "C").case(folder.join("../*.trycmd"));
}

/// No dump is larger than it needs to be.
#[test]
fn stored_dumps_are_small() {
    let files: Vec<_> = std::fs::read_dir(dumps::folder()).unwrap().collect();
    assert!(files.len() >= 15, "{}", files.len());
    for file in files {
        let file = file.unwrap();
        assert!(file.metadata().unwrap().len() <= 12 * 1024, "{:?}", file.path());
    }
}
