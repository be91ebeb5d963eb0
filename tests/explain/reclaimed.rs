//! A closed batch some of whose intents were reclaimed: nobody is sent to read the terminal again.

use pos_journal::dump::Outline;
use pos_journal::host::Lang;
use pos_journal::host::explain::{
    Audience, Cause, Certainty, Owed, Sign, Step, Until, step_words, stories,
};
use pos_journal::record::Seq;

use crate::till::{Till, at, said};

const LATER: &str = "2026-03-09T12:00:00";

/// Batches until the first sectors are used again, so that of some payment only answers are left.
fn lapped() -> Outline {
    let mut all = (200..240).map(batches);
    // One of so many ends so that a payment lies in two sectors.
    let found = all.find(|outline| !reclaimed(outline).is_empty());
    found.unwrap()
}

/// So many payments, settled in tens.
fn batches(payments: u32) -> Outline {
    let mut till = Till::new();
    for n in 0..payments {
        let item = till.sale(0, n % 7, 1_000 + u64::from(n));
        till.no_answer(item);
        till.reversed(item);
        if n % 10 == 9 {
            till.settle(0);
        }
    }
    let outline = till.outline();
    assert!(outline.verification.is_clean());
    outline
}

fn reclaimed(outline: &Outline) -> Vec<Seq> {
    let gone = outline.payments.iter().filter(|(_, payment)| payment.intent.is_none());
    gone.map(|(item, _)| *item).collect()
}

#[test]
fn what_is_left_of_a_reclaimed_payment_is_no_damage() {
    let outline = lapped();
    let gone = reclaimed(&outline);
    assert!(!gone.is_empty());
    for item in gone {
        let finding = said(&outline, item, None, &at(LATER)).unwrap();
        let found = (finding.cause, finding.certainty, finding.sign);
        assert_eq!(found, (Cause::C, Certainty::CannotKnow, Sign::Reclaimed));
        let then = (finding.owed, finding.step, finding.until);
        assert_eq!(then, (Owed::Unknown(None), Step::OlderDump, Until::Nothing));
        assert!(!finding.needs_attention() && !finding.is_late);
        // It may have been paid: nothing is to be repeated.
        let text = step_words(finding.step, Audience::Merchant, Lang::En);
        assert!(text.contains("do not repeat"), "{text}");
    }
}

/// The others of its batch, whose intents are there, are told as before.
#[test]
fn the_rest_of_the_batch_is_told() {
    let outline = lapped();
    let first = reclaimed(&outline)[0];
    let told = stories(&outline);
    let rest = told.iter().filter(|story| story.item > first && story.intent.is_some());
    let mut n = 0;
    for story in rest {
        let finding = said(&outline, story.item, None, &at(LATER)).unwrap();
        assert_eq!(finding.sign, Sign::ReversedUnanswered);
        n += 1;
    }
    assert!(n > 10);
}

/// Behind damage nobody can say that it was reclaimed.
#[test]
fn behind_damage_it_may_have_been_lost() {
    let outline = lapped();
    let item = reclaimed(&outline)[0];
    let stories = stories(&outline);
    let story = stories.iter().find(|story| story.item == item).unwrap();
    let damaged = pos_journal::host::explain::Premises { is_intact: false, ..story.premises(None) };
    assert_eq!(damaged.standing(), pos_journal::host::explain::Standing::Unknown);
}
