//! The words of a bundle that no other command has.

use crate::host::words::table::Word;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(pub(super) const $name: Word = Word::new($en, $zh);)*
        #[cfg(test)]
        const ALL: &[Word] = &[$($name),*];
    };
}

words! {
    TITLE: "Statement about payment {0}", "关于交易 {0} 的说明";
    ASOF: "What the journal of the payment terminal holds, told as of {0}.",
        "支付终端日志所载内容, 截至 {0}。";

    PAYMENT: "The payment", "交易";
    KIND: "kind", "类型";
    AMOUNT: "amount", "金额";
    APPROVED: "amount approved", "批准金额";
    TIME: "time at the terminal", "终端时间";
    CARD: "card", "卡号";
    TERMINAL: "terminal, merchant", "终端号, 商户号";
    NUMBERS: "STAN, batch, invoice", "流水号, 批次, 票据号";
    RRN: "RRN", "检索号";
    AUTH: "authorization code", "授权码";
    CODE: "response code (DE39)", "应答码 (DE39)";
    ORDER: "order number", "订单号";
    REFERENCE: "reference of the cash register", "收银参考号";
    STATE: "where it stands", "状态";
    LOST: "its first record is lost", "其发起记录已丢失";

    MEANING: "What it means", "说明";
    CAUSE: "cause", "原因";
    WHY: "why", "依据";
    OWED: "owed", "应付";
    NEXT: "for the acquirer", "致收单机构";
    WAIT: "wait", "等待";
    ORDINARY: "nothing is past due, odd or owed", "没有逾期、异常或应付款项";
    NEVER_CREDIT: "a journal never proves that money was credited", "日志不能证明款项已入账";

    LINE: "Its records, and those that speak about it", "其记录及相关记录";
    OF: " (payment {0})", " (交易 {0})";
    MORE: "{0} more are in records-en.txt", "另有 {0} 条, 见 records-zh.txt";

    BILL: "The acquirer's bill", "收单机构账单";
    BILL_ROW: "row", "记录行";
    BILL_REASON: "why, as the bill prints it", "账单所载原因";
    MONEY: "money", "款项";
    BILL_NONE: "no bill was compared", "未与账单比对";
    PRESENCE: "this payment", "本笔交易";
    NOT_COVERED: "its day is in no bill", "账单不含当日";
    PRESENT: "is in the bill", "账单有该笔";
    UNNAMED: "has rows of its amount that may be it; none bears a number that says so",
        "账单有同金额的行，但其号码无法对应";
    ABSENT: "is not in the bill", "账单没有该笔";
    NO_TERMINAL: "nothing of this terminal is in the bill", "账单没有本终端的记录";

    PROOF: "How this can be checked", "如何核验";
    IMAGE: "image", "映像文件";
    SHA: "its SHA-256", "其 SHA-256";
    JOURNAL: "journal", "日志";
    WHOLE: "every byte of the image is accounted for; {0} records checked",
        "映像每个字节均已核实; 已检查 {0} 条记录";
    BROKEN: "{0} findings in the image; records may be missing: see verification.json",
        "映像有 {0} 处异常, 可能缺少记录: 见 verification.json";
    VERIFIED: "verification", "校验";
    FRAMES: "The bytes of each record are in frames/, with what their checksums cover in frames.json; \
        SHA256SUMS has the sums of these files. The checksums find accidents; they are no signature.",
        "各记录的原始字节在 frames/ 中, 其校验范围见 frames.json; SHA256SUMS 为各文件的校验和。\
        校验和用于发现意外损坏, 不是签名。";
    SIGNED: "Name, date, signature: ____________________________________________",
        "姓名、日期、签名: ____________________________________________";

    WRITTEN: "{0} files are in {1}", "{1} 中共有 {0} 个文件";
    NOT_EMPTY: "{0} is not empty: name a new directory, evidence is never overwritten",
        "{0} 不是空目录: 请指定新目录, 证据不会被覆盖";
    SEVERAL: "{0} payments match {1}: {2}; name one of them as @NUMBER",
        "{1} 匹配 {0} 笔交易: {2}; 请以 @序号 指定其一";
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
