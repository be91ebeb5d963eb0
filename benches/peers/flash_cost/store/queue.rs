//! sequential-storage's queue. What leaves it leaves in order: at settlement everything up to the
//! settlement record is popped.

use sequential_storage::cache::page_pointers::HeapPagePointers;
use sequential_storage::cache::page_states::HeapPageStates;
use sequential_storage::cache::{Cache, CacheImpl, Uncached};
use sequential_storage::queue::{QueueConfig, QueueStorage};

use super::{Fail, Span, Start, Store, fail};
use crate::chip::Chip;
use crate::record::{Id, LARGEST};
use crate::wait;

struct Queue<const W: usize, const E: usize, C: CacheImpl<()>>(QueueStorage<Chip<W, E>, C>);

/// With everything cached that a queue can have cached.
pub fn cached<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    _: Start,
) -> Result<Box<dyn Store>, Fail> {
    let pages = chip.bytes() / E;
    let cache = Cache::new(HeapPageStates::new(pages), HeapPagePointers::new(pages), Uncached);
    Ok(Box::new(queue(chip, cache)?))
}

pub fn uncached<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    _: Start,
) -> Result<Box<dyn Store>, Fail> {
    Ok(Box::new(queue(chip, Cache::new_uncached())?))
}

fn queue<const W: usize, const E: usize, C: CacheImpl<()>>(
    chip: Chip<W, E>,
    cache: C,
) -> Result<Queue<W, E, C>, Fail> {
    let config = QueueConfig::try_new(0..chip.bytes() as u32).map_err(fail)?;
    Ok(Queue(QueueStorage::new(chip, config, cache)))
}

impl<const W: usize, const E: usize, C: CacheImpl<()>> Store for Queue<W, E, C> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        let mut bytes = [0; 5 + LARGEST];
        bytes[..5].copy_from_slice(&id.bytes());
        bytes[5..5 + payload.len()].copy_from_slice(payload);
        wait::now(self.0.push(&bytes[..5 + payload.len()], false)).map_err(fail)
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        wait::now(async {
            let mut buf = [0; 128];
            let mut items = self.0.iter().await.map_err(fail)?;
            while let Some(item) = items.next(&mut buf).await.map_err(fail)? {
                let (id, payload) = item.split_at(5);
                tell(Id::of(id).ok_or("no identity")?, payload);
            }
            Ok(())
        })
    }

    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail> {
        wait::now(async {
            let mut buf = [0; 128];
            let mut items = self.0.iter().await.map_err(fail)?;
            while let Some(item) = items.next(&mut buf).await.map_err(fail)? {
                let id = Id::of(&item).ok_or("no identity")?;
                if id.seq > *batch.end() {
                    break;
                }
                item.pop().await.map_err(fail)?;
            }
            Ok(())
        })
    }
}
