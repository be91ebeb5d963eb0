use super::*;

type Flash = RamFlash<Vec<u8>, 4, 64>;

fn fresh() -> Flash {
    Flash::owned(256).unwrap()
}

/// The flash after a cut in the unit `units` of `work`, for one seed.
fn cut(seed: u64, units: u64, work: impl Fn(&mut Flash) -> Result<(), RamFlashError>) -> Flash {
    let mut flash = fresh();
    flash.write(64, &[0; 64]).unwrap();
    flash.set_seed(seed);
    flash.set_cut(units);
    assert_eq!(work(&mut flash), Err(RamFlashError::PowerIsOff));
    assert!(flash.is_off());
    flash
}

#[test]
fn a_fresh_chip_is_blank_and_unprogrammed_whatever_the_buffers_held() {
    let (mut memory, mut programmed) = ([0x5A; 128], [0xFF; 4]);
    let flash = RamFlash::<_, 4, 64>::new(&mut memory[..], &mut programmed[..]).unwrap();
    assert!(flash.image().iter().all(|byte| *byte == 0xFF));
    assert!((0..128).all(|address| !flash.is_programmed(address)));
    assert!(flash.is_programmed(128), "outside nothing may be programmed");
    assert_eq!(flash.counts(), Counts::default());
}

#[test]
fn a_length_that_is_not_whole_blocks_is_refused() {
    for bytes in [0, 63, 65, 100] {
        assert_eq!(Flash::owned(bytes).err(), Some(RamFlashError::BadLength { bytes }));
    }
    #[cfg(target_pointer_width = "64")]
    assert_eq!(Flash::owned(1 << 32).err(), Some(RamFlashError::BadLength { bytes: 1 << 32 }));
}

#[test]
fn a_bitmap_that_is_too_short_is_refused() {
    let error = Flash::new(vec![0; 256], vec![0; 7]).err();
    assert_eq!(error, Some(RamFlashError::BitmapTooShort { needed: 8, given: 7 }));
    assert_eq!(Flash::bitmap_bytes(256), 8);
    assert_eq!(RamFlash::<Vec<u8>, 32, 32>::bitmap_bytes(96), 1);
}

#[test]
fn a_unit_is_programmed_once_between_erases() {
    let mut flash = fresh();
    flash.write(8, &[0xF0; 4]).unwrap();
    let once_more = Err(RamFlashError::AlreadyProgrammed { address: 8 });
    assert_eq!(flash.write(8, &[0xF0; 4]), once_more);
    assert_eq!(flash.write(8, &[0x00; 4]), once_more);
    let rise = Err(RamFlashError::BitsWouldRise { address: 8 });
    assert_eq!(flash.write(8, &[0xF1; 4]), rise);
    flash.erase(0, 64).unwrap();
    assert_eq!(flash.write(8, &[0xF1; 4]), Ok(()));
}

/// Two units side by side: each takes one program, and the second does not notice the first.
fn each_unit_is_marked_alone<const WRITE: usize>() {
    let mut flash = RamFlash::<_, WRITE, 512>::owned(1024).unwrap();
    let second = 512 + WRITE as u32;
    flash.write(512, &[0xA5; WRITE]).unwrap();
    assert!(flash.is_programmed(512) && flash.is_programmed(second - 1));
    assert!(!flash.is_programmed(511) && !flash.is_programmed(second));
    flash.write(second, &[0x5A; WRITE]).unwrap();
    let again = flash.write(second, &[0; WRITE]);
    assert_eq!(again, Err(RamFlashError::AlreadyProgrammed { address: second }));
    assert_eq!(flash.units_spent(), 2);
}

#[test]
fn every_write_size_is_marked_by_its_own_unit() {
    each_unit_is_marked_alone::<1>();
    each_unit_is_marked_alone::<2>();
    each_unit_is_marked_alone::<4>();
    each_unit_is_marked_alone::<8>();
    each_unit_is_marked_alone::<16>();
    each_unit_is_marked_alone::<32>();
}

#[test]
fn a_program_of_only_ones_counts_as_a_program() {
    let mut flash = fresh();
    flash.write(0, &[0xFF; 4]).unwrap();
    assert_eq!(flash.write(0, &[0; 4]), Err(RamFlashError::AlreadyProgrammed { address: 0 }));
}

#[test]
fn a_refused_program_changes_and_counts_nothing() {
    let mut flash = fresh();
    flash.write(8, &[0; 4]).unwrap();
    let before = flash.clone();
    assert_eq!(flash.write(0, &[0; 16]), Err(RamFlashError::AlreadyProgrammed { address: 8 }));
    assert_eq!(flash.image(), before.image());
    assert_eq!(flash.counts(), before.counts());
    assert_eq!(flash.units_spent(), 1);
    assert!(!flash.is_programmed(0));
}

