//! The two acquirers as the terminal is set up for them: a book each.

use super::wire::Kind;
use crate::ledger::profile::{Profile, Retry};
use std::fmt;
use std::ops::Index;

/// One of the two acquirers. Its number is the number of its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Host {
    /// Cards, UnionPay style.
    Cards,
    /// QR orders.
    Wallet,
}

impl Host {
    pub(super) const BOTH: [Self; 2] = [Self::Cards, Self::Wallet];

    pub(super) const fn book(self) -> u8 {
        match self {
            Self::Cards => 0,
            Self::Wallet => 1,
        }
    }

    /// The host of a book; the journal has no others.
    pub(super) const fn of_book(book: u8) -> Self {
        if book == Self::Cards.book() { Self::Cards } else { Self::Wallet }
    }

    /// The host that takes a kind.
    pub(super) const fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::QrSale | Kind::QrRefund => Self::Wallet,
            _ => Self::Cards,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Wallet => "wallet",
        }
    }

    /// DE41: each host gives the terminal a number of its own.
    pub(super) const fn terminal(self) -> &'static str {
        match self {
            Self::Cards => "10000001",
            Self::Wallet => "W0000007",
        }
    }

    /// DE42.
    pub(super) const fn merchant(self) -> &'static str {
        match self {
            Self::Cards => "898100000000001",
            Self::Wallet => "QR2088000000001",
        }
    }

    /// How it wants to be spoken to, with the minutes of a shop made milliseconds.
    pub(super) const fn profile(self) -> &'static Profile {
        match self {
            Self::Cards => &CARDS,
            Self::Wallet => &WALLET,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

const QUICK: Retry = Retry { first_ms: 15, longest_ms: 60, limit: 5 };

static CARDS: Profile = Profile {
    reversal: QUICK,
    advice: QUICK,
    query: Retry { limit: 8, ..QUICK },
    settle: QUICK,
    hold_off_ms: 40,
    duplicate_window_s: 2,
    ..Profile::UNIONPAY
};

static WALLET: Profile = Profile {
    reversal: QUICK,
    advice: QUICK,
    query: Retry { longest_ms: 25, limit: 20, ..QUICK },
    settle: QUICK,
    // From the attempt on, which is made durable and sent after that.
    hold_off_ms: super::network::LIFETIME_MS + 120,
    ..Profile::QR
};

/// A thing for each host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Both<T> {
    pub(super) cards: T,
    pub(super) wallet: T,
}

impl<T> Both<T> {
    pub(super) const fn get_mut(&mut self, host: Host) -> &mut T {
        match host {
            Host::Cards => &mut self.cards,
            Host::Wallet => &mut self.wallet,
        }
    }
}

impl<T> Index<Host> for Both<T> {
    type Output = T;

    fn index(&self, host: Host) -> &T {
        match host {
            Host::Cards => &self.cards,
            Host::Wallet => &self.wallet,
        }
    }
}
