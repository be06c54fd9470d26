//! BEIR folders: `corpus.jsonl`, `queries.jsonl`, and `qrels/<split>.tsv` or a single `qrels.tsv`.
//!
//! Source: Thakur et al., “BEIR: A heterogeneous benchmark for zero-shot evaluation of information
//! retrieval models”, 2021. As there, only the questions that the split judges are asked.

use std::path::{Path, PathBuf};

use super::{Set, corpus, judgements, queries};
use crate::{Error, Result};

/// The file of the documents.
const CORPUS: &str = "corpus.jsonl";
/// The file of the questions.
const QUERIES: &str = "queries.jsonl";
/// The folder of the judgements, a file for each split.
const SPLITS: &str = "qrels";
/// The judgements where there are no splits.
const ONE_SPLIT: &str = "qrels.tsv";

/// Reads the set in `folder`. `split` is `test`, `dev` or `train`, or what else the folder names; where
/// the folder has one `qrels.tsv` alone, leave it out. Sets over one shared corpus have it elsewhere:
/// then `shared_corpus` is that file.
///
/// # Errors
/// Any file that is missing or wrong; a split that isn't there, with those that are; a split that the
/// folder can't know; no question with a relevant document.
pub fn read(folder: &Path, shared_corpus: Option<&Path>, split: Option<&str>) -> Result<Set> {
    let judged = judgements(&judgements_file(folder, split)?)?;
    let asked = queries(&folder.join(QUERIES))?;
    let documents = corpus(&shared_corpus.map_or_else(|| folder.join(CORPUS), Path::to_owned))?;
    Set::new(documents, asked, judged)
}

fn judgements_file(folder: &Path, split: Option<&str>) -> Result<PathBuf> {
    let splits = folder.join(SPLITS);
    if !splits.is_dir() {
        return match split {
            None => Ok(folder.join(ONE_SPLIT)),
            Some(split) => Err(Error::File {
                path: splits,
                reason: format!("没有这个目录，不能按“{split}”选标注；请不写划分"),
            }),
        };
    }
    let names = split_names(&splits)?;
    let wrong = |reason: String| Error::File { path: splits.clone(), reason };
    match split {
        Some(split) if names.iter().any(|it| it == split) => Ok(splits.join(format!("{split}.tsv"))),
        Some(split) => Err(wrong(format!("没有划分“{split}”，只有：{}", names.join("、")))),
        // Guessing among several would give figures of nobody knows what.
        None => match &names[..] {
            [] => Err(wrong("没有标注文件（*.tsv）".to_owned())),
            [only] => Ok(splits.join(format!("{only}.tsv"))),
            _ => Err(wrong(format!("有几个划分，请写明用哪一个：{}", names.join("、")))),
        },
    }
}

/// Names of the splits, in alphabetical order.
fn split_names(splits: &Path) -> Result<Vec<String>> {
    let unreadable = |source| Error::Read { path: splits.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(splits).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_stem().and_then(|it| it.to_str()).map(str::to_owned);
        names.extend(name.filter(|_| path.extension().is_some_and(|it| it == "tsv")));
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, content).expect("written");
        }
        folder
    }

    const DOCUMENTS: (&str, &str) =
        (CORPUS, "{\"_id\":\"d1\",\"title\":\"\",\"text\":\"a\"}\n{\"_id\":\"d2\",\"text\":\"b\"}\n");
    const QUESTIONS: (&str, &str) =
        (QUERIES, "{\"_id\":\"q1\",\"text\":\"one\",\"metadata\":{}}\n{\"_id\":\"q2\",\"text\":\"two\"}\n");
    const TEST: (&str, &str) = ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n");
    const DEV: (&str, &str) = ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq2\td2\t2\n");

    #[test]
    fn only_the_questions_of_the_split_are_asked() {
        let folder = folder(&[DOCUMENTS, QUESTIONS, TEST, DEV]);
        for (split, id) in [("test", "q1"), ("dev", "q2")] {
            let set = read(folder.path(), None, Some(split)).expect("a set");
            assert_eq!(set.queries.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), [id]);
            assert_eq!((set.corpus.len(), set.left_out.unjudged), (2, 1));
        }
    }

    #[test]
    fn one_file_of_judgements_and_a_shared_corpus_do() {
        let place = folder(&[QUESTIONS, ("qrels.tsv", "q1\td1\t1\nq2\td9\t1\n")]);
        let elsewhere = folder(&[DOCUMENTS]);
        let set = read(place.path(), Some(&elsewhere.path().join(CORPUS)), None).expect("a set");
        assert_eq!((set.queries.len(), set.left_out.outside), (2, 1));
        let one = folder(&[DOCUMENTS, QUESTIONS, TEST]);
        assert_eq!(read(one.path(), None, None).expect("the only split").queries.len(), 1);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (files, split, words) in [
            (&[DOCUMENTS, QUESTIONS, TEST, DEV][..], Some("train"), ["“train”", "dev、test"]),
            (&[DOCUMENTS, QUESTIONS, TEST, DEV], None, ["几个划分", "dev、test"]),
            (&[DOCUMENTS, QUESTIONS, TEST], Some("../test"), ["qrels", "“../test”"]),
            (&[DOCUMENTS, QUESTIONS, ("qrels.tsv", "q1\td1\t1\n")], Some("test"), ["qrels", "“test”"]),
            (&[DOCUMENTS, QUESTIONS, ("qrels/readme.md", "")], None, ["qrels", "没有标注文件"]),
            (&[DOCUMENTS, QUESTIONS], None, ["无法读取", "qrels.tsv"]),
            (&[QUESTIONS, TEST], None, ["无法读取", CORPUS]),
            (&[DOCUMENTS, TEST], None, ["无法读取", QUERIES]),
            (&[DOCUMENTS, QUESTIONS, ("qrels.tsv", "x1\td1\t1\n")], None, ["没有可评测的问题", "2 个问题"]),
        ] {
            let error = read(folder(files).path(), None, split).expect_err("refused").to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{words:?}: {error}");
        }
    }
}
