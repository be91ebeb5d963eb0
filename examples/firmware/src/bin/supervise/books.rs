//! What the terminal promised, line by line, and what the acquirer has on its books because of it.
//!
//! The acquirer is a function of the seed and of what was sent, so its books follow from the
//! promises alone. Nothing here looks at the journal.

use std::collections::{BTreeMap, BTreeSet};

use firmware::promise::{Promise, Status};
use firmware::script::{self, Fate};

/// A payment by batch and STAN.
pub type Id = (u32, u32);

/// A request that left the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub number: u32,
    pub amount: u32,
    /// The payment it voids; 0: it is a sale.
    pub voids: u32,
    pub fate: Fate,
    /// The acquirer has reversed it.
    pub reversed: bool,
}

impl Sent {
    /// Whether the acquirer has the money on its books.
    pub const fn stands(&self) -> bool {
        self.fate.is_booked() && !self.reversed
    }
}

/// A 0500 that left the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    pub attempt: u32,
    pub sales: (u32, u32),
    pub voids: (u32, u32),
}

/// Everything that was promised.
#[derive(Debug, Default)]
pub struct Books {
    pub lines: usize,
    pub payments: BTreeMap<Id, Sent>,
    /// By the number of the payment.
    pub by_number: BTreeMap<u32, Id>,
    pub shown: BTreeMap<u32, Status>,
    /// The last attempt of each reversal.
    pub attempts: BTreeMap<Id, u32>,
    pub settlements: BTreeMap<u32, Settled>,
    pub closed: BTreeSet<u32>,
    uploads: BTreeSet<Id>,
    seed: u32,
    pub violations: Vec<String>,
}

