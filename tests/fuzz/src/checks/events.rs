//! A run of journal calls, restarts and power cuts against the model.
//!
//! After every call the journal's books, open payments and duties are the model's. A call that the
//! power cut interrupted has happened wholly or not at all. What is legal never fails for want of
//! room, but for a payment that begins and for mere evidence.

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Error, Journal, LateAnswer, LateResult, OutcomeOf};
use pos_journal::ledger::profile::{Profile, Retry};
use pos_journal::ledger::{self, Duty, ItemState, PaymentStatus, SettleStep};
use pos_journal::log::{FormatAs, Maintained, Settings};
use pos_journal::record::{
    Amount, AnswerClass, Condition, Currency, EntryMode, Moment, Original, Reference,
    ReversalReason, Seq, SettleClass, Stan, Text, TransactionKind, Uptime, Verdict,
};

use super::model::{Act, At, BOOKS, ITEMS, Model, Owed, Payment, Phase, Settle, Sums};

const SECTOR: usize = 4096;

type Chip<const WRITE: usize> = RamFlash<Vec<u8>, WRITE, SECTOR>;
type Till<const WRITE: usize> = Journal<Chip<WRITE>, ITEMS, BOOKS, 256>;
type Taken<T> = Result<T, Error<pos_journal::flash::RamFlashError>>;

/// Checks one input: a byte for the chip, a byte for how cuts look, then four bytes for each call.
pub fn check(data: &[u8]) {
    let [chip, seed, calls @ ..] = data else { return };
    let sectors = 3 + usize::from(chip >> 2) % 4;
    match chip & 3 {
        0 => World::<1>::new(sectors, *seed).run(calls),
        1 => World::<4>::new(sectors, *seed).run(calls),
        2 => World::<8>::new(sectors, *seed).run(calls),
        _ => World::<32>::new(sectors, *seed).run(calls),
    }
}

/// What a call came to.
enum Came<T> {
    Ok(T),
    Refused,
    /// There is no room for it.
    Full,
    /// The power failed.
    Off,
}

struct World<const WRITE: usize> {
    till: Option<Till<WRITE>>,
    model: Model,
    region: Region,
    newest: u32,
}

impl<const WRITE: usize> World<WRITE> {
    fn new(sectors: usize, seed: u8) -> Self {
        let bytes = sectors * SECTOR;
        let region = Region::new(0, bytes as u32);
        let mut chip = Chip::<WRITE>::owned(bytes).expect("whole blocks");
        chip.set_seed(u64::from(seed) + 1);
        let mut till = Till::format(chip, region, &settings(), FormatAs::live(7)).expect("a chip");
        set_profiles(&mut till);
        World { till: Some(till), model: Model::default(), region, newest: 0 }
    }

    fn run(mut self, calls: &[u8]) {
        for call in calls.chunks_exact(4) {
            let &[verb, a, b, c] = call else { return };
            if self.till().log().flash().is_off() {
                // It failed in a call that had nothing left to lose.
                self.restart(vec![self.model.clone()], None);
            }
            self.call(verb, a, b, c);
            let agrees = self.agrees(&self.model);
            assert_eq!(agrees, Ok(()), "after {call:?}");
        }
        self.restart(vec![self.model.clone()], None);
    }

    fn till(&mut self) -> &mut Till<WRITE> {
        self.till.as_mut().expect("a till")
    }

    fn came<T>(&mut self, taken: Taken<T>) -> Came<T> {
        match taken {
            Ok(value) => Came::Ok(value),
            Err(_) if self.till().log().flash().is_off() => Came::Off,
            Err(Error::Full { .. }) => Came::Full,
            Err(Error::Log(error)) => panic!("the log failed: {error}"),
            Err(error) => {
                let _ = error.to_string();
                Came::Refused
            }
        }
    }

