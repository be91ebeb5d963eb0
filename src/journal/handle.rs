//! The journal as firmware holds it.

use super::nor_flash::NorFlash;

use super::logs::Log;
use super::{Error, Pace, State, bisync, room};
use crate::flash::Region;
use crate::ledger::profile::Profile;
use crate::ledger::{Change, Ledger, Placed};
use crate::log::{self, FormatAs, Layout, Maintained, Mode, MountReport, Settings, Space};
use crate::record::{MAX_RECORD, Place, Record, Seq};

/// The journal of a terminal, on a region of flash.
///
/// `ITEMS` payments can be open at a time (at most 48), over `BOOKS` books; frames have at most
/// `FRAME` bytes. All memory is in the value itself. The sector size that
/// [`settings`](Self::settings) chooses depends on these numbers: firmware that changes them names
/// the old size in [`Settings`], or its journal no longer mounts.
///
/// ```
/// use pos_journal::flash::{RamFlash, Region};
/// use pos_journal::journal::Journal;
/// use pos_journal::log::{FormatAs, Settings};
/// use pos_journal::record::TransactionKind;
///
/// let mut memory = [0u8; 32 * 1024];
/// let mut programmed = [0u8; RamFlash::<&mut [u8], 8, 4096>::bitmap_bytes(32 * 1024)];
/// let chip = RamFlash::<&mut [u8], 8, 4096>::new(&mut memory, &mut programmed).unwrap();
/// let region = Region::new(0, 32 * 1024);
/// let journal: Journal<_> =
///     Journal::format(chip, region, &Settings::new(), FormatAs::live(0x5EED)).unwrap();
/// assert!(journal.may_start(0, TransactionKind::Sale).is_ok());
/// ```
#[cfg_attr(any(test, feature = "sim"), derive(Clone))]
pub struct Journal<F, const ITEMS: usize = 16, const BOOKS: usize = 4, const FRAME: usize = 256> {
    pub(super) log: Log<F, FRAME>,
    pub(super) state: State<ITEMS, BOOKS>,
    pub(super) profiles: [&'static Profile; BOOKS],
    pub(super) pace: Pace<ITEMS, BOOKS>,
    /// Places that a search could not read since [`Journal::watched`] began, and the first number that
    /// is of interest.
    pub(super) unread: (u32, Seq),
}

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Frames must hold every record.
    const FRAME_HOLDS_RECORDS: () =
        assert!(log::max_payload(FRAME) >= MAX_RECORD, "FRAME is too small for the records");
    /// So many records the log can move in one reclaim, and each open payment may stand on one.
    const ITEMS_CAN_MOVE: () = assert!(ITEMS <= 48, "ITEMS is more than a reclaim can move");
    /// A record names its book in one byte.
    const BOOKS_HAVE_NUMBERS: () = assert!(BOOKS <= 255, "BOOKS is more than a byte can name");

    /// The settings with the sector size chosen so that the largest checkpoint takes at most a
    /// quarter of a sector, if it was left open.
    ///
    /// The host tool needs these to read nothing: the region records them.
    pub fn settings(settings: &Settings) -> Settings {
        Self::settings_on(F::ERASE_SIZE as u32, settings)
    }

    /// As [`settings`](Self::settings), on a chip whose erase block is known at run time only.
    pub(crate) fn settings_on(erase: u32, settings: &Settings) -> Settings {
        let () = Self::FRAME_HOLDS_RECORDS;
        let () = Self::ITEMS_CAN_MOVE;
        let () = Self::BOOKS_HAVE_NUMBERS;
        let checkpoint = room::checkpoint_bytes::<ITEMS, BOOKS, FRAME>();
        let sector_bytes = match settings.sector_bytes {
            0 => room::sector_bytes(checkpoint, erase, FRAME),
            bytes => bytes,
        };
        Settings { sector_bytes, ..*settings }
    }

    /// Erases the region and makes an empty journal of it.
    ///
    /// # Errors
    /// A journal that still owes something is in the region, or one that cannot be read or not be
    /// written with these settings and so may owe something (use
    /// [`format_and_lose`](Self::format_and_lose) where losing that is meant); the region holds
    /// something else, the settings do not fit, or the flash failed.
    pub async fn format(
        flash: F,
        region: Region,
        settings: &Settings,
        how: FormatAs,
    ) -> Result<Self, Error<F::Error>> {
        let flash = Self::owes_nothing(flash, region, settings).await?;
        Self::format_and_lose(flash, region, settings, how).await
    }

