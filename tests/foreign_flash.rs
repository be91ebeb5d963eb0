//! The journal on a flash mock that is not ours: that of `sequential-storage`, which stops after a
//! given number of programmed or erased bytes. Whatever we believe of flash wrongly, and built into
//! our own simulator too, would have to be believed there as well.
//!
//! `POS_BYTES=1 cargo test --release --features sim --test foreign_flash -- --nocapture` cuts at
//! every single byte.

// Clippy's exemption for tests reaches only functions that are tests themselves.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use common::explore::guarded;
use common::judge::{self, Known};
use common::promises::Promises;
use common::script::{self, Habits, Step};
use common::{Dice, mix};
use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, ReadNorFlash};
use embedded_storage_async::nor_flash::{NorFlash as _, ReadNorFlash as _};
use pos_journal::flash::Region;
use pos_journal::journal::Journal;
use pos_journal::log::broken::{Broken, set};
use pos_journal::log::{FormatAs, Settings};
use sequential_storage::mock_flash::{MockFlashBase, MockFlashError, WriteCountCheck};

/// What becomes of the mock after its shutoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// The power is off until the next boot.
    Off,
    /// It was one failed call: the driver goes on as if nothing had been.
    On,
}

/// The mock behind blocking traits. Its futures never wait.
#[derive(Clone, Debug)]
struct Foreign<const PAGES: usize, const WORD: usize, const WORDS: usize> {
    mock: MockFlashBase<PAGES, WORD, WORDS>,
    after: After,
    is_off: bool,
    shutoffs: u32,
    /// First byte of a program that this boot could have known to be illegal.
    wrong: Option<u32>,
    /// What this boot programmed, or tried to, since the last erase.
    touched: Vec<bool>,
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("the mock waits for something"),
    }
}

#[derive(Debug)]
enum ForeignError {
    PowerIsOff,
    Mock(MockFlashError),
}

impl NorFlashError for ForeignError {
    fn kind(&self) -> embedded_storage::nor_flash::NorFlashErrorKind {
        match self {
            ForeignError::Mock(error) => error.kind(),
            ForeignError::PowerIsOff => embedded_storage::nor_flash::NorFlashErrorKind::Other,
        }
    }
}

impl<const PAGES: usize, const WORD: usize, const WORDS: usize> Foreign<PAGES, WORD, WORDS> {
    const BYTES: usize = PAGES * WORD * WORDS;

    fn new(after: After) -> Self {
        // Its check of buffer addresses is no rule of the traits, so it is off.
        let mock = MockFlashBase::new(WriteCountCheck::OnceOnly, None, false);
        let touched = vec![false; PAGES * WORDS];
        Foreign { mock, after, is_off: false, shutoffs: 0, wrong: None, touched }
    }

    fn cut_after(&mut self, bytes: u32) {
        self.mock.bytes_until_shutoff = Some(bytes);
    }

    fn power_on(&mut self) {
        self.mock.bytes_until_shutoff = None;
        self.is_off = false;
        self.touched.fill(false);
    }

    /// Bytes programmed and erased so far: what the shutoff counts.
    fn spent(&self) -> u64 {
        let zero = Foreign::<PAGES, WORD, WORDS>::new(self.after).mock.stats_snapshot();
        let stats = zero.compare_to(self.mock.stats_snapshot());
        stats.bytes_written + stats.erases * (WORD * WORDS) as u64
    }

    fn check_power(&self) -> Result<(), ForeignError> {
        if self.is_off { Err(ForeignError::PowerIsOff) } else { Ok(()) }
    }

    fn heard(&mut self, done: Result<(), MockFlashError>) -> Result<(), ForeignError> {
        match &done {
            Err(MockFlashError::EarlyShutoff(..)) => {
                self.shutoffs += 1;
                self.is_off = self.after == After::Off;
            }
            // A cut may have touched a word without a trace; this boot cannot know that.
            Err(MockFlashError::NotWritable(at)) => {
                let bytes = &self.mock.as_bytes()[*at as usize..][..WORD];
                if self.touched[*at as usize / WORD] || bytes.iter().any(|&b| b != 0xFF) {
                    self.wrong = self.wrong.or(Some(*at));
                }
            }
            Err(MockFlashError::NotAligned | MockFlashError::OutOfBounds) => self.wrong = Some(0),
            Ok(()) => {}
        }
        done.map_err(ForeignError::Mock)
    }
}

