//! UnionPay's files for merchants: fixed width, one blank between fields, GBK, CR LF.

mod errors;
mod fixed;
mod summary;
mod trades;

pub(super) use errors::{Errors, looks_like as is_errors};
pub(super) use summary::{Summary, TITLE};
pub(super) use trades::{Trades, looks_like as is_trades};

use jiff::civil::Date;

/// The clearing date in a member's name: `INN<yymmdd>88ZM_<MID>`. Only the date is taken from there;
/// what a file is, its bytes say.
pub(super) fn clearing_date(source: &str) -> Option<Date> {
    let name = source.rsplit(['/', '\\', '!']).next()?;
    let digits = name.strip_prefix("INN")?.get(..8)?.strip_suffix("88")?;
    super::value::date(&format!("20{digits}"))
}
