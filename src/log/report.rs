use heapless::Vec;

/// Why a journal can be read and not written.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadOnly {
    /// A record or frame of this kind must be understood before anything is written: it comes from
    /// newer firmware.
    UnknownCritical(u8),
    /// The checkpoint was written by newer firmware, or for more open payments or books than this
    /// firmware has. What can be read is an older state.
    UnknownCheckpoint,
    /// Too many sectors do not program or erase any more.
    WornOut,
    /// The sequence numbers are used up.
    SequenceEnd,
    /// Records can be read now that the driver could not read at the mount: mount again.
    MountAgain,
}

impl core::fmt::Display for ReadOnly {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            ReadOnly::UnknownCritical(kind) => write!(
                f,
                "the journal holds a critical record of kind {kind:#04x} that this firmware does \
                 not know: update the firmware before writing"
            ),
            ReadOnly::UnknownCheckpoint => f.write_str(
                "the journal's checkpoint was written by newer firmware, or for more open payments or \
                 books: update the firmware before writing",
            ),
            ReadOnly::WornOut => f.write_str(
                "fewer than two sectors still erase and program: export the journal, then replace \
                 the flash",
            ),
            ReadOnly::SequenceEnd => {
                f.write_str("all sequence numbers are used: export the journal, then format")
            }
            ReadOnly::MountAgain => f.write_str(
                "records can be read now that could not be read at the mount: mount again before \
                 writing",
            ),
        }
    }
}

/// Records that are gone.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// First sequence number.
    pub from: u32,
    /// Last sequence number.
    pub to: u32,
    /// Address at which the loss was noticed.
    pub at: u32,
    /// `false`: they are known to have existed. `true`: nobody can tell, so counters jump past
    /// all that could have been.
    pub perhaps: bool,
}

/// What a mount found.
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MountReport {
    /// Address of a torn tail: an interrupted program, or a rotten last frame; the two cannot be
    /// told apart.
    pub torn_or_lost: Option<u32>,
    /// Records that are gone and that no earlier boot wrote down. The first append writes them.
    pub lost: Vec<Lost, 4>,
    /// Places in the replayed sector that are no frame and that nothing accounts for.
    pub damaged: u16,
    /// Address of the first such place.
    pub first_damage: Option<u32>,
    /// The newest checkpoint was unreadable and the one before it was used.
    pub fell_back: bool,
    /// Every header was read because the ring contradicted itself.
    pub scanned: bool,
    /// Sectors that failed to erase or program since power-up.
    pub retired: Vec<u16, 8>,
    /// Frames of the log's own that this version does not know and could skip.
    pub unknown: u16,
}

impl MountReport {
    /// Notes a loss; more than the report can hold are merged into the last one.
    pub(crate) fn note_lost(&mut self, lost: Lost) {
        if let Err(lost) = self.lost.push(lost)
            && let Some(last) = self.lost.last_mut()
        {
            last.from = last.from.min(lost.from);
            last.to = last.to.max(lost.to);
        }
    }

    /// A loss that an earlier boot wrote down is no news.
    pub(crate) fn forget_lost(&mut self, from: u32, to: u32) {
        self.lost.retain(|lost| lost.from < from || lost.to > to);
    }

    pub(crate) fn note_damage(&mut self, at: u32) {
        self.damaged = self.damaged.saturating_add(1);
        self.first_damage = self.first_damage.or(Some(at));
    }
}
