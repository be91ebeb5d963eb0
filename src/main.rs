//! The `pos-journal` program: reads images of journals, and shows a terminal that is killed and
//! loses nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use pos_journal::host::{
    self, BillArgs, DiffArgs, ExportArgs, OpenArgs, PlanArgs, ReadArgs, ReconcileArgs, SalvageArgs,
    TxnArgs, VerifyArgs, demo::DemoArgs, evidence::EvidenceArgs, explain::ExplainArgs,
    report::ReportArgs,
};

/// The journal of a payment terminal: what was promised is never forgotten.
#[derive(Parser)]
#[command(
    name = "pos-journal",
    version,
    about,
    after_help = "Exit status: 0 clean; 1 findings (verify, salvage), open for longer (open --older), \
    no such payment (txn, explain), something that needs attention (explain), no continuation (diff); 2 usage; 3 not a journal."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what is owed, every record in order, and what is damaged
    Show(ReadArgs),
    /// List the payments that are not closed, and since when
    Open(OpenArgs),
    /// Tell the whole story of one payment
    Txn(TxnArgs),
    /// Say why the money of payments has not arrived, and what may be done next
    Explain(ExplainArgs),
    /// Write all that the terminal knows about one payment into a directory, for a dispute
    Evidence(EvidenceArgs),
    /// Write one page for people: the day, whose money is where, what to do, every payment's time line
    Report(ReportArgs),
    /// List the batches and how their settlement went
    Batches(ReadArgs),
    /// Show what is in each sector: state, epoch, wear, how full
    Map(ReadArgs),
    /// Check every byte and replay every record; exit status 1 if anything is found
    Verify(VerifyArgs),
    /// Compare two dumps of one terminal: does the second go on from the first?
    Diff(DiffArgs),
    /// Find a journal in any file and read every record that can be read
    Salvage(SalvageArgs),
    /// Tell what a region of flash is enough for: payments, days, wear
    Plan(PlanArgs),
    /// Read bills of acquirers and wallets: what they are, their sums, bad rows; exit status 1 if
    /// anything is odd
    Bill(BillArgs),
    /// Write the dumps of a whole fleet as tables (Parquet, JSON lines or CSV) of payments, records,
    /// open items and dumps, for DuckDB, Spark and the like; exit status 2 if a dump was not read
    ///
    /// What a terminal sends with `Journal::export` is called an export too, and is a dump: this
    /// command reads it like any other.
    Export(ExportArgs),
    /// Compare journals with bills, the till's list and the bank's; exit status 1 unless everything
    /// matches
    Reconcile(ReconcileArgs),
    /// Run a terminal that is killed at random against an acquirer that misbehaves
    Demo(DemoArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write the pages of all commands
    Man {
        /// Write a page for each command here
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Show(args) => host::show(&args).into(),
        Command::Open(args) => host::open(&args).into(),
        Command::Txn(args) => host::txn(&args).into(),
        Command::Explain(args) => host::explain::run(&args).into(),
        Command::Evidence(args) => host::evidence::run(&args).into(),
        Command::Report(args) => host::report::run(&args).into(),
        Command::Batches(args) => host::batches(&args).into(),
        Command::Map(args) => host::map(&args).into(),
        Command::Verify(args) => host::verify(&args).into(),
        Command::Diff(args) => host::diff(&args).into(),
        Command::Salvage(args) => host::salvage(&args).into(),
        Command::Plan(args) => host::plan(&args).into(),
        Command::Bill(args) => host::bill(&args).into(),
        Command::Export(args) => host::export(&args).into(),
        Command::Reconcile(args) => host::reconcile(&args).into(),
        Command::Demo(args) => host::demo::run(args),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "pos-journal", &mut text);
            host::print_bytes(&text).into()
        }
        Command::Man { dir } => man(dir).into(),
    }
}

fn man(dir: Option<PathBuf>) -> host::Exit {
    let mut page = Vec::new();
    let made = match dir {
        Some(dir) => std::fs::create_dir_all(&dir)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), dir)),
        None => clap_mangen::Man::new(Cli::command()).render(&mut page),
    };
    match made {
        Ok(()) => host::print_bytes(&page),
        Err(error) => {
            eprintln!("cannot write: {error}");
            host::Exit::Usage
        }
    }
}