    /// The flash, where no journal in it owes anything. In a frame of its own: the old journal is gone
    /// when the new one is made.
    #[inline(never)]
    async fn owes_nothing(
        flash: F,
        region: Region,
        settings: &Settings,
    ) -> Result<F, Error<F::Error>> {
        let layout = Self::layout_on(&flash, region, settings)?;
        let mut old = Self::unread(flash, region, settings, layout);
        match old.find().await {
            Ok(()) => old.refuse_if_owing()?,
            // What is no journal owes nothing; whether it may be erased is the log's question.
            Err(Error::Log(
                log::Error::Blank | log::Error::Foreign | log::Error::FormatInterrupted,
            )) => {}
            // A journal that cannot be read, with these settings or at all, may owe anything.
            Err(error) => return Err(error),
        }
        Ok(old.into_flash())
    }

    /// As [`format`](Self::format), whatever the old journal still owes. What was owed is lost: a
    /// customer may stay charged for nothing.
    ///
    /// # Errors
    /// The region holds something that is no journal, the settings do not fit, or the flash failed.
    #[inline(never)]
    pub async fn format_and_lose(
        flash: F,
        region: Region,
        settings: &Settings,
        how: FormatAs,
    ) -> Result<Self, Error<F::Error>> {
        match Self::layout_on(&flash, region, settings) {
            Ok(layout) => Self::format_with(flash, region, settings, layout, how).await,
            Err(error) => Err(error),
        }
    }

    /// The journal is built where the caller wants it: one that is moved is on the stack twice.
    #[inline(never)]
    async fn format_with(
        flash: F,
        region: Region,
        settings: &Settings,
        layout: Layout,
        how: FormatAs,
    ) -> Result<Self, Error<F::Error>> {
        let mut made = Ok(Self::unread(flash, region, settings, layout));
        if let Ok(journal) = &mut made
            && let Err(error) = journal.make(how).await
        {
            made = Err(error);
        }
        made
    }

    /// Finds the journal in a region. Writes nothing.
    ///
    /// Look at [`report`](Self::report) afterwards; then do what is [`due`](Self::due).
    ///
    /// # Errors
    /// See [`log::Error`]: none of them changes the flash.
    pub async fn mount(
        flash: F,
        region: Region,
        settings: &Settings,
    ) -> Result<Self, Error<F::Error>> {
        match Self::layout_on(&flash, region, settings) {
            Ok(layout) => Self::mount_with(flash, region, settings, layout).await,
            Err(error) => Err(error),
        }
    }

    #[inline(never)]
    async fn mount_with(
        flash: F,
        region: Region,
        settings: &Settings,
        layout: Layout,
    ) -> Result<Self, Error<F::Error>> {
        let mut made = Ok(Self::unread(flash, region, settings, layout));
        if let Ok(journal) = &mut made
            && let Err(error) = journal.find().await
        {
            made = Err(error);
        }
        made
    }

    fn layout_on(
        flash: &F,
        region: Region,
        settings: &Settings,
    ) -> Result<Layout, Error<F::Error>> {
        Ok(Log::<F, FRAME>::layout_on(flash, region, &Self::settings(settings))?)
    }

    /// A journal that has looked at nothing yet.
    #[inline(never)]
    fn unread(flash: F, region: Region, settings: &Settings, layout: Layout) -> Self {
        Journal {
            log: Log::unread(flash, region, settings, layout),
            state: State::new(),
            profiles: [&Profile::PLAIN; BOOKS],
            unread: (0, Seq(0)),
            pace: Pace::new(),
        }
    }

    #[inline(never)]
    async fn make(&mut self, how: FormatAs) -> Result<(), Error<F::Error>> {
        self.log.make(how, &mut self.state).await?;
        self.has_room_for_checkpoint()
    }

    #[inline(never)]
    async fn find(&mut self) -> Result<(), Error<F::Error>> {
        self.log.find(&mut self.state).await?;
        self.found()
    }

