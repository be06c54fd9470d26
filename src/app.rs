//! The seam between the server and the retrieval core: what the surface asks for, as one trait.
//!
//! HTTP handlers, pages and the command line know only [`Core`] and [`Workshop`]. The file
//! [`crate::wiring`] is the one place that puts the real crates behind them; tests put a small
//! in-memory core there.

pub mod reading;
pub mod work;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use knowledge::{
    regulation::Address,
    search::model::{Retrieved, Scope},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use reading::{
    ArticleHit, Neighbour, Provision, ReadingNode, RegulationFilter, RegulationItem, RegulationPage, RegulationView,
    VersionInfo,
};
pub use work::{Progress, Workshop};

/// One question with everything that decides what may be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The question, cleaned by the surface: not blank, at most 2,000 characters, no control characters.
    pub question: String,
    /// What may be found at all.
    pub scope: Scope,
    /// The day whose law is asked about; `None`: today.
    pub as_of: Option<NaiveDate>,
}

/// How one part of the system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// Works.
    Ok,
    /// Works less well than configured; answers are still given.
    Degraded,
    /// Does not work.
    Down,
}

/// One part of the system and how it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// `database`, `index`, `embedding`, `qdrant`, `rerank` …
    pub name: String,
    /// How it is.
    pub state: PartState,
    /// Why, in Chinese; absent when all is well.
    pub reason: Option<String>,
}

/// How the core is, and how much it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Whether questions can be answered at all.
    pub can_answer: bool,
    /// Every part.
    pub parts: Vec<Part>,
    /// Regulations (not versions) in the knowledge base.
    pub regulations: u64,
    /// Articles (条) of all versions.
    pub articles: u64,
    /// Published QA pairs.
    pub qa_pairs: u64,
    /// The index generation that answers.
    pub generation: String,
}

/// Why the core did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// No such regulation.
    #[error("没有编号为“{0}”的法规")]
    NoRegulation(String),
    /// The regulation has no such version.
    #[error("该法规没有“{0}”这一版本")]
    NoVersion(String),
    /// No version was in force on that day.
    #[error("{0} 当日该法规没有已知的施行版本")]
    NoVersionOn(NaiveDate),
    /// The version has no such address.
    #[error("该版本中没有“{0}”这一条文位置")]
    NoProvision(String),
    /// A part is out of order; asking again later may help.
    #[error("{part} 暂不可用：{reason}")]
    Unavailable {
        /// Name of the part, as in [`Part::name`].
        part: String,
        /// Why, in Chinese.
        reason: String,
    },
    /// Anything else; the text is for the log, not for users.
    #[error("内部错误：{0}")]
    Internal(String),
}

/// A result of the core.
pub type CoreResult<T> = Result<T, CoreError>;

/// What the surface needs from the retrieval core. Every call may be dropped half-way (the client
/// went away): an implementation must leave nothing half-written then.
pub trait Core: Send + Sync {
    /// Finds the evidence for a question.
    fn retrieve(&self, ask: Ask) -> BoxFuture<'_, CoreResult<Retrieved>>;

    /// One page of the list of regulations.
    fn list_regulations(&self, filter: RegulationFilter) -> BoxFuture<'_, CoreResult<RegulationPage>>;

    /// A regulation with all its versions and the text of one: `version` if given, else the one in
    /// force on `as_of` (`None`: today), else, when the day was not given, the newest.
    fn regulation(
        &self,
        id: String,
        version: Option<String>,
        as_of: Option<NaiveDate>,
    ) -> BoxFuture<'_, CoreResult<RegulationView>>;

    /// One provision with its article and neighbours.
    fn provision(&self, id: String, version: String, address: Address) -> BoxFuture<'_, CoreResult<Provision>> {
        Box::pin(async move { self.regulation(id, Some(version), None).await?.provision(&address) })
    }

    /// How the core is. Must answer within a second whatever is broken.
    fn health(&self) -> BoxFuture<'_, Health>;
}
