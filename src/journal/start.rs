//! Whether a payment may begin: asked before the card is read, and again when it begins.
//!
//! | what | names | stops |
//! |---|---|---|
//! | settlement, reversal, room for open payments, STANs | [`Error::Blocked`] | by the table in `ledger/block` |
//! | an unresolved payment, where the profile says block | [`Error::Unresolved`] | online business of its book |
//! | a count or amount with more digits than the settlement has | [`Error::Digits`] | what counts |
//! | as many payments as the host takes in a batch | [`Error::BatchFull`] | what counts |
//! | no room for all that may be needed to end it | [`Error::Full`] | every kind |
//! | the journal cannot be written | [`Error::Log`] | every kind |

use super::nor_flash::NorFlash;

use super::{Error, Journal, Start, bisync};
use crate::ledger::figures::{Layout, VoidedCount, check_digits};
use crate::ledger::profile::Unresolved;
use crate::ledger::{Counts, Item, rule};
use crate::record::{Amount, CardClass, Tally, Totals, TotalsRow, TransactionKind};

/// So many payments before the end of a batch it is time to settle.
const NEARLY: u32 = 10;

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Whether a payment of this kind may begin in this book now: asked before the card is read.
    /// Writes nothing. [`begin`](Self::begin) then refuses only for what could not be known: the
    /// amount, the original, the reference.
    ///
    /// # Errors
    /// What has to be done first, by the table above.
    pub fn may_start(&self, book: u8, kind: TransactionKind) -> Result<Start, Error<F::Error>> {
        self.may_begin(book, kind, Amount::ZERO)?;
        self.has_room_for_any(kind)?;
        let batch_left = self.batch_left(book);
        let room = self.room();
        Ok(Start {
            unresolved: self.unresolved(book).map(Item::seq),
            nearly_full: room.is_nearly_full() || batch_left < NEARLY,
            batch_left,
        })
    }

    pub(super) fn may_begin(
        &self,
        book: u8,
        kind: TransactionKind,
        amount: Amount,
    ) -> Result<(), Error<F::Error>> {
        if let Some(block) = self.state.ledger.blocked(book, kind) {
            return Err(Error::Blocked(block));
        }
        self.refuse_if_poisoned()?;
        if let Some(why) = self.log.read_only() {
            return Err(Error::Log(crate::log::Error::ReadOnly(why)));
        }
        if self.profile(book).unresolved == Unresolved::Block
            && !rule(kind).owes.is_offline()
            && let Some(item) = self.unresolved(book)
        {
            return Err(Error::Unresolved { item: item.seq(), state: item.state() });
        }
        self.fits_batch(book, kind, amount)
    }

    fn unresolved(&self, book: u8) -> Option<&Item> {
        self.state.ledger.items().find(|item| item.book() == book && item.is_unresolved())
    }

    /// The open payments that may yet count in the batch that takes new business.
    fn may_count(&self, book: u8) -> impl Iterator<Item = &Item> {
        let batch = self.state.ledger.batch(book).ok();
        self.state.ledger.items().filter(move |item| {
            item.book() == book
                && Some(item.batch()) == batch
                && rule(item.kind()).counts != Counts::None
        })
    }

    /// No figure of the settlement may overflow, whatever comes of the open payments.
    fn fits_batch(
        &self,
        book: u8,
        kind: TransactionKind,
        amount: Amount,
    ) -> Result<(), Error<F::Error>> {
        let counts = rule(kind).counts;
        let profile = self.profile(book);
        let ledger = &self.state.ledger;
        // The first offline payment during a settlement opens a batch of its own.
        let opens_next = ledger.intent_batch(book, kind)? != ledger.batch(book)?;
        if counts == Counts::None || opens_next {
            return Ok(());
        }
        if profile.batch_limit > 0 && self.batched(book) >= profile.batch_limit {
            return Err(Error::BatchFull { limit: profile.batch_limit });
        }
        let Some(totals) = side(ledger.totals(book)?, counts, profile.voided, profile.layout)
        else {
            return Ok(());
        };
        let more = self.may_count(book).count() as u32 + 1;
        let largest = self.may_count(book).map(Item::amount).fold(amount, Amount::max);
        check_digits(profile.layout, profile.voided, &totals, more, largest.minor())
            .map_err(Error::Digits)
    }

    /// Payments of the open batch: those that count, and those that may.
    fn batched(&self, book: u8) -> u32 {
        let counted = |row: &TotalsRow| {
            let tallies = [row.sales, row.refunds, row.voided, row.refunds_voided];
            tallies.iter().map(|tally| tally.count).fold(0, u32::saturating_add)
        };
        let totals = self.state.ledger.totals(book);
        let counted =
            totals.map_or(0, |t| t.rows().iter().map(counted).fold(0, u32::saturating_add));
        counted.saturating_add(self.may_count(book).count() as u32)
    }

    fn batch_left(&self, book: u8) -> u32 {
        let profile = self.profile(book);
        let digits = 10u32.checked_pow(profile.layout.count_digits()).unwrap_or(u32::MAX);
        let limit = match profile.batch_limit {
            0 => digits.saturating_sub(1),
            limit => limit.min(digits.saturating_sub(1)),
        };
        limit.saturating_sub(self.batched(book))
    }
}

/// The totals that a payment can add to, summed as the settlement sums them; none where it only takes
/// away.
fn side(totals: &Totals, counts: Counts, voided: VoidedCount, layout: Layout) -> Option<Totals> {
    let both = voided == VoidedCount::BothSides;
    let debit = match counts {
        Counts::Sales | Counts::Tip => true,
        Counts::RefundsVoided if both => true,
        Counts::Refunds => false,
        Counts::Voided if both => false,
        _ => return None,
    };
    let mut summed = Totals::new();
    let Some(first) = totals.rows().first().map(|row| row.currency) else { return Some(summed) };
    for row in totals.rows() {
        let (currency, cards) = match layout {
            Layout::UnionPay => (first, row.cards),
            Layout::Asian => (first, CardClass::Domestic),
            Layout::Iso => (row.currency, row.cards),
        };
        let sum = summed.row(currency, cards)?;
        let zero = Tally::ZERO;
        // By each rule, what belongs to the other side is left out.
        let own = match (debit, both) {
            (true, true) => TotalsRow { refunds: zero, voided: zero, ..*row },
            (true, false) => TotalsRow { refunds: zero, refunds_voided: zero, ..*row },
            (false, true) => TotalsRow { sales: zero, refunds_voided: zero, ..*row },
            (false, false) => TotalsRow { sales: zero, voided: zero, ..*row },
        };
        sum.sales = sum.sales.with(own.sales);
        sum.refunds = sum.refunds.with(own.refunds);
        sum.voided = sum.voided.with(own.voided);
        sum.refunds_voided = sum.refunds_voided.with(own.refunds_voided);
    }
    Some(summed)
}
