//! The arguments of `evidence`, and what it says.

use std::path::PathBuf;

use super::bundle::{NotWritten, bundle};
use super::case::Source;
use super::words as w;
use crate::dump::{Image, outline};
use crate::host::explain::WorldArgs;
use crate::host::input::{ReadArgs, file_name, name, with_hashed};
use crate::host::words::table;
use crate::host::{BillsArgs, Exit, Lang, json, open, txn};
use crate::record::Seq;

/// The arguments of `evidence`.
#[derive(Clone, Debug, clap::Args)]
pub struct EvidenceArgs {
    /// What is read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The payment: a STAN (000123, as on the slip), an amount (12.50), a reference, an order number, an
    /// RRN, an authorization code, or a sequence number (@123)
    pub which: String,
    /// The directory that is written: a new or empty one
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// What is known besides the dump.
    #[command(flatten)]
    pub world: WorldArgs,
    /// What is compared with it.
    #[command(flatten)]
    pub bills: BillsArgs,
}

/// Writes the bundle of a payment.
#[must_use]
pub fn run(args: &EvidenceArgs) -> Exit {
    let style = args.read.style.style();
    let lang = style.lang;
    let world = match args.world.world(lang) {
        Ok(world) => world,
        Err(wrong) => return open::usage(wrong),
    };
    let written = |image: &Image<'_>, sha256: String| {
        let item = match one(image, &args.which, lang) {
            Ok(item) => item,
            Err(wrong) => {
                open::usage(wrong);
                return (String::new(), Exit::Findings);
            }
        };
        let source = Source { name: name(file_name(&args.read.image)), sha256 };
        let told = match args.bills.told(&outline(image), &world, lang) {
            Ok(told) => told,
            Err(wrong) => return (String::new(), open::usage(wrong)),
        };
        let Some(bundle) = bundle(image, item, &told, &world, source) else {
            return (String::new(), Exit::Findings);
        };
        let folder = name(&args.output);
        match bundle.write(&args.output) {
            Ok(()) => {
                let said = w::WRITTEN.with(lang, &[&bundle.files.len(), &folder]);
                (said + "\n", told.warned(Exit::Clean, lang))
            }
            Err(NotWritten::NotEmpty) => {
                (String::new(), open::usage(w::NOT_EMPTY.with(lang, &[&folder])))
            }
            Err(NotWritten::Failed(error)) => {
                let told = table::CANNOT_WRITE.with(lang, &[&error]);
                (String::new(), open::usage(format!("{folder}: {told}")))
            }
        }
    };
    with_hashed(&args.read, written, |why| (json::refused(why, style), Exit::NotAJournal))
}

/// The payment that is meant, and no other.
fn one(image: &Image<'_>, which: &str, lang: Lang) -> Result<Seq, String> {
    match txn::matches(&outline(image), which).as_slice() {
        [] => Err(table::NO_MATCH.with(lang, &[&which])),
        [one] => Ok(*one),
        several => {
            let numbers: Vec<String> = several.iter().map(|item| format!("@{item}")).collect();
            Err(w::SEVERAL.with(lang, &[&several.len(), &which, &numbers.join(" ")]))
        }
    }
}
