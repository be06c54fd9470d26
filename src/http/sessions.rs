//! Grants for pages of listed origins, and sessions for those who ask.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chat::{
    session::SessionRequest,
    token::{GRANT_SECONDS, SESSION_SECONDS},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Surface,
    caller::Page,
    extract::{ApiJson, ApiPath},
    problem::{Kind, Problem, ProblemBody},
};

/// A grant: proof that a page of a listed origin asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Grant {
    /// To be exchanged for a session.
    pub grant: String,
    /// Good for so many seconds.
    pub expires_in: i64,
}

/// A session and what a panel shows first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// For the header `Authorization: Bearer …`.
    pub token: String,
    /// Good for so many seconds.
    pub expires_in: i64,
    /// The visitor's secret, to be sent again next time.
    pub visitor: String,
    /// Whether the host page vouched for the user.
    pub user: bool,
    /// First words of the channel; empty: the usual ones.
    pub greeting: String,
    /// Questions to begin with, by category.
    pub starters: Vec<Starter>,
}

/// Questions of one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Starter {
    /// Code of the category, e.g. `dues`.
    pub category: String,
    /// Its name.
    pub label: String,
    /// The questions.
    pub questions: Vec<String>,
}

/// 宿主网页取得授权
///
/// 由加载脚本在宿主网页中调用；浏览器带来的 Origin 须在渠道的来源清单内，清单为空则一概拒绝。
#[utoipa::path(post, path = "/api/v1/channels/{channel}/grants", tag = "sessions",
    params(("channel" = String, Path, description = "渠道代码")),
    responses(
        (status = 200, description = "授权", body = Grant),
        (status = 403, description = "来源不在清单内", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "没有这个渠道", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn grant(
    State(surface): State<Surface>,
    headers: HeaderMap,
    ApiPath(channel): ApiPath<String>,
) -> Result<Response, Problem> {
    let origin = Page::of(&headers).origin.ok_or_else(|| Problem::new(Kind::ORIGIN_REFUSED, "请求没有带来网页来源"))?;
    let mut response = match surface.chat.sessions().grant(&channel, &origin).await {
        Ok(grant) => Json(Grant { grant, expires_in: GRANT_SECONDS }).into_response(),
        Err(error) => Problem::from(error).into_response(),
    };
    // A page may read why it was refused: the loader tells the host's developers, and nothing is given away.
    allow(response.headers_mut(), &origin);
    Ok(response)
}

/// The browser asks beforehand whether a page may ask. Answered for every origin alike: who is not listed
/// hears no from the request itself.
pub async fn preflight(headers: HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(origin) = Page::of(&headers).origin {
        allow(response.headers_mut(), &origin);
        let methods = HeaderValue::from_static("POST");
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    }
    response
}

fn allow(headers: &mut HeaderMap, origin: &str) {
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// 开始会话
///
/// 面板以授权换取访问凭证；本站页面使用渠道 `site`，不需要授权。凭证约半小时有效，到期重新换取。
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", request_body = SessionRequest, responses(
    (status = 200, description = "访问凭证", body = SessionBody),
    (status = 401, description = "授权无效或用户签名不符", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "来源不在清单内", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "没有这个渠道", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "字段有误", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn start(
    State(surface): State<Surface>,
    headers: HeaderMap,
    ApiJson(request): ApiJson<SessionRequest>,
) -> Result<Json<SessionBody>, Problem> {
    let session = surface.chat.sessions().start(request, Page::of(&headers).own).await?;
    Ok(Json(SessionBody {
        token: session.token,
        expires_in: SESSION_SECONDS,
        visitor: session.visitor,
        user: session.user,
        greeting: session.greeting,
        starters: surface.starters.to_vec(),
    }))
}
