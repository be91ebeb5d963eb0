use super::format::Shape;
use super::layout::BadShape;
use super::report::ReadOnly;

/// Why the log could not do it. `E` is the flash driver's own error.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error<E> {
    /// The flash driver failed for good.
    Flash(E),
    /// What was read back is not what was written, in every place that was tried.
    ReadBack,
    /// The region, the chip and the settings do not go together.
    Shape(BadShape),
    /// The region is erased and holds no journal: format it.
    Blank,
    /// The region holds something that is not a journal.
    Foreign,
    /// A format was interrupted: format again.
    FormatInterrupted,
    /// The journal was made with other settings or another region.
    OtherShape {
        /// What the region's headers say.
        recorded: Shape,
        /// What the settings say.
        configured: Shape,
    },
    /// The journal was written by a newer version.
    Version(u8),
    /// No checkpoint can be read: salvage a dump with the host tool before anything else.
    NoCheckpoint,
    /// The journal can be read and not written.
    ReadOnly(ReadOnly),
    /// A record larger than a frame holds.
    TooLarge {
        /// Bytes of the record.
        bytes: usize,
        /// The most a record may have.
        most: usize,
    },
    /// A kind byte that belongs to the log itself.
    Kind(u8),
    /// No sector can be made free: everything in the journal is still needed.
    NoRoom,
    /// The checkpoint does not fit into a sector.
    CheckpointTooLarge,
    /// An earlier call was cancelled: any call that reads the flash mounts again first.
    #[cfg(feature = "async")]
    Cancelled,
    /// Nothing readable lies at this address.
    NotFound {
        /// Bytes into the region.
        at: u32,
    },
}

impl<E> From<BadShape> for Error<E> {
    fn from(shape: BadShape) -> Self {
        Error::Shape(shape)
    }
}

impl<E: core::fmt::Debug> core::fmt::Display for Error<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Error::Flash(e) => write!(f, "the flash driver failed: {e:?}"),
            Error::ReadBack => f.write_str("the flash does not hold what was written to it"),
            Error::Shape(shape) => write!(f, "{shape}"),
            Error::Blank => f.write_str("the region is erased and holds no journal: format it"),
            Error::Foreign => f.write_str(
                "the region holds something that is not a journal: check its address; nothing was \
                 changed",
            ),
            Error::FormatInterrupted => {
                f.write_str("an earlier format was interrupted: format the region again")
            }
            Error::OtherShape { recorded, configured } => write!(
                f,
                "the journal was made with other settings ({recorded:?}) than given now \
                 ({configured:?}): nothing was changed"
            ),
            Error::Version(version) => write!(
                f,
                "the journal has format version {version}, which this firmware does not know: \
                 update the firmware"
            ),
            Error::NoCheckpoint => f.write_str(
                "no checkpoint can be read: dump the region and salvage it with the host tool",
            ),
            Error::ReadOnly(why) => write!(f, "{why}"),
            Error::TooLarge { bytes, most } => {
                write!(f, "the record has {bytes} bytes and a frame holds {most}")
            }
            Error::Kind(kind) => write!(f, "kind {kind:#04x} belongs to the log itself"),
            Error::NoRoom => {
                f.write_str("everything in the journal is still needed: settle the batch")
            }
            Error::CheckpointTooLarge => {
                f.write_str("the checkpoint does not fit into a sector: make the sectors larger")
            }
            #[cfg(feature = "async")]
            Error::Cancelled => {
                f.write_str("an earlier call was cancelled: confirm, then ask again")
            }
            Error::NotFound { at } => write!(f, "no readable record at address {at:#x}"),
        }
    }
}

impl<E: core::fmt::Debug> core::error::Error for Error<E> {}
