//! What a good file of each format becomes.

use pos_journal::host::bills::{BillRow, Flow, Kind, Method, PayoutState, State, Tally};
use pos_journal::host::codes::payout;

use super::{Read, make, reader, with_facts};

/// Kind, state, direction, amount, fee, net.
type Brief = (Kind, State, Flow, u64, Option<i64>, Option<i64>);

fn brief(row: &BillRow) -> Brief {
    (row.kind, row.state, row.flow, row.amount, row.fee, row.net)
}

const PAID: Brief = (Kind::Payment, State::Final, Flow::In, 12_345, Some(74), Some(12_271));

fn key(key: &Option<String>) -> &str {
    key.as_deref().unwrap_or("-")
}

#[test]
fn wechat_trade_bill() {
    for bytes in [
        make::wechat().into_bytes(),
        format!("\u{feff}{}", make::wechat().replace('\n', "\r\n")).into_bytes(),
        make::gzip(make::wechat().as_bytes()),
    ] {
        let read = Read::clean(&reader(), bytes);
        assert_eq!(read.format, "WeChat Pay trade bill");
        let [payment, refund] = &read.rows[..] else { panic!("{:?}", read.rows) };
        assert_eq!(
            brief(payment),
            (Kind::Payment, State::Final, Flow::In, 10_000, Some(60), Some(9_940))
        );
        assert_eq!(
            brief(refund),
            (Kind::Refund, State::Final, Flow::Out, 2_500, Some(-15), Some(-2_485))
        );
        let keys = &refund.keys;
        assert_eq!(key(&keys.order_no), "SYN20261120000017");
        assert_eq!(key(&keys.original_order_no), "SYN20261120000017");
        assert_eq!(key(&keys.refund_no), "SYNR20261120000003");
        assert_eq!(key(&keys.channel_ref), "4200000000202611200000000001");
        assert_eq!((key(&keys.tid), key(&keys.mid)), ("T0000001", "1900000001"));
        assert_eq!(key(&payment.keys.refund_no), "-");
        assert_eq!(payment.rate_ppm, Some(6000));
        assert_eq!(payment.time.unwrap().to_string(), "2026-11-20T10:15:32");
        assert_eq!((payment.line, refund.line), (2, 3));
        // The user's id is dropped.
        assert!(!format!("{:?}", read.rows).contains("oSYN"));
    }
}

#[test]
fn wechat_columns_of_every_kind() {
    let start = [
        "2026-11-20 10:15:32",
        "wx01",
        "1900000001",
        "1900000009",
        "T1",
        "420001",
        "SYN1",
        "oSYN",
        "JSAPI",
    ];
    let with = |rest: &[&str]| make::ticks(&[&start[..], rest].concat());
    let success = format!(
        "{}\n{}\n总交易单数,应结订单总金额,手续费总金额,订单总金额\n`1,`99.00,`0.59000,`100.00\n",
        make::WECHAT_SUCCESS,
        // A comma and a backtick in free text do no harm.
        with(&[
            "SUCCESS",
            "OTHERS",
            "CNY",
            "99.00",
            "1.00",
            "tea, `green`",
            "a,b",
            "0.59000",
            "0.60%",
            "100.00",
            ""
        ]),
    );
    let read = Read::clean(&reader(), success);
    assert_eq!(
        brief(&read.rows[0]),
        (Kind::Payment, State::Final, Flow::In, 10_000, Some(59), Some(9_841))
    );
    assert_eq!(key(&read.rows[0].keys.mid), "1900000009");

    let refund = format!(
        "{}\n{}\n总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n`1,`0.00,`24.00,`1.00,`-0.14000,`0.00,`25.00\n",
        make::WECHAT_REFUND,
        with(&[
            "REFUND",
            "OTHERS",
            "CNY",
            "0.00",
            "0.00",
            "2026-11-21 09:00:00",
            "2026-11-21 09:05:00",
            "50300001",
            "SYNR1",
            "24.00",
            "1.00",
            "ORIGINAL",
            "PROCESSING",
            "tea",
            "",
            "-0.14000",
            "0.60%",
            "0.00",
            "25.00",
            ""
        ]),
    );
    let read = Read::clean(&reader(), refund);
    assert_eq!(
        brief(&read.rows[0]),
        (Kind::Refund, State::Pending, Flow::Out, 2_500, Some(-14), Some(-2_386))
    );
    assert_eq!(read.rows[0].time.unwrap().to_string(), "2026-11-21T09:00:00");

    let rest = |state: &str, total: &str, id: &str, refunded: &str, fee: &str| {
        with(&[
            state, "OTHERS", "CNY", total, "0.00", id, id, refunded, "0.00", "", "", "tea", "",
            fee, "0.60%",
        ])
    };
    let legacy = format!(
        "{}\n{}\n{}\n总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额\n`2,`50.00,`50.00,`0.00,`0.00000\n",
        make::WECHAT_LEGACY,
        rest("SUCCESS", "50.00", "0", "0.00", "0.30000"),
        rest("REVOKED", "0.00", "50300002", "50.00", "-0.30000"),
    );
    let read = Read::clean(&reader(), legacy);
    assert_eq!(
        brief(&read.rows[0]),
        (Kind::Payment, State::Final, Flow::In, 5_000, Some(30), Some(4_970))
    );
    assert_eq!(
        brief(&read.rows[1]),
        (Kind::Void, State::Final, Flow::Out, 5_000, Some(-30), Some(-4_970))
    );
}

