//! What was begun can be ended: attacks on the room.

use super::*;

fn late(intent: &Intent, approved: bool) -> LateAnswer {
    LateAnswer {
        book: intent.book,
        stan: intent.stan,
        approved,
        code: None,
        rrn: Rrn::new("ABCDEFGHIJKL").ok(),
        auth_code: AuthCode::new("ABCDEF").ok(),
        uptime: Uptime(u64::MAX),
    }
}

fn kept_within(till: &Till) {
    let room = till.room();
    assert!(room.kept + room.reserved <= room.limit, "{room:?}");
}

/// A host that repeats itself for ever is no reason to run out of room for what is owed.
#[test]
fn late_answers_without_end_take_no_room_from_what_is_owed() {
    let mut till = fresh();
    let (declined, first) = new(&mut till, &sale(1));
    till.outcome(declined, Verdict::Declined, &OutcomeOf::default()).unwrap();
    let (item, intent) = new(&mut till, &sale(100));
    till.no_answer(item, 1, Uptime(1)).unwrap();
    till.attempt(item, Uptime(1)).unwrap();
    for _ in 0..3_000 {
        // It may be refused for lack of room: it is only evidence.
        let _ = till.late(&late(&intent, true));
        let _ = till.late(&late(&first, false));
        kept_within(&till);
    }
    till.answer(item, AnswerClass::Done, None).unwrap();
    settle(&mut till);
}

fn emv() -> Option<Emv> {
    let mut tlv = [0; 100];
    (tlv[0], tlv[1], tlv[2]) = (0xDF, 0x31, 97);
    Emv::new(&tlv).ok()
}

fn large() -> OutcomeOf {
    OutcomeOf {
        code: ResponseCode::new(b"zz").ok(),
        rrn: Rrn::new("ABCDEFGHIJKL").ok(),
        auth_code: AuthCode::new("ABCDEF").ok(),
        approved_amount: Some(Amount::new(1)),
        host_time: HostTime::new(1231, 235_959),
        settlement_date: HostDate::new(1231),
        emv: emv(),
        elapsed_ms: u32::MAX,
        uptime: Uptime(u64::MAX),
    }
}

/// As many payments as can be open, each ended in the longest way there is.
#[test]
fn the_longest_ends_fit_into_a_full_journal() {
    let mut till = fresh();
    let sold = completed(&mut till, 100_000);
    let refund = undo(TransactionKind::Refund, 1, sold);
    let by_value = |n: u32| Begin {
        original: Some(Original::ByValue {
            rrn: Rrn::new(&std::format!("{n:012}")).unwrap(),
            auth_code: AuthCode::new("ABCDEF").ok(),
            date: HostDate::new(101).unwrap(),
        }),
        card_sequence: Some(CardSequence(999)),
        moment: Moment { boot: u16::MAX, uptime: Uptime(u64::MAX), ..refund.moment },
        ..refund.clone()
    };
    let mut n = 0;
    while till.room().payments_left > 60 {
        let Ok(Begun::New { item, .. }) = till.begin(&sale(5)) else { break };
        approve(&mut till, item);
    }
    let mut open = Vec::new();
    let full = loop {
        match till.begin(&by_value(n)) {
            Ok(Begun::New { item, .. }) => open.push(item),
            other => break other,
        }
        n += 1;
        kept_within(&till);
    };
    assert!(matches!(full, Err(Error::Full { .. })), "{full:?}");
    assert!(!open.is_empty());
    let stages: [fn(&mut Till, Seq); 4] = [
        |till, item| drop(till.outcome(item, Verdict::Approved { completed: false }, &large())),
        |till, item| drop(till.outcome(item, Verdict::Doubtful, &large())),
        |till, item| drop(till.give_up(item)),
        |till, item| drop(till.outcome(item, Verdict::Approved { completed: true }, &large())),
    ];
    for stage in stages {
        for &item in &open {
            stage(&mut till, item);
            kept_within(&till);
        }
    }
    assert_eq!(till.ledger().items().count(), 0);
    settle(&mut till);
    assert!(till.may_start(0, TransactionKind::Sale).is_ok());
}

#[test]
fn a_journal_that_cannot_be_read_is_not_formatted_away() {
    let mut till = fresh();
    let _ = new(&mut till, &sale(5));
    let chip = till.into_flash();
    // The firmware was updated, and its sectors have another size.
    let other = Settings { sector_bytes: 16 * 1024, ..settings() };
    let refused = Till::format(chip.clone(), REGION, &other, FormatAs::live(8)).err();
    assert!(matches!(refused, Some(Error::Log(log::Error::OtherShape { .. }))), "{refused:?}");
    // Or it has room for fewer open payments.
    type Small = Journal<Chip, 2, 1, 256>;
    let mut owing = Till::mount(chip, REGION, &settings()).unwrap();
    let sector_bytes = owing.log().layout().sector_bytes();
    let by_value = |n: u32| Begin {
        kind: TransactionKind::Refund,
        original: Some(Original::ByValue {
            rrn: Rrn::new(&std::format!("{n:012}")).unwrap(),
            auth_code: None,
            date: HostDate::new(101).unwrap(),
        }),
        book: 3,
        ..sale(1)
    };
    for n in 0..4 {
        new(&mut owing, &by_value(n));
    }
    let chip = owing.into_flash();
    let smaller = Settings { sector_bytes, ..settings() };
    let refused = Small::format(chip.clone(), REGION, &smaller, FormatAs::live(8)).err();
    assert!(refused.is_some());
    // Mounted all the same, it must not write: the next reclaim would forget what it cannot hold.
    if let Ok(mut small) = Small::mount(chip, REGION, &smaller) {
        assert!(small.begin(&sale(1)).is_err());
        assert!(small.log().read_only().is_some());
    }
}
