//! What a later run is compared with, without a single text: small enough for a repository.
//!
//! The file has JSON lines: first the head with the number of cases, then one line a case, ordered by
//! suite and id, so that two baselines differ line by line where the runs do.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Error;
use crate::run::{CaseResult, Fraction, Run, RunHead, Status};

/// The name that the first line has to give.
const FORMAT: &str = "measure-baseline-1";

/// A run without texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// As the run has it.
    pub head: RunHead,
    /// By suite and id.
    pub cases: Vec<Case>,
}

/// A case without texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Name of the suite.
    pub suite: String,
    /// Id within the suite.
    pub case: String,
    /// Of question and expectation: cases are compared only where it is equal.
    pub hash: String,
    /// What became of it.
    pub status: Status,
    /// Subject.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// How it is asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// `tune`, `report` or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub half: String,
    /// State reached.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// Place of the first evidence among what was retrieved, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Figures by the name of the metric; in the file `[numerator, denominator]`.
    #[serde(default, with = "pairs")]
    pub figures: BTreeMap<String, Fraction>,
}

impl Case {
    /// Whether its figures count.
    pub fn counts(&self) -> bool {
        matches!(self.status, Status::Judged | Status::Failed)
    }

    fn of(result: &CaseResult) -> Self {
        Self {
            suite: result.suite.clone(),
            case: result.case.clone(),
            hash: hash(result),
            status: result.status,
            category: result.category.clone(),
            channel: result.channel.clone(),
            half: result.half.clone(),
            state: result.state.clone(),
            rank: first_right(result),
            figures: result.figures.clone(),
        }
    }
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    cases: usize,
    run: RunHead,
}

impl Baseline {
    /// The slim form of a run.
    pub fn of(run: &Run) -> Self {
        let mut cases: Vec<Case> = run.results.iter().map(Case::of).collect();
        cases.sort_by(|a, b| (&a.suite, &a.case).cmp(&(&b.suite, &b.case)));
        Self { head: run.head.clone(), cases }
    }

    /// The baseline of a file.
    ///
    /// # Errors
    /// The file can't be read, isn't a baseline, is cut off, or a line is broken: file, line and reason.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = path.display().to_string();
        let text =
            fs::read_to_string(path).map_err(|error| Error::Read { file: file.clone(), reason: error.to_string() })?;
        Self::parse(&text, &file)
    }

    /// The baseline of a text; `file` is what errors name.
    ///
    /// # Errors
    /// As [`Baseline::read`].
    pub fn parse(text: &str, file: &str) -> Result<Self, Error> {
        let broken = |line: usize, reason: String| Error::Line { file: file.to_owned(), line, reason };
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let (_, first) = lines.next().ok_or_else(|| broken(1, "文件是空的".to_owned()))?;
        let head: Head = serde_json::from_str(first).map_err(|error| broken(1, error.to_string()))?;
        if head.format != FORMAT {
            return Err(broken(1, format!("字段 format 是“{}”，应为“{FORMAT}”", head.format)));
        }
        let mut cases: Vec<Case> = Vec::with_capacity(head.cases.min(100_000));
        let mut seen = BTreeSet::new();
        for (line, text) in lines {
            let case: Case = serde_json::from_str(text).map_err(|error| broken(line, error.to_string()))?;
            if !seen.insert((case.suite.clone(), case.case.clone())) {
                return Err(broken(line, format!("题 {}/{} 出现了两次", case.suite, case.case)));
            }
            cases.push(case);
        }
        if cases.len() != head.cases {
            let reason = format!("第一行写着 {} 题，实有 {} 题：文件不完整", head.cases, cases.len());
            return Err(broken(cases.len() + 1, reason));
        }
        cases.sort_by(|a, b| (&a.suite, &a.case).cmp(&(&b.suite, &b.case)));
        Ok(Self { head: head.run, cases })
    }

    /// The text of the file.
    ///
    /// # Errors
    /// A figure is not a finite number: it would come back as something else.
    pub fn text(&self) -> Result<String, Error> {
        super::finite(self)?;
        let head = Head { format: FORMAT.to_owned(), cases: self.cases.len(), run: self.head.clone() };
        let unwritable = |error: serde_json::Error| Error::Write { file: String::new(), reason: error.to_string() };
        let mut text = serde_json::to_string(&head).map_err(unwritable)?;
        text.push('\n');
        for case in &self.cases {
            text.push_str(&serde_json::to_string(case).map_err(unwritable)?);
            text.push('\n');
        }
        Ok(text)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// It can't be written, or a figure is not a finite number.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = self.text()?;
        let half_done = path.with_extension("part");
        fs::write(&half_done, text)
            .and_then(|()| fs::rename(&half_done, path))
            .map_err(|error| Error::Write { file: path.display().to_string(), reason: error.to_string() })
    }
}

