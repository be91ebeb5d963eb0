//! Errors are planted in good files: each is found, at its line and column, and the rest is read.

use std::sync::Arc;

use pos_journal::host::Lang;
use pos_journal::host::bills::{OpenError, Tally, What, Why};

use super::{Read, make, reader, with_facts};

/// Line, column, beginning of the reason.
fn bad(read: &Read) -> Vec<(u64, u32, Why)> {
    read.bad.iter().map(|bad| (bad.line, bad.fault.column, bad.fault.why.clone())).collect()
}

fn untied(read: &Read) -> Vec<&str> {
    fn name(what: &What) -> Option<&str> {
        match what {
            What::Untied { name, .. } => Some(name),
            _ => None,
        }
    }
    read.findings.iter().filter_map(|finding| name(&finding.what)).collect()
}

#[test]
fn wechat_rows() {
    let good = make::wechat();
    let with = |from: &str, to: &str| Read::one(&reader(), good.replacen(from, to, 1));

    let read = with("`0.60000,`0.60%,`100.00", "`0.60000,`0.60%,`1OO.00");
    assert_eq!(bad(&read), [(2, 25, Why::NotMoney)]);
    assert_eq!((read.rows.len(), untied(&read).len()), (1, 4));
    let read = with("`SUCCESS", "`FROZEN");
    assert_eq!(bad(&read), [(2, 10, Why::Unknown("交易状态"))]);
    let read = with("`ORIGINAL,`SUCCESS", "`ORIGINAL,`CHANGE");
    assert_eq!(bad(&read), [(3, 20, Why::Unknown("[wechat.refund_states]"))]);
    let read = with("`2026-11-20 10:15:32", "`2026-11-31 10:15:32");
    assert_eq!(bad(&read), [(2, 1, Why::NotATime)]);
    let read = with("`wx0000000000000001,", "");
    assert_eq!(bad(&read), [(2, 0, Why::Columns { found: 26, wanted: 27 })]);
    let read = with("`MICROPAY", "`MICRO\u{fffd}PAY");
    assert_eq!(bad(&read), [(2, 9, Why::NotText)]);
    // Free text may hold anything.
    let read = with("`synthetic goods", "`\u{fffd}");
    assert_eq!((bad(&read), read.findings.len()), (vec![], 0));

    let facts = with_facts("[wechat.refund_states]\nCHANGE = 'pending'");
    assert!(
        bad(&Read::one(&facts, good.replacen("`ORIGINAL,`SUCCESS", "`ORIGINAL,`CHANGE", 1)))
            .is_empty()
    );
}

#[test]
fn wechat_sums() {
    let good = make::wechat();
    let with = |from: &str, to: &str| Read::one(&reader(), good.replacen(from, to, 1));
    assert_eq!(untied(&with("`2,`100.00", "`3,`100.00")), ["总交易单数"]);
    assert_eq!(untied(&with("`2,`100.00", "`2,`100.01")), ["应结订单总金额"]);
    assert_eq!(untied(&with("`0.45000", "`0.45001")), ["手续费总金额"]);
    let read = with("`0.60000,`0.60%", "`0.60400,`0.60%");
    assert_eq!(read.rows[0].fee, Some(60));
    assert!(matches!(read.findings[0].what, What::Rounded(_)));

    let cut: String = good.lines().take(2).map(|line| format!("{line}\n")).collect();
    assert_eq!(Read::one(&reader(), cut).findings[0].what, What::NoFooter);
    let read = Read::one(&reader(), good.clone() + good.lines().nth(1).unwrap());
    assert_eq!(bad(&read), [(6, 0, Why::AfterEnd)]);
    let read = Read::one(&reader(), good.replacen("应结订单金额", "应结", 1));
    assert_eq!(read.findings[0].what, What::NoColumn("应结订单金额".into()));
}

