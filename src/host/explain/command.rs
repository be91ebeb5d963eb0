//! The arguments of `explain`.

use super::print::{Asked, text};
use super::words::Audience;
use super::world_args::WorldArgs;
use crate::dump::{Image, outline};
use crate::host::input::{ReadArgs, with_image};
use crate::host::{BillsArgs, Exit, json, open};

/// The arguments of `explain`.
#[derive(Clone, Debug, clap::Args)]
pub struct ExplainArgs {
    /// What is read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Only this payment: a STAN (000123, as on the slip), an amount (12.50), a reference, an order number,
    /// an RRN, an authorization code, or a sequence number (@123)
    pub which: Option<String>,
    /// Whose words the advice is in
    #[arg(long = "for", value_enum, default_value_t = Audience::Merchant, value_name = "WHO")]
    pub who: Audience,
    /// Also payments that only wait, that were declined or never sent
    #[arg(long)]
    pub all: bool,
    /// What is known besides the dump.
    #[command(flatten)]
    pub world: WorldArgs,
    /// What is compared with it.
    #[command(flatten)]
    pub bills: BillsArgs,
}

/// Explains the payments of an image.
#[must_use]
pub fn run(args: &ExplainArgs) -> Exit {
    let style = args.read.style.style();
    let world = match args.world.world(style.lang) {
        Ok(world) => world,
        Err(wrong) => return open::usage(wrong),
    };
    let asked = Asked { which: args.which.as_deref(), all: args.all, who: args.who };
    let explained = |image: &Image<'_>| {
        let told = match args.bills.told(&outline(image), &world, style.lang) {
            Ok(told) => told,
            Err(wrong) => return (String::new(), open::usage(wrong)),
        };
        let (text, exit) = text(image, asked, &told, &world, style);
        (text, told.warned(exit, style.lang))
    };
    with_image(&args.read, explained, |why| (json::refused(why, style), Exit::NotAJournal))
}
