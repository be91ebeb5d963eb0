//! What the calls should do, in as few words as possible: no log, no records, no tables of the
//! crate. `None` means that the call must be refused and change nothing.

use std::collections::{BTreeMap, BTreeSet};

use pos_journal::record::{AnswerClass, ReversalReason, SettleClass, TransactionKind, Verdict};

/// Open payments that the journal under test has room for.
pub const ITEMS: usize = 4;
pub const BOOKS: usize = 2;

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Waiting,
    Approved,
    Reversing,
    NothingOnce,
    Asking,
    GivenUp,
    Completed,
    Declined,
    NeverSent,
    Reversed,
    NotFound,
    Abandoned,
}

impl At {
    pub fn is_open(self) -> bool {
        use At::{Approved, Asking, GivenUp, NothingOnce, Reversing, Waiting};
        matches!(self, Waiting | Approved | Reversing | NothingOnce | Asking | GivenUp)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub book: u8,
    pub kind: TransactionKind,
    pub stan: u32,
    pub batch: u32,
    pub amount: u64,
    pub currency: u16,
    pub reference: Option<String>,
    pub original: Option<u32>,
    pub at: At,
    pub approved: u64,
    pub attempts: u16,
    pub reason: ReversalReason,
    /// An attempt was made in this run, and no answer since.
    pub asked: bool,
    /// Begun in this run, and still in its hands.
    pub fresh: bool,
    /// It was given up at some time since it was opened.
    pub marked: bool,
    /// Late answers that may be recorded: one that says no, one that approves.
    pub late: [bool; 2],
}

impl Payment {
    /// A refund is asked about, everything else is reversed.
    pub fn is_reversed(&self) -> bool {
        self.kind != TransactionKind::Refund
    }

    pub fn reason(&self) -> ReversalReason {
        match self.at {
            At::Waiting => ReversalReason::NoAnswer,
            At::Approved => ReversalReason::Other,
            _ => self.reason,
        }
    }

    fn owes(&self) -> bool {
        self.at.is_open() && !(self.fresh && matches!(self.at, At::Waiting | At::Approved))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Open,
    Frozen,
    Sent,
    Uploading,
    Ended,
}

/// Number and sum of sales, refunds and voided sales.
pub type Sums = [(u32, u64); 3];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    pub batch: u32,
    pub phase: Phase,
    /// By currency, in the order of first use.
    pub totals: Vec<(u16, Sums)>,
    pub attempts: u16,
    pub uploaded: u32,
}

/// What is owed, as `Journal::duties` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    Settle(u8, Phase),
    Reverse(u32, u16),
    Ask(u32),
}

#[derive(Clone, Debug)]
pub struct Model {
    pub payments: BTreeMap<u32, Payment>,
    pub books: [Book; BOOKS],
    /// STANs that were given out, by book.
    pub given: BTreeSet<(u8, u32)>,
}

/// A call about a payment.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Outcome(Verdict, Option<u64>),
    Complete,
    NotSent,
    Reverse(ReversalReason),
    Attempt,
    Answer(AnswerClass),
    GiveUp,
    Abandon,
    /// An approval of a payment that was closed without proof.
    Reopen,
}

/// A call about a settlement.
#[derive(Clone, Copy, Debug)]
pub enum Settle {
    Close,
    Unlock,
    Attempt,
    Answer(SettleClass),
    Uploaded(u32),
    UploadEnded,
    BatchClosed,
}

impl Default for Model {
    /// Nothing has happened.
    fn default() -> Self {
        let book =
            Book { batch: 1, phase: Phase::Open, totals: Vec::new(), attempts: 0, uploaded: 0 };
        Model { payments: BTreeMap::new(), books: [book.clone(), book], given: BTreeSet::new() }
    }
}

impl Model {
    pub fn open(&self) -> impl Iterator<Item = (u32, &Payment)> {
        self.payments.iter().filter(|(_, p)| p.at.is_open()).map(|(&seq, p)| (seq, p))
    }

