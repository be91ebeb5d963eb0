//! What goes wrong on one line: the fate of each message, drawn from the seed.

use super::super::acquirer::Acquirer;
use super::super::hosts::Host;
use super::super::wire::{GREETING, Id, Request, Response, code};
use super::{Copy, LineCounts};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeSet;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// An answer in time, in microseconds.
const PROMPT_US: std::ops::Range<u64> = 500..4_000;
/// An answer after the terminal has given up waiting.
const LATE_US: std::ops::Range<u64> = 90_000..200_000;
/// The most that a request is held back for its reversal.
const HELD_US: std::ops::Range<u64> = 300_000..600_000;
/// A second copy of a cancel comes so much later.
const COPY_US: std::ops::Range<u64> = 30_000..60_000;
/// What is under way for longer than this is dropped: what a hold-off can rely on.
pub(in super::super) const LIFETIME_MS: u32 = 80;
/// How often an acquirer repeats what it tells unasked.
const NOTICE: Duration = Duration::from_millis(25);
/// From one outage to the next, and how long one lasts.
const BETWEEN_OUTAGES_MS: std::ops::Range<u64> = 700..2_500;
const OUTAGE_MS: std::ops::Range<u64> = 40..160;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Clean,
    RequestDropped,
    AnswerDropped,
    Late,
    Twice,
    Held,
    Copied,
}

/// A message on its way.
struct Parcel {
    due: Instant,
    to: Arc<TcpStream>,
    what: Contents,
}

enum Contents {
    /// To the acquirer, long after the terminal sent it.
    Held(Request),
    /// To the acquirer, for the second time.
    Copy(Request, Instant),
    /// To the terminal.
    Answer(Response),
}

/// Everything that both ends of the line share.
pub(super) struct Exchange {
    pub(super) acquirer: Acquirer,
    began: Instant,
    next_notice: Instant,
    pub(super) counts: LineCounts,
    pub(super) acknowledged: BTreeSet<Id>,
    rng: StdRng,
    drop_percent: u32,
    healthy: bool,
    parcels: Vec<Parcel>,
    connections: Vec<Arc<TcpStream>>,
    outage: Option<Instant>,
    next_outage: Instant,
    /// The terminal's journal, and where copies of it go.
    image: PathBuf,
    pub(super) copies: Vec<Copy>,
}

impl Exchange {
    /// A line in good weather.
    pub(super) fn new(host: Host, seed: u64, drop_percent: u32, image: PathBuf) -> Self {
        let began = Instant::now();
        Self {
            acquirer: Acquirer::new(host, seed),
            began,
            next_notice: began,
            counts: LineCounts::default(),
            acknowledged: BTreeSet::new(),
            rng: StdRng::seed_from_u64(seed),
            drop_percent,
            healthy: false,
            parcels: Vec::new(),
            connections: Vec::new(),
            outage: None,
            next_outage: began + Duration::from_millis(BETWEEN_OUTAGES_MS.start),
            image,
            copies: Vec::new(),
        }
    }

    /// From here on nothing goes wrong any more; what was held back is delivered.
    pub(super) fn heal(&mut self) {
        self.healthy = true;
        self.outage = None;
        let now = Instant::now();
        self.parcels.iter_mut().for_each(|parcel| parcel.due = now);
    }

    /// Greets a terminal, or does not answer it at all.
    pub(super) fn greet(&mut self, stream: TcpStream) -> Option<Arc<TcpStream>> {
        if self.outage.is_some() {
            return None;
        }
        stream.set_nonblocking(false).ok()?;
        let _ = stream.set_nodelay(true);
        (&stream).write_all(GREETING.as_bytes()).ok()?;
        let stream = Arc::new(stream);
        // There is one terminal: an earlier connection of it is of no use any more.
        self.hang_up();
        self.connections.push(Arc::clone(&stream));
        Some(stream)
    }

