//! Everything at once: power cuts, weak and ECC units, driver errors with and without effect, lost
//! writes, a stuck sector; with as much to keep as the log allows, and records of every size.

use std::vec::Vec;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use super::model::{CLOSE, OPEN, PLAIN, short_hash};
use super::*;

#[derive(Clone, Debug, PartialEq)]
pub struct Fails;

impl NorFlashError for Fails {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Erased,
    /// Programmed and well.
    Done,
    /// Interrupted at this boot: any mix of the bits before and after.
    Torn(u64),
    /// Touched at this boot, with no trace.
    Blank(u64),
    /// Programmed over such a one.
    Spoilt,
}

/// One in how many operations misbehaves; 0 for none.
#[derive(Clone, Copy, Debug, Default)]
struct Rates {
    write_error: u32,
    erase_error: u32,
    read_error: u32,
    lost_write: u32,
    ecc: bool,
    stuck: Option<(u32, bool)>,
}

struct Storm<const W: usize, const E: usize> {
    bytes: Vec<u8>,
    /// What the bytes were before an interrupted program or erase.
    old: Vec<u8>,
    units: Vec<Unit>,
    sector_bytes: u32,
    rates: Rates,
    boot: u64,
    seed: u64,
    rng: u64,
    cut: Option<u32>,
    off: bool,
    /// A read error is retried once: this many reads go well after one.
    reads_well: u32,
}

fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

impl<const W: usize, const E: usize> Storm<W, E> {
    fn new(bytes: usize, sector_bytes: u32, seed: u64) -> Self {
        Storm {
            bytes: vec![0xFF; bytes],
            old: vec![0xFF; bytes],
            units: vec![Unit::Erased; bytes / W],
            sector_bytes,
            rates: Rates::default(),
            boot: 0,
            seed,
            rng: mix(seed),
            cut: None,
            off: false,
            reads_well: 0,
        }
    }

    fn draw(&mut self, n: u32) -> u32 {
        self.rng = self.rng.wrapping_add(0x9E37_79B9_7F4A_7C15);
        (mix(self.rng) % u64::from(n)) as u32
    }

    fn one_in(&mut self, n: u32) -> bool {
        n > 0 && self.draw(n) == 0
    }

    /// What this boot reads of a byte; `None` where ECC refuses.
    fn seen(&self, at: usize) -> Option<u8> {
        let (old, new) = (self.old[at], self.bytes[at]);
        let draw = mix(self.boot.wrapping_mul(0x1_0001) ^ (at as u64) << 20);
        let unit = mix(self.boot ^ ((at / W.max(8)) as u64) << 24) % 3;
        match self.units[at / W] {
            Unit::Erased | Unit::Done => Some(new),
            Unit::Blank(_) => Some(0xFF),
            Unit::Torn(_) | Unit::Spoilt if self.rates.ecc => None,
            Unit::Torn(_) if unit == 0 => Some(old),
            Unit::Torn(_) if unit == 1 => Some(new),
            Unit::Torn(_) => Some((old & draw as u8) | new),
            Unit::Spoilt if draw.is_multiple_of(4) => Some(new | (draw >> 8) as u8 & 0x7F),
            Unit::Spoilt => Some(new),
        }
    }

    fn power(&mut self) -> Result<bool, Fails> {
        if self.off {
            return Err(Fails);
        }
        match &mut self.cut {
            Some(0) => {
                self.off = true;
                Ok(true)
            }
            Some(left) => {
                *left -= 1;
                Ok(false)
            }
            None => Ok(false),
        }
    }

    fn stuck(&self, at: u32) -> Option<Result<(), Fails>> {
        let (sector, silent) = self.rates.stuck?;
        (at / self.sector_bytes == sector).then_some(if silent { Ok(()) } else { Err(Fails) })
    }
}

impl<const W: usize, const E: usize> ErrorType for Storm<W, E> {
    type Error = Fails;
}

