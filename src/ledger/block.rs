//! What stops a new online payment, told before the card is read.

use super::kinds::Owes;
use super::{Item, Ledger, Phase, Refusal};
use crate::record::Seq;
use core::fmt;

/// Why a book takes no new online payment now.
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
    /// What stops new online payments of the book, if anything does.
    ///
    /// Unresolved payments do not: what they stop is a policy of the firmware.
    #[must_use]
    pub fn blocked(&self, book: u8) -> Option<Block> {
        let phase = match self.phase(book) {
            Ok(phase) => phase,
            Err(refusal) => return Some(Block::Refused(refusal)),
        };
        if phase != Phase::Open {
            return Some(Block::Settlement { phase });
        }
        let owed = |item: &&Item| {
            item.book == book && item.owes() == Some(Owes::Reversal) && !item.unresolved
        };
        if let Some(item) = self.items.iter().find(owed) {
            return Some(Block::Reversal { item: item.seq });
        }
        if self.items.is_full() {
            return Some(Block::ItemsFull);
        }
        self.next_stan(book).err().map(Block::Refused)
    }
}
