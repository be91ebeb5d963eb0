//! The tenant's checkpoint, packed into part frames and the commit.

use embedded_storage::nor_flash::NorFlash;
use heapless::Vec;

use super::format::{COMMIT_HEAD, CommitHead, Draft, kind};
use super::reclaim::Opening;
use super::tenant::Tenant;
use super::{Error, Log};

/// Takes one frame of a checkpoint.
type Put<'p, E> = dyn FnMut(Chunk<'_>) -> Result<(), Error<E>> + 'p;

impl<F: NorFlash, const FRAME: usize> Log<F, FRAME> {
    /// Where checkpoint and commit would end, written from an offset on; `None` when they do not fit
    /// and leave room for a record.
    pub(super) fn checkpoint_end(&self, from: u32, tenant: &impl Tenant) -> Option<u32> {
        let layout = &self.medium.layout;
        let mut end = Some(from);
        let run = |end: &mut Option<u32>| {
            let _ = self.each_chunk(tenant, &mut |chunk: Chunk<'_>| {
                *end = end.and_then(|end| {
                    layout.place(end, chunk.len()).map(|at| at + layout.frame_len(at, chunk.len()))
                });
                Ok(())
            });
        };
        run(&mut end);
        if layout.sectors() == 2 {
            end = end.and_then(|end| layout.next_stripe(end - 1));
            run(&mut end);
        }
        end.filter(|&end| layout.place(end, layout.payload_max()).is_some())
    }

    /// Writes the checkpoint and the commit.
    pub(super) fn checkpoint(
        &mut self,
        opening: &mut Opening,
        head: CommitHead,
        tenant: &impl Tenant,
    ) -> Result<(), Error<F::Error>> {
        let seq = self.next_seq;
        let mut out = [0; FRAME];
        let layout = self.medium.layout;
        let room = layout.payload_max() - COMMIT_HEAD;
        let medium = &mut self.medium;
        each_chunk::<_, FRAME>(room, tenant, &mut |chunk| {
            let part = [chunk.parts];
            let head = CommitHead { parts: chunk.parts, ..head }.encode();
            let (kind, head) =
                if chunk.last { (kind::COMMIT, &head[..]) } else { (kind::PART, &part[..]) };
            let draft = Draft { kind, seq, payload: [head, chunk.entries] };
            opening.put(medium, &mut out, &draft).map(drop)
        })
    }

    pub(super) fn each_chunk(
        &self,
        tenant: &impl Tenant,
        put: &mut Put<'_, F::Error>,
    ) -> Result<(), Error<F::Error>> {
        each_chunk::<_, FRAME>(self.medium.layout.payload_max() - COMMIT_HEAD, tenant, put)
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

/// Packs a tenant's checkpoint entries, each behind its length, into frames of at most `room` bytes
/// of entries.
fn each_chunk<E, const FRAME: usize>(
    room: usize,
    tenant: &impl Tenant,
    put: &mut Put<'_, E>,
) -> Result<(), Error<E>> {
    let mut parts = 0u8;
    let mut entry = [0; FRAME];
    let mut chunk: Vec<u8, FRAME> = Vec::new();
    let mut index = 0;
    while let Some(len) = tenant.checkpoint(index, &mut entry) {
        if len + 1 > room {
            return Err(Error::CheckpointTooLarge);
        }
        if chunk.len() + len + 1 > room {
            put(Chunk { parts, last: false, entries: &chunk })?;
            parts = parts.saturating_add(1);
            chunk.clear();
        }
        let _ = chunk.push(len as u8);
        let _ = chunk.extend_from_slice(entry.get(..len).unwrap_or_default());
        index += 1;
    }
    put(Chunk { parts, last: true, entries: &chunk })
}
