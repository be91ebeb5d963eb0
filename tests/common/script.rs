//! What the terminal does: one call of the journal at a time, chosen from what it knows. Compiled for the
//! blocking journal, and once more by tests/cancel.rs for the async one.

use pos_journal::journal::{Begin, Begun, Error, LateAnswer, LateResult, OutcomeOf};
use pos_journal::ledger::{Duty, ItemState, Owes, PaymentStatus, Phase, SettleStep, rule};
use pos_journal::record::{
    Amount, AnswerClass, AuthCode, Currency, EntryMode, Moment, OrderNumber, Original,
    ResponseCode, ReversalReason, Rrn, Seq, SettleClass, Text, TransactionKind, TruncatedPan,
    Uptime, Verdict,
};

use super::promises::Promises;
use super::{Dice, Journal, NorFlash, bisync};

/// One call.
#[derive(Clone, Debug)]
pub enum Step {
    Reboot,
    Due,
    Confirm,
    Maintain,
    Note(u64),
    Begin(Box<Begin>),
    NotSent(Seq),
    NoAnswer(Seq),
    Declined(Seq),
    Approved { item: Seq, completed: bool, long: bool },
    Complete(Seq),
    Reverse(Seq),
    Attempt(Seq),
    Answer(Seq, AnswerClass),
    GiveUp(Seq),
    Abandon(Seq),
    Late { book: u8, stan: u32, item: Seq },
    Freeze(u8),
    SettleAttempt(u8),
    SettleAnswer(u8, SettleClass),
    Uploaded(u8),
    UploadEnded(u8),
    BatchClosed(u8),
    NextBatch(u8),
}

/// How busy the terminal is.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// One step in so many is a reboot.
    pub reboots: u64,
    /// Payments of a batch before it is settled.
    pub batch: usize,
}

impl Default for Habits {
    fn default() -> Self {
        Habits { reboots: 9, batch: 14 }
    }
}

pub fn sale(book: u8, amount: u64) -> Begin {
    of_kind(TransactionKind::Sale, book, amount)
}

fn of_kind(kind: TransactionKind, book: u8, amount: u64) -> Begin {
    let order = || OrderNumber::new(&format!("ORDER-{amount:06}")).unwrap();
    let is_qr = matches!(kind, TransactionKind::QrSale | TransactionKind::QrRefund);
    Begin {
        entry: EntryMode::CONTACTLESS,
        order: is_qr.then(order),
        moment: Moment {
            local_seconds: 1_790_000_000 + amount as u32,
            boot: 3,
            ..Moment::default()
        },
        pan: Some(TruncatedPan::from_pan("6222020000001234").unwrap()),
        ..Begin::new(book, kind, Amount::new(amount), Currency::CNY)
    }
}

/// The next call. It is legal, and it succeeds unless the flash fails.
pub fn next<F: NorFlash, const I: usize, const B: usize>(
    till: &Journal<F, I, B>,
    promises: &Promises,
    dice: &mut Dice,
    habits: Habits,
) -> Step {
    if dice.once_in(habits.reboots) {
        return Step::Reboot;
    }
    if dice.once_in(4) {
        return Step::Maintain;
    }
    if dice.once_in(40) {
        return Step::Note(dice.below(1000));
    }
    let ledger = till.ledger();
    // Whoever stands at the till is served first.
    let waits = |state| matches!(state, ItemState::Unanswered | ItemState::Approved);
    if let Some(item) = ledger.items().find(|item| item.is_in_flight() && waits(item.state())) {
        return answer_of(item.seq(), till, dice);
    }
    let duties: Vec<Duty> = till.duties().collect();
    let unresolved = |duty: &Duty| {
        duty.item().and_then(|item| ledger.item(item)).is_some_and(|item| item.is_unresolved())
    };
    let pressing = duties.iter().find(|duty| !unresolved(duty));
    if let Some(&duty) = pressing {
        // What is sold offline waits for no settlement, and nothing does once the next batch is open.
        if let Duty::Settle { book, .. } = duty
            && dice.once_in(4)
        {
            let kind = match ledger.is_unlocked(book) {
                Ok(true) => TransactionKind::Sale,
                _ => TransactionKind::OfflineSale,
            };
            if till.may_start(book, kind).is_ok() && till.room().payments_left > 3 {
                return Step::Begin(Box::new(of_kind(kind, book, 1 + dice.below(100_000))));
            }
        }
        return pay(duty, till, dice);
    }
    if !duties.is_empty() && (dice.once_in(30) || ledger.items().count() + 1 >= I) {
        return pay(duties[dice.below(duties.len() as u64) as usize], till, dice);
    }
    let book = dice.below(B as u64) as u8;
    let batch = ledger.batch(book).map_or(0, |batch| batch.get());
    let counted = promises.payments.values().filter(|p| p.book == book && p.batch == batch).count();
    let full =
        till.may_start(book, TransactionKind::Sale).is_err() || till.room().payments_left < 3;
    if counted > habits.batch || full {
        // The book that fills the journal is not always the one that was drawn.
        let busiest = (0..B as u8)
            .max_by_key(|&b| promises.payments.values().filter(|p| p.book == b).count())
            .unwrap_or(book);
        let book = if full { busiest } else { book };
        if ledger.totals(book).is_ok_and(|totals| !totals.is_zero())
            && ledger.phase(book) == Ok(Phase::Open)
        {
            return Step::Freeze(book);
        }
    }
    if till.may_start(book, TransactionKind::Sale).is_err() {
        return match ledger.items().next() {
            Some(item) if item.is_unresolved() => Step::Abandon(item.seq()),
            _ => Step::Maintain,
        };
    }
    if dice.once_in(25)
        && let Some((item, late)) = promises.payments.iter().find(|(_, p)| {
            p.book == book
                && !rule(p.kind).owes.is_offline()
                && matches!(p.status, PaymentStatus::NeverStarted | PaymentStatus::Abandoned)
        })
    {
        return Step::Late { book, stan: late.stan, item: *item };
    }
    Step::Begin(Box::new(begin(book, batch, promises, dice)))
}

