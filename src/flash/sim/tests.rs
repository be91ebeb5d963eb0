//! Every fault does what its documentation says, and nothing else does.

mod cost;
mod driver;
mod erase;
mod program;
mod rules;
mod stuck;
mod weak;

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use super::*;

/// Bytes that differ from each other, from erased and from what noise is likely to be.
fn data(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|i| (i as u8).wrapping_mul(37) & 0x7F).collect()
}

fn bytes_at<const W: usize, const E: usize>(
    chip: &mut SimFlash<W, E>,
    address: u32,
    length: usize,
) -> Result<Vec<u8>, SimError> {
    let mut bytes = vec![0; length];
    chip.read(address, &mut bytes).map(|()| bytes)
}

/// A chip on which a program of `data` at 0 was cut so.
fn torn<const W: usize, const E: usize>(
    data: &[u8],
    tear: Tear,
    seed: u64,
    faults: Faults,
) -> SimFlash<W, E> {
    let mut chip = SimFlash::<W, E>::new(2 * E, seed);
    chip.set_faults(faults);
    chip.cut(Cut { op: 0, tear });
    assert_eq!(chip.write(0, data), Err(SimError::PowerIsOff));
    chip.power_on();
    chip
}

/// Two blocks full of data, and an erase of both cut so.
fn half_erased<const W: usize, const E: usize>(tear: Tear, seed: u64) -> (SimFlash<W, E>, Vec<u8>) {
    let mut chip = SimFlash::<W, E>::new(3 * E, seed);
    let old = data(2 * E);
    chip.write(0, &old).unwrap();
    chip.cut(Cut { op: 0, tear });
    assert_eq!(chip.erase(0, 2 * E as u32), Err(SimError::PowerIsOff));
    chip.power_on();
    (chip, old)
}
