//! A driver that cannot read some place for a while: what it did not read is there all the same.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use super::model::PLAIN;
use super::*;
use crate::log::broken::{Broken, set};

/// A chip whose driver fails where it reads from `from` on, up to `to`.
struct Deaf {
    chip: Flash<1, 512>,
    from: u32,
    to: u32,
}

#[derive(Debug)]
struct Busy;

impl NorFlashError for Busy {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl ErrorType for Deaf {
    type Error = Busy;
}

impl ReadNorFlash for Deaf {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Busy> {
        if offset < self.to && offset + bytes.len() as u32 > self.from {
            return Err(Busy);
        }
        self.chip.read(offset, bytes).map_err(|_| Busy)
    }

    fn capacity(&self) -> usize {
        self.chip.capacity()
    }
}

impl NorFlash for Deaf {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 512;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Busy> {
        self.chip.erase(from, to).map_err(|_| Busy)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Busy> {
        self.chip.write(offset, bytes).map_err(|_| Busy)
    }
}

/// A log whose newest sector holds so many records, mounted while the driver could read nothing of that
/// sector but its header; since then it reads again.
fn hard_of_hearing(records: u32) -> (Log<Deaf, SMALL>, Model, Settings, Region, u32) {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(6, 1024, true);
    let first = log.sector();
    while log.sector() == first {
        log.append(PLAIN, &[1; 40], &mut model).unwrap();
    }
    for _ in 1..records {
        log.append(PLAIN, &[2; 40], &mut model).unwrap();
    }
    let (next, from) = (log.next_seq(), log.sector() * 1024 + log.layout().first_frame());
    let to = from / 1024 * 1024 + 1024;
    let deaf = Deaf { from, to, chip: log.into_flash() };
    let mut found = Model::default();
    let mut log = Log::<_, SMALL>::mount(deaf, region, &settings, &mut found).unwrap();
    assert_eq!((log.sector(), log.next_seq()), (first, next - records), "not deaf enough");
    log.flash_mut().to = 0;
    (log, found, settings, region, next)
}

fn next_after_an_append(records: u32) -> (Option<ReadOnly>, u32, u32) {
    let (mut log, mut model, settings, region, next) = hard_of_hearing(records);
    let done = log.append(PLAIN, &[3; 40], &mut model);
    let why = match done {
        Err(Error::ReadOnly(why)) => Some(why),
        Err(error) => panic!("{error}"),
        Ok(_) => None,
    };
    let mut found = Model::default();
    let log = Log::<_, SMALL>::mount(log.into_flash(), region, &settings, &mut found).unwrap();
    (why, log.next_seq(), next)
}

#[test]
fn what_could_not_be_read_at_the_mount_is_not_erased() {
    for records in [1, 2, 3] {
        let (why, found, next) = next_after_an_append(records);
        assert_eq!((why, found), (Some(ReadOnly::MountAgain), next));
        set(Some(Broken::NotReadIsNotThere));
        let (why, found, next) = next_after_an_append(records);
        set(None);
        assert_eq!(why, None);
        // A number was given out again.
        assert_eq!(found, next - records + 1, "the test shows nothing");
    }
}

/// The driver was deaf until the opening was marked; the power failed before the erase. It must end.
#[test]
fn a_marked_opening_is_not_mounted_again_for_ever() {
    let (mut log, mut model, settings, region, _) = hard_of_hearing(2);
    let (_, epoch) = *log.half_left().first().unwrap();
    log.mark_void(epoch);
    log.append(PLAIN, &[3; 40], &mut model).unwrap();
    let next = log.next_seq();
    let mut found = Model::default();
    let log = Log::<_, SMALL>::mount(log.into_flash(), region, &settings, &mut found).unwrap();
    assert_eq!(log.next_seq(), next);
}
