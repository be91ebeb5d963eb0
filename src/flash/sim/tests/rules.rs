//! What holds without any fault: program once, counts, chance from a seed, clones, cuts.

use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};

use super::*;

#[test]
fn a_unit_is_programmed_once_between_erases_also_with_all_ones() {
    let mut chip = SimFlash::<4, 256>::new(512, 1);
    chip.write(0, &[0xFF; 4]).unwrap();
    chip.write(4, &[0x0F; 4]).unwrap();
    let counts = chip.counts();
    for (at, bytes) in [(0, vec![0; 4]), (4, vec![0; 4]), (0, vec![0xFF; 16])] {
        let refused = Err(SimError::AlreadyProgrammed { address: at });
        assert_eq!(chip.write(at, &bytes), refused, "{at}");
    }
    assert_eq!(chip.write(252, &data(8)), Ok(()), "across a block");
    assert_eq!(chip.write(248, &data(8)), Err(SimError::AlreadyProgrammed { address: 252 }));
    assert_eq!(bytes_at(&mut chip, 0, 8).unwrap()[..], [[0xFF; 4], [0x0F; 4]].concat());
    assert_eq!((chip.violations(), (chip.counts() - counts).programs), (4, 1));
    chip.erase(0, 256).unwrap();
    chip.write(0, &data(8)).unwrap();
    chip.power_on();
    assert_eq!(chip.write(4, &[0; 4]), Err(SimError::AlreadyProgrammed { address: 4 }));
}

#[test]
fn what_an_earlier_boot_left_and_nobody_can_know_is_no_offence() {
    // Known to whoever looks: firm bytes that a cut program left.
    let mut chip = torn::<4, 256>(&data(12), Tear::Bits { unit: 1 }, 1, Faults::default());
    chip.write(0, &[0; 4]).unwrap_err();
    assert_eq!(chip.violations(), 1);
    for unit in [4, 8] {
        chip.write(unit, &data(4)).unwrap();
    }
    assert_eq!(chip.violations(), 1);
    // But what was acknowledged, over weak cells or not, is known to every boot.
    chip.power_on();
    for unit in [4, 8] {
        chip.write(unit, &[0; 4]).unwrap_err();
    }
    assert_eq!(chip.violations(), 3);
}

#[test]
fn calls_outside_the_chip_or_off_its_units_are_refused_and_count_nowhere() {
    let mut chip = SimFlash::<4, 256>::new(512, 1);
    let aligned = |address, length| SimError::NotAligned { address, length };
    let bounds = |address, length| SimError::OutOfBounds { address, length };
    assert_eq!(chip.write(2, &[0; 4]), Err(aligned(2, 4)));
    assert_eq!(chip.write(0, &[0; 3]), Err(aligned(0, 3)));
    assert_eq!(chip.write(508, &[0; 8]), Err(bounds(508, 8)));
    assert_eq!(chip.erase(0, 100), Err(aligned(0, 100)));
    assert_eq!(chip.erase(256, 768), Err(bounds(256, 512)));
    assert_eq!(bytes_at(&mut chip, 511, 2), Err(bounds(511, 2)));
    assert_eq!(bytes_at(&mut chip, 509, 3).unwrap(), [0xFF; 3]);
    let counts = chip.counts();
    assert_eq!((counts.programs, counts.erases, counts.reads, chip.ops()), (0, 0, 1, 0));
    assert_eq!(bounds(0, 1).kind(), NorFlashErrorKind::OutOfBounds);
    assert_eq!(aligned(0, 1).kind(), NorFlashErrorKind::NotAligned);
    assert_eq!(SimError::PowerIsOff.kind(), NorFlashErrorKind::Other);
    assert_eq!(chip.capacity(), 512);
    assert_eq!(SimFlash::<4, 256>::new(257, 1).capacity(), 512, "rounded up to whole blocks");
}

#[test]
fn operations_and_bytes_are_counted() {
    let mut chip = SimFlash::<4, 256>::new(1024, 1);
    chip.write(0, &data(12)).unwrap();
    chip.erase(0, 768).unwrap();
    bytes_at(&mut chip, 3, 10).unwrap();
    let counts = Counts {
        reads: 1,
        read_bytes: 10,
        programs: 1,
        program_bytes: 12,
        erases: 1,
        erased_bytes: 768,
    };
    assert_eq!((chip.counts(), chip.ops()), (counts, 2));
    assert_eq!((chip.wear(0), chip.wear(700), chip.wear(768), chip.wear(9999)), (1, 1, 0, 0));
}

