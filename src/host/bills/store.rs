//! Where bytes come from: files, archives, standard input, and what is wrapped round a bill.
//!
//! A wrapped file is unwrapped as it is read. Only what must be seen whole (an archive from standard
//! input, UnionPay's `fileContent`) is held in memory, up to a limit. What an archive may unfold to is
//! limited too, for all its members together, so that no bomb can hang the reader.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::OpenError;
use super::fields::Encoding;

/// What must be held in memory is no larger.
const MOST_IN_MEMORY: u64 = 64 << 20;
/// An archive unfolds to no more, all members together.
const MOST_UNFOLDED: u64 = 8 << 30;
/// An archive has no more members.
const MOST_MEMBERS: usize = 256;
/// Wrapped in each other no deeper: base64, deflate, zip.
const MOST_LAYERS: u32 = 3;
const BUFFER: usize = 64 * 1024;

/// A reader and where its bytes come from.
pub(super) struct Member {
    /// The member's name in its archive.
    pub name: Option<String>,
    pub reader: Box<dyn Read + Send>,
}

/// Bytes that can be read from anywhere.
#[derive(Clone)]
enum Store {
    File(Arc<File>),
    Bytes(Arc<[u8]>),
}

/// A part of a store. It has its own position, so that several can be read at once.
struct Section {
    store: Store,
    at: u64,
    left: u64,
}

impl Read for Section {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let out = out.get_mut(..room).unwrap_or_default();
        let read = match &self.store {
            Store::File(file) => {
                let mut file = file.as_ref();
                file.seek(SeekFrom::Start(self.at))?;
                file.read(out)?
            }
            Store::Bytes(bytes) => {
                let from = usize::try_from(self.at).unwrap_or(usize::MAX);
                let mut rest = bytes.get(from..).unwrap_or_default();
                rest.read(out)?
            }
        };
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

impl Store {
    fn whole(&self) -> Section {
        Section { store: self.clone(), at: 0, left: u64::MAX }
    }
}

/// Fails where more than a budget is unfolded.
struct Budget<R> {
    reader: R,
    left: Arc<AtomicU64>,
}

impl<R> Budget<R> {
    fn new(reader: R) -> Self {
        Self { reader, left: Arc::new(AtomicU64::new(MOST_UNFOLDED)) }
    }
}

impl<R: Read> Read for Budget<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out)?;
        let spend = |left: u64| left.checked_sub(read as u64);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend) {
            Ok(_) => Ok(read),
            Err(_) => Err(io::Error::other("it unfolds to more than 8 GiB")),
        }
    }
}

/// Compares the checksum at the end.
struct Checked<R> {
    reader: R,
    crc: Crc,
    wanted: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(out)?;
        if read == 0 && !out.is_empty() && self.crc.sum() != self.wanted {
            return Err(io::Error::other("the archive's checksum does not fit: it is damaged"));
        }
        self.crc.update(out.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// The bills in a file.
pub(super) fn members_of_file(file: File) -> Result<Vec<Member>, OpenError> {
    members(Store::File(Arc::new(file)), 0)
}

/// The bills in a stream. An archive is held in memory, anything else is not.
pub(super) fn members_of_stream(
    mut stream: Box<dyn Read + Send>,
) -> Result<Vec<Member>, OpenError> {
    let head = beginning(&mut stream)?;
    let wrap = Wrap::of(&head);
    let mut whole = Cursor::new(head).chain(stream);
    match wrap {
        Wrap::None => Ok(vec![plain(Box::new(whole))]),
        Wrap::Gzip => Ok(vec![plain(Box::new(Budget::new(MultiGzDecoder::new(whole))))]),
        Wrap::Zip | Wrap::Zlib | Wrap::Base64 => {
            members(Store::Bytes(in_memory(&mut whole)?.into()), 0)
        }
    }
}

fn plain(reader: Box<dyn Read + Send>) -> Member {
    Member { name: None, reader }
}

/// What is round a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrap {
    None,
    Gzip,
    Zip,
    Zlib,
    /// UnionPay's `fileContent`: base64 of zlib.
    Base64,
}

impl Wrap {
    fn of(head: &[u8]) -> Self {
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(byte);
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Self::Zlib,
            // 0x78 in base64, and nothing but base64 behind it.
            [b'e', b'A' | b'F' | b'J' | b'N', ..]
                if head.len() > 16 && head.iter().all(is_base64) =>
            {
                Self::Base64
            }
            _ => Self::None,
        }
    }
}

