use super::super::wire::{Kind, Named};
use super::*;

const FIRST: Id = Id { batch: 1, stan: 1 };

fn stan(stan: u32) -> Id {
    Id { batch: 1, stan }
}

fn payment(host: Host, kind: Kind, id: Id, amount: u64) -> Payment {
    Payment {
        id,
        terminal: host.terminal().to_owned(),
        kind,
        amount,
        reference: format!("R-{:06}", id.stan),
        original: None,
        foreign: false,
        order: None,
        sent_us: 1,
    }
}

fn sale(id: Id, amount: u64) -> Payment {
    payment(Host::Cards, Kind::Sale, id, amount)
}

fn of(original: Id, kind: Kind, id: Id, amount: u64) -> Payment {
    Payment { original: Some(Named::Message(original)), ..payment(Host::Cards, kind, id, amount) }
}

fn reversal(id: Id, amount: u64) -> Request {
    Request::Reverse { id, amount, reason: String::from("98"), attempt: 1 }
}

fn cards() -> Acquirer {
    Acquirer::new(Host::Cards, 1)
}

fn asked(acquirer: &mut Acquirer, request: &Request) -> String {
    acquirer.handle(request, 0).code.unwrap_or_default()
}

fn pay(acquirer: &mut Acquirer, payment: Payment) -> String {
    asked(acquirer, &Request::Pay(payment))
}

fn standing(acquirer: &Acquirer) -> usize {
    acquirer.books().all().filter(|booked| booked.stands()).count()
}

#[test]
fn a_reversal_takes_back_once_and_answers_the_same_again() {
    let mut host = cards();
    assert_eq!(pay(&mut host, sale(FIRST, 120)), code::DONE);
    assert_eq!(asked(&mut host, &reversal(FIRST, 120)), code::DONE);
    assert_eq!(asked(&mut host, &reversal(FIRST, 120)), code::DONE);
    assert_eq!((standing(&host), host.counts.repeats), (0, 1));
}

#[test]
fn a_request_after_its_reversal_is_declined() {
    let mut host = cards();
    assert_eq!(asked(&mut host, &reversal(FIRST, 120)), code::UNKNOWN);
    assert_eq!(pay(&mut host, sale(FIRST, 120)), code::BARRED);
    assert_eq!((standing(&host), host.counts.after_reversal), (0, 1));
}

#[test]
fn the_same_message_books_once_and_another_under_its_stan_books_again() {
    let mut host = cards();
    pay(&mut host, sale(FIRST, 120));
    assert_eq!(pay(&mut host, sale(FIRST, 120)), code::REPEATED);
    assert_eq!(host.books().reused().count(), 0);
    assert_eq!(pay(&mut host, Payment { sent_us: 2, ..sale(FIRST, 120) }), code::DONE);
    assert_eq!(host.findings().len(), 1);
}

#[test]
fn an_advice_is_booked_once_and_its_repeat_is_a_duplicate() {
    let mut host = cards();
    let payment = payment(Host::Cards, Kind::OfflineSale, FIRST, 120);
    let stored = |attempt| Request::Stored { payment: payment.clone(), attempt };
    assert_eq!(asked(&mut host, &stored(1)), code::DONE);
    assert_eq!(asked(&mut host, &stored(2)), code::REPEATED);
    assert_eq!(standing(&host), 1);
}

#[test]
fn a_part_is_approved_and_the_whole_is_reversed() {
    let mut host = cards();
    let answer = host.handle(&Request::Pay(sale(FIRST, 152)), 0);
    assert_eq!((answer.code.as_deref(), answer.amount), (Some(code::PARTLY), Some(76)));
    assert_eq!(asked(&mut host, &reversal(FIRST, 152)), code::DONE);
    assert_eq!(standing(&host), 0);
}

#[test]
fn a_refund_takes_no_more_than_is_left_until_it_is_voided() {
    let mut host = cards();
    pay(&mut host, sale(FIRST, 120));
    assert_eq!(pay(&mut host, of(FIRST, Kind::Refund, stan(2), 100)), code::DONE);
    assert_eq!(pay(&mut host, of(FIRST, Kind::Refund, stan(3), 21)), code::UNKNOWN);
    assert_eq!(pay(&mut host, of(stan(2), Kind::RefundVoid, stan(4), 100)), code::DONE);
    assert_eq!(pay(&mut host, of(FIRST, Kind::Refund, stan(5), 120)), code::DONE);
}

#[test]
fn a_hold_grows_is_completed_once_and_is_free_again_when_that_is_voided() {
    let mut host = cards();
    pay(&mut host, payment(Host::Cards, Kind::PreAuth, FIRST, 100));
    assert_eq!(pay(&mut host, of(FIRST, Kind::Increment, stan(2), 100)), code::DONE);
    assert_eq!(pay(&mut host, of(FIRST, Kind::Completion, stan(3), 231)), code::UNKNOWN);
    assert_eq!(pay(&mut host, of(FIRST, Kind::Completion, stan(4), 230)), code::DONE);
    assert_eq!(pay(&mut host, of(FIRST, Kind::PreAuthVoid, stan(5), 200)), code::UNKNOWN);
    assert_eq!(pay(&mut host, of(stan(4), Kind::CompletionVoid, stan(6), 230)), code::DONE);
    assert_eq!(pay(&mut host, of(FIRST, Kind::PreAuthVoid, stan(7), 200)), code::DONE);
}

