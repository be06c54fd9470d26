//! Our own suites: a folder with `manifest.toml` and the cases it names, one JSON object a line.
//!
//! A suite is written by hand, so reading one is strict: unknown keys, a wrong count, an id that comes
//! twice, an address nobody could resolve and a reply code for a case that isn't there are refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::NaiveDate;
use knowledge::regulation::Address;
use serde::Deserialize;

use crate::{Error, Result, data::json_lines};

const MANIFEST: &str = "manifest.toml";

/// A suite, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// What the manifest says.
    pub manifest: Manifest,
    /// The cases in their order, at least one.
    pub cases: Vec<Case>,
}

/// The head of a suite.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The folder's name.
    pub name: String,
    /// Its Chinese name.
    pub title: String,
    /// Day of the last change, as the file writes it.
    pub version: String,
    /// The day for which cases without one of their own are asked.
    pub as_of: NaiveDate,
    /// File of the cases, in the same folder.
    pub cases: String,
    /// How many cases there are.
    pub count: usize,
    /// What has to be reached.
    #[serde(default)]
    pub expect: Expect,
    /// Code of the fixed reply, for refusals, by case.
    #[serde(default)]
    pub reply_code: BTreeMap<String, String>,
    /// Which cases carry a version note when asked for an earlier year.
    #[serde(default)]
    pub version_note: Option<VersionNote>,
}

/// Figures that a suite has to reach.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Share of cases whose evidence stands first, 0 to 1.
    pub rank_1: Option<f64>,
    /// Share of answer cases, regulation loaded, whose evidence is among the first five, 0 to 1.
    pub recall_at_5: Option<f64>,
    /// Longest refusal, in characters.
    pub refusal_max_chars: Option<usize>,
    /// Tool calls that a refusal may make.
    pub refusal_tool_calls: Option<usize>,
}

/// Cases with a version note.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionNote {
    /// Their ids.
    pub ids: Vec<String>,
}

/// What a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An answer that rests on its evidence.
    Answer,
    /// Nothing in force answers it.
    NoMatch,
    /// A fixed reply.
    Refusal,
    /// Exactly one provision, at rank 1.
    Address,
}

/// A provision that counts as the right source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Full title of the regulation.
    pub title: String,
    /// Where in it; `None` is the whole regulation.
    pub address: Option<Address>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id within the suite.
    pub id: String,
    /// What is asked.
    pub question: String,
    /// The day it is asked for, the manifest's where the case has none.
    pub as_of: NaiveDate,
    /// What has to come of it.
    pub kind: Kind,
    /// Any one of these is right.
    pub evidence: Vec<Evidence>,
    /// Titles that have to be loaded.
    pub needs: Vec<String>,
    /// Strings that the answer or its provisions contain.
    pub must_include: Vec<String>,
    /// Strings that would be wrong.
    pub must_exclude: Vec<String>,
    /// Whether the answer carries a version note; `None` where the suite doesn't say.
    pub version_note: Option<bool>,
    /// Subject code; empty for address cases.
    pub category: String,
}

/// The two forms of a line. serde's own untagged enums would not say which key is wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    question: String,
    title: Option<String>,
    address: Option<String>,
    kind: Option<Kind>,
    as_of: Option<NaiveDate>,
    evidence: Option<Vec<EvidenceLine>>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    must_include: Vec<String>,
    #[serde(default)]
    must_exclude: Vec<String>,
    version_note: Option<bool>,
    #[serde(default)]
    category: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceLine {
    title: String,
    address: Option<String>,
}

/// Reads and checks the suite in `folder`. The error names the file, for a case its line too.
pub fn read(folder: &Path) -> Result<Suite> {
    let manifest = read_manifest(folder)?;
    let path = folder.join(&manifest.cases);
    let mut ids = BTreeSet::new();
    let cases = json_lines(&path, |line: Line| {
        if !ids.insert(line.id.clone()) {
            return Err(format!("编号 {} 重复", line.id));
        }
        case(line, manifest.as_of)
    })?;
    if cases.is_empty() || cases.len() != manifest.count {
        let reason = format!("{MANIFEST} 写明 {} 例，实有 {} 例", manifest.count, cases.len());
        return Err(Error::File { path, reason });
    }
    let suite = Suite { manifest, cases };
    check_references(&suite).map_err(|reason| Error::File { path: folder.join(MANIFEST), reason })?;
    Ok(suite)
}

fn read_manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
    let wrong = |reason: String| Error::File { path: path.clone(), reason };
    let manifest: Manifest = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if folder.file_name().is_none_or(|name| name != manifest.name.as_str()) {
        return Err(wrong(format!("name 应与目录名一致，写的是“{}”", manifest.name)));
    }
    if Path::new(&manifest.cases).file_name().is_none_or(|name| name != manifest.cases.as_str()) {
        return Err(wrong(format!("cases 应为同一目录下的文件名，写的是“{}”", manifest.cases)));
    }
    Ok(manifest)
}

fn case(line: Line, day: NaiveDate) -> Result<Case, String> {
    if line.id.trim().is_empty() || line.question.trim().is_empty() {
        return Err("编号或问题是空的".to_owned());
    }
    let (kind, evidence, needs) = match (line.title, line.address, line.kind, line.evidence) {
        (Some(title), Some(address), None, None) => {
            let evidence = resolve(EvidenceLine { title: title.clone(), address: Some(address) })?;
            (Kind::Address, vec![evidence], vec![title])
        }
        (None, None, Some(kind), Some(evidence)) => {
            (kind, evidence.into_iter().map(resolve).collect::<Result<_, _>>()?, line.needs)
        }
        _ => return Err("应写 title、address 两项，或写 kind、evidence 两项".to_owned()),
    };
    if kind == Kind::Answer && evidence.is_empty() {
        return Err("要求作答的题没有写依据".to_owned());
    }
    Ok(Case {
        id: line.id,
        question: line.question,
        as_of: line.as_of.unwrap_or(day),
        kind,
        evidence,
        needs,
        must_include: line.must_include,
        must_exclude: line.must_exclude,
        version_note: line.version_note,
        category: line.category,
    })
}

