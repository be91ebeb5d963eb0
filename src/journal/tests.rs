// Names in full where another world's traits might be meant.
#![allow(unused_qualifications)]

use std::string::ToString;
use std::vec::Vec;

mod attempts;
mod begins;
mod cost;
mod duplicates;
mod events;
mod pace;
mod receipts;
mod reference;
mod replay;
mod reversal;
mod room;
mod settlements;
mod starts;
mod strange;
mod undo;
mod unread;
mod words;
mod world;

use super::*;
use crate::flash::{RamFlash, Region};
use crate::ledger::{Block, Duty, Ledger, PaymentStatus, Phase, SettleStep};
use crate::log::{self, FormatAs, Log, Settings};
use crate::record::*;

type Chip = RamFlash<Vec<u8>, 8, 4096>;
type Till = Journal<Chip, 16, 4, 256>;

const REGION: Region = Region::new(0, 64 * 1024);

fn settings() -> Settings {
    Settings { quiet_ms: 0, ..Settings::new() }
}

fn fresh() -> Till {
    let chip = Chip::owned(REGION.bytes() as usize).unwrap();
    Till::format(chip, REGION, &settings(), FormatAs::live(7)).unwrap()
}

/// Room for a thousand payments.
fn roomy() -> Till {
    let region = Region::new(0, 512 * 1024);
    let chip = Chip::owned(region.bytes() as usize).unwrap();
    Till::format(chip, region, &settings(), FormatAs::live(7)).unwrap()
}

fn reboot(till: Till) -> Till {
    let mut chip = till.into_flash();
    chip.power_on();
    chip.clear_cut();
    Till::mount(chip, REGION, &settings()).unwrap()
}

/// The frame of a record rots.
fn rot(mut till: Till, record: Seq) -> Till {
    let mut place = None;
    till.log.scan(|entry| {
        if entry.seq == record.0 {
            place = Some(entry.at);
        }
    });
    let mut image = till.into_flash().into_parts().0;
    image[place.unwrap() as usize + 12] ^= 0xFF;
    Till::mount(Chip::owned_image(image).unwrap(), REGION, &settings()).unwrap()
}

fn sale(amount: u64) -> Begin {
    Begin {
        book: 0,
        kind: TransactionKind::Sale,
        amount: Amount::new(amount),
        currency: Currency::new(156, 2).unwrap(),
        entry: EntryMode(71),
        condition: Condition(0),
        moment: Moment { local_seconds: 1_790_000_000, boot: 3, ..Moment::default() },
        pan: Some(TruncatedPan::from_pan("6222020000001234").unwrap()),
        card_sequence: None,
        reference: None,
        original: None,
        ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
    }
}

fn with_reference(amount: u64, reference: &str) -> Begin {
    Begin { reference: Some(Reference::new(reference).unwrap()), ..sale(amount) }
}

/// What is to be done now, at a time when no wait is left.
fn now_owed(till: &mut Till) -> Option<Duty> {
    till.due(Uptime(1 << 40)).unwrap().now()
}

fn undo(kind: TransactionKind, amount: u64, original: Seq) -> Begin {
    Begin { kind, original: Some(Original::ByRecord(original)), ..sale(amount) }
}

fn new(till: &mut Till, begin: &Begin) -> (Seq, Intent) {
    match till.begin(begin).unwrap() {
        Begun::New { item, intent } => (item, intent),
        known => panic!("{known:?}"),
    }
}

fn late_approval(intent: &Intent) -> LateAnswer {
    LateAnswer {
        book: intent.book,
        stan: intent.stan,
        approved: true,
        code: ResponseCode::new(b"00").ok(),
        rrn: None,
        auth_code: AuthCode::new("777777").ok(),
        uptime: Uptime(9),
    }
}

/// A typical approval.
fn approval() -> OutcomeOf {
    OutcomeOf {
        code: ResponseCode::new(b"00").ok(),
        rrn: Rrn::new("123456789012").ok(),
        auth_code: AuthCode::new("654321").ok(),
        elapsed_ms: 812,
        ..OutcomeOf::default()
    }
}

fn approve(till: &mut Till, item: Seq) {
    let status = till.outcome(item, Verdict::Approved { completed: true }, &approval()).unwrap();
    assert_eq!(status, PaymentStatus::Approved);
}

fn approve_as(till: &mut Till, item: Seq, rrn: &str) {
    let of = OutcomeOf { rrn: Rrn::new(rrn).ok(), ..OutcomeOf::default() };
    till.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
}

/// Settles book 0, balanced at the first try.
fn settle(till: &mut Till) {
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer(0, SettleClass::Balanced, None).unwrap();
    till.batch_closed(0).unwrap();
}

