//! The terminal's end of the line: two bytes of length, then a message.
//!
//! | what can happen | what the firmware learns |
//! |---|---|
//! | the connection is refused | nothing was sent: proof |
//! | the line ends, the time is up | bytes may have left |
//! | an answer to something else | kept aside: it may be late, or wrong |
//! | bytes that are no message | nothing: waits on |
//! | an empty message | the line lives (keep-alive) |

use super::iso8583::{LONGEST, Message};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// After so many time-outs in a row the connection is given up: the other end may be gone without
/// having said so.
const SILENT: u8 = 2;
const CONNECT: Duration = Duration::from_secs(5);

/// How time passes on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As everywhere: an answer has so long.
    Real(Duration),
    /// Time is told, not waited for: an empty message says that the rest of the time-out has passed.
    Told,
}

/// The line to one acquirer.
pub struct Link {
    address: SocketAddr,
    pace: Pace,
    stream: Option<TcpStream>,
    /// The beginning of a message whose end has not come.
    partial: Vec<u8>,
    silent: u8,
}

/// Something that came.
enum Came {
    Message(Message),
    KeepAlive,
    NoMessage,
}

impl Link {
    /// A line that is not up yet.
    pub const fn new(address: SocketAddr, pace: Pace) -> Self {
        Self { address, pace, stream: None, partial: Vec::new(), silent: 0 }
    }

    /// Where to connect from here on.
    pub fn set_address(&mut self, address: SocketAddr) {
        if self.address != address {
            self.address = address;
            self.hang_up();
        }
    }

    /// Sees that there is a connection. `false`: there is none, and not a byte was sent.
    pub fn connect(&mut self) -> bool {
        // A line that the other end has closed is none: the bytes would leave and prove nothing.
        if self.stream.as_ref().is_some_and(is_closed) {
            self.hang_up();
        }
        if self.stream.is_none()
            && let Ok(stream) = TcpStream::connect_timeout(&self.address, CONNECT)
        {
            let _ = stream.set_nodelay(true);
            (self.stream, self.silent) = (Some(stream), 0);
        }
        self.stream.is_some()
    }

    /// Sends a request and waits for the answer that `is_answer` takes. What else comes is put aside.
    pub fn exchange(
        &mut self,
        request: &[u8],
        is_answer: impl Fn(&Message) -> bool,
        aside: &mut Vec<Message>,
    ) -> Option<Message> {
        let Some(stream) = &mut self.stream else { return None };
        let mut frame = (request.len() as u16).to_be_bytes().to_vec();
        frame.extend_from_slice(request);
        if stream.write_all(&frame).is_err() {
            self.hang_up();
            return None;
        }
        let until = Instant::now() + self.time_out();
        loop {
            match self.receive(until) {
                Ok(Came::Message(answer)) if is_answer(&answer) => {
                    self.silent = 0;
                    return Some(answer);
                }
                Ok(Came::Message(other)) => aside.push(other),
                Ok(Came::NoMessage) => {}
                Ok(Came::KeepAlive) if self.pace != Pace::Told => {}
                Ok(Came::KeepAlive) => break,
                Err(error) if is_time_out(&error) => break,
                Err(_) => {
                    self.hang_up();
                    return None;
                }
            }
        }
        self.silent += 1;
        if self.silent >= SILENT {
            self.hang_up();
        }
        None
    }

    fn time_out(&self) -> Duration {
        match self.pace {
            Pace::Real(time) => time,
            // Only so that a line which tells nothing does not stop everything.
            Pace::Told => Duration::from_secs(60),
        }
    }

    fn receive(&mut self, until: Instant) -> io::Result<Came> {
        loop {
            if let Some(frame) = self.whole_frame()? {
                return Ok(match frame.as_slice() {
                    [] => Came::KeepAlive,
                    bytes => Message::parse(bytes).map_or(Came::NoMessage, Came::Message),
                });
            }
            let Some(stream) = &mut self.stream else { return Err(ErrorKind::NotConnected.into()) };
            let left = until.saturating_duration_since(Instant::now());
            stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
            let mut bytes = [0; LONGEST];
            let read = stream.read(&mut bytes)?;
            if read == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.partial.extend(bytes.iter().take(read));
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
        }
    }

    fn whole_frame(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(head) = self.partial.first_chunk::<2>() else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes(*head));
        if length > LONGEST {
            return Err(ErrorKind::InvalidData.into());
        }
        if self.partial.len() < 2 + length {
            return Ok(None);
        }
        let rest = self.partial.split_off(2 + length);
        Ok(Some(std::mem::replace(&mut self.partial, rest).split_off(2)))
    }

    fn hang_up(&mut self) {
        self.stream = None;
        self.partial.clear();
    }
}

fn is_closed(stream: &TcpStream) -> bool {
    let peeked = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
    let blocking = stream.set_nonblocking(false).is_ok();
    let open = match peeked {
        Ok(bytes) => bytes > 0,
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    };
    !(open && blocking)
}

fn is_time_out(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
