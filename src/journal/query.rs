//! Questions: what became of a payment.

use embedded_storage::nor_flash::NorFlash;

use super::story::Story;
use super::{Error, Journal};
use crate::ledger::{ItemState, PaymentStatus};
use crate::record::{Amount, Intent, Outcome, Reference, Seq};

/// A payment that the journal knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The payment.
    pub item: Seq,
    /// What may be told.
    pub status: PaymentStatus,
}

/// What a slip needs.
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
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// What became of the payment with this cash-register reference; `None`: it was never started
    /// (or is no longer in the journal). Reads the whole log.
    ///
    /// Once records are lost (see [`report`](Self::report)), `None` proves nothing: the payment may
    /// be among them. A read-only journal says unknown of the payment that its last record is about.
    ///
    /// # Errors
    /// The flash failed while the last record was made durable, without which nothing may be told.
    pub fn status(&mut self, reference: &Reference) -> Result<Option<Known>, Error<F::Error>> {
        self.confirm_shown()?;
        let story = self.story_by_reference(reference);
        Ok(story.map(|Story { item, state, .. }| Known { item, status: self.told(item, state) }))
    }

    /// The newest payment.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub fn last(&mut self) -> Result<Option<Known>, Error<F::Error>> {
        self.confirm_shown()?;
        let known = |(item, state)| Known { item, status: self.told(item, state) };
        Ok(self.state.ledger.last().map(known))
    }

    /// Everything that a slip of this payment needs. Reads the whole log.
    ///
    /// # Errors
    /// As [`status`](Self::status), or the payment is not in the journal (any more).
    pub fn receipt(&mut self, item: Seq) -> Result<Receipt, Error<F::Error>> {
        self.confirm_shown()?;
        let story = self.story(item).ok_or(Error::NotFound { item })?;
        Ok(self.receipt_of(story))
    }

    pub(super) fn receipt_of(&self, story: Story) -> Receipt {
        Receipt {
            item: story.item,
            approved: story.approved(),
            status: self.told(story.item, story.state),
            intent: story.intent,
            outcome: story.outcome,
        }
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
