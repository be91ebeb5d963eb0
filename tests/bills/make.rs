//! Synthetic files of every format, byte for byte. All names, numbers and amounts are invented.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

pub fn gbk(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GBK.encode(text);
    assert!(!lost, "not in GBK: {text}");
    bytes.into_owned()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip file whose names are bytes, without the flag that says UTF-8: as Alipay makes them.
pub fn zip(members: &[(&[u8], &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let mut fields = Vec::new();
        // Version, flags, deflate, time, date; checksum, sizes; length of name and extra field.
        for half in [20_u16, 0, 8, 0, 0x5ad5] {
            fields.extend(half.to_le_bytes());
        }
        for word in [crc.sum(), packed.len() as u32, bytes.len() as u32] {
            fields.extend(word.to_le_bytes());
        }
        for half in [name.len() as u16, 0] {
            fields.extend(half.to_le_bytes());
        }
        let at = out.len() as u32;
        list.extend(*b"PK\x01\x02\x14\x00");
        list.extend(&fields);
        list.extend([0; 10]); // comment, disk, attributes
        list.extend(at.to_le_bytes());
        list.extend(*name);
        out.extend(*b"PK\x03\x04");
        out.extend(&fields);
        out.extend(*name);
        out.extend(packed);
    }
    let (at, size) = (out.len() as u32, list.len() as u32);
    out.extend(&list);
    out.extend(*b"PK\x05\x06\x00\x00\x00\x00");
    for half in [members.len() as u16; 2] {
        out.extend(half.to_le_bytes());
    }
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// UnionPay's `fileContent`: base64 of zlib of the zip.
pub fn file_content(zip: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(zip).unwrap();
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::new();
    for three in encoder.finish().unwrap().chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at > three.len() { b'=' } else { letter });
        }
    }
    out
}

pub const WECHAT_ALL: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
pub const WECHAT_SUCCESS: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注";
pub const WECHAT_REFUND: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
pub const WECHAT_LEGACY: &str = "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率";

/// A row of backtick values.
pub fn ticks(values: &[&str]) -> String {
    values.iter().map(|value| format!("`{value}")).collect::<Vec<_>>().join(",")
}

/// As published.
pub fn wechat() -> String {
    format!(
        "{WECHAT_ALL}\n\
        `2026-11-20 10:15:32,`wx0000000000000001,`1900000001,`0,`T0000001,`4200000000202611200000000001,`SYN20261120000017,`oSYN0000000000000000000001,`MICROPAY,`SUCCESS,`OTHERS,`CNY,`100.00,`0.00,`0,`0,`0.00,`0.00,`,`,`synthetic goods,`,`0.60000,`0.60%,`100.00,`0.00,`\n\
        `2026-11-20 16:02:10,`wx0000000000000001,`1900000001,`0,`T0000001,`4200000000202611200000000001,`SYN20261120000017,`oSYN0000000000000000000001,`MICROPAY,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300000000202611200000000001,`SYNR20261120000003,`25.00,`0.00,`ORIGINAL,`SUCCESS,`synthetic goods,`,`-0.15000,`0.60%,`0.00,`25.00,`\n\
        总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n\
        `2,`100.00,`25.00,`0.00,`0.45000,`100.00,`25.00\n"
    )
}

pub fn wechat_fund() -> String {
    let head = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";
    let row = |time: &str, n: &str, name: &str, kind: &str, way: &str, amount: &str| {
        ticks(&[
            time,
            &format!("5000000000202611210000000000{n}"),
            &format!("190000000120261121000000000{n}"),
            name,
            kind,
            way,
            amount,
            "0.00",
            "system",
            "",
            "SYNW20261121001",
        ])
    };
    [
        format!("\u{feff}{head}"),
        row("2026-11-20 10:15:32", "1", "交易", "交易", "收入", "100.00"),
        row("2026-11-20 10:15:32", "2", "交易", "扣除交易手续费", "支出", "0.60"),
        row("2026-11-20 16:02:10", "3", "退款", "退款", "支出", "25.00"),
        row("2026-11-20 16:02:10", "4", "退款", "退还交易手续费", "收入", "0.15"),
        row("2026-11-21 02:10:44", "5", "充值/提现", "提现", "支出", "74.55"),
        row("2026-11-21 02:11:00", "6", "分账", "分账", "支出", "1.00"),
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额".into(),
        "`6.0,`2.0,`100.15,`4.0,`101.15\n".into(),
    ]
    .join("\r\n")
}

const ALIPAY_HEAD: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注";