#[test]
fn wechat_fund_bill() {
    let read = Read::clean(&reader(), make::wechat_fund());
    let rows: Vec<_> = read.rows.iter().map(|row| (row.kind, row.flow, row.amount)).collect();
    let expected = [
        (Kind::Payment, Flow::In, 10_000),
        (Kind::Fee, Flow::Out, 60),
        (Kind::Refund, Flow::Out, 2_500),
        (Kind::Fee, Flow::In, 15),
        (Kind::Payout, Flow::Out, 7_455),
        (Kind::Adjust, Flow::Out, 100),
    ];
    assert_eq!(rows, expected);
    assert_eq!(read.rows[4].payout.as_ref().unwrap().state, PayoutState::Paid);
    assert_eq!(key(&read.rows[4].keys.order_no), "SYNW20261121001");
}

#[test]
fn alipay_trade_zip() {
    let zip = make::alipay_zip(&make::alipay(), &make::alipay_summary(1));
    let mut tally = Tally::new();
    let mut rows = Vec::new();
    let mut sources = Vec::new();
    for bill in reader().stream("a.zip", std::io::Cursor::new(zip)) {
        let mut bill = bill.unwrap();
        sources.push(format!("{}: {}", bill.source(), bill.format()));
        rows.extend(bill.by_ref().map(Result::unwrap));
        assert_eq!(bill.findings(), []);
        tally.finish(&bill);
    }
    assert_eq!(tally.findings(""), []);
    assert_eq!(
        sources,
        [
            "a.zip!20880000000000010156_20261120_业务明细(汇总).csv: Alipay trade summary",
            "a.zip!20880000000000010156_20261120_业务明细.csv: Alipay trade bill"
        ]
    );
    let [payment, refund] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(
        brief(payment),
        (Kind::Payment, State::Final, Flow::In, 8_800, Some(53), Some(8_747))
    );
    assert_eq!(brief(refund), (Kind::Refund, State::Final, Flow::Out, 800, Some(-5), Some(-795)));
    assert_eq!(payment.time.unwrap().to_string(), "2026-11-20T10:20:05");
    let keys = &refund.keys;
    assert_eq!((key(&keys.refund_no), key(&keys.tid)), ("SYNR20261120000004", "T0000001"));
    assert_eq!(key(&keys.mid), "2088000000000001");
    assert!(!format!("{rows:?}").contains("payer"));
}

