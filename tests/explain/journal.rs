//! What a journal alone can tell.

use pos_journal::dump::{Image, outline};
use pos_journal::host::Lang;
use pos_journal::host::explain::{
    Audience, Cause, Certainty, Finding, Owed, Sign, Step, Until, World, outages, step_words,
};
use pos_journal::record::{Amount, Clock, ReversalReason, Seq, TransactionKind as K, Verdict};

use crate::till::{Till, at, said};

const TODAY: &str = "2026-03-02T18:00:00";
const LATER: &str = "2026-03-09T12:00:00";

/// Runs a script and says what is said of the payment that it names.
fn told(now: &str, script: impl FnOnce(Till) -> (Till, Seq), check: impl FnOnce(Finding<'_>)) {
    in_world(&at(now), script, check);
}

fn in_world(
    world: &World,
    script: impl FnOnce(Till) -> (Till, Seq),
    check: impl FnOnce(Finding<'_>),
) {
    let (till, item) = script(Till::new());
    let outline = till.outline();
    assert!(outline.verification.is_clean());
    let finding = said(&outline, item, None, world).unwrap();
    assert!(finding.evidence.iter().any(|shown| shown.seq == item), "its intent is evidence");
    check(finding);
}

fn is(finding: &Finding<'_>, cause: Cause, certainty: Certainty, sign: Sign) {
    let found = (finding.cause, finding.certainty, finding.sign);
    assert_eq!(found, (cause, certainty, sign));
}

fn answered(code: &'static str) -> impl FnOnce(Till) -> (Till, Seq) {
    move |mut till| {
        let item = till.sale(0, 1, 1_000);
        till.answer(item, code);
        (till, item)
    }
}

#[test]
fn n_nothing_was_sent() {
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        till.journal.not_sent(item).unwrap();
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::N, Certainty::Proves, Sign::NeverSent);
        assert!(matches!(finding.step, Step::SwipeAgain(_)));
        assert_eq!(finding.owed, Owed::Nothing);
        assert!(!finding.needs_attention());
    });
}

#[test]
fn n_no_answer() {
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        till.no_answer(item);
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::N, Certainty::Infers, Sign::NoAnswer);
        assert_eq!((finding.step, finding.until), (Step::Reverse, Until::Now));
        assert_eq!(finding.owed, Owed::Unknown(Some(Amount::new(1_000))));
        assert!(finding.needs_attention());
    });
}

#[test]
fn t_the_terminal_started_again() {
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        (till.restart(), item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::T, Certainty::Infers, Sign::Restarted);
        assert_eq!(finding.step, Step::Reverse);
    });
}

/// A byte of a record is changed, and before it stands a sale that is proven, behind it none is.
#[test]
fn t_a_hole_proves_nothing_of_what_came_before_it() {
    let mut till = Till::new();
    let declined = till.sale(0, 1, 1_000);
    till.answer(declined, "51");
    let approved = till.approved(0, 2, 1_100);
    let spot = till.outline_spot(approved);
    let mut image = till.image();
    let at = spot as usize + 10;
    image[at] ^= 0x40;
    let outline = outline(&Image::open(&image).unwrap());
    assert!(!outline.verification.is_clean());
    let finding = said(&outline, declined, None, &at_later()).unwrap();
    is(&finding, Cause::T, Certainty::CannotKnow, Sign::Hole);
    assert_eq!(finding.step, Step::ReadAgain);
    assert!(matches!(finding.owed, Owed::Unknown(_)));
}

fn at_later() -> World {
    at(LATER)
}

#[test]
fn a_declined_and_not_finished() {
    told(TODAY, answered("05"), |finding| {
        is(&finding, Cause::A, Certainty::Proves, Sign::Declined);
        assert!(matches!(finding.step, Step::SwipeAgain(_)));
    });
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        let of = pos_journal::journal::OutcomeOf::default();
        till.journal.outcome(item, Verdict::Approved { completed: false }, &of).unwrap();
        till.journal.reverse(item, ReversalReason::Other).unwrap();
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::A, Certainty::Proves, Sign::Unfinished);
        assert_eq!(finding.step, Step::Reverse);
    });
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::A, Certainty::CannotKnow, Sign::NoOutcome);
    });
}

#[test]
fn codes_of_faults_are_never_a_decline() {
    for code in ["06", "20", "68", "90", "91", "92", "94", "96", "98"] {
        told(TODAY, answered(code), |finding| {
            assert!(matches!(finding.cause, Cause::K | Cause::P), "{code}");
            assert_eq!((finding.certainty, finding.step), (Certainty::Infers, Step::Reverse));
        });
    }
}

