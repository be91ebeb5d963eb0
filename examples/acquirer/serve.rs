//! Listens: two bytes of length, then a message.

use super::Failure;
use super::host::Host;
use crate::terminal::iso8583::{LONGEST, Message};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// The acquirer's clock, and whether the issuers answer, when this terminal asks.
pub type Now = Arc<dyn Fn(&str) -> (u64, bool) + Send + Sync>;

/// Answers every connection in a thread of its own, for ever.
pub fn serve(listener: TcpListener, host: Arc<Host>, now: Now) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (host, now) = (host.clone(), now.clone());
            thread::spawn(move || {
                if let Err(failure) = one(stream, &host, &now) {
                    eprintln!("acquirer: {failure}");
                }
            });
        }
    });
}

fn one(mut stream: TcpStream, host: &Host, now: &Now) -> Result<(), Failure> {
    let _ = stream.set_nodelay(true);
    // The end of the line, in mid-message or not: what was not whole was never there.
    while let Ok(frame) = read_frame(&mut stream) {
        let Ok(message) = Message::parse(&frame) else { continue };
        let (time, down) = now(message.get(41).unwrap_or_default());
        let Some(answer) = host.answer(&message, time, down)? else { continue };
        if write_frame(&mut stream, &answer.pack()?).is_err() {
            break;
        }
    }
    Ok(())
}

pub fn read_frame(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = [0; 2];
    stream.read_exact(&mut head)?;
    let length = usize::from(u16::from_be_bytes(head));
    if length > LONGEST {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; length];
    stream.read_exact(&mut frame)?;
    Ok(frame)
}

pub fn write_frame(stream: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let mut frame = (message.len() as u16).to_be_bytes().to_vec();
    frame.extend_from_slice(message);
    stream.write_all(&frame)
}
