//! Chinese words for codes and dates, and query strings, for the templates.

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};
use knowledge::regulation::{Authority, DocKind, FacetCounts, compare::Counts};
use minijinja::{Environment, Value, context};

use super::layout;
use crate::{app::VersionInfo, http::regulations::ListQuery};

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

/// Orders of the list.
const SORTS: [(&str, &str); 3] = [("rank", "按效力位阶"), ("newest", "按施行日期，新的在前"), ("title", "按标题")];

/// What became of an article between two versions.
const CHANGES: [(&str, &str); 5] =
    [("modified", "修改"), ("added", "新增"), ("removed", "删除"), ("moved", "移位"), ("unchanged", "未变")];

/// Issuers offered for choice; words in the search field find the others.
const ISSUERS: usize = 60;

/// Adds the filters.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("day", |value: Value| day(value.as_str()));
    environment.add_filter("effect", |code: String| effect(&code).0);
    environment.add_filter("effect_class", |code: String| effect(&code).1);
    environment.add_filter("topic", |code: String| topic(&code));
    environment.add_filter("change", |code: String| {
        CHANGES.iter().find(|(known, _)| *known == code).map_or("", |(_, words)| words)
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

fn topic(code: &str) -> String {
    TOPICS.iter().find(|(known, _)| *known == code).map_or(code, |(_, words)| words).to_owned()
}

/// What stands behind a quotation: 2026年版，自2026年5月11日起施行. A version that does not hold says so.
pub(super) fn version_note(version: &VersionInfo) -> String {
    let year = version.label.len() == 4 && version.label.bytes().all(|it| it.is_ascii_digit());
    let label = if year { format!("{}年版", version.label) } else { format!("{}版", version.label) };
    let since = version
        .effective_on
        .map_or_else(|| "施行日期未知".to_owned(), |first| format!("自{}起施行", day(Some(&first.to_string()))));
    let state = match effect_code(version.effect) {
        "effective" | "unknown" => String::new(),
        code => format!("，{}", effect(code).0),
    };
    let sample = if version.sample { "，示例文本" } else { "" };
    format!("{label}，{since}{state}{sample}")
}

fn effect_code(value: knowledge::answer::model::Effect) -> &'static str {
    let code = code_of(&value);
    EFFECTS.iter().find(|(known, _, _)| *known == code).map_or("unknown", |(known, _, _)| known)
}

/// The kinds of change with their counts, for the filter of a comparison.
pub(super) fn changes(counts: &Counts, all: usize) -> Value {
    let count = |code: &str| match code {
        "modified" => counts.modified,
        "added" => counts.added,
        "removed" => counts.removed,
        "moved" => counts.moved,
        _ => counts.unchanged,
    };
    let whole = [("all", "全部", all), ("changed", "只看有变化的", all - counts.unchanged)];
    let kinds = CHANGES.iter().map(|(code, words)| (*code, *words, count(code)));
    whole.into_iter().chain(kinds).map(|(code, words, count)| context! { code, words, count }).collect()
}

/// 2026年5月11日, or 未知.
pub(super) fn day(value: Option<&str>) -> String {
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

/// What the list's filters offer, each choice with the number of regulations behind it. A choice
/// behind which nothing stands is left out, but for states: all five explain the badges.
pub(super) fn choices(facets: &FacetCounts) -> Value {
    let counted = |code: &str, words: &str, n: Option<&i64>| {
        let n = n.copied().unwrap_or(0);
        (n > 0).then(|| context! { code, words => format!("{words}（{n}）") })
    };
    let mut issuers: Vec<(&String, &i64)> = facets.issuers.iter().collect();
    issuers.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let list = |it: Vec<Option<Value>>| -> Vec<Value> { it.into_iter().flatten().collect() };
    context! {
        effects => EFFECTS.iter().map(|(code, words, _)| context! {
            code => *code, words => format!("{words}（{}）", facets.effects.get(*code).unwrap_or(&0))
        }).collect::<Vec<_>>(),
        kinds => list(DOC_KINDS.iter().map(|kind| {
            let code = code_of(kind);
            counted(&code, kind.label(), facets.doc_kinds.get(&code))
        }).collect()),
        ranks => list(Authority::ALL.iter().map(|rank| {
            counted(rank.code(), rank.label(), facets.authorities.get(rank.code()))
        }).collect()),
        topics => list(TOPICS.iter().map(|(code, words)| counted(code, words, facets.topics.get(*code))).collect()),
        issuers => list(issuers.iter().take(ISSUERS).map(|(name, n)| counted(name, name, Some(n))).collect()),
        levels => list(facets.issuer_levels.iter().map(|(name, n)| counted(name, name, Some(n))).collect()),
        years => list(facets.years.iter().rev().map(|(year, n)| {
            let year = year.to_string();
            counted(&year, &year, Some(n))
        }).collect()),
        sorts => SORTS.into_iter().map(|(code, words)| context! { code, words }).collect::<Vec<_>>(),
    }
}

/// The fields of the list's query with their names.
fn fields(query: &ListQuery) -> [(&'static str, &str); 10] {
    [
        ("q", query.q.as_deref()),
        ("doc_kind", query.doc_kind.as_deref()),
        ("authority", query.authority.as_deref()),
        ("issuer", query.issuer.as_deref()),
        ("issuer_level", query.issuer_level.as_deref()),
        ("effect", query.effect.as_deref()),
        ("year", query.year.as_deref()),
        ("topic", query.topic.as_deref()),
        ("as_of", query.as_of.as_deref()),
        ("sort", query.sort.as_deref()),
    ]
    .map(|(name, value)| (name, value.unwrap_or_default().trim()))
}

/// The filters that are set, in words, each with the query string that takes it away.
pub(super) fn chosen(query: &ListQuery) -> Vec<Value> {
    let set = fields(query).into_iter().filter(|(name, value)| !value.is_empty() && !["q", "sort"].contains(name));
    set.map(|(name, value)| {
        let words = match name {
            "doc_kind" => DOC_KINDS.iter().find(|kind| code_of(kind) == value).map_or("", |it| it.label()).to_owned(),
            "authority" => Authority::from_code(value).map_or("", Authority::label).to_owned(),
            "effect" => effect(value).0.to_owned(),
            "topic" => topic(value),
            "year" => format!("{value}年"),
            "as_of" => format!("按{}", day(Some(value))),
            _ => value.to_owned(),
        };
        context! { words, without => address_of(query, None, name) }
    })
    .collect()
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
pub(super) fn query_string(query: &ListQuery, page: u64) -> String {
    address_of(query, Some(page), "")
}

/// The query string of the list without one of its fields.
fn address_of(query: &ListQuery, page: Option<u64>, without: &str) -> String {
    let page = page.map(|page| ("page", page.to_string()));
    let set = fields(query).into_iter().filter(|(name, value)| !value.is_empty() && *name != without);
    let all = page.into_iter().chain(set.map(|(name, value)| (name, percent(value))));
    let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={value}")).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Path segments, escaped and joined.
pub(super) fn path(segments: &[&str]) -> String {
    segments.iter().map(|segment| percent(segment)).collect::<Vec<_>>().join("/")
}

/// Percent-encoding (RFC 3986) of everything but unreserved characters.
pub(super) fn percent(text: &str) -> String {
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
        let query = ListQuery { year: Some("2026".to_owned()), ..query };
        assert_eq!(address_of(&query, None, "q"), "?year=2026");
        assert_eq!(address_of(&ListQuery::default(), None, ""), "");
        assert_eq!(path(&["r1", "../x"]), "r1/..%2Fx");
    }
}
