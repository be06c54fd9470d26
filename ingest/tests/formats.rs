//! The same model regulation in every format gives the same articles. The files are made here.

mod files;

use std::fs;

use files::{docx, docx_numbered, html, pdf};
use ingest::{Difference, MetaArgs, compare, parse_bytes, read_path};
use knowledge::regulation::{Draft, NodeKind};

/// A model regulation of our own: chapters, an inserted article, items, references, long lines.
const PARAGRAPHS: [&str; 19] = [
    "某单位党员活动室管理办法（试行）",
    "（2026年3月2日某单位党委会议审议批准）",
    "第一章　总则",
    "第一条　为了用好党员活动室，方便党员学习和开展组织生活，根据《中国共产党章程》和有关党内法规，结合本单位实际，制定本办法。",
    "第二条　活动室的管理坚持下列原则：",
    "（一）服务党员，面向全体党员开放，不得挪作他用或者对外出租；",
    "（二）节约办事，",
    "（三）专人管理。",
    "确需变更用途的，应当事先报党委批准。",
    "第二章　使用",
    "第三条　党支部使用活动室应当提前一天登记。",
    "第二条规定的原则适用于临时借用。",
    "第三条之一　流动党员凭流动党员活动证使用活动室。",
    "第四条　活动结束后应当：",
    "（一）恢复原状：",
    "1．关闭电源；",
    "2．锁好门窗；",
    "（二）填写记录。",
    "第五条　本办法自2026年4月1日起施行。",
];

/// Addresses and words below the chapters, without white space.
fn articles(draft: &Draft) -> Vec<(String, String)> {
    let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect();
    draft
        .nodes
        .iter()
        .filter(|it| {
            matches!(
                it.kind,
                NodeKind::Article | NodeKind::Item | NodeKind::Subitem | NodeKind::Paragraph | NodeKind::Chapter
            )
        })
        .map(|it| (it.address.to_string(), squeeze(&it.full_text)))
        .collect()
}

