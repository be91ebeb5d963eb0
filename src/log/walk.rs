//! One sector read from front to back: which frames live, and which never happened.
//!
//! A frame is *held back* until something proves that it lives. A frame written after it in the
//! same boot does; a boot frame rules on it:
//!
//! | a boot frame says the log ended | the held frame | becomes |
//! |---|---|---|
//! | where the last proven frame ended | any | dead: it never happened |
//! | where the held frame ends | itself | still held, now read from the boot frame |
//! | later | lives: a frame that cannot be read any more followed it | the boot frame's copy is held |
//! | earlier, but after the last proven frame | dead | the boot frame's copy is held |
//!
//! Boot frames rule in order, so the last one before a frame that is no boot frame wins. What is
//! still held at the end is the caller's to judge: in the active sector it is *provisional*, in an
//! older one the next sector's commit says where this one ended.

use super::event::{Event, Held, event, next_seq};
use super::format::{decode_boot, kind};
use super::medium::{FrameInfo, Medium, Raw};
use super::nor_flash::ReadNorFlash;
use super::{Broken, bisync, is_broken};

/// How far a sector was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Walked {
    /// Where the last proven frame ends: the log's end if `held` is dropped.
    pub proven_end: u32,
    /// Behind the last readable frame of any kind.
    pub readable_end: u32,
    /// Next sequence number if `held` is dropped.
    pub next_seq: u32,
    /// The frame still held, if any.
    pub held: Option<Held>,
    /// Offset of bytes that are no frame, with nothing after them that accounts for them.
    pub torn: Option<u32>,
    /// Whether any boot frame was read.
    pub booted: bool,
    /// Whether a boot frame of a later boot than that which opened the sector was: one with a copy.
    pub rebooted: bool,
    /// Whether a loss frame says that numbers jumped.
    pub jumped: bool,
    /// The sequence number that the first frame carries.
    pub first_seq: Option<u32>,
}

/// Reads one sector.
pub(crate) struct Walk<'a, F> {
    pub medium: &'a mut Medium<F>,
    pub sector: u32,
    pub epoch: u32,
    /// Holds the frame being read.
    pub buf: &'a mut [u8],
    /// Holds the payload of the frame held back.
    pub hold: &'a mut [u8],
}

