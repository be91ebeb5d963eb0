//! Every word that people read, in both languages. `{0}`, `{1}` ... stand for what differs; the two
//! languages of a word use the same ones.

use super::super::Lang;

/// A word or a sentence in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) struct Word {
    en: &'static str,
    zh: &'static str,
}

impl Word {
    pub const fn new(en: &'static str, zh: &'static str) -> Self {
        Self { en, zh }
    }

    pub const fn of(self, lang: Lang) -> &'static str {
        lang.pick(self.en, self.zh)
    }

    /// The sentence with its blanks filled in. What is filled in is not looked at again.
    pub fn with(self, lang: Lang, values: &[&dyn std::fmt::Display]) -> String {
        let mut text = String::new();
        let mut rest = self.of(lang);
        while let Some((before, behind)) = rest.split_once('{') {
            text += before;
            let Some((number, after)) = behind.split_once('}') else { break };
            if let Some(value) = number.parse().ok().and_then(|n: usize| values.get(n)) {
                text += &value.to_string();
            }
            rest = after;
        }
        text + rest
    }
}

/// Both languages or it does not build.
macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        $(pub(in crate::host) const $name: Word = Word { en: $en, zh: $zh };)*
        #[cfg(test)]
        const ALL: &[(&str, Word)] = &[$((stringify!($name), $name)),*];
    };
}