    fn call(&mut self, verb: u8, a: u8, b: u8, c: u8) {
        let verdict = [
            Verdict::Approved { completed: true },
            Verdict::Approved { completed: false },
            Verdict::Declined,
            Verdict::NoAnswer,
            Verdict::Doubtful,
        ][usize::from(b) % 5];
        let class = [
            AnswerClass::Done,
            AnswerClass::NothingToReverse,
            AnswerClass::Refused,
            AnswerClass::Busy,
            AnswerClass::Nothing,
        ][usize::from(b) % 5];
        let settled = [
            SettleClass::Balanced,
            SettleClass::Unbalanced,
            SettleClass::Busy,
            SettleClass::Refused,
            SettleClass::Nothing,
        ][usize::from(b) % 5];
        let reason = [ReversalReason::Other, ReversalReason::MacError][usize::from(b) % 2];
        let book = a % BOOKS as u8;
        match verb % 24 {
            0..=2 => self.begin(a, b, c),
            3..=4 => {
                let approved = (c & 1 != 0).then_some(u64::from(c));
                self.act(a, Act::Outcome(verdict, approved));
            }
            5 => self.act(a, Act::Complete),
            6 => self.act(a, Act::NotSent),
            7 => self.act(a, Act::Reverse(reason)),
            8 | 9 => self.act(a, Act::Attempt),
            10 | 11 => self.act(a, Act::Answer(class)),
            12 => self.act(a, Act::GiveUp),
            13 => self.act(a, Act::Abandon),
            14 => self.late(a, b & 1 != 0),
            15 => self.settle(book, Settle::Close),
            16 => self.settle(book, if b & 7 == 0 { Settle::Unlock } else { Settle::Attempt }),
            17 => self.settle(book, Settle::Answer(settled)),
            18 => self.upload(book, b),
            19 => self.settle(book, Settle::BatchClosed),
            20 => self.ask(a, b),
            21 => self.idle(a),
            22 => self.till().flash_mut().set_cut(u64::from(a) | u64::from(b & 3) << 8),
            _ => self.restart(vec![self.model.clone()], None),
        }
    }

    /// A payment, mostly a new one.
    fn pick(&self, which: u8) -> Option<u32> {
        let back = usize::from(which & 0x3F) / if which & 0x80 == 0 { 8 } else { 1 };
        let all = self.model.payments.len().max(1);
        self.model.payments.keys().rev().nth(back % all).copied()
    }

    fn begin(&mut self, a: u8, b: u8, c: u8) {
        let book = a & 1;
        let batch = self.model.books[usize::from(book)].batch;
        let kind = match a >> 1 & 7 {
            0..=4 => TransactionKind::Sale,
            5 => TransactionKind::Void,
            _ => TransactionKind::Refund,
        };
        let named = (kind != TransactionKind::Sale).then(|| self.pick(b)).flatten();
        let reference = (a & 0x80 != 0).then(|| format!("B{book}-{batch}-{}", b & 7));
        let amount = match (kind, named.and_then(|seq| self.model.payments.get(&seq))) {
            (TransactionKind::Void, Some(sale)) if c & 7 != 0 => sale.approved,
            _ => 1 + u64::from(c >> 1),
        };
        let currency = [Currency::CNY, Currency::CNY, Currency::USD, Currency::EUR];
        let currency = currency[usize::from(a >> 4 & 3)];
        let begin = Begin {
            book,
            kind,
            amount: Amount::new(amount),
            currency,
            entry: EntryMode::CONTACTLESS,
            condition: Condition::NORMAL,
            moment: Moment::default(),
            pan: None,
            card_sequence: None,
            reference: reference.as_deref().and_then(|r| Reference::new(r).ok()),
            original: named.map(|seq| Original::ByRecord(Seq(seq))),
            ..Begin::new(0, TransactionKind::Sale, Amount::ZERO, Currency::CNY)
        };
        let new = Payment {
            book,
            kind,
            stan: 0,
            batch,
            amount,
            currency: currency.numeric(),
            reference,
            original: named,
            at: At::Waiting,
            approved: amount,
            attempts: 0,
            reason: ReversalReason::NoAnswer,
            asked: false,
            fresh: true,
            marked: false,
            late: [false; 2],
        };
        let taken = self.till().begin(&begin);
        let came = self.came(taken);
        self.begun(new, came);
    }

