//! Bank statements of every shape against what was settled.

use pos_journal::host::Exit;
use serde_json::Value;

use super::shop::{End, Shop};
use super::write::{self, Line};
use super::{Dir, json, make};

/// A statement as Chinese banks give it: two columns of money, GBK.
const STATEMENT: &str = r#"
name = "bank"
encoding = "gbk"
header = { contains = ["交易日期", "收入金额", "支出金额"] }
kind = "adjust"
nulls = ["-"]
[money]
unit = "yuan"
[time]
format = "%Y-%m-%d"
[columns]
time = "交易日期"
income = "收入金额"
expense = "支出金额"
"#;

/// A day's dump and bill, whose net is one settlement.
struct Day {
    dir: Dir,
    dump: String,
    bill: String,
    net: u64,
}

fn day(name: &str) -> Day {
    let dir = Dir::new(name);
    let mut shop = Shop::new(false);
    let lines: Vec<Line> =
        [12_345, 1_250, 9_999].map(|amount| Line::of(&shop.sale(amount, End::Approved))).into();
    let dump = dir.file("dump", shop.image());
    let bill = dir.file("bill", write::leshua(&lines, false));
    let net = lines.iter().map(|line| line.amount - line.fee).sum();
    Day { dir, dump, bill, net }
}

impl Day {
    fn verdict(&self, statement: impl AsRef<[u8]>, more: &[&str]) -> (String, Exit, Value) {
        let bank = self.dir.file("statement", statement);
        let args = [&self.dump, "--bill", &self.bill, "--bank", &bank];
        let (all, exit) = json(&[&args, more].concat());
        (all["payouts"][0]["verdict"].as_str().unwrap().to_string(), exit, all)
    }
}

fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[test]
fn a_statement_with_columns_of_its_own() {
    let day = day("bank-profile");
    let profile = day.dir.file("bank.toml", STATEMENT);
    let of = |income: &str, expense: &str| {
        make::gbk(&format!(
            "某某银行\r\n交易日期,摘要,收入金额,支出金额,余额\r\n2026-11-20,手续费,-,3.00,997.00\r\n\
             2026-11-23,\"清算, 乐刷\",{income},{expense},1000.00\r\n"
        ))
    };
    let (net, profile) = (yuan(day.net), ["--profile", &profile]);
    let (verdict, exit, all) = day.verdict(of(&net, "-"), &profile);
    assert_eq!((&*verdict, exit), ("paid", Exit::Clean), "{all}");
    // Money that went out is none that came in.
    assert_eq!(day.verdict(of("-", &net), &profile).0, "missing");
    // What cannot be read is named, and the settlement has not arrived.
    let (verdict, exit, all) = day.verdict(of("x", "-"), &profile);
    assert_eq!((&*verdict, exit), ("missing", Exit::Findings));
    assert_eq!((&all["bad"], &all["bad_rows"][0]["line"]), (&1.into(), &4.into()));
    assert!(all["bad_rows"][0]["source"].as_str().unwrap().ends_with("statement"), "{all}");
    // Nobody described it.
    let bank = day.dir.file("statement", of(&net, "-"));
    let (all, exit) = json(&[&day.dump, "--bill", &day.bill, "--bank", &bank]);
    assert_eq!((exit, all["not_read"].as_array().unwrap().len()), (Exit::Usage, 1), "{all}");
}

const HEAD: &str = "kind,txn_time,amount_fen,currency,flow\n";

#[test]
fn a_statement_without_rows_says_that_nothing_arrived() {
    let day = day("bank-empty");
    assert_eq!(day.verdict(HEAD, &[]).0, "missing");
    assert_eq!(day.verdict(HEAD, &["--as-of", "2026-11-23T09:00:00"]).0, "waiting");
}

/// Where no row says that money comes in, a statement's payouts are what came in; where one does, a row
/// that does not is none.
#[test]
fn a_statement_without_directions() {
    let day = day("bank-directions");
    let payout = format!("payout,2026-11-23T08:30:00+08:00,{},CNY,\n", day.net);
    let other = "adjust,2026-11-23T08:31:00+08:00,5,CNY,in\n";
    assert_eq!(day.verdict([HEAD, &payout].concat(), &[]).0, "paid");
    assert_eq!(day.verdict([HEAD, &payout, other].concat(), &[]).0, "missing");
}

