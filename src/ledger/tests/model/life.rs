//! What a random life does, and what the model remembers of it.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a random life does next.
#[derive(Debug, Clone)]
pub enum Step {
    Begin { book: u8, kind: usize, minor: u64 },
    Event { item: usize, event: usize },
    Settle { book: u8, step: usize },
    SetBatch { book: u8, next: u32, stan: Option<u32> },
    Identity { book: u8, forced: bool },
    Attach { item: usize },
    Boot,
    Loss { records: u32, perhaps: bool },
    Note,
}

pub fn step() -> impl Strategy<Value = Step> {
    let kinds = TransactionKind::ALL.len();
    prop_oneof![
        8 => (0..3u8, 0..kinds, 1..100_000u64)
            .prop_map(|(book, kind, minor)| Step::Begin { book, kind, minor }),
        24 => (any::<usize>(), 0..E::ALL.len()).prop_map(|(item, event)| Step::Event { item, event }),
        8 => (0..2u8, 0..10usize).prop_map(|(book, step)| Step::Settle { book, step }),
        1 => (0..2u8, 1..4u32, prop::option::of(1..50u32))
            .prop_map(|(book, next, stan)| Step::SetBatch { book, next, stan }),
        1 => (0..2u8, any::<bool>()).prop_map(|(book, forced)| Step::Identity { book, forced }),
        2 => any::<usize>().prop_map(|item| Step::Attach { item }),
        2 => Just(Step::Boot),
        2 => (1..20u32, any::<bool>())
            .prop_map(|(records, perhaps)| Step::Loss { records, perhaps }),
        2 => Just(Step::Note),
    ]
}

/// A payment that the model never forgets.
#[derive(Debug)]
struct Known {
    kind: TransactionKind,
    state: S,
    book: u8,
    batch: Batch,
    minor: u64,
    tip: u64,
    cards: CardClass,
    counted: bool,
    /// A void whose original was left out of the figures that were sent, and whose end is not known.
    withheld: bool,
    /// Its original was left out, whatever became of it.
    left_out: bool,
    marked: bool,
    attempts: u16,
}

impl Known {
    fn counts(&self) -> Counts {
        rule(self.kind).counts
    }
}

#[derive(Default, Clone, Copy)]
struct Uncounted {
    now: u64,
    named: u64,
}

pub struct Model {
    pub till: Till,
    known: BTreeMap<Seq, Known>,
    /// Rows of totals that a batch was begun with.
    rows: BTreeSet<(u8, Batch, u8)>,
    uncounted: [Uncounted; 2],
}

/// Amount and its parts, of which the model makes something of every size.
fn parts(kind: TransactionKind, minor: u64) -> (u64, CardClass) {
    let tip = if minor.is_multiple_of(5) { minor / 4 } else { 0 };
    let cards = if minor.is_multiple_of(3) { CardClass::Foreign } else { CardClass::Domestic };
    (if rule(kind).counts == Counts::Sales { tip } else { 0 }, cards)
}

impl Model {
    pub fn new() -> Self {
        let (known, rows) = (BTreeMap::new(), BTreeSet::new());
        Self { till: Till::new(), known, rows, uncounted: Default::default() }
    }

    pub fn take(&mut self, step: &Step) {
        match *step {
            Step::Begin { book, kind, minor } => self.begin(book, kind, minor),
            Step::Event { item, event } => self.event(item, E::ALL[event]),
            Step::Settle { book, step } => self.settle(book, step),
            Step::SetBatch { book, next, stan } => self.set_batch(book, next, stan),
            Step::Identity { book, forced } => self.identity(book, forced),
            Step::Attach { item } => self.attach(item),
            Step::Boot => self.till.ledger.boot(),
            Step::Loss { records, perhaps } => self.lose(records, perhaps),
            Step::Note => {
                self.till.put(Note { text: Text::default() }).unwrap();
            }
        }
    }

    fn is_full(&self) -> bool {
        self.till.ledger.items().count() == 4
    }

    /// Whether totals of this batch have room for these cards; takes it if so.
    fn takes_row(
        &mut self,
        book: u8,
        batch: Batch,
        kind: TransactionKind,
        cards: CardClass,
    ) -> bool {
        if rule(kind).counts == Counts::None {
            return true;
        }
        let key = (book, batch, u8::from(cards));
        let open = |batch: Batch| {
            [self.till.ledger.batch(book), self.till.ledger.settle_batch(book)].contains(&Ok(batch))
        };
        let used = self.rows.iter().filter(|(b, of, _)| *b == book && (open(*of) || *of == batch));
        let room = self.rows.contains(&key) || used.count() < 3;
        room && {
            self.rows.insert(key);
            true
        }
    }

