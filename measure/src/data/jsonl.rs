//! Corpora, queries and reference answers as JSON lines: `{"id","title","text"}`, `{"id","text"}` and
//! `{"id","answers":[…]}`.
//!
//! Ids may be numbers, `_id` is read as `id`, other keys are passed over, empty lines too. Anything else
//! is an error with its place.

use std::{collections::HashSet, path::Path};

use serde::Deserialize;

use super::{Answers, Document, Id, Query, check_id, json_lines};
use crate::{Error, Result};

#[derive(Deserialize)]
struct DocumentLine {
    #[serde(alias = "_id")]
    id: Id,
    #[serde(default)]
    title: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct QueryLine {
    #[serde(alias = "_id")]
    id: Id,
    text: String,
}

#[derive(Deserialize)]
struct AnswersLine {
    #[serde(alias = "_id")]
    id: Id,
    answers: Vec<String>,
}

/// Reads a corpus. Errors on a line that can't be read, on one without id or words, on an id that
/// comes twice, and on a file without documents.
pub fn corpus(path: &Path) -> Result<Vec<Document>> {
    let mut seen = HashSet::new();
    let documents = json_lines(path, |line: DocumentLine| {
        let document = Document { id: line.id.into_text(), title: line.title.unwrap_or_default(), text: line.text };
        check_id(&document.id, &mut seen)?;
        if document.text.trim().is_empty() && document.title.trim().is_empty() {
            return Err("标题和正文都是空的".to_owned());
        }
        Ok(document)
    })?;
    not_empty(path, documents, "没有文档")
}

/// Reads queries. Errors as [`corpus`], but a question may be blank: public sets have such ones, which then
/// find nothing and count as that, so that figures stay comparable with those of others.
pub fn queries(path: &Path) -> Result<Vec<Query>> {
    let mut seen = HashSet::new();
    let queries = json_lines(path, |line: QueryLine| {
        let query = Query { id: line.id.into_text(), text: line.text };
        check_id(&query.id, &mut seen)?;
        Ok(query)
    })?;
    not_empty(path, queries, "没有问题")
}

/// Reads reference answers by question. Errors as [`corpus`], and on a question with no answer or a
/// blank one.
pub fn answers(path: &Path) -> Result<Answers> {
    let mut seen = HashSet::new();
    let answers = json_lines(path, |line: AnswersLine| {
        let id = line.id.into_text();
        check_id(&id, &mut seen)?;
        if line.answers.is_empty() || line.answers.iter().any(|it| it.trim().is_empty()) {
            return Err("没有答案，或答案是空的".to_owned());
        }
        Ok((id, line.answers))
    })?;
    Ok(not_empty(path, answers, "没有答案")?.into_iter().collect())
}

fn not_empty<T>(path: &Path, items: Vec<T>, reason: &str) -> Result<Vec<T>> {
    if items.is_empty() {
        return Err(Error::File { path: path.to_owned(), reason: reason.to_owned() });
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tests::file;

    #[test]
    fn a_corpus_may_have_numbers_for_ids_and_no_titles() {
        let (_folder, path) = file(
            "\u{feff}{\"id\": 7, \"title\": \"甲\", \"text\": \"乙\"}\r\n\n{\"_id\":\"b\",\"text\":\"丙\",\"title\":null,\"more\":[1]}",
        );
        let documents = corpus(&path).expect("a corpus");
        assert_eq!(
            documents,
            [
                Document { id: "7".into(), title: "甲".into(), text: "乙".into() },
                Document { id: "b".into(), title: String::new(), text: "丙".into() }
            ]
        );
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (content, words) in [
            (&b"{\"id\":1,\"text\":\"a\"}\n{\"id\":2}\n"[..], ["第 2 行", "text"]),
            (b"{\"id\":1,\"text\":\"a\"}\n\n{\"id\":\"1\",\"text\":\"b\"}\n", ["第 3 行", "重复"]),
            (b"{\"id\":\"\",\"text\":\"a\"}", ["第 1 行", "编号"]),
            (b"{\"id\":1,\"text\":\"a\"}\n\xff\xfe\n", ["第 2 行", "UTF-8"]),
            (b"\n\n", ["set.file", "没有问题"]),
        ] {
            let (_folder, path) = file(content);
            let error = queries(&path).expect_err("refused").to_string();
            assert!(error.contains("set.file") && words.iter().all(|word| error.contains(word)), "{error}");
        }
        let error = corpus(Path::new("nowhere.jsonl")).expect_err("refused").to_string();
        assert!(error.contains("nowhere.jsonl"), "{error}");
    }

    #[test]
    fn answers_are_kept_by_question() {
        let (_folder, path) = file(
            "{\"id\": \"q1\", \"answers\": [\"八月\", \"五月到八月\"], \"starts\": null}\n{\"id\": 2, \"answers\": [\"甲\"], \"starts\": [3]}\n",
        );
        let expected =
            Answers::from([("2".into(), vec!["甲".into()]), ("q1".into(), vec!["八月".into(), "五月到八月".into()])]);
        assert_eq!(answers(&path).expect("answers"), expected);
        for (content, words) in [
            ("{\"id\":1,\"answers\":[]}", ["第 1 行", "没有答案"]),
            ("{\"id\":1,\"answers\":[\"a\",\" \"]}", ["第 1 行", "答案是空的"]),
            ("{\"id\":1,\"answers\":[\"a\"]}\n{\"id\":1,\"answers\":[\"b\"]}", ["第 2 行", "重复"]),
            ("", ["set.file", "没有答案"]),
        ] {
            let (_folder, path) = file(content);
            let error = answers(&path).expect_err("refused").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}
