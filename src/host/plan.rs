//! `pos-journal plan`: what a region of flash is enough for.

use serde::Serialize;

use super::Exit;
use super::input::print;
use super::table::{Field, Sheet, Tone};
use crate::journal::plan::{EVIDENCE_DAYS, Plan, Site, Trade};

/// The arguments of the command.
#[derive(Clone, Debug, clap::Args)]
pub struct PlanArgs {
    /// Bytes of the journal's region, such as 256KiB or 1MiB
    #[arg(long, value_parser = size)]
    pub region: u32,
    /// What the chip erases at a time, such as 4KiB
    #[arg(long, value_parser = size)]
    pub sector: u32,
    /// Payments a day
    #[arg(long)]
    pub per_day: u32,
    /// What the chip programs at a time, in bytes
    #[arg(long, default_value_t = 1)]
    pub write_size: u32,
    /// A log sector, if the firmware chooses it [default: the journal's choice]
    #[arg(long, value_parser = size)]
    pub log_sector: Option<u32>,
    /// Years that the terminal is to serve
    #[arg(long, default_value_t = 10)]
    pub years: u32,
    /// How often the chip says that a sector may be erased
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 10_000])]
    pub cycles: Vec<u32>,
    /// Of all payments so many parts are contactless or magnetic
    #[arg(long, default_value_t = 60)]
    pub contactless: u32,
    /// so many by contact chip
    #[arg(long, default_value_t = 20)]
    pub chip: u32,
    /// so many by QR code
    #[arg(long, default_value_t = 20)]
    pub qr: u32,
    /// Of a thousand card payments so many are reversed
    #[arg(long, default_value_t = 10)]
    pub reversed: u32,
    /// Characters of the cash register's reference
    #[arg(long, default_value_t = 13)]
    pub reference: u32,
    /// Starts of the terminal a day
    #[arg(long, default_value_t = 1)]
    pub boots: u32,
    /// Batches settled a day
    #[arg(long, default_value_t = 1)]
    pub batches: u32,
    /// A table for people, or JSON for programs
    #[arg(long, value_enum, default_value_t = PlanFormat::Table)]
    pub format: PlanFormat,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PlanFormat {
    /// Aligned columns.
    Table,
    /// One JSON object.
    Json,
}

/// Plans, and prints it.
#[must_use]
pub fn run(args: &PlanArgs) -> Exit {
    let site = Site {
        region: args.region,
        erase: args.sector,
        write: args.write_size,
        log_sector: args.log_sector.unwrap_or(0),
    };
    let PlanArgs { per_day, contactless, chip, qr, reversed, reference, boots, batches, .. } =
        *args;
    if [contactless, chip, qr].iter().all(|parts| *parts == 0) || per_day == 0 {
        eprintln!("there is nothing to plan for: no payments");
        return Exit::Usage;
    }
    let trade = Trade { per_day, contactless, chip, qr, reversed, reference, boots, batches };
    let plan = match Plan::of(&site, &trade) {
        Ok(plan) => plan,
        Err(why) => {
            eprintln!("{why}");
            return Exit::Usage;
        }
    };
    let text = match args.format {
        PlanFormat::Table => table(args, &plan),
        PlanFormat::Json => json(args, &plan),
    };
    match print(&text) {
        Ok(()) => Exit::Clean,
        Err(error) => {
            eprintln!("cannot write: {error}");
            Exit::Usage
        }
    }
}

/// Bytes, with KiB or MiB behind them or not.
fn size(text: &str) -> Result<u32, String> {
    const UNITS: [(&str, u32); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("B", 1), ("", 1)];
    let (number, unit) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)))
        .unwrap_or((text, 1));
    let number: u32 = number
        .trim()
        .parse()
        .map_err(|_| format!("`{text}` is no size: give bytes, or KiB or MiB, such as 256KiB"))?;
    number.checked_mul(unit).ok_or_else(|| format!("`{text}` is more than 4 GiB"))
}

