//! What no source confirms about the formats: configuration, not code.
//!
//! The built-in answers stand in `facts.toml`. A file of the same form changes or adds to them; what
//! it does not name stays.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::fields::Encoding;
use super::row::{Kind, PayoutState, State};

/// See `facts.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    pub(super) wechat: Wechat,
    pub(super) alipay: Alipay,
    pub(super) leshua: Leshua,
    pub(super) payout: Payouts,
    pub(super) lcsw: Lcsw,
    pub(super) unionpay: UnionPay,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wechat {
    pub refund_states: BTreeMap<String, State>,
    pub count_is_all_rows: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alipay {
    pub account_kinds: BTreeMap<String, Kind>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leshua {
    pub encoding: EncodingFact,
    pub delimiter: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Payouts {
    pub states: BTreeMap<String, PayoutState>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lcsw {
    pub encoding: EncodingFact,
    pub states: BTreeMap<String, State>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnionPay {
    pub types: BTreeMap<String, Kind>,
    pub trace_is_stan: bool,
}

/// Which encoding a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum EncodingFact {
    /// UTF-8 if its beginning is, else GBK.
    Auto,
    Utf8,
    Gbk,
}

impl EncodingFact {
    pub fn of(self, head: &[u8]) -> Encoding {
        match self {
            Self::Auto => Encoding::of(head),
            Self::Utf8 => Encoding::Utf8,
            Self::Gbk => Encoding::Gbk,
        }
    }
}

/// A file of facts or a profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub(super) String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

const BUILT_IN: &str = include_str!("facts.toml");

impl Facts {
    /// The built-in facts.
    ///
    /// # Errors
    /// Never: a test reads them. It is an error all the same, so that no panic is needed.
    pub fn built_in() -> Result<Self, ConfigError> {
        Self::read("")
    }

    /// The built-in facts, changed by a file (TOML).
    ///
    /// # Errors
    /// [`ConfigError`], which says what is wrong in it.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let table =
            |text: &str| text.parse().map_err(|e: toml::de::Error| ConfigError(e.to_string()));
        let (mut all, changes): (toml::Table, toml::Table) = (table(BUILT_IN)?, table(text)?);
        merge(&mut all, changes);
        all.try_into().map_err(|error| ConfigError(error.to_string()))
    }
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changes_only_what_it_names() {
        let facts = Facts::built_in().unwrap();
        assert_eq!(facts.lcsw.states.get("1"), Some(&State::Final));
        let facts = Facts::read("[lcsw.states]\n5 = 'pending'\n[leshua]\ndelimiter = '|'").unwrap();
        assert_eq!(facts.lcsw.states.get("5"), Some(&State::Pending));
        assert_eq!(facts.lcsw.states.get("1"), Some(&State::Final));
        assert_eq!(
            (facts.leshua.delimiter.as_str(), facts.leshua.encoding),
            ("|", EncodingFact::Auto)
        );
        for wrong in ["[lcws]\n", "[lcsw.states]\n5='perhaps'", "x"] {
            assert!(Facts::read(wrong).is_err(), "{wrong}");
        }
    }
}
