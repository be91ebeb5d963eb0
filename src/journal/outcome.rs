//! What came of a payment.

use super::nor_flash::NorFlash;

use super::{Error, Journal, LateAnswer, LateResult, OutcomeOf, bisync};
use crate::ledger::{Change, ItemEvent, ItemState, Owes, PaymentStatus, rule, transition};
use crate::record::{
    Completed, Emv, Late, NotSent, Outcome, Record, Reopen, ReversalReason, Reverse, Seq, Uptime,
    Verdict,
};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// The payment was answered. Only when this has returned may the answer be shown, printed or
    /// reported.
    ///
    /// A refund or a QR order that is being asked about takes the result of the query here. An order
    /// that was cancelled and had just been paid takes it from a query that was made when
    /// [`due`](Self::due) said so, and from none made before: a copy of the cancel may be under way
    /// until the hold-off is over. Answers to earlier messages go to [`late`](Self::late). A lower
    /// amount than was requested (DE39 = 10) that the profile cannot use is not completed: its reversal
    /// is durable too when this returns, and carries the amount that was requested.
    ///
    /// # Errors
    /// Nothing was written: the payment is not waiting for an answer, or it was begun before the last
    /// start and this is an approval (see [`late`](Self::late)); more was approved than was
    /// requested, which is no answer ([`no_answer`](Self::no_answer)); the order is told as paid so soon
    /// after its cancel that this may not be the last word ([`Error::TooEarly`]); or the flash failed,
    /// and then nothing may be shown.
    pub async fn outcome(
        &mut self,
        item: Seq,
        verdict: Verdict,
        of: &OutcomeOf,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let book = self.book_of(item)?;
        self.refuse_early(item, verdict, of.uptime)?;
        let unusable = self.is_unusable(item, verdict, of);
        // A power cut before the second record leaves an approval that was never completed.
        let verdict = if unusable { Verdict::Approved { completed: false } } else { verdict };
        let of = of.clone();
        let record = Record::Outcome(Outcome {
            item,
            book,
            verdict,
            elapsed_ms: of.elapsed_ms,
            uptime: of.uptime,
            code: of.code,
            rrn: of.rrn,
            auth_code: of.auth_code,
            host_time: of.host_time,
            approved_amount: of.approved_amount,
            settlement_date: of.settlement_date,
            emv: of.emv,
        });
        let status = self.write_for(item, &record).await?;
        if unusable { self.reverse(item, ReversalReason::Other).await } else { Ok(status) }
    }

    /// That an order is paid counts from a question that was asked after the hold-off that follows 'just
    /// paid': until then a cancel, or a copy of it, may still arrive and take the payment back.
    fn refuse_early(
        &self,
        item: Seq,
        verdict: Verdict,
        now: Uptime,
    ) -> Result<(), Error<F::Error>> {
        let Some(open) = self.state.ledger.item(item) else { return Ok(()) };
        let from = self.pace.counts_from(open, self.profile(open.book()));
        match verdict {
            Verdict::Approved { .. } if now.0 < from => {
                Err(Error::TooEarly { item, from: Uptime(from) })
            }
            _ => Ok(()),
        }
    }

    /// A part was approved, and the profile cannot use it.
    fn is_unusable(&self, item: Seq, verdict: Verdict, of: &OutcomeOf) -> bool {
        let Some(open) = self.state.ledger.item(item) else { return false };
        let part = of.approved_amount.is_some_and(|approved| approved < open.amount());
        matches!(verdict, Verdict::Approved { .. })
            && part
            && rule(open.kind()).owes == Owes::Reversal
            && !self.profile(open.book()).partial_approval
    }

    /// No usable answer came in time: from now on the payment owes its reversal (a refund, a
    /// query).
    ///
    /// # Errors
    /// As [`outcome`](Self::outcome).
    pub async fn no_answer(
        &mut self,
        item: Seq,
        elapsed_ms: u32,
        uptime: Uptime,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let of = OutcomeOf { elapsed_ms, uptime, ..OutcomeOf::default() };
        self.outcome(item, Verdict::NoAnswer, &of).await
    }

    /// The transport proved that it took not one byte of the request: nothing is owed.
    ///
    /// # Errors
    /// Something may have been sent, the payment was begun before the last start (who could prove it
    /// now?), it is not open, or the flash failed.
    pub async fn not_sent(&mut self, item: Seq) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let record = Record::NotSent(NotSent { item, book: self.book_of(item)? });
        self.write_for(item, &record).await
    }

    /// The chip's second GENERATE AC returned a TC.
    ///
    /// # Errors
    /// The payment has no approval that waits for it, or got it before the last start and owes its
    /// reversal now; or the flash failed, and then nothing may be shown.
    pub async fn complete(
        &mut self,
        item: Seq,
        emv: Option<Emv>,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let record = Record::Completed(Completed { item, book: self.book_of(item)?, emv });
        self.write_for(item, &record).await
    }

    /// A reversal is owed although an answer may be known: AAC, card removed, MAC wrong, a partial
    /// approval that the terminal cannot use.
    ///
    /// # Errors
    /// The payment is not one that can be reversed now, or the flash failed.
    pub async fn reverse(
        &mut self,
        item: Seq,
        reason: ReversalReason,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        self.awake().await?;
        let record = Record::Reverse(Reverse { item, book: self.book_of(item)?, reason });
        self.write_for(item, &record).await
    }

    /// An answer for a payment that does not wait for one any more: it was given up, closed, or
    /// begun before the last start. It never revives a payment that is being or has been reversed;
    /// an approval of one that was closed otherwise re-opens its reversal. The same answer once more
    /// writes nothing.
    ///
    /// It is looked up by book and STAN, newest payment first: give it nothing but answers to
    /// payments. Reads the whole log.
    ///
    /// # Errors
    /// The answer is for a payment that still waits in this run, or for a refund that is being asked
    /// about: use [`outcome`](Self::outcome). There is no room for mere evidence ([`Error::Full`]),
    /// or too many payments are open for one more to be opened again: keep the answer and come back
    /// when one is closed. Or the flash failed.
    pub async fn late(&mut self, answer: &LateAnswer) -> Result<LateResult, Error<F::Error>> {
        self.awake().await?;
        let &LateAnswer { book, stan, approved, code, uptime, .. } = answer;
        let (rrn, auth_code) = (answer.rrn, answer.auth_code);
        let (story, unread) = self
            .watched(Seq(0), async |journal: &mut Self| {
                let item = journal
                    .newest_intent(|intent| intent.book == book && intent.stan == stan)
                    .await;
                journal.story(item?).await
            })
            .await;
        let Some(story) = story else {
            return Ok(match unread {
                0 => LateResult::Stray,
                places => LateResult::Unread { places },
            });
        };
        let item = story.item;
        // An order that was told as failed and is paid owes a refund, however it was closed.
        let opens = transition(story.intent.kind, story.state, ItemEvent::Reopen).is_some();
        if approved && opens {
            let (reason, intent) = (story.reason, story.intent);
            let reopen = Reopen { item, reason, uptime, code, rrn, auth_code, intent };
            self.write(&Record::Reopen(reopen)).await?;
            return Ok(LateResult::Reopened(item));
        }
        self.owe_what_a_restart_left(item).await?;
        let late = Late { item, book, approved, uptime, code, rrn, auth_code };
        // A host that repeats itself adds no evidence.
        if story.late.is_some_and(|known| Late { uptime, ..known } == late) {
            return Ok(LateResult::Evidence(item));
        }
        let record = Record::Late(late);
        self.has_room_for_evidence(&record)?;
        self.write(&record).await?;
        Ok(LateResult::Evidence(item))
    }

    /// A payment from before the last start owes its reversal; a late answer is evidence of one
    /// that does, so the debt is written down first.
    async fn owe_what_a_restart_left(&mut self, item: Seq) -> Result<(), Error<F::Error>> {
        let Some(open) = self.state.ledger.item(item) else { return Ok(()) };
        let undecided = matches!(open.state(), ItemState::Unanswered | ItemState::Approved);
        if open.is_in_flight() || !undecided || rule(open.kind()).owes != Owes::Reversal {
            return Ok(());
        }
        let (book, reason) = (open.book(), open.reason());
        self.write(&Record::Reverse(Reverse { item, book, reason })).await.map(drop)
    }

    pub(super) fn book_of(&self, item: Seq) -> Result<u8, Error<F::Error>> {
        let open = self.state.ledger.item(item);
        open.map(|item| item.book()).ok_or(Error::Refused(crate::ledger::Refusal::NotOpen { item }))
    }

    /// Writes a record and says where its payment stands then.
    pub(super) async fn write_for(
        &mut self,
        item: Seq,
        record: &Record,
    ) -> Result<PaymentStatus, Error<F::Error>> {
        let (_, change) = self.write(record).await?;
        let state = match change {
            Change::Item { to, .. } | Change::Offline { to, .. } => Some(to),
            _ => self.state.ledger.item(item).map(|item| item.state()),
        };
        Ok(state.map_or(PaymentStatus::Unknown, PaymentStatus::from))
    }
}
