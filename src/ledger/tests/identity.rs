//! Who a book is, and what is owed under an older name.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind::{OfflineSale, QrSale, Sale};

fn identity(index: u8, forced: bool) -> Identity {
    Identity {
        book: 0,
        index,
        terminal: TerminalId::new("10000001").unwrap(),
        merchant: MerchantId::new("898100000000001").unwrap(),
        currency: Currency::CNY,
        key: 1,
        forced,
    }
}

#[test]
fn an_identity_counts_up_and_payments_name_it() {
    let mut till = Till::new();
    assert_eq!(till.ledger.identity(0), Ok(None));
    let skips = till.put(identity(1, false));
    assert_eq!(skips, Err(Refusal::IdentityIndex { book: 0, current: None }));
    assert_eq!(till.put(identity(0, false)), Ok(Change::Identity { book: 0, index: 0 }));
    let unnamed = Intent { identity: None, ..till.intent(0, Sale, 1) };
    till.put(unnamed).unwrap();
    till.on(Seq(till.seq), E::OutcomeDeclined).unwrap();
    till.put(identity(1, false)).unwrap();
    let (expected, book) = (Some(1), 0);
    for found in [None, Some(0), Some(2)] {
        let other = till.put(Intent { identity: found, ..till.intent(0, Sale, 1) });
        assert_eq!(other, Err(Refusal::IdentityDiffers { book, expected, found }));
    }
    till.completed_sale(1);
}

#[test]
fn a_book_that_owes_something_keeps_its_identity_unless_it_is_forced() {
    let mut till = Till::new();
    till.put(identity(0, false)).unwrap();
    let in_use = Err(Refusal::IdentityInUse { book: 0 });
    let owed = till.sale(1);
    assert_eq!(till.put(identity(1, false)), in_use, "an open payment");
    till.on(owed, E::OutcomeCompleted).unwrap();
    assert_eq!(till.put(identity(1, false)), in_use, "an unsettled batch");
    till.put(till.freeze(0)).unwrap();
    assert_eq!(till.put(identity(1, false)), in_use, "a settlement");
    till.put(Unfreeze { book: 0 }).unwrap();

    let (sale, stored) = (till.sale(2), till.begin(OfflineSale, 3));
    let order = till.begin(QrSale, 4);
    till.on(order, E::Attempt).unwrap();
    till.put(identity(1, true)).unwrap();
    let item = |seq| till.ledger.item(seq).unwrap();
    let states = [sale, stored, order].map(|seq| item(seq).state());
    assert_eq!(states, [S::Unresolved, S::Stored, S::Cancelling], "what says more, stays");
    for seq in [sale, stored, order] {
        assert!(item(seq).is_unresolved() && !item(seq).is_in_flight());
        assert_eq!(item(seq).identity(), Some(0));
    }
    assert_eq!(through_checkpoint(&till.ledger), till.ledger);
    till.settle(0);
}

#[test]
fn an_identity_is_kept_as_long_as_something_may_name_it() {
    let mut till = Till::new();
    let kept = |till: &Till| -> Vec<u8> {
        let pinned = till.log.iter().filter(|(at, record)| till.ledger.pins(at.seq, record));
        let index = |record: &Record| match record {
            Record::Identity(identity) => Some(identity.index),
            _ => None,
        };
        pinned.filter_map(|(_, record)| index(record)).collect()
    };
    till.put(identity(0, false)).unwrap();
    till.put(identity(1, false)).unwrap();
    assert_eq!(kept(&till), [1]);
    let item = till.sale(1);
    till.put(identity(2, true)).unwrap();
    assert_eq!(kept(&till), [1, 2], "named by an open payment and its batch");
    till.completed_sale(5);
    till.settle(0);
    till.put(identity(3, true)).unwrap();
    // The batch that is open now began under number 2.
    assert_eq!(kept(&till), [1, 2, 3]);
    till.settle(0);
    assert_eq!(kept(&till), [1, 3]);
    assert!(till.ledger.needs_from() <= Seq(2));
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerDone).unwrap();
    assert_eq!(kept(&till), [3]);
    till.put(identity(4, false)).unwrap();
    assert_eq!(kept(&till), [4]);
    assert_eq!(till.ledger.books[0].identities.unwrap().bytes, COST);
}

#[test]
fn two_hundred_and_fifty_six_names_are_all_there_are() {
    let mut till = Till::new();
    for index in 0..=255 {
        till.put(identity(index, false)).unwrap();
    }
    let none_left = Err(Refusal::IdentityIndex { book: 0, current: Some(255) });
    assert_eq!(till.put(identity(255, false)), none_left);
}

#[test]
fn attachments_are_kept_until_payment_and_batch_are_closed() {
    let mut till = Till::new();
    let attach = |item| Attach { item, book: 0, sealed: Sealed::new(&[7; 20]).ok(), emv: None };
    let kept = |till: &Till| {
        let pinned = till.log.iter().filter(|(at, record)| till.ledger.pins(at.seq, record));
        pinned.filter(|(_, record)| matches!(record, Record::Attach(_))).count()
    };
    let closed = till.completed_sale(1);
    till.put(attach(closed)).unwrap();
    let open = till.unresolved_sale(2);
    till.put(attach(open)).unwrap();
    assert!(till.put(Attach { book: 1, ..attach(open) }).is_err());
    assert_eq!(kept(&till), 2);
    till.settle(0);
    assert_eq!(kept(&till), 1, "the payment is open still");
    assert_eq!(till.put(attach(closed)), Err(Refusal::NotOpen { item: closed }));
    till.on(open, E::Attempt).unwrap();
    till.on(open, E::AnswerDone).unwrap();
    assert_eq!(kept(&till), 0);
    let unknown = Seq(till.seq + 9);
    assert_eq!(till.put(attach(unknown)), Err(Refusal::NotOpen { item: unknown }));
}
