//! A power cut at every program unit of a workload that laps the ring, and the oracle: the mounted
//! log equals the acknowledged records, plus at most the one in flight.

use super::model::{CLOSE, OPEN, PLAIN, short_hash};
use super::*;
use crate::flash::RamFlashError;

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as u32 % n
    }
}

/// The next record of the workload: opens, closes and plain ones, of all sizes.
fn next(rng: &mut Rng, model: &Model, most: u32, open_limit: usize) -> (u8, std::vec::Vec<u8>) {
    let len = 4 + rng.below(most - 4);
    let filler = |n: u32, rng: &mut Rng| (0..n).map(|_| rng.below(256) as u8).collect();
    match rng.below(4) {
        0 if model.open.len() < open_limit => (OPEN, filler(len, rng)),
        1 if !model.open.is_empty() => {
            let nth = rng.below(model.open.len() as u32) as usize;
            (CLOSE, model.open.keys().nth(nth).unwrap().to_le_bytes().to_vec())
        }
        _ => (PLAIN, filler(len, rng)),
    }
}

/// Every open item can be read where the model says it lies.
fn check_places<const W: usize, const E: usize, const FRAME: usize>(
    log: &mut Log<Flash<W, E>, FRAME>,
    model: &Model,
    what: &str,
) {
    for (&seq, &(at, hash)) in &model.open {
        let entry = log.read(seq, at).unwrap_or_else(|e| panic!("{what}: item {seq}: {e}"));
        assert_eq!(short_hash(entry.payload), hash, "{what}: item {seq}");
    }
}

/// What a flash holds after a cut is mounted, judged, written to, and mounted again.
fn judge<const W: usize, const E: usize, const FRAME: usize>(
    mut flash: Flash<W, E>,
    (region, settings): (Region, &Settings),
    acked: &Model,
    in_flight: Option<&Model>,
    what: &str,
    depth: u32,
) -> u64 {
    flash.power_on();
    let mut found = Model::default();
    let log = Log::<_, FRAME>::mount(flash, region, settings, &mut found);
    let mut log = log.unwrap_or_else(|e| panic!("{what}: mount: {e}"));
    let is = |state: &Model| found.essence() == state.essence();
    assert!(is(acked) || in_flight.is_some_and(is), "{what}: {found:?} is not {acked:?}");
    assert!(
        log.report().lost.iter().all(|lost| lost.perhaps),
        "{what}: reported {:?}",
        log.report()
    );
    check_places(&mut log, &found, what);
    let mut cuts = 1;
    // The next boot's first append, cut at a few places too, then done.
    let before = log.flash().clone();
    let payload = [0xA5; 20];
    let spent = log.flash().units_spent();
    let base = found.clone();
    let p = log.append(PLAIN, &payload, &mut found).unwrap_or_else(|e| panic!("{what}: {e}"));
    let confirmed = base.clone();
    found.apply(p.seq, PLAIN, &payload, p.at);
    check_places(&mut log, &found, what);
    let units = log.flash().units_spent() - spent;
    let mut again = Model::default();
    let mounted = Log::<_, FRAME>::mount(log.into_flash(), region, settings, &mut again);
    mounted.unwrap_or_else(|e| panic!("{what}: second mount: {e}"));
    assert_eq!(again.essence(), found.essence(), "{what}: after one more append");
    if depth > 0 {
        for step in 0..4 {
            let cut = units * step / 4 + u64::from(depth) % 3;
            let mut flash = before.clone();
            flash.set_seed(cut * 7919 + u64::from(depth));
            let mut model = Model::default();
            let mut log = Log::<_, FRAME>::mount(flash, region, settings, &mut model).unwrap();
            log.flash_mut().set_cut(cut);
            if log.append(PLAIN, &payload, &mut model).is_ok() {
                continue;
            }
            let what = format!("{what}, then cut {cut} of {units}");
            // The provisional record may turn out never to have happened until it is confirmed.
            let alternatives = [acked, &confirmed, &found];
            let flash = log.into_flash();
            let state = alternatives.iter().find(|state| {
                let mut flash = flash.clone();
                flash.power_on();
                let mut probe = Model::default();
                Log::<_, FRAME>::mount(flash, region, settings, &mut probe).is_ok()
                    && probe.essence() == state.essence()
            });
            let state = state.unwrap_or_else(|| panic!("{what}: nothing that was acknowledged"));
            cuts += judge::<W, E, FRAME>(flash, (region, settings), state, None, &what, depth - 1);
        }
    }
    cuts
}

