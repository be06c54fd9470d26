//! Every error that leaves the server: RFC 9457 problem JSON with a stable code.
//!
//! [`TABLE`] is the one table of codes; `docs/ERRORS.md` says the same in words and a test holds both
//! together. A code means one thing for ever. A handler returns a [`Problem`]; the layer in
//! [`super::envelope`] gives it the request id and writes it as JSON or, for pages, as HTML.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::CoreError;

/// One row of the table of codes.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// E.g. `CHAT-001`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in Chinese, without particulars.
    pub title: &'static str,
    /// What the client can do about it.
    pub advice: &'static str,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal, $advice:literal;)*) => {
        impl Kind {
            $($(#[$doc])* pub const $name: &'static Self =
                &Self { code: $code, status: $status, title: $title, advice: $advice };)*
        }
        /// All codes, in the order of `docs/ERRORS.md`.
        pub const TABLE: &[&Kind] = &[$(Kind::$name),*];
    };
}

kinds! {
    /// The body is not JSON.
    MALFORMED_JSON = "COMMON-001", 400, "请求体不是合法的 JSON", "按 detail 给出的行、列改正";
    /// A field is unknown, missing or of the wrong type.
    BAD_FIELD = "COMMON-002", 422, "请求体的字段有误", "按 field 和 detail 改正";
    /// A query parameter is unknown or can't be read.
    BAD_QUERY = "COMMON-003", 400, "查询参数有误", "按 field 和 detail 改正";
    /// A date can't be read.
    BAD_DATE = "COMMON-004", 422, "日期有误", "写成 YYYY-MM-DD，且是真实存在的日期";
    /// The body is not UTF-8.
    NOT_UTF8 = "COMMON-005", 400, "请求体不是 UTF-8 文本", "以 UTF-8 编码发送";
    /// The content type is not JSON.
    NOT_JSON_TYPE = "COMMON-006", 415, "请求体类型不受支持", "加上请求头 Content-Type: application/json";
    /// The body is too large.
    TOO_LARGE = "COMMON-007", 413, "请求体过大", "缩短内容后重发";
    /// A piece of the path can't be read.
    BAD_PATH = "COMMON-008", 400, "地址有误", "检查地址中的转义字符";
    /// The body broke off.
    BODY_BROKEN = "COMMON-009", 400, "请求体没有收完整", "重发请求";
    /// Nothing at this address.
    NO_ROUTE = "COMMON-404", 404, "没有这个地址", "接口清单见 /openapi.json";
    /// The address knows other methods.
    WRONG_METHOD = "COMMON-405", 405, "这个地址不支持该请求方法", "可用的方法见响应头 Allow";
    /// A fault of ours.
    INTERNAL = "COMMON-500", 500, "服务内部出错", "把 request_id 告诉运维人员";
    /// The time is over.
    TIMEOUT = "COMMON-504", 504, "处理超时", "稍后重试；持续出现请联系运维人员";
    /// Too many retrievals at once.
    OVERLOADED = "COMMON-503", 503, "服务繁忙", "按响应头 Retry-After 的秒数等待后重试";
    /// A part is down.
    UNAVAILABLE = "COMMON-510", 503, "所需的组件暂不可用", "稍后重试；各组件状态见 /readyz";
    /// No question.
    QUESTION_EMPTY = "CHAT-001", 422, "问题不能为空", "写出要问的问题";
    /// Too long a question.
    QUESTION_TOO_LONG = "CHAT-002", 422, "问题过长", "精简到 2000 字以内";
    /// Only control characters.
    QUESTION_UNREADABLE = "CHAT-003", 422, "问题中没有可读的文字", "去掉控制字符，用文字提问";
    /// The channel or conversation id has a wrong form.
    BAD_CONVERSATION = "CHAT-004", 422, "会话标识有误", "用字母、数字、-、_，不超过 64 个字符";
    /// No token, or one that is over or forged.
    NO_SESSION = "SESSION-001", 401, "访问凭证缺失或已失效", "重新取得访问凭证后重试";
    /// The host's signature for its user does not fit.
    BAD_USER = "SESSION-002", 401, "用户签名不符", "由宿主系统的服务端重新签名";
    /// No such channel.
    NO_CHANNEL = "CHANNEL-001", 404, "没有这个渠道", "核对页面脚本中的 data-channel，或请管理员启用渠道";
    /// The page is not listed.
    ORIGIN_REFUSED = "CHANNEL-002", 403, "网页来源不在允许范围内", "请管理员把网页来源加入渠道的来源清单";
    /// A channel can't be made like that.
    BAD_CHANNEL = "CHANNEL-003", 422, "渠道设置有误", "按 detail 改正";
    /// The conversation is busy.
    BUSY = "CHAT-005", 409, "上一个问题还在作答", "等它结束，或先停止";
    /// No such conversation of this owner.
    NO_CONVERSATION = "CHAT-006", 404, "没有这个会话", "会话列表见 /api/v1/conversations";
    /// No such turn of this owner.
    NO_TURN = "CHAT-007", 404, "没有这个问答", "问答编号见会话中的 turns";
    /// The process that answered is gone.
    INTERRUPTED = "CHAT-008", 503, "作答中断", "重新提问";
    /// No such model.
    NO_MODEL = "OPENAI-001", 404, "没有这个模型", "模型列表见 /v1/models";
    /// Asked too often.
    LIMITED = "LIMIT-001", 429, "提问过于频繁", "按响应头 Retry-After 的秒数等待后重试";
    /// No such regulation.
    NO_REGULATION = "REG-404", 404, "没有这部法规", "从 /api/v1/regulations 取得编号";
    /// No such version.
    NO_VERSION = "REG-405", 404, "该法规没有这个版本", "版本列表见该法规的 versions";
    /// No such provision.
    NO_PROVISION = "REG-406", 404, "该版本中没有这一条文", "条文位置的写法如 a13、a13.p2、a13.p2.i3";
    /// No version on that day.
    NO_VERSION_ON = "REG-407", 404, "该日没有已知的施行版本", "换一个日期，或查看 versions";
}

