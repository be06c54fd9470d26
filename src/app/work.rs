//! Long work that the command line starts: import, reindexing, evaluation.

use std::path::PathBuf;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use knowledge::regulation::Report;
use serde::{Deserialize, Serialize};

use super::CoreResult;

/// Shows how far long work has come. Calls are cheap and may come from any thread.
pub trait Progress: Send + Sync {
    /// A new stage begins; `total` steps, `None` when unknown.
    fn stage(&self, name: &str, total: Option<u64>);
    /// So many steps of the stage are done.
    fn at(&self, done: u64);
    /// A line worth reading, e.g. a refused file.
    fn note(&self, line: &str);
}

/// Metadata from the command line, used where the files say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegulationDefaults {
    /// Title, for a single file.
    pub title: Option<String>,
    /// Version label, for a single file.
    pub label: Option<String>,
    /// First day on which it holds.
    pub effective_on: Option<NaiveDate>,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Issuer.
    pub issuer: Option<String>,
}

/// What became of one file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileOutcome {
    /// The file.
    pub path: PathBuf,
    /// `imported`, `unchanged` or `refused`.
    pub outcome: String,
    /// Why it was refused, with a code and the place; else empty.
    pub reason: String,
    /// What the import found; absent when refused.
    pub report: Option<Report>,
}

/// What became of a corpus file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CorpusOutcome {
    /// Documents that were new or changed.
    pub written: u64,
    /// Documents that were there already.
    pub unchanged: u64,
    /// Lines that could not be read, with their number and the reason.
    pub refused: Vec<String>,
}

/// The work behind the subcommands that change or measure something.
pub trait Workshop: Send + Sync {
    /// Reads regulations from files and folders and saves them, file by file.
    fn ingest_regulations<'a>(
        &'a self,
        paths: Vec<PathBuf>,
        defaults: RegulationDefaults,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, CoreResult<Vec<FileOutcome>>>;

    /// Reads a JSONL corpus of other documents.
    fn ingest_corpus<'a>(
        &'a self,
        file: PathBuf,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, CoreResult<CorpusOutcome>>;

    /// Builds a new index generation and puts it in the place of the old one; gives its name.
    fn reindex<'a>(&'a self, progress: &'a dyn Progress) -> BoxFuture<'a, CoreResult<String>>;
}
