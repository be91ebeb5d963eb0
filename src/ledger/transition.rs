//! The life of a payment as one table.
//!
//! | owes | from | event | to |
//! |---|---|---|---|
//! | any | Unanswered | approval | Completed |
//! | any | Unanswered | approval to be confirmed | Approved |
//! | any | Unanswered | decline | Declined |
//! | reversal | Unanswered | missing answer | Reversing |
//! | query | Unanswered, Approved | missing answer | Querying |
//! | query | Approved, Querying, Unresolved | approval | Completed |
//! | query | Querying, Unresolved | approval to be confirmed | Completed |
//! | query | Approved, Querying, Unresolved | decline | Declined |
//! | any | Approved | confirmation by the chip | Completed |
//! | reversal | Unanswered, Approved | debt of a reversal | Reversing |
//! | query | Unanswered, Approved | debt of a reversal | Querying |
//! | any | Unanswered | proof of never sent | NeverSent |
//! | reversal | Unanswered, Approved | reversal attempt | Reversing |
//! | reversal | Reversing, NothingOnce, Unresolved | reversal attempt | same |
//! | reversal | Reversing, NothingOnce, Unresolved | answer 'reversed' | Reversed |
//! | reversal | Reversing, Unresolved | answer 'nothing to reverse' | NothingOnce |
//! | reversal | NothingOnce | answer 'nothing to reverse' | NotFound |
//! | reversal | Reversing, NothingOnce, Unresolved | answer without result | same |
//! | reversal | Reversing, NothingOnce | attempt limit | Unresolved |
//! | query | Querying | attempt limit | Unresolved |
//! | reversal | Reversing, NothingOnce, Unresolved | operator's decision | Abandoned |
//! | query | Querying, Unresolved | operator's decision | Abandoned |
//! | reversal | Reversing, NothingOnce, Unresolved, Reversed | late answer | same |
//! | reversal | NeverSent, NotFound, Abandoned | late approval | Reversing |
//! | query | NeverSent, Abandoned | late approval | Querying |
//!
//! Whatever is not in the table is refused. A test compares the table above with the one
//! below, row by row.

use super::kinds::{Owes, rule};
use super::state::{ItemEvent, ItemState};
use crate::record::TransactionKind;

/// A row: for payments that owe this (`None`: any), in one of these states, on this event.
pub(super) struct Row {
    pub(super) owes: Option<Owes>,
    pub(super) from: &'static [ItemState],
    pub(super) event: ItemEvent,
    /// `None`: the state stays.
    pub(super) to: Option<ItemState>,
}

const fn row(
    owes: Option<Owes>,
    from: &'static [ItemState],
    event: ItemEvent,
    to: Option<ItemState>,
) -> Row {
    Row { owes, from, event, to }
}

const ANY: Option<Owes> = None;
const REVERSAL: Option<Owes> = Some(Owes::Reversal);
const QUERY: Option<Owes> = Some(Owes::Query);
const SAME: Option<ItemState> = None;

use ItemEvent as E;
use ItemState::{
    Abandoned, Approved, Completed, Declined, NeverSent, NotFound, NothingOnce, Querying, Reversed,
    Reversing, Unanswered, Unresolved,
};

pub(super) const TABLE: &[Row] = &[
    row(ANY, &[Unanswered], E::OutcomeCompleted, Some(Completed)),
    row(ANY, &[Unanswered], E::OutcomeApproved, Some(Approved)),
    row(ANY, &[Unanswered], E::OutcomeDeclined, Some(Declined)),
    row(REVERSAL, &[Unanswered], E::OutcomeUnknown, Some(Reversing)),
    row(QUERY, &[Unanswered, Approved], E::OutcomeUnknown, Some(Querying)),
    // The result of a query. The card is gone: no chip has anything left to confirm.
    row(QUERY, &[Approved, Querying, Unresolved], E::OutcomeCompleted, Some(Completed)),
    row(QUERY, &[Querying, Unresolved], E::OutcomeApproved, Some(Completed)),
    row(QUERY, &[Approved, Querying, Unresolved], E::OutcomeDeclined, Some(Declined)),
    row(ANY, &[Approved], E::Completed, Some(Completed)),
    row(REVERSAL, &[Unanswered, Approved], E::Reverse, Some(Reversing)),
    row(QUERY, &[Unanswered, Approved], E::Reverse, Some(Querying)),
    row(ANY, &[Unanswered], E::NotSent, Some(NeverSent)),
    // After a reboot nobody wrote an outcome: the attempt itself says that it is owed.
    row(REVERSAL, &[Unanswered, Approved], E::Attempt, Some(Reversing)),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::Attempt, SAME),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::AnswerDone, Some(Reversed)),
    // A request still on its way may arrive after the host said so: once is no proof.
    row(REVERSAL, &[Reversing, Unresolved], E::AnswerNothingToReverse, Some(NothingOnce)),
    row(REVERSAL, &[NothingOnce], E::AnswerNothingToReverse, Some(NotFound)),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::AnswerOther, SAME),
    row(REVERSAL, &[Reversing, NothingOnce], E::GivenUp, Some(Unresolved)),
    row(QUERY, &[Querying], E::GivenUp, Some(Unresolved)),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::Abandon, Some(Abandoned)),
    row(QUERY, &[Querying, Unresolved], E::Abandon, Some(Abandoned)),
    // A late approval never revives a sale that owes a reversal.
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved, Reversed], E::Late, SAME),
    row(REVERSAL, &[NeverSent, NotFound, Abandoned], E::Reopen, Some(Reversing)),
    row(QUERY, &[NeverSent, Abandoned], E::Reopen, Some(Querying)),
];

/// The state of a payment after an event, or `None` where the event is illegal.
///
/// ```
/// use pos_journal::ledger::{ItemEvent, ItemState, transition};
/// use pos_journal::record::TransactionKind::{Refund, Sale};
/// let silent = |kind| transition(kind, ItemState::Unanswered, ItemEvent::OutcomeUnknown);
/// assert_eq!(silent(Sale), Some(ItemState::Reversing));
/// assert_eq!(silent(Refund), Some(ItemState::Querying));
/// assert_eq!(transition(Sale, ItemState::Completed, ItemEvent::Attempt), None);
/// ```
#[must_use]
pub fn transition(kind: TransactionKind, from: ItemState, event: ItemEvent) -> Option<ItemState> {
    let owes = rule(kind).owes;
    TABLE
        .iter()
        .find(|row| {
            row.event == event && row.from.contains(&from) && row.owes.is_none_or(|o| o == owes)
        })
        .map(|row| row.to.unwrap_or(from))
}
