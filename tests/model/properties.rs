//! What must hold in every state that can be reached.

use pos_journal::ledger::ItemState;
use stateright::Property;

use super::repair::{is_named, repaired};
use super::wire::{Message, Says};
use super::world::{Scenario, Told, World};
use pos_journal::record::TransactionKind;

pub fn all() -> Vec<Property<Scenario>> {
    vec![
        Property::always("never charged twice without owing it", never_twice),
        Property::always("no reversal is lost", no_reversal_lost),
        Property::always("no goods without money that counts or is named", goods_are_paid),
        Property::always("every duty ends when the network comes back", duties_end),
        Property::always("books agree at settlement", books_agree),
    ]
}

/// Per register reference: at most one charge at the host that the journal does not owe to undo.
fn never_twice(_: &Scenario, world: &World) -> bool {
    (0..world.told.len() as u8).all(|reference| {
        let charged = world.host.rows.iter().filter(|row| {
            row.reference == reference
                && world.host.is_charged(row.stan)
                && !is_named(world, row.stan)
        });
        charged.count() <= 1
    })
}

/// Money at the host is either a completed payment here, or open, or named by a decision.
fn no_reversal_lost(_: &Scenario, world: &World) -> bool {
    world.host.rows.iter().filter(|row| world.host.is_charged(row.stan)).all(|row| {
        // An answer or a late approval that is still on its way will open it again.
        let on_its_way = world.wire.iter().any(
            |m| matches!(m, Message::Response { stan, says: Says::Approved } if *stan == row.stan),
        );
        let completed = world.till.by_stan(row.stan).and_then(|(item, _)| world.till.state(item))
            == Some(ItemState::Completed);
        completed || is_named(world, row.stan) || on_its_way
    })
}

/// Who was told 'approved' has paid, or the journal still owes the advice, or names it.
fn goods_are_paid(scenario: &Scenario, world: &World) -> bool {
    world.told.iter().enumerate().filter(|(_, told)| **told == Told::Approved).all(|(n, _)| {
        let kind = scenario.wishes[n];
        let Some((item, intent)) = world.till.by_reference(n as u8) else { return false };
        if matches!(kind, TransactionKind::Void | TransactionKind::Refund) {
            return true;
        }
        let stan = intent.stan.get();
        let voided = world.host.row(stan).is_some() && !world.host.is_charged(stan);
        let completed = world.till.state(item) == Some(ItemState::Completed);
        is_named(world, stan)
            || completed && (world.host.is_charged(stan) || voided && has_void(world))
    })
}

fn has_void(world: &World) -> bool {
    world.host.rows.iter().any(|row| Message::kind(row.kind) == TransactionKind::Void)
}

/// From here, with a network that works: all duties end, and both books say the same.
fn duties_end(scenario: &Scenario, world: &World) -> bool {
    let Ok(end) = repaired(scenario, world) else { return false };
    // What the host refuses for good waits for a person.
    let nothing_open = end.till.ledger.items().all(|item| item.state() == ItemState::Refused);
    let same = end.till.intents().all(|(item, intent)| {
        let state = end.till.state(item);
        let sale = !matches!(intent.kind, TransactionKind::Void | TransactionKind::Refund);
        let voided = end.host.rows.iter().any(|row| {
            row.original == intent.stan.get()
                && row.entry == super::host::Entry::Booked
                && Message::kind(row.kind) == TransactionKind::Void
        });
        let counts = state == Some(ItemState::Completed) && sale && !voided;
        counts == end.host.is_charged(intent.stan.get()) || is_named(&end, intent.stan.get())
    });
    // Whoever left with goods has paid for them in the end.
    nothing_open && same && goods_are_paid(scenario, &end)
}

fn books_agree(_: &Scenario, world: &World) -> bool {
    world.settled.is_none_or(|books| books.host == books.frozen + books.named)
}