fn resolve(line: EvidenceLine) -> Result<Evidence, String> {
    if line.title.trim().is_empty() {
        return Err("依据缺少文件标题".to_owned());
    }
    let address = line.address.map(|short| short.parse::<Address>().map_err(|error| error.to_string()));
    Ok(Evidence { title: line.title, address: address.transpose()? })
}

/// Whether the ids that the manifest names are there.
fn check_references(suite: &Suite) -> Result<(), String> {
    let kinds: BTreeMap<&str, Kind> = suite.cases.iter().map(|case| (case.id.as_str(), case.kind)).collect();
    for id in suite.manifest.reply_code.keys() {
        if kinds.get(id.as_str()) != Some(&Kind::Refusal) {
            return Err(format!("reply_code 中的 {id} 不是本套题里的拒答题"));
        }
    }
    let uncoded =
        kinds.iter().find(|(id, kind)| **kind == Kind::Refusal && !suite.manifest.reply_code.contains_key(**id));
    if let Some((id, _)) = uncoded {
        return Err(format!("拒答题 {id} 没有写 reply_code"));
    }
    let noted = suite.manifest.version_note.iter().flat_map(|note| &note.ids);
    match noted.into_iter().find(|id| !kinds.contains_key(id.as_str())) {
        Some(id) => Err(format!("version_note 中的 {id} 不在本套题里")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn ours(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("suites").join(name)
    }

    const HEAD: &str = "name = \"s\"\ntitle = \"试\"\nversion = \"1\"\nas_of = \"2026-11-01\"\ncases = \"c.jsonl\"\n";
    const CASE: &str = r#"{"id": "1", "question": "问", "title": "甲条例", "address": "a1"}"#;

    fn refused(manifest: &str, cases: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let suite = folder.path().join("s");
        std::fs::create_dir(&suite).expect("made");
        std::fs::write(suite.join(MANIFEST), manifest).expect("written");
        std::fs::write(suite.join("c.jsonl"), cases).expect("written");
        read(&suite).expect_err("refused").to_string()
    }

    #[test]
    fn our_suites_are_in_order() {
        for (name, count) in [("seed", 78), ("addresses", 60), ("versions", 12)] {
            let suite = read(&ours(name)).expect(name);
            assert_eq!(suite.cases.len(), count, "{name}");
        }
        let versions = read(&ours("versions")).expect("versions");
        let asked_earlier = versions.cases.iter().filter(|case| case.as_of < versions.manifest.as_of).count();
        assert!(asked_earlier > 0, "a case's own day is read");
        let addresses = read(&ours("addresses")).expect("addresses");
        assert!(addresses.cases.iter().all(|case| case.kind == Kind::Address && case.evidence[0].address.is_some()));
    }

    #[test]
    fn every_reply_code_is_a_reply() {
        let replies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dialogue/data/replies.toml");
        let replies: toml::Table = std::fs::read_to_string(replies).expect("replies").parse().expect("TOML");
        let seed = read(&ours("seed")).expect("seed");
        for code in seed.manifest.reply_code.values() {
            assert!(replies.contains_key(code), "{code}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let head = format!("{HEAD}count = 1\n");
        let answer = r#"{"id": "1", "question": "问", "kind": "answer", "evidence": []}"#;
        let refusal = r#"{"id": "1", "question": "问", "kind": "refusal", "evidence": []}"#;
        for (manifest, cases, words) in [
            (format!("{head}colour = 1\n"), CASE.to_owned(), ["manifest.toml", "colour"]),
            (format!("{head}[expect]\nrank_2 = 1.0\n"), CASE.to_owned(), ["manifest.toml", "rank_2"]),
            (head.replace("\"s\"", "\"t\""), CASE.to_owned(), ["目录名", "“t”"]),
            (head.replace("c.jsonl", "../c.jsonl"), CASE.to_owned(), ["同一目录", "../c.jsonl"]),
            (head.clone(), CASE.replace("address", "adress"), ["第 1 行", "adress"]),
            (head.clone(), CASE.replace("\"a1\"", "\"a1.x2\""), ["第 1 行", "“a1.x2”"]),
            (head.clone(), CASE.replace("\"a1\"", "null"), ["第 1 行", "title、address"]),
            (head.clone(), answer.to_owned(), ["第 1 行", "没有写依据"]),
            (head.clone(), refusal.to_owned(), ["manifest.toml", "没有写 reply_code"]),
            (format!("{head}[reply_code]\n1 = \"SECRET\"\n"), CASE.to_owned(), ["reply_code", "不是"]),
            (format!("{head}[version_note]\nids = [\"7\"]\n"), CASE.to_owned(), ["version_note", "7"]),
            (head.clone(), format!("{CASE}\n{CASE}"), ["第 2 行", "重复"]),
            (head.clone(), format!("{CASE}\n{}", CASE.replace("\"1\"", "\"2\"")), ["写明 1 例", "实有 2 例"]),
        ] {
            let error = refused(&manifest, &cases);
            assert!(words.iter().all(|word| error.contains(word)), "{words:?}: {error}");
        }
    }
}
