//! What is owed next, and when.

use super::nor_flash::NorFlash;

use super::pace::{Next, When};
use super::{Error, Journal, bisync};
use crate::ledger::{Duty, Item, ItemState, Owes, rule};
use crate::log::{Broken, is_broken};
use crate::record::{Outcome, Record, Seq, Unresolved, Uptime, Verdict};

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// What is to be done next, in the order of [`Ledger::due`](crate::ledger::Ledger::due): ask again
    /// after each one, and after every start, until it says nothing. `now` is the time since the
    /// terminal started; the wall clock plays no part.
    ///
    /// A duty that has to wait, by the profile of its book, holds back none of another payment, with
    /// one exception: no advice goes before a reversal of its book that was begun earlier and has not
    /// been sent once (an offline sale follows the reversal of the payment that it replaces). A reversal
    /// that waits blocks new payments of its book all the same. A `now` before an earlier one begins
    /// every wait anew.
    ///
    /// When this says 'now', the last record that the mount found is durable: nothing is sent because
    /// of one that may turn out never to have happened. What has reached the limit of its profile is
    /// marked here as unresolved, durably, if [`answer`](Self::answer) has not done it: a time-out that
    /// nobody recorded is found here. It is still tried, once per longest wait.
    ///
    /// # Errors
    /// The flash failed.
    pub async fn due(&mut self, now: Uptime) -> Result<Next, Error<F::Error>> {
        self.awake().await?;
        self.rebase(now);
        self.mark_exhausted(now).await?;
        let next = self.next(now);
        if matches!(next, Next::Now(_)) && !is_broken(Broken::ActOnProvisional) {
            self.confirm().await?;
            return Ok(self.next(now));
        }
        Ok(next)
    }

    /// Everything that is owed, in order and without its times. Act on [`due`](Self::due); this is for
    /// showing.
    pub fn duties(&self) -> impl Iterator<Item = Duty> {
        self.state.ledger.due().map(|duty| self.pace.step(duty))
    }

    fn rebase(&mut self, Uptime(now): Uptime) {
        self.pace.rebase(now);
        for _ in 0..ITEMS {
            let later = |item: &&Item| item.tried_at().is_some_and(|at| at > now);
            let Some(item) = self.state.ledger.items().find(later).map(Item::seq) else { return };
            self.state.ledger.tried(item, now);
        }
    }

    fn next(&self, now: Uptime) -> Next {
        let mut first: Option<(u64, Duty)> = None;
        for duty in self.duties() {
            let When::At(at) = self.when(&duty) else { continue };
            if at <= now.0 {
                return Next::Now(duty);
            }
            if first.is_none_or(|(other, _)| at < other) {
                first = Some((at, duty));
            }
        }
        first.map_or(Next::Nothing, |(at, duty)| Next::At(Uptime(at), duty))
    }

    fn when(&self, duty: &Duty) -> When {
        let ledger = &self.state.ledger;
        if let Duty::Settle { book, step } = *duty {
            let attempts = ledger.settle_attempts(book).unwrap_or_default();
            return self.pace.settle_when(book, step, attempts, &self.profile(book).settle);
        }
        let Some(item) = duty.item().and_then(|item| ledger.item(item)) else {
            return When::Decided;
        };
        if matches!(duty, Duty::Advice { .. })
            && let Some(before) = self.unsent_reversal(item)
        {
            return self.pace.when(before, self.profile(before.book()));
        }
        self.pace.when(item, self.profile(item.book()))
    }

    /// A reversal that was begun before this advice, and of which nothing was sent yet.
    fn unsent_reversal(&self, advice: &Item) -> Option<&Item> {
        self.state.ledger.items().find(|item| {
            item.book() == advice.book()
                && item.seq() < advice.seq()
                && rule(item.kind()).owes == Owes::Reversal
                && item.attempts() == 0
                && !item.is_in_flight()
                && !item.is_unresolved()
        })
    }

    /// Marks everything that has reached its limit.
    async fn mark_exhausted(&mut self, now: Uptime) -> Result<(), Error<F::Error>> {
        for _ in 0..ITEMS {
            let exhausted = |item: &&Item| self.must_give_up(item);
            let Some(item) = self.state.ledger.items().find(exhausted).map(Item::seq) else {
                return Ok(());
            };
            self.mark_unresolved(item, now).await?;
        }
        Ok(())
    }

    fn must_give_up(&self, item: &Item) -> bool {
        !item.is_in_flight()
            && !item.is_unresolved()
            && self.pace.is_exhausted(item, self.profile(item.book()))
    }

    /// Marks a payment if it has reached its limit.
    pub(super) async fn mark_if_exhausted(&mut self, item: Seq) -> Result<(), Error<F::Error>> {
        match self.state.ledger.item(item) {
            Some(open) if self.must_give_up(open) => self.mark_unresolved(item, Uptime(0)).await,
            _ => Ok(()),
        }
    }

    async fn mark_unresolved(&mut self, item: Seq, uptime: Uptime) -> Result<(), Error<F::Error>> {
        let book = self.book_of(item)?;
        let open = self.state.ledger.item(item).map(Item::state);
        // A restart left a question open, and nobody wrote down that no answer came.
        if matches!(open, Some(ItemState::Unanswered | ItemState::Approved)) {
            self.write(&Record::Outcome(Outcome {
                item,
                book,
                verdict: Verdict::NoAnswer,
                elapsed_ms: 0,
                uptime,
                code: None,
                rrn: None,
                auth_code: None,
                host_time: None,
                approved_amount: None,
                settlement_date: None,
                emv: None,
            }))
            .await?;
        }
        self.write(&Record::Unresolved(Unresolved { item, book })).await.map(drop)
    }
}
