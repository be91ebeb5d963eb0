//! What the merchant gets from the acquirer and from the bank, with what is planted in it.
//!
//! | file | what it says |
//! |---|---|
//! | `bills/INN...`, `bills/wechat-...` | each payment of a day that is settled |
//! | `notices/...` | payments that somebody disputes, and those that are held for an audit (CSV, GBK) |
//! | `bank.csv` | the settlements of the month that were credited |

use super::compare::{Verdict, WRONG_BY};
use super::plants::{self, What};
use super::script::{self, Month, YEAR};
use crate::acquirer::Failure;
use crate::acquirer::bills::{self, Row};
use crate::acquirer::books::{Entry, Side};
use crate::terminal::message::civil;
use crate::terminal::till::{CARDS, WALLET};
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, ToSpan};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The licence of another shop: somebody settles the terminal's payments under it.
const OTHER_MERCHANT: &str = "898100000000777";

/// How the notices and the statement are read: no two acquirers or banks write the same.
pub const PROFILES: [(&str, &str); 2] = [("notices.toml", NOTICES), ("bank.toml", BANK)];

const NOTICES: &str = r#"
name = "notices"
header = { contains = ["通知日期", "业务类型", "凭证号"] }
[time]
format = "%Y-%m-%d"
[columns]
time = "通知日期"
tid = "终端号"
stan = "凭证号"
amount = "交易金额"
kind = "业务类型"
[kinds]
"调单" = "dispute"
"风控冻结" = "hold"
"#;

const BANK: &str = r#"
name = "bank"
header = { contains = ["交易日期", "收入金额", "支出金额"] }
kind = "adjust"
nulls = ["-"]
[time]
format = "%Y-%m-%d"
[columns]
time = "交易日期"
income = "收入金额"
expense = "支出金额"
"#;

/// What moves money and is not undone.
fn counts(entry: &Entry, entries: &BTreeMap<String, Entry>) -> bool {
    let by = entry.followed_by.as_ref().and_then(|key| entries.get(key));
    let voided = by.is_some_and(|by| by.stands() && by.processing == 20_000);
    entry.stands() && entry.captured && entry.side() != Side::None && !voided
}

/// The acquirer's day.
pub const fn day(entry: &Entry) -> u32 {
    ((entry.at - script::EPOCH) / 86_400) as u32
}

/// What a day's settlements come to, by book.
type Nets = [i64; 2];

/// Everything, of all days.
pub fn write(
    dir: &Path,
    month: &Month,
    entries: &BTreeMap<String, Entry>,
    verdict: &mut Verdict,
) -> Result<(), Failure> {
    for name in ["bills", "notices"] {
        fs::create_dir_all(dir.join(name))?;
    }
    for (name, text) in PROFILES {
        fs::write(dir.join(name), text)?;
    }
    // The last night may end after midnight.
    let mut nets = Vec::new();
    for day in 0..=month.days {
        nets.push(write_day(dir, day, entries, verdict)?);
    }
    fs::write(dir.join("bank.csv"), statement(&nets, month)?)?;
    Ok(())
}

