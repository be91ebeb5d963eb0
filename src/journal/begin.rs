//! The intent: durable, with its numbers, before the first byte leaves.

use embedded_storage::nor_flash::NorFlash;

use super::story::Story;
use super::{Error, Journal};
use crate::ledger::{
    ItemState, Needs, OriginalFacts, Owes, PaymentStatus, Refusal, Scope, check_original, rule,
};
use crate::record::{
    Amount, Attach, AuthCode, CardClass, CardSequence, Condition, Currency, Emv, EntryMode,
    Foreign, Instalments, Intent, Moment, OrderNumber, Original, Record, Reference, Rrn, Sealed,
    Seq, TransactionKind, TruncatedPan,
};

/// What the firmware knows when a payment begins. The journal adds the numbers.
///
/// ```
/// use pos_journal::journal::Begin;
/// use pos_journal::record::{Amount, Currency, EntryMode, TransactionKind};
/// let sale = Begin {
///     entry: EntryMode::CONTACTLESS,
///     tip: Some(Amount::new(100)),
///     ..Begin::new(0, TransactionKind::Sale, Amount::new(1_350), Currency::CNY)
/// };
/// assert_eq!(sale.reference, None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// Which book: one host, merchant and terminal id.
    pub book: u8,
    /// What kind of transaction.
    pub kind: TransactionKind,
    /// DE4 in minor units, tip and cash-back included. Of a tip adjustment the tip alone.
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
    /// The payment that this one voids, refunds, completes or adjusts.
    pub original: Option<Original>,
    /// The part of `amount` that is a tip.
    pub tip: Option<Amount>,
    /// The part of `amount` that is paid out in cash (DE54).
    pub cash_back: Option<Amount>,
    /// Paid in parts.
    pub instalments: Option<Instalments>,
    /// What the card is charged in its own currency (DE6, 10, 51). Only `amount` totals.
    pub foreign: Option<Foreign>,
    /// Whose card it is, where the settlement tells them apart.
    pub cards: Option<CardClass>,
    /// The merchant's order number of a QR payment (of a QR refund: the refund's own number).
    pub order: Option<OrderNumber>,
    /// The card number, sealed by the secure element, for a reversal or an upload that carries DE2.
    pub sealed: Option<Sealed>,
    /// Chip data for a reversal, filtered.
    pub emv: Option<Emv>,
    /// Begin it although records are lost among which its reference, or another void or refund of its
    /// original, may have been.
    pub even_if_lost: bool,
}

impl Begin {
    /// With nothing optional, to fill in.
    #[must_use]
    pub fn new(book: u8, kind: TransactionKind, amount: Amount, currency: Currency) -> Self {
        Self {
            book,
            kind,
            amount,
            currency,
            entry: EntryMode::MANUAL,
            condition: Condition::NORMAL,
            moment: Moment::default(),
            pan: None,
            card_sequence: None,
            reference: None,
            original: None,
            tip: None,
            cash_back: None,
            instalments: None,
            foreign: None,
            cards: None,
            order: None,
            sealed: None,
            emv: None,
            even_if_lost: false,
        }
    }
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
    /// Begins a payment. When this returns [`Begun::New`] the intent is durable, with the sealed card
    /// number and the chip data behind it, and every record that its payment can still need has room:
    /// now the first byte may leave. After a power cut in here nothing was sent, but nobody can know
    /// that: a payment that is reversed owes its reversal all the same.
    ///
    /// Where records are lost or unreadable, a reference that is not found proves nothing, nor does it
    /// that no other void or refund of the original is: then the payment is refused
    /// ([`Error::MayBeLost`]) unless [`Begin::even_if_lost`] says that someone has looked.
    ///
    /// What [`may_start`](Self::may_start) said is checked again, with the amount. While a settlement
    /// is under way an offline payment goes to the next batch. With a cash-register reference the log
    /// is searched for it, which reads it all.
    ///
    /// # Errors
    /// Nothing was begun: what [`may_start`](Self::may_start) may say, [`Error::ReferenceReused`],
    /// [`Error::Refused`] (the original of a void or refund does not allow it, a QR payment has no
    /// order number, and the like). Or the flash failed: send nothing.
    pub fn begin(&mut self, begin: &Begin) -> Result<Begun, Error<F::Error>> {
        if let Some(reference) = &begin.reference
            && let Some(known) = self.known(begin, reference)?
        {
            return Ok(known);
        }
        self.may_begin(begin.book, begin.kind, begin.amount)?;
        self.check_intent(begin)?;
        // Counters may jump when a loss is written down: numbers are taken after that.
        self.confirm()?;
        let intent = self.numbered(begin)?;
        let (item, _) = self.write(&Record::Intent(intent.clone()))?;
        self.write_attached(item, begin)?;
        Ok(Begun::New { item, intent })
    }

