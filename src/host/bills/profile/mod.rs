//! Bills of any other acquirer, and bank statements: a CSV or fixed-width file described in TOML.
//!
//! | key | says | if absent |
//! |---|---|---|
//! | `name` | what the format is called | must |
//! | `encoding` | `auto`, `utf8` or `gbk` | `auto` |
//! | `delimiter` | between cells; more than one character is allowed without quotes | `,` |
//! | `quote` | round cells that hold a delimiter; empty: none | `"` |
//! | `value_prefix` | stands before every data value, such as a backtick | none |
//! | `header` | `{contains = [..]}`, `{line = 3}` or, without one in the file, `{names = [..]}` | `{line = 1}` |
//! | `fixed` | instead of cells: `[{name = "..", offset = 0, width = 8}]`, in bytes | none |
//! | `comment_prefix`, `end_marker` | lines that begin with it are skipped; a line that holds it ends the rows | none |
//! | `filter` | `{column = "..", is = ".."}`: only these rows | all |
//! | `nulls` | texts that stand for nothing | none |
//! | `unknown_columns` | `ignore`, or `fail` where the header has a column that is not named here | `ignore` |
//! | `footers` | `[{text = "#交易合计：{count}笔，共{sum}元", kinds = ["payment"]}]` | none |
//! | `money` | `unit` (`yuan`, `fen`), `sign` (`kind`, `signed`, `letter`), `fee_sign` (`kind`, `printed`), `currency` | yuan, kind, kind, CNY |
//! | `time` | `format` (strftime), `zone` (`+08:00`) | `%Y-%m-%d %H:%M:%S` |
//! | `columns` | from our name of a column to the file's | must |
//! | `kind` | the kind of every row, where no column says it | none |
//! | `kinds`, `states`, `methods` | from the file's words to ours; a word that is not here makes a bad row | as is |
//! | `settlement` | [`Terms`]: when this acquirer's day ends and its money arrives | what was agreed for all bills |
//!
//! Columns: `kind`, `state`, `flow` (`in`, `out`, `none`, `unknown`), `amount` (or `income` and `expense`), `fee`, `net`, `currency`, `time`,
//! `clearing_date`, `method`, `order_no`, `original_order_no`, `refund_no`, `channel_ref`,
//! `acquirer_ref`, `mid`, `tid`, `batch`, `stan`, `rrn`, `auth_code`, `pan_first6`, `pan_last4`,
//! `card_type`, `payout_reason`.

mod footer;
mod quoted;
mod reader;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::facts::{ConfigError, EncodingFact};
use super::row::{Kind, Method, State};
use crate::host::calendar::Terms;

pub(super) use reader::Rows;

