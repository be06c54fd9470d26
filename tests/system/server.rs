//! A running server, and a client that speaks to it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use serde_json::{Value, json};

use crate::place::Place;

/// Longest wait for a start, which may have to read and index a folder of regulations.
const START: Duration = Duration::from_mins(2);

/// What the server prints when it can be asked.
const STARTED: &str = "党务通已启动：";

/// A server process; killed when dropped.
pub struct Server {
    child: Child,
    base: String,
    client: reqwest::Client,
    /// Everything it wrote to standard error.
    pub log: Arc<Mutex<String>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts the program's server at a place and waits until it can be asked.
    pub fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut command = place.command(&[&["serve"], arguments].concat());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("its standard error"));
        let log = Arc::new(Mutex::new(String::new()));
        let (tell, told) = mpsc::channel();
        let kept = log.clone();
        // Reads to the end, so that the server never waits for somebody to take its lines.
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if let Some(base) = line.strip_prefix(STARTED) {
                    // Nobody listens after the first line.
                    let _ = tell.send(base.to_owned());
                }
                let mut kept = kept.lock().expect("not poisoned");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        // TLS is never used; the client wants to know who would do it all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let base = told.recv_timeout(START);
        let mut server = Self { child, base: String::new(), client, log };
        match base {
            Ok(base) => server.base = base,
            Err(error) => panic!("{}: no start ({error}): {}", place.name, server.log.lock().expect("not poisoned")),
        }
        server
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        Reply::read(self.client.get(format!("{}{path}", self.base))).await
    }

    /// GET, as JSON, after checking that it went well.
    pub async fn json(&self, path: &str) -> Value {
        let reply = self.get(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.json()
    }

    /// POST of a body.
    pub async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Reply {
        let request = self.client.post(format!("{}{path}", self.base));
        Reply::read(request.header("content-type", "application/json").body(body)).await
    }

    /// What is found for a question; `as_of` may be `null`.
    pub async fn search(&self, question: &str, as_of: Option<&str>) -> Value {
        let body = json!({ "question": question, "as_of": as_of });
        let reply = self.post("/api/v1/search", body.to_string()).await;
        assert_eq!(reply.status, 200, "{question}: {}", reply.text);
        reply.json()
    }

    /// The answer to a question, as the stream's last event gives it.
    pub async fn ask(&self, question: &str, as_of: Option<&str>) -> Value {
        let body = json!({ "question": question, "as_of": as_of });
        let reply = self.post("/api/v1/chat", body.to_string()).await;
        assert_eq!(reply.status, 200, "{question}: {}", reply.text);
        reply.done().unwrap_or_else(|| panic!("{question}: no answer in {}", reply.text))
    }
}

/// A whole response.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub kind: String,
    pub text: String,
}

impl Reply {
    async fn read(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").and_then(|it| it.to_str().ok()).unwrap_or("").to_owned();
        Self { status, kind, text: response.text().await.expect("a whole body") }
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The data of the event `done`.
    pub fn done(&self) -> Option<Value> {
        let block = self.text.split("\n\n").find_map(|it| it.strip_prefix("event: done\n"))?;
        serde_json::from_str(block.lines().find_map(|it| it.strip_prefix("data: "))?).ok()
    }
}

/// The items of a JSON array.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A JSON string; empty where it is none.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
