//! Checkpoints: sizes, bounds, and what cannot be restored.

use super::*;
use crate::ledger::ItemEvent as E;
use crate::ledger::book::{BOOK_ROWS, Book, Identities, Kept, Settling, Span, TALLY_MAX};
use crate::ledger::item::Millis;

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
    assert_eq!(lengths, [8, 17, 12, 23]);
    assert!(lengths.iter().sum::<usize>() <= 90);
    assert_eq!(through_checkpoint(&till.ledger), till.ledger);
}

#[test]
fn the_largest_entries_fit() {
    let tally = Tally { count: 999_999, amount: Amount::new(TALLY_MAX) };
    let row = |(currency, cards)| TotalsRow {
        currency,
        cards,
        sales: tally,
        refunds: tally,
        voided: tally,
        refunds_voided: tally,
        tips: tally,
    };
    let classes = [CardClass::Domestic, CardClass::Foreign];
    let currency = |n| [Currency::USD, Currency::EUR][n / 2];
    let totals =
        |rows: usize| Totals((0..rows).map(|n| row((currency(n), classes[n % 2]))).collect());
    let item = |seq| Item {
        amount: Amount::DE4_MAX,
        approved: Amount::new(Amount::DE4_MAX.minor() - 1),
        tip: Amount::DE4_MAX,
        tried_at: Millis(7),
        seq: Seq(seq),
        place: Place(u32::MAX),
        original: u32::MAX - 1,
        stan: Stan::MAX,
        batch: Batch::MAX,
        cost: u32::MAX,
        attempts: u16::MAX,
        currency: Currency::EUR,
        cards: CardClass::Foreign,
        identity: Some(u8::MAX),
        book: 0,
        kind: TransactionKind::Refund,
        state: ItemState::Unresolved,
        reason: ReversalReason::MacError,
        unresolved: true,
        reopened: true,
        withheld: true,
        asked: false,
        in_flight: false,
        fresh: false,
    };
    let span = |rows| Span {
        totals: totals(rows),
        batch: Batch::MAX,
        from: Seq(u32::MAX),
        pinned: u32::MAX,
        first_stan: Some(Stan::MAX),
        identity: Some(u8::MAX - 1),
    };
    let kept = Some(Kept { seq: Seq(u32::MAX), cost: u32::MAX });
    let identities = Identities { current: u8::MAX, from: Seq(u32::MAX), bytes: u32::MAX };
    let settling = Settling {
        phase: Phase::Ended,
        attempts: u16::MAX,
        uploaded: Seq(u32::MAX),
        freeze: kept,
        unlocked: true,
        named: tally,
        apart: Some(Span { batch: Batch::new(999_998).unwrap(), ..span(BOOK_ROWS - 1) }),
    };
    let mut ledger = Ledger::<3, 1>::new();
    ledger.books[0] = Book {
        open: span(1),
        settling: Some(settling),
        identities: Some(identities),
        closed: kept,
        uncounted: tally,
        next_stan: Stan::MAX,
        next_invoice: Invoice::MAX,
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
    // General, the book, its one row of totals, the payments.
    smaller.restore_entry(&entry(3)).unwrap();
    assert_eq!(smaller.restore_entry(&entry(3)), Err(Unreadable::Malformed), "twice");
    assert_eq!(smaller.restore_entry(&entry(4)), Err(Unreadable::ItemsFull));
    assert_eq!(Ledger::<1, 0>::new().restore_entry(&entry(1)), Err(Unreadable::NoSuchBook(0)));
    assert_eq!(smaller.restore_entry(&[1, 3, 0]), Err(Unreadable::Version(3)));
    assert_eq!(smaller.restore_entry(&[1, 0, 0]), Err(Unreadable::Version(0)));
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