impl Books {
    /// Reads the promises. A last line without an end was never made.
    pub fn fold(seed: u32, promises: &str) -> Result<Books, String> {
        let mut books = Books { seed, ..Books::default() };
        for line in promises.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let promise =
                Promise::parse(line).ok_or_else(|| format!("a strange promise: {line}"))?;
            books.lines += 1;
            books.take(promise);
        }
        Ok(books)
    }

    pub fn last_number(&self) -> u32 {
        self.by_number.keys().next_back().copied().unwrap_or_default()
    }

    pub fn sent(&self) -> usize {
        self.payments.len()
    }

    pub fn reversed(&self) -> usize {
        self.payments.values().filter(|sent| sent.reversed).count()
    }

    pub fn settled(&self) -> usize {
        self.settlements.len()
    }

    /// A 0500 was sent, and it is not known that it came to an end.
    pub fn is_settling(&self) -> bool {
        self.settlements.keys().next_back().is_some_and(|batch| !self.closed.contains(batch))
    }

    fn must(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(what());
        }
    }

    fn take(&mut self, promise: Promise) {
        match promise {
            Promise::Send { number, batch, stan, amount, voids } => {
                self.send((batch, stan), number, amount, voids);
            }
            Promise::Reverse { batch, stan, attempt } => self.reverse((batch, stan), attempt),
            Promise::Show { number, status } => self.show(number, status),
            Promise::Settle { batch, attempt, sales, voids } => {
                self.settle(batch, Settled { attempt, sales, voids });
            }
            Promise::Upload { batch, stan, amount } => {
                let stands = self
                    .payments
                    .get(&(batch, stan))
                    .is_some_and(|sent| sent.stands() && sent.amount == amount);
                self.must(stands, || format!("uploaded and not booked so: {promise}"));
                self.uploads.insert((batch, stan));
            }
            Promise::Closed { batch } => {
                let settled = self.settlements.contains_key(&batch);
                self.must(settled, || format!("batch {batch} is closed and no 0500 was sent"));
                self.all_or_none_uploaded(batch);
                self.closed.insert(batch);
            }
        }
    }

    fn send(&mut self, id: Id, number: u32, amount: u32, voids: u32) {
        let fate = script::fate(self.seed, id.0, id.1);
        let sent = Sent { number, amount, voids, fate, reversed: false };
        let settled = self.settlements.contains_key(&id.0);
        self.must(!settled, || format!("payment {number} joins batch {} after its 0500", id.0));
        let known = self.payments.insert(id, sent);
        self.must(known.is_none(), || format!("numbers {id:?} given twice: {known:?}, {sent:?}"));
        let before = self.by_number.insert(number, id);
        self.must(before.is_none(), || format!("payment {number} sent twice: {before:?}, {id:?}"));
        let shown = self.shown.get(&number).copied();
        let open = matches!(shown, None | Some(Status::NeverStarted));
        self.must(open, || format!("payment {number} sent after it was shown as {shown:?}"));
        // Whoever asks again for what never left is not told of it yet.
        self.shown.remove(&number);
    }

    fn reverse(&mut self, id: Id, attempt: u32) {
        let before = self.attempts.insert(id, attempt).unwrap_or_default();
        self.must(attempt > before, || format!("reversal of {id:?}: {attempt} after {before}"));
        let there = script::reversal(self.seed, id.0, id.1, attempt).there;
        let Some(sent) = self.payments.get_mut(&id) else { return };
        sent.reversed |= there && sent.fate.is_booked();
        let number = sent.number;
        let approved = self.shown.get(&number) == Some(&Status::Approved);
        self.must(!approved, || format!("payment {number} is reversed and was shown as approved"));
    }

    fn show(&mut self, number: u32, status: Status) {
        let before = self.shown.insert(number, status);
        let is_final =
            matches!(before, Some(Status::Approved | Status::Declined | Status::Reversed));
        self.must(!is_final || before == Some(status), || {
            format!("payment {number} was shown as {before:?} and then as {status:?}")
        });
        let sent = self.by_number.get(&number).and_then(|id| self.payments.get(id)).copied();
        let true_enough = match status {
            Status::Approved => sent.is_some_and(|sent| sent.stands()),
            Status::Declined => sent.is_some_and(|sent| sent.fate == Fate::Declined),
            Status::Reversed => sent.is_none_or(|sent| !sent.stands()),
            Status::NeverStarted => sent.is_none(),
            Status::Reversing => true,
        };
        self.must(true_enough, || format!("payment {number} is shown as {status:?}: {sent:?}"));
    }

    fn settle(&mut self, batch: u32, settled: Settled) {
        let booked = self.figures(batch);
        let told = (settled.sales, settled.voids);
        self.must(told == booked, || {
            format!("batch {batch}: the terminal says {told:?}, the acquirer {booked:?}")
        });
        let before = self.settlements.insert(batch, settled);
        let attempt = settled.attempt;
        let more = before.is_none_or(|before| before.attempt < attempt);
        self.must(more, || format!("batch {batch}: 0500 {attempt} after {before:?}"));
    }

    /// Sales and voids that stand on the acquirer's books: how many, and their sums.
    pub fn figures(&self, batch: u32) -> ((u32, u32), (u32, u32)) {
        let (mut sales, mut voids) = ((0, 0), (0, 0));
        for sent in self.of_batch(batch).map(|(_, sent)| sent).filter(|sent| sent.stands()) {
            let side = if sent.voids == 0 { &mut sales } else { &mut voids };
            *side = (side.0 + 1, side.1 + sent.amount);
        }
        (sales, voids)
    }

    pub fn of_batch(&self, batch: u32) -> impl Iterator<Item = (Id, &Sent)> {
        self.payments.range((batch, 0)..=(batch, u32::MAX)).map(|(id, sent)| (*id, sent))
    }

    fn all_or_none_uploaded(&mut self, batch: u32) {
        let standing: BTreeSet<Id> =
            self.of_batch(batch).filter(|(_, sent)| sent.stands()).map(|(id, _)| id).collect();
        let uploaded: BTreeSet<Id> =
            self.uploads.range((batch, 0)..=(batch, u32::MAX)).copied().collect();
        let missing: Vec<_> = standing.difference(&uploaded).copied().collect();
        let complete = !script::wants_uploads(self.seed, batch) || missing.is_empty();
        self.must(complete, || format!("batch {batch} is closed without the uploads {missing:?}"));
    }
}
