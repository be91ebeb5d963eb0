//! What is wrong with a row, and what is odd about a file, for people in both languages.

use std::fmt;
use std::sync::Arc;

use crate::host::Lang;

/// A row that cannot be used. It does not stop the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The file, and its member behind a `!`.
    pub source: Arc<str>,
    /// The line in it, from 1.
    pub line: u64,
    /// What is wrong, and in which column.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column, from 1; 0 where it is the whole row.
    pub column: u32,
    /// The column's name.
    pub name: String,
    /// What stands there, cut after some characters.
    pub value: String,
    /// Why it cannot be used.
    pub why: Why,
}

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Not an amount.
    NotMoney,
    /// Not a date or time.
    NotATime,
    /// Nothing stands there, and something must.
    Missing,
    /// A value that is in no table; the text says which table could be extended.
    Unknown(&'static str),
    /// The row has so many columns, and its header so many.
    Columns {
        /// In the row.
        found: usize,
        /// In the header.
        wanted: usize,
    },
    /// The row has so many bytes, and should have so many.
    Bytes {
        /// In the row.
        found: usize,
        /// By the format.
        wanted: usize,
    },
    /// Bytes that are no characters of the file's encoding.
    NotText,
    /// A line longer than any real one.
    TooLong,
    /// Not JSON.
    NotJson,
    /// Money in and money out in the same row.
    BothWays,
    /// Fields are not where they belong.
    Shifted,
    /// A row behind the end of the list.
    AfterEnd,
}

/// The most characters of a value that are kept.
const EXCERPT: usize = 48;

impl Fault {
    /// A fault of one column.
    pub(super) fn of(column: usize, name: &str, value: &str, why: Why) -> Self {
        Self {
            column: u32::try_from(column).unwrap_or(u32::MAX),
            name: name.chars().take(EXCERPT).collect(),
            value: value.chars().take(EXCERPT).collect(),
            why,
        }
    }

    /// A fault of the whole row.
    pub(super) fn row(why: Why) -> Self {
        Self::of(0, "", "", why)
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let why = self.why.say(lang);
        if self.name.is_empty() && self.value.is_empty() {
            return why;
        }
        match lang {
            Lang::En => format!("{} {:?}: {why}", self.name, self.value),
            Lang::Zh => format!("{}“{}”：{why}", self.name, self.value),
        }
    }
}

impl Why {
    fn say(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::NotMoney => ("not an amount", "不是金额"),
            Self::NotATime => ("not a date and time", "不是日期时间"),
            Self::Missing => ("missing", "缺少"),
            Self::Unknown(table) => {
                return match lang {
                    Lang::En => format!("unknown; if you know what it means, add it to {table}"),
                    Lang::Zh => format!("未知取值；若知其含义，请加入配置 {table}"),
                };
            }
            Self::Columns { found, wanted } => {
                return match lang {
                    Lang::En => format!("{found} columns, {wanted} expected"),
                    Lang::Zh => format!("有 {found} 列，应为 {wanted} 列"),
                };
            }
            Self::Bytes { found, wanted } => {
                return match lang {
                    Lang::En => format!("{found} bytes, {wanted} expected"),
                    Lang::Zh => format!("有 {found} 字节，应为 {wanted} 字节"),
                };
            }
            Self::NotText => ("bytes that are no characters", "含无法解码的字节"),
            Self::TooLong => ("longer than any row", "行过长"),
            Self::NotJson => ("not JSON", "不是 JSON"),
            Self::BothWays => ("money in and money out in one row", "同一行既有收入又有支出"),
            Self::Shifted => ("fields are not where they belong", "字段错位"),
            Self::AfterEnd => ("a row behind the end of the list", "列表结束后仍有数据"),
        };
        lang.pick(en, zh).to_string()
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = match self.fault.column {
            0 => String::new(),
            column => format!(":{column}"),
        };
        write!(f, "{}:{}{at}: {}", self.source, self.line, self.fault.say(Lang::En))
    }
}

/// What is odd about a file whose rows can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, and its member behind a `!`.
    pub source: Arc<str>,
    /// The line, from 1; 0 where it is the whole file.
    pub line: u64,
    /// What it is.
    pub what: What,
}

/// What is odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The file says another number than its rows add up to.
    Untied {
        /// What is summed or counted.
        name: String,
        /// What the file says, as a text.
        stated: String,
        /// What the rows add up to.
        counted: String,
        /// Rows that were not counted because they are bad.
        rejected: u64,
    },
    /// The lines that end every such file are missing: it is cut short.
    NoFooter,
    /// Gross less fee is not the net amount that the row says.
    Arithmetic {
        /// Gross less fee.
        computed: i64,
        /// What the row says.
        stated: i64,
    },
    /// A fee with parts of a fen; it was rounded.
    Rounded(String),
    /// The header cannot be used: a column is missing.
    NoColumn(String),
    /// The file cannot be read further.
    Unreadable(String),
    /// More findings than are kept.
    More(u64),
    /// The same row again: same kind, reference, refund number, amount and time.
    Duplicate,
}

impl Finding {
    /// What is odd, in words.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        match (&self.what, lang) {
            (What::Untied { name, stated, counted, rejected }, lang) => {
                let mut text = match lang {
                    Lang::En => format!("{name}: the file says {stated}, its rows give {counted}"),
                    Lang::Zh => format!("{name}：文件为 {stated}，逐行合计为 {counted}"),
                };
                if *rejected > 0 {
                    text += &match lang {
                        Lang::En => format!(" ({rejected} bad rows are not in it)"),
                        Lang::Zh => format!("（不含 {rejected} 个坏行）"),
                    };
                }
                text
            }
            (What::NoFooter, _) => lang
                .pick(
                    "the closing lines are missing: the file is cut short",
                    "缺少结尾行：文件不完整",
                )
                .into(),
            (What::Arithmetic { computed, stated }, Lang::En) => {
                format!("gross less fee is {computed} fen, the row says {stated}")
            }
            (What::Arithmetic { computed, stated }, Lang::Zh) => {
                format!("金额减手续费为 {computed} 分，行内净额为 {stated} 分")
            }
            (What::Rounded(text), Lang::En) => format!("the fee {text} was rounded to a fen"),
            (What::Rounded(text), Lang::Zh) => format!("手续费 {text} 已四舍五入到分"),
            (What::NoColumn(name), Lang::En) => format!("the header has no column {name}"),
            (What::NoColumn(name), Lang::Zh) => format!("表头缺少列 {name}"),
            (What::Unreadable(why), Lang::En) => format!("cannot be read further: {why}"),
            (What::Unreadable(why), Lang::Zh) => format!("无法继续读取：{why}"),
            (What::More(n), Lang::En) => format!("{n} more"),
            (What::More(n), Lang::Zh) => format!("另有 {n} 项"),
            (What::Duplicate, _) => {
                lang.pick("the same row stands in the bills before", "与前面的行重复").into()
            }
        }
    }
}
