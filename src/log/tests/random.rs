//! The log against a `Vec` of records, over random geometries and workloads.

use proptest::prelude::*;

use super::model::{CLOSE, OPEN, PLAIN};
use super::*;

#[derive(Clone, Debug)]
enum Step {
    Append(u8, usize),
    Maintain,
    Reboot,
    Scan,
}

fn steps() -> impl Strategy<Value = std::vec::Vec<Step>> {
    let step = prop_oneof![
        8 => (0u8..3, 4usize..45).prop_map(|(kind, len)| Step::Append(kind, len)),
        2 => Just(Step::Maintain),
        1 => Just(Step::Reboot),
        1 => Just(Step::Scan),
    ];
    prop::collection::vec(step, 1..160)
}

fn run<const W: usize, const E: usize>(
    sectors: u32,
    verify: bool,
    steps: &[Step],
) -> Result<(), TestCaseError> {
    let sector_bytes = (1024u32).next_multiple_of(E as u32);
    let (mut log, mut model, settings, region) =
        fresh::<W, E, SMALL>(sectors, sector_bytes, verify);
    let mut all: std::vec::Vec<(u32, u8, std::vec::Vec<u8>)> = std::vec::Vec::new();
    for step in steps {
        match step {
            Step::Append(kind, len) => {
                let (kind, payload) = match kind {
                    0 if model.open.len() < 3 => (OPEN, vec![*len as u8; *len]),
                    1 if !model.open.is_empty() => {
                        (CLOSE, model.open.keys().next().unwrap().to_le_bytes().to_vec())
                    }
                    _ => (PLAIN, vec![*len as u8; *len]),
                };
                let p = log.append(kind, &payload, &mut model).unwrap();
                prop_assert_eq!(p.seq as usize, all.len() + 1);
                model.apply(p.seq, kind, &payload, p.at);
                all.push((p.seq, kind, payload));
            }
            Step::Maintain => {
                log.maintain(1_000_000, &mut model).unwrap();
            }
            Step::Reboot => {
                let mut found = Model::default();
                log = Log::mount(log.into_flash(), region, &settings, &mut found).unwrap();
                prop_assert_eq!(found.essence(), model.essence());
                model = found;
            }
            Step::Scan => {
                let mut seen = 0;
                let mut wrong = 0;
                log.scan(|entry| {
                    seen += 1;
                    let (seq, kind, payload) = &all[entry.seq as usize - 1];
                    let same = entry.seq == *seq && entry.kind == *kind && entry.payload == payload;
                    wrong += u32::from(!same);
                });
                prop_assert_eq!(wrong, 0);
                prop_assert!(seen >= model.open.len());
            }
        }
        for (&seq, &(at, _)) in &model.open {
            prop_assert_eq!(log.read(seq, at).unwrap().payload, &all[seq as usize - 1].2[..]);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::cases::cases(40))]

    #[test]
    fn a_log_is_a_vec_of_records(steps in steps(), sectors in 2u32..7, verify: bool) {
        run::<1, 512>(sectors, verify, &steps)?;
        run::<4, 1024>(sectors, verify, &steps)?;
        run::<8, 2048>(sectors, verify, &steps)?;
        run::<16, 4096>(sectors, verify, &steps)?;
        run::<32, 512>(sectors, verify, &steps)?;
    }
}