/// Runs the workload and cuts inside every operation at every unit, or at every `stride`-th.
fn explore<const W: usize, const E: usize, const FRAME: usize>(
    sectors: u32,
    sector_bytes: u32,
    records: u32,
    stride: u64,
    seed: u64,
) -> u64 {
    let (mut log, mut model, settings, region) = fresh::<W, E, FRAME>(sectors, sector_bytes, true);
    let mut rng = Rng(seed);
    let most = (max_payload(FRAME) as u32).min(60);
    let mut cuts = 0;
    for (phase, i) in (seed..).zip(0..records) {
        let (kind, payload) = next(&mut rng, &model, most, 3);
        let idle = rng.below(5) == 0;
        let before = model.clone();
        let step = |log: &mut Log<Flash<W, E>, FRAME>, model: &mut Model| {
            if idle {
                log.maintain(1_000_000, model).map(|_| None)
            } else {
                log.append(kind, &payload, model).map(Some)
            }
        };
        let spent = log.flash().units_spent();
        // A reboot now and then, so that boot frames and distrusted spares are part of it.
        if rng.below(23) == 0 {
            let mut fresh = Model::default();
            log = Log::mount(log.into_flash(), region, &settings, &mut fresh).unwrap();
            assert_eq!(fresh.essence(), model.essence());
            model = fresh;
        }
        let (snapshot_log, snapshot_model) = (log.clone(), model.clone());
        if let Some(p) = step(&mut log, &mut model).unwrap_or_else(|e| panic!("record {i}: {e}")) {
            model.apply(p.seq, kind, &payload, p.at);
        }
        let units = log.flash().units_spent() - spent;
        let mut cut = phase % stride.max(1);
        while cut < units {
            let mut torn = snapshot_log.clone();
            let mut torn_model = snapshot_model.clone();
            torn.flash_mut().set_seed(seed ^ (u64::from(i) << 20) ^ cut ^ 0x9E37);
            torn.flash_mut().set_cut(cut);
            let result = step(&mut torn, &mut torn_model);
            assert!(torn.flash().is_off(), "record {i}: cut {cut} of {units} was not reached");
            drop(result);
            let what = format!("w{W} e{E} s{sectors} seed {seed} record {i} cut {cut}/{units}");
            let depth = u32::from(cut.is_multiple_of(5));
            cuts += judge::<W, E, FRAME>(
                torn.into_flash(),
                (region, &settings),
                &before,
                Some(&model),
                &what,
                depth,
            );
            cut += stride;
        }
    }
    cuts
}

#[test]
fn nothing_acknowledged_is_lost_at_any_cut() {
    let mut cuts = 0;
    cuts += explore::<1, 512, 64>(2, 1024, 120, 3, 1);
    cuts += explore::<1, 512, 64>(3, 1024, 160, 3, 2);
    cuts += explore::<4, 1024, 64>(2, 1024, 120, 1, 3);
    cuts += explore::<4, 1024, 64>(5, 1024, 260, 1, 4);
    cuts += explore::<8, 2048, 128>(2, 2048, 160, 1, 5);
    cuts += explore::<8, 1024, 64>(4, 1024, 200, 1, 6);
    cuts += explore::<16, 1024, 64>(6, 1024, 200, 1, 7);
    cuts += explore::<32, 2048, 128>(3, 2048, 200, 1, 8);
    cuts += explore::<32, 4096, 256>(2, 4096, 160, 1, 9);
    println!("{cuts} power cuts");
    assert!(cuts > 10_000, "{cuts} cuts");
}

#[test]
fn the_cut_error_is_the_drivers_own() {
    let (mut log, mut model, ..) = fresh::<1, 512, SMALL>(2, 1024, true);
    log.flash_mut().set_cut(0);
    let error = log.append(PLAIN, b"x", &mut model).unwrap_err();
    assert_eq!(error, Error::Flash(RamFlashError::PowerIsOff));
}

#[test]
fn a_header_cut_in_mid_program_is_no_lost_sector() {
    let (mut log, mut model, settings, region) = fresh::<8, 1024, SMALL>(3, 1024, true);
    // Up to the append that has to open a sector: one erase, then four units of header.
    while log.medium.layout.place(log.end, 40).is_some() || model.count < 40 {
        let p = log.append(PLAIN, &[5; 40], &mut model).unwrap();
        model.apply(p.seq, PLAIN, &[5; 40], p.at);
    }
    for cut in 1..5 {
        for seed in 0..20 {
            let mut torn = log.clone();
            torn.flash_mut().set_seed(seed * 31 + cut);
            torn.flash_mut().set_cut(cut);
            torn.append(PLAIN, &[6; 40], &mut model.clone()).unwrap_err();
            let mut flash = torn.into_flash();
            flash.power_on();
            let mut found = Model::default();
            let log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
            assert_eq!(found.essence(), model.essence());
            assert!(log.report().lost.is_empty(), "cut {cut}: {:?}", log.report());
        }
    }
}
