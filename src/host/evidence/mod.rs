//! `pos-journal evidence IMAGE TXN -o DIR`: all that a terminal can say about one payment, as files to
//! hand over in a dispute.
//!
//! | file of the bundle | what | made in |
//! |---|---|---|
//! | `statement-en.txt`, `statement-zh.txt`, `statement.html` | one page for people | `statement`, `text`, `html` |
//! | `records-en.txt`, `records-zh.txt`, `records.json` | its records | `records` |
//! | `frames.txt`, `frames.json`, `frames/*.bin` | the same, byte for byte | `frames` |
//! | `explain.json` | what `explain` says | `bundle` |
//! | `verification.json` | what `verify` says of the whole image | `bundle` |
//! | `bill.json` | what a bill says, where one was compared | `bill` |
//! | `SHA256SUMS` | of the files above | `bundle` |
//!
//! The same image, payment and time give the same bundle, byte for byte.

mod bill;
mod bundle;
mod case;
mod command;
mod frames;
mod html;
mod records;
mod statement;
mod text;
mod words;

pub use bundle::{Bundle, bundle};
pub use case::Source;
pub use command::{EvidenceArgs, run};