    fn begun(&mut self, new: Payment, came: Came<Begun>) {
        let known = new.reference.as_deref().and_then(|r| self.model.known(r));
        let known = known.filter(|(_, p)| p.at != At::NeverSent);
        let same = |p: &Payment| {
            (p.amount, p.currency, p.kind, p.original)
                == (new.amount, new.currency, new.kind, new.original)
        };
        // A NeverSent payment is compared too before it may be begun anew.
        let reused = new.reference.as_deref().and_then(|r| self.model.known(r));
        let clash = reused.is_some_and(|(_, p)| !same(p));
        let expected = match known {
            Some((seq, known)) if same(known) => Some((seq, status(known.at))),
            _ => None,
        };
        let allowed = !clash
            && known.is_none()
            && self.model.may_start(new.book)
            && self.model.may_begin(&new);
        // Of an original of a batch long closed the records may be gone; nothing else may refuse.
        let original = new.original.and_then(|seq| self.model.payments.get(&seq));
        let certain = original.is_none_or(|sale| self.model.is_kept(sale));
        match came {
            Came::Off => self.restart(vec![self.model.clone()], Some(new)),
            Came::Ok(Begun::Existing { item, status }) => {
                assert_eq!(expected, Some((item.0, status)), "told to exist");
            }
            Came::Ok(Begun::New { item, intent }) => {
                assert!(allowed, "began: {new:?}");
                assert!(item.0 > self.newest, "{item} is no new number");
                let stan = intent.stan.get();
                assert!(!self.model.given.contains(&(new.book, stan)), "STAN {stan} given twice");
                assert_eq!((intent.batch.get(), intent.book), (new.batch, new.book));
                self.newest = item.0;
                self.model.begin(item.0, Payment { stan, ..new });
            }
            Came::Full => {
                let empty = |p: &Payment| !self.model.is_kept(p);
                let all_empty = self.model.payments.values().all(empty);
                assert!(!all_empty, "full, and nothing is kept");
            }
            Came::Refused => {
                let refused = clash || !allowed || !certain;
                assert!(expected.is_none() && refused, "refused: {new:?}");
            }
        }
    }

    fn act(&mut self, which: u8, act: Act) {
        let Some(seq) = self.pick(which) else { return };
        let mut after = self.model.clone();
        let expected = after.act(seq, act);
        let item = Seq(seq);
        let till = self.till.as_mut().expect("a till");
        let taken = match act {
            Act::Outcome(Verdict::NoAnswer, None) => till.no_answer(item, 30_000, Uptime(1)),
            Act::Outcome(verdict, approved) => {
                let approved_amount = approved.map(Amount::new);
                till.outcome(item, verdict, &OutcomeOf { approved_amount, ..OutcomeOf::default() })
            }
            Act::Complete => till.complete(item, None),
            Act::NotSent => till.not_sent(item),
            Act::Reverse(reason) => till.reverse(item, reason),
            Act::Attempt => till.attempt(item, Uptime(2)).map(|attempted| {
                let payment = &after.payments[&seq];
                let intent = &attempted.intent;
                assert_eq!(
                    (attempted.number, attempted.reason),
                    (payment.attempts, payment.reason)
                );
                assert_eq!(
                    (intent.stan.get(), intent.batch.get(), intent.amount.minor()),
                    (payment.stan, payment.batch, payment.amount)
                );
                status(payment.at)
            }),
            Act::Answer(class) => till.answer(item, class, None),
            Act::GiveUp => till.give_up(item),
            Act::Abandon => {
                let (who, why) = (Text::new("fuzz"), Text::new("no end in sight"));
                till.abandon(item, who.expect("a text"), why.expect("a text"))
            }
            Act::Reopen => return,
        };
        match (self.came(taken), expected) {
            (Came::Off, Some(_)) => self.restart(vec![self.model.clone(), after], None),
            (Came::Off, None) => self.restart(vec![self.model.clone()], None),
            (Came::Ok(told), Some(at)) => {
                assert_eq!(told, status(at), "{act:?} of payment {seq}");
                self.model = after;
            }
            (Came::Refused, None) => {}
            (Came::Ok(told), None) => panic!("{act:?} of payment {seq} was taken: {told}"),
            (Came::Refused, Some(at)) => panic!("{act:?} of payment {seq} was refused, not {at:?}"),
            (Came::Full, _) => panic!("{act:?} of payment {seq}: no room"),
        }
    }