/// 16 hex digits over everything that makes a case the same case.
fn hash(result: &CaseResult) -> String {
    let same = (&result.kind, &result.question, &result.as_of, &result.expected, &result.state_expected);
    let bytes = serde_json::to_vec(&same).unwrap_or_default();
    hex::encode(Sha256::digest(&bytes))[..16].to_owned()
}

/// The place of the first evidence.
pub(crate) fn first_right(result: &CaseResult) -> Option<usize> {
    result.found.iter().filter(|it| it.right).map(|it| it.rank).min()
}

/// Figures as `[numerator, denominator]`.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::run::Fraction;

    pub fn serialize<S: Serializer>(figures: &BTreeMap<String, Fraction>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(figures.iter().map(|(name, it)| (name, [it.num, it.den])))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Fraction>, D::Error> {
        let pairs = BTreeMap::<String, [f64; 2]>::deserialize(from)?;
        Ok(pairs.into_iter().map(|(name, [num, den])| (name, Fraction::new(num, den))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_baseline_survives_its_file_and_holds_no_text() {
        let run = sample::run("基线", 30);
        let baseline = Baseline::of(&run);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("基线.jsonl");
        baseline.write(&path).expect("written");
        assert_eq!(Baseline::read(&path).expect("read"), baseline);
        let text = fs::read_to_string(&path).expect("text");
        assert_eq!(text.lines().count(), 31);
        assert!(!text.contains("公示") && !text.contains("党费"), "{text}");
        // Whatever order the cases were run in, the file is the same.
        let mut turned = run;
        turned.results.reverse();
        assert_eq!(Baseline::of(&turned).text().expect("text"), text);
        assert!(fs::read_dir(folder.path()).expect("a folder").count() == 1, "nothing half done stays");
    }

    #[test]
    fn the_hash_changes_with_the_question_and_with_what_is_expected() {
        let run = sample::run("甲", 1);
        let case = &run.results[0];
        let mut answered = case.clone();
        answered.answer = "别的".to_owned();
        answered.status = Status::Failed;
        assert_eq!(hash(&answered), hash(case));
        let mut asked = case.clone();
        asked.question.push('？');
        let mut expected = case.clone();
        expected.expected[0].span = None;
        assert!(hash(&asked) != hash(case) && hash(&expected) != hash(case));
    }

    #[test]
    fn wrong_files_are_named_with_line_and_reason() {
        let text = Baseline::of(&sample::run("甲", 3)).text().expect("text");
        let lines: Vec<&str> = text.lines().collect();
        let without_last = lines[..3].join("\n");
        let twice = [lines[0], lines[1], lines[1], lines[2]].join("\n");
        let broken = text.replacen("\"status\":\"judged\"", "\"status\":\"fine\"", 1);
        let unknown = text.replacen("\"hash\"", "\"extra\":1,\"hash\"", 1);
        let other = text.replacen(FORMAT, "other", 1);
        for (text, words) in [
            ("", "基线.jsonl 第 1 行：文件是空的"),
            (&without_last, "第 3 行：第一行写着 3 题，实有 2 题"),
            (&twice, "第 3 行：题 statute/T-000 出现了两次"),
            (&broken, "第 2 行：unknown variant `fine`"),
            (&unknown, "unknown field `extra`"),
            (&other, "字段 format"),
            ("{}", "第 1 行：missing field"),
        ] {
            let error = Baseline::parse(text, "基线.jsonl").expect_err(words).to_string();
            assert!(error.contains(words), "{words}\n{error}");
        }
        let error = Baseline::read(Path::new("没有/这个.jsonl")).expect_err("no file").to_string();
        assert!(error.contains("没有/这个.jsonl"), "{error}");
    }

    #[test]
    fn what_is_no_number_is_not_written() {
        let mut run = sample::run("甲", 2);
        run.results[1].figures.insert("ndcg_10".to_owned(), Fraction::of_one(f64::INFINITY));
        let error = Baseline::of(&run).text().expect_err("no number").to_string();
        assert!(error.contains("T-001") && error.contains("ndcg_10"), "{error}");
    }
}
