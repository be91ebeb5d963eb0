//! Pulls the plug of the terminal in QEMU again and again, and holds what is left in its flash
//! against what it had promised.
//!
//! `supervise DIR KILLS SEED PACE PROGRAM [ARGUMENTS]`: a new chip is made in DIR; PROGRAM is
//! started there with the words of a job added to its arguments, as `arg=WORD` of QEMU's
//! semihosting (see `life`).
//!
//! | question | file |
//! |---|---|
//! | How is it started, when is it killed, what was hit? | `life` |
//! | What did it promise, what does the acquirer's book say? | `books` |
//! | Does the journal agree? | `oracle` |

mod books;
mod life;
mod oracle;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use books::Books;
use firmware::nor::{BYTES, MARKS};
use life::{End, Machine};

/// Payments after the last kill, so that the end is not the moment of a kill.
const AFTER: u32 = 20;
/// Payments of which no life takes so many before it is killed.
const LONGEST: u32 = 2_000;
/// Violations that are printed.
const PRINTED: usize = 20;

struct Args {
    dir: PathBuf,
    kills: u32,
    seed: u32,
    pace: u32,
    program: Vec<String>,
}

fn args() -> Option<Args> {
    let mut words = std::env::args().skip(1);
    let dir = PathBuf::from(words.next()?);
    let mut number = || words.next()?.parse().ok();
    let (kills, seed, pace) = (number()?, number()?, number()?);
    let program: Vec<String> = words.collect();
    (!program.is_empty()).then_some(Args { dir, kills, seed, pace, program })
}

#[derive(Default)]
struct Tally {
    kills: u32,
    in_program: u32,
    in_erase: u32,
    in_recovery: u32,
    torn: u32,
    settlements_hit: u32,
}

fn make_chip(args: &Args) -> std::io::Result<()> {
    fs::create_dir_all(&args.dir)?;
    fs::write(args.dir.join("journal.img"), vec![0xFF; BYTES])?;
    fs::write(args.dir.join("journal.marks"), vec![0; MARKS])?;
    fs::write(args.dir.join("journal.img.phase"), [0])?;
    fs::write(args.dir.join("promises.txt"), "")
}

fn run(args: &Args) -> Result<(Tally, Books, Vec<String>), String> {
    make_chip(args).map_err(|error| format!("{}: {error}", args.dir.display()))?;
    let mut machine = Machine::new(&args.dir, &args.program, args.seed, args.pace);
    // In the workshop, on a mains supply: the format. A cut within its first header leaves what the
    // journal takes for a damaged journal and will not format again by itself.
    machine.live_to_the_end(0)?;
    let mut tally = Tally::default();
    let mut violations = Vec::new();
    let mut lines_before = 0;
    while tally.kills < args.kills && violations.is_empty() {
        // On a busy machine a kill comes late and misses: then the next ones are aimed.
        let inside = tally.in_program + tally.in_erase;
        let aimed = 10 * inside < 4 * tally.kills;
        let end = machine.live_and_be_killed(aimed, read_books(args)?.last_number() + LONGEST)?;
        let books = read_books(args)?;
        let promised = books.lines > lines_before;
        lines_before = books.lines;
        match end {
            End::Killed(phase) => {
                tally.kills += 1;
                tally.in_program += u32::from(phase == life::PROGRAM);
                tally.in_erase += u32::from(phase == life::ERASE);
                tally.in_recovery += u32::from(!promised);
                tally.settlements_hit += u32::from(books.is_settling());
            }
            End::Stopped(why) => violations.push(format!("the firmware stopped: {why}")),
        }
        let image = read_image(args)?;
        let found = oracle::check(&image, &books);
        tally.torn += u32::from(found.torn);
        let when = format!("after kill {} of seed {}: ", tally.kills, args.seed);
        violations
            .extend(books.violations.iter().chain(&found.violations).map(|v| when.clone() + v));
    }
    if violations.is_empty() {
        machine.live_to_the_end(read_books(args)?.last_number() + AFTER)?;
        let books = read_books(args)?;
        let found = oracle::check_end(&read_image(args)?, &books);
        violations
            .extend(books.violations.iter().chain(&found).map(|v| format!("at the end: {v}")));
    }
    Ok((tally, read_books(args)?, violations))
}

fn read_books(args: &Args) -> Result<Books, String> {
    let promises = fs::read_to_string(args.dir.join("promises.txt"));
    Books::fold(args.seed, &promises.map_err(|error| format!("promises.txt: {error}"))?)
}

fn read_image(args: &Args) -> Result<Vec<u8>, String> {
    fs::read(args.dir.join("journal.img")).map_err(|error| format!("journal.img: {error}"))
}

fn main() -> ExitCode {
    let Some(args) = args() else {
        eprintln!("supervise DIR KILLS SEED PACE PROGRAM [ARGUMENTS]");
        return ExitCode::from(2);
    };
    let begun = Instant::now();
    let (tally, books, violations) = match run(&args) {
        Ok(result) => result,
        Err(why) => {
            eprintln!("supervise: {why}");
            return ExitCode::FAILURE;
        }
    };
    violations.iter().take(PRINTED).for_each(|violation| println!("{violation}"));
    let inside = tally.in_program + tally.in_erase;
    let seconds = begun.elapsed().as_secs();
    for (what, number) in [
        ("kills", tally.kills),
        ("  inside a program", tally.in_program),
        ("  inside an erase", tally.in_erase),
        ("  before anything was promised", tally.in_recovery),
        ("  in a settlement", tally.settlements_hit),
        ("torn tails found", tally.torn),
        ("payments", books.last_number()),
        ("  sent", books.sent() as u32),
        ("  reversed", books.reversed() as u32),
        ("promises", books.lines as u32),
        ("batches settled", books.settled() as u32),
        ("seconds", seconds as u32),
        ("violations", violations.len() as u32),
    ] {
        println!("{what:<32}{number:>8}");
    }
    if !violations.is_empty() {
        return ExitCode::FAILURE;
    }
    if 3 * inside < tally.kills {
        println!("fewer than a third of the kills hit a program or an erase");
        return ExitCode::from(3);
    }
    ExitCode::SUCCESS
}
