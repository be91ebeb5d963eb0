//! The chips and regions on which everything is tried.

use pos_journal::flash::Region;
use pos_journal::flash::sim::{Faults, SimFlash};
use pos_journal::journal::Journal;
use pos_journal::log::{FormatAs, Settings};

pub type Till<const W: usize, const E: usize, const I: usize, const B: usize> =
    Journal<SimFlash<W, E>, I, B>;

/// A region on a chip. Write and erase size are the const parameters of whoever takes it.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// A short name, for replays.
    pub name: &'static str,
    pub sectors: u32,
    pub sector_bytes: u32,
    /// Torn units cannot be read until they are erased.
    pub ecc: bool,
    /// Every unit of every operation is cut; else a sample of the operations that are only appends.
    pub every_unit: bool,
    /// Up-time before idle work.
    pub quiet_ms: u32,
}

impl Geometry {
    pub const fn region(&self) -> Region {
        Region::new(0, self.sectors * self.sector_bytes)
    }

    pub fn settings(&self) -> Settings {
        Settings { sector_bytes: self.sector_bytes, quiet_ms: self.quiet_ms, ..Settings::new() }
    }

    pub fn faults(&self) -> Faults {
        Faults { ecc: self.ecc, ..Faults::default() }
    }

    pub fn chip<const W: usize, const E: usize>(&self, seed: u64) -> SimFlash<W, E> {
        let mut chip = SimFlash::new(self.region().bytes() as usize, seed);
        chip.set_faults(self.faults());
        chip
    }

    /// A till whose journal is empty.
    pub fn fresh<const W: usize, const E: usize, const I: usize, const B: usize>(
        &self,
        seed: u64,
    ) -> Till<W, E, I, B> {
        let how = FormatAs::live(seed as u32 | 1);
        Journal::format(self.chip(seed), self.region(), &self.settings(), how)
            .unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }
}

const fn geometry(name: &'static str, sectors: u32, sector_bytes: u32) -> Geometry {
    Geometry { name, sectors, sector_bytes, ecc: false, every_unit: true, quiet_ms: 0 }
}

const fn ecc(geometry: Geometry) -> Geometry {
    Geometry { ecc: true, ..geometry }
}

const fn sampled(geometry: Geometry) -> Geometry {
    Geometry { every_unit: false, ..geometry }
}

/// Calls `$run::<WRITE, ERASE, ITEMS, BOOKS>(&geometry, ...)` for the geometry with this index.
#[macro_export]
macro_rules! on_geometry {
    ($index:expr, $run:ident $args:tt) => {
        match $index {
            0 => $crate::on_geometry!(@ $run, 0, (1, 512, 3, 1), $args),
            1 => $crate::on_geometry!(@ $run, 1, (1, 512, 4, 2), $args),
            2 => $crate::on_geometry!(@ $run, 2, (1, 4096, 4, 2), $args),
            3 => $crate::on_geometry!(@ $run, 3, (4, 4096, 4, 2), $args),
            4 => $crate::on_geometry!(@ $run, 4, (4, 1024, 3, 1), $args),
            5 => $crate::on_geometry!(@ $run, 5, (8, 2048, 3, 1), $args),
            6 => $crate::on_geometry!(@ $run, 6, (8, 2048, 4, 2), $args),
            7 => $crate::on_geometry!(@ $run, 7, (8, 2048, 3, 1), $args),
            8 => $crate::on_geometry!(@ $run, 8, (16, 8192, 4, 2), $args),
            9 => $crate::on_geometry!(@ $run, 9, (16, 2048, 3, 1), $args),
            10 => $crate::on_geometry!(@ $run, 10, (32, 4096, 3, 1), $args),
            11 => $crate::on_geometry!(@ $run, 11, (32, 131072, 4, 2), $args),
            12 => $crate::on_geometry!(@ $run, 12, (4, 512, 3, 1), $args),
            _ => $crate::on_geometry!(@ $run, 13, (2, 1024, 3, 1), $args),
        }
    };
    (@ $run:ident, $index:expr, ($w:literal, $e:literal, $i:literal, $b:literal), ($($arg:expr),*)) => {
        $run::<$w, $e, $i, $b>(&$crate::common::geometry::ALL[$index], $($arg),*)
    };
}

/// Write sizes 1 to 32, erase blocks of 512 B to 128 KiB, 2 to 64 sectors.
pub const ALL: [Geometry; 14] = [
    geometry("w1-e512-4x2k", 4, 2048),
    geometry("w1-e512-2x4k", 2, 4096),
    sampled(geometry("w1-e4k-8x4k", 8, 4096)),
    geometry("w4-e4k-4x4k", 4, 4096),
    geometry("w4-e1k-6x2k", 6, 2048),
    ecc(geometry("w8-e2k-3x2k-ecc", 3, 2048)),
    ecc(geometry("w8-e2k-2x4k-ecc", 2, 4096)),
    sampled(ecc(geometry("w8-e2k-64x2k-ecc", 64, 2048))),
    ecc(geometry("w16-e8k-2x8k-ecc", 2, 8192)),
    geometry("w16-e2k-5x2k", 5, 2048),
    geometry("w32-e4k-3x4k", 3, 4096),
    sampled(ecc(geometry("w32-e128k-2x128k-ecc", 2, 131_072))),
    sampled(geometry("w4-e512-16x2k", 16, 2048)),
    geometry("w2-e1k-4x2k", 4, 2048),
];
