//! How far back the log reaches without a break.

use super::nor_flash::NorFlash;

use super::event::{Event, event};
use super::walk::Walk;
use super::{Entry, Log, Reach, bisync};

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Tells the records of the sectors that were filled one after the other up to the active one,
    /// newest sector first: behind the oldest of them something has been reclaimed. What was carried is
    /// not told, for it is older, and what lay beside it is gone.
    pub async fn history(&mut self, mut tell: impl FnMut(&Entry<'_>)) -> Reach {
        let layout = self.medium.layout;
        let mut epoch = self.epoch;
        let mut sectors = 0;
        while sectors < layout.sectors() {
            let sector = layout.sector_of(epoch);
            let is_spare = self.spares.iter().any(|spare| spare.sector == sector);
            if is_spare || self.epoch_of(sector).await != Some(epoch) {
                break;
            }
            sectors += 1;
            match self.own_records(sector, epoch, &mut tell).await {
                // The first of all was opened from none.
                Some(0) => return Reach { all: true, sectors },
                Some(before) if before < epoch => epoch = before,
                _ => break,
            }
        }
        Reach { all: false, sectors }
    }

    /// Tells the records of a sector that were written into it: the epoch of the sector before it.
    async fn own_records(
        &mut self,
        sector: u32,
        epoch: u32,
        tell: &mut dyn FnMut(&Entry<'_>),
    ) -> Option<u32> {
        let layout = self.medium.layout;
        let mut before = None;
        let mut hold = [0; FRAME];
        let mut told = |event: Event<'_>| match event {
            Event::Commit { head, .. } => before = Some(head.prev_epoch),
            Event::Record { seq, kind, payload, at } => {
                let bytes = layout.copy_bytes(payload.len());
                tell(&Entry { seq, kind, payload, at, bytes, carried: false });
            }
            _ => {}
        };
        let walk =
            Walk { medium: &mut self.medium, sector, epoch, buf: &mut self.buf, hold: &mut hold };
        let walked = walk.run(&mut async |_, event| told(event)).await;
        if let Some(held) = walked.held {
            let ended = self.ended_at(sector, epoch).await;
            if ended.is_none_or(|end| held.end <= end) {
                told(event(&held, hold.get(..held.len).unwrap_or_default()));
            }
        }
        before
    }
}
