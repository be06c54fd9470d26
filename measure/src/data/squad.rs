//! Reading comprehension sets: paragraphs with their questions, and answers that stand in them.
//!
//! ```json
//! {"data": [{"title": "…", "paragraphs": [{"context": "…",
//!     "qas": [{"id": "…", "question": "…", "answers": [{"text": "…", "answer_start": 3}]}]}]}]}
//! ```
//!
//! Source: Rajpurkar et al., “`SQuAD`: 100,000+ questions for machine comprehension of text”, 2016, and
//! “Know what you don't know” (2018) for `is_impossible`; CMRC 2018 and DRCD have the same form, with an
//! `id` at each paragraph.

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
};

use serde::Deserialize;
use text::normalize;

use super::{Answers, Document, Grades, Id, Judgements, Query, Set, check_id};
use crate::{Error, Result};

/// A reading comprehension set.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The paragraphs as a corpus, each question with its own paragraph as the one relevant document.
    /// A question without an answer is not among its queries.
    pub set: Set,
    /// Answers of each question that has any, without repetitions.
    pub answers: Answers,
    /// Questions that the paragraph doesn't answer (`is_impossible`).
    pub unanswerable: Vec<Query>,
    /// Questions of whose answers at least one doesn't stand in the paragraph: faults of the set.
    pub astray: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Root {
    data: Vec<Article>,
}

#[derive(Deserialize)]
struct Article {
    #[serde(default)]
    title: Option<String>,
    paragraphs: Vec<Paragraph>,
}

#[derive(Deserialize)]
struct Paragraph {
    #[serde(default)]
    id: Option<Id>,
    context: String,
    qas: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    id: Id,
    question: String,
    #[serde(default)]
    answers: Vec<AnswerText>,
    #[serde(default)]
    is_impossible: bool,
}

#[derive(Deserialize)]
struct AnswerText {
    text: String,
}

/// Reads a set. A paragraph without an id is called `<article>-<paragraph>`, both counted from 1.
///
/// # Errors
/// A file that isn't of this form, with the line; an empty paragraph or answer, an id that comes
/// twice, and a question with neither an answer nor `is_impossible`, with the place (`data[0].paragraphs[2]`);
/// no question with an answer.
pub fn read(path: &Path) -> Result<Reading> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let root: Root = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| Error::Line {
        path: path.to_owned(),
        line: error.line(),
        reason: format!("不是所需的 JSON（{error}）"),
    })?;
    let mut found = Found::default();
    for (a, article) in root.data.into_iter().enumerate() {
        let title = article.title.unwrap_or_default();
        for (p, paragraph) in article.paragraphs.into_iter().enumerate() {
            let name = format!("{}-{}", a + 1, p + 1);
            found.take(&title, name, paragraph).map_err(|(place, reason)| Error::File {
                path: path.to_owned(),
                reason: format!("data[{a}].paragraphs[{p}]{place}：{reason}"),
            })?;
        }
    }
    let set = Set::new(found.corpus, found.queries, found.judgements)?;
    Ok(Reading { set, answers: found.answers, unanswerable: found.unanswerable, astray: found.astray })
}

#[derive(Default)]
struct Found {
    corpus: Vec<Document>,
    documents: HashSet<String>,
    asked: HashSet<String>,
    queries: Vec<Query>,
    judgements: Judgements,
    answers: Answers,
    unanswerable: Vec<Query>,
    astray: BTreeSet<String>,
}

impl Found {
    /// The error is a place within the paragraph and a reason.
    fn take(&mut self, title: &str, name: String, it: Paragraph) -> Result<(), (String, String)> {
        let id = it.id.map_or(name, Id::into_text);
        check_id(&id, &mut self.documents).map_err(|reason| (String::new(), reason))?;
        if it.context.trim().is_empty() {
            return Err((".context".to_owned(), "正文是空的".to_owned()));
        }
        let words = normalize(&it.context);
        for (q, question) in it.qas.into_iter().enumerate() {
            self.ask(&id, &words, question).map_err(|reason| (format!(".qas[{q}]"), reason))?;
        }
        self.corpus.push(Document { id, title: title.to_owned(), text: it.context });
        Ok(())
    }

