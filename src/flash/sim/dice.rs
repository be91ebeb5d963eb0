//! One source of chance, so that a seed is a replay.

/// splitmix64: small, and neighbouring seeds give unlike streams.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

/// The finaliser of splitmix64: a number made unlike its neighbours.
pub(super) const fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Dice(mix(seed))
    }

    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `n`; 0 for `n` of 0.
    pub fn below(&mut self, n: u32) -> u32 {
        (self.draw() >> 32) as u32 % n.max(1)
    }

    /// True once in `n` times; never for 0.
    pub fn once_in(&mut self, n: u32) -> bool {
        n > 0 && self.below(n) == 0
    }

    /// A byte in which each bit is set with probability one half.
    pub fn byte(&mut self) -> u8 {
        (self.draw() >> 56) as u8
    }
}