impl<const P: usize, const W: usize, const N: usize> ErrorType for Foreign<P, W, N> {
    type Error = ForeignError;
}

impl<const P: usize, const W: usize, const N: usize> ReadNorFlash for Foreign<P, W, N> {
    const READ_SIZE: usize =
        <MockFlashBase<P, W, N> as embedded_storage_async::nor_flash::ReadNorFlash>::READ_SIZE;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), ForeignError> {
        self.check_power()?;
        let done = now(self.mock.read(offset, bytes));
        self.heard(done)
    }

    fn capacity(&self) -> usize {
        Self::BYTES
    }
}

impl<const P: usize, const W: usize, const N: usize> NorFlash for Foreign<P, W, N> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = W * N;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), ForeignError> {
        self.check_power()?;
        let done = now(self.mock.erase(from, to));
        if done.is_ok() {
            self.touched[from as usize / W..to as usize / W].fill(false);
        }
        self.heard(done)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), ForeignError> {
        self.check_power()?;
        let done = now(self.mock.write(offset, bytes));
        let done = self.heard(done);
        self.touched[offset as usize / W..(offset as usize + bytes.len()) / W].fill(true);
        done
    }
}

type Till<const P: usize, const W: usize, const N: usize> = Journal<Foreign<P, W, N>, 3, 1>;

const fn region<const P: usize, const W: usize, const N: usize>() -> Region {
    Region::new(0, (P * W * N) as u32)
}

/// Sectors of 2 KiB, or one page where that is larger.
fn settings<const W: usize, const N: usize>() -> Settings {
    Settings { sector_bytes: (W * N).max(2048) as u32, quiet_ms: 0, ..Settings::new() }
}

/// A mount writes nothing and finds one of these states, and every promise that goes with it.
fn mount<const P: usize, const W: usize, const N: usize>(
    mut chip: Foreign<P, W, N>,
    may_be: &[&Known<3, 1>],
) -> Result<(Till<P, W, N>, usize), String> {
    chip.power_on();
    let before = chip.spent();
    let till: Till<P, W, N> = Journal::mount(chip, region::<P, W, N>(), &settings::<W, N>())
        .map_err(|e| format!("mount: {e}"))?;
    let flash = till.log().flash();
    if flash.spent() != before {
        return Err("mount wrote to the flash".into());
    }
    if let Some(at) = flash.wrong {
        return Err(format!("a word at {at:#x} was programmed twice, or an address is wrong"));
    }
    if let Some(lost) = till.report().lost.iter().find(|lost| !lost.perhaps) {
        return Err(format!("reported as lost: {lost:?}"));
    }
    let Some(which) = may_be.iter().position(|known| known.is(&till)) else {
        let seqs: Vec<_> = may_be.iter().map(|known| known.next_seq).collect();
        let next = till.log().next_seq();
        return Err(format!("found next {next} where {seqs:?} may be: {:?}", till.report()));
    };
    may_be[which].promises.kept_by(till.ledger())?;
    Ok((till, which))
}

/// How far this goes.
#[derive(Clone, Copy, Debug)]
struct Plan {
    after: After,
    /// Every operation is cut at its first and last bytes, and at one byte in so many between.
    one_in: u64,
    steps: u32,
}

#[derive(Default)]
struct Tally {
    steps: u32,
    cuts: u64,
    /// Cuts in the middle of a step of which a part was durable: the boot frames, an opening.
    half: u64,
    /// Cuts after which the call returned without an error: idle work that was cut, or a driver that
    /// failed once and that the journal got over.
    absorbed: u64,
}

