//! The suites of `evals/suites` through the running system.

use std::{collections::BTreeSet, path::Path};

use evals::suite::{self, Case, Kind, Suite};
use serde_json::Value;

use crate::{
    answers::{citations_can_be_read, said, start},
    place::{Place, texts},
    server::{Server, items, text},
};

fn suite(name: &str) -> Suite {
    suite::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("evals/suites").join(name)).expect("a suite")
}

/// Titles of everything that is loaded.
async fn titles(server: &Server) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for page in 1.. {
        let listed = server.json(&format!("/api/v1/regulations?per_page=100&page={page}")).await;
        let rows = items(&listed["items"]);
        if rows.is_empty() {
            break;
        }
        found.extend(rows.iter().map(|it| text(&it["version"]["title"]).to_owned()));
    }
    found
}

/// Whether a candidate or citation is a piece of evidence, or lies in it or around it.
fn is_evidence(case: &Case, found: &Value) -> bool {
    let (title, address) = (text(&found["title"]), text(&found["address"]));
    let article = |it: &str| it.split('.').next().unwrap_or_default().to_owned();
    case.evidence.iter().any(|wanted| {
        let here = wanted.address.as_ref().is_none_or(|it| article(it.as_str()) == article(address));
        wanted.title == title && here
    })
}

