//! The values that firmware makes of what it read: from a message, a chip card, a keypad.

use core::mem::MaybeUninit;

use pos_journal::record::{
    Amount, AuthCode, Batch, Currency, DecodeError, Emv, EmvError, HostDate, HostTime, Invoice,
    NotACode, PanError, Record, Reference, ResponseCode, Rrn, Stan, Text, TextError, TruncatedPan,
    Verdict,
};

crate::calls! {
    text_16(text: &str) -> Result<Text<16>, TextError> { Text::new(text) }
    text_40(text: &str) -> Result<Text<40>, TextError> { Text::new(text) }
    text_48(text: &str) -> Result<Text<48>, TextError> { Text::new(text) }
    reference(text: &str) -> Result<Reference, TextError> { Reference::new(text) }
    rrn(text: &str) -> Result<Rrn, TextError> { Rrn::new(text) }
    auth_code(text: &str) -> Result<AuthCode, TextError> { AuthCode::new(text) }
    code(bytes: &[u8]) -> Result<ResponseCode, NotACode> { ResponseCode::new(bytes) }
    verdict(code: Option<ResponseCode>, completed: bool) -> Verdict {
        Verdict::from_code(code, completed)
    }
    pan(pan: &str) -> Result<TruncatedPan, PanError> { TruncatedPan::from_pan(pan) }
    emv(tlv: &[u8]) -> Result<Emv, EmvError> { Emv::new(tlv) }
    currency(numeric: u16, exponent: u8) -> Option<Currency> { Currency::new(numeric, exponent) }
    amount(minor: u64) -> Amount { Amount::new(minor) }
    host_date(mmdd: u16) -> Option<HostDate> { HostDate::new(mmdd) }
    host_time(de13: u16, de12: u32) -> Option<HostTime> { HostTime::new(de13, de12) }
    stan(number: u32) -> Option<Stan> { Stan::new(number) }
    batch(number: u32) -> Option<Batch> { Batch::new(number) }
    invoice(number: u32) -> Option<Invoice> { Invoice::new(number) }
    record(kind: u8, payload: &[u8]) -> Result<Record, DecodeError> {
        Record::decode(kind, payload)
    }
}
