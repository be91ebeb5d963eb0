//! ekv: one write transaction for each record, one that deletes the batch. Its page size and the most
//! pages are chosen when it is built: 4,096 bytes and 512.

use ekv::config::PAGE_SIZE;
use ekv::flash::{Flash, PageID};
use ekv::{Config, Database};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;

use super::{Fail, Span, Start, Store, fail};
use crate::chip::{Chip, Refused};
use crate::record::Id;
use crate::wait;

struct Pages<const W: usize, const E: usize>(Chip<W, E>);

impl<const W: usize, const E: usize> Flash for Pages<W, E> {
    type Error = Refused;

    fn page_count(&self) -> usize {
        self.0.bytes() / E
    }

    async fn erase(&mut self, page: PageID) -> Result<(), Refused> {
        self.0.erase_at(page.index() * E, (page.index() + 1) * E)
    }

    async fn read(&mut self, page: PageID, at: usize, out: &mut [u8]) -> Result<(), Refused> {
        self.0.read_at(page.index() * E + at, out)
    }

    async fn write(&mut self, page: PageID, at: usize, bytes: &[u8]) -> Result<(), Refused> {
        self.0.program_at(page.index() * E + at, bytes)
    }
}

struct Ekv<const W: usize, const E: usize>(Database<Pages<W, E>, NoopRawMutex>);

pub fn make<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    start: Start,
) -> Result<Box<dyn Store>, Fail> {
    if W > 4 || E != PAGE_SIZE {
        return Err("takes units of at most 4 bytes".into());
    }
    let database = Database::new(Pages(chip), Config::default());
    match start {
        Start::Format => wait::now(database.format()).map_err(fail)?,
        Start::Boot => wait::now(database.mount()).map_err(fail)?,
    }
    Ok(Box::new(Ekv(database)))
}

impl<const W: usize, const E: usize> Store for Ekv<W, E> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        wait::now(async {
            let mut transaction = self.0.write_transaction().await;
            transaction.write(&id.bytes(), payload).await.map_err(fail)?;
            transaction.commit().await.map_err(fail)
        })
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        wait::now(async {
            let transaction = self.0.read_transaction().await;
            let mut cursor = transaction.read_all().await.map_err(fail)?;
            let (mut key, mut value) = ([0; 5], [0; 128]);
            while let Some((_, len)) = cursor.next(&mut key, &mut value).await.map_err(fail)? {
                tell(Id::of(&key).ok_or("no identity")?, &value[..len]);
            }
            Ok(())
        })
    }

    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail> {
        let mut keys = Vec::new();
        self.each(batch.clone(), &mut |id, _| keys.push(id))?;
        keys.retain(|id| id.seq <= *batch.end());
        wait::now(async {
            let mut transaction = self.0.write_transaction().await;
            for id in keys {
                transaction.delete(&id.bytes()).await.map_err(fail)?;
            }
            transaction.commit().await.map_err(fail)
        })
    }
}