/// As published.
pub fn alipay() -> String {
    format!(
        "#支付宝业务明细查询\r\n#账号：[20880000000000010156]\r\n\
        #起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]\r\n\
        #-----------------------------------------业务明细列表----------------------------------------\r\n\
        {ALIPAY_HEAD}\r\n\
        2026112022001400000000000001\t,SYN20261120000018\t,交易\t,synthetic goods,2026-11-20 10:20:01,2026-11-20 10:20:05,\t,\t,\t,T0000001\t,synthetic payer\t,88.00,88.00,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,\t,-0.53,0.00,\r\n\
        2026112022001400000000000001\t,SYN20261120000018\t,退款\t,synthetic goods,2026-11-20 10:20:01,2026-11-20 15:41:30,\t,\t,\t,T0000001\t,synthetic payer\t,-8.00,-8.00,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,SYNR20261120000004\t,0.05,0.00,\r\n\
        #-----------------------------------------业务明细列表结束------------------------------------\r\n\
        #交易合计：1笔，商家实收共88.00元，商家优惠共0.00元\r\n\
        #退款合计：1笔，商家实收退款共-8.00元，商家优惠退款共0.00元\r\n\
        #导出时间：[2026年11月21日 05:46:49]\r\n"
    )
}

pub fn alipay_summary(trades: u32) -> String {
    format!(
        "#支付宝业务汇总查询\r\n#账号：[20880000000000010156]\r\n\
        门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）\r\n\
        \t,\t,{trades},1,80.00,80.00,0.00,0.00,0.00,-0.48,0.00,79.52\r\n\
        合计\t,\t,{trades},1,80.00,80.00,0.00,0.00,0.00,-0.48,0.00,79.52\r\n\
        #导出时间：[2026年11月21日 05:46:49]\r\n"
    )
}

pub fn alipay_zip(detail: &str, summary: &str) -> Vec<u8> {
    let name = |what: &str| gbk(&format!("20880000000000010156_20261120_{what}.csv"));
    let (a, b) = (name("业务明细(汇总)"), name("业务明细"));
    zip(&[(&a, &gbk(summary)), (&b, &gbk(detail))])
}

pub fn alipay_account() -> String {
    let row = |n: u8, kind: &str, income: &str, expense: &str| {
        format!(
            "2026112100000000000{n}\t,2026112022001400000000000001\t,SYN20261120000018\t,synthetic goods\t,2026-11-20 10:20:0{n},synthetic payer\t,{income},{expense},80.00,支付宝\t,{kind}\t,\t\r\n"
        )
    };
    format!(
        "#支付宝账务明细查询\r\n#账号：[20880000000000010156]\r\n#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]\r\n\
        #-----------------------------------------账务明细列表----------------------------------------\r\n\
        账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注\r\n{}{}{}{}\
        #-----------------------------------------账务明细列表结束------------------------------------\r\n\
        #支出合计：3笔，共-88.05元\r\n#收入合计：1笔，共88.00元\r\n#导出时间：[2026年11月21日 05:46:49]\r\n",
        row(1, "在线支付", "88.00", ""),
        row(2, "收费", "", "-0.53"),
        row(3, "提现", "0.00", "-79.52"),
        row(4, "别的什么", "", "-8.00"),
    )
}

pub fn alipay_account_summary() -> String {
    "#支付宝账务汇总查询\r\n#账号：[20880000000000010156]\r\n类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）\r\n\
    在线支付\t,1,88.00,0,0.00,88.00\r\n其他\t,0,0.00,3,-88.05,-88.05\r\n合计\t,1,88.00,3,-88.05,-0.05\r\n#导出时间：[2026年11月21日 05:46:49]\r\n"
        .into()
}

/// One value row of Leshua's trade file: the published one with some cells changed (column from 1, value).
pub fn leshua_row(delimiter: &str, changes: &[(usize, &str)]) -> String {
    let mut cells = vec![
        "BV",
        "0",
        "2026-11-20 10:15:30",
        "2611201015300001",
        "9990000001",
        "60",
        "12345",
        "74",
        "12271",
        "进账",
        "消费",
        "刷卡支付",
        "借记卡",
        "标准类",
        "101532004217",
        "004217",
        "T0000001",
        "SYN20261120000017",
        "*",
        "2026-11-20 10:15:32",
        "*",
        "*",
        "*",
        "*",
        "*",
    ];
    for (column, value) in changes {
        cells[column - 1] = value;
    }
    cells.join(delimiter)
}

