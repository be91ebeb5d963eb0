//! The vocabulary: what happened at a terminal, as records.
//!
//! A record travels as a kind byte and a payload. The kind byte's bit 7 marks a *critical*
//! record (a reader that does not know it must not write), bit 6 belongs to the log's own
//! frames, the low six bits are the id. The payload is the struct in postcard's encoding,
//! with optional fields behind presence bits where they would cost most. Bytes after a
//! well-formed payload are tolerated: that is where later versions append fields.
//!
//! | kind | record | says |
//! |---|---|---|
//! | 0x81 | [`Intent`] | a payment is about to be sent |
//! | 0x82 | [`Outcome`] | its answer, or that none came |
//! | 0x83 | [`Completed`] | the chip confirmed it: logged and disarmed |
//! | 0x84 | [`Reverse`] | a reversal is owed |
//! | 0x85 | [`NotSent`] | proof that not a byte was sent |
//! | 0x86 | [`Attempt`] | a reversal is about to be sent |
//! | 0x87 | [`Answer`] | the answer to a reversal |
//! | 0x88 | [`Unresolved`] | the attempt limit is reached |
//! | 0x89 | [`Operator`] | an operator decided: who and why |
//! | 0x8A | [`Late`] | an answer that came too late: evidence |
//! | 0x8B | [`Reopen`] | a closed payment owes a reversal again |
//! | 0x8C | [`Attach`] | sealed card number, chip data: kept beside a payment |
//! | 0x8D | [`OfflineApproved`] | not answered, then approved by the chip: reversed, and sold offline |
//! | 0x91 | [`Unfreeze`] | settlement is called off |
//! | 0x92 | [`SettleAttempt`] | a 0500 is about to be sent |
//! | 0x93 | [`SettleAnswer`] | the answer to a 0500 |
//! | 0x94 | [`Uploaded`] | payments up to here are uploaded |
//! | 0x95 | [`UploadEnd`] | the upload is complete |
//! | 0x96 | [`BatchClosed`] | the next batch is open |
//! | 0x97 | [`SetBatch`] | the counters were set |
//! | 0x98 | [`Freeze`] | settlement: locked, totals fixed |
//! | 0x99 | [`NextBatch`] | an operator opened the next batch; the old one stays owed |
//! | 0x9A | [`Identity`] | terminal and merchant id from here on |
//! | 0x21 | [`Boot`] | the terminal started |
//! | 0x22 | [`Note`] | a remark |
//! | 0x23 | [`Printed`] | a slip was printed |
//! | 0x24 | [`Confirmed`] | a warning of a duplicate was answered with yes |
//! | 0x25 | [`Device`] | firmware and configuration from here on |
//!
//! # What has no way in
//!
//! A card number gets in cut down ([`TruncatedPan`]) or as ciphertext ([`Sealed`]). Texts that people
//! type ([`Text`]), chip data ([`Emv`]) and ciphertext are searched for one and refused; names that
//! others give ([`Name`]) are not, because order numbers look like card numbers too often. No type has
//! a place for a track, a PIN block or a code that is printed on the card.
//!
//! ```
//! # use pos_journal::record::*;
//! let number = "6222020200112341231";
//! let pan: TruncatedPan = TruncatedPan::from_pan(number).unwrap();
//! let sale = Intent::new(0, TransactionKind::Sale, Amount::new(1_00), Currency::CNY);
//! let sale = Intent { pan: Some(pan), ..sale };
//! assert!(Text::<48>::new(number).is_err() && Sealed::new(number.as_bytes()).is_err());
//! ```
//!
//! A whole number where a truncated one belongs:
//!
//! ```compile_fail,E0308
//! # use pos_journal::record::*;
//! let number = "6222020200112341231";
//! let sale = Intent::new(0, TransactionKind::Sale, Amount::new(1_00), Currency::CNY);
//! let sale = Intent { pan: Some(number), ..sale };
//! ```
//!
//! The inside of a truncated number:
//!
//! ```compile_fail,E0423
//! # use pos_journal::record::*;
//! let pan = TruncatedPan(6222020200112341231);
//! ```
//!
//! A second track:
//!
//! ```compile_fail,E0560
//! # use pos_journal::record::*;
//! let sale = Intent::new(0, TransactionKind::Sale, Amount::new(1_00), Currency::CNY);
//! let sale = Intent { track2: Some("6222020200112341231=2512201"), ..sale };
//! ```
//!
//! A PIN block:
//!
//! ```compile_fail,E0560
//! # use pos_journal::record::*;
//! let sale = Intent::new(0, TransactionKind::Sale, Amount::new(1_00), Currency::CNY);
//! let sale = Intent { pin_block: Some([0x04; 8]), ..sale };
//! ```
//!
//! A code that is printed on the card:
//!
//! ```compile_fail,E0560
//! # use pos_journal::record::*;
//! let sale = Intent::new(0, TransactionKind::Sale, Amount::new(1_00), Currency::CNY);
//! let sale = Intent { cvv2: Some(123), ..sale };
//! ```
//!
//! Chip data and ciphertext past their filters:
//!
//! ```compile_fail,E0423
//! # use pos_journal::record::*;
//! let emv = Emv(heapless::Vec::new());
//! ```
//!
//! ```compile_fail,E0423
//! # use pos_journal::record::*;
//! let sealed = Sealed(heapless::Vec::new());
//! ```
//!
//! # Numbers that stay
//!
//! 0x90 is a [`Freeze`] as version 0.1 wrote it: it is read, and never written again.
//! 0xA0 is never used again. It told of lost records, which the log now does in a frame of its
//! own.

