//! Before and after, field by field; sensitive values only as hashes.

use serde::Serialize;
use serde_json::Value;

use crate::{KeyRing, Kind};

/// What an action changed. As JSON: `[{"field": …, "before": …, "after": …}]`; a sensitive value is
/// `{"hmac_sm3": …, "key": …}`, which shows whether two values were the same and not what they were.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Changes(Vec<Change>);

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Change {
    field: String,
    before: Held,
    after: Held,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum Held {
    Plain(Value),
    Sensitive { hmac_sm3: String, key: String },
}

impl Changes {
    /// No change: a look, an export, a failed login.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a field that anybody who may read the log may see. A value that wasn't there is `null`.
    #[must_use]
    pub fn plain(mut self, field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        let (before, after) = (Held::Plain(before.into()), Held::Plain(after.into()));
        self.0.push(Change { field: field.to_owned(), before, after });
        self
    }

    /// Adds a sensitive field, by hashes under a key of the audit log's own.
    #[must_use]
    pub fn sensitive(
        mut self,
        ring: &KeyRing,
        kind: Kind,
        field: &str,
        before: Option<&str>,
        after: Option<&str>,
    ) -> Self {
        let held = |value: Option<&str>| {
            value.map_or(Held::Plain(Value::Null), |it| {
                let hashed = ring.audit_hash(kind, it);
                Held::Sensitive { hmac_sm3: hashed.hash, key: hashed.key }
            })
        };
        self.0.push(Change { field: field.to_owned(), before: held(before), after: held(after) });
        self
    }

    /// The JSON text that is kept and hashed.
    #[expect(clippy::expect_used, reason = "texts and JSON values always serialise")]
    pub(crate) fn json(&self) -> String {
        serde_json::to_string(self).expect("texts and JSON values")
    }
}
