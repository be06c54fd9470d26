//! The head of a suite: what it is to find out, how, and what has to be reached.

use std::{collections::BTreeMap, path::Path};

use chrono::NaiveDate;
use measure::{metrics::metric, run::Floor};
use serde::Deserialize;

use crate::{Error, Result, settings};

/// File of the head, in the suite's folder.
pub(crate) const MANIFEST: &str = "manifest.toml";

/// Channels that a suite may name as its canary: the fields of `knowledge::search::model::Channels`.
const CHANNELS: [&str; 6] = ["gram", "word", "vector", "question", "passage", "rerank"];

/// The halves that families are split into.
pub(crate) const HALVES: [&str; 2] = ["tune", "report"];

/// What a suite is asked of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// The knowledge base as it is.
    #[default]
    Library,
    /// A throw-away base into which the `content` of the cases was taken first.
    Planted,
}

/// The head of a suite.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The folder's name.
    pub name: String,
    /// Its Chinese name.
    pub title: String,
    /// What it is to find out, in one or two sentences.
    pub why: String,
    /// Day of the last change, as the file writes it.
    pub version: String,
    /// The day for which cases without one of their own are asked.
    pub as_of: NaiveDate,
    /// Where the cases are from.
    pub origin: String,
    /// Under which terms they may be used.
    pub licence: String,
    /// File of the cases, in the same folder.
    pub cases: String,
    /// How many cases there are.
    pub count: usize,
    /// What it is asked of.
    #[serde(default)]
    pub base: Base,
    /// The figures that decide: names of [`measure::metrics::METRICS`].
    pub metrics: Vec<String>,
    /// Part of the quick suite that every build runs.
    #[serde(default)]
    pub quick: bool,
    /// A channel that must have a say in at least one case; without it the part under test was off.
    #[serde(default)]
    pub canary: Option<String>,
    /// Settings of the retrieval that differ for this suite, by dotted name.
    #[serde(default)]
    pub settings: BTreeMap<String, serde_json::Value>,
    /// What has to be reached, written before the first run.
    #[serde(default)]
    pub gate: Vec<Floor>,
}

impl Manifest {
    /// How many candidates the figures look at.
    pub fn depth(&self) -> usize {
        let deep = self.metrics.iter().chain(self.gate.iter().map(|it| &it.metric)).any(|it| it.ends_with("_100"));
        if deep { 100 } else { 10 }
    }
}

/// Reads the head from its text. `folder` is the suite's.
pub(crate) fn parse(folder: &Path, text: &str) -> Result<Manifest> {
    let wrong = |reason: String| Error::from(measure::Error::File { path: folder.join(MANIFEST), reason });
    let manifest: Manifest = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
    check(folder, &manifest).map_err(wrong)?;
    Ok(manifest)
}

fn check(folder: &Path, it: &Manifest) -> Result<(), String> {
    if folder.file_name().is_none_or(|name| name != it.name.as_str()) {
        return Err(format!("name 应与目录名一致，写的是“{}”", it.name));
    }
    if Path::new(&it.cases).file_name().is_none_or(|name| name != it.cases.as_str()) {
        return Err(format!("cases 应为同一目录下的文件名，写的是“{}”", it.cases));
    }
    let texts = [
        ("title", &it.title),
        ("why", &it.why),
        ("version", &it.version),
        ("origin", &it.origin),
        ("licence", &it.licence),
    ];
    if let Some((field, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
        return Err(format!("{field} 是空的"));
    }
    if it.metrics.is_empty() {
        return Err("metrics 没有列出任何指标".to_owned());
    }
    if let Some(name) = it.metrics.iter().find(|name| metric(name).is_none()) {
        return Err(format!("metrics 中的“{name}”不是已知的指标"));
    }
    if let Some(name) = it.canary.as_ref().filter(|name| !CHANNELS.contains(&name.as_str())) {
        return Err(format!("canary“{name}”不是检索的一路，应为 {}", CHANNELS.join("、")));
    }
    settings::apply(knowledge::search::settings::Settings::default(), &it.settings)
        .map_err(|reason| format!("settings：{reason}"))?;
    it.gate.iter().try_for_each(check_floor)
}

fn check_floor(floor: &Floor) -> Result<(), String> {
    let name = &floor.metric;
    if metric(name).is_none() {
        return Err(format!("gate 中的“{name}”不是已知的指标"));
    }
    if floor.at_least.is_none() && floor.at_most.is_none() {
        return Err(format!("gate 中的“{name}”没有写 at_least 或 at_most"));
    }
    let bounds = floor.at_least.iter().chain(&floor.at_most);
    if let Some(bound) = bounds.into_iter().find(|it| !(0.0..=1.0).contains(*it)) {
        return Err(format!("gate 中“{name}”的界限 {bound} 不在 0 与 1 之间"));
    }
    if !floor.half.is_empty() && !HALVES.contains(&floor.half.as_str()) {
        return Err(format!("gate 中“{name}”的 half“{}”应为 tune 或 report", floor.half));
    }
    Ok(())
}
