//! Tables that line up, coloured only on a terminal.

use std::io::IsTerminal;

use super::plain::{Out, plain};
use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};

/// A column: its head, and whether its cells are numbers.
pub(super) type Column = (&'static str, bool);

/// A table that is filled row by row.
pub(super) struct Sheet {
    title: String,
    table: Table,
}

/// The line under the head of a table.
const RULE: LineStyle = LineStyle::none().fill('─').junction('─');

/// How a cell looks on a terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Good,
    Warning,
    Bad,
}

/// A cell's text and how it looks.
pub(super) struct Field(pub String, pub Tone);

impl<T: ToString> From<T> for Field {
    fn from(text: T) -> Self {
        Field(text.to_string(), Tone::Plain)
    }
}

impl Sheet {
    pub fn new(title: impl Into<String>, columns: &[Column]) -> Self {
        let mut table = Table::new();
        table.load_style(TableStyle::new().header_separator(RULE));
        table.set_content_arrangement(ContentArrangement::Dynamic);
        if !is_coloured() {
            table.force_no_tty();
        }
        table.set_header(columns.iter().map(|(head, _)| Cell::new(head)));
        for (index, (_, is_number)) in columns.iter().enumerate() {
            if let Some(column) = table.column_mut(index)
                && *is_number
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Sheet { title: title.into(), table }
    }

    pub fn row(&mut self, fields: impl IntoIterator<Item = Field>) {
        let cells = fields.into_iter().map(|Field(text, tone)| {
            let cell = Cell::new(plain(&text, Out::Terminal));
            match tone {
                Tone::Plain => cell,
                Tone::Good => cell.fg(Color::Green),
                Tone::Warning => cell.fg(Color::Yellow),
                Tone::Bad => cell.fg(Color::Red),
            }
        });
        self.table.add_row(cells.collect::<Vec<_>>());
    }

    /// The title and the table; nothing for a table without rows.
    pub fn render(&self) -> String {
        if self.table.is_empty() {
            return String::new();
        }
        format!("{}\n{}\n\n", self.title, self.table.trim_fmt())
    }
}

/// Colour only on a terminal whose user has not set `NO_COLOR`.
fn is_coloured() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
