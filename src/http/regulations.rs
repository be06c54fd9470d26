//! `GET /api/v1/regulations…`: the texts themselves.

use axum::{Json, extract::State};
use knowledge::{
    answer::model::Effect,
    regulation::{Address, Authority, DocKind, FacetCounts, Sort, compare::Change},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::IntoParams;

use super::{
    Surface,
    extract::{self, ApiPath, ApiQuery},
    problem::{Kind, Problem, ProblemBody},
};
use crate::app::{CoreError, Provision, RegulationComparison, RegulationFilter, RegulationPage, RegulationView};

/// Rows on a page unless asked otherwise.
const PER_PAGE: u32 = 20;

/// Longest search text, characters.
const MAX_WORDS: usize = 200;

/// Filters of the list. All are text here: empty ones, as HTML forms send them, mean "no filter".
#[derive(Debug, Default, Clone, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// 在标题、简称、文号、制定机关和条文中查找；空格隔开的词都要出现，最多取 5 个词、200 字
    pub q: Option<String>,
    /// 文件类型
    #[param(value_type = Option<DocKind>)]
    pub doc_kind: Option<String>,
    /// 效力位阶
    #[param(value_type = Option<Authority>)]
    pub authority: Option<String>,
    /// 制定机关名称中的文字
    pub issuer: Option<String>,
    /// 制定机关的层级，如 中央、省级党委
    pub issuer_level: Option<String>,
    /// 效力状态；不填时每部法规一行，取当日代表它的那一版
    #[param(value_type = Option<Effect>)]
    pub effect: Option<String>,
    /// 发布年份
    #[param(value_type = Option<i32>)]
    pub year: Option<String>,
    /// 主题代码
    pub topic: Option<String>,
    /// 按哪一天判断版本和效力；不填为今天
    #[param(value_type = Option<chrono::NaiveDate>)]
    pub as_of: Option<String>,
    /// 排序：rank 按位阶，newest 按施行日期从新到旧，title 按标题
    #[param(value_type = Option<Sort>)]
    pub sort: Option<String>,
    /// 页码，从 1 起
    #[param(value_type = Option<u32>)]
    pub page: Option<String>,
    /// 每页条数，1–100，默认 20
    #[param(value_type = Option<u32>)]
    pub per_page: Option<String>,
}

impl ListQuery {
    /// Reads every filter.
    ///
    /// # Errors
    /// `COMMON-003` or `COMMON-004` with the parameter's name.
    pub fn filter(&self) -> Result<RegulationFilter, Problem> {
        Ok(RegulationFilter {
            q: words(self.q.as_deref(), "q")?,
            doc_kind: code(self.doc_kind.as_deref(), "doc_kind")?,
            authority: code(self.authority.as_deref(), "authority")?,
            issuer: words(self.issuer.as_deref(), "issuer")?,
            issuer_level: words(self.issuer_level.as_deref(), "issuer_level")?,
            effect: code(self.effect.as_deref(), "effect")?,
            year: number(self.year.as_deref(), "year", 1900, 2200)?,
            topic: words(self.topic.as_deref(), "topic")?,
            as_of: extract::date(self.as_of.as_deref(), "as_of")?,
            sort: code(self.sort.as_deref(), "sort")?.unwrap_or_default(),
            page: number(self.page.as_deref(), "page", 1, 100_000)?.map_or(1, i32::unsigned_abs),
            per_page: number(self.per_page.as_deref(), "per_page", 1, 100)?.map_or(PER_PAGE, i32::unsigned_abs),
        })
    }
}

/// Which version, or the version of which day.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// 版本，如 2026；不填则取 `as_of` 当日施行的版本
    pub version: Option<String>,
    /// 哪一天；不填为今天
    #[param(value_type = Option<chrono::NaiveDate>)]
    pub as_of: Option<String>,
}

/// The day on which choices are counted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DayOnly {
    /// 哪一天；不填为今天
    #[param(value_type = Option<chrono::NaiveDate>)]
    pub as_of: Option<String>,
}

/// Which two versions are compared, and which rows are wanted.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CompareQuery {
    /// 原来的版本，如 2014；不填为 `to` 之前的一版
    pub from: Option<String>,
    /// 后来的版本，如 2026；不填为今天施行的版本
    pub to: Option<String>,
    /// 只要哪些条：all 全部（默认），changed 有变化的，或 unchanged、modified、added、removed、moved 之一
    #[param(value_type = Option<String>)]
    pub show: Option<String>,
}

impl CompareQuery {
    /// The version asked for on either side; blank is none.
    pub fn sides(&self) -> (Option<String>, Option<String>) {
        let given = |side: &Option<String>| side.clone().filter(|label| !label.is_empty());
        (given(&self.from), given(&self.to))
    }

    /// Which rows are wanted.
    ///
    /// # Errors
    /// `COMMON-003`.
    pub fn show(&self) -> Result<Show, Problem> {
        match self.show.as_deref().unwrap_or_default() {
            "" | "all" => Ok(Show::All),
            "changed" => Ok(Show::Changed),
            other => code::<Change>(Some(other), "show").map(|it| it.map_or(Show::All, Show::Only)),
        }
    }
}

/// Rows of a comparison that are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// All.
    All,
    /// All but the unchanged.
    Changed,
    /// One kind.
    Only(Change),
}

