//! What is under test, as the runner knows it.

use std::sync::Arc;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use knowledge::{
    answer::assistant::{Asked, Reply},
    search::model::Retrieved,
};

use crate::suite::{Base, Evidence, Suite};

/// Where a piece of evidence is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Located {
    /// Its text is not loaded.
    NotLoaded,
    /// The text is loaded and doesn't have it: the case is out of date. Why, in Chinese.
    Gone(String),
    /// It is there, its words too.
    Here,
}

/// A system under test. Errors are sentences in Chinese.
pub trait Subject: Send + Sync {
    /// Retrieves at most `candidates` passages for `question` under the law of the day `as_of`; `None`: of
    /// the day that the question names.
    fn retrieve<'a>(
        &'a self,
        question: &'a str,
        as_of: Option<NaiveDate>,
        candidates: usize,
    ) -> BoxFuture<'a, Result<Retrieved, String>>;

    /// Answers a question in its conversation.
    fn answer(&self, asked: Asked) -> BoxFuture<'_, Result<Reply, String>>;

    /// Whether a piece of evidence is there on `day`: its text loaded, its address in the version of that
    /// day (or in the version that it names), its words at that address.
    fn locate<'a>(&'a self, evidence: &'a Evidence, day: NaiveDate) -> BoxFuture<'a, Result<Located, String>>;

    /// Whether a text of this title is loaded.
    fn loaded<'a>(&'a self, title: &'a str) -> BoxFuture<'a, Result<bool, String>>;
}

/// Gives each suite its subject: with the suite's own settings, over the base that it asks for.
pub trait Bench: Send + Sync {
    /// The subject for `suite`. Suites that share a subject get the same one, so that its canaries are
    /// asked once.
    fn subject<'a>(&'a self, suite: &'a Suite) -> BoxFuture<'a, Result<Arc<dyn Subject>, String>>;
}

/// A bench with one subject, for suites that ask for nothing of their own.
pub struct Fixed(pub Arc<dyn Subject>);

impl Bench for Fixed {
    fn subject<'a>(&'a self, suite: &'a Suite) -> BoxFuture<'a, Result<Arc<dyn Subject>, String>> {
        let it = &suite.manifest;
        let given = if it.base == Base::Library && it.settings.is_empty() {
            Ok(Arc::clone(&self.0))
        } else {
            // Figures under other settings than the manifest's would be figures of another suite.
            Err(format!("题库“{}”要求自己的设置或临时知识库，这里没有", it.name))
        };
        Box::pin(std::future::ready(given))
    }
}
