//! What `plan` says before a chip is bought, against journals that are really filled.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::plan::{EVIDENCE_DAYS, Plan, Site, Trade};
use pos_journal::journal::{Begin, Begun, Error, Journal, Kept, OutcomeOf, Retention};
use pos_journal::ledger::PaymentStatus;
use pos_journal::log::{FormatAs, Maintained, Settings};
use pos_journal::record::*;

type Terminal<const W: usize, const E: usize> = Journal<RamFlash<Vec<u8>, W, E>>;

/// A terminal that has been up for some hours.
struct Till<const W: usize, const E: usize> {
    journal: Terminal<W, E>,
    site: Site,
    trade: Trade,
    dealt: u32,
    erases: u64,
}

impl<const W: usize, const E: usize> Till<W, E> {
    fn new(site: Site, trade: Trade) -> Self {
        let chip = RamFlash::owned(site.region as usize).unwrap();
        let region = Region::new(0, site.region);
        let mut journal: Terminal<W, E> =
            Journal::format(chip, region, &settings(site), FormatAs::live(7)).unwrap();
        // Numbers as they are after some years: small ones take fewer bytes.
        let (batch, stan, invoice) = (Batch::new(271), Stan::new(471_100), Invoice::new(469_800));
        journal.set_numbers(0, batch.unwrap(), stan, invoice).unwrap();
        Till { journal, site, trade, dealt: 0, erases: 0 }
    }

    fn begin(&mut self) -> Result<Seq, Error<pos_journal::flash::RamFlashError>> {
        let at = self.dealt;
        let local_seconds =
            1_790_000_000 + (u64::from(at) * 86_400 / u64::from(self.trade.per_day)) as u32;
        // With one, each payment searches the log for it.
        let reference = format!("{at:0>width$}", width = self.trade.reference as usize);
        let reference = &reference[..self.trade.reference as usize];
        let begin = Begin {
            entry: EntryMode::CONTACTLESS,
            moment: Moment {
                local_seconds,
                utc_offset_quarters: 32,
                clock: Clock::Set,
                boot: 412,
                uptime: Uptime(9 * 3_600_000),
            },
            pan: TruncatedPan::from_pan("6222020200112341231").ok(),
            card_sequence: Some(CardSequence(1)),
            reference: Reference::new(reference).ok(),
            ..Begin::new(0, TransactionKind::Sale, Amount::new(12_850), Currency::CNY)
        };
        let Begun::New { item, .. } = self.journal.begin(&begin)? else { panic!("known") };
        Ok(item)
    }

    /// Whether this one's turn has come, so many times in so many.
    fn due(&self, share: u32, of: u32) -> bool {
        let before = u64::from(self.dealt) * u64::from(share) / u64::from(of);
        u64::from(self.dealt + 1) * u64::from(share) / u64::from(of) > before
    }

    fn pay(&mut self) -> Result<(), Error<pos_journal::flash::RamFlashError>> {
        let item = self.begin()?;
        let uptime = Uptime(9 * 3_600_000);
        let outcome = OutcomeOf {
            code: Some(ResponseCode::APPROVED),
            rrn: Rrn::new("021514004711").ok(),
            auth_code: AuthCode::new("093412").ok(),
            elapsed_ms: 2_310,
            uptime,
            ..OutcomeOf::default()
        };
        let chip = self.due(self.trade.chip, self.trade.chip + self.trade.contactless);
        if self.due(self.trade.reversed, 1000) {
            self.journal.no_answer(item, 30_000, uptime)?;
            self.journal.attempt(item, uptime)?;
            self.journal.answer(item, AnswerClass::Done, Some(ResponseCode::APPROVED))?;
        } else if chip {
            self.journal.outcome(item, Verdict::Approved { completed: false }, &outcome)?;
            let mut tlv = [0; 83];
            tlv[..2].copy_from_slice(&[0x95, 81]);
            self.journal.complete(item, Emv::new(&tlv).ok())?;
        } else {
            self.journal.outcome(item, Verdict::Approved { completed: true }, &outcome)?;
        }
        self.dealt += 1;
        if self.dealt.is_multiple_of(8) {
            while self.journal.maintain(1 << 40)? != Maintained::Idle {}
        }
        Ok(())
    }

    fn settle(&mut self) {
        self.journal.close_batch(0).unwrap();
        self.journal.settle_attempt(0, Uptime(0)).unwrap();
        self.journal.settle_answer(0, SettleClass::Balanced, None).unwrap();
        self.journal.batch_closed(0).unwrap();
    }

    fn restart(self) -> Self {
        let mut chip = self.journal.into_flash();
        let erases = self.erases + chip.counts().erases;
        chip.reset_counts();
        let region = Region::new(0, self.site.region);
        let journal = Journal::mount(chip, region, &settings(self.site)).unwrap();
        Till { journal, erases, ..self }
    }
}

fn settings(site: Site) -> Settings {
    Settings { sector_bytes: site.log_sector, quiet_ms: 0, ..Settings::new() }
}

/// Prints both, and whether they are within five in a hundred. One payment more or less is no error of
/// five in a hundred where there are few.
fn close(name: &str, said: u64, found: u64) -> bool {
    let off = said.abs_diff(found);
    let is_close = off * 20 <= found || off <= 2;
    println!(
        "  {name}: planned {said}, found {found}{}",
        if is_close { "" } else { " <- NOT CLOSE" }
    );
    is_close
}

