//! Asking in a conversation, listening again, stopping, saying what one thinks of an answer.

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chat::{Question, turn::Feedback};

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Surface,
    caller::{Address, Authorized},
    envelope::RequestId,
    events,
    extract::{self, ApiJson, ApiPath, ApiQuery},
    problem::{Kind, Problem, ProblemBody},
    question,
};

/// A question in a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnRequest {
    /// 问题，最多 2000 字
    #[schema(max_length = 2000, example = "那需要几年？")]
    pub question: String,
    /// 按哪一天的规定回答；不填为今天
    #[schema(value_type = Option<chrono::NaiveDate>, example = "2026-06-01")]
    #[serde(default)]
    pub as_of: Option<String>,
    /// 客户端自定的命令编号；同一编号重发不会重复提问
    #[schema(max_length = 64)]
    #[serde(default)]
    pub command_id: Option<String>,
}

/// Where to listen from.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// 已收到的最后一个事件的编号；不填为 0
    #[serde(default)]
    after: Option<String>,
}

/// Whether there was something to stop.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stopped {
    /// An answer was running and ends now.
    pub stopped: bool,
}

/// 在会话中提问，流式作答
///
/// 事件同 `POST /api/v1/chat`，另有 `condensed`（Condensed，按上文补全后的问题）。每个事件带编号，断开后作答继续，
/// 用 `GET …/events?after=编号` 接着听；答案存好之后才发出 `done`。
#[utoipa::path(post, path = "/api/v1/conversations/{id}/turns", tag = "conversations", request_body = TurnRequest,
    params(("id" = String, Path, description = "会话编号")),
    responses(
        (status = 200, description = "事件流", body = String, content_type = "text/event-stream"),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个会话", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "上一个问题还在作答", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "字段或问题有误", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "提问过于频繁", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "繁忙", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn ask(
    State(surface): State<Surface>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Authorized(caller): Authorized,
    Address(address): Address,
    ApiPath(id): ApiPath<String>,
    ApiJson(request): ApiJson<TurnRequest>,
) -> Result<Response, Problem> {
    let asked = Question {
        text: question::clean(&request.question)?,
        as_of: extract::date(request.as_of.as_deref(), "as_of")?,
        command_id: question::name(request.command_id, "command_id")?,
        ..Question::default()
    };
    let slot = surface.answer_slot().await?;
    let feed = surface.chat.ask(&caller, &address, &id, asked).await?;
    Ok(events::response(feed, request_id, slot))
}

/// 从中断处继续接收
///
/// 返回编号大于 `after` 的事件，直到正在进行的作答结束。没有正在进行的作答、也没有更新的事件时返回 204。
#[utoipa::path(get, path = "/api/v1/conversations/{id}/events", tag = "conversations",
    params(("id" = String, Path, description = "会话编号"), EventsQuery),
    responses(
        (status = 200, description = "事件流", body = String, content_type = "text/event-stream"),
        (status = 204, description = "没有更新的事件"),
        (status = 400, description = "参数有误", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个会话", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn listen(
    State(surface): State<Surface>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Authorized(caller): Authorized,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<EventsQuery>,
) -> Result<Response, Problem> {
    let after = match query.after.as_deref().filter(|it| !it.is_empty()) {
        None => 0,
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|it| *it >= 0)
            .ok_or_else(|| Problem::new(Kind::BAD_QUERY, "after 应为不小于 0 的整数").at("after"))?,
    };
    match surface.chat.events(&caller, &id, after).await? {
        Some(feed) => Ok(events::response(feed, request_id, ())),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// 停止作答
#[utoipa::path(post, path = "/api/v1/conversations/{id}/stop", tag = "conversations",
    params(("id" = String, Path, description = "会话编号")),
    responses(
        (status = 200, description = "是否有作答被停止", body = Stopped),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个会话", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn stop(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<Stopped>, Problem> {
    Ok(Json(Stopped { stopped: surface.chat.stop(&caller, &id).await? }))
}

/// 评价一个回答
#[utoipa::path(put, path = "/api/v1/turns/{id}/feedback", tag = "conversations", request_body = Feedback,
    params(("id" = String, Path, description = "问答编号")),
    responses(
        (status = 204, description = "已记录"),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个问答", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "字段有误", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn feedback(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    ApiPath(id): ApiPath<String>,
    ApiJson(said): ApiJson<Feedback>,
) -> Result<StatusCode, Problem> {
    surface.chat.feedback(&caller, &id, &said).await?;
    Ok(StatusCode::NO_CONTENT)
}
