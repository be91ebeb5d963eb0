//! The whole region as a stream of bytes.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use super::chip::{Driver, Flash, Port, pj_config};
use super::code::{PJ_ERR_NULL, PJ_ERR_STOPPED, PJ_OK};
use super::fail::{Done, Fail};
use super::handle::{need, pj_journal, with};
use crate::flash::Region;
use crate::journal::export_on;

/// Takes bytes of a stream, at most 256 at a time; anything but 0 ends it.
pub type pj_sink =
    Option<unsafe extern "C" fn(context: *mut c_void, bytes: *const u8, size: u32) -> i32>;

/// What was exported.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_exported {
    /// Bytes of the stream.
    pub bytes: u32,
    /// Bytes of the region that the chip could not read.
    pub unreadable: u32,
    /// CRC of the stream, to be compared with what the host's tool says.
    pub crc: u32,
}

/// Streams the whole region through `sink`: the dump that the host's tools read. Reads only. PJ_ERR_STOPPED:
/// the sink did not return 0. `exported` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_export(
    journal: *mut pj_journal,
    sink: pj_sink,
    context: *mut c_void,
    exported: Option<&mut MaybeUninit<pj_exported>>,
) -> i32 {
    with!(journal, |j| {
        let region = j.log().region();
        export(j.flash_mut(), region, sink, context, exported)
    })
}

/// As pj_export, of a region that need not hold a journal that mounts. It may not be mounted now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_export_region(
    config: Option<&pj_config>,
    sink: pj_sink,
    context: *mut c_void,
    exported: Option<&mut MaybeUninit<pj_exported>>,
) -> i32 {
    let prepare = || -> Done<(Region, Flash)> {
        let config = need(config)?;
        Ok((config.site()?.region, Flash::Driver(Driver::new(config)?)))
    };
    let (region, mut flash) = match prepare() {
        Ok(parts) => parts,
        Err(fail) => return fail.code,
    };
    // SAFETY: the flash outlives the port, and nothing else touches it.
    let mut port = unsafe { Port::new(core::ptr::NonNull::from(&mut flash)) };
    export(&mut port, region, sink, context, exported).unwrap_or_else(|fail| fail.code)
}

fn export(
    port: &mut Port,
    region: Region,
    sink: pj_sink,
    context: *mut c_void,
    exported: Option<&mut MaybeUninit<pj_exported>>,
) -> Done<i32> {
    let sink = sink.ok_or(Fail::of(PJ_ERR_NULL))?;
    let chip = port.chip();
    let done = export_on(port, chip, region, |bytes| {
        // SAFETY: promise 5 of the module's head; the bytes outlive the call.
        match unsafe { sink(context, bytes.as_ptr(), bytes.len() as u32) } {
            0 => Ok(()),
            _ => Err(Fail::of(PJ_ERR_STOPPED)),
        }
    })?;
    if let Some(exported) = exported {
        let (bytes, unreadable, crc) = (done.bytes, done.unreadable, done.crc);
        exported.write(pj_exported { bytes, unreadable, crc });
    }
    Ok(PJ_OK)
}