/// A day at the till; each step is cut at many places, each cut on a copy, and the copy goes on. One
/// step in three is also cut in earnest: what that leaves stays on the chip.
fn day<const P: usize, const W: usize, const N: usize>(seed: u64, plan: Plan) -> Tally {
    let mut tally = Tally::default();
    let chip = Foreign::<P, W, N>::new(plan.after);
    let how = FormatAs::live(seed as u32 | 1);
    let mut till: Till<P, W, N> =
        Journal::format(chip, region::<P, W, N>(), &settings::<W, N>(), how).unwrap();
    let mut promises = Promises::default();
    let mut dice = Dice::new(seed);
    for n in 0..plan.steps {
        let step = script::next(&till, &promises, &mut dice, Habits::default());
        tally.steps += 1;
        let before = Known::of(&till, &promises);
        let in_context = |what: String| -> ! {
            panic!(
                "{P} pages of {N} words of {W}, seed {seed}, step {n} {step:?}, {plan:?}: {what}"
            )
        };
        if let Step::Reboot = step {
            till = mount(till.into_flash(), &[&before]).unwrap_or_else(|e| in_context(e)).0;
            continue;
        }
        let mut done = till.clone();
        let mut then = promises.clone();
        script::take(&mut done, &step, &mut then)
            .unwrap_or_else(|e| in_context(format!("no cut: {e}")));
        let after = Known::of(&done, &then);
        let bytes = done.log().flash().spent() - till.log().flash().spent();
        for at in 0..bytes {
            let edge = at < 4 || bytes - at <= 4;
            if !edge && !mix(seed ^ at << 20 ^ u64::from(n)).is_multiple_of(plan.one_in) {
                continue;
            }
            tally.cuts += 1;
            let found = cut(&till, &step, &promises, at as u32, [&before, &after], &mut tally);
            found.unwrap_or_else(|what| in_context(format!("cut after {at} bytes: {what}")));
        }
        if bytes > 0 && dice.once_in(3) {
            let at = dice.below(bytes) as u32;
            let mut torn = till;
            torn.flash_mut().cut_after(at);
            let mut told = promises.clone();
            let acknowledged = script::take(&mut torn, &step, &mut told).is_ok();
            let acknowledged = acknowledged.then(|| Known::of(&torn, &told));
            let may_be = match &acknowledged {
                Some(known) => vec![known],
                None => vec![&before, &after],
            };
            let (again, which) =
                mount(torn.into_flash(), &may_be).unwrap_or_else(|what| in_context(what));
            (till, promises) = (again, may_be[which].promises.clone());
            // A loss that the mount suspects is written down apart from the next step: a cut between
            // the two finds the one without the other.
            script::take(&mut till, &Step::Confirm, &mut promises)
                .unwrap_or_else(|e| in_context(e.to_string()));
            continue;
        }
        (till, promises) = (done, then);
    }
    tally
}

/// One cut on a copy: what the next boot finds, and that it goes on from there.
fn cut<const P: usize, const W: usize, const N: usize>(
    till: &Till<P, W, N>,
    step: &Step,
    promises: &Promises,
    at: u32,
    may_be: [&Known<3, 1>; 2],
    tally: &mut Tally,
) -> Result<(), String> {
    let mut torn = till.clone();
    torn.flash_mut().cut_after(at);
    let before = torn.log().flash().shutoffs;
    let untouched = till.log().flash().mock.as_bytes();
    let mut told = promises.clone();
    let taken = script::take(&mut torn, step, &mut told);
    if torn.log().flash().shutoffs == before {
        return Err("the shutoff never came".into());
    }
    // What returned without an error is acknowledged: then only that state may be found.
    let (till, which) = match taken {
        Ok(_) if torn.log().flash().is_off && !matches!(step, Step::Maintain) => {
            return Err("returned Ok without power".into());
        }
        Ok(_) => {
            tally.absorbed += 1;
            let acknowledged = Known::of(&torn, &told);
            let (till, _) = mount(torn.into_flash(), &[&acknowledged])?;
            return goes_on(till, told);
        }
        Err(_) => mount(torn.into_flash(), &may_be)?,
    };
    tally.half += u64::from(till.log().flash().mock.as_bytes() != untouched && which == 0);
    goes_on(till, may_be[which].promises.clone())
}

