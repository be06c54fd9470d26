//! Faults inside: panics, overload, time limits, health, stopping.

use std::{sync::atomic::Ordering, time::Duration};

use crate::{
    app::{Reply, TestApp},
    fake::Fault,
};

const QUESTION: &str = r#"{"question":"问"}"#;

#[tokio::test]
async fn a_panic_is_a_500_and_the_server_stays_up() {
    let app = TestApp::start().await;
    let reply = Reply::read(app.request("GET", "/panic").header("accept", "application/json")).await;
    assert_eq!(reply.status, 500);
    reply.assert_problem("COMMON-500", "", "panic");
    assert!(!reply.text.contains("on purpose"));
    app.core.set(Fault::Panic);
    app.post("/api/v1/search", QUESTION).await.assert_problem("COMMON-500", "", "core panics");
    app.core.set(Fault::None);
    assert_eq!(app.post("/api/v1/search", QUESTION).await.status, 200);
}

#[tokio::test]
async fn too_many_retrievals_are_told_to_wait() {
    let app = TestApp::with(|settings| {
        settings.max_concurrent_retrievals = 1;
        settings.max_open_answers = 1;
        settings.queue_wait_ms = 50;
    })
    .await;
    app.core.set(Fault::Hang);
    let request = app.request("POST", "/api/v1/chat").header("content-type", "application/json");
    let mut busy = request.body(QUESTION).send().await.expect("headers");
    busy.chunk().await.expect("readable");
    let search = app.request("POST", "/api/v1/search").header("content-type", "application/json").body(QUESTION).send();
    let search = tokio::spawn(search);
    app.core.hanging.notified().await;
    for path in ["/api/v1/search", "/api/v1/chat"] {
        let reply = app.post(path, QUESTION).await;
        assert_eq!((reply.status, reply.header("retry-after")), (503, "2"), "{path}");
        reply.assert_problem("COMMON-503", "", path);
    }
    assert_eq!(app.get("/livez").await.status, 200);
    search.abort();
}

#[tokio::test]
async fn slow_and_broken_cores_have_codes() {
    let app = TestApp::with(|settings| settings.request_timeout_s = 1).await;
    for (fault, status, code) in [
        (Fault::Hang, 504, "COMMON-504"),
        (Fault::Unavailable, 503, "COMMON-510"),
        (Fault::Internal, 500, "COMMON-500"),
    ] {
        app.core.set(fault);
        let reply = app.post("/api/v1/search", QUESTION).await;
        assert_eq!(reply.status, status, "{fault:?}");
        reply.assert_problem(code, "", "fault");
        assert!(!reply.text.contains("secret particulars"));
    }
}

#[tokio::test]
async fn readiness_names_the_parts() {
    let app = TestApp::start().await;
    let reply = app.get("/readyz").await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        (&reply.json()["status"], &reply.json()["degraded"]),
        (&"degraded".into(), &serde_json::json!(["qdrant"]))
    );
    app.core.down.store(true, Ordering::SeqCst);
    let reply = app.get("/readyz").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json()["degraded"], serde_json::json!(["database", "qdrant"]));
    assert_eq!(app.get("/livez").await.status, 200);
}

#[tokio::test]
async fn request_ids_are_kept_if_harmless_and_made_if_not() {
    let app = TestApp::start().await;
    let with = async |id: &str| Reply::read(app.request("GET", "/livez").header("x-request-id", id)).await;
    assert_eq!(with("abc-123_X").await.header("x-request-id"), "abc-123_X");
    for bad in ["", "a b", "x<y>", &"a".repeat(65)] {
        let reply = with(bad).await;
        assert_eq!(reply.header("x-request-id").len(), 36, "{bad}");
    }
}

#[tokio::test]
async fn metrics_count_routes_and_answers() {
    let app = TestApp::start().await;
    app.post("/api/v1/chat", QUESTION).await;
    app.get("/api/v1/regulations/r1").await;
    let reply = app.get("/metrics").await;
    for line in [
        r#"dangwutong_http_requests_total{method="GET",route="/api/v1/regulations/{id}",status="200"}"#,
        r#"dangwutong_answers_total{state="grounded"}"#,
        r#"dangwutong_http_request_seconds_bucket{route="/api/v1/chat",le="0.1"}"#,
    ] {
        assert!(reply.text.contains(line), "{line}\n{}", reply.text);
    }
}

#[tokio::test]
async fn stopping_ends_even_with_an_open_stream() {
    let mut app = TestApp::start().await;
    app.core.set(Fault::Hang);
    let request = app.request("POST", "/api/v1/chat").header("content-type", "application/json");
    let mut open = request.body(QUESTION).send().await.expect("headers");
    open.chunk().await.expect("readable");
    app.stop.take().expect("still running").send(()).expect("the server listens");
    let ended = tokio::time::timeout(Duration::from_secs(10), &mut app.server).await.expect("ends in time");
    ended.expect("no panic").expect("no error");
    assert!(app.request("GET", "/livez").send().await.is_err());
}