/// What a payment of each kind names, in the order that the dice know.
const FOLLOWERS: &[(TransactionKind, TransactionKind)] = &[
    (TransactionKind::Void, TransactionKind::Sale),
    (TransactionKind::Refund, TransactionKind::Sale),
    (TransactionKind::RefundVoid, TransactionKind::Refund),
    (TransactionKind::Increment, TransactionKind::PreAuth),
    (TransactionKind::PreAuthVoid, TransactionKind::PreAuth),
    (TransactionKind::Completion, TransactionKind::PreAuth),
    (TransactionKind::CompletionVoid, TransactionKind::Completion),
    (TransactionKind::CompletionAdvice, TransactionKind::PreAuth),
    (TransactionKind::TipAdjust, TransactionKind::Sale),
    (TransactionKind::ScriptResult, TransactionKind::Sale),
    (TransactionKind::QrRefund, TransactionKind::QrSale),
];

/// Kinds that name nothing.
const FIRST: &[TransactionKind] = &[
    TransactionKind::PreAuth,
    TransactionKind::OfflineSale,
    TransactionKind::QrSale,
    TransactionKind::BalanceInquiry,
];

fn begin(book: u8, batch: u32, promises: &Promises, dice: &mut Dice) -> Begin {
    let amount = 1 + dice.below(100_000);
    match dice.below(6) {
        0 | 1 => {
            let (kind, of) = FOLLOWERS[dice.below(FOLLOWERS.len() as u64) as usize];
            let Some((item, p)) = promises.done(book, batch, of) else {
                return sale(book, amount);
            };
            let part = 1 + amount % p.amount;
            let amount = match kind {
                TransactionKind::Refund | TransactionKind::QrRefund => part,
                TransactionKind::TipAdjust | TransactionKind::Increment => 1 + amount % 500,
                TransactionKind::ScriptResult => 0,
                _ => p.amount,
            };
            let original = Some(Original::ByRecord(item));
            Begin { original, ..of_kind(kind, book, amount) }
        }
        2 => of_kind(FIRST[dice.below(FIRST.len() as u64) as usize], book, amount),
        _ => sale(book, amount),
    }
}

/// What comes back for a payment that was just sent.
fn answer_of<F: NorFlash, const I: usize, const B: usize>(
    item: Seq,
    till: &Journal<F, I, B>,
    dice: &mut Dice,
) -> Step {
    let open = till.ledger().item(item);
    if open.is_some_and(|open| open.state() == ItemState::Approved) {
        return if dice.once_in(3) { Step::Reverse(item) } else { Step::Complete(item) };
    }
    let querying = open.is_some_and(|open| open.state() == ItemState::Querying);
    match dice.below(10) {
        0 if !querying => Step::NoAnswer(item),
        1 => Step::Declined(item),
        2 if !querying => Step::NotSent(item),
        3 if !querying => Step::Approved { item, completed: false, long: false },
        n => Step::Approved { item, completed: true, long: n > 7 },
    }
}

