//! Names and values of metadata fields, in front matter, sidecars and bullet headers.

use chrono::NaiveDate;
use knowledge::regulation::{Authority, DocKind};

use super::{MetaArgs, dates};
use crate::Error;

/// Whether `key` is a field that [`set`] reads.
pub(crate) fn is_known(key: &str) -> bool {
    let mut scratch = MetaArgs::default();
    !matches!(set(&mut scratch, key, "", ""), Ok(false))
}

/// Sets the field `key`. `Ok(false)` if nobody knows it. `place` is for the error message.
/// An empty value says nothing.
pub(crate) fn set(meta: &mut MetaArgs, key: &str, value: &str, place: &str) -> Result<bool, Error> {
    let value = value.trim().trim_matches(['"', '\'']).trim();
    let some = || (!value.is_empty()).then(|| value.to_owned());
    // The message names place, field and value: a batch may hold hundreds of files.
    let bad = |reason: String| Error::BadMetadata { place: format!("{place}{key}"), reason };
    let day = || -> Result<Option<NaiveDate>, Error> {
        if value.is_empty() || matches!(value, "未知" | "null" | "~") {
            return Ok(None);
        }
        dates::parse(value).map(Some).ok_or_else(|| bad(format!("“{value}”不是日期，应为 2026-05-11 这样的写法")))
    };
    let flag = || -> Result<Option<bool>, Error> {
        match value.to_ascii_lowercase().as_str() {
            "" => Ok(None),
            "true" | "yes" | "1" | "是" => Ok(Some(true)),
            "false" | "no" | "0" | "否" => Ok(Some(false)),
            _ => Err(bad(format!("“{value}”应为 true 或 false"))),
        }
    };
    match key.trim().to_ascii_lowercase().as_str() {
        "title" | "标题" | "名称" => meta.title = some(),
        "aliases" | "alias" | "简称" | "别名" => meta.aliases.extend(list(value)),
        "label" | "版本标识" => {
            if !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(bad(format!("“{value}”只能用字母、数字和“-”")));
            }
            meta.label = some();
        }
        "version" | "版本" => meta.version = some(),
        "issued" | "制定/发布" | "制定发布" | "制定" | "发布" => meta.issued = some(),
        "doc_kind" | "kind" | "类型" | "文件类型" => meta.doc_kind = choice(value, kind).map_err(bad)?,
        "authority" | "效力层级" | "效力位阶" => meta.authority = choice(value, rank).map_err(bad)?,
        "issuer" | "制定机关" | "发布机关" => meta.issuer = some(),
        "issuer_level" | "机关层级" => meta.issuer_level = some(),
        "doc_no" | "文号" => meta.doc_no = some(),
        "approved_on" | "通过日期" | "批准日期" => meta.approved_on = day()?,
        "published_on" | "发布日期" | "公布日期" | "印发日期" => meta.published_on = day()?,
        "effective_on" | "施行日期" | "生效日期" => meta.effective_on = day()?,
        "abolished_on" | "废止日期" | "失效日期" => meta.abolished_on = day()?,
        "ended" | "已失效" => meta.ended = flag()?,
        "superseded_by" | "取代文件" | "替代文件" => meta.superseded_by = some(),
        "trial" | "试行" => meta.trial = flag()?,
        "sample" | "示例" => meta.sample = flag()?,
        "topics" | "topic" | "主题" => meta.topics.extend(list(value)),
        "source_url" | "url" | "来源网址" | "来源链接" => meta.source_url = some(),
        "src" | "source" | "数据来源" | "来源" => set_source(meta, some()),
        "n" | "articles" | "条数" => {
            let count = if value.is_empty() {
                None
            } else {
                Some(value.parse().map_err(|_| bad(format!("“{value}”不是整数")))?)
            };
            meta.expected_articles = count;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// An address goes to `source_url`, other words to the report.
fn set_source(meta: &mut MetaArgs, source: Option<String>) {
    let Some(source) = source else { return };
    if source.starts_with("http://") || source.starts_with("https://") {
        meta.source_url = Some(source);
    } else {
        meta.provenance = Some(source);
    }
}

/// `[a, b]`, `a、b` or `a, b`.
fn list(value: &str) -> Vec<String> {
    value
        .trim_start_matches('[')
        .trim_end_matches(']')
        .split(['、', ',', '，', ';', '；'])
        .map(|it| it.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|it| !it.is_empty())
        .collect()
}

/// One of a fixed set of words.
fn choice<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    if value.is_empty() {
        return Ok(None);
    }
    read(value).map(Some).ok_or_else(|| format!("不认识“{value}”"))
}

/// 党内法规 or `regulation`.
fn kind(value: &str) -> Option<DocKind> {
    let all = [DocKind::Regulation, DocKind::NormativeDoc, DocKind::Law, DocKind::Interpretation, DocKind::Article];
    let codes = ["regulation", "normative_doc", "law", "interpretation", "article"];
    all.into_iter().zip(codes).find(|(it, code)| it.label() == value || *code == value).map(|(it, _)| it)
}

/// 条例 or `ordinance`.
fn rank(value: &str) -> Option<Authority> {
    Authority::from_code(value).or_else(|| Authority::ALL.into_iter().find(|it| it.label() == value))
}
