//! What only a host does: the commands of the `pos-journal` program.
//!
//! | command | file |
//! |---|---|
//! | `show IMAGE` | `show` |
//! | `open IMAGE` | `open` |
//! | `txn IMAGE WHICH` | `txn` |
//! | `explain IMAGE [WHICH]` | [`explain`] |
//! | `evidence IMAGE WHICH -o DIR` | [`evidence`] |
//! | `report IMAGE -o FILE` | [`report`] |
//! | `batches IMAGE` | `batches` |
//! | `map IMAGE` | `map` |
//! | `verify IMAGE` | `verify` |
//! | `diff A B` | `diff` |
//! | `salvage FILE` | `salvage` |
//! | `plan` | `plan` |
//! | `demo` | [`demo`] |
//! | `export DIR... -o OUT` | `fleet` |
//! | `bill FILE...` | `bill`, which reads them with [`bills`] |
//! | `reconcile DUMP... --bill FILE...` | `reconcile` |
//!
//! | what all readers share | file |
//! |---|---|
//! | what a file holds: raw, hex, base64, Intel HEX, S-record, gzip | `input` |
//! | rows as a table, JSON, JSON lines or CSV | `listing`, `table`; `json` for `show` and `verify` |
//! | every word in English and Chinese | `words`, [`Lang`] |
//! | nothing steers a terminal or a spreadsheet | [`plain`](plain()) |
//! | how they end | [`Exit`] |

mod batches;
mod bill;
pub mod bills;
pub mod calendar;
pub mod codes;
pub mod demo;
mod diff;
pub mod evidence;
mod exit;
pub mod explain;
mod fleet;
mod input;
mod json;
mod lang;
mod listing;
mod map;
mod open;
mod plain;
mod plan;
mod progress;
mod reconcile;
pub mod report;
mod salvage;
mod show;
mod style;
mod table;
mod txn;
mod verify;
mod words;

pub use batches::{run as batches, text as batched};
pub use bill::{
    BillArgs, BillFormat, Failed as BillFailed, neutral as bill_neutral, report as bill_report,
    run as bill,
};
pub use diff::{DiffArgs, run as diff, text as compared};
pub use exit::Exit;
pub use fleet::{ExportArgs, Partition, TableFormat, documentation as fleet_schema, run as export};
pub use input::{FileArgs, ReadArgs, StyleArgs, from_bytes, print_bytes};
pub use json::not_readable;
pub use lang::Lang;
pub use map::{run as map, text as mapped};
pub use open::{OpenArgs, run as open};
pub use plain::{Out, plain};
pub use plan::{PlanArgs, PlanFormat, run as plan};
pub use reconcile::{
    BillsArgs, Failed as ReconcileFailed, Given, ReconcileArgs, Told as BillsTold,
    from_bytes as reconciled, report as reconcile_report, run as reconcile,
};
pub use salvage::{SalvageArgs, from_bytes as salvaged, run as salvage};
pub use show::{run as show, text as shown};
pub use style::{Format, Style};
pub use txn::{TxnArgs, run as txn, text as told};
pub use verify::{VerifyArgs, run as verify, text as verified};