    fn begin(&mut self, book: u8, kind: usize, minor: u64) {
        let kind = TransactionKind::ALL[kind];
        let (tip, cards) = parts(kind, minor);
        let intent = Intent {
            tip: (tip > 0).then_some(Amount::new(tip)),
            cards: Some(cards),
            ..self.till.intent(book, kind, minor)
        };
        let batch = intent.batch;
        let owes = rule(kind).owes;
        let ledger = &self.till.ledger;
        let busy = ledger.phase(book) != Ok(Phase::Open) && ledger.is_unlocked(book) != Ok(true);
        let allowed = book < 2
            && (!busy || owes.is_offline())
            && (!self.is_full() || owes == Owes::Nothing)
            && self.takes_row(book, batch, kind, cards);
        assert_eq!(self.till.put(intent).is_ok(), allowed);
        if allowed {
            let state = S::first(kind);
            let known = Known {
                kind,
                state,
                book,
                batch,
                minor,
                tip,
                cards,
                counted: false,
                withheld: false,
                left_out: false,
                marked: false,
                attempts: 0,
            };
            self.known.insert(Seq(self.till.seq), known);
        }
    }

    /// A loss that is sure may have taken the outcome of whatever has none, and an attempt of what
    /// was stored.
    fn lose(&mut self, records: u32, perhaps: bool) {
        self.till.lose(records, perhaps);
        for known in self.known.values_mut().filter(|known| !perhaps && !known.state.is_final()) {
            if matches!(known.state, S::Unanswered | S::Approved) {
                (known.state, known.marked) = (S::Unresolved, true);
            }
            if rule(known.kind).owes.is_offline() {
                known.attempts = known.attempts.max(1);
            }
            if known.state == S::Stored {
                known.state = S::Sending;
            }
        }
    }

    /// What speaks against an event that the table allows.
    fn is_refused(&self, known: &Known, event: E) -> bool {
        let is_answer = matches!(
            event,
            E::AnswerDone
                | E::AnswerNothingToReverse
                | E::AnswerRefused
                | E::AnswerOther
                | E::AnswerUnsent
                | E::AnswerPaid
        );
        let sent = known.attempts > 0;
        (is_answer && !sent)
            || (event == E::NotSent && sent)
            || (event == E::GivenUp && known.marked)
            || (event == E::OperatorRetry && !known.marked)
            || (event == E::Reopen && self.is_full())
            || (event == E::OfflineReverse && (sent || self.is_full()))
            || (event == E::OfflineUnsent && sent)
    }

    /// Legal or not is decided by the table and the model's own memory.
    fn event(&mut self, pick: usize, event: E) {
        let Some(item) = self.known.keys().nth(pick % self.known.len().max(1)).copied() else {
            return;
        };
        let newest = self.known.keys().last() == Some(&item);
        let known = &self.known[&item];
        let to = transition(known.kind, known.state, event);
        // Of a closed payment the ledger knows the end only while it is the newest.
        if to.is_none() && known.state.is_final() && !newest && matches!(event, E::Late | E::Reopen)
        {
            return;
        }
        let offline = matches!(event, E::OfflineReverse | E::OfflineUnsent);
        let mut legal = to.is_some() && !self.is_refused(known, event);
        let (book, minor) = (known.book, known.minor);
        let mut record = match self.till.record(item, event) {
            Record::Outcome(outcome) => Outcome { book, ..outcome }.into(),
            Record::Late(late) => Late { book, ..late }.into(),
            record => record,
        };
        let mut sale = None;
        if let Record::OfflineApproved(offline) = &mut record {
            let (kind, cards) = (TransactionKind::OfflineSale, parts(known.kind, minor).1);
            (offline.intent.amount, offline.intent.cards) = (Amount::new(minor), Some(cards));
            let batch = offline.intent.batch;
            legal = legal && self.takes_row(book, batch, kind, cards);
            sale = Some((batch, cards));
        }
        let counts = legal && to == Some(S::Completed) && self.would_count(&self.known[&item]);
        let change = self.till.put(record);
        assert_eq!(change.is_ok(), legal, "{event:?} of {item}: {change:?}");
        let (Some(to), true) = (to, legal) else { return };
        match change {
            Ok(Change::Item { counted, to: told, .. }) => {
                assert_eq!((counted, told), (counts, to), "{event:?} of {item}");
            }
            Ok(Change::Offline { to: told, .. }) => assert_eq!((offline, told), (true, to)),
            Ok(Change::Evidence) => assert_eq!(event, E::Late),
            other => panic!("{other:?}"),
        }
        self.note(item, event, to, counts);
        if let Some((batch, cards)) = sale {
            let kind = TransactionKind::OfflineSale;
            let known = Known {
                kind,
                state: S::Stored,
                book,
                batch,
                minor,
                tip: 0,
                cards,
                counted: false,
                withheld: false,
                left_out: false,
                marked: false,
                attempts: 0,
            };
            self.known.insert(Seq(self.till.seq), known);
        }
    }