    fn book(&self, book: u8) -> &Book {
        &self.books[usize::from(book)]
    }

    /// Its records are all still there: it is of its book's open batch.
    pub fn is_kept(&self, payment: &Payment) -> bool {
        payment.at.is_open() || payment.batch == self.book(payment.book).batch
    }

    /// The terminal was started again.
    pub fn boot(&mut self) {
        for payment in self.payments.values_mut() {
            (payment.fresh, payment.asked) = (false, false);
        }
    }

    /// Everything that is owed, in order.
    pub fn owed(&self) -> Vec<Owed> {
        let settling = |book: &u8| self.book(*book).phase != Phase::Open;
        let mut owed: Vec<Owed> = (0..BOOKS as u8)
            .filter(settling)
            .map(|book| Owed::Settle(book, self.book(book).phase))
            .collect();
        for (reversed, marked) in [(true, false), (true, true), (false, false), (false, true)] {
            let due = self
                .open()
                .filter(|(_, p)| p.owes() && p.is_reversed() == reversed && p.marked == marked);
            owed.extend(due.map(|(seq, p)| match reversed {
                true => Owed::Reverse(seq, p.attempts),
                false => Owed::Ask(seq),
            }));
        }
        owed
    }

    /// Whether a payment may begin in a book, whatever it is.
    pub fn may_start(&self, book: u8) -> bool {
        let owes =
            |(_, p): (u32, &Payment)| p.book == book && p.owes() && p.is_reversed() && !p.marked;
        self.book(book).phase == Phase::Open
            && !self.open().any(owes)
            && self.open().count() < ITEMS
    }

    /// The newest payment under a reference.
    pub fn known(&self, reference: &str) -> Option<(u32, &Payment)> {
        let mut all = self.payments.iter().rev();
        all.find(|(_, p)| p.reference.as_deref() == Some(reference)).map(|(&seq, p)| (seq, p))
    }

    /// Whether this payment may begin, by what is known of its original and of the currencies.
    pub fn may_begin(&self, new: &Payment) -> bool {
        let totals = &self.book(new.book).totals;
        let currency = totals.len() < 2 || totals.iter().any(|(c, _)| *c == new.currency);
        currency && self.original_allows(new)
    }

    fn original_allows(&self, new: &Payment) -> bool {
        let sale = new.original.map(|seq| (seq, self.payments.get(&seq)));
        match (new.kind, sale) {
            (TransactionKind::Sale, original) => original.is_none(),
            (_, Some((seq, Some(sale)))) => {
                sale.kind == TransactionKind::Sale
                    && (sale.book, sale.currency) == (new.book, new.currency)
                    && sale.at == At::Completed
                    && self.undone_allows(new, seq, sale)
            }
            _ => false,
        }
    }

    fn undone_allows(&self, new: &Payment, seq: u32, sale: &Payment) -> bool {
        let undoing = || self.payments.values().filter(|p| p.original == Some(seq));
        let done = |kind| {
            undoing().filter(move |p| p.kind == kind && p.at == At::Completed).map(|p| p.approved)
        };
        let refunded: u64 = done(TransactionKind::Refund).sum();
        if undoing().any(|p| p.at.is_open()) || done(TransactionKind::Void).next().is_some() {
            return false;
        }
        match new.kind {
            TransactionKind::Void => {
                sale.batch == self.book(new.book).batch
                    && refunded == 0
                    && new.amount == sale.approved
            }
            _ => new.amount + refunded <= sale.approved,
        }
    }

    /// A payment was begun.
    pub fn begin(&mut self, seq: u32, new: Payment) {
        let book = &mut self.books[usize::from(new.book)];
        if !book.totals.iter().any(|(currency, _)| *currency == new.currency) {
            book.totals.push((new.currency, Sums::default()));
        }
        self.given.insert((new.book, new.stan));
        self.payments.insert(seq, new);
    }

