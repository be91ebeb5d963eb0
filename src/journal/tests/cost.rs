//! What a payment and a boot cost on the flash.

use super::*;

type Spi = RamFlash<Vec<u8>, 1, 4096>;
type SpiTill = Journal<Spi, 16, 4, 256>;

const KB256: Region = Region::new(0, 256 * 1024);

fn spi(verify: bool) -> (SpiTill, Settings) {
    let settings = Settings { verify, ..settings() };
    let chip = Spi::owned(KB256.bytes() as usize).unwrap();
    (SpiTill::format(chip, KB256, &settings, FormatAs::live(3)).unwrap(), settings)
}

fn payment(till: &mut SpiTill, amount: u64) {
    let Begun::New { item, .. } = till.begin(&sale(amount)).unwrap() else { panic!() };
    till.outcome(item, Verdict::Approved { completed: true }, &approval()).unwrap();
}

#[test]
fn a_mount_of_1500_payments_reads_at_most_10_kilobytes() {
    let (mut till, settings) = spi(true);
    let mut worst = 0;
    for i in 0..1_700 {
        payment(&mut till, i);
        // Every frontier position of the last sectors, and a sample of the others.
        if i % 97 == 0 || i >= 1_400 {
            let chip = till.log().flash().clone();
            let before = chip.counts();
            let again = SpiTill::mount(chip, KB256, &settings).unwrap();
            let spent = again.log().flash().counts() - before;
            assert_eq!((spent.programs, spent.erases), (0, 0));
            assert_eq!(again.ledger(), till.ledger());
            worst = worst.max(spent.read_bytes);
        }
    }
    assert!(worst <= 10_000, "{worst} bytes read");
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
