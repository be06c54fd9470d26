//! `POST /api/v1/search`: the evidence, without an answer.

use axum::{Json, extract::State};
use knowledge::{
    regulation::DocKind,
    search::model::{Retrieved, Scope},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Surface,
    caller::Address,
    extract::{self, ApiJson},
    problem::{Problem, ProblemBody},
    question,
};
use crate::app::Ask;

/// What to look for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// 问题、条文地址（如“党章第九条”）或一段原文，最多 2000 字
    #[schema(max_length = 2000, example = "预备党员的预备期是多长")]
    pub question: String,
    /// 查询哪一天的规定；不填为今天
    #[schema(value_type = Option<chrono::NaiveDate>, example = "2026-06-01")]
    #[serde(default)]
    pub as_of: Option<String>,
    /// 只在这些类型的文件中查找；不填为全部
    #[serde(default)]
    pub doc_kinds: Vec<DocKind>,
}

/// 检索依据
///
/// 返回候选条文、各路得分、门槛与判定理由；与对话使用同一检索过程。
#[utoipa::path(post, path = "/api/v1/search", tag = "chat", request_body = SearchRequest, responses(
    (status = 200, description = "检索结果", body = Retrieved),
    (status = 400, description = "请求体有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "请求体过大", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "类型不受支持", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "字段有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "查询过于频繁", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "繁忙或组件不可用", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn search(
    State(surface): State<Surface>,
    Address(address): Address,
    ApiJson(request): ApiJson<SearchRequest>,
) -> Result<Json<Retrieved>, Problem> {
    let ask = Ask {
        question: question::clean(&request.question)?,
        scope: Scope { doc_kinds: request.doc_kinds, ..Scope::default() },
        as_of: extract::date(request.as_of.as_deref(), "as_of")?,
    };
    surface.chat.count(&address, None).await?;
    let _slot = surface.slot().await?;
    Ok(Json(surface.core.retrieve(ask).await?))
}
