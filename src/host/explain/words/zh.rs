//! 简体中文。

use super::super::advice::{Party, Step};
use super::super::cause::{Cause, Certainty};
use super::super::signs::Sign;
use super::{Audience, Frame};

pub(super) const FRAME: Frame = Frame {
    cause: "原因",
    also: "也可能",
    why: "依据",
    bill: "账单说明",
    owed: "应付",
    next: "下一步",
    call: "联系",
    wait: "等待",
    evidence: "证据",
    bill_rows: "账单记录",
    money: "款项",
    nothing_to_come: "无应到款项: 日志与账单一致",
    credited: "已到账",
    credited_on: "已于 {0} 到账",
    credited_by: "账单有该笔: 最迟 {0} 到账",
    credited_by_past: "账单有该笔: 应于 {0} 前到账; 没有打款记录或银行流水, 无法得知是否到账",
    credited_sometime: "账单有该笔; 无法计算到账日",
    not_covered: "所给账单均不含当日",
    unnamed: "账单有同金额的行, 但其号码无法对应到交易",
    unnamed_rows: "{0} 笔交易可能在账单中: 同金额的行没有终端所知的号码。若收单方所印即终端流水号, 请用 --facts \
        说明 ([unionpay] trace_is_stan = true); 否则 `reconcile --weak` 可按卡号、金额、时间配对",
    not_yet: "账单尚无该笔; {0} 前不算逾期",
    not_yet_unknown: "账单没有该笔; 无法计算期限",
    arrivals: "按账单: 已到账 {0} 笔, 账单已有待到账 {1} 笔, 未到期且账单尚无 {2} 笔, 账单未覆盖 {3} 笔, \
        有问题 {4} 笔。",
    bad_rows: "账单 {1} 行中有 {0} 行无法使用, 缺少的交易可能在其中: 请用 `reconcile` 查看",
    no_time: "无时间",
    until: "等到 {0}; 此后不应再等",
    late: "不应再等: 期限为 {0}",
    now: "不要等待",
    unknown: "无法确定期限: 没有可信时间, 或该年份没有日历",
    nothing: "无需等待",
    owed_nothing: "无",
    owed_merchant: "应付商户 {0}",
    owed_customer: "应退持卡人 {0}",
    owed_perhaps: "如已扣款, 应退持卡人 {0}",
    owed_both: "应退持卡人 {0}, 应付商户 {1}",
    owed_with: "计入交易 {0}",
    owed_unknown: "{0}: 归属未定",
    no_amount: "金额已丢失",
    waiting: "已批准且未到期, 只需等待: {0} 笔, 等到 {1}。仅凭日志不能证明款项已入账。",
    none: "没有逾期、异常或应付的交易。",
    ordinary: "交易 {0}: 没有逾期、异常或应付款项。",
    bad_file: "{0} 无法使用: {1}",
    bad_now: "不是日期: {0}; 请写 2026-03-31 或 2026-03-31T12:00:00",
};

pub(super) const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::N => "网络中断或延迟",
        Cause::T => "终端: 硬件、软件或断电",
        Cause::A => "未授权、被拒绝或未完成",
        Cause::O => "操作员",
        Cause::V => "已撤销、退货、冲正或被拦截",
        Cause::K => "银行或发卡行: 故障、维护或高峰",
        Cause::P => "支付公司或其与银行的接口",
        Cause::S => "结算周期、节假日或日切",
        Cause::C => "清算或打款延迟",
        Cause::M => "商户账户: 冻结、有误、未开通或限额",
        Cause::F => "手续费争议",
        Cause::R => "合规或审核冻结",
        Cause::H => "持卡人: 账户、限额或操作",
        Cause::D => "争议或拒付",
        Cause::Q => "二清或跳码",
        Cause::L => "软件之外: 欺诈、盗卡或法律原因",
    }
}

pub(super) const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Proves => "日志可证明",
        Certainty::Bill => "账单载明",
        Certainty::Infers => "日志可推断",
        Certainty::CannotKnow => "日志无法得知",
    }
}