#[test]
fn alipay_account_bill_and_its_summary() {
    let zip = make::zip(&[
        (b"sum", &make::gbk(&make::alipay_account_summary())),
        (b"all", &make::gbk(&make::alipay_account())),
    ]);
    let (mut tally, mut rows) = (Tally::new(), Vec::new());
    for bill in reader().stream("a.zip", std::io::Cursor::new(zip)) {
        let mut bill = bill.unwrap();
        rows.extend(bill.by_ref().map(Result::unwrap));
        assert_eq!(bill.findings(), []);
        tally.finish(&bill);
    }
    assert_eq!(tally.findings(""), []);
    let rows: Vec<_> = rows.iter().map(|row| (row.kind, row.flow, row.amount)).collect();
    let expected = [
        (Kind::Payment, Flow::In, 8_800),
        (Kind::Fee, Flow::Out, 53),
        (Kind::Payout, Flow::Out, 7_952),
        (Kind::Adjust, Flow::Out, 800),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn leshua_trade_file() {
    for (delimiter, is_gbk) in [(",", true), ("|", false), ("\t", true)] {
        let text = make::leshua(delimiter);
        let bytes = if is_gbk { make::gbk(&text) } else { text.into_bytes() };
        let read = Read::clean(&reader(), bytes);
        assert_eq!(read.format, "Leshua trade file");
        let kinds: Vec<_> = read.rows.iter().map(|row| (row.kind, row.state, row.flow)).collect();
        let expected = [
            (Kind::Payment, State::Final, Flow::In),
            (Kind::Refund, State::Final, Flow::Out),
            (Kind::Refund, State::Pending, Flow::Out),
            (Kind::Refund, State::Failed, Flow::None),
            (Kind::Reversal, State::Final, Flow::Out),
            (Kind::Hold, State::Held, Flow::Out),
            (Kind::Release, State::Final, Flow::In),
            (Kind::Payment, State::Final, Flow::In),
        ];
        assert_eq!(kinds, expected);
        let first = &read.rows[0];
        assert_eq!(brief(first), PAID);
        assert_eq!((first.rate_ppm, first.method), (Some(6000), Some(Method::Card)));
        let keys = &first.keys;
        assert_eq!((key(&keys.stan), key(&keys.rrn)), ("004217", "101532004217"));
        assert_eq!((key(&keys.tid), key(&keys.order_no)), ("T0000001", "SYN20261120000017"));
        let last = &read.rows[7];
        assert_eq!((last.method, key(&last.keys.stan)), (Some(Method::Wechat), "-"));
        assert!(!format!("{:?}", read.rows).contains("oSYN"));
    }
}

#[test]
fn leshua_payouts_in_any_envelope() {
    let lines = format!("{}\n{}\n", make::payout(1, 1, "", ""), make::payout(2, 8, "路由错误", ""));
    assert_eq!(Read::clean(&reader(), lines).rows.len(), 2);
    let read = Read::clean(&reader(), make::payouts());
    let states: Vec<_> = read.rows.iter().map(|row| row.payout.as_ref().unwrap().state).collect();
    use PayoutState::{Failed, Held, Paid, Pending, Returned};
    assert_eq!(states, [Paid, Failed, Pending, Returned, Paid, Held]);
    let lines: Vec<_> = read.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 6]);
    let failed = read.rows[1].payout.as_ref().unwrap();
    assert!(payout(failed.reason.as_deref().unwrap()).is_some());
    let again = read.rows[4].payout.as_ref().unwrap();
    assert_eq!(again.repeats, read.rows[3].keys.acquirer_ref);
    assert!(!format!("{:?}", read.rows).contains("secret"));
}

