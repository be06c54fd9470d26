//! Chinese words for codes and dates, and query strings, for the templates.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};
use knowledge::regulation::{Authority, DocKind};
use minijinja::{Environment, Value, context};

use super::layout;
use crate::http::regulations::ListQuery;

/// Effect codes with their words and the class that colours them.
const EFFECTS: [(&str, &str, &str); 5] = [
    ("effective", "在效", "good"),
    ("amended", "已修改", "bad"),
    ("abolished", "已废止", "bad"),
    ("not_yet", "尚未施行", "wait"),
    ("unknown", "日期未知", "dim"),
];

/// Topic codes (`domain/05` §5.0) with their words.
const TOPICS: [(&str, &str); 18] = [
    ("dev", "发展党员"),
    ("relation", "组织关系"),
    ("dues", "党费"),
    ("org_life", "组织生活"),
    ("appraisal", "民主评议"),
    ("election", "换届选举"),
    ("org_setup", "组织设置"),
    ("mobile", "流动党员"),
    ("discipline", "纪律处分"),
    ("rights", "权利义务"),
    ("membership", "党籍党龄"),
    ("care", "关怀帮扶"),
    ("honor", "表彰"),
    ("delegate", "党代表"),
    ("emerging", "新兴领域"),
    ("system", "平台操作"),
    ("resource", "阵地课程"),
    ("other", "其他"),
];

/// Kinds of document, in the order of the filter.
const DOC_KINDS: [DocKind; 5] =
    [DocKind::Regulation, DocKind::NormativeDoc, DocKind::Law, DocKind::Interpretation, DocKind::Article];

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("day", |value: Value| day(value.as_str()));
    environment.add_filter("effect", |code: String| effect(&code).0);
    environment.add_filter("effect_class", |code: String| effect(&code).1);
    environment.add_filter("topic", |code: String| {
        TOPICS.iter().find(|(known, _)| *known == code).map_or(code.clone(), |(_, words)| (*words).to_owned())
    });
    environment.add_filter("kind", |code: String| {
        DOC_KINDS.iter().find(|kind| code_of(kind) == code).map_or(code.clone(), |kind| kind.label().to_owned())
    });
    environment.add_filter("rank", |code: String| Authority::from_code(&code).map_or("", Authority::label));
    environment.add_filter("thousands", thousands);
    environment.add_function("is_target", |asked: String, line: String| layout::is_target(&asked, &line));
}

fn effect(code: &str) -> (&'static str, &'static str) {
    EFFECTS
        .iter()
        .find(|(known, _, _)| *known == code)
        .map_or(("日期未知", "dim"), |(_, words, class)| (words, class))
}

/// 2026年5月11日, or 未知.
fn day(value: Option<&str>) -> String {
    value
        .and_then(|text| text.parse::<NaiveDate>().ok())
        .map_or_else(|| "未知".to_owned(), |day| format!("{}年{}月{}日", day.year(), day.month(), day.day()))
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn code_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What the list's filters offer.
pub(super) fn choices() -> Value {
    let pairs = |pairs: Vec<(String, &str)>| -> Vec<Value> {
        pairs.into_iter().map(|(code, words)| context! { code, words }).collect()
    };
    context! {
        effects => pairs(EFFECTS.iter().map(|(code, words, _)| ((*code).to_owned(), *words)).collect()),
        kinds => pairs(DOC_KINDS.iter().map(|kind| (code_of(kind), kind.label())).collect()),
        ranks => pairs(Authority::ALL[..8].iter().map(|rank| (rank.code().to_owned(), rank.label())).collect()),
        topics => pairs(TOPICS.iter().map(|(code, words)| ((*code).to_owned(), *words)).collect()),
    }
}

/// The fields of the list's query with their names.
fn fields(query: &ListQuery) -> [(&'static str, &str); 8] {
    [
        ("q", query.q.as_deref()),
        ("doc_kind", query.doc_kind.as_deref()),
        ("authority", query.authority.as_deref()),
        ("issuer", query.issuer.as_deref()),
        ("effect", query.effect.as_deref()),
        ("year", query.year.as_deref()),
        ("topic", query.topic.as_deref()),
        ("as_of", query.as_of.as_deref()),
    ]
    .map(|(name, value)| (name, value.unwrap_or_default().trim()))
}

/// The query as typed, to fill the form again.
pub(super) fn query_values(query: &ListQuery) -> Value {
    fields(query)
        .into_iter()
        .map(|(name, value)| (name, value.to_owned()))
        .collect::<std::collections::BTreeMap<_, _>>()
        .into()
}

/// The query string of another page of the same list.
pub(super) fn query_string(query: &ListQuery, page: u32) -> String {
    let mut text = format!("?page={page}");
    for (name, value) in fields(query).into_iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a string can't fail.
        let _ = write!(text, "&{name}={}", percent(value));
    }
    text
}

/// Path segments, escaped and joined.
pub(super) fn path(segments: &[&str]) -> String {
    segments.iter().map(|segment| percent(segment)).collect::<Vec<_>>().join("/")
}

/// Percent-encoding (RFC 3986) of everything but unreserved characters.
fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_people() {
        assert_eq!(day(Some("2026-05-11")), "2026年5月11日");
        assert_eq!(day(None), "未知");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(89), "89");
        assert_eq!(effect("amended"), ("已修改", "bad"));
    }

    #[test]
    fn links_are_escaped() {
        let query = ListQuery { q: Some("党 章&".to_owned()), ..ListQuery::default() };
        assert_eq!(query_string(&query, 2), "?page=2&q=%E5%85%9A%20%E7%AB%A0%26");
        assert_eq!(path(&["r1", "../x"]), "r1/..%2Fx");
    }
}
