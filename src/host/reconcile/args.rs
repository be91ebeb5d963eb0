use std::path::PathBuf;

use crate::host::input::{FileArgs, StyleArgs};

/// The arguments of `reconcile`.
#[derive(Clone, Debug, clap::Args)]
pub struct ReconcileArgs {
    /// Dumps of terminals' journals, as for `show`; of two dumps of one journal the newer one counts
    #[arg(required = true, value_name = "DUMP")]
    pub dumps: Vec<PathBuf>,
    /// Bills and payout records in any format that `bill` reads
    #[arg(long = "bill", required = true, num_args = 1.., value_name = "FILE")]
    pub bills: Vec<PathBuf>,
    /// The cash register's list (CSV): reference, amount, method
    #[arg(long, value_name = "FILE")]
    pub till: Option<PathBuf>,
    /// A bank statement, in neutral CSV or in a format that a profile describes
    #[arg(long, value_name = "FILE")]
    pub bank: Option<PathBuf>,
    /// The description of a further format (TOML); may be given more than once
    #[arg(long = "profile", value_name = "TOML")]
    pub profiles: Vec<PathBuf>,
    /// The rates agreed with the acquirer, their rounding, and when money arrives (TOML)
    #[arg(long, value_name = "TOML")]
    pub rates: Option<PathBuf>,
    /// A calendar of holidays (TOML) in addition to China's, or instead of it if its name differs
    #[arg(long, value_name = "TOML")]
    pub calendar: Option<PathBuf>,
    /// What is known beyond the documents of the formats (TOML), as for `bill`
    #[arg(long, value_name = "TOML")]
    pub facts: Option<PathBuf>,
    /// The first business day that is examined; without it, the first of each bill
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<String>,
    /// The last business day that is examined
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<String>,
    /// When it is, for what is overdue: now, or a local time such as 2026-01-31T12:00:00
    #[arg(long, visible_alias = "now", value_name = "now|TIME", default_value = "now")]
    pub as_of: String,
    /// Pair also by card, amount and time alone, where nothing better is there
    #[arg(long)]
    pub weak: bool,
    /// How the files are read.
    #[command(flatten)]
    pub file: FileArgs,
    /// How the answer is printed.
    #[command(flatten)]
    pub style: StyleArgs,
}
