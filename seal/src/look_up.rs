//! Finding a row by a value that the database holds only encrypted: HMAC-SM3 of the normalised value.
//!
//! Equal values give equal look-ups, so a look-up column tells which rows share a value, and nothing
//! else. The key matters: without it all 10¹⁰ identity numbers of a city are tried in minutes.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sm3::Sm3;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::{KeyRing, keys::Version};

/// What a column holds: each kind has a key of its own and its own way of writing the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 公民身份号码 (GB 11643): `x` is `X`, gaps don't count.
    IdNumber,
    /// A mobile number: digits alone, without the country code 86.
    Mobile,
    /// Any other text, by the column's name: letters of one width, gaps at the ends don't count.
    Text(&'static str),
}

impl Kind {
    /// The name from which the key is derived. Never to be changed: stored look-ups depend on it.
    fn name(self) -> Cow<'static, str> {
        match self {
            Self::IdNumber => "id-number".into(),
            Self::Mobile => "mobile".into(),
            // The prefix keeps a column called `mobile` apart.
            Self::Text(column) => format!("text/{column}").into(),
        }
    }

    /// `value` as it is hashed. Compatibility forms come first: full-width digits are digits.
    fn normalised(self, value: &str) -> Zeroizing<String> {
        // The result is never longer than this (U+FDFA grows elevenfold), so that no half-written copy is left behind by growing.
        let mut out = Zeroizing::new(String::with_capacity(value.len() * 12));
        match self {
            Self::IdNumber => {
                out.extend(value.nfkc().filter(|it| it.is_alphanumeric()).map(|it| it.to_ascii_uppercase()));
            }
            Self::Mobile => {
                out.extend(value.nfkc().filter(char::is_ascii_digit));
                // 13 digits with 86 in front: a mobile number of 11.
                if out.len() == 13 && out.starts_with("86") {
                    out.drain(..2);
                }
            }
            Self::Text(_) => {
                out.extend(value.nfkc());
                let start = out.len() - out.trim_start().len();
                out.drain(..start);
                let end = out.trim_end().len();
                out.truncate(end);
            }
        }
        out
    }
}

/// The HMAC of a value and the key it was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUp {
    /// HMAC-SM3, 64 hex digits.
    pub hash: String,
    /// The id of the key.
    pub key: String,
}

impl KeyRing {
    /// What the look-up column of a new or changed row gets: 64 hex digits.
    pub fn look_up(&self, kind: Kind, value: &str) -> String {
        self.look_ups(kind, value).swap_remove(0).hash
    }

    /// What to search for: the look-up under the key for writing, then under every other version.
    pub fn look_ups(&self, kind: Kind, value: &str) -> Vec<LookUp> {
        let value = kind.normalised(value);
        self.for_look_ups().map(|it| mac(it, "look-up", kind, &value)).collect()
    }

    /// `value` for the audit log: equal values can be told to be equal there, but not be compared with
    /// look-up columns.
    pub(crate) fn audit_hash(&self, kind: Kind, value: &str) -> LookUp {
        mac(self.current(), "audit", kind, &kind.normalised(value))
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 §3)")]
fn mac(version: &Version, purpose: &str, kind: Kind, value: &str) -> LookUp {
    let key = version.mac_key(purpose, &kind.name());
    let mut mac = Hmac::<Sm3>::new_from_slice(&*key).expect("HMAC takes keys of any length");
    mac.update(value.as_bytes());
    LookUp { hash: hex::encode(mac.finalize().into_bytes()), key: version.id.clone() }
}
