//! Making a log of a region, and finding the one that is in it: a mount writes nothing.

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::cancel::NO_CALL;
use super::format::{ERASED, Mode, NoHeader, SectorHeader, Shape};
use super::layout::{BadShape, Layout};
use super::medium::Medium;
use super::report::MountReport;
use super::settings::{Chip, FormatAs, Settings};
use super::tenant::Tenant;
use super::{Error, Log, Spare, bisync};
use crate::flash::Region;

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Erases the region and makes an empty log of it, with `tenant` (empty too) as its first
    /// checkpoint.
    ///
    /// This is the only call that destroys anything, and no other call makes it.
    ///
    /// # Errors
    /// [`Error::Foreign`] when the region holds something that is neither erased nor a journal and
    /// `how` does not allow that; [`Error::Shape`]; or the flash failed.
    pub async fn format(
        flash: F,
        region: Region,
        settings: &Settings,
        how: FormatAs,
        tenant: &mut impl Tenant,
    ) -> Result<Self, Error<F::Error>> {
        let mut made = Self::layout_on(&flash, region, settings)
            .map(|layout| Self::unread(flash, region, settings, layout));
        // In its place: a log that is moved is on the stack twice.
        if let Ok(log) = &mut made
            && let Err(error) = log.make(how, tenant).await
        {
            made = Err(error);
        }
        made
    }

    /// Makes an empty log of a region at which this one has not looked yet.
    pub(crate) async fn make(
        &mut self,
        how: FormatAs,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        if !how.over_foreign && self.holds_foreign().await {
            return Err(Error::Foreign);
        }
        self.medium.format_id = how.format_id;
        self.mode = how.mode;
        tenant.reset();
        // Sector 0 says that a format is under way until the log has begun in sector 1.
        let layout = self.medium.layout;
        let shape = layout.shape();
        let (format_id, mode) = (how.format_id, how.mode);
        let mark = SectorHeader { shape, format_id, epoch: 0, wear: 1, mode, formatting: true };
        for sector in 0..layout.sectors() {
            self.medium.erase(sector, true).await.map_err(super::append::error_of)?;
            if sector == 0 {
                self.medium.write_header(0, &mark, true).await.map_err(super::append::error_of)?;
            }
        }
        let _ = self.spares.push(Spare { sector: 1, ready: None });
        if layout.sectors() > 2 {
            let _ = self.spares.push(Spare { sector: 2, ready: None });
        }
        self.next_seq = 1;
        self.open_next(tenant).await?;
        // There is nothing that it was opened from.
        self.sealed = true;
        Ok(())
    }

    /// Finds the log in a region and replays it into `tenant`. Writes nothing.
    ///
    /// # Errors
    /// See [`Error`]; none of them changes the flash.
    pub async fn mount(
        flash: F,
        region: Region,
        settings: &Settings,
        tenant: &mut impl Tenant,
    ) -> Result<Self, Error<F::Error>> {
        let mut made = Self::layout_on(&flash, region, settings)
            .map(|layout| Self::unread(flash, region, settings, layout));
        if let Ok(log) = &mut made
            && let Err(error) = log.find(tenant).await
        {
            made = Err(error);
        }
        made
    }

    /// Finds what is in a region at which this log has not looked yet.
    pub(crate) async fn find(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        let header = self.any_header().await?;
        let configured = self.medium.layout.shape();
        // A journal of before there were marks has no room for them, and needs none to be read.
        let tail_bytes = header.shape.tail_bytes;
        if header.shape != (Shape { tail_bytes, ..configured }) {
            return Err(Error::OtherShape { recorded: header.shape, configured });
        }
        self.medium.layout = Layout::new(header.shape, F::ERASE_SIZE as u32)?;
        self.medium.format_id = header.format_id;
        self.mode = header.mode;
        self.find_and_replay(header.formatting, tenant).await
    }

    /// How a region is divided, if it lies on the chip and the settings go with both.
    pub(crate) fn layout_on(
        flash: &F,
        region: Region,
        settings: &Settings,
    ) -> Result<Layout, Error<F::Error>> {
        let chip = Chip {
            write: F::WRITE_SIZE as u32,
            read: F::READ_SIZE as u32,
            erase: F::ERASE_SIZE as u32,
        };
        let layout: Layout = settings.layout_at(chip, region, FRAME)?;
        if u64::from(region.start()) + u64::from(layout.region_bytes()) > flash.capacity() as u64 {
            return Err(Error::Shape(BadShape::Region));
        }
        Ok(layout)
    }

    /// A log that has looked at nothing yet.
    pub(crate) fn unread(flash: F, region: Region, settings: &Settings, layout: Layout) -> Self {
        Log {
            medium: Medium {
                flash,
                start: region.start(),
                layout,
                format_id: 0,
                unreadable: false,
            },
            verify: settings.verify,
            quiet_ms: settings.quiet_ms,
            mode: Mode::Live,
            epoch: 0,
            end: 0,
            last_end: 0,
            touched: 0,
            next_seq: 0,
            clean: false,
            provisional: None,
            needs_without: 0,
            spares: Vec::new(),
            prev_epoch: 0,
            suspect: None,
            headed: 0,
            sealed: true,
            closed: false,
            unused: None,
            leave: false,
            failed: false,
            marked: 0,
            unwritten: Vec::new(),
            told: 0,
            carrying: None,
            read_only: None,
            report: MountReport::default(),
            call: NO_CALL,
            buf: [ERASED; FRAME],
            last: [ERASED; FRAME],
        }
    }

    /// Whether anything but erased bytes and a journal is in the region. What an interrupted erase
    /// left of a journal is not foreign, as long as any header is there.
    async fn holds_foreign(&mut self) -> bool {
        let layout = self.medium.layout;
        match self.any_header().await {
            Ok(_) | Err(Error::NoCheckpoint) => false,
            Err(Error::Blank) => {
                for sector in 0..layout.sectors() {
                    if !self.medium.is_blank(sector, 0, layout.sector_bytes()).await {
                        return true;
                    }
                }
                false
            }
            Err(_) => true,
        }
    }

    /// A valid header, preferably the first; or what is in its place.
    async fn any_header(&mut self) -> Result<SectorHeader, Error<F::Error>> {
        let mut foreign = false;
        let mut damaged = false;
        let mut version = None;
        for sector in 0..self.medium.layout.sectors() {
            match self.medium.header(sector).await {
                Ok(header) => return Ok(header),
                Err(NoHeader::Version(v)) => version = Some(v),
                Err(NoHeader::Foreign) => foreign = true,
                Err(NoHeader::Damaged) => damaged = true,
                Err(NoHeader::Blank) => {}
            }
        }
        Err(match (version, damaged, foreign) {
            (Some(version), ..) => Error::Version(version),
            (None, true, _) => Error::NoCheckpoint,
            (None, false, true) => Error::Foreign,
            (None, false, false) => Error::Blank,
        })
    }
}
