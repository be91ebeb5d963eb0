//! A book: one host, merchant and terminal id, with its batches, counters and totals.
//!
//! A batch in settlement is the open one, until business goes on in the next batch before the old
//! one is closed: then the two are apart, each with its own figures.

use super::phase::Phase;
use crate::record::{
    Amount, Batch, CardClass, Currency, Invoice, ROWS, Seq, Stan, Tally, Totals, TotalsRow,
};

/// The most that a sum of a batch can be: sixteen digits, as in DE86 to DE89.
pub const TALLY_MAX: u64 = 9_999_999_999_999_999;
/// The most payments that a sum of a batch can count: each has a STAN.
const COUNT_MAX: u32 = Stan::MAX.get();
/// How many rows of totals a book can have over both batches.
pub(super) const BOOK_ROWS: usize = ROWS + 1;

/// No sum that the ledger takes outgrows these bounds. One that a log with losses claims may, and is
/// cut, so that an entry of a checkpoint does not outgrow its own.
pub(super) fn bounded(tally: Tally) -> Tally {
    let amount = tally.amount.min(Amount::new(TALLY_MAX));
    Tally { count: tally.count.min(COUNT_MAX), amount }
}

/// A row whose sums all are.
pub(super) fn bounded_row(row: TotalsRow) -> TotalsRow {
    TotalsRow {
        sales: bounded(row.sales),
        refunds: bounded(row.refunds),
        voided: bounded(row.voided),
        refunds_voided: bounded(row.refunds_voided),
        tips: bounded(row.tips),
        ..row
    }
}

/// A record that reclaim keeps, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) seq: Seq,
    /// Bytes it takes.
    pub(super) cost: u32,
}

/// A batch that is not closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) totals: Totals,
    pub(super) batch: Batch,
    /// Every payment of the batch has at least this sequence number.
    pub(super) from: Seq,
    /// Bytes of its records that reclaim must keep.
    pub(super) pinned: u32,
    /// The first STAN used since it was opened: the next one may not run into it.
    pub(super) first_stan: Option<Stan>,
    /// The identity when it was opened.
    pub(super) identity: Option<u8>,
}

impl Span {
    /// A batch whose payments all come after `seq`.
    pub(super) const fn after(seq: Seq, batch: Batch, identity: Option<u8>) -> Self {
        let totals = Totals::new();
        Self { totals, batch, from: seq.next(), pinned: 0, first_stan: None, identity }
    }
}

/// A settlement that was begun and is not closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settling {
    /// Never `Open`.
    pub(super) phase: Phase,
    pub(super) attempts: u16,
    /// The last payment whose upload was acknowledged.
    pub(super) uploaded: Seq,
    /// The record that began it; lost where none.
    pub(super) freeze: Option<Kept>,
    /// An operator opened the next batch for all business.
    pub(super) unlocked: bool,
    /// What was uncounted when it began, and is named by its report.
    pub(super) named: Tally,
    /// The batch in settlement, where the next one is open already; else it is the open one.
    pub(super) apart: Option<Span>,
}

impl Settling {
    pub(super) const fn begun(phase: Phase, freeze: Option<Kept>, named: Tally) -> Self {
        let uploaded = Seq(0);
        Self { phase, attempts: 0, uploaded, freeze, unlocked: false, named, apart: None }
    }

    /// The figures were sent, and do not change any more.
    pub(super) fn is_fixed(&self) -> bool {
        self.phase != Phase::Frozen
    }
}

/// The identities that open payments and unsettled batches name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identities {
    pub(super) current: u8,
    /// The record of the oldest of them.
    pub(super) from: Seq,
    /// Bytes of their records.
    pub(super) bytes: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) open: Span,
    pub(super) settling: Option<Settling>,
    pub(super) identities: Option<Identities>,
    /// The `Freeze` of the batch that was closed last.
    pub(super) closed: Option<Kept>,
    /// Payments that completed too late to count in their batch.
    pub(super) uncounted: Tally,
    pub(super) next_stan: Stan,
    pub(super) next_invoice: Invoice,
    /// A record of it was ever seen; others take no room in a checkpoint.
    pub(super) used: bool,
}

impl Book {
    pub(super) const UNUSED: Self = Self {
        open: Span {
            totals: Totals::new(),
            batch: Batch::FIRST,
            from: Seq(0),
            pinned: 0,
            first_stan: None,
            identity: None,
        },
        settling: None,
        identities: None,
        closed: None,
        uncounted: Tally::ZERO,
        next_stan: Stan::FIRST,
        next_invoice: Invoice::FIRST,
        used: false,
    };

    pub(super) fn phase(&self) -> Phase {
        self.settling.as_ref().map_or(Phase::Open, |settling| settling.phase)
    }

    /// The batch in settlement, where the open one is the next already.
    pub(super) fn apart(&self) -> Option<&Span> {
        self.settling.as_ref().and_then(|settling| settling.apart.as_ref())
    }