mod amount;
mod attach;
#[cfg(any(test, feature = "sim"))]
pub mod broken;
#[cfg(not(any(test, feature = "sim")))]
mod broken;
mod cards;
mod code;
mod coded;
mod device;
mod emv;
mod entry;
mod host_id;
mod intent;
mod kind;
mod moment;
mod name;
mod number;
mod outcome;
mod pan;
pub(crate) mod put;
mod reversal;
mod scan;
mod settlement;
pub(crate) mod sparse;
pub(crate) mod take;
mod text;
mod totals;
mod wire;

#[cfg(test)]
pub(crate) mod tests;

pub use amount::{Amount, Currency};
pub use attach::{Attach, Sealed, SealedError};
pub(crate) use broken::{Broken, is as is_broken};
pub use code::{NotACode, Proof, ResponseCode};
pub use coded::UnknownValue;
pub(crate) use coded::coded;
pub use device::{Boot, Confirmed, Device, Identity, Note, Printed};
pub use emv::{Emv, EmvError};
pub use entry::{CardSequence, Condition, EntryMode};
pub use host_id::{AuthCode, Rrn};
pub use intent::{Foreign, Instalments, Intent, Original};
pub use kind::TransactionKind;
pub use moment::{Clock, HostDate, HostTime, Moment, Uptime};
pub use name::{MerchantId, Name, OrderNumber, Reference, TerminalId};
pub use number::{Batch, Invoice, OutOfRange, Place, Seq, Stan};
pub use outcome::{Completed, Late, NotSent, OfflineApproved, Outcome, Reopen, Verdict};
pub use pan::{PanError, TruncatedPan};
pub use reversal::{
    Answer, AnswerClass, Attempt, Decision, Operator, ReversalReason, Reverse, Unresolved,
};
pub use settlement::{
    BatchClosed, Freeze, NextBatch, SetBatch, SettleAnswer, SettleAttempt, SettleClass, Unfreeze,
    UploadEnd, Uploaded,
};
pub use text::{Text, TextError};
pub(crate) use totals::CurrencyTotalsV1;
pub use totals::{CardClass, Net, ROWS, Tally, Totals, TotalsRow};
pub use wire::{CRITICAL, DecodeError, EncodeError, KINDS, LOG_FRAME, MAX_RECORD, Record};
