//! Ten thousand boots of 1 to 50 ms: a loose battery, a bad contact, a supply that pumps. What each of
//! them costs in wear and space, and whether the log goes on.
//!
//! `cargo test --release --features sim --test brown_out -- --nocapture` prints the numbers.

// Clippy's exemption for tests reaches only functions that are tests themselves.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Dice;
use common::geometry::{Geometry, Till};
use common::judge::{self, Known};
use common::promises::Promises;
use common::script::{self, Habits, Step};
use pos_journal::flash::sim::{Op, OpKind, Part, SimFlash};
use pos_journal::log::{Maintained, Settings, kind};
use pos_journal::record::TransactionKind;

const BOOTS: u32 = 10_000;
const MS: u64 = 1_000_000;

/// What boots of one sort cost.
#[derive(Default)]
struct Cost {
    boots: u64,
    sum: [u64; 3],
    most: [u64; 3],
}

impl Cost {
    fn add(&mut self, erases: u64, programs: u64, bytes: u64) {
        self.boots += 1;
        for (i, n) in [erases, programs, bytes].into_iter().enumerate() {
            self.sum[i] += n;
            self.most[i] = self.most[i].max(n);
        }
    }

    fn print(&self, what: &str) {
        let mean = |i: usize| self.sum[i] as f64 / self.boots.max(1) as f64;
        println!(
            "  {what:34} {:6} boots; erases {:.3}, most {}; programs {:.2}, most {}; bytes {:.0}, most {}",
            self.boots,
            mean(0),
            self.most[0],
            mean(1),
            self.most[1],
            mean(2),
            self.most[2]
        );
    }
}

/// What a burst came to.
#[derive(Default)]
struct Burst {
    /// Boots that ended before the mount did.
    in_mount: u64,
    idle: Cost,
    appending: Cost,
    /// Boots in which a sector was opened, or tried to be.
    opening: Cost,
    /// Boots in which an erase was cut.
    erases_cut: u64,
    /// Calls that returned `Ok` after writing a record.
    records: u64,
    /// Boots that got as far as appending, before the first that had to erase.
    before_erase: Option<u64>,
    /// Bytes of the log that a boot used up, boot frames and all.
    most_span: u32,
    /// Calls after which the numbers went on with a gap, and the largest.
    gaps: u64,
    worst_gap: u32,
    /// Erases begun, by sector.
    erases: Vec<u64>,
}

struct Shop<'g, const W: usize, const E: usize> {
    geometry: &'g Geometry,
    part: Part,
    chip: Option<SimFlash<W, E>>,
    may_be: Vec<Known<4, 2>>,
    dice: Dice,
    /// Behind the last byte that was programmed in each sector since its erase.
    high: Vec<u32>,
}

enum End {
    Cut,
    InTime,
}

impl<'g, const W: usize, const E: usize> Shop<'g, W, E> {
    fn new(geometry: &'g Geometry, part: Part, seed: u64) -> Self {
        let till: Till<W, E, 4, 2> = geometry.fresh(seed);
        let may_be = vec![Known::of(&till, &Promises::default())];
        let mut chip = till.into_flash();
        chip.set_part(part);
        let used = |base: u32| {
            let bytes = chip.truth(base, geometry.sector_bytes as usize);
            base + bytes.iter().rposition(|&b| b != 0xFF).map_or(0, |last| last as u32 + 1)
        };
        let high = (0..geometry.sectors).map(|n| used(n * geometry.sector_bytes)).collect();
        Shop { geometry, part, chip: Some(chip), may_be, dice: Dice::new(seed), high }
    }

    /// One boot that has so much time; `appends`: it tries to.
    fn boot(&mut self, ns: u64, appends: bool, burst: &mut Burst) -> Result<End, String> {
        let mut chip = self.chip.take().ok_or("no chip")?;
        chip.set_seed(self.dice.draw());
        let (began, before) = (chip.elapsed_ns(), chip.counts());
        let may_be: Vec<_> = self.may_be.iter().collect();
        // With all the time it needs; then it is seen whether it had that.
        let (mut till, which) = judge::mount(self.geometry, chip, &may_be)?;
        if till.log().flash().elapsed_ns() > began + ns {
            burst.in_mount += 1;
            self.chip = Some(till.into_flash());
            return Ok(End::Cut);
        }
        // Where a sector may be gone, numbers jump, and the jump takes a sector of its own.
        let jumps = till.report().lost.iter().any(|lost| lost.perhaps);
        let mut promises = self.may_be[which].promises.clone();
        till.flash_mut().cut_at_ns(began + ns);
        till.flash_mut().trace();
        let end = if appends {
            self.appends(&mut till, &mut promises, began, burst)?
        } else {
            // What a terminal looks at before anybody touches it.
            let (_, _) = (till.duties().count(), till.may_start(0, TransactionKind::Sale).is_ok());
            self.idles(&mut till, began)?
        };
        let ops = till.flash_mut().end_trace();
        let flash = till.log().flash();
        let spent = flash.counts() - before;
        let cut_erase = flash.interrupted().is_some_and(|op| op.kind == OpKind::Erase);
        burst.erases_cut += u64::from(flash.is_off() && cut_erase);
        let opens = ops.iter().any(|op| is_opening(op, self.geometry));
        let cost = match (appends, opens) {
            (false, _) => &mut burst.idle,
            (true, false) => &mut burst.appending,
            (true, true) => &mut burst.opening,
        };
        cost.add(spent.erases, spent.programs, spent.program_bytes);
        let most_erases = if ns < 2_000 * MS { 1 } else { 2 } + usize::from(jumps);
        self.judge_cost((appends, opens), most_erases, &ops, burst)?;
        self.chip = Some(till.into_flash());
        Ok(end)
    }

