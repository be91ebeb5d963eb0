//! A terminal on an executor: payments over a flaky network beside a blinking light, and a time-out that cancels
//! a call of the journal in its middle.
//!
//! `cargo run --features async,std --example async_terminal`

use embassy_executor::Spawner;
use embassy_time::{Duration, Timer, with_timeout};
use embedded_storage::nor_flash::{ErrorType, NorFlash as _, ReadNorFlash as _};
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use pos_journal::flash::{RamFlash, RamFlashError, Region};
use pos_journal::journal::{Begin, Begun, OutcomeOf};
use pos_journal::ledger::Duty;
use pos_journal::log::{FormatAs, Settings};
use pos_journal::nonblocking::journal::Journal;
use pos_journal::record::{Amount, Currency, ResponseCode, Seq, TransactionKind, Uptime, Verdict};

/// A chip that takes its time. It goes on when nobody waits for it any more: what was begun is done, and the
/// next call waits until it is.
struct Chip {
    cells: RamFlash<Vec<u8>, 8, 4096>,
    busy_until: embassy_time::Instant,
}

impl Chip {
    async fn busy_for(&mut self, time: Duration) {
        self.busy_until = embassy_time::Instant::now() + time;
        Timer::at(self.busy_until).await;
    }
}

impl ErrorType for Chip {
    type Error = RamFlashError;
}

impl ReadNorFlash for Chip {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), RamFlashError> {
        Timer::at(self.busy_until).await;
        self.cells.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.cells.capacity()
    }
}

impl NorFlash for Chip {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 4096;

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), RamFlashError> {
        Timer::at(self.busy_until).await;
        self.cells.write(offset, bytes)?;
        self.busy_for(Duration::from_millis(2)).await;
        Ok(())
    }

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), RamFlashError> {
        Timer::at(self.busy_until).await;
        self.cells.erase(from, to)?;
        self.busy_for(Duration::from_millis(30)).await;
        Ok(())
    }
}

/// The host: approves, but its second answer never comes.
async fn host(payment: u32) -> ResponseCode {
    Timer::after_millis(if payment == 2 { 60_000 } else { 40 }).await;
    ResponseCode::APPROVED
}

#[embassy_executor::task]
async fn blink() {
    for blinks in 1.. {
        Timer::after_millis(50).await;
        println!("        light {}", if blinks % 2 == 1 { "on" } else { "off" });
    }
}

fn now() -> Uptime {
    Uptime(embassy_time::Instant::now().as_millis())
}

type Till = Journal<Chip>;
type Failed = Box<dyn std::error::Error>;

async fn begin(till: &mut Till, fen: u64) -> Result<Option<Seq>, Failed> {
    let sale = Begin::new(0, TransactionKind::Sale, Amount::new(fen), Currency::CNY);
    match till.begin(&sale).await? {
        Begun::New { item, intent } => {
            println!("payment {item}: STAN {} is durable, {fen} fen; now it is sent", intent.stan);
            Ok(Some(item))
        }
        Begun::Existing { .. } => Ok(None),
    }
}

/// The time-out is around the network, and none is around the journal.
async fn pay(till: &mut Till, payment: u32) -> Result<(), Failed> {
    let Some(item) = begin(till, 1_000 + u64::from(payment)).await? else { return Ok(()) };
    let status = match with_timeout(Duration::from_millis(150), host(payment)).await {
        Ok(code) => {
            let of = OutcomeOf { code: Some(code), uptime: now(), ..OutcomeOf::default() };
            till.outcome(item, Verdict::from_code(Some(code), true), &of).await?
        }
        Err(_) => till.no_answer(item, 150, now()).await?,
    };
    println!("payment {item}: {status}");
    Ok(())
}

/// What is owed, until nothing is.
async fn pay_what_is_owed(till: &mut Till) -> Result<(), Failed> {
    while let Some(Duty::Reversal { item, .. }) = till.due(now()).await?.now() {
        let attempt = till.attempt(item, now()).await?;
        println!("payment {item}: reversal {} of STAN {}", attempt.number, attempt.intent.stan);
        let status = till.answered(item, Some(host(0).await)).await?;
        println!("payment {item}: {status}");
    }
    Ok(())
}

async fn day() -> Result<(), Failed> {
    let cells = RamFlash::owned(128 * 1024)?;
    let chip = Chip { cells, busy_until: embassy_time::Instant::now() };
    let region = Region::new(0, 128 * 1024);
    let how = FormatAs::live(0x2F6E_91B4);
    let mut till: Till = Journal::format(chip, region, &Settings::new(), how).await?;

    pay(&mut till, 1).await?;
    pay(&mut till, 2).await?;
    pay_what_is_owed(&mut till).await?;

    // Not to be imitated: a time-out around the journal cancels it while the chip works.
    let cut = with_timeout(Duration::from_millis(1), begin(&mut till, 1_003)).await;
    println!("begin is cancelled: {}; poisoned: {}", cut.is_err(), till.is_poisoned());
    let last = till.last().await?.map(|last| (last.item.0, last.status.to_string()));
    println!("mounted again by the next call; poisoned: {}; last: {last:?}", till.is_poisoned());
    pay_what_is_owed(&mut till).await?;

    pay(&mut till, 4).await?;
    let totals = till.x_totals(0).await?;
    let sales = totals.totals.rows().first().map_or(0, |row| row.sales.count);
    println!("{sales} sales count, {} payments are open", totals.open);
    Ok(())
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    if let Ok(light) = blink() {
        spawner.spawn(light);
    }
    let code = match day().await {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{error}");
            1
        }
    };
    std::process::exit(code);
}
