use crate::ledger::figures::TooManyDigits;
use crate::ledger::{Block, ItemState, Refusal};
use crate::log;
use crate::record::{Amount, Seq, Uptime};

/// Why the journal did not do it. `E` is the flash driver's own error.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error<E> {
    /// The log could not.
    Log(log::Error<E>),
    /// It is illegal now. Nothing was written.
    Refused(Refusal),
    /// Something has to be done first. Nothing was written.
    Blocked(Block),
    /// There is no room to begin another payment and be sure to end it.
    Full {
        /// Bytes that this payment needs in the worst case.
        needed: u32,
        /// Bytes that are free for that.
        free: u32,
    },
    /// A payment of the book is unresolved, and its profile lets nothing online begin before an
    /// operator has decided.
    Unresolved {
        /// The oldest one.
        item: Seq,
        /// Where it stands.
        state: ItemState,
    },
    /// With this payment a figure of the settlement could have more digits than its field.
    Digits(TooManyDigits),
    /// The batch holds as many payments as its host takes: settle it.
    BatchFull {
        /// How many that is.
        limit: u32,
    },
    /// The profile does not say that the host takes this refund twice for one: ask about it instead.
    NotRepeatable {
        /// The refund.
        item: Seq,
    },
    /// The answer may be older than the cancel that was sent for this order, which may still be under
    /// way: ask again, not before that time.
    TooEarly {
        /// The order's payment.
        item: Seq,
        /// From when on a question counts.
        from: Uptime,
    },
    /// The cash register used this reference before, for another amount, currency, kind or original.
    ReferenceReused {
        /// The payment that has it.
        item: Seq,
        /// Its amount.
        amount: Amount,
    },
    /// The reference is not found, and records that may hold it are lost or cannot be read. Ask the
    /// cashier or the host, then begin with `even_if_lost`.
    MayBeLost {
        /// Places in the log at which something is missing or unreadable.
        places: u32,
    },
    /// A payment of the batch was not uploaded: its end may not be told.
    NotUploaded {
        /// The next one.
        item: Seq,
    },
    /// No such payment is in the journal any more.
    NotFound {
        /// The sequence number asked for.
        item: Seq,
    },
    /// A record does not fit into a frame; cannot happen with the frames a journal is built for.
    TooLarge,
    /// The old journal still owes something: settle it, or say explicitly that it may be lost.
    StillOwing {
        /// Payments that are open.
        open_items: usize,
        /// Whether a batch is unsettled.
        unsettled: bool,
    },
}

impl<E> From<log::Error<E>> for Error<E> {
    fn from(error: log::Error<E>) -> Self {
        Error::Log(error)
    }
}

impl<E> From<Refusal> for Error<E> {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal)
    }
}

impl<E: core::fmt::Debug> core::fmt::Display for Error<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Error::Log(error) => write!(f, "{error}"),
            Error::Refused(refusal) => write!(f, "{refusal}"),
            Error::Blocked(block) => write!(f, "{block}"),
            Error::Full { needed, free } => write!(
                f,
                "the journal is full: a payment needs up to {needed} bytes and {free} are free; \
                 settle the batch"
            ),
            Error::Unresolved { item, state } => write!(
                f,
                "payment {item} is {state}: an operator decides before the next one begins"
            ),
            Error::Digits(digits) => write!(f, "{digits}"),
            Error::BatchFull { limit } => {
                write!(f, "the batch holds {limit} payments, as many as the host takes: settle it")
            }
            Error::TooEarly { item, from } => write!(
                f,
                "a cancel of payment {item} may still be under way: ask again {} ms after the start",
                from.0
            ),
            Error::NotRepeatable { item } => {
                write!(f, "the refund {item} may not be sent twice: ask the host about it")
            }
            Error::ReferenceReused { item, amount } => write!(
                f,
                "the reference belongs to payment {item} over {}: use a new reference",
                amount.minor()
            ),
            Error::MayBeLost { places } => write!(
                f,
                "the reference is unknown, and records are lost or unreadable at {places} places: \
                 look whether it was paid, then begin all the same"
            ),
            Error::NotUploaded { item } => {
                write!(f, "payment {item} is not uploaded yet: upload it before the end")
            }
            Error::NotFound { item } => {
                write!(f, "payment {item} is not in the journal (any more)")
            }
            Error::TooLarge => f.write_str("the record is too large for a frame"),
            Error::StillOwing { open_items, unsettled } => write!(
                f,
                "the journal still has {open_items} open payments{}: do what is owed first",
                if *unsettled { " and an unsettled batch" } else { "" }
            ),
        }
    }
}

impl<E: core::fmt::Debug> core::error::Error for Error<E> {}
