//! Test sets as the world keeps them, read strictly: a broken line is named with its file and reason,
//! and a set without content is an error, so that nothing unread can look like a good figure.
//!
//! | Module | Form |
//! |---|---|
//! | [`jsonl`] | corpus, queries and answers as JSON lines |
//! | [`qrels`] | judgements, `query TAB document TAB grade` |
//! | [`beir`] | a folder of the two (Thakur et al. 2021) |
//! | [`trec`] | runs and judgements of `trec_eval`, in and out |
//! | [`squad`] | paragraphs with questions and answers in one JSON file (Rajpurkar et al. 2016) |
//! | [`lines`] | any other JSON lines, e.g. our own suites |

pub mod beir;
pub mod jsonl;
pub mod lines;
pub mod qrels;
pub mod squad;
pub mod trec;

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

pub use jsonl::{answers, corpus, queries};
pub use lines::json_lines;
pub use qrels::judgements;

use crate::{Error, Result};

/// Documents and their grades for one query; above 0 is relevant.
pub type Grades = BTreeMap<String, f64>;

/// Judgements by query id. Ordered, so that sums are the same on every run.
pub type Judgements = BTreeMap<String, Grades>;

/// Reference answers by query id, at least one each.
pub type Answers = BTreeMap<String, Vec<String>>;

/// One document of a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id within the corpus.
    pub id: String,
    /// Its title; empty where there is none.
    pub title: String,
    /// Its text, never blank together with the title.
    pub text: String,
}

/// One question of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Its id within the set.
    pub id: String,
    /// What is asked; blank in a few lines of public sets.
    pub text: String,
}

/// A corpus, the questions that can be judged on it, and their judgements.
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// The documents, at least one.
    pub corpus: Vec<Document>,
    /// The questions with at least one relevant document, in the order of their file.
    pub queries: Vec<Query>,
    /// Judgements of these questions alone.
    pub judgements: Judgements,
    /// What was left out, for the report.
    pub left_out: LeftOut,
}

/// What a set holds without it being of use. Public sets do; it should be said, not hidden.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Questions without a relevant document: they have no figure.
    pub unjudged: usize,
    /// Judged questions that the set doesn't ask.
    pub unasked: usize,
    /// Relevant documents of the questions asked that the corpus doesn't hold: never to be found.
    pub outside: usize,
}

impl Set {
    /// Puts a set together.
    ///
    /// # Errors
    /// No question; no question with a relevant document.
    pub fn new(corpus: Vec<Document>, queries: Vec<Query>, mut judgements: Judgements) -> Result<Self> {
        if queries.is_empty() {
            return Err(Error::NoQueries);
        }
        let all = queries.len();
        let asked: HashSet<String> = queries.iter().map(|it| it.id.clone()).collect();
        let unasked = judgements.keys().filter(|it| !asked.contains(*it)).count();
        judgements.retain(|id, grades| asked.contains(id) && grades.values().any(|grade| *grade > 0.0));
        let queries: Vec<Query> = queries.into_iter().filter(|it| judgements.contains_key(&it.id)).collect();
        if queries.is_empty() {
            return Err(Error::NoneJudged(all));
        }
        let outside = judged_outside(&judgements, &corpus);
        let left_out = LeftOut { unjudged: all - queries.len(), unasked, outside };
        Ok(Self { corpus, queries, judgements, left_out })
    }
}

/// How many judged documents (grade above 0) the corpus doesn't hold: they can never be found, so a
/// report should say it.
pub fn judged_outside(judgements: &Judgements, corpus: &[Document]) -> usize {
    let ids: HashSet<&str> = corpus.iter().map(|document| document.id.as_str()).collect();
    let relevant = judgements.values().flatten().filter(|(_, grade)| **grade > 0.0);
    relevant.map(|(id, _)| id.as_str()).filter(|id| !ids.contains(id)).collect::<HashSet<_>>().len()
}

/// An id as files hold it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(i64),
}

impl Id {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// Takes `id` as seen. The error is a reason in Chinese.
fn check_id(id: &str, seen: &mut HashSet<String>) -> Result<(), String> {
    if id.is_empty() {
        return Err("编号是空的".to_owned());
    }
    if !seen.insert(id.to_owned()) {
        return Err(format!("编号 {id} 重复"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A file with this content, and the folder that it goes away with.
    pub(super) fn file(content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("set.file");
        std::fs::write(&path, content).expect("written");
        (folder, path)
    }

    pub(super) fn grades(pairs: &[(&str, f64)]) -> Grades {
        pairs.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect()
    }

    fn document(id: &str) -> Document {
        Document { id: id.into(), title: String::new(), text: "x".into() }
    }

    fn query(id: &str) -> Query {
        Query { id: id.into(), text: "?".into() }
    }

    #[test]
    fn judged_documents_outside_the_corpus_are_counted_once() {
        let judgements = Judgements::from([
            ("q1".to_owned(), grades(&[("d1", 1.0), ("d2", 1.0)])),
            ("q2".to_owned(), grades(&[("d1", 1.0), ("d2", 1.0)])),
            ("q3".to_owned(), grades(&[("d1", 1.0), ("d3", 0.0)])),
        ]);
        assert_eq!(judged_outside(&judgements, &[document("d1")]), 1);
    }

    #[test]
    fn what_a_set_leaves_out_is_counted() {
        let judgements = Judgements::from([
            ("q1".to_owned(), grades(&[("d1", 1.0), ("d2", 2.0)])),
            ("q2".to_owned(), grades(&[("d1", 0.0)])),
            ("q9".to_owned(), grades(&[("d7", 1.0)])),
        ]);
        let set = Set::new(vec![document("d1")], vec![query("q3"), query("q2"), query("q1")], judgements);
        let set = set.expect("a set");
        assert_eq!(set.queries, [query("q1")]);
        assert_eq!(set.judgements.keys().collect::<Vec<_>>(), ["q1"]);
        // q2 has no relevant document and q3 no judgement; q9 isn't asked, so its d7 isn't missed.
        assert_eq!(set.left_out, LeftOut { unjudged: 2, unasked: 1, outside: 1 });
    }

    #[test]
    fn judgements_for_nothing_are_refused() {
        let corpus = || vec![document("d1")];
        let judged = |id: &str, grade| Judgements::from([(id.to_owned(), grades(&[("d1", grade)]))]);
        for judgements in [judged("q9", 1.0), judged("q1", 0.0), Judgements::new()] {
            let error = Set::new(corpus(), vec![query("q1")], judgements).expect_err("refused");
            assert!(matches!(error, Error::NoneJudged(1)), "{error}");
        }
        let error = Set::new(corpus(), vec![], judged("q1", 1.0)).expect_err("refused");
        assert!(matches!(error, Error::NoQueries), "{error}");
    }
}
