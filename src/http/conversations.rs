//! Conversations of whoever holds the token: nobody reads another's.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chat::{
    conversation::{self, Change, Conversation, Filter, Page},
    export::Format,
    turn::Turn,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Surface,
    caller::Authorized,
    extract::{ApiJson, ApiPath, ApiQuery},
    problem::{Kind, Problem, ProblemBody},
};

/// Which conversations to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// 标题或问题中的字词
    q: Option<String>,
    /// `true`：只看收藏
    favourite: Option<String>,
    /// 上一页返回的 `next`
    after: Option<String>,
    /// 每页条数，1 到 100，不填为 20
    limit: Option<String>,
}

/// In which form a conversation is exported.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// `md`（默认）、`html` 或 `json`
    format: Option<String>,
}

/// A conversation with its turns.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationBody {
    /// The conversation.
    #[serde(flatten)]
    pub conversation: Conversation,
    /// Questions and answers, in order.
    pub turns: Vec<Turn>,
}

/// 会话列表，最近的在前
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", params(ListQuery), responses(
    (status = 200, description = "一页会话", body = Page),
    (status = 400, description = "参数有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    ApiQuery(query): ApiQuery<ListQuery>,
) -> Result<Json<Page>, Problem> {
    let given = |it: Option<String>| it.filter(|it| !it.is_empty());
    let favourite = match given(query.favourite).as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::new(Kind::BAD_QUERY, "favourite 应为 true 或 false").at("favourite")),
    };
    let limit = match given(query.limit).map(|it| it.parse::<i64>()) {
        None => 0,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => return Err(Problem::new(Kind::BAD_QUERY, "limit 应为 1 到 100 的整数").at("limit")),
    };
    let filter = Filter { q: given(query.q), favourite, after: given(query.after), limit };
    Ok(Json(conversation::list(surface.chat.store(), &caller, &filter).await?))
}

/// 新建会话
#[utoipa::path(post, path = "/api/v1/conversations", tag = "conversations", responses(
    (status = 201, description = "新的会话", body = ConversationBody),
    (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn create(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
) -> Result<(StatusCode, Json<ConversationBody>), Problem> {
    let conversation = conversation::create(surface.chat.store(), &caller).await?;
    Ok((StatusCode::CREATED, Json(ConversationBody { conversation, turns: Vec::new() })))
}

/// 一个会话及其全部问答
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations",
    params(("id" = String, Path, description = "会话编号")),
    responses(
        (status = 200, description = "会话", body = ConversationBody),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个会话", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn show(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<ConversationBody>, Problem> {
    let (conversation, turns) = surface.chat.read(&caller, &id).await?;
    Ok(Json(ConversationBody { conversation, turns }))
}

/// 改标题或收藏
#[utoipa::path(patch, path = "/api/v1/conversations/{id}", tag = "conversations", request_body = Change,
    params(("id" = String, Path, description = "会话编号")),
    responses(
        (status = 200, description = "改后的会话", body = Conversation),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个会话", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "字段有误", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn change(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    ApiPath(id): ApiPath<String>,
    ApiJson(wanted): ApiJson<Change>,
) -> Result<Json<Conversation>, Problem> {
    Ok(Json(conversation::change(surface.chat.store(), &caller, &id, &wanted).await?))
}

/// 删除会话
#[utoipa::path(delete, path = "/api/v1/conversations/{id}", tag = "conversations",
    params(("id" = String, Path, description = "会话编号")),
    responses(
        (status = 204, description = "已删除"),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个会话", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn delete(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, Problem> {
    // What runs for a conversation that nobody sees any more need not go on.
    surface.chat.stop(&caller, &id).await?;
    conversation::delete(surface.chat.store(), &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 导出会话
#[utoipa::path(get, path = "/api/v1/conversations/{id}/export", tag = "conversations",
    params(("id" = String, Path, description = "会话编号"), ExportQuery),
    responses(
        (status = 200, description = "文件", body = String, content_type = "text/markdown"),
        (status = 400, description = "参数有误", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "访问凭证无效", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个会话", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn export(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<ExportQuery>,
) -> Result<Response, Problem> {
    let name = query.format.as_deref().filter(|it| !it.is_empty()).unwrap_or("md");
    let format = Format::named(name)
        .ok_or_else(|| Problem::new(Kind::BAD_QUERY, "format 应为 md、html 或 json").at("format"))?;
    let text = surface.chat.export(&caller, &id, format).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    // RFC 6266: the name in Chinese for those who can read it, a plain one for the rest.
    let disposition = format!(
        "attachment; filename=\"consultation.{ending}\"; filename*=UTF-8''%E5%92%A8%E8%AF%A2%E8%AE%B0%E5%BD%95.{ending}",
        ending = format.ending()
    );
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((headers, text).into_response())
}
