//! From a path to the bills in it.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::Bill;
use super::facts::{ConfigError, Facts};
use super::profile::Profile;
use super::sniff::{Format, Head, no_bill, sniff};
use super::store::{Member, members_of_file, members_of_stream, peek};
use crate::host::Lang;
use crate::host::calendar::Terms;

/// Opens bills.
///
/// ```
/// use pos_journal::host::bills::{Kind, Reader};
/// let text = "kind,txn_time,amount_fen,currency,order_no\n\
///     payment,2026-11-20T10:15:32+08:00,12345,CNY,SYN1\n";
/// let reader = Reader::new(None, Vec::new()).unwrap();
/// let mut bill = reader.stream("bill.csv", text.as_bytes()).remove(0).unwrap();
/// let row = bill.next().unwrap().unwrap();
/// assert_eq!((row.kind, row.amount, row.line), (Kind::Payment, 12345, 2));
/// ```
pub struct Reader {
    facts: Arc<Facts>,
    profiles: Vec<Arc<Profile>>,
}

/// A file is no bill that we can read.
#[derive(Debug)]
pub enum OpenError {
    /// It cannot be read at all.
    Io(io::Error),
    /// An archive that is broken, encrypted or absurd.
    Archive(String),
    /// Too large for what must be held in memory.
    TooLarge,
    /// None of the formats.
    Unknown,
    /// The acquirer's answer that there is no bill for that day, or not yet.
    NoBill,
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl OpenError {
    /// What is wrong, in words.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Io(error) => return error.to_string(),
            Self::Archive(what) => {
                let lead = lang.pick("an archive that cannot be read", "无法读取的压缩包");
                return format!("{lead}: {what}");
            }
            Self::TooLarge => {
                ("larger than 64 MiB where it must be held in memory", "需整体载入但超过 64 MiB")
            }
            Self::Unknown => (
                "no known format; a profile can describe it (--profile)",
                "未知格式；可用 --profile 描述",
            ),
            Self::NoBill => (
                "not a bill but an answer that there is none (yet); bills are ready at 10:00 the next day",
                "不是账单，而是“账单不存在或生成中”的应答；账单于次日 10:00 后可下载",
            ),
        };
        lang.pick(en, zh).to_string()
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for OpenError {}

/// A file that is no bill: which, and why.
pub type NotOpened = (Arc<str>, OpenError);

impl Reader {
    /// With changed facts, if any, and with further formats.
    ///
    /// # Errors
    /// [`ConfigError`] if the built-in facts cannot be read: never.
    pub fn new(facts: Option<Facts>, profiles: Vec<Profile>) -> Result<Self, ConfigError> {
        let facts = facts.map_or_else(Facts::built_in, Ok)?;
        // The neutral format comes first: it is recognised by its header, others may be by nothing.
        let profiles = Profile::neutral().into_iter().chain(profiles).map(Arc::new).collect();
        Ok(Self { facts: Arc::new(facts), profiles })
    }

    /// When the money of an acquirer with bills of this format arrives, if its profile says so.
    #[must_use]
    pub fn terms(&self, format: &Format) -> Option<Terms> {
        let Format::Profile(name) = format else { return None };
        self.profiles.iter().find(|profile| profile.name() == &**name)?.terms()
    }

    /// The bills in a file: more than one in an archive.
    #[must_use]
    pub fn open(&self, path: &Path) -> Vec<Result<Bill, NotOpened>> {
        let source = path.display().to_string();
        self.bills(&source, File::open(path).map_err(OpenError::from).and_then(members_of_file))
    }

    /// The bills in a stream, such as standard input.
    #[must_use]
    pub fn stream(
        &self,
        source: &str,
        stream: impl Read + Send + 'static,
    ) -> Vec<Result<Bill, NotOpened>> {
        self.bills(source, members_of_stream(Box::new(stream)))
    }

    fn bills(
        &self,
        source: &str,
        members: Result<Vec<Member>, OpenError>,
    ) -> Vec<Result<Bill, NotOpened>> {
        match members {
            Err(error) => vec![Err((source.into(), error))],
            Ok(members) => members.into_iter().map(|member| self.bill(source, member)).collect(),
        }
    }

    fn bill(&self, source: &str, member: Member) -> Result<Bill, NotOpened> {
        let source: Arc<str> = match member.name {
            None => source.into(),
            Some(name) => format!("{source}!{name}").into(),
        };
        let opened = peek(member.reader).and_then(|(bytes, reader)| {
            let head = Head::of(&bytes);
            match sniff(&head, &self.profiles) {
                _ if no_bill(&head) => Err(OpenError::NoBill),
                None => Err(OpenError::Unknown),
                Some(format) => Ok(Bill::new(source.clone(), format, &head, reader, &self.facts)),
            }
        });
        opened.map_err(|error| (source, error))
    }
}
