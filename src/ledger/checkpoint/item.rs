//! The entry of an open payment. Version 2 appended its last four fields.

use super::super::item::NOT_TRIED;
use super::super::{Item, ItemState};
use super::unless;
use crate::record::sparse::sparse;
use crate::record::{
    Amount, Batch, CardClass, Currency, Place, ReversalReason, Seq, Stan, TransactionKind,
};

pub(super) struct ItemEntry {
    state: ItemState,
    seq: Seq,
    place: Place,
    book: u8,
    kind: TransactionKind,
    stan: Stan,
    batch: Batch,
    amount: Amount,
    currency: Currency,
    cost: u32,
    attempts: Option<u16>,
    reason: Option<ReversalReason>,
    original: Option<Seq>,
    approved: Option<Amount>,
    unresolved: Option<()>,
    reopened: Option<()>,
    tip: Option<Amount>,
    cards: Option<CardClass>,
    identity: Option<u8>,
    withheld: Option<()>,
}

sparse! {
    ItemEntry {
        always { state, seq, place, book, kind, stan, batch, amount, currency, cost },
        maybe {
            attempts, reason, original, approved, unresolved, reopened, tip, cards, identity,
            withheld,
        },
    }
}

impl ItemEntry {
    pub(super) fn of(item: &Item) -> Self {
        Self {
            state: item.state,
            seq: item.seq,
            place: item.place,
            book: item.book,
            kind: item.kind,
            stan: item.stan,
            batch: item.batch,
            amount: item.amount,
            currency: item.currency,
            cost: item.cost,
            attempts: unless(item.attempts, &0),
            reason: unless(item.reason, &ReversalReason::NoAnswer),
            original: item.original(),
            approved: unless(item.approved, &item.amount),
            unresolved: item.unresolved.then_some(()),
            reopened: item.reopened.then_some(()),
            tip: unless(item.tip, &Amount::ZERO),
            cards: unless(item.cards, &CardClass::Domestic),
            identity: item.identity,
            withheld: item.withheld.then_some(()),
        }
    }

    pub(super) fn into_item(self) -> Item {
        Item {
            amount: self.amount,
            approved: self.approved.unwrap_or(self.amount),
            tip: self.tip.unwrap_or(Amount::ZERO),
            tried_at: NOT_TRIED,
            seq: self.seq,
            place: self.place,
            original: self.original.map_or(u32::MAX, |seq| seq.0),
            stan: self.stan,
            batch: self.batch,
            cost: self.cost,
            attempts: self.attempts.unwrap_or(0),
            currency: self.currency,
            cards: self.cards.unwrap_or(CardClass::Domestic),
            identity: self.identity,
            book: self.book,
            kind: self.kind,
            state: self.state,
            reason: self.reason.unwrap_or(ReversalReason::NoAnswer),
            unresolved: self.unresolved.is_some(),
            reopened: self.reopened.is_some(),
            withheld: self.withheld.is_some(),
            in_flight: false,
            fresh: false,
            asked: false,
        }
    }
}