/// The 0500 of a batch with one sale over `amount`.
fn de48(amount: u64) -> String {
    let none = "0".repeat(31);
    format!("{amount:012}001{:012}{:03}0{none}", 0, 0)
}

#[test]
fn a_batch_balances_with_its_own_figures_only() {
    let mut host = cards();
    pay(&mut host, sale(FIRST, 120));
    // A capture that lost the sale gets it back by the upload.
    let detail = super::super::wire::Detail { id: FIRST, kind: Kind::Sale, amount: 120 };
    let flag = |host: &mut Acquirer, amount, number| {
        let settle = Request::Settle { id: stan(number), figures: de48(amount) };
        host.handle(&settle, 0).de48.and_then(|field| field.chars().nth(30))
    };
    flag(&mut host, 120, 2);
    host.handle(&Request::Upload { id: stan(3), details: vec![detail], last: FIRST }, 0);
    assert_eq!(flag(&mut host, 120, 3), Some('1'));
    assert_eq!(host.settled().len(), 1);
    assert_eq!(flag(&mut host, 121, 4), Some('2'));
    assert_eq!(host.findings().len(), 1, "a repeat with other figures");
}

/// The first order whose payer does this: told by the answers to order and cancel.
fn order(host: &mut Acquirer, placed: &str, cancelled: &str) -> Option<(String, Id)> {
    (1..200).find_map(|number| {
        let (order, id) = (format!("Q-{number}"), stan(number));
        let qr = payment(Host::Wallet, Kind::QrSale, id, 500);
        if pay(host, Payment { order: Some(order.clone()), ..qr }) != placed {
            return None;
        }
        let cancel = Request::Cancel { id, order: order.clone(), attempt: 1 };
        (asked(host, &cancel) == cancelled).then_some((order, id))
    })
}

fn query(host: &mut Acquirer, order: &str, id: Id, now_ms: u64) -> String {
    let query = Request::QueryOrder { id, order: order.to_owned(), attempt: 1 };
    host.handle(&query, now_ms).code.unwrap_or_default()
}

#[test]
fn a_paid_order_survives_one_cancel_and_a_copy_undoes_it() {
    let mut host = Acquirer::new(Host::Wallet, 1);
    let (order, id) = order(&mut host, code::DONE, code::JUST_PAID).unwrap();
    assert_eq!(query(&mut host, &order, id, 0), code::DONE);
    let cancel = Request::Cancel { id, order: order.clone(), attempt: 1 };
    assert_eq!(asked(&mut host, &cancel), code::DONE);
    assert_eq!(query(&mut host, &order, id, 0), code::CLOSED);
    assert_eq!(host.counts.undone_by_a_second, 1);
}

#[test]
fn an_order_that_was_paid_while_it_was_cancelled_is_told_until_it_is_given_back() {
    let mut host = Acquirer::new(Host::Wallet, 1);
    // All pending orders are cancelled; some prove to be paid a little later.
    for number in 1..40 {
        let (order, id) = (format!("Q-{number}"), stan(number));
        let qr = payment(Host::Wallet, Kind::QrSale, id, 500);
        if pay(&mut host, Payment { order: Some(order.clone()), ..qr }) == code::PENDING {
            asked(&mut host, &Request::Cancel { id, order, attempt: 1 });
        }
    }
    let sign_off = Request::SignOff { attempt: 1 };
    assert_eq!(asked(&mut host, &sign_off), code::BUSY);
    host.pass(1_000);
    let told = host.notices();
    assert!(!told.is_empty() && told.iter().all(|notice| notice.says(code::DONE)));
    for notice in told {
        let Subject::Notice(id) = notice.to else { continue };
        let order = format!("Q-{}", id.stan);
        let refund = Request::RefundOrder { id, number: order.clone(), order, attempt: 1 };
        assert_eq!(asked(&mut host, &refund), code::DONE);
        assert_eq!(asked(&mut host, &refund), code::DONE);
    }
    assert_eq!((asked(&mut host, &sign_off), host.findings()), (code::DONE.into(), vec![]));
}

#[test]
fn an_order_that_comes_after_its_cancel_is_declined() {
    let mut host = Acquirer::new(Host::Wallet, 1);
    let cancel = Request::Cancel { id: FIRST, order: "Q-1".into(), attempt: 1 };
    assert_eq!(asked(&mut host, &cancel), code::UNKNOWN);
    let qr = payment(Host::Wallet, Kind::QrSale, FIRST, 500);
    assert_eq!(pay(&mut host, Payment { order: Some("Q-1".into()), ..qr }), code::BARRED);
    assert_eq!(standing(&host), 0);
}
