//! The chat stream.

use crate::{
    app::{Reply, TestApp},
    fake::Fault,
};

/// Events of a stream: name and data.
fn events(reply: &Reply) -> Vec<(String, serde_json::Value)> {
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/event-stream"), "{}", reply.text);
    reply
        .text
        .split("\n\n")
        .filter(|block| block.starts_with("event:"))
        .map(|block| {
            let mut lines = block.lines();
            let name = lines.next().and_then(|line| line.strip_prefix("event: ")).expect("a name").to_owned();
            let data = lines.find_map(|line| line.strip_prefix("data: ")).expect("data");
            (name, serde_json::from_str(data).expect("JSON"))
        })
        .collect()
}

#[tokio::test]
async fn events_come_in_the_promised_order() {
    let app = TestApp::start().await;
    let reply =
        app.post("/api/v1/chat", r#"{"question":" 预备期多长 ","as_of":"2026-06-01","channel":"web_widget"}"#).await;
    assert_eq!(reply.header("x-accel-buffering"), "no");
    assert_eq!(reply.header("cache-control"), "no-cache");
    let events = events(&reply);
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "accepted",
            "retrieved",
            "delta",
            "citation",
            "delta",
            "citation",
            "delta",
            "delta",
            "citation",
            "notice",
            "done"
        ]
    );
    let numbers: Vec<u64> =
        events.iter().filter(|(name, _)| name == "citation").filter_map(|(_, data)| data["n"].as_u64()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let text: String =
        events.iter().filter(|(name, _)| name == "delta").filter_map(|(_, data)| data["text"].as_str()).collect();
    let done = &events.last().expect("a last event").1;
    assert_eq!(done["text"], text, "the pieces joined are the answer");
    assert_eq!((&done["id"], &done["state"]), (&events[0].1["turn_id"], &"grounded".into()));
    assert_eq!(done["as_of"], "2026-06-01");
    assert_eq!(events[0].1["question"], "预备期多长");
    assert_eq!(events[0].1["as_of"], "2026-06-01");
    assert_eq!(events[0].1["request_id"], reply.header("x-request-id"));
    let asked = app.core.asked.lock().expect("not poisoned").clone().expect("a question");
    assert_eq!(asked.as_of, Some(crate::fake::day("2026-06-01")));
}

#[tokio::test]
async fn faults_end_the_stream_with_an_error_event() {
    let app = TestApp::with(|settings| settings.request_timeout_s = 1).await;
    for (fault, code) in [
        (Fault::Unavailable, "COMMON-510"),
        (Fault::Internal, "COMMON-500"),
        (Fault::Panic, "COMMON-500"),
        (Fault::Hang, "COMMON-504"),
    ] {
        app.core.set(fault);
        let reply = app.post("/api/v1/chat", r#"{"question":"问"}"#).await;
        let events = events(&reply);
        let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["accepted", "error"], "{fault:?}");
        assert_eq!(events[1].1["code"], code, "{fault:?}");
        assert!(!reply.text.contains("secret particulars"));
    }
    app.core.set(Fault::None);
    let reply = app.post("/api/v1/chat", r#"{"question":"问"}"#).await;
    assert_eq!(events(&reply).last().expect("events").0, "done");
}

#[tokio::test]
async fn a_client_that_leaves_stops_the_work_and_frees_the_place() {
    let app = TestApp::with(|settings| {
        settings.max_open_answers = 1;
        settings.queue_wait_ms = 5_000;
    })
    .await;
    app.core.set(Fault::Hang);
    let request = app.request("POST", "/api/v1/chat").header("content-type", "application/json");
    let mut response = request.body(r#"{"question":"问"}"#).send().await.expect("headers");
    let first = response.chunk().await.expect("readable").expect("a chunk");
    assert!(first.starts_with(b"event: accepted"));
    drop(response);
    app.core.drop_seen.notified().await;
    app.core.set(Fault::None);
    let reply = app.post("/api/v1/chat", r#"{"question":"问"}"#).await;
    assert_eq!(events(&reply).last().expect("events").0, "done");
}
