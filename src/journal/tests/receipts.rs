//! What a slip shows, what a register is told when records are lost, X and Z.

use super::*;

fn who(terminal: &str) -> Who {
    Who {
        terminal: TerminalId::new(terminal).unwrap(),
        merchant: MerchantId::new("898110053110001").unwrap(),
        currency: Currency::CNY,
        key: 3,
    }
}

#[test]
fn a_slip_has_all_it_needs_and_says_when_it_is_a_duplicate() {
    let mut till = fresh();
    till.set_identity(0, &who("T0000001"), IdentityChange::WhenEmpty).unwrap();
    let (item, _) = new(&mut till, &Begin { tip: Some(Amount::new(5)), ..sale(105) });
    till.outcome(item, Verdict::Approved { completed: false }, &approval()).unwrap();
    // AID, TC, TVR, CVM results.
    let tc = [0x9F, 0x26, 2, 0xCA, 0xFE];
    let data = [&[0x84, 3, 0xA0, 0, 0][..], &tc, &[0x95, 1, 0x80], &[0x9F, 0x34, 1, 0x1E]].concat();
    till.complete(item, Emv::new(&data).ok()).unwrap();
    let receipt = till.receipt(item).unwrap();
    assert_eq!(receipt.tag(0x9F26), Some(&[0xCA, 0xFE][..]));
    assert_eq!(receipt.tag(0x84), Some(&[0xA0, 0, 0][..]));
    assert_eq!((receipt.tag(0x9F34), receipt.tag(0x9B)), (Some(&[0x1E][..]), None));
    assert_eq!(receipt.intent.tip, Some(Amount::new(5)));
    let shown = receipt.identity.unwrap();
    assert_eq!((shown.terminal.as_str(), shown.index), ("T0000001", 0));
    assert!(!receipt.duplicate);
    till.printed(item).unwrap();
    let mut till = reboot(till);
    assert!(till.receipt(item).unwrap().duplicate);
    assert!(till.printed(Seq(9_999)).is_err());
}

#[test]
fn the_same_identity_again_writes_nothing_and_another_is_refused_while_owing() {
    let mut till = fresh();
    let programs = |till: &Till| till.log().flash().counts().programs;
    assert_eq!(till.identity(0).unwrap(), None);
    assert_eq!(till.set_identity(0, &who("T0000001"), IdentityChange::WhenEmpty), Ok(0));
    let before = programs(&till);
    assert_eq!(till.set_identity(0, &who("T0000001"), IdentityChange::WhenEmpty), Ok(0));
    assert_eq!(programs(&till), before);
    let (item, first) = new(&mut till, &sale(60));
    assert_eq!(first.identity, Some(0));
    till.no_answer(item, 1, Uptime(0)).unwrap();
    assert!(till.set_identity(0, &who("T0000002"), IdentityChange::WhenEmpty).is_err());
    assert_eq!(till.set_identity(0, &who("T0000002"), IdentityChange::Forced), Ok(1));
    let mut till = reboot(till);
    assert_eq!(till.identity(0).unwrap().unwrap().terminal.as_str(), "T0000002");
    // It is an operator's now, and would still go out under the name it was begun with.
    assert_eq!(till.due(Uptime(1 << 40)).unwrap(), Next::Nothing);
    let sent = till.attempt(item, Uptime(0)).unwrap();
    assert_eq!(sent.identity.unwrap().terminal.as_str(), "T0000001");
    till.answer(item, AnswerClass::Done, None).unwrap();
    let (_, second) = new(&mut till, &sale(61));
    assert_eq!(second.identity, Some(1));
}

#[test]
fn what_runs_on_the_terminal_is_written_once() {
    let mut till = fresh();
    let device = |config| Device { firmware: Text::new("2.4.1").unwrap(), config };
    let programs = |till: &Till| till.log().flash().counts().programs;
    till.device(&device(7)).unwrap();
    let before = programs(&till);
    till.device(&device(7)).unwrap();
    assert_eq!(programs(&till), before);
    till.device(&device(8)).unwrap();
    assert_eq!(programs(&till), before + 1);
}

