use super::*;
use crate::record::{Amount, AnswerClass, MerchantId, ResponseCode, SettleClass, Stan, TerminalId};

fn code(text: &str) -> Option<ResponseCode> {
    ResponseCode::new(text.as_bytes()).ok()
}

#[test]
fn answers_by_message_and_profile() {
    use AnswerClass::*;
    let rows: &[(Message, &str, bool, AnswerClass)] = &[
        (Message::Reversal, "00", false, Done),
        (Message::Reversal, "25", false, NothingToReverse),
        (Message::Reversal, "12", true, NothingToReverse),
        (Message::Reversal, "91", true, Busy),
        (Message::Reversal, "94", true, Nothing),
        (Message::Reversal, "58", false, Refused),
        (Message::Advice, "00", false, Done),
        (Message::Advice, "94", false, Nothing),
        (Message::Advice, "94", true, Done),
        (Message::Advice, "25", true, Refused),
        (Message::Upload, "94", true, Done),
        (Message::Upload, "", true, Nothing),
    ];
    for &(message, text, repeat, class) in rows {
        let found = Codes::USUAL.answer(message, code(text), repeat);
        assert_eq!(found, class, "{message:?} {text} repeat {repeat}");
    }
    // A host that takes 40 for done says so in its profile.
    const WITH_40: CodeTable = CodeTable { done: &[*b"00", *b"40"], ..Codes::USUAL.reversal };
    let codes = Codes { reversal: WITH_40, ..Codes::USUAL };
    assert_eq!(codes.answer(Message::Reversal, code("40"), false), Done);
}

#[test]
fn busy_is_not_unbalanced_and_77_closes_nothing_before_the_upload() {
    let codes = Codes::USUAL;
    for (text, class) in [
        ("00", SettleClass::Balanced),
        ("95", SettleClass::Unbalanced),
        ("90", SettleClass::Busy),
        ("77", SettleClass::Refused),
        ("", SettleClass::Nothing),
    ] {
        assert_eq!(codes.settlement(code(text)), class, "{text}");
    }
    assert_eq!(codes.upload_end(code("77")), AnswerClass::Done);
    assert_eq!(codes.upload_end(code("95")), AnswerClass::Refused);
}

#[test]
fn an_answer_to_something_else_is_none() {
    let request = Echo {
        processing: 0,
        amount: Some(Amount::new(500)),
        stan: Stan::FIRST,
        terminal: TerminalId::new("T0000001").unwrap(),
        merchant: MerchantId::new("M00000000000001").unwrap(),
    };
    assert_eq!(request.check(&request, false), Ok(()));
    let less = Echo { amount: Some(Amount::new(499)), ..request.clone() };
    assert_eq!(request.check(&less, false), Err(Mismatch { element: 4 }));
    assert_eq!(request.check(&less, true), Ok(()));
    let more = Echo { amount: Some(Amount::new(501)), ..request.clone() };
    assert_eq!(request.check(&more, true), Err(Mismatch { element: 4 }));
    let other = Echo { stan: Stan::MAX, ..request.clone() };
    assert_eq!(request.check(&other, true), Err(Mismatch { element: 11 }));
    let other = Echo { terminal: TerminalId::new("T0000002").unwrap(), ..request.clone() };
    assert_eq!(request.check(&other, true), Err(Mismatch { element: 41 }));
}

#[test]
fn no_clock_makes_a_duty_wait_longer_than_the_longest_or_shorter_than_the_shortest() {
    let retry = Retry { first_ms: 5_000, longest_ms: 60_000, limit: 10 };
    for attempts in 1..40 {
        for tried_at in [None, Some(0), Some(7), Some(1 << 40), Some(u64::MAX)] {
            for now in [0, 8, 60_000, 1 << 40, u64::MAX] {
                let wait = retry.ready_at(tried_at, attempts, now).saturating_sub(now);
                assert!(wait <= 60_000, "{tried_at:?} {attempts} {now}: {wait}");
            }
            let right_after = tried_at.unwrap_or(0);
            let wait = retry.ready_at(tried_at, attempts, right_after) - right_after;
            assert!(wait >= 5_000 || right_after == u64::MAX, "{tried_at:?} {attempts}: {wait}");
        }
    }
    assert_eq!(retry.ready_at(None, 0, 0), 0, "what was never tried is due at once");
    assert!(retry.exhausted(10) && !retry.exhausted(9));
}
