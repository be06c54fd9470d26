//! A row of the log, and the text of it that is hashed.

use std::{fmt, str::FromStr};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sm3::{Digest as _, Sm3};

use crate::{Error, Result};

/// The version of [`Record::canonical`] that this build writes.
pub(crate) const FORM: i64 = 1;

/// What stands for the hash of the row before the first.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A row of the log as it stands in the database, believed or not.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
pub struct Record {
    /// Number in the chain: from 1, without gaps.
    pub seq: i64,
    /// Version of the text that is hashed.
    pub form: i64,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who: the user's id.
    pub actor_id: Option<String>,
    /// In which post or role.
    pub actor_role: Option<String>,
    /// Of which organisation.
    pub actor_org: Option<String>,
    /// The network address.
    pub ip: Option<String>,
    /// The device, as it named itself.
    pub device: Option<String>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub object_type: String,
    /// To which one.
    pub object_id: Option<String>,
    /// Before and after, as JSON.
    pub changes: String,
    /// Why, in the actor's own words.
    pub reason: Option<String>,
    /// `success`, `refused` or `failed`.
    pub result: String,
    /// The request it belongs to.
    pub trace_id: Option<String>,
    /// The hash of the row before.
    pub prev_hash: String,
    /// The hash of this row.
    pub hash: String,
}

impl Record {
    /// The text that is hashed, form 1: all columns but the last in the order of this struct, each as a
    /// netstring (`<bytes>:<text>,`; `-,` for null), after the heading. Numbers are decimal, the time is
    /// RFC 3339 in UTC with six digits after the second.
    ///
    /// ```text
    /// 16:dangwutong-audit,1:1,1:7,27:2026-11-01T04:00:00.000000Z,2:u1,-,…,64:<hash of row 6>,
    /// ```
    /// No two rows have the same text, and a few lines in any language can check the log.
    pub fn canonical(&self) -> String {
        let (form, seq) = (self.form.to_string(), self.seq.to_string());
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let columns = [
            Some("dangwutong-audit"),
            Some(&form),
            Some(&seq),
            Some(&at),
            self.actor_id.as_deref(),
            self.actor_role.as_deref(),
            self.actor_org.as_deref(),
            self.ip.as_deref(),
            self.device.as_deref(),
            Some(&self.action),
            Some(&self.object_type),
            self.object_id.as_deref(),
            Some(&self.changes),
            self.reason.as_deref(),
            Some(&self.result),
            self.trace_id.as_deref(),
            Some(&self.prev_hash),
        ];
        columns.map(|column| column.map_or("-,".to_owned(), |it| format!("{}:{it},", it.len()))).concat()
    }

    /// The hash that the row should have: SM3, 64 hex digits. None for a form that this build doesn't know.
    pub fn digest(&self) -> Option<String> {
        (self.form == FORM).then(|| hash_of(&self.canonical()))
    }
}

/// SM3, 64 hex digits.
pub(super) fn hash_of(text: &str) -> String {
    hex::encode(Sm3::digest(text))
}

/// The number of a row and its hash: fixes that row and everything before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Anchor {
    /// The number in the chain; 0 where nothing is written yet.
    pub seq: i64,
    /// The row's hash.
    pub hash: String,
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.seq, self.hash)
    }
}

impl FromStr for Anchor {
    type Err = Error;

    /// Reads what `Display` writes, also where it was typed from paper with capital letters.
    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::BadAnchor(text.to_owned());
        let (seq, hash) = text.trim().split_once('-').ok_or_else(bad)?;
        let seq = seq.parse().ok().filter(|it| *it >= 0).ok_or_else(bad)?;
        if hash.len() != GENESIS.len() || !hash.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(bad());
        }
        Ok(Self { seq, hash: hash.to_ascii_lowercase() })
    }
}
