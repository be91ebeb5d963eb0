//! What a payment and a boot cost on the flash.

use super::*;

type Spi = RamFlash<Vec<u8>, 1, 4096>;
type SpiTill<const BOOKS: usize = 4> = Journal<Spi, 16, BOOKS, 256>;

const KB256: Region = Region::new(0, 256 * 1024);

fn spi(verify: bool) -> (SpiTill, Settings) {
    let settings = Settings { verify, ..settings() };
    let chip = Spi::owned(KB256.bytes() as usize).unwrap();
    (SpiTill::format(chip, KB256, &settings, FormatAs::live(3)).unwrap(), settings)
}

fn payment<const BOOKS: usize>(till: &mut SpiTill<BOOKS>, amount: u64) {
    let Begun::New { item, .. } = till.begin(&sale(amount)).unwrap() else { panic!() };
    till.outcome(item, Verdict::Approved { completed: true }, &approval()).unwrap();
}

#[test]
fn a_mount_of_1500_payments_reads_at_most_10_kilobytes() {
    // A sector holds four checkpoints of the largest size: four books take sectors of 12 KiB.
    let worst = [worst_mount::<1>(), worst_mount::<4>()];
    assert!(worst[0] <= 10_000 && worst[1] <= 14_000, "{worst:?} bytes read");
}

/// The most bytes that a mount reads while 1,700 payments are made, where most of the log is full.
fn worst_mount<const BOOKS: usize>() -> u64 {
    let settings = Settings { verify: true, ..settings() };
    let chip = Spi::owned(KB256.bytes() as usize).unwrap();
    let mut till = SpiTill::<BOOKS>::format(chip, KB256, &settings, FormatAs::live(3)).unwrap();
    let mut worst = 0;
    for i in 0..1_700 {
        payment(&mut till, i);
        // Every frontier position of the last sectors, and a sample of the others.
        if i % 97 == 0 || i >= 1_400 {
            let chip = till.log().flash().clone();
            let before = chip.counts();
            let again = SpiTill::<BOOKS>::mount(chip, KB256, &settings).unwrap();
            let spent = again.log().flash().counts() - before;
            assert_eq!((spent.programs, spent.erases), (0, 0));
            assert_eq!(again.ledger(), till.ledger());
            worst = worst.max(spent.read_bytes);
        }
    }
    worst
}

#[test]
fn a_payment_is_two_programs_of_known_size() {
    let (mut till, _) = spi(false);
    payment(&mut till, 1);
    let before = till.log().flash().counts();
    payment(&mut till, 2);
    let spent = till.log().flash().counts() - before;
    assert_eq!((spent.programs, spent.reads, spent.erases), (2, 0, 0));
    // An intent of 28 bytes and an outcome of 18, six of framing each; the first of a stripe has
    // its number besides.
    assert!(spent.program_bytes <= 28 + 18 + 2 * 6 + 4, "{} bytes", spent.program_bytes);
}
