/// A record as the log hands it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its sequence number.
    pub seq: u32,
    /// Its kind byte.
    pub kind: u8,
    /// Its payload.
    pub payload: &'a [u8],
    /// Address of the frame that holds it: its own, a carried copy, or a boot frame's copy.
    pub at: u32,
    /// Bytes its frame takes (what carrying it costs).
    pub bytes: u32,
    /// It was carried here and is older than the records beside it.
    pub carried: bool,
}

/// What lives in the log. The log knows bytes; the tenant knows what they mean.
pub trait Tenant {
    /// Back to the state of an empty journal.
    fn reset(&mut self);

    /// Takes one entry of a checkpoint back; `false` when it cannot be read.
    fn restore(&mut self, entry: &[u8]) -> bool;

    /// Applies a record that was appended in the past.
    fn replay(&mut self, entry: Entry<'_>);

    /// Writes the checkpoint entry with this index into `out` and returns its length; `None` after
    /// the last. All entries together are everything that `replay` has built up.
    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize>;

    /// Whether reclaim must keep this record.
    fn pinned(&self, entry: &Entry<'_>) -> bool;

    /// No record with a lower sequence number is needed. Lets reclaim pass over a sector unread.
    fn needs_from(&self) -> u32 {
        0
    }

    /// The name under which the tenant keeps this record's address, if it does. It must not depend
    /// on the address: the same record may be read from its own frame or from a boot frame's copy.
    fn key(&self, entry: &Entry<'_>) -> Option<u32>;

    /// The address kept under a name.
    fn place(&self, key: u32) -> Option<u32>;

    /// The record with this name now lies elsewhere. An unknown name is ignored.
    fn moved(&mut self, key: u32, at: u32);

    /// Records `from..=to` may have existed and are gone: counters must jump past all that they
    /// could have used. `perhaps`: nobody can tell whether they existed. Told once, when the loss
    /// is written down, and again at each replay.
    fn lost(&mut self, from: u32, to: u32, perhaps: bool);
}
