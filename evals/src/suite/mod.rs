//! Our own suites: a folder with `manifest.toml` and the cases it names, one JSON object a line.
//!
//! A suite is written by hand, so reading one is strict: unknown keys, a wrong count, an id that comes
//! twice, an unknown metric, an address nobody could resolve and a family in both halves are refused.

mod case;
mod manifest;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

pub use case::{Case, Content, Evidence, Kind, Turn};
pub use manifest::{Base, Manifest};
use measure::{data::json_lines, run::SuiteHead};
use sha2::{Digest as _, Sha256};

use self::manifest::MANIFEST;
use crate::Result;

/// A suite, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// What the manifest says.
    pub manifest: Manifest,
    /// The cases in their order, at least one.
    pub cases: Vec<Case>,
    /// SHA-256 of manifest and cases, hex.
    pub fingerprint: String,
}

impl Suite {
    /// What a run keeps of it.
    pub fn head(&self) -> SuiteHead {
        let it = &self.manifest;
        SuiteHead {
            name: it.name.clone(),
            title: it.title.clone(),
            version: it.version.clone(),
            fingerprint: self.fingerprint.clone(),
            metrics: it.metrics.clone(),
            floors: it.gate.clone(),
            origin: it.origin.clone(),
            licence: it.licence.clone(),
        }
    }
}

/// Reads and checks the suite in `folder`. The error names the file, for a case its line too.
pub fn read(folder: &Path) -> Result<Suite> {
    let head = text_of(&folder.join(MANIFEST))?;
    let manifest = manifest::parse(folder, &head)?;
    let path = folder.join(&manifest.cases);
    let mut ids = BTreeSet::new();
    let mut halves: BTreeMap<String, String> = BTreeMap::new();
    let cases = json_lines(&path, |line| {
        let case = case::case(line, &manifest)?;
        if !ids.insert(case.id.clone()) {
            return Err(format!("编号 {} 重复", case.id));
        }
        // A family in both halves would let the tuned half tell what the other one asks.
        if !case.family.is_empty() {
            let half = halves.entry(case.family.clone()).or_insert_with(|| case.half.clone());
            if *half != case.half {
                return Err(format!("题族“{}”同时在“{half}”和“{}”两半", case.family, case.half));
            }
        }
        Ok(case)
    })?;
    if cases.is_empty() || cases.len() != manifest.count {
        let reason = format!("{MANIFEST} 写明 {} 例，实有 {} 例", manifest.count, cases.len());
        return Err(measure::Error::File { path, reason }.into());
    }
    let mut hash = Sha256::new();
    for text in [head, text_of(&path)?] {
        // The length keeps the two apart: what moves from one file to the other changes the hash.
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    Ok(Suite { manifest, cases, fingerprint: hex::encode(hash.finalize()) })
}

/// All suites in the folders of `folder`, by name.
///
/// # Errors
/// A folder that can't be read or holds no suite; a suite that is not in order.
pub fn list(folder: &Path) -> Result<Vec<Suite>> {
    folders(folder)?.iter().map(|it| read(it)).collect()
}

/// The suites of these names, in the order asked, each once. Errors as [`list`], and on a name that isn't
/// there, with those that are.
pub fn named(folder: &Path, names: &[String]) -> Result<Vec<Suite>> {
    let there = folders(folder)?;
    let mut suites: Vec<Suite> = Vec::new();
    for name in names {
        let Some(path) = there.iter().find(|it| it.file_name().is_some_and(|file| file == name.as_str())) else {
            let all: Vec<_> = there.iter().filter_map(|it| it.file_name()?.to_str()).collect();
            let reason = format!("没有题库“{name}”，现有 {}", all.join("、"));
            return Err(measure::Error::File { path: folder.to_owned(), reason }.into());
        };
        if suites.iter().all(|it| it.manifest.name != *name) {
            suites.push(read(path)?);
        }
    }
    Ok(suites)
}

/// The folders with a manifest, by name.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |source| measure::Error::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.join(MANIFEST).is_file() {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(measure::Error::File {
            path: folder.to_owned(),
            reason: format!("目录里没有题库（含 {MANIFEST} 的子目录）"),
        }
        .into());
    }
    found.sort();
    Ok(found)
}

fn text_of(path: &Path) -> Result<String> {
    Ok(std::fs::read_to_string(path).map_err(|source| measure::Error::Read { path: path.to_owned(), source })?)
}