pub(super) const fn sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Disputed => "账单有该笔争议",
        Sign::Outside => "账单提及司法、公安或欺诈: 软件无法判断",
        Sign::Audited => "账单显示审核冻结",
        Sign::PayoutFailed => "打款失败、退回或冻结",
        Sign::PayoutChannel => "打款在途中失败, 不是账户原因",
        Sign::Intercepted => "收单机构已撤回, 终端没有",
        Sign::OtherMerchant => "账单商户与终端不同",
        Sign::ChargedAnyway => "账单已扣款, 而日志为被拒绝、未发送或已冲正",
        Sign::Hole => "转储中可能与其有关的部分缺失",
        Sign::NoTerminal => "已批准且逾期, 而账单没有本终端的任何记录",
        Sign::NotSettled => "已逾期且账单没有该笔: 其批次从未结算",
        Sign::SwitchedAway => "已逾期且账单没有该笔: 此后商户号被强制更改",
        Sign::NoRow => "已批准且逾期, 而账单没有该笔",
        Sign::AmountDiffers => "账单金额不同",
        Sign::FeeDiffers => "账单手续费与约定不同",
        Sign::PayoutPending => "账单有该笔, 打款逾期仍在处理",
        Sign::PayoutMissing => "账单有该笔; 没有打款记录, 或银行无此入账",
        Sign::PayoutShort => "账单有该笔; 当日到账少于结算净额",
        Sign::Undone => "已被撤销或退货",
        Sign::GivesBack => "本身即撤销或退货, 已完成",
        Sign::Reversed => "曾批准, 后已冲正",
        Sign::ReversedUnanswered => "是否扣款没有应答; 主机已确认冲正",
        Sign::PartUndone => "部分已退货, 其余有效",
        Sign::PaidAfterAll => "订单曾告知失败, 实际已付",
        Sign::BeingUndone => "对其撤销或退货尚无结果",
        Sign::Abandoned => "操作员在无证明时放弃",
        Sign::Double => "几分钟前同卡同金额已付",
        Sign::BadCard => "被拒绝: 发卡行怀疑此卡",
        Sign::HolderDeclined => "被拒绝: 持卡人余额、密码或限额",
        Sign::MerchantDeclined => "被拒绝: 商户或终端未登记",
        Sign::Declined => "被拒绝",
        Sign::AdviceRefused => "主机拒绝该通知",
        Sign::NeverSent => "一个字节也未发出",
        Sign::AcquirerDown => "故障表显示当时收单机构停机",
        Sign::BankDown => "故障表显示当时银行停机",
        Sign::ClusterOneBook => "十分钟内同一收单机构三张以上卡失败, 另一家正常",
        Sign::Clustered => "十分钟内三张以上卡失败",
        Sign::Restarted => "终端在应答前重启",
        Sign::IssuerFault => "DE39 表示发卡方故障, 不是拒绝",
        Sign::NetworkFault => "DE39 表示途中故障, 不是拒绝",
        Sign::PayerBusy => "付款人未在钱包中确认",
        Sign::Unfinished => "已批准或已应答, 终端未完成",
        Sign::NoAnswer => "没有应答",
        Sign::NotFound => "主机两次答复没有该交易",
        Sign::NotSentYet => "已存储, 主机尚未确认",
        Sign::Contradicted => "其记录相互矛盾",
        Sign::NoOutcome => "已发起, 此后没有记录",
        Sign::BatchOpen => "已逾期, 其批次从未结算",
        Sign::Switched => "已逾期, 此后商户号被强制更改",
        Sign::Reclaimed => "交易及其批次均已结束, 记录已被回收",
        Sign::RowUnnamed => "已逾期; 账单有同金额的行, 但其号码无法对应到交易",
        Sign::PastDue => "已逾期; 是否入账只有账单可知",
        Sign::DueUnknown => "已批准; 无法计算到账日",
        Sign::NotDue => "已批准; 尚未到期",
    }
}

