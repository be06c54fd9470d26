//! The OpenAPI document and the server agree.

use crate::app::{Reply, TestApp};

#[tokio::test]
async fn the_openapi_document_is_as_reviewed() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_json_snapshot!("openapi", document);
}

#[tokio::test]
async fn every_documented_route_answers_as_documented() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json").await.json();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let filled = path.replace("{id}", "r1").replace("{version}", "2026").replace("{address}", "a2.p2");
            let mut request = app.request(&method.to_uppercase(), &filled);
            if operation.get("requestBody").is_some() {
                request = request.header("content-type", "application/json").body(r#"{"question":"预备期多长"}"#);
            }
            let reply = Reply::read(request).await;
            assert_eq!(reply.status, 200, "{method} {path}: {}", reply.text);
            let documented = operation["responses"]["200"]["content"].as_object().expect("content documented");
            let kind = reply.header("content-type").split(';').next().unwrap_or_default().to_owned();
            assert!(documented.contains_key(&kind), "{method} {path} sent {kind}");
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(!summary.is_empty(), "{method} {path} has no summary");
            seen += 1;
        }
    }
    assert_eq!(seen, 11, "a new route needs a look here");
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
