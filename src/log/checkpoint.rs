//! The tenant's checkpoint, packed into part frames and the commit.

use super::nor_flash::NorFlash;
use heapless::Vec;

use super::format::{COMMIT_HEAD, CommitHead, Draft, kind};
use super::layout::Layout;
use super::reclaim::Opening;
use super::tenant::Tenant;
use super::{Error, Log, bisync};

#[bisync]
impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Where checkpoint and commit would end, written from an offset on; `None` when they do not fit
    /// and leave room for a record.
    pub(super) fn checkpoint_end(&self, from: u32, tenant: &impl Tenant) -> Option<u32> {
        let layout = &self.medium.layout;
        let run = |from: u32| {
            let mut end = from;
            let mut chunks = Chunks::<FRAME>::of(layout);
            // What does not go into a frame is found out when it is written.
            while let Ok(Some(chunk)) = chunks.next(tenant) {
                let at = layout.place(end, chunk.len())?;
                end = at + layout.frame_len(at, chunk.len());
            }
            Some(end)
        };
        let mut end = run(from);
        if layout.sectors() == 2 {
            end = end.and_then(|end| layout.next_stripe(end - 1)).and_then(run);
        }
        end.filter(|&end| layout.place(end, layout.payload_max()).is_some())
    }

    /// Writes the checkpoint and the commit.
    pub(super) async fn checkpoint(
        &mut self,
        opening: &mut Opening,
        head: CommitHead,
        tenant: &impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let seq = self.next_seq;
        let mut out = [0; FRAME];
        let mut chunks = Chunks::<FRAME>::of(&self.medium.layout);
        while let Some(chunk) = chunks.next(tenant).map_err(|TooLarge| Error::CheckpointTooLarge)? {
            let part = [chunk.parts];
            let head = CommitHead { parts: chunk.parts, ..head }.encode();
            let (kind, head) =
                if chunk.last { (kind::COMMIT, &head[..]) } else { (kind::PART, &part[..]) };
            let draft = Draft { kind, seq, payload: [head, chunk.entries] };
            opening.put(&mut self.medium, &mut out, &draft).await?;
        }
        Ok(())
    }
}

/// What one frame holds of a checkpoint.
pub(super) struct Chunk<'a> {
    /// Frames before it.
    parts: u8,
    /// It goes into the commit.
    last: bool,
    entries: &'a [u8],
}

impl Chunk<'_> {
    /// Bytes of the frame's payload.
    fn len(&self) -> usize {
        self.entries.len() + if self.last { COMMIT_HEAD } else { 1 }
    }
}

/// An entry does not go into a frame.
struct TooLarge;

/// Packs a tenant's checkpoint entries, each behind its length, into frames of at most `room` bytes
/// of entries.
struct Chunks<const FRAME: usize> {
    room: usize,
    /// The entry that is next; `None` behind the last frame.
    index: Option<usize>,
    parts: u8,
    chunk: Vec<u8, FRAME>,
}

impl<const FRAME: usize> Chunks<FRAME> {
    fn of(layout: &Layout) -> Self {
        let room = layout.payload_max() - COMMIT_HEAD;
        Chunks { room, index: Some(0), parts: 0, chunk: Vec::new() }
    }

    /// The next frame's; `None` behind the last.
    fn next(&mut self, tenant: &impl Tenant) -> Result<Option<Chunk<'_>>, TooLarge> {
        let Some(mut index) = self.index else { return Ok(None) };
        self.chunk.clear();
        let mut entry = [0; FRAME];
        let parts = self.parts;
        while let Some(len) = tenant.checkpoint(index, &mut entry) {
            if len + 1 > self.room {
                return Err(TooLarge);
            }
            if self.chunk.len() + len + 1 > self.room {
                self.index = Some(index);
                self.parts = parts.saturating_add(1);
                return Ok(Some(Chunk { parts, last: false, entries: &self.chunk }));
            }
            let _ = self.chunk.push(len as u8);
            let _ = self.chunk.extend_from_slice(entry.get(..len).unwrap_or_default());
            index += 1;
        }
        self.index = None;
        Ok(Some(Chunk { parts, last: true, entries: &self.chunk }))
    }
}
