//! The books: one entry for each payment that was ever asked for.

use super::Failure;
use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// By [`key`].
const PAYMENTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("payments");
/// Reversed before they came, and refused when they come; and advices refused once.
const MARKS: TableDefinition<'_, &str, u8> = TableDefinition::new("marks");
/// Retrieval reference numbers.
const REFERENCES: TableDefinition<'_, &str, &str> = TableDefinition::new("references");
/// What is wrong and for people to look at.
const FINDINGS: TableDefinition<'_, &str, u8> = TableDefinition::new("findings");

/// Whether money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    Stands,
    Declined,
    Reversed,
}

/// A payment as the acquirer has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub terminal: String,
    pub merchant: String,
    pub batch: u32,
    pub stan: u32,
    /// DE7 of its first message: with it DE90 names it.
    pub sent_at: String,
    pub mti: String,
    pub processing: u32,
    pub amount: u64,
    /// DE39 of its answer.
    pub code: String,
    pub rrn: String,
    pub auth_code: String,
    pub standing: Standing,
    /// It is in the capture, by which batches are settled.
    pub captured: bool,
    /// The payment that it names.
    pub original: Option<String>,
    /// A void, or a completion, that took effect on it.
    pub followed_by: Option<String>,
    pub refunded: u64,
    pub order: Option<String>,
    /// First six and last four digits of the card.
    pub card: Option<String>,
    /// Local seconds since 1970, by the acquirer's clock.
    pub at: u64,
}

/// What a payment does to the merchant's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    In,
    Out,
    None,
}

impl Entry {
    pub fn key(&self) -> String {
        key(&self.terminal, self.batch, self.stan)
    }

    pub fn stands(&self) -> bool {
        self.standing == Standing::Stands
    }

    pub fn side(&self) -> Side {
        match (self.mti.as_str(), self.processing) {
            ("0100", _) => Side::None,
            (_, 0) => Side::In,
            (_, 200_000) => Side::Out,
            _ => Side::None,
        }
    }
}

/// How a payment is named: terminal, batch, STAN.
pub fn key(terminal: &str, batch: u32, stan: u32) -> String {
    format!("{terminal}/{batch:06}/{stan:06}")
}

pub struct Books {
    database: Database,
}

/// The books while one message is answered: all of it is booked or nothing.
pub struct Page<'a> {
    payments: redb::Table<'a, &'static str, &'static [u8]>,
    marks: redb::Table<'a, &'static str, u8>,
    references: redb::Table<'a, &'static str, &'static str>,
    findings: redb::Table<'a, &'static str, u8>,
}

impl Books {
    /// Opens the books, or begins them.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let books = Self { database: Database::create(path)? };
        books.write(true, |_| Ok(()))?;
        Ok(books)
    }

    /// `durable`: synced. A settlement is; single payments come with the next one.
    pub fn write<T>(
        &self,
        durable: bool,
        book: impl FnOnce(&mut Page<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut write = self.database.begin_write()?;
        write.set_durability(if durable { Durability::Immediate } else { Durability::None })?;
        let done = {
            let mut page = Page {
                payments: write.open_table(PAYMENTS)?,
                marks: write.open_table(MARKS)?,
                references: write.open_table(REFERENCES)?,
                findings: write.open_table(FINDINGS)?,
            };
            book(&mut page)?
        };
        write.commit()?;
        Ok(done)
    }

    /// Every entry, by terminal, batch and STAN.
    pub fn all(&self) -> Result<Vec<Entry>, Failure> {
        let read = self.database.begin_read()?;
        let table = read.open_table(PAYMENTS)?;
        let mut all = Vec::new();
        for row in table.iter()? {
            all.push(serde_json::from_slice(row?.1.value())?);
        }
        Ok(all)
    }

    /// What the acquirer's people would have to look at.
    pub fn findings(&self) -> Result<Vec<String>, Failure> {
        let read = self.database.begin_read()?;
        let table = read.open_table(FINDINGS)?;
        table.iter()?.map(|row| Ok(row?.0.value().to_owned())).collect()
    }
}

impl Page<'_> {
    pub fn get(&self, key: &str) -> Result<Option<Entry>, Failure> {
        let found = self.payments.get(key)?;
        Ok(found.map(|bytes| serde_json::from_slice(bytes.value())).transpose()?)
    }

    pub fn put(&mut self, entry: &Entry) -> Result<(), Failure> {
        let key = entry.key();
        self.payments.insert(key.as_str(), serde_json::to_vec(entry)?.as_slice())?;
        self.references.insert(entry.rrn.as_str(), key.as_str())?;
        Ok(())
    }

    pub fn by_reference(&self, rrn: &str) -> Result<Option<Entry>, Failure> {
        let key = self.references.get(rrn)?.map(|key| key.value().to_owned());
        key.map_or(Ok(None), |key| self.get(&key))
    }

    pub fn batch(&self, terminal: &str, batch: u32) -> Result<Vec<Entry>, Failure> {
        let (from, to) = (key(terminal, batch, 0), key(terminal, batch, 999_999));
        let rows = self.payments.range(from.as_str()..=to.as_str())?;
        rows.map(|row| Ok(serde_json::from_slice(row?.1.value())?)).collect()
    }

    pub fn is_marked(&self, mark: &str) -> Result<bool, Failure> {
        Ok(self.marks.get(mark)?.is_some())
    }

    /// Says whether it was marked before.
    pub fn mark(&mut self, mark: &str) -> Result<bool, Failure> {
        Ok(self.marks.insert(mark, 1)?.is_some())
    }

    pub fn find(&mut self, finding: &str) -> Result<(), Failure> {
        self.findings.insert(finding, 1)?;
        Ok(())
    }
}
