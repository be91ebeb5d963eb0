//! What happens at a terminal on one day.

use pos_journal::record::{AnswerClass, TransactionKind};
use rand::Rng;
use rand::rngs::StdRng;

use super::DAY;
use super::planted::Planted;
use super::till::Till;

const WEDNESDAY: u32 = 2;
const THURSDAY: u32 = 3;
const HOUR: u32 = 3_600;

/// Minutes in which systems were down, in seconds since 1970 UTC, with the code that was answered:
/// Tuesday 11:07 and 18:31 in Beijing, and Wednesday 15:20.
const DOWN: [(i64, &str); 3] =
    [(1_772_507_220, "91"), (1_772_533_860, "96"), (1_772_608_800, "98")];

/// What is done at a time.
#[derive(Clone, Copy)]
enum Turn {
    Any,
    Down(&'static str),
    /// The power fails.
    Cut,
    /// No answer, and its reversals have none either.
    Unresolved,
}

/// Lives a day, and settles in the evening, but for the last day.
pub fn live(till: &mut Till, day: u32, random: &mut StdRng, planted: &mut Planted) {
    // Thursday ends before noon.
    let hours = if day == THURSDAY { 8 * HOUR..10 * HOUR } else { 9 * HOUR..21 * HOUR };
    let count = random.random_range(5..=10);
    let mut turns: Vec<(u32, Turn)> =
        (0..count).map(|_| (day * DAY + random.random_range(hours.clone()), Turn::Any)).collect();
    for ((utc, code), down) in DOWN.into_iter().zip(0..) {
        let at = till.at(utc) + random.random_range(0..50);
        if till.n % 7 == down && at / DAY == day {
            turns.push((at, Turn::Down(code)));
        }
    }
    let rare = |turn, hour| (day * DAY + hour, turn);
    match (till.n % 29, day) {
        (3, WEDNESDAY) => turns.push(rare(Turn::Cut, 10 * HOUR)),
        (4, WEDNESDAY) => turns.push(rare(Turn::Unresolved, 10 * HOUR)),
        (5, THURSDAY) => turns.push(rare(Turn::Cut, 9 * HOUR)),
        _ => {}
    }
    turns.sort_by_key(|(at, _)| *at);
    // A payment takes a minute at most, and the next begins after it.
    let mut free = 0;
    for (at, turn) in turns {
        // Outages are at their time: what stands in their way is left out.
        if at < free && matches!(turn, Turn::Any) {
            continue;
        }
        free = at + 120;
        take(till, at, turn, random, planted);
        if till.is_dead {
            return;
        }
    }
    if day != THURSDAY {
        let answered = !(day == WEDNESDAY && till.n % 37 == 8);
        till.settle(day * DAY + 22 * HOUR, answered);
    }
}

fn take(till: &mut Till, at: u32, turn: Turn, random: &mut StdRng, planted: &mut Planted) {
    use TransactionKind::{Refund, Sale, Void};
    let amount = random.random_range(500..200_000);
    match turn {
        Turn::Down(code) => doubtful(till, at, code, amount, planted),
        Turn::Cut | Turn::Unresolved => {
            let item = till.begin(Sale, amount, None, at);
            if matches!(turn, Turn::Cut) {
                till.is_dead = true;
            } else {
                till.no_answer(item, at);
                till.reversal(item, AnswerClass::Nothing, at + 45);
                till.give_up(item);
            }
            planted.orphan(till, amount, at);
        }
        Turn::Any => match random.random_range(0..200) {
            0 => doubtful(till, at, ["91", "96", "98"][random.random_range(0..3)], amount, planted),
            1..16 => {
                let item = till.begin(Sale, amount, None, at);
                till.answer(item, "51", at);
            }
            16..22 => {
                let item = till.begin(Sale, amount, None, at);
                till.no_answer(item, at);
                till.reversal(item, AnswerClass::Done, at + 45);
            }
            22..32 => {
                let sale = till.approved(Sale, amount, None, at);
                till.approved(Void, -amount, Some(sale), at + 60);
                let voided = till.sold.iter_mut().find(|sold| sold.item == sale);
                voided.unwrap().undone = true;
            }
            32..38 => {
                let sale = till.approved(Sale, amount, None, at);
                // A part of it: the sale stands.
                till.approved(Refund, -(amount / 3), Some(sale), at + 60);
            }
            _ => {
                till.approved(Sale, amount, None, at);
            }
        },
    }
}

/// An answer that proves nothing, and the reversal that follows.
fn doubtful(till: &mut Till, at: u32, code: &str, amount: i64, planted: &mut Planted) {
    let item = till.begin(TransactionKind::Sale, amount, None, at);
    till.answer(item, code, at);
    planted.doubtful(till, at);
    till.reversal(item, AnswerClass::Done, at + 45);
}
