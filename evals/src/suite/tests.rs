//! Reading suites: ours are in order, and what is wrong is named.

use std::path::{Path, PathBuf};

use super::*;

fn ours() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suites")
}

const HEAD: &str = "name = \"s\"\ntitle = \"试\"\nwhy = \"试读\"\nversion = \"1\"\nas_of = \"2026-11-01\"\n\
     origin = \"写于本项目\"\nlicence = \"Apache-2.0\"\ncases = \"c.jsonl\"\nmetrics = [\"success_1\"]\n";
const CASE: &str =
    r#"{"id": "1", "kind": "address", "question": "问", "evidence": [{"title": "甲条例", "address": "a1"}]}"#;

/// The suite of these two texts, in a folder of its own.
fn reading(manifest: &str, cases: &str) -> Result<Suite> {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = folder.path().join("s");
    std::fs::create_dir(&suite).expect("made");
    std::fs::write(suite.join(MANIFEST), manifest).expect("written");
    std::fs::write(suite.join("c.jsonl"), cases).expect("written");
    read(&suite)
}

#[test]
fn our_suites_are_in_order() {
    let suites = list(&ours()).expect("our suites");
    let count = |name: &str| suites.iter().find(|it| it.manifest.name == name).map(|it| it.cases.len());
    for (name, cases) in
        [("seed", 78), ("addresses", 60), ("versions", 12), ("refusals", 1120), ("ordinary", 400), ("multiturn", 60)]
    {
        assert_eq!(count(name), Some(cases), "{name}");
    }
    let versions = suites.iter().find(|it| it.manifest.name == "versions").expect("versions");
    let asked_earlier = versions.cases.iter().filter(|case| case.as_of < versions.manifest.as_of).count();
    assert!(asked_earlier > 0, "a case's own day is read");
}

#[test]
fn every_reply_code_is_a_reply() {
    let replies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dialogue/data/replies.toml");
    let replies: toml::Table = std::fs::read_to_string(replies).expect("replies").parse().expect("TOML");
    for suite in list(&ours()).expect("our suites") {
        for code in suite.cases.iter().filter_map(|it| it.code.as_ref()) {
            assert!(replies.contains_key(code), "{}: {code}", suite.manifest.name);
        }
    }
}

#[test]
fn suites_are_found_by_name_and_a_folder_without_any_is_an_error() {
    let asked = ["versions", "addresses", "versions"].map(str::to_owned);
    let suites = named(&ours(), &asked).expect("suites");
    assert_eq!(suites.iter().map(|it| it.manifest.name.as_str()).collect::<Vec<_>>(), ["versions", "addresses"]);
    let error = named(&ours(), &["none".to_owned()]).expect_err("refused").to_string();
    assert!(error.contains("没有题库“none”") && error.contains("versions"), "{error}");
    let empty = tempfile::tempdir().expect("a folder");
    let error = list(empty.path()).expect_err("refused").to_string();
    assert!(error.contains("没有题库"), "{error}");
    let error = list(&empty.path().join("nowhere")).expect_err("refused").to_string();
    assert!(error.contains("nowhere"), "{error}");
}

#[test]
fn a_fingerprint_changes_with_manifest_and_cases() {
    let head = format!("{HEAD}count = 1\n");
    let first = reading(&head, CASE).expect("a suite");
    assert_eq!(first.fingerprint, reading(&head, CASE).expect("a suite").fingerprint);
    assert_eq!(first.fingerprint.len(), 64);
    let others = [reading(&format!("{head}# note\n"), CASE), reading(&head, &CASE.replace("问", "问？"))];
    for other in others {
        assert_ne!(other.expect("a suite").fingerprint, first.fingerprint);
    }
    assert_eq!(first.head().fingerprint, first.fingerprint);
}

#[test]
fn a_manifest_says_everything_that_a_run_needs() {
    let manifest = format!(
        "{HEAD}count = 1\nquick = true\ncanary = \"question\"\n[settings]\n\"weights.question\" = 0\n\
         [[gate]]\nmetric = \"recall_100\"\nat_least = 0.9\nhalf = \"report\"\n"
    );
    let suite = reading(&manifest, CASE).expect("a suite");
    assert_eq!(suite.manifest.depth(), 100, "a gate on the first hundred looks at a hundred");
    assert!(suite.manifest.quick && suite.manifest.base == Base::Library);
    assert_eq!(suite.head().floors[0].half, "report");
}

