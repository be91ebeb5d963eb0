//! Reading a dump of a region: is every byte of it accounted for, and what does it say?
//!
//! | question | file |
//! |---|---|
//! | Where in a file does a region begin, and where does it end? | `candidates`, `extract` |
//! | Is this a journal, and of what shape? | `image` |
//! | Did an export arrive as it was sent? | `export` |
//! | Which bytes are not known? | `holes` |
//! | What is each sector: active, kept, spare ...? | `sectors` |
//! | Which frames can be read in a sector? | `frames` |
//! | Which bytes did a boot frame declare dead, do the pairs agree? | `boots` |
//! | Which bytes belong to nothing? | `cover` |
//! | Do the sequence numbers run on? | `order` |
//! | What do the records say, does the ledger take them? | `replay` |
//! | What can be found, and how is it told? | `finding` |
//! | What is shown of it? | `outline` |
//! | What became of each payment? | `payments` |
//! | What is in each sector? | `map` |
//! | Which bytes are a record? | `raw` |
//! | Is one dump the continuation of another? | `compare` |
//! | Which records can be read of a damaged one? | `salvage`, `deep` |
//!
//! Nothing here trusts the image: any bytes are read in bounded time and memory.
//!
//! ```
//! use pos_journal::dump::{Image, NotReadable};
//! assert_eq!(Image::open(&[0x55; 4096]).err(), Some(NotReadable::NotAJournal));
//! ```

mod boots;
mod candidates;
mod compare;
mod cover;
mod deep;
mod export;
mod extract;
mod finding;
mod frames;
pub(crate) mod holes;
mod image;
mod map;
mod order;
mod outline;
mod payments;
mod raw;
mod replay;
mod salvage;
mod sectors;
mod verify;

#[cfg(test)]
mod tests;

pub use candidates::{Candidate, candidates};
pub use compare::{Comparison, Moved, Relation, compare};
pub use export::{Export, NotAnExport};
pub use extract::Extract;
pub use finding::{Class, Exempt, Finding, Spot, Why};
pub use image::{Image, NotReadable, OutsideDump, Slice};
pub use map::{SectorState, SectorView, map};
pub use outline::{BookTotals, OpenItem, Outline, Payment, Shown, Space, outline};
pub use raw::{RawFrame, raw_frames};
pub use salvage::{Missing, Salvage, Salvaged, Standing, salvage};
pub use sectors::SectorClass;
pub use verify::{Verification, verify};

/// Open payments that a dump's ledger has room for: more than firmware has.
const ITEMS: usize = 256;
/// Books that a dump's ledger has room for.
const BOOKS: usize = 16;

/// The ledger that a dump is replayed into.
pub type Ledger = crate::ledger::Ledger<ITEMS, BOOKS>;