    /// The figures of its batch are not sent yet.
    fn would_count(&self, known: &Known) -> bool {
        let ledger = &self.till.ledger;
        let settled = ledger.settle_batch(known.book) == Ok(known.batch);
        let fixed = !matches!(ledger.phase(known.book), Ok(Phase::Open | Phase::Frozen));
        let open = ledger.batch(known.book) == Ok(known.batch);
        known.counts() != Counts::None && if settled { !fixed } else { open }
    }

    fn note(&mut self, item: Seq, event: E, to: S, counted: bool) {
        let known = self.known.get_mut(&item).unwrap();
        match event {
            // Opened again it has no history but the record that did it.
            E::Reopen => (known.attempts, known.marked, known.withheld) = (0, false, false),
            E::Attempt => known.attempts += 1,
            E::AnswerUnsent => known.attempts -= 1,
            E::GivenUp => known.marked = true,
            E::OperatorRetry => known.marked = false,
            _ => {}
        }
        known.marked |= matches!(to, S::Unresolved | S::Refused);
        let ended = to.is_final() && !known.state.is_final();
        known.state = to;
        known.counted |= counted;
        let too_late = match to {
            S::Completed => !counted && !known.withheld && known.counts() != Counts::None,
            _ => known.withheld,
        };
        if ended && too_late {
            self.uncounted[usize::from(known.book)].now += known.minor;
        }
        if ended {
            known.withheld = false;
        }
    }

    fn settle(&mut self, book: u8, step: usize) {
        let ledger = &self.till.ledger;
        let (batch, phase) = (ledger.settle_batch(book).unwrap(), ledger.phase(book).unwrap());
        let through = self.known.keys().last().copied().unwrap_or(Seq(0));
        let who = Text::new("chen").unwrap();
        let record: Record = match step {
            0 => self.till.freeze(book).into(),
            1 => Unfreeze { book }.into(),
            2 => self.till.settle_attempt(book).into(),
            3 => self.till.settle_answer(book, SettleClass::Balanced).into(),
            4 => self.till.settle_answer(book, SettleClass::Unbalanced).into(),
            5 => self.till.settle_answer(book, SettleClass::Refused).into(),
            6 => Uploaded { book, batch, through }.into(),
            7 => UploadEnd { book, batch }.into(),
            8 => NextBatch { book, batch, next: batch.next(), who }.into(),
            _ => self.till.closed(book).into(),
        };
        if self.till.put(record.clone()).is_err() {
            return;
        }
        let uncounted = &mut self.uncounted[usize::from(book)];
        match record {
            Record::Freeze(_) => uncounted.named = uncounted.now,
            Record::BatchClosed(_) => uncounted.now -= uncounted.named,
            Record::SettleAttempt(_) if phase == Phase::Frozen => {
                let doubtful = |known: &&mut Known| {
                    (known.book, known.batch) == (book, batch)
                        && !known.state.is_final()
                        && known.counts().is_void()
                };
                self.known.values_mut().filter(doubtful).for_each(|known| {
                    (known.withheld, known.left_out) = (true, true);
                });
            }
            _ => {}
        }
    }

    fn is_empty(&self, book: u8) -> bool {
        let batch = self.till.ledger.batch(book).unwrap();
        let counts = |known: &Known| known.counted && known.batch == batch;
        let holds = |known: &Known| !known.state.is_final() || counts(known);
        self.till.ledger.phase(book) == Ok(Phase::Open)
            && !self.known.values().filter(|known| known.book == book).any(holds)
    }