pub fn leshua(delimiter: &str) -> String {
    let title = [
        "BT",
        "编号",
        "交易时间",
        "订单号",
        "商户号",
        "费率(万分之一)",
        "交易金额(分)",
        "手续费(分)",
        "结算金额(分)",
        "资金流向",
        "交易类型",
        "支付方式",
        "卡类型",
        "商户优惠类型",
        "参考号",
        "凭证号",
        "终端号",
        "第三方订单号",
        "第三方退款号",
        "支付时间",
        "上游订单号(网、银联)",
        "上游订单号(微信、支付宝)",
        "付款银行",
        "消费者标识",
        "扫码支付交易类型",
    ]
    .join(delimiter);
    let rows: [&[(usize, &str)]; 8] = [
        &[],
        &[
            (2, "1"),
            (10, "退款"),
            (11, "退货成功"),
            (4, "R1"),
            (19, "SYNR1"),
            (7, "2500"),
            (8, "15"),
            (9, "2485"),
        ],
        &[(2, "2"), (10, "退款"), (11, "退货中"), (4, "R2")],
        &[(2, "3"), (10, "进账"), (11, "退货失败"), (4, "R3")],
        &[(2, "4"), (10, "退款"), (11, "消费充正"), (4, "R4")],
        &[(2, "5"), (10, "冻结"), (11, "*"), (4, "R5")],
        &[(2, "6"), (10, "解冻"), (11, "*"), (4, "R6")],
        &[
            (2, "7"),
            (11, "未获取"),
            (4, "R7"),
            (12, "微信支付"),
            (15, "*"),
            (16, "*"),
            (17, "*"),
            (24, "oSYN01"),
        ],
    ];
    let rows: Vec<String> = rows.iter().map(|changes| leshua_row(delimiter, changes)).collect();
    format!("{title}\r\n{}\r\n", rows.join("\r\n"))
}

pub fn payout(id: u32, state: i32, reason: &str, remark: &str) -> String {
    format!(
        r#"{{"billId":"202611210000000000{id:02}","createTime":"2026-11-21 03:33:36.0","bankretTime":"2026-11-21 08:23:30.0","merchantId":"9990000001","planAmount":12271,"suspendAmount":0,"realAmount":12271,"state":{state},"failReason":"{reason}","remark":"{remark}","recreateFlag":0,"bankAccount":"6217****4321","bankHolder":"secret"}}"#
    )
}

pub fn payouts() -> String {
    let list = [
        payout(1, 1, "", ""),
        payout(2, -1, "失败-银行卡未开通认证支付[1000057]", ""),
        payout(3, 0, "", ""),
        payout(4, 2, "非本行帐户", ""),
        payout(5, 1, "", "原打款单20261121000000000004退票重打"),
        payout(6, 3, "", ""),
    ]
    .join(",\n ");
    format!("{{\"code\":\"0\",\"data\":{{\"pageNo\":1,\"list\":[{list}]}}}}\n")
}

/// A published row, and a refund.
pub fn lcsw() -> String {
    "999000000000001,T0000001,2026-11-20 10:15:32,,12345,74,0,12345,1,1,1,300000000012026112010153200001,,SYN20261120000017,4200000000202611200000000001,2026-11-20,oSYN0000000000000000000001,0,,0,12345,12345,0,synthetic goods,T0000001,OTHERS,synthetic store,1\n\
    999000000000001,T0000001,2026-11-20 16:02:10,2026-11-20 16:02:12,12345,-15,2500,9845,2,1,1,300000000012026112016021000002,300000000012026112010153200001,SYN20261120000018,4200000000202611200000000001,2026-11-20,oSYN0000000000000000000001,0,,0,0,0,0,goods, with a comma,T0000001,OTHERS,synthetic store,1\n"
        .into()
}

const ZM_WIDTHS: [usize; 41] = [
    3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21,
    15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 131,
];

/// Pads GBK texts to fields with a blank between them.
pub fn fixed(widths: &[usize], values: &[(usize, &str)]) -> Vec<u8> {
    let mut fields: Vec<Vec<u8>> = widths.iter().map(|width| vec![b' '; *width]).collect();
    for (number, value) in values {
        let bytes = gbk(value);
        fields[number - 1][..bytes.len()].copy_from_slice(&bytes);
    }
    fields.join(&b' ')
}

