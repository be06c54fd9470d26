//! Public test sets: a corpus and queries as JSON lines, judgements as tab-separated values.
//!
//! The form is that of BEIR (Thakur et al. 2021): `{"id","title","text"}`, `{"id","text"}` and
//! `query-id TAB corpus-id TAB grade` with or without a header line. Ids may be numbers, `_id` is
//! read as `id`, other keys are passed over, empty lines too. Anything else is an error with its place.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{Error, Result};

/// Documents and their grades for one query; above 0 is relevant.
pub type Grades = BTreeMap<String, f64>;

/// Judgements by query id. Ordered, so that sums are the same on every run.
pub type Judgements = BTreeMap<String, Grades>;

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
    /// What is asked, never blank.
    pub text: String,
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

/// Reads queries. Errors as [`corpus`].
pub fn queries(path: &Path) -> Result<Vec<Query>> {
    let mut seen = HashSet::new();
    let queries = json_lines(path, |line: QueryLine| {
        let query = Query { id: line.id.into_text(), text: line.text };
        check_id(&query.id, &mut seen)?;
        Ok(query)
    })?;
    not_empty(path, queries, "没有问题")
}

/// Reads judgements. Errors on a line without exactly three columns, on a grade that is no number,
/// on two different grades for one pair, and on a file without judgements.
pub fn judgements(path: &Path) -> Result<Judgements> {
    let mut judgements = Judgements::new();
    let mut lines = Lines::open(path)?;
    let mut first = true;
    while let Some((number, text)) = lines.next_line()? {
        let header = std::mem::take(&mut first) && is_header(&text);
        if !header {
            take_judgement(&text, &mut judgements).map_err(|reason| lines.wrong(number, reason))?;
        }
    }
    if judgements.is_empty() {
        return Err(Error::File { path: path.to_owned(), reason: "没有标注".to_owned() });
    }
    Ok(judgements)
}

/// How many judged documents (grade above 0) the corpus doesn't hold: they can never be found, so a
/// report should say it.
pub fn judged_outside(judgements: &Judgements, corpus: &[Document]) -> usize {
    let ids: HashSet<&str> = corpus.iter().map(|document| document.id.as_str()).collect();
    let relevant = judgements.values().flatten().filter(|(_, grade)| **grade > 0.0);
    relevant.map(|(id, _)| id.as_str()).filter(|id| !ids.contains(id)).collect::<HashSet<_>>().len()
}

fn is_header(line: &str) -> bool {
    let mut columns = line.split('\t');
    let names_a_query = columns.next().is_some_and(|it| {
        let name = it.trim().to_ascii_lowercase();
        name.starts_with("query") || name.starts_with("qid")
    });
    // A first line of real data has a number here; a broken one must not pass for a header.
    names_a_query && columns.nth(1).is_some_and(|grade| grade.trim().parse::<f64>().is_err())
}

fn take_judgement(line: &str, judgements: &mut Judgements) -> Result<(), String> {
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [query, document, grade] = columns[..] else {
        return Err(format!("应有 3 列（问题、文档、等级，用制表符分开），实有 {} 列", columns.len()));
    };
    if query.is_empty() || document.is_empty() {
        return Err("编号是空的".to_owned());
    }
    let grade: f64 =
        grade.parse().ok().filter(|grade: &f64| grade.is_finite()).ok_or_else(|| format!("等级“{grade}”不是数字"))?;
    let before = judgements.entry(query.to_owned()).or_default().insert(document.to_owned(), grade);
    match before {
        // An exact repetition happens in public sets and changes nothing; compared by bits because
        // both were read from text.
        Some(before) if before.to_bits() != grade.to_bits() => {
            Err(format!("问题 {query} 与文档 {document} 有两个不同的等级：{before} 和 {grade}"))
        }
        _ => Ok(()),
    }
}

fn check_id(id: &str, seen: &mut HashSet<String>) -> Result<(), String> {
    if id.is_empty() {
        return Err("编号是空的".to_owned());
    }
    if !seen.insert(id.to_owned()) {
        return Err(format!("编号 {id} 重复"));
    }
    Ok(())
}

