//! Weak flash: what an interrupted program or erase touched reads differently at every boot, looks
//! blank when it is not, and spoils what is programmed over it. The scheme of anchors and doubled
//! boot frames exists for this; here it is tried against it at random.

use std::collections::HashMap;
use std::vec::Vec;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use super::model::{CLOSE, OPEN, PLAIN, short_hash};
use super::*;

#[derive(Clone, Debug)]
enum Weak {
    /// Any mix of the bits before and the bits after.
    Torn { old: u8, new: u8 },
    /// Reads blank, and spoils what is programmed over it.
    Blank,
    /// Programmed over weak bits: a few of them may read as they like, but it is not blank.
    Spoilt,
}

#[derive(Clone, Debug)]
pub struct Off;

impl NorFlashError for Off {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

#[derive(Clone)]
pub struct WeakFlash<const W: usize, const E: usize> {
    bytes: Vec<u8>,
    weak: HashMap<usize, Weak>,
    boot: u64,
    rng: u64,
    /// Operations until the power fails.
    cut: Option<u32>,
    off: bool,
}

fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

impl<const W: usize, const E: usize> WeakFlash<W, E> {
    pub fn new(bytes: usize, seed: u64) -> Self {
        let bytes = vec![0xFF; bytes];
        WeakFlash { bytes, weak: HashMap::new(), boot: 0, rng: mix(seed), cut: None, off: false }
    }

    pub fn reboot(&mut self, cut: Option<u32>) {
        self.boot += 1;
        self.cut = cut;
        self.off = false;
    }

    fn draw(&mut self) -> u64 {
        self.rng = self.rng.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.rng)
    }

    /// What this boot reads of a byte.
    fn seen(&self, at: usize) -> u8 {
        let draw = mix(self.boot.wrapping_mul(0x1_0001) ^ (at as u64) << 20);
        // All bytes of a unit often agree on whether the program took.
        let unit = mix(self.boot ^ ((at / W.max(8)) as u64) << 24) % 3;
        match self.weak.get(&at) {
            None => self.bytes[at],
            Some(Weak::Blank) => 0xFF,
            Some(Weak::Torn { old, .. }) if unit == 0 => *old,
            Some(Weak::Torn { new, .. }) if unit == 1 => *new,
            Some(Weak::Torn { old, new }) => (old & draw as u8) | new,
            Some(Weak::Spoilt) if draw.is_multiple_of(4) => {
                self.bytes[at] | (draw >> 8) as u8 & 0x7F
            }
            Some(Weak::Spoilt) => self.bytes[at],
        }
    }

