//! The simulator behind async calls. Each waits once before it reaches the chip and once while the chip works;
//! a program or erase whose future is dropped in the second wait goes on without it.

use std::pin::Pin;
use std::task::{Context, Poll};

use embedded_storage::nor_flash::{
    ErrorType, NorFlash as _, NorFlashError, NorFlashErrorKind, ReadNorFlash as _,
};
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use pos_journal::flash::sim::{Cut, SimError, SimFlash, Tear};

/// What becomes of a program or erase that nobody waits for any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The chip ends it by itself.
    Done,
    /// The driver had not fed all of it, or resets the chip.
    Torn(Tear),
}

/// What becomes of them, one after the other.
pub const FATES: [Fate; 4] = [
    Fate::Done,
    Fate::Torn(Tear::Prefix { bytes: 0 }),
    Fate::Torn(Tear::Bits { unit: 0 }),
    Fate::Torn(Tear::Scattered),
];

#[derive(Clone)]
enum Work {
    Program(u32, Vec<u8>),
    Erase(u32, u32),
}

/// A chip that works while nobody looks.
#[derive(Clone)]
pub struct Slow<const W: usize, const E: usize> {
    chip: SimFlash<W, E>,
    under_way: Option<Work>,
    pub fate: Fate,
    /// Seeds what is torn.
    pub seed: u64,
    /// Programs and erases that were dropped while the chip worked.
    pub dropped: u64,
}

impl<const W: usize, const E: usize> Slow<W, E> {
    pub fn new(chip: SimFlash<W, E>) -> Self {
        Slow { chip, under_way: None, fate: Fate::Done, seed: 0, dropped: 0 }
    }

    pub fn chip(&self) -> &SimFlash<W, E> {
        &self.chip
    }

    /// Whether the chip works.
    pub fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    /// The chip at rest.
    pub fn into_chip(mut self) -> SimFlash<W, E> {
        self.rest();
        self.chip
    }

    /// What every driver has to do before its next operation: wait until the chip is idle.
    async fn idle(&mut self) {
        if self.is_busy() {
            Wait::default().await;
            self.rest();
        }
    }

    fn rest(&mut self) {
        let Some(work) = self.under_way.take() else { return };
        self.dropped += 1;
        if let Fate::Torn(tear) = self.fate {
            self.chip.seed_cut(self.seed);
            self.chip.cut(Cut { op: 0, tear });
        }
        // Nobody hears what comes of it.
        let _ = self.work(&work);
        if self.chip.is_off() {
            self.chip.power_on();
        }
    }

    fn work(&mut self, work: &Work) -> Result<(), SimError> {
        match work {
            Work::Program(at, bytes) => self.chip.write(*at, bytes),
            Work::Erase(from, to) => self.chip.erase(*from, *to),
        }
    }

    async fn begin(&mut self, work: Work) -> Result<(), Busy> {
        Wait::default().await;
        self.idle().await;
        self.under_way = Some(work);
        Wait::default().await;
        match self.under_way.take() {
            Some(work) => self.work(&work).map_err(Busy),
            None => Ok(()),
        }
    }
}

/// The simulator's error.
#[derive(Debug)]
pub struct Busy(pub SimError);

impl NorFlashError for Busy {
    fn kind(&self) -> NorFlashErrorKind {
        self.0.kind()
    }
}

impl<const W: usize, const E: usize> ErrorType for Slow<W, E> {
    type Error = Busy;
}

impl<const W: usize, const E: usize> ReadNorFlash for Slow<W, E> {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Busy> {
        Wait::default().await;
        self.idle().await;
        self.chip.read(offset, bytes).map_err(Busy)
    }

    fn capacity(&self) -> usize {
        self.chip.capacity()
    }
}

impl<const W: usize, const E: usize> NorFlash for Slow<W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Busy> {
        self.begin(Work::Program(offset, bytes.to_vec())).await
    }

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Busy> {
        self.begin(Work::Erase(from, to)).await
    }
}

/// Pending once.
#[derive(Default)]
struct Wait {
    waited: bool,
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match std::mem::replace(&mut self.waited, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

/// Polls a future until its end, or until it has waited so often; `None`: it is dropped there.
pub fn run<T>(future: impl Future<Output = T>, waits: u64) -> (Option<T>, u64) {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(std::task::Waker::noop());
    let mut waited = 0;
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return (Some(value), waited);
        }
        waited += 1;
        if waited > waits {
            return (None, waited);
        }
    }
}

/// Polls a future until its end.
pub fn finish<T>(future: impl Future<Output = T>) -> T {
    run(future, u64::MAX).0.unwrap()
}