    fn set_batch(&mut self, book: u8, next: u32, stan: Option<u32>) {
        let ledger = &self.till.ledger;
        let (next, stan) = (Batch::new(next).unwrap(), stan.and_then(Stan::new));
        let before = ledger.next_stan(book).unwrap_or(Stan::MAX);
        let same = ledger.batch(book) == Ok(next);
        let empty = self.is_empty(book);
        // A batch number of the past would make the model mix up two batches.
        let past = self.known.values().any(|known| (known.book, known.batch) == (book, next));
        if past && !same {
            return;
        }
        let used = self.till.ledger.books[usize::from(book)].open.first_stan.is_some();
        let lower = stan.is_some_and(|stan| stan < before);
        let change = self.till.put(SetBatch { book, next, stan, invoice: None });
        // Between the two lie numbers of open payments, which are neither lower nor free.
        let certain = !(same && used && stan.is_some() && empty);
        if certain {
            assert_eq!(change.is_ok(), empty, "{change:?}");
        } else if change.is_ok() {
            assert!(!lower || before == Stan::MAX, "{before} and then {stan:?}");
        }
        if change.is_ok() {
            // What was begun in it and came to nothing takes no row any more.
            self.rows.retain(|(b, ..)| *b != book);
        }
    }

    fn identity(&mut self, book: u8, forced: bool) {
        let index = self.till.ledger.identity(book).unwrap().map_or(0, |index| index + 1);
        let empty = self.is_empty(book);
        let identity = Identity {
            book,
            index,
            terminal: TerminalId::new("10000001").unwrap(),
            merchant: MerchantId::new("898100000000001").unwrap(),
            currency: Currency::CNY,
            key: 1,
            forced,
        };
        let skipped = Identity { index: index + 1, ..identity.clone() };
        assert!(matches!(self.till.put(skipped), Err(Refusal::IdentityIndex { .. })));
        assert_eq!(self.till.put(identity).is_ok(), forced || empty);
        if !forced || empty {
            return;
        }
        for known in self.known.values_mut().filter(|k| k.book == book && !k.state.is_final()) {
            let order = rule(known.kind).owes == Owes::Order;
            known.marked = true;
            known.state = match known.state {
                S::NothingOnce if order => S::Cancelling,
                stays @ (S::Cancelling | S::RefundDue | S::Refused | S::Stored) => stays,
                _ => S::Unresolved,
            };
        }
    }

    fn attach(&mut self, pick: usize) {
        let Some(item) = self.known.keys().nth(pick % self.known.len().max(1)).copied() else {
            return;
        };
        let known = &self.known[&item];
        let unsettled = item >= self.till.ledger.unsettled_from(known.book).unwrap();
        let open = self.till.ledger.item(item);
        let kept = unsettled || open.is_some_and(|open| !open.is_reopened());
        let attach =
            Attach { item, book: known.book, sealed: Sealed::new(&[7; 20]).ok(), emv: None };
        assert_eq!(self.till.put(attach).is_ok(), kept);
    }

    pub fn agrees(&self) {
        let open = |known: &&Known| !known.state.is_final();
        assert_eq!(self.till.ledger.items().count(), self.known.values().filter(open).count());
        for (seq, known) in &self.known {
            let state = (!known.state.is_final()).then_some(known.state);
            let item = self.till.ledger.item(*seq);
            assert_eq!(item.map(Item::state), state, "payment {seq}");
            let Some(item) = item else { continue };
            assert_eq!((item.attempts(), item.is_unresolved()), (known.attempts, known.marked));
            assert_eq!(item.is_withheld(), known.withheld, "payment {seq}");
        }
        for book in 0..2 {
            self.totals_agree(book);
            let uncounted = self.till.ledger.uncounted(book).unwrap();
            assert_eq!(uncounted.amount.minor(), self.uncounted[usize::from(book)].now);
        }
        let newest = self.known.iter().next_back();
        assert_eq!(self.till.ledger.last(), newest.map(|(seq, known)| (*seq, known.state)));
    }

    fn totals_agree(&self, book: u8) {
        let ledger = &self.till.ledger;
        let (open, settled) = (ledger.batch(book).unwrap(), ledger.settle_batch(book).unwrap());
        let fixed = !matches!(ledger.phase(book), Ok(Phase::Open | Phase::Frozen));
        for cards in [CardClass::Domestic, CardClass::Foreign] {
            let row = |totals: &Totals| {
                *totals.of(Currency::CNY, cards).unwrap_or(&TotalsRow::new(Currency::CNY, cards))
            };
            let told = row(&ledger.settle_totals(book).unwrap());
            assert_eq!(told, self.expected(book, settled, cards, true), "what a 0500 says");
            let running = row(ledger.totals(book).unwrap());
            let without = fixed && open == settled;
            assert_eq!(running, self.expected(book, open, cards, without), "what has been sold");
        }
    }

