//! When something owed may be tried again.
//!
//! | duty | wait after the last try | due at once |
//! |---|---|---|
//! | never tried | none | yes |
//! | tried | the profile's: doubled with each try, up to the longest | no |
//! | 'nothing to reverse' once | at least the hold-off | no |
//! | a question about an order that was cancelled | the hold-off since the cancel: a copy of it may be under way | no |
//! | unresolved | the longest | no |
//! | unresolved, and no attempt is known; refused by the host | an operator's decision | no |
//! | close of a settled batch | none | yes |
//!
//! Time is the up-time that the caller passes in. After a start nobody knows how long the power was
//! off, so no time is taken to have passed. What no record tells (queries, connections that failed) is
//! counted here, in RAM: a start begins it anew.

use heapless::Vec;

use crate::ledger::profile::{Profile, Retry};
use crate::ledger::{Duty, Item, ItemState, Ledger, Millis, Owes, SettleStep, rule};
use crate::record::{Seq, Uptime};

/// What no record tells about an open payment.
#[derive(Clone, Copy, Debug)]
struct Tries {
    item: Seq,
    /// Times that it was asked about.
    asked: u16,
    /// Attempts up to an operator's decision to try again: they do not count for the limit.
    forgiven: u16,
    /// When a cancel of the order was sent last, in whole seconds, rounded up. 0: before this start, if
    /// ever.
    cancelled_s: u32,
}

impl Tries {
    const fn none(item: Seq) -> Self {
        Self { item, asked: 0, forgiven: 0, cancelled_s: 0 }
    }
}

/// What no record tells about tries.
#[derive(Clone, Debug)]
pub(super) struct Pace<const ITEMS: usize, const BOOKS: usize> {
    tries: Vec<Tries, ITEMS>,
    /// When a step of the book's settlement was tried last.
    settled_at: [Option<Millis>; BOOKS],
    /// Times since the last success.
    settle_tries: [u16; BOOKS],
    /// The host said that the figures agree, and its end message is not answered yet.
    balanced: [bool; BOOKS],
}

/// When a duty may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// At this time, or any time after it.
    At(u64),
    /// When an operator has decided.
    Decided,
}

impl<const ITEMS: usize, const BOOKS: usize> Pace<ITEMS, BOOKS> {
    pub const fn new() -> Self {
        Self {
            tries: Vec::new(),
            settled_at: [None; BOOKS],
            settle_tries: [0; BOOKS],
            balanced: [false; BOOKS],
        }
    }

    /// A time before one that was passed in earlier: the clock was started over, and every wait
    /// begins anew.
    pub fn rebase(&mut self, now: u64) {
        for at in self.settled_at.iter_mut().flatten() {
            *at = Millis({ at.0 }.min(now));
        }
        for tries in &mut self.tries {
            tries.cancelled_s = tries.cancelled_s.min(seconds(now));
        }
    }

    /// A payment was asked about.
    pub fn asked(&mut self, ledger: &Ledger<ITEMS, BOOKS>, item: Seq) {
        self.of(ledger, item, |tries| tries.asked = tries.asked.saturating_add(1));
    }

    /// An operator wants more tries: those so far do not count.
    pub fn forgive(&mut self, ledger: &Ledger<ITEMS, BOOKS>, item: Seq) {
        let attempts = ledger.item(item).map_or(0, Item::attempts);
        self.of(ledger, item, |tries| (tries.asked, tries.forgiven) = (0, attempts));
    }

    /// A cancel of an order is sent.
    pub fn cancelled(&mut self, ledger: &Ledger<ITEMS, BOOKS>, item: Seq, now: u64) {
        self.of(ledger, item, |tries| tries.cancelled_s = seconds(now));
    }

    fn of(&mut self, ledger: &Ledger<ITEMS, BOOKS>, item: Seq, change: impl Fn(&mut Tries)) {
        self.tries.retain(|tries| ledger.item(tries.item).is_some());
        if !self.tries.iter().any(|tries| tries.item == item) {
            // Only open payments are in it, and those fit.
            let _ = self.tries.push(Tries::none(item));
        }
        self.tries.iter_mut().filter(|tries| tries.item == item).for_each(change);
    }

    fn tries(&self, item: Seq) -> Tries {
        let known = self.tries.iter().find(|tries| tries.item == item).copied();
        known.unwrap_or(Tries::none(item))
    }

    /// A step of a settlement was tried now.
    pub fn settling(&mut self, book: u8, now: u64) {
        if let Some(at) = self.settled_at.get_mut(usize::from(book)) {
            *at = Some(Millis(now));
        }
        if let Some(tries) = self.settle_tries.get_mut(usize::from(book)) {
            *tries = tries.saturating_add(1);
        }
    }

    /// A step of a settlement was answered: the next one waits for nothing.
    pub fn settled(&mut self, book: u8) {
        if let Some(at) = self.settled_at.get_mut(usize::from(book)) {
            *at = None;
        }
        if let Some(tries) = self.settle_tries.get_mut(usize::from(book)) {
            *tries = 0;
        }
    }

