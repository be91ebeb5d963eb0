//! Payments joined with bills as they are printed: every cause is reached with a bill at hand.

use std::path::PathBuf;

use pos_journal::dump::Outline;
use pos_journal::host::explain::{
    Arrival, BillSource, Cause, Finding, Owed, Payout, Presence, Sign, Step, World, arrival,
    stories,
};
use pos_journal::host::{BillsArgs, BillsTold, Lang};
use pos_journal::record::{Amount, Seq, TransactionKind as K};

use crate::till::{Till, at, said};

const TODAY: &str = "2026-03-02T18:00:00";
const LATER: &str = "2026-03-09T12:00:00";
const TID: &str = "10000001";
const MID: &str = "898100000000001";

/// An acquirer's bill.
const PROFILE: &str = r#"
name = "acquirer"
header = { contains = ["类型", "流水号", "检索号"] }
[money]
unit = "fen"
fee_sign = "printed"
[time]
format = "%Y-%m-%dT%H:%M:%S"
[kinds]
"消费" = "payment"
"退货" = "refund"
"风控冻结" = "hold"
"司法冻结" = "hold"
"解冻" = "release"
"争议冻结" = "hold"
"拒付" = "dispute"
"打款" = "payout"
[states]
"成功" = "final"
"失败" = "failed"
"处理中" = "pending"
[columns]
kind = "类型"
state = "状态"
time = "时间"
mid = "商户号"
tid = "终端号"
stan = "流水号"
rrn = "检索号"
amount = "金额"
fee = "手续费"
clearing_date = "清算日"
payout_reason = "原因"
order_no = "订单号"
"#;
const HEAD: &str = "类型,状态,时间,商户号,终端号,流水号,检索号,金额,手续费,清算日,原因,订单号\n";

/// A till of this merchant, with a payment that is in the bill, so that the bill has its day.
fn till() -> Till {
    let mut till = Till::new();
    till.identity_of(TID, MID);
    till.approved(0, 99, 500);
    till.wait(20);
    till
}

struct Row {
    kind: &'static str,
    state: &'static str,
    item: Seq,
    amount: u64,
    fee: i64,
    mid: &'static str,
    tid: &'static str,
}

/// A row of a payment.
fn of(kind: &'static str, item: Seq, amount: u64) -> Row {
    Row { kind, state: "成功", item, amount, fee: 6, mid: MID, tid: TID }
}

fn bought(item: Seq) -> Row {
    of("消费", item, 1_000)
}

/// A payout of 2026-03-02, and why it failed.
fn paid(state: &str, time: &str, amount: u64, reason: &str) -> String {
    format!("打款,{state},{time},{MID},,,,{amount},,2026-03-02,{reason},\n")
}

fn printed(outline: &Outline, row: &Row) -> String {
    let payment = &outline.payments[&row.item];
    let intent = payment.intent.as_ref().unwrap();
    let minutes = (intent.moment.local_seconds / 60) % 1440;
    let rrn = payment.outcome.as_ref().and_then(|outcome| outcome.rrn);
    format!(
        "{},{},2026-03-02T{:02}:{:02}:30,{},{},{:06},{},{},{},,,\n",
        row.kind,
        row.state,
        minutes / 60,
        minutes % 60,
        row.mid,
        row.tid,
        intent.stan.get(),
        rrn.map(|rrn| rrn.as_str().to_string()).unwrap_or_default(),
        row.amount,
        row.fee,
    )
}

struct Bills {
    rows: Vec<Row>,
    more: Vec<String>,
    rates: Option<&'static str>,
}

fn bills(rows: impl Into<Vec<Row>>) -> Bills {
    Bills { rows: rows.into(), more: Vec::new(), rates: None }
}

fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("explain-bills");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn read(name: &str, outline: &Outline, bills: &Bills, world: &World) -> BillsTold {
    let first = *outline.payments.keys().next().unwrap();
    let others = bills.rows.iter().all(|row| row.tid == TID);
    let filler = others.then(|| printed(outline, &of("消费", first, 500)));
    let rows: String =
        filler.into_iter().chain(bills.rows.iter().map(|row| printed(outline, row))).collect();
    let text = format!("{HEAD}{rows}{}", bills.more.concat());
    let args = BillsArgs {
        bills: vec![file(&format!("{name}.csv"), &text)],
        profiles: vec![file(&format!("{name}.profile.toml"), PROFILE)],
        rates: bills.rates.map(|rates| file(&format!("{name}.toml"), rates)),
        ..BillsArgs::default()
    };
    let told = args.told(outline, world, Lang::En).unwrap();
    assert_eq!((told.bad, told.not_read.len()), (0, 0), "{name}: {text}");
    assert!(told.rows > 0);
    told
}

