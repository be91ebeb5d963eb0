//! Rows that are printed as a table, JSON or CSV: each column is declared once, with its head for
//! people in both languages and its key for programs.
//!
//! | format | heads | values | made harmless |
//! |---|---|---|---|
//! | table | in the language asked for | as people read them | control characters, in `table` |
//! | json, jsonl | keys | numbers, stable English words | by JSON |
//! | csv | keys | the same | control characters and formulas, here |

use serde_json::{Map, Value};

use super::plain::{Out, plain};
use super::style::{Format, Style};
use super::table::{Field, Sheet, Tone};
use super::words::table::Word;
use super::{Lang, json};

/// A column.
#[derive(Clone, Copy)]
pub(super) struct Column {
    key: &'static str,
    head: Option<Word>,
    is_number: bool,
}

/// A column of text.
pub(super) const fn text(key: &'static str, head: Word) -> Column {
    Column { key, head: Some(head), is_number: false }
}

/// A column of numbers.
pub(super) const fn number(key: &'static str, head: Word) -> Column {
    Column { key, head: Some(head), is_number: true }
}

/// A column that only programs see.
pub(super) const fn data(key: &'static str) -> Column {
    Column { key, head: None, is_number: false }
}

/// What stands in a column of a row: a value for programs, and for people, where that differs, words.
pub(super) struct Cell {
    value: Value,
    words: Option<String>,
    tone: Tone,
}

impl<T: Into<Value>> From<T> for Cell {
    fn from(value: T) -> Self {
        Cell { value: value.into(), words: None, tone: Tone::Plain }
    }
}

impl Cell {
    /// A value that people read in these words.
    pub fn of(value: impl Into<Value>, words: impl Into<String>) -> Self {
        Cell { words: Some(words.into()), ..Cell::from(value) }
    }

    pub fn toned(self, tone: Tone) -> Self {
        Cell { tone, ..self }
    }

    fn field(self) -> Field {
        let text = self.words.unwrap_or_else(|| match self.value {
            Value::Null => String::new(),
            Value::String(text) => text,
            value => value.to_string(),
        });
        Field(text, self.tone)
    }
}

/// Rows under columns.
pub(super) struct Listing {
    /// What the rows are called in JSON.
    pub key: &'static str,
    pub title: String,
    pub columns: &'static [Column],
    pub rows: Vec<Vec<Cell>>,
}

impl Listing {
    /// As a table with its title; nothing without rows.
    pub fn table(self, lang: Lang) -> String {
        let heads = self.columns.iter().filter_map(|c| Some((c.head?.of(lang), c.is_number)));
        let heads: Vec<_> = heads.collect();
        let mut sheet = Sheet::new(self.title, &heads);
        for row in self.rows {
            let shown = row.into_iter().zip(self.columns).filter(|(_, c)| c.head.is_some());
            sheet.row(shown.map(|(cell, _)| cell.field()));
        }
        sheet.render()
    }

    fn objects(&self) -> impl Iterator<Item = Value> {
        self.rows.iter().map(|row| {
            let fields = self.columns.iter().zip(row);
            Value::Object(fields.map(|(c, cell)| (c.key.into(), cell.value.clone())).collect())
        })
    }

    /// One object to a line.
    pub fn jsonl(&self) -> String {
        self.objects().map(|row| json::line(&row)).collect()
    }

    /// A line of keys and one for each row.
    pub fn csv(&self) -> String {
        let mut out = csv::Writer::from_writer(Vec::new());
        // Writing into memory does not fail.
        let _ = out.write_record(self.columns.iter().map(|c| c.key));
        for row in &self.rows {
            let _ = out.write_record(row.iter().map(|cell| match &cell.value {
                Value::Null => String::new(),
                Value::String(text) => plain(text, Out::Csv).into_owned(),
                value => value.to_string(),
            }));
        }
        String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// What a command prints.
pub(super) struct Printout {
    pub listings: Vec<Listing>,
    /// The listing for programs that read rows.
    pub main: usize,
    /// Facts about the whole, for JSON.
    pub facts: Map<String, Value>,
    /// Lines before and behind the tables.
    pub before: String,
    pub after: String,
}

impl Printout {
    pub fn new(listings: Vec<Listing>) -> Self {
        Printout {
            listings,
            main: 0,
            facts: Map::new(),
            before: String::new(),
            after: String::new(),
        }
    }

    pub fn fact(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(key.into(), value.into());
        self
    }

    pub fn render(self, style: Style) -> String {
        let main = self.listings.get(self.main);
        match style.format {
            Format::Table => {
                let tables = self.listings.into_iter().map(|listing| listing.table(style.lang));
                self.before + &tables.collect::<String>() + &self.after
            }
            Format::Jsonl => main.map(Listing::jsonl).unwrap_or_default(),
            Format::Csv => main.map(Listing::csv).unwrap_or_default(),
            Format::Json => {
                let mut whole = self.facts;
                for listing in &self.listings {
                    whole.insert(listing.key.into(), listing.objects().collect());
                }
                json::line(&Value::Object(whole))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::table as w;
    use super::*;

    const COLUMNS: &[Column] = &[number("n", w::RECORD), text("what", w::SAYS), data("more")];

    fn printout() -> Printout {
        let rows = vec![
            vec![1.into(), Cell::of("=1+1", "one"), Value::Null.into()],
            vec![2.into(), "\x1b[31m".into(), "a,b".into()],
        ];
        Printout::new(vec![Listing { key: "rows", title: "T".into(), columns: COLUMNS, rows }])
    }

    #[test]
    fn each_format_says_the_same() {
        let render = |format: Format| printout().fact("all", 2).render(format.into());
        assert_eq!(
            render(Format::Json),
            "{\"all\":2,\"rows\":[{\"n\":1,\"what\":\"=1+1\",\"more\":null},\
             {\"n\":2,\"what\":\"\\u001b[31m\",\"more\":\"a,b\"}]}\n"
        );
        assert_eq!(render(Format::Jsonl).lines().count(), 2);
        assert_eq!(
            render(Format::Csv),
            "n,what,more\n1,'=1+1,\n2,\\u{1b}[31m,\"a,b\"\n",
            "formulas and escapes are only text"
        );
        let table = render(Format::Table);
        assert!(table.contains("one") && !table.contains("a,b") && !table.contains('\x1b'));
    }
}
