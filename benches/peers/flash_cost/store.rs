//! One way to use every store: append durably, read a batch back, drop it.

mod ekv;
mod floor;
mod journal;
mod littlefs;
mod log;
mod map;
mod queue;
mod tenant;
mod tickv;

use crate::chip::Chip;
use crate::record::{Id, Record};

pub use journal::Journalled;
pub use log::Logged;

/// Why a store did not do the work.
pub type Fail = String;

pub fn fail(error: impl std::fmt::Debug) -> Fail {
    format!("{error:?}").chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The numbers of the first and the last record of a batch.
pub type Span = std::ops::RangeInclusive<u32>;

/// A store on a chip. Each has one durable record per `append`.
pub trait Store {
    fn append(&mut self, id: Id, payload: &[u8]) -> Result<(), Fail>;

    /// Tells every record of the batch (others too, if that is how it reads).
    fn each(&mut self, batch: Span, tell: &mut dyn FnMut(Id, &[u8])) -> Result<(), Fail>;

    /// Reads the batch back and compares it with what was appended.
    fn check(&mut self, batch: Span, expected: &[Record]) -> Result<(), Fail> {
        let mut found = std::collections::HashMap::new();
        self.each(batch, &mut |id, payload| drop(found.insert(id, payload.to_vec())))?;
        let is_good = |record: &&Record| found.get(&record.id) == Some(&record.payload);
        let good = expected.iter().filter(is_good).count();
        let (all, lost) = (expected.len(), expected.len() - good);
        if lost == 0 { Ok(()) } else { Err(format!("loses {lost} of {all} records")) }
    }

    /// Forgets a batch whose settlement record was appended.
    fn drop_batch(&mut self, batch: Span) -> Result<(), Fail>;

    /// Idle time between payments.
    fn idle(&mut self) -> Result<(), Fail> {
        Ok(())
    }

    /// From now on nothing is refused to keep room.
    fn lift_limit(&mut self) {}

    /// The payments that are open, after a boot. Stores that do not know read all that there is.
    fn open(&mut self, batch: Span) -> Result<Vec<u32>, Fail> {
        let mut records = Vec::new();
        self.each(batch, &mut |id, payload| records.push((id, payload.to_vec())))?;
        Ok(crate::record::open_after(records.iter().map(|(id, p)| (*id, p.as_slice()))))
    }
}

/// How a store comes up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Format,
    Boot,
}

type Make<const W: usize, const E: usize> = fn(Chip<W, E>, Start) -> Result<Box<dyn Store>, Fail>;

/// A row of the tables.
pub struct Entrant<const W: usize, const E: usize> {
    pub name: &'static str,
    pub make: Make<W, E>,
    /// Host time for it is minutes, not seconds: fewer positions are tried.
    pub is_slow: bool,
}

/// Everyone who takes part on chips, us first, the floor last.
pub fn entrants<const W: usize, const E: usize>() -> Vec<Entrant<W, E>> {
    let quick = |name, make| Entrant { name, make, is_slow: false };
    let slow = |name, make| Entrant { name, make, is_slow: true };
    vec![
        quick(LOG, log::make::<W, E, false, true>),
        quick(JOURNAL, journal::make),
        quick("pos-journal log, read-back on", log::make::<W, E, true, true>),
        quick("pos-journal log, no idle time", log::make::<W, E, false, false>),
        quick("sequential-storage queue + cache", queue::cached),
        quick("sequential-storage queue", queue::uncached),
        slow("sequential-storage map + cache", map::make),
        quick("littlefs2", littlefs::make),
        slow("ekv, crc on", ekv::make),
        slow("tickv", tickv::make),
        quick(FLOOR, floor::make),
    ]
}

/// The row that the goals are about.
pub const LOG: &str = "pos-journal log";
pub const JOURNAL: &str = "pos-journal whole";
pub const FLOOR: &str = "floor";
