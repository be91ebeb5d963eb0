//! A terminal application over ISO 8583, in the order in which to read it.
//!
//! | question | file |
//! |---|---|
//! | what does the firmware do, and in which order? | `till` |
//! | what is in a message, and from which record? | `message` |
//! | how are answers told from noise? | `link` |
//! | how is a message written? | `iso8583` |
//! | what must the board have? | `world` |

pub mod iso8583;
pub mod link;
pub mod message;
pub mod till;
pub mod world;
