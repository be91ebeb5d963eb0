//! Every call of the log, with a chip and a tenant of which only the signatures are known.
//!
//! Linked with `tests/no_panic/link.x`: what is in section `.calls` is kept, with all it needs and
//! nothing else.

#![no_std]
#![no_main]

mod outside;

use core::mem::MaybeUninit;

use pos_journal::flash::Region;
use pos_journal::log::{self, Error, FormatAs, Maintained, MountReport, Placed, Settings, Space};

use outside::{Chip, Failed, Unknown};

type Log = log::Log<Chip, 256>;
type Done<T> = Result<T, Error<Failed>>;

macro_rules! calls {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty { $call:expr })*) => { $(
        #[unsafe(no_mangle)]
        #[unsafe(link_section = ".calls")]
        #[allow(improper_ctypes_definitions)]
        extern "C" fn $name($($arg: $type,)* result: &mut MaybeUninit<$out>) {
            result.write($call);
        }
    )* };
}

calls! {
    format(region: Region, settings: &Settings, how: FormatAs, tenant: &mut Unknown) -> Done<Log> {
        Log::format(Chip, region, settings, how, tenant)
    }
    mount(region: Region, settings: &Settings, tenant: &mut Unknown) -> Done<Log> {
        Log::mount(Chip, region, settings, tenant)
    }
    append(log: &mut Log, kind: u8, payload: &[u8], tenant: &mut Unknown) -> Done<Placed> {
        log.append(kind, payload, tenant)
    }
    confirm(log: &mut Log, tenant: &mut Unknown) -> Done<()> { log.confirm(tenant) }
    maintain(log: &mut Log, uptime_ms: u64, tenant: &mut Unknown) -> Done<Maintained> {
        log.maintain(uptime_ms, tenant)
    }
    read_at(log: &mut Log, at: u32) -> usize {
        log.read_at(at).map_or(0, |entry| entry.payload.len())
    }
    scan(log: &mut Log, each: extern "C" fn(u32, u8, *const u8, usize)) -> u32 {
        log.scan(|entry| each(entry.seq, entry.kind, entry.payload.as_ptr(), entry.payload.len()))
    }
    space(log: &Log, payload: usize) -> Space { log.space(payload) }
    report(log: &Log) -> *const MountReport { log.report() }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
