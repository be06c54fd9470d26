//! Is it alive, can it answer, what can it do.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Surface;
use crate::app::{Health, Part, PartState};

/// How long the parts may take to say how they are.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process is alive.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Alive {
    /// Always `ok`.
    pub status: String,
    /// Version of the program.
    pub version: String,
}

/// Whether the server can answer, and which parts are out of order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    /// `ok`, `degraded` or `unavailable`.
    pub status: String,
    /// Names of the parts that are degraded or down.
    pub degraded: Vec<String>,
    /// Everything known.
    pub health: Health,
}

/// 本接口的 OpenAPI 文档
#[utoipa::path(get, path = "/openapi.json", tag = "operations", responses((status = 200, description = "OpenAPI 3.1 文档", content_type = "application/json", body = Object)))]
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(super::openapi())
}

/// 进程是否存活
#[utoipa::path(get, path = "/livez", tag = "operations", responses((status = 200, description = "存活", body = Alive)))]
pub async fn livez() -> Json<Alive> {
    Json(Alive { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() })
}

/// 能否作答，哪些组件降级
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, description = "可以作答；degraded 列出降级的组件", body = Readiness),
    (status = 503, description = "不能作答；degraded 列出出问题的组件", body = Readiness),
))]
pub async fn readyz(State(surface): State<Surface>) -> Response {
    let health = ask(&surface).await;
    let degraded: Vec<String> =
        health.parts.iter().filter(|part| part.state != PartState::Ok).map(|part| part.name.clone()).collect();
    let (code, status) = match (health.can_answer, degraded.is_empty()) {
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        (true, false) => (StatusCode::OK, "degraded"),
        (true, true) => (StatusCode::OK, "ok"),
    };
    (code, Json(Readiness { status: status.to_owned(), degraded, health })).into_response()
}

/// Asks the core how it is; one that does not answer in time is down.
pub async fn ask(surface: &Surface) -> Health {
    tokio::time::timeout(PATIENCE, surface.core.health()).await.unwrap_or_else(|_| Health {
        can_answer: false,
        parts: vec![Part {
            name: "core".to_owned(),
            state: PartState::Down,
            reason: Some("检索核心没有按时报告状态".to_owned()),
        }],
        regulations: 0,
        articles: 0,
        qa_pairs: 0,
        generation: String::new(),
    })
}
