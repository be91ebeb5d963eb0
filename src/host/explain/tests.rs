//! No combination of facts leads to unsafe advice.

use super::advice::{Step, step};
use super::cause::Cause;
use super::proof::Premises;
use super::signs::{PRECEDENCE, Sign};
use super::undo::Undo;
use super::words::{self, Audience};
use crate::host::Lang;
use crate::ledger::{ItemState, Owes, rule};
use crate::record::{ResponseCode, Seq, TransactionKind, Verdict};

const KINDS: [TransactionKind; 16] = [
    TransactionKind::Sale,
    TransactionKind::Void,
    TransactionKind::Refund,
    TransactionKind::PreAuth,
    TransactionKind::Increment,
    TransactionKind::PreAuthVoid,
    TransactionKind::Completion,
    TransactionKind::CompletionVoid,
    TransactionKind::RefundVoid,
    TransactionKind::CompletionAdvice,
    TransactionKind::OfflineSale,
    TransactionKind::TipAdjust,
    TransactionKind::ScriptResult,
    TransactionKind::QrSale,
    TransactionKind::QrRefund,
    TransactionKind::BalanceInquiry,
];

const STATES: [Option<ItemState>; 21] = [
    None,
    Some(ItemState::Unanswered),
    Some(ItemState::Approved),
    Some(ItemState::Reversing),
    Some(ItemState::NothingOnce),
    Some(ItemState::Querying),
    Some(ItemState::Unresolved),
    Some(ItemState::Stored),
    Some(ItemState::Sending),
    Some(ItemState::Refused),
    Some(ItemState::Cancelling),
    Some(ItemState::RefundDue),
    Some(ItemState::Completed),
    Some(ItemState::Declined),
    Some(ItemState::NeverSent),
    Some(ItemState::Reversed),
    Some(ItemState::NotFound),
    Some(ItemState::Abandoned),
    Some(ItemState::Inquired),
    Some(ItemState::Cancelled),
    Some(ItemState::Refunded),
];

const VERDICTS: [Option<Verdict>; 6] = [
    None,
    Some(Verdict::NoAnswer),
    Some(Verdict::Declined),
    Some(Verdict::Doubtful),
    Some(Verdict::Approved { completed: false }),
    Some(Verdict::Approved { completed: true }),
];

/// Every code that is never a decline, and some of each other sort.
const CODES: [Option<&str>; 16] = [
    None,
    Some("00"),
    Some("10"),
    Some("05"),
    Some("51"),
    Some("43"),
    Some("03"),
    Some("06"),
    Some("20"),
    Some("68"),
    Some("90"),
    Some("91"),
    Some("92"),
    Some("94"),
    Some("96"),
    Some("98"),
];
const UNDO: [Undo; 4] = [Undo::None, Undo::InDoubt, Undo::Part, Undo::Whole];
const NO_DECLINE: [&str; 9] = ["06", "20", "68", "90", "91", "92", "94", "96", "98"];

fn all(mut tell: impl FnMut(&Premises)) {
    for kind in KINDS.map(Some).into_iter().chain([None]) {
        for state in STATES {
            for verdict in VERDICTS {
                for code in CODES {
                    for (flags, undo) in (0..32u8).flat_map(|flags| UNDO.map(|undo| (flags, undo)))
                    {
                        let flag = |bit: u8| flags & (1 << bit) != 0;
                        tell(&Premises {
                            item: Seq(7),
                            kind,
                            state,
                            verdict,
                            code: code.map(|code| ResponseCode::new(code.as_bytes()).unwrap()),
                            approved_late: flag(0),
                            is_intact: flag(1),
                            undo,
                            is_replaced: flag(2),
                            batch_is_open: flag(3),
                            is_billed: flag(4),
                        });
                    }
                }
            }
        }
    }
}

/// What the issue asks for, written down anew: nothing here is taken from `proof`.
fn may_pay_again(p: &Premises) -> bool {
    let code = p.code.map(|code| code.as_str().to_string());
    let is_order = p.kind.is_some_and(|kind| rule(kind).owes == Owes::Order);
    let declines = match code.as_deref() {
        None => is_order,
        Some(code) => !NO_DECLINE.contains(&code) && !["00", "10"].contains(&code),
    };
    let ended = match p.state {
        Some(ItemState::Declined) => declines && p.verdict == Some(Verdict::Declined),
        Some(ItemState::NeverSent | ItemState::Cancelled | ItemState::Reversed) => true,
        _ => false,
    };
    ended && p.is_intact && !p.approved_late && !p.is_replaced && !p.is_billed
}

