//! A clock that nobody should trust: unset, set back, leaping ahead.

use pos_journal::record::{Clock, Moment, Uptime};

use super::Dice;

/// What a clock did before it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Odd {
    Unset,
    Backward,
    Jump,
}

impl Odd {
    pub const ALL: [Odd; 3] = [Odd::Unset, Odd::Backward, Odd::Jump];

    pub fn name(self) -> &'static str {
        match self {
            Odd::Unset => "unset",
            Odd::Backward => "set back",
            Odd::Jump => "leapt ahead",
        }
    }
}

/// A terminal's clock, with dice of its own: a life with it is otherwise the same.
#[derive(Clone, Debug)]
pub struct BadClock {
    dice: Dice,
    local: u32,
    pub read: [u64; Odd::ALL.len()],
}

impl BadClock {
    pub fn new(seed: u64) -> Self {
        BadClock { dice: Dice::new(!seed), local: 1_790_000_000, read: [0; Odd::ALL.len()] }
    }

    /// The moment that it shows; nearly always a wrong one.
    pub fn moment(&mut self) -> Moment {
        let odd = match self.dice.below(8) {
            0 | 1 => Some(Odd::Unset),
            2..=4 => Some(Odd::Backward),
            5 | 6 => Some(Odd::Jump),
            _ => None,
        };
        let bits = self.dice.below(31);
        let by = 1 + self.dice.below(1 << bits) as u32;
        let clock = match odd {
            Some(Odd::Unset) => Clock::Unset,
            Some(_) if self.dice.once_in(2) => Clock::Stepped,
            _ => Clock::Set,
        };
        self.local = match odd {
            Some(Odd::Backward) => self.local.saturating_sub(by),
            Some(Odd::Jump) => self.local.saturating_add(by),
            _ => self.local.saturating_add(60),
        };
        if let Some(odd) = odd {
            self.read[odd as usize] += 1;
        }
        let (boot, running) = (self.dice.draw() as u16, self.dice.draw());
        let local_seconds = if odd == Some(Odd::Unset) { 0 } else { self.local };
        // Quarters of an hour from UTC-12 to UTC+14, start count and up-time as it happens.
        Moment {
            local_seconds,
            utc_offset_quarters: self.dice.below(105) as i8 - 48,
            clock,
            boot,
            uptime: Uptime(running >> self.dice.below(64)),
        }
    }
}
