//! A million rows in bounded memory and time.

use std::io::{BufWriter, Write};

use super::shop::{End, Shop, Sold};
use super::write::{Line, NEUTRAL, neutral_row};
use super::{Dir, json};

const ROWS: u64 = 1_000_000;
const SECONDS: f64 = 10.0;
const MEBIBYTES: u64 = 512;

/// The seconds that this thread had a processor.
fn on_processor() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// The most memory that this process ever had, in MiB.
fn peak() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
#[ignore = "long run: a million rows, in release"]
fn a_million_rows() {
    let dir = Dir::new("million");
    let mut dumps = Vec::new();
    let mut sold = Vec::new();
    for terminal in 0..4 {
        let mut shop = Shop::sized(false, 128, 0x5E11_1000 + terminal);
        // Later terminals have later payments, so that no STAN and RRN of two are the same.
        (0..terminal * 600).for_each(|_| {
            shop.sale(1, End::NeverSent);
        });
        sold.extend((0..500).map(|n| shop.sale(1_000 + n, End::Approved)));
        dumps.push(dir.file(&format!("dump{terminal}"), shop.image()));
    }
    let path = dir.0.join("bill.csv");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(NEUTRAL.as_bytes()).unwrap();
    let every = ROWS / sold.len() as u64;
    for n in 0..ROWS {
        let row = match n % every {
            0 => neutral_row(&Line::of(&sold[(n / every) as usize]), [true; 3]),
            _ => {
                let ghost = Sold {
                    // No payment has one of these: a row with a payment's STAN would be its duplicate.
                    stan: (n % 900_000 + 100_000) as u32,
                    rrn: format!("8{n:011}"),
                    order: format!("GHOST{n}"),
                    second: (n % 86_000) as u32,
                    ..sold[0].clone()
                };
                // Of this terminal: each could be one of its payments.
                neutral_row(&Line { amount: 100 + n % 7_777, ..Line::of(&ghost) }, [true; 3])
            }
        };
        file.write_all(row.as_bytes()).unwrap();
    }
    file.into_inner().unwrap().sync_all().unwrap();
    let bill = path.display().to_string();
    let mut args: Vec<&str> = dumps.iter().map(String::as_str).collect();
    args.extend(["--bill", &bill]);
    let from = on_processor();
    let (all, _) = json(&args);
    let seconds = on_processor() - from;
    println!("{ROWS} rows against {} payments: {seconds:.2} s, peak {} MiB", sold.len(), peak());
    let items = |class: &str| {
        let of = all["classes"].as_array().unwrap().iter().find(|c| c["class"] == class);
        of.map_or(0, |c| c["items"].as_u64().unwrap())
    };
    assert_eq!(items("matched"), sold.len() as u64);
    assert_eq!(items("bill_only"), ROWS - sold.len() as u64);
    assert!(seconds < SECONDS, "{seconds} s");
    assert!(peak() < MEBIBYTES, "{} MiB", peak());
}