fn may_undo(p: &Premises) -> bool {
    p.state == Some(ItemState::Completed) && p.is_intact && p.undo == Undo::None
}

#[test]
fn nobody_is_told_to_pay_again_or_to_void_without_proof() {
    let (mut again, mut voided, mut refunded) = (0u32, 0u32, 0u32);
    all(|premises| {
        let standing = premises.standing();
        for (sign, ..) in PRECEDENCE {
            match step(*sign, standing) {
                Step::SwipeAgain(proof) | Step::OtherCard(proof) => {
                    assert!(may_pay_again(premises), "{premises:?}");
                    assert_eq!(proof.item(), premises.item);
                    again += 1;
                }
                Step::Void(proof) => {
                    assert!(may_undo(premises) && premises.batch_is_open, "{premises:?}");
                    assert_eq!(proof.item(), premises.item);
                    voided += 1;
                }
                Step::Refund(_) => {
                    assert!(may_undo(premises), "{premises:?}");
                    refunded += 1;
                }
                _ => {}
            }
        }
    });
    // Each is said of something, or the test would prove nothing.
    assert!(again > 0 && voided > 0 && refunded > 0, "{again} {voided} {refunded}");
}

#[test]
fn whoever_may_pay_again_is_told_so() {
    all(|premises| {
        let is_sale = premises.kind == Some(TransactionKind::Sale);
        if is_sale && may_pay_again(premises) {
            let step = step(Sign::Declined, premises.standing());
            assert!(matches!(step, Step::SwipeAgain(_)), "{premises:?}");
        }
    });
}

/// The sentences too: only steps with a proof speak of paying again, unless to forbid it.
#[test]
fn no_other_sentence_speaks_of_paying_again_or_voiding() {
    let mut steps = std::collections::BTreeMap::new();
    all(|premises| {
        if premises.verdict.is_none_or(|verdict| verdict == Verdict::Declined) {
            for (sign, ..) in PRECEDENCE {
                let step = step(*sign, premises.standing());
                steps.insert(step.name(), step);
            }
        }
    });
    let with_proof = |step: &Step| {
        matches!(step, Step::SwipeAgain(_) | Step::OtherCard(_) | Step::Void(_) | Step::Refund(_))
    };
    assert_eq!(steps.values().filter(|step| with_proof(step)).count(), 4);
    assert!(steps.len() > 12, "{steps:?}");
    for step in steps.into_values().filter(|step| !with_proof(step)) {
        for who in [Audience::Merchant, Audience::Cardholder, Audience::Acquirer] {
            let (en, zh) = (words::step(step, who, Lang::En), words::step(step, who, Lang::Zh));
            let en = en.replace("do not pay again", "").replace("void no longer", "");
            for word in ["swipe", "pay again", "void", "another card"] {
                assert!(!en.contains(word), "{en}");
            }
            for word in ["重新刷卡", "重新付款", "撤销", "换卡"] {
                assert!(!zh.contains(word), "{zh}");
            }
        }
    }
}

#[test]
fn in_doubt_a_merchant_reads_that_nothing_is_to_be_repeated() {
    for step in [Step::Reverse, Step::Query, Step::ReadAgain] {
        let text = words::step(step, Audience::Merchant, Lang::En);
        assert!(text.contains("do not repeat: reversal or query first"), "{text}");
        let text = words::step(step, Audience::Merchant, Lang::Zh);
        assert!(text.contains("请勿重复操作: 先冲正或查询"), "{text}");
    }
}

#[test]
fn every_cause_has_a_row_and_every_word_both_languages() {
    for cause in Cause::ALL {
        assert!(PRECEDENCE.iter().any(|(_, of, _)| *of == cause), "{cause:?}");
        assert!(words::cause(cause, Lang::En).is_ascii());
        assert!(!words::cause(cause, Lang::Zh).is_ascii());
    }
    // The order of declaration is the order of the table: sorting signs is applying it.
    assert!(PRECEDENCE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    for (sign, ..) in PRECEDENCE {
        assert!(words::sign(*sign, Lang::En).is_ascii());
        assert!(!words::sign(*sign, Lang::Zh).is_ascii());
    }
}
