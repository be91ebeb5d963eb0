//! What a DE39 means: a table per message.
//!
//! Hosts differ (only 00; 00, 12 and 25; also 40 for a reversal), so the tables belong to the
//! profile. A code that no table names is a refusal: still owed, and a person has to look at it.

use crate::record::{AnswerClass, ResponseCode, SettleClass};

/// A message that the terminal sends because it owes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// 0400, 0401, 0420, 0421; also the cancel of a QR order.
    Reversal,
    /// 0220, 0221, 0230; script results.
    Advice,
    /// 0320.
    Upload,
}

/// The codes of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeTable {
    /// It is done.
    pub done: &'static [[u8; 2]],
    /// There is nothing to do it to: final when repeated after the hold-off.
    pub nothing: &'static [[u8; 2]],
    /// Not now.
    pub busy: &'static [[u8; 2]],
}

/// The codes of every message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codes {
    /// Reversals and cancels.
    pub reversal: CodeTable,
    /// Advices.
    pub advice: CodeTable,
    /// Uploads.
    pub upload: CodeTable,
    /// DE39 of a 0500: the totals agree.
    pub balanced: &'static [[u8; 2]],
    /// They do not (95 by custom).
    pub unbalanced: &'static [[u8; 2]],
    /// Closed all the same, with a difference (77 on the message that ends an upload).
    pub closed_with_difference: &'static [[u8; 2]],
}

const APPROVED: &[[u8; 2]] = &[*b"00", *b"11"];
const NOT_FOUND: &[[u8; 2]] = &[*b"12", *b"25"];
/// 'Duplicate transmission': proof that the first one arrived.
const DUPLICATE: [u8; 2] = *b"94";

impl Codes {
    /// The usual reading.
    pub const USUAL: Self = Self {
        reversal: CodeTable { done: &[*b"00"], nothing: NOT_FOUND, busy: super::BUSY },
        advice: CodeTable { done: APPROVED, nothing: &[], busy: super::BUSY },
        upload: CodeTable { done: APPROVED, nothing: &[], busy: super::BUSY },
        balanced: &[*b"00"],
        unbalanced: &[*b"95"],
        closed_with_difference: &[*b"77"],
    };

    /// What a DE39 means for a message; `repeat`: it was sent before.
    ///
    /// No DE39 is no answer. 94 on a repeated advice or upload says that the first one arrived; on a
    /// first one, or on a reversal, it proves nothing.
    #[must_use]
    pub fn answer(
        &self,
        message: Message,
        code: Option<ResponseCode>,
        repeat: bool,
    ) -> AnswerClass {
        let Some(code) = code.map(|code| code.bytes()) else { return AnswerClass::Nothing };
        let table = match message {
            Message::Reversal => &self.reversal,
            Message::Advice => &self.advice,
            Message::Upload => &self.upload,
        };
        let duplicate = code == DUPLICATE;
        match () {
            () if table.done.contains(&code) => AnswerClass::Done,
            () if duplicate && repeat && message != Message::Reversal => AnswerClass::Done,
            () if duplicate => AnswerClass::Nothing,
            () if table.nothing.contains(&code) => AnswerClass::NothingToReverse,
            () if table.busy.contains(&code) => AnswerClass::Busy,
            () => AnswerClass::Refused,
        }
    }

    /// What the DE39 of the 0500 that states the totals means. 77 is a refusal here: the host has
    /// another batch number, and closing ours would lose what was not uploaded.
    #[must_use]
    pub fn settlement(&self, code: Option<ResponseCode>) -> SettleClass {
        let Some(code) = code.map(|code| code.bytes()) else { return SettleClass::Nothing };
        match () {
            () if self.balanced.contains(&code) => SettleClass::Balanced,
            () if self.unbalanced.contains(&code) => SettleClass::Unbalanced,
            () if super::BUSY.contains(&code) => SettleClass::Busy,
            () => SettleClass::Refused,
        }
    }

    /// What the DE39 of the message that ends an upload means: `Done` closes the batch, also where the
    /// host closed it with a difference.
    #[must_use]
    pub fn upload_end(&self, code: Option<ResponseCode>) -> AnswerClass {
        let Some(code) = code.map(|code| code.bytes()) else { return AnswerClass::Nothing };
        match () {
            () if self.balanced.contains(&code) => AnswerClass::Done,
            () if self.closed_with_difference.contains(&code) => AnswerClass::Done,
            () if super::BUSY.contains(&code) => AnswerClass::Busy,
            () => AnswerClass::Refused,
        }
    }
}
