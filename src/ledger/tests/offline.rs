//! Advices and script results, before, during and after a settlement; a chip that approves when
//! no answer came.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use TransactionKind::{OfflineSale, Sale, ScriptResult, TipAdjust};

fn sales(till: &Till, totals: &Totals) -> (u32, u64) {
    let _ = till;
    let row = totals.of(Currency::CNY, CardClass::Domestic);
    row.map_or((0, 0), |row| (row.sales.count, row.sales.amount.minor()))
}

fn next_batch(till: &Till) -> NextBatch {
    let batch = till.ledger.settle_batch(0).unwrap();
    NextBatch { book: 0, batch, next: batch.next(), who: Text::new("chen").unwrap() }
}

#[test]
fn an_offline_sale_counts_when_the_host_has_taken_it() {
    let mut till = Till::new();
    let item = till.begin(OfflineSale, 500);
    assert_eq!(till.state(item), Some(S::Stored));
    assert!(till.ledger.totals(0).unwrap().is_zero());
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerDone).unwrap();
    assert_eq!(sales(&till, till.ledger.totals(0).unwrap()), (1, 500));
}

#[test]
fn a_tip_adds_to_its_sale_and_to_no_count() {
    let mut till = Till::new();
    let sale = till.completed_sale(500);
    let mut tip = till.intent(0, TipAdjust, 70);
    tip.original = Some(Original::ByRecord(sale));
    till.put(tip).unwrap();
    let tip = Seq(till.seq);
    till.on(tip, E::Attempt).unwrap();
    till.on(tip, E::AnswerDone).unwrap();
    let row = till.ledger.totals(0).unwrap().rows()[0];
    assert_eq!(row.sales, Tally { count: 1, amount: Amount::new(570) });
    assert_eq!(row.tips, Tally { count: 1, amount: Amount::new(70) });
    let tipped = Intent { tip: Some(Amount::new(30)), ..till.intent(0, Sale, 130) };
    till.put(tipped).unwrap();
    till.on(Seq(till.seq), E::OutcomeCompleted).unwrap();
    let row = till.ledger.totals(0).unwrap().rows()[0];
    assert_eq!((row.sales.count, row.sales.amount.minor(), row.tips.amount.minor()), (2, 700, 100));
}

#[test]
fn an_advice_that_may_be_on_its_way_is_not_cancelled() {
    let mut till = Till::new();
    let item = till.begin(OfflineSale, 500);
    till.on(item, E::Attempt).unwrap();
    assert_eq!(till.on(item, E::NotSent), Err(Refusal::AlreadySent { item }));
    till.on(item, E::AnswerUnsent).unwrap();
    // The log itself proves it, also after a restart.
    till.ledger.boot();
    let not_sent = till.record(item, E::NotSent);
    assert_eq!(till.ledger.check_live(&not_sent), Ok(()));
    till.put(not_sent).unwrap();
    assert_eq!(till.ledger.last(), Some((item, S::Cancelled)));
}

#[test]
fn a_loss_may_have_taken_the_attempt() {
    let mut till = Till::new();
    let item = till.begin(OfflineSale, 500);
    till.lose(2, false);
    assert_eq!(till.state(item), Some(S::Sending));
    assert_eq!(till.on(item, E::NotSent), Err(Refusal::AlreadySent { item }));
    let open = till.ledger.item(item).unwrap();
    assert!(!open.is_unresolved(), "it is sent again by itself: that is safe");
}

#[test]
fn a_proof_of_an_attempt_never_sent_is_of_the_last_attempt() {
    let mut till = Till::new();
    let item = till.begin(OfflineSale, 500);
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerUnsent).unwrap();
    let again = till.record(item, E::AnswerUnsent);
    assert_eq!(till.ledger.check_live(&again), Err(Refusal::NothingSent { item }));
    assert_eq!(till.ledger.item(item).unwrap().attempts(), 1);
}

#[test]
fn what_the_host_refuses_an_operator_decides() {
    let mut till = Till::new();
    let item = till.begin(OfflineSale, 500);
    till.on(item, E::Attempt).unwrap();
    let open = Refusal::OpenItem { book: 0, item, state: S::Sending };
    assert_eq!(till.put(till.freeze(0)), Err(open));
    till.on(item, E::AnswerRefused).unwrap();
    till.settle(0);
    assert_eq!(till.state(item), Some(S::Refused), "it is kept, and holds up nothing");
    till.on(item, E::OperatorRetry).unwrap();
    assert!(!till.ledger.item(item).unwrap().is_unresolved());
    assert_eq!(till.on(item, E::OperatorRetry), Err(illegal(OfflineSale, item, S::Sending)));
    till.on(item, E::Attempt).unwrap();
    let change = till.on(item, E::AnswerDone).unwrap();
    assert!(matches!(change, Change::Item { to: S::Completed, counted: false, .. }));
    // Its batch is closed: it counts nowhere, and is named until the next batch is.
    let named = Tally { count: 1, amount: Amount::new(500) };
    assert_eq!(till.ledger.uncounted(0), Ok(named));
    till.settle(0);
    assert_eq!(till.ledger.uncounted(0), Ok(Tally::ZERO));
}

