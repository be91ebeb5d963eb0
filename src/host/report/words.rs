//! The words of the page that no other command has.

use crate::host::words::table::Word;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(pub(super) const $name: Word = Word::new($en, $zh);)*
        #[cfg(test)]
        pub(super) const ALL: &[Word] = &[$($name),*];
    };
}

words! {
    TITLE: "Payment terminal report", "支付终端报告";
    ABOUT: "{0} journal {1} from {2}; told as of {3}", "{0}日志 {1}, 来自 {2}; 截至 {3}";
    IDENTITY: "book {0}: terminal {1}, merchant {2}", "账本 {0}: 终端号 {1}, 商户号 {2}";
    SHA: "SHA-256 of the file: {0}", "文件 SHA-256: {0}";
    WHOLE: "Every byte is accounted for", "每个字节均已核实";
    BROKEN: "Findings in this dump: {0}; records may be missing", "此转储有 {0} 处异常; 可能缺少记录";

    GLANCE: "{0} at a glance", "{0} 概览";
    NO_DAY: "At a glance", "概览";
    PAYMENTS: "payments begun", "发起交易";
    TAKEN: "approved", "已批准";
    BACK: "voided or refunded", "撤销或退货";
    DECLINED: "declined", "被拒绝";
    TIMEOUTS: "without an answer", "无应答";
    OPEN_NOW: "still open", "尚未完结";
    MEDIAN: "median answer", "应答中位数";
    EARLIER: "Day by day", "逐日";
    ATTENTION: "to do", "待处理";
    DAY: "day", "日期";
    LAST_DAYS: "The last {0} of {1} days", "共 {1} 天, 列出最近 {0} 天";
    UNTIMED: "Payments without a trusted time, in no day: {0}", "没有可信时间、不计入任何一天的交易: {0} 笔";

    MONEY: "Money by state", "资金状态";
    WHOSE: "Whose money", "资金归属";
    AMOUNT: "amount", "金额";
    COUNT: "payments", "笔数";
    SALES: "paid in", "收款";
    RETURNS: "given back", "退款";
    ELSE: "not money", "不涉及资金";
    MERCHANT: "the merchant's, not due yet", "应付商户, 未到期";
    MERCHANT_LATE: "the merchant's, past due", "应付商户, 已逾期";
    MERCHANT_UNSURE: "the merchant's, due date unknown", "应付商户, 到期日未知";
    CUSTOMER: "on its way back to customers", "应退持卡人";
    PERHAPS: "back to customers, if it was taken", "如已扣款, 应退持卡人";
    UNKNOWN: "nobody knows yet whose", "归属未定";
    NEVER_CREDIT: "A journal alone never proves that money was credited: only a bill does.",
        "仅凭日志不能证明款项已入账: 须以账单为准。";

    TODO: "What to do ({0})", "待处理 ({0})";
    NOTHING_TODO: "Nothing is past due, odd or owed.", "没有逾期、异常或应付的交易。";
    ONLY_WAIT: "Approved and not due yet, so only to be waited for: {0}", "已批准且未到期, 只需等待: {0} 笔";
    MORE_TODO: "{0} more are left out: see 'explain'", "另有 {0} 笔未列出: 请用 'explain' 查看";

    PAYMENTS_LINK: "Payments", "交易";
    ALL_PAYMENTS: "Payments ({0})", "交易 ({0})";
    CLICK: "Open one for its time line.", "点开一笔可看其时间线。";
    NO_TIME: "Without a trusted time", "没有可信时间";
    LOST: "its intent is lost", "其发起记录已丢失";
    MORE_PAYMENTS: "{0} older ones are left out: see 'show'", "较早的 {0} 笔未列出: 请用 'show' 查看";

    LATENCY: "Answers and time-outs on {0}", "{0} 应答与超时";
    NO_LATENCY_DAY: "Answers and time-outs", "应答与超时";
    LATENCY_AXIS: "Time to the answer", "应答耗时";
    NO_LATENCY: "No answer or time-out has a trusted time.", "没有带可信时间的应答或超时。";
    LATENCY_HOW: "Each dot is a payment, and opens its time line; the higher, the longer it took.",
        "每点为一笔交易, 点击可看时间线; 越高耗时越长。";
    PER_HOUR: "Payments per hour", "每小时交易数";
    HOUR: "hour", "时";
    LONGEST: "longest", "最长";
    K_APPROVED: "approved", "批准";
    K_DECLINED: "declined", "拒绝";
    K_DOUBTFUL: "doubtful", "存疑";
    K_NO_ANSWER: "no answer", "无应答";

    SECTORS: "Sectors", "扇区";
    SECTORS_HOW: "Blue: what counts; grey: what does not count any more.", "蓝色: 有效; 灰色: 已作废。";
    BLANKS: "{0} blank sectors", "{0} 个空白扇区";
    RECORDS: "{0} records", "{0} 条记录";
    WEAR: "{0} erases", "擦除 {0} 次";
    SECTOR_HINT: "used {0}, dead {1}, free {2} bytes", "已用 {0}, 作废 {1}, 空闲 {2} 字节";

    MADE_BY: "Made by pos-journal {0}. This page holds no script and loads nothing; it can be read \
        offline, mailed and printed.", "由 pos-journal {0} 生成。本页不含脚本, 不加载任何内容; \
        可离线阅读、发送和打印。";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::host::Lang;

    #[test]
    fn both_languages_have_the_same_blanks() {
        for word in ALL {
            let (en, zh) = (word.of(Lang::En), word.of(Lang::Zh));
            assert!(en.is_ascii() && !zh.is_ascii(), "{en} / {zh}");
            for blank in ["{0}", "{1}", "{2}", "{3}"] {
                assert_eq!(en.contains(blank), zh.contains(blank), "{en} / {zh}");
            }
        }
    }
}