/// Something that went wrong, on its way to the client.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Which row of the table.
    pub kind: &'static Kind,
    /// What exactly, in Chinese.
    pub detail: String,
    /// The field, parameter or part of the path at fault.
    pub field: Option<String>,
    /// After how many seconds another try makes sense.
    pub retry_after: Option<u32>,
}

/// The body of an error, as in RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// Where the code is explained, e.g. `/docs/errors#CHAT-001`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, without particulars.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What exactly.
    pub detail: String,
    /// Stable code.
    pub code: String,
    /// The field, parameter or part of the path at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Id of this request, also in the header `x-request-id` and in the server's log.
    pub request_id: String,
}

impl Problem {
    /// A problem of a kind, with what exactly happened.
    pub fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), field: None, retry_after: None }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Asks the client to wait so many seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The status of its kind.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What is sent.
    pub fn body(&self, request_id: &str) -> ProblemBody {
        ProblemBody {
            kind: format!("/docs/errors#{}", self.kind.code),
            title: self.kind.title.to_owned(),
            status: self.kind.status,
            detail: self.detail.clone(),
            code: self.kind.code.to_owned(),
            field: self.field.clone(),
            request_id: request_id.to_owned(),
        }
    }
}

impl IntoResponse for Problem {
    /// A bare response that carries the problem as an extension; the envelope writes the body.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<CoreError> for Problem {
    fn from(error: CoreError) -> Self {
        let said = error.to_string();
        match error {
            CoreError::NoRegulation(_) => Self::new(Kind::NO_REGULATION, said).at("id"),
            CoreError::NoVersion(_) => Self::new(Kind::NO_VERSION, said).at("version"),
            CoreError::NoVersionOn(_) => Self::new(Kind::NO_VERSION_ON, said).at("as_of"),
            CoreError::NoProvision(_) => Self::new(Kind::NO_PROVISION, said).at("address"),
            CoreError::Unavailable { .. } => Self::new(Kind::UNAVAILABLE, said).retry_after(5),
            CoreError::Internal(cause) => {
                // Particulars are for the operator; the user gets the request id that finds them.
                tracing::error!(%cause, "core failed");
                Self::new(Kind::INTERNAL, "服务内部出错，已记录")
            }
        }
    }
}

impl From<chat::Error> for Problem {
    fn from(error: chat::Error) -> Self {
        use chat::Error;
        let said = error.to_string();
        match error {
            Error::Store(_) => {
                tracing::error!(cause = %said, "conversations are out of reach");
                Self::new(Kind::UNAVAILABLE, "数据库暂不可用").retry_after(5)
            }
            Error::Corrupt(cause) => {
                tracing::error!(%cause, "a stored conversation can't be read");
                Self::new(Kind::INTERNAL, "服务内部出错，已记录")
            }
            Error::NoChannel(_) => Self::new(Kind::NO_CHANNEL, said).at("channel"),
            Error::OriginRefused(_) => Self::new(Kind::ORIGIN_REFUSED, said),
            Error::BadChannel(_) => Self::new(Kind::BAD_CHANNEL, said),
            Error::NoSession => Self::new(Kind::NO_SESSION, said),
            Error::BadUser => Self::new(Kind::BAD_USER, said).at("user"),
            Error::Busy => Self::new(Kind::BUSY, said),
            Error::NoConversation(_) | Error::NoTurn(_) => {
                let kind = if matches!(error, Error::NoTurn(_)) { Kind::NO_TURN } else { Kind::NO_CONVERSATION };
                Self::new(kind, said).at("id")
            }
            Error::Bad { field: "after", .. } => Self::new(Kind::BAD_QUERY, said).at("after"),
            Error::Bad { field, .. } => Self::new(Kind::BAD_FIELD, said).at(field),
            Error::Limited { retry_after, .. } => Self::new(Kind::LIMITED, said).retry_after(retry_after),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const DOC: &str = include_str!("../../docs/ERRORS.md");

    #[test]
    fn the_table_and_the_document_agree() {
        let rows: BTreeMap<&str, Vec<&str>> = DOC
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>())
            .map(|cells| (cells[0].trim_matches('`'), cells[1..].to_vec()))
            .collect();
        for kind in TABLE {
            let status = kind.status.to_string();
            assert_eq!(rows.get(kind.code), Some(&vec![status.as_str(), kind.title, kind.advice]), "{}", kind.code);
        }
        let of_the_start = ["CFG-001", "CFG-002", "CFG-003"];
        for code in rows.keys() {
            assert!(TABLE.iter().any(|kind| kind.code == *code) || of_the_start.contains(code), "{code}");
        }
    }

    #[test]
    fn codes_are_unique() {
        let codes: std::collections::HashSet<&str> = TABLE.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), TABLE.len());
    }
}