/// Payments and settlements until every sector was reclaimed at least once.
fn lap(till: &mut Till) {
    for day in 0..8 {
        for n in 0..150 {
            completed(till, 1 + day * 150 + n);
        }
        settle(till);
    }
}

fn completed(till: &mut Till, amount: u64) -> Seq {
    let (item, _) = new(till, &sale(amount));
    approve(till, item);
    item
}

#[test]
fn an_unanswered_sale_is_reversed_after_a_restart_with_its_own_numbers() {
    let mut till = fresh();
    let (item, intent) = new(&mut till, &sale(1_250));
    assert_eq!(now_owed(&mut till), None, "it may still be answered");
    let mut till = reboot(till);
    assert!(matches!(
        till.may_start(0, TransactionKind::Sale),
        Err(Error::Blocked(Block::Reversal { .. }))
    ));
    let Some(Duty::Reversal { item: owed, repeat: false, .. }) = now_owed(&mut till) else {
        panic!()
    };
    assert_eq!(owed, item);
    let sent = till.attempt(item, Uptime(5)).unwrap();
    assert_eq!((sent.number, sent.reason, &sent.intent), (1, ReversalReason::NoAnswer, &intent));
    // The power fails before the answer: the same again, as a repeat.
    let mut till = reboot(till);
    let Some(Duty::Reversal { repeat: true, attempts: 1, .. }) = now_owed(&mut till) else {
        panic!()
    };
    let again = till.attempt(item, Uptime(5)).unwrap();
    assert_eq!((again.number, again.intent), (2, intent));
    let status = till.answer(item, AnswerClass::Done, ResponseCode::new(b"00").ok()).unwrap();
    assert_eq!(status, PaymentStatus::Reversed);
    assert_eq!(now_owed(&mut till), None);
    assert!(till.may_start(0, TransactionKind::Sale).is_ok());
    assert_eq!(till.receipt(item).unwrap().status, PaymentStatus::Reversed);
}

#[test]
fn a_reference_is_one_payment_whatever_happens() {
    let mut till = fresh();
    let (item, _) = new(&mut till, &with_reference(500, "R-1"));
    approve(&mut till, item);
    let mut till = reboot(till);
    let again = till.begin(&with_reference(500, "R-1")).unwrap();
    assert_eq!(again, Begun::Existing { item, status: PaymentStatus::Approved });
    let other = till.begin(&with_reference(501, "R-1"));
    assert_eq!(other, Err(Error::ReferenceReused { item, amount: Amount::new(500) }));
    let known = till.status(&Reference::new("R-1").unwrap()).unwrap().known();
    assert_eq!(known, Some(Known { item, status: PaymentStatus::Approved }));
    assert_eq!(till.status(&Reference::new("R-2").unwrap()).unwrap(), Asked::Never);
    assert_eq!(till.last().unwrap().unwrap().status, PaymentStatus::Approved);
    // What provably was never sent may be begun again under the same reference.
    let (unsent, _) = new(&mut till, &with_reference(900, "R-3"));
    assert_eq!(till.not_sent(unsent).unwrap(), PaymentStatus::NeverStarted);
    let (retry, _) = new(&mut till, &with_reference(900, "R-3"));
    assert_ne!(retry, unsent);
}

#[test]
fn what_is_illegal_writes_nothing() {
    let mut till = fresh();
    let item = completed(&mut till, 100);
    let programs = till.log().flash().counts().programs;
    let again = till.outcome(item, Verdict::Declined, &OutcomeOf::default());
    assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
    assert!(till.not_sent(item).is_err());
    assert!(till.attempt(item, Uptime(0)).is_err());
    assert!(till.answer(item, AnswerClass::Done, None).is_err());
    assert!(till.settle_attempt(0, Uptime(0)).is_err());
    assert!(till.batch_closed(0).is_err());
    assert!(till.begin(&undo(TransactionKind::Void, 99, item)).is_err());
    assert!(till.begin(&Begin { book: 9, ..sale(1) }).is_err());
    assert_eq!(till.log().flash().counts().programs, programs);
}

#[test]
fn a_sale_is_voided_once_and_refunded_up_to_its_amount() {
    let mut till = fresh();
    let first = completed(&mut till, 1_000);
    let (void, _) = new(&mut till, &undo(TransactionKind::Void, 1_000, first));
    // While the void is in doubt the sale is frozen.
    assert!(till.begin(&undo(TransactionKind::Refund, 10, first)).is_err());
    approve(&mut till, void);
    let twice = till.begin(&undo(TransactionKind::Void, 1_000, first)).unwrap_err();
    assert!(twice.to_string().contains("voided"), "{twice}");
    let second = completed(&mut till, 700);
    let (refund, _) = new(&mut till, &undo(TransactionKind::Refund, 500, second));
    approve(&mut till, refund);
    assert!(till.begin(&undo(TransactionKind::Refund, 201, second)).is_err());
    let (rest, _) = new(&mut till, &undo(TransactionKind::Refund, 200, second));
    approve(&mut till, rest);
    let totals = till.ledger().totals(0).unwrap();
    let sums = totals.rows().first().unwrap();
    assert_eq!((sums.sales.count, sums.sales.amount), (2, Amount::new(1_700)));
    assert_eq!((sums.voided.count, sums.refunds.count), (1, 2));
}

