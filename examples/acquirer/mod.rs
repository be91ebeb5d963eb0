//! An acquirer with books of its own, in an embedded database. It shares no code with the journal: only
//! the messages.
//!
//! | question | file |
//! |---|---|
//! | what is answered to which message? | `host` |
//! | what is booked, and does it survive? | `books` |
//! | what do the merchant's bill files say? | `bills` |
//! | what does the line between do to messages? | `proxy` |
//! | who listens? | `serve` |

pub mod bills;
pub mod books;
pub mod host;
pub mod proxy;
pub mod serve;

/// Whatever ends it; its text is for people.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
