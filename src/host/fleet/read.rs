//! What one file says. Nothing in it can end the export or take more memory than was allowed: a dump
//! is refused by its size before it is unpacked, and dumps that are read at a time share one room.

use std::fs::File;
use std::io::Read;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use super::super::input::{Source, decode_within};
use super::super::words::{self, table as w};
use super::How;
use crate::dump::{Outline, outline};

/// Hexadecimal with addresses and checksums takes less than so many bytes for one.
const TEXT: u64 = 4;
const GZIP: &[u8] = b"\x1F\x8B";

/// What a dump says, and how many bytes of it there were.
pub(super) struct Dumped<'r> {
    pub outline: Outline,
    pub bytes: usize,
    /// What it says takes more memory than the dump itself: the place is held as long.
    _place: Place<'r>,
}

/// Reads a dump; or says why not.
pub(super) fn read<'r>(path: &Path, how: &How<'_>, room: &'r Room) -> Result<Dumped<'r>, String> {
    let told = |text: &dyn std::fmt::Display| text.to_string();
    let mut bytes = Vec::new();
    let most = how.largest * TEXT;
    let file = File::open(path).map_err(|error| told(&error))?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    let mebibytes = how.largest >> 20;
    if bytes.len() as u64 > most {
        return Err(w::X_TOO_LARGE.with(how.lang, &[&mebibytes]));
    }
    if bytes.is_empty() {
        return Err(w::EMPTY.of(how.lang).into());
    }
    let weight = if bytes.starts_with(GZIP) { how.largest } else { bytes.len() as u64 };
    let place = room.take(weight);
    // No bytes are known to make a reader panic; if some do, the other dumps are exported all the same.
    let (outline, bytes) = catch_unwind(|| outlined(bytes, how))
        .unwrap_or_else(|_| Err(w::X_PANIC.of(how.lang).into()))?;
    Ok(Dumped { outline, bytes, _place: place })
}

fn outlined(bytes: Vec<u8>, how: &How<'_>) -> Result<(Outline, usize), String> {
    let decoded = decode_within(bytes, how.reading, how.largest * TEXT);
    let loaded = decoded.map_err(|why| why.told(how.lang))?;
    if loaded.bytes.len() as u64 > how.largest {
        return Err(w::X_TOO_LARGE.with(how.lang, &[&(how.largest >> 20)]));
    }
    let bytes = loaded.bytes.len();
    let not_readable = |why| words::not_readable(why, how.lang);
    let source = Source::of(loaded, how.find).map_err(not_readable)?;
    let image = source.image().map_err(not_readable)?;
    Ok((outline(&image), bytes))
}

/// Room for dumps that are read at a time, in bytes. A dump that is larger waits until it is alone.
pub(super) struct Room {
    free: Mutex<u64>,
    freed: Condvar,
    most: u64,
}

/// A dump's place in the room, until it is dropped.
struct Place<'a>(&'a Room, u64);

impl Room {
    pub fn of(most: u64) -> Self {
        Room { free: Mutex::new(most), freed: Condvar::new(), most }
    }

    fn take(&self, weight: u64) -> Place<'_> {
        let weight = weight.min(self.most);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(free, |free| *free < weight);
        *waited.unwrap_or_else(PoisonError::into_inner) -= weight;
        Place(self, weight)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += self.1;
        self.0.freed.notify_all();
    }
}
