//! The arguments of `explain`, and the files that they name.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::outage;
use super::print::{Asked, text};
use super::words::{self, Audience, fill};
use super::world::World;
use crate::dump::Image;
use crate::host::calendar::{Calendar, Terms};
use crate::host::input::{ReadArgs, name, with_image};
use crate::host::{Exit, Lang, json, open};

/// The arguments of `explain`.
#[derive(Clone, Debug, clap::Args)]
pub struct ExplainArgs {
    /// What is read.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Only this payment: a STAN, a sequence number, a reference, an order number, an RRN or an
    /// authorization code
    pub which: Option<String>,
    /// Whose words the advice is in
    #[arg(long = "for", value_enum, default_value_t = Audience::Merchant, value_name = "WHO")]
    pub who: Audience,
    /// Also payments that only wait, that were declined or never sent
    #[arg(long)]
    pub all: bool,
    /// When it is, in the terminal's local time: a date (its first moment), or a date and time;
    /// without it, now in China
    #[arg(long, value_name = "DATE")]
    pub now: Option<String>,
    /// What is agreed about payouts (TOML: cycle, cut, arrives, makeup_days_settle)
    #[arg(long, value_name = "FILE")]
    pub terms: Option<PathBuf>,
    /// The same for money that goes back to customers
    #[arg(long, value_name = "FILE")]
    pub refund_terms: Option<PathBuf>,
    /// A calendar of holidays (TOML) in addition to China's, or instead of it if its name differs
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
    /// Maintenance windows and outages (TOML: outage = from, to, side, book)
    #[arg(long, value_name = "FILE")]
    pub outages: Option<PathBuf>,
}

/// Explains the payments of an image.
#[must_use]
pub fn run(args: &ExplainArgs) -> Exit {
    let style = args.read.style.style();
    let world = match world(args, style.lang) {
        Ok(world) => world,
        Err(wrong) => return open::usage(wrong),
    };
    let asked = Asked { which: args.which.as_deref(), all: args.all, who: args.who };
    let explained = |image: &Image<'_>| text(image, asked, &(), &world, style);
    with_image(&args.read, explained, |why| (json::refused(why, style), Exit::NotAJournal))
}

/// Eight hours east, without summer time.
const CHINA: Offset = Offset::constant(8);

fn world(args: &ExplainArgs, lang: Lang) -> Result<World, String> {
    let now = match &args.now {
        None => CHINA.to_datetime(Timestamp::now()),
        Some(text) => date(text).ok_or_else(|| fill(words::frame(lang).bad_now, &[text]))?,
    };
    let mut world = World::new(now);
    if let Some(path) = &args.terms {
        world.terms = read(path, lang, Terms::read)?;
    }
    if let Some(path) = &args.refund_terms {
        world.refunds = read(path, lang, Terms::read)?;
    }
    if let Some(path) = &args.calendar {
        let more = read(path, lang, Calendar::read)?;
        match more.name() == world.calendar.name() {
            true => world.calendar.extend(more),
            false => world.calendar = more,
        }
    }
    if let Some(path) = &args.outages {
        world.outages = read(path, lang, outage::read)?;
    }
    Ok(world)
}

fn date(text: &str) -> Option<DateTime> {
    let day = || Some(text.parse::<Date>().ok()?.to_datetime(Time::midnight()));
    if text.contains(['T', ' ']) { text.parse().ok() } else { day() }
}

fn read<T, E: std::fmt::Display>(
    path: &Path,
    lang: Lang,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let parsed = text.and_then(|text| parse(&text).map_err(|error| error.to_string()));
    parsed.map_err(|error| fill(words::frame(lang).bad_file, &[&name(path), &error]))
}