    fn late(&mut self, which: u8, approved: bool) {
        let Some(seq) = self.pick(which) else { return };
        let payment = self.model.payments[&seq].clone();
        let answer = LateAnswer {
            book: payment.book,
            stan: Stan::new(payment.stan).expect("a STAN"),
            approved,
            code: None,
            rrn: None,
            auth_code: None,
            uptime: Uptime(9),
        };
        let mut reopened = self.model.clone();
        let may_reopen = approved && reopened.act(seq, Act::Reopen).is_some();
        // What a restart left undecided owes its reversal: that is written down first.
        let mut owed = self.model.clone();
        let undecided = matches!(payment.at, At::Waiting | At::Approved) && !payment.fresh;
        if undecided && payment.is_reversed() {
            owed.act(seq, Act::Reverse(payment.reason()));
        }
        let repeated = payment.late[usize::from(approved)];
        for state in [&mut self.model, &mut owed, &mut reopened] {
            let payment = state.payments.get_mut(&seq).expect("it was picked");
            payment.late[usize::from(approved)] = true;
        }
        let taken = self.till().late(&answer);
        match self.came(taken) {
            Came::Off => self.restart(vec![self.model.clone(), owed, reopened], None),
            Came::Ok(LateResult::Reopened(item)) => {
                assert!(may_reopen && item.0 == seq, "{item} opened again: {payment:?}");
                self.model = reopened;
            }
            Came::Ok(LateResult::Evidence(item)) => {
                assert_eq!(item.0, seq);
                assert!(!may_reopen || !self.model.is_kept(&payment), "mere evidence: {payment:?}");
                let waits = matches!(payment.at, At::Waiting | At::Approved | At::Asking);
                // The same answer once more is known, whatever the payment waits for by now.
                let takes = payment.is_reversed() && !payment.fresh;
                assert!(!waits || takes || repeated, "{payment:?} waits");
                self.model = owed;
            }
            Came::Ok(LateResult::Stray | LateResult::Unread { .. }) => {
                assert!(!self.model.is_kept(&payment), "stray: {payment:?}");
            }
            Came::Full => self.model = owed,
            Came::Refused => {
                assert!(!may_reopen || !self.model.is_kept(&payment), "refused: {payment:?}");
                self.model = owed;
            }
        }
    }

    fn settle(&mut self, book: u8, step: Settle) {
        let mut after = self.model.clone();
        let expected = after.settle(book, step);
        let batch = self.model.books[usize::from(book)].batch;
        let sums = match self.model.books[usize::from(book)].phase {
            Phase::Open | Phase::Frozen => self.model.figures(book),
            _ => self.model.books[usize::from(book)].totals.clone(),
        };
        let mut given = None;
        let till = self.till.as_mut().expect("a till");
        let taken = match step {
            Settle::Close => till.close_batch(book).map(|told| assert_eq!(totals(&told), sums)),
            Settle::Unlock => till.unlock_batch(book),
            Settle::Attempt => till.settle_attempt(book, Uptime(0)).map(|request| {
                assert_eq!(totals(&request.totals), sums);
                assert_eq!(request.batch.get(), batch);
                assert_eq!(request.number, after.books[usize::from(book)].attempts);
                given = Some(request.stan.get());
            }),
            Settle::Answer(class) => till.settle_answer(book, class, None),
            Settle::Uploaded(through) => till.uploaded(book, Seq(through)),
            Settle::UploadEnded => till.upload_ended(book),
            Settle::BatchClosed => till.batch_closed(book).map(|next| {
                assert_eq!(next.get(), batch + 1);
            }),
        };
        match (self.came(taken), expected) {
            (Came::Off, Some(_)) => self.restart(vec![self.model.clone(), after], None),
            (Came::Off, None) => self.restart(vec![self.model.clone()], None),
            (Came::Ok(()), Some(_)) => {
                self.model = after;
                if let Some(stan) = given {
                    assert!(self.model.given.insert((book, stan)), "STAN {stan} given twice");
                }
            }
            (Came::Refused, None) => {}
            (Came::Ok(()), None) => panic!("{step:?} of book {book} was taken"),
            (Came::Refused, Some(_)) => panic!("{step:?} of book {book} was refused"),
            (Came::Full, _) => panic!("{step:?} of book {book}: no room"),
        }
    }

    fn upload(&mut self, book: u8, b: u8) {
        let after = self.model.books[usize::from(book)].uploaded;
        let expected = self.model.next_upload(book, after);
        let next =
            self.till().next_upload(book, Seq(after)).unwrap_or(None).map(|receipt| receipt.item.0);
        if self.till().log().flash().is_off() {
            return self.restart(vec![self.model.clone()], None);
        }
        assert_eq!(next, expected, "the next upload after {after}");
        match next {
            Some(through) if b & 3 != 0 => self.settle(book, Settle::Uploaded(through)),
            _ => self.settle(book, Settle::UploadEnded),
        }
    }

