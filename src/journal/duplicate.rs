//! Whether a payment looks like one that was made already: 'just swipe again' is how people are charged
//! twice, and two coffees are two coffees. So it warns, and never blocks.
//!
//! | first payment, same truncated card number and amount | named when | what to do |
//! |---|---|---|
//! | nobody knows yet what became of it | it is open, however old | [`Look`](DuplicateAdvice::Look): settle it first |
//! | being reversed | it is open, however old | [`Reversing`](DuplicateAdvice::Reversing): a second one is right |
//! | approved or accepted | inside the window | [`Ask`](DuplicateAdvice::Ask) whether it is for other goods |
//! | declined, reversed, never sent | never | |
//!
//! | is it inside the window? | judged by |
//! |---|---|
//! | the clock was set at both | local time and its offset |
//! | both in one run of the terminal | up-time |
//! | else | it is among the last three payments of its book |

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::{Duplicate, DuplicateAdvice, Error, Journal, bisync};
use crate::ledger::{Counts, ItemState, PaymentStatus, rule};
use crate::record::{
    Amount, Clock, Confirmed, Intent, Moment, Record, Seq, TransactionKind, TruncatedPan,
};

/// How many payments count as the last few.
const FEW: usize = 3;
/// How many payments of one card and amount are looked at.
const MATCHES: usize = 8;

/// A payment of the same card and amount.
#[derive(Clone, Copy)]
struct Match {
    item: Seq,
    moment: Moment,
}

/// The newest payments, as they are read, newest sector first.
struct Search {
    matches: Vec<Match, MATCHES>,
    newest: Vec<Seq, FEW>,
}

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// The payment that one of this card and amount may be a second charge for, by the tables above;
    /// asked when the card is read and before [`begin`](Self::begin). It never blocks. Reads the newest
    /// sectors only, as far back as the profile's window.
    ///
    /// # Errors
    /// The last record could not be made durable, without which nothing may be told.
    pub async fn duplicate_of(
        &mut self,
        book: u8,
        pan: TruncatedPan,
        amount: Amount,
        moment: &Moment,
    ) -> Result<Option<Duplicate>, Error<F::Error>> {
        self.awake().await?;
        self.confirm_shown().await?;
        if let Some(open) = self.open_duplicate(book, pan, amount, moment).await {
            return Ok(Some(open));
        }
        let window = self.profile(book).duplicate_window_s;
        let search = self.search(book, pan, amount, moment, window).await;
        for candidate in &search.matches {
            let age = age_s(&candidate.moment, moment);
            let few = || search.newest.contains(&candidate.item);
            if !age.map_or_else(few, |age| age <= window) {
                continue;
            }
            let Some(story) = self.story(candidate.item).await else { continue };
            if story.state == ItemState::Completed {
                let status = self.told(story.item, story.state);
                let (first, advice) = (story.item, DuplicateAdvice::Ask);
                return Ok(Some(Duplicate { first, status, age_s: age, advice }));
            }
        }
        Ok(None)
    }

    /// The cashier was warned of a duplicate and said yes: evidence, durable when this returns.
    ///
    /// # Errors
    /// There is no room ([`Error::Full`]), or the flash failed.
    pub async fn confirmed(&mut self, first: Seq) -> Result<Seq, Error<F::Error>> {
        self.awake().await?;
        let record = Record::Confirmed(Confirmed { first });
        self.has_room_for_evidence(&record)?;
        Ok(self.write(&record).await?.0)
    }

    /// The newest open payment of this card and amount, wherever it lies.
    async fn open_duplicate(
        &mut self,
        book: u8,
        pan: TruncatedPan,
        amount: Amount,
        moment: &Moment,
    ) -> Option<Duplicate> {
        let mut before = Seq(u32::MAX);
        for _ in 0..ITEMS {
            let same = |item: &&crate::ledger::Item| {
                item.seq() < before
                    && (item.book(), item.amount()) == (book, amount)
                    && charges(item.kind())
            };
            let item = self.state.ledger.items().filter(same).last()?;
            let (first, place, state) = (item.seq(), item.place(), item.state());
            before = first;
            let Ok((intent, _)) = self.read_intent(first, place).await else { continue };
            if intent.pan != Some(pan) {
                continue;
            }
            let status = self.told(first, state);
            let age_s = age_s(&intent.moment, moment);
            let advice = match status {
                PaymentStatus::Reversing => DuplicateAdvice::Reversing,
                PaymentStatus::Accepted => DuplicateAdvice::Ask,
                _ => DuplicateAdvice::Look,
            };
            return Some(Duplicate { first, status, age_s, advice });
        }
        None
    }

    /// Reads sectors, newest first, until one whose newest payment is outside the window. Carried
    /// records say nothing of that: they are older than whatever else lies in their sector.
    async fn search(
        &mut self,
        book: u8,
        pan: TruncatedPan,
        amount: Amount,
        moment: &Moment,
        window: u32,
    ) -> Search {
        let mut search = Search { matches: Vec::new(), newest: Vec::new() };
        for back in 0..self.log.layout().sectors() {
            let mut last: Option<Match> = None;
            self.log
                .scan_sector(back, |entry| {
                    let intent = match Record::decode(entry.kind, entry.payload) {
                        Ok(Record::Intent(intent)) => intent,
                        Ok(Record::OfflineApproved(offline)) => offline.intent,
                        _ => return,
                    };
                    if intent.book != book {
                        return;
                    }
                    let found = Match { item: Seq(entry.seq), moment: intent.moment };
                    if !entry.carried && last.is_none_or(|last| last.item < found.item) {
                        last = Some(found);
                    }
                    search.take(found, is_same(&intent, pan, amount));
                })
                .await;
            let Some(last) = last else { continue };
            let done = match age_s(&last.moment, moment) {
                Some(age) => age > window,
                None => search.newest.is_full(),
            };
            if done {
                break;
            }
        }
        search
    }
}

