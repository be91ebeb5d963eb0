//! Idle work: sectors erased ahead, so that appends do not have to. And how much room there is.

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::carry::TWO_SPARES;
use super::format::{copy_head, kind};
use super::tenant::{Entry, Tenant};
use super::{Error, Log, Maintained, ReadOnly, Space, Spare, bisync};

/// Records carried in one step of idle work.
const CARRY_STEP: usize = 4;

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Does one bounded step of idle work: erases and heads sectors ahead, so that appends do not
    /// have to. Call it whenever the terminal has nothing to do, until it says [`Maintained::Idle`].
    ///
    /// It does nothing before the configured up-time, and nothing in a boot that has appended
    /// nothing: such a boot writes no byte.
    ///
    /// # Errors
    /// As [`append`](Self::append). A sector that fails is retired, which is no error.
    pub async fn maintain(
        &mut self,
        uptime_ms: u64,
        tenant: &mut impl Tenant,
    ) -> Result<Maintained, Error<F::Error>> {
        self.begin_call(tenant).await?;
        let done = self.maintain_now(uptime_ms, tenant).await;
        self.end_call();
        done
    }

    async fn maintain_now(
        &mut self,
        uptime_ms: u64,
        tenant: &mut impl Tenant,
    ) -> Result<Maintained, Error<F::Error>> {
        if self.read_only.is_some() || !self.clean || uptime_ms < u64::from(self.quiet_ms) {
            return Ok(Maintained::Idle);
        }
        if let Some(spare) = self.spares.iter().find(|s| s.ready.is_none()) {
            let sector = spare.sector;
            return self.erase_ahead(sector).await;
        }
        let wanted = if self.medium.layout.sectors() >= TWO_SPARES { 2 } else { 1 };
        if self.spares.len() >= wanted {
            return Ok(Maintained::Idle);
        }
        self.carry_ahead(tenant).await
    }

    /// Carries a victim's needed records into the active sector, a few at a time, and then says
    /// that it holds nothing needed.
    pub(super) async fn carry_ahead(
        &mut self,
        tenant: &mut impl Tenant,
    ) -> Result<Maintained, Error<F::Error>> {
        let newest = self.spares.last().map_or(self.sector(), |s| s.sector);
        let previous = self.medium.layout.sector_of(self.prev_epoch);
        let is_spare = |log: &Self, sector| log.spares.iter().any(|s| s.sector == sector);
        let victim = self.candidates(newest).find(|&sector| {
            // The sector before the active one holds the checkpoint that a rotten one falls back to.
            self.is_usable(sector)
                && !is_spare(self, sector)
                && sector != previous
                && sector != self.sector()
        });
        let Some(victim) = victim else { return Ok(Maintained::Idle) };
        let done = match self.carrying {
            Some((sector, upto)) if sector == victim => upto,
            _ => 0,
        };
        // All or nothing: what does not fit here is carried when the next sector is opened.
        let layout = self.medium.layout;
        let fits = |end| layout.place(end, 2).is_some();
        if done == 0 && !self.carried_end(victim, self.end, tenant).await.is_some_and(fits) {
            return Ok(Maintained::Idle);
        }
        let (records, upto) = self.carry_some(victim, done, tenant).await?;
        if records > 0 {
            self.carrying = Some((victim, upto));
            return Ok(Maintained::Carried { records });
        }
        // What is left over because the sector is full is carried when the next one is opened.
        let mut left = 0;
        let mut count = |entry: &Entry<'_>| {
            left += u32::from(entry.at > upto);
            Ok(())
        };
        self.each_needed(victim, tenant, &mut async |_, entry, _| count(entry)).await?;
        let freed = (victim as u16).to_le_bytes();
        if left > 0 || self.put_here(kind::FREED, [&freed, &[]]).await?.is_none() {
            return Ok(Maintained::Idle);
        }
        self.carrying = None;
        let _ = self.spares.push(Spare { sector: victim, ready: None });
        self.erase_ahead(victim).await
    }

    async fn erase_ahead(&mut self, sector: u32) -> Result<Maintained, Error<F::Error>> {
        self.seal().await?;
        Ok(match self.prove(sector, true).await {
            Ok(()) => Maintained::Erased { sector },
            Err(_) if self.read_only == Some(ReadOnly::MountAgain) => {
                return Err(Error::ReadOnly(ReadOnly::MountAgain));
            }
            Err(_) => {
                self.retire(sector);
                Maintained::Retired { sector }
            }
        })
    }

    /// Carries at most a few records that lie after an address: how many, and how far that was.
    pub(super) async fn carry_some(
        &mut self,
        victim: u32,
        after: u32,
        tenant: &mut impl Tenant,
    ) -> Result<(u32, u32), Error<F::Error>> {
        let mut records = 0;
        let mut upto = after;
        for _ in 0..CARRY_STEP {
            let mut payload: Vec<u8, FRAME> = Vec::new();
            let mut found = None;
            let mut take = |entry: &Entry<'_>, key| {
                if entry.at > upto && found.is_none() {
                    let _ = payload.extend_from_slice(entry.payload);
                    found = Some((copy_head(entry.seq, entry.kind), key, entry.at));
                }
                Ok(())
            };
            let mut take = async |_: &mut _, entry: &Entry<'_>, key| take(entry, key);
            self.each_needed(victim, &*tenant, &mut take).await?;
            let Some((head, key, at)) = found else { break };
            let Some(new_at) = self.put_here(kind::COPY, [&head, &payload]).await? else { break };
            if let Some(key) = key {
                tenant.moved(key, new_at);
            }
            records += 1;
            upto = at;
        }
        Ok((records, upto))
    }

    /// The most bytes (as [`Layout::copy_bytes`](crate::log::Layout::copy_bytes) counts them) that may
    /// be needed at a time, with a checkpoint of at most `checkpoint` bytes: three quarters of all
    /// sectors but the spare, or less where a sector cannot take that beside a checkpoint. Then some
    /// sector can always be reclaimed.
    pub fn keep_limit(&self, checkpoint: u32) -> u32 {
        self.medium.layout.keep_limit(checkpoint, self.report.retired.len() as u32)
    }

    /// What fits, for records of `payload` bytes.
    pub fn space(&self, payload: usize) -> Space {
        let layout = &self.medium.layout;
        let in_sector = |from: u32| {
            let mut end = from;
            let mut records = 0;
            while let Some(at) = layout.place(end, payload) {
                end = at + layout.frame_len(at, payload);
                records += 1;
            }
            records
        };
        let end = if self.clean || self.closed {
            self.end
        } else {
            (layout.anchor_at_or_after(self.touched) + 2 * layout.anchor())
                .min(layout.sector_bytes())
        };
        let ready = self.spares.iter().filter(|s| s.ready.is_some()).count() as u32;
        let opened = layout.first_frame() + layout.sector_bytes() / 4;
        Space {
            active_bytes: layout.room_end().saturating_sub(end),
            ready_sectors: ready,
            records_before_erase: in_sector(end) + ready * in_sector(opened),
        }
    }
}
