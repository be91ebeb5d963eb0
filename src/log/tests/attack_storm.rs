//! Everything at once: power cuts, weak and ECC units, driver errors with and without effect, lost
//! writes, a stuck sector; with as much to keep as the log allows, and records of every size.

use std::vec::Vec;

use super::lives::{any_tear, chance, from_env};
use super::model::{CLOSE, OPEN, PLAIN, short_hash};
use super::*;
use crate::flash::sim::{Cut, Faults, Settling, SimFlash, Stuck, StuckHow};

struct Shape {
    sectors: u32,
    sector_bytes: u32,
    items: usize,
    boots: u32,
}

fn kept<const W: usize, const E: usize, const FRAME: usize>(
    log: &Log<SimFlash<W, E>, FRAME>,
    sizes: &std::collections::BTreeMap<u32, usize>,
    model: &Model,
) -> u32 {
    model.open.keys().map(|seq| log.layout().copy_bytes(sizes.get(seq).copied().unwrap_or(0))).sum()
}

/// One life: what it found, if that is not what it should be, is a panic that names the seed.
fn life<const W: usize, const E: usize, const FRAME: usize>(
    shape: &Shape,
    seed: u64,
    faults: Faults,
) {
    let &Shape { sectors, sector_bytes, items, boots } = shape;
    let what = format!("<{W}, {E}, {FRAME}> {sectors} x {sector_bytes} {faults:?}");
    let what = format!("POS_FIRST={seed} POS_LIVES=1 {what}");
    let region = Region::new(0, sectors * sector_bytes);
    let settings = Settings { sector_bytes, ..settings() };
    let mut flash = SimFlash::<W, E>::new(region.bytes() as usize, seed);
    // The chip is what it is from the first day; other faults come and go.
    let calm = Faults { ecc: faults.ecc, settling: faults.settling, ..Faults::default() };
    flash.set_faults(calm);
    let mut acked = Model::default();
    let how = FormatAs::live(seed as u32 | 1);
    let log = Log::<_, FRAME>::format(flash, region, &settings, how, &mut acked).unwrap();
    flash = log.into_flash();
    let mut below = chance(seed ^ 0x5EED);
    let mut may_be = vec![acked];
    let mut sizes = std::collections::BTreeMap::new();
    let cutting = below(4);
    for boot in 0..boots {
        let last = boot + 1 == boots;
        flash.power_on();
        let stuck = faults.stuck.filter(|_| boot > boots / 2);
        let quiet = boot < 3 || last;
        flash.set_faults(Faults { stuck, ..if quiet { calm } else { faults } });
        let what = format!("{what} boot {boot}");
        let mut found = Model::default();
        let mounted = Log::<_, FRAME>::mount(flash, region, &settings, &mut found);
        let mut log = mounted.map_err(|e| format!("{what}: {e}")).unwrap();
        assert!(
            may_be.iter().any(|state| state.essence() == found.essence()),
            "{what}: found {:?} in {} epoch {} prov {:?} spares {:?}, not one of {:?}\n{:?}",
            found.essence(),
            log.sector(),
            log.epoch,
            log.provisional,
            log.spares,
            may_be.iter().map(Model::essence).collect::<Vec<_>>(),
            log.report(),
        );
        assert!(log.report().lost.iter().all(|l| l.perhaps), "{what}: {:?}", log.report());
        // A torn frame that read well by chance may not do so again, until the boot frames repeat it.
        let wavers = faults.settling != Settling::EachBoot;
        let unsure = log.provisional.filter(|_| wavers).map(|held| held.seq);
        let places = |log: &mut Log<SimFlash<W, E>, FRAME>, model: &Model| {
            for (&seq, &(at, hash)) in &model.open {
                if log.is_provisional() && unsure == Some(seq) {
                    continue;
                }
                let entry = log.read(seq, at).unwrap_or_else(|e| panic!("{what}: {seq}: {e}"));
                assert_eq!(short_hash(entry.payload), hash, "{what}");
            }
        };
        places(&mut log, &found);
        let cut = !last && boot > 2 && below(4) < cutting;
        if cut {
            let op = u64::from(below(12));
            log.flash_mut().cut(Cut { op, tear: any_tear(&mut below) });
        }
        let mut model = found;
        let appends = below(if cutting == 0 { 40 } else { 6 }) + u32::from(last);
        if appends > 0 {
            match log.confirm(&mut model) {
                Ok(()) => may_be = vec![model.clone()],
                Err(e) => {
                    assert!(!last, "{what}: {e}");
                    flash = log.into_flash();
                    continue;
                }
            }
        }
        for _ in 0..appends {
            let most = max_payload(FRAME) as u32;
            let entries = 18 + 14 * (model.open.len() as u32 + 1);
            let checkpoint = entries + entries.div_ceil(FRAME as u32 - 28 - 7) * 28;
            let limit = log.keep_limit(checkpoint) / if faults.stuck.is_some() { 2 } else { 1 };
            let len = if below(4) == 0 { most } else { 4 + below(most - 4) };
            let items = if faults.stuck.is_some() { 1 } else { items };
            let fits = kept(&log, &sizes, &model) + log.layout().copy_bytes(len as usize) <= limit
                && checkpoint <= sector_bytes / 4;
            let (kind, payload) = match below(5) {
                0 | 1 if fits && model.open.len() < items => {
                    (OPEN, vec![below(250) as u8; len as usize])
                }
                2 if !model.open.is_empty() => {
                    let nth = below(model.open.len() as u32) as usize;
                    (CLOSE, model.open.keys().nth(nth).unwrap().to_le_bytes().to_vec())
                }
                _ => (PLAIN, vec![below(250) as u8; len as usize]),
            };
            match log.append(kind, &payload, &mut model) {
                Ok(p) => {
                    model.apply(p.seq, kind, &payload, p.at);
                    sizes.insert(p.seq, payload.len());
                    may_be = vec![model.clone()];
                }
                Err(error)
                    if log.flash().is_off()
                        || !last && matches!(error, Error::Flash(_) | Error::ReadBack) =>
                {
                    let mut next = model.clone();
                    let seq = log.next_seq();
                    next.apply(seq, kind, &payload, 0);
                    sizes.insert(seq, payload.len());
                    may_be.push(next);
                    if log.flash().is_off() || below(2) == 0 {
                        break;
                    }
                }
                Err(Error::ReadOnly(_))
                    if !last && faults.program_error + faults.erase_error > 0 =>
                {
                    break;
                }
                Err(Error::ReadOnly(_)) if !last && faults.lost + faults.misdirected > 0 => break,
                Err(other) => panic!(
                    "{what}: {other}, kept {} of {limit}, {:?}",
                    kept(&log, &sizes, &model),
                    log.report()
                ),
            }
            assert!(!log.flash().is_off(), "{what}: appended without power");
            places(&mut log, &model);
            for _ in 0..below(3) {
                let _ = log.maintain(1_000_000, &mut model);
            }
            if log.flash().is_off() {
                break;
            }
        }
        if !log.flash().is_off() {
            places(&mut log, &model);
        }
        flash = log.into_flash();
        assert_eq!(flash.violations(), 0, "{what}: a unit is programmed twice");
    }
}

