//! Answers: they rest on what can be opened and read, for the day that was asked about.

use serde_json::Value;

use crate::{
    place::{Place, demo, texts},
    server::{Server, items, text},
};

/// A day on which everything in `demo/` and the regulations is settled.
const TODAY: &str = "2026-11-01";

/// The characters without the layout: the reader sets the number of an article on a line of its own.
fn words(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Checks that every citation is what the reader shows at its address, and that its link opens.
pub async fn citations_can_be_read(server: &Server, question: &str, answer: &Value) {
    for citation in items(&answer["citations"]) {
        assert_eq!(citation["verified"], true, "{question}: {citation}");
        let (id, version) = (text(&citation["regulation_id"]), text(&citation["version"]));
        let address = text(&citation["address"]);
        let shown = server.json(&format!("/api/v1/regulations/{id}/{version}/{address}")).await;
        assert_eq!(words(text(&shown["text"])), words(text(&citation["text"])), "{question}: {id} {version} {address}");
        assert_eq!(shown["version"]["title"], citation["title"], "{question}");
        let page = server.get(text(&citation["url"])).await;
        assert_eq!(page.status, 200, "{question}: {}", citation["url"]);
        assert!(page.kind.starts_with("text/html"), "{question}: {}", page.kind);
    }
}

/// Starts with the demonstration knowledge, and with the real texts where they are there.
pub fn start(place: &Place) -> Server {
    let (demo, texts) = (demo(), texts());
    let mut arguments = vec!["--demo", demo.as_str()];
    if let Some(folder) = &texts {
        arguments.extend(["--regulations", folder]);
    }
    Server::start(place, &arguments)
}

#[tokio::test]
async fn f73_an_answer_rests_on_provisions_that_can_be_opened() {
    for place in Place::all().await {
        let server = start(&place);
        for question in ["流动党员没有转组织关系，能在流入地投票吗？", "流动党员到示例市以后多久内要报到？"]
        {
            let answer = server.ask(question, Some(TODAY)).await;
            assert_eq!(answer["state"], "grounded", "{}: {question}: {answer}", place.name);
            assert!(!items(&answer["citations"]).is_empty(), "{}: {question}: {answer}", place.name);
            assert_eq!(items(&answer["findings"]).len(), 0, "{}: {question}: {}", place.name, answer["findings"]);
            assert!(!text(&answer["text"]).contains("未找到依据"), "{}: {question}: {answer}", place.name);
            citations_can_be_read(&server, question, &answer).await;
        }
    }
}

#[tokio::test]
async fn f73_what_no_regulation_speaks_of_has_no_basis() {
    for place in Place::all().await {
        let server = start(&place);
        for question in ["附近哪里有好吃的火锅店？", "帮我推荐一只股票", "明天会下雨吗", "🍲🍲🍲"]
        {
            let answer = server.ask(question, Some(TODAY)).await;
            assert_eq!(answer["state"], "no_match", "{}: {question}: {answer}", place.name);
            assert_eq!(items(&answer["citations"]).len(), 0, "{}: {question}: {answer}", place.name);
            assert!(!text(&answer["text"]).is_empty(), "{}: {question}", place.name);
        }
    }
}

/// The words of an answer together with those of its citations.
pub fn said(answer: &Value) -> String {
    let citations = items(&answer["citations"]).iter().map(|it| text(&it["text"]));
    std::iter::once(text(&answer["text"])).chain(citations).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn f78_the_version_of_the_day_answers() {
    const OLD: &[&str] = &["15日"];
    const NEW: &[&str] = &["10个工作日"];
    let question = "流动党员到示例市以后多久内要报到？";
    for place in Place::all().await {
        let server = start(&place);
        for (day, version, contains, lacks) in [
            ("2025-06-01", "2024", OLD, NEW),
            ("2026-06-30", "2024", OLD, NEW),
            ("2026-07-01", "2026", NEW, OLD),
            (TODAY, "2026", NEW, OLD),
        ] {
            let answer = server.ask(question, Some(day)).await;
            let context = format!("{} on {day}: {answer}", place.name);
            assert_eq!(answer["state"], "grounded", "{context}");
            assert_eq!(answer["as_of"], day, "{context}");
            let first = &answer["citations"][0];
            assert_eq!(first["version"], version, "{context}");
            let said = said(&answer);
            assert!(contains.iter().all(|it| said.contains(it)), "{context}");
            assert!(!lacks.iter().any(|it| said.contains(it)), "{context}");
            citations_can_be_read(&server, question, &answer).await;
            if version == "2024" {
                let notices = items(&answer["notices"]);
                let note = notices.iter().find(|it| it["code"] == "VERSION_NOTE").expect(&context);
                assert!(text(&note["text"]).contains("现行为2026版"), "{context}");
            }
        }
    }
}

#[tokio::test]
async fn f78_a_rule_that_ended_without_a_successor_no_longer_answers() {
    let place = Place::sqlite();
    let server = start(&place);
    let question = "示例市主题党日经费每名党员每年多少？";
    let before = server.ask(question, Some("2025-12-30")).await;
    assert_eq!(before["state"], "grounded", "{before}");
    assert!(said(&before).contains("240元"), "{before}");
    let after = server.ask(question, Some(TODAY)).await;
    assert!(!said(&after).contains("240元"), "{after}");
    for citation in items(&after["citations"]) {
        assert_ne!(citation["title"], "示例市主题党日活动经费使用规定（示例）", "{after}");
    }
}

#[tokio::test]
async fn f78_the_constitution_of_the_day_is_found() {
    if texts().is_none() {
        return;
    }
    for place in Place::all().await {
        let server = start(&place);
        for (day, version) in [("2018-06-01", "2017"), ("2022-10-01", "2017"), (TODAY, "2022")] {
            let found = server.search("党章第九条", Some(day)).await;
            let first = &found["candidates"][0];
            let got = (text(&first["title"]), text(&first["version"]), text(&first["address"]));
            assert_eq!(got, ("中国共产党章程", version, "a9"), "{} on {day}", place.name);
            let answer = server.ask("党章第九条", Some(day)).await;
            assert_eq!(answer["state"], "grounded", "{} on {day}: {answer}", place.name);
            assert_eq!(answer["citations"][0]["version"], version, "{} on {day}: {answer}", place.name);
            citations_can_be_read(&server, "党章第九条", &answer).await;
        }
    }
}
