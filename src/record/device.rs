//! The terminal itself: who it is, starts and remarks.

use super::{Currency, MerchantId, Seq, TerminalId, Text, Uptime};
use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The terminal started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boot {
    /// How many times it has started.
    pub count: u16,
    /// The firmware's version, as it numbers itself.
    pub firmware: u32,
    /// The processor's reset reason, as the firmware numbers it.
    pub reset_reason: u8,
    /// How long the run before this one lasted, where the firmware can know. A version of this
    /// crate before 0.2 did not write it.
    pub ran: Option<Uptime>,
}

impl Serialize for Boot {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_tuple(4)?;
        out.serialize_element(&self.count)?;
        out.serialize_element(&self.firmware)?;
        out.serialize_element(&self.reset_reason)?;
        out.serialize_element(&self.ran)?;
        out.end()
    }
}

impl<'de> Deserialize<'de> for Boot {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Boot;
            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("Boot")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Boot, A::Error> {
                use super::sparse::need;
                Ok(Boot {
                    count: need(&mut seq)?,
                    firmware: need(&mut seq)?,
                    reset_reason: need(&mut seq)?,
                    // The payload of an older version ends here.
                    ran: seq.next_element().ok().flatten().flatten(),
                })
            }
        }
        d.deserialize_tuple(4, Fields)
    }
}

/// What runs on the terminal from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The firmware's version as people know it.
    pub firmware: Text<24>,
    /// Number or hash of the configuration, as the firmware makes it.
    pub config: u32,
}

/// Who a book is to its host from here on. Payments refer to it by its index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The book.
    pub book: u8,
    /// Counts up with every change, 0 first.
    pub index: u8,
    /// DE41.
    pub terminal: TerminalId,
    /// DE42.
    pub merchant: MerchantId,
    /// The currency that the merchant is paid in.
    pub currency: Currency,
    /// The number of the key that seals card numbers, as the firmware counts them.
    pub key: u16,
    /// The change was made although payments were open: they became unresolved.
    pub forced: bool,
}

/// A slip was printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// The payment.
    pub item: Seq,
    /// Its book.
    pub book: u8,
}

/// The cashier was warned that a payment may be a second one for the same goods, and said yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The payment that the new one looks like.
    pub first: Seq,
}

/// A remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The remark.
    pub text: Text<48>,
}