/// Does a bit of everything.
fn life(chip: &mut SimFlash<4, 256>) -> Vec<String> {
    let mut told = vec![];
    for i in 0..200u32 {
        let at = i * 12 % 1000 / 4 * 4;
        told.push(format!("{:?}", chip.write(at, &data(8))));
        told.push(format!("{:?}", bytes_at(chip, at / 2, 20)));
        if i % 7 == 0 {
            told.push(format!("{:?}", chip.erase(at / 256 * 256, at / 256 * 256 + 256)));
        }
        if i % 10 == 0 {
            chip.cut(Cut { op: 3, tear: Tear::Scattered });
        }
        if chip.is_off() {
            chip.power_on();
            told.push(format!("{:?}", bytes_at(chip, 0, 1000)));
        }
    }
    told
}

fn bad_day() -> Faults {
    Faults {
        read_error: 20,
        program_error: 10,
        erase_error: 5,
        lost: 15,
        misdirected: 15,
        settling: Settling::Never,
        ..Faults::default()
    }
}

#[test]
fn the_same_calls_on_the_same_seed_give_the_same() {
    let run = |seed| {
        let mut chip = SimFlash::<4, 256>::new(2048, seed);
        chip.set_faults(bad_day());
        assert_eq!(*chip.faults(), bad_day());
        let told = life(&mut chip);
        (told, chip.image(), chip.truth(0, 2048), *chip.happened(), chip.violations())
    };
    let first = run(42);
    assert_eq!(run(42), first);
    assert_ne!(run(43).0, first.0);
    assert!(first.3.of(Fault::TornOrder) > 5 && first.3.of(Fault::WeakRead) > 5, "{:?}", first.3);
}

#[test]
fn a_seed_set_later_begins_its_stream_there() {
    let run = |before, seed| {
        let mut chip = SimFlash::<4, 256>::new(2048, before);
        chip.set_faults(bad_day());
        chip.set_seed(seed);
        life(&mut chip)
    };
    assert_eq!(run(1, 7), run(2, 7));
    assert_ne!(run(1, 7), run(1, 8));
}

#[test]
fn a_clone_shares_blocks_until_one_of_the_two_changes_them() {
    let mut one = SimFlash::<4, 256>::new(1024, 1);
    one.write(0, &data(8)).unwrap();
    let mut two = one.clone();
    let shared = |a: &SimFlash<4, 256>, b: &SimFlash<4, 256>, i: usize| {
        Arc::ptr_eq(&a.blocks[i], &b.blocks[i])
    };
    bytes_at(&mut two, 0, 1024).unwrap();
    assert!((0..4).all(|i| shared(&one, &two, i)), "a read copies nothing");
    two.write(256, &data(8)).unwrap();
    two.rot(0, 1);
    assert_eq!([0, 1, 2, 3].map(|i| shared(&one, &two, i)), [false, false, true, true]);
    assert_eq!(bytes_at(&mut one, 256, 8).unwrap(), [0xFF; 8]);
    assert_eq!(bytes_at(&mut one, 0, 8).unwrap(), data(8));
    one.write(256, &[0; 8]).unwrap();
    assert_eq!(bytes_at(&mut two, 256, 8).unwrap(), data(8));
    // A weak unit that settles counts its reads for each of the two alone; others are only read.
    one.set_faults(Faults { settling: Settling::AfterReads(2), ..Faults::default() });
    one.cut(Cut { op: 0, tear: Tear::Bits { unit: 0 } });
    one.write(512, &data(4)).unwrap_err();
    one.power_on();
    let mut two = one.clone();
    bytes_at(&mut two, 512 + 8, 100).unwrap();
    assert!(shared(&one, &two, 2));
    bytes_at(&mut two, 512, 4).unwrap();
    assert!(!shared(&one, &two, 2));
}

#[test]
fn a_cut_comes_in_its_operation_and_everything_fails_until_power_on() {
    let mut chip = SimFlash::<4, 256>::new(1024, 1);
    chip.write(0, &data(4)).unwrap();
    chip.cut(Cut { op: 2, tear: Tear::Prefix { bytes: 0 } });
    chip.write(4, &data(4)).unwrap();
    chip.write(4, &data(4)).unwrap_err();
    bytes_at(&mut chip, 0, 4).unwrap();
    chip.erase(256, 512).unwrap();
    assert!(!chip.is_off() && chip.interrupted().is_none());
    assert_eq!(chip.write(8, &data(4)), Err(SimError::PowerIsOff));
    assert!(chip.is_off());
    let op = chip.interrupted().unwrap();
    assert_eq!((op.kind, op.address, op.bytes, op.units()), (OpKind::Program, 8, 4, 1));
    let ops = chip.ops();
    assert_eq!(chip.write(12, &data(4)), Err(SimError::PowerIsOff));
    assert_eq!(chip.erase(0, 256), Err(SimError::PowerIsOff));
    assert_eq!(bytes_at(&mut chip, 0, 4), Err(SimError::PowerIsOff));
    assert_eq!((chip.ops(), chip.image()[..4].to_vec()), (ops, data(4)), "an image needs no power");
    chip.cut(Cut { op: 0, tear: Tear::Scattered });
    chip.power_on();
    assert_eq!(chip.boots(), 1);
    chip.write(8, &data(4)).unwrap();
    chip.cut(Cut { op: 0, tear: Tear::Scattered });
    chip.clear_cut();
    chip.write(12, &data(4)).unwrap();
}

