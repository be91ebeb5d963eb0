//! Stores in files, and what the system was asked for.

mod count;
mod floor;
mod ours;
mod redb;
mod sqlite;

use std::path::Path;

use crate::store::{FLOOR, Fail, JOURNAL, LOG, Store};

pub use count::{syncs, written};

/// Whether there is anything in the directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    New,
    Again,
}

pub type Open = fn(&Path, Opened) -> Result<Box<dyn Store>, Fail>;

pub struct Entrant {
    pub name: &'static str,
    pub open: Open,
}

pub fn entrants() -> Vec<Entrant> {
    let entrant = |name, open| Entrant { name, open };
    vec![
        entrant(LOG, ours::log),
        entrant(JOURNAL, ours::journal),
        entrant("SQLite, WAL, FULL", sqlite::wal),
        entrant("SQLite, DELETE, FULL", sqlite::delete),
        entrant("redb", redb::open),
        entrant(FLOOR, floor::open),
    ]
}
