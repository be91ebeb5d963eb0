//! Questions: what became of a payment.

use super::nor_flash::NorFlash;

#[cfg(feature = "capi")]
use super::only_sync;
use super::story::Story;
use super::{Asked, Error, Journal, Known, Receipt, bisync};
use crate::ledger::{ItemState, PaymentStatus};
use crate::record::{Record, Reference, Seq};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// What became of the payment with this cash-register reference. Reads the whole log. A read-only
    /// journal says unknown of the payment that its last record is about.
    ///
    /// # Errors
    /// The flash failed while the last record was made durable, without which nothing may be told.
    pub async fn status(&mut self, reference: &Reference) -> Result<Asked, Error<F::Error>> {
        self.awake().await?;
        self.confirm_shown().await?;
        Ok(match self.story_by_reference(reference).await {
            // It may have been begun anew in what is lost.
            (
                Some(Story { state: ItemState::NeverSent | ItemState::Cancelled, .. }),
                places @ 1..,
            ) => Asked::Unknown { places },
            (Some(Story { item, state, .. }), _) => {
                Asked::Known(Known { item, status: self.told(item, state) })
            }
            (None, 0) => Asked::Never,
            (None, places) => Asked::Unknown { places },
        })
    }

    /// The newest payment. None: there is none, or it was closed so long ago that its records are
    /// reclaimed; a cash register asks about it by its reference then, and hears the same. Of what this
    /// names there is a [`receipt`](Self::receipt), unless the log cannot be read in places.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub async fn last(&mut self) -> Result<Option<Known>, Error<F::Error>> {
        self.awake().await?;
        self.confirm_shown().await?;
        let Some((item, state)) = self.state.ledger.last() else { return Ok(None) };
        // The ledger remembers it as long as there is none newer.
        let is_here = self.state.ledger.item(item).is_some() || self.may_be_read(item).await;
        Ok(is_here.then(|| Known { item, status: self.told(item, state) }))
    }

    /// Its records are in the log, or may be where the log cannot be read. Newest sectors first: reads
    /// one of them, or two, where it is about the newest payment.
    async fn may_be_read(&mut self, item: Seq) -> bool {
        for back in 0..self.log.layout().sectors() {
            let mut found = false;
            let look = |entry: &crate::log::Entry<'_>| {
                found |= match Record::decode(entry.kind, entry.payload) {
                    Ok(Record::Intent(_) | Record::OfflineApproved(_)) => entry.seq == item.0,
                    Ok(Record::Reopen(reopen)) => reopen.item == item,
                    _ => false,
                }
            };
            if self.log.scan_sector(back, look).await > 0 || found {
                return true;
            }
        }
        false
    }

    /// Everything that a slip of this payment needs. Reads the whole log. Call
    /// [`printed`](Self::printed) before it is printed: the next receipt is a duplicate then.
    ///
    /// # Errors
    /// As [`status`](Self::status), or the payment is not in the journal (any more).
    pub async fn receipt(&mut self, item: Seq) -> Result<Receipt, Error<F::Error>> {
        self.awake().await?;
        self.confirm_shown().await?;
        let story = self.story(item).await.ok_or(Error::NotFound { item })?;
        let approved = story.approved();
        let status = self.told(story.item, story.state);
        let Story { item, intent, outcome, confirmed, printed, .. } = story;
        let identity = match intent.identity {
            Some(index) => self.read_identity(intent.book, index).await,
            None => None,
        };
        let answered = outcome.as_ref().and_then(|outcome| outcome.emv.clone());
        let emv = match confirmed.or(answered) {
            Some(emv) => Some(emv),
            None => self.attached(item).await.and_then(|attached| attached.emv),
        };
        Ok(Receipt { item, intent, outcome, approved, status, duplicate: printed, identity, emv })
    }

    /// Every record that is still in the log, from a sequence number on; at how many places it could not
    /// be read.
    #[cfg(feature = "capi")]
    #[only_sync]
    pub(crate) async fn scan_records(
        &mut self,
        from: u32,
        tell: impl FnMut(&crate::log::Entry<'_>),
    ) -> u32 {
        self.log.scan_from(from, tell).await
    }

    /// What may be told of a state. A read-only journal cannot make the last record durable, and
    /// the next boot may not find it: what it says of its payment is not known.
    pub(super) fn told(&self, item: Seq, state: ItemState) -> PaymentStatus {
        if self.log.is_provisional() && self.state.last_item == Some(item) {
            return PaymentStatus::Unknown;
        }
        // Closed, and the record that says how has been reclaimed with its settled batch.
        if !state.is_final() && self.state.ledger.item(item).is_none() {
            return PaymentStatus::Unknown;
        }
        state.into()
    }

    /// What is shown must not turn out never to have happened.
    pub(super) async fn confirm_shown(&mut self) -> Result<(), Error<F::Error>> {
        if self.log.is_provisional() && self.log.read_only().is_none() {
            self.confirm().await?;
        }
        Ok(())
    }
}
