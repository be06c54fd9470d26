//! What an answer is.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::regulation::{Authority, DocKind};

/// The four states of an answer, told apart in the API, on the screen and in the statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Rests on cited text in force on the day asked about.
    Grounded,
    /// The texts don't cover it.
    NoMatch,
    /// A part of the system is down.
    Unavailable,
    /// Only a person may answer: an individual case, a complaint, someone else's data.
    NeedsHuman,
}

/// Whether a cited version holds on the day asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// 在效
    Effective,
    /// 已修改：a later version took its place
    Amended,
    /// 已废止
    Abolished,
    /// 尚未施行
    NotYet,
    /// 施行日期未知
    Unknown,
}

/// One citation: a mark in the answer, and the text behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Citation {
    /// The number in the mark `[1]`.
    pub n: usize,
    /// Chunk id.
    pub chunk_id: String,
    /// Regulation id, absent for other documents.
    pub regulation_id: Option<String>,
    /// Title without 《》.
    pub title: String,
    /// Version label.
    pub version: Option<String>,
    /// Short address, e.g. `a13.p1`.
    pub address: Option<String>,
    /// 《X》第十三条第一款
    pub label: String,
    /// The text, word for word.
    pub text: String,
    /// Kind of document.
    pub doc_kind: DocKind,
    /// Rank.
    pub authority: Authority,
    /// Whether it holds on the day asked about.
    pub effect: Effect,
    /// First valid day; `None`: unknown.
    pub effective_on: Option<NaiveDate>,
    /// First day no longer valid.
    pub ended_on: Option<NaiveDate>,
    /// Path of the reader's page for this article, e.g. `/regulations/r12ab34cd56/2026/a13`.
    pub url: Option<String>,
    /// A model regulation written for demonstration.
    pub sample: bool,
    /// The quotation was checked against the stored text and is long enough (8 characters) for a badge.
    pub verified: bool,
}

/// Something the reader of an answer must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// `NO_MODEL`, `VERSION_NOTE`, `SAMPLE`, `CASE_DECISION`, `UNKNOWN_DATE`, `UNVERIFIED` …
    pub code: String,
    /// In Chinese.
    pub text: String,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// One of four.
    pub state: State,
    /// Markdown with marks `[1]`.
    pub text: String,
    /// What the marks stand for; on a refusal none.
    pub citations: Vec<Citation>,
    /// Provisions worth reading beside the answer; on `no_match` the nearest ones.
    pub related: Vec<Citation>,
    /// What the reader must know.
    pub notices: Vec<Notice>,
    /// The day whose law was applied.
    pub as_of: NaiveDate,
    /// What the verifier changed, for curators.
    pub findings: Vec<Finding>,
}

/// One thing the verifier found wrong and mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// `QUOTE_ALTERED`, `QUOTE_MISPLACED`, `ARTICLE_UNKNOWN`, `NUMBER_UNSUPPORTED`, `RULE_UNCITED`.
    pub code: String,
    /// The words concerned.
    pub span: String,
}