#[test]
fn lcsw_order_file() {
    let read = Read::clean(&reader(), make::lcsw());
    let [payment, refund] = &read.rows[..] else { panic!("{:?}", read.rows) };
    assert_eq!(brief(payment), PAID);
    // A comma in its note shifts the row's end: what stands there is not believed.
    assert_eq!(brief(refund), (Kind::Refund, State::Final, Flow::Out, 2_500, Some(-15), None));
    assert_eq!(refund.keys.original_order_no, payment.keys.acquirer_ref);
    assert_eq!(refund.time.unwrap().to_string(), "2026-11-20T16:02:12");
    assert_eq!((payment.method, refund.method), (Some(Method::Wechat), Some(Method::Alipay)));
    assert!(!format!("{:?}", read.rows).contains("oSYN"));
}

#[test]
fn unionpay_zip_also_as_file_content() {
    let zip = make::unionpay_zip(&make::rd2010(3, 9_845, 59, 9_786));
    for bytes in [zip.clone(), make::file_content(&zip)] {
        let (mut tally, mut rows) = (Tally::new(), Vec::new());
        for bill in reader().stream("m.zip", std::io::Cursor::new(bytes)) {
            let mut bill = bill.unwrap();
            rows.extend(bill.by_ref().map(Result::unwrap));
            assert_eq!(bill.findings(), []);
            tally.finish(&bill);
        }
        assert_eq!(tally.findings(""), []);
        let [sale, refund, pre, adjust] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!(brief(sale), PAID);
        assert_eq!(
            brief(refund),
            (Kind::Refund, State::Final, Flow::Out, 2_500, Some(-15), Some(-2_485))
        );
        assert_eq!((pre.kind, pre.flow), (Kind::Ignore, Flow::None));
        assert_eq!((adjust.kind, adjust.flow), (Kind::Adjust, Flow::Unknown));
        for row in &rows {
            assert_eq!(row.clearing_date.unwrap().to_string(), "2026-11-20");
            assert_eq!(row.time.unwrap().to_string(), "2026-11-20T10:15:32");
            assert_eq!((key(&row.keys.pan_first6), key(&row.keys.pan_last4)), ("621700", "4321"));
        }
        assert_eq!((key(&sale.keys.gateway_trace), key(&sale.keys.stan)), ("004217", "-"));
        assert_eq!(key(&sale.keys.channel_ref), "202611201015320042178");
        assert_eq!((key(&sale.keys.mid), key(&sale.keys.tid)), ("999000000000001", "T0000001"));
    }
    let read = Read::clean(&with_facts("[unionpay]\ntrace_is_stan = true"), make::zm());
    assert_eq!(key(&read.rows[0].keys.stan), "004217");
}

/// A published row, its blanks added.
#[test]
fn the_documented_zm_row() {
    let start = "S56 99990000    00099999    004217 1120101532 621700******4321    000000012345 5411 01 202611201015320042178 01 SYN20261120000017                01                   D000000000074 C000000012271 0001                 01    000201                                                                  999000000000001   000000000000000                                   000000000000 C000000012271 T0000001                                   000000000000  000000000000  00000000000    7";
    let row = format!("{start:<607}\r\n");
    assert_eq!(row.len(), 609);
    assert_eq!(brief(&Read::clean(&reader(), row).rows[0]), PAID);
}

#[test]
fn a_full_card_number_is_cut() {
    let text = String::from_utf8_lossy(&make::zm()).into_owned();
    let full = text.replace("621700******4321", "6217001234564321");
    let read = Read::one(&reader(), full.replace('\u{fffd}', "?"));
    assert!(!format!("{:?}", read.rows).contains("123456"));
}

#[test]
fn neutral_csv() {
    let read = Read::clean(&reader(), make::neutral());
    assert_eq!((read.format.as_str(), read.rows.len()), ("neutral", 2));
    assert_eq!(brief(&read.rows[0]), PAID);
    assert_eq!(
        brief(&read.rows[1]),
        (Kind::Refund, State::Final, Flow::Out, 2_500, Some(-15), Some(-2_485))
    );
    let keys = &read.rows[0].keys;
    assert_eq!((key(&keys.batch), key(&keys.stan)), ("000123", "004217"));
}