    pub(super) fn hang_up(&mut self) {
        for connection in self.connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Outages come and go.
    pub(super) fn weather(&mut self) {
        let now = Instant::now();
        if self.healthy || self.drop_percent == 0 {
            return;
        }
        if self.outage.is_some_and(|end| now >= end) {
            self.outage = None;
            let quiet = self.rng.random_range(BETWEEN_OUTAGES_MS);
            self.next_outage = now + Duration::from_millis(quiet);
        } else if self.outage.is_none() && now >= self.next_outage {
            self.counts.outages += 1;
            self.outage = Some(now + Duration::from_millis(self.rng.random_range(OUTAGE_MS)));
            self.hang_up();
        }
    }

    /// A request reaches the line.
    pub(super) fn arrive(&mut self, request: Request, from: &Arc<TcpStream>) {
        self.counts.requests += 1;
        self.counts.reversals += u32::from(request.takes_back().is_some());
        match self.fate(&request) {
            Fate::RequestDropped => self.counts.requests_dropped += 1,
            Fate::Held => {
                self.counts.held += 1;
                self.post(HELD_US, from, Contents::Held(request));
            }
            Fate::Copied => {
                self.counts.copied += 1;
                self.answer(&request, Fate::Clean, from);
                self.post(COPY_US, from, Contents::Copy(request, Instant::now()));
            }
            fate => self.answer(&request, fate, from),
        }
    }

    /// Draws what happens to a request. Of a hundred, `drop_percent` lose a message, a third as
    /// many are answered late, a third twice, and a sixth are held back (of cancels, more come
    /// a second time).
    fn fate(&mut self, request: &Request) -> Fate {
        if self.outage.is_some() {
            return Fate::RequestDropped;
        }
        if self.healthy {
            return Fate::Clean;
        }
        let percent = self.drop_percent;
        // In sixths of a percent, one after the other.
        let odds = [
            (3 * percent, Fate::RequestDropped),
            (3 * percent, Fate::AnswerDropped),
            (2 * percent, Fate::Late),
            (2 * percent, Fate::Twice),
            (percent, Fate::Held),
        ];
        let mut draw = self.rng.random_range(0..600);
        if matches!(request, Request::Cancel { .. }) && draw % 2 == 0 && percent > 0 {
            return Fate::Copied;
        }
        for (share, fate) in odds {
            if draw < share {
                let held = matches!(request, Request::Pay(_) | Request::Stored { .. });
                return if fate == Fate::Held && !held { Fate::Clean } else { fate };
            }
            draw -= share;
        }
        Fate::Clean
    }

    /// The acquirer acts on a request; its answer sets out or is lost.
    fn answer(&mut self, request: &Request, fate: Fate, to: &Arc<TcpStream>) {
        self.keep_copy(request);
        let response = self.acquirer.handle(request, self.now_ms());
        if let Some(id) = request.takes_back() {
            self.release(id);
            if fate != Fate::AnswerDropped && !response.says(code::JUST_PAID) {
                self.acknowledged.insert(id);
            }
        }
        match fate {
            Fate::AnswerDropped => self.counts.answers_dropped += 1,
            Fate::Late => {
                self.counts.late += 1;
                self.post(LATE_US, to, Contents::Answer(response));
            }
            Fate::Twice => {
                self.counts.twice += 1;
                self.post(PROMPT_US, to, Contents::Answer(response.clone()));
                self.post(PROMPT_US, to, Contents::Answer(response));
            }
            _ => self.post(PROMPT_US, to, Contents::Answer(response)),
        }
    }

    /// A request that was held back follows its reversal.
    fn release(&mut self, reversed: Id) {
        let now = Instant::now();
        for parcel in &mut self.parcels {
            if matches!(&parcel.what, Contents::Held(Request::Pay(held)) if held.id == reversed) {
                parcel.due = now;
            }
        }
    }

    /// The ring of the journal forgets settled batches. While one is being settled the terminal
    /// waits for the answer, so this is the moment for a copy that proves what it held.
    fn keep_copy(&mut self, request: &Request) {
        let Request::Settle { id, .. } = request else { return };
        if self.acquirer.has_seen_settlement(id.batch) {
            return;
        }
        let name = format!("batch-{}-{:06}.img", self.acquirer.host, id.batch);
        let (at, path) = (Instant::now(), self.image.with_file_name(name));
        if std::fs::copy(&self.image, &path).is_ok() {
            self.copies.push(Copy { at, path });
        }
    }

    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// What the acquirer has to say, also if nobody asks.
    pub(super) fn tell_unasked(&mut self) {
        let now_ms = self.now_ms();
        self.acquirer.pass(now_ms);
        let now = Instant::now();
        if now < self.next_notice {
            return;
        }
        self.next_notice = now + NOTICE;
        let Some(to) = self.connections.last().map(Arc::clone) else { return };
        for notice in self.acquirer.notices() {
            self.counts.notices += 1;
            self.post(PROMPT_US, &to, Contents::Answer(notice));
        }
    }

    fn post(&mut self, after_us: std::ops::Range<u64>, to: &Arc<TcpStream>, what: Contents) {
        let due = Instant::now() + Duration::from_micros(self.rng.random_range(after_us));
        self.parcels.push(Parcel { due, to: Arc::clone(to), what });
    }

    pub(super) fn deliver_due(&mut self) {
        let now = Instant::now();
        let due: Vec<Parcel> = self.parcels.extract_if(.., |parcel| parcel.due <= now).collect();
        for Parcel { to, what, .. } in due {
            match what {
                Contents::Held(request) => self.answer(&request, Fate::Clean, &to),
                Contents::Copy(request, sent) => {
                    let lifetime = Duration::from_millis(u64::from(LIFETIME_MS));
                    if now.saturating_duration_since(sent) < lifetime {
                        self.answer(&request, Fate::Clean, &to);
                    }
                }
                Contents::Answer(response) => {
                    if let Ok(mut line) = serde_json::to_vec(&response) {
                        line.push(b'\n');
                        // A terminal that was killed meanwhile hears nothing.
                        let _ = to.as_ref().write_all(&line);
                    }
                }
            }
        }
    }
}