    /// Everything that can speak against it, before anything is written.
    fn check_intent(&mut self, begin: &Begin) -> Result<(), Error<F::Error>> {
        let record = Record::Intent(self.numbered(begin)?);
        self.state.ledger.check(&record)?;
        self.has_room(begin.kind, &record, self.attached_bytes(begin)?)?;
        let Record::Intent(intent) = &record else { return Ok(()) };
        // A refund that cannot be read would let the same money go back twice.
        // What followed the original has a higher number.
        let from = match &intent.original {
            Some(Original::ByRecord(original)) => *original,
            _ => Seq(0),
        };
        match self.watched(from, |journal| journal.check_original(intent)) {
            (Ok(()), places @ 1..) if !begin.even_if_lost => Err(Error::MayBeLost { places }),
            (allowed, _) => allowed,
        }
    }

    /// What is to be kept beside a payment, if anything.
    fn to_attach(item: Seq, begin: &Begin) -> Option<Record> {
        let Begin { sealed, emv, book, kind, .. } = begin;
        // An inquiry has no later message that could need it.
        let kept = rule(*kind).owes != Owes::Nothing && (sealed.is_some() || emv.is_some());
        kept.then(|| {
            let (sealed, emv) = (sealed.clone(), emv.clone());
            Record::Attach(Attach { item, book: *book, sealed, emv })
        })
    }

    pub(super) fn attached_bytes(&self, begin: &Begin) -> Result<u32, Error<F::Error>> {
        // No sequence number takes more room than the largest.
        match Self::to_attach(Seq(u32::MAX), begin) {
            Some(record) => self.bytes_of(&record),
            None => Ok(0),
        }
    }

    pub(super) fn write_attached(
        &mut self,
        item: Seq,
        begin: &Begin,
    ) -> Result<(), Error<F::Error>> {
        match Self::to_attach(item, begin) {
            Some(record) => self.write(&record).map(drop),
            None => Ok(()),
        }
    }

    /// What the log says of the payment that this one names.
    fn check_original(&mut self, intent: &Intent) -> Result<(), Error<F::Error>> {
        let named = match &intent.original {
            None => return Ok(()),
            Some(Original::ByRecord(original)) => Some(*original),
            // Also what a slip names may be a sale of this journal, and is then the same sale.
            Some(Original::ByValue { rrn, auth_code, .. }) => {
                self.original_by_value(intent, rrn, auth_code.as_ref())
            }
        };
        match named {
            Some(original) => self.check_named(original, intent),
            None if rule(intent.kind).scope == Scope::Here => {
                Err(Error::Refused(Refusal::OriginalNotHere { kind: intent.kind }))
            }
            // Of another terminal, or of a batch long reclaimed: the host knows it.
            None => Ok(()),
        }
    }

