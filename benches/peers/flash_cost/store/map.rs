//! sequential-storage's map: the five bytes of identity are the key.

use sequential_storage::cache::Cache;
use sequential_storage::cache::key_pointers::HeapKeyPointers;
use sequential_storage::cache::page_pointers::HeapPagePointers;
use sequential_storage::cache::page_states::HeapPageStates;
use sequential_storage::map::{MapConfig, MapStorage};

use super::{Fail, Span, Start, Store, fail};
use crate::chip::Chip;
use crate::record::Id;
use crate::wait;

type Key = [u8; 5];
type Cached = Cache<HeapPageStates, HeapPagePointers, HeapKeyPointers<Key>, Key>;

struct Map<const W: usize, const E: usize> {
    map: MapStorage<Key, Chip<W, E>, Cached>,
    buf: [u8; 128],
}

/// Keys whose places are cached.
const KEYS: usize = 16;

pub fn make<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    _: Start,
) -> Result<Box<dyn Store>, Fail> {
    let pages = chip.bytes() / E;
    let config = MapConfig::try_new(0..chip.bytes() as u32).map_err(fail)?;
    let cache = Cache::new(
        HeapPageStates::new(pages),
        HeapPagePointers::new(pages),
        HeapKeyPointers::new(KEYS),
    );
    Ok(Box::new(Map { map: MapStorage::new(chip, config, cache), buf: [0; 128] }))
}

impl<const W: usize, const E: usize> Store for Map<W, E> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        wait::now(self.map.store_item(&mut self.buf, &id.bytes(), &payload)).map_err(fail)
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        wait::now(async {
            let mut items = self.map.fetch_all_items(&mut self.buf).await.map_err(fail)?;
            let mut buf = [0; 128];
            while let Some((key, value)) = items.next::<&[u8]>(&mut buf).await.map_err(fail)? {
                tell(Id::of(&key).ok_or("no identity")?, value);
            }
            Ok(())
        })
    }

    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail> {
        let mut keys = Vec::new();
        self.each(batch.clone(), &mut |id, _| keys.push(id))?;
        keys.retain(|id| id.seq <= *batch.end());
        for id in keys {
            wait::now(self.map.remove_item(&mut self.buf, &id.bytes())).map_err(fail)?;
        }
        Ok(())
    }
}
