//! The terminal's end of one line: connect, send, wait for the answer that belongs.

use super::wire::{GREETING, Request, Response, Subject};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long to wait for a connection and its greeting.
const CONNECT: Duration = Duration::from_millis(50);
/// How long to wait for an answer.
pub(super) const ANSWER: Duration = Duration::from_millis(40);

/// The line to the acquirer. It is kept open from one exchange to the next, so that answers to
/// earlier requests come in while the next one is waited for.
pub(super) struct Link {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
}

impl Link {
    pub(super) const fn new(address: SocketAddr) -> Self {
        Self { address, connection: None, partial: Vec::new() }
    }

    /// Makes sure that there is a connection and that the acquirer has greeted. `false`: there is
    /// none, and nothing was sent on any.
    pub(super) fn connect(&mut self) -> bool {
        if self.connection.is_some() {
            return true;
        }
        self.partial.clear();
        let Ok(stream) = TcpStream::connect_timeout(&self.address, CONNECT) else { return false };
        let _ = stream.set_nodelay(true);
        self.connection = Some(BufReader::new(stream));
        if self.line(Instant::now() + CONNECT).as_deref() == Some(GREETING.trim_end().as_bytes()) {
            return true;
        }
        self.connection = None;
        false
    }

    /// Whether the connection is still there. `false` before a send: nothing was sent on it.
    pub(super) fn is_up(&mut self) -> bool {
        let Some(connection) = &self.connection else { return false };
        let stream = connection.get_ref();
        let peeked = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
        let blocking = stream.set_nonblocking(false).is_ok();
        let up = match peeked {
            Ok(bytes) => bytes > 0,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        if !(up && blocking) {
            self.connection = None;
        }
        self.connection.is_some()
    }

    /// Takes in what comes unasked until the time is up.
    pub(super) fn listen(&mut self, until: Instant, mut stray: impl FnMut(Response)) {
        while let Some(line) = self.line(until) {
            if let Ok(response) = serde_json::from_slice(&line) {
                stray(response);
            }
        }
    }

    /// Sends a request. Whatever it returns, bytes may have left from here on.
    pub(super) fn send(&mut self, request: &Request) {
        let Ok(mut line) = serde_json::to_vec(request) else { return };
        line.push(b'\n');
        if let Some(connection) = &mut self.connection
            && connection.get_mut().write_all(&line).is_err()
        {
            self.connection = None;
        }
    }

    /// Waits for the answer to `subject`. Answers to anything else go to `stray`.
    pub(super) fn answer(
        &mut self,
        subject: Subject,
        mut stray: impl FnMut(Response),
    ) -> Option<Response> {
        let until = Instant::now() + ANSWER;
        loop {
            let line = self.line(until)?;
            match serde_json::from_slice::<Response>(&line) {
                Ok(response) if response.to == subject => return Some(response),
                Ok(response) => stray(response),
                // Not an answer that can be used: as good as none.
                Err(_) => {}
            }
        }
    }

    /// The next line, or `None` when the time is up or the line is dead.
    fn line(&mut self, until: Instant) -> Option<Vec<u8>> {
        let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        let connection = self.connection.as_mut()?;
        let read = connection
            .get_ref()
            .set_read_timeout(Some(left))
            .and_then(|()| connection.read_until(b'\n', &mut self.partial));
        match read {
            Ok(_) if self.partial.last() == Some(&b'\n') => {
                self.partial.pop();
                Some(std::mem::take(&mut self.partial))
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                None
            }
            // The end of the stream, in mid-line or not, or an error.
            _ => {
                self.connection = None;
                None
            }
        }
    }
}
