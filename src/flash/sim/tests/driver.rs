//! Drivers that fail, and programs that go astray.

use super::*;

fn chip(faults: Faults, seed: u64) -> SimFlash<4, 256> {
    let mut chip = SimFlash::<4, 256>::new(4096, seed);
    chip.set_faults(faults);
    chip
}

#[test]
fn reads_fail_as_often_as_asked_for_and_work_again_for_the_pause() {
    let mut chip = chip(Faults { read_error: 4, read_pause: 3, ..Faults::default() }, 1);
    let mut failed = vec![];
    for i in 0..4000 {
        if let Err(error) = bytes_at(&mut chip, 8, 4) {
            assert_eq!(error, SimError::Failed { fault: Fault::ReadError, address: 8 });
            failed.push(i);
        }
    }
    assert!(failed.windows(2).all(|w| w[1] - w[0] > 3), "three reads work after one that failed");
    // One in four of those that are not in a pause: one in seven.
    assert!((450..700).contains(&failed.len()), "{}", failed.len());
    assert_eq!(chip.happened().of(Fault::ReadError), failed.len() as u64);
}

#[test]
fn without_a_pause_each_read_is_drawn_alone() {
    let mut chip = chip(Faults { read_error: 2, ..Faults::default() }, 1);
    let fails: Vec<_> = (0..1000).map(|_| bytes_at(&mut chip, 0, 1).is_err()).collect();
    assert!(fails.windows(2).any(|w| w == [true, true]));
    let failed = fails.iter().filter(|&&f| f).count();
    assert!((400..600).contains(&failed), "{failed}");
}

#[test]
fn a_program_that_fails_has_no_part_or_full_effect_and_nobody_was_told() {
    let (mut none, mut part, mut full) = (0, 0, 0);
    for effect in [Effect::None, Effect::Part, Effect::Full, Effect::Any] {
        for seed in 0..60 {
            let faults = Faults { program_error: 1, effect, ..Faults::default() };
            let mut chip = chip(faults, seed);
            let failed = SimError::Failed { fault: Fault::ProgramError, address: 16 };
            assert_eq!(chip.write(16, &data(16)), Err(failed));
            assert!(!chip.is_off());
            assert_eq!(chip.truth(16, 16), [0xFF; 16]);
            let read = chip.image()[16..32].to_vec();
            match effect {
                Effect::None => assert_eq!(read, [0xFF; 16]),
                Effect::Full => assert_eq!(read, data(16)),
                Effect::Part => part += u32::from(read != [0xFF; 16] && read != data(16)),
                Effect::Any => {
                    none += u32::from(read == [0xFF; 16]);
                    full += u32::from(read == data(16));
                }
            }
            // Whatever it did: this boot may not try again there.
            chip.set_faults(Faults::default());
            let again = chip.write(20, &data(4));
            assert_eq!(again, Err(SimError::AlreadyProgrammed { address: 20 }), "{effect:?}");
            assert_eq!(chip.violations(), 1);
            chip.erase(0, 256).unwrap();
            chip.write(16, &data(16)).unwrap();
            assert_eq!(bytes_at(&mut chip, 16, 16).unwrap(), data(16));
        }
    }
    assert!(part > 30 && none > 15 && full > 15, "{none} {part} {full}");
}

