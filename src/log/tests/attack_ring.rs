//! Attacks on the finding of the newest sector: skipped, stuck, half-erased and re-headed ones.

use super::model::{CLOSE, OPEN, PLAIN};
use super::*;

type Small = Log<Flash<1, 512>, SMALL>;

fn add(log: &mut Small, model: &mut Model, kind: u8, payload: &[u8]) -> Placed {
    let p = log.append(kind, payload, model).unwrap();
    model.apply(p.seq, kind, payload, p.at);
    p
}

fn again(log: Small, region: Region, settings: &Settings, model: &Model, what: &str) -> Small {
    let mut found = Model::default();
    let mut log = Log::<_, SMALL>::mount(log.into_flash(), region, settings, &mut found).unwrap();
    assert_eq!(found.essence(), model.essence(), "{what}");
    for (&seq, &(at, _)) in &found.open {
        log.read(seq, at).unwrap_or_else(|e| panic!("{what}: item {seq} at {at:#x}: {e}"));
    }
    log
}

/// A ring with one sector that stays where it is, too dense to be carried.
fn dense(sectors: u32, dense_at: u32) -> (Small, Model, Settings, Region) {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(sectors, 1024, true);
    while log.sector() != dense_at {
        add(&mut log, &mut model, PLAIN, &[1; 20]);
    }
    while log.sector() == dense_at {
        add(&mut log, &mut model, OPEN, &[2; 40]);
    }
    (log, model, settings, region)
}

#[test]
fn a_skipped_sector_is_never_taken_for_the_newest() {
    for sectors in 3..8 {
        for at in 1..sectors {
            for idle in [false, true] {
                let (mut log, mut model, settings, region) = dense(sectors, at);
                let mut skipped = false;
                for i in 0..200 * sectors {
                    let what = format!("{sectors} sectors, dense {at}, idle {idle}, record {i}");
                    add(&mut log, &mut model, PLAIN, &[3; 20]);
                    skipped |= log.epoch > 2 * sectors;
                    if idle {
                        for _ in 0..40 {
                            if log.maintain(1_000_000, &mut model).unwrap() == Maintained::Idle {
                                break;
                            }
                        }
                    }
                    let copy = log.clone();
                    again(copy, region, &settings, &model, &what);
                }
                assert!(skipped);
            }
        }
    }
}

#[test]
fn a_rotten_header_loses_no_open_item_in_the_long_run() {
    for sectors in [3, 4] {
        let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(sectors, 1024, true);
        for _ in 0..150 {
            add(&mut log, &mut model, PLAIN, &[1; 20]);
        }
        let p = add(&mut log, &mut model, OPEN, &[2; 20]);
        let base = (p.at / 1024 * 1024) as usize;
        for later in [0, 40, 60] {
            let (mut image, mut model) = (log.flash().image().to_vec(), model.clone());
            let mut copy = log.clone();
            for _ in 0..later {
                add(&mut copy, &mut model, PLAIN, &[1; 20]);
            }
            image.copy_from_slice(copy.flash().image());
            image[base + 20] ^= 0x10;
            let flash = Flash::<1, 512>::owned_image(image).unwrap();
            let mut found = Model::default();
            let mut log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
            assert_eq!(found.essence(), model.essence());
            for i in 0..300 {
                let at = found.open[&p.seq].0;
                let what = format!("{sectors} sectors, {later} later, record {i}");
                let entry = log.read(p.seq, at).unwrap_or_else(|e| panic!("{what}: {e}"));
                assert_eq!(entry.payload, [2; 20], "{what}");
                add(&mut log, &mut found, PLAIN, &[1; 20]);
            }
            add(&mut log, &mut found, CLOSE, &p.seq.to_le_bytes());
        }
    }
}
