//! When the slots for marks are used up: only by openings that could ever count.

use super::model::{OPEN, PLAIN};
use super::*;

/// Slots of the active sector that hold something.
fn marks(log: &mut Log<Flash<1, 512>, SMALL>) -> usize {
    let mut found = 0;
    let (sector, epoch) = (log.sector(), log.epoch);
    log.medium.marks(sector, epoch, &mut |_, _| found += 1);
    found
}

#[test]
fn only_an_opening_whose_commit_can_be_read_takes_the_last_slots() {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(3, 1024, true);
    for _ in 0..6 {
        let p = log.append(OPEN, &[9; 40], &mut model).unwrap();
        model.apply(p.seq, OPEN, &[9; 40], p.at);
    }
    let active = log.sector();
    let before = log.flash().clone();
    let (mut marked, mut unmarked) = (0, 0);
    for cut in 0.. {
        let mut found = Model::default();
        let mut flash = before.clone();
        flash.set_seed(cut);
        let mut log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
        // No more fits into the sector: the next append opens another.
        (log.end, log.clean, log.sealed) = (log.layout().sector_bytes(), true, true);
        log.flash_mut().set_cut(cut);
        if log.append(PLAIN, &[1; 20], &mut found).is_ok() {
            break;
        }
        let mut flash = log.into_flash();
        flash.power_on();
        let mut found = Model::default();
        let mut log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
        if log.sector() != active {
            continue;
        }
        // The half-opened sector is in the way of whatever comes next: before it is erased, it is marked.
        let Some(sector) = log.spares.first().map(|spare| spare.sector) else { continue };
        if log.half_opened(sector).is_none() {
            continue;
        }
        // Two of the four slots are used.
        log.mark_void(log.epoch);
        log.prove(sector, true).unwrap();
        // A slot that was torn takes no mark.
        match marks(&mut log) {
            ..=2 => unmarked += 1,
            _ => marked += 1,
        }
    }
    // In the record behind the commit, which begins a stripe: 30 bytes.
    assert!(marked > 0 && marked <= 30, "{marked} marked, {unmarked} unmarked");
    assert!(unmarked > 100, "{unmarked} unmarked");
}

/// Or a spare that cannot be erased would be tried at each boot before anything is appended.
#[test]
fn an_opening_that_is_marked_is_no_longer_in_the_way() {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(3, 1024, true);
    log.append(PLAIN, &[1; 40], &mut model).unwrap();
    // As after a program that failed: the log goes on in the next sector.
    (log.clean, log.failed, log.sealed) = (false, true, true);
    let before = log.clone();
    let mut seen = 0;
    for cut in 0..600 {
        let (mut log, mut model) = (before.clone(), model.clone());
        log.flash_mut().set_cut(cut);
        let _ = log.append(PLAIN, &[2; 40], &mut model);
        let mut flash = log.into_flash();
        flash.power_on();
        let mut found = Model::default();
        let mut log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
        if let Some(&(_, epoch)) = log.half_left().first() {
            log.mark_void(epoch);
            assert!(log.half_left().is_empty(), "cut {cut}");
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}