impl<const W: usize, const E: usize> ReadNorFlash for Storm<W, E> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Fails> {
        self.reads_well = self.reads_well.saturating_sub(1);
        if self.reads_well == 0 && self.one_in(self.rates.read_error) {
            self.reads_well = 300;
            return Err(Fails);
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = self.seen(offset as usize + i).ok_or(Fails)?;
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const W: usize, const E: usize> NorFlash for Storm<W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Fails> {
        let cut = self.power()?;
        if let Some(result) = self.stuck(offset) {
            return if cut { Err(Fails) } else { result };
        }
        let fails = cut || self.one_in(self.rates.write_error);
        if !fails && self.one_in(self.rates.lost_write) {
            return Ok(());
        }
        let all = self.draw(6);
        for (i, data) in bytes.chunks(W).enumerate() {
            let fate = if !fails {
                0
            } else if all < 4 {
                all
            } else {
                self.draw(4)
            };
            let at = offset as usize + i * W;
            let was = self.units[at / W];
            let boot = self.boot;
            let again = match was {
                Unit::Erased => false,
                Unit::Torn(then) | Unit::Blank(then) => then == boot,
                Unit::Done | Unit::Spoilt => true,
            };
            assert!(
                !again,
                "seed {}: unit {at:#x} is programmed twice: {was:?} at boot {boot}",
                self.seed
            );
            match fate {
                0 => {
                    self.bytes[at..at + W].copy_from_slice(data);
                    self.units[at / W] =
                        if was == Unit::Erased { Unit::Done } else { Unit::Spoilt };
                }
                1 => {
                    let old = self.bytes[at..at + W].to_vec();
                    self.old[at..at + W].copy_from_slice(&old);
                    self.bytes[at..at + W].copy_from_slice(data);
                    self.units[at / W] = Unit::Torn(boot);
                }
                2 if !self.rates.ecc => self.units[at / W] = Unit::Blank(boot),
                _ => {}
            }
        }
        if fails { Err(Fails) } else { Ok(()) }
    }

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Fails> {
        let cut = self.power()?;
        if let Some(result) = self.stuck(from) {
            return if cut { Err(Fails) } else { result };
        }
        let fails = cut || self.one_in(self.rates.erase_error);
        let kind = self.draw(6);
        let boot = self.boot;
        for unit in from as usize / W..to as usize / W {
            let half = (unit * W - from as usize) * 2 < (to - from) as usize;
            let erased = match kind {
                _ if !fails => true,
                0 => false,
                1 => half,
                2 => !half,
                3 => true,
                _ => self.draw(2) == 0,
            };
            let span = unit * W..unit * W + W;
            if erased {
                self.bytes[span].fill(0xFF);
                self.units[unit] = if fails { Unit::Blank(boot) } else { Unit::Erased };
            } else if kind >= 4 && fails {
                self.old[span].fill(0xFF);
                self.units[unit] = Unit::Torn(boot);
            }
        }
        if fails { Err(Fails) } else { Ok(()) }
    }
}

struct Shape {
    sectors: u32,
    sector_bytes: u32,
    items: usize,
    boots: u32,
}

fn kept<const W: usize, const E: usize, const FRAME: usize>(
    log: &Log<Storm<W, E>, FRAME>,
    sizes: &std::collections::BTreeMap<u32, usize>,
    model: &Model,
) -> u32 {
    model.open.keys().map(|seq| log.layout().copy_bytes(sizes.get(seq).copied().unwrap_or(0))).sum()
}

/// One life: what it found, if that is not what it should be, is a panic that names the seed.
fn life<const W: usize, const E: usize, const FRAME: usize>(
    shape: &Shape,
    seed: u64,
    rates: Rates,
) {
    let &Shape { sectors, sector_bytes, items, boots } = shape;
    let what = format!("<{W}, {E}, {FRAME}> {sectors} x {sector_bytes} seed {seed} {rates:?}");
    let region = Region::new(0, sectors * sector_bytes);
    let settings = Settings { sector_bytes, ..settings() };
    let mut flash = Storm::<W, E>::new(region.bytes() as usize, sector_bytes, seed);
    flash.rates.ecc = rates.ecc;
    let mut acked = Model::default();
    let how = FormatAs::live(seed as u32 | 1);
    let log = Log::<_, FRAME>::format(flash, region, &settings, how, &mut acked).unwrap();
    flash = log.into_flash();
    let mut rng = mix(seed ^ 0x5EED);
    let mut below = move |n: u32| {
        rng = mix(rng.wrapping_add(0x9E37));
        (rng % u64::from(n)) as u32
    };
    let mut may_be = vec![acked];
    let mut sizes = std::collections::BTreeMap::new();
    let cutting = below(4);
    for boot in 0..boots {
        let last = boot + 1 == boots;
        flash.boot += 1;
        (flash.cut, flash.off) = (None, false);
        flash.rates = if boot < 3 || last {
            Rates { stuck: flash.rates.stuck, ..Rates::default() }
        } else {
            rates
        };
        flash.rates.ecc = rates.ecc;
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
        let places = |log: &mut Log<Storm<W, E>, FRAME>, model: &Model| {
            for (&seq, &(at, hash)) in &model.open {
                let entry = log.read(seq, at).unwrap_or_else(|e| panic!("{what}: {seq}: {e}"));
                assert_eq!(short_hash(entry.payload), hash, "{what}");
            }
        };
        places(&mut log, &found);
        let cut = !last && boot > 2 && below(4) < cutting;
        log.flash_mut().cut = cut.then(|| below(12));
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
            let limit = log.keep_limit(checkpoint) / if rates.stuck.is_some() { 2 } else { 1 };
            let len = if below(4) == 0 { most } else { 4 + below(most - 4) };
            let items = if rates.stuck.is_some() { 1 } else { items };
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
                Err(Error::Flash(Fails) | Error::ReadBack) if !last => {
                    let mut next = model.clone();
                    let seq = log.next_seq();
                    next.apply(seq, kind, &payload, 0);
                    sizes.insert(seq, payload.len());
                    may_be.push(next);
                    if log.flash().off || below(2) == 0 {
                        break;
                    }
                }
                Err(Error::ReadOnly(_)) if !last && rates.write_error + rates.erase_error > 0 => {
                    break;
                }
                Err(Error::ReadOnly(_)) if !last && rates.lost_write > 0 => break,
                Err(other) => panic!(
                    "{what}: {other}, kept {} of {limit}, {:?}",
                    kept(&log, &sizes, &model),
                    log.report()
                ),
            }
            places(&mut log, &model);
            for _ in 0..below(3) {
                let _ = log.maintain(1_000_000, &mut model);
            }
            if log.flash().off {
                break;
            }
        }
        places(&mut log, &model);
        flash = log.into_flash();
        if boot == boots / 2 {
            flash.rates.stuck = rates.stuck;
        }
    }
}