#[test]
fn alipay_rows_sums_and_summary() {
    let good = make::alipay();
    let with = |from: &str, to: &str| Read::one(&reader(), make::gbk(&good.replacen(from, to, 1)));
    assert_eq!(bad(&with("88.00,88.00", "88.00,")), [(6, 13, Why::Missing)]);
    assert_eq!(bad(&with(",88.00,88.00", ",88.00,x")), [(6, 13, Why::NotMoney)]);
    assert_eq!(bad(&with("退款\t", "退货\t")), [(7, 3, Why::Unknown("业务类型"))]);
    // A comma that is not escaped is reported, never guessed round.
    assert_eq!(
        bad(&with("synthetic goods", "synthetic, goods")),
        [(6, 0, Why::Columns { found: 26, wanted: 25 })]
    );
    assert_eq!(untied(&with("共88.00元", "共88.01元")), ["交易合计"]);
    assert_eq!(untied(&with("#退款合计：1笔", "#退款合计：2笔")), ["退款合计"]);
    assert_eq!(with("#退款合计", "#退合计").findings[0].what, What::NoFooter);
    // Refunds without a sign are the same.
    assert_eq!(with("-8.00,-8.00", "8.00,8.00").findings, []);

    let zip = make::alipay_zip(&good, &make::alipay_summary(7));
    let mut tally = Tally::new();
    for bill in reader().stream("a.zip", std::io::Cursor::new(zip)) {
        let mut bill = bill.unwrap();
        assert!(bill.by_ref().all(|row| row.is_ok()));
        tally.finish(&bill);
    }
    let said = tally.findings("a.zip")[0].say(Lang::En);
    assert_eq!(said, "alipay trades (交易订单总笔数): the file says 7, its rows give 1");
}

#[test]
fn alipay_account_with_money_both_ways() {
    let text = make::alipay_account().replacen("0.00,-79.52", "1.00,-79.52", 1);
    let read = Read::one(&reader(), make::gbk(&text));
    assert_eq!(bad(&read), [(8, 8, Why::BothWays)]);
    assert_eq!(untied(&read), ["支出合计", "支出合计"]);
}

#[test]
fn leshua_rows() {
    let with = |changes: &[(usize, &str)]| {
        let text = make::leshua("|") + &make::leshua_row("|", changes) + "\n";
        Read::one(&reader(), text)
    };
    assert_eq!(bad(&with(&[(7, "123.45")])), [(10, 7, Why::NotMoney)]);
    assert_eq!(bad(&with(&[(11, "消费退款")])), [(10, 11, Why::Unknown("资金流向 + 交易类型"))]);
    assert_eq!(bad(&with(&[(1, "BX")])), [(10, 1, Why::Unknown("记录类型"))]);
    assert_eq!(bad(&with(&[(20, "2026-11-20")])), [(10, 20, Why::NotATime)]);
    let read = with(&[(9, "12270")]);
    assert_eq!(read.findings[0].what, What::Arithmetic { computed: 12_271, stated: 12_270 });
    assert_eq!((read.findings[0].line, read.rows.len()), (10, 9));
}

#[test]
fn payouts() {
    let one = |text: String| bad(&Read::one(&reader(), text));
    assert_eq!(one(make::payout(1, 4, "", "")), [(1, 0, Why::Unknown("[payout.states]"))]);
    let text = make::payout(1, 1, "", "").replace("\"realAmount\":12271", "\"realAmount\":122.71");
    assert_eq!(one(text), [(1, 0, Why::NotMoney)]);
    let good = make::payouts();
    let cut = &good[..good.len() - 60];
    assert_eq!(one(cut.into()), [(6, 0, Why::NotJson)]);
    let text = make::payout(1, 1, "", "").replace("\"suspendAmount\":0", "\"suspendAmount\":1");
    assert!(matches!(Read::one(&reader(), text).findings[0].what, What::Arithmetic { .. }));
    // A number that has lost a character is none; of a reason the rest may be understood.
    let text = make::payout(1, 1, "", "").replace("9990000001", "999\u{fffd}");
    assert_eq!(one(text), [(1, 0, Why::NotText)]);
    assert_eq!(one(make::payout(4, 2, "\u{fffd}本行帐户", "")), []);
}

#[test]
fn lcsw_rows() {
    let with = |from: &str, to: &str| Read::one(&reader(), make::lcsw().replacen(from, to, 1));
    // Swapped: the first line must still look like one of the file.
    let read = with(",1,1,1,3000", ",1,1,7,3000");
    assert_eq!(bad(&read), [(1, 11, Why::Unknown("[lcsw.states]"))]);
    assert_eq!(bad(&with("16:02:12,12345", "16:02:72,12345")), [(2, 4, Why::NotATime)]);
    let short = make::lcsw() + "999000000000001,T0000001,2026-11-20 10:15:32\n";
    assert_eq!(bad(&Read::one(&reader(), short)), [(3, 0, Why::Columns { found: 3, wanted: 28 })]);
}