#[test]
fn a_trace_notes_programs_and_erases_that_were_let_through() {
    let mut chip = SimFlash::<4, 256>::new(1024, 1);
    chip.write(0, &data(4)).unwrap();
    assert!(chip.end_trace().is_empty());
    assert!(chip.trace().is_empty());
    chip.write(4, &data(12)).unwrap();
    chip.write(4, &data(12)).unwrap_err();
    bytes_at(&mut chip, 0, 4).unwrap();
    chip.erase(256, 768).unwrap();
    let ops = chip.trace();
    let head = data(8).try_into().unwrap();
    let program = Op { kind: OpKind::Program, address: 4, bytes: 12, unit: 4, head };
    let erase = Op { kind: OpKind::Erase, address: 256, bytes: 512, unit: 256, head: [0xFF; 8] };
    assert_eq!(ops, [program, erase]);
    assert_eq!((ops[0].units(), ops[1].units()), (3, 2));
    chip.write(16, &data(4)).unwrap();
    assert_eq!(chip.end_trace().len(), 1);
    let names: std::collections::BTreeSet<_> =
        ops.iter().flat_map(|op| op.tears(1)).map(|tear| tear.name()).collect();
    assert_eq!(names.len(), 6);
}

#[test]
fn a_chip_made_from_an_image_knows_what_is_programmed() {
    let mut image = vec![0xFF; 700];
    image[4..12].copy_from_slice(&data(8));
    image[699] = 0;
    let mut chip = SimFlash::<4, 256>::from_image(&image, 1);
    assert_eq!(chip.image()[..700], image[..]);
    assert_eq!(chip.truth(0, 700), image);
    chip.write(4, &data(4)).unwrap_err();
    chip.write(696, &data(4)).unwrap_err();
    chip.write(0, &data(4)).unwrap();
    assert_eq!(chip.violations(), 2);
}

#[test]
fn truth_goes_across_blocks() {
    let mut chip = SimFlash::<4, 256>::new(1024, 1);
    chip.write(240, &data(100)).unwrap();
    assert_eq!(chip.truth(240, 100), data(100));
    assert_eq!(chip.truth(0, 1024)[240..340], data(100)[..]);
    assert!(chip.truth(1024, 0).is_empty());
}

#[test]
fn faults_have_names_of_their_own_and_add_up() {
    let names: std::collections::BTreeSet<_> = Fault::ALL.iter().map(|f| f.name()).collect();
    assert_eq!(names.len(), Fault::ALL.len());
    assert!(Fault::ALL.iter().enumerate().all(|(i, &fault)| fault as usize == i));
    let mut chip = SimFlash::<4, 256>::new(1024, 1);
    chip.rot(0, 1);
    let mut sum = *chip.happened();
    sum.add(chip.happened());
    assert_eq!(sum.of(Fault::Rot), 2);
    assert_eq!(format!("{sum:?}"), r#"{"bit rot at rest": 2}"#);
    assert!(format!("{chip:?}").len() < 600, "{chip:?}");
}

#[test]
fn errors_say_where() {
    let said = SimError::Failed { fault: Fault::LostProgram, address: 0x40 }.to_string();
    assert_eq!(said, "lost write at 0x40, as asked for");
    assert_eq!(SimError::PowerIsOff.to_string(), "the power is off");
    let said = SimError::AlreadyProgrammed { address: 16 }.to_string();
    assert_eq!(said, "the unit at 0x10 was programmed since its last erase");
    let said = SimError::NotAligned { address: 1, length: 2 }.to_string();
    assert_eq!(said, "2 bytes at 0x1 are not whole units or blocks");
    let said = SimError::OutOfBounds { address: 1, length: 2 }.to_string();
    assert_eq!(said, "2 bytes at 0x1 lie outside the chip");
}