    /// Whether the power fails in this operation.
    fn fails(&mut self) -> Result<bool, Off> {
        if self.off {
            return Err(Off);
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
}

impl<const W: usize, const E: usize> ErrorType for WeakFlash<W, E> {
    type Error = Off;
}

impl<const W: usize, const E: usize> ReadNorFlash for WeakFlash<W, E> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Off> {
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = self.seen(offset as usize + i);
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const W: usize, const E: usize> NorFlash for WeakFlash<W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Off> {
        let cut = self.fails()?;
        let all = self.draw() % 6;
        for (i, unit) in bytes.chunks(W).enumerate() {
            // A cut: each unit may have landed, be torn, or be untouched, in any order.
            let fate = if !cut {
                0
            } else if all < 4 {
                all
            } else {
                self.draw() % 4
            };
            for (j, &new) in unit.iter().enumerate() {
                let at = offset as usize + i * W + j;
                let old = self.bytes[at];
                let spoilt = self.weak.contains_key(&at);
                assert!(
                    spoilt || old == 0xFF,
                    "byte {at:#x} is programmed twice: {old:#04x} then {new:#04x}"
                );
                match fate {
                    0 => {
                        self.bytes[at] = new;
                        if spoilt && new != 0xFF {
                            self.weak.insert(at, Weak::Spoilt);
                        }
                    }
                    1 => {
                        self.bytes[at] = new;
                        self.weak.insert(at, Weak::Torn { old, new });
                    }
                    2 => {
                        self.weak.insert(at, Weak::Blank);
                    }
                    _ => {}
                }
            }
        }
        if cut { Err(Off) } else { Ok(()) }
    }

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Off> {
        let cut = self.fails()?;
        let kind = self.draw() % 5;
        for at in from as usize..to as usize {
            let half = (at - from as usize) * 2 < (to - from) as usize;
            let erased = match kind {
                _ if !cut => true,
                0 => false,
                1 => half,
                2 => !half,
                3 => true,
                _ => self.draw().is_multiple_of(2),
            };
            if erased {
                self.bytes[at] = 0xFF;
                self.weak.remove(&at);
                if cut {
                    self.weak.insert(at, Weak::Blank);
                }
            } else if kind == 4 && cut {
                let old = self.bytes[at];
                self.weak.insert(at, Weak::Torn { old: 0xFF, new: old });
            }
        }
        if cut { Err(Off) } else { Ok(()) }
    }
}

/// One life of a terminal: many boots, each cut somewhere.
fn life<const W: usize, const E: usize, const FRAME: usize>(
    sectors: u32,
    sector_bytes: u32,
    seed: u64,
    boots: u32,
) {
    let what = format!("life::<{W}, {E}, {FRAME}>({sectors}, {sector_bytes}, {seed}, {boots})");
    let region = Region::new(0, sectors * sector_bytes);
    let settings = Settings { sector_bytes, ..settings() };
    let mut flash = WeakFlash::<W, E>::new(region.bytes() as usize, seed);
    let mut acked = Model::default();
    let how = FormatAs::live(seed as u32 | 1);
    let log = Log::<_, FRAME>::format(flash, region, &settings, how, &mut acked).unwrap();
    flash = log.into_flash();
    let mut rng = mix(seed ^ 0xABCD);
    let mut below = move |n: u32| {
        rng = mix(rng.wrapping_add(0x9E37));
        (rng % u64::from(n)) as u32
    };
    // What the next mount may find: what was acknowledged, and that with the record in flight.
    let mut may_be = vec![acked];
    for boot in 0..boots {
        flash.reboot(None);
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
        let cut = below(4) != 0;
        log.flash_mut().reboot_same(cut.then(|| below(9)));
        let mut model = found;
        let appends = below(5);
        if appends > 0 {
            match log.confirm(&mut model) {
                Ok(()) => may_be = vec![model.clone()],
                Err(_) => {
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
                Err(Error::Flash(Off)) => {
                    let mut next = model.clone();
                    next.apply(log.next_seq(), kind, &payload, 0);
                    may_be.push(next);
                    break;
                }
                Err(other) => panic!("{what} boot {boot}: {other}"),
            }
            for (&seq, &(at, hash)) in &model.open {
                let entry = log.read(seq, at).unwrap_or_else(|e| panic!("{what} {boot}: {e}"));
                assert_eq!(short_hash(entry.payload), hash, "{what} boot {boot}");
            }
            if below(3) == 0 {
                let _ = log.maintain(1_000_000, &mut model);
                if log.flash().off {
                    break;
                }
            }
        }
        flash = log.into_flash();
    }
}

impl<const W: usize, const E: usize> WeakFlash<W, E> {
    /// Sets the next cut without a new draw of what is read.
    fn reboot_same(&mut self, cut: Option<u32>) {
        self.cut = cut;
        self.off = false;
    }
}

/// Lives for each geometry; more by hand: `POS_LIVES=100000 cargo test --release weak`.
fn lives() -> u64 {
    std::env::var("POS_LIVES").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

#[test]
fn weak_flash_loses_nothing_acknowledged() {
    for seed in 0..lives() {
        life::<1, 512, 64>(2, 1024, seed, 60);
        life::<1, 1024, 64>(3, 1024, seed, 60);
        life::<4, 2048, 64>(4, 2048, seed, 60);
        life::<8, 1024, 128>(3, 2048, seed, 60);
        life::<16, 1024, 64>(6, 1024, seed, 60);
        life::<32, 2048, 128>(2, 2048, seed, 60);
    }
}
