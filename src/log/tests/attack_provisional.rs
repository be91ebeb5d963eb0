//! Attacks on what was found last and may never have happened, and on frames that lean on others.

use super::model::{CLOSE, OPEN, PLAIN};
use super::*;
use crate::flash::sim::{Cut, Faults, SimFlash, Stuck, StuckHow, Tear};

type Chip = SimFlash<16, 1024>;
type Small = Log<Chip, SMALL>;

const BYTES: u32 = 1024;

fn add(log: &mut Small, model: &mut Model, kind: u8, payload: &[u8]) -> Placed {
    let p = log.append(kind, payload, model).unwrap();
    model.apply(p.seq, kind, payload, p.at);
    p
}

fn made(sectors: u32, seed: u64) -> (Small, Model, Settings, Region) {
    let region = Region::new(0, sectors * BYTES);
    let settings = Settings { sector_bytes: BYTES, ..settings() };
    let chip = Chip::new(region.bytes() as usize, seed);
    let mut model = Model::default();
    let log = Log::format(chip, region, &settings, FormatAs::live(7), &mut model).unwrap();
    (log, model, settings, region)
}

#[test]
fn a_rotten_first_frame_of_a_stripe_hides_none_of_the_others() {
    let (mut log, mut model, settings, region) = made(4, 1);
    for i in 0..24 {
        add(&mut log, &mut model, OPEN, &[i; 6]);
    }
    let anchor = log.layout().anchor();
    let mut read = 0;
    for stripe in 1..4 {
        let mut copy = log.clone();
        let first = log.layout().address(log.sector(), stripe * anchor);
        copy.flash_mut().rot(first + 3, 0x04);
        let mut found = Model::default();
        let mut copy: Small = Log::mount(copy.into_flash(), region, &settings, &mut found).unwrap();
        for (&seq, &(at, _)) in found.open.iter().filter(|&(_, &(at, _))| at != first) {
            assert_eq!(at, model.open[&seq].0, "the mount reads it where it was");
            copy.read(seq, at).unwrap_or_else(|e| panic!("stripe {stripe}: {seq}: {e}"));
            read += u32::from(at / anchor == first / anchor);
        }
        copy.read(model.open.keys().next().copied().unwrap(), first).unwrap_err();
    }
    assert!(read >= 6, "{read} behind a rotten one");
}

/// The last program of a sector closes an item and is torn; the only spare fails. The sector of the
/// item is needed by nobody now, if the item was closed.
#[test]
fn a_sector_is_not_freed_because_of_a_record_that_may_never_have_happened() {
    let (mut undecided, mut retired) = (0, 0);
    for seed in 0..12 {
        let (mut log, mut model, settings, region) = made(4, seed);
        let item = add(&mut log, &mut model, OPEN, &[9; 20]).seq.to_le_bytes();
        while log.sector() != 3 || log.end < BYTES - 240 {
            add(&mut log, &mut model, PLAIN, &[1; 20]);
        }
        let spare = log.spares[0].sector * BYTES;
        log.flash_mut().cut(Cut { op: 0, tear: Tear::Bits { unit: 0 } });
        log.append(CLOSE, &item, &mut model).unwrap_err();
        let torn = log.into_flash();
        for op in 0..40 {
            let mut chip = torn.clone();
            let mut was_open = [false; 2];
            for boot in 0..12 {
                chip.power_on();
                chip.set_faults(Faults::default());
                let mut found = Model::default();
                let mounted = Log::mount(chip, region, &settings, &mut found);
                let mut log: Small = mounted.unwrap_or_else(|e| panic!("{seed} {op} {boot}: {e}"));
                for (&seq, &(at, _)) in &found.open {
                    log.read(seq, at).unwrap_or_else(|e| panic!("{seed} {op} {boot}: {e}"));
                }
                was_open[usize::from(found.open.is_empty())] = true;
                if boot < 6 && found.open.is_empty() && log.is_provisional() {
                    let how = StuckHow::Errors;
                    let stuck = Some(Stuck { from: spare, to: spare + BYTES, from_cycle: 0, how });
                    log.flash_mut().set_faults(Faults { stuck, ..Faults::default() });
                    log.flash_mut().cut(Cut { op, tear: Tear::Prefix { bytes: u32::MAX } });
                    let _ = log.confirm(&mut found);
                    retired += u32::from(!log.report().retired.is_empty());
                }
                chip = log.into_flash();
            }
            undecided += u32::from(was_open == [true, true]);
        }
    }
    assert!(undecided > 20 && retired > 20, "{undecided} {retired}: the attack does not reach it");
}
