//! What the fuzz targets check. The root crate's `tests/fuzz_findings.rs` takes these files in by
//! `#[path]` and feeds them the inputs that once failed.
//!
//! | question | file |
//! |---|---|
//! | which chip and region does an input ask for, raw or crafted? | `input` |
//! | how is a crafted image described? | `script` |
//! | how do bytes with right CRCs come of it? | `build` |
//! | does a mount stand any image? | `mount` |
//! | does the host's reader? | `dump` |
//! | do the calls do what a simple model says? | `events`, `model` |

pub mod build;
pub mod dump;
pub mod events;
pub mod input;
pub mod model;
pub mod mount;
pub mod script;
