//! A whole run as a file of JSON lines: the head first, then one result a line.

use std::{collections::BTreeSet, io::Write as _, path::Path};

use measure::{
    data::json_lines,
    run::{CaseResult, Run, RunHead},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, Result};

/// What the first line says of the file's form; another number is another form.
const FORMAT: &str = "dangwutong-run/1";

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    format: String,
    /// How many results follow.
    results: usize,
    /// [`Run::fingerprint`].
    fingerprint: String,
    head: RunHead,
}

/// Writes `run` to `path`, whole or not at all.
///
/// # Errors
/// The file can't be written.
pub fn export(run: &Run, path: &Path) -> Result<()> {
    let failed = |source: std::io::Error| Error::from(measure::Error::Write { path: path.to_owned(), source });
    let first = First {
        format: FORMAT.to_owned(),
        results: run.results.len(),
        fingerprint: run.fingerprint(),
        head: run.head.clone(),
    };
    let mut bytes = Vec::new();
    line(&mut bytes, &first).map_err(failed)?;
    for result in &run.results {
        line(&mut bytes, result).map_err(failed)?;
    }
    // Beside it and then renamed: a reader never meets half a run.
    let beside = path.with_extension("part");
    std::fs::write(&beside, bytes).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

/// Reads a run that [`export`] wrote.
///
/// # Errors
/// A line that can't be read (named), a case that comes twice or whose suite the head doesn't name, results
/// that are missing or are not those that were written.
pub fn import(path: &Path) -> Result<Run> {
    let wrong = |reason: String| Error::from(measure::Error::File { path: path.to_owned(), reason });
    let mut first: Option<First> = None;
    let mut seen = BTreeSet::new();
    let read: Vec<Option<CaseResult>> = json_lines(path, |line: Value| {
        let Some(first) = &first else {
            first = Some(opening(line)?);
            return Ok(None);
        };
        let result: CaseResult = serde_json::from_value(line).map_err(|error| format!("不是一题的结果（{error}）"))?;
        if !first.head.suites.iter().any(|it| it.name == result.suite) {
            return Err(format!("开头没有列出题库“{}”", result.suite));
        }
        if !seen.insert((result.suite.clone(), result.case.clone())) {
            return Err(format!("题目 {}/{} 重复", result.suite, result.case));
        }
        Ok(Some(result))
    })?;
    let First { results: count, fingerprint, head, .. } =
        first.ok_or_else(|| wrong("是空的，没有评测的开头".to_owned()))?;
    let run = Run { head, results: read.into_iter().flatten().collect() };
    if run.results.len() != count || run.results.is_empty() {
        return Err(wrong(format!("开头写明 {count} 个结果，实有 {} 个", run.results.len())));
    }
    if run.fingerprint() != fingerprint {
        return Err(wrong("结果与开头所记的指纹不符，已被改动或损坏".to_owned()));
    }
    Ok(run)
}

fn opening(line: Value) -> Result<First, String> {
    let first: First = serde_json::from_value(line).map_err(|error| format!("不是评测的开头（{error}）"))?;
    if first.format != FORMAT {
        return Err(format!("格式“{}”无法识别，应为 {FORMAT}", first.format));
    }
    Ok(first)
}

fn line(bytes: &mut Vec<u8>, it: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *bytes, it)?;
    bytes.write_all(b"\n")
}