/// What is said of a payment with this bill, and where its money is.
fn with<T>(
    name: &str,
    now: &str,
    (till, item): (Till, Seq),
    bills: &Bills,
    check: impl FnOnce(Option<Finding<'_>>, Arrival) -> T,
) -> T {
    let (outline, world) = (till.outline(), at(now));
    let told = read(name, &outline, bills, &world);
    let facts = told.facts(item).unwrap();
    let stories = stories(&outline);
    let story = stories.iter().find(|story| story.item == item).unwrap();
    let finding = said(&outline, item, Some(&facts), &world);
    let arrived = arrival(story, &facts, finding.as_ref(), &world);
    check(finding, arrived)
}

fn is(name: &str, now: &str, script: (Till, Seq), bills: &Bills, cause: Cause, sign: Sign) {
    with(name, now, script, bills, |finding, arrived| {
        let finding = finding.unwrap_or_else(|| panic!("{name}: nothing is said"));
        assert_eq!((finding.cause, finding.sign), (cause, sign), "{name}");
        let is_odd = finding.needs_attention();
        assert_eq!(arrived == Arrival::Odd, is_odd, "{name}: {arrived:?}");
    });
}

fn approved() -> (Till, Seq) {
    let mut till = till();
    let item = till.approved(0, 1, 1_000);
    (till, item)
}

/// Its batch is closed, so that the acquirer has it.
fn settled() -> (Till, Seq) {
    let (mut till, item) = approved();
    till.settle(0);
    (till, item)
}

fn answered(code: &str) -> (Till, Seq) {
    let mut till = till();
    let item = till.sale(0, 1, 1_000);
    till.answer(item, code);
    (till, item)
}

fn unanswered() -> (Till, Seq) {
    let mut till = till();
    let item = till.sale(0, 1, 1_000);
    till.no_answer(item);
    (till, item)
}

/// Number 4 of every script: the filler is the first.
fn item() -> Seq {
    approved().1
}

#[test]
fn every_cause_is_reached_with_a_bill() {
    let bare = || bills([]);
    let present = || bills([bought(item())]);
    // What the journal knows better stays as it was.
    is("n", LATER, unanswered(), &bare(), Cause::N, Sign::NoAnswer);
    let restarted = || {
        let mut till = till();
        let item = till.sale(0, 1, 1_000);
        (till.restart(), item)
    };
    is("t", LATER, restarted(), &bare(), Cause::T, Sign::Restarted);
    is("a", LATER, answered("05"), &bare(), Cause::A, Sign::Declined);
    is("h", LATER, answered("51"), &bare(), Cause::H, Sign::HolderDeclined);
    is("l", LATER, answered("43"), &bare(), Cause::L, Sign::BadCard);
    let three = || {
        let mut till = till();
        for card in 1..3 {
            let item = till.sale(0, card, 1_000);
            till.answer(item, "91");
            till.reversed(item);
        }
        let last = till.sale(0, 3, 1_000);
        till.answer(last, "91");
        (till, last)
    };
    is("k", LATER, three(), &bare(), Cause::K, Sign::Clustered);
    is("s", TODAY, settled(), &present(), Cause::S, Sign::NotDue);

    // What only a bill can say.
    let row = |row: Row| bills([bought(item()), row]);
    is("o", LATER, settled(), &bills([of("消费", item(), 900)]), Cause::O, Sign::AmountDiffers);
    is("o-open", LATER, approved(), &bare(), Cause::O, Sign::NotSettled);
    let back = row(of("退货", item(), 1_000));
    is("v", LATER, settled(), &back, Cause::V, Sign::Intercepted);
    let failed = bills([Row { state: "失败", ..bought(item()) }]);
    is("v-failed", LATER, settled(), &failed, Cause::V, Sign::Intercepted);
    is("p", LATER, settled(), &bare(), Cause::P, Sign::NoRow);
    is("p-declined", LATER, answered("05"), &present(), Cause::P, Sign::ChargedAnyway);
    is("r", LATER, settled(), &row(of("风控冻结", item(), 1_000)), Cause::R, Sign::Audited);
    is("d", LATER, settled(), &row(of("拒付", item(), 1_000)), Cause::D, Sign::Disputed);
    is("l-court", LATER, settled(), &row(of("司法冻结", item(), 1_000)), Cause::L, Sign::Outside);
    let other = bills([Row { mid: "898100000000002", ..bought(item()) }]);
    is("q", LATER, settled(), &other, Cause::Q, Sign::OtherMerchant);
    let foreign = bills([Row { tid: "20000002", ..of("消费", Seq(item().0), 77) }]);
    is("q-terminal", LATER, settled(), &foreign, Cause::Q, Sign::NoTerminal);
    let fee = Bills {
        rates: Some("[[rate]]\npercent = \"0.60\"\n"),
        ..bills([Row { fee: 9, ..bought(item()) }])
    };
    is("f", LATER, settled(), &fee, Cause::F, Sign::FeeDiffers);
    let payout = |state: &str, reason: &str| Bills {
        more: vec![paid(state, "2026-03-03T11:00:00", 1_488, reason)],
        ..present()
    };
    let frozen = payout("失败", "失败-银行卡未开通认证支付[1000057]");
    is("m", LATER, settled(), &frozen, Cause::M, Sign::PayoutFailed);
    let channel = payout("失败", "交易失败(日间撤销)");
    is("c-channel", LATER, settled(), &channel, Cause::C, Sign::PayoutChannel);
    is("c", LATER, settled(), &payout("处理中", ""), Cause::C, Sign::PayoutPending);
    let short = Bills { more: vec![paid("成功", "2026-03-03T11:00:00", 1_000, "")], ..present() };
    is("c-short", LATER, settled(), &short, Cause::C, Sign::PayoutShort);
    let mut elsewhere = paid("成功", "2026-01-03T11:00:00", 7, "");
    elsewhere = elsewhere.replace("2026-03-02", "2026-01-02");
    let missing = Bills { more: vec![elsewhere], ..present() };
    is("c-missing", LATER, settled(), &missing, Cause::C, Sign::PayoutMissing);
}

#[test]
fn what_arrived_is_no_trouble() {
    let now = |name: &str, now: &str, bills: &Bills| {
        with(name, now, settled(), bills, |finding, arrived| (finding.map(|f| f.sign), arrived))
    };
    let present = || bills([bought(item())]);
    let payout =
        Bills { more: vec![paid("成功", "2026-03-03T11:00:00", 1_488, "")], ..present() };
    let on = "2026-03-03".parse().unwrap();
    assert_eq!(now("credited", LATER, &payout), (None, Arrival::Credited(Some(on))));
    // The bill has it: it is credited by the end of the due date's window.
    let by = Some("2026-03-03T18:00:00".parse().unwrap());
    assert_eq!(now("by", TODAY, &present()), (Some(Sign::NotDue), Arrival::By(by)));
    assert_eq!(now("by-late", LATER, &present()), (None, Arrival::By(by)));
    // Not in the bill yet, and not late.
    let early = now("early", TODAY, &bills([]));
    assert_eq!(early, (Some(Sign::NotDue), Arrival::NotYet(by)));
    let early = now("foreign", TODAY, &bills([Row { tid: "20000002", ..bought(item()) }]));
    assert_eq!(early, (Some(Sign::NotDue), Arrival::NotYet(by)));
    // Released again.
    let held = || of("风控冻结", item(), 1_000);
    let free = bills([bought(item()), held(), of("解冻", item(), 1_000)]);
    assert_eq!(now("released", LATER, &free).0, None);
    let again = bills([bought(item()), held(), of("解冻", item(), 1_000), held()]);
    assert_eq!(now("held-again", LATER, &again).0, Some(Sign::Audited));
}

/// A row of its amount without a number may be of it: then nobody can say that it is missing.
#[test]
fn a_row_without_a_number_may_be_of_it() {
    let row = |tid: &str, stan: &str, amount: u64| Bills {
        more: vec![format!("消费,成功,2026-03-02T10:00:00,{MID},{tid},{stan},,{amount},6,,,\n")],
        ..bills([])
    };
    let now = |name: &str, now: &str, bills: &Bills| {
        with(name, now, settled(), bills, |finding, arrived| (finding.unwrap().sign, arrived))
    };
    let may_be = row(TID, "", 1_000);
    assert_eq!(now("unnamed", LATER, &may_be), (Sign::RowUnnamed, Arrival::Odd));
    assert_eq!(now("unnamed-early", TODAY, &may_be), (Sign::NotDue, Arrival::Unnamed));
    let (till, item) = settled();
    let told = read("unnamed-told", &till.outline(), &may_be, &at(LATER));
    assert_eq!((told.unnamed, told.facts(item).unwrap().rows.len()), (1, 1));
    let others = [
        ("other-amount", row(TID, "", 999)),
        ("other-terminal", row("20000002", "", 1_000)),
        ("other-number", row(TID, "000777", 1_000)),
    ];
    for (name, bills) in others {
        assert_eq!(now(name, LATER, &bills).0, Sign::NoRow, "{name}");
    }
    // Nor is a row of the name that this terminal had later, of which the bill has rows too.
    let (mut till, item) = settled();
    till.identity_of("20000002", MID);
    till.approved(0, 98, 700);
    let mut renamed = row("20000002", "", 1_000);
    renamed.more.extend(row(TID, "", 999).more);
    with("renamed", LATER, (till, item), &renamed, |finding, _| {
        assert_eq!(finding.unwrap().sign, Sign::SwitchedAway);
    });
}

#[test]
fn a_day_that_no_bill_has_is_left_to_the_calendar() {
    let (mut till, _) = settled();
    till.wait(24 * 60);
    let item = till.approved(0, 1, 1_000);
    till.settle(0);
    with("next-day", LATER, (till, item), &bills([]), |finding, arrived| {
        let finding = finding.unwrap();
        assert_eq!((finding.cause, finding.sign), (Cause::C, Sign::PastDue));
        assert_eq!(arrived, Arrival::Odd);
    });
}

#[test]
fn money_is_whose_the_bill_says() {
    let fen = Amount::new;
    let owed = |name: &str, script: (Till, Seq), bills: &Bills| {
        with(name, LATER, script, bills, |finding, _| finding.unwrap().owed)
    };
    // The acquirer gave a part back: the rest stands.
    let part = bills([bought(item()), of("退货", item(), 300)]);
    let both = Owed::Both { customer: fen(300), merchant: fen(700) };
    assert_eq!(owed("part", settled(), &part), both);
    let whole = bills([bought(item()), of("退货", item(), 1_000)]);
    assert_eq!(owed("whole", settled(), &whole), Owed::Customer(fen(1_000)));
    // Charged, although the terminal had it declined, reversed or given up.
    let charged = || bills([bought(item())]);
    assert_eq!(owed("declined", answered("05"), &charged()), Owed::Customer(fen(1_000)));
    let reversed = || {
        let (mut till, item) = unanswered();
        till.reversed(item);
        (till, item)
    };
    assert_eq!(owed("reversed", reversed(), &charged()), Owed::Customer(fen(1_000)));
    let abandoned = || {
        let (mut till, item) = unanswered();
        till.abandon(item);
        (till, item)
    };
    assert_eq!(owed("abandoned", abandoned(), &charged()), Owed::Customer(fen(1_000)));
    // The bill has its reversal too: nothing is left to say.
    let undone = bills([bought(item()), of("退货", item(), 1_000)]);
    with("undone", LATER, reversed(), &undone, |finding, _| {
        let finding = finding.unwrap();
        assert_eq!(
            (finding.sign, finding.owed),
            (Sign::ReversedUnanswered, Owed::Customer(fen(1_000)))
        );
    });
}

/// Whatever the journal proves: with a charge in the bill nobody is told to pay again.
#[test]
fn a_charge_in_the_bill_takes_the_proof_away() {
    let scripts: [fn() -> (Till, Seq); 3] = [
        || answered("05"),
        || {
            let (mut till, item) = unanswered();
            till.reversed(item);
            (till, item)
        },
        || {
            let mut till = till();
            let item = till.sale(0, 1, 1_000);
            till.journal.not_sent(item).unwrap();
            (till, item)
        },
    ];
    for (n, script) in scripts.into_iter().enumerate() {
        let step = |name: &str, bills: &Bills| {
            with(&format!("{name}-{n}"), LATER, script(), bills, |finding, _| finding.unwrap().step)
        };
        assert!(matches!(step("free", &bills([])), Step::SwipeAgain(_)), "{n}");
        assert_eq!(step("charged", &bills([bought(item())])), Step::Query, "{n}");
    }
    // Nor to void what the acquirer has undone.
    let double = || {
        let (mut till, _) = approved();
        let item = till.approved(0, 1, 1_000);
        (till, item)
    };
    let twice = double().1;
    let step = |name: &str, bills: &Bills| {
        with(name, TODAY, double(), bills, |finding, _| finding.unwrap().step)
    };
    assert!(matches!(step("double", &bills([bought(twice)])), Step::Void(_)));
    // Nor to settle what can still be voided.
    with("double-late", LATER, double(), &bills([]), |finding, _| {
        let finding = finding.unwrap();
        assert_eq!(finding.sign, Sign::Double);
        assert!(matches!(finding.step, Step::Void(_)));
    });
    let back = bills([bought(twice), of("退货", twice, 1_000)]);
    assert_eq!(step("double-back", &back), Step::Ask);
}

/// Rows that resemble what they are not.
#[test]
fn a_row_says_only_what_it_says() {
    let sign = |name: &str, now: &str, script: (Till, Seq), bills: &Bills| {
        with(name, now, script, bills, |finding, _| finding.map(|finding| finding.sign))
    };
    // A charge that is not final yet is none; one that failed beside one that did not takes nothing back.
    let pending = bills([Row { state: "处理中", ..bought(item()) }]);
    let declined = sign("pending", LATER, answered("05"), &pending);
    assert_eq!(declined, Some(Sign::Declined));
    let twice = bills([Row { state: "失败", ..bought(item()) }, bought(item())]);
    assert_eq!(sign("failed-beside", LATER, settled(), &twice), None);
    // A hold whose type names a dispute.
    let dispute = bills([bought(item()), of("争议冻结", item(), 1_000)]);
    assert_eq!(sign("dispute-word", LATER, settled(), &dispute), Some(Sign::Disputed));
    // Paid out before it was due.
    let paid = paid("成功", "2026-03-02T17:00:00", 1_488, "");
    let paid = Bills { more: vec![paid], ..bills([bought(item())]) };
    assert_eq!(sign("paid-early", TODAY, settled(), &paid), None);
}

/// A hold of another terminal's payment, though its RRN or trace number is ours.
#[test]
fn a_row_of_another_terminal_is_not_heard() {
    let trace = settled().0.outline().payments[&item()].intent.as_ref().unwrap().stan.get();
    let other = |rrn: &str, tid: &str, day: &str| {
        let row = format!("风控冻结,成功,{day}T12:00:00,{MID},{tid},{trace:06},{rrn},1000,,,,\n");
        Bills { more: vec![row], ..bills([bought(item())]) }
    };
    let held = |name: &str, bills: &Bills| {
        let heard = |finding: Option<Finding<'_>>, _| finding.map(|finding| finding.sign);
        with(name, LATER, settled(), bills, heard) == Some(Sign::Audited)
    };
    let (today, later) = ("2026-03-02", "2026-03-05");
    assert!(held("own", &other("", TID, today)));
    assert!(!held("other-trace", &other("", "20000002", today)));
    assert!(!held("no-terminal", &other("", "", today)));
    assert!(!held("trace-days-later", &other("", TID, later)));
    let rrn = settled().0.outline().payments[&item()].outcome.as_ref().unwrap().rrn.unwrap();
    assert!(held("own-rrn", &other(rrn.as_str(), TID, later)));
    assert!(held("rrn-alone", &other(rrn.as_str(), "", later)));
    assert!(!held("other-rrn", &other(rrn.as_str(), "20000002", today)));
}

/// The bill has a payment and its tip as one amount.
#[test]
fn a_tip_is_expected_in_the_bill() {
    let script = || {
        let (mut till, item) = approved();
        let tip = till.undo(K::TipAdjust, item, 1, 150);
        till.reversed(tip);
        till.settle(0);
        (till, item)
    };
    let with_tip = bills([of("消费", script().1, 1_150)]);
    with("tip", LATER, script(), &with_tip, |finding, _| {
        let sign = finding.map(|finding| finding.sign);
        assert_ne!(sign, Some(Sign::AmountDiffers));
    });
    let without = bills([of("消费", script().1, 1_000)]);
    is("no-tip", LATER, script(), &without, Cause::O, Sign::AmountDiffers);
}

/// A wallet prints its own number of the merchant, which is never the terminal's.
#[test]
fn a_wallets_merchant_number_is_no_other_merchant() {
    let script = || {
        let mut till = till();
        let who = pos_journal::journal::Who {
            terminal: pos_journal::record::TerminalId::new(TID).unwrap(),
            merchant: pos_journal::record::MerchantId::new(MID).unwrap(),
            currency: pos_journal::record::Currency::CNY,
            key: 1,
        };
        let forced = pos_journal::journal::IdentityChange::Forced;
        till.journal.set_identity(1, &who, forced).unwrap();
        let item = till.order("SYN20260302000001", 1_000);
        till.answer(item, "00");
        till.settle(1);
        (till, item)
    };
    let (till, item) = script();
    let (outline, world) = (till.outline(), at(LATER));
    // Bills of lcsw begin with the merchant's and the terminal's number.
    let row = "999000000000001,T0000001,2026-03-02 09:22:00,,1000,6,0,1000,1,1,1,300000000012026112010153200001,,SYN20260302000001,4200000000202611200000000001,2026-03-02,oSYN0000000000000000000001,0,,0,1000,1000,0,synthetic goods,T0000001,OTHERS,synthetic store,1\n";
    let args = BillsArgs { bills: vec![file("wallet.csv", row)], ..BillsArgs::default() };
    let told = args.told(&outline, &world, Lang::En).unwrap();
    let facts = told.facts(item).unwrap();
    assert_eq!((facts.presence, facts.amount), (Presence::Present, Some(1_000)));
    assert!(!facts.other_merchant);
}

/// A refund that the journal made is no news.
#[test]
fn what_the_terminal_undid_itself_is_not_the_acquirers_doing() {
    let script = || {
        let (mut till, item) = approved();
        let refund = till.undo(K::Refund, item, 1, 400);
        till.answer(refund, "00");
        till.settle(0);
        (till, item, refund)
    };
    let (till, item, refund) = script();
    let rows = bills([bought(item), of("退货", refund, 400)]);
    with("own-refund", LATER, (till, item), &rows, |finding, _| {
        let finding = finding.unwrap();
        assert_eq!((finding.cause, finding.sign), (Cause::V, Sign::PartUndone));
    });
    // One more that the terminal knows nothing of.
    let (till, item, refund) = script();
    let rows = bills([bought(item), of("退货", refund, 400), of("退货", item, 100)]);
    with("second-refund", LATER, (till, item), &rows, |finding, _| {
        let finding = finding.unwrap();
        assert_eq!(finding.sign, Sign::Intercepted);
        let both = Owed::Both { customer: Amount::new(500), merchant: Amount::new(500) };
        assert_eq!(finding.owed, both);
    });
}

#[test]
fn facts_name_their_rows() {
    let (till, item) = settled();
    let (outline, world) = (till.outline(), at(LATER));
    let bills = Bills {
        more: vec![paid("成功", "2026-03-03T11:00:00", 1_488, "")],
        ..bills([bought(item), of("风控冻结", item, 1_000)])
    };
    let facts = read("rows", &outline, &bills, &world).facts(item).unwrap();
    assert_eq!(facts.presence, Presence::Present);
    assert_eq!(facts.payout, Some(Payout::Paid(Some("2026-03-03".parse().unwrap()))));
    assert_eq!(facts.reason.as_deref(), Some("风控冻结 / 成功"));
    let [own, hold, payout] = &facts.rows[..] else { panic!("{:?}", facts.rows) };
    assert!(own.starts_with("rows.csv:3: 10.00 CNY, 2026-03-02T"), "{own}");
    assert!(
        hold.starts_with("rows.csv:4: -10.00 CNY") && hold.ends_with("风控冻结 / 成功"),
        "{hold}"
    );
    assert!(payout.starts_with("rows.csv:5: -14.88 CNY, 2026-03-03T11:00:00"), "{payout}");
}
