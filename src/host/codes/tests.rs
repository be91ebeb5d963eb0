use super::failure::payouts;
use super::*;
use crate::host::Lang;
use crate::record::{Proof, ResponseCode};

fn of(code: &str) -> &'static Response {
    response(ResponseCode::new(code.as_bytes()).unwrap()).unwrap()
}

#[test]
fn all_75_codes_are_there_in_both_languages() {
    assert_eq!(responses().count(), 75);
    for response in responses() {
        assert!(!response.meaning(Lang::En).is_empty());
        assert!(!response.meaning(Lang::Zh).is_ascii(), "{:?}", response.code);
    }
    assert_eq!(of("51").meaning(Lang::En), "Insufficient funds");
    assert_eq!(of("51").terminal_text(), Some("余额不足，请查询"));
    assert_eq!(of("A6").meaning(Lang::Zh), "交易成功 请向发卡行确认");
    assert_eq!((of("77").action, of("77").class), (Action::RetrySignOn, Some(Class::OperatorActs)));
    assert_eq!(of("97").side, Some(Side::Merchant));
}

#[test]
fn actions_agree_with_what_the_journal_takes_for_proof() {
    // System faults that come before the issuer is asked: nobody can have approved.
    let never_asked = ["30", "79", "95", "A7"];
    for response in responses() {
        let expected = match response.action {
            Action::Approve | Action::ApprovePartial | Action::ApproveConfirm => Proof::Approved,
            Action::System if never_asked.contains(&response.code.as_str()) => Proof::Declined,
            Action::System => Proof::Doubtful,
            _ => Proof::Declined,
        };
        assert_eq!(response.code.proof(), expected, "{:?}", response.code);
    }
}

#[test]
fn every_payout_text_is_found_with_its_changing_parts() {
    assert_eq!(payouts().count(), 28);
    for failure in payouts() {
        let printed = failure.text.replace("<n>", "6217000012345678901");
        let wide = printed.replace(',', "，").replace('(', "（").replace(')', "）");
        let bare = printed.strip_prefix("失败-").unwrap_or(&printed);
        for text in [printed.clone(), wide, format!("失败-{bare}"), format!(" {printed} ")] {
            let found = payout(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.classes, failure.classes, "{text}");
        }
        assert!(!failure.cause(Lang::Zh).is_ascii() && failure.cause(Lang::En).is_ascii());
    }
    assert_eq!(payout("今天天气很好"), None);
    assert_eq!(payout(""), None);
}

#[test]
fn transfer_codes_are_found() {
    let found = transfer("BANK_CARD_COLLECTIONS_ABOVE_QUOTA").unwrap();
    assert_eq!(found.classes, [FailureClass::Limit]);
    assert_eq!(transfer("NO_SUCH"), None);
}
