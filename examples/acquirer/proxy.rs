//! The line between: what it does to messages, drawn from a seed.

use super::Failure;
use super::serve::{read_frame, write_frame};
use crate::terminal::iso8583::Message;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};

/// What happens to one request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    RequestDropped,
    RequestTwice,
    /// It comes after its own reversal.
    RequestHeld,
    RequestCut,
    AnswerDropped,
    AnswerLate,
    AnswerTwice,
    /// The next answer comes before it.
    AnswerReordered,
    AnswerCut,
    AnswerDripped,
    WrongStan,
    Garbage,
    /// Nobody is at the other end any more, and the line looks up.
    HalfOpen,
    Killed,
    Outage,
}

/// What a line is like now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// Of a thousand exchanges, so many go wrong.
    pub rough: u32,
    /// No line.
    pub down: bool,
}

/// What the line asks about itself.
pub trait Sky: Send {
    fn weather(&self) -> Weather;
    /// The terminal loses its power now, if it is to; `planted`: it is to.
    fn strikes(&mut self, planted: bool) -> bool;
    fn count(&mut self, fate: Fate);
}

const FATES: [Fate; 13] = [
    Fate::RequestDropped,
    Fate::RequestTwice,
    Fate::RequestHeld,
    Fate::RequestCut,
    Fate::AnswerDropped,
    Fate::AnswerLate,
    Fate::AnswerTwice,
    Fate::AnswerReordered,
    Fate::AnswerCut,
    Fate::AnswerDripped,
    Fate::WrongStan,
    Fate::Garbage,
    Fate::HalfOpen,
];

/// One line, from one terminal to the acquirer.
pub struct Proxy<S> {
    acquirer: SocketAddr,
    upstream: Option<TcpStream>,
    sky: S,
    rng: StdRng,
    /// Requests that wait for their reversal.
    held: Vec<Vec<u8>>,
    /// Answers that come when another one does.
    late: Vec<Vec<u8>>,
    half_open: bool,
}

/// What goes to the terminal.
enum Out {
    Frame(Vec<u8>),
    /// One byte after the other.
    Drip(Vec<u8>),
    /// A part, and the end of the line.
    Cut(Vec<u8>),
    /// The time-out passes (an empty message).
    Silence,
    Close,
}

impl<S: Sky> Proxy<S> {
    pub fn new(acquirer: SocketAddr, seed: u64, sky: S) -> Self {
        let (held, late) = (Vec::new(), Vec::new());
        let rng = StdRng::seed_from_u64(seed);
        Self { acquirer, upstream: None, sky, rng, held, late, half_open: false }
    }

