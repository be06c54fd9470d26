//! The OpenAI-compatible embedder against a scripted endpoint.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use knowledge::index::embed::{
    Embedder, Error, Role,
    openai::{OpenAiConfig, OpenAiEmbedder},
};
use serde_json::{Value, json};

/// What the endpoint does with one request.
enum Step {
    /// This status and body.
    Say(u16, Value),
    /// This body, with status 200.
    Raw(&'static str),
    /// Never answers.
    Hang,
}

/// What is left of the script and what has been asked.
#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    requests: Vec<Value>,
    keys: Vec<Option<String>>,
}

/// A running endpoint. After its script it gives `[n, 0, 4]` for a text of n characters.
struct Endpoint {
    url: String,
    script: Arc<Mutex<Script>>,
}

impl Endpoint {
    async fn start(steps: impl IntoIterator<Item = Step>) -> Self {
        let script = Arc::new(Mutex::new(Script { steps: steps.into_iter().collect(), ..Script::default() }));
        let app = Router::new().route("/v1/embeddings", post(answer)).with_state(Arc::clone(&script));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, script }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().expect("no test panicked with the lock")
    }

    fn embedder(&self) -> OpenAiEmbedder {
        OpenAiEmbedder::new(self.config()).expect("usable settings")
    }

    fn config(&self) -> OpenAiConfig {
        OpenAiConfig { timeout: Duration::from_secs(5), ..OpenAiConfig::new(&*self.url, "tiny", 3) }
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, headers: HeaderMap, Json(request): Json<Value>) -> Response {
    let step = {
        let mut script = script.lock().expect("no test panicked with the lock");
        script.requests.push(request.clone());
        let key = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        script.keys.push(key.map(str::to_owned));
        script.steps.pop_front()
    };
    match step {
        None => Json(vectors(&request)).into_response(),
        Some(Step::Say(status, body)) => (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response(),
        Some(Step::Raw(body)) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Some(Step::Hang) => std::future::pending().await,
    }
}

/// In reverse order, to see that the index counts.
fn vectors(request: &Value) -> Value {
    let texts = request["input"].as_array().expect("a list of texts");
    let data = texts.iter().enumerate().rev().map(|(index, text)| {
        let count = text.as_str().expect("a text").chars().count();
        json!({ "index": index, "object": "embedding", "embedding": [count, 0, 4] })
    });
    reply(data.collect())
}

fn reply(data: Vec<Value>) -> Value {
    let data = Value::Array(data);
    json!({ "object": "list", "model": "tiny", "data": data, "usage": { "prompt_tokens": 1, "total_tokens": 1 } })
}

fn one(embedding: &Value) -> Step {
    Step::Say(200, reply(vec![json!({ "index": 0, "object": "embedding", "embedding": embedding })]))
}

fn refusal(status: u16) -> Step {
    Step::Say(status, json!({ "error": { "message": "not now", "type": "some_error", "param": null, "code": null } }))
}

async fn embed(embedder: &OpenAiEmbedder, texts: &[&str]) -> Result<Vec<Vec<f32>>, Error> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    embedder.embed(&texts, Role::Passage).await
}

#[tokio::test]
async fn vectors_come_in_order_and_at_unit_length() {
    let endpoint = Endpoint::start([]).await;
    let config = OpenAiConfig { batch: 2, api_key: Some("s3cret".to_owned()), ..endpoint.config() };
    let embedder = OpenAiEmbedder::new(config).expect("usable settings");
    assert_eq!((embedder.id(), embedder.dims()), ("openai:tiny:3", 3));
    let found = embed(&embedder, &["党员党", "", "党", "党员党员党员党员党员党员"]).await.expect("vectors");
    assert_eq!(found.len(), 4);
    assert_near(&found[0], [0.6, 0.0, 0.8]);
    assert_eq!(found[1], [0.0; 3], "an empty text has no vector and is not sent");
    assert_near(&found[2], [0.242_536, 0.0, 0.970_142]);
    assert_near(&found[3], [0.948_683, 0.0, 0.316_228]);
    let script = endpoint.script();
    let sent: Vec<_> = script.requests.iter().map(|it| it["input"].as_array().expect("a list").len()).collect();
    assert_eq!(sent, [2, 1]);
    assert_eq!(script.requests[0]["model"], "tiny");
    assert_eq!(script.keys[0].as_deref(), Some("Bearer s3cret"));
}

#[tokio::test]
async fn nothing_is_asked_for_nothing() {
    let endpoint = Endpoint::start([]).await;
    assert_eq!(embed(&endpoint.embedder(), &[]).await.expect("no vectors"), Vec::<Vec<f32>>::new());
    assert!(endpoint.script().requests.is_empty());
}

