//! Attacks on carrying: interrupted, repeated, refused.

use super::super::append::program_frame;
use super::super::format::Draft;
use super::model::{OPEN, PLAIN};
use super::*;

type Small = Log<Flash<1, 512>, SMALL>;

fn add(log: &mut Small, model: &mut Model, kind: u8, payload: &[u8]) -> Placed {
    let p = log.append(kind, payload, model).unwrap();
    model.apply(p.seq, kind, payload, p.at);
    p
}

#[test]
fn an_opening_in_the_midst_of_idle_carrying_ends_it() {
    for open in 3..14 {
        for records in 0..120u32 {
            let (mut log, mut model, ..) = fresh::<1, 512, SMALL>(4, 1024, true);
            for _ in 0..open {
                add(&mut log, &mut model, OPEN, &[9; 12]);
            }
            for _ in 0..records {
                add(&mut log, &mut model, PLAIN, &[1; 20]);
            }
            for size in [1, 20, 35] {
                let _ = log.maintain(1_000_000, &mut model).unwrap();
                add(&mut log, &mut model, PLAIN, &[1; 49][..size]);
            }
            let mut steps = 0;
            while log.maintain(1_000_000, &mut model).unwrap() != Maintained::Idle {
                steps += 1;
                assert!(steps < 40, "{open} open, {records} records: {:?}", log.spares);
            }
            for (&seq, &(at, _)) in &model.open {
                log.read(seq, at).unwrap_or_else(|e| panic!("{open} {records} {seq}: {e}"));
            }
        }
    }
}

/// Long-lived items, and idle carrying that every boot interrupts.
#[test]
fn interrupted_carrying_does_not_multiply_what_it_carries() {
    for (sectors, boots) in [(2, 400), (3, 400), (4, 400), (6, 600)] {
        let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(sectors, 2048, true);
        let limit = log.keep_limit(40 + 14 * 40);
        let mut kept = 0;
        let mut i = 0u32;
        while model.open.len() < 38 && kept + 31 < limit {
            let kind = if i.is_multiple_of(3) { OPEN } else { PLAIN };
            let p = add(&mut log, &mut model, kind, &[7; 20]);
            if kind == OPEN {
                kept += log.layout().copy_bytes(20);
            }
            let _ = p;
            i += 1;
        }
        for boot in 0..boots {
            let what = format!("{sectors} sectors boot {boot}");
            add(&mut log, &mut model, PLAIN, &[1; 20]);
            let _ = log.maintain(1_000_000, &mut model).unwrap();
            let mut found = Model::default();
            log = Log::mount(log.into_flash(), region, &settings, &mut found).unwrap();
            assert_eq!(found.essence(), model.essence(), "{what}");
            model = found;
            let mut told = 0;
            log.scan(|entry| told += u32::from(model.open.contains_key(&entry.seq)));
            let most = 2 * model.open.len() as u32;
            assert!(told <= most, "{what}: {told} copies of {} items", model.open.len());
        }
    }
}

/// A record whose program failed may read well later. Once the sector is gone that says where its sector
/// ended, its number still tells: a later sector begins with it.
#[test]
fn a_record_that_never_happened_is_not_told_when_its_end_is_forgotten() {
    for happened in [true, false] {
        let (mut log, mut model, ..) = fresh::<1, 512, SMALL>(5, 1024, true);
        for _ in 0..5 {
            add(&mut log, &mut model, PLAIN, &[1; 20]);
        }
        let last = *b"the last";
        if happened {
            add(&mut log, &mut model, PLAIN, &last);
        } else {
            let at = (log.sector(), log.epoch, log.end);
            let draft = Draft { kind: PLAIN, seq: log.next_seq, payload: [&last, &[]] };
            let mut buf = [0; SMALL];
            program_frame(&mut log.medium, &mut buf, at, &draft, true).unwrap();
        }
        log.open_next(&mut model).unwrap();
        let between = log.sector();
        log.open_next(&mut model).unwrap();
        let told = |log: &mut Small| {
            let mut told = 0;
            log.scan(|entry| told += u32::from(entry.payload == last));
            told
        };
        assert_eq!(told(&mut log), u32::from(happened), "its end is known");
        log.medium.erase(between, true).unwrap();
        assert_eq!(told(&mut log), u32::from(happened), "its end is forgotten");
    }
}

