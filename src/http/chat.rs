//! `POST /api/v1/chat`: one question, answered as a stream, without a conversation.

use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use chat::{Question, session::Caller};

use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Surface,
    caller::{Address, Page, bearer},
    envelope::RequestId,
    events,
    extract::{self, ApiJson},
    problem::{Problem, ProblemBody},
    question,
};

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatRequest {
    /// 问题，最多 2000 字
    #[schema(max_length = 2000, example = "流动党员没有转组织关系，能在流入地投票吗？")]
    pub question: String,
    /// 按哪一天的规定回答；不填为今天
    #[schema(value_type = Option<chrono::NaiveDate>, example = "2026-06-01")]
    #[serde(default)]
    pub as_of: Option<String>,
    /// 提问渠道，如 `web_widget`；不填为 `api`。带有访问凭证时以凭证为准
    #[schema(max_length = 64)]
    #[serde(default)]
    pub channel: Option<String>,
}

/// 提一个问题，流式作答
///
/// 不属于任何会话；断开即停止。响应是 SSE 流，事件依次为 `accepted`（`AcceptedEvent`）、`retrieved`（`RetrievedEvent`）、
/// `delta`（Delta，逐句）、`citation`（Citation，紧跟首次用到它的句子）、`notice`（Notice）、`done`（Done，完整答案）；
/// 出错时为 `error`（`ProblemBody`）。流开始之前的错误是普通的 problem+json。
#[utoipa::path(post, path = "/api/v1/chat", tag = "chat", request_body = ChatRequest, responses(
    (status = 200, description = "事件流", body = String, content_type = "text/event-stream"),
    (status = 400, description = "请求体有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "请求体过大", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "类型不受支持", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "字段或问题有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "提问过于频繁", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "繁忙", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn chat(
    State(surface): State<Surface>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Address(address): Address,
    headers: HeaderMap,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<Response, Problem> {
    let asked = Question {
        text: question::clean(&request.question)?,
        as_of: extract::date(request.as_of.as_deref(), "as_of")?,
        ..Question::default()
    };
    let channel = question::name(request.channel, "channel")?.unwrap_or_else(|| "api".to_owned());
    let caller = match bearer(&headers) {
        Some(token) => {
            let page = Page::of(&headers);
            surface.chat.sessions().caller(token, page.origin.as_deref(), page.own).await?
        }
        // Nobody's: counted by address alone.
        None => Caller { channel, owner: String::new(), channel_limits: (None, None) },
    };
    // Before the stream starts, so that a busy server can still say so with a status of its own.
    let slot = surface.answer_slot().await?;
    let feed = surface.chat.ask_once(&caller, &address, asked).await?;
    Ok(events::response(feed, request_id, slot))
}