#[test]
fn ranges_are_checked() {
    let mut flash = fresh();
    let not_aligned = |address, length| Err(RamFlashError::NotAligned { address, length });
    let outside = |address, length| Err(RamFlashError::OutOfBounds { address, length });
    assert_eq!(flash.write(2, &[0; 4]), not_aligned(2, 4));
    assert_eq!(flash.write(0, &[0; 3]), not_aligned(0, 3));
    assert_eq!(flash.write(252, &[0; 8]), outside(252, 8));
    assert_eq!(flash.write(u32::MAX - 3, &[0; 4]), outside(u32::MAX - 3, 4));
    assert_eq!(flash.read(255, &mut [0; 2]), outside(255, 2));
    assert_eq!(flash.read(u32::MAX, &mut [0; 2]), outside(u32::MAX, 2));
    assert_eq!(flash.erase(0, 32), not_aligned(0, 32));
    assert_eq!(flash.erase(0, 320), outside(0, 320));
    assert_eq!(flash.erase(128, 64), outside(128, 0));
    assert_eq!(flash.counts(), Counts::default());
}

#[test]
fn every_operation_and_byte_is_counted() {
    let mut flash = fresh();
    flash.read(1, &mut [0; 5]).unwrap();
    flash.write(0, &[0; 12]).unwrap();
    let before = flash.counts();
    flash.erase(0, 128).unwrap();
    let expected = Counts {
        reads: 1,
        read_bytes: 5,
        programs: 1,
        program_bytes: 12,
        erases: 1,
        erased_bytes: 128,
    };
    assert_eq!(flash.counts(), expected);
    let erase_only = Counts { erases: 1, erased_bytes: 128, ..Counts::default() };
    assert_eq!(flash.counts() - before, erase_only);
    assert_eq!(flash.units_spent(), 5, "three units and two blocks");
    flash.reset_counts();
    assert_eq!(flash.counts(), Counts::default());
    assert_eq!(before - expected, Counts::default(), "never below zero");
}

#[test]
fn an_image_tells_which_units_were_programmed() {
    let mut image = vec![0xFF; 128];
    image[9] = 0xFE;
    let mut flash = Flash::owned_image(image).unwrap();
    assert!(flash.is_programmed(8) && flash.is_programmed(11));
    assert!(!flash.is_programmed(4) && !flash.is_programmed(12));
    assert!(flash.write(8, &[0; 4]).is_err());
    assert_eq!(flash.write(12, &[0; 4]), Ok(()));
}

#[test]
fn a_cut_program_is_torn_exactly_at_the_cut() {
    let program = [0x11, 0x22, 0x33, 0x44, 0x51, 0x52, 0x53, 0x54, 0x61, 0x62, 0x63, 0x64];
    let mut seen = [false; 3];
    for seed in 0..64 {
        let mut flash = cut(seed, 1, |flash| flash.write(0, &program));
        let image = flash.image().to_vec();
        assert_eq!(image[..4], program[..4], "the unit before the cut is whole");
        assert!(image[8..64].iter().all(|byte| *byte == 0xFF), "none after it is touched");
        let torn = &image[4..8];
        assert!(torn.iter().zip(&program[4..8]).all(|(torn, new)| torn & new == *new));
        let untouched = torn == [0xFF; 4];
        seen[if untouched { 0 } else { 1 + usize::from(torn == &program[4..8]) }] = true;
        assert_eq!(flash.is_programmed(4), !untouched);

        let off = Err(RamFlashError::PowerIsOff);
        assert_eq!(flash.read(0, &mut [0]), off);
        assert_eq!(flash.write(64, &[0; 4]), off);
        assert_eq!(flash.erase(0, 64), off);
        flash.power_on();
        assert_eq!(flash.image(), image, "nothing happens while the power is off");
        assert_eq!(flash.write(8, &[0; 4]), Ok(()));
    }
    assert_eq!(seen, [true; 3], "untouched, half and complete all occur");
}

#[test]
fn an_interrupted_block_takes_no_program_before_it_is_erased_again() {
    let mut seen = [false; 4];
    for seed in 0..64 {
        let mut flash = cut(seed, 0, |flash| flash.erase(64, 192));
        let (first, last) = (flash.image()[64] == 0xFF, flash.image()[127] == 0xFF);
        seen[usize::from(first) + 2 * usize::from(last)] = true;
        flash.power_on();
        assert!(flash.write(64, &[0; 4]).is_err() && flash.write(124, &[0; 4]).is_err());
        assert_eq!(flash.write(128, &[0; 4]), Ok(()), "the block after it was not reached");
        flash.erase(64, 128).unwrap();
        assert_eq!(flash.write(64, &[0; 4]), Ok(()));
    }
    assert_eq!(seen, [true; 4], "all four kinds of torn erase occur");
}

#[test]
fn the_erase_of_a_block_counts_as_one_unit() {
    let flash = cut(1, 1, |flash| flash.erase(64, 192));
    assert!(flash.image()[64..128].iter().all(|byte| *byte == 0xFF));
    assert!(!flash.is_programmed(64), "the block before the cut was erased whole");
    assert_eq!(flash.counts().erased_bytes, 128);
}

#[test]
fn the_same_seed_tears_the_same_way() {
    for seed in 0..16 {
        let [one, other] = [0; 2].map(|_| cut(seed, 2, |flash| flash.write(128, &[0xA5; 16])));
        assert_eq!(one.into_parts(), other.into_parts());
    }
}

#[test]
fn a_cut_taken_back_does_not_come() {
    let mut flash = fresh();
    flash.set_cut(0);
    flash.clear_cut();
    assert_eq!(flash.write(0, &[0; 64]), Ok(()));
    assert!(!flash.is_off());
}