/// Even if a terminal's own profile had taken such a code for a decline.
#[test]
fn a_decline_by_a_code_of_a_fault_is_no_proof() {
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        let code = pos_journal::record::ResponseCode::new(b"91").ok();
        let of = pos_journal::journal::OutcomeOf { code, ..Default::default() };
        till.journal.outcome(item, Verdict::Declined, &of).unwrap();
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::K, Certainty::Infers, Sign::IssuerFault);
        assert_eq!(finding.step, Step::Query);
    });
}

#[test]
fn o_doubles_batches_and_what_was_given_up() {
    let double = |mut till: Till| {
        till.approved(0, 1, 1_000);
        let item = till.approved(0, 1, 1_000);
        (till, item)
    };
    told(TODAY, double, |finding| {
        is(&finding, Cause::O, Certainty::Infers, Sign::Double);
        assert!(matches!(finding.step, Step::Void(_)));
        assert_eq!(finding.owed, Owed::Perhaps(Amount::new(1_000)));
    });
    let settled = |till: Till| {
        let (mut till, item) = double(till);
        till.settle(0);
        (till, item)
    };
    told(TODAY, settled, |finding| assert!(matches!(finding.step, Step::Refund(_))));
    told(LATER, answered("00"), |finding| {
        is(&finding, Cause::O, Certainty::Proves, Sign::BatchOpen);
        assert_eq!(finding.step, Step::CloseBatch);
        assert!(finding.is_late);
    });
    let abandoned = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        till.no_answer(item);
        till.abandon(item);
        (till, item)
    };
    told(TODAY, abandoned, |finding| {
        is(&finding, Cause::O, Certainty::Proves, Sign::Abandoned);
        assert_eq!(finding.step, Step::Query);
        assert_eq!(finding.owed, Owed::Perhaps(Amount::new(1_000)));
    });
}

#[test]
fn v_voids_and_reversals_give_money_back() {
    let void = |mut till: Till| {
        let item = till.approved(0, 1, 1_000);
        let void = till.undo(K::Void, item, 1, 1_000);
        till.answer(void, "00");
        (till, item)
    };
    told(TODAY, void, |finding| {
        is(&finding, Cause::V, Certainty::Proves, Sign::Undone);
        assert_eq!(finding.step, Step::MoneyBack);
        assert_eq!(finding.owed, Owed::Customer(Amount::new(1_000)));
        // Seven working days.
        assert_eq!(finding.until, Until::Date("2026-03-11T18:00:00".parse().unwrap()));
    });
    let reversed = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        till.no_answer(item);
        till.reversed(item);
        (till, item)
    };
    told(TODAY, reversed, |finding| {
        is(&finding, Cause::V, Certainty::Proves, Sign::ReversedUnanswered);
        assert_eq!(finding.also, [Cause::N]);
        for lang in [Lang::En, Lang::Zh] {
            // Nobody is told that nothing was taken: that is what nobody knows.
            let words = step_words(finding.step, Audience::Merchant, lang);
            assert!(!words.contains("nothing") && !words.contains("没有扣款"), "{words}");
        }
        assert!(matches!(finding.step, Step::SwipeAgain(_)));
        assert_eq!(finding.owed, Owed::Perhaps(Amount::new(1_000)));
    });
    let in_doubt = |mut till: Till| {
        let item = till.approved(0, 1, 1_000);
        let void = till.undo(K::Void, item, 1, 1_000);
        till.no_answer(void);
        (till, item)
    };
    told(TODAY, in_doubt, |finding| {
        is(&finding, Cause::V, Certainty::Infers, Sign::BeingUndone);
        assert_eq!((finding.step, finding.until), (Step::Query, Until::Now));
        assert_eq!(finding.owed, Owed::Unknown(Some(Amount::new(1_000))));
    });
}

/// The sale tells of the money; its void only says where it is counted.
#[test]
fn v_a_void_is_counted_with_its_sale() {
    for (code, attention) in [("00", false), ("", true)] {
        let mut till = Till::new();
        let sale = till.approved(0, 1, 1_000);
        let void = till.undo(K::Void, sale, 1, 1_000);
        match code {
            "" => till.no_answer(void),
            code => till.answer(void, code),
        }
        let outline = till.outline();
        let finding = said(&outline, void, None, &at(TODAY)).unwrap();
        assert_eq!(finding.owed, Owed::With(sale));
        assert_eq!(finding.needs_attention(), attention, "{code:?}");
        let finding = said(&outline, sale, None, &at(TODAY)).unwrap();
        assert!(finding.needs_attention());
    }
}

/// Refunds one after the other, each answered by one of these codes; what is said of the sale.
fn refunds(now: &str, parts: &'static [(u64, &'static str)], check: impl FnOnce(Finding<'_>)) {
    let script = |mut till: Till| {
        let item = till.approved(0, 1, 1_000);
        till.settle(0);
        for (fen, code) in parts {
            let refund = till.undo(K::Refund, item, 1, *fen);
            till.answer(refund, code);
        }
        (till, item)
    };
    told(now, script, check);
}

