//! Interrupted erases.

use super::*;

const E: usize = 512;

fn blocks(chip: &SimFlash<4, E>) -> [Vec<u8>; 2] {
    let image = chip.image();
    [image[..E].to_vec(), image[E..2 * E].to_vec()]
}

fn blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|&b| b == 0xFF)
}

#[test]
fn a_prefix_of_blocks_is_erased() {
    for n in 0..=2 {
        let tear = Tear::Prefix { bytes: (n * E) as u32 };
        let (mut chip, old) = half_erased::<4, E>(tear, 1);
        let image = chip.image();
        assert!(blank(&image[..n * E]));
        assert_eq!(image[n * E..2 * E], old[n * E..], "{n} of 2");
        assert_eq!(chip.truth(0, 2 * E), old, "nobody was told that it is erased");
        assert_eq!((chip.wear(0), chip.wear(E as u32)), ((n > 0) as u32, (n > 1) as u32));
        // What is really erased takes a program that stays.
        if n > 0 {
            chip.write(0, &[0; 4]).unwrap();
            assert_eq!(bytes_at(&mut chip, 0, 4).unwrap(), [0; 4]);
            assert_eq!(chip.happened().of(Fault::Spoilt), 0);
        }
    }
}

#[test]
fn a_torn_erase_leaves_each_byte_old_erased_or_random() {
    let (mut as_old, mut erased, mut random, mut of_units) = (0, 0, 0, 0);
    for seed in 0..20 {
        let (chip, old) = half_erased::<4, E>(Tear::Bits { unit: 0 }, seed);
        let [first, second] = blocks(&chip);
        assert_eq!(second, old[E..], "the block after it is not touched");
        for (&is, &was) in first.iter().zip(&old) {
            as_old += u32::from(is == was);
            erased += u32::from(is == 0xFF);
            random += u32::from(is != was && is != 0xFF);
        }
        of_units += first.chunks(4).filter(|unit| blank(unit)).count();
        assert_eq!(chip.happened().of(Fault::TornErase), 1);
    }
    assert!(as_old > 1000 && erased > 1000 && random > 1000, "{as_old} {erased} {random}");
    assert!(of_units > 100, "{of_units} whole units look erased");
}

#[test]
fn head_and_tail_end_in_the_middle_of_a_block() {
    let (chip, old) = half_erased::<4, E>(Tear::Head { unit: 1 }, 1);
    let [first, second] = blocks(&chip);
    assert!(blank(&first) && blank(&second[..E / 2]));
    assert_eq!(second[E / 2..], old[E + E / 2..]);
    let (chip, old) = half_erased::<4, E>(Tear::Tail { unit: 0 }, 1);
    let [first, second] = blocks(&chip);
    assert!(blank(&first[E / 2..]));
    assert_eq!((&first[..E / 2], &second[..]), (&old[..E / 2], &old[E..]));
}

#[test]
fn a_block_that_looks_erased_and_is_weak_spoils_what_is_programmed_there() {
    for tear in [Tear::Faint { unit: 0 }, Tear::Head { unit: 0 }, Tear::Tail { unit: 0 }] {
        let mut rotten = 0;
        for seed in 0..20 {
            let (mut chip, _) = half_erased::<4, E>(tear, seed);
            let at = if matches!(tear, Tear::Tail { .. }) { E - 16 } else { 16 } as u32;
            assert!(blank(&bytes_at(&mut chip, at, 16).unwrap()), "{tear:?}");
            chip.write(at, &data(16)).unwrap();
            assert_eq!(chip.happened().of(Fault::Spoilt), 1);
            for _ in 0..20 {
                chip.power_on();
                rotten += u32::from(bytes_at(&mut chip, at, 16).unwrap() != data(16));
            }
            chip.erase(0, E as u32).unwrap();
            chip.write(at, &data(16)).unwrap();
            assert_eq!(bytes_at(&mut chip, at, 16).unwrap(), data(16), "a whole erase heals");
        }
        assert!(rotten > 100, "{tear:?}: {rotten} of 400");
    }
}

#[test]
fn every_tear_of_an_erase_leaves_something_else() {
    let op = {
        let mut chip = SimFlash::<4, E>::new(3 * E, 1);
        chip.trace();
        chip.erase(0, 2 * E as u32).unwrap();
        chip.end_trace().swap_remove(0)
    };
    let tears = op.tears(0);
    assert_eq!(tears.len(), 3 + 2 * 4);
    let mut left = std::collections::HashSet::new();
    for tear in tears {
        let (mut chip, _) = half_erased::<4, E>(tear, 3);
        let before = chip.image();
        let taken: Vec<_> =
            (0..2 * E / 4).map(|i| chip.write(i as u32 * 4, &[0; 4]).is_ok()).collect();
        chip.power_on();
        assert!(left.insert((before, taken, chip.image())), "{tear:?} leaves nothing new");
    }
}

#[test]
fn tears_that_are_meant_for_the_other_operation_mean_the_nearest_thing() {
    let head = torn::<4, E>(&data(8), Tear::Head { unit: 1 }, 4, Faults::default());
    let bits = torn::<4, E>(&data(8), Tear::Bits { unit: 1 }, 4, Faults::default());
    assert_eq!(head.image(), bits.image());
    let tail = torn::<4, E>(&data(8), Tear::Tail { unit: 1 }, 4, Faults::default());
    let faint = torn::<4, E>(&data(8), Tear::Faint { unit: 1 }, 4, Faults::default());
    assert_eq!(tail.image(), faint.image());
    let (chip, old) = half_erased::<4, E>(Tear::Prefix { bytes: 700 }, 1);
    assert_eq!(chip.image()[E..2 * E], old[E..], "only whole blocks count");
}

#[test]
fn scattered_blocks_have_fates_of_their_own() {
    let (mut apart, mut same) = (0, 0);
    for seed in 0..100 {
        let (chip, old) = half_erased::<4, E>(Tear::Scattered, seed);
        let [first, second] = blocks(&chip);
        apart += u32::from(first == old[..E] && blank(&second));
        same += u32::from(blank(&first) && blank(&second));
    }
    assert!(apart > 2 && same > 2, "{apart} {same}");
}