    pub(super) fn apart_mut(&mut self) -> Option<&mut Span> {
        self.settling.as_mut().and_then(|settling| settling.apart.as_mut())
    }

    /// The batch in settlement, or the one that would be.
    pub(super) fn settled(&self) -> &Span {
        self.apart().unwrap_or(&self.open)
    }

    pub(super) fn settled_mut(&mut self) -> &mut Span {
        match &mut self.settling {
            Some(Settling { apart: Some(apart), .. }) => apart,
            _ => &mut self.open,
        }
    }

    /// The settlement; one whose beginning is lost begins here.
    pub(super) fn settling_mut(&mut self) -> &mut Settling {
        let named = self.uncounted;
        self.settling.get_or_insert_with(|| Settling::begun(Phase::Frozen, None, named))
    }

    /// Figures were sent, and do not change any more.
    pub(super) fn is_fixed(&self) -> bool {
        self.settling.as_ref().is_some_and(Settling::is_fixed)
    }

    /// Whether online business has to wait for the settlement.
    pub(super) fn is_locked(&self) -> bool {
        self.settling.as_ref().is_some_and(|settling| !settling.unlocked)
    }

    /// The first sequence number of all payments whose batch is not closed.
    pub(super) fn from(&self) -> Seq {
        self.settled().from
    }

    /// The batch in which a payment that began with `seq` lies, if that is not closed.
    pub(super) fn span_mut(&mut self, seq: Seq) -> Option<&mut Span> {
        if seq >= self.open.from {
            return Some(&mut self.open);
        }
        self.apart_mut().filter(|apart| seq >= apart.from)
    }

    /// The batch that a payment which completes now still counts in.
    pub(super) fn counting_mut(&mut self, batch: Batch) -> Option<&mut Span> {
        let fixed = self.is_fixed();
        let settled = self.settled().batch;
        match batch {
            _ if batch == settled && fixed => None,
            _ if batch == settled => Some(self.settled_mut()),
            _ if batch == self.open.batch => Some(&mut self.open),
            _ => None,
        }
    }

    /// Opens the next batch, for payments after `seq`, while the old one is in settlement.
    pub(super) fn split(&mut self, seq: Seq) {
        let identity = self.current_identity();
        let Some(settling) = self.settling.as_mut().filter(|settling| settling.apart.is_none())
        else {
            return;
        };
        let next = Span::after(seq, self.open.batch.next(), identity);
        settling.apart = Some(core::mem::replace(&mut self.open, next));
    }

    /// Opens a batch whose payments all come after `seq`, with no trace of a settlement.
    pub(super) fn open_batch(&mut self, batch: Batch, seq: Seq) {
        let first_stan = self.open.first_stan.filter(|_| batch == self.open.batch);
        let identity = self.current_identity();
        self.open = Span { first_stan, ..Span::after(seq, batch, identity) };
        self.settling = None;
    }

    /// Closes the batch in settlement and opens the next one, if it is not open yet.
    pub(super) fn close(&mut self, next: Batch, seq: Seq) {
        let Some(settling) = self.settling.take() else {
            self.open_batch(next, seq);
            return;
        };
        self.closed = settling.freeze.or(self.closed);
        self.uncounted = self.uncounted.minus(settling.named);
        if settling.apart.is_none() {
            self.open_batch(next, seq);
        }
    }

    pub(super) fn current_identity(&self) -> Option<u8> {
        self.identities.map(|identities| identities.current)
    }

    /// The oldest identity that an unsettled batch can name.
    pub(super) fn named_identity(&self) -> Option<u8> {
        self.settled().identity
    }

    /// Takes note of a STAN that was used.
    pub(super) fn use_stan(&mut self, stan: Stan) {
        self.open.first_stan.get_or_insert(stan);
        self.next_stan = stan.next();
    }

    /// How many STANs are left before the first one of the unsettled batches.
    pub(super) fn stans_left(&self, from: Stan) -> u32 {
        let first = self.settled().first_stan.or(self.open.first_stan);
        first.map_or(Stan::MAX.get(), |first| from.steps_to(first))
    }

    /// Whether a batch's totals have a row for these cards, or there is room for one more.
    pub(super) fn has_row(&self, batch: Batch, currency: Currency, cards: CardClass) -> bool {
        let spans = || [Some(&self.open), self.apart()].into_iter().flatten();
        // A batch that is neither is the next one, which its first payment opens.
        let own = spans().find(|span| span.batch == batch).map(|span| &span.totals);
        let rows = spans().map(|span| span.totals.rows().len()).sum::<usize>();
        own.is_some_and(|own| own.of(currency, cards).is_some())
            || (own.is_none_or(|own| own.rows().len() < ROWS) && rows < BOOK_ROWS)
    }
}
