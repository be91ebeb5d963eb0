//! What firmware holds: the log and the ledger, and the verbs of the trade.
//!
//! | when | call | what is durable when it returns |
//! |---|---|---|
//! | after a start | [`set_profile`](Journal::set_profile), [`set_identity`](Journal::set_identity), [`device`](Journal::device) | who the terminal is; the same again writes nothing |
//! | before a card is read | [`may_start`](Journal::may_start) | nothing: a question |
//! | the card is read | [`duplicate_of`](Journal::duplicate_of), [`confirmed`](Journal::confirmed) | the cashier's yes |
//! | before the first byte leaves | [`begin`](Journal::begin) | the intent, with STAN, batch and invoice number |
//! | the connection failed, no byte was taken | [`not_sent`](Journal::not_sent) | the proof |
//! | an answer came, or none | [`outcome`](Journal::outcome), [`no_answer`](Journal::no_answer) | the answer; then it may be shown |
//! | the chip said TC | [`complete`](Journal::complete) | logged and disarmed |
//! | no answer, and the chip said Y3 | [`offline_approved`](Journal::offline_approved) | the reversal and the offline sale, in one record |
//! | the chip said AAC, the card was pulled, the MAC is wrong | [`reverse`](Journal::reverse) | the reversal that is owed |
//! | nothing else is to be done, and after every start | [`due`](Journal::due) | nothing: what is owed, in order |
//! | before a reversal's first byte leaves | [`attempt`](Journal::attempt) | the attempt |
//! | it was answered | [`answered`](Journal::answered), [`answer`](Journal::answer), [`unsent`](Journal::unsent) | the answer; the duty has ended if it says so |
//! | a question had no final answer, a connection failed | [`asked`](Journal::asked) | nothing: it waits |
//! | an operator decides | [`retry`](Journal::retry), [`abandon`](Journal::abandon) | who, and why |
//! | a slip | [`printed`](Journal::printed), [`receipt`](Journal::receipt) | the next one is a duplicate |
//! | the shop closes | [`close_batch`](Journal::close_batch), [`settle_attempt`](Journal::settle_attempt), [`settle_answer_de39`](Journal::settle_answer_de39) or [`settle_answer_de48`](Journal::settle_answer_de48) | frozen totals, each 0500, its answer |
//! | the totals differ | [`next_uploads`](Journal::next_uploads), [`uploaded`](Journal::uploaded), [`upload_ended`](Journal::upload_ended) | how far it is uploaded |
//! | the host is done | [`batch_closed`](Journal::batch_closed) | the next batch is open |
//! | the host never is | [`next_batch`](Journal::next_batch) | the next batch is open, the old one stays owed |
//! | a report | [`x_totals`](Journal::x_totals), [`z_totals`](Journal::z_totals) | nothing |
//! | once a day | [`retention`](Journal::retention) | nothing: how far back payments can be looked up |
//! | before a repair | [`export`](Journal::export) | nothing: every byte goes through a callback |
//! | idle | [`maintain`](Journal::maintain) | sectors erased ahead |
//!
//! A call that is illegal now is an error and writes no record. After a flash error nobody knows
//! whether the record is durable until the next start: show nothing, send nothing because of it, and
//! ask [`status`](Journal::status) then.
//!
//! After a start, what was in flight is owed: its approval comes too late and is given to
//! [`late`](Journal::late), as is every other answer that nobody waits for.

mod answers;
mod attach;
mod begin;
mod cancel;
mod duplicate;
mod duty;
mod error;
mod export;
mod given;
mod handle;
mod identity;
mod mti;
mod next;
#[cfg(feature = "async")]
pub(crate) mod nonblocking;
mod offline;
mod outcome;
mod pace;
pub mod plan;
mod profile;
mod query;
mod remark;
mod reports;
mod retention;
mod room;
mod settle;
mod start;
mod state;
mod story;
mod totals;

#[cfg(test)]
mod tests;

use bisync_macros::{
    internal_delete as only_async, internal_noop as only_sync, internal_strip_async as bisync,
};
use core::ops::FnMut as CallMut;
use embedded_storage::nor_flash;

use crate::log as logs;

pub use answers::{
    Asked, Attempted, Begun, Duplicate, DuplicateAdvice, Known, LateResult, Receipt,
};
pub use error::Error;
#[cfg(feature = "capi")]
pub(crate) use export::export_on;
#[cfg(feature = "std")]
pub(crate) use export::{EXPORT_HEADER, EXPORT_VERSION, SPAN_HEAD, span, span_crc};
pub use export::{EXPORT_MAGIC, export};
pub use given::{Begin, IdentityChange, LateAnswer, OutcomeOf, Sent, Who};
pub use handle::Journal;
pub use pace::Next;
use pace::Pace;
pub use reports::{Exported, Kept, Retention, Room, SettleRequest, Start, XTotals};
pub(crate) use state::State;
