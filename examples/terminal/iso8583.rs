//! ISO 8583:1987 in ASCII with binary bitmaps: the data elements that these examples use, no more.
//!
//! Bytes from a line are hostile: whatever is not exactly a message of the table below is refused with
//! the place, and what is accepted packs into the same bytes again. (Why no crate: DESIGN.md, 9.)

use std::collections::BTreeMap;
use std::fmt;

/// How a data element is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// So many digits.
    Digits(usize),
    /// So many printable characters.
    Chars(usize),
    /// A sign, `C` or `D`, and digits: so many in all.
    Signed(usize),
    /// Two digits of length, then digits.
    LlDigits(usize),
    /// Three digits of length, then printable characters.
    LllChars(usize),
}

use Format::{Chars, Digits, LlDigits, LllChars, Signed};

/// The data elements, in order.
const TABLE: &[(u8, Format)] = &[
    (2, LlDigits(19)),   // primary account number
    (3, Digits(6)),      // processing code
    (4, Digits(12)),     // amount
    (7, Digits(10)),     // transmission date and time, MMDDhhmmss, UTC
    (11, Digits(6)),     // STAN
    (12, Digits(6)),     // local time
    (13, Digits(4)),     // local date
    (15, Digits(4)),     // settlement date
    (22, Digits(3)),     // entry mode
    (25, Digits(2)),     // condition
    (37, Chars(12)),     // retrieval reference number
    (38, Chars(6)),      // authorization code
    (39, Chars(2)),      // response code; in a request why it is reversed
    (41, Chars(8)),      // terminal
    (42, Chars(15)),     // merchant
    (48, LllChars(999)), // order number of a QR payment
    (49, Digits(3)),     // currency
    (60, LllChars(6)),   // batch number
    (62, LllChars(6)),   // invoice number
    (70, Digits(3)),     // network management: 001 sign on, 301 echo
    (74, Digits(10)),    // credits, number
    (75, Digits(10)),    // credits, reversal number
    (76, Digits(10)),    // debits, number
    (77, Digits(10)),    // debits, reversal number
    (86, Digits(16)),    // credits, amount
    (87, Digits(16)),    // credits, reversal amount
    (88, Digits(16)),    // debits, amount
    (89, Digits(16)),    // debits, reversal amount
    (90, Digits(42)),    // original data elements
    (97, Signed(17)),    // net settlement
];

/// The most bytes that a message has on the line.
pub const LONGEST: usize = 2048;

/// A message.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    mti: [u8; 4],
    elements: BTreeMap<u8, String>,
}

/// Where a message is none, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Bytes from its beginning.
    pub at: usize,
    /// The data element; 0: the type, 1: a bitmap.
    pub element: u8,
    /// What is wrong there.
    pub what: &'static str,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, element, what } = self;
        write!(f, "no message of ISO 8583: byte {at}, DE{element}: {what}")
    }
}

impl std::error::Error for Malformed {}

impl Message {
    /// A message without data elements.
    #[must_use]
    pub fn new(mti: &str) -> Self {
        let mut four = *b"0000";
        four.iter_mut().zip(mti.bytes()).for_each(|(to, from)| *to = from);
        Self { mti: four, elements: BTreeMap::new() }
    }

    /// The answer to a message: what is to be repeated is.
    #[must_use]
    pub fn answer(&self) -> Self {
        let mut answer = Self { mti: self.mti, elements: BTreeMap::new() };
        answer.mti[2] = if self.mti[2] == b'2' { b'3' } else { b'1' };
        answer.mti[3] = b'0';
        for element in [3, 4, 7, 11, 12, 13, 41, 42, 48, 49, 60, 70] {
            if let Some(value) = self.elements.get(&element) {
                answer.elements.insert(element, value.clone());
            }
        }
        answer
    }

    /// Message type, four digits.
    #[must_use]
    pub fn mti(&self) -> &str {
        std::str::from_utf8(&self.mti).unwrap_or_default()
    }

    /// A data element.
    #[must_use]
    pub fn get(&self, element: u8) -> Option<&str> {
        self.elements.get(&element).map(String::as_str)
    }

    /// A data element that is a number.
    #[must_use]
    pub fn number(&self, element: u8) -> Option<u64> {
        self.get(element)?.parse().ok()
    }

    /// Sets a data element, as it is. What does not fit is found by [`pack`](Self::pack).
    #[must_use]
    pub fn with(mut self, element: u8, value: impl fmt::Display) -> Self {
        self.elements.insert(element, value.to_string());
        self
    }

