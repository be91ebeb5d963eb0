//! Random lives of a till against a model that keeps every payment for ever.

use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What a random life does next.
#[derive(Debug, Clone)]
enum Step {
    Begin { book: u8, kind: usize, minor: u64 },
    Event { item: usize, event: usize },
    Settle { book: u8, step: usize },
    Boot,
    Loss { records: u32, perhaps: bool },
    Note,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3u8, 0..3usize, 1..100_000u64)
            .prop_map(|(book, kind, minor)| Step::Begin { book, kind, minor }),
        12 => (any::<usize>(), 0..E::ALL.len()).prop_map(|(item, event)| Step::Event { item, event }),
        3 => (0..2u8, 0..9usize).prop_map(|(book, step)| Step::Settle { book, step }),
        1 => Just(Step::Boot),
        1 => (1..20u32, any::<bool>())
            .prop_map(|(records, perhaps)| Step::Loss { records, perhaps }),
        1 => Just(Step::Note),
    ]
}

/// A payment that the model never forgets.
struct Known {
    kind: TransactionKind,
    state: S,
    book: u8,
    batch: Batch,
    minor: u64,
    counted: bool,
}

struct Model {
    till: Till,
    known: BTreeMap<Seq, Known>,
}

impl Model {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Begin { book, kind, minor } => self.begin(*book, *kind, *minor),
            Step::Event { item, event } => self.event(*item, E::ALL[*event]),
            Step::Settle { book, step } => self.settle(*book, *step),
            Step::Boot => self.till.ledger.boot(),
            Step::Loss { records, perhaps } => self.lose(*records, *perhaps),
            Step::Note => {
                self.till.put(Note { text: Text::default() }).unwrap();
            }
        }
    }

    fn begin(&mut self, book: u8, kind: usize, minor: u64) {
        let kind = TransactionKind::ALL[kind];
        let intent = self.till.intent(book, kind, minor);
        let batch = intent.batch;
        let busy = self.till.ledger.phase(book).ok() != Some(Phase::Open);
        let full = self.till.ledger.items().count() == 4;
        let taken = self.till.put(intent).is_ok();
        assert_eq!(taken, book < 2 && !busy && !full);
        if taken {
            let state = S::Unanswered;
            let known = Known { kind, state, book, batch, minor, counted: false };
            self.known.insert(Seq(self.till.seq), known);
        }
    }

    /// A loss that is sure may have taken the outcome of whatever has none.
    fn lose(&mut self, records: u32, perhaps: bool) {
        self.till.lose(records, perhaps);
        let undecided = |known: &&mut Known| matches!(known.state, S::Unanswered | S::Approved);
        for known in self.known.values_mut().filter(undecided).filter(|_| !perhaps) {
            known.state = S::Unresolved;
        }
    }

    /// Legal or not is decided by the table and the model's own memory.
    fn event(&mut self, pick: usize, event: E) {
        let Some(item) = self.known.keys().nth(pick % self.known.len().max(1)).copied() else {
            return;
        };
        let newest = self.known.keys().last() == Some(&item);
        let known = self.known.get_mut(&item).unwrap();
        let to = transition(known.kind, known.state, event);
        // Of a closed payment the ledger knows the end only while it is the newest.
        if to.is_none() && known.state.is_final() && !newest && matches!(event, E::Late | E::Reopen)
        {
            return;
        }
        let attempts = self.till.ledger.item(item).map_or(0, Item::attempts);
        let is_answer = matches!(event, E::AnswerDone | E::AnswerNothingToReverse | E::AnswerOther);
        let again =
            event == E::GivenUp && self.till.ledger.item(item).is_some_and(Item::is_unresolved);
        let full = event == E::Reopen && self.till.ledger.items().count() == 4;
        let refused = (is_answer && attempts == 0) || full || again;
        let legal = to.is_some() && !refused;
        let record = match self.till.record(item, event) {
            Record::Outcome(outcome) => Outcome { book: known.book, ..outcome }.into(),
            Record::Late(late) => Late { book: known.book, ..late }.into(),
            record => record,
        };
        let change = self.till.put(record);
        assert_eq!(change.is_ok(), legal, "{event:?} of {item}: {change:?}");
        if let (Some(to), true) = (to, legal) {
            known.state = to;
            known.counted |= matches!(change, Ok(Change::Item { counted: true, .. }));
        }
    }

    fn settle(&mut self, book: u8, step: usize) {
        let batch = self.till.ledger.batch(book).unwrap();
        let through = self.known.keys().last().copied().unwrap_or(Seq(0));
        let record: Record = match step {
            0 => self.till.freeze(book).into(),
            1 => Unfreeze { book }.into(),
            2 => self.till.settle_attempt(book).into(),
            3 => self.till.settle_answer(book, SettleClass::Balanced).into(),
            4 => self.till.settle_answer(book, SettleClass::Unbalanced).into(),
            5 => self.till.settle_answer(book, SettleClass::Refused).into(),
            6 => Uploaded { book, batch, through }.into(),
            7 => UploadEnd { book, batch }.into(),
            _ => self.till.closed(book).into(),
        };
        let _ = self.till.put(record);
    }

    fn agrees(&self) {
        let open = |known: &&Known| !known.state.is_final();
        assert_eq!(self.till.ledger.items().count(), self.known.values().filter(open).count());
        for (seq, known) in &self.known {
            let state = (!known.state.is_final()).then_some(known.state);
            assert_eq!(self.till.state(*seq), state, "payment {seq}");
        }
        for book in 0..2 {
            self.totals_agree(book);
        }
        let newest = self.known.iter().next_back();
        assert_eq!(self.till.ledger.last(), newest.map(|(seq, known)| (*seq, known.state)));
    }

    fn totals_agree(&self, book: u8) {
        let batch = self.till.ledger.batch(book).unwrap();
        let sum = |counts| {
            self.known
                .values()
                .filter(|k| k.counted && (k.book, k.batch) == (book, batch))
                .filter(|k| rule(k.kind).counts == counts)
                .fold(Tally::ZERO, |tally, k| tally.plus(Amount::new(k.minor)))
        };
        let none = TotalsRow::new(Currency::CNY, CardClass::Domestic);
        let totals = self.till.ledger.totals(book).unwrap();
        let totals = *totals.of(Currency::CNY, CardClass::Domestic).unwrap_or(&none);
        assert_eq!(totals.sales, sum(Counts::Sales));
        assert_eq!(totals.refunds, sum(Counts::Refunds));
        assert_eq!(totals.voided, sum(Counts::Voided));
    }

    /// Every completed payment of an open batch counts.
    fn completed_count(&self) {
        for known in self.known.values().filter(|known| known.state == S::Completed) {
            let open = self.till.ledger.phase(known.book) == Ok(Phase::Open)
                && self.till.ledger.batch(known.book) == Ok(known.batch);
            assert!(known.counted || !open);
        }
    }

    fn pins_agree(&self) {
        let pins = |at: &Placed, record: &Record| self.till.ledger.pins(at.seq, record);
        let pinned = self.till.log.iter().filter(|(at, record)| pins(at, record));
        let sum: u32 = pinned.map(|(at, _)| at.cost).sum();
        let counted = self.till.ledger.pinned_bytes();
        // A payment that was opened twice may hold an older record of that, and no less.
        let reopened = self.till.ledger.items().filter(|item| item.is_reopened()).count();
        assert!(sum >= counted, "{sum} of records against {counted} counted");
        assert!(reopened > 0 || sum == counted, "{sum} of records against {counted} counted");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 400 }))]

    #[test]
    fn any_life_agrees_with_the_model(steps in prop::collection::vec(step(), 1..120)) {
        let mut model = Model { till: Till::new(), known: BTreeMap::new() };
        for step in &steps {
            model.take(step);
            model.agrees();
            model.pins_agree();
            prop_assert_eq!(&through_checkpoint(&model.till.ledger), &model.till.ledger);
        }
        model.completed_count();
    }

    #[test]
    fn a_replay_from_any_checkpoint_ends_in_the_same_ledger(
        steps in prop::collection::vec(step(), 1..120),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut model = Model { till: Till::new(), known: BTreeMap::new() };
        let at = cut.index(steps.len());
        steps[..at].iter().for_each(|step| model.take(step));
        let mut replay = through_checkpoint(&model.till.ledger);
        let written = Seq(model.till.seq);
        steps[at..].iter().for_each(|step| model.take(step));
        model.till.replay(written, &mut replay, |ledger, at, record| {
            ledger.apply(at, record).unwrap();
        });
        prop_assert_eq!(&replay, &model.till.ledger);
    }

    /// Whatever is lost: a payment that is owed and whose intent can be read is found.
    #[test]
    fn any_log_with_holes_is_followed(
        steps in prop::collection::vec(step(), 1..120),
        holes in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let mut model = Model { till: Till::new(), known: BTreeMap::new() };
        model.take(&Step::Note);
        steps.iter().for_each(|step| model.take(step));
        let log = &model.till.log;
        let lost: Vec<usize> = holes.iter().map(|hole| hole.index(log.len())).collect();
        // Payments whose end is lost stay open: they need room that the writer did not.
        let mut ledger = Ledger::<16, 2>::new();
        let lost_seqs: Vec<Seq> = lost.iter().map(|index| log[*index].0.seq).collect();
        model.till.replay(Seq(0), &mut ledger, |ledger, at, record| {
            if !lost_seqs.contains(&at.seq) {
                let _ = ledger.follow(at, record);
            }
        });
        prop_assert_eq!(&through_checkpoint(&ledger), &ledger);
        for item in model.till.ledger.items().filter(|item| !item.is_reopened()) {
            let found = ledger.item(item.seq()).is_some();
            // The host said twice that there is nothing, and the attempt limit that came
            // between the two is lost: closed all the same.
            let denied = |(_, record): &&(Placed, Record)| {
                ItemEvent::of(record) == Some((item.seq(), E::AnswerNothingToReverse))
            };
            let excused = lost_seqs.contains(&item.seq()) || log.iter().filter(denied).count() > 1;
            prop_assert!(found || excused, "{} is missed", item.seq());
        }
    }
}