    /// What a mount has read is looked at.
    pub(super) fn found(&mut self) -> Result<(), Error<F::Error>> {
        if let Some(kind) = self.state.unknown_critical {
            self.log.set_read_only(log::ReadOnly::UnknownCritical(kind));
        }
        self.state.ledger.boot();
        self.has_room_for_checkpoint()
    }

    fn has_room_for_checkpoint(&self) -> Result<(), Error<F::Error>> {
        let checkpoint = room::checkpoint_bytes::<ITEMS, BOOKS, FRAME>();
        if self.log.layout().sector_bytes() / 2 < checkpoint {
            return Err(Error::Log(log::Error::CheckpointTooLarge));
        }
        Ok(())
    }

    /// What the mount found: a torn tail, losses, damage.
    pub fn report(&self) -> &MountReport {
        self.log.report()
    }

    /// Records at mount that this version does not know, or that the ledger could make nothing of.
    /// Where one of them is of a payment for which this firmware has no book or no room, the journal
    /// is read-only.
    pub fn skipped_records(&self) -> u32 {
        self.state.skipped
    }

    /// Live, test or training.
    pub fn mode(&self) -> Mode {
        self.log.mode()
    }

    /// The rules and their state, to look at. Right after a mount it holds what the last record says
    /// although that may yet turn out never to have happened; [`due`](Self::due),
    /// [`status`](Self::status), [`last`](Self::last) and [`receipt`](Self::receipt) see to that
    /// first.
    pub fn ledger(&self) -> &Ledger<ITEMS, BOOKS> {
        &self.state.ledger
    }

    /// The log beneath.
    pub fn log(&self) -> &Log<F, FRAME> {
        &self.log
    }

    /// The flash, to change its settings.
    pub fn flash_mut(&mut self) -> &mut F {
        self.log.flash_mut()
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.log.into_flash()
    }

    /// One bounded step of idle work; see [`Log::maintain`](crate::log::Log::maintain).
    ///
    /// # Errors
    /// The flash failed, or the journal is read-only.
    pub async fn maintain(&mut self, uptime_ms: u64) -> Result<Maintained, Error<F::Error>> {
        self.awake().await?;
        Ok(self.log.maintain(uptime_ms, &mut self.state).await?)
    }

    /// How many typical records fit before an append has to erase.
    pub fn space(&self) -> Space {
        self.log.space(room::TYPICAL_RECORD)
    }

    /// Makes what the mount found durable: until then the last record may turn out never to have
    /// happened, and nothing may be done because of it. Every other call does this itself where it
    /// matters; a terminal that shows or prints from [`ledger`](Self::ledger) calls it first. Does
    /// nothing the second time.
    ///
    /// # Errors
    /// The flash failed, or the journal is read-only.
    pub async fn confirm(&mut self) -> Result<(), Error<F::Error>> {
        self.awake().await?;
        Ok(self.log.confirm(&mut self.state).await?)
    }

    /// Writes a record that is legal now, and nothing otherwise.
    pub(super) async fn write(
        &mut self,
        record: &Record,
    ) -> Result<(Seq, Change), Error<F::Error>> {
        if !self.log.is_confirmed() {
            // What is refused writes nothing. A loss that is written down here may change what is legal,
            // so it is asked again behind it.
            self.state.ledger.check_live(record)?;
            self.confirm().await?;
        }
        self.state.ledger.check_live(record)?;
        let mut buf = [0; MAX_RECORD];
        let payload = record.encode(&mut buf).map_err(|_| Error::TooLarge)?;
        let unwritten =
            matches!(record, Record::Attempt(_)) && log::is_broken(log::Broken::AttemptAfterSend);
        let placed = match unwritten {
            true => log::Placed { seq: self.log.next_seq(), at: 0, bytes: 0 },
            false => self.log.append(record.kind(), payload, &mut self.state).await?,
        };
        let at = Placed {
            seq: Seq(placed.seq),
            place: Place(placed.at),
            cost: self.log.layout().copy_bytes(payload.len()),
        };
        let change = self.state.ledger.apply(at, record)?;
        Ok((at.seq, change))
    }
}
