//! What the lives of a terminal have in common: their chance, and how they are asked for.

use crate::flash::sim::Tear;

fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

/// Numbers below a limit. Apart from those that the flash draws, so that a change of the one does
/// not change the other.
pub fn chance(seed: u64) -> impl FnMut(u32) -> u32 {
    let mut rng = mix(seed ^ 0xABCD);
    move |n| {
        rng = mix(rng.wrapping_add(0x9E37));
        (rng % u64::from(n)) as u32
    }
}

/// A way to tear an operation that is not known yet.
pub fn any_tear(below: &mut impl FnMut(u32) -> u32) -> Tear {
    let unit = if below(2) == 0 { 0 } else { below(24) };
    match below(12) {
        0 => Tear::Prefix { bytes: 0 },
        1 => Tear::Prefix { bytes: below(100) },
        2 => Tear::Prefix { bytes: u32::MAX },
        3 => Tear::Bits { unit },
        4 => Tear::Faint { unit },
        5 => Tear::Head { unit: 0 },
        6 => Tear::Tail { unit: 0 },
        _ => Tear::Scattered,
    }
}

/// The first seed and how many: `POS_FIRST` and `POS_LIVES`.
pub fn from_env(lives: u64) -> (u64, u64) {
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    (number("POS_FIRST").unwrap_or(0), number("POS_LIVES").unwrap_or(lives))
}
