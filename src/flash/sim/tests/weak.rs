//! Units that read differently each time, and units that ECC refuses.

use std::collections::HashSet;

use super::*;

/// Torn in boot 0, read so often in each of so many boots.
fn readings(settling: Settling, boots: usize, reads: usize) -> Vec<Vec<Vec<u8>>> {
    let faults = Faults { settling, ..Faults::default() };
    let mut chip = torn::<8, 256>(&data(8), Tear::Bits { unit: 0 }, 77, faults);
    (0..boots)
        .map(|boot| {
            if boot > 0 {
                chip.power_on();
            }
            (0..reads).map(|_| bytes_at(&mut chip, 0, 8).unwrap()).collect()
        })
        .collect()
}

fn kinds<'a>(reads: impl IntoIterator<Item = &'a Vec<u8>>) -> usize {
    reads.into_iter().collect::<HashSet<_>>().len()
}

#[test]
fn each_boot_reads_it_its_own_way() {
    let boots = readings(Settling::EachBoot, 30, 10);
    assert!(boots.iter().all(|reads| kinds(reads) == 1), "the same within a boot");
    assert!(kinds(boots.iter().map(|reads| &reads[0])) > 5);
}

#[test]
fn never_settling_means_never() {
    let boots = readings(Settling::Never, 10, 40);
    assert!(boots.iter().all(|reads| kinds(reads) > 5));
}

#[test]
fn after_so_many_reads_it_reads_the_same_for_ever() {
    let boots = readings(Settling::AfterReads(25), 4, 20);
    assert!(kinds(&boots[0]) > 4 && kinds(&boots[1][..5]) > 1);
    assert_eq!(kinds(boots[1][5..].iter().chain(&boots[2]).chain(&boots[3])), 1);
    let boots = readings(Settling::AfterReads(0), 3, 20);
    assert_eq!(kinds(boots.iter().flatten()), 1);
}

#[test]
fn after_a_reboot_it_reads_the_same_for_ever() {
    let boots = readings(Settling::AfterReboot, 5, 30);
    assert!(kinds(&boots[0]) > 5, "the first boot that can read it");
    assert_eq!(kinds(boots[1..].iter().flatten()), 1);
}

#[test]
fn looking_at_the_image_settles_nothing() {
    let faults = Faults { settling: Settling::AfterReads(1), ..Faults::default() };
    let mut chip = torn::<8, 256>(&data(8), Tear::Bits { unit: 0 }, 3, faults);
    let twin = bytes_at(&mut chip.clone(), 0, 8).unwrap();
    let images: Vec<_> = (0..20).map(|_| chip.image()).collect();
    assert_eq!(kinds(&images), 1);
    assert_eq!(images[0][..8], twin);
    let counts = chip.counts();
    assert_eq!(bytes_at(&mut chip, 0, 8).unwrap(), twin);
    assert_eq!((chip.counts() - counts).reads, 1);
}

#[test]
fn ecc_refuses_a_torn_unit_and_every_read_that_covers_it_until_it_is_erased() {
    let faults = Faults { ecc: true, ..Faults::default() };
    for tear in [Tear::Bits { unit: 1 }, Tear::Prefix { bytes: 12 }] {
        let mut chip = torn::<8, 256>(&data(24), tear, 1, faults);
        let refused = SimError::Failed { fault: Fault::EccUnit, address: 8 };
        for _ in 0..5 {
            assert_eq!(bytes_at(&mut chip, 0, 8).unwrap(), data(8), "the good neighbour");
            for (at, length) in [(8, 8), (15, 1), (0, 9), (0, 24), (12, 100)] {
                assert_eq!(bytes_at(&mut chip, at, length), Err(refused), "{at} {length}");
            }
            assert_eq!(bytes_at(&mut chip, 16, 8).unwrap(), [0xFF; 8]);
            chip.power_on();
        }
        assert_eq!(chip.image()[8..16], [0; 8], "an image shows zeros there");
        chip.erase(0, 256).unwrap();
        assert_eq!(bytes_at(&mut chip, 0, 24).unwrap(), [0xFF; 24]);
    }
}

#[test]
fn ecc_refuses_rot_noise_and_what_was_programmed_over_faint_cells() {
    let faults = Faults { ecc: true, ..Faults::default() };
    let mut chip = torn::<8, 256>(&data(8), Tear::Faint { unit: 0 }, 1, faults);
    assert_eq!(bytes_at(&mut chip, 0, 8).unwrap(), [0xFF; 8], "it looks erased");
    chip.write(0, &data(16)).unwrap();
    bytes_at(&mut chip, 0, 8).unwrap_err();
    assert_eq!(bytes_at(&mut chip, 8, 8).unwrap(), data(16)[8..]);
    chip.rot(9, 0x10);
    bytes_at(&mut chip, 8, 8).unwrap_err();
    chip.lose(256);
    bytes_at(&mut chip, 256 + 31, 1).unwrap_err();
}

#[test]
fn a_read_that_fails_leaves_nothing_of_use_in_the_buffer() {
    let mut chip = torn::<8, 256>(
        &data(16),
        Tear::Bits { unit: 1 },
        1,
        Faults { ecc: true, ..Faults::default() },
    );
    let mut bytes = [0; 16];
    chip.read(0, &mut bytes).unwrap_err();
    assert_ne!(bytes[..8], data(16)[..8]);
}

#[test]
fn rot_flips_what_it_is_told_to_and_the_truth_stands() {
    let mut chip = SimFlash::<4, 256>::new(512, 1);
    chip.write(0, &data(8)).unwrap();
    for (at, mask) in [(2, 0x81), (5, 0x04), (100, 0x01)] {
        chip.rot(at, mask);
    }
    let mut expected = data(8);
    expected[2] ^= 0x81;
    expected[5] ^= 0x04;
    assert_eq!(bytes_at(&mut chip, 0, 8).unwrap(), expected);
    assert_eq!(bytes_at(&mut chip, 100, 1).unwrap(), [0xFE]);
    assert_eq!(chip.truth(0, 8), data(8));
    assert_eq!(chip.happened().of(Fault::Rot), 3);
    chip.power_on();
    assert_eq!(bytes_at(&mut chip, 0, 8).unwrap(), expected, "it stays");
    // Nobody wrote at 100, so a program is no offence; but a cleared bit stays cleared.
    chip.write(100, &[0x0F; 4]).unwrap();
    assert_eq!(bytes_at(&mut chip, 100, 4).unwrap(), [0x0E, 0x0F, 0x0F, 0x0F]);
    assert_eq!(chip.happened().of(Fault::Spoilt), 1);
    chip.rot(1 << 20, 1);
}

#[test]
fn a_lost_block_is_noise_and_the_truth_stands() {
    let mut chip = SimFlash::<4, 256>::new(768, 1);
    chip.write(256, &data(256)).unwrap();
    chip.lose(300);
    let read = bytes_at(&mut chip, 0, 768).unwrap();
    let same = read[256..512].iter().zip(data(256)).filter(|&(&a, b)| a == b).count();
    assert!(same < 20, "{same} bytes of 256 are as they were");
    assert!(read[..256].iter().chain(&read[512..]).all(|&b| b == 0xFF));
    assert_eq!(chip.truth(256, 256), data(256));
    assert_eq!(chip.happened().of(Fault::SectorGone), 1);
}