    /// The figures agree: what is left is the end message.
    pub fn balanced(&mut self, book: u8) {
        self.settled(book);
        self.set_balanced(book, true);
    }

    /// What the host said before is outdated.
    pub fn unbalanced(&mut self, book: u8) {
        self.set_balanced(book, false);
    }

    fn set_balanced(&mut self, book: u8, to: bool) {
        if let Some(balanced) = self.balanced.get_mut(usize::from(book)) {
            *balanced = to;
        }
    }

    pub fn is_balanced(&self, book: u8) -> bool {
        self.balanced.get(usize::from(book)).copied().unwrap_or_default()
    }

    /// What a settlement goes on with: after a balance, with an upload that has nothing left.
    pub fn step(&self, duty: Duty) -> Duty {
        match duty {
            Duty::Settle { book, step: SettleStep::Repeat } if self.is_balanced(book) => {
                Duty::Settle { book, step: SettleStep::Upload { after: Seq(u32::MAX) } }
            }
            other => other,
        }
    }

    /// When the next step of a settlement may be taken. `attempts`: how often its 0500 was sent.
    pub fn settle_when(&self, book: u8, step: SettleStep, attempts: u16, retry: &Retry) -> When {
        let at = self.settled_at.get(usize::from(book)).copied().flatten().map(|at| at.0);
        let unanswered = self.settle_tries.get(usize::from(book)).copied().unwrap_or_default();
        let tries = match step {
            SettleStep::Close => return When::At(0),
            SettleStep::Repeat => attempts.max(unanswered),
            _ => unanswered,
        };
        When::At(at.unwrap_or(0).saturating_add(u64::from(retry.wait_ms(tries))))
    }

    /// When a payment's duty may be done.
    pub fn when(&self, item: &Item, profile: &Profile) -> When {
        let retry = retry_of(item, profile);
        let known = self.tries(item.seq());
        let tries = item.attempts().saturating_add(known.asked);
        let harmless = is_question(item);
        if item.state() == ItemState::Refused
            || (item.is_unresolved() && item.attempts() == 0 && !harmless)
        {
            return When::Decided;
        }
        // A connection that failed leaves nothing but the time.
        let tries = if item.tried_at().is_some() { tries.max(1) } else { tries };
        let wait = if item.is_unresolved() { retry.longest_ms } else { retry.wait_ms(tries) };
        let wait = match item.state() {
            ItemState::NothingOnce => wait.max(profile.hold_off_ms),
            _ => wait,
        };
        let at = item.tried_at().unwrap_or(0).saturating_add(u64::from(wait));
        When::At(at.max(self.counts_from(item, profile)))
    }

    /// From when on 'paid' counts for an order: at once, or after the hold-off where a cancel was sent.
    pub fn counts_from(&self, item: &Item, profile: &Profile) -> u64 {
        match was_cancelled(item) {
            true => {
                let sent = u64::from(self.tries(item.seq()).cancelled_s) * 1_000;
                sent.saturating_add(u64::from(profile.hold_off_ms))
            }
            false => 0,
        }
    }

    /// There were enough tries.
    pub fn is_exhausted(&self, item: &Item, profile: &Profile) -> bool {
        let known = self.tries(item.seq());
        let attempts = item.attempts().saturating_sub(known.forgiven);
        let tries = if is_question(item) { attempts.saturating_add(known.asked) } else { attempts };
        retry_of(item, profile).exhausted(tries)
    }
}

/// Milliseconds in whole seconds, rounded up.
fn seconds(ms: u64) -> u32 {
    u32::try_from(ms.div_ceil(1_000)).unwrap_or(u32::MAX)
}

/// A cancel was sent for an order that is asked about all the same: it had just been paid, or nobody
/// answered the cancel either.
fn was_cancelled(item: &Item) -> bool {
    rule(item.kind()).owes == Owes::Order && is_question(item) && item.attempts() > 0
}

/// What it owes is a question, which changes nothing at the host.
fn is_question(item: &Item) -> bool {
    use ItemState::{Approved, Querying, Unanswered, Unresolved};
    let asks = matches!(rule(item.kind()).owes, Owes::Query | Owes::Order);
    asks && matches!(item.state(), Unanswered | Approved | Querying | Unresolved)
}

fn retry_of<'p>(item: &Item, profile: &'p Profile) -> &'p Retry {
    match rule(item.kind()).owes {
        _ if is_question(item) => &profile.query,
        Owes::Advice | Owes::Notice => &profile.advice,
        _ => &profile.reversal,
    }
}

/// What is to be done now or later.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Do this.
    Now(Duty),
    /// Something is owed, and nothing of it may be tried before this time: of all that waits, this
    /// is the first.
    At(Uptime, Duty),
    /// Nothing is owed, or what is waits for an operator (see
    /// [`duties`](super::Journal::duties)).
    Nothing,
}

impl Next {
    /// The duty to do now, if there is one.
    #[must_use]
    pub const fn now(self) -> Option<Duty> {
        match self {
            Self::Now(duty) => Some(duty),
            _ => None,
        }
    }
}