fn goes_on<const P: usize, const W: usize, const N: usize>(
    mut till: Till<P, W, N>,
    mut promises: Promises,
) -> Result<(), String> {
    for step in judge::first_steps(&till) {
        script::take(&mut till, &step, &mut promises).map_err(|e| format!("{step:?}: {e:?}"))?;
    }
    let last = Known::of(&till, &promises);
    mount(till.into_flash(), &[&last]).map(drop).map_err(|e| format!("after going on: {e}"))
}

fn everywhere(after: After) {
    let one_in = std::env::var("POS_BYTES").ok().and_then(|n| n.parse().ok()).unwrap_or(61);
    let plan = Plan { after, one_in, steps: 300 };
    let days: [(&str, Tally); 6] = [
        ("4 pages of 2 KiB, words of 1", day::<4, 1, 2048>(1, plan)),
        ("8 pages of 2 KiB, words of 4", day::<8, 4, 512>(2, plan)),
        ("16 pages of 512 B, words of 4", day::<16, 4, 128>(3, plan)),
        ("3 pages of 2 KiB, words of 8", day::<3, 8, 256>(4, plan)),
        ("2 pages of 4 KiB, words of 16", day::<2, 16, 256>(5, plan)),
        ("4 pages of 4 KiB, words of 32", day::<4, 32, 128>(6, plan)),
    ];
    for (name, tally) in days {
        println!(
            "{name}: {} steps, {} cuts; {} left something of the step, {} were no error",
            tally.steps, tally.cuts, tally.half, tally.absorbed
        );
        assert!(tally.cuts > 2_000, "this tried too little");
        let some = if after == After::Off { tally.half } else { tally.absorbed };
        assert!(some > tally.cuts / 6, "too many cuts did nothing");
    }
}

#[test]
fn a_cut_after_any_byte_loses_nothing_acknowledged() {
    everywhere(After::Off);
}

#[test]
fn a_driver_that_fails_once_after_any_byte_loses_nothing_acknowledged() {
    everywhere(After::On);
}

/// A suite that cannot fail proves nothing: six of the rules whose breach shows
/// without weak cells, lost writes and rot, which this mock does not have.
#[test]
fn broken_rules_are_noticed_on_this_mock_too() {
    let plan = Plan { after: After::Off, one_in: 61, steps: 300 };
    let seen_here = [
        Broken::ResumeAtFailure,
        Broken::EpochTwice,
        Broken::VictimBeforeCommit,
        Broken::AttemptAfterSend,
        Broken::OldSpareTrusted,
        Broken::NothingPinned,
    ];
    for rule in seen_here {
        set(Some(rule));
        let days = guarded(|| Ok([day::<4, 1, 2048>(1, plan), day::<2, 16, 256>(5, plan)]));
        set(None);
        assert!(days.is_err(), "{rule:?} was not noticed");
    }
}

/// The oracle can fail: a byte that changes behind the journal's back is noticed.
#[test]
fn a_changed_byte_is_noticed() {
    type Mine = Till<4, 8, 256>;
    let chip = Foreign::<4, 8, 256>::new(After::Off);
    let (region, settings) = (region::<4, 8, 256>(), settings::<8, 256>());
    let mut till: Mine = Journal::format(chip, region, &settings, FormatAs::live(7)).unwrap();
    let mut promises = Promises::default();
    let begin = Step::Begin(Box::new(script::sale(0, 500)));
    script::take(&mut till, &begin, &mut promises).unwrap();
    let known = Known::of(&till, &promises);
    let mut chip = till.into_flash();
    assert!(mount(chip.clone(), &[&known]).is_ok());
    let used = chip.mock.as_bytes().iter().rposition(|&b| b != 0xFF).unwrap();
    chip.mock.as_bytes_mut()[used - 12] ^= 1;
    assert!(mount(chip, &[&known]).is_err());
}
