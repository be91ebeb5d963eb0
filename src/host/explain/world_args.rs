//! What is known besides the dump, as the commands are told it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::outage;
use super::words::{self, fill};
use super::world::World;
use crate::host::Lang;
use crate::host::calendar::{Calendar, Terms};
use crate::host::input::name;

/// What is known besides the dump.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct WorldArgs {
    /// When it is, in the terminal's local time: a date (its first moment), or a date and time;
    /// without it, now in China
    #[arg(long, visible_alias = "as-of", value_name = "DATE")]
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

/// Eight hours east, without summer time.
const CHINA: Offset = Offset::constant(8);

impl WorldArgs {
    /// Reads the files that are named.
    ///
    /// # Errors
    /// What is wrong with one of them, for people.
    pub fn world(&self, lang: Lang) -> Result<World, String> {
        let now = match &self.now {
            None => CHINA.to_datetime(Timestamp::now()),
            Some(text) => date(text).ok_or_else(|| fill(words::frame(lang).bad_now, &[text]))?,
        };
        let mut world = World::new(now);
        if let Some(path) = &self.terms {
            world.terms = read(path, lang, Terms::read)?;
        }
        if let Some(path) = &self.refund_terms {
            world.refunds = read(path, lang, Terms::read)?;
        }
        if let Some(path) = &self.calendar {
            let more = read(path, lang, Calendar::read)?;
            match more.name() == world.calendar.name() {
                true => world.calendar.extend(more),
                false => world.calendar = more,
            }
        }
        if let Some(path) = &self.outages {
            world.outages = read(path, lang, outage::read)?;
        }
        Ok(world)
    }
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