#[bisync]
impl<F: ReadNorFlash> Walk<'_, F> {
    /// Reads every stripe and tells `visit` what lives. The medium is handed along so that the listener may
    /// write elsewhere meanwhile.
    pub async fn run(self, visit: &mut listener!(&mut Medium<F>, Event<'_>)) -> Walked {
        self.run_until(&|| false, visit).await
    }

    /// As [`run`](Self::run), but no further than the stripe after which it is `enough`.
    pub async fn run_until(
        mut self,
        enough: &dyn Fn() -> bool,
        visit: &mut listener!(&mut Medium<F>, Event<'_>),
    ) -> Walked {
        let layout = self.medium.layout;
        let first = layout.first_frame();
        let mut seen = Walked {
            proven_end: first,
            readable_end: first,
            next_seq: 0,
            held: None,
            torn: None,
            booted: false,
            rebooted: false,
            jumped: false,
            first_seq: None,
        };
        let mut stripe = Some(first);
        while let Some(start) = stripe {
            self.stripe(start, &mut seen, visit).await;
            stripe = layout.next_stripe(start).filter(|_| !enough());
        }
        seen
    }

    /// Reads one stripe until a frame fails or nothing is left.
    async fn stripe(
        &mut self,
        start: u32,
        seen: &mut Walked,
        visit: &mut listener!(&mut Medium<F>, Event<'_>),
    ) {
        let mut off = start;
        let mut seq = seen.held.map_or(seen.next_seq, |held| held.next_seq);
        while off < self.medium.layout.stripe_end(start) {
            let frame = match self.frame(off, seq).await {
                Raw::Blank => return,
                Raw::Frame(frame) => frame,
                Raw::Bad => {
                    seen.torn = seen.torn.or(Some(off));
                    match self.medium.frame_after(self.sector, self.epoch, off, seq, self.buf).await
                    {
                        Some(frame) => frame,
                        None => return,
                    }
                }
            };
            if seen.first_seq.is_none() {
                seen.next_seq = frame.seq;
                seen.first_seq = Some(frame.seq);
            }
            seq = next_seq(frame.kind, frame.seq, frame.payload(self.buf));
            self.take(&frame, seq, seen, visit).await;
            off = frame.end();
            seen.readable_end = off;
        }
    }

    async fn frame(&mut self, off: u32, seq: u32) -> Raw {
        self.medium.frame(self.sector, self.epoch, off, seq, self.buf).await
    }

    /// A frame, and the sequence number behind it.
    async fn take(
        &mut self,
        frame: &FrameInfo,
        next_seq: u32,
        seen: &mut Walked,
        visit: &mut listener!(&mut Medium<F>, Event<'_>),
    ) {
        let at = self.medium.layout.address(self.sector, frame.off);
        if frame.kind == kind::BOOT {
            self.rule(frame, at, seen, visit).await;
            return;
        }
        self.release(seen, visit).await;
        if let Some(off) = seen.torn.take() {
            visit(self.medium, Event::Damage { off }).await;
        }
        if frame.seq > seen.next_seq {
            let (from, to) = (seen.next_seq, frame.seq - 1);
            visit(self.medium, Event::Missing { from, to, off: frame.off }).await;
        }
        seen.next_seq = frame.seq;
        let held = Held {
            kind: frame.kind,
            seq: frame.seq,
            at,
            end: frame.end(),
            len: frame.payload_len,
            next_seq,
        };
        seen.jumped |= held.kind == kind::LOSS && held.next_seq > held.seq;
        self.hold(held, frame.payload_at, seen);
    }

    /// Copies `held.len` payload bytes from `from` in the read buffer into the hold buffer.
    fn hold(&mut self, held: Held, from: usize, seen: &mut Walked) {
        let source = self.buf.get(from..from + held.len);
        if let (Some(source), Some(hold)) = (source, self.hold.get_mut(..held.len)) {
            hold.copy_from_slice(source);
            seen.held = Some(held);
        }
    }

    /// A boot frame says where the log ended: the table at the head of this file.
    async fn rule(
        &mut self,
        frame: &FrameInfo,
        at: u32,
        seen: &mut Walked,
        visit: &mut listener!(&mut Medium<F>, Event<'_>),
    ) {
        // A log never ended behind the frame that says where it did.
        let stated = decode_boot(frame.payload(self.buf)).filter(|&(end, ..)| end <= frame.off);
        let Some((end, copy_kind, copy)) = stated else {
            return visit(self.medium, Event::Damage { off: frame.off }).await;
        };
        let len = copy.len();
        seen.booted = true;
        seen.rebooted |= copy_kind != 0;
        seen.torn = seen.torn.filter(|&torn| torn < end);
        if is_broken(Broken::BootFrameIgnored) {
            return;
        }
        if end == seen.proven_end {
            seen.held = None;
            return;
        }
        if let Some(held) = seen.held.as_mut().filter(|held| held.end == end) {
            // A resume frame in mid-boot has no copy: what it vouches for was read back already.
            if copy_kind != 0 {
                held.at = at;
            }
            return;
        }
        if seen.held.is_some_and(|held| held.end < end) {
            self.release(seen, visit).await;
        }
        seen.held = None;
        let is_record = kind::is_record(copy_kind) && copy_kind != 0;
        let seq = if is_record { frame.seq.wrapping_sub(1) } else { frame.seq };
        if seq > seen.next_seq {
            let (from, to) = (seen.next_seq, seq - 1);
            visit(self.medium, Event::Missing { from, to, off: frame.off }).await;
            seen.next_seq = seq;
        }
        if copy_kind == 0 {
            seen.proven_end = end;
        } else {
            let from = frame.payload_at + frame.payload_len - len;
            let held = Held { kind: copy_kind, seq, at, end, len, next_seq: frame.seq };
            self.hold(held, from, seen);
        }
    }

    /// The held frame lives: it is told.
    async fn release(
        &mut self,
        seen: &mut Walked,
        visit: &mut listener!(&mut Medium<F>, Event<'_>),
    ) {
        let Some(held) = seen.held.take() else { return };
        seen.proven_end = held.end;
        seen.next_seq = held.next_seq;
        let event = event(&held, self.hold.get(..held.len).unwrap_or_default());
        visit(self.medium, event).await;
    }
}
