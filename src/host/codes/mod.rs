//! What the codes of this trade mean, for people: response codes (DE39) and reasons of failed payouts.
//!
//! | table | file | from |
//! |---|---|---|
//! | [`response`] | `de39.tsv`, 75 codes | UnionPay's appendix for terminals |
//! | [`payout`] | `payout.tsv`, 28 texts | Leshua's list of payout failures |
//! | [`transfer`] | `transfer.tsv`, 20 codes | WeChat Pay's list of transfer failures |
//!
//! What a response code *proves* is not said here but by `record::ResponseCode::proof`; a test shows
//! that the two agree.

mod failure;
mod response;
#[cfg(test)]
mod tests;

pub use failure::{Failure, FailureClass, payout, transfer};
pub use response::{Action, Class, Response, Side, response, responses};

/// The lines of a table: those that are neither comments nor empty, split at TABs.
fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let is_row = |line: &&str| !line.is_empty() && !line.starts_with('#');
    table.lines().filter(is_row).map(|line| line.split('\t').collect())
}
