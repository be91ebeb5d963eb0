//! Interrupted programs.

use std::collections::HashSet;

use super::*;

/// What a chip reads in so many boots.
fn readings<const W: usize, const E: usize>(chip: &SimFlash<W, E>, bytes: usize) -> Vec<Vec<u8>> {
    let mut chip = chip.clone();
    (0..60)
        .map(|_| {
            chip.power_on();
            bytes_at(&mut chip, 0, bytes).unwrap()
        })
        .collect()
}

#[test]
fn a_prefix_leaves_its_bytes_and_nothing_behind_them() {
    fn every_length<const W: usize>() {
        let new = data(4 * W);
        for k in 0..=new.len() {
            let tear = Tear::Prefix { bytes: k as u32 };
            let mut chip = torn::<W, 256>(&new, tear, 1, Faults::default());
            let read = bytes_at(&mut chip, 0, new.len() + W).unwrap();
            assert_eq!(read[..k], new[..k], "{k} of {W}");
            assert!(read[k..].iter().all(|&b| b == 0xFF), "{k} of {W}");
            assert!(chip.truth(0, new.len()).iter().all(|&b| b == 0xFF), "nobody was told");
            assert_eq!(chip.happened().of(Fault::TornPrefix), 1);
        }
    }
    every_length::<1>();
    every_length::<4>();
    every_length::<32>();
}

#[test]
fn a_prefix_longer_than_the_program_lacks_only_the_acknowledgement() {
    let mut chip = torn::<4, 256>(&data(8), Tear::Prefix { bytes: u32::MAX }, 1, Faults::default());
    assert_eq!(bytes_at(&mut chip, 0, 8).unwrap(), data(8));
    // Anyone can see that something is there.
    assert_eq!(chip.write(4, &[0; 4]), Err(SimError::AlreadyProgrammed { address: 4 }));
}

#[test]
fn torn_bits_are_a_subset_of_those_that_should_clear_also_all_and_none() {
    let new = data(16);
    let mut seen = HashSet::new();
    for seed in 0..20 {
        let chip = torn::<4, 256>(&new, Tear::Bits { unit: 1 }, seed, Faults::default());
        for read in readings(&chip, 16) {
            assert_eq!(read[..4], new[..4], "units before it are done");
            assert!(read[8..].iter().all(|&b| b == 0xFF), "units after it are not touched");
            let subset = read[4..8].iter().zip(&new[4..8]).all(|(&is, &new)| is & new == new);
            assert!(subset, "a bit cleared that should not: {read:02x?}");
            seen.insert(read[4..8].to_vec());
        }
    }
    assert!(seen.contains(&new[4..8]) && seen.contains(&vec![0xFF; 4]));
    assert!(seen.len() > 100, "only {} different readings", seen.len());
}

#[test]
fn what_a_torn_unit_reads_depends_on_the_seed() {
    let reads = |seed| {
        let chip = torn::<4, 256>(&data(8), Tear::Bits { unit: 0 }, seed, Faults::default());
        readings(&chip, 4)
    };
    let different: HashSet<_> = (0..40).map(|seed| reads(seed).swap_remove(0)).collect();
    assert!(different.len() > 8, "the first boot reads {} ways", different.len());
    assert_eq!(reads(3), reads(3));
}

#[test]
fn units_land_in_any_order() {
    let new = data(16);
    let (mut gap, mut all, mut none, mut mixed) = (0, 0, 0, 0);
    for seed in 0..300 {
        let mut chip = torn::<4, 256>(&new, Tear::Scattered, seed, Faults::default());
        let read = bytes_at(&mut chip, 0, 16).unwrap();
        let landed: Vec<_> = read.chunks(4).zip(new.chunks(4)).map(|(a, b)| a == b).collect();
        let blank: Vec<_> = read.chunks(4).map(|unit| unit == [0xFF; 4]).collect();
        gap += u32::from(blank[0] && landed[1] || blank[1] && landed[3]);
        all += u32::from(read == new);
        none += u32::from(blank.iter().all(|&b| b));
        mixed += u32::from(landed.iter().zip(&blank).any(|(&landed, &blank)| !landed && !blank));
        assert!(chip.truth(0, 16).iter().all(|&b| b == 0xFF));
    }
    assert!(gap > 20 && all > 20 && none > 20 && mixed > 20, "{gap} {all} {none} {mixed}");
}

