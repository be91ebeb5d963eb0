//! What stops a new payment, told before the card is read.
//!
//! | what | stops |
//! |---|---|
//! | an unfinished settlement, unless an operator opened the next batch | online business of its book |
//! | an owed reversal that is not unresolved | online business of its book |
//! | no room for one more open payment, no STAN left | every kind (an inquiry needs no room) |
//! | advices, queries about refunds and QR orders | nothing but the settlement of their batch |
//! | script results | nothing |
//!
//! Advices and script results are no online business: they begin at any time.

use super::kinds::{Owes, rule};
use super::{Item, Ledger, Phase, Refusal};
use crate::record::{Seq, TransactionKind};
use core::fmt;

/// Why a book takes no new payment of a kind now.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Block {
    /// A settlement was begun and is not closed.
    Settlement {
        /// How far it has come.
        phase: Phase,
    },
    /// A reversal is owed and has to be sent first.
    Reversal {
        /// The payment.
        item: Seq,
    },
    /// As many payments are open as the ledger has room for.
    ItemsFull,
    /// The ledger itself would refuse: no such book, or its STANs are used up.
    Refused(Refusal),
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settlement { phase } => write!(f, "a settlement is {phase}: finish it first"),
            Self::Reversal { item } => write!(f, "payment {item} has to be reversed first"),
            Self::ItemsFull => Refusal::ItemsFull.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl<const ITEMS: usize, const BOOKS: usize> Ledger<ITEMS, BOOKS> {
    /// What stops a new payment of this kind in the book, if anything does.
    ///
    /// Unresolved payments do not: what they stop is a policy of the firmware.
    #[must_use]
    pub fn blocked(&self, book: u8, kind: TransactionKind) -> Option<Block> {
        let owes = rule(kind).owes;
        let state = match self.book(book) {
            Ok(state) => state,
            Err(refusal) => return Some(Block::Refused(refusal)),
        };
        if !owes.is_offline() {
            if state.is_locked() {
                return Some(Block::Settlement { phase: state.phase() });
            }
            let owed = |item: &&Item| item.book == book && item.blocks();
            if let Some(item) = self.items.iter().find(owed) {
                return Some(Block::Reversal { item: item.seq });
            }
        }
        if self.items.is_full() && owes != Owes::Nothing {
            return Some(Block::ItemsFull);
        }
        self.next_stan(book).err().map(Block::Refused)
    }
}
