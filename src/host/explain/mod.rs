//! `pos-journal explain`: why has the money of a payment not arrived, who can prove what, and what may
//! be done next without harm.
//!
//! | question | file |
//! |---|---|
//! | what does the dump say of this payment? | `story`, gathered by `around` |
//! | how far was it taken back? | `undo` |
//! | did several cards fail together? | `cluster` |
//! | what does a bill say of it? | `bill`, read by `reconcile` |
//! | where is its money by that? | `arrival` |
//! | was something down then? | `outage` |
//! | what is agreed, and what time is it? | `world` |
//! | what does it show, and which sign counts first? | `signs` |
//! | which cause is that, and how sure? | `cause` |
//! | what is proven of it? | `proof` |
//! | what may be done next? | `advice` |
//! | whose money is it, and until when is waiting right? | `money` |
//! | all of that together | `finding` |
//! | the words, in both languages, for three readers | `words` |
//! | what is said of them in a phrase | `phrase` |
//! | the command, what it is told and what it prints | `command`, `world_args`, `print` |
//!
//! Unsafe advice cannot be built: [`Step::SwipeAgain`] needs a [`NotCharged`], [`Step::Void`] a
//! [`Charged`], and only [`Premises::standing`] makes those.

mod advice;
mod around;
pub(in crate::host) mod arrival;
mod bill;
mod cause;
mod cluster;
mod command;
mod finding;
mod money;
mod outage;
pub(in crate::host) mod phrase;
mod print;
mod proof;
mod reference;
mod signs;
mod story;
#[cfg(test)]
mod tests;
mod undo;
pub(in crate::host) mod words;
mod world;
mod world_args;

pub use advice::{Party, Step, step};
pub use around::stories;
pub use arrival::{Arrival, arrival};
pub use bill::{BillFacts, BillSource, Payout, Presence};
pub use cause::{Cause, Certainty};
pub use cluster::Cluster;
pub use command::{ExplainArgs, run};
pub use finding::{Finding, explain};
pub use money::{Owed, Until};
pub use outage::{Outage, Side, read as outages};
pub use print::{Asked, text};
pub use proof::{Charged, NotCharged, Premises, Standing};
pub use reference::table as reference_table;
pub use signs::{PRECEDENCE, Sign};
pub use story::{BatchStands, Story};
pub use undo::{Undo, Undone};
pub use words::{Audience, cause as cause_name, party as party_words, sign as sign_words};
pub use words::{certainty as certainty_words, step as step_words};
pub use world::World;
pub use world_args::WorldArgs;