fn illegal(kind: TransactionKind, item: Seq, state: S) -> Refusal {
    Refusal::Illegal { kind, item, state, event: E::OperatorRetry }
}

#[test]
fn an_offline_sale_during_a_settlement_opens_the_next_batch() {
    let mut till = Till::new();
    till.completed_sale(500);
    till.put(till.freeze(0)).unwrap();
    let first = till.ledger.settle_batch(0).unwrap();
    let item = till.begin(OfflineSale, 70);
    assert_eq!(till.ledger.batch(0), Ok(first.next()));
    assert_eq!(till.ledger.item(item).unwrap().batch(), first.next());
    assert_eq!(till.ledger.settle_batch(0), Ok(first));
    let off = till.put(Unfreeze { book: 0 });
    assert_eq!(off, Err(Refusal::NextBatchOpen { book: 0 }));
    let online = till.put(till.intent(0, Sale, 1));
    assert!(matches!(online, Err(Refusal::SettlementUnfinished { .. })));
    assert_eq!(till.ledger.blocked(0, OfflineSale), None);

    till.put(till.settle_attempt(0)).unwrap();
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerDone).unwrap();
    assert_eq!(sales(&till, &till.ledger.settle_totals(0).unwrap()), (1, 500));
    assert_eq!(sales(&till, till.ledger.totals(0).unwrap()), (1, 70));
    let stan = till.ledger.next_settle_stan(0).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    till.put(till.settle_answer(0, SettleClass::Balanced)).unwrap();
    till.put(till.closed(0)).unwrap();
    assert!(till.ledger.next_stan(0).unwrap() > stan);
    assert_eq!((till.ledger.batch(0), till.ledger.phase(0)), (Ok(first.next()), Ok(Phase::Open)));
    assert_eq!(sales(&till, till.ledger.totals(0).unwrap()), (1, 70), "the new batch goes on");
    till.settle(0);
}

#[test]
fn an_operator_opens_the_next_batch_for_all_business() {
    let mut till = Till::new();
    till.completed_sale(500);
    till.put(till.freeze(0)).unwrap();
    let step = PhaseEvent::NextBatch;
    let early = Refusal::IllegalStep { book: 0, phase: Phase::Frozen, step };
    assert_eq!(till.put(next_batch(&till)), Err(early), "it can still be called off");
    till.put(till.settle_attempt(0)).unwrap();
    till.put(till.settle_answer(0, SettleClass::Refused)).unwrap();
    till.put(next_batch(&till)).unwrap();
    assert_eq!(till.put(next_batch(&till)), Err(Refusal::NextBatchOpen { book: 0 }));
    assert_eq!(till.ledger.blocked(0, Sale), None);
    till.completed_sale(30);
    assert_eq!(sales(&till, &till.ledger.settle_totals(0).unwrap()), (1, 500), "as sent");
    assert_eq!(sales(&till, till.ledger.totals(0).unwrap()), (1, 30));
    // The old one stays owed, and the next one waits for it.
    assert_eq!(till.ledger.next_duty(), Some(Duty::Settle { book: 0, step: SettleStep::Repeat }));
    let freeze = Freeze { batch: till.ledger.batch(0).unwrap(), ..till.freeze(0) };
    assert!(matches!(till.put(freeze), Err(Refusal::IllegalStep { .. })));
    till.put(till.settle_attempt(0)).unwrap();
    till.put(till.settle_answer(0, SettleClass::Balanced)).unwrap();
    till.put(till.closed(0)).unwrap();
    till.settle(0);
    assert_eq!(till.ledger.batch(0).map(Batch::get), Ok(3));
}

#[test]
fn the_stans_of_both_batches_are_skipped() {
    let mut till = Till::new();
    till.completed_sale(500);
    till.put(till.freeze(0)).unwrap();
    till.put(till.settle_attempt(0)).unwrap();
    till.put(next_batch(&till)).unwrap();
    till.completed_sale(1);
    till.lose(999_998 - 1_000 - 4, true);
    let refused = Refusal::StanExhausted { book: 0 };
    assert_eq!(till.ledger.next_stan(0), Err(refused), "the old batch begins at 1");
    assert_eq!(till.ledger.blocked(0, OfflineSale), Some(Block::Refused(refused)));
    till.put(till.settle_attempt(0)).unwrap();
    till.put(till.settle_answer(0, SettleClass::Balanced)).unwrap();
    till.put(till.closed(0)).unwrap();
    assert!(till.ledger.next_stan(0).is_err(), "and the new one at 3");
    till.settle(0);
    till.completed_sale(1);
}

