//! Settings of a retrieval by dotted name: `weights.gram`, `gate`.

use std::collections::BTreeMap;

use knowledge::search::settings::Settings;
use serde_json::Value;

/// `settings` with `changes` made, by dotted name. The error names a setting that isn't there or whose
/// value doesn't fit, in Chinese.
pub fn apply(settings: Settings, changes: &BTreeMap<String, Value>) -> Result<Settings, String> {
    let mut tree = tree(&settings);
    for (name, value) in changes {
        let mut place = &mut tree;
        for step in name.split('.') {
            place = place.get_mut(step).ok_or_else(|| format!("没有“{name}”这项设置"))?;
        }
        // A group can't be a value: replacing it whole would drop what isn't written.
        if place.is_object() || value.is_object() {
            return Err(format!("“{name}”是一组设置，请写到具体的一项"));
        }
        *place = value.clone();
        serde_json::from_value::<Settings>(tree.clone()).map_err(|error| format!("“{name}”的值不合要求：{error}"))?;
    }
    serde_json::from_value(tree).map_err(|error| error.to_string())
}

/// Every setting by its dotted name, for the head of a run.
pub fn flat(settings: &Settings) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    flatten("", &tree(settings), &mut flat);
    flat
}

/// By way of text: 0.3 as f32 is written 0.3, while a direct conversion widens it to 0.30000001192….
fn tree(settings: &Settings) -> Value {
    serde_json::to_string(settings).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn flatten(prefix: &str, value: &Value, flat: &mut BTreeMap<String, Value>) {
    let Value::Object(map) = value else {
        flat.insert(prefix.to_owned(), value.clone());
        return;
    };
    for (name, value) in map {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        flatten(&name, value, flat);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_touches_one_setting() {
        let changes = BTreeMap::from([("weights.question".to_owned(), json!(0)), ("depth".to_owned(), json!(50))]);
        let settings = apply(Settings::default(), &changes).expect("applied");
        let default = Settings::default();
        assert_eq!(settings.depth, 50);
        assert!(settings.weights.question.abs() < f32::EPSILON);
        assert_eq!(Settings { depth: default.depth, weights: default.weights, ..settings }, default);
        let flat = flat(&settings);
        assert_eq!((&flat["weights.word"], &flat["depth"]), (&json!(0.3), &json!(50)));
    }

    #[test]
    fn a_setting_that_is_not_there_is_named() {
        for (name, value, words) in [
            ("weights.colour", json!(1), "没有“weights.colour”"),
            ("weights", json!(1), "一组设置"),
            ("depth", json!("many"), "“depth”的值不合要求"),
            ("depth", json!(-1), "“depth”的值不合要求"),
        ] {
            let error = apply(Settings::default(), &BTreeMap::from([(name.to_owned(), value)])).expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
    }
}
