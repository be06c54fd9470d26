//! Bad input against the real server: refused with a reason, or answered; the server lives on.

use serde_json::{Value, json};

use crate::{
    answers::start,
    place::Place,
    server::{Reply, Server, items, text},
};

/// Checks a problem's code, and that it says in Chinese what is wrong.
fn refused(reply: &Reply, status: u16, code: &str, case: &str) {
    assert_eq!((reply.status, reply.kind.as_str()), (status, "application/problem+json"), "{case}: {}", reply.text);
    let body = reply.json();
    assert_eq!(body["code"], code, "{case}: {body}");
    assert!(text(&body["detail"]).chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{case}: {body}");
}

async fn everything_still_works(server: &Server, case: &str) {
    assert_eq!(server.get("/livez").await.status, 200, "{case}");
    let answer = server.ask("流动党员到示例市以后多久内要报到？", Some("2026-11-01")).await;
    assert_eq!(answer["state"], "grounded", "{case}: {answer}");
}

#[tokio::test]
async fn bad_questions_are_refused_and_hurt_nothing() {
    for place in Place::all().await {
        let server = start(&place);
        for path in ["/api/v1/chat", "/api/v1/search"] {
            let long = "问".repeat(2_001);
            let cases: [(&str, Vec<u8>, u16, &str); 9] = [
                ("empty", json!({ "question": "" }).to_string().into(), 422, "CHAT-001"),
                ("blank", json!({ "question": " \n　" }).to_string().into(), 422, "CHAT-001"),
                ("control", json!({ "question": "\u{0}\u{1}\u{1b}" }).to_string().into(), 422, "CHAT-003"),
                ("long", json!({ "question": long }).to_string().into(), 422, "CHAT-002"),
                ("100 kB", json!({ "question": "党".repeat(34_000) }).to_string().into(), 413, "COMMON-007"),
                ("lone surrogate", br#"{"question":"\ud800"}"#.to_vec(), 400, "COMMON-001"),
                ("cut off", br#"{"question":"#.to_vec(), 400, "COMMON-001"),
                ("not UTF-8", vec![b'{', 0xff, b'}'], 400, "COMMON-005"),
                ("no object", b"[1]".to_vec(), 422, "COMMON-002"),
            ];
            for (case, body, status, code) in cases {
                refused(&server.post(path, body).await, status, code, case);
            }
        }
        everything_still_works(&server, place.name).await;
    }
}

#[tokio::test]
async fn odd_questions_are_answered_as_text() {
    for place in Place::all().await {
        let server = start(&place);
        for question in [
            "😀🎉👨‍👩‍👧‍👦",
            "'; drop table regulation; --",
            "\" OR 1=1 -- 流动党员",
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            "{{7*7}} {% raw %} ${7*7} %s %n \\0",
            "AND OR NOT +() [a TO b] field:value~2^3 *?",
            "第九九九九九九九九九九九九九九条",
            "《》第条第款第项",
            "第0条第-1款",
            "？！。，",
            "a",
            "\u{202e}转正\u{200b}",
        ] {
            let found = server.search(question, None).await;
            assert!(found["candidates"].is_array(), "{}: {question}", place.name);
            let answer = server.ask(question, None).await;
            let state = text(&answer["state"]);
            assert!(["grounded", "no_match"].contains(&state), "{}: {question}: {answer}", place.name);
            let page = list_path(question);
            let listed = server.get(&page).await;
            assert_eq!(listed.status, 200, "{}: {question}: {}", place.name, listed.text);
            assert!(!listed.text.contains("<script>alert"), "{}: {question}", place.name);
            assert!(!listed.text.contains("<img src=x"), "{}: {question}", place.name);
        }
        let regulations = server.json("/api/v1/regulations?as_of=2026-11-01").await;
        assert!(!items(&regulations["items"]).is_empty(), "{}: nothing was dropped", place.name);
        everything_still_works(&server, place.name).await;
    }
}

/// The page of the regulations with a search word, percent-encoded byte by byte.
fn list_path(words: &str) -> String {
    words.bytes().fold("/regulations?q=".to_owned(), |path, byte| format!("{path}%{byte:02X}"))
}

#[tokio::test]
async fn unknown_ids_are_not_found() {
    for place in Place::all().await {
        let server = start(&place);
        let listed = server.json("/api/v1/regulations?as_of=2026-11-01").await;
        let known = text(&listed["items"][0]["id"]).to_owned();
        let version = text(&listed["items"][0]["version"]["label"]).to_owned();
        let paths = [
            "/api/v1/regulations/nothing".to_owned(),
            "/api/v1/regulations/%27%3B--/2026/a1".to_owned(),
            format!("/api/v1/regulations/{known}?version=1900"),
            format!("/api/v1/regulations/{known}/1900/a1"),
            format!("/api/v1/regulations/{known}/{version}/a9999"),
            format!("/api/v1/regulations/{known}/{version}/nonsense"),
            "/api/v1/nothing".to_owned(),
        ];
        for path in paths {
            let reply = server.get(&path).await;
            let code: Value = reply.json()["code"].clone();
            refused(&reply, 404, text(&code), &path);
        }
        everything_still_works(&server, place.name).await;
    }
}
