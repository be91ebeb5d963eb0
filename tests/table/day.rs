//! The terminal's day: the same calls in the same order whenever it is run on the same geometry.

use pos_journal::ledger::{Duty, PaymentStatus, Phase, SettleStep};
use pos_journal::record::{AnswerClass, SettleClass, TransactionKind};

use crate::common::geometry::Till;
use crate::common::promises::Promises;
use crate::common::script::{self, Step};

/// Calls of a day: with idle time it takes so many until a batch fills the journal.
const CALLS: u64 = 420;
const CALLS_IDLE: u64 = 900;
/// Payments of a batch.
const BATCH: usize = 11;

/// What comes next.
pub struct Day {
    /// There is idle time.
    idle: bool,
    call: u64,
    begun: u64,
}

impl Day {
    pub fn new(idle: bool) -> Self {
        Day { idle, call: 0, begun: 0 }
    }

    /// The next call; `None` in the evening.
    pub fn next<const W: usize, const E: usize, const I: usize, const B: usize>(
        &mut self,
        till: &Till<W, E, I, B>,
        promises: &Promises,
    ) -> Option<Step> {
        self.call += 1;
        match self.call {
            call if call > if self.idle { CALLS_IDLE } else { CALLS } => None,
            call if call % 17 == 0 => Some(Step::Reboot),
            call if self.idle && call % 2 == 0 => Some(Step::Maintain),
            _ => Some(self.business(till, promises)),
        }
    }

    fn business<const W: usize, const E: usize, const I: usize, const B: usize>(
        &mut self,
        till: &Till<W, E, I, B>,
        promises: &Promises,
    ) -> Step {
        let ledger = till.ledger();
        if let Some(item) = ledger.items().find(|item| item.is_in_flight()) {
            let item = item.seq();
            return match self.begun % 5 {
                1 | 3 => Step::NoAnswer(item),
                n => Step::Approved { item, completed: true, long: n == 0 },
            };
        }
        let unresolved = |duty: &Duty| matches!(duty, Duty::Reversal { unresolved: true, .. });
        if let Some(duty) = till.duties().find(|duty| !unresolved(duty)) {
            return self.pay(duty, till, promises);
        }
        let tight = till.may_start(0, TransactionKind::Sale).is_err()
            || till.room().payments_left < if self.idle { 1 } else { 4 };
        let counted = |book: &u8| promises.payments.values().filter(|p| p.book == *book).count();
        let unsettled = |book: &u8| {
            ledger.phase(*book) == Ok(Phase::Open)
                && ledger.totals(*book).is_ok_and(|totals| !totals.is_zero())
        };
        let fullest = (0..B as u8).filter(unsettled).max_by_key(counted);
        // With idle time a batch is settled when there is no room for more, so that sectors are full
        // of what is needed, and then need not be kept any more.
        if let Some(book) = fullest
            && (tight || !self.idle && counted(&book) >= BATCH)
        {
            return Step::Freeze(book);
        }
        // Payments stay open over many sectors, then they are ended. With idle time the oldest one
        // stays for ever, so that there is something left to carry when a batch is closed.
        let open: Vec<_> = ledger.items().map(|item| item.seq()).collect();
        let (ended, most) = match self.idle {
            true => (open.last(), 2),
            false => (open.first(), I - 2),
        };
        if let Some(&item) = ended
            && (tight || open.len() >= most)
        {
            return Step::Abandon(item);
        }
        let book = (self.begun % B as u64) as u8;
        self.begun += 1;
        Step::Begin(Box::new(script::sale(book, 1_000 + self.begun)))
    }

    /// A step towards the end of something owed.
    fn pay<const W: usize, const E: usize, const I: usize, const B: usize>(
        &self,
        duty: Duty,
        till: &Till<W, E, I, B>,
        promises: &Promises,
    ) -> Step {
        match duty {
            Duty::Reversal { item, attempts: 0, .. } => Step::Attempt(item),
            Duty::Reversal { item, .. } if self.begun % 5 == 1 => Step::GiveUp(item),
            Duty::Reversal { item, .. } => Step::Answer(item, AnswerClass::Done),
            Duty::Settle { book, step } => match step {
                SettleStep::Send => Step::SettleAttempt(book),
                SettleStep::Repeat => Step::SettleAnswer(book, SettleClass::Unbalanced),
                SettleStep::Upload { after } => {
                    let batch = till.ledger().batch(book).map_or(0, |batch| batch.get());
                    let left = promises.payments.iter().any(|(seq, p)| {
                        *seq > after
                            && p.book == book
                            && p.batch == batch
                            && p.status == PaymentStatus::Approved
                    });
                    if left { Step::Uploaded(book) } else { Step::UploadEnded(book) }
                }
                SettleStep::Close => Step::BatchClosed(book),
                _ => Step::Maintain,
            },
            _ => Step::Maintain,
        }
    }
}
