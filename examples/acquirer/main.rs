//! The acquirer alone, with a bad line before it if you like: for the terminal example.

#[path = "mod.rs"]
#[allow(dead_code, reason = "shared by two examples")]
mod acquirer;
#[path = "../terminal/mod.rs"]
#[allow(dead_code, reason = "shared by three examples")]
mod terminal;

use acquirer::books::Books;
use acquirer::host::Host;
use acquirer::proxy::{Fate, Proxy, Sky, Weather};
use acquirer::{Failure, serve};
use clap::Parser;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// An acquirer that speaks ISO 8583.
#[derive(Parser)]
struct Args {
    /// Where terminals connect
    #[arg(long, default_value = "127.0.0.1:8583")]
    listen: SocketAddr,
    /// The books; begun if missing
    #[arg(long, default_value = "acquirer.redb")]
    books: PathBuf,
    /// Of a hundred exchanges, so many go wrong
    #[arg(long, default_value_t = 0)]
    faults: u32,
    /// Decides what goes wrong
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The same weather all day; what it does is printed.
struct Steady(u32);

impl Sky for Steady {
    fn weather(&self) -> Weather {
        Weather { rough: self.0, down: false }
    }

    fn strikes(&mut self, _: bool) -> bool {
        false
    }

    fn count(&mut self, fate: Fate) {
        println!("the line: {fate:?}");
    }
}

fn main() -> Result<(), Failure> {
    let args = Args::parse();
    let host = Arc::new(Host { books: Books::open(&args.books)? });
    let behind = TcpListener::bind("127.0.0.1:0")?;
    let acquirer = behind.local_addr()?;
    let seconds = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    serve::serve(behind, host, Arc::new(move |_| (seconds() + 8 * 3_600, false)));
    let listener = TcpListener::bind(args.listen)?;
    println!("listening on {}", listener.local_addr()?);
    Proxy::new(acquirer, args.seed, Steady(10 * args.faults)).run(&listener);
    Ok(())
}
