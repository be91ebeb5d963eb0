//! Whether an answer belongs to a request.
//!
//! A host repeats DE3, DE4, DE11, DE41 and DE42. An answer in which one of them differs is an answer to
//! something else, or garbage with a good length: it is no answer, and what was asked is still owed.

use crate::record::{Amount, MerchantId, Stan, TerminalId};
use core::fmt;

/// The data elements that an answer repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// DE3, six digits.
    pub processing: u32,
    /// DE4; not in every message.
    pub amount: Option<Amount>,
    /// DE11.
    pub stan: Stan,
    /// DE41.
    pub terminal: TerminalId,
    /// DE42.
    pub merchant: MerchantId,
}

/// The data element in which an answer differs from its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch {
    /// Its number: 3, 4, 11, 41 or 42.
    pub element: u8,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DE{} differs from the request: this is no answer to it", self.element)
    }
}

impl core::error::Error for Mismatch {}

impl Echo {
    /// Whether `answer` repeats this request. `lower_amount`: a partial approval may carry less.
    ///
    /// # Errors
    /// The first element that differs.
    pub fn check(&self, answer: &Self, lower_amount: bool) -> Result<(), Mismatch> {
        let amount = match (self.amount, answer.amount) {
            (Some(asked), Some(got)) => got == asked || lower_amount && got < asked,
            // Not every host repeats it.
            _ => true,
        };
        let same = [
            (11, self.stan == answer.stan),
            (3, self.processing == answer.processing),
            (4, amount),
            (41, self.terminal == answer.terminal),
            (42, self.merchant == answer.merchant),
        ];
        match same.iter().find(|(_, same)| !same) {
            Some(&(element, _)) => Err(Mismatch { element }),
            None => Ok(()),
        }
    }
}