fn trade(per_day: u32) -> Trade {
    Trade {
        per_day,
        contactless: 75,
        chip: 25,
        qr: 0,
        reversed: 10,
        reference: 0,
        boots: 1,
        batches: 1,
    }
}

/// Days, until the ring has gone round a few times, and what is kept and erased meanwhile.
fn agrees<const W: usize, const E: usize>(region: u32, log_sector: u32, per_day: u32) -> bool {
    let site = Site { region, erase: E as u32, write: W as u32, log_sector };
    let plan = Plan::of(&site, &trade(per_day)).unwrap();
    println!(
        "write {W}, erase {E}, region {region}, {} sectors of {}, {per_day} a day",
        plan.layout.sectors(),
        plan.layout.sector_bytes()
    );
    let mut till = Till::<W, E>::new(site, trade(per_day));
    assert_eq!(*till.journal.log().layout(), plan.layout);

    let mut held = 0u64;
    while till.pay().is_ok() {
        held += 1;
    }
    let mut all = close("payments of a batch", plan.unsettled.into(), held);

    let mut till = Till::<W, E>::new(site, trade(per_day));
    // Until the ring has gone round, and once again as long.
    let lap = 2 * plan.most_kept.max(per_day) / per_day + 2;
    let (mut least, mut most) = (u32::MAX, 0);
    let (mut erases, mut days) = (0, 0);
    let step = (plan.most_kept / 40).max(2);
    while days < 3 * lap {
        for payment in 0..per_day {
            till.pay().unwrap();
            if days >= 2 * lap && payment % step == 0 {
                let kept = till.journal.retention();
                assert!(!kept.all);
                least = least.min(kept.payments);
                most = most.max(kept.payments);
            }
        }
        till.settle();
        till = till.restart();
        days += 1;
        if days == lap {
            erases = till.erases;
        }
    }
    all &= close("payments kept, at least", plan.least_kept.into(), least.into());
    // One sector of a pair holds so few days that where the days happen to end in it shows: the plan
    // says how much it is on average, here is the most that was seen.
    let slack = if plan.is_ping_pong() { per_day } else { 0 };
    println!("  most seen: {most}");
    let most = if plan.most_kept.abs_diff(most) <= slack { plan.most_kept } else { most };
    all &= close("payments kept, at most", plan.most_kept.into(), most.into());
    let found = (till.erases - erases) * 1000 / u64::from(days - lap);
    all & close("erases in a thousand days", plan.erases_1000, found)
}

#[test]
fn it_agrees_with_journals_that_are_filled() {
    let all = [
        agrees::<1, 4096>(128 * 1024, 0, 60),
        agrees::<1, 4096>(256 * 1024, 0, 300),
        agrees::<8, 2048>(128 * 1024, 0, 100),
        agrees::<4, 4096>(256 * 1024, 16 * 1024, 150),
        agrees::<32, 8192>(512 * 1024, 32 * 1024, 200),
        agrees::<16, 16384>(192 * 1024, 32 * 1024, 40),
        agrees::<4, 4096>(48 * 1024, 16 * 1024, 20),
        agrees::<8, 2048>(32 * 1024, 16 * 1024, 20),
    ];
    assert_eq!(all, [true; 8]);
}

#[test]
fn retention_says_what_can_be_looked_up() {
    let site = Site { region: 64 * 1024, erase: 4096, write: 8, log_sector: 16 * 1024 };
    let mut till = Till::<8, 4096>::new(site, trade(10));
    assert_eq!(till.journal.retention(), Retention { all: true, ..Retention::default() });
    till.pay().unwrap();
    let new = till.journal.retention();
    assert_eq!((new.all, new.payments, new.days()), (true, 1, Some(0)));
    assert_eq!(new.keeps(EVIDENCE_DAYS), Kept::NotYet);
    for _ in 0..60 {
        (0..10).for_each(|_| till.pay().unwrap());
        till.settle();
        till = till.restart();
    }
    let kept = till.journal.retention();
    let from = kept.from.unwrap();
    assert!(!kept.all && kept.payments > 0 && kept.days() < Some(EVIDENCE_DAYS));
    assert_eq!(kept.keeps(EVIDENCE_DAYS), Kept::TooLittle { days: kept.days().unwrap() });
    assert_eq!(kept.keeps(kept.days().unwrap()), Kept::Enough);
    // Each from there on is there, and has its answer.
    let (mut item, mut found) = (from, 0);
    while item <= till.journal.last().unwrap().unwrap().item {
        if let Ok(receipt) = till.journal.receipt(item) {
            found += 1;
            assert!(receipt.status != PaymentStatus::Unknown, "payment {item}");
        }
        item = Seq(item.0 + 1);
    }
    assert_eq!(found, kept.payments);
    assert!((0..from.0).all(|older| till.journal.receipt(Seq(older)).is_err()));
    let unset = Retention { since: None, ..kept };
    assert_eq!(unset.keeps(EVIDENCE_DAYS), Kept::Unknown);
    let back = Retention { since: kept.until, until: kept.since, ..kept };
    assert_eq!(back.keeps(EVIDENCE_DAYS), Kept::Unknown);
}
