//! Where items go: all to a file of rows, or only the differences, and not all of many.

use std::io::{self, Write};
use std::sync::Arc;

use super::item::{Item, Lines, Shown, object};
use crate::host::Lang;
use crate::host::style::{Format, Style};

/// More differences than these are counted and not listed in tables and JSON.
pub(super) const MOST_LISTED: usize = 1000;

pub(super) enum Sink<'o> {
    /// For a table.
    Table(Vec<Shown>, Lang),
    /// JSON objects.
    Json(Vec<String>),
    /// Each as it comes.
    Lines(Lines<'o>),
    /// Nobody reads them.
    Nobody,
}

/// What a sink has collected.
pub(super) enum Collected {
    Table(Vec<Shown>),
    Json(Vec<String>),
    /// It is written already.
    Nothing,
}

impl<'o> Sink<'o> {
    pub fn new(style: Style, out: &'o mut dyn Write) -> io::Result<Self> {
        Ok(match style.format {
            Format::Table => Self::Table(Vec::new(), style.lang),
            Format::Json => Self::Json(Vec::new()),
            Format::Csv | Format::Jsonl => Self::Lines(Lines::begin(style.format, out)?),
        })
    }

    pub fn end(self) -> Collected {
        match self {
            Self::Table(shown, _) => Collected::Table(shown),
            Self::Json(objects) => Collected::Json(objects),
            Self::Lines(_) | Self::Nobody => Collected::Nothing,
        }
    }

    pub fn take(&mut self, item: &Item<'_>, dumps: &[Arc<str>]) -> io::Result<()> {
        let is_listed = item.class.is_difference();
        match self {
            Self::Table(shown, lang) => {
                if is_listed && shown.len() < MOST_LISTED {
                    shown.push(Shown::of(item, dumps, *lang));
                }
            }
            Self::Json(objects) => {
                if is_listed && objects.len() < MOST_LISTED {
                    let mut bytes = Vec::new();
                    object(item, dumps, &mut bytes)?;
                    objects.push(String::from_utf8(bytes).map_err(io::Error::other)?);
                }
            }
            Self::Lines(lines) => lines.write(item, dumps)?,
            Self::Nobody => {}
        }
        Ok(())
    }
}