/// The first candidates in short, for a message.
fn shown(found: &Value) -> String {
    let list = items(&found["candidates"]).iter().take(5);
    list.map(|it| format!("{} {}", text(&it["title"]), text(&it["address"]))).collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn every_written_address_gives_exactly_its_node() {
    let Some(folder) = texts() else { return };
    let suite = suite("addresses");
    for place in Place::all().await {
        let server = Server::start(&place, &["--regulations", &folder]);
        let mut failures = Vec::new();
        for case in &suite.cases {
            let day = case.as_of.to_string();
            let found = server.search(&case.question, Some(&day)).await;
            let first = &found["candidates"][0];
            let wanted = &case.evidence[0];
            let address = wanted.address.as_ref().map_or("", |it| it.as_str());
            if (text(&first["title"]), text(&first["address"])) != (wanted.title.as_str(), address) {
                failures.push(format!("{} {}: wanted {address}, got {}", case.id, case.question, shown(&found)));
            }
            // What stands before and after is there for context; the first and last article have one side.
            if !(1..=2).contains(&items(&found["neighbours"]).len()) {
                failures.push(format!("{} {}: no neighbours", case.id, case.question));
            }
        }
        eprintln!("{}: addresses {} of {}", place.name, suite.cases.len() - failures.len(), suite.cases.len());
        assert!(failures.is_empty(), "{}:\n{}", place.name, failures.join("\n"));
    }
}

#[tokio::test]
async fn the_right_article_is_among_the_first_five_without_question_pairs() {
    let Some(folder) = texts() else { return };
    let suite = suite("seed");
    let floor = suite.manifest.gate.iter().find(|it| it.metric == "success_5").expect("a target");
    let target = floor.at_least.expect("a least");
    let place = Place::sqlite();
    let server = Server::start(&place, &["--regulations", &folder]);
    let loaded = titles(&server).await;
    let mut misses = Vec::new();
    let mut asked = 0_usize;
    for case in suite.cases.iter().filter(|it| it.kind == Kind::Answer) {
        if !case.needs.iter().all(|it| loaded.contains(it)) {
            continue;
        }
        asked += 1;
        let day = case.as_of.to_string();
        let found = server.search(&case.question, Some(&day)).await;
        if !items(&found["candidates"]).iter().take(5).any(|it| is_evidence(case, it)) {
            misses.push(format!("{} {}: got {}", case.id, case.question, shown(&found)));
        }
    }
    let share = (asked - misses.len()) as f64 / asked as f64;
    eprintln!("seed suite without question pairs: {} of {asked} ({share:.3}); misses:", asked - misses.len());
    eprintln!("{}", misses.join("\n"));
    assert!(asked >= 20, "only {asked} cases have their regulations loaded: {loaded:?}");
    assert!(share >= target, "{share:.3} is less than {target}:\n{}", misses.join("\n"));
}

#[tokio::test]
async fn f73_what_is_not_loaded_is_not_made_up() {
    if texts().is_none() {
        return;
    }
    let suite = suite("seed");
    let place = Place::sqlite();
    let server = start(&place);
    let loaded = titles(&server).await;
    let (mut asked, mut silent) = (0, 0);
    for case in suite.cases.iter().filter(|it| it.kind == Kind::Answer) {
        if case.needs.iter().all(|it| loaded.contains(it)) {
            continue;
        }
        asked += 1;
        let day = case.as_of.to_string();
        let answer = server.ask(&case.question, Some(&day)).await;
        if answer["state"] == "no_match" {
            silent += 1;
            assert_eq!(items(&answer["citations"]).len(), 0, "{}: {answer}", case.id);
            continue;
        }
        // Something that is loaded speaks to it: then every word cited is there to be read.
        assert_eq!(answer["state"], "grounded", "{}: {answer}", case.id);
        assert!(!items(&answer["citations"]).is_empty(), "{}: {answer}", case.id);
        assert!(items(&answer["citations"]).iter().all(|it| loaded.contains(text(&it["title"]))), "{}", case.id);
        citations_can_be_read(&server, &case.question, &answer).await;
    }
    eprintln!("regulation not loaded: {asked} asked, {silent} without basis, the others with verified citations");
    assert!(asked > 0, "every regulation is loaded: {loaded:?}");
}

/// What must never happen in the answer to a case, whatever is found: the words of another day's law.
fn harmful(case: &Case, answer: &Value) -> Option<String> {
    let said = said(answer);
    if let Some(words) = case.must_exclude.iter().find(|it| said.contains(*it)) {
        return Some(format!("{words} is said"));
    }
    (answer["as_of"] != case.as_of.to_string()).then(|| format!("it speaks of {}", answer["as_of"]))
}

/// Why the answer to a case is not the one that the suite expects.
fn falls_short(case: &Case, answer: &Value) -> Option<String> {
    let said = said(answer);
    let state = if case.kind == Kind::NoMatch { "no_match" } else { "grounded" };
    if answer["state"] != state {
        return Some(format!("{} instead of {state}", answer["state"]));
    }
    if case.kind == Kind::Answer && !items(&answer["citations"]).iter().any(|it| is_evidence(case, it)) {
        return Some("the evidence is not cited".to_owned());
    }
    let noted = items(&answer["notices"]).iter().any(|it| it["code"] == "VERSION_NOTE");
    if case.version_note && !noted {
        return Some("no note on the version".to_owned());
    }
    case.must_include.iter().find(|it| !said.contains(*it)).map(|it| format!("{it} is missing"))
}

#[tokio::test]
async fn f78_the_version_suite_is_answered() {
    if texts().is_none() {
        return;
    }
    let suite = suite("versions");
    for place in Place::all().await {
        let server = start(&place);
        let (mut failures, mut short) = (Vec::new(), Vec::new());
        for case in &suite.cases {
            let day = case.as_of.to_string();
            let answer = server.ask(&case.question, Some(&day)).await;
            let line = |what: String| format!("{} {} on {day}: {what}", case.id, case.question);
            failures.extend(harmful(case, &answer).map(line));
            short.extend(falls_short(case, &answer).map(line));
        }
        let count = suite.cases.len();
        eprintln!("{}: versions {} of {count}; short of the mark:", place.name, count - short.len());
        eprintln!("{}", short.join("\n"));
        assert!(failures.is_empty(), "{}:\n{}", place.name, failures.join("\n"));
        // No model is configured: a question beside the wording of its article may stay without an answer.
        assert!(short.len() * 4 <= count, "{}:\n{}", place.name, short.join("\n"));
    }
}
