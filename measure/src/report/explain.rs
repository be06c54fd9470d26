//! The explanation of a case in lines: what is known by name first, the rest as it came.

use serde_json::Value;

use super::{page::cut, words};

/// Names that have a Chinese title, in the order in which they are told.
const KNOWN: [(&str, &str); 12] = [
    ("condensed", "补全后的问题"),
    ("question", "问题"),
    ("searched", "实际检索的问题"),
    ("rewrites", "术语改写"),
    ("route", "路径"),
    ("gate", "门槛"),
    ("qa", "相近的审定问答"),
    ("named", "问题点名的候选"),
    ("absent", "点名而未收的法规"),
    ("degraded", "没有应答的部分"),
    ("findings", "核验"),
    ("as_of", "按哪一天的规定"),
];
/// Characters of one line.
const LONGEST: usize = 600;
/// Lines of one case.
const MOST: usize = 20;

/// Title and words, known names first; times and empty things are left out.
pub(super) fn lines(explanation: &Value) -> Vec<(String, String)> {
    let Value::Object(map) = explanation else {
        let words = say(explanation);
        return if words.is_empty() { Vec::new() } else { vec![("说明".to_owned(), cut(&words, LONGEST))] };
    };
    let known = KNOWN.iter().filter_map(|(name, title)| map.get(*name).map(|it| (*title, *name, it)));
    let others = map
        .iter()
        .filter(|(name, _)| *name != "timings" && KNOWN.iter().all(|it| it.0 != name.as_str()))
        .map(|(name, value)| (name.as_str(), name.as_str(), value));
    known
        .chain(others)
        .map(|(title, name, value)| (title.to_owned(), cut(&told(name, value), LONGEST)))
        .filter(|it| !it.1.is_empty())
        .take(MOST)
        .collect()
}

fn told(name: &str, value: &Value) -> String {
    let field = |value: &Value, name: &str| value.get(name).map(say).unwrap_or_default();
    match (name, value) {
        ("rewrites", Value::Array(list)) => {
            let pairs = list.iter().map(|it| match (it.get("from"), it.get("to")) {
                (Some(from), Some(to)) => format!("{} → {}", say(from), say(to)),
                _ => say(it),
            });
            pairs.collect::<Vec<_>>().join("；")
        }
        ("gate", Value::Object(map)) if map.contains_key("open") => {
            let open =
                if map.get("open") == Some(&Value::Bool(true)) { "开（作答）" } else { "关（不作答）" };
            let [confidence, threshold, reason] = ["confidence", "threshold", "reason"].map(|it| field(value, it));
            format!("{open}；把握 {confidence}，门槛 {threshold}。{reason}")
        }
        ("route", Value::String(route)) => match route.as_str() {
            "address" => "按条文位置".to_owned(),
            "passage" => "按粘贴的原文".to_owned(),
            "search" => "检索".to_owned(),
            other => other.to_owned(),
        },
        _ => say(value),
    }
}

/// A value in words.
fn say(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Number(number) => match number.as_f64() {
            Some(it) if !number.is_i64() && !number.is_u64() => {
                format!("{it:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            _ => number.to_string(),
        },
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(say).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("；"),
        Value::Object(map) => {
            let told = map.iter().filter(|it| it.0 != "timings").map(|(name, it)| (name, say(it)));
            let named = told.filter(|it| !it.1.is_empty()).map(|(name, it)| format!("{} {it}", words::channel(name)));
            named.collect::<Vec<_>>().join("，")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn known_names_come_first_and_times_not_at_all() {
        let told = lines(&json!({
            "alpha": [1, 2.50, null],
            "gate": {"open": false, "confidence": 0.25, "threshold": 0.4, "reason": "实词不合"},
            "rewrites": [{"from": "咋弄", "to": "怎么办"}, "别的"],
            "route": "search",
            "timings": {"total": 3},
            "degraded": [],
        }));
        let told: Vec<(&str, &str)> = told.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        assert_eq!(
            told,
            [
                ("术语改写", "咋弄 → 怎么办；别的"),
                ("路径", "检索"),
                ("门槛", "关（不作答）；把握 0.25，门槛 0.4。实词不合"),
                ("alpha", "1；2.5"),
            ]
        );
        assert!(lines(&Value::Null).is_empty());
        let long = lines(&json!({"text": "长".repeat(5000)}));
        assert!(long[0].1.chars().count() < 610);
    }
}
