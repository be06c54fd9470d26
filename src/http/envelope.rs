//! What every response gets: request id, time limit, error body, security headers, log line, figures.

use std::{any::Any, time::Instant};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::catch_panic::ResponseForPanic;
use tracing::Instrument as _;

use super::{
    Surface, metrics,
    problem::{Kind, Problem},
};

/// The header that carries the request id, both ways.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Pages load nothing from elsewhere and run no inline script.
const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; \
                           form-action 'self'; frame-ancestors 'self'";

/// Data is no page.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// The id of the request being served, for handlers that need it in a body.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// A panic in a handler becomes `COMMON-500`; the cause goes to the log only.
#[derive(Debug, Clone, Copy)]
pub struct Panics;

impl ResponseForPanic for Panics {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send + 'static>) -> Response {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        tracing::error!(panic = said, "handler panicked");
        Problem::new(Kind::INTERNAL, "服务内部出错，已记录").into_response()
    }
}

/// The middleware around everything.
pub async fn envelope(State(surface): State<Surface>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers()).unwrap_or_else(|| surface.ids.next().to_string());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let html = wants_html(&path, request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));

    let span = tracing::info_span!("request", id = %id, %method, path = %path);
    let limit = surface.settings.request_timeout();
    let run = tokio::time::timeout(limit, next.run(request).instrument(span.clone())).await;
    let mut response = run.unwrap_or_else(|_| Problem::new(Kind::TIMEOUT, "处理时间超过上限").into_response());

    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let form = if html {
            Form::Page
        } else if path.starts_with("/v1/") {
            Form::OpenAi
        } else {
            Form::Problem
        };
        response = with_body(&surface, response, &problem, &id, form);
    }
    finish_headers(response.headers_mut(), &id);
    record(&span, &method, &route, &response, started);
    response
}

/// A client's own id is taken over if it is harmless: it appears in logs.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let harmless =
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    harmless.then(|| id.to_owned())
}

/// Pages show their errors as pages, everything else as JSON.
fn wants_html(path: &str, headers: &HeaderMap) -> bool {
    let data = ["/api/", "/openapi.json", "/livez", "/readyz", "/metrics", "/widget/", "/static/", "/v1/"];
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let asks_json = accept.contains("json") && !accept.contains("text/html");
    path != "/api" && !data.iter().any(|prefix| path.starts_with(prefix)) && !asks_json
}

/// How an error is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// For people.
    Page,
    /// RFC 9457.
    Problem,
    /// As clients of the chat-completions protocol read it.
    OpenAi,
}

/// Writes the problem into the response, whose status and headers stay.
fn with_body(surface: &Surface, response: Response, problem: &Problem, id: &str, form: Form) -> Response {
    let (mut parts, _) = response.into_parts();
    let (kind, text) = match form {
        Form::Page => ("text/html; charset=utf-8", super::pages::error_page(&surface.templates, problem, id)),
        Form::Problem => ("application/problem+json", serde_json::to_string(&problem.body(id)).unwrap_or_default()),
        Form::OpenAi => ("application/json", super::openai::error_body(problem).to_string()),
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(text))
}

fn finish_headers(headers: &mut HeaderMap, id: &str) {
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page { PAGE_POLICY } else { DATA_POLICY };
    // A page that other sites may frame says so itself.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
}

fn record(span: &tracing::Span, method: &Method, route: &str, response: &Response, started: Instant) {
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    metrics::count_request(method.as_str(), route, status, elapsed);
    span.in_scope(|| {
        let ms = elapsed.as_millis() as u64;
        if status >= 500 {
            tracing::warn!(status, ms, route, "failed");
        } else {
            tracing::info!(status, ms, route, "served");
        }
    });
}
