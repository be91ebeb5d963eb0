//! A till, a host and a line that loses, delays and repeats; the power fails at random programs.
//! In the end the host's money is the journal's money, and what was told stays true.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// A small generator, so that a seed is a replay.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn once_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// A message's name on the line: batch and STAN.
type Name = (u32, u32);

fn name(intent: &Intent) -> Name {
    (intent.batch.get(), intent.stan.get())
}

/// What the host did, by message.
#[derive(Default)]
struct Host {
    booked: BTreeMap<Name, (TransactionKind, u64)>,
    /// Requests that are under way and arrive later.
    delayed: Vec<Intent>,
    seen: BTreeSet<Name>,
    settled: BTreeMap<u32, (u64, u64, u64)>,
}

impl Host {
    fn book(&mut self, intent: &Intent) {
        self.booked.insert(name(intent), (intent.kind, intent.amount.minor()));
    }

    fn sums(&self, batch: u32) -> (u64, u64, u64) {
        let sum = |kind| {
            let of = |(at, (k, _)): &(&Name, &(TransactionKind, u64))| at.0 == batch && *k == kind;
            self.booked.iter().filter(of).map(|(_, (_, minor))| minor).sum()
        };
        (sum(TransactionKind::Sale), sum(TransactionKind::Void), sum(TransactionKind::Refund))
    }
}

type Taken<T> = Result<T, Error<<Chip as embedded_storage::nor_flash::ErrorType>::Error>>;

struct World {
    till: Option<Till>,
    host: Host,
    dice: Dice,
    told: BTreeMap<Seq, PaymentStatus>,
    sold: Vec<(Seq, u64)>,
    /// The cash register's order, and what it is still about.
    order: u64,
    wanted: Option<Begin>,
}

impl World {
    fn till(&mut self) -> &mut Till {
        self.till.as_mut().unwrap()
    }

    fn tell(&mut self, item: Seq, status: PaymentStatus) {
        let before = self.told.insert(item, status);
        let firm = [PaymentStatus::Approved, PaymentStatus::Declined, PaymentStatus::NeverStarted];
        assert!(
            before.is_none_or(|before| before == status || !firm.contains(&before)),
            "{item} was {before:?} and is {status}"
        );
    }

    /// Everything that is owed, until nothing is.
    fn pay_duties(&mut self) -> Taken<()> {
        while let Some(duty) = self.till().due(Uptime(1 << 40))?.now() {
            match duty {
                Duty::Reversal { item, confirm, .. } => self.reverse(item, confirm)?,
                Duty::Query { item, .. } => self.query(item)?,
                Duty::Settle { step, .. } => self.settle(step)?,
                other => panic!("{other:?}"),
            }
        }
        Ok(())
    }

    fn reverse(&mut self, item: Seq, confirm: bool) -> Taken<()> {
        let intent = self.till().attempt(item, Uptime(1))?.intent;
        let known = name(&intent);
        if confirm {
            // The hold-off is over: what was under way has arrived.
            let (due, rest) = self.host.delayed.drain(..).partition(|late| name(late) == known);
            self.host.delayed = rest;
            let due: Vec<Intent> = due;
            due.iter().for_each(|late| self.host.book(late));
        }
        let class = match self.host.booked.remove(&known) {
            Some((_, minor)) => {
                assert_eq!(minor, intent.amount.minor());
                AnswerClass::Done
            }
            None => AnswerClass::NothingToReverse,
        };
        if self.dice.once_in(4) {
            return Ok(());
        }
        let status = self.till().answer(item, class, None)?;
        self.tell(item, status);
        if self.dice.once_in(3) {
            // The line repeats it.
            let _ = self.till().answer(item, class, None);
        }
        Ok(())
    }

    fn query(&mut self, item: Seq) -> Taken<()> {
        let intent = self.till().receipt(item)?.intent;
        let (due, rest) = self.host.delayed.drain(..).partition(|late| name(late) == name(&intent));
        self.host.delayed = rest;
        let due: Vec<Intent> = due;
        due.iter().for_each(|late| self.host.book(late));
        let verdict = match self.host.booked.contains_key(&name(&intent)) {
            true => Verdict::Approved { completed: true },
            false => Verdict::Declined,
        };
        let status = self.till().outcome(item, verdict, &OutcomeOf::default())?;
        self.tell(item, status);
        Ok(())
    }

    fn settle(&mut self, step: SettleStep) -> Taken<()> {
        match step {
            SettleStep::Send | SettleStep::Repeat => {
                let request = self.till().settle_attempt(0, Uptime(0))?;
                let batch = request.batch.get();
                let sums = self.host.sums(batch);
                let told = request.totals.rows().first().map_or((0, 0, 0), |t| {
                    (t.sales.amount.minor(), t.voided.amount.minor(), t.refunds.amount.minor())
                });
                assert_eq!(told, sums, "batch {batch}");
                assert_eq!(*self.host.settled.entry(batch).or_insert(told), told);
                if self.dice.once_in(3) {
                    return Ok(());
                }
                self.till().settle_answer(0, SettleClass::Balanced, None)
            }
            SettleStep::Close => self.till().batch_closed(0).map(drop),
            SettleStep::Upload { .. } => panic!("nothing was unbalanced"),
        }
    }

