//! A whole journal, written from card data of every network through the public calls, and searched for
//! any of the numbers in any form.

use std::collections::HashSet;

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::{Begin, Begun, Journal, OutcomeOf};
use pos_journal::log::{FormatAs, Settings};
use pos_journal::record::*;

use super::cards::{bcd, nibbles, numbers};
use super::dice::Dice;

type Chip = RamFlash<Vec<u8>, 8, 4096>;
type Terminal = Journal<Chip, 16, 4>;

/// So large that nothing is reclaimed.
const BYTES: u32 = 256 * 1024;

/// What a reader hands out for a card: everything, as terminals get it.
struct Card {
    number: String,
    /// DE55 with the tags that may never be stored among the others.
    de55: Vec<u8>,
}

impl Card {
    fn new(number: &str, dice: &mut Dice) -> Self {
        let mut de55 = vec![0x9F, 0x26, 8];
        de55.extend((0..8).map(|_| dice.below(256) as u8));
        let packed = bcd(number);
        let track = format!("{number}D2512201{}", dice.digits(9));
        let track = nibbles(&track);
        for (tag, value) in
            [(&[0x5A][..], &packed), (&[0x57], &track), (&[0x5F, 0x20], &b"A/NAME".to_vec())]
        {
            de55.extend_from_slice(tag);
            de55.push(value.len() as u8);
            de55.extend_from_slice(value);
        }
        Card { number: number.into(), de55 }
    }

    /// What firmware does that was told which tag is refused: it leaves that one out.
    fn filtered(&self) -> Option<Emv> {
        let mut kept = Vec::new();
        let mut rest = &self.de55[..];
        while let [tag, more @ ..] = rest {
            let two = usize::from(tag & 0x1F == 0x1F);
            let length = usize::from(more[two]);
            let (object, after) = rest.split_at(2 + two + length);
            if Emv::new(object).is_ok() {
                kept.extend_from_slice(object);
            }
            rest = after;
        }
        // All at once first, as somebody will.
        Emv::new(&self.de55).or_else(|_| Emv::new(&kept)).ok()
    }
}

/// Takes the first that is taken.
fn first<T, E>(tries: impl IntoIterator<Item = Result<T, E>>) -> Option<T> {
    tries.into_iter().find_map(Result::ok)
}

fn pay(terminal: &mut Terminal, card: &Card, n: u64) {
    let begin = Begin {
        entry: EntryMode::CHIP,
        moment: Moment { local_seconds: 1_790_000_000 + n as u32, ..Moment::default() },
        pan: TruncatedPan::from_pan(&card.number).ok(),
        card_sequence: Some(CardSequence(1)),
        reference: Reference::new(&format!("POS001-{n:06}")).ok(),
        ..Begin::new(0, TransactionKind::Sale, Amount::new(1_000 + n), Currency::CNY)
    };
    let Begun::New { item, .. } = terminal.begin(&begin).unwrap() else { panic!("known") };
    let verdict = Verdict::Approved { completed: false };
    let outcome = OutcomeOf {
        code: Some(ResponseCode::APPROVED),
        rrn: Rrn::new(&format!("{n:012}")).ok(),
        emv: card.filtered(),
        ..OutcomeOf::default()
    };
    terminal.outcome(item, verdict, &outcome).unwrap();
    terminal.complete(item, card.filtered()).unwrap();
    let spaced = card.number.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four));
    let spaced = spaced.collect::<Vec<_>>().join(" ");
    // The cashier writes the number down, and again with blanks, and is refused.
    for text in [card.number.clone(), spaced] {
        let remarks = [Text::new(&format!("card {text}")), Text::new("card number left out")];
        terminal.note(first(remarks).unwrap()).unwrap();
    }
}

/// The bytes of the region of a terminal that took a payment with each of these.
fn image(numbers: &[String]) -> Vec<u8> {
    let chip = Chip::owned(BYTES as usize).unwrap();
    let region = Region::new(0, BYTES);
    let mut terminal = Terminal::format(chip, region, &Settings::new(), FormatAs::live(7)).unwrap();
    let mut dice = Dice(10);
    for (n, number) in (0..).zip(numbers) {
        pay(&mut terminal, &Card::new(number, &mut dice), n);
    }
    terminal.into_flash().image().to_vec()
}

/// In what forms any of the numbers stands in the bytes.
fn found(image: &[u8], numbers: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut forms: Vec<(&str, HashSet<Vec<u8>>)> = vec![
        ("text", numbers.iter().map(|n| n.clone().into_bytes()).collect()),
        ("BCD", numbers.iter().map(|n| bcd(n)).collect()),
        ("BCD, evened in front", numbers.iter().map(|n| nibbles(&format!("0{n}"))).collect()),
        ("binary", HashSet::new()),
        ("binary, turned around", HashSet::new()),
        ("text in groups", HashSet::new()),
    ];
    for number in numbers {
        let value: u64 = number.parse().unwrap();
        forms[3].1.insert(value.to_be_bytes().to_vec());
        forms[4].1.insert(value.to_le_bytes().to_vec());
        // As many as they are, seven bytes hold the number.
        forms[3].1.insert(value.to_be_bytes()[8 - bytes_of(value)..].to_vec());
        forms[4].1.insert(value.to_le_bytes()[..bytes_of(value)].to_vec());
        let groups: Vec<&[u8]> = number.as_bytes().chunks(4).collect();
        forms[5].1.insert(groups.join(&b' '));
        forms[5].1.insert(groups.join(&b'-'));
    }
    for (form, needles) in forms {
        let lengths: HashSet<usize> = needles.iter().map(Vec::len).collect();
        let is_there = |length: usize| image.windows(length).any(|window| needles.contains(window));
        if lengths.into_iter().any(is_there) {
            found.push(form.to_string());
        }
    }
    found
}

fn bytes_of(value: u64) -> usize {
    (8 - value.leading_zeros() as usize / 8).max(1)
}

/// No form of any number is in the journal.
pub fn nothing_of_it_is_in_a_journal() -> Result<(), String> {
    let numbers = numbers(11, 4);
    let image = image(&numbers);
    // The heads and tails are: the payments were written.
    let written = image.iter().filter(|byte| **byte != 0xFF).count();
    let found = found(&image, &numbers);
    println!(
        "{} payments with cards of every network, {written} bytes written; found: {found:?}",
        numbers.len()
    );
    if written < numbers.len() * 60 {
        return Err(format!("only {written} bytes were written"));
    }
    if found.is_empty() { Ok(()) } else { Err(format!("in the journal as {found:?}")) }
}

/// The search finds what is there.
pub fn the_search_finds_every_form() {
    let numbers = numbers(12, 1);
    for (at, number) in numbers.iter().enumerate() {
        let value: u64 = number.parse().unwrap();
        let forms = [
            ("text", number.clone().into_bytes()),
            ("BCD", bcd(number)),
            ("BCD, evened in front", nibbles(&format!("0{number}"))),
            ("binary", value.to_be_bytes().to_vec()),
            ("binary, turned around", value.to_le_bytes().to_vec()),
        ];
        for (form, bytes) in forms {
            let mut image = vec![0xFF; 4096];
            image[at..at + bytes.len()].copy_from_slice(&bytes);
            let said = found(&image, &numbers);
            assert!(said.iter().any(|s| s == form), "{form} of {} digits", number.len());
        }
    }
}
