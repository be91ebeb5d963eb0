//! A call whose future was dropped: the next one mounts the journal again, as after a power cut.
//!
//! | after a cancelled call | is |
//! |---|---|
//! | what it was to write | on record as a whole or not at all: [`due`](Journal::due), [`last`](Journal::last) and [`status`](Journal::status) tell |
//! | a payment that waited for its answer | owed its reversal, as after a start: its approval comes too late |
//! | waits and questions counted since the start | begun anew |
//! | the profiles | kept |
//!
//! The blocking journal cannot be cancelled; there all this is nothing.

use super::nor_flash::NorFlash;
use super::{Error, Journal, bisync, only_async, only_sync};
#[only_async]
use super::{Pace, log};
#[only_async]
use crate::record::Seq;

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    #[only_sync]
    #[inline(always)]
    pub(super) fn awake(&mut self) -> Result<(), Error<F::Error>> {
        Ok(())
    }

    #[only_sync]
    #[inline(always)]
    pub(super) fn refuse_if_poisoned(&self) -> Result<(), Error<F::Error>> {
        Ok(())
    }

    /// The first thing in every call that reads the flash: what is decided afterwards is decided on what is
    /// there.
    #[only_async]
    #[inline]
    pub(super) async fn awake(&mut self) -> Result<(), Error<F::Error>> {
        match self.log.is_poisoned() {
            true => self.recover().await,
            false => Ok(()),
        }
    }

    #[only_async]
    pub(super) fn refuse_if_poisoned(&self) -> Result<(), Error<F::Error>> {
        match self.log.is_poisoned() {
            true => Err(Error::Log(log::Error::Cancelled)),
            false => Ok(()),
        }
    }

    /// Whether a call was cancelled and the journal not mounted since. What is said without reading the flash
    /// is from before that call then, or nothing at all if mounting failed.
    #[only_async]
    pub fn is_poisoned(&self) -> bool {
        self.log.is_poisoned()
    }

    /// Mounts again if a call was cancelled, and writes nothing. Every call that may read the flash does this
    /// first, so it need not be called; [`report`](Self::report) tells afterwards what was found.
    ///
    /// # Errors
    /// As [`mount`](Self::mount). The next call tries it again.
    #[only_async]
    pub async fn recover(&mut self) -> Result<(), Error<F::Error>> {
        if !self.log.is_poisoned() {
            return Ok(());
        }
        self.log.recover(&mut self.state).await?;
        self.pace = Pace::new();
        self.unread = (0, Seq(0));
        self.found()
    }
}