/// Lives for each shape; more by hand: `POS_FIRST=5000 POS_LIVES=1000 cargo test --release storm`.
fn every_shape(faults: impl Fn(u64, &Shape) -> Faults) {
    let (first, lives) = from_env(6);
    for seed in first..first + lives {
        let run = |life: fn(&Shape, u64, Faults), sectors, sector_bytes, items| {
            let shape = Shape { sectors, sector_bytes, items, boots: 60 };
            life(&shape, seed, faults(seed, &shape));
        };
        run(life::<1, 512, 64>, 2, 2048, 12);
        run(life::<1, 512, 64>, 3, 1024, 9);
        run(life::<4, 2048, 64>, 5, 2048, 40);
        run(life::<8, 1024, 48>, 4, 1024, 20);
        run(life::<16, 4096, 128>, 4, 4096, 40);
        run(life::<32, 2048, 128>, 7, 2048, 20);
        run(life::<32, 4096, 256>, 2, 4096, 5);
    }
}

fn settling(seed: u64) -> Settling {
    match seed % 4 {
        0 => Settling::EachBoot,
        1 => Settling::Never,
        2 => Settling::AfterReads(1 + seed as u32 % 7),
        _ => Settling::AfterReboot,
    }
}

#[test]
fn weak_units_with_much_to_keep() {
    every_shape(|_, _| Faults::default());
}

#[test]
fn units_that_settle_or_never_with_much_to_keep() {
    every_shape(|seed, _| Faults { settling: settling(seed), ..Faults::default() });
}

#[test]
fn ecc_units_with_much_to_keep() {
    every_shape(|_, _| Faults { ecc: true, ..Faults::default() });
}

#[test]
fn driver_errors_with_and_without_effect() {
    every_shape(|seed, _| {
        let rate = [15, 60, 200][(seed % 3) as usize];
        Faults {
            program_error: rate,
            erase_error: rate / 5,
            read_error: rate,
            read_pause: 300,
            ..Faults::default()
        }
    });
}

#[test]
fn lost_writes_are_found() {
    every_shape(|seed, _| Faults {
        lost: [15, 60, 200][(seed % 3) as usize],
        ecc: seed % 2 == 0,
        ..Faults::default()
    });
}

#[test]
fn misdirected_writes_are_found() {
    every_shape(|seed, _| Faults {
        misdirected: [15, 60, 200][(seed % 3) as usize],
        ecc: seed % 2 == 0,
        ..Faults::default()
    });
}

#[test]
fn one_stuck_sector_is_done_without() {
    every_shape(|seed, shape| {
        let from = chance(seed)(shape.sectors) * shape.sector_bytes;
        let how = if seed % 2 == 0 { StuckHow::Silent } else { StuckHow::Errors };
        let stuck = Stuck { from, to: from + shape.sector_bytes, from_cycle: 0, how };
        Faults { stuck: (shape.sectors > 4).then_some(stuck), ..Faults::default() }
    });
}
