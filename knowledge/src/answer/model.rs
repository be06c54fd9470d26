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

/// A way to something that is done rather than read: an office procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Card {
    /// `relation_transfer`, `mobile_check_in` …
    pub code: String,
    /// What it is called, e.g. 组织关系转接.
    pub title: String,
    /// One line that says what can be done there.
    pub text: String,
    /// Where it is done; absent where no address is configured.
    pub url: Option<String>,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// One of four.
    pub state: State,
    /// The fixed reply that this is, e.g. `OTHERS_DATA`, `CLARIFY`; absent for an answer made from texts.
    #[serde(default)]
    pub code: Option<String>,
    /// What must be shown with every generated text: [`LABEL`].
    #[serde(default = "label")]
    pub label: String,
    /// Markdown with marks `[1]`.
    pub text: String,
    /// What the marks stand for; on a refusal none.
    pub citations: Vec<Citation>,
    /// Provisions worth reading beside the answer; on `no_match` the nearest ones; on a refusal none.
    pub related: Vec<Citation>,
    /// What the reader must know.
    pub notices: Vec<Notice>,
    /// Questions that one could ask next, at most three.
    #[serde(default)]
    pub suggestions: Vec<String>,
    /// Where the answer is a question back (`CLARIFY`): answers to choose from.
    #[serde(default)]
    pub options: Vec<String>,
    /// Office procedures that the question is about.
    #[serde(default)]
    pub cards: Vec<Card>,
    /// The day whose law was applied.
    pub as_of: NaiveDate,
    /// What the verifier changed, for curators.
    pub findings: Vec<Finding>,
    /// Which model wrote the lead, and with what; absent where nothing but texts was used.
    #[serde(default)]
    pub written: Option<Written>,
}

/// How an answer was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Written {
    /// Name of the provider in the configuration.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Id and version of the prompt, e.g. `answer@1`.
    pub prompt: String,
    /// SHA-256 of the prompt's template, hex.
    pub prompt_hash: String,
    /// Milliseconds until the model's first token.
    pub first_token_ms: u64,
    /// Tokens as the provider counts them, 0 where it does not say.
    pub tokens: u64,
}

/// Shown with every text that the program makes (人工智能生成合成内容标识办法).
pub const LABEL: &str = "AI 生成，仅供参考";

fn label() -> String {
    LABEL.to_owned()
}

impl Answer {
    /// An answer of nothing but words.
    pub fn plain(state: State, text: impl Into<String>, as_of: NaiveDate) -> Self {
        Self {
            state,
            code: None,
            label: label(),
            text: text.into(),
            citations: Vec::new(),
            related: Vec::new(),
            notices: Vec::new(),
            suggestions: Vec::new(),
            options: Vec::new(),
            cards: Vec::new(),
            as_of,
            findings: Vec::new(),
            written: None,
        }
    }
}

/// One thing the verifier found wrong and mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// `QUOTE_ALTERED`, `QUOTE_MISPLACED`, `ARTICLE_UNKNOWN`, `NUMBER_UNSUPPORTED`, `RULE_UNCITED`.
    pub code: String,
    /// The words concerned.
    pub span: String,
}
