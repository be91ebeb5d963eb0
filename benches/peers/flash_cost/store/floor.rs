//! What no store can be below: frames of 12 bytes and the payload, one program each, no recovery.

use super::{Fail, Span, Start, Store, fail};
use crate::chip::Chip;
use crate::record::{Id, LARGEST};

const FRAMING: usize = 12;
/// The largest frame, whatever the unit.
const BUFFER: usize = (LARGEST + FRAMING).next_multiple_of(32);

struct Frame {
    id: Id,
    at: usize,
    payload: usize,
}

struct Floor<const W: usize, const E: usize> {
    chip: Chip<W, E>,
    /// The first block that is not erased, and where the next frame goes.
    dirty: usize,
    end: usize,
    frames: Vec<Frame>,
    /// Bytes of the frames.
    held: usize,
}

pub fn make<const W: usize, const E: usize>(
    chip: Chip<W, E>,
    start: Start,
) -> Result<Box<dyn Store>, Fail> {
    match start {
        Start::Format => {
            Ok(Box::new(Floor { chip, dirty: 0, end: 0, frames: Vec::new(), held: 0 }))
        }
        Start::Boot => Err("has no recovery".into()),
    }
}

impl<const W: usize, const E: usize> Floor<W, E> {
    fn bytes(payload: usize) -> usize {
        (payload + FRAMING).next_multiple_of(W)
    }
}

impl<const W: usize, const E: usize> Store for Floor<W, E> {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail> {
        let bytes = Self::bytes(payload.len());
        if self.held + bytes > self.chip.bytes() - E {
            return Err("full".into());
        }
        // It goes round; what is left at the end of the chip is not cut in two.
        let at = if self.end + bytes > self.chip.bytes() { 0 } else { self.end };
        let mut frame = [0xFF; BUFFER];
        frame[..5].copy_from_slice(&id.bytes());
        frame[FRAMING..FRAMING + payload.len()].copy_from_slice(payload);
        self.chip.program_at(at, &frame[..bytes]).map_err(fail)?;
        self.end = at + bytes;
        self.held += bytes;
        self.frames.push(Frame { id, at, payload: payload.len() });
        Ok(())
    }

    fn each(&mut self, _: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail> {
        for &Frame { id, at, payload } in &self.frames {
            let mut frame = [0; BUFFER];
            let frame = &mut frame[..Self::bytes(payload)];
            self.chip.read_at(at, frame).map_err(fail)?;
            tell(id, &frame[FRAMING..FRAMING + payload]);
        }
        Ok(())
    }

    /// Every block before the settlement record is erased.
    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail> {
        self.frames.retain(|frame| frame.id.seq > *batch.end());
        self.held = self.frames.iter().map(|frame| Self::bytes(frame.payload)).sum();
        let kept = self.frames.first().map_or(self.end, |frame| frame.at) / E;
        while self.dirty != kept {
            self.chip.erase_at(self.dirty * E, (self.dirty + 1) * E).map_err(fail)?;
            self.dirty = (self.dirty + 1) % (self.chip.bytes() / E);
        }
        Ok(())
    }
}
