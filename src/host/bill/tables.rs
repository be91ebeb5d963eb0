//! The summary for people.

use super::Summary;
use crate::host::bills::{decimal_text, letters};
use crate::host::table::{Field, Sheet, Tone};
use crate::host::{Lang, Out, plain};

/// So many bad rows and findings are shown to people; JSON has more.
const MOST_SHOWN: usize = 50;

pub(super) fn all(summary: &Summary, lang: Lang) -> String {
    bills(summary, lang) + &sums(summary, lang) + &odd(summary, lang) + &last(summary, lang)
}

/// What is not as it should be.
pub(super) fn odd(summary: &Summary, lang: Lang) -> String {
    bad(summary, lang) + &findings(summary, lang) + &not_read(summary, lang)
}

fn safe(text: &str) -> String {
    plain(text, Out::Terminal).into_owned()
}

fn bills(summary: &Summary, lang: Lang) -> String {
    let columns = [
        (lang.pick("file", "文件"), false),
        (lang.pick("format", "格式"), false),
        (lang.pick("rows", "行数"), true),
        (lang.pick("bad", "坏行"), true),
    ];
    let mut sheet = Sheet::new(lang.pick("Bills", "账单"), &columns);
    for seen in &summary.bills {
        let tone = if seen.bad > 0 { Tone::Bad } else { Tone::Plain };
        sheet.row([
            safe(&seen.source).into(),
            safe(&seen.format.say(lang)).into(),
            seen.rows.into(),
            Field(seen.bad.to_string(), tone),
        ]);
    }
    sheet.render()
}

fn sums(summary: &Summary, lang: Lang) -> String {
    let columns = [
        (lang.pick("kind", "类型"), false),
        (lang.pick("state", "状态"), false),
        (lang.pick("rows", "行数"), true),
        (lang.pick("amount", "金额"), true),
        (lang.pick("fee", "手续费"), true),
        (lang.pick("net", "净额"), true),
        (lang.pick("", ""), false),
    ];
    let mut sheet = Sheet::new(lang.pick("Rows by kind", "按类型汇总"), &columns);
    for line in summary.tally.lines() {
        let places = line.currency.exponent();
        let ((kind, kind_zh), (state, state_zh)) = (line.kind.names(), line.state.names());
        sheet.row([
            lang.pick(kind, kind_zh).into(),
            lang.pick(state, state_zh).into(),
            line.rows.into(),
            decimal_text(line.amount, places).into(),
            decimal_text(line.fee, places).into(),
            line.net.map(|net| decimal_text(net, places)).unwrap_or_default().into(),
            letters(line.currency).into(),
        ]);
    }
    sheet.render()
}

fn bad(summary: &Summary, lang: Lang) -> String {
    let columns = [
        (lang.pick("file", "文件"), false),
        (lang.pick("line", "行"), true),
        (lang.pick("column", "列"), true),
        (lang.pick("what is wrong", "问题"), false),
    ];
    let title = format!("{} ({})", lang.pick("Bad rows", "坏行"), summary.bad.count);
    let mut sheet = Sheet::new(title, &columns);
    for row in summary.bad.first.iter().take(MOST_SHOWN) {
        let column = match row.fault.column {
            0 => String::new(),
            column => column.to_string(),
        };
        let text = Field(safe(&row.fault.say(lang)), Tone::Bad);
        sheet.row([safe(&row.source).into(), row.line.into(), column.into(), text]);
    }
    sheet.render() + &more(summary.bad.count, summary.bad.more(), lang)
}

fn findings(summary: &Summary, lang: Lang) -> String {
    let columns = [
        (lang.pick("file", "文件"), false),
        (lang.pick("line", "行"), true),
        (lang.pick("finding", "发现"), false),
    ];
    let title = format!("{} ({})", lang.pick("Findings", "发现"), summary.findings.count);
    let mut sheet = Sheet::new(title, &columns);
    for finding in summary.findings.first.iter().take(MOST_SHOWN) {
        let line = match finding.line {
            0 => String::new(),
            line => line.to_string(),
        };
        let text = Field(safe(&finding.say(lang)), Tone::Warning);
        sheet.row([safe(&finding.source).into(), line.into(), text]);
    }
    sheet.render() + &more(summary.findings.count, summary.findings.more(), lang)
}

/// Says that not everything is shown.
fn more(count: u64, unlisted: u64, lang: Lang) -> String {
    let hidden = count.saturating_sub(MOST_SHOWN as u64);
    match (hidden, unlisted, lang) {
        (0, _, _) => String::new(),
        (n, 0, Lang::En) => format!("and {n} more (--format json lists them)\n\n"),
        (n, _, Lang::En) => format!("and {n} more\n\n"),
        (n, 0, Lang::Zh) => format!("另有 {n} 条（--format json 可全部列出）\n\n"),
        (n, _, Lang::Zh) => format!("另有 {n} 条\n\n"),
    }
}

fn not_read(summary: &Summary, lang: Lang) -> String {
    let columns = [(lang.pick("file", "文件"), false), (lang.pick("why", "原因"), false)];
    let mut sheet = Sheet::new(lang.pick("Not read", "未读取"), &columns);
    for (source, error) in &summary.not_read {
        sheet.row([safe(source).into(), Field(safe(&error.say(lang)), Tone::Bad)]);
    }
    sheet.render()
}

fn last(summary: &Summary, lang: Lang) -> String {
    let (files, rows) = (summary.bills.len(), summary.tally.rows());
    let (bad, found) = (summary.bad.count, summary.findings.count);
    let unread = summary.not_read.len();
    match lang {
        Lang::En => format!(
            "{files} bills, {rows} rows; {bad} bad rows, {found} findings, {unread} files not read\n"
        ),
        Lang::Zh => {
            format!("共 {files} 个账单，{rows} 行；坏行 {bad}，发现 {found}，未读取文件 {unread}\n")
        }
    }
}