words! {
    // Heads of columns.
    ADDRESS: "address", "地址";
    ANSWER: "last answer", "最后应答";
    COMPLETED: "completed", "成功";
    DECLINED: "declined", "拒绝";
    REVERSED: "reversed", "冲正";
    OTHER: "other", "其他";
    SINCE: "since", "距上一步";
    AGE: "age", "已过时间";
    AMOUNT: "amount", "金额";
    AT: "at", "位置";
    BAR: "used, dead, free", "已用 / 作废 / 空闲";
    BATCH: "batch", "批次";
    BEFORE: "before", "之前";
    AFTER: "after", "之后";
    BOOK: "book", "账本";
    BYTES: "bytes", "字节";
    CHANGE: "change", "变化";
    COUNTS: "counts", "是否有效";
    DEAD: "dead", "作废";
    EPOCH: "epoch", "纪元";
    FIELD_FROM: "from", "自";
    FIELD_TO: "to", "至";
    FINDINGS: "findings", "异常";
    FORMAT_ID: "format id", "格式编号";
    FOUND: "found", "发现";
    FREE: "free", "空闲";
    FROZEN: "frozen totals", "冻结总额";
    HEADERS: "headers", "扇区头";
    KIND: "kind", "类型";
    MEANING: "meaning", "含义";
    NET: "net", "净额";
    NEXT_STAN: "next STAN", "下一流水号";
    NONE: "", "";
    OFFSET: "offset", "偏移";
    OF_PAYMENT: "state of its payment", "交易状态";
    OPEN_COUNT: "open", "未结";
    OWED: "owed", "待办";
    PAYMENT: "payment", "交易";
    PAYMENTS: "payments", "交易数";
    PRESENT: "present", "现有";
    RECORD: "record", "记录";
    RECORDS: "records", "记录数";
    REFUNDS: "refunds", "退货";
    REGION: "region", "区域";
    SALES: "sales", "消费";
    SAYS: "says", "内容";
    SECTOR: "sector", "扇区";
    SETTLEMENT: "settlement", "结算";
    STAN: "STAN", "流水号";
    STATE: "state", "状态";
    STATE_THEN: "state then", "此后状态";
    TIME: "time", "时间";
    USED: "used", "已用";
    VOIDED: "voided", "撤销";
    WEAR: "wear", "擦除次数";
    WRITTEN_DOWN: "written down", "终端已记录";

    // Titles.
    T_BATCHES: "Batches ({0})", "批次 ({0})";
    T_CHANGED: "Changes ({0})", "变化 ({0})";
    T_FINDINGS: "Findings ({0})", "异常 ({0})";
    T_MAP: "Sectors ({0})", "扇区 ({0})";
    T_MISSING: "Missing numbers ({0})", "缺失的序号 ({0})";
    T_OPEN: "Open ({0})", "未结交易 ({0})";
    T_RECORDS: "Records ({0})", "记录 ({0})";
    T_REGIONS: "Journals found ({0}); the first is read, choose another with --region",
        "找到的日志 ({0}); 默认读取第一个, 可用 --region 另选";
    T_SALVAGED: "Readable records ({0})", "可读记录 ({0})";
    T_TOTALS: "Totals of the open batches", "未结批次合计";
    T_TXN: "Payment {0}", "交易 {0}";

    // Sentences of commands.
    NO_OPEN: "No payment is open.", "没有未结交易。";
    NONE_OLDER: "No payment is open for longer than that.", "没有超过该时限的未结交易。";
    OWED_IS: "Owed: {0}", "待办: {0}";
    CLEAN: "clean", "完好";
    ONE_FINDING: "1 finding", "1 处异常";
    N_FINDINGS: "{0} findings", "{0} 处异常";
    OF_UNKNOWN_KINDS: ", {0} of kinds that this program does not know", ", 其中 {0} 条类型未知";
    VERIFIED: "{0}: {1} records checked{2}; {3} bytes are free or dead space and were not looked at",
        "{0}: 已检查 {1} 条记录{2}; {3} 字节为空闲或作废空间, 未检查";
    JOURNAL_IS: "{0} journal {1}: {2} payments, {3} open; {4} of {5} sectors kept, {6} free, {7}",
        "{0}日志 {1}: 交易 {2} 笔, 未结 {3} 笔; {5} 个扇区中 {4} 个在用, {6} 个空闲, {7}";
    ACTIVE_IS: "sector {0} is active with {1} of {2} bytes used",
        "当前扇区 {0}, 已用 {1} / {2} 字节";
    NO_ACTIVE: "no sector is active", "没有当前扇区";
    USED_UP: "used up", "已用尽";
    DOUBT: "Findings in this dump: {0}. Records may be missing from what is told here: see 'verify'.",
        "此转储有 {0} 处异常, 以上内容可能缺少记录: 请用 'verify' 查看。";
    EMPTY: "the file is empty", "文件为空";
    CARRIED: " (carried)", " (转存)";
    NO_MATCH: "no payment has the STAN, amount, reference, order number, RRN, authorization code or \
        sequence number {0}", "没有流水号、金额、参考号、订单号、检索号、授权码或序号为 {0} 的交易";
    MATCHES: "{0} payments match {1}; each is told below", "{1} 匹配 {0} 笔交易, 分列如下";
    NOT_LIMIT: "not a duration: {0}; say 24h, 90m or 2d", "不是时长: {0}; 请写 24h、90m 或 2d";
    NOT_TIME: "not a time: {0}; say now, last or 2026-01-31T12:00:00Z",
        "不是时间: {0}; 请写 now、last 或 2026-01-31T12:00:00Z";
    AGE_UNKNOWN: "unknown", "不明";
    AGE_DAYS: "{0} d {1} h", "{0} 天 {1} 小时";
    AGE_HOURS: "{0} h {1} min", "{0} 小时 {1} 分";
    AGE_MINUTES: "{0} min", "{0} 分";
    AHEAD: "in the future", "晚于现在";
    ONE_PAYMENT: "{0} {1} {2}, STAN {3}, book {4}, batch {5}{6}: {7}",
        "{0} {1} {2}, 流水号 {3}, 账本 {4}, 批次 {5}{6}: {7}";
    LITTLE_LEFT: "its intent was reclaimed; what is left: {0}", "其意向记录已被回收; 现状: {0}";
    COMPLETE_FROM: "every record from {0} on should be there; earlier ones were reclaimed, or lie in \
        what cannot be read", "自 {0} 起的记录应全部存在; 更早的已回收, 或位于无法读取之处";
    NOTHING_MISSING: "no number is missing", "没有缺失的序号";
    NEWER_LOST: "sectors that cannot be read: {0}; newer records may have been in them",
        "无法读取的扇区: {0}; 其中可能有更新的记录";
    GAVE_UP: "too much is damaged to look behind all of it", "损坏过多, 未能全部搜索";
    REGION_AT: "the region begins {0} bytes into the file and has {1} bytes, {2} of them here",
        "区域始于文件第 {0} 字节, 共 {1} 字节, 其中 {2} 字节在此";
    REGION_LATE: "the file begins {0} bytes into the region, which has {1} bytes, {2} of them here",
        "文件始于区域第 {0} 字节, 区域共 {1} 字节, 其中 {2} 字节在此";
    WRITTEN_TO: "the region was written to {0}", "区域已写入 {0}";
    NO_SUCH_REGION: "there is no region {0}; {1} were found", "没有区域 {0}; 共找到 {1} 个";
    SALVAGED: "{0} records can be read, {1} of them count; {2} numbers are missing",
        "可读记录 {0} 条, 其中有效 {1} 条; 缺失序号 {2} 个";

    // An export of a fleet.
    X_FILES: "files", "文件数";
    X_NO_DUMPS: "no dump was found", "没有找到转储文件";
    X_NOT_EMPTY: "{0} is not empty: name a new directory, so that no table holds rows of two exports",
        "{0} 不为空: 请指定新目录, 以免表中混有两次导出的行";
    X_PANIC: "this program failed on it; please report it with the file",
        "本程序读取该文件时出错; 请连同文件一起报告";
    X_ROWS: "rows", "行数";
    X_SUPERSEDED: "read, and superseded by {0}, a dump of the same journal that is not older: its payments are in both",
        "已读取, 但 {0} 是同一日志的转储且不早于它: 其交易在两者中都有";
    X_TABLE: "table", "表";
    X_TOO_LARGE: "larger than {0} MiB: --largest reads it, with more memory",
        "大于 {0} MiB: 用 --largest 可读取, 占用更多内存";
    X_WRITTEN: "{0} dumps ({1} MB) exported in {2} s, {3} MB/s; {4} not read",
        "已导出 {0} 个转储 ({1} MB), 用时 {2} 秒, {3} MB/s; {4} 个未读取";

    // Errors.
    CANNOT_READ: "cannot read {0}: {1}", "无法读取 {0}: {1}";
    CANNOT_WRITE: "cannot write: {0}", "无法写出: {0}";
    TOO_LARGE: "larger than 1 GiB: no dump of a terminal's flash", "超过 1 GiB: 不是终端闪存的转储";
    IN_LINE: "line {0}: {1}", "第 {0} 行: {1}";
    NOT_HEX: "not a hexadecimal digit", "不是十六进制数字";
    HALF_BYTE: "the hexadecimal text ends in the middle of a byte", "十六进制文本在半个字节处结束";
    NOT_BASE64: "not base64", "不是 base64";
    BAD_IHEX: "not an Intel HEX record: {0}; read the chip again or repair the line",
        "不是 Intel HEX 记录: {0}; 请重新读取芯片或修复该行";
    BAD_SREC: "not an S-record: {0}; read the chip again or repair the line",
        "不是 S-record 记录: {0}; 请重新读取芯片或修复该行";
    NO_END: "the file has no end record: it was cut short", "文件没有结束记录: 被截断";
    TWICE: "address {0} is given twice, with different bytes", "地址 {0} 出现两次且内容不同";
    NO_DATA: "the file holds no data", "文件没有数据";
    A_LISTING: "this is the output of a hex viewer; turn it back into bytes with 'xxd -r', or make \
        a plain one with 'xxd -p'", "这是十六进制查看器的输出; 请用 'xxd -r' 还原, 或用 'xxd -p' 导出";
    BAD_GZIP: "the compressed file is damaged: {0}", "压缩文件已损坏: {0}";
    AREAS: "the file holds {0} areas far apart; the one at {1} is read",
        "文件含有 {0} 个相距很远的区段; 读取位于 {1} 的一个";

    // What cannot be read at all.
    NJ_BLANK: "not a journal: every byte is erased; was the right region dumped?",
        "不是日志: 全部为擦除状态; 转储的区域是否正确?";
    NJ_NONE: "not a journal: no sector header is in it; a dump must begin at the first byte of the \
        journal's region", "不是日志: 其中没有扇区头; 转储须从日志区域的第一个字节开始";
    NJ_VERSION: "not readable: a journal of format version {0}, which this program does not know; \
        use a newer one", "无法读取: 日志格式版本 {0} 未知; 请使用更新的程序";
    NJ_LATE: "this dump starts {0} bytes late, in the middle of the journal's region: dump the \
        region from its first byte, or use 'salvage', which reads what is there",
        "此转储晚了 {0} 字节, 始于日志区域中间: 请从区域首字节重新转储, 或用 'salvage' 读取现有内容";
    NJ_EARLY: "this dump starts early: {0} foreign bytes come before the journal's region; use \
        'salvage', which finds it", "此转储早了: 日志区域之前有 {0} 字节无关数据; 请用 'salvage' 自动定位";
    NJ_HEADERS: "damaged: a sector header is at {0}, but not one header of the journal is whole, \
        so its shape is not known", "已损坏: {0} 处有扇区头, 但没有一个完整, 无法得知其结构";
    NJ_EXPORT_VERSION: "not readable: an export of version {0}, which this program does not know; use \
        a newer one", "无法读取: 导出版本 {0} 未知; 请使用更新的程序";
    NJ_EXPORT_DAMAGED: "damaged: it begins like an export, and nothing that follows can be read; \
        transfer it again, in binary mode", "已损坏: 开头是导出文件, 其后无法读取; 请以二进制方式重新传输";

    // Duties.
    D_NOTHING: "nothing yet", "暂无";
    D_REVERSAL: "reversal, DE39 {0}, {1}{2}", "冲正, DE39 {0}, {1}{2}";
    D_UNSENT: "never sent yet", "尚未发送";
    D_ONCE: "sent once, not acknowledged", "已发送 1 次, 未获应答";
    D_TIMES: "sent {0} times, not acknowledged", "已发送 {0} 次, 未获应答";
    D_LIMIT: "; attempt limit reached: retry by policy, or let an operator decide",
        "; 已达次数上限: 按策略重试, 或由人工决定";
    D_CONFIRM: "; the host said 'nothing to reverse' once: ask again",
        "; 主机曾答复'无可冲正': 需再次确认";
    D_QUERY: "ask the host what became of it", "向主机查询结果";
    D_QUERY_LIMIT: "limit reached: ask the host by policy, or let an operator decide",
        "已达上限: 按策略查询, 或由人工决定";
    D_NOTICE: "script results", "脚本结果通知";
    D_ADVICE: "advice", "通知类交易";
    D_REFUND: "refund", "退款";
    D_CANCEL: "cancel", "撤单";
    D_NO_ORDER: "; the host said 'no such order' once: ask again", "; 主机曾答复'无此订单': 需再次确认";
    D_GIVEN_UP: "; refused or given up: retry by policy, or let an operator decide",
        "; 被拒绝或已放弃: 按策略重试, 或由人工决定";
    D_SETTLE: "settlement of book {0}: {1}", "账本 {0} 结算: {1}";
    S_SEND: "send the 0500, or call it off", "发送 0500, 或取消结算";
    S_REPEAT: "send the 0500 again, with the same figures", "以相同数字重发 0500";
    S_UPLOAD: "upload the payments after {0}, then the end", "上送 {0} 之后的交易, 然后结束";
    S_CLOSE: "close the batch", "关闭批次";

    // What records say.
    R_ATTEMPT_ONLY: "attempt {0}", "第 {0} 次";
    R_ATTEMPT: "attempt {0}, DE39 {1}", "第 {0} 次, DE39 {1}";
    R_DONE: "done", "已完成";
    R_NOTHING_TO: "nothing to reverse", "无可冲正";
    R_REFUSED: "refused", "被拒绝";
    R_BUSY: "busy", "主机忙";
    R_NO_USABLE: "no usable answer", "无有效应答";
    R_UNSENT: "not a byte was sent", "未发送任何字节";
    R_PAID: "just paid", "刚刚支付成功";
    R_ABANDONED: "abandoned by {0}: {1}", "{0} 放弃: {1}";
    R_RETRY: "to be tried again, says {0}: {1}", "{0} 要求重试: {1}";
    R_LATE_YES: "approved, too late", "已批准, 但过迟";
    R_LATE_NO: "not approved, too late", "未批准, 且过迟";
    R_REOPENED: "approved after its close", "关闭后获批准";
    R_BATCH_IS: "batch {0}: {1}", "批次 {0}: {1}";
    R_BATCH_SAYS: "batch {0}, {1}", "批次 {0}, {1}";
    R_BATCH_TRY: "batch {0}, attempt {1}", "批次 {0}, 第 {1} 次";
    R_BALANCED: "balanced", "对平";
    R_UNBALANCED: "not balanced", "不平";
    OF_BATCH: "{0}, batch {1}", "{0}, 批次 {1}";
    R_BATCH: "batch {0}", "批次 {0}";
    R_UP_TO: "up to payment {0}", "至交易 {0}";
    R_NEXT: "batch {0}, next {1}", "批次 {0}, 下一批次 {1}";
    R_START: "start {0}, firmware {1}", "第 {0} 次启动, 固件 {1}";
    R_OF: " of {0}", ", 原交易 {0}";
    R_OF_RRN: " of RRN {0}", ", 原检索号 {0}";
    R_RRN: "RRN {0}", "检索号 {0}";
    R_AUTH: "auth. code {0}", "授权码 {0}";
    R_OTHER: "for {0} {1} only", "仅批准 {0} {1}";
    R_OTHER_AMOUNT: "for {0} minor units only", "仅批准 {0} (最小货币单位)";
    R_CHIP_DATA: "{0} bytes of chip data", "芯片数据 {0} 字节";
    R_SEALED: "{0} bytes of sealed card number", "加密卡号 {0} 字节";
    R_AND_REVERSED: "to be reversed", "须冲正";
    R_AND_UNSENT: "never sent", "从未发送";
    R_OFFLINE: "{0}; then approved by the chip: offline sale, STAN {1}, {2} {3}",
        "{0}; 随后芯片离线批准: 离线消费, 流水号 {1}, {2} {3}";
    R_ORDER: "order {0}", "订单号 {0}";
    R_TIP: "tip {0}", "含小费 {0}";
    R_CASH_BACK: "cash-back {0}", "含提现 {0}";
    R_INSTALMENTS: "{0} instalments, plan {1}", "分 {0} 期, 计划 {1}";
    R_CARD_PAYS: "charged to the card: {0} {1}", "持卡人支付 {0} {1}";
    R_FOREIGN: "foreign cards", "外卡";
    R_AS_IDENTITY: "as identity {0}", "终端身份 {0}";
    R_FROM_STAN: "next STAN {0}", "下一流水号 {0}";
    R_FROM_INVOICE: "next invoice {0}", "下一票据号 {0}";
    R_STAYS_OWED: "batch {0} stays owed, next {1}, decided by {2}",
        "批次 {0} 仍待结算, 下一批次 {1}, 决定人 {2}";
    R_IDENTITY: "identity {0}: terminal {1}, merchant {2}, {3}, key {4}",
        "身份 {0}: 终端号 {1}, 商户号 {2}, {3}, 密钥 {4}";
    R_FORCED: "forced: what was open became unresolved", "强制更换: 未结交易转为未解决";
    R_RESET: "reset reason {0}", "复位原因 {0}";
    R_RAN: "after a run of {0}", "上次运行 {0}";
    R_LOOKS_LIKE: "looks like payment {0}; the cashier said yes", "与交易 {0} 相似; 收银员已确认";
    R_RUNS: "firmware {0}, configuration {1}", "固件 {0}, 配置 {1}";
    V_NO_ANSWER: "no answer", "无应答";
    V_DECLINED: "declined", "拒绝";
    V_DOUBTFUL: "doubtful", "存疑";
    V_APPROVED: "approved", "批准";
    V_CHIP: "approved, chip to confirm", "批准, 待芯片确认";
    Q_SALES: "{0} sales {1}", "消费 {0} 笔 {1}";
    Q_VOIDED: "{0} voided {1}", "撤销 {0} 笔 {1}";
    Q_REFUNDS: "{0} refunds {1}", "退货 {0} 笔 {1}";
    Q_REFUNDS_VOIDED: "{0} refunds voided {1}", "退货撤销 {0} 笔 {1}";
    Q_TIPS: "{0} tips {1}", "小费 {0} 笔 {1}";
    Q_NOTHING: "nothing", "无";

    // Names of records.
    N_INTENT: "Intent", "发起";
    N_OUTCOME: "Outcome", "结果";
    N_COMPLETED: "Completed", "完成";
    N_REVERSE: "Reverse", "须冲正";
    N_NOT_SENT: "NotSent", "未发送";
    N_ATTEMPT: "Attempt", "发送";
    N_ANSWER: "Answer", "应答";
    N_UNRESOLVED: "Unresolved", "未解决";
    N_OPERATOR: "Operator", "人工决定";
    N_LATE: "Late", "迟到应答";
    N_REOPEN: "Reopen", "重新开启";
    N_FREEZE: "Freeze", "冻结";
    N_UNFREEZE: "Unfreeze", "解冻";
    N_SETTLE_ATTEMPT: "SettleAttempt", "结算发送";
    N_SETTLE_ANSWER: "SettleAnswer", "结算应答";
    N_UPLOADED: "Uploaded", "已上送";
    N_UPLOAD_END: "UploadEnd", "上送结束";
    N_BATCH_CLOSED: "BatchClosed", "批次关闭";
    N_SET_BATCH: "SetBatch", "设定批次";
    N_BOOT: "Boot", "启动";
    N_NOTE: "Note", "备注";
    N_ATTACH: "Attach", "附加";
    N_OFFLINE_APPROVED: "OfflineApproved", "离线批准";
    N_NEXT_BATCH: "NextBatch", "下一批次";
    N_IDENTITY: "Identity", "终端身份";
    N_PRINTED: "Printed", "已打印";
    N_CONFIRMED: "Confirmed", "已确认";
    N_DEVICE: "Device", "设备";
    N_UNKNOWN: "kind {0}, unknown", "未知类型 {0}";

    // Kinds of payment.
    K_SALE: "sale", "消费";
    K_VOID: "void", "撤销";
    K_REFUND: "refund", "退货";
    K_PRE_AUTH: "pre-authorization", "预授权";
    K_INCREMENT: "increment", "追加预授权";
    K_PRE_AUTH_VOID: "void of pre-authorization", "预授权撤销";
    K_COMPLETION: "completion", "预授权完成";
    K_COMPLETION_VOID: "void of completion", "预授权完成撤销";
    K_REFUND_VOID: "void of refund", "退货撤销";
    K_COMPLETION_ADVICE: "completion advice", "预授权完成通知";
    K_OFFLINE_SALE: "offline sale", "离线消费";
    K_TIP_ADJUST: "tip adjustment", "小费调整";
    K_SCRIPT_RESULT: "script results", "脚本结果通知";
    K_QR_SALE: "QR sale", "扫码消费";
    K_QR_REFUND: "QR refund", "扫码退款";
    K_BALANCE_INQUIRY: "balance inquiry", "余额查询";

    // Where a payment stands.
    I_UNANSWERED: "unanswered", "未应答";
    I_APPROVED: "approved, not confirmed by the chip", "已批准, 芯片未确认";
    I_REVERSING: "being reversed", "冲正中";
    I_NOTHING_ONCE: "being reversed, not known to the host", "冲正中, 主机无此交易";
    I_QUERYING: "being asked about", "查询中";
    I_UNRESOLVED: "unresolved", "未解决";
    I_STORED: "stored, not sent", "已存储, 未发送";
    I_SENDING: "sent, not answered", "已发送, 未应答";
    I_REFUSED: "refused by the host", "被主机拒绝";
    I_CANCELLING: "being cancelled", "撤单中";
    I_REFUND_DUE: "to be refunded", "待退款";
    I_COMPLETED: "completed", "成功";
    I_DECLINED: "declined", "已拒绝";
    I_NEVER_SENT: "never sent", "从未发送";
    I_REVERSED: "reversed", "已冲正";
    I_NOT_FOUND: "not known to the host", "主机无此交易";
    I_ABANDONED: "abandoned", "已放弃";
    I_INQUIRED: "an inquiry", "查询类";
    I_CANCELLED: "cancelled before it was sent", "发送前已取消";
    I_REFUNDED: "refunded", "已退款";

    // Where a settlement stands.
    P_OPEN: "open", "未结";
    P_FROZEN: "frozen", "已冻结";
    P_SENT: "sent", "已发送";
    P_UPLOADING: "uploading", "上送中";
    P_ENDED: "ended", "已结束";
    P_CLOSED: "closed", "已关闭";

    // The mode of a journal.
    M_LIVE: "live", "正式";
    M_TEST: "test", "测试";
    M_TRAINING: "training", "培训";

    // What a sector is.
    C_ACTIVE: "active", "当前";
    C_FULL: "full", "已满";
    C_SPARE: "spare", "备用";
    C_HALF_OPEN: "half open", "半开";
    C_BLANK: "blank", "空白";
    C_FORMAT_MARK: "format mark", "格式标记";
    C_DAMAGED: "damaged", "损坏";
    C_MISSING: "missing", "缺失";

    // Whether a salvaged record counts.
    G_COUNTS: "counts", "有效";
    G_CARRIED: "carried", "转存";
    G_BEHIND: "behind damage", "损坏之后";
    G_RECLAIMED: "reclaimed", "已回收";
    G_DEAD: "dead", "作废";
    YES: "yes", "是";
    NO: "no", "否";

    // What a second dump is to a first.
    X_SAME: "same: nothing was written between the two", "相同: 两次转储之间没有写入";
    X_CONTINUATION: "continuation: the second goes on where the first ends",
        "延续: 第二份接续第一份";
    X_OLDER: "rollback: the second ends before the first; an old image was restored, or the two \
        are the wrong way round", "回退: 第二份早于第一份; 恢复了旧映像, 或两份次序颠倒";
    X_FORK: "rollback: the two went on from an older state in different ways; an old image was \
        restored and used, numbers were given out twice",
        "回退: 两份自更早的状态起走向不同; 旧映像被恢复并继续使用, 序号重复发出";
    X_BROKEN: "broken: records of the first are gone, and nothing has reclaimed them",
        "断裂: 第一份的记录在第二份中丢失, 且并非正常回收";
    X_OTHER: "another journal: the region was formatted, or it is another terminal",
        "另一日志: 区域被重新格式化, 或属于另一终端";
    X_SUMMARY: "{0}; {1} new records, {2} reclaimed since, {3} lost, {4} with other contents",
        "{0}; 新增 {1} 条, 已回收 {2} 条, 丢失 {3} 条, 内容不同 {4} 条";
    Y_NEW: "new", "新增";
    Y_MOVED: "went on", "状态变化";
    Y_GONE: "gone while open", "未结而消失";
    Y_CHANGED: "other contents", "内容不同";
    Y_LOST: "lost", "丢失";

    // What was found, and what it means. English has a sentence for each finding.
    F_LENGTH: "length", "长度不符";
    F_EXPORT: "export", "导出文件";
    F_UNREADABLE: "unreadable", "无法读取";
    F_HEADER: "header", "扇区头";
    F_FORMAT: "format interrupted", "格式化中断";
    F_DAMAGED: "damaged bytes", "字节损坏";
    F_TORN: "torn or lost", "撕裂或丢失";
    F_BOOT: "boot frame", "启动帧";
    F_MISSING: "missing records", "记录缺失";
    F_LOSS: "recorded loss", "已记录的丢失";
    F_CONTRADICTION: "contradiction", "自相矛盾";
    F_CHECKPOINT: "checkpoint", "检查点";
    F_KIND: "unknown kind", "未知类型";
    F_MALFORMED: "malformed record", "记录格式错误";
    F_REFUSED: "refused record", "记录不合规则";
    FM_LENGTH: "length", "转储长度与扇区头所述不符: 请完整转储整个区域";
    FM_EXPORT: "export", "导出数据在传输中受损或不完整: 请以二进制方式重新传输";
    FM_UNREADABLE: "unreadable", "这些字节不在转储中, 原有内容不明";
    FM_HEADER: "header", "扇区头无法读取或属于其他格式; 若其帧仍可读则已读取";
    FM_FORMAT: "format", "格式化已开始但未完成, 或唯一的提交已损坏: 没有可读内容, 请重新格式化";
    FM_DAMAGED: "damaged", "字节已损坏; 若列出记录号, 该记录原在此处且已丢失";
    FM_TORN: "torn", "断电撕裂或最后一帧损坏; 在下次启动写入之前无法区分";
    FM_BOOT: "boot", "启动帧缺失或与其前内容不符; 其余内容可读";
    FM_MISSING: "missing", "这些序号的记录应在此处之前, 但没有找到";
    FM_LOSS: "loss", "终端已发现并记录这些序号丢失, 计数器已越过它们";
    FM_CONTRADICTION: "contradiction", "各部分都可读, 但彼此矛盾";
    FM_CHECKPOINT: "checkpoint", "检查点不完整、不可读, 或与其前记录的合计不符: 可能被改动";
    FM_KIND: "kind", "本程序不认识的关键类型: 请使用更新的程序";
    FM_MALFORMED: "malformed", "记录内容不符合其类型";
    FM_REFUSED: "refused", "按规则, 此处不允许该记录";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_leave_the_same_blanks() {
        for (name, word) in ALL {
            for blank in 0..9 {
                let blank = format!("{{{blank}}}");
                assert_eq!(word.en.contains(&blank), word.zh.contains(&blank), "{name} {blank}");
            }
            assert_eq!(word.en.is_empty(), word.zh.is_empty(), "{name}");
        }
    }

    #[test]
    fn english_is_ascii_and_chinese_is_not_english() {
        for (name, word) in ALL.iter().filter(|(_, word)| !word.en.is_empty()) {
            assert!(word.en.is_ascii(), "{name}");
            assert!(!word.zh.is_ascii(), "{name}");
        }
    }

    #[test]
    fn what_is_filled_in_is_not_looked_at_again() {
        assert_eq!(R_ABANDONED.with(Lang::En, &[&"{1}", &"x"]), "abandoned by {1}: x");
    }
}