#[test]
fn unionpay_rows_and_summary() {
    let mut rows = vec![make::zm_row(1, "01", 12_345, 74); 4];
    rows[0].truncate(400);
    rows[1][27] = b'9';
    rows[2][66..78].copy_from_slice(b"00000001234x");
    rows[3][215..217].copy_from_slice(b"99");
    rows.push(make::zm_row(2, "01", 12_345, 74));
    rows[4][181..193].copy_from_slice(b"000000012270");
    let read = Read::one(&reader(), make::crlf(&rows));
    let expected = [
        (1, 0, Why::Bytes { found: 400, wanted: 607 }),
        (2, 3, Why::Shifted),
        (3, 7, Why::NotMoney),
        (4, 20, Why::Unknown("[unionpay.types]")),
    ];
    assert_eq!(bad(&read), expected);
    assert_eq!(read.findings[0].what, What::Arithmetic { computed: 12_271, stated: 12_270 });

    // Money in a row that should move none.
    let mut row = make::zm_row(2, "01", 12_345, 74);
    row[215..217].copy_from_slice(b"02");
    let read = Read::one(&reader(), make::crlf(&[row]));
    assert_eq!(read.findings[0].what, What::Arithmetic { computed: -74, stated: 12_271 });

    let zip = make::unionpay_zip(&make::rd2010(3, 9_845, 59, 9_787));
    let mut tally = Tally::new();
    for bill in reader().stream("m.zip", std::io::Cursor::new(zip)) {
        let mut bill = bill.unwrap();
        assert!(bill.by_ref().all(|row| row.is_ok()));
        tally.finish(&bill);
    }
    let found = tally.findings("m.zip");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].say(Lang::Zh), "UnionPay 资金清算差额：文件为 97.87，逐行合计为 97.86");
}

#[test]
fn the_same_row_twice_is_found() {
    let mut tally = Tally::new();
    let rows = Read::clean(&reader(), make::neutral()).rows;
    assert!(rows.iter().all(|row| tally.add(row).is_none()));
    let twice = tally.add(&rows[1]).unwrap();
    assert_eq!((twice.what, twice.line), (What::Duplicate, 3));
}

#[test]
fn what_is_no_bill_is_said_to_be_none() {
    let error = |bytes: &[u8]| {
        let mut bills = reader().stream("x", std::io::Cursor::new(bytes.to_vec()));
        bills.remove(0).err().map(|(_, error): (Arc<str>, OpenError)| error).unwrap()
    };
    let none = b"<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[No Bill Exist]]></return_msg></xml>";
    assert!(matches!(error(none), OpenError::NoBill));
    assert!(matches!(error(br#"{"code":"NO_BILL_EXIST","message":"x"}"#), OpenError::NoBill));
    for unknown in [&b""[..], b"hello", &[0; 4096]] {
        assert!(matches!(error(unknown), OpenError::Unknown));
    }
    assert!(matches!(error(b"PK\x03\x04garbage"), OpenError::Archive(_)));
}

#[test]
fn a_damaged_archive_is_noticed() {
    let text = "x".repeat(100);
    let mut rows = make::wechat();
    rows = rows.replacen("synthetic goods", &text, 1);
    let mut zip = make::zip(&[(b"a", rows.as_bytes())]);
    // The checksum in the list of members.
    let at = zip.windows(4).position(|four| four == b"PK\x01\x02").unwrap() + 16;
    zip[at] ^= 1;
    let bill = reader().stream("x", std::io::Cursor::new(zip)).remove(0);
    match bill {
        // Found in the first look already: the member is small.
        Err((_, OpenError::Io(error))) => assert!(error.to_string().contains("checksum")),
        Err((_, other)) => panic!("{other}"),
        Ok(bill) => {
            let read = Read::all(bill);
            assert!(matches!(read.findings.last().unwrap().what, What::Unreadable(_)));
        }
    }
}
