//! What is not as it should be besides payments.

use super::{MOST_SHOWN, more, safe};
use crate::host::Lang;
use crate::host::bills::Format;
use crate::host::reconcile::outcome::Outcome;
use crate::host::table::{Field, Sheet, Tone};

/// All of it.
pub fn all(outcome: &Outcome, lang: Lang) -> String {
    [doubts(outcome, lang), bad(outcome, lang), findings(outcome, lang), not_read(outcome, lang)]
        .concat()
}

fn doubts(outcome: &Outcome, lang: Lang) -> String {
    let damaged = outcome.dumps.iter().zip(&outcome.doubts).filter(|(_, (_, found))| *found > 0);
    let lines = damaged.map(|(dump, (_, found))| match lang {
        Lang::En => format!(
            "{}: {found} findings (verify tells them); payments may be missing from it\n",
            safe(dump)
        ),
        Lang::Zh => format!("{}：有 {found} 处异常（见 verify），可能缺少部分交易\n", safe(dump)),
    });
    let mut text: String = lines.collect();
    if outcome.no_days {
        text += lang.pick(
            "no bill has a row that says its day: give --from and --to\n",
            "账单中没有带日期的行：请用 --from 和 --to 指定日期\n",
        );
    }
    if outcome.payouts.overflowed() {
        text += lang.pick(
            "more than 50,000 settlements, payouts or credits: not all were compared\n",
            "结算、打款或入账超过五万笔：未全部核对\n",
        );
    }
    for bill in &outcome.bills {
        // Where orders or cards did pair some, they are what this acquirer prints.
        if let (Format::UnionpayTrade, Some(&[alone, 0])) =
            (&bill.format, outcome.unnamed.get(&bill.source))
            && alone > 0
        {
            text += &unnamed(&bill.source, alone, lang);
        }
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn unnamed(bill: &str, rows: u64, lang: Lang) -> String {
    let bill = safe(bill);
    match lang {
        Lang::En => format!(
            "{bill}: no row is of a payment, and {rows} bear no number that a terminal knows. If the acquirer\n\
             prints the terminal's STAN as trace number, say so in a file and give it as --facts:\n\
             [unionpay]\n\
             trace_is_stan = true\n\
             Else --weak pairs by card, amount and time.\n"
        ),
        Lang::Zh => format!(
            "{bill}：没有一行对应到交易，其中 {rows} 行没有终端所知的号码。若收单方的系统跟踪号即终端流水号，请写入文件并用 --facts 指定：\n\
             [unionpay]\n\
             trace_is_stan = true\n\
             否则可用 --weak 按卡号、金额、时间配对。\n"
        ),
    }
}

fn bad(outcome: &Outcome, lang: Lang) -> String {
    let columns = [
        (lang.pick("file", "文件"), false),
        (lang.pick("line", "行"), true),
        (lang.pick("column", "列"), true),
        (lang.pick("what is wrong", "问题"), false),
    ];
    let title = format!("{} ({})", lang.pick("Bad rows", "坏行"), outcome.bad.count);
    let mut sheet = Sheet::new(title, &columns);
    for row in outcome.bad.first.iter().take(MOST_SHOWN) {
        let column = match row.fault.column {
            0 => String::new(),
            column => column.to_string(),
        };
        let text = Field(safe(&row.fault.say(lang)), Tone::Bad);
        sheet.row([safe(&row.source).into(), row.line.into(), column.into(), text]);
    }
    sheet.render() + &more(outcome.bad.count, lang)
}

fn findings(outcome: &Outcome, lang: Lang) -> String {
    let columns = [
        (lang.pick("file", "文件"), false),
        (lang.pick("line", "行"), true),
        (lang.pick("finding", "发现"), false),
    ];
    let title = format!("{} ({})", lang.pick("Findings", "发现"), outcome.findings.count);
    let mut sheet = Sheet::new(title, &columns);
    for finding in outcome.findings.first.iter().take(MOST_SHOWN) {
        let line = match finding.line {
            0 => String::new(),
            line => line.to_string(),
        };
        let text = Field(safe(&finding.say(lang)), Tone::Warning);
        sheet.row([safe(&finding.source).into(), line.into(), text]);
    }
    sheet.render() + &more(outcome.findings.count, lang)
}

fn not_read(outcome: &Outcome, lang: Lang) -> String {
    let columns = [(lang.pick("file", "文件"), false), (lang.pick("why", "原因"), false)];
    let mut sheet = Sheet::new(lang.pick("Not read", "未读取"), &columns);
    for (source, error) in &outcome.not_read {
        sheet.row([safe(source).into(), Field(safe(&error.say(lang)), Tone::Bad)]);
    }
    sheet.render()
}
