//! What somebody put into the month on purpose, each with its place and the cause by which `explain`
//! has to name it.
//!
//! | who makes it | how |
//! |---|---|
//! | the cardholder, the cashier | a card is stolen, empty, or held to the reader twice |
//! | the acquirer, the issuer | DE39, by the last two digits of the amount (`examples/acquirer/host.rs`) |
//! | the line, the power | likewise by the amount (`examples/acquirer/proxy.rs`) |
//! | the acquirer's accounts | the row is missing in the bill, or says something else (`accounts`) |
//! | the acquirer's risk desk | a notice: a dispute, or a hold for an audit (`accounts`) |
//! | the bank | a day's settlement of the wallet is not credited (`accounts`) |
//!
//! In the hour of a plant nothing else goes wrong at its terminal: so what is named is the plant. Every cause
//! is planted but S (not due yet), which is no irregularity: whatever is approved is named so on its evening.

use super::script::{self, Month};
use crate::terminal::till::WALLET;
use pos_journal::host::explain::{Cause, Certainty, Sign};

/// An irregularity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    StolenCard,
    NoFunds,
    NotActivated,
    Declined,
    PaidTwice,
    NoLine,
    RequestLost,
    AnswerLost,
    PowerLost,
    IssuerDown,
    SwitchDown,
    RowMissing,
    AmountWrong,
    FeeWrong,
    Disputed,
    Held,
    OtherMerchant,
    /// Not a payment: a day's settlement of the wallet ([`is_unpaid`]).
    PayoutMissing,
}

/// Of a week and a bit of terminal days, so many have plants.
const TURNS: u32 = 4;
const OF: u32 = 36;
/// With fewer customers a day there is no room for them.
const FEWEST: u32 = 60;
/// Of so many days one is not paid out.
const UNPAID: u32 = 9;

impl What {
    /// At single payments, in the order in which they are planted.
    pub const OF_PAYMENTS: [Self; 17] = [
        Self::StolenCard,
        Self::NoFunds,
        Self::NotActivated,
        Self::Declined,
        Self::PaidTwice,
        Self::NoLine,
        Self::RequestLost,
        Self::AnswerLost,
        Self::PowerLost,
        Self::IssuerDown,
        Self::SwitchDown,
        Self::RowMissing,
        Self::AmountWrong,
        Self::FeeWrong,
        Self::Disputed,
        Self::Held,
        Self::OtherMerchant,
    ];

    /// What it is called, how it is named, and the last two digits of the amount that bring it about.
    const fn row(self) -> (&'static str, Sign, u64) {
        match self {
            Self::StolenCard => ("a stolen card", Sign::BadCard, 43),
            Self::NoFunds => ("no money on the card", Sign::HolderDeclined, 51),
            Self::NotActivated => ("the terminal is not activated", Sign::MerchantDeclined, 58),
            Self::Declined => ("declined without a reason", Sign::Declined, 5),
            Self::PaidTwice => ("paid twice", Sign::Double, 20),
            Self::NoLine => ("no line", Sign::NeverSent, 20),
            Self::RequestLost => ("the request is lost", Sign::NoAnswer, 71),
            Self::AnswerLost => ("the answer is lost", Sign::ReversedUnanswered, 72),
            Self::PowerLost => ("the power fails", Sign::Restarted, 73),
            Self::IssuerDown => ("the issuer is down", Sign::IssuerFault, 91),
            Self::SwitchDown => ("the switch is down", Sign::NetworkFault, 92),
            Self::RowMissing => ("no row in the bill", Sign::NoRow, 20),
            Self::AmountWrong => ("another amount in the bill", Sign::AmountDiffers, 20),
            Self::FeeWrong => ("another fee in the bill", Sign::FeeDiffers, 20),
            Self::Disputed => ("the cardholder disputes it", Sign::Disputed, 20),
            Self::Held => ("held for an audit", Sign::Audited, 20),
            Self::OtherMerchant => ("settled to another merchant", Sign::OtherMerchant, 20),
            Self::PayoutMissing => ("a day's payout is missing", Sign::PayoutMissing, 20),
        }
    }

    pub const fn name(self) -> &'static str {
        self.row().0
    }

    pub const fn sign(self) -> Sign {
        self.row().1
    }

    pub fn cause(self) -> (Cause, Certainty) {
        self.sign().row()
    }

    pub const fn cents(self) -> u64 {
        self.row().2
    }
}

/// A plant: the customer of that number at that terminal and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plant {
    pub number: u32,
    pub what: What,
}

/// The plants of a terminal's day: around one o'clock, every third customer.
pub fn of_day(month: &Month, terminal: u32, day: u32) -> impl Iterator<Item = Plant> + use<> {
    let Month { days, terminals, payments, .. } = *month;
    let turn = day * terminals + terminal - 1;
    let has = turn % OF < TURNS && payments >= FEWEST && !script::is_lost(terminal, day, days);
    let of_turn =
        What::OF_PAYMENTS.into_iter().skip((turn % TURNS) as usize).step_by(TURNS as usize);
    let numbers = (payments * 5 / 13..).step_by(3);
    numbers.zip(of_turn).filter(move |_| has).map(|(number, what)| Plant { number, what })
}

/// What is planted at a customer; and whether it is the customer who comes a second time.
pub fn at(month: &Month, terminal: u32, day: u32, number: u32) -> Option<(What, bool)> {
    of_day(month, terminal, day).find_map(|plant| {
        let again = plant.what == What::PaidTwice && number == plant.number + 1;
        (number == plant.number || again).then_some((plant.what, again))
    })
}

/// The bank does not credit what this day's payments in this book come to.
pub fn is_unpaid(month: &Month, day: u32, book: u8) -> bool {
    book == WALLET && day.is_multiple_of(UNPAID) && day < month.days && month.payments >= FEWEST
}

/// In this hour of the month, or next to it, there is a plant: nothing else goes wrong.
pub fn is_calm(month: &Month, terminal: u32, hour: u64) -> bool {
    let opens = |plant: Plant| script::opens((hour / 24) as u32, plant.number, month.payments);
    of_day(month, terminal, (hour / 24) as u32)
        .map(|plant| opens(plant) / script::HOUR)
        .any(|of| hour.abs_diff(of) <= 1)
}