    /// What the cash register wants next: the same again, as long as nobody told it an end.
    fn next_order(&mut self) -> Begin {
        if let Some(wanted) = &self.wanted {
            return wanted.clone();
        }
        self.order += 1;
        let reference = Reference::new(&std::format!("R-{}", self.order)).ok();
        let amount = 1 + self.dice.roll(5_000);
        let pick = self.dice.roll(self.sold.len().max(1) as u64) as usize;
        let begin = match (self.dice.roll(6), self.sold.get(pick).copied()) {
            (0, Some((sale, minor))) => undo(TransactionKind::Void, minor, sale),
            (1, Some((sale, minor))) => {
                undo(TransactionKind::Refund, 1 + self.dice.roll(minor), sale)
            }
            _ => sale(amount),
        };
        let begin = Begin { reference, ..begin };
        self.wanted = Some(begin.clone());
        begin
    }

    fn pay(&mut self) -> Taken<()> {
        let begin = self.next_order();
        let (item, intent) = match self.till().begin(&begin) {
            Ok(Begun::New { item, intent }) => (item, intent),
            Ok(Begun::Existing { item, status }) => {
                self.tell(item, status);
                self.wanted = None;
                return Ok(());
            }
            // The sale may be reclaimed by now: its slip would have to be typed in.
            Err(Error::Refused(_) | Error::NotFound { .. }) => {
                self.wanted = None;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if self.dice.once_in(12) {
            let status = self.till().not_sent(item)?;
            self.tell(item, status);
            return Ok(());
        }
        assert!(self.host.seen.insert(name(&intent)), "{:?} is used twice", name(&intent));
        let chip = self.dice.once_in(3);
        let status = match self.dice.roll(10) {
            0 => {
                self.host.delayed.push(intent.clone());
                self.till().no_answer(item, 1, Uptime(1))?
            }
            1 => self.till().no_answer(item, 1, Uptime(1))?,
            2 => self.till().outcome(item, Verdict::Declined, &OutcomeOf::default())?,
            3 => {
                self.host.book(&intent);
                self.till().no_answer(item, 1, Uptime(1))?
            }
            _ => {
                self.host.book(&intent);
                let verdict = Verdict::Approved { completed: !chip };
                let status = self.till().outcome(item, verdict, &OutcomeOf::default())?;
                match (chip, self.dice.once_in(4)) {
                    (false, _) => status,
                    (true, false) => self.till().complete(item, None)?,
                    (true, true) => self.till().reverse(item, ReversalReason::Other)?,
                }
            }
        };
        self.tell(item, status);
        if status == PaymentStatus::Approved && begin.kind == TransactionKind::Sale {
            self.sold.push((item, intent.amount.minor()));
        }
        self.wanted = None;
        Ok(())
    }

    fn day(&mut self) -> Taken<()> {
        for _ in 0..10 {
            self.pay_duties()?;
            if self.dice.once_in(40) {
                self.till().close_batch(0)?;
            } else {
                self.pay()?;
            }
            self.till().maintain(1_000_000)?;
        }
        self.pay_duties()
    }

    fn restart(&mut self) {
        let mut till = reboot(self.till.take().unwrap());
        let cut = 1 + self.dice.roll(400);
        till.flash_mut().set_seed(self.dice.roll(u64::MAX));
        let again = till.into_flash();
        let mut chip = again;
        chip.set_cut(cut);
        self.till = Some(Till::mount(chip, REGION, &settings()).unwrap());
    }
}

/// Lives through some days and returns how many power cuts there were.
fn live(seed: u64, days: u32) -> u32 {
    let mut cuts = 0;
    let mut world = World {
        till: Some(fresh()),
        host: Host::default(),
        dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
        told: BTreeMap::new(),
        sold: Vec::new(),
        order: 0,
        wanted: None,
    };
    world.restart();
    for _ in 0..days {
        match world.day() {
            _ if world.till().log().flash().is_off() => {
                cuts += 1;
                world.restart();
            }
            Ok(()) => {}
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
    let till = world.till.take().unwrap();
    world.till = Some(reboot(till));
    world.pay_duties().unwrap();
    assert_eq!(world.till().ledger().items().count(), 0);
    world.till().close_batch(0).unwrap();
    world.pay_duties().unwrap();
    let told = world.told.clone();
    for (item, status) in told {
        let Ok(receipt) = world.till().receipt(item) else { continue };
        // Of a payment of a batch long closed some records may be reclaimed.
        if receipt.intent.batch == world.till().ledger().batch(0).unwrap() {
            assert_eq!(receipt.status, status, "seed {seed}, payment {item}");
        }
    }
    cuts
}

const SEEDS: u64 = 6;

#[test]
fn whatever_fails_the_books_agree() {
    let cuts: u32 = (1..=SEEDS).map(|seed| live(seed, 60)).sum();
    assert!(cuts > 60, "{cuts} power cuts only");
}
