//! `pos-journal report IMAGE -o FILE`: one page for people who have no terminal program: the day at a
//! glance, whose money is where, what is open and what to do about it, the time line of every payment,
//! how fast the network was, and what is in each sector.
//!
//! | part of the page | file |
//! |---|---|
//! | all that the page is made of | `gather` |
//! | the page round the parts, and the switch of languages | `page`, `style.css` |
//! | the day at a glance | `glance` |
//! | money by state, and whose it is | `money` |
//! | what is open, past due or owed, and what to do | `todo` |
//! | each payment, and its time line on a click | `payments` |
//! | answers and time-outs over the day | `latency` |
//! | whether every byte is accounted for; the sectors | `sectors` |
//! | plots that stretch while their labels do not | `plot` |
//! | every word, in both languages | `words`, `both` |
//! | the command | `command` |
//!
//! The page holds no script and loads nothing: what opens is `<details>`, what switches the language
//! is a pair of radio buttons, and its content security policy forbids all else. Every text is escaped
//! by the template library, and texts of the image are plain ASCII before that.

pub(super) mod both;
mod command;
mod gather;
mod glance;
mod latency;
mod money;
mod page;
mod payments;
mod plot;
mod sectors;
mod todo;
mod words;

pub use command::{ReportArgs, run};
pub use gather::Report;
pub(super) use page::POLICY;
pub use page::page;
