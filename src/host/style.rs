//! How a command prints.

use super::Lang;

/// A table for people, or data for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns, in the language of `--lang`.
    #[default]
    Table,
    /// One JSON object.
    Json,
    /// The rows, one JSON object to a line.
    Jsonl,
    /// The rows, with a line of heads.
    Csv,
}

/// Format and language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// How it is laid out.
    pub format: Format,
    /// The language of tables. Data is English always.
    pub lang: Lang,
}

impl From<Format> for Style {
    fn from(format: Format) -> Self {
        Style { format, lang: Lang::En }
    }
}
