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

/// A boot marked a half opening and was cut in its erase, and the frame behind the commit reads well again.
fn followed_after_a_cut_erase() -> bool {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(6, 1024, true);
    let first = log.sector();
    while log.sector() == first {
        log.append(PLAIN, &[1; 40], &mut model).unwrap();
    }
    let (opened, at) = (log.sector(), log.last_end);
    let well = log.into_flash().image().to_vec();
    // The frame behind the commit is torn, and does not read.
    let mut torn = well.clone();
    let last = (opened * 1024 + at - 1) as usize;
    torn[last] ^= 1;
    let flash = Flash::<1, 512>::owned_image(torn).unwrap();
    let mut found = Model::default();
    let mut log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
    assert_eq!(log.sector(), first);
    let (_, epoch) = *log.half_left().first().unwrap();
    log.void(opened, epoch).unwrap();
    // The erase was cut without a trace; and now it does.
    let mut now = log.into_flash().image().to_vec();
    now[last] = well[last];
    let flash = Flash::<1, 512>::owned_image(now).unwrap();
    let mut found = Model::default();
    let log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
    log.sector() == opened
}

#[test]
fn what_is_marked_is_not_followed() {
    use crate::log::broken::{Broken, set};
    assert!(!followed_after_a_cut_erase());
    set(Some(Broken::NoVoidMark));
    let followed = followed_after_a_cut_erase();
    set(None);
    assert!(followed, "the test shows nothing");
}
