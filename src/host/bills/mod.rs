//! Reading the bills of acquirers and wallets: every format becomes [`BillRow`]s.
//!
//! | format | file | sums that are checked |
//! |---|---|---|
//! | WeChat Pay trade bill | `wechat`, `backtick` | closing line |
//! | WeChat Pay fund bill | `wechat_fund`, `backtick` | closing line |
//! | Alipay trade bill and summary | `alipay_trade`, `alipay` | closing lines; the summary's counts |
//! | Alipay account bill and summary | `alipay_account`, `alipay` | closing lines; the summary |
//! | Leshua trade file | `leshua` | none known |
//! | Leshua payout records (JSON) | `payout` | none |
//! | lcsw order file | `lcsw` | none |
//! | UnionPay ZM, ZME, RD2010 | `unionpay` | ZM against RD2010 |
//! | any other CSV or fixed-width file | `profile` | as the profile says |
//!
//! A file is recognised by its content ([`sniff`](self::Format)), also within gzip, zip and UnionPay's
//! base64. It is read row by row in bounded memory. What no source confirms about a format is
//! configuration ([`Facts`]); a value that no table knows makes its row a [`BadRow`], never a guess.
//! Columns with personal data are not read at all.

mod alipay;
mod alipay_account;
mod alipay_trade;
mod backtick;
mod bad;
mod bill;
mod currency;
mod facts;
mod fields;
mod grammar;
mod lcsw;
mod leshua;
mod notes;
mod open;
mod payout;
mod pieces;
mod profile;
mod row;
mod sniff;
mod store;
mod tally;
mod unionpay;
mod value;
mod wechat;
mod wechat_fund;

pub use bad::{BadRow, Fault, Finding, What, Why};
pub use bill::Bill;
pub use currency::letters;
pub use facts::{ConfigError, Facts};
pub use open::{NotOpened, OpenError, Reader};
pub use profile::Profile;
pub use row::{BillRow, Flow, Keys, Kind, Method, Payout, PayoutState, State};
pub use sniff::Format;
pub use tally::{Line, Tally};
pub(super) use value::decimal;
pub use value::decimal_text;
