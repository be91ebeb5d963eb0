//! A sector that was left again and erased since, between two that a mount has to tell apart.

use super::model::PLAIN;
use super::*;
use crate::log::broken::{Broken, set};

/// Sectors of 1 KiB.
const SECTORS: u32 = 16;

/// A log in its second lap that passed over seven sectors, as where spares fail, and after that erased
/// the sector that it came from: its flash, and its next sequence number.
fn passed_over() -> (Flash<1, 512>, Settings, Region, u32) {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(SECTORS, 1024, true);
    let mut fill = |log: &mut Log<Flash<1, 512>, SMALL>, to: u32, from_epoch: u32| {
        while log.sector() != to || log.epoch <= from_epoch {
            log.append(PLAIN, &[1; 40], &mut model).unwrap();
        }
    };
    fill(&mut log, 9, SECTORS);
    let left = log.sector();
    // The spares and the sectors behind them failed.
    log.spares.clear();
    let _ = log.spares.push(Spare { sector: 1, ready: None });
    let epoch = log.epoch;
    fill(&mut log, 1, epoch);
    let next = log.next_seq();
    assert!(log.medium.erase(left, true).is_ok());
    (log.into_flash(), settings, region, next)
}

fn found(flash: Flash<1, 512>, settings: &Settings, region: Region) -> u32 {
    let log = Log::<_, SMALL>::mount(flash, region, settings, &mut Model::default()).unwrap();
    log.next_seq()
}

#[test]
fn the_newest_sector_is_found_behind_one_that_was_erased() {
    let (flash, settings, region, next) = passed_over();
    assert_eq!(found(flash.clone(), &settings, region), next);
    set(Some(Broken::ErasedIsUnused));
    let taken = found(flash, &settings, region);
    set(None);
    assert!(taken < next, "the test shows nothing: {taken} of {next}");
}

/// The price of that: a mount reads every header, but not before the first lap is over.
#[test]
fn a_young_log_is_found_without_reading_every_header() {
    let (log, _, settings, region) = fresh::<1, 512, SMALL>(SECTORS, 1024, true);
    let mut found = Model::default();
    let log = Log::<_, SMALL>::mount(log.into_flash(), region, &settings, &mut found).unwrap();
    assert!(!log.report().scanned);
}

/// Sector 0 still says that a format was under way: it was passed over in every lap.
#[test]
fn so_it_is_where_sector_0_was_never_used() {
    let (flash, settings, region, next) = passed_over();
    let mut image = flash.image().to_vec();
    let young = fresh::<1, 512, SMALL>(SECTORS, 1024, true).0.into_flash();
    image[..1024].copy_from_slice(&young.image()[..1024]);
    let flash = Flash::<1, 512>::owned_image(image).unwrap();
    assert_eq!(found(flash, &settings, region), next);
}