#[test]
fn script_results_wait_for_nothing_and_nothing_waits_for_them() {
    let mut till = Till::new();
    let sale = till.completed_sale(500);
    let mut script = till.intent(0, ScriptResult, 0);
    script.original = Some(Original::ByRecord(sale));
    till.put(script).unwrap();
    let item = Seq(till.seq);
    let mut void = till.intent(0, TransactionKind::Void, 500);
    void.original = Some(Original::ByRecord(sale));
    till.put(void).unwrap();
    till.on(Seq(till.seq), E::OutcomeCompleted).unwrap();
    till.settle(0);
    assert_eq!(till.state(item), Some(S::Stored));
    assert!(matches!(till.ledger.next_duty(), Some(Duty::Notice { repeat: false, .. })));
    till.on(item, E::Attempt).unwrap();
    till.on(item, E::AnswerDone).unwrap();
    assert_eq!(till.ledger.uncounted(0), Ok(Tally::ZERO), "it counts nowhere");
}

/// Y3: nothing is ever without its other half.
#[test]
fn a_chip_that_approves_after_silence_is_a_reversal_and_an_offline_sale() {
    let mut till = Till::new();
    let silent = till.sale(500);
    till.on(silent, E::OutcomeUnknown).unwrap();
    let change = till.on(silent, E::OfflineReverse).unwrap();
    let sale = Seq(till.seq);
    let (from, to) = (S::Reversing, S::Reversing);
    assert_eq!(change, Change::Offline { item: silent, from, to, sale });
    let (open, reversed) = (till.ledger.item(sale).unwrap(), till.ledger.item(silent).unwrap());
    assert_eq!((open.kind(), open.state(), open.stan().get()), (OfflineSale, S::Stored, 2));
    assert_eq!(open.place(), Place(sale.0 * 100), "it stands on that record");
    assert_eq!((reversed.state(), reversed.reason()), (S::Reversing, ReversalReason::NoAnswer));
    let order: Vec<_> = till.ledger.due().filter_map(|duty| duty.item()).collect();
    assert_eq!(order, [silent, sale], "the reversal goes first");
    assert_eq!(till.ledger.last(), Some((sale, S::Stored)));
    assert_eq!(through_checkpoint(&till.ledger), till.ledger);
    for (item, event) in [(silent, E::Attempt), (silent, E::AnswerDone), (sale, E::Attempt)] {
        till.on(item, event).unwrap();
    }
    till.on(sale, E::AnswerDone).unwrap();
    assert_eq!(sales(&till, till.ledger.totals(0).unwrap()), (1, 70), "one sale");
}

#[test]
fn a_chip_that_approves_what_was_never_sent_owes_no_reversal() {
    let mut till = Till::new();
    let unsent = till.sale(500);
    till.on(unsent, E::OfflineUnsent).unwrap();
    let sale = Seq(till.seq);
    assert_eq!((till.state(unsent), till.state(sale)), (None, Some(S::Stored)));
    till.on(unsent, E::Reopen).unwrap();
    assert_eq!(till.state(unsent), Some(S::Reversing), "unless the host has it all the same");
}

#[test]
fn an_offline_approval_comes_in_the_same_run_and_before_any_attempt() {
    let mut till = Till::new();
    let item = till.sale(500);
    till.on(item, E::OutcomeUnknown).unwrap();
    let record = till.record(item, E::OfflineReverse);
    assert_eq!(till.ledger.check_live(&record), Ok(()));
    till.ledger.boot();
    let late = Refusal::TooLate { item, state: S::Reversing };
    assert_eq!(till.ledger.check_live(&record), Err(late), "the card is gone");
    let Record::OfflineApproved(good) = record else { panic!("an offline approval") };
    let wrong = Intent { kind: Sale, ..good.intent.clone() };
    let refused = till.put(OfflineApproved { intent: wrong, ..good.clone() });
    assert_eq!(refused, Err(Refusal::NotOffline { kind: Sale }));
    let elsewhere = Intent { book: 1, ..good.intent.clone() };
    let refused = till.put(OfflineApproved { intent: elsewhere, ..good.clone() });
    assert_eq!(refused, Err(Refusal::BookDiffers { item, expected: 0 }));
    let stan = Intent { stan: Stan::MAX, ..good.intent.clone() };
    let refused = till.put(OfflineApproved { intent: stan, ..good });
    assert!(matches!(refused, Err(Refusal::StanDiffers { .. })));
    till.on(item, E::Attempt).unwrap();
    assert_eq!(till.on(item, E::OfflineReverse), Err(Refusal::AlreadySent { item }));
}

#[test]
fn both_halves_need_room() {
    let mut till = Till::new();
    let first = till.sale(1);
    for _ in 0..3 {
        till.sale(1);
    }
    assert_eq!(till.on(first, E::OfflineReverse), Err(Refusal::ItemsFull));
    till.on(first, E::OfflineUnsent).unwrap();
    assert_eq!(till.ledger.items().count(), 4, "one for the other");
}