pub(super) const fn step(step: Step, who: Audience) -> &'static str {
    use Audience::{Acquirer, Cardholder, Merchant};
    match (step, who) {
        (Step::SwipeAgain(proof), Merchant) if proof.is_reversed() => {
            "如仍需付款可重新刷卡: 已证明首笔已冲正, 如曾扣款将退回"
        }
        (Step::SwipeAgain(proof), Cardholder) if proof.is_reversed() => {
            "可以重新付款: 已证明首笔已冲正, 如曾扣款将退回"
        }
        (Step::SwipeAgain(proof), Acquirer) if proof.is_reversed() => {
            "商户可重新刷卡; 请确认首笔如曾扣款已退回发卡行"
        }
        (Step::SwipeAgain(_), Merchant) => "如仍需付款可重新刷卡: 已证明首笔没有扣款",
        (Step::SwipeAgain(_), Cardholder) => "可以重新付款: 已证明首笔没有扣款",
        (Step::SwipeAgain(_), Acquirer) => "商户可重新刷卡: 首笔已证明被拒绝、已冲正或从未发出",
        (Step::OtherCard(_), Merchant) => "请换卡或换支付方式: 此笔没有扣款",
        (Step::OtherCard(_), Cardholder) => "请换卡, 或向发卡行查询余额、密码和限额",
        (Step::OtherCard(_), Acquirer) => "发卡行因持卡人原因拒绝: 无需处理",
        (Step::Void(_), Merchant) => "如为同一商品, 请撤销此笔: 已证明批准且批次未结",
        (Step::Void(_), Cardholder) => "如重复付款, 请商户撤销此笔",
        (Step::Void(_), Acquirer) => "如商户确认重复扣款, 将收到撤销",
        (Step::Refund(_), Merchant) => "如为同一商品, 请退货: 已证明批准, 已不能撤销",
        (Step::Refund(_), Cardholder) => "如重复付款, 请商户退货",
        (Step::Refund(_), Acquirer) => "如商户确认重复扣款, 将收到退货",
        (Step::Reverse, Merchant) => "请勿重复操作: 先冲正或查询。请让终端联网完成",
        (Step::Reverse, Cardholder) => "请先不要再次付款: 终端仍须冲正或确认",
        (Step::Reverse, Acquirer) => "将收到冲正; 请告知商户主机是否有该交易",
        (Step::Query, Merchant) => "请勿重复操作: 先冲正或查询。请向收单机构查询结果",
        (Step::Query, Cardholder) => "请先不要再次付款: 须先查询是否已扣款",
        (Step::Query, Acquirer) => "请在主机查询并告知商户结果",
        (Step::LetRefund, Merchant) => "请勿重复操作: 请让终端联网, 应退款给顾客",
        (Step::LetRefund, Cardholder) => "付款已成功: 商户应退款给您",
        (Step::LetRefund, Acquirer) => "将收到该订单的退款",
        (Step::Send, Merchant) => "请勿重复操作: 请让终端联网上送已存储的交易",
        (Step::Send, Cardholder) => "付款已受理: 请勿再次付款",
        (Step::Send, Acquirer) => "将收到存储的通知",
        (Step::Wait, Merchant) => "请等待; 其间请勿重复操作",
        (Step::Wait, Cardholder) => "无需操作: 付款已批准",
        (Step::Wait, Acquirer) => "请按期打款",
        (Step::CloseBatch, Merchant) => "请在终端结算批次; 请勿重复任何操作",
        (Step::CloseBatch, Cardholder) => "无需操作: 付款已批准",
        (Step::CloseBatch, Acquirer) => "请商户结算批次",
        (Step::Compare, Merchant) => "请取账单对账; 请勿重复付款",
        (Step::Compare, Cardholder) => "无需操作: 付款已批准",
        (Step::Compare, Acquirer) => "请说明是否已清算及打款时间",
        (Step::MoneyBack, Merchant) => "无需重复操作: 款项将自行退回顾客; 请保留两张凭证",
        (Step::MoneyBack, Cardholder) => "款项将退回原卡或钱包; 逾期请询问发卡行",
        (Step::MoneyBack, Acquirer) => "请确认退款到达发卡行",
        (Step::Ask, Merchant) => "请凭以下证据向收单机构查询; 请勿重复操作",
        (Step::Ask, Cardholder) => "请勿再次付款: 商户须向收单机构查询",
        (Step::Ask, Acquirer) => "请在主机和清算中查找",
        (Step::Account, Merchant) => "请更正商户账户: 账号、状态、限额",
        (Step::Account, Cardholder) => "无需操作: 这是商户与其银行之间的事",
        (Step::Account, Acquirer) => "请检查商户及其账户设置",
        (Step::Fee, Merchant) => "请按约定费率要求退还差额",
        (Step::Fee, Cardholder) => "无需操作: 这是商户与收单机构之间的事",
        (Step::Fee, Acquirer) => "请检查该商户费率",
        (Step::Papers, Merchant) => "请在期限前提交签购单和交付证明",
        (Step::Papers, Cardholder) => "发卡行或收单机构正在调查",
        (Step::Papers, Acquirer) => "请说明所需材料及期限",
        (Step::Licence, Merchant) => "请查明由谁结算本终端, 核对商户号和牌照",
        (Step::Licence, Cardholder) => "无需操作: 付款已批准",
        (Step::Licence, Acquirer) => "请检查以哪个商户号上送",
        (Step::Security, Merchant) => "请勿再受理此卡; 请联系安全部门, 注意自身安全",
        (Step::Security, Cardholder) => "请联系发卡行: 其怀疑此卡",
        (Step::Security, Acquirer) => "请通知安全部门",
        (Step::ReadAgain, Merchant) => "请勿重复操作: 先冲正或查询。请重新读取终端",
        (Step::ReadAgain, Cardholder) => "请先不要再次付款: 商户记录受损, 须先查询",
        (Step::ReadAgain, Acquirer) => "请在主机查询: 终端记录受损",
        (Step::OlderDump, Merchant) => "请勿重复操作: 先冲正或查询。请查看较早的转储或收单账单",
        (Step::OlderDump, Cardholder) => "请先不要再次付款: 商户终端已无此记录, 须先查询",
        (Step::OlderDump, Acquirer) => "请在主机查询: 终端已无此记录",
        (Step::Nothing, _) => "无需操作",
    }
}

pub(super) const fn party(party: Party, who: Audience) -> &'static str {
    use Audience::{Acquirer, Cardholder, Merchant};
    match (party, who) {
        (Party::Nobody, _) => "无需联系",
        (Party::Issuer | Party::Security, Cardholder) => "发卡行",
        (_, Cardholder) => "商户",
        (Party::Acquirer, Merchant) => "收单机构客服",
        (Party::Acquirer, Acquirer) => "本机构运营部门",
        (Party::Issuer, Merchant) => "由顾客联系发卡行",
        (Party::Issuer, Acquirer) => "发卡行",
        (Party::Bank, Merchant) => "收单机构及商户账户开户行",
        (Party::Bank, Acquirer) => "商户及其开户行",
        (Party::Service, Merchant) => "终端维护",
        (Party::Service, Acquirer) => "商户",
        (Party::Security, Merchant) => "收单机构安全部门",
        (Party::Security, Acquirer) => "本机构安全部门",
    }
}
