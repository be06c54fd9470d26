//! The server itself.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
    serve::ListenerExt as _,
};
use futures::Stream;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::script::{Reply, Step};

/// What one client asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The request as JSON.
    pub body: Value,
    /// The `authorization` header.
    pub key: Option<String>,
    /// The client went away before the script was at its end.
    pub left: bool,
    /// The script came to its end.
    pub done: bool,
}

/// What is left of the script, and what was asked.
struct Book {
    replies: VecDeque<Reply>,
    standing: Reply,
    asked: Vec<Asked>,
}

/// The book, and a bell that rings when something in it changed.
struct Shared {
    book: Mutex<Book>,
    bell: watch::Sender<u64>,
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the book and rings.
    fn note<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        let changed = change(&mut self.book());
        self.bell.send_modify(|it| *it += 1);
        changed
    }
}

/// A running server. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// On a free port of this machine; follows `replies`, then says 好。 to everything.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> io::Result<Self> {
        let server = Self::listen("127.0.0.1:0", Reply::text("好。")).await?;
        server.shared.note(|book| book.replies.extend(replies));
        Ok(server)
    }

    /// On `address`; gives `standing` to everything.
    ///
    /// # Errors
    /// The address can't be used.
    pub async fn listen(address: &str, standing: Reply) -> io::Result<Self> {
        let book = Book { replies: VecDeque::new(), standing, asked: Vec::new() };
        let shared = Arc::new(Shared { book: Mutex::new(book), bell: watch::Sender::new(0) });
        let app = Router::new()
            .route("/v1/chat/completions", post(answer))
            .route("/v1/models", get(models))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        // A connection that is given up half-way is then reset, not closed in good order.
        let listener = listener.tap_io(|io| {
            let _ = io.set_zero_linger();
            let _ = io.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            // Only the end of the process or an abort ends it.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, shared, task })
    }

    /// The address up to the version, as clients want it.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Adds a reply to the script.
    pub fn push(&self, reply: Reply) {
        self.shared.note(|book| book.replies.push_back(reply));
    }

    /// Everything asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.book().asked.clone()
    }

    /// Waits until `seen` is true of what was asked; false when `limit` passes before.
    pub async fn until(&self, limit: Duration, seen: impl Fn(&[Asked]) -> bool) -> bool {
        let mut bell = self.shared.bell.subscribe();
        let waiting = async {
            loop {
                if seen(&self.shared.book().asked) {
                    return;
                }
                // The sender lives as long as this server.
                let _ = bell.changed().await;
            }
        };
        tokio::time::timeout(limit, waiting).await.is_ok()
    }

    /// Serves until the process ends.
    pub async fn forever(mut self) {
        let _ = (&mut self.task).await;
    }
}

/// The address of a port at which nobody listens.
///
/// # Errors
/// No port is free.
pub async fn closed_port() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(format!("http://{}/v1", listener.local_addr()?))
}

/// Notes how a request ended, wherever it is dropped.
struct Guest {
    shared: Arc<Shared>,
    index: usize,
    done: bool,
}

impl Guest {
    /// The script is at its end for this client.
    const fn finish(&mut self) {
        self.done = true;
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.shared.note(|book| {
            let asked = &mut book.asked[self.index];
            asked.done = self.done;
            asked.left = !self.done;
        });
    }
}

async fn models() -> Json<Value> {
    Json(json!({ "object": "list", "data": [{ "id": "scripted", "object": "model", "owned_by": "nobody" }] }))
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let key = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).map(str::to_owned);
    let (reply, index) = shared.note(|book| {
        book.asked.push(Asked { body: body.clone(), key, left: false, done: false });
        (book.replies.pop_front().unwrap_or_else(|| book.standing.clone()), book.asked.len() - 1)
    });
    let mut guest = Guest { shared, index, done: false };
    match reply {
        Reply::Refuse { status, body, retry_after } => {
            guest.finish();
            let mut response = Json(body).into_response();
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
        Reply::Silence => std::future::pending().await,
        Reply::Speak(steps) if body["stream"] == true => {
            let body = Body::from_stream(stream(steps, body, guest));
            ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
        }
        Reply::Speak(steps) => whole(&steps, &body, guest).await,
    }
}

/// The events of a stream.
fn stream(steps: Vec<Step>, request: Value, mut guest: Guest) -> impl Stream<Item = io::Result<Bytes>> {
    async_stream::stream! {
        let mut tokens = 0;
        for step in steps {
            match step {
                Step::Wait(time) => tokio::time::sleep(time).await,
                Step::Say(text) => {
                    tokens += 1;
                    yield Ok(event(&chunk(&json!({ "content": text }), None)));
                }
                Step::Think(text) => {
                    tokens += 1;
                    yield Ok(event(&chunk(&json!({ "reasoning_content": text }), None)));
                }
                Step::Raw(data) => yield Ok(Bytes::from(format!("data: {data}\n\n"))),
                Step::Hang => std::future::pending::<()>().await,
                Step::Reset => {
                    // What was said before is to arrive; a reset would overtake it.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    guest.finish();
                    yield Err(io::Error::from(io::ErrorKind::ConnectionReset));
                }
                Step::Close => break,
                Step::Finish(reason) => {
                    yield Ok(event(&chunk(&json!({}), Some(reason))));
                    if request["stream_options"]["include_usage"] == true {
                        let mut last = chunk(&json!({}), None);
                        last["choices"] = json!([]);
                        last["usage"] = usage(tokens);
                        yield Ok(event(&last));
                    }
                    yield Ok(Bytes::from_static(b"data: [DONE]\n\n"));
                }
            }
        }
        guest.finish();
    }
}

/// The same script for a client that wants no stream.
async fn whole(steps: &[Step], request: &Value, mut guest: Guest) -> Response {
    let (mut text, mut tokens, mut reason) = (String::new(), 0, "stop");
    for step in steps {
        match step {
            Step::Wait(time) => tokio::time::sleep(*time).await,
            Step::Say(said) => {
                text.push_str(said);
                tokens += 1;
            }
            Step::Raw(data) => {
                guest.finish();
                return data.clone().into_response();
            }
            Step::Hang => std::future::pending().await,
            Step::Finish(why) => reason = why,
            Step::Think(_) => tokens += 1,
            Step::Reset | Step::Close => break,
        }
    }
    guest.finish();
    let message = json!({ "role": "assistant", "content": text });
    Json(json!({
        "id": "scripted", "object": "chat.completion", "created": 0, "model": request["model"],
        "choices": [{ "index": 0, "message": message, "finish_reason": reason }], "usage": usage(tokens)
    }))
    .into_response()
}

fn chunk(delta: &Value, reason: Option<&str>) -> Value {
    json!({
        "id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
        "choices": [{ "index": 0, "delta": delta, "finish_reason": reason }]
    })
}

/// As many tokens as the script has, and ten for the prompt.
fn usage(tokens: u64) -> Value {
    json!({ "prompt_tokens": 10, "completion_tokens": tokens, "total_tokens": tokens + 10 })
}

fn event(data: &Value) -> Bytes {
    Bytes::from(format!("data: {data}\n\n"))
}