#[test]
fn an_erase_that_fails_has_no_part_or_full_effect_and_nobody_was_told() {
    let (mut none, mut part, mut full) = (0, 0, 0);
    for effect in [Effect::None, Effect::Part, Effect::Full, Effect::Any] {
        for seed in 0..60 {
            let mut chip = chip(Faults::default(), seed);
            let old = [&data(128)[..], &[0xFF; 128]].concat();
            chip.write(0, &old[..128]).unwrap();
            chip.set_faults(Faults { erase_error: 1, effect, ..Faults::default() });
            let failed = SimError::Failed { fault: Fault::EraseError, address: 0 };
            assert_eq!(chip.erase(0, 256), Err(failed));
            assert_eq!(chip.truth(0, 256), old, "on paper nothing was erased");
            let read = chip.image()[..256].to_vec();
            match effect {
                Effect::None => assert_eq!(read, old),
                Effect::Full => assert_eq!(read, [0xFF; 256]),
                Effect::Part => part += u32::from(read != [0xFF; 256] && read != old),
                Effect::Any => {
                    none += u32::from(read == old);
                    full += u32::from(read == [0xFF; 256]);
                }
            }
            // This boot must erase again before it programs anything there, old or not.
            chip.set_faults(Faults::default());
            chip.write(0, &data(4)).unwrap_err();
            chip.write(200, &data(4)).unwrap_err();
            assert_eq!(chip.violations(), 2, "{effect:?}");
            chip.erase(0, 256).unwrap();
            chip.write(200, &data(4)).unwrap();
            assert_eq!(bytes_at(&mut chip, 200, 4).unwrap(), data(4));
        }
    }
    assert!(part > 10 && none > 10 && full > 10, "{none} {part} {full}");
}

#[test]
fn a_lost_program_is_acknowledged_and_not_there() {
    let mut chip = chip(Faults { lost: 1, ..Faults::default() }, 1);
    chip.write(8, &data(8)).unwrap();
    assert_eq!(chip.happened().of(Fault::LostProgram), 1);
    assert_eq!(bytes_at(&mut chip, 8, 8).unwrap(), [0xFF; 8]);
    assert_eq!(chip.truth(8, 8), data(8), "the caller was told");
    chip.write(8, &data(8)).unwrap_err();
    assert_eq!(chip.violations(), 1, "the boot that was told may not program it again");
    chip.power_on();
    chip.set_faults(Faults::default());
    chip.write(8, &data(8)).unwrap();
    assert_eq!(
        bytes_at(&mut chip, 8, 8).unwrap(),
        data(8),
        "a later one finds it erased, and it is"
    );
}

#[test]
fn a_misdirected_program_is_acknowledged_and_lands_on_erased_units_elsewhere() {
    let mut aligned = 0;
    for seed in 0..100 {
        let mut chip = chip(Faults::default(), seed);
        chip.write(0, &data(256)).unwrap();
        chip.set_faults(Faults { misdirected: 1, ..Faults::default() });
        chip.write(512 + 20, &data(8)).unwrap();
        assert_eq!(chip.happened().of(Fault::Misdirected), 1);
        assert_eq!(chip.truth(532, 8), data(8));
        let image = chip.image();
        assert_eq!(image[..256], data(256)[..], "what was there before stays");
        assert_eq!(image[532..540], [0xFF; 8]);
        let at =
            (256..4096 - 8).find(|&at| image[at..at + 8] == data(8)).expect("it lies somewhere");
        assert!(image[256..at].iter().chain(&image[at + 8..]).all(|&b| b == 0xFF));
        aligned += u32::from(at % 64 == 20);
        // Nobody can know of it; programming there is no offence, and the bits of both remain.
        chip.set_faults(Faults::default());
        chip.write(at as u32, &[0x0F; 8]).unwrap();
        let both: Vec<_> = data(8).iter().map(|b| b & 0x0F).collect();
        assert_eq!(bytes_at(&mut chip, at as u32, 8).unwrap(), both);
    }
    assert!(aligned > 60, "{aligned} of 100 keep their low address bits");
}

#[test]
fn where_no_unit_is_free_a_misdirected_program_is_lost() {
    let mut chip = SimFlash::<4, 256>::new(256, 1);
    chip.write(0, &data(248)).unwrap();
    chip.set_faults(Faults { misdirected: 1, ..Faults::default() });
    chip.write(248, &data(8)).unwrap();
    assert_eq!(chip.happened().of(Fault::LostProgram), 1);
    assert_eq!(chip.image()[..248], data(248)[..]);
}

#[test]
fn rates_of_nought_are_never() {
    let mut chip = chip(Faults::default(), 1);
    for at in (0..4096).step_by(4) {
        chip.write(at, &data(4)).unwrap();
        assert_eq!(bytes_at(&mut chip, at, 4).unwrap(), data(4));
    }
    chip.erase(0, 4096).unwrap();
    assert_eq!(*chip.happened(), FaultCounts::default());
}
