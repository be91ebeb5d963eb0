//! SQLite: a table whose key is the record's number, one transaction for each record.

use std::path::Path;

use rusqlite::{Connection, params};

use super::Opened;
use crate::record::Id;
use crate::store::{Fail, Span, Store, fail};

struct Sqlite(Connection);

pub fn wal(dir: &Path, opened: Opened) -> Result<Box<dyn Store>, Fail> {
    open(dir, opened, "WAL")
}

pub fn delete(dir: &Path, opened: Opened) -> Result<Box<dyn Store>, Fail> {
    open(dir, opened, "DELETE")
}

fn open(dir: &Path, opened: Opened, mode: &str) -> Result<Box<dyn Store>, Fail> {
    let connection = Connection::open(dir.join(mode)).map_err(fail)?;
    connection.pragma_update(None, "journal_mode", mode).map_err(fail)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(fail)?;
    if opened == Opened::New {
        let table = "CREATE TABLE log (seq INTEGER PRIMARY KEY, kind INTEGER, payload BLOB)";
        connection.execute(table, ()).map_err(fail)?;
    }
    Ok(Box::new(Sqlite(connection)))
}

impl Store for Sqlite {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        let insert = "INSERT INTO log VALUES (?1, ?2, ?3)";
        let mut insert = self.0.prepare_cached(insert).map_err(fail)?;
        insert.execute(params![id.seq, id.kind, payload]).map(drop).map_err(fail)
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        let mut select = self.0.prepare("SELECT seq, kind, payload FROM log").map_err(fail)?;
        let mut rows = select.query(()).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let id = Id { seq: row.get(0).map_err(fail)?, kind: row.get(1).map_err(fail)? };
            let payload: Vec<u8> = row.get(2).map_err(fail)?;
            tell(id, &payload);
        }
        Ok(())
    }

    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail> {
        let delete = "DELETE FROM log WHERE seq <= ?1";
        self.0.execute(delete, params![*batch.end()]).map(drop).map_err(fail)
    }
}
