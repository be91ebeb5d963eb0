//! The terminal process: days of a shop, in time that the month tells.

use super::plants::{self, What};
use super::script::{self, Month, Want};
use crate::terminal::message::Me;
use crate::terminal::till::{Chip, Failure, Setup, Sold, Till};
use crate::terminal::world::World;
use crate::terminal::{link::Pace, till};
use pos_journal::journal::{Begin, Known};
use pos_journal::ledger::{Item, ItemState, PaymentStatus};
use pos_journal::record::{
    Amount, Clock, Currency, EntryMode, MerchantId, Moment, OrderNumber, Original, Reference, Seq,
    TerminalId, TransactionKind as Kind, TruncatedPan, Uptime,
};
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

const HOUR: u64 = 3_600_000;
/// A time-out, and an exchange with an answer.
const TIME_OUT: u64 = 30_000;
const EXCHANGE: u64 = 900;
/// Nobody listens there: a port that the system gives to nobody. One that was free a moment ago may be the
/// acquirer of another month by now, which answers.
pub const NOBODY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

/// What the process was started with.
#[derive(Clone, Debug)]
pub struct Orders {
    pub month: Month,
    pub number: u32,
    /// The first day that is not done.
    pub day: u32,
    /// Milliseconds since the month began.
    pub now: u64,
    pub address: SocketAddr,
    pub broken: Option<till::Break>,
}

/// Time that is told: at the end of every hour this process asks whether the next may begin, and where
/// the acquirer is then.
struct Told {
    started: u64,
    now: u64,
    number: u32,
    address: SocketAddr,
    /// By how much the clock on the wall is wrong.
    error: i64,
    stepped: bool,
}

impl Told {
    fn pass(&mut self, to: u64) -> Result<(), Failure> {
        while self.now / HOUR < to / HOUR {
            self.now = (self.now / HOUR + 1) * HOUR;
            self.address = ask(&format!("hour {}", self.now / HOUR))?;
        }
        self.now = self.now.max(to);
        Ok(())
    }
}

/// Says something to the month and hears where the acquirer is.
fn ask(what: &str) -> Result<SocketAddr, Failure> {
    println!("{what}");
    io::stdout().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().parse()?)
}

impl World for Told {
    fn uptime(&self) -> Uptime {
        Uptime(self.now - self.started)
    }

    fn moment(&self) -> Moment {
        Moment {
            local_seconds: (script::EPOCH as i64 + (self.now / 1_000) as i64 + self.error) as u32,
            utc_offset_quarters: 32,
            clock: if self.stepped { Clock::Stepped } else { Clock::Set },
            boot: 0,
            uptime: self.uptime(),
        }
    }

    fn set_clock(&mut self, _: u32) {
        (self.error, self.stepped) = (0, false);
    }

    fn wait_until(&mut self, at: Uptime) -> Result<(), Failure> {
        self.pass(self.started + at.0)
    }

    fn exchanged(&mut self, answered: bool) -> Result<(), Failure> {
        self.pass(self.now + if answered { EXCHANGE } else { TIME_OUT })
    }

    fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Lives until the month is over or the power fails.
pub fn run(dir: &Path, orders: &Orders) -> Result<(), Failure> {
    let merchant = MerchantId::new(script::MERCHANT)?;
    let me = |book: u8| -> Result<Me, Failure> {
        let terminal = TerminalId::new(&script::terminal(book, orders.number))?;
        Ok(Me { terminal, merchant: merchant.clone() })
    };
    let setup = Setup { me: [me(0)?, me(1)?], pace: Pace::Told, broken: orders.broken };
    let &Orders { now, address, number, .. } = orders;
    let world = Told { started: now, now, number, address, error: 0, stepped: false };
    let mut till = Till::start(&dir.join("journal.img"), setup, world)?;
    let in_flight =
        |item: &&Item| matches!(item.state(), ItemState::Unanswered | ItemState::Approved);
    println!("orphans {}", till.journal.ledger().items().filter(in_flight).count());
    let mut worst = 0;
    for day in orders.day..orders.month.days {
        for number in next_payment(&mut till, day)?..=orders.month.payments {
            let want = script::want(&orders.month, orders.number, day, number);
            let opens = Uptime(
                script::opens(day, number, orders.month.payments).saturating_sub(orders.now),
            );
            till.serve(opens)?;
            if till.world.uptime() < opens {
                till.world.wait_until(opens)?;
            }
            if number == 1 {
                till.sign_on()?;
            }
            if let Some(leap) = want.clock_leaps {
                (till.world.error, till.world.stepped) = (leap, true);
            }
            till.world.address = ask(&report("at", till.world.now, &mut till))?;
            if want.planted == Some(What::NoLine) {
                till.world.address = NOBODY;
            }
            worst = worst.max(sell(&mut till, &orders.month, (day, number), &want)?);
        }
        till.close()?;
        // What is late is heard now.
        till.sign_on()?;
        till.close()?;
        let mut dump = File::create(dir.join(format!("day-{:02}.dump", day + 1)))?;
        till.journal.export(|bytes| dump.write_all(bytes))?;
        println!("slowest {worst} {}", till.slowest_append.as_micros());
        let told = report("day", u64::from(day), &mut till);
        till.world.address = ask(&told)?;
    }
    Ok(())
}

/// What is told, with the bytes written and sectors erased since the start.
fn report(what: &str, number: u64, till: &mut Till<Told>) -> String {
    let counts = till.journal.flash_mut().counts();
    format!("{what} {number} {} {}", counts.program_bytes, counts.erases)
}

/// The cash register asks what became of the payment it was in.
fn next_payment(till: &mut Till<Told>, day: u32) -> Result<u32, Failure> {
    let Some(Known { item, .. }) = till.journal.last()? else { return Ok(1) };
    let last = till.journal.receipt(item)?.intent.reference;
    Ok(match last.as_ref().and_then(|last| script::numbers(last.as_str())) {
        Some((of, number)) if of == day => number + 1,
        _ => 1,
    })
}

/// One customer. Returns the microseconds that it took.
fn sell(
    till: &mut Till<Told>,
    month: &Month,
    (day, number): (u32, u32),
    want: &Want,
) -> Result<u64, Failure> {
    let original = match want.back {
        0 => None,
        back => original(till, month, day, (number.saturating_sub(back), want.kind))?,
    };
    // Without the original that it needs it is a sale.
    let kind = if want.back > 0 && original.is_none() { Kind::Sale } else { want.kind };
    let (book, qr) = if kind == Kind::QrSale { (till::WALLET, true) } else { (till::CARDS, false) };
    let amount = match (&original, kind) {
        (Some((_, amount)), Kind::Refund) => Amount::new(amount.minor().div_ceil(2)),
        (Some((_, amount)), _) => *amount,
        (None, _) => Amount::new(want.amount),
    };
    let reference = script::reference(day, number);
    let begin = Begin {
        entry: EntryMode::CONTACTLESS,
        pan: if qr { None } else { Some(TruncatedPan::from_pan(&want.pan)?) },
        reference: Some(Reference::new(&reference)?),
        original: original.map(|(item, _)| Original::ByRecord(item)),
        order: if qr {
            Some(OrderNumber::new(&format!(
                "Q{}-{reference}",
                script::terminal(book, till.world.number)
            ))?)
        } else {
            None
        },
        ..Begin::new(book, kind, amount, Currency::CNY)
    };
    let pan = (!qr).then_some(want.pan.as_str());
    let begun = std::time::Instant::now();
    match till.pay(&begin, pan)? {
        Sold::Said(..) => {}
        Sold::Not => {
            // What is owed goes first: so long the customer waits.
            till.serve(Uptime(till.world.uptime().0 + 120_000))?;
            till.pay(&begin, pan)?;
        }
        Sold::Full => {
            println!("full");
            till.close()?;
            till.pay(&begin, pan)?;
        }
    }
    Ok(begun.elapsed().as_micros() as u64)
}

/// An earlier payment of this day that went through and can be named.
fn original(
    till: &mut Till<Told>,
    month: &Month,
    day: u32,
    (from, by): (u32, Kind),
) -> Result<Option<(Seq, Amount)>, Failure> {
    let wanted = if by == Kind::Completion { Kind::PreAuth } else { Kind::Sale };
    // What is planted stays as it is.
    let terminal = till.world.number;
    let is_plain = |number: &u32| plants::at(month, terminal, day, *number).is_none();
    // Each question reads the whole log: only those are looked for that were to be such a payment.
    let is_such = |number: &u32| script::want(month, terminal, day, *number).kind == wanted;
    for number in (1..=from).rev().take(6).filter(is_plain).filter(is_such) {
        let reference = Reference::new(&script::reference(day, number))?;
        let Some(known) = till.journal.status(&reference)?.known() else { continue };
        if known.status != PaymentStatus::Approved {
            continue;
        }
        let receipt = till.journal.receipt(known.item)?;
        if receipt.intent.kind == wanted && receipt.intent.book == till::CARDS {
            return Ok(Some((known.item, receipt.approved)));
        }
    }
    Ok(None)
}

/// A new chip, formatted.
pub fn make(dir: &Path, number: u32) -> Result<(), Failure> {
    use pos_journal::log::{FormatAs, Mode};
    std::fs::create_dir_all(dir)?;
    let chip = Chip::create(dir.join("journal.img"), till::REGION.bytes() as usize)?;
    let how = FormatAs { format_id: 0x0F00_0000 + number, mode: Mode::Test, over_foreign: false };
    let _: pos_journal::journal::Journal<Chip> =
        pos_journal::journal::Journal::format(chip, till::REGION, &till::SETTINGS, how)?;
    Ok(())
}
