//! A journal whose payments the seeds of the bills have, and what goes with it.

use std::sync::OnceLock;

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, IdentityChange, Journal, OutcomeOf, Who};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::*;

type Chip = RamFlash<Vec<u8>, 8, 4096>;
type Till = Journal<Chip, 8, 1>;

const SECTOR: u32 = 4096;
const SECTORS: u32 = 3;
/// 2026-11-20 10:15:30 local.
const WHEN: u32 = 1_795_132_800 + 36_930;

/// When it is, for what is overdue.
pub const NOW: &str = "2026-11-25T12:00:00";

/// What the journal adds up to: two sales and a refund.
pub const TOTAL: i64 = 12_345 + 8_800 - 2_500;

/// A bill with a payment that agrees, one that is not the journal's, and a payout.
pub const BILL: &str = "kind,flow,txn_time,order_no,mid,tid,stan,rrn,amount_fen,fee_fen,net_fen,currency,method\n\
    payment,,2026-11-20T10:15:32+08:00,SYN20261120000017,M1,T0000001,000001,101532004217,12345,74,12271,CNY,card\n\
    payment,,2026-11-20T11:00:00+08:00,SYN-GHOST,M1,T0000001,000900,101532009900,100,1,99,CNY,card\n\
    payout,in,2026-11-23T08:30:00+08:00,,M1,,,,12370,,,CNY,\n";

/// What was agreed about fees.
pub const RATES: &str = "[[rate]]\npercent = '0.60'\n";

/// The journal's image.
pub fn image() -> Vec<u8> {
    static IMAGE: OnceLock<Vec<u8>> = OnceLock::new();
    IMAGE.get_or_init(lived).clone()
}

fn lived() -> Vec<u8> {
    let chip = Chip::owned((SECTORS * SECTOR) as usize).expect("a chip");
    let region = Region::new(0, SECTORS * SECTOR);
    let settings = Settings { sector_bytes: SECTOR, quiet_ms: 0, ..Settings::new() };
    let mut till =
        Till::format(chip, region, &settings, FormatAs::live(0x5E11_0001)).expect("empty");
    let who = Who {
        terminal: TerminalId::new("T0000001").expect("an id"),
        merchant: MerchantId::new("999000000000001").expect("an id"),
        currency: Currency::CNY,
        key: 0,
    };
    till.set_identity(0, &who, IdentityChange::WhenEmpty).expect("empty");
    let sale = pay(&mut till, 0, 12_345, "SYN20261120000017", Some("101532004217"), None);
    pay(&mut till, 1, 8_800, "SYN20261120000018", Some("101532004218"), None);
    pay(&mut till, 2, 2_500, "SYNR20261120000003", Some("160210004230"), Some(sale));
    pay(&mut till, 3, 5_000, "SYN-UNKNOWN", None, None);
    till.into_flash().image().to_vec()
}

/// A payment that is approved, or (without an RRN) not answered.
fn pay(
    till: &mut Till,
    n: u32,
    amount: u64,
    reference: &str,
    rrn: Option<&str>,
    of: Option<Seq>,
) -> Seq {
    let kind = if of.is_some() { TransactionKind::Refund } else { TransactionKind::Sale };
    let at = Uptime(u64::from(n) * 60_000);
    let begin = Begin {
        moment: Moment {
            local_seconds: WHEN + 60 * n,
            utc_offset_quarters: 32,
            clock: Clock::Set,
            boot: 1,
            uptime: at,
        },
        pan: TruncatedPan::from_pan("6217000000004321").ok(),
        reference: Reference::new(reference).ok(),
        original: of.map(Original::ByRecord),
        ..Begin::new(0, kind, Amount::new(amount), Currency::CNY)
    };
    let Begun::New { item, .. } = till.begin(&begin).expect("it may start") else {
        panic!("known")
    };
    let Some(rrn) = rrn else {
        till.no_answer(item, 30_000, Uptime(at.0 + 30_000)).expect("it is open");
        return item;
    };
    let answer = OutcomeOf {
        code: ResponseCode::new(b"00").ok(),
        rrn: Rrn::new(rrn).ok(),
        auth_code: None,
        elapsed_ms: 900,
        uptime: Uptime(at.0 + 900),
        ..OutcomeOf::default()
    };
    till.outcome(item, Verdict::Approved { completed: true }, &answer).expect("it is open");
    item
}