/// Lives for each shape; more by hand: `POS_LIVES=1000 POS_FIRST=5000 cargo test --release storm`.
fn lives() -> u64 {
    std::env::var("POS_LIVES").ok().and_then(|n| n.parse().ok()).unwrap_or(6)
}

fn first() -> u64 {
    std::env::var("POS_FIRST").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn every_shape(rates: impl Fn(u64, u32) -> Rates) {
    for seed in first()..first() + lives() {
        let shape =
            |sectors, sector_bytes, items| Shape { sectors, sector_bytes, items, boots: 60 };
        life::<1, 512, 64>(&shape(2, 2048, 12), seed, rates(seed, 2));
        life::<1, 512, 64>(&shape(3, 1024, 9), seed, rates(seed, 3));
        life::<4, 2048, 64>(&shape(5, 2048, 40), seed, rates(seed, 5));
        life::<8, 1024, 48>(&shape(4, 1024, 20), seed, rates(seed, 4));
        life::<16, 4096, 128>(&shape(4, 4096, 40), seed, rates(seed, 4));
        life::<32, 2048, 128>(&shape(7, 2048, 20), seed, rates(seed, 7));
        life::<32, 4096, 256>(&shape(2, 4096, 5), seed, rates(seed, 2));
    }
}

#[test]
fn weak_units_with_much_to_keep() {
    every_shape(|_, _| Rates::default());
}

#[test]
fn ecc_units_with_much_to_keep() {
    every_shape(|_, _| Rates { ecc: true, ..Rates::default() });
}

#[test]
fn driver_errors_with_and_without_effect() {
    every_shape(|seed, _| {
        let rate = [15, 60, 200][(seed % 3) as usize];
        Rates { write_error: rate, erase_error: rate / 5, read_error: rate, ..Rates::default() }
    });
}

#[test]
fn lost_writes_are_found() {
    every_shape(|seed, _| Rates {
        lost_write: [15, 60, 200][(seed % 3) as usize],
        ecc: seed % 2 == 0,
        ..Rates::default()
    });
}

#[test]
fn one_stuck_sector_is_done_without() {
    every_shape(|seed, sectors| Rates {
        stuck: (sectors > 4).then_some((mix(seed) as u32 % sectors, seed % 2 == 0)),
        ..Rates::default()
    });
}
