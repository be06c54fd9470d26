//! `eval` as its users run it: cut off in the middle, over public sets in every form, and as a sweep.

use std::{path::Path, process::Stdio, time::Duration};

use evals::runs;
use serde_json::json;
use store::Store;

use crate::place::{Place, regulation};

/// Longest wait for the first results of a run.
const FIRST: Duration = Duration::from_mins(2);

fn suites() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("evals/suites").display().to_string()
}

#[tokio::test]
async fn an_evaluation_killed_in_the_middle_goes_on_where_it_was() {
    for place in Place::all().await {
        let text = regulation(
            "示例街道党员教育管理办法（示例）",
            "regulation",
            &["第一条　党员应当每月参加组织生活。".to_owned()],
        );
        let file = place.file("rules/one.md", &text).display().to_string();
        place.run(&["ingest", "regulations", &file]).fine(place.name);
        let suites = suites();
        let arguments = ["eval", "run", "ordinary", "refusals", "--suites", &suites];

        let mut command = place.command(&arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        let store = Store::open(&place.url).await.expect("the database opens");
        let begun = tokio::time::timeout(FIRST, async {
            loop {
                if let Some(run) = runs::list(&store, 1, 0).await.expect("listed").into_iter().find(|it| it.results > 0)
                {
                    return run;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let begun = begun.await.expect("results come");
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let listed = runs::list(&store, 9, 0).await.expect("listed");
        let cut = listed.into_iter().next().expect("a run");
        assert!(cut.head.finished_at.is_none() && cut.results < cut.cases, "{}: killed too late", place.name);
        assert!(cut.results >= begun.results, "{}: what was kept is there", place.name);

        // The gate may block: the base knows nearly nothing. What counts is that the run is whole.
        place.run(&arguments);
        let listed = runs::list(&store, 9, 0).await.expect("listed");
        assert_eq!(listed.len(), 1, "{}: it went on with the same run", place.name);
        assert_eq!(listed[0].head.id, cut.head.id);
        assert!(listed[0].head.finished_at.is_some());
        let run = runs::load(&store, &cut.head.id).await.expect("whole, with the fingerprint it was finished with");
        assert_eq!(run.results.len(), cut.cases);

        let copy = place.folder().join("run.jsonl").display().to_string();
        place.run(&["eval", "export", "last", &copy]).fine(place.name);
        let other = Place::sqlite();
        let said = other.run(&["eval", "import", &copy]).fine(place.name).stdout;
        assert!(said.contains(&cut.head.id), "{said}");
        let there = Store::open(&other.url).await.expect("the database opens");
        let imported = runs::load(&there, &cut.head.id).await.expect("imported");
        assert_eq!(imported.fingerprint(), run.fingerprint());
    }
}

/// Twelve short texts about twelve things, and a question about each.
fn things() -> Vec<(String, String, String)> {
    let names = ["党费", "党课", "党徽", "入党", "转正", "选举", "换届", "走访", "网格", "阵地", "慰问", "表彰"];
    let thing = |(at, name): (usize, &&str)| {
        (
            format!("d{at}"),
            format!("{name}由支部每月第{at}个工作日办理，{name}记录当天归档。"),
            format!("{name}什么时候办"),
        )
    };
    names.iter().enumerate().map(thing).collect()
}

/// Writes the things as a BEIR folder, each text so many times over: the folder, corpus, queries, judgements.
fn beir(place: &Place, times: usize) -> [String; 4] {
    let things = things();
    let write =
        |name: &str, lines: Vec<String>| place.file(&format!("beir/{name}"), &lines.join("\n")).display().to_string();
    let document = |(id, text, _): &(String, String, String)| {
        json!({ "id": id, "title": "", "text": text.repeat(times) }).to_string()
    };
    let query =
        |(at, it): (usize, &(String, String, String))| json!({ "id": format!("q{at}"), "text": it.2 }).to_string();
    let judged = |(at, it): (usize, &(String, String, String))| format!("q{at}\t{}\t1", it.0);
    [
        place.folder().join("beir").display().to_string(),
        write("corpus.jsonl", things.iter().map(document).collect()),
        write("queries.jsonl", things.iter().enumerate().map(query).collect()),
        write("qrels.tsv", things.iter().enumerate().map(judged).collect()),
    ]
}

/// The things as a reading comprehension set: the answer is the thing's name.
fn squad(place: &Place) -> String {
    let paragraph = |(at, (id, text, question)): (usize, (String, String, String))| {
        let answer = json!({ "text": text.chars().take(2).collect::<String>(), "answer_start": 0 });
        json!({ "id": id, "context": text, "qas": [{ "id": format!("q{at}"), "question": question, "answers": [answer] }] })
    };
    let paragraphs: Vec<_> = things().into_iter().enumerate().map(paragraph).collect();
    let text = json!({ "data": [{ "title": "", "paragraphs": paragraphs }] }).to_string();
    place.file("squad.json", &text).display().to_string()
}

#[test]
fn a_public_set_is_measured_in_every_form_and_gives_the_same_figures() {
    let place = Place::sqlite();
    let [beir, corpus, queries, qrels] = beir(&place, 1);
    let squad = squad(&place);
    let run = place.folder().join("run.txt").display().to_string();

    let figures = |arguments: &[&str]| {
        let json = place.folder().join("figures.json");
        let path = json.display().to_string();
        place.run(&[&["eval", "retrieval", "--json", &path], arguments].concat()).fine(&arguments.join(" "));
        let read = std::fs::read_to_string(&json).expect("figures");
        let read: serde_json::Value = serde_json::from_str(&read).expect("JSON");
        ["queries", "ndcg_10", "mrr_10", "map_100", "recall_100"].map(|it| read[it].to_string())
    };
    let lines = figures(&["--corpus", &corpus, "--queries", &queries, "--qrels", &qrels, "--trec-out", &run]);
    assert_eq!(lines[0], "12");
    assert_eq!(figures(&["--beir", &beir]), lines);
    assert_eq!(figures(&["--squad", &squad]), lines);
    let again = figures(&["--corpus", &corpus, "--queries", &queries, "--qrels", &qrels, "--trec-in", &run]);
    assert_eq!(again, lines, "our own run, read back as anybody's");
    // With folds every question but one's own fold is known, and a ranker is learnt from the others.
    assert_eq!(figures(&["--beir", &beir, "--folds", "3"])[0], "12");
    assert_eq!(figures(&["--beir", &beir, "--half", "tune"])[0], "6");

    for (arguments, words) in [
        (vec![], "没有指定数据集"),
        (vec!["--corpus", &corpus], "要一起写"),
        (vec!["--beir", "/nonexistent"], "/nonexistent"),
        (vec!["--beir", &beir, "--split", "test"], "test"),
        (vec!["--beir", &beir, "--set", "weights.colour=1"], "没有“weights.colour”"),
        (vec!["--corpus", &corpus, "--queries", &queries, "--qrels", &corpus], "第 1 行"),
    ] {
        let ended = place.run(&[&["eval", "retrieval"], &arguments[..]].concat());
        assert!(ended.code != Some(0) && ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
    }
}

#[test]
fn a_sweep_writes_settings_that_the_program_takes() {
    let place = Place::sqlite();
    let [beir, ..] = beir(&place, 40);
    let out = place.folder().join("tuned.toml").display().to_string();
    let sweep = [
        "eval",
        "sweep",
        "--beir",
        &beir,
        "--over",
        "chunk.part=100,300",
        "--over",
        "weights.word=0.1,0.5",
        "--out",
        &out,
    ];
    let said = place.run(&sweep).fine("sweep").stdout;
    assert_eq!(said.lines().filter(|it| it.starts_with("| tune")).count(), 5, "{said}");
    assert_eq!(said.matches('←').count(), 1, "{said}");
    let check = place.command(&["check"]).env("DANGWUTONG_CONFIG", &out).output().expect("the program starts");
    assert!(!String::from_utf8_lossy(&check.stderr).contains("CFG-"), "{check:?}");
    let tuned = std::fs::read_to_string(&out).expect("written");
    assert!(tuned.contains("[retrieval.weights]") && tuned.contains("report 一半"), "{tuned}");

    let suites = suites();
    for (arguments, words) in [
        (vec!["--beir", &beir, "--over", "weights.colour=1"], "没有“weights.colour”"),
        (vec!["--beir", &beir, "--over", "gate"], "应写成"),
        (vec!["--beir", &beir, "--over", "gate=0.5", "--by", "beauty"], "没有“beauty”"),
        (vec!["nowhere", "--suites", &suites, "--over", "gate=0.5"], "nowhere"),
    ] {
        let ended = place.run(&[&["eval", "sweep"], &arguments[..]].concat());
        assert!(ended.code != Some(0) && ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
    }
}
