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
//! | do the readers of dumps stand any file, and read every encoding alike? | `containers` |
//! | does the reader of exports stand any stream, and take no damaged byte for a whole one? | `exports` |
//! | do the readers of bills, the till's list and statements, and what compares them? | `bills`, `shop` |
//! | do descriptions of formats, facts and rates? | `profiles` |

pub mod bills;
pub mod build;
pub mod containers;
pub mod dump;
pub mod events;
pub mod exports;
pub mod input;
pub mod model;
pub mod mount;
pub mod profiles;
pub mod script;
pub mod shop;
