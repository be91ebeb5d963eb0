//! The life of a payment as one table.
//!
//! | owes | from | event | to |
//! |---|---|---|---|
//! | reversal, query, order | Unanswered | approval | Completed |
//! | reversal, query | Unanswered | approval to be confirmed | Approved |
//! | order | Unanswered | approval to be confirmed | Completed |
//! | reversal, query, order | Unanswered | decline | Declined |
//! | reversal | Unanswered | missing answer | Reversing |
//! | query | Unanswered, Approved | missing answer | Querying |
//! | order | Unanswered | missing answer | Querying |
//! | query | Approved, Querying, Unresolved | approval | Completed |
//! | query | Querying, Unresolved | approval to be confirmed | Completed |
//! | query | Approved, Querying, Unresolved | decline | Declined |
//! | order | Querying, Unresolved | approval | Completed |
//! | order | Querying, Unresolved | approval to be confirmed | Completed |
//! | order | Querying, Unresolved | decline | Declined |
//! | order | Querying, Unresolved | missing answer | same |
//! | order | Cancelling, NothingOnce, RefundDue | approval | same |
//! | order | Cancelling, NothingOnce, RefundDue | approval to be confirmed | same |
//! | order | Cancelling, NothingOnce | decline | Reversed |
//! | order | RefundDue | decline | same |
//! | order | Cancelling, NothingOnce, RefundDue | missing answer | same |
//! | reversal, query | Approved | confirmation by the chip | Completed |
//! | reversal | Unanswered, Approved | debt of a reversal | Reversing |
//! | query | Unanswered, Approved | debt of a reversal | Querying |
//! | reversal, query, order | Unanswered | proof of never sent | NeverSent |
//! | advice, notice | Stored, Sending | proof of never sent | Cancelled |
//! | reversal | Unanswered, Approved | attempt | Reversing |
//! | reversal | Reversing, NothingOnce, Unresolved | attempt | same |
//! | query | Unanswered, Approved | attempt | Querying |
//! | query | Querying, Unresolved | attempt | same |
//! | advice, notice | Stored | attempt | Sending |
//! | advice, notice | Sending, Refused, Unresolved | attempt | same |
//! | order | Unanswered, Querying, Unresolved | attempt | Cancelling |
//! | order | Cancelling, NothingOnce, RefundDue | attempt | same |
//! | reversal | Reversing, NothingOnce, Unresolved | answer 'done' | Reversed |
//! | advice, notice | Sending, Refused, Unresolved | answer 'done' | Completed |
//! | order | Cancelling, NothingOnce | answer 'done' | Reversed |
//! | order | RefundDue | answer 'done' | Refunded |
//! | reversal | Reversing, Unresolved | answer 'nothing to reverse' | NothingOnce |
//! | order | Cancelling | answer 'nothing to reverse' | NothingOnce |
//! | reversal, order | NothingOnce | answer 'nothing to reverse' | NotFound |
//! | advice, notice | Sending, Refused, Unresolved | answer 'nothing to reverse' | Refused |
//! | order | RefundDue | answer 'nothing to reverse' | same |
//! | reversal | Reversing, NothingOnce, Unresolved | answer 'refused' | same |
//! | advice, notice | Sending, Refused, Unresolved | answer 'refused' | Refused |
//! | order | Cancelling, NothingOnce, RefundDue | answer 'refused' | same |
//! | reversal | Reversing, NothingOnce, Unresolved | answer without result | same |
//! | query | Querying, Unresolved | answer without result | same |
//! | advice, notice | Sending, Refused, Unresolved | answer without result | same |
//! | order | Cancelling, NothingOnce, RefundDue | answer without result | same |
//! | reversal | Reversing, NothingOnce, Unresolved | proof of an attempt never sent | same |
//! | query | Querying, Unresolved | proof of an attempt never sent | same |
//! | advice, notice | Sending, Refused, Unresolved | proof of an attempt never sent | same |
//! | order | Cancelling, NothingOnce, RefundDue | proof of an attempt never sent | same |
//! | order | Cancelling, NothingOnce | answer 'just paid' | Querying |
//! | order | RefundDue | answer 'just paid' | same |
//! | reversal | Reversing, NothingOnce | attempt limit | Unresolved |
//! | query | Querying | attempt limit | Unresolved |
//! | advice, notice | Sending | attempt limit | Unresolved |
//! | order | Querying | attempt limit | Unresolved |
//! | order | Cancelling, NothingOnce, RefundDue | attempt limit | same |
//! | reversal | Reversing, NothingOnce, Unresolved | operator's decision to abandon | Abandoned |
//! | query | Querying, Unresolved | operator's decision to abandon | Abandoned |
//! | advice, notice | Refused, Unresolved | operator's decision to abandon | Abandoned |
//! | order | Querying, Cancelling, NothingOnce, Unresolved, RefundDue | operator's decision to abandon | Abandoned |
//! | reversal | Unresolved | operator's decision to retry | Reversing |
//! | reversal | NothingOnce | operator's decision to retry | same |
//! | query | Unresolved | operator's decision to retry | Querying |
//! | advice, notice | Stored | operator's decision to retry | same |
//! | advice, notice | Refused, Unresolved | operator's decision to retry | Sending |
//! | order | Unresolved | operator's decision to retry | Querying |
//! | order | Cancelling, NothingOnce, RefundDue | operator's decision to retry | same |
//! | reversal | Reversing, NothingOnce, Unresolved, Reversed | late answer | same |
//! | advice, notice | Abandoned | late answer | same |
//! | order | Unanswered, Querying, Cancelling, NothingOnce, Unresolved, RefundDue | late answer | same |
//! | reversal | NeverSent, NotFound, Abandoned | late approval | Reversing |
//! | query | NeverSent, Abandoned | late approval | Querying |
//! | order | Declined, NeverSent, Reversed, NotFound, Abandoned | late approval | RefundDue |
//! | reversal | Unanswered, Reversing | offline approval of what was sent | Reversing |
//! | reversal | Unanswered | offline approval of what was never sent | NeverSent |
//!
//! Whatever is not in the table is refused. A test compares the table above with the one
//! below, row by row.

