//! The `pos-journal` program: reads images of journals, and shows a terminal that is killed and
//! loses nothing.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use pos_journal::host::{self, BillArgs, PlanArgs, ReadArgs, demo::DemoArgs};

/// The journal of a payment terminal: what was promised is never forgotten.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Exit status of show and verify: 0 clean, 1 findings \
    (verify), 2 usage, 3 not a journal."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what is owed, every record in order, and what is damaged
    Show(ReadArgs),
    /// Check every byte and replay every record; exit status 1 if anything is found
    Verify(ReadArgs),
    /// Tell what a region of flash is enough for: payments, days, wear
    Plan(PlanArgs),
    /// Run a terminal that is killed at random against an acquirer that misbehaves
    Demo(DemoArgs),
    /// Read bills of acquirers and wallets: what they are, their sums, bad rows; exit status 1 if
    /// anything is odd
    Bill(BillArgs),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Show(args) => host::show(&args).into(),
        Command::Verify(args) => host::verify(&args).into(),
        Command::Plan(args) => host::plan(&args).into(),
        Command::Demo(args) => host::demo::run(args),
        Command::Bill(args) => host::bill(&args).into(),
    }
}
