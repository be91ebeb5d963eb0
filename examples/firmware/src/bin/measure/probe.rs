//! Peak stack by paint, instructions by the SysTick timer.
//!
//! With `-icount shift=0` every instruction takes one nanosecond of the machine's time, and the
//! timer ticks every 40 of them.

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_semihosting::hprintln;

/// Bytes below the stack pointer that are painted.
const PAINTED: usize = 64 * 1024;
const PAINT: u32 = 0xC0DE_FEED;
/// mps2-an386 runs at 25 MHz.
const INSTRUCTIONS_PER_TICK: u32 = 40;
const TICKS: u32 = 0x00FF_FFFF;

#[derive(Clone, Copy, Default)]
struct Row {
    what: &'static str,
    calls: u32,
    stack: usize,
    instructions: u64,
    most: u32,
}

/// Measures calls and adds them up by name.
pub struct Probe {
    timer: SYST,
    rows: heapless::Vec<Row, 48>,
}

impl Probe {
    pub fn new(mut timer: SYST) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(TICKS);
        timer.clear_current();
        timer.enable_counter();
        Probe { timer, rows: heapless::Vec::new() }
    }

    /// Runs `call` and notes what it took. Its result is written into the caller's frame, as a
    /// firmware would have it, and does not count as stack.
    pub fn run<T>(&mut self, what: &'static str, call: impl FnOnce() -> T) -> T {
        let floor = paint();
        self.timer.clear_current();
        let result = apart(call);
        let ticks = TICKS - SYST::get_current();
        let stack = peak(floor);
        self.note(what, stack, ticks * INSTRUCTIONS_PER_TICK);
        result
    }

    fn note(&mut self, what: &'static str, stack: usize, instructions: u32) {
        if !self.rows.iter().any(|row| row.what == what) {
            let _ = self.rows.push(Row { what, ..Row::default() });
        }
        if let Some(row) = self.rows.iter_mut().find(|row| row.what == what) {
            row.calls += 1;
            row.stack = row.stack.max(stack);
            row.instructions += u64::from(instructions);
            row.most = row.most.max(instructions);
        }
    }

    /// `call`, its name, how many of them, peak stack, instructions on average and at most.
    pub fn print(&self) {
        for row in &self.rows {
            let average = row.instructions / u64::from(row.calls.max(1));
            hprintln!(
                "call {} {} {} {} {}",
                Dashed(row.what),
                row.calls,
                row.stack,
                average,
                row.most
            );
        }
    }
}

/// A frame of its own, so that all that is inlined into the call lies below the painted line.
#[inline(never)]
fn apart<T>(call: impl FnOnce() -> T) -> T {
    call()
}

struct Dashed(&'static str);

impl core::fmt::Display for Dashed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0
            .split(' ')
            .enumerate()
            .try_for_each(|(i, word)| write!(f, "{}{word}", if i == 0 { "" } else { "-" }))
    }
}

/// Paints the stack below the caller and returns the stack pointer that the call starts from.
#[inline(never)]
fn paint() -> usize {
    let top = cortex_m::register::msp::read() as usize;
    for at in (top - PAINTED..top - 16).step_by(4) {
        // SAFETY: below the stack pointer lies nothing, and RAM is 4 MiB.
        unsafe { core::ptr::write_volatile(at as *mut u32, PAINT) };
    }
    top
}

/// How far below `top` the paint is gone.
#[inline(never)]
fn peak(top: usize) -> usize {
    let bottom = top - PAINTED;
    let mut at = bottom;
    // SAFETY: as in `paint`; what is read was written there.
    while at < top && unsafe { core::ptr::read_volatile(at as *const u32) } == PAINT {
        at += 4;
    }
    assert!(at > bottom, "more stack than was painted");
    top - at
}
