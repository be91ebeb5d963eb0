//! The reconciliation for people.

mod odd;

use crate::host::bills::{decimal_text, letters};
use crate::host::reconcile::class::Class;
use crate::host::reconcile::item::Shown;
use crate::host::reconcile::outcome::Outcome;
use crate::host::reconcile::payouts::Verdict;
use crate::host::table::{Field, Sheet, Tone};
use crate::host::{Lang, Out, plain};

pub use odd::all as odd;

/// So many lines of each table are shown; JSON has more, CSV and JSON lines all.
const MOST_SHOWN: usize = 50;

pub fn all(outcome: &Outcome, shown: &[Shown], lang: Lang) -> String {
    [
        read(outcome, lang),
        classes(outcome, lang),
        differences(outcome, shown, lang),
        payouts(outcome, lang),
        fees(outcome, lang),
        till(outcome, lang),
        outside(outcome, lang),
        odd::all(outcome, lang),
        last(outcome, lang),
    ]
    .concat()
}

fn safe(text: &str) -> String {
    plain(text, Out::Terminal).into_owned()
}

fn tone(is_difference: bool) -> Tone {
    if is_difference { Tone::Bad } else { Tone::Plain }
}

fn read(outcome: &Outcome, lang: Lang) -> String {
    let columns = [
        (lang.pick("file", "文件"), false),
        (lang.pick("what", "内容"), false),
        (lang.pick("payments, rows", "笔数/行数"), true),
        (lang.pick("bad", "坏行"), true),
    ];
    let mut sheet = Sheet::new(lang.pick("Read", "已读取"), &columns);
    for (dump, (payments, found)) in outcome.dumps.iter().zip(&outcome.doubts) {
        let bad = Field(found.to_string(), tone(*found > 0));
        sheet.row([
            safe(dump).into(),
            lang.pick("journal", "终端流水").into(),
            (*payments).into(),
            bad,
        ]);
    }
    for seen in &outcome.bills {
        let bad = Field(seen.bad.to_string(), tone(seen.bad > 0));
        sheet.row([
            safe(&seen.source).into(),
            safe(&seen.format.say(lang)).into(),
            seen.rows.into(),
            bad,
        ]);
    }
    sheet.render()
}

fn classes(outcome: &Outcome, lang: Lang) -> String {
    let columns = [
        (lang.pick("class", "分类"), false),
        (lang.pick("items", "笔数"), true),
        (lang.pick("journal", "流水金额"), true),
        (lang.pick("bill", "账单金额"), true),
        (lang.pick("difference", "差额"), true),
        ("", false),
    ];
    let mut sheet = Sheet::new(lang.pick("Where everything ended", "核对结果"), &columns);
    for currency in outcome.sums.currencies() {
        let money = |minor: i128| decimal_text(minor, currency.exponent());
        let found =
            Class::all().filter_map(|c| Some((c, outcome.sums.classes.get(&(currency, c))?)));
        for (class, sum) in found {
            sheet.row([
                Field(class.say(lang), tone(class.is_difference())),
                sum.items.into(),
                money(sum.journal).into(),
                money(sum.bill).into(),
                money(sum.bill - sum.journal).into(),
                letters(currency).into(),
            ]);
        }
        let total = outcome.sums.total(currency);
        sheet.row([
            lang.pick("total", "合计").into(),
            total.items.into(),
            money(total.journal).into(),
            money(total.bill).into(),
            money(total.bill - total.journal).into(),
            letters(currency).into(),
        ]);
    }
    sheet.render()
}

fn differences(outcome: &Outcome, shown: &[Shown], lang: Lang) -> String {
    let columns = [
        (lang.pick("class", "分类"), false),
        (lang.pick("payment", "流水"), false),
        (lang.pick("kind", "类型"), false),
        (lang.pick("number", "单号"), false),
        (lang.pick("journal", "流水金额"), true),
        (lang.pick("bill", "账单金额"), true),
        (lang.pick("difference", "差额"), true),
        (lang.pick("row", "账单行"), false),
        (lang.pick("note", "说明"), false),
    ];
    let count = outcome.sums.differences();
    let title = format!("{} ({count})", lang.pick("Differences", "差异"));
    let mut sheet = Sheet::new(title, &columns);
    for item in shown.iter().take(MOST_SHOWN) {
        sheet.row([
            Field(item.class.say(lang), Tone::Bad),
            safe(&item.payment).into(),
            item.kind.clone().into(),
            safe(&item.number).into(),
            item.journal.clone().into(),
            item.bill.clone().into(),
            item.difference.clone().into(),
            safe(&item.place).into(),
            safe(&item.note).into(),
        ]);
    }
    sheet.render() + &more(count, lang)
}

