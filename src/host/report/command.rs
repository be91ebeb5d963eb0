//! The arguments of `report`, and the file that it writes.

use std::path::PathBuf;

use jiff::civil::Date;

use super::gather::{Report, Source, read};
use super::page::page;
use crate::dump::Image;
use crate::host::explain::WorldArgs;
use crate::host::input::{ReadArgs, file_name, name, with_hashed, write_file};
use crate::host::words::table as w;
use crate::host::{BillsArgs, Exit, json, open};

/// The arguments of `report`.
#[derive(Clone, Debug, clap::Args)]
pub struct ReportArgs {
    /// What is read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The page that is written
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The day of the glance and of the plots; without it that of the newest payment
    #[arg(long, value_name = "DATE")]
    pub day: Option<Date>,
    /// What is known besides the dump.
    #[command(flatten)]
    pub world: WorldArgs,
    /// What is compared with it.
    #[command(flatten)]
    pub bills: BillsArgs,
    /// Bills, as with --bill
    #[arg(value_name = "BILL")]
    pub more: Vec<PathBuf>,
}

/// Writes the page of an image.
#[must_use]
pub fn run(args: &ReportArgs) -> Exit {
    let style = args.read.style.style();
    let world = match args.world.world(style.lang) {
        Ok(world) => world,
        Err(wrong) => return open::usage(wrong),
    };
    let lang = style.lang;
    let written = |image: &Image<'_>, sha256: String| {
        let outline = read(image);
        let mut bills = args.bills.clone();
        bills.bills.extend(args.more.iter().cloned());
        let told = match bills.told(&outline, &world, lang) {
            Ok(told) => told,
            Err(wrong) => return (String::new(), open::usage(wrong)),
        };
        let source = Source { name: name(file_name(&args.read.image)), sha256 };
        let report = Report::of(image, &outline, &told, &world, args.day, source);
        match write_file(&args.output, page(&report, lang).as_bytes()) {
            Ok(()) => (String::new(), told.warned(Exit::Clean, lang)),
            Err(error) => {
                eprintln!("{}: {}", name(&args.output), w::CANNOT_WRITE.with(lang, &[&error]));
                (String::new(), Exit::Usage)
            }
        }
    };
    with_hashed(&args.read, written, |why| (json::refused(why, style), Exit::NotAJournal))
}
