/// The part of a flash chip that belongs to the journal, in bytes from the chip's start.
///
/// The journal never touches a byte outside it.
///
/// ```
/// use pos_journal::flash::Region;
/// const JOURNAL: Region = Region::new(0x10_0000, 256 * 1024);
/// assert_eq!(JOURNAL.end(), 0x14_0000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    start: u32,
    bytes: u32,
}

impl Region {
    /// A region of `bytes` bytes that begins `start` bytes into the chip.
    ///
    /// Both must be multiples of the chip's erase size; that is checked when the journal is
    /// formatted or mounted, where the chip is known. A region that would end past 4 GiB is cut
    /// there.
    pub const fn new(start: u32, bytes: u32) -> Self {
        let most = u32::MAX - start;
        Region { start, bytes: if bytes > most { most } else { bytes } }
    }

    /// First byte, counted from the start of the chip.
    pub const fn start(&self) -> u32 {
        self.start
    }

    /// Length in bytes.
    pub const fn bytes(&self) -> u32 {
        self.bytes
    }

    /// The byte after the last.
    pub const fn end(&self) -> u32 {
        self.start + self.bytes
    }
}
