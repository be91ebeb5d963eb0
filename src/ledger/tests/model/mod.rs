//! Random lives of a till, of all kinds and in two books, against a model that keeps every payment
//! for ever.

mod life;

use super::transition::reachable;
use super::*;
use crate::ledger::{ItemEvent as E, ItemState as S};
use life::{Model, Step, step};
use proptest::prelude::*;

fn lived(steps: &[Step]) -> Model {
    let mut model = Model::new();
    steps.iter().for_each(|step| model.take(step));
    model
}

/// What is random must come by everything, or the tests below show nothing.
#[test]
#[cfg_attr(miri, ignore = "long run: thousands of steps")]
fn random_lives_come_by_every_state_of_every_kind() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let lives = prop::collection::vec(step(), 120);
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..3_000 {
        let mut model = Model::new();
        for step in lives.new_tree(&mut runner).unwrap().current() {
            model.take(&step);
            for sight in model.sights() {
                *seen.entry(sight).or_insert(0) += 1;
            }
        }
    }
    let missed: Vec<_> = Model::all_sights().filter(|sight| !seen.contains_key(sight)).collect();
    assert!(missed.is_empty(), "never seen: {missed:?}, of {seen:#?}");
}

proptest! {
    #![proptest_config(crate::cases::cases(if cfg!(miri) { 2 } else { 1_500 }))]

    #[test]
    fn any_life_agrees_with_the_model(steps in prop::collection::vec(step(), 1..120)) {
        let mut model = Model::new();
        for step in &steps {
            model.take(step);
            model.agrees();
            model.pins_agree();
            prop_assert_eq!(&through_checkpoint(&model.till.ledger), &model.till.ledger);
        }
    }

    #[test]
    fn a_replay_from_any_checkpoint_ends_in_the_same_ledger(
        steps in prop::collection::vec(step(), 1..120),
        cut in any::<prop::sample::Index>(),
    ) {
        let at = cut.index(steps.len());
        let mut model = lived(&steps[..at]);
        let mut replay = through_checkpoint(&model.till.ledger);
        let written = Seq(model.till.seq);
        steps[at..].iter().for_each(|step| model.take(step));
        model.till.replay(written, &mut replay, |ledger, at, record| {
            ledger.apply(at, record).unwrap();
        });
        prop_assert_eq!(&replay, &model.till.ledger);
        // A mount that follows instead takes all that is legal in the same way.
        let mut followed = Small::new();
        model.till.replay(Seq(0), &mut followed, |ledger, at, record| {
            ledger.follow(at, record).unwrap();
        });
        prop_assert_eq!(&followed, &model.till.ledger);
    }

    /// Whatever is lost: a payment that is owed and whose intent can be read is found.
    #[test]
    fn any_log_with_holes_is_followed(
        steps in prop::collection::vec(step(), 1..120),
        holes in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let note = [Step::Note];
        let model = lived(&[&note[..], &steps].concat());
        let log = &model.till.log;
        let lost: Vec<usize> = holes.iter().map(|hole| hole.index(log.len())).collect();
        // Payments whose end is lost stay open: they need room that the writer did not.
        let mut ledger = Ledger::<32, 2>::new();
        let lost_seqs: Vec<Seq> = lost.iter().map(|index| log[*index].0.seq).collect();
        model.till.replay(Seq(0), &mut ledger, |ledger, at, record| {
            if !lost_seqs.contains(&at.seq) {
                let _ = ledger.follow(at, record);
            }
        });
        prop_assert_eq!(&through_checkpoint(&ledger), &ledger);
        for item in model.till.ledger.items().filter(|item| !item.is_reopened()) {
            let found = ledger.item(item.seq()).is_some();
            let about = |event: E| {
                let of = move |record| ItemEvent::of(record) == Some((item.seq(), event));
                log.iter().filter(move |(_, record)| of(record))
            };
            // The host said twice that there is nothing, and what came between the two is lost:
            // closed all the same. Or a query approved an order whose cancel is lost.
            let denied = about(E::AnswerNothingToReverse).count() > 1;
            let cancelled = rule(item.kind()).owes == Owes::Order
                && about(E::Attempt).any(|(at, _)| lost_seqs.contains(&at.seq));
            let excused = lost_seqs.contains(&item.seq()) || denied || cancelled;
            prop_assert!(found || excused, "{} is missed", item.seq());
        }
    }
}
