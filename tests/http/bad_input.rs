//! What bad input gets: a table.

use crate::app::{Reply, TestApp};

const CHAT: &str = "/api/v1/chat";
const SEARCH: &str = "/api/v1/search";

#[tokio::test]
async fn every_bad_body_is_named_with_code_and_field() {
    let app = TestApp::start().await;
    let long = format!("{{\"question\":\"{}\"}}", "问".repeat(2_001));
    let huge = format!("{{\"question\":\"{}\"}}", "a".repeat(100_000));
    let deep = format!("{{\"question\":{}", "[".repeat(2_000));
    let cases: Vec<(&str, Vec<u8>, u16, &str, &str)> = vec![
        ("empty body", b"".to_vec(), 400, "COMMON-001", ""),
        ("broken off", b"{\"question\": \"x".to_vec(), 400, "COMMON-001", ""),
        ("not JSON", b"question=1".to_vec(), 400, "COMMON-001", ""),
        ("trailing", b"{\"question\":\"x\"} y".to_vec(), 400, "COMMON-001", ""),
        ("raw control character", b"{\"question\":\"a\x01b\"}".to_vec(), 400, "COMMON-001", ""),
        ("lone surrogate", b"{\"question\":\"\\ud800\"}".to_vec(), 400, "COMMON-001", ""),
        ("reversed surrogates", b"{\"question\":\"\\udc00\\ud800\"}".to_vec(), 400, "COMMON-001", ""),
        ("an abyss of brackets", deep.into_bytes(), 422, "COMMON-002", "question"),
        ("invalid UTF-8", b"{\"question\":\"\xff\xfe\"}".to_vec(), 400, "COMMON-005", ""),
        ("binary", vec![0x89, 0x50, 0x4e, 0x47, 0, 0xff], 400, "COMMON-005", ""),
        ("array", b"[\"x\"]".to_vec(), 422, "COMMON-002", ""),
        ("null", b"null".to_vec(), 422, "COMMON-002", ""),
        ("no question", b"{}".to_vec(), 422, "COMMON-002", "question"),
        ("wrong type", b"{\"question\": 3}".to_vec(), 422, "COMMON-002", "question"),
        ("null question", b"{\"question\": null}".to_vec(), 422, "COMMON-002", "question"),
        ("unknown field", b"{\"question\":\"x\",\"asof\":1}".to_vec(), 422, "COMMON-002", "asof"),
        ("twice", b"{\"question\":\"x\",\"question\":\"y\"}".to_vec(), 422, "COMMON-002", "question"),
        ("blank", "{\"question\":\" \\n\u{3000}\"}".into(), 422, "CHAT-001", "question"),
        ("nothing", b"{\"question\":\"\"}".to_vec(), 422, "CHAT-001", "question"),
        ("too long", long.into_bytes(), 422, "CHAT-002", "question"),
        ("only control characters", b"{\"question\":\"\\u0000\\u0007\\u202e\"}".to_vec(), 422, "CHAT-003", "question"),
        ("bad date", b"{\"question\":\"x\",\"as_of\":\"2026-02-30\"}".to_vec(), 422, "COMMON-004", "as_of"),
        ("odd date", b"{\"question\":\"x\",\"as_of\":\"2026-5-1\"}".to_vec(), 422, "COMMON-004", "as_of"),
        ("date of a wrong type", b"{\"question\":\"x\",\"as_of\":5}".to_vec(), 422, "COMMON-002", "as_of"),
        ("100 kB", huge.into_bytes(), 413, "COMMON-007", ""),
    ];
    for path in [CHAT, SEARCH] {
        for (case, body, status, code, field) in &cases {
            let reply = app.post(path, body.clone()).await;
            assert_eq!(reply.status, *status, "{path} {case}: {}", reply.text);
            reply.assert_problem(code, field, case);
        }
    }
    let reply = app.post(CHAT, "{\"question\":\"x\",\"channel\":\"a b\"}").await;
    reply.assert_problem("CHAT-004", "channel", "channel");
    let reply = app.post(SEARCH, "{\"question\":\"x\",\"doc_kinds\":[\"law\",\"poem\"]}").await;
    reply.assert_problem("COMMON-002", "doc_kinds[1]", "unknown kind");
    assert_eq!(app.get("/livez").await.status, 200);
}

