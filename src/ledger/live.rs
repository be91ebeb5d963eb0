//! Rules that only the running terminal can apply: they depend on what it did since its start.
//!
//! | record | refused when | because |
//! |---|---|---|
//! | approval, confirmation by the chip | the payment was begun before the last start and owes a reversal | the customer has seen nothing and may have left: a late approval revives nothing |
//! | proof of never sent, except of an advice | the payment was begun before the last start | whoever could have proved it is gone |
//! | offline approval by the chip | the payment was begun before the last start | so is the card |
//! | second 'nothing to reverse' | no attempt was recorded since the first | the same answer may come twice over the line |
//! | proof of an attempt never sent | no attempt was recorded since the last answer | it would take back another attempt |
//!
//! A replay does not ask: what was refused here was never written.

use super::kinds::Owes;
use super::{Item, ItemState, Ledger, Refusal};
use crate::record::{AnswerClass, Outcome, Record, Verdict};

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// Whether a record may be written now: [`Ledger::check`], and the table above.
    ///
    /// # Errors
    /// Why not, and what to do instead.
    pub fn check_live(&self, record: &Record) -> Result<(), Refusal> {
        self.check(record)?;
        match record.item().and_then(|item| self.item(item)) {
            Some(item) => item.check_live(record),
            None => Ok(()),
        }
    }
}

impl Item {
    fn check_live(&self, record: &Record) -> Result<(), Refusal> {
        let reversed = self.owed() == Owes::Reversal;
        let too_late = match record {
            // The result of a query may be an approval: a refund has no customer to deceive.
            Record::Outcome(Outcome { verdict: Verdict::Approved { .. }, .. }) => reversed,
            Record::Completed(_) => true,
            // Of an advice the log itself proves it.
            Record::NotSent(_) => !self.owed().is_offline(),
            _ => false,
        };
        let stale = matches!(record, Record::OfflineApproved(_)) && !self.fresh;
        if (too_late && !self.in_flight) || stale {
            return Err(Refusal::TooLate { item: self.seq, state: self.state });
        }
        let asked_for = match record {
            Record::Answer(answer) => match answer.class {
                AnswerClass::NothingToReverse => self.state != ItemState::NothingOnce || self.asked,
                AnswerClass::Unsent => self.asked,
                _ => true,
            },
            _ => true,
        };
        if asked_for { Ok(()) } else { Err(Refusal::NothingSent { item: self.seq }) }
    }
}