fn members(store: Store, layer: u32) -> Result<Vec<Member>, OpenError> {
    let head = beginning(&mut store.whole())?;
    let deeper = |reader: &mut dyn Read| {
        if layer >= MOST_LAYERS {
            return Err(OpenError::Archive("archives within archives".into()));
        }
        members(Store::Bytes(in_memory(reader)?.into()), layer + 1)
    };
    match Wrap::of(&head) {
        Wrap::None => Ok(vec![plain(Box::new(store.whole()))]),
        Wrap::Gzip => {
            let gzip = MultiGzDecoder::new(BufReader::with_capacity(BUFFER, store.whole()));
            Ok(vec![plain(Box::new(Budget::new(gzip)))])
        }
        Wrap::Zip => zip_members(&store),
        Wrap::Zlib => deeper(&mut ZlibDecoder::new(BufReader::new(store.whole()))),
        Wrap::Base64 => deeper(&mut Cursor::new(base64(&in_memory(&mut store.whole())?)?)),
    }
}

fn zip_members(store: &Store) -> Result<Vec<Member>, OpenError> {
    match store {
        Store::File(file) => listed(store, BufReader::new(file.as_ref())),
        Store::Bytes(bytes) => listed(store, Cursor::new(bytes)),
    }
}

fn listed(store: &Store, list: impl Read + Seek) -> Result<Vec<Member>, OpenError> {
    let broken = |error: zip::result::ZipError| OpenError::Archive(error.to_string());
    let mut archive = zip::ZipArchive::new(list).map_err(broken)?;
    if archive.len() > MOST_MEMBERS {
        return Err(OpenError::Archive(format!("{} members", archive.len())));
    }
    let left = Arc::new(AtomicU64::new(MOST_UNFOLDED));
    let mut out = Vec::new();
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number).map_err(broken)?;
        if entry.is_dir() {
            continue;
        }
        // Alipay's names are GBK without saying so.
        let raw = entry.name_raw();
        let name = Encoding::of(raw).text(raw).into_owned();
        let Some(at) = entry.data_start() else {
            return Err(OpenError::Archive(format!("{name}: not in the archive")));
        };
        if entry.encrypted() {
            return Err(OpenError::Archive(format!("{name} is encrypted")));
        }
        let section = Section { store: store.clone(), at, left: entry.compressed_size() };
        let packed = BufReader::with_capacity(BUFFER, section);
        let unpacked: Box<dyn Read + Send> = match entry.compression() {
            zip::CompressionMethod::Stored => Box::new(packed),
            #[allow(deprecated, reason = "without its own inflater, zip has no other name for 8")]
            zip::CompressionMethod::Unsupported(8) => Box::new(DeflateDecoder::new(packed)),
            other => return Err(OpenError::Archive(format!("{name}: compression {other}"))),
        };
        let reader = Checked { reader: unpacked, crc: Crc::new(), wanted: entry.crc32() };
        let reader = Box::new(Budget { reader, left: left.clone() });
        out.push(Member { name: Some(name), reader });
    }
    Ok(out)
}

/// So much of the beginning as there is.
fn beginning(reader: &mut dyn Read) -> Result<Vec<u8>, OpenError> {
    let mut head = Vec::new();
    reader.take(super::sniff::HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// The beginning, and a reader that gives it again.
pub(super) fn peek(
    mut reader: Box<dyn Read + Send>,
) -> Result<(Vec<u8>, Box<dyn Read + Send>), OpenError> {
    let head = beginning(&mut reader)?;
    let again = Box::new(Cursor::new(head.clone()).chain(reader));
    Ok((head, again))
}

fn in_memory(reader: &mut dyn Read) -> Result<Vec<u8>, OpenError> {
    let mut bytes = Vec::new();
    reader.take(MOST_IN_MEMORY + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_IN_MEMORY {
        return Err(OpenError::TooLarge);
    }
    Ok(bytes)
}

/// The bytes of a base64 text.
fn base64(text: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'\r' | b'\n' | b'=' => continue,
            _ => return Err(OpenError::Archive("not base64".into())),
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_every_length() {
        for (text, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\r\nYg==", "foob")]
        {
            assert_eq!(base64(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
        assert!(base64(b"Z*==").is_err());
    }
}