fn payouts(outcome: &Outcome, lang: Lang) -> String {
    if !outcome.payouts.is_asked() {
        return String::new();
    }
    let columns = [
        (lang.pick("merchant", "商户号"), false),
        (lang.pick("day", "业务日"), false),
        (lang.pick("rows", "笔数"), true),
        (lang.pick("net", "结算净额"), true),
        (lang.pick("paid out", "已到账"), true),
        (lang.pick("verdict", "结论"), false),
    ];
    let mut sheet = Sheet::new(lang.pick("Payouts", "打款到账"), &columns);
    for settled in outcome.payouts.settlements.iter().take(MOST_SHOWN) {
        let money = |minor: i128| decimal_text(minor, settled.currency.exponent());
        let tone = match settled.verdict {
            Verdict::Paid => Tone::Good,
            Verdict::Waiting(_) | Verdict::Unasked => Tone::Plain,
            _ => Tone::Bad,
        };
        sheet.row([
            safe(settled.mid.as_deref().unwrap_or_default()).into(),
            settled.day.into(),
            settled.rows.into(),
            money(settled.net).into(),
            money(settled.paid).into(),
            Field(safe(&settled.verdict.say(lang)), tone),
        ]);
    }
    sheet.render() + &more(outcome.payouts.settlements.len() as u64, lang)
}

fn fees(outcome: &Outcome, lang: Lang) -> String {
    let columns = [
        (lang.pick("method", "支付方式"), false),
        (lang.pick("rows", "笔数"), true),
        (lang.pick("fees", "手续费"), true),
        (lang.pick("agreed", "约定"), true),
        (lang.pick("too much", "多收"), true),
        ("", false),
    ];
    let mut sheet = Sheet::new(lang.pick("Fees", "手续费核对"), &columns);
    for ((currency, method), fees) in &outcome.sums.fees {
        let money = |minor: i128| decimal_text(minor, currency.exponent());
        let apart = fees.stated - fees.agreed;
        sheet.row([
            (*method).into(),
            fees.rows.into(),
            money(fees.stated).into(),
            money(fees.agreed).into(),
            Field(money(apart), tone(apart != 0)),
            letters(*currency).into(),
        ]);
    }
    sheet.render()
}

fn till(outcome: &Outcome, lang: Lang) -> String {
    let Some((source, items)) = &outcome.till else { return String::new() };
    let columns = [
        (lang.pick("class", "分类"), false),
        (lang.pick("line", "行"), true),
        (lang.pick("reference", "单号"), false),
        (lang.pick("till", "收银金额"), true),
        (lang.pick("journal", "流水金额"), true),
        (lang.pick("payment", "流水"), false),
    ];
    let agree = items.iter().filter(|item| !item.class.is_difference()).count();
    let differ = items.len() - agree;
    let title = match lang {
        Lang::En => format!("Till list {}: {agree} agree, {differ} differ", safe(source)),
        Lang::Zh => format!("收银清单 {}：一致 {agree}，不符 {differ}", safe(source)),
    };
    let mut sheet = Sheet::new(title.clone(), &columns);
    for item in items.iter().filter(|item| item.class.is_difference()).take(MOST_SHOWN) {
        let payment = item.entry_name.as_deref().unwrap_or_default();
        sheet.row([
            Field(item.class.say(lang).into(), Tone::Bad),
            item.line.map(|line| line.to_string()).unwrap_or_default().into(),
            safe(&item.reference).into(),
            item.till.map(|minor| decimal_text(minor.into(), 2)).unwrap_or_default().into(),
            item.journal.map(|minor| decimal_text(minor, 2)).unwrap_or_default().into(),
            safe(payment).into(),
        ]);
    }
    let rendered = sheet.render();
    match rendered.is_empty() {
        true => title + "\n\n",
        false => rendered + &more(differ as u64, lang),
    }
}

fn outside(outcome: &Outcome, lang: Lang) -> String {
    let columns = [
        (lang.pick("why", "原因"), false),
        (lang.pick("items", "笔数"), true),
        (lang.pick("journal", "流水金额"), true),
        (lang.pick("bill", "账单金额"), true),
        ("", false),
    ];
    let mut sheet = Sheet::new(lang.pick("Not examined", "未核对"), &columns);
    for ((currency, why), sum) in &outcome.sums.outside {
        let money = |minor: i128| decimal_text(minor, currency.exponent());
        let (_, en, zh) = why.names();
        sheet.row([
            lang.pick(en, zh).into(),
            sum.items.into(),
            money(sum.journal).into(),
            money(sum.bill).into(),
            letters(*currency).into(),
        ]);
    }
    sheet.render()
}

/// Says that not everything is shown.
fn more(count: u64, lang: Lang) -> String {
    match (count.saturating_sub(MOST_SHOWN as u64), lang) {
        (0, _) => String::new(),
        (n, Lang::En) => format!("and {n} more (--format jsonl lists all payments)\n\n"),
        (n, Lang::Zh) => format!("另有 {n} 条（--format jsonl 可列出全部交易）\n\n"),
    }
}

fn last(outcome: &Outcome, lang: Lang) -> String {
    let differences = outcome.sums.differences();
    let is_clean = crate::host::reconcile::exit(outcome) == crate::host::Exit::Clean;
    match (is_clean, differences, lang) {
        (true, _, Lang::En) => "everything matches\n".into(),
        (true, _, Lang::Zh) => "全部一致\n".into(),
        (false, 0, Lang::En) => "no payment differs, but see above\n".into(),
        (false, 0, Lang::Zh) => "交易无差异，但请看以上各项\n".into(),
        (false, 1, Lang::En) => "1 payment differs\n".into(),
        (false, n, Lang::En) => format!("{n} payments differ\n"),
        (false, n, Lang::Zh) => format!("{n} 笔有差异\n"),
    }
}