#[test]
fn v_a_refund_of_a_part_leaves_the_rest() {
    let both = |customer, merchant| Owed::Both {
        customer: Amount::new(customer),
        merchant: Amount::new(merchant),
    };
    refunds(TODAY, &[(300, "00")], |finding| {
        is(&finding, Cause::V, Certainty::Proves, Sign::PartUndone);
        assert_eq!((finding.step, finding.owed), (Step::MoneyBack, both(300, 700)));
        // The rest is due first.
        assert_eq!(finding.until, Until::Date("2026-03-03T18:00:00".parse().unwrap()));
    });
    refunds(LATER, &[(300, "00"), (200, "51"), (100, "00")], |finding| {
        is(&finding, Cause::C, Certainty::CannotKnow, Sign::PastDue);
        assert_eq!(finding.also, [Cause::V]);
        assert_eq!((finding.step, finding.owed), (Step::Compare, both(400, 600)));
    });
    refunds(TODAY, &[(300, "00"), (700, "00")], |finding| {
        is(&finding, Cause::V, Certainty::Proves, Sign::Undone);
        assert_eq!(finding.owed, Owed::Customer(Amount::new(1_000)));
    });
    refunds(TODAY, &[(300, "51")], |finding| {
        is(&finding, Cause::S, Certainty::Infers, Sign::NotDue);
        assert_eq!(finding.owed, Owed::Merchant(Amount::new(1_000)));
    });
}

#[test]
fn v_a_refund_that_was_voided_gives_nothing_back() {
    let mut till = Till::new();
    let sale = till.approved(0, 1, 1_000);
    let refund = till.undo(K::Refund, sale, 1, 1_000);
    till.answer(refund, "00");
    let void = till.undo(K::RefundVoid, refund, 1, 1_000);
    till.answer(void, "00");
    let outline = till.outline();
    let owed = |item| said(&outline, item, None, &at(TODAY)).map(|finding| finding.owed);
    assert_eq!(owed(sale), Some(Owed::Merchant(Amount::new(1_000))));
    assert_eq!(owed(refund), Some(Owed::With(sale)));
    assert!(!said(&outline, refund, None, &at(TODAY)).unwrap().needs_attention());
}

#[test]
fn who_paid_by_another_card_swipe_is_not_asked_again() {
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        till.answer(item, "05");
        till.approved(0, 1, 1_000);
        (till, item)
    };
    told(TODAY, script, |finding| assert_eq!(finding.step, Step::Nothing));
}

/// Three cards at one acquirer; the last of them is not reversed yet.
fn cluster(till: &mut Till, code: &str) -> Seq {
    for card in 1..3 {
        let item = till.sale(0, card, 1_000);
        till.answer(item, code);
        till.reversed(item);
    }
    let item = till.sale(0, 3, 1_000);
    till.answer(item, code);
    item
}

#[test]
fn k_three_cards_within_ten_minutes() {
    let script = |mut till: Till| {
        let item = cluster(&mut till, "91");
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::K, Certainty::Infers, Sign::Clustered);
        assert_eq!(finding.step, Step::Reverse);
    });
    told(TODAY, answered("91"), |finding| {
        is(&finding, Cause::K, Certainty::Infers, Sign::IssuerFault);
    });
}

#[test]
fn two_cards_or_one_card_thrice_or_an_hour_are_no_cluster() {
    let spread = |card: fn(u32) -> u32, wait: u32| {
        move |mut till: Till| {
            let mut item = Seq(0);
            for n in 1..4 {
                item = till.sale(0, card(n), 1_000 + u64::from(n));
                till.answer(item, "98");
                if n < 3 {
                    till.reversed(item);
                }
                till.wait(wait);
            }
            (till, item)
        }
    };
    for (card, wait) in [((|n| n.min(2)) as fn(u32) -> u32, 0), (|_| 1, 0), (|n| n, 6)] {
        told(TODAY, spread(card, wait), |finding| assert_eq!(finding.sign, Sign::IssuerFault));
    }
    told(TODAY, spread(|n| n, 4), |finding| assert_eq!(finding.sign, Sign::Clustered));
}

#[test]
fn p_one_acquirer_fails_while_another_works() {
    let script = |mut till: Till| {
        let first = till.sale(0, 1, 1_000);
        till.answer(first, "96");
        till.reversed(first);
        till.approved(1, 9, 1_000);
        let second = till.sale(0, 2, 1_000);
        till.answer(second, "96");
        till.reversed(second);
        let item = till.sale(0, 3, 1_000);
        till.answer(item, "96");
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::P, Certainty::Infers, Sign::ClusterOneBook);
    });
}

