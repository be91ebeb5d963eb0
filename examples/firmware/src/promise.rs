//! What the terminal promised: a line each, written to the host before it acts.
//!
//! The terminal never reads them back. The words and their order are the same in every language.

use core::fmt::{self, Write};

/// One promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// A request is about to leave.
    Send {
        /// The payment of the script.
        number: u32,
        /// DE60.
        batch: u32,
        /// DE11.
        stan: u32,
        /// In minor units.
        amount: u32,
        /// The payment it voids; 0: it is a sale.
        voids: u32,
    },
    /// A reversal is about to leave.
    Reverse {
        /// DE60 of the original.
        batch: u32,
        /// DE11 of the original.
        stan: u32,
        /// 1 for the first.
        attempt: u32,
    },
    /// The cash register and the customer are about to be told.
    Show {
        /// The payment of the script.
        number: u32,
        /// Its status.
        status: Status,
    },
    /// A 0500 is about to leave.
    Settle {
        /// The batch.
        batch: u32,
        /// 1 for the first.
        attempt: u32,
        /// Completed sales and their sum.
        sales: (u32, u32),
        /// Completed voids and their sum.
        voids: (u32, u32),
    },
    /// A payment is about to be uploaded.
    Upload {
        /// The batch.
        batch: u32,
        /// DE11.
        stan: u32,
        /// In minor units.
        amount: u32,
    },
    /// The merchant is about to be told that the batch is closed.
    Closed {
        /// The batch.
        batch: u32,
    },
}

/// What is shown of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Hand out the goods.
    Approved,
    /// No money moves.
    Declined,
    /// It is being reversed.
    Reversing,
    /// It was reversed.
    Reversed,
    /// Nothing was sent.
    NeverStarted,
}

/// The words on the lines.
const STATUS: [(Status, &str); 5] = [
    (Status::Approved, "approved"),
    (Status::Declined, "declined"),
    (Status::Reversing, "reversing"),
    (Status::Reversed, "reversed"),
    (Status::NeverStarted, "never-started"),
];

/// Room for the longest line.
pub type Line = heapless::String<96>;

impl Promise {
    /// The line, with its end.
    pub fn line(&self) -> Line {
        let mut line = Line::new();
        // It has room for ten numbers of ten digits.
        let _ = writeln!(line, "{self}");
        line
    }

    /// The promise of a line without its end.
    pub fn parse(line: &str) -> Option<Promise> {
        let mut words = line.split(' ');
        let word = words.next()?;
        let mut rest = words.clone();
        let mut number = || words.next()?.parse::<u32>().ok();
        let promise = match word {
            "send" => Promise::Send {
                number: number()?,
                batch: number()?,
                stan: number()?,
                amount: number()?,
                voids: number()?,
            },
            "reverse" => Promise::Reverse { batch: number()?, stan: number()?, attempt: number()? },
            "show" => {
                let number = number()?;
                let word = rest.nth(1)?;
                let status = STATUS.iter().find(|(_, name)| *name == word)?.0;
                Promise::Show { number, status }
            }
            "settle" => Promise::Settle {
                batch: number()?,
                attempt: number()?,
                sales: (number()?, number()?),
                voids: (number()?, number()?),
            },
            "upload" => Promise::Upload { batch: number()?, stan: number()?, amount: number()? },
            "closed" => Promise::Closed { batch: number()? },
            _ => return None,
        };
        Some(promise)
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Promise::Send { number, batch, stan, amount, voids } => {
                write!(f, "send {number} {batch} {stan} {amount} {voids}")
            }
            Promise::Reverse { batch, stan, attempt } => {
                write!(f, "reverse {batch} {stan} {attempt}")
            }
            Promise::Show { number, status } => {
                let word = STATUS.iter().find(|(s, _)| *s == status).map_or("", |(_, w)| w);
                write!(f, "show {number} {word}")
            }
            Promise::Settle { batch, attempt, sales, voids } => {
                let ((a, b), (c, d)) = (sales, voids);
                write!(f, "settle {batch} {attempt} {a} {b} {c} {d}")
            }
            Promise::Upload { batch, stan, amount } => write!(f, "upload {batch} {stan} {amount}"),
            Promise::Closed { batch } => write!(f, "closed {batch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_as_it_was_written() {
        let m = u32::MAX;
        for promise in [
            Promise::Send { number: 1, batch: 2, stan: 3, amount: 4, voids: 5 },
            Promise::Reverse { batch: 2, stan: 3, attempt: 4 },
            Promise::Show { number: 1, status: Status::NeverStarted },
            Promise::Settle { batch: m, attempt: m, sales: (m, m), voids: (m, m) },
            Promise::Upload { batch: 2, stan: 3, amount: 4 },
            Promise::Closed { batch: 7 },
        ] {
            let line = promise.line();
            assert_eq!(line.strip_suffix('\n').and_then(Promise::parse), Some(promise), "{line}");
        }
    }

    #[test]
    fn half_a_line_is_no_promise() {
        assert_eq!(Promise::parse("send 1 2 3 4"), None);
        assert_eq!(Promise::parse("show 1 appro"), None);
        assert_eq!(Promise::parse(" 2 3 4"), None);
    }
}
