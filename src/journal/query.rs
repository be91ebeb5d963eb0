//! Questions: what became of a payment.

use embedded_storage::nor_flash::NorFlash;

use super::story::Story;
use super::{Error, Journal};
use crate::ledger::{ItemState, PaymentStatus};
use crate::record::{Amount, Emv, Identity, Intent, Outcome, Record, Reference, Seq};

/// A payment that the journal knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The payment.
    pub item: Seq,
    /// What may be told.
    pub status: PaymentStatus,
}

/// What became of a payment that the cash register names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is here.
    Known(Known),
    /// It was never started, or closed so long ago that its records are reclaimed.
    Never,
    /// It is not found, and may be among records that are lost or cannot be read: unknown, and never
    /// to be told as not started.
    Unknown {
        /// Places in the log at which something is missing or unreadable.
        places: u32,
    },
}

impl Asked {
    /// The payment, where it is known.
    #[must_use]
    pub const fn known(self) -> Option<Known> {
        match self {
            Self::Known(known) => Some(known),
            _ => None,
        }
    }

    /// The word for the register.
    #[must_use]
    pub const fn status(self) -> PaymentStatus {
        match self {
            Self::Known(known) => known.status,
            Self::Never => PaymentStatus::NeverStarted,
            Self::Unknown { .. } => PaymentStatus::Unknown,
        }
    }
}

/// What a slip needs. Tip, cash-back, instalments and the foreign amount are in the intent, RRN and
/// authorization code in the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The payment.
    pub item: Seq,
    /// What was sent.
    pub intent: Intent,
    /// What was answered.
    pub outcome: Option<Outcome>,
    /// The amount that was approved.
    pub approved: Amount,
    /// What may be told.
    pub status: PaymentStatus,
    /// A slip was printed before: this one says that it is a duplicate.
    pub duplicate: bool,
    /// Terminal and merchant id under which it was sent, where they are recorded.
    pub identity: Option<Identity>,
    /// Chip data of after the second GENERATE AC; else of the answer, else what was attached.
    pub emv: Option<Emv>,
}

impl Receipt {
    /// The value of a chip data tag: 4F or 84 (AID), 9F26 (TC), 95 (TVR), 9F34 (CVM results).
    #[must_use]
    pub fn tag(&self, tag: u32) -> Option<&[u8]> {
        self.emv.as_ref()?.tag(tag)
    }
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// What became of the payment with this cash-register reference. Reads the whole log. A read-only
    /// journal says unknown of the payment that its last record is about.
    ///
    /// # Errors
    /// The flash failed while the last record was made durable, without which nothing may be told.
    pub fn status(&mut self, reference: &Reference) -> Result<Asked, Error<F::Error>> {
        self.confirm_shown()?;
        Ok(match self.story_by_reference(reference) {
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
    pub fn last(&mut self) -> Result<Option<Known>, Error<F::Error>> {
        self.confirm_shown()?;
        let Some((item, state)) = self.state.ledger.last() else { return Ok(None) };
        // The ledger remembers it as long as there is none newer.
        let is_here = self.state.ledger.item(item).is_some() || self.may_be_read(item);
        Ok(is_here.then(|| Known { item, status: self.told(item, state) }))
    }

    /// Its records are in the log, or may be where the log cannot be read. Newest sectors first: reads
    /// one of them, or two, where it is about the newest payment.
    fn may_be_read(&mut self, item: Seq) -> bool {
        (0..self.log.layout().sectors()).any(|back| {
            let mut found = false;
            let gaps = self.log.scan_sector(back, |entry| {
                found |= match Record::decode(entry.kind, entry.payload) {
                    Ok(Record::Intent(_) | Record::OfflineApproved(_)) => entry.seq == item.0,
                    Ok(Record::Reopen(reopen)) => reopen.item == item,
                    _ => false,
                }
            });
            found || gaps > 0
        })
    }

    /// Everything that a slip of this payment needs. Reads the whole log. Call
    /// [`printed`](Self::printed) before it is printed: the next receipt is a duplicate then.
    ///
    /// # Errors
    /// As [`status`](Self::status), or the payment is not in the journal (any more).
    pub fn receipt(&mut self, item: Seq) -> Result<Receipt, Error<F::Error>> {
        self.confirm_shown()?;
        let story = self.story(item).ok_or(Error::NotFound { item })?;
        let approved = story.approved();
        let status = self.told(story.item, story.state);
        let Story { item, intent, outcome, confirmed, printed, .. } = story;
        let identity = match intent.identity {
            Some(index) => self.read_identity(intent.book, index),
            None => None,
        };
        let answered = outcome.as_ref().and_then(|outcome| outcome.emv.clone());
        let emv = match confirmed.or(answered) {
            Some(emv) => Some(emv),
            None => self.attached(item).and_then(|attached| attached.emv),
        };
        Ok(Receipt { item, intent, outcome, approved, status, duplicate: printed, identity, emv })
    }

    /// Every record that is still in the log, from a sequence number on; at how many places it could not
    /// be read.
    #[cfg(feature = "capi")]
    pub(crate) fn scan_records(
        &mut self,
        from: u32,
        tell: impl FnMut(&crate::log::Entry<'_>),
    ) -> u32 {
        self.log.scan_from(from, tell)
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
    pub(super) fn confirm_shown(&mut self) -> Result<(), Error<F::Error>> {
        if self.log.is_provisional() && self.log.read_only().is_none() {
            self.confirm()?;
        }
        Ok(())
    }
}
