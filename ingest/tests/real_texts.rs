//! The real Party texts, where `shared/data` lies beside the checkout; else the tests say so.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use ingest::{MetaArgs, normalise, read_path, split};
use knowledge::regulation::{Authority, DocKind, Draft, Node, NodeKind};

/// Looks for `shared/data` from the checkout upwards.
fn data(part: &str) -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|it| it.join("shared/data").join(part))
        .find(|it| it.exists());
    if found.is_none() {
        eprintln!("skipped: no shared/data/{part} beside the checkout");
    }
    found
}

fn joined(nodes: &[Node]) -> String {
    nodes.iter().map(|it| it.own_text.as_str()).collect()
}

/// Reads the whole folder; every text must be taken.
fn drafts(folder: &Path) -> BTreeMap<String, Draft> {
    read_path(folder, &MetaArgs::default())
        .into_iter()
        .map(|it| {
            let key = it.path.file_stem().expect("a file").to_string_lossy().into_owned();
            let draft = it.result.unwrap_or_else(|error| panic!("{key}: {error}"));
            (key, draft)
        })
        .collect()
}

// The reference was made apart from this splitter, so agreement means something.
#[test]
fn every_article_is_as_in_the_reference() {
    let Some(folder) = data("party_regs_texts") else { return };
    let drafts = drafts(&folder);
    assert_eq!(drafts.len(), 11);
    let mut reference: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for line in fs::read_to_string(folder.join("articles.jsonl")).expect("the reference").lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line");
        let field = |key: &str| line[key].as_str().expect("a string").to_owned();
        reference.entry(field("instrument")).or_default().push((field("article"), field("text")));
    }
    let mut different = Vec::new();
    for (key, draft) in &drafts {
        let expected = &reference[key];
        let found = units(draft);
        let labels = |all: &[(String, String)]| all.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        assert_eq!(labels(&found), labels(expected), "{key}");
        let headings: Vec<String> =
            draft.nodes.iter().map(|it| squeeze(&it.heading)).filter(|it| !it.is_empty()).collect();
        for (mine, theirs) in found.iter().zip(expected) {
            // In a few places the reference drags the next chapter's heading into an article.
            let (text, tail) = theirs.1.rsplit_once('\n').unwrap_or((&theirs.1, ""));
            let dragged = headings.contains(&squeeze(tail));
            if squeeze(&mine.1) != squeeze(if dragged { text } else { &theirs.1 }) {
                different.push(format!("{key} {}:\n  {}\n  {}", mine.0, mine.1, theirs.1));
            }
        }
        assert!(draft.report.gaps.is_empty(), "{key}: {:?}", draft.report.gaps);
    }
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}

/// Articles and preamble paragraphs, named as the reference names them, without the number.
fn units(draft: &Draft) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for node in &draft.nodes {
        if node.kind == NodeKind::Article {
            let text = node.full_text.strip_prefix(node.own_text.trim()).unwrap_or(&node.full_text);
            found.push((node.address.label(), text.to_owned()));
        } else if node.parent.as_ref().is_some_and(|it| it.as_str() == "pre") {
            found.push((format!("总纲第{}段", found.len() + 1), node.full_text.clone()));
        }
    }
    found
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

// Days that the files state or that follow from them; an unknown one stays unknown.
#[test]
fn metadata_is_what_the_files_say() {
    let Some(folder) = data("party_regs_texts") else { return };
    let drafts = drafts(&folder);
    let day = NaiveDate::from_ymd_opt;
    let expected = [
        ("cpc_constitution_2022", "2022", day(2022, 10, 22), false),
        ("cpc_constitution_2017", "2017", day(2017, 10, 24), true),
        ("discipline_2018", "2018", day(2018, 10, 1), true),
        ("member_edu_2019", "2019", day(2019, 5, 6), false),
        ("develop_member_2026", "2026", day(2026, 5, 11), false),
        ("organ_branch_2019", "2019", day(2020, 1, 5), false),
        ("party_history_edu_2024", "2024", day(2024, 2, 5), false),
        ("cadre_archives_2018", "2018", day(2018, 11, 20), false),
        ("frugality_2025", "2025", None, false),
        ("ideology_2015", "2015", day(2015, 10, 3), false),
        ("shanghai_red_2021", "2021", day(2023, 5, 1), false),
    ];
    for (key, label, effective, ended) in expected {
        let meta = &drafts[key].meta;
        assert_eq!((meta.label.as_str(), meta.effective_on, meta.ended), (label, effective, ended), "{key}");
    }
    for (key, draft) in &drafts {
        let law = key == "shanghai_red_2021";
        assert_eq!(draft.meta.doc_kind, if law { DocKind::Law } else { DocKind::Regulation }, "{key}");
        assert!(draft.nodes.iter().any(|it| it.kind == NodeKind::Front), "{key}");
    }
    assert_eq!(drafts["discipline_2018"].meta.abolished_on, day(2024, 1, 1));
    assert_eq!(drafts["cpc_constitution_2022"].meta.aliases, ["党章"]);
    assert_eq!(drafts["cpc_constitution_2022"].meta.authority, Authority::Constitution);
    assert_eq!(drafts["member_edu_2019"].meta.issuer.as_deref(), Some("中共中央"));
    let notes = drafts["shanghai_red_2021"].report.notes.join("\n");
    assert!(notes.contains("请核对是否为同一文本"), "{notes}");
}

#[test]
fn no_character_of_a_real_text_is_lost() {
    let Some(folder) = data("party_regs_texts") else { return };
    for (key, draft) in drafts(&folder) {
        let raw = fs::read_to_string(folder.join(format!("{key}.md"))).expect("a text");
        assert_eq!(joined(&split(&draft.meta.title, &raw)), normalise(&raw), "{key}");
        // In the draft only the known bullets at the head are gone.
        let source = joined(&draft.nodes);
        assert!(normalise(&raw).ends_with(source.split_once("\n\n").expect("a title").1), "{key}");
    }
}

// Articles of many laws one after the other: numbers jump and repeat, which no regulation does.
// Even then every character is kept.
#[test]
fn no_character_of_a_law_is_lost() {
    let Some(file) = data("corpora/laws.jsonl") else { return };
    let file = std::io::BufReader::new(fs::File::open(file).expect("laws"));
    let mut text = String::new();
    let mut count = 0;
    for (index, line) in ingest::corpus::read(file).enumerate() {
        let line = line.expect("a document");
        if index % 29 == 0 {
            let number = line.title.find('第').map_or("", |at| &line.title[at..]);
            text.extend([number, "　", &line.text, "\n"]);
            count += 1;
        }
        if index % (29 * 40) == 0 {
            assert_eq!(joined(&split("某法", &text)), normalise(&text), "{}", line.id);
            text.clear();
        }
    }
    assert!(count > 2_000, "{count}");
}