impl Search {
    /// Keeps the newest few, newest first.
    fn take(&mut self, found: Match, same: bool) {
        insert(&mut self.newest, found.item, |&seq| seq);
        if same {
            insert(&mut self.matches, found, |found: &Match| found.item);
        }
    }
}

/// Puts a value where its number belongs, newest first and each once; the oldest makes room.
fn insert<T: Copy, const N: usize>(list: &mut Vec<T, N>, value: T, seq: impl Fn(&T) -> Seq) {
    let new = seq(&value);
    if list.iter().any(|other| seq(other) == new) {
        return;
    }
    if list.is_full() {
        if list.last().is_some_and(|oldest| seq(oldest) > new) {
            return;
        }
        list.pop();
    }
    let mut moving = value;
    for other in list.iter_mut().filter(|other| seq(other) < new) {
        core::mem::swap(other, &mut moving);
    }
    let _ = list.push(moving);
}

/// It takes money from a card, or holds it.
fn charges(kind: TransactionKind) -> bool {
    rule(kind).counts == Counts::Sales || kind == TransactionKind::PreAuth
}

fn is_same(intent: &Intent, pan: TruncatedPan, amount: Amount) -> bool {
    charges(intent.kind) && intent.pan == Some(pan) && intent.amount == amount
}

/// How many seconds lie between two moments, where a clock can tell.
fn age_s(first: &Moment, second: &Moment) -> Option<u32> {
    if (first.clock, second.clock) == (Clock::Set, Clock::Set) {
        let utc = |m: &Moment| i64::from(m.local_seconds) - i64::from(m.utc_offset_quarters) * 900;
        return u32::try_from(utc(first).abs_diff(utc(second))).ok();
    }
    if first.boot == second.boot {
        return u32::try_from(first.uptime.0.abs_diff(second.uptime.0) / 1_000).ok();
    }
    None
}