/// A format that is described in a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    name: String,
    #[serde(default = "auto")]
    encoding: EncodingFact,
    #[serde(default = "comma")]
    delimiter: String,
    #[serde(default = "quote")]
    quote: String,
    #[serde(default)]
    value_prefix: String,
    #[serde(default)]
    header: Header,
    #[serde(default)]
    fixed: Vec<Fixed>,
    #[serde(default)]
    comment_prefix: String,
    #[serde(default)]
    end_marker: String,
    filter: Option<Filter>,
    #[serde(default)]
    nulls: Vec<String>,
    #[serde(default)]
    unknown_columns: UnknownColumns,
    #[serde(default)]
    footers: Vec<Footer>,
    #[serde(default)]
    money: Money,
    #[serde(default)]
    time: Times,
    columns: BTreeMap<Name, String>,
    kind: Option<Kind>,
    #[serde(default)]
    kinds: BTreeMap<String, Kind>,
    #[serde(default)]
    states: BTreeMap<String, State>,
    #[serde(default)]
    methods: BTreeMap<String, Method>,
    settlement: Option<Terms>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum Header {
    Contains(Vec<String>),
    Line(u64),
    Names(Vec<String>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    name: String,
    offset: usize,
    width: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    column: String,
    is: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum UnknownColumns {
    #[default]
    Ignore,
    Fail,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Footer {
    text: String,
    #[serde(default)]
    kinds: Vec<Kind>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Money {
    unit: Unit,
    sign: Sign,
    fee_sign: FeeSign,
    currency: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Yuan,
    Fen,
}

/// What says the direction of the amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sign {
    /// The kind of the row.
    Kind,
    /// Its sign: positive is to the merchant.
    Signed,
    /// C (to the merchant) or D before it.
    Letter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FeeSign {
    /// Paid on a payment, given back on a refund, whatever is printed.
    Kind,
    /// Positive is paid by the merchant.
    Printed,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Times {
    format: String,
    zone: String,
}

/// Our names of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Kind,
    State,
    Flow,
    Amount,
    Income,
    Expense,
    Fee,
    Net,
    Currency,
    Time,
    ClearingDate,
    Method,
    OrderNo,
    OriginalOrderNo,
    RefundNo,
    ChannelRef,
    AcquirerRef,
    Mid,
    Tid,
    Batch,
    Stan,
    Rrn,
    AuthCode,
    PanFirst6,
    PanLast4,
    CardType,
    PayoutReason,
}

fn auto() -> EncodingFact {
    EncodingFact::Auto
}

fn comma() -> String {
    ",".into()
}

fn quote() -> String {
    "\"".into()
}

impl Default for Header {
    fn default() -> Self {
        Self::Line(1)
    }
}

impl Default for Money {
    fn default() -> Self {
        Self { unit: Unit::Yuan, sign: Sign::Kind, fee_sign: FeeSign::Kind, currency: "CNY".into() }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self { format: "%Y-%m-%d %H:%M:%S".into(), zone: "+08:00".into() }
    }
}

impl Profile {
    /// Reads a profile (TOML).
    ///
    /// # Errors
    /// [`ConfigError`], which says what is wrong in it.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let profile: Self = toml::from_str(text).map_err(|error| ConfigError(error.to_string()))?;
        match profile.contradiction() {
            None => Ok(profile),
            Some(what) => Err(ConfigError(format!("profile {}: {what}", profile.name))),
        }
    }

    /// The neutral CSV of this program: what `bill --rows --format csv` prints.
    #[must_use]
    pub fn neutral() -> Option<Self> {
        // A test reads it: it is always there.
        Self::read(include_str!("neutral.toml")).ok()
    }

    /// What the format is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When the money of this acquirer arrives, if the profile says so.
    #[must_use]
    pub const fn terms(&self) -> Option<Terms> {
        self.settlement
    }

    fn has(&self, name: Name) -> bool {
        self.columns.contains_key(&name)
    }

    fn contradiction(&self) -> Option<&'static str> {
        let single = |text: &str| text.len() == 1 && text.is_ascii();
        let rules = [
            (
                !self.has(Name::Amount) && !self.has(Name::Income) && !self.has(Name::Expense),
                "columns: neither amount nor income and expense",
            ),
            (!self.has(Name::Time), "columns: no time"),
            (!self.has(Name::Kind) && self.kind.is_none(), "neither columns.kind nor kind"),
            (self.delimiter.is_empty(), "the delimiter is empty"),
            (
                !(self.quote.is_empty() || single(&self.quote) && single(&self.delimiter)),
                "with quotes, quote and delimiter are one ASCII character each; or quote = \"\"",
            ),
            (super::currency::of(&self.money.currency).is_none(), "money.currency is not known"),
            (reader::zone(&self.time.zone).is_none(), "time.zone is not like +08:00"),
            (
                self.fixed.iter().any(|field| field.offset > 65_536 || field.width > 65_536),
                "fixed: an offset or width is larger than any row",
            ),
        ];
        rules.into_iter().find_map(|(wrong, text)| wrong.then_some(text))
    }
}
