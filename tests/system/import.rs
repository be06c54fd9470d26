//! Import over the command line: whole or not at all, and a second time without effect.

use serde_json::Value;

use crate::{
    place::{Place, regulation},
    server::{Server, items, text},
};

/// What an import printed, file by file: name, outcome, reason.
fn outcomes(stdout: &str) -> Vec<(String, String, String)> {
    let start = stdout.find('[').expect("a JSON list");
    let value: Value = serde_json::from_str(&stdout[start..]).unwrap_or_else(|it| panic!("{it}: {stdout}"));
    let mut found: Vec<_> = items(&value)
        .iter()
        .map(|it| {
            let name = text(&it["path"]).rsplit('/').next().unwrap_or_default().to_owned();
            (name, text(&it["outcome"]).to_owned(), text(&it["reason"]).to_owned())
        })
        .collect();
    found.sort();
    found
}

fn articles(words: &[(&str, &str)]) -> Vec<String> {
    words.iter().map(|(number, text)| format!("第{number}条　{text}")).collect()
}

/// Two good instruments and one with two articles of the same number.
fn batch(place: &Place) -> String {
    let good = articles(&[
        ("一", "为了让示例市的党员读书角用得起来，提出本意见。"),
        ("二", "读书角每周三晚上开放两个小时，由值班党员轮流管理。"),
    ]);
    let mut twice = articles(&[("一", "甲事项。"), ("二", "乙事项。"), ("三", "丙事项由石榴小组负责。")]);
    twice.push("第三条　丁事项由石榴小组负责。".to_owned());
    place.file("batch/a_opinion.md", &regulation("关于党员读书角管理的意见（示例）", "", &good));
    place.file("batch/b_twice.md", &regulation("示例市石榴小组工作规则（示例）", "regulation", &twice));
    let notice = articles(&[("一", "各支部于每月五日前报送蓝莓台账。"), ("二", "台账保存三年。")]);
    place.file("batch/c_notice.md", &regulation("关于报送蓝莓台账的通知（示例）", "", &notice));
    place.folder().join("batch").display().to_string()
}

#[tokio::test]
async fn f79_a_broken_text_is_refused_whole_and_the_rest_goes_on() {
    for place in Place::all().await {
        let folder = batch(&place);
        let ended = place.run(&["ingest", "regulations", &folder, "--json"]);
        assert_eq!(ended.code, Some(1), "{}: {ended:?}", place.name);
        assert!(ended.stderr.contains("1 个文件未导入"), "{}: {}", place.name, ended.stderr);
        let got = outcomes(&ended.stdout);
        let words: Vec<(&str, &str)> = got.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let expected = [("a_opinion.md", "imported"), ("b_twice.md", "refused"), ("c_notice.md", "imported")];
        assert_eq!(words, expected, "{}", place.name);
        assert!(got[1].2.contains("第三条"), "{}: the reason names the place: {}", place.name, got[1].2);

        let server = Server::start(&place, &[]);
        let listed = server.json("/api/v1/regulations?as_of=2026-11-01").await;
        let titles: Vec<&str> = items(&listed["items"]).iter().map(|it| text(&it["version"]["title"])).collect();
        assert_eq!(titles.len(), 2, "{}: {listed}", place.name);
        assert!(!titles.iter().any(|it| it.contains("石榴")), "{}: {listed}", place.name);
        let found = server.search("石榴小组负责什么", Some("2026-11-01")).await;
        let leaked = items(&found["candidates"]).iter().any(|it| text(&it["text"]).contains("石榴"));
        assert!(!leaked, "{}: {found}", place.name);
    }
}

#[tokio::test]
async fn f79_opinions_and_notices_are_normative_documents() {
    for place in Place::all().await {
        let folder = batch(&place);
        place.run(&["ingest", "regulations", &folder]);
        let server = Server::start(&place, &[]);
        let listed = server.json("/api/v1/regulations?doc_kind=normative_doc&as_of=2026-11-01").await;
        assert_eq!(listed["total"], 2, "{}: {listed}", place.name);
        for (question, title) in [
            ("读书角什么时候开放", "关于党员读书角管理的意见（示例）"),
            ("蓝莓台账几号前报送", "关于报送蓝莓台账的通知（示例）"),
        ] {
            let found = server.search(question, Some("2026-11-01")).await;
            let first = &found["candidates"][0];
            assert_eq!((text(&first["title"]), text(&first["doc_kind"])), (title, "normative_doc"), "{}", place.name);
        }
        let none = server.json("/api/v1/regulations?doc_kind=regulation&as_of=2026-11-01").await;
        assert_eq!(none["total"], 0, "{}: {none}", place.name);
    }
}

#[tokio::test]
async fn f79_importing_twice_changes_nothing() {
    for place in Place::all().await {
        let demo = format!("{}/regulations", crate::place::demo());
        let first = place.run(&["ingest", "regulations", &demo, "--json"]).fine(place.name);
        let first = outcomes(&first.stdout);
        assert!(first.len() >= 5 && first.iter().all(|it| it.1 == "imported"), "{}: {first:?}", place.name);
        let question = ["ask", "流动党员到示例市以后多久内要报到？", "--as-of", "2026-11-01", "--json"];
        let before = place.run(&question).fine(place.name).stdout;

        let second = outcomes(&place.run(&["ingest", "regulations", &demo, "--json"]).fine(place.name).stdout);
        assert_eq!(second.len(), first.len(), "{}", place.name);
        assert!(second.iter().all(|it| it.1 == "unchanged"), "{}: {second:?}", place.name);
        let answer: Value = serde_json::from_str(&before).expect("JSON");
        assert_eq!(answer["state"], "grounded", "{}: {before}", place.name);
        assert_eq!(place.run(&question).fine(place.name).stdout, before, "{}", place.name);
    }
}