#[test]
fn k_and_p_by_a_file_of_outages() {
    let file = |side: &str| {
        format!(
            "[[outage]]\nfrom = \"2026-03-02T08:00:00\"\nto = \"2026-03-02T10:00:00\"\n\
             side = \"{side}\"\nbook = 0\n"
        )
    };
    let script = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        till.no_answer(item);
        (till, item)
    };
    for (side, cause) in [("bank", Cause::K), ("acquirer", Cause::P)] {
        let world = World { outages: outages(&file(side)).unwrap(), ..at(TODAY) };
        in_world(&world, script, |finding| {
            assert_eq!((finding.cause, finding.also.as_slice()), (cause, [Cause::N].as_slice()));
        });
    }
    assert!(outages(&file("moon")).is_err());
    assert!(outages(&file("bank").replace("T10", "T07")).is_err());
}

#[test]
fn s_until_the_end_of_the_arrival_window() {
    told(TODAY, answered("00"), |finding| {
        is(&finding, Cause::S, Certainty::Infers, Sign::NotDue);
        assert_eq!((finding.step, finding.is_late), (Step::Wait, false));
        assert_eq!(finding.owed, Owed::Merchant(Amount::new(1_000)));
        assert_eq!(finding.until, Until::Date("2026-03-03T18:00:00".parse().unwrap()));
        assert!(!finding.needs_attention());
    });
    // The host's clearing date counts: a Friday, so Monday.
    let cleared = |mut till: Till| {
        let item = till.sale(0, 1, 1_000);
        till.approve_cleared(item, 306);
        (till, item)
    };
    told(TODAY, cleared, |finding| {
        assert_eq!(finding.until, Until::Date("2026-03-09T18:00:00".parse().unwrap()));
    });
    // Without a clock nobody knows.
    let unset = |mut till: Till| {
        till.clock = Clock::Unset;
        let item = till.approved(0, 1, 1_000);
        (till, item)
    };
    told(LATER, unset, |finding| {
        is(&finding, Cause::S, Certainty::CannotKnow, Sign::DueUnknown);
        assert_eq!((finding.until, finding.is_late), (Until::Unknown, false));
    });
}

fn settled(mut till: Till) -> (Till, Seq) {
    let item = till.approved(0, 1, 1_000);
    till.settle(0);
    (till, item)
}

#[test]
fn c_past_due_and_only_a_bill_could_tell() {
    told(LATER, settled, |finding| {
        is(&finding, Cause::C, Certainty::CannotKnow, Sign::PastDue);
        assert_eq!((finding.step, finding.is_late), (Step::Compare, true));
    });
    // One second decides.
    told("2026-03-03T18:00:00", settled, |finding| assert_eq!(finding.sign, Sign::NotDue));
    told("2026-03-03T18:00:01", settled, |finding| assert_eq!(finding.sign, Sign::PastDue));
}

#[test]
fn m_h_and_l_by_the_code_of_a_decline() {
    for code in ["03", "58", "97"] {
        told(TODAY, answered(code), |finding| {
            is(&finding, Cause::M, Certainty::Infers, Sign::MerchantDeclined);
            assert_eq!(finding.step, Step::Account);
        });
    }
    for code in ["51", "55", "61", "65"] {
        told(TODAY, answered(code), |finding| {
            is(&finding, Cause::H, Certainty::Proves, Sign::HolderDeclined);
            assert!(matches!(finding.step, Step::OtherCard(_)));
        });
    }
    for code in ["04", "41", "43", "34"] {
        told(TODAY, answered(code), |finding| {
            is(&finding, Cause::L, Certainty::CannotKnow, Sign::BadCard);
            assert_eq!(finding.step, Step::Security);
        });
    }
}

#[test]
fn h_the_payer_of_an_order_has_not_confirmed() {
    let script = |mut till: Till| {
        let item = till.order("20260302-1", 1_000);
        till.journal.outcome(item, Verdict::Doubtful, &Default::default()).unwrap();
        (till, item)
    };
    told(TODAY, script, |finding| {
        is(&finding, Cause::H, Certainty::Infers, Sign::PayerBusy);
        assert!(matches!(finding.step, Step::Query | Step::Reverse));
    });
}

#[test]
fn q_the_merchant_number_was_switched() {
    let script = |mut till: Till| {
        till.identity("898100000000001");
        let (mut till, item) = settled(till);
        till.identity("898100000000002");
        (till, item)
    };
    told(LATER, script, |finding| {
        is(&finding, Cause::Q, Certainty::Infers, Sign::Switched);
        assert_eq!((finding.step, finding.also.as_slice()), (Step::Licence, [Cause::C].as_slice()));
    });
}
