//! The log against a model tenant: what it holds, what it costs, and what a power cut does to it.

// Names in full where another `Vec`, or another world's traits, might be meant.
#![allow(unused_qualifications)]

mod attack_carry;
mod attack_provisional;
mod attack_ring;
mod attack_storm;
mod basics;
mod cost;
mod cuts;
mod damage;
mod deaf;
mod edges;
mod faults;
mod left_behind;
mod lives;
mod model;
mod random;
mod voids;
mod words;

use super::*;
use crate::flash::{RamFlash, Region};
pub(super) use model::Model;

pub(super) type Flash<const W: usize, const E: usize> = RamFlash<std::vec::Vec<u8>, W, E>;

pub(super) const SMALL: usize = 64;

pub(super) fn settings() -> Settings {
    Settings { quiet_ms: 0, ..Settings::new() }
}

/// A formatted log of `sectors` sectors of `sector_bytes` on a chip with the given sizes.
pub(super) fn fresh<const W: usize, const E: usize, const FRAME: usize>(
    sectors: u32,
    sector_bytes: u32,
    verify: bool,
) -> (Log<Flash<W, E>, FRAME>, Model, Settings, Region) {
    let region = Region::new(0, sectors * sector_bytes);
    let settings = Settings { sector_bytes, verify, ..settings() };
    let flash = Flash::<W, E>::owned(region.bytes() as usize).unwrap();
    let mut model = Model::default();
    let log = Log::format(flash, region, &settings, FormatAs::live(0x1234_5678), &mut model)
        .expect("format");
    (log, model, settings, region)
}
