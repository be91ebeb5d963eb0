//! The network comes back: from any state, what happens when nothing goes wrong any more.

use pos_journal::ledger::{Duty, ItemState};

use super::world::{Scenario, Step, World};

/// More than any scenario needs.
const STEPS: usize = 120;

/// Whether the journal names this payment as open, or as ended by an operator's decision.
pub fn is_named(world: &World, stan: u32) -> bool {
    let Some((item, _)) = world.till.by_stan(stan) else { return false };
    let state = world.till.state(item);
    state == Some(ItemState::Abandoned) || state.is_some_and(|state| !state.is_final())
}

/// What is left when the terminal has paid all its duties over a network that works.
pub fn repaired(scenario: &Scenario, from: &World) -> Result<World, &'static str> {
    let patient = Scenario { attempts: u16::MAX - 1, ..*scenario };
    let mut world = from.clone();
    for _ in 0..STEPS {
        let Some(step) = next(&world) else { return Ok(world) };
        let before = world.clone();
        world.take(&patient, step);
        if world == before {
            return Err("a duty that nothing ends");
        }
    }
    Err("duties without end")
}

/// The one step of a patient terminal and a network without faults; `None`: all is done.
fn next(world: &World) -> Option<Step> {
    if !world.till.outbox.is_empty() {
        return Some(Step::Send);
    }
    if let Some(message) = world.wire.first() {
        return Some(match message.is_request() {
            true => Step::Host(0, false),
            false => Step::Receive(0),
        });
    }
    let waiting = world
        .till
        .ledger
        .items()
        .find(|item| item.is_in_flight() && item.state() == ItemState::Unanswered);
    if let Some(item) = waiting {
        return Some(Step::TimeOut(item.seq()));
    }
    match world.till.next_duty() {
        None => None,
        // What the host refuses for good waits for a person.
        Some(Duty::Advice { item, .. }) if world.till.state(item) == Some(ItemState::Refused) => {
            None
        }
        Some(
            Duty::Reversal { confirm: true, .. }
            | Duty::Cancel { confirm: true, .. }
            | Duty::Query { .. },
        ) if !world.till.rested => Some(Step::HoldOff),
        Some(_) => Some(Step::Duty),
    }
}
