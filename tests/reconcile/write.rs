//! Bills with the payments that a test wants in them, byte for byte in each format.

use super::make;
use super::shop::{MID, Sold, TID};

/// A row that a bill should have.
#[derive(Clone, Debug)]
pub struct Line {
    pub sold: Sold,
    pub amount: u64,
    pub fee: u64,
}

impl Line {
    pub fn of(sold: &Sold) -> Self {
        Self { sold: sold.clone(), amount: sold.amount, fee: fee(sold.amount) }
    }

    fn time(&self) -> String {
        let s = self.sold.second;
        format!("2026-11-20 {:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    }

    fn goes_back(&self) -> bool {
        self.sold.of.is_some()
    }
}

/// 0.6 %, half up.
pub fn fee(amount: u64) -> u64 {
    (amount * 6 + 500) / 1000
}

fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

pub fn wechat(lines: &[Line]) -> Vec<u8> {
    let (mut paid, mut back, mut fees) = (0, 0, 0_i64);
    let mut text = format!("\u{feff}{}\r\n", make::WECHAT_ALL);
    for line in lines {
        let (amount, order) = (yuan(line.amount), &line.sold.order);
        let (state, gross, refund) = match line.goes_back() {
            false => ("SUCCESS", &*amount, "0.00"),
            true => ("REFUND", "0.00", &*amount),
        };
        let sign = if line.goes_back() { "-" } else { "" };
        match line.goes_back() {
            false => (paid, fees) = (paid + line.amount, fees + line.fee as i64),
            true => (back, fees) = (back + line.amount, fees - line.fee as i64),
        }
        let original = line.sold.of.as_ref().unwrap_or(order);
        let refund_no = if line.goes_back() { order } else { "0" };
        text += &make::ticks(&[
            &line.time(),
            "wx0000000000000001",
            "1900000001",
            "0",
            "T0000001",
            &format!("42000000002026112{:012}", line.sold.item.0),
            original,
            "oSYN",
            "MICROPAY",
            state,
            "OTHERS",
            "CNY",
            gross,
            "0.00",
            refund_no,
            refund_no,
            refund,
            "0.00",
            "",
            if line.goes_back() { "SUCCESS" } else { "" },
            "goods, with a comma",
            "",
            &format!("{sign}{}000", yuan(line.fee)),
            "0.60%",
            gross,
            refund,
            "",
        ]);
        text += "\r\n";
    }
    let sign = if fees < 0 { "-" } else { "" };
    text += "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n";
    text += &make::ticks(&[
        &lines.len().to_string(),
        &yuan(paid),
        &yuan(back),
        "0.00",
        &format!("{sign}{}000", yuan(fees.unsigned_abs())),
        &yuan(paid),
        &yuan(back),
    ]);
    (text + "\r\n").into_bytes()
}

pub fn alipay(lines: &[Line]) -> Vec<u8> {
    let sample = make::alipay();
    let head: String = sample.split_inclusive("\r\n").take(5).collect();
    let (mut paid, mut back) = ((0, 0), (0, 0));
    let mut text = head;
    for line in lines {
        let (kind, sign, refund) = match line.goes_back() {
            false => ("交易", "", ""),
            true => ("退款", "-", &*line.sold.order),
        };
        let sum = if line.goes_back() { &mut back } else { &mut paid };
        *sum = (sum.0 + 1, sum.1 + line.amount);
        let fee_sign = if line.goes_back() { "" } else { "-" };
        text += &format!(
            "20261120220014{:014}\t,{}\t,{kind}\t,goods,{t},{t},\t,\t,\t,T0000001\t,payer\t,{sign}{a},{sign}{a},0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,{refund}\t,{fee_sign}{},0.00,\r\n",
            line.sold.item.0,
            line.sold.of.as_ref().unwrap_or(&line.sold.order),
            yuan(line.fee),
            t = line.time(),
            a = yuan(line.amount),
        );
    }
    text += "#-----------------------------------------业务明细列表结束------------------------------------\r\n";
    text += &format!("#交易合计：{}笔，商家实收共{}元，商家优惠共0.00元\r\n", paid.0, yuan(paid.1));
    let sign = if back.1 > 0 { "-" } else { "" };
    text += &format!(
        "#退款合计：{}笔，商家实收退款共{sign}{}元，商家优惠退款共0.00元\r\n",
        back.0,
        yuan(back.1)
    );
    text += "#导出时间：[2026年11月21日 05:46:49]\r\n";
    make::gbk(&text)
}

pub fn leshua(lines: &[Line], qr: bool) -> Vec<u8> {
    let sample = make::leshua("|");
    let mut text: String = sample.split_inclusive("\r\n").take(1).collect();
    for line in lines {
        let number = line.sold.item.0.to_string();
        let (amount, fee) = (line.amount.to_string(), line.fee.to_string());
        let net = (line.amount - line.fee).to_string();
        let stan = format!("{:06}", line.sold.stan);
        let (flow, kind) = match (line.goes_back(), line.sold.is_void) {
            (false, _) => ("进账", if qr { "未获取" } else { "消费" }),
            (true, false) => ("退款", "退货成功"),
            (true, true) => ("退款", "消费撤销"),
        };
        let order = line.sold.of.as_ref().unwrap_or(&line.sold.order);
        let card = |text| if qr { "*" } else { text };
        text += &make::leshua_row(
            "|",
            &[
                (4, &number),
                (7, &amount),
                (8, &fee),
                (9, &net),
                (10, flow),
                (11, kind),
                (12, if qr { "微信支付" } else { "刷卡支付" }),
                (13, card("借记卡")),
                (15, card(&line.sold.rrn)),
                (16, card(&stan)),
                (17, card(TID)),
                // The third party's order number is known for codes only.
                (18, if qr { order } else { "*" }),
                (19, if qr && line.goes_back() { &line.sold.order } else { "*" }),
                (20, &line.time()),
            ],
        );
        text += "\r\n";
    }
    make::gbk(&text)
}

pub fn lcsw(lines: &[Line]) -> Vec<u8> {
    let row = |line: &Line| {
        let (amount, refund) = match line.goes_back() {
            false => (line.amount, 0),
            true => (0, line.amount),
        };
        let (done, original) = match &line.sold.of {
            None => (String::new(), String::new()),
            Some(order) => (line.time(), order.clone()),
        };
        format!(
            "{MID},{TID},{},{done},{amount},{},{refund},0,1,1,1,3000{:020},{original},{},42000000002026112,2026-11-20,oSYN,0,,0,{amount},{amount},0,goods,T0000001,OTHERS,store,1\n",
            line.time(),
            line.fee,
            line.sold.item.0,
            line.sold.order,
        )
    };
    lines.iter().map(row).collect::<String>().into_bytes()
}

pub fn zm(lines: &[Line]) -> Vec<u8> {
    let rows: Vec<Vec<u8>> = lines
        .iter()
        .map(|line| {
            let n: u32 = line.sold.order["SYN2026112".len()..].parse().unwrap();
            let kind = match (line.goes_back(), line.sold.is_void) {
                (false, _) => "01",
                (true, false) => "04",
                (true, true) => "31",
            };
            make::zm_row(n, kind, line.amount, line.fee)
        })
        .collect();
    make::crlf(&rows)
}

pub const NEUTRAL: &str = "kind,txn_time,order_no,orig_order_no,refund_no,mid,tid,stan,rrn,amount_fen,fee_fen,net_fen,currency,method\n";

/// `keys`: which of order number, RRN and STAN are printed.
pub fn neutral_row(line: &Line, keys: [bool; 3]) -> String {
    let (kind, sign) = match (line.goes_back(), line.sold.is_void) {
        (false, _) => ("payment", 1),
        (true, false) => ("refund", -1),
        (true, true) => ("void", -1),
    };
    let (fee, amount) = (sign * line.fee as i64, sign * line.amount as i64);
    let some = |at: usize, text: String| if keys[at] { text } else { String::new() };
    format!(
        "{kind},{}+08:00,{},{},,{MID},{TID},{},{},{},{fee},{},CNY,card\n",
        line.time().replace(' ', "T"),
        some(0, line.sold.order.clone()),
        some(0, line.sold.of.clone().unwrap_or_default()),
        some(2, format!("{:06}", line.sold.stan)),
        some(1, line.sold.rrn.clone()),
        line.amount,
        amount - fee,
    )
}

pub fn neutral(lines: &[Line], keys: [bool; 3]) -> Vec<u8> {
    let rows: String = lines.iter().map(|line| neutral_row(line, keys)).collect();
    format!("{NEUTRAL}{rows}").into_bytes()
}