    /// What a call about a payment makes of it.
    pub fn act(&mut self, seq: u32, act: Act) -> Option<At> {
        let full = self.open().count() >= ITEMS;
        let payment = self.payments.get_mut(&seq)?;
        let to = match act {
            Act::Reopen if full => None,
            Act::Reopen => payment.reopened(),
            _ if !payment.at.is_open() => None,
            _ => payment.after(act),
        }?;
        payment.learn(act);
        payment.at = to;
        payment.marked |= to == At::GivenUp;
        payment.fresh &= to == At::Approved;
        if to == At::Completed {
            self.count(seq);
        }
        Some(to)
    }

    fn count(&mut self, seq: u32) {
        let payment = &self.payments[&seq];
        let book = &mut self.books[usize::from(payment.book)];
        // Once a 0500 was sent the figures stay; a payment of an older batch counts in none.
        if payment.batch != book.batch || !matches!(book.phase, Phase::Open | Phase::Frozen) {
            return;
        }
        let (column, amount) = match payment.kind {
            TransactionKind::Sale => (0, payment.approved),
            TransactionKind::Refund => (1, payment.approved),
            _ => (2, payment.amount),
        };
        for (currency, sums) in &mut book.totals {
            if *currency == payment.currency {
                sums[column].0 += 1;
                sums[column].1 += amount;
            }
        }
    }

    /// The figures of a book's batch without the sales whose voids are in doubt: what a 0500 says.
    pub fn figures(&self, book: u8) -> Vec<(u16, Sums)> {
        let mut totals = self.book(book).totals.clone();
        let batch = self.book(book).batch;
        let doubtful = self
            .open()
            .filter(|(_, p)| (p.book, p.batch, p.kind) == (book, batch, TransactionKind::Void));
        for (_, void) in doubtful {
            for (_, sums) in totals.iter_mut().filter(|(currency, _)| *currency == void.currency) {
                sums[0].0 -= 1;
                sums[0].1 -= void.amount;
            }
        }
        totals
    }

    /// What a step of a settlement makes of a book.
    pub fn settle(&mut self, book: u8, step: Settle) -> Option<Phase> {
        let holds_up = self
            .open()
            .any(|(_, p)| p.book == book && p.batch == self.book(book).batch && !p.marked);
        let uploaded = self.next_upload(book, self.book(book).uploaded).is_none();
        if let (Phase::Frozen, Settle::Attempt) = (self.book(book).phase, step) {
            self.books[usize::from(book)].totals = self.figures(book);
        }
        let state = &mut self.books[usize::from(book)];
        let to = match (state.phase, step) {
            (Phase::Open, Settle::Close) if !holds_up => Phase::Frozen,
            (Phase::Frozen, Settle::Unlock) => Phase::Open,
            (Phase::Frozen | Phase::Sent, Settle::Attempt) => Phase::Sent,
            (Phase::Sent, Settle::Answer(SettleClass::Balanced)) => Phase::Ended,
            (Phase::Sent, Settle::Answer(SettleClass::Unbalanced)) => Phase::Uploading,
            (Phase::Sent, Settle::Answer(_)) => Phase::Sent,
            (Phase::Uploading, Settle::Uploaded(through)) if through >= state.uploaded => {
                state.uploaded = through;
                Phase::Uploading
            }
            (Phase::Uploading, Settle::UploadEnded) if uploaded => Phase::Ended,
            (Phase::Ended, Settle::BatchClosed) => {
                state.batch += 1;
                state.totals.clear();
                Phase::Open
            }
            _ => return None,
        };
        state.attempts += u16::from(matches!(step, Settle::Attempt));
        if to == Phase::Open {
            (state.attempts, state.uploaded) = (0, 0);
        }
        state.phase = to;
        Some(to)
    }

    /// The completed payments of a book's open batch after one of them: what an upload sends next.
    pub fn next_upload(&self, book: u8, after: u32) -> Option<u32> {
        let batch = self.book(book).batch;
        let is_next =
            |(_, p): &(&u32, &Payment)| p.book == book && p.batch == batch && p.at == At::Completed;
        self.payments.range(after.saturating_add(1)..).find(is_next).map(|(&seq, _)| seq)
    }
}