    /// One connection of the terminal after the other.
    pub fn run(mut self, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            self.half_open = false;
            // The end of a connection says nothing: the next one comes.
            let _ = self.connection(stream);
        }
    }

    fn connection(&mut self, mut terminal: TcpStream) -> Result<(), Failure> {
        let _ = terminal.set_nodelay(true);
        loop {
            let request = read_frame(&mut terminal)?;
            for out in self.pass(request)? {
                match out {
                    Out::Frame(bytes) => write_frame(&mut terminal, &bytes)?,
                    Out::Silence => write_frame(&mut terminal, &[])?,
                    Out::Drip(bytes) => {
                        let mut frame = Vec::new();
                        write_frame(&mut frame, &bytes)?;
                        for byte in frame {
                            terminal.write_all(&[byte])?;
                        }
                    }
                    Out::Cut(bytes) => {
                        let mut frame = Vec::new();
                        write_frame(&mut frame, &bytes)?;
                        terminal.write_all(frame.get(..frame.len() / 2).unwrap_or_default())?;
                        return Ok(());
                    }
                    Out::Close => return Ok(()),
                }
            }
        }
    }

    /// What comes of one request, in the order in which it reaches the terminal.
    fn pass(&mut self, request: Vec<u8>) -> Result<Vec<Out>, Failure> {
        let weather = self.sky.weather();
        let rough = self.rng.random_range(0..1_000) < weather.rough;
        let drawn = self.rng.random_range(0..FATES.len());
        let after = self.rng.random_ratio(1, 2);
        if weather.down {
            self.sky.count(Fate::Outage);
            return Ok(vec![Out::Close]);
        }
        let message = Message::parse(&request)?;
        let planted = planted(&message);
        let power_fails = planted == Some(Fate::Killed);
        if self.sky.strikes(power_fails) {
            if after && !power_fails {
                self.ask(&request)?;
            }
            self.sky.count(Fate::Killed);
            return Ok(vec![Out::Close]);
        }
        if self.half_open {
            return Ok(vec![Out::Silence]);
        }
        let late: Vec<Out> = self.late.drain(..).map(Out::Frame).collect();
        let mut fate = planted.or(FATES.get(drawn).copied().filter(|_| rough));
        // Only what can be reversed can come after its reversal.
        if fate == Some(Fate::RequestHeld) && !matches!(message.mti(), "0100" | "0200") {
            fate = Some(Fate::RequestDropped);
        }
        if let Some(fate) = fate {
            self.sky.count(fate);
        }
        let answer = match fate {
            Some(Fate::RequestDropped) => None,
            Some(Fate::RequestHeld) => {
                self.held.push(request);
                None
            }
            Some(Fate::RequestCut) => {
                self.cut(&request)?;
                return Ok(vec![Out::Close]);
            }
            Some(Fate::RequestTwice) => {
                let first = self.ask(&request)?;
                let second = self.ask(&request)?;
                self.late.extend(second);
                first
            }
            Some(Fate::HalfOpen) => {
                self.half_open = true;
                None
            }
            _ => self.ask(&request)?,
        };
        // What waited for this reversal comes now.
        if matches!(message.mti(), "0400" | "0401") {
            let waiting = std::mem::take(&mut self.held);
            let (now, rest) = waiting.into_iter().partition(|held| is_of(held, &message));
            self.held = rest;
            let now: Vec<Vec<u8>> = now;
            for held in now {
                let answer = self.ask(&held)?;
                self.late.extend(answer);
            }
        }
        let mut out = late;
        out.extend(self.deliver(fate, answer)?);
        Ok(out)
    }

    fn deliver(
        &mut self,
        fate: Option<Fate>,
        answer: Option<Vec<u8>>,
    ) -> Result<Vec<Out>, Failure> {
        let Some(answer) = answer else { return Ok(vec![Out::Silence]) };
        Ok(match fate {
            Some(Fate::AnswerDropped) => vec![Out::Silence],
            Some(Fate::AnswerLate | Fate::AnswerReordered) => {
                self.late.push(answer);
                vec![Out::Silence]
            }
            Some(Fate::AnswerTwice) => {
                self.late.push(answer.clone());
                vec![Out::Frame(answer)]
            }
            Some(Fate::AnswerCut) => vec![Out::Cut(answer)],
            Some(Fate::AnswerDripped) => vec![Out::Drip(answer)],
            Some(Fate::WrongStan) => {
                let message = Message::parse(&answer)?;
                let other = message.number(11).unwrap_or(1) % 999_999 + 1;
                vec![Out::Frame(message.digits(11, other).pack()?), Out::Silence]
            }
            Some(Fate::Garbage) => {
                let mut bytes = answer;
                for _ in 0..8 {
                    let at = self.rng.random_range(0..bytes.len());
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = self.rng.random();
                    }
                }
                // What still reads well would be another message, and no line makes one up.
                if Message::parse(&bytes).is_ok() {
                    bytes.truncate(3);
                }
                vec![Out::Frame(bytes), Out::Silence]
            }
            _ => vec![Out::Frame(answer)],
        })
    }

    /// Asks the acquirer.
    fn ask(&mut self, request: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        let stream = self.upstream()?;
        let asked = write_frame(stream, request).and_then(|()| read_frame(stream));
        if asked.is_err() {
            self.upstream = None;
        }
        Ok(asked.ok())
    }

    /// Half a message, and the end.
    fn cut(&mut self, request: &[u8]) -> Result<(), Failure> {
        let mut frame = Vec::new();
        write_frame(&mut frame, request)?;
        self.upstream()?.write_all(frame.get(..frame.len() / 2).unwrap_or_default())?;
        self.upstream = None;
        Ok(())
    }

    fn upstream(&mut self) -> Result<&mut TcpStream, Failure> {
        if self.upstream.is_none() {
            let stream = TcpStream::connect(self.acquirer)?;
            let _ = stream.set_nodelay(true);
            self.upstream = Some(stream);
        }
        self.upstream.as_mut().ok_or_else(|| "no acquirer".into())
    }
}

/// Some sales have their fate written on them, by the last two digits of their amount.
///
/// | digits | fate |
/// |---|---|
/// | 71 | the request is lost |
/// | 72 | its answer is lost |
/// | 73 | the terminal loses its power before it is sent |
fn planted(message: &Message) -> Option<Fate> {
    match (message.mti(), message.number(3)?, message.number(4)? % 100) {
        ("0200", 0, 71) => Some(Fate::RequestDropped),
        ("0200", 0, 72) => Some(Fate::AnswerDropped),
        ("0200", 0, 73) => Some(Fate::Killed),
        _ => None,
    }
}

/// A request that this reversal is about.
fn is_of(held: &[u8], reversal: &Message) -> bool {
    Message::parse(held).is_ok_and(|held| {
        [11, 41, 60].into_iter().all(|element| held.get(element) == reversal.get(element))
    })
}

/// How often each thing happened.
pub type Counts = BTreeMap<Fate, u32>;