/// Days of one net each: a credit is used once, by the first of them.
#[test]
fn a_credit_pays_one_settlement() {
    let dir = Dir::new("bank-twice");
    let mut shop = Shop::new(false);
    let mut rows = write::NEUTRAL.to_string();
    for date in ["2026-11-20", "2026-11-21"] {
        let line = Line::of(&shop.sale(10_000, End::Approved));
        rows += &write::neutral_row(&line, [true; 3]).replace("2026-11-20", date);
        shop.day += 86_400;
    }
    let (dump, bill) = (dir.file("dump", shop.image()), dir.file("bill", rows));
    let credit = "adjust,2026-11-23T08:30:00+08:00,9940,CNY,in\n";
    let verdicts = |credits: usize| {
        let bank = dir.file("bank", [HEAD, &credit.repeat(credits)].concat());
        let (all, _) = json(&[&dump, "--bill", &bill, "--bank", &bank]);
        let settled = all["payouts"].as_array().unwrap().iter();
        let said = settled.map(|s| (s["day"].as_str().unwrap().into(), s["verdict"].clone()));
        let said: Vec<(String, Value)> = said.collect();
        let matched = all["classes"].as_array().unwrap().iter();
        let matched =
            matched.filter(|c| c["class"] == "matched").map(|c| c["items"].as_u64().unwrap());
        (said, matched.sum::<u64>())
    };
    let of = |first: &str, second: &str| {
        let day = |day: &str, verdict: &str| (day.to_string(), Value::from(verdict));
        vec![day("2026-11-20", first), day("2026-11-21", second)]
    };
    assert_eq!(verdicts(2), (of("paid", "paid"), 2));
    assert_eq!(verdicts(1), (of("paid", "missing"), 1));
    assert_eq!(verdicts(0), (of("missing", "missing"), 0));
}

/// In another currency, or too late, or before: no credit of this settlement.
#[test]
fn a_credit_of_another_day_or_currency_is_another_one() {
    let day = day("bank-other");
    let credit = |date: &str, currency: &str| {
        format!("{HEAD}adjust,{date}T08:30:00+08:00,{},{currency},in\n", day.net)
    };
    assert_eq!(day.verdict(credit("2026-11-23", "CNY"), &[]).0, "paid");
    assert_eq!(day.verdict(credit("2026-11-23", "USD"), &[]).0, "missing");
    assert_eq!(day.verdict(credit("2026-11-19", "CNY"), &[]).0, "missing");
    assert_eq!(day.verdict(credit("2026-11-30", "CNY"), &[]).0, "paid");
    assert_eq!(day.verdict(credit("2026-12-01", "CNY"), &[]).0, "missing");
}

/// On a holiday of this country nobody is late.
#[test]
fn a_calendar_of_another_country() {
    let day = day("bank-calendar");
    let verdict = |file: &str| {
        let calendar = day.dir.file("calendar.toml", file);
        day.verdict(HEAD, &["--calendar", &calendar, "--as-of", "2026-11-24T12:00:00"]).0
    };
    let of = |off: &str| {
        format!(
            "name = 'xx'\nweekend = ['sat', 'sun']\n[[year]]\nyear = 2026\nnotice = '2026-01-01'\noff = [{off}]\n"
        )
    };
    // Due on Monday the 23rd; with two days off on Wednesday.
    assert_eq!(verdict(&of("")), "missing");
    assert_eq!(verdict(&of("'2026-11-23/2026-11-24'")), "waiting");
}

/// An acquirer's own profile says when its day ends and when it pays; other bills keep what was agreed.
#[test]
fn a_profile_says_when_its_acquirer_pays() {
    let dir = Dir::new("bank-terms");
    let mut shop = Shop::new(false);
    let sold = shop.sale(10_000, End::Approved);
    let dump = dir.file("dump", shop.image());
    let net = 10_000 - 60;
    let row = format!("2026-11-20 10:00:07,{:06},10000,60\n", sold.stan);
    let bill = dir.file("own.csv", format!("when,trace,fen,fee\n{row}"));
    let bank = dir.file("bank", HEAD);
    let settled = |settlement: &str, more: &[&str]| {
        let profile = format!(
            "name = 'own'\nheader = {{ contains = ['when', 'trace'] }}\nkind = 'payment'\n\
             money = {{ unit = 'fen', fee_sign = 'printed' }}\ntime = {{ format = '%Y-%m-%d %H:%M:%S' }}\n\
             columns = {{ time = 'when', stan = 'trace', amount = 'fen', fee = 'fee' }}\n{settlement}"
        );
        let profile = dir.file("own.toml", profile);
        let args = [&*dump, "--bill", &bill, "--bank", &bank, "--profile", &profile];
        let (all, _) = json(&[&args, more].concat());
        assert_eq!(all["payouts"][0]["net_minor"], net, "{all}");
        let said = |key: &str| all["payouts"][0][key].as_str().unwrap().to_string();
        (said("day"), said("verdict"))
    };
    let is = |day: &str, verdict: &str| (day.to_string(), verdict.to_string());
    // A Friday. T+1 is Monday, D+1 Saturday; the day may end before ten.
    let sunday = ["--as-of", "2026-11-22T12:00:00"];
    assert_eq!(settled("", &sunday), is("2026-11-20", "waiting"));
    let own = "settlement = { cycle = 'D+1' }";
    assert_eq!(settled(own, &sunday), is("2026-11-20", "missing"));
    let rates = dir.file("rates", "settlement = { cycle = 'D+1', cut = '09:00' }");
    let agreed = [&sunday[..], &["--rates", &rates]].concat();
    assert_eq!(settled("", &agreed), is("2026-11-21", "waiting"));
    assert_eq!(settled(own, &agreed), is("2026-11-20", "missing"));
    let late = "settlement = { cycle = 'T+3' }";
    assert_eq!(settled(late, &["--as-of", "2026-11-24T12:00:00"]), is("2026-11-20", "waiting"));
    let early = "settlement = { cycle = 'D+0', cut = '10:00' }";
    assert_eq!(settled(early, &sunday), is("2026-11-21", "missing"));
}