    fn ask(&mut self, document: &str, words: &str, it: Asked) -> Result<(), String> {
        let query = Query { id: it.id.into_text(), text: it.question };
        check_id(&query.id, &mut self.asked)?;
        if it.is_impossible {
            self.unanswerable.push(query);
            return Ok(());
        }
        let mut answers: Vec<String> = Vec::new();
        for AnswerText { text } in it.answers {
            if text.trim().is_empty() {
                return Err(format!("问题 {} 的答案是空的", query.id));
            }
            // Several annotators often mark the same words.
            if !answers.contains(&text) {
                answers.push(text);
            }
        }
        if answers.is_empty() {
            return Err(format!("问题 {} 没有答案，也没有写 is_impossible", query.id));
        }
        if answers.iter().any(|it| !words.contains(&normalize(it))) {
            self.astray.insert(query.id.clone());
        }
        self.judgements.insert(query.id.clone(), Grades::from([(document.to_owned(), 1.0)]));
        self.answers.insert(query.id.clone(), answers);
        self.queries.push(query);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::file;

    const SET: &str = r#"{"version": "1", "data": [
        {"title": "甲", "paragraphs": [
            {"id": "p7", "context": "甲在 1628 年被发现。", "qas": [
                {"id": "q1", "question": "何时？", "answers": [
                    {"text": "1628年", "answer_start": 2}, {"text": "1628年", "answer_start": 2}, {"text": "1628"}]},
                {"id": "q2", "question": "谁？", "answers": [], "is_impossible": true}]},
            {"context": "乙。", "qas": [{"id": 3, "question": "什么？", "answers": [{"text": "丙"}]}]}]}]}"#;

    #[test]
    fn paragraphs_questions_and_answers_are_taken_apart() {
        let (_folder, path) = file(SET);
        let Reading { set, answers, unanswerable, astray } = read(&path).expect("a set");
        let ids: Vec<_> = set.corpus.iter().map(|it| (it.id.as_str(), it.title.as_str())).collect();
        assert_eq!(ids, [("p7", "甲"), ("1-2", "甲")]);
        assert_eq!(set.queries.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["q1", "3"]);
        assert_eq!(set.judgements["q1"], Grades::from([("p7".into(), 1.0)]));
        assert_eq!(set.judgements["3"], Grades::from([("1-2".into(), 1.0)]));
        // White space doesn't count: the answer 1628年 stands in “1628 年”.
        assert_eq!(answers["q1"], ["1628年", "1628"]);
        assert_eq!(unanswerable, [Query { id: "q2".into(), text: "谁？".into() }]);
        assert_eq!(astray, BTreeSet::from(["3".to_owned()]));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (from, to, words) in [
            ("\"context\": \"乙。\", ", "", ["第 7 行", "context"]),
            ("乙。", " ", ["data[0].paragraphs[1].context", "正文是空的"]),
            ("\"id\": 3", "\"id\": \"q1\"", ["data[0].paragraphs[1].qas[0]", "重复"]),
            ("{\"text\": \"丙\"}", "", ["qas[0]", "没有答案，也没有写 is_impossible"]),
            ("\"丙\"", "\"\"", ["qas[0]", "答案是空的"]),
            ("\"p7\"", "\"1-2\"", ["data[0].paragraphs[1]", "重复"]),
        ] {
            let (_folder, path) = file(SET.replace(from, to));
            let error = read(&path).expect_err("refused").to_string();
            assert!(error.contains("set.file") && words.iter().all(|word| error.contains(word)), "{error}");
        }
    }

    #[test]
    fn a_set_without_questions_is_refused() {
        let (_folder, path) = file(r#"{"data": [{"paragraphs": [{"context": "x", "qas": []}]}]}"#);
        assert!(matches!(read(&path), Err(Error::NoQueries)));
    }
}