    /// Sets one where there is one.
    #[must_use]
    pub fn maybe(self, element: u8, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(element, value),
            None => self,
        }
    }

    /// Sets one that is a number, with its leading zeros.
    #[must_use]
    pub fn digits(self, element: u8, value: u64) -> Self {
        let width =
            TABLE.iter().find(|(of, _)| *of == element).map_or(0, |(_, format)| match format {
                Digits(n) => *n,
                _ => 6,
            });
        self.with(element, format_args!("{value:0width$}"))
    }

    /// The bytes for the line.
    ///
    /// # Errors
    /// An element is not in the table or does not fit its format: nothing is cut to fit.
    pub fn pack(&self) -> Result<Vec<u8>, Malformed> {
        let mut bitmap = [0u8; 16];
        let mut body = Vec::new();
        for (&element, value) in &self.elements {
            let bad = |what| Malformed { at: 0, element, what };
            let known = TABLE.iter().find(|(of, _)| *of == element);
            let (_, format) = known.ok_or_else(|| bad("not in the table"))?;
            if !format.takes(value.as_bytes()) {
                return Err(bad("does not fit its format"));
            }
            let bit = usize::from(element) - 1;
            if let Some(byte) = bitmap.get_mut(bit / 8) {
                *byte |= 0x80 >> (bit % 8);
            }
            match format {
                LlDigits(_) => body.extend(format!("{:02}", value.len()).bytes()),
                LllChars(_) => body.extend(format!("{:03}", value.len()).bytes()),
                _ => {}
            }
            body.extend(value.bytes());
        }
        let second = bitmap.iter().skip(8).any(|byte| *byte != 0);
        bitmap[0] |= if second { 0x80 } else { 0 };
        let mut bytes = self.mti.to_vec();
        bytes.extend(bitmap.iter().take(if second { 16 } else { 8 }));
        bytes.extend(body);
        Ok(bytes)
    }

    /// Reads a message, and nothing but a message.
    ///
    /// # Errors
    /// The first place at which it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Rest { bytes, at: 0, element: 0 };
        let mti = rest.take(4)?.first_chunk().copied().unwrap_or_default();
        if !mti.iter().all(u8::is_ascii_digit) {
            return Err(rest.bad("not four digits"));
        }
        rest.element = 1;
        let mut bitmap = rest.take(8)?.to_vec();
        if bitmap.first().is_some_and(|byte| byte & 0x80 != 0) {
            bitmap.extend(rest.take(8)?);
            if bitmap.iter().skip(8).all(|byte| *byte == 0) {
                return Err(rest.bad("a second bitmap with nothing in it"));
            }
        }
        let mut elements = BTreeMap::new();
        for element in 2..=(bitmap.len() * 8) as u8 {
            let bit = usize::from(element) - 1;
            if bitmap.get(bit / 8).is_none_or(|byte| byte & (0x80 >> (bit % 8)) == 0) {
                continue;
            }
            rest.element = element;
            let known = TABLE.iter().find(|(of, _)| *of == element);
            let (_, format) = known.ok_or_else(|| rest.bad("not in the table"))?;
            let length = match format {
                Digits(n) | Chars(n) | Signed(n) => *n,
                LlDigits(_) => rest.length(2)?,
                LllChars(_) => rest.length(3)?,
            };
            let value = rest.take(length)?;
            if !format.takes(value) {
                return Err(rest.bad("does not fit its format"));
            }
            elements.insert(element, String::from_utf8_lossy(value).into_owned());
        }
        if !rest.bytes.is_empty() {
            return Err(rest.bad("bytes behind the last element"));
        }
        Ok(Self { mti, elements })
    }
}

impl Format {
    fn takes(self, value: &[u8]) -> bool {
        let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
        match self {
            Digits(n) => value.len() == n && digits(value),
            LlDigits(most) => value.len() <= most && digits(value),
            Chars(n) => value.len() == n && value.iter().all(|b| matches!(b, b' '..=b'~')),
            LllChars(most) => value.len() <= most && value.iter().all(|b| matches!(b, b' '..=b'~')),
            Signed(n) => match value.split_first() {
                Some((b'C' | b'D', number)) => value.len() == n && digits(number),
                _ => false,
            },
        }
    }
}

/// What is not read yet.
struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
    element: u8,
}

impl<'a> Rest<'a> {
    fn bad(&self, what: &'static str) -> Malformed {
        Malformed { at: self.at, element: self.element, what }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let Some((taken, rest)) = self.bytes.split_at_checked(length) else {
            return Err(self.bad("the message ends here"));
        };
        (self.bytes, self.at) = (rest, self.at + length);
        Ok(taken)
    }

    /// Digits alone: `+5` is no length.
    fn length(&mut self, digits: usize) -> Result<usize, Malformed> {
        let text = self.take(digits)?;
        if !text.iter().all(u8::is_ascii_digit) {
            return Err(self.bad("its length is not a number"));
        }
        Ok(text.iter().fold(0, |length, digit| length * 10 + usize::from(digit - b'0')))
    }
}

/// For people: no card number.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.mti())?;
        for (element, value) in &self.elements {
            match element {
                2 => write!(f, " 2=({} digits)", value.len())?,
                _ => write!(f, " {element}={value}")?,
            }
        }
        Ok(())
    }
}
