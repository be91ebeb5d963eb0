//! The whole region as a stream of bytes, through whatever line the terminal has: before a repair, or
//! for whoever has to explain where the money is.
//!
//! The stream is described in FORMAT.md, section 9; `dump` reads it back. Nothing is written, nothing
//! is skipped, and what the chip cannot read is said and not filled in.

use super::nor_flash::NorFlash;

use super::{CallMut, Exported, Journal, bisync};
use crate::flash::Region;
use crate::log::{CRC, Chip, CrcDigest, ERASED};

/// First four bytes of a stream.
pub const EXPORT_MAGIC: [u8; 4] = *b"PJEX";
/// Version of the stream.
pub(crate) const EXPORT_VERSION: u8 = 1;
/// Bytes of its header.
pub(crate) const EXPORT_HEADER: usize = 32;
/// Most bytes that one span carries, and the sink is given at a time.
pub(crate) const BLOCK: usize = 256;
/// Bytes of a span before what it carries: what it is, its address, its length.
pub(crate) const SPAN_HEAD: usize = 9;

/// What a span of the region is, as its first byte says.
pub(crate) mod span {
    /// So many bytes follow.
    pub const BYTES: u8 = b'B';
    /// All of them read erased; nothing follows.
    pub const ERASED: u8 = b'E';
    /// The chip could not read them; nothing follows.
    pub const UNREADABLE: u8 = b'U';
    /// Behind the last: the length counts the unreadable bytes; the CRC of the stream follows.
    pub const END: u8 = b'Z';
}

/// The sink and what went through it.
struct Stream<S> {
    sink: S,
    /// Seeds every span, so that none of another stream is taken for one of this.
    seed: [u8; 4],
    /// Over the CRCs alone: bytes that are followed by their own CRC leave the same remainder whatever
    /// they are, so over everything it would not tell one valid span from another.
    whole: CrcDigest,
    bytes: u32,
    unreadable: u32,
    /// A run that is not yet sent: it may go on.
    run: Option<Run>,
}

#[derive(Clone, Copy)]
struct Run {
    kind: u8,
    from: u32,
    bytes: u32,
}

#[bisync]
impl<E, S: CallMut(&[u8]) -> Result<(), E>> Stream<S> {
    async fn send(&mut self, bytes: &[u8]) -> Result<(), E> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u32);
        (self.sink)(bytes).await
    }

    async fn span(&mut self, kind: u8, address: u32, length: u32, carried: &[u8]) -> Result<(), E> {
        let ([a, b, c, d], [e, f, g, h]) = (address.to_le_bytes(), length.to_le_bytes());
        let head = [kind, a, b, c, d, e, f, g, h];
        let crc = span_crc(self.seed, &head, carried);
        self.send(&head).await?;
        if !carried.is_empty() {
            self.send(carried).await?;
        }
        self.whole.update(&crc.to_le_bytes());
        self.send(&crc.to_le_bytes()).await
    }

    /// Adds to the run, which is sent when something else comes.
    async fn extend(&mut self, kind: u8, from: u32, bytes: u32) -> Result<(), E> {
        match &mut self.run {
            Some(run) if run.kind == kind => run.bytes += bytes,
            _ => {
                self.flush().await?;
                self.run = Some(Run { kind, from, bytes });
            }
        }
        if kind == span::UNREADABLE {
            self.unreadable += bytes;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), E> {
        match self.run.take() {
            Some(Run { kind, from, bytes }) => self.span(kind, from, bytes, &[]).await,
            None => Ok(()),
        }
    }

    /// A piece of the region as it was read.
    async fn piece(&mut self, address: u32, read: Option<&[u8]>, length: u32) -> Result<(), E> {
        match read {
            None => self.extend(span::UNREADABLE, address, length).await,
            Some(bytes) if bytes.iter().all(|byte| *byte == ERASED) => {
                self.extend(span::ERASED, address, length).await
            }
            Some(bytes) => {
                self.flush().await?;
                self.span(span::BYTES, address, length, bytes).await
            }
        }
    }

    async fn end(mut self, region_bytes: u32) -> Result<Exported, E> {
        self.flush().await?;
        let crc = self.whole.clone().finalize();
        let unreadable = self.unreadable;
        self.span(span::END, region_bytes, unreadable, &crc.to_le_bytes()).await?;
        Ok(Exported { bytes: self.bytes, unreadable, crc })
    }
}

/// CRC of a span.
pub(crate) fn span_crc(seed: [u8; 4], head: &[u8; SPAN_HEAD], carried: &[u8]) -> u32 {
    let mut digest = CRC.digest();
    digest.update(&seed);
    digest.update(head);
    digest.update(carried);
    digest.finalize()
}