#[test]
fn a_reference_that_may_be_lost_is_unknown_and_is_not_begun_twice() {
    let mut till = fresh();
    let unknown = Reference::new("R-unknown").unwrap();
    let (item, _) = new(&mut till, &with_reference(500, "R-1"));
    approve(&mut till, item);
    for n in 0..20 {
        completed(&mut till, 1 + n);
    }
    assert_eq!(till.status(&unknown).unwrap(), Asked::Never);
    let mut till = rot(till, item);
    let told = till.status(&Reference::new("R-1").unwrap()).unwrap();
    assert!(matches!(told, Asked::Unknown { places: 1.. }), "{told:?}");
    assert_eq!(told.status(), PaymentStatus::Unknown);
    assert!(matches!(
        till.begin(&with_reference(500, "R-1")),
        Err(Error::MayBeLost { places: 1.. })
    ));
    let looked = Begin { even_if_lost: true, ..with_reference(500, "R-1") };
    assert!(matches!(till.begin(&looked), Ok(Begun::New { .. })));
    // What has no reference is not asked for again.
    new(&mut till, &sale(7));
}

#[test]
fn a_cut_is_no_loss() {
    for cut in 0..24 {
        let mut till = fresh();
        completed(&mut till, 1);
        let chip = till.log.flash_mut();
        chip.set_seed(cut + 1);
        chip.set_cut(cut);
        let _ = till.begin(&sale(5));
        let mut till = reboot(till);
        till.confirm().unwrap();
        let known = till.status(&Reference::new("R-none").unwrap()).unwrap();
        assert_eq!(known, Asked::Never, "cut {cut}");
    }
}

#[test]
fn x_names_what_is_open_and_z_is_read_back() {
    let mut till = fresh();
    completed(&mut till, 300);
    let (item, _) = new(&mut till, &sale(60));
    till.no_answer(item, 1, Uptime(0)).unwrap();
    till.give_up(item).unwrap();
    let x = till.x_totals(0).unwrap();
    assert_eq!(x.totals.rows()[0].sales.amount, Amount::new(300));
    assert_eq!((x.open, x.unresolved, x.withheld), (1, 1, 0));
    assert_eq!(till.unresolved_items(0).next().unwrap().seq(), item);
    assert_eq!(till.z_totals(0).unwrap(), None);
    settle(&mut till);
    assert!(till.x_totals(0).unwrap().totals.is_zero());
    let z = till.z_totals(0).unwrap().unwrap();
    assert_eq!((z.batch, &z.totals), (x.batch, &x.totals));
    // It stays while the ring laps and nothing else is settled in this book.
    for n in 0..1_200 {
        let (item, _) = new(&mut till, &Begin { book: 1, ..sale(1 + n) });
        approve(&mut till, item);
        if n % 150 == 0 {
            till.close_batch(1).unwrap();
            till.settle_attempt(1, Uptime(0)).unwrap();
            till.settle_answer(1, SettleClass::Balanced, None).unwrap();
            till.batch_closed(1).unwrap();
        }
    }
    assert_eq!(till.z_totals(0).unwrap(), Some(z));
    assert!(till.x_totals(9).is_err());
}

#[test]
fn the_memory_of_a_journal() {
    use core::mem::size_of;
    let flash = size_of::<Chip>();
    let all = size_of::<Till>();
    let ledger = size_of::<Ledger<16, 4>>();
    let log = size_of::<Log<Chip, 256>>() - flash;
    std::println!(
        "Journal<_, 16, 4, 256>: {} bytes without the flash: ledger {ledger}, log {log}",
        all - flash
    );
    assert!(all - flash <= 4_608, "{}", all - flash);
}
