//! Bills of every format, made byte for byte and with planted errors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

mod command;
mod formats;
mod hostile;
mod make;
mod planted;
mod profiles;
mod speed;

use pos_journal::host::bills::{BadRow, Bill, BillRow, Facts, Finding, Profile, Reader};

fn reader() -> Reader {
    Reader::new(None, Vec::new()).unwrap()
}

fn with_profile(text: &str) -> Reader {
    Reader::new(None, vec![Profile::read(text).unwrap()]).unwrap()
}

fn with_facts(text: &str) -> Reader {
    Reader::new(Some(Facts::read(text).unwrap()), Vec::new()).unwrap()
}

/// Everything that a file says.
struct Read {
    format: String,
    rows: Vec<BillRow>,
    bad: Vec<BadRow>,
    findings: Vec<Finding>,
}

impl Read {
    fn all(mut bill: Bill) -> Self {
        let (mut rows, mut bad) = (Vec::new(), Vec::new());
        for row in &mut bill {
            match row {
                Ok(row) => rows.push(row),
                Err(row) => bad.push(row),
            }
        }
        Self { format: bill.format().to_string(), rows, bad, findings: bill.findings() }
    }

    /// The only bill in a stream of these bytes.
    fn one(reader: &Reader, bytes: impl Into<Vec<u8>>) -> Self {
        let mut bills = reader.stream("test", std::io::Cursor::new(bytes.into()));
        assert_eq!(bills.len(), 1);
        Self::all(bills.remove(0).unwrap_or_else(|(_, error)| panic!("{error}")))
    }

    /// Without anything odd in it.
    fn clean(reader: &Reader, bytes: impl Into<Vec<u8>>) -> Self {
        let read = Self::one(reader, bytes);
        assert_eq!((&read.bad[..], &read.findings[..]), (&[][..], &[][..]));
        read
    }
}
