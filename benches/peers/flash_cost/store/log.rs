//! pos-journal's log, with the same raw bytes in it as the peers have. The identity of a record is its
//! sequence number, which the log implies, and its kind.

use embedded_storage::nor_flash::NorFlash;
use pos_journal::flash::Region;
use pos_journal::log::{FormatAs, Log, Maintained, Settings};

use super::tenant::Batch;
use super::{Fail, Span, Start, Store, fail};
use crate::chip::Chip;
use crate::record::Id;

/// Largest frame.
const FRAME: usize = 256;

pub struct Logged<F> {
    log: Log<F, FRAME>,
    tenant: Batch,
    has_idle_time: bool,
    keeps_room: bool,
}

pub fn make<const W: usize, const E: usize, const VERIFY: bool, const IDLE: bool>(
    chip: Chip<W, E>,
    start: Start,
) -> Result<Box<dyn Store>, Fail> {
    let bytes = chip.bytes();
    Ok(Box::new(Logged::new(chip, bytes, start, VERIFY, IDLE)?))
}

impl<F: NorFlash> Logged<F> {
    pub fn new(
        flash: F,
        bytes: usize,
        start: Start,
        verify: bool,
        has_idle_time: bool,
    ) -> Result<Self, Fail> {
        let settings = Settings { verify, quiet_ms: 0, ..Settings::new() };
        let region = Region::new(0, bytes as u32);
        let mut tenant = Batch::default();
        let log = match start {
            Start::Format => {
                Log::format(flash, region, &settings, FormatAs::live(0xBE9C), &mut tenant)
            }
            Start::Boot => Log::mount(flash, region, &settings, &mut tenant),
        };
        Ok(Logged { log: log.map_err(fail)?, tenant, has_idle_time, keeps_room: true })
    }

    /// What each payment may still need to be ended: a reversal and its acknowledgement.
    fn reserve(&self) -> u32 {
        let layout = self.log.layout();
        let one = layout.copy_bytes(32) + layout.copy_bytes(8);
        (self.tenant.open.len() as u32 + 1) * one
    }
}

impl<F: NorFlash> Store for Logged<F> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        let cost = self.log.layout().copy_bytes(payload.len());
        let checkpoint = 64 + 25 * self.tenant.open.len() as u32;
        // Refused before it begins, never in the middle.
        if self.keeps_room
            && id.kind == crate::record::INTENT
            && self.tenant.kept + cost + self.reserve() > self.log.keep_limit(checkpoint)
        {
            return Err("full".into());
        }
        let placed = self.log.append(id.kind, payload, &mut self.tenant).map_err(fail)?;
        if placed.seq != id.seq {
            return Err(format!("number {} became {}", id.seq, placed.seq));
        }
        self.tenant.apply(id, payload, placed.at, cost);
        Ok(())
    }

    fn each(&mut self, batch: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        self.log.scan_from(*batch.start(), |entry| {
            tell(Id { seq: entry.seq, kind: entry.kind }, entry.payload);
        });
        Ok(())
    }

    /// The settlement record itself says so.
    fn drop_batch(&mut self, _: Span) -> Result<(), Fail> {
        Ok(())
    }

    fn idle(&mut self) -> Result<(), Fail> {
        while self.has_idle_time
            && self.log.maintain(u64::MAX, &mut self.tenant).map_err(fail)? != Maintained::Idle
        {
        }
        Ok(())
    }

    fn lift_limit(&mut self) {
        self.keeps_room = false;
    }

    fn open(&mut self, _: Span) -> Result<Vec<u32>, Fail> {
        Ok(self.tenant.open.iter().map(|&(payment, ..)| payment).collect())
    }
}