#[tokio::test]
async fn malformed_json_is_located() {
    let app = TestApp::start().await;
    let reply = app.post(SEARCH, "{\n  \"question\": \"x\",\n  oops\n}").await;
    assert!(reply.json()["detail"].as_str().expect("words").contains("第 3 行第 3 列"), "{}", reply.text);
    let reply = app.post(SEARCH, "{\"question\":\"\\ud800\"}").await;
    assert!(reply.json()["detail"].as_str().expect("words").contains("未配对"), "{}", reply.text);
}

#[tokio::test]
async fn odd_but_honest_questions_are_answered() {
    let app = TestApp::start().await;
    for question in
        ["👍🏽👨‍👩‍👧 党费怎么交", "'; drop table regulation; --", "<script>alert(1)</script>", "𠮷野家的党员", "a\u{0}b"]
    {
        let reply = app.post(SEARCH, serde_json::json!({ "question": question }).to_string()).await;
        assert_eq!(reply.status, 200, "{question}: {}", reply.text);
        let asked = app.core.last.lock().expect("not poisoned").clone().expect("a question arrived").question;
        assert!(!asked.chars().any(char::is_control), "{asked:?}");
    }
}

#[tokio::test]
async fn the_content_type_must_be_json() {
    let app = TestApp::start().await;
    let reply = Reply::read(app.request("POST", SEARCH).header("content-type", "text/plain").body("{}")).await;
    assert_eq!(reply.status, 415);
    reply.assert_problem("COMMON-006", "content-type", "text/plain");
}

#[tokio::test]
async fn bad_paths_and_queries_are_named() {
    let app = TestApp::start().await;
    let cases = [
        ("/api/v1/regulations?colour=red", 400, "COMMON-003", "colour"),
        ("/api/v1/regulations?q=a&q=b", 400, "COMMON-003", "q"),
        ("/api/v1/regulations?doc_kind=poem", 400, "COMMON-003", "doc_kind"),
        ("/api/v1/regulations?authority=god", 400, "COMMON-003", "authority"),
        ("/api/v1/regulations?effect=maybe", 400, "COMMON-003", "effect"),
        ("/api/v1/regulations?year=soon", 400, "COMMON-003", "year"),
        ("/api/v1/regulations?page=0", 400, "COMMON-003", "page"),
        ("/api/v1/regulations?page=-1", 400, "COMMON-003", "page"),
        ("/api/v1/regulations?page=99999999999", 400, "COMMON-003", "page"),
        ("/api/v1/regulations?per_page=101", 400, "COMMON-003", "per_page"),
        ("/api/v1/regulations?as_of=yesterday", 422, "COMMON-004", "as_of"),
        ("/api/v1/regulations/nobody", 404, "REG-404", "id"),
        ("/api/v1/regulations/r1?version=1999", 404, "REG-405", "version"),
        ("/api/v1/regulations/r1?as_of=1999-01-01", 404, "REG-407", "as_of"),
        ("/api/v1/regulations/r1?as_of=2026-13-01", 422, "COMMON-004", "as_of"),
        ("/api/v1/regulations/r1/2026/a99", 404, "REG-406", "address"),
        ("/api/v1/regulations/r1/2026/nonsense", 404, "REG-406", "address"),
        ("/api/v1/regulations/r1/1999/a1", 404, "REG-405", "version"),
        ("/api/v1/regulations/%ff", 400, "COMMON-008", ""),
        ("/api/v1/nothing", 404, "COMMON-404", ""),
        ("/api", 404, "COMMON-404", ""),
        ("/api/v1/chat", 405, "COMMON-405", ""),
        ("/widget/other.js", 404, "COMMON-404", ""),
        ("/static/..%2f..%2fmod.rs", 404, "COMMON-404", ""),
    ];
    for (path, status, code, field) in cases {
        let reply = app.get(path).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        reply.assert_problem(code, field, path);
    }
    let long = "长".repeat(201);
    app.get(&format!("/api/v1/regulations?q={long}")).await.assert_problem("COMMON-003", "q", "long words");
    assert_eq!(app.get("/api/v1/chat").await.header("allow"), "POST");
}

#[tokio::test]
async fn empty_filters_of_a_form_filter_nothing() {
    let app = TestApp::start().await;
    let reply = app.get("/api/v1/regulations?q=&doc_kind=&authority=&effect=&year=&topic=&as_of=&page=").await;
    assert_eq!((reply.status, reply.json()["total"].as_u64()), (200, Some(45)), "{}", reply.text);
}