/// A ZM row: the published one with this trade.
pub fn zm_row(trace: u32, kind: &str, fen: u64, fee: u64) -> Vec<u8> {
    let (amount, trace) = (format!("{fen:012}"), format!("{trace:06}"));
    // Money goes back on refunds and voids.
    let (pay, get) = if matches!(kind, "04" | "31" | "33") { ("C", "D") } else { ("D", "C") };
    let (fee_text, net) = match kind {
        // A pre-authorisation moves no money.
        "02" => (format!(" {:012}", 0), format!(" {:012}", 0)),
        _ => (format!("{pay}{fee:012}"), format!("{get}{:012}", fen - fee)),
    };
    let query = format!("20261120101532{trace}8");
    let order = format!("SYN2026112{trace}");
    fixed(
        &ZM_WIDTHS,
        &[
            (1, "S56"),
            (2, "99990000"),
            (3, "00099999"),
            (4, &trace),
            (5, "1120101532"),
            (6, "621700******4321"),
            (7, &amount),
            (8, "5411"),
            (9, "01"),
            (10, &query),
            (11, "01"),
            (12, &order),
            (13, "01"),
            (16, &fee_text),
            (17, &net),
            (18, "0001"),
            (20, kind),
            (22, "000201"),
            (28, "999000000000001"),
            (30, "000000000000000"),
            (31, "合成商户"),
            (32, " 000000000000"),
            (33, &net),
            (34, "T0000001"),
            (36, " 000000000000"),
            (37, " 000000000000"),
            (38, " 00000000000"),
            (40, "7"),
        ],
    )
}

/// Lines of bytes with CR LF.
pub fn crlf(rows: &[Vec<u8>]) -> Vec<u8> {
    rows.iter().flat_map(|row| row.iter().chain(b"\r\n")).copied().collect()
}

pub fn zm() -> Vec<u8> {
    let refund = zm_row(4218, "04", 2500, 15);
    crlf(&[zm_row(4217, "01", 12_345, 74), refund, zm_row(4219, "02", 9_900, 0)])
}

pub fn zme() -> Vec<u8> {
    let widths = [3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135];
    let row = [
        (1, "E74"),
        (4, "004217"),
        (5, "1120101532"),
        (6, "621700******4321"),
        (7, "000000012345"),
    ];
    crlf(&[fixed(&widths, &row)])
}

/// The printed summary; amounts in fen.
pub fn rd2010(count: u32, gross: i64, fee: i64, net: i64) -> Vec<u8> {
    let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
    let line = |label: &str, count: u32| {
        let mut line = gbk(label);
        line.resize(20, b' ');
        line.extend(format!("{count:>8}").bytes());
        for (debit, credit) in [(0, gross), (fee, 0), (0, net)] {
            line.extend(format!("{:>16}{:>16}", yuan(debit), yuan(credit)).bytes());
        }
        assert_eq!(line.len(), 124);
        line
    };
    let mut head = gbk("商户代码:999000000000001");
    head.resize(64, b' ');
    head.extend(gbk("清算币种:156"));
    crlf(&[
        gbk("                    中国银联全渠道商户交易汇总表"),
        vec![],
        head,
        gbk("收单机构:99990000    清算日期:20261120"),
        gbk("商户名称:合成商户    生成日期:20261121"),
        vec![],
        vec![],
        gbk("交易类型      交易笔数"),
        gbk("  借 贷"),
        vec![b'-'; 124],
        line("自助消费", count),
        vec![b'-'; 124],
        line("总计", count),
        vec![],
        line("借记卡", count),
        vec![b'-'; 124],
        line("总计", count),
    ])
}

pub fn unionpay_zip(summary: &[u8]) -> Vec<u8> {
    zip(&[
        (b"INN26112088ZM_999000000000001", &zm()),
        (b"INN26112088ZME_999000000000001", &zme()),
        (b"RD201026112001_999000000000001", summary),
    ])
}

/// As published.
pub fn neutral() -> String {
    "kind,txn_time,settle_date,order_no,orig_order_no,mid,tid,batch_no,stan,rrn,pan_first6,pan_last4,amount_fen,fee_fen,net_fen,currency,channel_ref\n\
    payment,2026-11-20T10:15:32+08:00,2026-11-20,SYN20261120000017,,999000000000001,T0000001,000123,004217,101532004217,621700,4321,12345,74,12271,CNY,202611201015320042178\n\
    refund,2026-11-20T16:02:10+08:00,2026-11-20,SYNR20261120000003,SYN20261120000017,999000000000001,T0000001,000123,004230,160210004230,621700,4321,2500,-15,-2485,CNY,202611201602100042308\n"
        .into()
}

/// One good file of every format.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("wechat", wechat().into()),
        ("wechat_fund", wechat_fund().into()),
        ("alipay", gbk(&alipay())),
        ("alipay_summary", gbk(&alipay_summary(1))),
        ("alipay_account", gbk(&alipay_account())),
        ("alipay_account_summary", gbk(&alipay_account_summary())),
        ("leshua", gbk(&leshua("|"))),
        ("payouts", payouts().into()),
        ("lcsw", lcsw().into()),
        ("zm", zm()),
        ("zme", zme()),
        ("rd2010", rd2010(3, 9845, 59, 9786)),
        ("neutral", neutral().into()),
    ]
}