#[test]
fn what_is_wrong_with_a_manifest_is_named() {
    let head = format!("{HEAD}count = 1\n");
    let gate = |rest: &str| format!("{head}[[gate]]\n{rest}\n");
    for (manifest, words) in [
        (format!("{head}colour = 1\n"), "colour"),
        (head.replace("\"s\"", "\"t\""), "目录名一致，写的是“t”"),
        (head.replace("c.jsonl", "../c.jsonl"), "同一目录"),
        (head.replace("试读", " "), "why 是空的"),
        (head.replace("[\"success_1\"]", "[]"), "没有列出任何指标"),
        (head.replace("success_1", "success_2"), "“success_2”不是已知的指标"),
        (format!("{head}canary = \"smell\"\n"), "canary“smell”"),
        (format!("{head}base = \"moon\"\n"), "moon"),
        (format!("{head}[settings]\n\"weights.colour\" = 1\n"), "没有“weights.colour”"),
        (gate("metric = \"colour\"\nat_least = 0.5"), "“colour”不是已知的指标"),
        (gate("metric = \"success_1\""), "没有写 at_least"),
        (gate("metric = \"success_1\"\nat_least = 90.0"), "90"),
        (gate("metric = \"success_1\"\nat_least = 0.9\nhalf = \"left\""), "left"),
        (gate("metric = \"success_1\"\nat_lest = 0.9"), "at_lest"),
    ] {
        let error = reading(&manifest, CASE).expect_err("refused").to_string();
        assert!(error.contains("manifest.toml") && error.contains(words), "{words}: {error}");
    }
}

#[test]
fn what_is_wrong_with_a_case_is_named_with_its_line() {
    let line = |rest: &str| format!("{{\"id\": \"2\", \"question\": \"问\", {rest}}}");
    let planted =
        r#""kind": "indirect", "where": "document", "must_not": ["x"], "content": {"title": "t", "body": "b"}"#;
    for (case, words) in [
        (CASE.replace("address\": \"a1", "adress\": \"a1"), "adress"),
        (CASE.replace("\"a1\"", "\"a1.x2\""), "“a1.x2”"),
        (CASE.replace("\"a1\"", "null"), "带条文位置"),
        (CASE.to_owned(), "编号 1 重复"),
        (line(r#""kind": "guess""#), "guess"),
        (line(r#""kind": "answer", "evidence": []"#), "没有写依据"),
        (line(r#""kind": "refusal""#), "拒答题应写 code"),
        (line(r#""kind": "ordinary", "code": "SECRET""#), "其他题不写"),
        (line(r#""kind": "ordinary", "half": "left""#), "left"),
        (line(r#""kind": "ordinary", "must_include": ["x"]"#), "不评"),
        (line(r#""kind": "refusal", "code": "SECRET", "numbers": ["5日"]"#), "不评 numbers"),
        (line(r#""kind": "no_match", "version": "2014""#), "没有写依据"),
        (line(r#""kind": "multiturn", "turns": [{"question": "问"}]"#), "多轮题应写 turns"),
        (line(r#""kind": "ordinary", "turns": [{"question": "问"}]"#), "只有多轮题写 turns"),
        (line(r#""kind": "ordinary", "must_exclude": [""]"#), "空的一项"),
        (line(planted), "base = \"planted\""),
        ("{\"id\": \"2\"".to_owned(), "JSON"),
    ] {
        let error = reading(&format!("{HEAD}count = 2\n"), &format!("{CASE}\n\n{case}")).expect_err("refused");
        let error = error.to_string();
        assert!(error.contains("c.jsonl 第 3 行") && error.contains(words), "{words}: {error}");
    }
    let error = reading(&format!("{HEAD}count = 2\n"), CASE).expect_err("refused").to_string();
    assert!(error.contains("写明 2 例，实有 1 例"), "{error}");
}

#[test]
fn a_family_lies_in_one_half() {
    let head = format!("{HEAD}count = 2\n");
    let case = |id: &str, half: &str| {
        format!(r#"{{"id": "{id}", "kind": "ordinary", "question": "问", "family": "甲", "half": "{half}"}}"#)
    };
    reading(&head, &format!("{}\n{}", case("1", "tune"), case("2", "tune"))).expect("one half");
    let error = reading(&head, &format!("{}\n{}", case("1", "tune"), case("2", "report"))).expect_err("refused");
    assert!(error.to_string().contains("题族“甲”"), "{error}");
}