use super::kinds::{Owes, rule};
use super::state::{ItemEvent, ItemState};
use crate::record::TransactionKind;

/// A row: for payments that owe one of these, in one of these states, on this event.
pub(super) struct Row {
    pub(super) owes: &'static [Owes],
    pub(super) from: &'static [ItemState],
    pub(super) event: ItemEvent,
    /// `None`: the state stays.
    pub(super) to: Option<ItemState>,
}

const fn row(
    owes: &'static [Owes],
    from: &'static [ItemState],
    event: ItemEvent,
    to: Option<ItemState>,
) -> Row {
    Row { owes, from, event, to }
}

const ASKED: &[Owes] = &[Owes::Reversal, Owes::Query, Owes::Order];
const CARD: &[Owes] = &[Owes::Reversal, Owes::Query];
const REVERSAL: &[Owes] = &[Owes::Reversal];
const QUERY: &[Owes] = &[Owes::Query];
const ADVICE: &[Owes] = &[Owes::Advice, Owes::Notice];
const ORDER: &[Owes] = &[Owes::Order];
const SAME: Option<ItemState> = None;

use ItemEvent as E;
use ItemState::{
    Abandoned, Approved, Cancelled, Cancelling, Completed, Declined, NeverSent, NotFound,
    NothingOnce, Querying, RefundDue, Refunded, Refused, Reversed, Reversing, Sending, Stored,
    Unanswered, Unresolved,
};

