//! What `Journal::last` names has a receipt, however long the terminal has sold nothing.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used)]

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Asked, Begin, Begun, Journal, OutcomeOf};
use pos_journal::ledger::PaymentStatus;
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::{
    Amount, Boot, Currency, Reference, ResponseCode, SettleClass, TransactionKind, Uptime, Verdict,
};

type Chip = RamFlash<Vec<u8>, 8, 4096>;
type Till = Journal<Chip>;

const REGION: Region = Region::new(0, 64 * 1024);

fn reboot(till: Till) -> Till {
    let mut chip = till.into_flash();
    chip.power_on();
    Till::mount(chip, REGION, &Settings::new()).unwrap()
}

#[test]
fn the_last_payment_has_a_receipt_or_is_not_named() {
    let chip = Chip::owned(REGION.bytes() as usize).unwrap();
    let mut till = Till::format(chip, REGION, &Settings::new(), FormatAs::live(7)).unwrap();
    let reference = Reference::new("R-1").unwrap();
    let sale = Begin {
        reference: Some(reference.clone()),
        ..Begin::new(0, TransactionKind::Sale, Amount::new(500), Currency::CNY)
    };
    let Begun::New { item, .. } = till.begin(&sale).unwrap() else { unreachable!() };
    let of = OutcomeOf { code: Some(ResponseCode::APPROVED), ..OutcomeOf::default() };
    till.outcome(item, Verdict::Approved { completed: true }, &of).unwrap();
    till.close_batch(0).unwrap();
    till.settle_attempt(0, Uptime(0)).unwrap();
    till.settle_answer(0, SettleClass::Balanced, None).unwrap();
    till.batch_closed(0).unwrap();
    // Starts alone fill the ring, and nothing of a settled batch is needed.
    let mut boots = 0;
    while let Some(last) = till.last().unwrap() {
        assert_eq!((last.item, last.status), (item, PaymentStatus::Approved));
        assert_eq!(till.receipt(item).unwrap().status, PaymentStatus::Approved, "{boots} starts");
        (boots, till) = (boots + 1, reboot(till));
        till.started(Boot { count: boots, firmware: 1, reset_reason: 0, ran: None }).unwrap();
        assert!(boots < 10_000, "the ring does not lap");
    }
    assert!(boots > 0 && till.receipt(item).is_err());
    // The ledger alone would still name it.
    assert_eq!(till.ledger().last().map(|(last, _)| last), Some(item));
    assert_eq!(till.status(&reference).unwrap(), Asked::Never);
    assert_eq!(reboot(till).last().unwrap(), None);
}