/// The commit of an opening reads well at one boot, which is cut, and badly at the next, and stands where
/// no two anchors are left: how many openings were tried, and how many cuts lost something.
fn commit_flickers_near_the_end() -> (u32, u32) {
    let (mut openings, mut lost) = (0, 0);
    for items in 6..20 {
        let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(3, 1024, true);
        for _ in 0..items {
            add(&mut log, &mut model, OPEN, &[9; 40]);
        }
        for _ in 0..4 {
            log.seal().unwrap();
            if log.open_next(&mut model).is_err() {
                break;
            }
            let layout = log.medium.layout;
            if layout.anchor_at_or_after(log.touched) + 2 * layout.anchor() <= 1024 {
                continue;
            }
            openings += 1;
            let at = layout.address(log.sector(), log.last_end - 1) as usize;
            let image = log.clone().into_flash().into_parts().0;
            for cut in 0.. {
                let flash = Flash::<1, 512>::owned_image(image.clone()).unwrap();
                let mut found = Model::default();
                let mut log: Small = Log::mount(flash, region, &settings, &mut found).unwrap();
                log.flash_mut().set_cut(cut);
                let done = log.append(PLAIN, b"on", &mut found).is_ok();
                let mut image_now = log.into_flash().into_parts().0;
                if image_now[at] == image[at] {
                    image_now[at] ^= 0x55;
                }
                let flash = Flash::<1, 512>::owned_image(image_now).unwrap();
                let mut again = Model::default();
                match Log::<_, SMALL>::mount(flash, region, &settings, &mut again) {
                    Ok(mut log) => {
                        let gone =
                            again.open.iter().any(|(&seq, &(at, _))| log.read(seq, at).is_err());
                        lost += u32::from(gone || again.open.len() != model.open.len());
                    }
                    Err(_) => lost += 1,
                }
                if done {
                    break;
                }
            }
        }
    }
    (openings, lost)
}

#[test]
fn a_commit_that_flickers_near_the_end_loses_nothing() {
    let (openings, lost) = commit_flickers_near_the_end();
    assert!(openings > 3, "{openings}");
    assert_eq!(lost, 0);
}

/// A boot that followed an opening with nothing behind its commit, because of what a spare's header says,
/// makes it count before it erases anything: the next boot may not read that header.
#[test]
fn an_opening_that_is_followed_is_sealed_before_anything_is_erased() {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(4, 1024, true);
    for i in 0..60 {
        add(&mut log, &mut model, if i < 6 { OPEN } else { PLAIN }, &[9; 20]);
    }
    log.seal().unwrap();
    log.open_next(&mut model).unwrap();
    let (sector, epoch) = (log.sector(), log.epoch);
    // One that the sector before did not name: a header there that is newer decides.
    let spare = log.spares.last().unwrap().sector;
    let header = SectorHeader {
        shape: log.medium.layout.shape(),
        format_id: log.medium.format_id,
        epoch: log.medium.layout.epoch_after(epoch, spare),
        wear: 1,
        mode: Mode::Live,
        formatting: false,
    };
    log.medium.erase(spare, true).unwrap();
    log.medium.write_header(spare, &header, true).unwrap();
    let image = log.into_flash().into_parts().0;
    let mut erased = 0;
    for cut in 0.. {
        let flash = Flash::<1, 512>::owned_image(image.clone()).unwrap();
        let mut found = Model::default();
        let mut log: Small = Log::mount(flash, region, &settings, &mut found).unwrap();
        assert_eq!(log.epoch, epoch, "it is followed");
        log.flash_mut().set_cut(cut);
        // As after an opening that was left half done.
        let done = log.open_next(&mut found).is_ok();
        let mut now = log.into_flash().into_parts().0;
        let other = |at: usize| at / 1024 != sector as usize;
        if (0..now.len()).any(|at| other(at) && now[at] != image[at]) {
            erased += 1;
            let at = (spare * 1024) as usize;
            now[at..at + 32].fill(0);
            let flash = Flash::<1, 512>::owned_image(now).unwrap();
            let log: Small = Log::mount(flash, region, &settings, &mut Model::default()).unwrap();
            assert!(log.epoch >= epoch, "cut {cut}: the old sector counts again");
        }
        if done {
            break;
        }
    }
    assert!(erased > 10, "{erased}");
}

/// What a format opened needs no seal, for there is nothing that it was opened from: where its sector does
/// not program any more, it can be left. One whose old sector stands and may count again needs it.
#[test]
fn only_an_opening_that_may_be_taken_back_has_to_be_sealed() {
    let (log, _, settings, region) = fresh::<1, 512, SMALL>(4, 1024, true);
    let log: Small =
        Log::mount(log.into_flash(), region, &settings, &mut Model::default()).unwrap();
    assert!(log.sealed);
}