    /// Questions, which change nothing.
    fn ask(&mut self, a: u8, b: u8) {
        let Some(seq) = self.pick(a) else { return };
        let payment = self.model.payments[&seq].clone();
        if !self.model.is_kept(&payment) {
            return;
        }
        let told = match (b % 4, &payment.reference) {
            (0, Some(reference)) => {
                let newest = self.model.known(reference).map(|(seq, p)| (seq, p.at));
                let reference = Reference::new(reference).expect("a reference");
                let known = self.till().status(&reference);
                known.map(|k| (k.known().map(|k| (k.item.0, k.status)), newest))
            }
            (1, _) => {
                let newest = self.model.payments.iter().next_back().map(|(&seq, p)| (seq, p.at));
                self.till().last().map(|k| (k.map(|k| (k.item.0, k.status)), newest))
            }
            (2, _) => {
                let first = self.model.owed().first().copied();
                match self.till().due(Uptime(1 << 40)) {
                    Ok(_) => {
                        // What waits for an operator is owed too.
                        let duty = self.till().duties().next();
                        assert_eq!(duty.and_then(owed), first);
                        return;
                    }
                    Err(error) => Err(error),
                }
            }
            _ => self.till().receipt(Seq(seq)).map(|receipt| {
                assert_eq!(receipt.intent.stan.get(), payment.stan);
                (Some((receipt.item.0, receipt.status)), Some((seq, payment.at)))
            }),
        };
        match self.came(told) {
            Came::Ok((told, known)) => {
                assert_eq!(told, known.map(|(seq, at)| (seq, status(at))));
            }
            Came::Off => self.restart(vec![self.model.clone()], None),
            _ => panic!("no answer about {payment:?}"),
        }
    }

    fn idle(&mut self, steps: u8) {
        for _ in 0..=steps % 8 {
            let taken = self.till().maintain(1_000_000);
            match self.came(taken) {
                Came::Ok(_) if self.till().log().flash().is_off() => return,
                Came::Ok(Maintained::Idle) => return,
                Came::Ok(Maintained::Retired { sector }) => {
                    panic!("sector {sector} was retired and works");
                }
                Came::Ok(_) => {}
                Came::Off => return self.restart(vec![self.model.clone()], None),
                _ => panic!("idle work was refused"),
            }
        }
    }

    /// Turns the power off and on. What was before is one of these states, or the first of them with
    /// a payment that had just begun.
    fn restart(&mut self, mut states: Vec<Model>, begun: Option<Payment>) {
        let mut chip = self.till.take().expect("a till").into_flash();
        chip.power_on();
        chip.clear_cut();
        chip.reset_counts();
        let mut till = Till::mount(chip, self.region, &settings()).expect("it can be mounted");
        set_profiles(&mut till);
        let counts = till.log().flash().counts();
        assert_eq!((counts.programs, counts.erases), (0, 0), "a mount wrote");
        let known_lost: Vec<_> = till.report().lost.iter().filter(|lost| !lost.perhaps).collect();
        assert!(known_lost.is_empty(), "lost after a power cut: {known_lost:?}");
        if let Some(state) = begun.and_then(|new| with_begun(&states[0], &till, new)) {
            states.push(state);
        }
        self.till = Some(till);
        let mut why = Vec::new();
        for mut state in states {
            state.boot();
            match self.agrees(&state) {
                Ok(()) => {
                    self.newest =
                        self.newest.max(state.payments.keys().copied().max().unwrap_or(0));
                    self.model = state;
                    return;
                }
                Err(differs) => why.push(differs),
            }
        }
        panic!("after a start the journal is in none of the states: {why:#?}");
    }

    /// Whether the journal stands where the model does.
    fn agrees(&self, model: &Model) -> Result<(), String> {
        let till = self.till.as_ref().expect("a till");
        let ledger = till.ledger();
        let open: Vec<_> = ledger
            .items()
            .map(|i| {
                let ends = (i.approved_amount().minor(), i.attempts(), i.reason());
                let flags = (i.is_unresolved(), i.is_in_flight());
                (i.seq().0, i.stan().get(), at(i.state()), ends, flags)
            })
            .collect();
        let expected: Vec<_> = model
            .open()
            .map(|(seq, p)| {
                let ends = (p.approved, p.attempts, p.reason());
                (seq, p.stan, p.at, ends, (p.marked, p.fresh))
            })
            .collect();
        differ("open payments", &open, &expected)?;
        for (number, book) in (0u8..).zip(&model.books) {
            let stands = (
                ledger.batch(number).map(|batch| batch.get()),
                ledger.phase(number).map(phase),
                ledger.totals(number).map(totals),
            );
            let expected = (Ok(book.batch), Ok(book.phase), Ok(book.totals.clone()));
            differ("book", &stands, &expected)?;
        }
        let duties: Vec<_> = till.duties().filter_map(owed).collect();
        differ("duties", &duties, &model.owed())
    }
}

