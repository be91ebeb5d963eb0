//! Maintenance windows and outages, told by a file: they make a guess about the bank or the payment
//! company firmer.
//!
//! ```toml
//! [[outage]]
//! from = "2026-03-02T09:00:00"   # local to the terminal, as the journal's times are
//! to = "2026-03-02T11:00:00"
//! side = "bank"                  # or "acquirer"
//! book = 0                       # only this one; all without it
//! ```

use jiff::civil::DateTime;
use serde::Deserialize;

/// A time in which something was down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Line")]
pub struct Outage {
    /// From then on.
    pub from: DateTime,
    /// Not after that.
    pub to: DateTime,
    /// What was down.
    pub side: Side,
    /// Only at this book.
    pub book: Option<u8>,
}

/// What is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The bank or issuer.
    Bank,
    /// The payment company.
    Acquirer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    from: String,
    to: String,
    side: Side,
    book: Option<u8>,
}

impl TryFrom<Line> for Outage {
    type Error = String;
    fn try_from(line: Line) -> Result<Self, String> {
        let time = |text: &str| {
            text.parse::<DateTime>().map_err(|_| format!("{text:?} is not YYYY-MM-DDTHH:MM:SS"))
        };
        let (from, to) = (time(&line.from)?, time(&line.to)?);
        match from <= to {
            true => Ok(Self { from, to, side: line.side, book: line.book }),
            false => Err(format!("the outage ends at {to}, before it begins")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    outage: Vec<Outage>,
}

/// Reads a file of outages.
///
/// # Errors
/// What is wrong in it, for people.
pub fn read(text: &str) -> Result<Vec<Outage>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    Ok(file.outage)
}

/// What was down at this moment for this book.
pub(super) fn at(outages: &[Outage], when: DateTime, book: u8) -> Option<Side> {
    let is_it = |outage: &&Outage| {
        (outage.from..=outage.to).contains(&when) && outage.book.is_none_or(|only| only == book)
    };
    outages.iter().find(is_it).map(|outage| outage.side)
}
