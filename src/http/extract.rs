//! Extractors that say in Chinese what is wrong with a request, and where.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
    http::{header, request::Parts},
};
use chrono::NaiveDate;
use serde::de::DeserializeOwned;

use super::problem::{Kind, Problem};

/// A JSON body.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let essence = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if essence != "application/json" && !(essence.starts_with("application/") && essence.ends_with("+json")) {
            let found = if kind.is_empty() { "没有".to_owned() } else { format!("“{kind}”") };
            return Err(Problem::new(
                Kind::NOT_JSON_TYPE,
                format!("Content-Type 应为 application/json，收到的是{found}"),
            )
            .at("content-type"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| broken_body(&rejection))?;
        parse_json(&bytes).map(Self)
    }
}

fn broken_body(rejection: &BytesRejection) -> Problem {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(Kind::TOO_LARGE, "请求体超过服务器允许的大小")
    } else {
        Problem::new(Kind::BODY_BROKEN, "接收请求体时连接中断")
    }
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Problem::new(Kind::NOT_UTF8, format!("第 {} 个字节起不是 UTF-8 文本", error.valid_up_to() + 1))
    })?;
    if !text.trim_start().starts_with('{') {
        // serde would take an array for a struct, field by field.
        let whole: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
        return Err(match whole {
            Ok(_) => Problem::new(Kind::BAD_FIELD, "请求体应为一个 JSON 对象"),
            Err(error) => malformed(&error, syntax_words(&error.to_string())),
        });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| json_problem(&error))?;
    reader.end().map_err(|error| malformed(&error, "JSON 之后还有多余的内容"))?;
    Ok(value)
}

fn json_problem(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    let said = inner.to_string();
    if inner.is_data() {
        let path = error.path().to_string();
        return data_problem(&path, &said);
    }
    malformed(inner, syntax_words(&said))
}

fn malformed(error: &serde_json::Error, what: &str) -> Problem {
    Problem::new(Kind::MALFORMED_JSON, format!("{what}（第 {} 行第 {} 列）", error.line(), error.column()))
}

/// `serde_json`'s syntax messages, in Chinese.
fn syntax_words(said: &str) -> &'static str {
    let table = [
        ("surrogate", "\\u 转义中有未配对的代理项"),
        ("hex escape", "\\u 转义中有未配对的代理项"),
        ("invalid unicode code point", "\\u 转义不是有效的字符"),
        ("control character", "字符串中有未转义的控制字符"),
        ("invalid escape", "字符串中有无效的转义"),
        ("EOF", "内容不完整"),
        ("trailing characters", "JSON 之后还有多余的内容"),
        ("trailing comma", "多余的逗号"),
        ("recursion limit", "嵌套过深"),
        ("number out of range", "数字超出范围"),
        ("key must be a string", "键名应加双引号"),
    ];
    table.iter().find(|(word, _)| said.contains(word)).map_or("语法错误", |(_, words)| words)
}

/// A value of the right syntax in the wrong place. serde's messages quote names in backticks.
fn data_problem(path: &str, said: &str) -> Problem {
    let quoted = said.split('`').nth(1).unwrap_or_default();
    if said.starts_with("unknown field") {
        Problem::new(Kind::BAD_FIELD, format!("没有名为“{quoted}”的字段")).at(quoted)
    } else if said.starts_with("missing field") {
        Problem::new(Kind::BAD_FIELD, format!("缺少字段“{quoted}”")).at(quoted)
    } else if said.starts_with("duplicate field") {
        Problem::new(Kind::BAD_FIELD, format!("字段“{quoted}”出现了不止一次")).at(quoted)
    } else if path == "." || path.is_empty() {
        Problem::new(Kind::BAD_FIELD, "请求体应为一个 JSON 对象")
    } else {
        let place = said.rsplit_once(" at line ").map(|(_, place)| place.replace(" column ", " 行第 "));
        let place = place.map(|place| format!("（第 {place} 列）")).unwrap_or_default();
        let what = if said.starts_with("unknown variant") {
            format!("字段“{path}”的取值“{quoted}”不在可选范围内{place}")
        } else {
            format!("字段“{path}”的类型不对{place}")
        };
        Problem::new(Kind::BAD_FIELD, what).at(path)
    }
}

/// Query parameters. Types used here hold only `Option<String>` and `deny_unknown_fields`: values are
/// read by the handler, which knows their names.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(value) = Query::<T>::from_request_parts(parts, state).await.map_err(|rejection| {
            let said = rejection.body_text();
            let name = said.split('`').nth(1).unwrap_or_default().to_owned();
            let detail = if said.contains("duplicate field") {
                format!("查询参数“{name}”出现了不止一次")
            } else {
                format!("没有名为“{name}”的查询参数")
            };
            Problem::new(Kind::BAD_QUERY, detail).at(name)
        })?;
        Ok(Self(value))
    }
}

/// Parts of the path.
#[derive(Debug)]
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(value) = Path::<T>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::new(Kind::BAD_PATH, "地址中的转义字符不是 UTF-8 文本"))?;
        Ok(Self(value))
    }
}

/// Reads a date; `None` and blank mean "not given".
///
/// # Errors
/// `COMMON-004` with the field's name.
pub fn date(value: Option<&str>, field: &str) -> Result<Option<NaiveDate>, Problem> {
    let Some(text) = value.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    // chrono alone would take 2026-5-1; permalinks need one spelling.
    let well_formed = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    let parsed = well_formed.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    parsed.map(Some).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Problem::new(Kind::BAD_DATE, format!("“{shown}”不是有效的日期，应写成 YYYY-MM-DD")).at(field)
    })
}