    /// The stated bounds: nothing for a boot that appends nothing; else two anchor spans and one
    /// append; an opening may come on top, with at most one erase (and one of idle work, once the boot
    /// is old enough for that; and one for a second opening, where numbers jump).
    fn judge_cost(
        &mut self,
        (appends, opens): (bool, bool),
        most_erases: usize,
        ops: &[Op],
        burst: &mut Burst,
    ) -> Result<(), String> {
        let settings: Settings = self.geometry.settings();
        let layout = settings.layout::<SimFlash<W, E>>(self.geometry.region(), 256);
        let layout = layout.map_err(|e| e.to_string())?;
        let most = 2 * layout.anchor() + layout.frame_max();
        let erases = ops.iter().filter(|op| op.kind == OpKind::Erase).count();
        let bytes: u32 =
            ops.iter().filter(|op| op.kind == OpKind::Program).map(|op| op.bytes).sum();
        match (appends, opens) {
            (false, _) if !ops.is_empty() => Err(format!("an idle boot wrote: {ops:?}")),
            (_, false) if bytes > most => Err(format!("{bytes} bytes, at most {most}: {ops:?}")),
            _ if erases > most_erases => Err(format!("{erases} erases in one boot: {ops:?}")),
            _ => Ok(()),
        }?;
        burst.erases.resize(self.geometry.sectors as usize, 0);
        let mut span = 0;
        for op in ops {
            let sector = (op.address / self.geometry.sector_bytes) as usize;
            match op.kind {
                OpKind::Erase => {
                    burst.erases[sector] += 1;
                    self.high[sector] = op.address;
                }
                OpKind::Program => {
                    let end = op.address + op.bytes;
                    span += end.saturating_sub(self.high[sector]);
                    self.high[sector] = self.high[sector].max(end);
                }
            }
        }
        if !opens {
            burst.most_span = burst.most_span.max(span);
            if span > most {
                return Err(format!("{span} bytes of the log used up by one boot: {ops:?}"));
            }
        }
        Ok(())
    }

    fn idles(&self, till: &mut Till<W, E, 4, 2>, began: u64) -> Result<End, String> {
        let up = (till.log().flash().elapsed_ns() - began) / MS;
        match till.maintain(up) {
            Ok(Maintained::Idle) => Ok(End::InTime),
            done => Err(format!("idle work after {up} ms: {done:?}")),
        }
    }

    fn appends(
        &mut self,
        till: &mut Till<W, E, 4, 2>,
        promises: &mut Promises,
        began: u64,
        burst: &mut Burst,
    ) -> Result<End, String> {
        let habits = Habits { reboots: u64::MAX, batch: 12 };
        for n in 0..3 {
            let step = match n {
                0 => Step::Due,
                1 => Step::Confirm,
                _ => match script::next(till, promises, &mut self.dice, habits) {
                    // Idle work has its own up-time here, below.
                    Step::Maintain => Step::Note(self.dice.below(1000)),
                    step => step,
                },
            };
            let mut ideal = till.clone();
            ideal.flash_mut().clear_cut();
            let mut then = promises.clone();
            let thought = script::take(&mut ideal, &step, &mut then);
            thought.map_err(|e| format!("{step:?} without a cut: {e}"))?;
            let (programs, erases) = {
                let counts = till.log().flash().counts();
                (counts.programs, counts.erases)
            };
            let next_seq = till.log().next_seq();
            match script::take(till, &step, promises) {
                Ok(_) if till.log().flash().is_off() => {
                    // A read that failed is a unit that cannot be read, and no error; a program is one.
                    if till.log().flash().interrupted().is_some() {
                        return Err(format!("{step:?} returned Ok without power"));
                    }
                    if till.log().flash().counts().programs > programs {
                        self.may_be.push(Known::of(&ideal, &then));
                    }
                    return Ok(End::Cut);
                }
                Ok(acted) => {
                    promises.kept_by(till.ledger())?;
                    let known = Known::of(till, promises);
                    let gap = (till.log().next_seq() - next_seq).saturating_sub(1);
                    burst.gaps += u64::from(gap > 0);
                    burst.worst_gap = burst.worst_gap.max(gap);
                    burst.records += u64::from(n == 2);
                    match acted {
                        true => self.may_be = vec![known],
                        false => self.may_be.push(known),
                    }
                }
                Err(error) => {
                    if !till.log().flash().is_off() {
                        return Err(format!("{step:?} failed: {error}"));
                    }
                    let counts = till.log().flash().counts();
                    // As long as nothing was programmed, nothing new can be there.
                    if counts.programs > programs {
                        self.may_be.push(Known::of(&ideal, &then));
                    }
                    if counts.erases > erases {
                        let so_far = burst.appending.boots;
                        burst.before_erase.get_or_insert(so_far);
                    }
                    return Ok(End::Cut);
                }
            }
        }
        loop {
            let up = (till.log().flash().elapsed_ns() - began) / MS;
            match till.maintain(up) {
                Ok(Maintained::Idle) => return Ok(End::InTime),
                Ok(_) if up >= 2_000 => {}
                done => return Err(format!("idle work after {up} ms: {done:?}")),
            }
        }
    }