#[test]
fn a_settlement_is_resumed_with_the_same_figures() {
    let mut till = fresh();
    completed(&mut till, 300);
    completed(&mut till, 400);
    let frozen = till.close_batch(0).unwrap();
    assert!(matches!(
        till.may_start(0, TransactionKind::Sale),
        Err(Error::Blocked(Block::Settlement { .. }))
    ));
    let mut till = reboot(till);
    let step = |duty| matches!(duty, Some(Duty::Settle { book: 0, step: SettleStep::Send }));
    assert!(step(now_owed(&mut till)));
    let first = till.settle_attempt(0, Uptime(0)).unwrap();
    assert_eq!((first.number, &first.totals), (1, &frozen));
    let mut till = reboot(till);
    assert!(matches!(
        now_owed(&mut till),
        Some(Duty::Settle { book: 0, step: SettleStep::Repeat })
    ));
    let second = till.settle_attempt(0, Uptime(0)).unwrap();
    assert_eq!((second.number, second.totals, second.batch), (2, frozen, first.batch));
    assert_ne!(second.stan, first.stan);
    till.settle_answer(0, SettleClass::Unbalanced, ResponseCode::new(b"95").ok()).unwrap();
    let mut uploaded = Vec::new();
    let mut after = Seq(0);
    let mut till = reboot(till);
    while let Some(payment) = till.next_upload(0, after).unwrap() {
        after = payment.item;
        uploaded.push(payment.approved.minor());
        till.uploaded(0, after).unwrap();
    }
    assert_eq!(uploaded, [300, 400]);
    till.upload_ended(0).unwrap();
    let mut till = reboot(till);
    let next = till.batch_closed(0).unwrap();
    assert_eq!(next, first.batch.next());
    assert_eq!(till.ledger().phase(0).unwrap(), Phase::Open);
    assert!(till.ledger().totals(0).unwrap().is_zero());
    assert!(till.may_start(0, TransactionKind::Sale).is_ok());
}

#[test]
fn a_late_approval_of_what_was_abandoned_owes_its_reversal_again() {
    let mut till = fresh();
    let (item, intent) = new(&mut till, &sale(60));
    till.no_answer(item, 30_000, Uptime(40_000)).unwrap();
    till.attempt(item, Uptime(1)).unwrap();
    till.give_up(item).unwrap();
    assert!(
        till.may_start(0, TransactionKind::Sale).is_ok(),
        "an unresolved payment is named, it does not block"
    );
    let text = |t: &str| Text::new(t).unwrap();
    till.abandon(item, text("supervisor"), Text::new("customer paid cash").unwrap()).unwrap();
    assert_eq!(now_owed(&mut till), None);
    let answer = LateAnswer {
        book: 0,
        stan: intent.stan,
        approved: true,
        code: ResponseCode::new(b"00").ok(),
        rrn: None,
        auth_code: None,
        uptime: Uptime(99),
    };
    assert_eq!(till.late(&answer).unwrap(), LateResult::Reopened(item));
    let mut till = reboot(till);
    assert!(matches!(now_owed(&mut till), Some(Duty::Reversal { .. })));
    let sent = till.attempt(item, Uptime(1)).unwrap();
    assert_eq!(sent.intent, intent);
    till.answer(item, AnswerClass::Done, None).unwrap();
    // On a payment that was positively reversed it is evidence only.
    assert_eq!(till.late(&answer).unwrap(), LateResult::Evidence(item));
    assert_eq!(now_owed(&mut till), None);
}

#[test]
fn a_full_journal_refuses_before_a_payment_and_can_still_settle() {
    let mut till = fresh();
    let mut begun = 0;
    let (needed, free) = loop {
        match till.begin(&sale(100 + begun)) {
            Ok(Begun::New { item, .. }) => {
                begun += 1;
                approve(&mut till, item);
            }
            Err(Error::Full { needed, free }) => break (needed, free),
            other => panic!("{other:?}"),
        }
        let room = till.room();
        assert!(room.kept + room.reserved <= room.limit, "{room:?}");
    };
    assert!(needed > free && begun > 300, "{begun} payments");
    assert!(till.room().is_nearly_full());
    let mut till = reboot(till);
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer(0, SettleClass::Balanced, None).unwrap();
    till.batch_closed(0).unwrap();
    assert!(till.may_start(0, TransactionKind::Sale).is_ok());
    // The figures of the batch that was closed last take the room of a few.
    for i in 0..begun - 5 {
        completed(&mut till, 1 + i);
    }
}

