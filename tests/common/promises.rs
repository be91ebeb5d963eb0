//! What the terminal was told, kept apart from the journal and by simpler rules.

use std::collections::{BTreeMap, BTreeSet};

use pos_journal::ledger::{Ledger, PaymentStatus};
use pos_journal::record::{Intent, Seq, TransactionKind};

/// A payment as it was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    pub book: u8,
    pub kind: TransactionKind,
    pub amount: u64,
    pub stan: u32,
    pub batch: u32,
    pub original: Option<Seq>,
    pub status: PaymentStatus,
    pub attempts: u16,
    /// Unknown or reversing: the journal must hold it.
    pub open: bool,
    /// Not in the figures that were sent for its batch, and so in no figures.
    pub left_out: bool,
}

/// Everything that was promised about the open payments and the open batches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promises {
    pub payments: BTreeMap<Seq, Promise>,
    /// Numbers given out, by book and batch.
    pub stans: BTreeSet<(u8, u32, u32)>,
    /// Batches whose figures were sent, by book: they do not change any more.
    sent: BTreeSet<(u8, u32)>,
}

fn is_open(status: PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Unknown | PaymentStatus::Reversing | PaymentStatus::Accepted)
}

impl Promises {
    pub fn begun(&mut self, item: Seq, intent: &Intent) -> Result<(), String> {
        let name = (intent.book, intent.batch.get(), intent.stan.get());
        if !self.stans.insert(name) {
            return Err(format!("STAN {} of book {} is given out twice", name.2, name.0));
        }
        let promise = Promise {
            book: intent.book,
            kind: intent.kind,
            amount: intent.amount.minor(),
            stan: intent.stan.get(),
            batch: intent.batch.get(),
            original: intent.original.as_ref().and_then(|original| original.seq()),
            status: PaymentStatus::Unknown,
            attempts: 0,
            // An inquiry owes nothing.
            open: intent.kind != TransactionKind::BalanceInquiry,
            left_out: false,
        };
        self.payments.insert(item, promise);
        Ok(())
    }

    pub fn told(&mut self, item: Seq, status: PaymentStatus) {
        if let Some(promise) = self.payments.get_mut(&item) {
            promise.left_out |= self.sent.contains(&(promise.book, promise.batch));
            promise.status = status;
            promise.open = is_open(status);
        }
    }

    /// The figures of a batch are sent. A void in doubt leaves its original out of them.
    pub fn settled(&mut self, book: u8, batch: u32) {
        if !self.sent.insert((book, batch)) {
            return;
        }
        let in_doubt = |p: &&Promise| {
            let voids = [
                TransactionKind::Void,
                TransactionKind::CompletionVoid,
                TransactionKind::RefundVoid,
            ];
            (p.book, p.batch) == (book, batch) && p.open && voids.contains(&p.kind)
        };
        let originals: Vec<Seq> =
            self.payments.values().filter(in_doubt).filter_map(|p| p.original).collect();
        for original in originals {
            if let Some(promise) = self.payments.get_mut(&original) {
                promise.left_out = true;
            }
        }
    }

    pub fn attempted(&mut self, item: Seq, number: u16) {
        if let Some(promise) = self.payments.get_mut(&item) {
            promise.attempts = number;
            promise.status = PaymentStatus::Reversing;
        }
    }

    /// A batch was closed: what is final in it is evidence, no more.
    pub fn batch_closed(&mut self, book: u8, open: u32) {
        self.payments.retain(|_, p| p.open || p.book != book || p.batch >= open);
        self.stans.retain(|&(b, batch, _)| b != book || batch + 1 >= open);
        self.sent.retain(|&(b, batch)| b != book || batch >= open);
    }

    /// The completed payments of a kind in a book's batch that nothing else names, to be undone or
    /// followed up.
    pub fn done(&self, book: u8, batch: u32, kind: TransactionKind) -> Option<(Seq, &Promise)> {
        let of = |p: &Promise| {
            (p.book, p.batch, p.kind) == (book, batch, kind) && p.status == PaymentStatus::Approved
        };
        let named = |seq: Seq| self.payments.values().any(|p| p.original == Some(seq));
        self.payments.iter().map(|(&seq, p)| (seq, p)).find(|&(seq, p)| of(p) && !named(seq))
    }

    /// What a recount of a batch gives: count and sum of sales, voided sales, refunds, voided refunds.
    fn recount(&self, book: u8, batch: u32) -> [(u32, u64); 4] {
        let mut sums = [(0, 0); 4];
        let counts = |p: &&Promise| p.status == PaymentStatus::Approved && !p.left_out;
        let of_batch = self.payments.values().filter(|p| (p.book, p.batch) == (book, batch));
        let counted = of_batch.filter(counts);
        for promise in counted {
            let (side, count) = match promise.kind {
                TransactionKind::Sale
                | TransactionKind::Completion
                | TransactionKind::CompletionAdvice
                | TransactionKind::OfflineSale
                | TransactionKind::QrSale => (0, 1),
                // The sale that it belongs to is counted already.
                TransactionKind::TipAdjust => (0, 0),
                TransactionKind::Void | TransactionKind::CompletionVoid => (1, 1),
                TransactionKind::Refund | TransactionKind::QrRefund => (2, 1),
                TransactionKind::RefundVoid => (3, 1),
                _ => continue,
            };
            sums[side].0 += count;
            sums[side].1 += promise.amount;
        }
        sums
    }

    /// Whether a ledger keeps every promise, and invents nothing.
    pub fn kept_by<const I: usize, const B: usize>(
        &self,
        ledger: &Ledger<I, B>,
    ) -> Result<(), String> {
        for (seq, promise) in self.payments.iter().filter(|(_, p)| p.open) {
            let Some(item) = ledger.item(*seq) else {
                return Err(format!("open payment {seq} is gone: {promise:?}"));
            };
            let same = item.stan().get() == promise.stan
                && item.batch().get() == promise.batch
                && item.amount().minor() == promise.amount
                && item.kind() == promise.kind
                && item.attempts() == promise.attempts;
            if !same {
                return Err(format!("payment {seq} is {item:?} and was promised as {promise:?}"));
            }
        }
        for item in ledger.items() {
            if !self.payments.get(&item.seq()).is_some_and(|p| p.open) {
                return Err(format!("payment {} is owed again: {item:?}", item.seq()));
            }
        }
        for book in 0..B as u8 {
            let Ok(batch) = ledger.batch(book).map(|batch| batch.get()) else { continue };
            let Ok(totals) = ledger.totals(book) else { continue };
            let tally = |t: pos_journal::record::Tally| (t.count, t.amount.minor());
            let t0 = (0, 0);
            let told = totals
                .rows()
                .first()
                .map_or([t0; 4], |t| [t.sales, t.voided, t.refunds, t.refunds_voided].map(tally));
            if told != self.recount(book, batch) {
                let recount = self.recount(book, batch);
                return Err(format!("totals of batch {batch} are {told:?}, a recount {recount:?}"));
            }
            let next = ledger.next_stan(book).map(|stan| stan.get());
            if next.is_ok_and(|next| self.stans.contains(&(book, batch, next))) {
                return Err(format!("STAN {next:?} of book {book} would be given out again"));
            }
        }
        Ok(())
    }
}