/// A step towards the end of something owed.
fn pay<F: NorFlash, const I: usize, const B: usize>(
    duty: Duty,
    till: &Journal<F, I, B>,
    dice: &mut Dice,
) -> Step {
    let open = duty.item().and_then(|item| till.ledger().item(item));
    let state = open.map(|open| open.state());
    match duty {
        Duty::Reversal { item, attempts, confirm, unresolved, .. } => {
            match (dice.below(9), attempts) {
                (0..=2, _) | (_, 0) => Step::Attempt(item),
                (3, _) if !unresolved => Step::GiveUp(item),
                (4, _) => Step::Abandon(item),
                (5, _) => Step::Answer(item, AnswerClass::Busy),
                (6, _) if !confirm => Step::Answer(item, AnswerClass::NothingToReverse),
                _ => Step::Answer(item, AnswerClass::Done),
            }
        }
        Duty::Advice { item, attempts, unresolved, .. }
        | Duty::Notice { item, attempts, unresolved, .. } => match (dice.below(9), attempts) {
            (0, 0) if state == Some(ItemState::Stored) => Step::NotSent(item),
            (0..=2, _) | (_, 0) => Step::Attempt(item),
            (3, _) if !unresolved => Step::GiveUp(item),
            (4, _) if unresolved => Step::Abandon(item),
            (5, _) => Step::Answer(item, AnswerClass::Refused),
            (6, _) => Step::Answer(item, AnswerClass::Busy),
            _ => Step::Answer(item, AnswerClass::Done),
        },
        Duty::Cancel { item, attempts, confirm, .. } => match (dice.below(8), attempts) {
            (0..=2, _) | (_, 0) => Step::Attempt(item),
            (3, _) => Step::Abandon(item),
            (4, _) => Step::Answer(item, AnswerClass::Paid),
            (5, _) if !confirm => Step::Answer(item, AnswerClass::NothingToReverse),
            _ => Step::Answer(item, AnswerClass::Done),
        },
        Duty::RefundOrder { item, attempts, .. } => match (dice.below(4), attempts) {
            (0, _) | (_, 0) => Step::Attempt(item),
            (1, _) => Step::Answer(item, AnswerClass::Busy),
            _ => Step::Answer(item, AnswerClass::Done),
        },
        Duty::Query { item, unresolved, .. } => match dice.below(5) {
            0 => Step::Declined(item),
            1 if !unresolved && state == Some(ItemState::Querying) => Step::GiveUp(item),
            2 if open.is_some_and(|open| rule(open.kind()).owes == Owes::Order) => {
                Step::Attempt(item)
            }
            _ => Step::Approved { item, completed: true, long: false },
        },
        Duty::Settle { book, step } => match step {
            SettleStep::Send => Step::SettleAttempt(book),
            SettleStep::Repeat => match dice.below(6) {
                0 => Step::SettleAttempt(book),
                1 => Step::SettleAnswer(book, SettleClass::Busy),
                2 => Step::SettleAnswer(book, SettleClass::Unbalanced),
                3 if till.ledger().is_unlocked(book) == Ok(false) => Step::NextBatch(book),
                _ => Step::SettleAnswer(book, SettleClass::Balanced),
            },
            SettleStep::Upload { .. } => Step::Uploaded(book),
            SettleStep::Close => Step::BatchClosed(book),
            _ => Step::Maintain,
        },
        _ => Step::Maintain,
    }
}

