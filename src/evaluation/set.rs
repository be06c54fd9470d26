//! A public set as files.

use std::path::PathBuf;

use measure::{
    Result,
    data::{self, Set, beir, squad},
};

/// Where a public set is, and in which form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetFiles {
    /// Our own lines, see [`data::jsonl`] and [`data::qrels`].
    Lines {
        /// JSONL with id, title, text.
        corpus: PathBuf,
        /// JSONL with id, text.
        queries: PathBuf,
        /// TSV: query, document, grade.
        qrels: PathBuf,
    },
    /// A BEIR folder, see [`beir`].
    Beir {
        /// The folder.
        folder: PathBuf,
        /// A corpus that several sets share; `None`: the folder's own.
        corpus: Option<PathBuf>,
        /// Which judgements, where there are several.
        split: Option<String>,
    },
    /// A reading comprehension set, see [`squad`].
    Squad(PathBuf),
}

impl SetFiles {
    /// Reads the set.
    ///
    /// # Errors
    /// A file that is missing or wrong, with its line; nothing that could be judged.
    pub fn read(&self) -> Result<Set> {
        match self {
            Self::Lines { corpus, queries, qrels } => {
                Set::new(data::corpus(corpus)?, data::queries(queries)?, data::judgements(qrels)?)
            }
            Self::Beir { folder, corpus, split } => beir::read(folder, corpus.as_deref(), split.as_deref()),
            Self::Squad(file) => Ok(squad::read(file)?.set),
        }
    }
}
