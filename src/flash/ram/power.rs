//! When the power fails, and what the interrupted unit looks like after.

/// What becomes of the write unit whose program is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TornProgram {
    Untouched,
    HalfOfItsBits,
    Complete,
}

/// What becomes of the erase block whose erase is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TornErase {
    Untouched,
    FirstHalfBlank,
    LastHalfBlank,
    AllBlank,
}

/// The supply: on, on until a set number of write units, or off.
#[derive(Clone, Debug)]
pub(super) struct Power {
    is_off: bool,
    units_left: Option<u64>,
    units_spent: u64,
    random: u64,
}

impl Power {
    pub(super) const fn new() -> Self {
        Self { is_off: false, units_left: None, units_spent: 0, random: mixed(0) }
    }

    pub(super) const fn is_off(&self) -> bool {
        self.is_off
    }

    pub(super) const fn units_spent(&self) -> u64 {
        self.units_spent
    }

    pub(super) const fn set_seed(&mut self, seed: u64) {
        self.random = mixed(seed);
    }

    pub(super) const fn set_cut(&mut self, units: Option<u64>) {
        self.units_left = units;
    }

    pub(super) const fn turn_on(&mut self) {
        self.is_off = false;
    }

    /// Takes one write unit or one block erase from the supply; false if the power fails in it.
    pub(super) const fn lasts_one_unit(&mut self) -> bool {
        self.units_spent = self.units_spent.saturating_add(1);
        match self.units_left {
            None => true,
            Some(0) => {
                self.units_left = None;
                self.is_off = true;
                false
            }
            Some(left) => {
                self.units_left = Some(left.saturating_sub(1));
                true
            }
        }
    }

    pub(super) const fn torn_program(&mut self) -> TornProgram {
        match self.random() % 3 {
            0 => TornProgram::Untouched,
            1 => TornProgram::HalfOfItsBits,
            _ => TornProgram::Complete,
        }
    }

    pub(super) const fn torn_erase(&mut self) -> TornErase {
        match self.random() % 4 {
            0 => TornErase::Untouched,
            1 => TornErase::FirstHalfBlank,
            2 => TornErase::LastHalfBlank,
            _ => TornErase::AllBlank,
        }
    }

    /// A byte in which each bit is set with probability one half.
    pub(super) const fn random_byte(&mut self) -> u8 {
        // The high bits of xorshift are its better ones.
        (self.random() >> 56) as u8
    }

    /// xorshift64: small, and good enough to pick torn bits.
    const fn random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        // `% 3` and `% 4` look at the low bits; a multiplication spreads the high ones there.
        self.random.wrapping_mul(0x2545_F491_4F6C_DD1D).rotate_left(32)
    }
}

/// Neighbouring seeds made unlike (the finaliser of splitmix64), and never the 0 that xorshift
/// could not leave.
const fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) | 1
}
