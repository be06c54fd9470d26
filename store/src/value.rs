//! One bound parameter, typed so that a NULL keeps its type (PostgreSQL asks for it).

use chrono::{DateTime, NaiveDate, Utc};

/// A parameter of a query. Made by `.into()` from the plain type or its `Option`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `text`
    Text(Option<String>),
    /// `bigint`
    Int(Option<i64>),
    /// `double precision`
    Real(Option<f64>),
    /// `boolean`
    Bool(Option<bool>),
    /// `date`
    Date(Option<NaiveDate>),
    /// `timestamp with time zone`
    Time(Option<DateTime<Utc>>),
    /// `jsonb`, or JSON text on `SQLite`
    Json(Option<sqlx::types::JsonValue>),
    /// `bytea`
    Bytes(Option<Vec<u8>>),
}

/// The pattern for `like … escape '\\'` that finds `words` anywhere.
pub fn like(words: &str) -> String {
    let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

macro_rules! from {
    ($($type:ty => $variant:ident),+ $(,)?) => {$(
        impl From<$type> for Value {
            fn from(it: $type) -> Self {
                Self::$variant(Some(it))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(it: Option<$type>) -> Self {
                Self::$variant(it)
            }
        }
    )+};
}

from! {
    String => Text,
    i64 => Int,
    f64 => Real,
    bool => Bool,
    NaiveDate => Date,
    DateTime<Utc> => Time,
    sqlx::types::JsonValue => Json,
    Vec<u8> => Bytes,
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        Self::Text(Some(it.to_owned()))
    }
}

impl From<Option<&str>> for Value {
    fn from(it: Option<&str>) -> Self {
        Self::Text(it.map(str::to_owned))
    }
}

impl From<&String> for Value {
    fn from(it: &String) -> Self {
        Self::Text(Some(it.clone()))
    }
}