#[test]
fn a_journal_that_owes_is_not_formatted_away() {
    let mut till = fresh();
    completed(&mut till, 5);
    let chip = till.into_flash();
    let refused = Till::format(chip.clone(), REGION, &settings(), FormatAs::live(8)).err();
    assert_eq!(refused, Some(Error::StillOwing { open_items: 0, unsettled: true }));
    assert!(Till::format_and_lose(chip, REGION, &settings(), FormatAs::live(8)).is_ok());
}

/// A day at the till, cut at every program unit: whatever was told stays true.
#[test]
fn no_cut_loses_a_promise_or_reuses_a_number() {
    let script = |till: &mut Till, told: &mut Vec<(Seq, PaymentStatus)>, stans: &mut Vec<u32>| {
        let mut first = None;
        for i in 0..6u64 {
            let begin = with_reference(1_000 + i, &std::format!("R-{i}"));
            let Begun::New { item, intent } = till.begin(&begin).ok()? else { panic!() };
            stans.push(intent.stan.get());
            match i {
                0 | 1 => {
                    let of =
                        OutcomeOf { code: ResponseCode::new(b"00").ok(), ..OutcomeOf::default() };
                    let verdict = Verdict::Approved { completed: i == 0 };
                    told.push((item, till.outcome(item, verdict, &of).ok()?));
                    if i == 1 {
                        told.push((item, till.complete(item, None).ok()?));
                    }
                    first = first.or(Some(item));
                }
                2 => told.push((item, till.not_sent(item).ok()?)),
                3 => {
                    told.push((
                        item,
                        till.outcome(item, Verdict::Declined, &OutcomeOf::default()).ok()?,
                    ));
                }
                _ => {
                    told.push((item, till.no_answer(item, 30_000, Uptime(1)).ok()?));
                    till.attempt(item, Uptime(2)).ok()?;
                    let class = AnswerClass::Done;
                    told.push((item, till.answer(item, class, None).ok()?));
                }
            }
            till.maintain(1_000_000).ok()?;
        }
        let void = till.begin(&undo(TransactionKind::Void, 1_000, first?)).ok()?;
        let Begun::New { item, .. } = void else { panic!() };
        let of = OutcomeOf { code: ResponseCode::new(b"00").ok(), ..OutcomeOf::default() };
        told.push((item, till.outcome(item, Verdict::Approved { completed: true }, &of).ok()?));
        Some(())
    };
    // Start where the sector is nearly full, so that an opening is part of the day.
    for before in [0, 150] {
        let mut start = fresh();
        for i in 0..before {
            completed(&mut start, i);
        }
        let start = reboot(start).into_flash();
        let mut dry = Till::mount(start.clone(), REGION, &settings()).unwrap();
        let spent = start.units_spent();
        script(&mut dry, &mut Vec::new(), &mut Vec::new()).unwrap();
        let units = dry.log().flash().units_spent() - spent;
        for cut in 0..units {
            let mut chip = start.clone();
            chip.set_seed(cut + 1);
            chip.set_cut(cut);
            let mut till = Till::mount(chip, REGION, &settings()).unwrap();
            let (mut told, mut stans) = (Vec::new(), Vec::new());
            let done = script(&mut till, &mut told, &mut stans);
            assert!(done.is_none(), "cut {cut} of {units} was not reached");
            let mut till = reboot(till);
            // The last word about each payment is what the journal still says; or it has become
            // more (a reversal that was in flight).
            let mut last: std::collections::BTreeMap<Seq, PaymentStatus> = Default::default();
            last.extend(told.iter().copied());
            for (&item, &status) in &last {
                let now = till.receipt(item).unwrap().status;
                let moved_on = status == PaymentStatus::Reversing && now == PaymentStatus::Reversed
                    || status == PaymentStatus::Unknown && now == PaymentStatus::Approved;
                assert!(now == status || moved_on, "cut {cut}: {item} was {status}, is {now}");
            }
            // Drain: every duty ends, and no number comes twice.
            for _ in 0..8 {
                match now_owed(&mut till) {
                    Some(Duty::Reversal { item, .. }) => {
                        till.attempt(item, Uptime(1)).unwrap();
                        till.answer(item, AnswerClass::Done, None).unwrap();
                    }
                    Some(other) => panic!("{other:?}"),
                    None => break,
                }
            }
            let (_, intent) = new(&mut till, &sale(1));
            assert!(!stans.contains(&intent.stan.get()), "cut {cut}: STAN used twice");
        }
        assert!(units > 60, "{units} units");
    }
}
