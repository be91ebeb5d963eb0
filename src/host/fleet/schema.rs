//! Tables and their columns: each column is declared once, with its type, what it says and where it
//! comes from; files, tests and `SCHEMA.md` follow.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{dumps, open_items, payments, records};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Bool,
    Date,
    Time,
}

/// Something in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Text(Cow<'static, str>),
    Int(i64),
    Bool(bool),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970 UTC.
    Time(i64),
}

/// The values of a row, in the order of the columns.
pub(super) type Row = Vec<Value>;

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// It is never null.
    pub always: bool,
    /// What it says.
    pub says: &'static str,
}

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Payments,
    Records,
    OpenItems,
    Dumps,
}

impl Table {
    pub const ALL: [Table; 4] = [Self::Payments, Self::Records, Self::OpenItems, Self::Dumps];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Records => "records",
            Self::OpenItems => "open_items",
            Self::Dumps => "dumps",
        }
    }

    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Payments => payments::COLUMNS,
            Self::Records => records::COLUMNS,
            Self::OpenItems => open_items::COLUMNS,
            Self::Dumps => dumps::COLUMNS,
        }
    }

    const fn rows(self) -> &'static str {
        match self {
            Self::Payments => "One row for each payment of which a record is left.",
            Self::Records => "One row for each record.",
            Self::OpenItems => "One row for each payment that is not closed.",
            Self::Dumps => "One row for each file, also for one that was not read.",
        }
    }
}

/// Declares the columns of a table, and makes a row.
macro_rules! table {
    ($row:ident: $of:ty; $($name:ident $kind:ident $always:ident $says:literal => $value:expr;)*) => {
        pub(super) const COLUMNS: &[Column] = &[$(Column {
            name: stringify!($name),
            kind: Kind::$kind,
            always: $always,
            says: $says,
        }),*];

        pub(super) fn row($row: &$of) -> Row {
            vec![$(Value::from($value)),*]
        }
    };
}
pub(super) use table;

/// For declarations: never null.
pub(super) const ALWAYS: bool = true;
/// For declarations: null where it is not known or there is none.
pub(super) const MAYBE: bool = false;

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(Cow::Owned(text.into()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Self {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

macro_rules! ints {
    ($($of:ty),*) => {$(
        impl From<$of> for Value {
            fn from(number: $of) -> Self {
                Value::Int(i64::from(number))
            }
        }
    )*};
}
ints!(u8, u16, u32, i64);

/// A word of this program's.
pub(super) const fn word(word: &'static str) -> Value {
    Value::Text(Cow::Borrowed(word))
}

/// What is more than 63 bits is no amount and no count: only a damaged dump says it.
pub(super) fn bounded(number: u64) -> Value {
    i64::try_from(number).ok().into()
}

/// `SCHEMA.md`: every table and column, for people who write queries.
#[must_use]
pub fn documentation() -> String {
    let mut text = String::from(HEAD);
    for table in Table::ALL {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {}\n\n{}\n\n", table.name(), table.rows());
        text += "| column | type | null | says |\n|---|---|---|---|\n";
        for column in table.columns() {
            let Column { name, kind, always, says } = column;
            let null = if *always { "never" } else { "" };
            let kind = kind.name();
            let _ = writeln!(text, "| `{name}` | {kind} | {null} | {says} |");
        }
    }
    text
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "int64",
            Self::Bool => "boolean",
            Self::Date => "date",
            Self::Time => "timestamp UTC",
        }
    }
}

const HEAD: &str = "\
# What `pos-journal export` writes

Kept from the code by `tests/fleet`; columns are only ever added, at the end of a table.

- **Amounts** are whole numbers of minor units (`*_minor`, int64), with the ISO 4217 number of the currency
  (`currency`, text of three digits) and the number of its decimal places (`exponent`): 1050 with exponent 2
  is 10.50. Sums need no rounding. Never add amounts of two currencies.
- **Times** are instants: in Parquet `TIMESTAMP(MICROS, isAdjustedToUTC)`, in JSON and CSV RFC 3339 with `Z`.
  Local time is the instant plus `utc_offset_minutes`. A terminal whose clock was not set has none.
- **Numbers** are int64 whatever their size. Numbers with leading zeros (RRN, terminal id) are text.
- **Texts** are as stored. In CSV a text that a spreadsheet would compute begins with an apostrophe, and
  control characters are written as `\\u{..}`; null is an empty cell there.
- Card numbers are truncated: no others are in a journal.

The partition columns are in the paths alone (Hive): `day=` (the local date on which the payment began or
the record was written; `__HIVE_DEFAULT_PARTITION__` where that is not known, and from the 500th day of a
file on, which only damaged dumps have) and, with `--partition terminal-day`, `terminal=` before it. What a
path says is a guess of its reader, who may take a terminal id for a number: `terminal_id` is in every table.
`dumps` is not partitioned.

By day alone is the default, because files of a few rows cost more than they hold. 2,000 terminals of four
days on two cores (`.ci/fleet --both`):

| | files | MB | written in | DuckDB, session and four queries | Spark |
|---|---:|---:|---:|---:|---:|
| `--partition day` | 353 | 8.5 | 0.3 s | 0.3 s | 16 s |
| `--partition terminal-day` | 18,141 | 99 | 2.7 s | 5 s | 79 s |

A file by day holds 64 dumps in the order of their names, so that the statistics in it still lead to one
terminal. Choose by terminal and day for some hundred terminals, or where the files of one terminal are
fetched or deleted alone.

A dump of a terminal and an older one of the same terminal hold the same payments: `dumps.superseded_by`
names the newer one.
";
