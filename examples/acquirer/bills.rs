//! The bill files of a day, as the merchant gets them: UnionPay's ZM for cards, WeChat's for orders.

use super::books::{Entry, Side};

/// Fee in parts per ten thousand, rounded half up, on each row.
const RATE: u64 = 60;

/// What a row is made of.
pub struct Row<'a> {
    pub entry: &'a Entry,
    /// Local date and time: year, month and day, hour, minute and second.
    pub date: (u64, u64),
    pub time: u64,
    pub fee: u64,
}

pub fn fee(amount: u64) -> u64 {
    (amount * RATE + 5_000) / 10_000
}

/// The bytes of each of the 41 fields; a blank follows each.
const WIDTHS: [usize; 41] = [
    3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21,
    15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 131,
];

/// UnionPay's file of trades: lines of fixed width. Numbers of fields from 1.
pub fn zm(rows: &[Row<'_>]) -> Vec<u8> {
    let mut file = Vec::new();
    for Row { entry, date: (year, day), time, fee } in rows {
        let out = entry.side() == Side::Out;
        let (pay, get) = if out { ('C', 'D') } else { ('D', 'C') };
        let (amount, fee) = (entry.amount, *fee);
        let card = entry.card.as_deref().unwrap_or_default();
        let (first, last) = card.split_at(card.len().min(6));
        let values = [
            (1, "S56".to_owned()),
            (2, "99990000".to_owned()),
            (3, "00099999".to_owned()),
            (4, format!("{:06}", entry.stan)),
            (5, format!("{day:04}{time:06}")),
            (6, format!("{first}******{last}")),
            (7, format!("{amount:012}")),
            (8, "5411".to_owned()),
            (9, "01".to_owned()),
            (10, format!("{year:04}{day:04}{time:06}{:06}8", entry.stan)),
            (11, "01".to_owned()),
            (12, entry.rrn.clone()),
            (13, "01".to_owned()),
            (16, format!("{pay}{fee:012}")),
            (17, format!("{get}{:012}", amount - fee)),
            (18, "0001".to_owned()),
            (20, if out { "04" } else { "01" }.to_owned()),
            (22, "000201".to_owned()),
            (28, entry.merchant.clone()),
            (30, "000000000000000".to_owned()),
            (32, " 000000000000".to_owned()),
            (33, format!("{get}{:012}", amount - fee)),
            (34, entry.terminal.clone()),
            (36, " 000000000000".to_owned()),
            (37, " 000000000000".to_owned()),
            (38, " 00000000000".to_owned()),
            (40, "7".to_owned()),
        ];
        let mut fields = WIDTHS.map(|width| vec![b' '; width]);
        for (number, value) in values {
            let field = fields.get_mut(number - 1).map(Vec::as_mut_slice).unwrap_or_default();
            field.iter_mut().zip(value.bytes()).for_each(|(to, from)| *to = from);
        }
        file.extend(fields.join(&b' '));
        file.extend(b"\r\n");
    }
    file
}

const WECHAT: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,\
    交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,\
    充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const WECHAT_SUMS: &str =
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

/// WeChat's trade bill: a backtick before each value, and the sums in the last line.
pub fn wechat(rows: &[Row<'_>]) -> String {
    let yuan = |fen: u64| format!("{}.{:02}", fen / 100, fen % 100);
    let ticks = |values: &[String]| {
        values.iter().map(|value| format!("`{value}")).collect::<Vec<_>>().join(",")
    };
    let (mut text, mut paid, mut refunded, mut fees) = (format!("{WECHAT}\r\n"), 0, 0, 0i64);
    for Row { entry, date: (year, day), time, fee } in rows {
        let out = entry.side() == Side::Out;
        let (zero, amount, fee) = ("0.00".to_owned(), entry.amount, *fee);
        let (money, back) =
            if out { (zero.clone(), yuan(amount)) } else { (yuan(amount), zero.clone()) };
        let sign = if out { "-" } else { "" };
        let order = entry.order.clone().unwrap_or_default();
        let refund = |text: String| if out { text } else { "0".to_owned() };
        text += &ticks(&[
            format!(
                "{year:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                day / 100,
                day % 100,
                time / 10_000,
                time / 100 % 100,
                time % 100
            ),
            "wx0000000000000001".into(),
            "1900000001".into(),
            "0".into(),
            entry.terminal.clone(),
            format!(
                "42000000002026{}",
                entry.original.as_deref().unwrap_or(&entry.key()).replace('/', "")
            ),
            order.clone(),
            "o0000000000000000000000001".into(),
            "MICROPAY".into(),
            if out { "REFUND" } else { "SUCCESS" }.into(),
            "OTHERS".into(),
            "CNY".into(),
            money.clone(),
            zero.clone(),
            refund(format!("50000000002026{}", entry.key().replace('/', ""))),
            refund(order),
            back.clone(),
            zero.clone(),
            if out { "ORIGINAL" } else { "" }.into(),
            if out { "SUCCESS" } else { "" }.into(),
            "goods".into(),
            String::new(),
            format!("{sign}{}000", yuan(fee)),
            "0.60%".into(),
            money,
            back,
            String::new(),
        ]);
        text += "\r\n";
        *(if out { &mut refunded } else { &mut paid }) += amount;
        fees += if out { -(fee as i64) } else { fee as i64 };
    }
    let sign = if fees < 0 { "-" } else { "" };
    let fees = format!("{sign}{}000", yuan(fees.unsigned_abs()));
    let sums = [
        rows.len().to_string(),
        yuan(paid),
        yuan(refunded),
        "0.00".into(),
        fees,
        yuan(paid),
        yuan(refunded),
    ];
    text + WECHAT_SUMS + "\r\n" + &ticks(&sums) + "\r\n"
}
