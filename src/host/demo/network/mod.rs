//! The line between terminal and one acquirer, and everything that goes wrong on it.
//!
//! It drops requests and answers, answers late or twice, holds a request back until its reversal
//! has come through, delivers a cancel twice, and is not there at all from time to time. All of it
//! is drawn from the seed; what it hits depends on when the messages come.

mod exchange;

pub(super) use exchange::LIFETIME_MS;

use super::acquirer::Acquirer;
use super::hosts::Host;
use exchange::Exchange;
use std::io::{self, BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often the clock looks for what is due.
const TICK: Duration = Duration::from_micros(500);

/// What the line did to the messages.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LineCounts {
    pub(super) requests: u32,
    pub(super) requests_dropped: u32,
    pub(super) answers_dropped: u32,
    pub(super) late: u32,
    pub(super) twice: u32,
    pub(super) held: u32,
    pub(super) copied: u32,
    pub(super) outages: u32,
    pub(super) reversals: u32,
    pub(super) notices: u32,
}

impl LineCounts {
    /// Of two lines.
    pub(super) const fn with(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            requests_dropped: self.requests_dropped + other.requests_dropped,
            answers_dropped: self.answers_dropped + other.answers_dropped,
            late: self.late + other.late,
            twice: self.twice + other.twice,
            held: self.held + other.held,
            copied: self.copied + other.copied,
            outages: self.outages + other.outages,
            reversals: self.reversals + other.reversals,
            notices: self.notices + other.notices,
        }
    }
}

/// A copy of the journal, taken when a batch was about to be settled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Copy {
    /// Copies of both lines are read in the order in which they were taken.
    at: Instant,
    pub(super) path: PathBuf,
}
/// What one line leaves behind.
pub(super) struct Remains {
    pub(super) acquirer: Acquirer,
    pub(super) counts: LineCounts,
    /// How many payments had a reversal or cancel acknowledged.
    pub(super) acknowledged: usize,
    pub(super) copies: Vec<Copy>,
}

/// An acquirer at its address, until it is dropped.
pub(super) struct Network {
    address: SocketAddr,
    exchange: Arc<Mutex<Exchange>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Network {
    /// Opens the acquirer on a free port of the loopback.
    ///
    /// # Errors
    /// No port could be opened.
    pub(super) fn open(
        host: Host,
        seed: u64,
        drop_percent: u32,
        image: PathBuf,
    ) -> io::Result<Self> {
        // Each line has troubles of its own.
        let seed = seed ^ u64::from(host.book()) << 56;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let exchange = Exchange::new(host, seed, drop_percent, image);
        let exchange = Arc::new(Mutex::new(exchange));
        let stop = Arc::new(AtomicBool::new(false));
        let threads = vec![
            thread::spawn({
                let (exchange, stop) = (Arc::clone(&exchange), Arc::clone(&stop));
                move || accept(&listener, &exchange, &stop)
            }),
            thread::spawn({
                let (exchange, stop) = (Arc::clone(&exchange), Arc::clone(&stop));
                move || tick(&exchange, &stop)
            }),
        ];
        Ok(Self { address, exchange, stop, threads })
    }

    /// Where a terminal connects to.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From here on nothing goes wrong any more; what was held back is delivered.
    pub(super) fn heal(&self) {
        lock(&self.exchange).heal();
    }

    /// The books, the counts and the copies as they are now.
    pub(super) fn remains(&self) -> Remains {
        let mut exchange = lock(&self.exchange);
        let now_ms = exchange.now_ms();
        exchange.acquirer.pass(now_ms);
        Remains {
            acquirer: exchange.acquirer.clone(),
            counts: exchange.counts,
            acknowledged: exchange.acknowledged.len(),
            copies: exchange.copies.clone(),
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        lock(&self.exchange).hang_up();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A thread that panicked has said so; the exchange it held is still good to read.
fn lock(exchange: &Mutex<Exchange>) -> MutexGuard<'_, Exchange> {
    exchange.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, exchange: &Arc<Mutex<Exchange>>, stop: &AtomicBool) {
    let mut readers = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(TICK);
            continue;
        };
        let Some(stream) = lock(exchange).greet(stream) else { continue };
        let exchange = Arc::clone(exchange);
        readers.push(thread::spawn(move || read(&stream, &exchange)));
    }
    for reader in readers {
        let _ = reader.join();
    }
}

/// Takes in what a terminal says until it hangs up.
fn read(stream: &Arc<TcpStream>, exchange: &Mutex<Exchange>) {
    for line in BufReader::new(stream.as_ref()).lines() {
        let Ok(line) = line else { return };
        // A terminal that was killed leaves half a line: no request.
        if let Ok(request) = serde_json::from_str(&line) {
            lock(exchange).arrive(request, stream);
        }
    }
}

fn tick(exchange: &Mutex<Exchange>, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(TICK);
        let mut exchange = lock(exchange);
        exchange.weather();
        exchange.deliver_due();
        exchange.tell_unasked();
    }
}