    fn burst(&mut self, boots: u32, burst: &mut Burst) {
        for boot in 0..boots {
            let ns = MS + self.dice.below(49 * MS);
            let appends = self.dice.once_in(2);
            if let Err(what) = self.boot(ns, appends, burst) {
                panic!("{} {:?} boot {boot}: {what}", self.geometry.name, self.part);
            }
        }
    }

    /// What the next boot would see of the journal.
    fn look<T>(&self, look: impl FnOnce(&Till<W, E, 4, 2>) -> T) -> T {
        let chip = self.chip.clone().expect("a chip");
        let may_be: Vec<_> = self.may_be.iter().collect();
        let (till, _) = judge::mount(self.geometry, chip, &may_be).expect("a journal");
        look(&till)
    }
}

/// Whether an operation is part of opening a sector: an erase, a header, a checkpoint.
fn is_opening(op: &Op, geometry: &Geometry) -> bool {
    op.kind == OpKind::Erase
        || op.address.is_multiple_of(geometry.sector_bytes)
        || matches!(op.head[1], kind::COMMIT | kind::PART)
}

impl Burst {
    fn print(&self, name: &str) {
        println!("{name}");
        println!("  ended in the mount {:6}", self.in_mount);
        self.idle.print("appends nothing");
        self.appending.print("appends, or tries to");
        self.opening.print("opens a sector, or tries to");
        println!(
            "  records acknowledged {}; log used up by one boot: at most {} bytes; erases cut {}; \
             erases begun by sector {:?}; gaps in the numbers {}, the largest {}",
            self.records, self.most_span, self.erases_cut, self.erases, self.gaps, self.worst_gap
        );
    }
}

#[test]
fn ten_thousand_brown_outs_on_spi_flash() {
    let geometry = Geometry {
        name: "8x4k W25Q128JV",
        sectors: 8,
        sector_bytes: 4096,
        ecc: false,
        every_unit: false,
        quiet_ms: Settings::new().quiet_ms,
    };
    let mut burst = Burst::default();
    let mut shop = Shop::<1, 4096>::new(&geometry, Part::W25Q128JV, 1);
    shop.burst(BOOTS, &mut burst);
    burst.print(geometry.name);
    assert_eq!(burst.idle.most, [0, 0, 0]);
    let stan = shop.look(|till| till.ledger().next_stan(0));
    println!(
        "  next STAN {stan:?}; before the first erase {:?} boots appended",
        burst.before_erase
    );
    // An erase fits into the few boots that last longer than 47 ms, and the log goes on in those.
    assert!(burst.records > 100, "{} records in {BOOTS} boots", burst.records);
}

/// A sector takes 2 s to erase: once it is full, nothing goes on before a boot lasts that long. An erase
/// ahead of time would not help: a spare that an earlier boot headed is erased again.
#[test]
fn ten_thousand_brown_outs_where_no_erase_fits_into_a_boot() {
    let geometry = Geometry {
        name: "2x128k STM32H7",
        sectors: 2,
        sector_bytes: 131_072,
        ecc: true,
        every_unit: false,
        quiet_ms: Settings::new().quiet_ms,
    };
    let mut burst = Burst::default();
    let mut shop = Shop::<32, 131_072>::new(&geometry, Part::STM32H7, 1);
    let mut long = Burst::default();
    for part in 0..10 {
        let before = burst.records;
        shop.burst(BOOTS / 10, &mut burst);
        let records = burst.records;
        // A boot that appends takes two anchor spans of 1 KiB; so a sector lasts for about 60.
        assert!((55..=64).contains(&(records - before)), "{} records", records - before);
        let space = shop.look(|till| till.space());
        println!("  after {} boots: {records} records; {space:?}", (part + 1) * BOOTS / 10);
        // Full, and it says so: no record fits before an erase.
        assert_eq!(space.records_before_erase, 0);
        // One boot that lasts as long as an erase and its idle work, and it goes on.
        let end = shop.boot(6_000 * MS, true, &mut long).expect("a long boot");
        assert!(matches!(end, End::InTime) && long.records == part as u64 + 1);
    }
    burst.print(geometry.name);
    long.print("  the longer boots between");
    println!("  before the first erase {:?} boots appended", burst.before_erase);
    println!("  next STAN {:?}", shop.look(|till| till.ledger().next_stan(0)));
    assert_eq!(burst.idle.most, [0, 0, 0]);
}