    /// The row of a batch, with or without the originals of voids in doubt.
    fn expected(&self, book: u8, batch: Batch, cards: CardClass, without: bool) -> TotalsRow {
        let of = |k: &&Known| (k.book, k.batch, k.cards) == (book, batch, cards);
        let mut row = TotalsRow::new(Currency::CNY, cards);
        let fixed = !matches!(self.till.ledger.phase(book), Ok(Phase::Open | Phase::Frozen));
        for known in self.known.values().filter(of) {
            let (amount, tip) = (Amount::new(known.minor), Amount::new(known.tip));
            match known.counts() {
                _ if !known.counted => {}
                Counts::Sales => row.sales = row.sales.plus(amount),
                Counts::Tip => row.sales.amount = row.sales.amount.saturating_add(amount),
                Counts::Refunds => row.refunds = row.refunds.plus(amount),
                Counts::Voided => row.voided = row.voided.plus(amount),
                Counts::RefundsVoided => row.refunds_voided = row.refunds_voided.plus(amount),
                Counts::None => panic!("{known:?} does not count"),
            }
            if known.counted && known.tip > 0 {
                row.tips = row.tips.plus(tip);
            }
            if known.counted && known.counts() == Counts::Tip {
                row.tips = row.tips.plus(amount);
            }
        }
        for known in self.known.values().filter(of).filter(|_| without) {
            let doubtful = !known.state.is_final() && known.counts().is_void();
            if !(if fixed { known.left_out } else { doubtful }) {
                continue;
            }
            let original = Tally { count: 1, amount: Amount::new(known.minor) };
            let side = match known.counts() {
                Counts::Voided => &mut row.sales,
                _ => &mut row.refunds,
            };
            *side = side.minus(original);
        }
        row
    }

    /// What can be seen now, as words.
    pub fn sights(&self) -> Vec<String> {
        let ledger = &self.till.ledger;
        let owes = |known: &Known| rule(known.kind).owes;
        let states =
            self.known.values().map(|known| format!("{:?} {:?}", owes(known), known.state));
        let mut sights: Vec<String> = states.collect();
        for (number, book) in (0u8..).zip(&ledger.books) {
            let sent = !matches!(book.phase(), Phase::Open | Phase::Frozen);
            let told = [
                ("split before the first 0500", book.apart().is_some() && !sent),
                ("split after it", book.apart().is_some() && sent),
                ("unlocked", ledger.is_unlocked(number) == Ok(true)),
                ("uncounted", book.uncounted != Tally::ZERO),
                ("a second identity", book.current_identity() > Some(0)),
                ("two identities named", book.named_identity() != book.current_identity()),
            ];
            sights
                .extend(told.iter().filter(|(_, seen)| *seen).map(|(what, _)| (*what).to_owned()));
        }
        let withheld = ledger.items().any(Item::is_withheld);
        sights.extend(withheld.then(|| "withheld".to_owned()));
        sights
    }

    /// Everything that there is to be seen.
    pub fn all_sights() -> impl Iterator<Item = String> {
        let kinds = TransactionKind::ALL.iter();
        let states = kinds.flat_map(|kind| {
            let owes = rule(*kind).owes;
            reachable(*kind).into_iter().map(move |state| format!("{owes:?} {state:?}"))
        });
        let books = [
            "split before the first 0500",
            "split after it",
            "unlocked",
            "uncounted",
            "a second identity",
            "two identities named",
            "withheld",
        ];
        states.chain(books.map(str::to_owned))
    }

    pub fn pins_agree(&self) {
        let ledger = &self.till.ledger;
        let pins = |at: &Placed, record: &Record| ledger.pins(at.seq, record);
        let cost = |identities: bool| -> u32 {
            let log = self.till.log.iter().filter(|(at, record)| pins(at, record));
            log.filter(|(_, r)| matches!(r, Record::Identity(_)) == identities)
                .map(|(at, _)| at.cost)
                .sum()
        };
        let identities = ledger.books.iter().filter_map(|book| book.identities);
        let bytes: u32 = identities.map(|identities| identities.bytes).sum();
        let (sum, counted) = (cost(false), ledger.pinned_bytes() - bytes);
        // A payment that was opened again may hold an older record of that, and the identity that it
        // was sent under; and no less.
        let reopened = ledger.items().filter(|item| item.is_reopened()).count();
        assert!(reopened > 0 || cost(true) <= bytes, "an identity that is named is counted");
        assert!(sum >= counted, "{sum} of records against {counted} counted");
        assert!(reopened > 0 || sum == counted, "{sum} of records against {counted} counted");
        let needed = self.till.log.iter().find(|(at, record)| pins(at, record));
        assert!(needed.is_none_or(|(at, _)| at.seq >= ledger.needs_from()));
    }
}