#[tokio::test]
async fn a_busy_or_failing_endpoint_is_asked_again() {
    for status in [429, 500, 503] {
        let endpoint = Endpoint::start([refusal(status), refusal(status)]).await;
        let found = embed(&endpoint.embedder(), &["党员党"]).await.expect("the third attempt succeeds");
        assert_near(&found[0], [0.6, 0.0, 0.8]);
        assert_eq!(endpoint.script().requests.len(), 3, "{status}");
    }
}

#[tokio::test]
async fn what_stays_wrong_is_unavailable_with_the_reason() {
    let endpoint = Endpoint::start((0..9).map(|_| refusal(500))).await;
    assert_unavailable(embed(&endpoint.embedder(), &["党"]).await, "500");
    let endpoint = Endpoint::start([refusal(401)]).await;
    assert_unavailable(embed(&endpoint.embedder(), &["党"]).await, "not now");
    assert_eq!(endpoint.script().requests.len(), 1, "a refusal for good is not repeated");
}

#[tokio::test]
async fn nonsense_is_unavailable() {
    let nonsense = [
        ("维", one(&json!([1.0, 2.0]))),
        (
            "非数值",
            Step::Raw(
                r#"{"object":"list","model":"tiny","data":[{"index":0,"object":"embedding","embedding":[1e39,0,0]}],"usage":{"prompt_tokens":1,"total_tokens":1}}"#,
            ),
        ),
        ("无法解析", one(&json!([1.0, null, 2.0]))),
        ("无法解析", one(&json!("党"))),
        ("无法解析", Step::Raw("<html>502 Bad Gateway</html>")),
        ("无法解析", Step::Raw(r#"{"object":"list"#)),
        ("收到 0 个", Step::Say(200, reply(Vec::new()))),
        ("序号", Step::Say(200, reply(vec![json!({ "index": 5, "object": "embedding", "embedding": [1, 0, 0] })]))),
    ];
    for (why, step) in nonsense {
        let endpoint = Endpoint::start([step]).await;
        assert_unavailable(embed(&endpoint.embedder(), &["党"]).await, why);
    }
}

#[tokio::test]
async fn a_slow_endpoint_is_given_up_on_in_time() {
    let endpoint = Endpoint::start([Step::Hang]).await;
    let config = OpenAiConfig { timeout: Duration::from_millis(150), ..endpoint.config() };
    let embedder = OpenAiEmbedder::new(config).expect("usable settings");
    let start = Instant::now();
    assert_unavailable(embed(&embedder, &["党"]).await, "应答");
    assert!(start.elapsed() < Duration::from_secs(5));
    embed(&embedder, &["党"]).await.expect("it is back");
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_unavailable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    drop(listener);
    let config = OpenAiConfig { api_key: Some("s3cret".to_owned()), ..OpenAiConfig::new(url, "tiny", 3) };
    let embedder = OpenAiEmbedder::new(config).expect("usable settings");
    let error = embed(&embedder, &["党"]).await.expect_err("nobody listens");
    assert!(error.to_string().contains("无法连接"), "{error}");
    for shown in [format!("{embedder:?}"), format!("{error:?}")] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[tokio::test]
async fn unusable_settings_are_refused_at_once() {
    let good = OpenAiConfig::new("http://127.0.0.1:9/v1", "tiny", 3);
    let bad = [
        OpenAiConfig { base_url: "127.0.0.1".to_owned(), ..good.clone() },
        OpenAiConfig { base_url: "ftp://x".to_owned(), ..good.clone() },
        OpenAiConfig { api_key: Some("with\nnewline".to_owned()), ..good.clone() },
        OpenAiConfig { model: String::new(), ..good.clone() },
        OpenAiConfig { dims: 0, ..good.clone() },
        OpenAiConfig { batch: 0, ..good },
    ];
    for config in bad {
        let error = OpenAiEmbedder::new(config).expect_err("refused");
        assert!(matches!(&error, Error::Load(why) if !why.contains("newline")), "{error}");
    }
}

fn assert_unavailable(result: Result<Vec<Vec<f32>>, Error>, part: &str) {
    match result {
        Err(Error::Unavailable(why)) => assert!(why.contains(part), "{why:?} should say {part:?}"),
        other => panic!("should be unavailable ({part}): {other:?}"),
    }
}

fn assert_near(found: &[f32], expected: [f32; 3]) {
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{found:?} should be {expected:?}");
}
