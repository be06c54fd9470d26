//! The OpenAPI document and the server agree.

use crate::app::{Reply, TestApp};

#[tokio::test]
async fn the_openapi_document_is_as_reviewed() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_json_snapshot!("openapi", document);
}

/// A body for a route that wants one.
fn body(path: &str) -> &'static str {
    match path {
        "/api/v1/sessions" => r#"{"channel":"site"}"#,
        "/api/v1/conversations/{id}" => r#"{"favourite":true}"#,
        "/api/v1/turns/{id}/feedback" => r#"{"verdict":"useful"}"#,
        "/v1/chat/completions" => r#"{"messages":[{"role":"user","content":"预备期多长"}]}"#,
        _ => r#"{"question":"预备期多长"}"#,
    }
}

#[tokio::test]
async fn every_documented_route_answers_as_documented() {
    let app = TestApp::start().await;
    let (key, conversation, turn) = app.conversation().await;
    let document = app.get("/openapi.json").await.json();
    let mut routes: Vec<(&String, &String, &serde_json::Value)> = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        routes.extend(methods.as_object().expect("methods").iter().map(|(method, it)| (path, method, it)));
    }
    // What takes things away comes last.
    routes.sort_by_key(|(_, method, _)| *method == "delete");
    for (path, method, operation) in &routes {
        let id = match path.split('/').nth(3) {
            Some("conversations") => conversation.as_str(),
            Some("turns") => turn.as_str(),
            _ => "r1",
        };
        let filled = path.replace("{id}", id).replace("{version}", "2026").replace("{address}", "a2.p2");
        let mut request = app.request(&method.to_uppercase(), &filled.replace("{channel}", "web"));
        if path.contains("/grants") {
            request = request.header("origin", crate::app::HOST_PAGE);
        } else if path.starts_with("/v1/") || path.contains("conversations") || path.contains("turns") {
            request = request.bearer_auth(&key);
        }
        if operation.get("requestBody").is_some() {
            request = request.header("content-type", "application/json").body(body(path));
        }
        let reply = Reply::read(request).await;
        let documented = &operation["responses"][reply.status.to_string()];
        assert!((200..300).contains(&reply.status) && documented.is_object(), "{method} {path}: {}", reply.text);
        if let Some(content) = documented["content"].as_object() {
            let kind = reply.header("content-type").split(';').next().unwrap_or_default().to_owned();
            // An answer of the compatible interface is an event stream where the caller wants one.
            assert!(content.contains_key(&kind), "{method} {path} sent {kind}");
        }
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty(), "{method} {path} has no summary");
    }
    assert!(routes.len() >= 23, "{} routes: the document lacks some", routes.len());
}

#[tokio::test]
async fn who_has_no_token_gets_in_nowhere() {
    let app = TestApp::start().await;
    let (_, conversation, turn) = app.conversation().await;
    let routes = [
        ("GET", "/api/v1/conversations".to_owned()),
        ("POST", "/api/v1/conversations".to_owned()),
        ("GET", format!("/api/v1/conversations/{conversation}")),
        ("PATCH", format!("/api/v1/conversations/{conversation}")),
        ("DELETE", format!("/api/v1/conversations/{conversation}")),
        ("GET", format!("/api/v1/conversations/{conversation}/export")),
        ("POST", format!("/api/v1/conversations/{conversation}/turns")),
        ("GET", format!("/api/v1/conversations/{conversation}/events")),
        ("POST", format!("/api/v1/conversations/{conversation}/stop")),
        ("PUT", format!("/api/v1/turns/{turn}/feedback")),
        ("POST", "/v1/chat/completions".to_owned()),
        ("GET", "/v1/models".to_owned()),
    ];
    for (method, path) in routes {
        for token in [None, Some("dwt-guessed"), Some("a.b")] {
            let mut request = app.request(method, &path).header("content-type", "application/json").body("{}");
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let reply = Reply::read(request).await;
            assert_eq!(reply.status, 401, "{method} {path} {token:?}: {}", reply.text);
            assert!(reply.text.contains("SESSION-001"), "{}", reply.text);
        }
    }
}

#[tokio::test]
async fn every_schema_says_what_its_fields_are() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json").await.json();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let described = property.get("description").is_some()
                || property.get("oneOf").is_some()
                || property.get("$ref").is_some();
            assert!(described, "{name}.{field} is not described");
        }
    }
}

#[tokio::test]
async fn a_provision_comes_with_its_article_and_neighbours() {
    let app = TestApp::start().await;
    let body = app.get("/api/v1/regulations/r1/2026/a2.p2").await.json();
    assert_eq!(body["label"], "《示例党组织工作细则》第二条第二款");
    assert!(body["text"].as_str().expect("text").starts_with("有下列情形之一的，可以延长：\n（一）"), "{body}");
    assert_eq!(body["nodes"].as_array().expect("nodes").len(), 5);
    assert_eq!(body["path"], serde_json::json!(["第二章　预备期"]));
    assert_eq!((body["previous"]["address"].as_str(), body["next"]["address"].as_str()), (Some("a1"), Some("a3")));
    let chapter = app.get("/api/v1/regulations/r1/2026/ch2").await.json();
    assert_eq!(chapter["nodes"].as_array().expect("nodes").len(), 7);
    assert_eq!(chapter["text"].as_str().expect("text").matches("第二章").count(), 1, "{chapter}");
    assert_eq!(chapter["previous"], serde_json::Value::Null);
}

#[tokio::test]
async fn as_of_picks_the_version() {
    let app = TestApp::start().await;
    let label =
        async |query: &str| app.get(&format!("/api/v1/regulations/r1{query}")).await.json()["shown"]["label"].clone();
    assert_eq!(label("").await, "2026");
    assert_eq!(label("?as_of=2025-12-31").await, "2014");
    assert_eq!(label("?as_of=2026-05-11").await, "2026");
    assert_eq!(label("?version=2014").await, "2014");
}
