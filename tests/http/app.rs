//! A running server and a client that speaks to it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use chat::{Chat, limits::Limits};
use chrono::{TimeZone as _, Utc};
use dangwutong::{
    config,
    http::{self, Surface, sessions::Starter},
};
use store::{FixedClock, SequenceIds};
use tokio::{net::TcpListener, sync::oneshot};

use crate::fake::FakeCore;

/// A page that shows the assistant.
pub const HOST_PAGE: &str = "https://portal.example";

/// Nobody is told to wait.
pub const UNLIMITED: Limits =
    Limits { address_minute: 0, visitor_minute: 0, visitor_day: 0, user_day: 0, channel_minute: 0, channel_day: 0 };

/// A server that stops when dropped.
pub struct TestApp {
    address: SocketAddr,
    client: reqwest::Client,
    /// The core behind it, for tests that break it.
    pub core: Arc<FakeCore>,
    /// The database behind it.
    pub store: store::Store,
    _database: store::testing::TestStore,
    /// Sends the stop signal.
    pub stop: Option<oneshot::Sender<()>>,
    /// Ends when the server has ended.
    pub server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl TestApp {
    /// A server with default settings.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with settings of one's own.
    pub async fn with(change: impl FnOnce(&mut config::Server)) -> Self {
        Self::with_limits(change, UNLIMITED).await
    }

    /// A server that counts questions.
    pub async fn with_limits(change: impl FnOnce(&mut config::Server), limits: Limits) -> Self {
        let mut settings = config::Server { shutdown_grace_s: 1, ..config::Server::default() };
        change(&mut settings);
        let grace = Duration::from_secs(settings.shutdown_grace_s);
        let core = Arc::new(FakeCore::new());
        let clock = FixedClock(Utc.with_ymd_and_hms(2026, 6, 15, 4, 0, 0).single().expect("a valid moment"));
        let database = store::testing::sqlite().await;
        let (clock, ids) = (Arc::new(clock), Arc::new(SequenceIds::default()));
        let store = store::Store { db: database.store.db.clone(), clock, ids };
        let limit = Duration::from_secs(settings.request_timeout_s);
        let chat = Chat::open(store.clone(), core.clone(), limits, limit).await.expect("opens");
        let starters = vec![Starter {
            category: "dues".to_owned(),
            label: "党费".to_owned(),
            questions: vec!["党费怎么交？".to_owned()],
        }];
        let surface = Surface::new(core.clone(), chat, starters, settings);
        let extra = Router::new().route("/panic", get(async || -> String { panic!("on purpose") }));
        let router = http::router_with(surface, extra);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let until = async move {
            // A dropped sender means that the test is over.
            let _ = stopped.await;
        };
        let server = tokio::spawn(http::serve::serve_until(listener, router, grace, until));
        // TLS is never used; the client wants to know who would do it all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        Self { address, client, core, store, _database: database, stop: Some(stop), server }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request with any method.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().expect("a method"), self.url(path))
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        Reply::read(self.request("GET", path)).await
    }

    /// GET of a page; slashes in attributes, which the templates escape, are put back for reading.
    pub async fn page(&self, path: &str) -> Reply {
        let mut reply = self.get(path).await;
        reply.text = reply.text.replace("&#x2f;", "/");
        reply
    }

    /// A channel for [`HOST_PAGE`] with a key, and one conversation with one answered question in it:
    /// key, conversation, turn.
    pub async fn conversation(&self) -> (String, String, String) {
        let key = self.channel("web", &[HOST_PAGE]).await;
        let made = Reply::read(self.request("POST", "/api/v1/conversations").bearer_auth(&key)).await;
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        let ask = self.request("POST", &format!("/api/v1/conversations/{id}/turns")).bearer_auth(&key);
        let asked = ask.header("content-type", "application/json").body(r#"{"question":"预备期多长"}"#);
        Reply::read(asked).await;
        let read = Reply::read(self.request("GET", &format!("/api/v1/conversations/{id}")).bearer_auth(&key)).await;
        let turn = read.json()["turns"][0]["id"].as_str().expect("a turn").to_owned();
        (key, id, turn)
    }

    /// A channel for pages of `origins`; gives a key of it.
    pub async fn channel(&self, code: &str, origins: &[&str]) -> String {
        let origins = origins.iter().map(|it| (*it).to_owned()).collect();
        let wanted = chat::channel::Wanted { code: code.to_owned(), origins, enabled: true, ..Default::default() };
        chat::channel::save(&self.store, wanted).await.expect("a channel");
        chat::channel::add_key(&self.store, code, "test").await.expect("a key").1
    }

    /// POST of a JSON text.
    pub async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Reply {
        Reply::read(self.request("POST", path).header("content-type", "application/json").body(body)).await
    }
}

/// A whole response.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Reply {
    /// Sends and reads to the end.
    pub async fn read(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("a whole body") }
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Checks that this is a problem with that code and field, and that it is complete.
    pub fn assert_problem(&self, code: &str, field: &str, case: &str) {
        let body = self.json();
        assert_eq!(body["code"], code, "{case}: {}", self.text);
        assert_eq!(body["field"].as_str().unwrap_or_default(), field, "{case}: {}", self.text);
        assert_eq!(body["status"], self.status, "{case}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{case}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{case}");
        assert_eq!(body["type"], format!("/docs/errors#{code}"), "{case}");
        for part in ["title", "detail"] {
            let words = body[part].as_str().unwrap_or_default();
            assert!(words.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{case}: {part} = {words}");
        }
    }
}
