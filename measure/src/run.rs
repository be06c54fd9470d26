//! What a run is: its head (what was measured, with what, on what) and the result of each case.
//!
//! A figure is a fraction, never a bare mean: figures of many cases are Σ numerators over Σ
//! denominators, so that precision, F1 and rates whose denominator differs from case to case are
//! summed, resampled and compared like any mean (whose denominators are all 1).

use std::{collections::BTreeMap, ops::AddAssign};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// One figure of one case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Fraction {
    /// What counts.
    pub num: f64,
    /// Of how much; 0 where the case says nothing on this figure.
    pub den: f64,
}

impl Fraction {
    /// `num` of `den`.
    pub const fn new(num: f64, den: f64) -> Self {
        Self { num, den }
    }

    /// A share of 1, for figures that are a mean over cases.
    pub const fn of_one(value: f64) -> Self {
        Self { num: value, den: 1.0 }
    }

    /// The value; `None` where nothing was judged.
    pub fn value(self) -> Option<f64> {
        (self.den > 0.0).then(|| self.num / self.den)
    }
}

impl AddAssign for Fraction {
    fn add_assign(&mut self, other: Self) {
        self.num += other.num;
        self.den += other.den;
    }
}

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was asked, and its figures count.
    Judged,
    /// Texts that it needs are not loaded: not asked.
    Skipped,
    /// Its evidence is no longer in the corpus: listed, not scored.
    Stale,
    /// The system failed on it: its figures count as nothing reached.
    Failed,
}

/// A piece of evidence as a report shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// 《X》第十三条第一款, or the id of a document.
    pub label: String,
    /// The words that answer, where the case quotes them.
    #[serde(default)]
    pub span: Option<String>,
}

/// One thing that was retrieved.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// From 1.
    pub rank: usize,
    /// Id of the passage or document.
    pub id: String,
    /// 《X》第十三条第一款, or the document's title.
    pub label: String,
    /// The fused score.
    pub score: f64,
    /// Why: what each channel said, by its name.
    #[serde(default)]
    pub channels: BTreeMap<String, f64>,
    /// It is evidence of the case.
    pub right: bool,
    /// The answer cites it.
    #[serde(default)]
    pub cited: bool,
    /// The beginning of its words.
    #[serde(default)]
    pub excerpt: String,
}

/// The result of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseResult {
    /// Name of the suite.
    pub suite: String,
    /// Id within the suite.
    pub case: String,
    /// Kind of the case, e.g. `answer`.
    pub kind: String,
    /// Subject, e.g. `dev`; empty where the suite has none.
    #[serde(default)]
    pub category: String,
    /// How it is asked, e.g. `statute`, `colloquial`; empty where the suite doesn't say.
    #[serde(default)]
    pub channel: String,
    /// Cases that are alike.
    #[serde(default)]
    pub family: String,
    /// `tune`, `report` or empty.
    #[serde(default)]
    pub half: String,
    /// What became of it.
    pub status: Status,
    /// Why it was skipped, is stale or failed, in Chinese; else empty.
    #[serde(default)]
    pub reason: String,
    /// Figures by the name of the metric.
    pub figures: BTreeMap<String, Fraction>,
    /// The question; of a conversation its turns, one a line.
    pub question: String,
    /// Day whose law was asked about, YYYY-MM-DD.
    #[serde(default)]
    pub as_of: String,
    /// What would have been right.
    pub expected: Vec<Expected>,
    /// The state expected: `grounded`, `no_match`, `needs_human`, `clarify`; empty where only retrieval is judged.
    #[serde(default)]
    pub state_expected: String,
    /// The state reached.
    #[serde(default)]
    pub state: String,
    /// What was retrieved, best first.
    pub found: Vec<Found>,
    /// Words of the answer.
    #[serde(default)]
    pub answer: String,
    /// What fell short, in Chinese, one thing each; empty: all as expected.
    #[serde(default)]
    pub problems: Vec<String>,
    /// Everything that retrieval and answer said of themselves: rewrites, route, gate, findings.
    #[serde(default)]
    pub explanation: serde_json::Value,
    /// Milliseconds by stage: `retrieve`, `lexical`, `vector`, `answer` … Not part of the fingerprint.
    #[serde(default)]
    pub timings: BTreeMap<String, f64>,
    /// Tokens that a model took; 0 without one.
    #[serde(default)]
    pub tokens: u64,
}

impl CaseResult {
    /// Suite and case in one: the key by which two runs are compared.
    pub fn key(&self) -> (&str, &str) {
        (&self.suite, &self.case)
    }

    /// Whether its figures count.
    pub fn counts(&self) -> bool {
        matches!(self.status, Status::Judged | Status::Failed)
    }
}

/// A floor (or ceiling) that a suite's manifest sets before anything is run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Name of the metric.
    pub metric: String,
    /// The least that is good enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The most that is tolerable, for metrics of which less is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// Only cases of this half; empty: all.
    #[serde(default)]
    pub half: String,
}

/// What a run knows of a suite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuiteHead {
    /// Its name.
    pub name: String,
    /// Its Chinese title.
    pub title: String,
    /// Version of the manifest.
    pub version: String,
    /// SHA-256 of manifest and cases, hex.
    pub fingerprint: String,
    /// The figures that decide, in the order of the manifest.
    pub metrics: Vec<String>,
    /// What has to be reached.
    pub floors: Vec<Floor>,
    /// Where the cases are from.
    #[serde(default)]
    pub origin: String,
    /// Under which terms.
    #[serde(default)]
    pub licence: String,
}

/// What was measured, with what, on what. Written once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunHead {
    /// Its id, sortable by time.
    pub id: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When its last case was done; absent while it goes on.
    #[serde(default)]
    pub finished_at: Option<DateTime<Utc>>,
    /// Every setting that counts, by its dotted name, e.g. `weights.gram`.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// SHA-256 of each prompt, by its id; empty without a model.
    #[serde(default)]
    pub prompts: BTreeMap<String, String>,
    /// Fingerprint of the texts and QA pairs.
    pub corpus: String,
    /// Fingerprint of the index: embedder, layout, trained ranker.
    pub index: String,
    /// Version of the program.
    pub code: String,
    /// The suites, in the order asked.
    pub suites: Vec<SuiteHead>,
    /// Canaries that did not come back as they must, in Chinese: the part under test was off, and no
    /// figure of this run means anything. Empty: all well.
    #[serde(default)]
    pub canaries: Vec<String>,
}

/// A whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What was measured.
    pub head: RunHead,
    /// One result for each case, in the order of suites and cases.
    pub results: Vec<CaseResult>,
}

impl Run {
    /// SHA-256 (hex) over everything that a second run of the same configuration must give again: the
    /// results without times.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for result in &self.results {
            let timeless =
                CaseResult { timings: BTreeMap::new(), explanation: timeless(&result.explanation), ..result.clone() };
            // Maps are ordered and floats are written in their shortest exact form: equal results are equal bytes.
            hash.update(serde_json::to_vec(&timeless).unwrap_or_default());
            hash.update(b"\n");
        }
        hex::encode(hash.finalize())
    }
}

/// The explanation without the times that it holds at any depth.
fn timeless(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|it| it.0 != "timings").map(|(name, value)| (name.clone(), timeless(value)));
            Value::Object(kept.collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(timeless).collect()),
        other => other.clone(),
    }
}