fn table(args: &PlanArgs, plan: &Plan) -> String {
    let layout = &plan.layout;
    let title = format!(
        "{} payments a day in {} log sectors of {} KiB",
        args.per_day,
        layout.sectors(),
        layout.sector_bytes() / 1024
    );
    let mut sheet = Sheet::new(title, &[("", false), ("", true), ("", false)]);
    let mut row = |what: &str, figure: String, tone: Tone, means: &str| {
        sheet.row([what.into(), Field(figure, tone), means.into()]);
    };
    let (held, held_means) = match plan.batch_fits() {
        true => (Tone::Good, "then the batch has to be settled"),
        false => (Tone::Bad, "too few for a day: settle more often, or take a larger region"),
    };
    row("payments in a batch", plan.unsettled.to_string(), held, held_means);
    let kept = format!("{} to {}", plan.least_kept, plan.most_kept);
    row("payments that can be looked up", kept, Tone::Plain, "with those of closed batches");
    let days = plan.days_kept();
    let (tone, means) = match (plan.is_ping_pong(), days >= EVIDENCE_DAYS) {
        (true, _) => (
            Tone::Warning,
            "two sectors, to and fro: when one is opened, the closed batches of the other are gone",
        ),
        (false, true) => (Tone::Good, "complaints come within fifteen"),
        (false, false) => (Tone::Warning, "fewer than fifteen: export now and then, or enlarge it"),
    };
    row("days kept", days.to_string(), tone, means);
    let bytes = format!("{}.{:02}", plan.payment_bytes_100 / 100, plan.payment_bytes_100 % 100);
    row("bytes of a payment", bytes, Tone::Plain, "on average, by the shares given");
    let erases = plan.erases(args.years);
    let span = format!("in {} years, each sector in turn", args.years);
    row("erases per sector", erases.to_string(), Tone::Plain, &span);
    for cycles in &args.cycles {
        let days = plan.days_until_worn(*cycles);
        let what = format!("days until worn, {cycles} cycles");
        let served = u64::from(args.years) * 365;
        let tone = if days >= served { Tone::Good } else { Tone::Bad };
        row(&what, days.to_string(), tone, &format!("{} years", days / 365));
    }
    sheet.render()
}

#[derive(Serialize)]
struct Planned {
    region_bytes: u32,
    sectors: u32,
    sector_bytes: u32,
    per_day: u32,
    payments_in_a_batch: u32,
    batch_fits: bool,
    payments_kept_least: u32,
    payments_kept_most: u32,
    days_kept: u32,
    ping_pong: bool,
    payment_bytes: f64,
    years: u32,
    erases_per_sector: u64,
    worn: Vec<Worn>,
}

#[derive(Serialize)]
struct Worn {
    cycles: u32,
    days: u64,
}

fn json(args: &PlanArgs, plan: &Plan) -> String {
    let worn = |cycles: &u32| Worn { cycles: *cycles, days: plan.days_until_worn(*cycles) };
    let planned = Planned {
        region_bytes: plan.layout.region_bytes(),
        sectors: plan.layout.sectors(),
        sector_bytes: plan.layout.sector_bytes(),
        per_day: args.per_day,
        payments_in_a_batch: plan.unsettled,
        batch_fits: plan.batch_fits(),
        payments_kept_least: plan.least_kept,
        payments_kept_most: plan.most_kept,
        days_kept: plan.days_kept(),
        ping_pong: plan.is_ping_pong(),
        payment_bytes: f64::from(plan.payment_bytes_100) / 100.0,
        years: args.years,
        erases_per_sector: plan.erases(args.years),
        worn: args.cycles.iter().map(worn).collect(),
    };
    serde_json::to_string(&planned).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read() {
        assert_eq!(size("256KiB"), Ok(262_144));
        assert_eq!(size("1MiB"), Ok(1 << 20));
        assert_eq!((size("4096"), size("512 B")), (Ok(4096), Ok(512)));
        for bad in ["", "KiB", "4kb", "-1", "5000MiB", "1.5MiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