fn differ<T: PartialEq + core::fmt::Debug>(what: &str, is: &T, should: &T) -> Result<(), String> {
    if is == should { Ok(()) } else { Err(format!("{what}: {is:?}, expected {should:?}")) }
}

/// A state with the payment whose beginning the power cut interrupted, if the journal has it.
fn with_begun<const WRITE: usize>(
    before: &Model,
    till: &Till<WRITE>,
    new: Payment,
) -> Option<Model> {
    let item = till.ledger().items().find(|i| !before.payments.contains_key(&i.seq().0))?;
    let stan = item.stan().get();
    assert!(!before.given.contains(&(new.book, stan)), "STAN {stan} given twice");
    assert_eq!((item.book(), item.kind(), item.amount().minor()), (new.book, new.kind, new.amount));
    let mut state = before.clone();
    state.begin(item.seq().0, Payment { stan, ..new });
    Some(state)
}

/// Takes parts of what was requested, and never has enough of trying: what the model knows.
static PROFILE: Profile = Profile {
    partial_approval: true,
    reversal: Retry { limit: u16::MAX, ..Profile::PLAIN.reversal },
    query: Retry { limit: u16::MAX, ..Profile::PLAIN.query },
    ..Profile::PLAIN
};

fn set_profiles<const WRITE: usize>(till: &mut Till<WRITE>) {
    (0..BOOKS as u8).for_each(|book| till.set_profile(book, &PROFILE).expect("a profile"));
}

fn settings() -> Settings {
    Settings { quiet_ms: 0, sector_bytes: SECTOR as u32, ..Settings::new() }
}

fn totals(totals: &pos_journal::record::Totals) -> Vec<(u16, Sums)> {
    let sums = |t: &pos_journal::record::TotalsRow| {
        [t.sales, t.refunds, t.voided].map(|tally| (tally.count, tally.amount.minor()))
    };
    totals.rows().iter().map(|t| (t.currency.numeric(), sums(t))).collect()
}

fn phase(phase: ledger::Phase) -> Phase {
    match phase {
        ledger::Phase::Open => Phase::Open,
        ledger::Phase::Frozen => Phase::Frozen,
        ledger::Phase::Sent => Phase::Sent,
        ledger::Phase::Uploading => Phase::Uploading,
        ledger::Phase::Ended => Phase::Ended,
        other => panic!("the model does not know phase {other}"),
    }
}

fn owed(duty: Duty) -> Option<Owed> {
    Some(match duty {
        Duty::Settle { book, step } => Owed::Settle(
            book,
            match step {
                SettleStep::Send => Phase::Frozen,
                SettleStep::Repeat => Phase::Sent,
                SettleStep::Upload { .. } => Phase::Uploading,
                SettleStep::Close => Phase::Ended,
                _ => return None,
            },
        ),
        Duty::Reversal { item, attempts, .. } => Owed::Reverse(item.0, attempts),
        Duty::Query { item, .. } => Owed::Ask(item.0),
        _ => return None,
    })
}

fn at(state: ItemState) -> At {
    match state {
        ItemState::Unanswered => At::Waiting,
        ItemState::Approved => At::Approved,
        ItemState::Reversing => At::Reversing,
        ItemState::NothingOnce => At::NothingOnce,
        ItemState::Querying => At::Asking,
        ItemState::Unresolved => At::GivenUp,
        ItemState::Completed => At::Completed,
        ItemState::Declined => At::Declined,
        ItemState::NeverSent => At::NeverSent,
        ItemState::Reversed => At::Reversed,
        ItemState::NotFound => At::NotFound,
        ItemState::Abandoned => At::Abandoned,
        other => panic!("the model does not know state {other}"),
    }
}

fn status(at: At) -> PaymentStatus {
    match at {
        At::Waiting | At::Approved | At::Asking | At::GivenUp => PaymentStatus::Unknown,
        At::Reversing | At::NothingOnce => PaymentStatus::Reversing,
        At::Completed => PaymentStatus::Approved,
        At::Declined => PaymentStatus::Declined,
        At::NeverSent => PaymentStatus::NeverStarted,
        At::Reversed | At::NotFound => PaymentStatus::Reversed,
        At::Abandoned => PaymentStatus::Abandoned,
    }
}
