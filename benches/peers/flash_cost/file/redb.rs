//! redb: one write transaction for each record, durable at once, which is its default.

use std::path::Path;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::Opened;
use crate::record::Id;
use crate::store::{Fail, Span, Store, fail};

const LOG: TableDefinition<'_, u32, (u8, &[u8])> = TableDefinition::new("log");

struct Redb(Database);

pub fn open(dir: &Path, _: Opened) -> Result<Box<dyn Store>, Fail> {
    Ok(Box::new(Redb(Database::create(dir.join("redb")).map_err(fail)?)))
}

impl Store for Redb {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        let transaction = self.0.begin_write().map_err(fail)?;
        let mut table = transaction.open_table(LOG).map_err(fail)?;
        table.insert(id.seq, (id.kind, payload)).map_err(fail)?;
        drop(table);
        transaction.commit().map_err(fail)
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        let transaction = self.0.begin_read().map_err(fail)?;
        let table = transaction.open_table(LOG).map_err(fail)?;
        for entry in table.iter().map_err(fail)? {
            let (seq, record) = entry.map_err(fail)?;
            let (kind, payload) = record.value();
            tell(Id { seq: seq.value(), kind }, payload);
        }
        Ok(())
    }

    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail> {
        let transaction = self.0.begin_write().map_err(fail)?;
        let mut table = transaction.open_table(LOG).map_err(fail)?;
        table.retain_in(..=*batch.end(), |_, _| false).map_err(fail)?;
        drop(table);
        transaction.commit().map_err(fail)
    }
}
