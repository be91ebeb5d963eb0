//! Checkpoints: sizes, bounds, and what cannot be restored.

use super::*;
use crate::ledger::ItemEvent as E;
use crate::ledger::book::Book;

/// The lengths of all entries.
fn lengths<const I: usize, const B: usize>(ledger: &Ledger<I, B>) -> Vec<usize> {
    let mut out = [0; MAX_ENTRY];
    (0..).map_while(|index| ledger.checkpoint_entry(index, &mut out)).collect()
}

#[test]
fn an_unused_ledger_is_one_short_entry() {
    assert_eq!(lengths(&Small::new()), [3]);
    assert_eq!(through_checkpoint(&Small::new()), Small::new());
}

#[test]
fn a_usual_checkpoint_is_small() {
    let mut till = Till::new();
    let (stan, invoice) = (Stan::new(43_711), Invoice::new(43_650));
    till.put(SetBatch { book: 0, next: Batch::new(271).unwrap(), stan, invoice }).unwrap();
    till.seq = 70_000;
    for _ in 0..200 {
        till.completed_sale(12_850);
    }
    let item = till.sale(12_850);
    till.on(item, E::OutcomeUnknown).unwrap();
    till.on(item, E::Attempt).unwrap();
    let lengths = lengths(&till.ledger);
    assert_eq!(lengths, [8, 30, 23]);
    assert!(lengths.iter().sum::<usize>() <= 90);
    assert_eq!(through_checkpoint(&till.ledger), till.ledger);
}

#[test]
fn the_largest_entries_fit() {
    let tally = Tally { count: u32::MAX, amount: Amount::new(u64::MAX) };
    let totals =
        |currency| CurrencyTotals { currency, sales: tally, refunds: tally, voided: tally };
    let item = |seq| Item {
        amount: Amount::new(u64::MAX),
        approved: Amount::new(u64::MAX - 1),
        seq: Seq(seq),
        place: Place(u32::MAX),
        original: u32::MAX - 1,
        stan: Stan::MAX,
        batch: Batch::MAX,
        cost: u32::MAX,
        attempts: u16::MAX,
        currency: Currency::EUR,
        book: 0,
        kind: TransactionKind::Refund,
        state: ItemState::Unresolved,
        reason: ReversalReason::MacError,
        unresolved: true,
        reopened: true,
        asked: false,
        in_flight: false,
    };
    let mut ledger = Ledger::<3, 1>::new();
    ledger.books[0] = Book {
        totals: Totals([Currency::USD, Currency::EUR].into_iter().map(totals).collect()),
        batch_from: Seq(u32::MAX),
        pinned: u32::MAX,
        uploaded: Seq(u32::MAX),
        batch: Batch::MAX,
        next_stan: Stan::MAX,
        first_stan: Some(Stan::MAX),
        next_invoice: Invoice::MAX,
        settle_attempts: u16::MAX,
        phase: Phase::Ended,
        used: true,
    };
    ledger.insert(item(u32::MAX));
    ledger.insert(item(u32::MAX - 2));
    ledger.insert(item(u32::MAX - 1));
    assert!(ledger.items().map(Item::seq).is_sorted(), "in whatever order they come");
    let (seq, kind) = (Seq(u32::MAX), TransactionKind::Refund);
    ledger.newest = Some(Newest { seq, kind, state: ItemState::Abandoned });
    let lengths = lengths(&ledger);
    assert_eq!(lengths.iter().sum::<usize>(), Ledger::<3, 1>::MAX_CHECKPOINT, "{lengths:?}");
    assert!(lengths.iter().all(|len| *len <= MAX_ENTRY));
    assert_eq!(lengths.len(), Ledger::<3, 1>::MAX_ENTRIES);
    assert_eq!(through_checkpoint(&ledger), ledger);
}

#[test]
fn what_was_in_flight_is_owed_after_a_checkpoint() {
    let mut till = Till::new();
    let item = till.sale(1);
    let restored = through_checkpoint(&till.ledger);
    assert_eq!(restored, till.ledger);
    assert!(restored.next_duty().is_some());
    assert!(till.ledger.item(item).unwrap().is_in_flight());
}

#[test]
fn what_does_not_fit_or_cannot_be_read_is_an_error() {
    let mut till = Till::new();
    for _ in 0..4 {
        till.sale(1);
    }
    let entry = |index| {
        let mut out = [0; MAX_ENTRY];
        let len = till.ledger.checkpoint_entry(index, &mut out).unwrap();
        out[..len].to_vec()
    };
    let mut smaller = Ledger::<1, 1>::new();
    smaller.restore_entry(&entry(2)).unwrap();
    assert_eq!(smaller.restore_entry(&entry(2)), Err(Unreadable::Malformed), "twice");
    assert_eq!(smaller.restore_entry(&entry(3)), Err(Unreadable::ItemsFull));
    assert_eq!(Ledger::<1, 0>::new().restore_entry(&entry(1)), Err(Unreadable::NoSuchBook(0)));
    assert_eq!(smaller.restore_entry(&[1, 2, 0]), Err(Unreadable::Version(2)));
    assert_eq!(smaller.restore_entry(&[9]), Err(Unreadable::Tag(9)));
    assert_eq!(smaller.restore_entry(&[]), Err(Unreadable::Malformed));
    for index in 0..3 {
        let bytes = entry(index);
        for len in 0..bytes.len() {
            assert!(Small::new().restore_entry(&bytes[..len]).is_err(), "{index} cut at {len}");
        }
        let longer = [&bytes[..], &[0xA5; 7]].concat();
        assert_eq!(Small::new().restore_entry(&longer), Ok(()), "appended fields");
    }
}

#[test]
fn a_reset_ledger_is_a_new_one() {
    let mut till = Till::new();
    till.sale(1);
    till.ledger.reset();
    assert_eq!(till.ledger, Small::new());
}

/// Every comparison of a replay with the original depends on it.
#[test]
fn ledgers_differ_by_any_payment() {
    let ledger = |minor, event| {
        let mut till = Till::new();
        let item = till.sale(minor);
        till.on(item, event).unwrap();
        till.ledger
    };
    let one = ledger(1, E::OutcomeUnknown);
    assert_eq!(one, ledger(1, E::OutcomeUnknown));
    assert_ne!(one, ledger(2, E::OutcomeUnknown), "the amount");
    assert_ne!(one.item(Seq(1)), ledger(1, E::Reverse).item(Seq(1)), "the reason");
}