    /// The newest payment of a kind that this one can follow, with this RRN, and with this
    /// authorization code where both have one.
    fn original_by_value(
        &mut self,
        intent: &Intent,
        rrn: &Rrn,
        auth_code: Option<&AuthCode>,
    ) -> Option<Seq> {
        let mut answered = Seq(0);
        let mut found = None;
        while let Some(next) = self.newer_answered(answered, intent.book, rrn, auth_code) {
            answered = next;
            let Some(story) = self.story(next) else { continue };
            let can_follow = match rule(intent.kind).needs {
                Needs::NoOriginal => false,
                Needs::Any => true,
                Needs::Original(kinds) => kinds.contains(&story.intent.kind),
            };
            if can_follow {
                found = Some(next);
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
        self.read_all(|entry| {
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
    pub(super) fn numbered(&self, begin: &Begin) -> Result<Intent, Error<F::Error>> {
        let Begin { book, kind, amount, currency, entry, condition, moment, .. } = *begin;
        let ledger = &self.state.ledger;
        Ok(Intent {
            book,
            kind,
            stan: ledger.next_stan(book)?,
            batch: ledger.intent_batch(book, kind)?,
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
            identity: ledger.identity(book)?,
            tip: begin.tip,
            cash_back: begin.cash_back,
            instalments: begin.instalments,
            foreign: begin.foreign,
            cards: begin.cards,
            order: begin.order.clone(),
        })
    }

    /// The payment that the cash register asks for again.
    fn known(
        &mut self,
        begin: &Begin,
        reference: &Reference,
    ) -> Result<Option<Begun>, Error<F::Error>> {
        let (story, unread) = self.story_by_reference(reference);
        // It may have been begun in what is lost: another one may charge twice.
        let lost = unread > 0 && !begin.even_if_lost;
        let Some(story) = story else {
            return if lost { Err(Error::MayBeLost { places: unread }) } else { Ok(None) };
        };
        // The book is not compared: a second try may be routed to another host.
        let known = &story.intent;
        if (known.amount, known.currency, known.kind, &known.original)
            != (begin.amount, begin.currency, begin.kind, &begin.original)
        {
            let (item, amount) = (story.item, story.intent.amount);
            return Err(Error::ReferenceReused { item, amount });
        }
        // A payment that provably never left the terminal may be begun anew, unless that was done and
        // is among what is lost.
        if matches!(story.state, ItemState::NeverSent | ItemState::Cancelled) {
            return if lost { Err(Error::MayBeLost { places: unread }) } else { Ok(None) };
        }
        self.confirm_shown()?;
        let status = self.told(story.item, story.state);
        Ok(Some(Begun::Existing { item: story.item, status }))
    }

    /// The payment with this reference, and at how many places the log could not be read.
    pub(super) fn story_by_reference(&mut self, reference: &Reference) -> (Option<Story>, u32) {
        self.watched(Seq(0), |journal| {
            let item = journal.newest_intent(|intent| intent.reference.as_ref() == Some(reference));
            item.and_then(|item| journal.story(item))
        })
    }

    fn check_named(&mut self, original: Seq, intent: &Intent) -> Result<(), Error<F::Error>> {
        let percent = self.profile(intent.book).completion_percent;
        let story = self.story(original).ok_or(Error::NotFound { item: original })?;
        let mut facts = OriginalFacts {
            seq: original,
            intent: &story.intent,
            state: story.state,
            approved: story.approved(),
            added: Amount::ZERO,
            voided: false,
            completed: false,
            refunded: Amount::ZERO,
        };
        let mut follower = original;
        while let Some(next) = self.follower_after(follower, &story) {
            follower = next;
            let Some(next) = self.follower(original, follower)? else { continue };
            self.add_follower(&mut facts, &next);
        }
        Ok(check_original(&facts, intent, percent)?)
    }

    /// A payment that names the original, unless it is proven that it came to nothing. Script results
    /// change nothing.
    fn follower(&mut self, original: Seq, follower: Seq) -> Result<Option<Story>, Error<F::Error>> {
        let Some(story) = self.story(follower) else { return Ok(None) };
        if rule(story.intent.kind).owes == Owes::Notice {
            return Ok(None);
        }
        if self.state.ledger.item(follower).is_some() {
            return Err(Error::Refused(Refusal::OriginalBusy { original, by: follower }));
        }
        // Not open and not final: its end is no longer in the log, and it may have gone through. Of an
        // abandoned one nobody knows either.
        let came_to_nothing = story.state.is_final()
            && !matches!(story.state, ItemState::Completed | ItemState::Abandoned);
        Ok((!came_to_nothing).then_some(story))
    }

    /// What a payment did to its original.
    fn add_follower(&mut self, facts: &mut OriginalFacts<'_>, follower: &Story) {
        use TransactionKind as K;
        let approved = follower.approved();
        let proven = follower.state == ItemState::Completed;
        match follower.intent.kind {
            K::Void | K::CompletionVoid | K::RefundVoid | K::PreAuthVoid => facts.voided = true,
            K::Refund | K::QrRefund if self.is_voided(follower) => {}
            K::Refund | K::QrRefund => facts.refunded = facts.refunded.saturating_add(approved),
            K::Completion | K::CompletionAdvice => facts.completed |= !self.is_voided(follower),
            K::Increment | K::TipAdjust if proven => {
                facts.added = facts.added.saturating_add(approved);
            }
            _ => {}
        }
    }

    /// Whether a completed void names this payment: then it is as if it had never been.
    fn is_voided(&mut self, voided: &Story) -> bool {
        let mut after = voided.item;
        while let Some(next) = self.follower_after(after, voided) {
            after = next;
            let Some(story) = self.story(next) else { continue };
            if rule(story.intent.kind).counts.is_void() && story.state == ItemState::Completed {
                return true;
            }
        }
        false
    }

    /// The oldest payment after another that names this one as its original, in either way.
    fn follower_after(&mut self, after: Seq, sale: &Story) -> Option<Seq> {
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