fn not_empty<T>(path: &Path, items: Vec<T>, reason: &str) -> Result<Vec<T>> {
    if items.is_empty() {
        return Err(Error::File { path: path.to_owned(), reason: reason.to_owned() });
    }
    Ok(items)
}

/// Reads JSON lines, each through `take`, which says in Chinese what is wrong with one.
pub(crate) fn json_lines<L: DeserializeOwned, T>(
    path: &Path,
    mut take: impl FnMut(L) -> Result<T, String>,
) -> Result<Vec<T>> {
    let mut items = Vec::new();
    let mut lines = Lines::open(path)?;
    while let Some((number, text)) = lines.next_line()? {
        let item = serde_json::from_str(&text)
            .map_err(|error| format!("不是所需的 JSON（{error}）"))
            .and_then(&mut take)
            .map_err(|reason| lines.wrong(number, reason))?;
        items.push(item);
    }
    Ok(items)
}

/// The lines of a file that hold something, with their numbers from 1.
struct Lines<'a> {
    path: &'a Path,
    reader: BufReader<File>,
    number: usize,
}

impl<'a> Lines<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Ok(Self { path, reader: BufReader::new(file), number: 0 })
    }

    fn next_line(&mut self) -> Result<Option<(usize, String)>> {
        loop {
            let mut bytes = Vec::new();
            let read = self
                .reader
                .read_until(b'\n', &mut bytes)
                .map_err(|source| Error::Read { path: self.path.to_owned(), source })?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            let text = std::str::from_utf8(&bytes)
                .map_err(|_| self.wrong(self.number, "不是 UTF-8 文字".to_owned()))?
                // Some editors put a byte order mark in front.
                .trim_start_matches('\u{feff}')
                .trim_end_matches(['\r', '\n']);
            if !text.trim().is_empty() {
                return Ok(Some((self.number, text.to_owned())));
            }
        }
    }

    fn wrong(&self, line: usize, reason: String) -> Error {
        Error::Line { path: self.path.to_owned(), line, reason }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("set.file");
        std::fs::write(&path, content).expect("written");
        (folder, path)
    }

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
    fn judgements_with_and_without_a_header_are_the_same() {
        let lines = "q1\td1\t1\nq1\td2\t2\nq2\td1\t0\nq2\td1\t0\n";
        let expected = Judgements::from([
            ("q1".into(), Grades::from([("d1".into(), 1.0), ("d2".into(), 2.0)])),
            ("q2".into(), Grades::from([("d1".into(), 0.0)])),
        ]);
        for content in [lines.to_owned(), format!("query-id\tcorpus-id\tscore\n{lines}")] {
            let (_folder, path) = file(content);
            assert_eq!(judgements(&path).expect("judgements"), expected);
        }
    }

    #[test]
    fn wrong_judgements_are_named() {
        for (content, words) in [
            ("q1\td1\t1\nq1\td2\n", ["第 2 行", "3 列"]),
            ("q1 d1 1\n", ["第 1 行", "实有 1 列"]),
            ("q1\td1\tyes\n", ["第 1 行", "不是数字"]),
            ("query-id\tcorpus-id\tscore\nq1\t\t1\n", ["第 2 行", "编号"]),
            ("q1\td1\t1\nq1\td1\t2\n", ["第 2 行", "两个不同的等级"]),
            ("query-id\tcorpus-id\tscore\n", ["set.file", "没有标注"]),
        ] {
            let (_folder, path) = file(content);
            let error = judgements(&path).expect_err("refused").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }

    #[test]
    fn judged_documents_outside_the_corpus_are_counted_once() {
        let corpus = [Document { id: "d1".into(), title: String::new(), text: "x".into() }];
        let grades = |id: &str, grade| Grades::from([("d1".to_owned(), 1.0), (id.to_owned(), grade)]);
        let judgements = Judgements::from([
            ("q1".to_owned(), grades("d2", 1.0)),
            ("q2".to_owned(), grades("d2", 1.0)),
            ("q3".to_owned(), grades("d3", 0.0)),
        ]);
        assert_eq!(judged_outside(&judgements, &corpus), 1);
    }
}
