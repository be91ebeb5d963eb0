//! The intent: durable, with its numbers, before the first byte leaves.

use embedded_storage::nor_flash::NorFlash;

use super::story::Story;
use super::{Error, Journal};
use crate::ledger::{ItemState, OriginalFacts, PaymentStatus, Refusal, check_original};
use crate::record::{
    Amount, AuthCode, CardSequence, Condition, Currency, EntryMode, Intent, MAX_RECORD, Moment,
    Original, Record, Reference, Rrn, Seq, TransactionKind, TruncatedPan,
};

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
        self.has_room(begin.kind, payload)?;
        let Record::Intent(intent) = &record else { return Ok(()) };
        self.check_original(intent)
    }

    /// What the log says of the payment that a void or a refund names.
    fn check_original(&mut self, intent: &Intent) -> Result<(), Error<F::Error>> {
        let named = match &intent.original {
            None => return Ok(()),
            Some(Original::ByRecord(original)) => Some(*original),
            // Also what a slip names may be a sale of this journal, and is then the same sale.
            Some(Original::ByValue { rrn, auth_code, .. }) => {
                self.sale_by_value(intent.book, rrn, auth_code.as_ref())
            }
        };
        match named {
            Some(original) => self.check_named(original, intent),
            None if intent.kind == TransactionKind::Void => {
                Err(Error::Refused(Refusal::OriginalNotHere { kind: intent.kind }))
            }
            // Of another terminal, or of a batch long reclaimed: the host knows it.
            None => Ok(()),
        }
    }

    /// The newest sale with this RRN, and with this authorization code where both have one.
    fn sale_by_value(&mut self, book: u8, rrn: &Rrn, auth_code: Option<&AuthCode>) -> Option<Seq> {
        let mut sales = Seq(0);
        let mut found = None;
        while let Some(sale) = self.newer_answered(sales, book, rrn, auth_code) {
            sales = sale;
            let is_sale = |story: &Story| story.intent.kind == TransactionKind::Sale;
            if self.story(sale).as_ref().is_some_and(is_sale) {
                found = Some(sale);
            }
        }
        found
    }

    /// The oldest payment after another with an answer that has these values.
    fn newer_answered(
        &mut self,
        after: Seq,
        book: u8,
        rrn: &Rrn,
        auth_code: Option<&AuthCode>,
    ) -> Option<Seq> {
        let mut first: Option<Seq> = None;
        self.log.scan(|entry| {
            if let Ok(Record::Outcome(outcome)) = Record::decode(entry.kind, entry.payload)
                && outcome.book == book
                && outcome.item > after
                && first.is_none_or(|item| outcome.item < item)
                && outcome.rrn.as_ref() == Some(rrn)
                && agree(outcome.auth_code.as_ref(), auth_code)
            {
                first = Some(outcome.item);
            }
        });
        first
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
        // The book is not compared: a second try may be routed to another host.
        let known = &story.intent;
        if (known.amount, known.currency, known.kind, &known.original)
            != (begin.amount, begin.currency, begin.kind, &begin.original)
        {
            let (item, amount) = (story.item, story.intent.amount);
            return Err(Error::ReferenceReused { item, amount });
        }
        // A payment that provably never left the terminal may be begun anew.
        if story.state == ItemState::NeverSent {
            return Ok(None);
        }
        self.confirm_shown()?;
        let status = self.told(story.item, story.state);
        Ok(Some(Begun::Existing { item: story.item, status }))
    }

    pub(super) fn story_by_reference(&mut self, reference: &Reference) -> Option<Story> {
        let item = self.newest_intent(|intent| intent.reference.as_ref() == Some(reference))?;
        self.story(item)
    }

    fn check_named(&mut self, original: Seq, intent: &Intent) -> Result<(), Error<F::Error>> {
        let story = self.story(original).ok_or(Error::NotFound { item: original })?;
        let (mut voided, mut refunded) = (false, Amount::ZERO);
        let mut undoing = original;
        while let Some(next) = self.undoing_after(undoing, &story) {
            undoing = next;
            if self.state.ledger.item(undoing).is_some() {
                let busy = Refusal::OriginalBusy { original, by: undoing };
                return Err(Error::Refused(busy));
            }
            let Some(undoing) = self.story(undoing) else { continue };
            // Not open and not final: its end is no longer in the log, and it may have gone through.
            if undoing.state.is_final() && undoing.state != ItemState::Completed {
                continue;
            }
            match undoing.intent.kind {
                TransactionKind::Void => voided = true,
                _ => refunded = refunded.saturating_add(undoing.approved()),
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

    /// The oldest void or refund after another payment that names this one, in either way.
    fn undoing_after(&mut self, after: Seq, sale: &Story) -> Option<Seq> {
        let answer = sale.outcome.as_ref();
        let (rrn, code) = match answer {
            Some(outcome) => (outcome.rrn.as_ref(), outcome.auth_code.as_ref()),
            None => (None, None),
        };
        self.first_intent_after(after, |intent| match &intent.original {
            Some(Original::ByRecord(seq)) => *seq == sale.item,
            Some(Original::ByValue { rrn: named, auth_code, .. }) => {
                intent.book == sale.intent.book
                    && rrn == Some(named)
                    && agree(code, auth_code.as_ref())
            }
            None => false,
        })
    }
}

/// Whether two values do not contradict each other.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
