//! What operations cost on real parts.

use super::*;

#[test]
fn a_program_of_128_bytes_costs_what_the_datasheet_says() {
    for (part, us) in [
        // 30 + 128 x 2.5, and 133 bytes on the wire.
        (Part::W25Q128JV, 30.8 + 128.0 * 2.66),
        (Part::STM32L4, 16.0 * 81.69),
        (Part::STM32H7, 4.0 * 290.0),
        (Part::NRF52840, 32.0 * 41.0),
    ] {
        let ns = part.program_ns(0, 128);
        assert!((ns as f64 / 1000.0 - us).abs() < 0.01, "{part:?}: {ns} ns, not {us} us");
    }
}

#[test]
fn a_program_across_a_page_begins_twice_and_a_whole_page_has_a_limit() {
    let part = Part::W25Q128JV;
    assert_eq!(part.program_ns(0, 1), 30_800 + 2_660);
    assert_eq!(part.program_ns(200, 128), part.program_ns(200, 56) + part.program_ns(0, 72));
    assert_eq!(part.program_ns(0, 256), 400_000 + 261 * 160);
    assert!(part.program_ns(0, 100) < 400_000);
    assert_eq!(part.program_ns(128, 512), 2 * part.program_ns(0, 128) + part.program_ns(0, 256));
    // Parts without pages: whole units, wherever they lie.
    assert_eq!(Part::STM32H7.program_ns(16, 33), 2 * 290_000);
    assert_eq!(Part::STM32L4.program_ns(2040, 16), 2 * 81_690);
}

#[test]
fn reads_and_erases() {
    assert_eq!(Part::W25Q128JV.read_ns(32), 37 * 160);
    assert_eq!(Part::STM32L4.read_ns(2048), 2048 * 12);
    assert_eq!(Part::W25Q128JV.erase_ns(8192, 4096), 90_000_000);
    assert_eq!(Part::STM32H7.erase_ns(131_072, 131_072), 2_000_000_000);
}

#[test]
fn a_chip_adds_up_what_it_did() {
    let part = Part::NRF52840;
    let mut chip = SimFlash::<4, 4096>::new(8192, 1);
    chip.write(0, &data(8)).unwrap();
    assert_eq!(chip.elapsed_ns(), 0, "no part, no time");
    chip.set_part(part);
    chip.write(8, &data(12)).unwrap();
    bytes_at(&mut chip, 0, 100).unwrap();
    chip.erase(0, 8192).unwrap();
    assert_eq!(chip.elapsed_ns(), 3 * 41_000 + 100 * 16 + 2 * 85_000_000);
    // What is refused costs nothing; what is cut costs all of it.
    chip.write(1, &data(4)).unwrap_err();
    chip.cut(Cut { op: 0, tear: Tear::Prefix { bytes: 0 } });
    chip.write(0, &data(4)).unwrap_err();
    assert_eq!(chip.elapsed_ns(), 4 * 41_000 + 100 * 16 + 2 * 85_000_000);
}

#[test]
fn the_power_fails_when_the_time_is_used_up() {
    let mut chip = SimFlash::<4, 4096>::new(2 * 4096, 1);
    chip.set_part(Part::NRF52840);
    // Two units take 82 us, and 16 bytes read 256 ns.
    chip.cut_at_ns(82_300);
    chip.write(0, &[0; 8]).unwrap();
    chip.read(0, &mut [0; 16]).unwrap();
    assert!(!chip.is_off());
    let before = chip.clone();
    assert_eq!(chip.read(0, &mut [0; 16]), Err(SimError::PowerIsOff));
    assert!(chip.is_off() && chip.interrupted().is_none());
    assert_eq!(chip.elapsed_ns(), 82_300);

    let mut chip = before;
    assert_eq!(chip.write(8, &[0; 4]), Err(SimError::PowerIsOff));
    assert_eq!(chip.interrupted().map(|op| op.address), Some(8));
    assert_eq!(chip.happened().of(Fault::TornOrder), 1);
    chip.power_on();
    chip.erase(4096, 8192).unwrap();
    assert_eq!(chip.elapsed_ns(), 82_300 + 85_000_000);

    // Cut in a read now: no program or erase was under way.
    chip.cut_at_ns(0);
    assert_eq!(chip.read(0, &mut [0; 4]), Err(SimError::PowerIsOff));
    assert_eq!(chip.interrupted(), None);
    chip.power_on();

    chip.cut_at_ns(0);
    chip.clear_cut();
    chip.erase(4096, 8192).unwrap();
}
