//! TicKV: a key is a hash of the identity. It cannot list what it holds, so it is told which numbers
//! to ask for, which no terminal would know.

use tickv::error_codes::ErrorCode;
use tickv::flash_controller::FlashController;
use tickv::tickv::{MAIN_KEY, TicKV};

use super::{Fail, Span, Start, Store, fail};
use crate::chip::Chip;
use crate::record::{ACK, INTENT, Id, OUTCOME, REVERSAL, SETTLED};

struct Regions<const W: usize, const E: usize>(Chip<W, E>);

impl<const W: usize, const E: usize> FlashController<E> for Regions<W, E> {
    fn read_region(&self, region: usize, out: &mut [u8; E]) -> Result<(), ErrorCode> {
        self.0.read_at(region * E, out).map_err(|_| ErrorCode::ReadFail)
    }

    fn write(&self, address: usize, bytes: &[u8]) -> Result<(), ErrorCode> {
        self.0.program_at(address, bytes).map_err(|_| ErrorCode::WriteFail)
    }

    fn erase_region(&self, region: usize) -> Result<(), ErrorCode> {
        self.0.erase_at(region * E, (region + 1) * E).map_err(|_| ErrorCode::EraseFail)
    }
}

struct Tickv<const W: usize, const E: usize> {
    store: TicKV<'static, Regions<W, E>, E>,
    /// Kept by the settlement before.
    kept: Option<Id>,
}

/// FNV-1a, mixed: only its low bits choose the region.
fn hash(bytes: &[u8]) -> u64 {
    let fnv = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    fnv ^ (fnv >> 29)
}

pub fn make<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    _: Start,
) -> Result<Box<dyn Store>, Fail> {
    if W > 1 {
        return Err("writes single bytes".into());
    }
    let bytes = chip.bytes();
    // It lends the buffer for as long as it lives; the bench ends soon.
    let buffer = Box::leak(Box::new([0; E]));
    let store = TicKV::new(Regions(chip), buffer, bytes);
    store.initialise(hash(MAIN_KEY)).map_err(fail)?;
    Ok(Box::new(Tickv { store, kept: None }))
}

impl<const W: usize, const E: usize> Store for Tickv<W, E> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        if id.kind == SETTLED {
            self.kept = Some(id);
        }
        self.store.append_key(hash(&id.bytes()), payload).map(drop).map_err(fail)
    }

    fn each(&mut self, batch: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        let mut buf = [0; 128];
        for seq in batch {
            for kind in [INTENT, OUTCOME, REVERSAL, ACK, SETTLED] {
                let id = Id { seq, kind };
                match self.store.get_key(hash(&id.bytes()), &mut buf) {
                    Ok((_, len)) => {
                        tell(id, &buf[..len]);
                        break;
                    }
                    Err(ErrorCode::KeyNotFound) => {}
                    Err(error) => return Err(fail(error)),
                }
            }
        }
        Ok(())
    }

    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail> {
        let mut keys = Vec::new();
        self.each(batch, &mut |id, _| keys.push(id))?;
        for id in keys {
            self.store.invalidate_key(hash(&id.bytes())).map_err(fail)?;
        }
        self.store.garbage_collect().map(drop).map_err(fail)
    }
}