/// Makes the call and notes what it promised. [`Step::Reboot`] is the caller's. `true`: from here on
/// nothing that was found or done may turn out never to have happened.
#[bisync]
pub async fn take<F: NorFlash, const I: usize, const B: usize>(
    till: &mut Journal<F, I, B>,
    step: &Step,
    promises: &mut Promises,
) -> Result<bool, Error<F::Error>> {
    let up = Uptime(5);
    let of = OutcomeOf::default;
    let told = match step {
        Step::Reboot => None,
        Step::Due => return Ok(till.due(Uptime(1 << 40)).await?.now().is_some()),
        Step::Confirm => {
            till.confirm().await?;
            None
        }
        Step::Maintain => {
            till.maintain(1_000_000).await?;
            return Ok(!till.log().is_provisional());
        }
        Step::Note(n) => {
            till.note(Text::new(&format!("note {n}")).unwrap()).await?;
            None
        }
        Step::Begin(begin) => {
            let begun = match till.begin(begin).await {
                // Someone looked what had become of it. What is lost may be how the original ended, which is
                // then told as unknown, and nothing can follow it.
                Err(Error::MayBeLost { .. }) => {
                    match till.begin(&Begin { even_if_lost: true, ..(**begin).clone() }).await {
                        Err(Error::Refused(_)) => return Ok(false),
                        begun => begun,
                    }
                }
                begun => begun,
            };
            match begun {
                // What follows a sale can need more room than `may_start` promises, and a hold is
                // not kept for it.
                Err(Error::Full { .. } | Error::NotFound { .. })
                    if begin.kind != TransactionKind::Sale =>
                {
                    return Ok(false);
                }
                Err(error) => return Err(error),
                Ok(Begun::New { item, intent }) => {
                    promises.begun(item, &intent).unwrap_or_else(|what| panic!("{what}"));
                    if let Some(open) = till.ledger().item(item) {
                        promises.told(item, open.state().into());
                    }
                }
                Ok(known) => panic!("begun without a reference, and known: {known:?}"),
            }
            None
        }
        Step::NotSent(item) => Some((*item, till.not_sent(*item).await?)),
        Step::NoAnswer(item) => Some((*item, till.no_answer(*item, 30_000, up).await?)),
        Step::Declined(item) => Some((*item, till.outcome(*item, Verdict::Declined, &of()).await?)),
        Step::Approved { item, completed, long } => {
            let verdict = Verdict::Approved { completed: *completed };
            let text = |on: bool| if on { Rrn::new("123456789012").ok() } else { None };
            let of = OutcomeOf {
                code: ResponseCode::new(b"00").ok(),
                rrn: text(*long),
                // After whatever wait.
                uptime: Uptime(1 << 40),
                auth_code: if *long { AuthCode::new("654321").ok() } else { None },
                ..of()
            };
            Some((*item, till.outcome(*item, verdict, &of).await?))
        }
        Step::Complete(item) => Some((*item, till.complete(*item, None).await?)),
        Step::Reverse(item) => Some((*item, till.reverse(*item, ReversalReason::Other).await?)),
        Step::Attempt(item) => {
            let sent = till.attempt(*item, up).await?;
            let promise = promises.payments.get(item);
            let exact = promise.is_some_and(|p| {
                p.stan == sent.intent.stan.get()
                    && p.batch == sent.intent.batch.get()
                    && p.amount == sent.intent.amount.minor()
                    && p.attempts + 1 == sent.number
            });
            assert!(exact, "{sent:?} is sent for {promise:?}");
            promises.attempted(*item, sent.number);
            let state = till.ledger().item(*item).map(|open| open.state());
            state.map(|state| (*item, PaymentStatus::from(state)))
        }
        Step::Answer(item, class) => Some((*item, till.answer(*item, *class, None).await?)),
        Step::GiveUp(item) => Some((*item, till.give_up(*item).await?)),
        Step::Abandon(item) => {
            let (who, why) = (Text::new("chief").unwrap(), Text::new("paid cash").unwrap());
            Some((*item, till.abandon(*item, who, why).await?))
        }
        Step::Late { book, stan, item } => {
            let answer = LateAnswer {
                book: *book,
                stan: pos_journal::record::Stan::new(*stan).unwrap(),
                approved: true,
                code: ResponseCode::new(b"00").ok(),
                rrn: None,
                auth_code: None,
                uptime: up,
            };
            match till.late(&answer).await? {
                LateResult::Reopened(reopened) => {
                    assert_eq!(reopened, *item, "another payment was opened again");
                    if let Some(p) = promises.payments.get_mut(item) {
                        p.attempts = till.ledger().item(*item).map_or(0, |open| open.attempts());
                    }
                    let state = till.ledger().item(*item).map(|open| open.state());
                    state.map(|state| (*item, PaymentStatus::from(state)))
                }
                LateResult::Evidence(_) | LateResult::Stray | LateResult::Unread { .. } => None,
            }
        }
        Step::Freeze(book) => {
            till.close_batch(*book).await?;
            None
        }
        Step::SettleAttempt(book) => {
            let sent = till.settle_attempt(*book, Uptime(0)).await?;
            promises.settled(*book, sent.batch.get());
            None
        }
        Step::SettleAnswer(book, class) => {
            till.settle_answer(*book, *class, None).await?;
            None
        }
        Step::Uploaded(book) => {
            let after = till.duties().find_map(|duty| match duty {
                Duty::Settle { step: SettleStep::Upload { after }, .. } => Some(after),
                _ => None,
            });
            let next = match after {
                None => None,
                Some(after) => match till.next_upload(*book, after).await {
                    // Where records have rotted someone has looked.
                    Err(Error::MayBeLost { .. }) => {
                        till.next_upload_even_if_lost(*book, after).await?
                    }
                    next => next?,
                },
            };
            match next {
                Some(receipt) => till.uploaded(*book, receipt.item).await?,
                None => till.upload_ended_even_if_lost(*book).await?,
            }
            None
        }
        Step::UploadEnded(book) => {
            till.upload_ended(*book).await?;
            None
        }
        Step::NextBatch(book) => {
            till.next_batch(*book, Text::new("chief").unwrap()).await?;
            None
        }
        Step::BatchClosed(book) => {
            let open = till.batch_closed(*book).await?;
            promises.batch_closed(*book, open.get());
            None
        }
    };
    if let Some((item, status)) = told {
        promises.told(item, status);
    }
    Ok(true)
}
