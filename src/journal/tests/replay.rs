//! What a mount replays is what was live: attacks by random lives and by losses.

use super::*;

use proptest::prelude::*;

/// What a mount makes of the flash as it is now.
fn remounted(till: &Till) -> Till {
    Till::mount(till.log().flash().clone(), REGION, &settings()).unwrap()
}

fn agrees(till: &Till) {
    let again = remounted(till);
    assert_eq!(again.ledger(), till.ledger());
    assert_eq!(again.skipped_records(), 0);
    assert!(again.report().lost.is_empty());
}

/// One step of a life; what is refused is as good as what is taken.
fn step(till: &mut Till, what: u8, pick: usize, begun: &mut Vec<(Seq, Intent)>) {
    let open: Vec<Seq> = till.ledger().items().map(|item| item.seq()).collect();
    let item = open.get(pick % open.len().max(1)).copied().unwrap_or(Seq(1));
    let any = begun.get(pick % begun.len().max(1)).cloned();
    let book = (pick % 2) as u8;
    let amount = 1 + (pick % 97) as u64;
    let of = OutcomeOf { rrn: Rrn::new("123456789012").ok(), ..OutcomeOf::default() };
    let _ = match what {
        0..=2 => till.begin(&Begin { book, ..sale(amount) }).map(|b| match b {
            Begun::New { item, intent } => begun.push((item, intent)),
            Begun::Existing { .. } => {}
        }),
        3 => {
            let Some((original, intent)) = any else { return };
            let kind = if pick.is_multiple_of(3) {
                TransactionKind::Void
            } else {
                TransactionKind::Refund
            };
            let amount = if pick.is_multiple_of(3) { intent.amount.minor() } else { amount };
            till.begin(&Begin { book: intent.book, ..undo(kind, amount, original) }).map(
                |b| match b {
                    Begun::New { item, intent } => begun.push((item, intent)),
                    Begun::Existing { .. } => {}
                },
            )
        }
        4..=6 => till.outcome(item, Verdict::Approved { completed: true }, &of).map(drop),
        7 => till.outcome(item, Verdict::Approved { completed: false }, &of).map(drop),
        8 => till.outcome(item, Verdict::Declined, &of).map(drop),
        9 => till.no_answer(item, 1, Uptime(2)).map(drop),
        10 => till.complete(item, None).map(drop),
        11 => till.reverse(item, ReversalReason::MacError).map(drop),
        12 => till.not_sent(item).map(drop),
        13 => till.attempt(item, Uptime(3)).map(|attempted| {
            let intent = begun.iter().find(|(seq, _)| *seq == item).map(|(_, intent)| intent);
            assert_eq!(Some(&attempted.intent), intent, "the reversal of another payment");
        }),
        14 | 15 => till.answer(item, AnswerClass::Done, None).map(drop),
        16 => till.answer(item, AnswerClass::NothingToReverse, None).map(drop),
        17 => till.answer(item, AnswerClass::Busy, None).map(drop),
        18 => till.give_up(item).map(drop),
        19 => till.abandon(item, Text::new("li").unwrap(), Text::new("so").unwrap()).map(drop),
        20 => {
            let Some((_, intent)) = any else { return };
            let answer = LateAnswer {
                book: intent.book,
                stan: intent.stan,
                approved: !pick.is_multiple_of(3),
                code: None,
                rrn: None,
                auth_code: None,
                uptime: Uptime(4),
            };
            till.late(&answer).map(drop)
        }
        21 => till.close_batch(book).map(drop),
        22 => till.unlock_batch(book),
        23 => till.settle_attempt(book, Uptime(0)).map(drop),
        24 => till.settle_answer(book, SettleClass::Balanced, None),
        25 => till.settle_answer(book, SettleClass::Unbalanced, None),
        26 => till.uploaded(book, item),
        27 => till.upload_ended(book),
        28 => till.batch_closed(book).map(drop),
        29 => till.maintain(u64::MAX).map(drop),
        30 => till.due(Uptime(1 << 40)).map(drop),
        _ => till.set_numbers(book, Batch::new(500).unwrap(), None, None),
    };
}

proptest! {
    #![proptest_config(crate::cases::cases(24))]

    #[test]
    fn any_life_is_replayed_as_it_was(
        steps in prop::collection::vec((0u8..32, any::<u16>()), 1..160),
        before in 0u64..400,
    ) {
        let mut till = fresh();
        for n in 0..before {
            completed(&mut till, 1 + n);
            if n % 150 == 149 { settle(&mut till); }
        }
        let mut begun = Vec::new();
        for (at, &(what, pick)) in steps.iter().enumerate() {
            step(&mut till, what, usize::from(pick), &mut begun);
            let room = till.room();
            prop_assert!(room.kept + room.reserved <= room.limit, "{:?}", room);
            if at % 8 == 0 { agrees(&till); }
            if at % 31 == 30 { till = reboot(till); }
        }
        agrees(&till);
    }
}

/// A rotten record between an intent and what the firmware writes first after the restart.
#[test]
fn after_a_loss_the_first_word_about_a_payment_is_replayed_as_it_was() {
    type Say = fn(&mut Till, Seq) -> bool;
    let says: [Say; 5] = [
        |till, item| till.not_sent(item).is_ok(),
        |till, item| till.reverse(item, ReversalReason::Other).is_ok(),
        |till, item| till.no_answer(item, 1, Uptime(1)).is_ok(),
        |till, item| till.outcome(item, Verdict::Declined, &OutcomeOf::default()).is_ok(),
        |till, item| till.attempt(item, Uptime(1)).is_ok(),
    ];
    for (n, say) in says.iter().enumerate() {
        let mut till = fresh();
        let (item, _) = new(&mut till, &sale(100));
        // Another book's records: the first of them rots.
        let other = Begin { book: 1, ..sale(1) };
        let (_, _) = new(&mut till, &other);
        let at = till.ledger().items().last().unwrap().place().0;
        let (third, _) = new(&mut till, &other);
        till.no_answer(third, 1, Uptime(1)).unwrap();
        let mut image = till.into_flash().image().to_vec();
        image[at as usize + 8] ^= 0x10;
        let chip = Chip::owned_image(image).unwrap();
        let mut till = Till::mount(chip, REGION, &settings()).unwrap();
        assert!(!till.report().lost.is_empty(), "case {n}");
        let taken = say(&mut till, item);
        let again = remounted(&till);
        assert_eq!(again.ledger(), till.ledger(), "case {n}, taken: {taken}");
    }
}
