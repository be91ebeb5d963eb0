//! Sectors that no longer change.

use super::*;

/// Block 1 of 3 is stuck from its third erase on.
fn chip(how: StuckHow) -> SimFlash<4, 256> {
    let mut chip = SimFlash::<4, 256>::new(768, 1);
    let stuck = Some(Stuck { from: 256, to: 512, from_cycle: 2, how });
    chip.set_faults(Faults { stuck, ..Faults::default() });
    for cycle in 0..2 {
        assert_eq!(chip.wear(256), cycle);
        chip.write(256, &data(8)).unwrap();
        assert_eq!(bytes_at(&mut chip, 256, 8).unwrap(), data(8));
        if cycle == 0 {
            chip.erase(0, 768).unwrap();
        }
    }
    // The last erase that works, and nothing after it does.
    chip.erase(256, 512).unwrap();
    assert_eq!(chip.happened().of(Fault::Stuck), 0);
    chip
}

#[test]
fn silently() {
    let mut chip = chip(StuckHow::Silent);
    chip.write(256, &data(8)).unwrap();
    assert_eq!(chip.truth(256, 8), data(8), "the caller was told");
    assert_eq!(bytes_at(&mut chip, 256, 8).unwrap(), [0xFF; 8]);
    chip.erase(256, 512).unwrap();
    assert_eq!((chip.wear(256), chip.happened().of(Fault::Stuck)), (2, 2));
    chip.write(256, &data(8)).unwrap();
    assert_eq!(chip.violations(), 0, "it was erased, on paper");
    assert_eq!(bytes_at(&mut chip, 256, 8).unwrap(), [0xFF; 8]);
}

#[test]
fn silently_with_something_in_it() {
    let mut chip = SimFlash::<4, 256>::new(768, 1);
    chip.write(256, &data(256)).unwrap();
    let stuck = Stuck { from: 256, to: 512, from_cycle: 0, how: StuckHow::Silent };
    chip.set_faults(Faults { stuck: Some(stuck), ..Faults::default() });
    chip.write(0, &data(4)).unwrap();
    chip.erase(0, 768).unwrap();
    assert_eq!(chip.truth(0, 768), [0xFF; 768]);
    let image = chip.image();
    assert_eq!(image[256..512], data(256)[..]);
    assert!(image[..256].iter().all(|&b| b == 0xFF), "its neighbours are erased");
    chip.write(256, &[0; 4]).unwrap();
    assert_eq!(chip.image(), image);
    assert_eq!(chip.truth(256, 4), [0; 4]);
}

#[test]
fn with_errors() {
    let mut chip = chip(StuckHow::Errors);
    chip.write(512, &data(4)).unwrap();
    let stuck = Err(SimError::Failed { fault: Fault::Stuck, address: 256 });
    assert_eq!(chip.write(256, &data(8)), stuck);
    assert_eq!(chip.erase(256, 512), stuck);
    assert_eq!(chip.truth(256, 8), [0xFF; 8]);
    assert_eq!(bytes_at(&mut chip, 256, 8).unwrap(), [0xFF; 8]);
    // An erase of more than it fails as a whole, on paper; its neighbours are erased.
    assert_eq!(chip.erase(0, 768), stuck);
    assert_eq!(chip.truth(512, 4), data(4));
    assert_eq!(bytes_at(&mut chip, 512, 4).unwrap(), [0xFF; 4]);
    assert_eq!(chip.violations(), 0);
}

#[test]
fn with_errors_also_of_reads_that_touch_it() {
    let mut chip = chip(StuckHow::Unreadable);
    let stuck = |address| Err(SimError::Failed { fault: Fault::Stuck, address });
    assert_eq!(bytes_at(&mut chip, 300, 1), stuck(300));
    assert_eq!(bytes_at(&mut chip, 250, 16), stuck(250), "a read that begins before it");
    assert_eq!(chip.write(300, &data(4)), stuck(300).map(|_| ()));
    assert_eq!(chip.image()[256..512], [0; 256]);
    assert_eq!(bytes_at(&mut chip, 0, 256).unwrap(), [0xFF; 256]);
    assert_eq!(bytes_at(&mut chip, 512, 256).unwrap(), [0xFF; 256]);
}

#[test]
fn a_power_cut_does_not_move_it_either() {
    for tear in [Tear::Prefix { bytes: 256 }, Tear::Bits { unit: 0 }, Tear::Scattered] {
        let mut chip = SimFlash::<4, 256>::new(768, 1);
        chip.write(256, &data(128)).unwrap();
        let stuck = Stuck { from: 256, to: 512, from_cycle: 0, how: StuckHow::Silent };
        chip.set_faults(Faults { stuck: Some(stuck), ..Faults::default() });
        let image = chip.image();
        chip.cut(Cut { op: 0, tear });
        chip.erase(256, 512).unwrap_err();
        chip.power_on();
        assert_eq!(chip.image(), image, "{tear:?}");
        chip.cut(Cut { op: 0, tear });
        chip.write(400, &data(64)).unwrap_err();
        chip.power_on();
        assert_eq!(chip.image(), image, "{tear:?}");
    }
}
