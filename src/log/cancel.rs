//! What a dropped future leaves. A call that changes something says when it begins and when it has ended;
//! one that never ended was cancelled, and nobody knows what of it is on the chip. The log is *poisoned*
//! then: the next call mounts it again before it does anything else, as after a power cut.
//!
//! | after a cancelled call | is |
//! |---|---|
//! | its record | there or not, as the mount finds it: one that is there may turn out so only later |
//! | what this boot had proven: erased spares, where the log ends | forgotten, and written anew as in a new boot |
//! | retired sectors | tried again |
//! | the chip, if it goes on programming | waited for: by the driver, before the first read of the mount |
//!
//! The blocking log cannot be cancelled; there all this is nothing.

use super::nor_flash::NorFlash;
#[only_async]
use super::{Broken, MountReport, is_broken};
use super::{Error, Log, Tenant, bisync, only_async, only_sync};

/// Whether a call is under way that changes something. Found set at the beginning of the next, that one
/// never came to its end.
#[only_async]
#[derive(Clone, Copy)]
pub(super) struct Call {
    under_way: bool,
}

/// No call of the blocking log ends before its end.
#[only_sync]
#[derive(Clone, Copy)]
pub(super) struct Call;

#[only_async]
pub(super) const NO_CALL: Call = Call { under_way: false };
#[only_sync]
pub(super) const NO_CALL: Call = Call;

impl Call {
    #[only_async]
    pub(super) const fn is_under_way(self) -> bool {
        self.under_way
    }

    #[only_sync]
    pub(super) const fn is_under_way(self) -> bool {
        let Call = self;
        false
    }
}

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    #[only_sync]
    #[inline(always)]
    pub(super) fn begin_call(&mut self, _: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        Ok(())
    }

    #[only_sync]
    #[inline(always)]
    pub(super) fn end_call(&mut self) {
        let Call = self.call;
    }

    #[only_async]
    pub(super) async fn begin_call(
        &mut self,
        tenant: &mut impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        self.recover(tenant).await?;
        self.call.under_way = true;
        Ok(())
    }

    #[only_async]
    pub(super) fn end_call(&mut self) {
        self.call.under_way = false;
    }

    /// Whether a call was cancelled and the log not mounted since. What it says without reading is from
    /// before that call then, or nothing at all if mounting failed.
    #[only_async]
    pub fn is_poisoned(&self) -> bool {
        self.call.under_way
    }

    /// Mounts again if a call was cancelled. Every call that is given the tenant does this first; those that
    /// only read tell what was before the cancelled call. Writes nothing; if it is cancelled or fails, the
    /// next call tries it again.
    ///
    /// # Errors
    /// As [`mount`](Self::mount).
    #[only_async]
    pub async fn recover(&mut self, tenant: &mut impl Tenant) -> Result<(), Error<F::Error>> {
        if !self.call.under_way || is_broken(Broken::GoOnAfterCancel) {
            return Ok(());
        }
        self.forget();
        self.find(tenant).await?;
        self.call.under_way = false;
        Ok(())
    }

    /// Back to what is known before a mount. Each field is named, so that a new one is not left out.
    #[only_async]
    fn forget(&mut self) {
        let Log {
            medium,
            verify: _,
            quiet_ms: _,
            mode: _,
            epoch,
            end,
            last_end,
            touched,
            next_seq,
            clean,
            provisional,
            needs_without,
            spares,
            prev_epoch,
            suspect,
            headed,
            sealed,
            closed,
            unused,
            leave,
            failed,
            marked,
            unwritten,
            told,
            carrying,
            read_only,
            report,
            call: _,
            buf: _,
            last: _,
        } = self;
        medium.unreadable = false;
        (*epoch, *end, *last_end, *touched, *next_seq) = (0, 0, 0, 0, 0);
        (*prev_epoch, *needs_without, *headed, *marked) = (0, 0, 0, 0);
        (*clean, *closed, *leave, *failed) = (false, false, false, false);
        *sealed = true;
        (*provisional, *suspect, *unused, *carrying, *read_only) = (None, None, None, None, None);
        spares.clear();
        unwritten.clear();
        *told = 0;
        *report = MountReport::default();
    }
}