pub(super) const TABLE: &[Row] = &[
    row(ASKED, &[Unanswered], E::OutcomeCompleted, Some(Completed)),
    row(CARD, &[Unanswered], E::OutcomeApproved, Some(Approved)),
    // No chip has anything to confirm.
    row(ORDER, &[Unanswered], E::OutcomeApproved, Some(Completed)),
    row(ASKED, &[Unanswered], E::OutcomeDeclined, Some(Declined)),
    row(REVERSAL, &[Unanswered], E::OutcomeUnknown, Some(Reversing)),
    row(QUERY, &[Unanswered, Approved], E::OutcomeUnknown, Some(Querying)),
    row(ORDER, &[Unanswered], E::OutcomeUnknown, Some(Querying)),
    // The result of a query. The card is gone: no chip has anything left to confirm.
    row(QUERY, &[Approved, Querying, Unresolved], E::OutcomeCompleted, Some(Completed)),
    row(QUERY, &[Querying, Unresolved], E::OutcomeApproved, Some(Completed)),
    row(QUERY, &[Approved, Querying, Unresolved], E::OutcomeDeclined, Some(Declined)),
    row(ORDER, &[Querying, Unresolved], E::OutcomeCompleted, Some(Completed)),
    row(ORDER, &[Querying, Unresolved], E::OutcomeApproved, Some(Completed)),
    row(ORDER, &[Querying, Unresolved], E::OutcomeDeclined, Some(Declined)),
    row(ORDER, &[Querying, Unresolved], E::OutcomeUnknown, SAME),
    // A cancel is under way: only its own answer 'just paid' lets the order live.
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::OutcomeCompleted, SAME),
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::OutcomeApproved, SAME),
    row(ORDER, &[Cancelling, NothingOnce], E::OutcomeDeclined, Some(Reversed)),
    row(ORDER, &[RefundDue], E::OutcomeDeclined, SAME),
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::OutcomeUnknown, SAME),
    row(CARD, &[Approved], E::Completed, Some(Completed)),
    row(REVERSAL, &[Unanswered, Approved], E::Reverse, Some(Reversing)),
    row(QUERY, &[Unanswered, Approved], E::Reverse, Some(Querying)),
    row(ASKED, &[Unanswered], E::NotSent, Some(NeverSent)),
    // Of an advice the log itself proves it: no attempt that counts is in it.
    row(ADVICE, &[Stored, Sending], E::NotSent, Some(Cancelled)),
    // After a reboot nobody wrote an outcome: the attempt itself says that it is owed.
    row(REVERSAL, &[Unanswered, Approved], E::Attempt, Some(Reversing)),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::Attempt, SAME),
    // Sent again, identically, where the host declares that to be safe.
    row(QUERY, &[Unanswered, Approved], E::Attempt, Some(Querying)),
    row(QUERY, &[Querying, Unresolved], E::Attempt, SAME),
    row(ADVICE, &[Stored], E::Attempt, Some(Sending)),
    row(ADVICE, &[Sending, Refused, Unresolved], E::Attempt, SAME),
    row(ORDER, &[Unanswered, Querying, Unresolved], E::Attempt, Some(Cancelling)),
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::Attempt, SAME),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::AnswerDone, Some(Reversed)),
    row(ADVICE, &[Sending, Refused, Unresolved], E::AnswerDone, Some(Completed)),
    row(ORDER, &[Cancelling, NothingOnce], E::AnswerDone, Some(Reversed)),
    row(ORDER, &[RefundDue], E::AnswerDone, Some(Refunded)),
    // A request still on its way may arrive after the host said so: once is no proof.
    row(REVERSAL, &[Reversing, Unresolved], E::AnswerNothingToReverse, Some(NothingOnce)),
    row(ORDER, &[Cancelling], E::AnswerNothingToReverse, Some(NothingOnce)),
    row(&[Owes::Reversal, Owes::Order], &[NothingOnce], E::AnswerNothingToReverse, Some(NotFound)),
    row(ADVICE, &[Sending, Refused, Unresolved], E::AnswerNothingToReverse, Some(Refused)),
    row(ORDER, &[RefundDue], E::AnswerNothingToReverse, SAME),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::AnswerRefused, SAME),
    row(ADVICE, &[Sending, Refused, Unresolved], E::AnswerRefused, Some(Refused)),
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::AnswerRefused, SAME),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::AnswerOther, SAME),
    row(QUERY, &[Querying, Unresolved], E::AnswerOther, SAME),
    row(ADVICE, &[Sending, Refused, Unresolved], E::AnswerOther, SAME),
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::AnswerOther, SAME),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::AnswerUnsent, SAME),
    row(QUERY, &[Querying, Unresolved], E::AnswerUnsent, SAME),
    row(ADVICE, &[Sending, Refused, Unresolved], E::AnswerUnsent, SAME),
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::AnswerUnsent, SAME),
    row(ORDER, &[Cancelling, NothingOnce], E::AnswerPaid, Some(Querying)),
    row(ORDER, &[RefundDue], E::AnswerPaid, SAME),
    row(REVERSAL, &[Reversing, NothingOnce], E::GivenUp, Some(Unresolved)),
    row(QUERY, &[Querying], E::GivenUp, Some(Unresolved)),
    row(ADVICE, &[Sending], E::GivenUp, Some(Unresolved)),
    row(ORDER, &[Querying], E::GivenUp, Some(Unresolved)),
    // Marked and no more: a query's approval must not complete what a cancel may yet undo.
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::GivenUp, SAME),
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved], E::Abandon, Some(Abandoned)),
    row(QUERY, &[Querying, Unresolved], E::Abandon, Some(Abandoned)),
    row(ADVICE, &[Refused, Unresolved], E::Abandon, Some(Abandoned)),
    row(
        ORDER,
        &[Querying, Cancelling, NothingOnce, Unresolved, RefundDue],
        E::Abandon,
        Some(Abandoned),
    ),
    // Of these only what bears the mark is tried again.
    row(REVERSAL, &[Unresolved], E::OperatorRetry, Some(Reversing)),
    row(REVERSAL, &[NothingOnce], E::OperatorRetry, SAME),
    row(QUERY, &[Unresolved], E::OperatorRetry, Some(Querying)),
    row(ADVICE, &[Stored], E::OperatorRetry, SAME),
    row(ADVICE, &[Refused, Unresolved], E::OperatorRetry, Some(Sending)),
    row(ORDER, &[Unresolved], E::OperatorRetry, Some(Querying)),
    row(ORDER, &[Cancelling, NothingOnce, RefundDue], E::OperatorRetry, SAME),
    // A late approval never revives a sale that owes a reversal.
    row(REVERSAL, &[Reversing, NothingOnce, Unresolved, Reversed], E::Late, SAME),
    row(ADVICE, &[Abandoned], E::Late, SAME),
    row(
        ORDER,
        &[Unanswered, Querying, Cancelling, NothingOnce, Unresolved, RefundDue],
        E::Late,
        SAME,
    ),
    row(REVERSAL, &[NeverSent, NotFound, Abandoned], E::Reopen, Some(Reversing)),
    row(QUERY, &[NeverSent, Abandoned], E::Reopen, Some(Querying)),
    // Told as failed, and paid.
    row(ORDER, &[Declined, NeverSent, Reversed, NotFound, Abandoned], E::Reopen, Some(RefundDue)),
    row(REVERSAL, &[Unanswered, Reversing], E::OfflineReverse, Some(Reversing)),
    row(REVERSAL, &[Unanswered], E::OfflineUnsent, Some(NeverSent)),
];

/// The state of a payment after an event, or `None` where the event is illegal.
///
/// ```
/// use pos_journal::ledger::{ItemEvent, ItemState, transition};
/// use pos_journal::record::TransactionKind::{QrSale, Refund, Sale};
/// let silent = |kind| transition(kind, ItemState::Unanswered, ItemEvent::OutcomeUnknown);
/// assert_eq!(silent(Sale), Some(ItemState::Reversing));
/// assert_eq!(silent(Refund), Some(ItemState::Querying));
/// assert_eq!(silent(QrSale), Some(ItemState::Querying));
/// assert_eq!(transition(Sale, ItemState::Completed, ItemEvent::Attempt), None);
/// ```
#[must_use]
pub fn transition(kind: TransactionKind, from: ItemState, event: ItemEvent) -> Option<ItemState> {
    let owes = rule(kind).owes;
    TABLE
        .iter()
        .find(|row| row.event == event && row.from.contains(&from) && row.owes.contains(&owes))
        .map(|row| row.to.unwrap_or(from))
}
