//! `instruments.json`: metadata for the files next to it, by file name without extension.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{MetaArgs, fields};
use crate::Error;

/// The name of the sidecar.
pub(crate) const FILE_NAME: &str = "instruments.json";

/// Reads a sidecar: an object of objects. Field names as in front matter.
pub(crate) fn read(bytes: &[u8]) -> Result<HashMap<String, MetaArgs>, Error> {
    let bad = |reason: String| Error::BadMetadata { place: FILE_NAME.to_owned(), reason };
    let all: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| bad(format!("不是有效的 JSON：{error}")))?;
    all.into_iter()
        .map(|(key, value)| {
            let Value::Object(entry) = value else { return Err(bad(format!("“{key}”应为对象"))) };
            let mut meta = MetaArgs::default();
            for (field, value) in entry {
                if !fields::set(&mut meta, &field, &text(&value), &format!("{FILE_NAME}：{key}."))? {
                    meta.unread.push(field);
                }
            }
            Ok((key, meta))
        })
        .collect()
}

/// Lists are joined as front matter writes them.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}
