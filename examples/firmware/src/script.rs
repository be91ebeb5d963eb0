//! What the shop asks for and what the acquirer answers: pure functions of the seed.
//!
//! Whoever knows the seed and what the terminal sent knows the acquirer's books. 32-bit integers
//! only, so that the same functions are twenty lines in any language.

/// A number drawn for a purpose; the same arguments draw the same number.
pub const fn draw(seed: u32, purpose: u32, a: u32, b: u32) -> u32 {
    let mut x = seed ^ purpose.wrapping_mul(0x9E37_79B1);
    x = scramble(x ^ a.wrapping_mul(0x85EB_CA6B));
    scramble(x ^ b.wrapping_mul(0xC2B2_AE35))
}

/// Murmur3's last step.
const fn scramble(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x85EB_CA6B);
    x ^= x >> 13;
    x = x.wrapping_mul(0xC2B2_AE35);
    x ^ x >> 16
}

const PAYMENT: u32 = 1;
const AMOUNT: u32 = 2;
const CARD: u32 = 3;
const FATE: u32 = 4;
const REVERSAL: u32 = 5;
const SETTLEMENT: u32 = 6;

/// Payments in a batch.
pub const BATCH: u32 = 40;
/// A reversal gets through at the latest at this attempt, a 0500 likewise.
const PATIENCE: u32 = 4;

/// One payment as the cash register asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// 1 for the first.
    pub number: u32,
    /// Void the payment that lies so far back, if it can be voided; 0: a sale.
    pub void_back: u32,
    /// Minor units of a sale.
    pub amount: u32,
    /// A contact chip: the approval is confirmed by a second record.
    pub chip: bool,
    /// The card is pulled out before it has confirmed.
    pub card_removed: bool,
    /// The last ten digits of the card number.
    pub card: u32,
}

/// Payment `number`.
pub const fn payment(seed: u32, number: u32) -> Planned {
    let dice = draw(seed, PAYMENT, number, 0);
    let chip = dice % 5 < 2;
    Planned {
        number,
        void_back: if (dice / 8).is_multiple_of(8) { 1 + dice / 64 % 3 } else { 0 },
        amount: 1 + draw(seed, AMOUNT, number, 0) % 50_000,
        chip,
        card_removed: chip && (dice / 1024).is_multiple_of(10),
        card: draw(seed, CARD, number, 0),
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// No connection: not a byte was taken.
    NoLine,
    /// The request is lost.
    RequestLost,
    /// The acquirer has booked it, and its answer is lost.
    AnswerLost,
    /// Declined, and the answer arrives.
    Declined,
    /// Approved, and the answer arrives.
    Approved,
}

impl Fate {
    /// Whether the acquirer has the money on its books because of it.
    pub const fn is_booked(self) -> bool {
        matches!(self, Fate::AnswerLost | Fate::Approved)
    }

    /// Whether the acquirer has seen the request.
    pub const fn is_known(self) -> bool {
        !matches!(self, Fate::NoLine | Fate::RequestLost)
    }
}

/// What becomes of the payment with these numbers.
pub const fn fate(seed: u32, batch: u32, stan: u32) -> Fate {
    match draw(seed, FATE, batch, stan) % 100 {
        0..4 => Fate::NoLine,
        4..12 => Fate::RequestLost,
        12..22 => Fate::AnswerLost,
        22..32 => Fate::Declined,
        _ => Fate::Approved,
    }
}

/// Whether the acquirer receives this attempt, and whether the terminal hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The request arrived.
    pub there: bool,
    /// The answer arrived.
    pub back: bool,
}

const fn heard(dice: u32, attempt: u32) -> Heard {
    match dice % 100 {
        _ if attempt >= PATIENCE => Heard { there: true, back: true },
        0..20 => Heard { there: false, back: false },
        20..40 => Heard { there: true, back: false },
        _ => Heard { there: true, back: true },
    }
}

/// An attempt to reverse the payment with these numbers.
pub const fn reversal(seed: u32, batch: u32, stan: u32, attempt: u32) -> Heard {
    heard(draw(seed, REVERSAL, batch ^ attempt << 20, stan), attempt)
}

/// A 0500.
pub const fn settlement(seed: u32, batch: u32, attempt: u32) -> Heard {
    heard(draw(seed, SETTLEMENT, batch, attempt), attempt)
}

/// Whether the acquirer asks for every payment of this batch whatever its figures.
pub const fn wants_uploads(seed: u32, batch: u32) -> bool {
    draw(seed, SETTLEMENT, batch, 0).is_multiple_of(4)
}
