//! Weak flash: what an interrupted program or erase touched reads differently at every boot, looks
//! blank when it is not, and spoils what is programmed over it. The scheme of anchors and doubled
//! boot frames exists for this; here it is tried against it at random.

use std::vec::Vec;

use super::lives::{any_tear, chance, from_env};
use super::model::{CLOSE, OPEN, PLAIN, short_hash};
use super::*;
use crate::flash::sim::{Cut, Faults, Settling, SimFlash};

/// A torn frame that the mount did not read is read now: nothing is written before the next mount.
fn is_flicker<E>(error: &Error<E>) -> bool {
    matches!(error, Error::ReadOnly(ReadOnly::MountAgain))
}

/// One life of a terminal: many boots, each cut somewhere.
fn life<const W: usize, const E: usize, const FRAME: usize>(
    sectors: u32,
    sector_bytes: u32,
    seed: u64,
    faults: Faults,
) {
    let Faults { settling, ecc, .. } = faults;
    let what = format!("<{W}, {E}, {FRAME}> {sectors} x {sector_bytes} {settling:?} ecc {ecc}");
    let what = format!("POS_FIRST={seed} POS_LIVES=1 {what}");
    let region = Region::new(0, sectors * sector_bytes);
    let settings = Settings { sector_bytes, ..settings() };
    let mut flash = SimFlash::<W, E>::new(region.bytes() as usize, seed);
    flash.set_faults(faults);
    let mut acked = Model::default();
    let how = FormatAs::live(seed as u32 | 1);
    let log = Log::<_, FRAME>::format(flash, region, &settings, how, &mut acked).unwrap();
    flash = log.into_flash();
    let mut below = chance(seed);
    // What the next mount may find: what was acknowledged, and that with the record in flight.
    let mut may_be = vec![acked];
    for boot in 0..BOOTS {
        flash.power_on();
        let mut found = Model::default();
        let mounted = Log::<_, FRAME>::mount(flash, region, &settings, &mut found);
        let mut log = mounted.map_err(|e| format!("{what} boot {boot}: {e}")).unwrap();
        assert!(
            may_be.iter().any(|state| state.essence() == found.essence()),
            "{what} boot {boot}: found {:?}, not one of {:?}\n{:?}",
            found.essence(),
            may_be.iter().map(Model::essence).collect::<Vec<_>>(),
            log.report(),
        );
        assert!(
            log.report().lost.iter().all(|lost| lost.perhaps),
            "{what} boot {boot}: {:?}",
            log.report()
        );
        if below(4) != 0 {
            let op = u64::from(below(9));
            log.flash_mut().cut(Cut { op, tear: any_tear(&mut below) });
        }
        let mut model = found;
        let appends = below(5);
        if appends > 0 {
            match log.confirm(&mut model) {
                Ok(()) => may_be = vec![model.clone()],
                Err(e) => {
                    assert!(log.flash().is_off() || is_flicker(&e), "{what} boot {boot}: {e}");
                    flash = log.into_flash();
                    continue;
                }
            }
        }
        for _ in 0..appends {
            let (kind, payload) = match below(4) {
                0 if model.open.len() < 2 => (OPEN, vec![below(250) as u8; 4 + below(20) as usize]),
                1 if !model.open.is_empty() => {
                    (CLOSE, model.open.keys().next().unwrap().to_le_bytes().to_vec())
                }
                _ => (PLAIN, vec![below(250) as u8; below(30) as usize]),
            };
            match log.append(kind, &payload, &mut model) {
                Ok(p) => {
                    model.apply(p.seq, kind, &payload, p.at);
                    may_be = vec![model.clone()];
                }
                Err(_) if log.flash().is_off() => {
                    let mut next = model.clone();
                    next.apply(log.next_seq(), kind, &payload, 0);
                    may_be.push(next);
                    break;
                }
                Err(e) if is_flicker(&e) => break,
                Err(other) => panic!("{what} boot {boot}: {other}"),
            }
            assert!(!log.flash().is_off(), "{what} boot {boot}: appended without power");
            for (&seq, &(at, hash)) in &model.open {
                let entry = log.read(seq, at).unwrap_or_else(|e| panic!("{what} {boot}: {e}"));
                assert_eq!(short_hash(entry.payload), hash, "{what} boot {boot}");
            }
            if below(3) == 0 {
                let _ = log.maintain(1_000_000, &mut model);
                if log.flash().is_off() {
                    break;
                }
            }
        }
        flash = log.into_flash();
        assert_eq!(flash.violations(), 0, "{what} boot {boot}: a unit is programmed twice");
    }
}

/// Boots of a life.
const BOOTS: u32 = 60;

/// Lives for each geometry; more by hand:
/// `POS_FIRST=1000 POS_LIVES=100000 cargo test --release --lib weak_flash`.
fn every_shape(lives: u64, faults: impl Fn(u64) -> Faults) {
    let (first, lives) = from_env(lives);
    for seed in first..first + lives {
        let faults = faults(seed);
        life::<1, 512, 64>(2, 1024, seed, faults);
        life::<1, 1024, 64>(3, 1024, seed, faults);
        life::<4, 2048, 64>(4, 2048, seed, faults);
        life::<8, 1024, 128>(3, 2048, seed, faults);
        life::<16, 1024, 64>(6, 1024, seed, faults);
        life::<32, 2048, 128>(2, 2048, seed, faults);
    }
}

#[test]
fn weak_flash_loses_nothing_acknowledged() {
    every_shape(200, |_| Faults::default());
}

#[test]
fn weak_flash_that_reads_differently_every_time() {
    every_shape(100, |_| Faults { settling: Settling::Never, ..Faults::default() });
}

#[test]
fn weak_flash_that_settles() {
    every_shape(100, |seed| {
        let settling = match seed % 4 {
            0 => Settling::AfterReboot,
            n => Settling::AfterReads(n as u32 * n as u32),
        };
        Faults { settling, ..Faults::default() }
    });
}

#[test]
fn weak_flash_with_ecc_refuses_what_is_torn() {
    every_shape(100, |_| Faults { ecc: true, ..Faults::default() });
}
