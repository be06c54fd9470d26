//! The public sets, where `shared/data` lies beside the checkout; else the test says so.

use std::path::{Path, PathBuf};

use measure::{
    data::{LeftOut, answers, beir, json_lines},
    metrics::{quote, support},
};

/// Looks for `shared/data` from the checkout upwards.
fn shared() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|it| it.join("shared/data")).find(|it| it.is_dir());
    if found.is_none() {
        eprintln!("left out: no shared/data beside the checkout");
    }
    found
}

#[test]
fn the_public_sets_are_read_as_they_are() {
    let Some(data) = shared() else { return };
    for (name, corpus, queries, answer_file) in [
        // Its long answers are not JSON throughout (NaN), and the reader says so.
        ("stard_r", "laws.jsonl", 1235, None),
        ("cmrc2018_trial", "wiki_zh.jsonl", 1002, Some("answers.jsonl")),
        ("drcd_dev", "wiki_zh.jsonl", 3524, Some("answers.jsonl")),
    ] {
        let folder = data.join(name);
        let set = beir::read(&folder, Some(&data.join("corpora").join(corpus)), None).expect(name);
        assert_eq!((set.queries.len(), set.left_out), (queries, LeftOut::default()), "{name}");
        if let Some(file) = answer_file {
            let answers = answers(&folder.join(file)).expect(name);
            assert_eq!(answers.len(), queries, "{name}");
            assert!(answers.keys().all(|id| set.judgements.contains_key(id)), "{name}");
        }
    }
}

#[derive(serde::Deserialize)]
struct Article {
    text: String,
}

#[test]
fn real_provisions_support_and_quote_themselves() {
    let Some(data) = shared() else { return };
    let path = data.join("party_regs_texts/articles.jsonl");
    let texts = json_lines(&path, |line: Article| Ok(line.text)).expect("articles");
    let (mut claims, mut quotations) = (0.0, 0.0);
    for text in &texts {
        let source = [support::Source { label: "《甲》第一条", text }];
        let unsupported = support::unsupported(text, &source);
        assert!(unsupported.num.abs() < 0.5, "{:?}", support::unsupported_claims(text, &source));
        let quoted: String = text.lines().flat_map(|line| ["> ", line, "\n"]).collect();
        let verbatim = quote::verbatim(&quoted, &[text]);
        assert!((verbatim.num - verbatim.den).abs() < 0.5, "{:?}", quote::wrong(&quoted, &[text]));
        (claims, quotations) = (claims + unsupported.den, quotations + verbatim.den);
    }
    assert!(claims > 500.0 && quotations > texts.len() as f64 * 0.9, "{claims} {quotations}");
}