fn parse(name: &str, bytes: &[u8]) -> Draft {
    parse_bytes(name, bytes, &MetaArgs::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

// The promise of the readers: only the wrapping differs, so addresses and words are the same.
#[test]
fn all_formats_agree() {
    let markdown = format!("# {}", PARAGRAPHS.join("\n\n"));
    let expected = parse("a.md", markdown.as_bytes());
    assert_eq!(expected.report.articles, 6);
    assert_eq!(expected.meta.title, PARAGRAPHS[0]);
    assert!(expected.meta.trial);
    let gb = encoding_rs::GB18030.encode(&PARAGRAPHS.join("\r\n")).0.into_owned();
    let files = [
        ("a.txt", gb),
        ("a.html", html(&PARAGRAPHS).into_bytes()),
        ("a.docx", docx(&PARAGRAPHS)),
        ("a.pdf", pdf(&PARAGRAPHS)),
        // What a file is counts, not what it is called.
        ("a.bin", docx(&PARAGRAPHS)),
        ("a.txt", pdf(&PARAGRAPHS)),
    ];
    for (name, bytes) in files {
        let draft = parse(name, &bytes);
        assert_eq!(articles(&draft), articles(&expected), "{name}");
        assert_eq!(compare(&expected, &draft), [], "{name}");
        assert_eq!(draft.meta.effective_on, expected.meta.effective_on, "{name}");
        assert_eq!(draft.meta.title, expected.meta.title, "{name}");
    }
}

// Word processors count articles by themselves; then 第一条 stands nowhere in the file.
#[test]
fn automatic_numbers_of_docx_are_spelled_out() {
    let draft = parse("a.docx", &docx_numbered());
    let found: Vec<String> = draft.nodes.iter().map(|it| it.address.to_string()).collect();
    assert_eq!(found, ["front", "a1", "a1.p1", "a1.p1.i1", "a1.p1.i2", "a2", "a2.p1", "a2.p1.i1", "att1", "att1.p1"]);
    assert!(draft.nodes[1].full_text.starts_with("第一条　甲："), "{}", draft.nodes[1].full_text);
    assert_eq!(draft.nodes.last().expect("the note").full_text, "脚注一。");
}

// One word changed in one of three files: named in that file's report, and nothing else is.
#[test]
fn differences_between_formats_are_in_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let changed: Vec<String> = PARAGRAPHS.iter().map(|it| it.replace("提前一天", "提前两天")).collect();
    let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
    fs::write(folder.path().join("a.docx"), docx(&PARAGRAPHS)).expect("a file");
    fs::write(folder.path().join("b.html"), html(&changed)).expect("a file");
    fs::write(folder.path().join("c.pdf"), pdf(&PARAGRAPHS)).expect("a file");
    fs::write(folder.path().join("README.md"), "# 说明").expect("a file");
    fs::write(folder.path().join("broken.md"), "# 某办法\n\n第一条 甲。\n\n第二条 乙。\n\n第三条 丙。\n\n第三条 丁。")
        .expect("a file");
    fs::write(folder.path().join("instruments.json"), r#"{"a":{"published_on":"2026-03-05","colour":1}}"#)
        .expect("a file");
    let outcomes = read_path(folder.path(), &MetaArgs::default());
    let names: Vec<String> =
        outcomes.iter().map(|it| it.path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["a.docx", "b.html", "broken.md", "c.pdf"]);
    let draft = |at: usize| outcomes[at].result.as_ref().expect("a draft");
    assert!(draft(0).report.notes.iter().any(|it| it.contains("colour")));
    assert!(
        draft(1).report.notes.iter().any(|it| it.contains("第三条") && it.contains("两天")),
        "{:?}",
        draft(1).report.notes
    );
    assert!(draft(3).report.notes.iter().any(|it| it.contains("条文一致")));
    assert_eq!(outcomes[2].result.as_ref().expect_err("two 第三条").code(), "REG-002");
    let differences = compare(draft(0), draft(1));
    assert!(matches!(differences[..], [Difference::Text { .. }]), "{differences:?}");
}

// A code means one thing for ever, so each is held here by a file that gets it.
#[test]
fn bad_files_are_refused_with_their_codes() {
    let code = |name: &str, bytes: &[u8]| parse_bytes(name, bytes, &MetaArgs::default()).expect_err(name).code();
    assert_eq!(code("a.md", b""), "REG-003");
    assert_eq!(code("a.md", "\u{feff}\n \u{0} \n---\n".as_bytes()), "REG-003");
    assert_eq!(code("a.docx", &files::zip_bomb()), "REG-004");
    assert_eq!(code("a.pdf", &pdf(&[])), "REG-005");
    // A lock in the trailer is enough: nobody asks for the password.
    let mut locked = lopdf::Document::load_mem(&pdf(&PARAGRAPHS)).expect("a PDF");
    locked.trailer.set("Encrypt", lopdf::dictionary! { "Filter" => "Standard", "V" => 1, "R" => 2 });
    let mut bytes = Vec::new();
    locked.save_to(&mut bytes).expect("a PDF");
    assert_eq!(code("a.pdf", &bytes), "REG-006");
    assert_eq!(code("a.zip", &files::zip(&[("a.txt", b"x")])), "REG-007");
    assert_eq!(code("a.docx", b"PK\x03\x04rubbish"), "REG-009");
    assert_eq!(code("a.pdf", b"%PDF-1.7 rubbish"), "REG-009");
    assert_eq!(code("a.docx", &files::zip(&[("word/document.xml", "<w:document><w:p></w:q>".as_bytes())])), "REG-009");
    assert_eq!(code("a.md", "第一条 甲。".as_bytes()), "REG-010");
    assert_eq!(code("a.md", "---\ntitle: 甲\neffective_on: 明天\n---\n第一条 甲。".as_bytes()), "REG-011");
    assert_eq!(code("a.docx", &docx(&["某办法", "机密★1年", "第一条 甲。"])), "REG-001");
    let missing = read_path("no/such/file.md".as_ref(), &MetaArgs::default());
    assert_eq!(missing[0].result.as_ref().expect_err("missing").code(), "REG-012");
}

// Half a file is what a broken upload leaves: an answer, never a panic.
#[test]
fn truncated_files_never_panic() {
    for bytes in [docx(&PARAGRAPHS), pdf(&PARAGRAPHS), html(&PARAGRAPHS).into_bytes()] {
        for length in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            for name in ["a.docx", "a.pdf", "a.txt"] {
                let result = parse_bytes(name, &bytes[..length], &MetaArgs::default());
                assert!(result.is_ok() || !result.expect_err("checked").to_string().is_empty());
            }
        }
    }
}

// The real texts, written anew as DOCX, HTML and PDF: thousands of paragraphs of every length, so
// that lines break and pages end anywhere.
#[test]
fn real_texts_agree_in_all_formats() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(folder) = here.ancestors().map(|it| it.join("shared/data/party_regs_texts")).find(|it| it.exists()) else {
        eprintln!("skipped: no shared/data/party_regs_texts beside the checkout");
        return;
    };
    for outcome in read_path(&folder, &MetaArgs::default()) {
        let expected = outcome.result.expect("a draft");
        let source: String = expected.nodes.iter().map(|it| it.own_text.as_str()).collect();
        let paragraphs: Vec<&str> = source.lines().filter(|it| !it.is_empty()).collect();
        let files =
            [("a.html", html(&paragraphs).into_bytes()), ("a.docx", docx(&paragraphs)), ("a.pdf", pdf(&paragraphs))];
        for (name, bytes) in files {
            let args = MetaArgs { title: Some(expected.meta.title.clone()), ..MetaArgs::default() };
            let draft =
                parse_bytes(name, &bytes, &args).unwrap_or_else(|error| panic!("{}: {error}", outcome.path.display()));
            let differences = compare(&expected, &draft);
            assert!(differences.is_empty(), "{} as {name}: {differences:?}", outcome.path.display());
            for (mine, theirs) in articles(&draft).iter().zip(&articles(&expected)) {
                assert_eq!(mine, theirs, "{} as {name}", outcome.path.display());
            }
        }
    }
}
