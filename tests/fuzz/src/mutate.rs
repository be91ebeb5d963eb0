//! Mutations of a script that keep its steps in step: a byte put in or taken out of the middle of an
//! input would shift every step behind it.

use super::checks::input::Geometry;
use super::checks::script::{Script, Step};

/// A small generator, so that a seed is a replay.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// Kinds that a frame is turned into: the log's own, and a few records.
const KINDS: &[u8] = &[
    0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0x81, 0x82, 0x84, 0x86, 0x87, 0x8A, 0x8B, 0x90, 0x96,
];

/// Mutates `data[..size]` in place, up to `most` bytes; the new size. `bytewise` is the fuzzer's own
/// mutator.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    most: usize,
    seed: u32,
    mut bytewise: impl FnMut(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut dice = Dice(u64::from(seed) << 17 | 0x9E37_79B9);
    dice.roll(2);
    let raw = data.first().is_none_or(|&first| Geometry::of(first).raw);
    if raw || size < 2 || dice.roll(4) == 0 {
        return bytewise(data, size, most);
    }
    let mut script = Script::of(&data[1..size]);
    for _ in 0..1 + dice.roll(3) {
        change(&mut script, &mut dice, &mut bytewise);
    }
    let bytes = script.bytes();
    let size = bytes.len().min(most.min(data.len()) - 1);
    data[1..=size].copy_from_slice(&bytes[..size]);
    size + 1
}

fn change(
    script: &mut Script,
    dice: &mut Dice,
    bytewise: &mut impl FnMut(&mut [u8], usize, usize) -> usize,
) {
    let steps = &mut script.0;
    if steps.is_empty() {
        return steps.push(Step::Boot { end: 0, copy: 0, twins: 1 });
    }
    let (at, other) = (dice.roll(steps.len()), dice.roll(steps.len()));
    match dice.roll(10) {
        0 => drop(steps.remove(at)),
        1 => steps.insert(at, steps[other].clone()),
        2 => steps.swap(at, other),
        3 => steps.truncate(at + 1),
        4 => steps.insert(at, new_step(dice)),
        // The same steps again, from one place to another.
        5 => {
            let span: Vec<Step> = steps.iter().skip(at).take(1 + dice.roll(8)).cloned().collect();
            steps.splice(other..other, span);
        }
        _ => alter(&mut steps[at], dice, bytewise),
    }
}

fn new_step(dice: &mut Dice) -> Step {
    let small = |dice: &mut Dice| dice.roll(6) as u8;
    match dice.roll(5) {
        0 => Step::Boot { end: small(dice), copy: small(dice), twins: small(dice) },
        1 => Step::Number(dice.roll(usize::MAX) as u32 >> dice.roll(32)),
        2 => {
            let bytes = vec![[0, 0xFF, 0x55][dice.roll(3)]; 1 + dice.roll(64)];
            Step::Poke { sector: small(dice), offset: dice.roll(8192) as u16, bytes }
        }
        3 => {
            let epoch = dice.roll(16) as u32;
            Step::Header { sector: small(dice), epoch, flags: 0, wear: 1, spoilt: small(dice) }
        }
        _ => {
            let kind = KINDS[dice.roll(KINDS.len())];
            let payload = (0..dice.roll(24)).map(|_| dice.roll(256) as u8).collect();
            Step::Frame { kind, gap: 0, number: 0, fix: 1, payload }
        }
    }
}

/// Changes the fields of a step.
fn alter(
    step: &mut Step,
    dice: &mut Dice,
    bytewise: &mut impl FnMut(&mut [u8], usize, usize) -> usize,
) {
    let small = |dice: &mut Dice| dice.roll(6) as u8;
    match step {
        Step::Frame { kind, gap, number, fix, payload } => match dice.roll(8) {
            0 => *kind = KINDS[dice.roll(KINDS.len())],
            1 => *gap = dice.roll(40) as u16,
            2 => *number = dice.roll(7) as i8 - 3,
            3 => *fix ^= 1,
            _ => bytes(payload, bytewise),
        },
        Step::Poke { sector, offset, bytes: poked } => match dice.roll(3) {
            0 => *sector = small(dice),
            1 => *offset = dice.roll(8192) as u16,
            _ => bytes(poked, bytewise),
        },
        Step::Header { sector, epoch, flags, spoilt, .. } => match dice.roll(5) {
            0 => *sector = small(dice),
            1 => *epoch = epoch.wrapping_add(dice.roll(13) as u32).wrapping_sub(6),
            2 => *epoch = u32::MAX - dice.roll(12) as u32,
            3 => *flags = [0, 1, 2, 3, 0x80][dice.roll(5)],
            _ => *spoilt = small(dice),
        },
        Step::Boot { end, copy, twins } => {
            (*end, *copy, *twins) = (small(dice), small(dice), small(dice));
        }
        Step::Number(number) => *number = dice.roll(usize::MAX) as u32 >> dice.roll(32),
        Step::Shape(shape) => {
            let mut fields = [shape.unit_log2, shape.anchor_log2, shape.frame_eighth, 0];
            bytewise(&mut fields, 3, 3);
            [shape.unit_log2, shape.anchor_log2, shape.frame_eighth, _] = fields;
            shape.sector_bytes = 128 << dice.roll(20);
            shape.sectors = dice.roll(65_536) as u16 >> dice.roll(16);
        }
    }
}

fn bytes(payload: &mut Vec<u8>, bytewise: &mut impl FnMut(&mut [u8], usize, usize) -> usize) {
    let size = payload.len();
    payload.resize(255, 0);
    let size = bytewise(payload, size, 255);
    payload.truncate(size);
}