impl Payment {
    fn reopened(&self) -> Option<At> {
        match (self.is_reversed(), self.at) {
            (true, At::NeverSent | At::NotFound | At::Abandoned) => Some(At::Reversing),
            (false, At::NeverSent | At::Abandoned) => Some(At::Asking),
            _ => None,
        }
    }

    fn after(&self, act: Act) -> Option<At> {
        let undecided = matches!(self.at, At::Waiting | At::Approved);
        let reversing = matches!(self.at, At::Reversing | At::NothingOnce | At::GivenUp);
        let asking = matches!(self.at, At::Asking | At::GivenUp);
        let owed = if self.is_reversed() { At::Reversing } else { At::Asking };
        match act {
            Act::Outcome(_, Some(approved)) if approved > self.amount => None,
            Act::Outcome(verdict, _) => self.answered(verdict),
            Act::Complete if self.at == At::Approved && self.fresh => Some(At::Completed),
            Act::NotSent if self.at == At::Waiting && self.fresh => Some(At::NeverSent),
            Act::Reverse(_) if undecided => Some(owed),
            Act::Attempt if self.is_reversed() && undecided => Some(At::Reversing),
            Act::Attempt if self.is_reversed() && reversing => Some(self.at),
            Act::Answer(class) if self.is_reversed() && reversing && self.attempts > 0 => {
                match (class, self.at) {
                    (AnswerClass::Done, _) => Some(At::Reversed),
                    (AnswerClass::NothingToReverse, At::NothingOnce) => {
                        self.asked.then_some(At::NotFound)
                    }
                    (AnswerClass::NothingToReverse, _) => Some(At::NothingOnce),
                    (_, at) => Some(at),
                }
            }
            Act::GiveUp if !self.marked && !undecided => Some(At::GivenUp),
            Act::Abandon if self.is_reversed() && reversing => Some(At::Abandoned),
            Act::Abandon if !self.is_reversed() && asking => Some(At::Abandoned),
            _ => None,
        }
    }

    fn answered(&self, verdict: Verdict) -> Option<At> {
        let unknown = matches!(verdict, Verdict::NoAnswer | Verdict::Doubtful);
        if self.at == At::Waiting {
            return match verdict {
                Verdict::Approved { .. } if self.is_reversed() && !self.fresh => None,
                Verdict::Approved { completed: true } => Some(At::Completed),
                Verdict::Approved { completed: false } => Some(At::Approved),
                Verdict::Declined => Some(At::Declined),
                _ if self.is_reversed() => Some(At::Reversing),
                _ => Some(At::Asking),
            };
        }
        if self.is_reversed() {
            return None;
        }
        match (self.at, verdict) {
            (At::Approved, _) if unknown => Some(At::Asking),
            (At::Approved, Verdict::Approved { completed: false }) => None,
            (At::Approved | At::Asking | At::GivenUp, Verdict::Approved { .. }) => {
                Some(At::Completed)
            }
            (At::Approved | At::Asking | At::GivenUp, Verdict::Declined) => Some(At::Declined),
            _ => None,
        }
    }

    /// What a call leaves behind besides the state.
    fn learn(&mut self, act: Act) {
        match act {
            Act::Outcome(verdict, approved) => {
                self.approved = approved.unwrap_or(self.amount);
                self.reason = match verdict {
                    Verdict::NoAnswer => ReversalReason::NoAnswer,
                    _ => ReversalReason::Other,
                };
            }
            Act::Reverse(reason) => self.reason = reason,
            Act::Attempt => {
                self.reason = self.reason();
                self.attempts = self.attempts.saturating_add(1);
                self.asked = true;
            }
            Act::Answer(_) => self.asked = false,
            Act::Reopen => {
                (self.approved, self.attempts) = (self.amount, 0);
                (self.asked, self.fresh, self.marked) = (false, false, false);
            }
            _ => {}
        }
    }
}
