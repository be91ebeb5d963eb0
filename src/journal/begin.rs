//! The intent: durable, with its numbers, before the first byte leaves.

use super::nor_flash::NorFlash;

use super::story::Story;
use super::{Begin, Begun, Error, Journal, bisync};
use crate::ledger::{ItemState, Needs, OriginalFacts, Owes, Refusal, Scope, check_original, rule};
use crate::record::{
    Amount, Attach, AuthCode, Intent, Original, Record, Reference, Rrn, Seq, TransactionKind,
};

#[bisync]
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
    pub async fn begin(&mut self, begin: &Begin) -> Result<Begun, Error<F::Error>> {
        self.awake().await?;
        if let Some(reference) = &begin.reference
            && let Some(known) = self.known(begin, reference).await?
        {
            return Ok(known);
        }
        self.may_begin(begin.book, begin.kind, begin.amount)?;
        let is_confirmed = self.log.is_confirmed();
        let mut record = self.checked_intent(begin).await?;
        if !is_confirmed {
            // Counters may jump when a loss is written down, which looking for the original does too:
            // numbers are taken after that.
            self.confirm().await?;
            record = Record::Intent(self.numbered(begin)?);
        }
        let (item, _) = self.write(&record).await?;
        self.write_attached(item, begin).await?;
        match record {
            Record::Intent(intent) => Ok(Begun::New { item, intent }),
            _ => Err(Error::NotFound { item }),
        }
    }

    /// The intent as it is now, against which nothing speaks. Nothing is written.
    async fn checked_intent(&mut self, begin: &Begin) -> Result<Record, Error<F::Error>> {
        let record = Record::Intent(self.numbered(begin)?);
        let room = self.attached_bytes(begin);
        let room = room.and_then(|attached| self.has_room(begin.kind, &record, attached));
        // Where nothing is refused, read or written before `write` asks, it is not asked twice.
        if room.is_err() || begin.original.is_some() || !self.log.is_confirmed() {
            self.state.ledger.check(&record)?;
        }
        room?;
        let Record::Intent(intent) = &record else { return Ok(record) };
        // A refund that cannot be read would let the same money go back twice.
        // What followed the original has a higher number.
        let from = match &intent.original {
            Some(Original::ByRecord(original)) => *original,
            _ => Seq(0),
        };
        let look = async |journal: &mut Self| journal.check_original(intent).await;
        match self.watched(from, look).await {
            (Ok(()), places @ 1..) if !begin.even_if_lost => Err(Error::MayBeLost { places }),
            (allowed, _) => allowed.map(|()| record),
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

    pub(super) async fn write_attached(
        &mut self,
        item: Seq,
        begin: &Begin,
    ) -> Result<(), Error<F::Error>> {
        match Self::to_attach(item, begin) {
            Some(record) => self.write(&record).await.map(drop),
            None => Ok(()),
        }
    }

    /// What the log says of the payment that this one names.
    async fn check_original(&mut self, intent: &Intent) -> Result<(), Error<F::Error>> {
        let named = match &intent.original {
            None => return Ok(()),
            Some(Original::ByRecord(original)) => Some(*original),
            // Also what a slip names may be a sale of this journal, and is then the same sale.
            Some(Original::ByValue { rrn, auth_code, .. }) => {
                self.original_by_value(intent, rrn, auth_code.as_ref()).await
            }
        };
        match named {
            Some(original) => self.check_named(original, intent).await,
            None if rule(intent.kind).scope == Scope::Here => {
                Err(Error::Refused(Refusal::OriginalNotHere { kind: intent.kind }))
            }
            // Of another terminal, or of a batch long reclaimed: the host knows it.
            None => Ok(()),
        }
    }

    /// The newest payment of a kind that this one can follow, with this RRN, and with this
    /// authorization code where both have one.
    async fn original_by_value(
        &mut self,
        intent: &Intent,
        rrn: &Rrn,
        auth_code: Option<&AuthCode>,
    ) -> Option<Seq> {
        let mut answered = Seq(0);
        let mut found = None;
        while let Some(next) = self.newer_answered(answered, intent.book, rrn, auth_code).await {
            answered = next;
            let Some(story) = self.story(next).await else { continue };
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
    async fn newer_answered(
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
        })
        .await;
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
    async fn known(
        &mut self,
        begin: &Begin,
        reference: &Reference,
    ) -> Result<Option<Begun>, Error<F::Error>> {
        let (story, unread) = self.story_by_reference(reference).await;
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
        self.confirm_shown().await?;
        let status = self.told(story.item, story.state);
        Ok(Some(Begun::Existing { item: story.item, status }))
    }

    /// The payment with this reference, and at how many places the log could not be read.
    pub(super) async fn story_by_reference(
        &mut self,
        reference: &Reference,
    ) -> (Option<Story>, u32) {
        self.watched(Seq(0), async |journal: &mut Self| {
            let item =
                journal.newest_intent(|intent| intent.reference.as_ref() == Some(reference)).await;
            journal.story(item?).await
        })
        .await
    }

    async fn check_named(&mut self, original: Seq, intent: &Intent) -> Result<(), Error<F::Error>> {
        let percent = self.profile(intent.book).completion_percent;
        let story = self.story(original).await.ok_or(Error::NotFound { item: original })?;
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
        while let Some(next) = self.follower_after(follower, &story).await {
            follower = next;
            let Some(next) = self.follower(original, follower).await? else { continue };
            self.add_follower(&mut facts, &next).await;
        }
        Ok(check_original(&facts, intent, percent)?)
    }

    /// A payment that names the original, unless it is proven that it came to nothing. Script results
    /// change nothing.
    async fn follower(
        &mut self,
        original: Seq,
        follower: Seq,
    ) -> Result<Option<Story>, Error<F::Error>> {
        let Some(story) = self.story(follower).await else { return Ok(None) };
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
    async fn add_follower(&mut self, facts: &mut OriginalFacts<'_>, follower: &Story) {
        use TransactionKind as K;
        let approved = follower.approved();
        let proven = follower.state == ItemState::Completed;
        match follower.intent.kind {
            K::Void | K::CompletionVoid | K::RefundVoid | K::PreAuthVoid => facts.voided = true,
            K::Refund | K::QrRefund if self.is_voided(follower).await => {}
            K::Refund | K::QrRefund => facts.refunded = facts.refunded.saturating_add(approved),
            K::Completion | K::CompletionAdvice => {
                facts.completed |= !self.is_voided(follower).await;
            }
            K::Increment | K::TipAdjust if proven => {
                facts.added = facts.added.saturating_add(approved);
            }
            _ => {}
        }
    }

    /// Whether a completed void names this payment: then it is as if it had never been.
    async fn is_voided(&mut self, voided: &Story) -> bool {
        let mut after = voided.item;
        while let Some(next) = self.follower_after(after, voided).await {
            after = next;
            let Some(story) = self.story(next).await else { continue };
            if rule(story.intent.kind).counts.is_void() && story.state == ItemState::Completed {
                return true;
            }
        }
        false
    }

    /// The oldest payment after another that names this one as its original, in either way.
    async fn follower_after(&mut self, after: Seq, sale: &Story) -> Option<Seq> {
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
        .await
    }
}

/// Whether two values do not contradict each other.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