#[test]
fn a_faint_unit_looks_erased_and_rots_what_is_programmed_over_it() {
    let tear = Tear::Faint { unit: 1 };
    let mut rotten = 0;
    for seed in 0..50 {
        let mut chip = torn::<4, 256>(&data(12), tear, seed, Faults::default());
        assert_eq!(bytes_at(&mut chip, 0, 12).unwrap()[4..], [0xFF; 8]);
        // This boot cannot know; so it is told that all is well.
        chip.write(4, &data(8)).unwrap();
        assert_eq!(chip.happened().of(Fault::Spoilt), 1);
        assert_eq!(chip.truth(4, 8), data(8));
        let seen = readings(&chip, 12);
        assert!(seen.iter().all(|read| read[8..] == data(8)[4..]), "only the faint unit is weak");
        rotten += u32::from(seen.iter().any(|read| read[4..8] != data(4)));
        // And an erase ends it.
        chip.erase(0, 256).unwrap();
        chip.write(4, &data(4)).unwrap();
        assert!(readings(&chip, 12).iter().all(|read| read[4..8] == data(4)));
    }
    assert!(rotten > 40, "{rotten} of 50 rotted");
}

#[test]
fn over_a_unit_torn_by_bytes_the_bits_of_both_remain() {
    let mut chip = torn::<8, 256>(&[0x0F; 8], Tear::Prefix { bytes: 3 }, 1, Faults::default());
    chip.write(0, &[0xF0; 8]).unwrap();
    let mut both = [0xF0; 8];
    both[..3].fill(0);
    let image = &chip.image()[..8];
    // Weak cells may read a bit more, never one less.
    assert!(image.iter().zip(both).all(|(&is, both)| is & both == both), "{image:02x?}");
    assert_eq!(chip.happened().of(Fault::Spoilt), 1);
}

#[test]
fn a_torn_unit_stays_torn_when_another_program_is_cut_before_it() {
    let mut chip = torn::<4, 256>(&data(4), Tear::Bits { unit: 0 }, 5, Faults::default());
    chip.cut(Cut { op: 0, tear: Tear::Prefix { bytes: 0 } });
    chip.write(0, &data(4)).unwrap_err();
    let seen: HashSet<_> = readings(&chip, 4).into_iter().collect();
    assert!(seen.len() > 1, "it became firm");
    chip.power_on();
    chip.cut(Cut { op: 0, tear: Tear::Prefix { bytes: 4 } });
    chip.write(0, &data(4)).unwrap_err();
    let seen: HashSet<_> = readings(&chip, 4).into_iter().collect();
    assert!(seen.len() > 1, "whole now, but over weak cells");
}

#[test]
fn every_tear_of_a_program_leaves_something_else() {
    let new = data(16);
    let mut chip = SimFlash::<4, 256>::new(256, 9);
    chip.trace();
    chip.write(0, &new).unwrap();
    let ops = chip.end_trace();
    assert_eq!(ops.len(), 1);
    let tears = ops[0].tears(3);
    assert_eq!(tears.len(), 17 + 2 * 4 + 3);
    assert_eq!(tears.iter().collect::<HashSet<_>>().len(), tears.len() - 2);
    let mut left = HashSet::new();
    for &tear in tears.iter().filter(|&&tear| tear != Tear::Scattered) {
        let mut chip = torn::<4, 256>(&new, tear, 9, Faults::default());
        let reads = readings(&chip, 16);
        // What a program over it leaves tells faint units from untouched ones.
        let taken = (0..4).map(|i| chip.write(i * 4, &new[i as usize * 4..][..4]).is_ok());
        let taken: Vec<_> = taken.collect();
        assert!(left.insert((reads, taken, readings(&chip, 16))), "{tear:?} leaves nothing new");
    }
}