impl Show {
    /// Whether a row with this fate is wanted.
    pub fn wants(self, change: Change) -> bool {
        match self {
            Self::All => true,
            Self::Changed => change != Change::Unchanged,
            Self::Only(wanted) => change == wanted,
        }
    }
}

/// 法规列表
#[utoipa::path(get, path = "/api/v1/regulations", tag = "regulations", params(ListQuery), responses(
    (status = 200, description = "一页法规", body = RegulationPage),
    (status = 400, description = "参数有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "日期有误", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    State(surface): State<Surface>,
    ApiQuery(query): ApiQuery<ListQuery>,
) -> Result<Json<RegulationPage>, Problem> {
    Ok(Json(surface.core.list_regulations(query.filter()?).await?))
}

/// 一部法规：版本与全文
#[utoipa::path(get, path = "/api/v1/regulations/{id}", tag = "regulations",
    params(("id" = String, Path, description = "法规编号"), VersionQuery), responses(
    (status = 200, description = "版本列表和其中一版的全文", body = RegulationView),
    (status = 404, description = "没有这部法规、这个版本，或当日没有施行的版本", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "日期有误", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn show(
    State(surface): State<Surface>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<VersionQuery>,
) -> Result<Json<RegulationView>, Problem> {
    let as_of = extract::date(query.as_of.as_deref(), "as_of")?;
    let version = query.version.filter(|version| !version.is_empty());
    Ok(Json(surface.core.regulation(id, version, as_of).await?))
}

/// 各筛选条件的可选值及数目
#[utoipa::path(get, path = "/api/v1/regulations/facets", tag = "regulations", params(DayOnly), responses(
    (status = 200, description = "每个可选值背后有几部法规", body = FacetCounts),
    (status = 422, description = "日期有误", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn facets(
    State(surface): State<Surface>,
    ApiQuery(query): ApiQuery<DayOnly>,
) -> Result<Json<FacetCounts>, Problem> {
    let as_of = extract::date(query.as_of.as_deref(), "as_of")?;
    Ok(Json(surface.core.facets(as_of).await?))
}

/// 两个版本逐条对照
///
/// 按内容对齐条文，识别条号变化；`counts` 是全部条文的统计，`rows` 按 `show` 选取。
#[utoipa::path(get, path = "/api/v1/regulations/{id}/compare", tag = "regulations",
    params(("id" = String, Path, description = "法规编号"), CompareQuery), responses(
    (status = 200, description = "统计和逐条对照", body = RegulationComparison),
    (status = 400, description = "参数有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 404, description = "没有这部法规或这个版本", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "没有可以对照的两个版本", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn compare(
    State(surface): State<Surface>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<CompareQuery>,
) -> Result<Json<RegulationComparison>, Problem> {
    let show = query.show()?;
    let (from, to) = query.sides();
    let mut found = surface.core.compare(id, from, to).await?;
    found.comparison.rows.retain(|row| show.wants(row.change));
    Ok(Json(found))
}

/// 一条、一款或一项
#[utoipa::path(get, path = "/api/v1/regulations/{id}/{version}/{address}", tag = "regulations", params(
    ("id" = String, Path, description = "法规编号"),
    ("version" = String, Path, description = "版本，如 2026"),
    ("address" = String, Path, description = "条文位置，如 a13、a13.p2、a13.p2.i3"),
), responses(
    (status = 200, description = "条文及其所在的条", body = Provision),
    (status = 404, description = "没有这一条文", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn provision(
    State(surface): State<Surface>,
    ApiPath((id, version, address)): ApiPath<(String, String, String)>,
) -> Result<Json<Provision>, Problem> {
    let address = parse_address(&address)?;
    Ok(Json(surface.core.provision(id, version, address).await?))
}

/// Reads a short address; one that can't be read is one that isn't there.
///
/// # Errors
/// `REG-406`.
pub fn parse_address(address: &str) -> Result<Address, Problem> {
    let shown: String = address.chars().take(40).collect();
    address.parse().map_err(|_| CoreError::NoProvision(shown).into())
}

/// A text filter: blank is none, control characters go.
fn words(value: Option<&str>, field: &str) -> Result<Option<String>, Problem> {
    let Some(value) = value else { return Ok(None) };
    let text: String = value.chars().filter(|c| !c.is_control()).collect();
    if text.chars().count() > MAX_WORDS {
        return Err(Problem::new(Kind::BAD_QUERY, format!("{field} 最多 {MAX_WORDS} 字")).at(field));
    }
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A filter that is one of an enum's codes.
fn code<T: DeserializeOwned>(value: Option<&str>, field: &str) -> Result<Option<T>, Problem> {
    let Some(text) = value.filter(|text| !text.is_empty()) else { return Ok(None) };
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map(Some)
        .map_err(|_| Problem::new(Kind::BAD_QUERY, format!("{field} 的取值不在可选范围内，见 /openapi.json")).at(field))
}

/// A whole number within bounds.
fn number(value: Option<&str>, field: &str, least: i32, most: i32) -> Result<Option<i32>, Problem> {
    let Some(text) = value.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let number: Option<i32> = text.parse().ok().filter(|number| (least..=most).contains(number));
    number
        .map(Some)
        .ok_or_else(|| Problem::new(Kind::BAD_QUERY, format!("{field} 应为 {least} 到 {most} 的整数")).at(field))
}
