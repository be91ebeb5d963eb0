//! A chip in memory behind callbacks, and a journal on it.

use core::ffi::{CStr, c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr;

use pos_journal::ffi::*;

/// What the callbacks see.
pub struct Chip {
    pub memory: Vec<u8>,
    pub erase_size: u32,
    /// So many calls of each kind succeed.
    pub reads_left: u32,
    pub programs_left: u32,
    pub erases_left: u32,
    /// What a failing one returns.
    pub error: i32,
    pub programs: u32,
    pub erases: u32,
}

const WITHOUT_END: u32 = u32::MAX;

impl Chip {
    pub fn new(bytes: usize, erase_size: u32) -> *mut Chip {
        Self::with(vec![0xFF; bytes], erase_size)
    }

    pub fn with(memory: Vec<u8>, erase_size: u32) -> *mut Chip {
        let left = WITHOUT_END;
        Box::into_raw(Box::new(Chip {
            memory,
            erase_size,
            reads_left: left,
            programs_left: left,
            erases_left: left,
            error: -5,
            programs: 0,
            erases: 0,
        }))
    }
}

fn spend(left: &mut u32) -> bool {
    match *left {
        WITHOUT_END => true,
        0 => false,
        _ => {
            *left -= 1;
            true
        }
    }
}

unsafe extern "C" fn read(context: *mut c_void, at: u32, to: *mut c_void, size: u32) -> i32 {
    let chip = unsafe { &mut *context.cast::<Chip>() };
    if !spend(&mut chip.reads_left) {
        return chip.error;
    }
    let Some(from) = chip.memory.get(at as usize..(at + size) as usize) else { return -22 };
    unsafe { ptr::copy_nonoverlapping(from.as_ptr(), to.cast(), from.len()) };
    0
}

unsafe extern "C" fn program(context: *mut c_void, at: u32, from: *const c_void, size: u32) -> i32 {
    let chip = unsafe { &mut *context.cast::<Chip>() };
    if !spend(&mut chip.programs_left) {
        return chip.error;
    }
    chip.programs += 1;
    let Some(to) = chip.memory.get_mut(at as usize..(at + size) as usize) else { return -22 };
    let from = unsafe { core::slice::from_raw_parts(from.cast::<u8>(), to.len()) };
    for (to, from) in to.iter_mut().zip(from) {
        *to &= from;
    }
    0
}

unsafe extern "C" fn erase(context: *mut c_void, at: u32) -> i32 {
    let chip = unsafe { &mut *context.cast::<Chip>() };
    if !spend(&mut chip.erases_left) {
        return chip.error;
    }
    chip.erases += 1;
    let block = at as usize..(at + chip.erase_size) as usize;
    let Some(block) = chip.memory.get_mut(block) else { return -22 };
    block.fill(0xFF);
    0
}

pub const BYTES: usize = 32 * 1024;

pub fn config(chip: *mut Chip) -> pj_config {
    let (bytes, erase_size) = unsafe { ((*chip).memory.len() as u32, (*chip).erase_size) };
    pj_config {
        abi: PJ_ABI,
        read_size: 1,
        program_size: 8,
        erase_size,
        region_start: 0,
        region_size: bytes,
        sector_size: 0,
        anchor_size: 0,
        ecc_size: 0,
        quiet_ms: 1,
        no_read_back: 0,
        context: chip.cast(),
        read: Some(read),
        program: Some(program),
        erase: Some(erase),
    }
}

pub const FORMAT: pj_format_as =
    pj_format_as { format_id: 7, mode: PJ_MODE_TEST, over_foreign: 0, lose_what_is_owed: 0 };

/// Memory as C would have it: `static uint64_t memory[PJ_JOURNAL_SIZE / 8]`.
pub type Memory = [MaybeUninit<u64>; PJ_JOURNAL_SIZE / 8];

/// A journal on a chip of its own.
pub struct Fixture {
    pub chip: *mut Chip,
    pub memory: *mut Memory,
    pub journal: *mut pj_journal,
}

impl Fixture {
    pub fn new() -> Self {
        Self::on(Chip::new(BYTES, 4096))
    }

    /// Formats the chip.
    pub fn on(chip: *mut Chip) -> Self {
        let mut fixture = Fixture::without(chip);
        let config = config(chip);
        assert_eq!(fixture.format(&config), PJ_OK);
        fixture
    }

    pub fn without(chip: *mut Chip) -> Self {
        let memory = Box::into_raw(Box::new([MaybeUninit::uninit(); PJ_JOURNAL_SIZE / 8]));
        Fixture { chip, memory, journal: ptr::null_mut() }
    }

    pub fn format(&mut self, config: &pj_config) -> i32 {
        let mut journal = MaybeUninit::uninit();
        let (memory, size) = (self.memory.cast(), size_of::<Memory>());
        let code =
            unsafe { pj_format(memory, size, Some(config), Some(&FORMAT), Some(&mut journal)) };
        self.journal = unsafe { journal.assume_init() };
        code
    }

    pub fn mount(&mut self, config: &pj_config) -> i32 {
        let mut journal = MaybeUninit::uninit();
        let (memory, size) = (self.memory.cast(), size_of::<Memory>());
        let code = unsafe { pj_mount(memory, size, Some(config), Some(&mut journal)) };
        self.journal = unsafe { journal.assume_init() };
        code
    }

    /// Off and on again.
    pub fn restart(&mut self) {
        assert_eq!(unsafe { pj_close(self.journal) }, PJ_OK);
        let config = config(self.chip);
        assert_eq!(self.mount(&config), PJ_OK);
    }

    pub fn chip(&mut self) -> &mut Chip {
        unsafe { &mut *self.chip }
    }

    pub fn image(&mut self) -> Vec<u8> {
        self.chip().memory.clone()
    }

    pub fn last_error(&self) -> pj_error {
        out(|error| unsafe { pj_last_error(self.journal, error) }).1
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        unsafe {
            pj_close(self.journal);
            drop(Box::from_raw(self.memory));
            drop(Box::from_raw(self.chip));
        }
    }
}

/// What a call returned and gave back. It must have given something back, or Miri complains when that is
/// looked at; after an error it is all zeros.
pub fn out<T>(call: impl FnOnce(Option<&mut MaybeUninit<T>>) -> i32) -> (i32, T) {
    let mut value = MaybeUninit::zeroed();
    let code = call(Some(&mut value));
    (code, unsafe { value.assume_init() })
}

/// A field with these characters.
pub fn field<const N: usize>(text: &str) -> [c_char; N] {
    let mut field = [0; N];
    for (to, from) in field.iter_mut().zip(text.bytes()) {
        *to = from as c_char;
    }
    field
}

/// The characters in a field.
pub fn text(field: &[c_char]) -> String {
    field.iter().take_while(|c| **c != 0).map(|c| *c as u8 as char).collect()
}

pub fn static_text(pointer: *const c_char) -> String {
    unsafe { CStr::from_ptr(pointer) }.to_str().expect("ASCII").to_owned()
}

/// A sale over 12.50.
pub fn sale(reference: &str) -> pj_begin {
    let mut sale: pj_begin = unsafe { MaybeUninit::zeroed().assume_init() };
    sale.kind = PJ_KIND_SALE;
    sale.amount = 12_50;
    (sale.currency, sale.decimals) = (156, 2);
    sale.entry = 71;
    sale.pan = c"6222020200112341234".as_ptr();
    sale.reference = field(reference);
    sale
}

pub fn reply(code: &str) -> pj_reply {
    let mut reply: pj_reply = unsafe { MaybeUninit::zeroed().assume_init() };
    reply.code = field(code);
    reply.rrn = field("123456789012");
    reply.auth_code = field("A1B2C3");
    reply.elapsed_ms = 40;
    reply
}

/// Begins a payment; its number.
pub fn begin(fixture: &Fixture, sale: &pj_begin) -> u32 {
    let (code, begun) = out(|begun| unsafe { pj_begin(fixture.journal, Some(sale), begun) });
    assert_eq!(code, PJ_BEGUN_NEW);
    begun.item
}

/// Begins it, and it is approved.
pub fn approved(fixture: &Fixture, reference: &str) -> u32 {
    let item = begin(fixture, &sale(reference));
    let status = unsafe {
        pj_outcome(fixture.journal, item, pj_verdict(c"00".as_ptr(), 1), Some(&reply("00")))
    };
    assert_eq!(status, PJ_STATUS_APPROVED);
    item
}
