//! The intent: durable, with its numbers, before the first byte leaves.

use embedded_storage::nor_flash::NorFlash;
use heapless::Vec;

use super::story::Story;
use super::{Error, Journal};
use crate::ledger::{ItemState, OriginalFacts, PaymentStatus, check_original};
use crate::record::{
    Amount, CardSequence, Condition, Currency, EntryMode, Intent, MAX_RECORD, Moment, Original,
    Record, Reference, Seq, TransactionKind, TruncatedPan,
};

/// Voids and refunds of one payment that are looked at.
const UNDOINGS: usize = 16;

/// What the firmware knows when a payment begins. The journal adds the numbers.
#[derive(Clone, Debug)]
pub struct Begin {
    /// Which book: one host, merchant and terminal id.
    pub book: u8,
    /// Sale, void or refund.
    pub kind: TransactionKind,
    /// DE4 in minor units.
    pub amount: Amount,
    /// DE49.
    pub currency: Currency,
    /// DE22.
    pub entry: EntryMode,
    /// DE25.
    pub condition: Condition,
    /// When, as the message will say.
    pub moment: Moment,
    /// The card.
    pub pan: Option<TruncatedPan>,
    /// DE23.
    pub card_sequence: Option<CardSequence>,
    /// The cash register's reference: the same one again gives the same payment back.
    pub reference: Option<Reference>,
    /// The payment that a void or a refund names.
    pub original: Option<Original>,
}

/// A payment, new or known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // no alloc: there is nowhere to box it
pub enum Begun {
    /// The intent is durable: send it.
    New {
        /// Its name from here on.
        item: Seq,
        /// What was written, with STAN, batch and invoice number.
        intent: Intent,
    },
    /// The cash register asked for this payment before. Send nothing; tell it the status.
    Existing {
        /// The payment.
        item: Seq,
        /// Where it stands. Unknown is never told as declined.
        status: PaymentStatus,
    },
}

impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Begins a payment. When this returns [`Begun::New`] the intent is durable and every record
    /// that its payment can still need has room.
    ///
    /// With a cash-register reference the log is searched for it, which reads it all.
    ///
    /// # Errors
    /// Nothing was begun: [`Error::Blocked`], [`Error::Full`], [`Error::ReferenceReused`],
    /// [`Error::Refused`] (the original of a void or refund does not allow it, and the like), or
    /// the flash failed.
    pub fn begin(&mut self, begin: &Begin) -> Result<Begun, Error<F::Error>> {
        if let Some(reference) = &begin.reference
            && let Some(known) = self.known(begin, reference)?
        {
            return Ok(known);
        }
        self.may_start(begin.book)?;
        self.check_intent(begin)?;
        // Counters may jump when a loss is written down: numbers are taken after that.
        self.confirm()?;
        let intent = self.numbered(begin)?;
        let record = Record::Intent(intent.clone());
        let (item, _) = self.write(&record)?;
        Ok(Begun::New { item, intent })
    }

    /// Everything that can speak against it, before anything is written.
    fn check_intent(&mut self, begin: &Begin) -> Result<(), Error<F::Error>> {
        let intent = self.numbered(begin)?;
        let record = Record::Intent(intent);
        self.state.ledger.check(&record)?;
        let mut buf = [0; MAX_RECORD];
        let payload = record.encode(&mut buf).map_err(|_| Error::TooLarge)?.len();
        self.has_room(payload)?;
        if let Record::Intent(intent) = &record
            && let Some(Original::ByRecord(original)) = intent.original
        {
            self.check_named(original, intent)?;
        }
        Ok(())
    }

    /// The intent with the numbers that are next.
    fn numbered(&self, begin: &Begin) -> Result<Intent, Error<F::Error>> {
        let Begin { book, kind, amount, currency, entry, condition, moment, .. } = *begin;
        let ledger = &self.state.ledger;
        Ok(Intent {
            book,
            kind,
            stan: ledger.next_stan(book)?,
            batch: ledger.batch(book)?,
            invoice: ledger.next_invoice(book)?,
            amount,
            currency,
            entry,
            condition,
            moment,
            pan: begin.pan,
            card_sequence: begin.card_sequence,
            reference: begin.reference.clone(),
            original: begin.original.clone(),
        })
    }

    /// The payment that the cash register asks for again.
    fn known(
        &mut self,
        begin: &Begin,
        reference: &Reference,
    ) -> Result<Option<Begun>, Error<F::Error>> {
        let Some(story) = self.story_by_reference(reference) else { return Ok(None) };
        if story.intent.amount != begin.amount || story.intent.kind != begin.kind {
            let (item, amount) = (story.item, story.intent.amount);
            return Err(Error::ReferenceReused { item, amount });
        }
        // A payment that provably never left the terminal may be begun anew.
        if story.state == ItemState::NeverSent {
            return Ok(None);
        }
        self.confirm_shown()?;
        Ok(Some(Begun::Existing { item: story.item, status: story.state.into() }))
    }

    pub(super) fn story_by_reference(&mut self, reference: &Reference) -> Option<Story> {
        let item = self.newest_intent(|intent| intent.reference.as_ref() == Some(reference))?;
        self.story(item)
    }

    /// What the log says of the payment that a void or a refund names.
    fn check_named(&mut self, original: Seq, intent: &Intent) -> Result<(), Error<F::Error>> {
        let story = self.story(original).ok_or(Error::NotFound { item: original })?;
        let (mut voided, mut refunded) = (false, Amount::ZERO);
        for undoing in self.undoings(original) {
            let Some(undoing) = self.story(undoing) else { continue };
            let moved = !undoing.state.is_final() || undoing.state == ItemState::Completed;
            match undoing.intent.kind {
                TransactionKind::Void => voided |= undoing.state == ItemState::Completed,
                _ if moved => refunded = refunded.saturating_add(undoing.approved()),
                _ => {}
            }
        }
        let facts = OriginalFacts {
            seq: original,
            intent: &story.intent,
            state: story.state,
            approved: story.approved(),
            voided,
            refunded,
        };
        Ok(check_original(&facts, intent)?)
    }

    /// Voids and refunds that name a payment.
    fn undoings(&mut self, original: Seq) -> Vec<Seq, UNDOINGS> {
        let mut found: Vec<Seq, UNDOINGS> = Vec::new();
        self.log.scan(|entry| {
            if let Ok(Record::Intent(intent)) = Record::decode(entry.kind, entry.payload)
                && intent.original == Some(Original::ByRecord(original))
                && !found.contains(&Seq(entry.seq))
            {
                let _ = found.push(Seq(entry.seq));
            }
        });
        found
    }
}
