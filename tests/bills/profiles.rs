//! Formats that are described in TOML.

use pos_journal::host::bills::{Flow, Kind, Method, Profile, State, What, Why};

use super::{Read, make, reader, with_profile};

/// Alipay's trade bill once more, as a profile: both readers must agree.
const ALIPAY: &str = r##"
name = "as alipay"
encoding = "gbk"
quote = ""
comment_prefix = "#"
end_marker = "业务明细列表结束"
header = { contains = ["支付宝交易号", "退款批次号/请求号"] }
kinds = { "交易" = "payment", "退款" = "refund" }
footers = [
    { text = "#交易合计：{count}笔，商家实收共{sum}元", kinds = ["payment"] },
    { text = "#退款合计：{count}笔，商家实收退款共{sum}元", kinds = ["refund"] },
]
[columns]
kind = "业务类型"
time = "完成时间"
amount = "订单金额(元)"
fee = "服务费（元）"
order_no = "商户订单号"
channel_ref = "支付宝交易号"
refund_no = "退款批次号/请求号"
tid = "终端号"
"##;

#[test]
fn a_profile_reads_what_the_built_in_reader_reads() {
    // Without the first line nobody else recognises it.
    let text = make::alipay().replacen("#支付宝业务明细查询", "#明细", 1);
    let described = Read::clean(&with_profile(ALIPAY), make::gbk(&text));
    assert_eq!(described.format, "as alipay");
    let built_in = Read::clean(&reader(), make::gbk(&make::alipay()));
    assert_eq!(described.rows.len(), 2);
    for (a, b) in described.rows.iter().zip(&built_in.rows) {
        assert_eq!(
            (a.kind, a.flow, a.amount, a.fee, a.time),
            (b.kind, b.flow, b.amount, b.fee, b.time)
        );
        assert_eq!((&a.keys.order_no, &a.keys.refund_no), (&b.keys.order_no, &b.keys.refund_no));
    }
    let wrong = text.replacen("共88.00元", "共88.01元", 1);
    let read = Read::one(&with_profile(ALIPAY), make::gbk(&wrong));
    assert!(matches!(read.findings[0].what, What::Untied { .. }));
}

#[test]
fn a_bank_statement_with_quotes_and_two_columns_of_money() {
    let profile = r#"
name = "bank"
header = { contains = ["Date", "Credit", "Debit"] }
unknown_columns = "fail"
kind = "payout"
nulls = ["-"]
[money]
unit = "yuan"
currency = "USD"
[time]
format = "%d/%m/%Y"
zone = "+07:00"
[columns]
time = "Date"
income = "Credit"
expense = "Debit"
acquirer_ref = "Text"
[settlement]
cycle = "D+1"
cut = "22:40"
"#;
    let text = "Bank of Nowhere\n\nDate,Text,Credit,Debit\n20/11/2026,\"ACQ, batch 1\nline 2\",122.71,-\n21/11/2026,\"fee \"\"x\"\"\",,1.00\n22/11/2026,both,1.00,1.00\n";
    let read = Read::one(&with_profile(profile), text);
    assert_eq!(read.findings, []);
    let [income, fee] = &read.rows[..] else { panic!("{:?}", read.rows) };
    assert_eq!((income.kind, income.flow, income.amount), (Kind::Payout, Flow::In, 12_271));
    assert_eq!(income.keys.acquirer_ref.as_deref(), Some("ACQ, batch 1\nline 2"));
    assert_eq!((income.line, fee.line), (4, 6));
    assert_eq!((fee.flow, fee.amount, fee.offset.seconds()), (Flow::Out, 100, 7 * 3600));
    assert_eq!(fee.keys.acquirer_ref.as_deref(), Some("fee \"x\""));
    assert_eq!(income.time.unwrap().to_string(), "2026-11-20T00:00:00");
    assert_eq!((read.bad.len(), read.bad[0].line, read.bad[0].fault.column), (1, 7, 4));
    assert_eq!(read.bad[0].fault.why, Why::BothWays);
    let more = text.replacen("Debit\n", "Debit,More\n", 1);
    let read = Read::one(&with_profile(profile), more);
    assert_eq!(read.findings[0].what, What::NoColumn("More".into()));
    assert_eq!(Profile::read(profile).unwrap().terms().unwrap().cycle.to_string(), "D+1");
}

#[test]
fn fixed_columns_letters_filters_and_tables_of_words() {
    let profile = r#"
name = "fixed"
encoding = "gbk"
header = { names = ["type", "name", "time", "amount", "way", "state"] }
fixed = [
    { name = "type", offset = 0, width = 2 },
    { name = "name", offset = 3, width = 4 },
    { name = "time", offset = 8, width = 19 },
    { name = "amount", offset = 28, width = 7 },
    { name = "way", offset = 36, width = 2 },
    { name = "state", offset = 39, width = 1 },
]
filter = { column = "type", is = "BV" }
kind = "payment"
methods = { QR = "unionpay" }
states = { "1" = "final", "2" = "pending" }
money = { unit = "fen", sign = "letter" }
[columns]
time = "time"
amount = "amount"
method = "way"
state = "state"
order_no = "name"
"#;
    let rows = [
        "BT head 2026-11-20 10:15:32 C000001 QR 1",
        "BV 面条 2026-11-20 10:15:32 C012345 QR 1",
        "BV bill 2026-11-20 10:15:33 D000100 QR 2",
        "BV bill 2026-11-20 10:15:33 X000100 QR 2",
        "BV bill 2026-11-20 10:15:33 D000100 QR 3",
        "BV bill 2026-11-20 10:15:33 D000100 NF 1",
    ]
    .join("\n");
    let read = Read::one(&with_profile(profile), make::gbk(&rows));
    let [first, second] = &read.rows[..] else { panic!("{:?}", read.rows) };
    assert_eq!((first.flow, first.amount, first.state), (Flow::In, 12_345, State::Final));
    assert_eq!(
        (first.method, first.keys.order_no.as_deref()),
        (Some(Method::Unionpay), Some("面条"))
    );
    assert_eq!((second.flow, second.amount, second.state), (Flow::Out, 100, State::Pending));
    let bad: Vec<_> = read.bad.iter().map(|bad| (bad.line, bad.fault.why.clone())).collect();
    let expected =
        [(4, Why::NotMoney), (5, Why::Unknown("[states]")), (6, Why::Unknown("[methods]"))];
    assert_eq!(bad, expected);
}

#[test]
fn profiles_that_contradict_themselves_are_refused() {
    let columns = "[columns]\nkind='k'\ntime='t'\namount='a'\n";
    assert!(Profile::read(&format!("name='x'\n{columns}")).is_ok());
    let cases = [
        (format!("name='x'\ndelimiter=''\n{columns}"), "delimiter"),
        (format!("name='x'\ndelimiter=',`'\n{columns}"), "quote"),
        (format!("name='x'\nspeed=9\n{columns}"), "speed"),
        (format!("name='x'\n{columns}wrong='b'\n"), "wrong"),
        (format!("name='x'\n{columns}[money]\ncurrency='XXX'\n"), "currency"),
        (format!("name='x'\n{columns}[time]\nzone='CST'\n"), "zone"),
        ("name='x'\n[columns]\ntime='t'\nkind='k'\n".into(), "amount"),
        ("name='x'\n[columns]\ntime='t'\namount='a'\n".into(), "kind"),
        ("name='x'\nkind='payment'\n[columns]\namount='a'\n".into(), "time"),
    ];
    for (text, says) in cases {
        let error = Profile::read(&text).unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
    assert!(Profile::neutral().is_some());
}
