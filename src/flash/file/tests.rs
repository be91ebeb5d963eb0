use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::*;

type Flash = FileFlash<4, 64>;

/// A directory of its own for a test, gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let unique = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("pos-journal-flash-{}-{unique}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("journal.bin")
    }

    fn flash(&self) -> Flash {
        Flash::create(self.file(), 256).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn problem<T>(result: Result<T, FileFlashError>) -> FileFlashProblem {
    result.err().unwrap().problem
}

#[test]
fn a_new_flash_is_blank_in_its_whole_length() {
    let scratch = Scratch::new();
    let flash = scratch.flash();
    assert_eq!(flash.capacity(), 256);
    assert_eq!(fs::read(scratch.file()).unwrap(), [0xFF; 256]);
    assert_eq!((flash.counts(), flash.syncs()), (Counts::default(), 0));
}

#[test]
fn creating_over_a_file_is_refused_and_leaves_it_alone() {
    let scratch = Scratch::new();
    fs::write(scratch.file(), b"precious").unwrap();
    let error = Flash::create(scratch.file(), 256).unwrap_err();
    assert!(matches!(error.problem(), FileFlashProblem::AlreadyExists));
    assert_eq!(error.path(), scratch.file());
    assert_eq!(fs::read(scratch.file()).unwrap(), b"precious");
}

#[test]
fn a_length_that_is_not_whole_blocks_is_refused() {
    let scratch = Scratch::new();
    for bytes in [0, 63, 100] {
        let refused = problem(Flash::create(scratch.file(), bytes));
        assert!(matches!(refused, FileFlashProblem::BadLength { erase_bytes: 64, .. }));
        assert!(!scratch.file().exists(), "nothing is made");
    }
    for bytes in [0, 63, 100] {
        fs::write(scratch.file(), vec![0xFF; bytes]).unwrap();
        assert!(matches!(problem(Flash::open(scratch.file())), FileFlashProblem::BadLength { .. }));
    }
}

#[test]
fn opening_a_file_that_is_not_there_says_which() {
    let scratch = Scratch::new();
    let error = Flash::open(scratch.file()).unwrap_err();
    assert!(error.to_string().contains("journal.bin"), "{error}");
    assert!(error.to_string().contains("cannot open the file"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_second_holder_is_told_that_another_process_holds_the_journal() {
    let scratch = Scratch::new();
    let first = scratch.flash();
    let error = Flash::open(scratch.file()).unwrap_err();
    assert!(matches!(error.problem(), FileFlashProblem::Locked));
    assert!(error.to_string().contains("another process holds the journal"), "{error}");
    drop(first);
    assert!(Flash::open(scratch.file()).is_ok());
}

#[test]
fn what_was_programmed_is_there_when_opened_again() {
    let scratch = Scratch::new();
    let mut flash = scratch.flash();
    flash.write(68, b"twelve bytes").unwrap();
    flash.write(128, &[0; 64]).unwrap();
    flash.erase(128, 192).unwrap();
    drop(flash);

    let mut flash = Flash::open(scratch.file()).unwrap();
    let mut bytes = [0; 256];
    flash.read(0, &mut bytes).unwrap();
    assert_eq!(&bytes[68..80], b"twelve bytes");
    assert!(bytes[..68].iter().chain(&bytes[80..]).all(|byte| *byte == 0xFF));
}

#[test]
fn every_operation_byte_and_sync_is_counted() {
    let scratch = Scratch::new();
    let mut flash = scratch.flash();
    flash.set_strict(true);
    flash.write(0, &[0; 12]).unwrap();
    flash.read(3, &mut [0; 5]).unwrap();
    flash.erase(0, 128).unwrap();
    let expected = Counts {
        reads: 1,
        read_bytes: 5,
        programs: 1,
        program_bytes: 12,
        erases: 1,
        erased_bytes: 128,
    };
    assert_eq!((flash.counts(), flash.syncs()), (expected, 2));
    flash.reset_counts();
    assert_eq!((flash.counts(), flash.syncs()), (Counts::default(), 0));
}

#[test]
fn ranges_are_checked() {
    let scratch = Scratch::new();
    let mut flash = scratch.flash();
    assert!(matches!(problem(flash.write(2, &[0; 4])), FileFlashProblem::NotAligned { .. }));
    assert!(matches!(problem(flash.write(0, &[0; 3])), FileFlashProblem::NotAligned { .. }));
    assert!(matches!(problem(flash.write(252, &[0; 8])), FileFlashProblem::OutOfBounds { .. }));
    assert!(matches!(problem(flash.read(255, &mut [0; 2])), FileFlashProblem::OutOfBounds { .. }));
    assert!(matches!(problem(flash.erase(0, 32)), FileFlashProblem::NotAligned { .. }));
    assert!(matches!(problem(flash.erase(128, 64)), FileFlashProblem::OutOfBounds { .. }));
    assert!(matches!(problem(flash.erase(0, 320)), FileFlashProblem::OutOfBounds { .. }));
    assert_eq!(flash.counts(), Counts::default());
    assert!(!flash.is_poisoned(), "a refusal does not poison");
}

#[test]
fn a_strict_flash_refuses_a_unit_that_is_not_blank() {
    let scratch = Scratch::new();
    let mut flash = scratch.flash();
    flash.set_strict(true);
    flash.write(8, &[0xF0; 4]).unwrap();
    let refused = problem(flash.write(4, &[0; 8]));
    assert!(matches!(refused, FileFlashProblem::NotErased { address: 8 }));
    assert_eq!(fs::read(scratch.file()).unwrap()[4..12], [255, 255, 255, 255, 240, 240, 240, 240]);
    flash.set_strict(false);
    assert!(flash.write(8, &[0; 4]).is_ok());
}

/// A flash whose every write fails: its file is open for reading alone.
fn unwritable(scratch: &Scratch) -> Flash {
    drop(scratch.flash());
    let mut flash = Flash::held(File::open(scratch.file()).unwrap(), &scratch.file(), 256);
    flash.set_strict(false);
    flash
}

#[test]
fn a_failed_program_poisons_until_opened_again() {
    let scratch = Scratch::new();
    let mut flash = unwritable(&scratch);
    flash.read(0, &mut [0; 4]).unwrap();
    assert!(matches!(problem(flash.write(0, &[0; 4])), FileFlashProblem::Io { .. }));
    assert!(flash.is_poisoned());
    assert!(matches!(problem(flash.read(0, &mut [0; 4])), FileFlashProblem::Poisoned));
    assert!(matches!(problem(flash.write(0, &[0; 4])), FileFlashProblem::Poisoned));
    assert!(matches!(problem(flash.erase(0, 64)), FileFlashProblem::Poisoned));
    drop(flash);
    assert!(Flash::open(scratch.file()).unwrap().read(0, &mut [0; 4]).is_ok());
}

#[test]
fn a_failed_erase_poisons() {
    let scratch = Scratch::new();
    let mut flash = unwritable(&scratch);
    assert!(matches!(problem(flash.erase(0, 64)), FileFlashProblem::Io { .. }));
    assert!(matches!(problem(flash.read(0, &mut [0; 4])), FileFlashProblem::Poisoned));
}

#[test]
#[cfg(target_os = "linux")]
fn a_failed_sync_poisons() {
    // A pipe takes writes and cannot be synced; it stands for a disk that fails at the sync.
    let scratch = Scratch::new();
    drop(scratch.flash());
    let (reader, _writer) = io::pipe().unwrap();
    let file = File::from(std::os::fd::OwnedFd::from(reader));
    let mut flash = Flash::held(file, &scratch.file(), 256);
    let error = flash.sync("sync a program").unwrap_err();
    assert!(error.to_string().contains("cannot sync a program"), "{error}");
    assert_eq!(flash.syncs(), 0);
    assert!(matches!(problem(flash.read(0, &mut [0; 4])), FileFlashProblem::Poisoned));
}

/// Waits until the flash of `path` shows `phase`.
fn wait_for(path: &Path, phase: Phase) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while read_phase(path).unwrap() != phase {
        assert!(Instant::now() < deadline, "never in phase {phase:?}");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_paced_flash_shows_its_phase_and_can_be_caught_half_way() {
    let scratch = Scratch::new();
    assert_eq!(read_phase(scratch.file()).unwrap(), Phase::Idle, "never paced");
    let mut flash = scratch.flash();
    let pace = Pace { chunk_bytes: 3, pause: Duration::from_millis(40) };
    flash.set_pace(pace).unwrap();
    assert_eq!(read_phase(scratch.file()).unwrap(), Phase::Idle);

    let working = thread::spawn(move || {
        flash.write(0, &[0; 64]).unwrap();
        flash.erase(0, 64).unwrap();
        flash
    });
    wait_for(&scratch.file(), Phase::Program);
    thread::sleep(pace.pause * 3);
    let torn = fs::read(scratch.file()).unwrap();
    assert_eq!(read_phase(scratch.file()).unwrap(), Phase::Program, "this machine is too slow");
    assert_eq!((torn[0], torn[63]), (0, 0xFF), "caught in the middle");
    wait_for(&scratch.file(), Phase::Erase);
    let flash = working.join().unwrap();
    assert_eq!(read_phase(scratch.file()).unwrap(), Phase::Idle);
    assert_eq!((flash.counts().programs, flash.counts().erases, flash.syncs()), (1, 1, 2));
    assert_eq!(fs::read(scratch.file()).unwrap(), [0xFF; 256]);
}

#[test]
fn a_pace_without_bytes_is_refused() {
    let scratch = Scratch::new();
    let pace = Pace { chunk_bytes: 0, pause: Duration::ZERO };
    assert!(matches!(problem(scratch.flash().set_pace(pace)), FileFlashProblem::EmptyChunk));
}

#[test]
fn a_phase_byte_that_means_nothing_is_an_error() {
    let scratch = Scratch::new();
    fs::write(phase_path(scratch.file()), [7]).unwrap();
    assert!(matches!(problem(read_phase(scratch.file())), FileFlashProblem::Io { .. }));
    fs::write(phase_path(scratch.file()), []).unwrap();
    assert_eq!(read_phase(scratch.file()).unwrap(), Phase::Idle);
}

/// Where the child of the next test finds its flash.
const CHILD: &str = "POS_JOURNAL_TEST_FLASH";
/// Its name, by which it runs itself as the child.
const KILLED: &str =
    "flash::file::tests::a_killed_process_leaves_its_phase_a_torn_program_and_no_lock";

/// A process is killed inside a program: the lock goes with it, the phase byte still tells what
/// was interrupted, and the program is torn.
#[test]
fn a_killed_process_leaves_its_phase_a_torn_program_and_no_lock() {
    if let Some(path) = std::env::var_os(CHILD) {
        let mut flash = Flash::open(path).unwrap();
        flash.set_pace(Pace { chunk_bytes: 1, pause: Duration::from_millis(50) }).unwrap();
        flash.write(64, &[0; 128]).unwrap();
        return;
    }
    let scratch = Scratch::new();
    drop(scratch.flash());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", KILLED])
        .env(CHILD, scratch.file())
        .stdout(process::Stdio::null())
        .spawn()
        .unwrap();
    wait_for(&scratch.file(), Phase::Program);
    assert!(matches!(problem(Flash::open(scratch.file())), FileFlashProblem::Locked));
    while fs::read(scratch.file()).unwrap()[64] == 0xFF {
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    assert_eq!(read_phase(scratch.file()).unwrap(), Phase::Program);
    let image = fs::read(scratch.file()).unwrap();
    assert_eq!((image[64], image[191]), (0, 0xFF));
    assert!(Flash::open(scratch.file()).is_ok());
}