/// Streams a region through `sink`, in pieces of at most 256 bytes. It need not hold a journal that
/// mounts: this is for those that do not, too.
///
/// The sink may also feed a hash of the terminal's own, to print it: the CRCs here find what a line
/// does to the stream, and not what a forger does.
///
/// # Errors
/// What the sink says; nothing more is sent then. That the chip cannot read something is no error.
#[bisync]
pub async fn export<F: NorFlash, E>(
    flash: &mut F,
    region: Region,
    sink: impl CallMut(&[u8]) -> Result<(), E>,
) -> Result<Exported, E> {
    let chip = Chip {
        write: F::WRITE_SIZE as u32,
        read: F::READ_SIZE as u32,
        erase: F::ERASE_SIZE as u32,
    };
    export_on(flash, chip, region, sink).await
}

/// As [`export`], of a chip that is described.
#[bisync]
pub(crate) async fn export_on<F: NorFlash, E>(
    flash: &mut F,
    chip: Chip,
    region: Region,
    sink: impl CallMut(&[u8]) -> Result<(), E>,
) -> Result<Exported, E> {
    let header = header(chip, region);
    let seed = header.last_chunk().copied().unwrap_or_default();
    let mut whole = CRC.digest();
    whole.update(&seed);
    let mut stream = Stream { sink, seed, whole, bytes: 0, unreadable: 0, run: None };
    stream.send(&header).await?;
    let mut block = [0; BLOCK];
    let mut at = 0;
    while at < region.bytes() {
        let length = (region.bytes() - at).min(BLOCK as u32);
        let buf = block.get_mut(..length as usize).unwrap_or_default();
        if flash.read(region.start() + at, buf).await.is_ok() {
            stream.piece(at, Some(buf), length).await?;
        } else {
            units(flash, chip, (region.start(), at), buf, &mut stream).await?;
        }
        at += length;
    }
    stream.end(region.bytes()).await
}

/// A block that cannot be read as a whole, unit by unit.
#[bisync]
async fn units<F: NorFlash, E, S: CallMut(&[u8]) -> Result<(), E>>(
    flash: &mut F,
    chip: Chip,
    (start, at): (u32, u32),
    block: &mut [u8],
    stream: &mut Stream<S>,
) -> Result<(), E> {
    let (mut at, mut rest) = (at, block);
    // As `chunks_mut`, which panics where it cannot see that a unit has bytes.
    while !rest.is_empty() {
        let bytes = rest.len().min(unit(chip) as usize);
        let Some((piece, behind)) = rest.split_at_mut_checked(bytes) else { break };
        let length = piece.len() as u32;
        let read = flash.read(start + at, piece).await.is_ok();
        stream.piece(at, read.then_some(&*piece), length).await?;
        at += length;
        rest = behind;
    }
    Ok(())
}

/// The least that can be read or spoiled by itself.
fn unit(chip: Chip) -> u32 {
    chip.write.max(chip.read).clamp(1, BLOCK as u32)
}

fn header(chip: Chip, region: Region) -> [u8; EXPORT_HEADER] {
    let mut out = [0; EXPORT_HEADER];
    let fields = [
        EXPORT_MAGIC,
        [EXPORT_VERSION, 0, 0, 0],
        region.bytes().to_le_bytes(),
        region.start().to_le_bytes(),
        chip.erase.to_le_bytes(),
        chip.write.to_le_bytes(),
        unit(chip).to_le_bytes(),
    ];
    for (to, from) in out.chunks_mut(4).zip(fields) {
        to.copy_from_slice(&from);
    }
    let crc = CRC.checksum(out.get(..EXPORT_HEADER - 4).unwrap_or_default());
    if let Some(last) = out.last_chunk_mut() {
        *last = crc.to_le_bytes();
    }
    out
}

#[bisync]
impl<F: NorFlash, const ITEMS: usize, const BOOKS: usize, const FRAME: usize>
    Journal<F, ITEMS, BOOKS, FRAME>
{
    /// Streams the whole region through `sink`, in pieces of at most 256 bytes: the dump that the
    /// host's tools read, with the bytes the chip cannot read named. Reads only. For a region that does
    /// not mount there is the function [`export`].
    ///
    /// # Errors
    /// What the sink says; nothing more is sent then.
    pub async fn export<E>(
        &mut self,
        sink: impl CallMut(&[u8]) -> Result<(), E>,
    ) -> Result<Exported, E> {
        let region = self.log.region();
        export(self.log.flash_mut(), region, sink).await
    }
}