/// The bills of a day and its notices.
fn write_day(
    dir: &Path,
    of: u32,
    entries: &BTreeMap<String, Entry>,
    verdict: &mut Verdict,
) -> Result<Nets, Failure> {
    let of_day = |(_, entry): &(&String, &Entry)| day(entry) == of && counts(entry, entries);
    let (mut billed, mut notices) = (Vec::new(), String::new());
    for (key, entry) in entries.iter().filter(of_day) {
        let amount = entry.amount as i64;
        verdict.net += if entry.side() == Side::Out { -amount } else { amount };
        let mut entry = entry.clone();
        let mut fee = bills::fee(entry.amount);
        match verdict.planted.get(key) {
            Some(What::RowMissing) => continue,
            Some(What::AmountWrong) => {
                entry.amount += WRONG_BY;
                fee = bills::fee(entry.amount);
            }
            Some(What::FeeWrong) => fee += 1,
            Some(What::OtherMerchant) => entry.merchant = OTHER_MERCHANT.into(),
            Some(What::Disputed) => notices += &notice(of, &entry, "调单")?,
            // It is taken out of the clearing until the audit is over.
            Some(What::Held) => {
                notices += &notice(of, &entry, "风控冻结")?;
                continue;
            }
            _ => {}
        }
        billed.push((entry, fee));
    }
    let (mut cards, mut orders, mut nets) = (Vec::new(), Vec::new(), Nets::default());
    for (entry, fee) in &billed {
        let (date, time) = civil(entry.at as i64);
        let row = Row { entry, date: (YEAR, date), time, fee: *fee };
        let sign = if entry.side() == Side::Out { -1 } else { 1 };
        let net = sign * (entry.amount as i64 - *fee as i64);
        let is_order = entry.order.is_some();
        // What is settled to another merchant never comes to this one's account.
        if entry.merchant != OTHER_MERCHANT {
            let book = usize::from(if is_order { WALLET } else { CARDS });
            nets.iter_mut().skip(book).take(1).for_each(|sum| *sum += net);
        }
        if is_order { orders.push(row) } else { cards.push(row) }
    }
    let [zm, wechat, noticed] = names(dir, of)?;
    if !cards.is_empty() {
        fs::write(zm, bills::zm(&cards))?;
    }
    if !orders.is_empty() {
        fs::write(wechat, bills::wechat(&orders))?;
    }
    if !notices.is_empty() {
        fs::write(noticed, format!("通知日期,终端号,凭证号,交易金额,业务类型\r\n{notices}"))?;
    }
    Ok(nets)
}

fn notice(day: u32, entry: &Entry, what: &str) -> Result<String, Failure> {
    let (date, terminal, amount) = (date(day)?, &entry.terminal, yuan(entry.amount as i64));
    Ok(format!("{date},{terminal},{:06},{amount},{what}\r\n", entry.stan))
}

/// The files of a day, whether they are there or not: cards, orders, notices.
fn names(dir: &Path, day: u32) -> Result<[PathBuf; 3], Failure> {
    let date = date(day)?.strftime("%m%d").to_string();
    let bills = dir.join("bills");
    Ok([
        bills.join(format!("INN26{date}88ZM_{}", script::MERCHANT)),
        bills.join(format!("wechat-{YEAR}{date}.csv")),
        dir.join("notices").join(format!("{YEAR}{date}.csv")),
    ])
}

/// What there is of these days.
pub fn of_days(dir: &Path, days: impl Iterator<Item = u32>) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for day in days {
        files.extend(names(dir, day)?.into_iter().filter(|path| path.is_file()));
    }
    Ok(files)
}

// ---- the bank ------------------------------------------------------------------------------

/// A day of the month; day 0 is its first.
pub fn date(day: u32) -> Result<Date, Failure> {
    let seconds = i64::try_from(script::EPOCH)? + i64::from(day) * 86_400;
    Ok(Date::constant(1970, 1, 1).checked_add(SignedDuration::from_secs(seconds))?)
}

/// The next working day: then a day's settlement is credited. Of the three months after 1 June 2026 only
/// the Dragon Boat Festival is a holiday beside weekends.
pub fn credited(day: u32) -> Result<Date, Failure> {
    let mut on = date(day)?.checked_add(1.days())?;
    let is_off = |date: Date| {
        matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            || date == Date::constant(2026, 6, 19)
    };
    while is_off(on) {
        on = on.checked_add(1.days())?;
    }
    Ok(on)
}

fn statement(nets: &[Nets], month: &Month) -> Result<String, Failure> {
    let mut text = "交易日期,摘要,收入金额,支出金额\r\n".to_owned();
    for (day, nets) in (0..).zip(nets) {
        for (book, net) in (0..).zip(nets).filter(|(_, net)| **net > 0) {
            if !plants::is_unpaid(month, day, book) {
                text += &format!("{},清算款,{},-\r\n", credited(day)?, yuan(*net));
            }
        }
        if day % 7 == 0 {
            text += &format!("{},房租,-,3000.00\r\n", date(day)?);
        }
    }
    Ok(text)
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}
