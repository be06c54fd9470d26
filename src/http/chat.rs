//! `POST /api/v1/chat`: an answer as a stream of server-sent events.
//!
//! ```text
//! accepted → retrieved → (delta → citation*)* → citation* → notice* → done
//!                      └→ error                                (at any point after accepted)
//! ```

use std::{convert::Infallible, time::Instant};

use async_stream::stream;
use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use chrono::NaiveDate;
use futures::Stream;
use knowledge::{
    answer::model::Answer,
    search::model::{Gate, Retrieved, Rewrite, Route, Scope},
};
use serde::{Deserialize, Serialize};
use tokio::{sync::OwnedSemaphorePermit, task::JoinHandle};
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::{
    Surface,
    envelope::RequestId,
    extract::{self, ApiJson},
    metrics,
    problem::{Kind, Problem, ProblemBody},
    question, sentences,
};
use crate::app::{Answered, Ask, CoreResult};

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatRequest {
    /// 问题，最多 2000 字
    #[schema(max_length = 2000, example = "流动党员没有转组织关系，能在流入地投票吗？")]
    pub question: String,
    /// 按哪一天的规定回答；不填为今天
    #[schema(value_type = Option<NaiveDate>, example = "2026-06-01")]
    #[serde(default)]
    pub as_of: Option<String>,
    /// 提问渠道，如 `web_widget`；不填为 `api`
    #[schema(max_length = 64)]
    #[serde(default)]
    pub channel: Option<String>,
    /// 会话标识，由客户端自定
    #[schema(max_length = 64)]
    #[serde(default)]
    pub conversation_id: Option<String>,
}

/// Event `accepted`: the question was understood as a request and is being worked on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// Id of the request.
    pub request_id: String,
    /// The question as it will be answered.
    pub question: String,
    /// The day whose law was asked for, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<NaiveDate>,
}

/// Event `retrieved`: what was found, in short; `/api/v1/search` gives all of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RetrievedEvent {
    /// The question as searched.
    pub searched: String,
    /// What the glossary changed.
    pub rewrites: Vec<Rewrite>,
    /// The day whose law is applied.
    pub as_of: NaiveDate,
    /// Which way was taken.
    pub route: Route,
    /// How many candidates there are.
    pub candidates: usize,
    /// Open or closed, and why.
    pub gate: Gate,
    /// Parts that did not answer.
    pub degraded: Vec<String>,
}

/// Event `delta`: the next piece of the answer, Markdown.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Delta {
    /// To be appended.
    pub text: String,
}

/// Event `done`: the whole answer once more, with its id. The last event.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// Id in the answer log.
    pub id: String,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// 提问，流式作答
///
/// 响应是 SSE 流，事件依次为 `accepted`（Accepted）、`retrieved`（`RetrievedEvent`）、`delta`（Delta，逐句）、
/// `citation`（Citation，紧跟首次用到它的句子）、`notice`（Notice）、`done`（Done，完整答案）；
/// 出错时为 `error`（`ProblemBody`）。流开始之前的错误是普通的 problem+json。
#[utoipa::path(post, path = "/api/v1/chat", tag = "chat", request_body = ChatRequest, responses(
    (status = 200, description = "事件流", body = String, content_type = "text/event-stream"),
    (status = 400, description = "请求体有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "请求体过大", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "类型不受支持", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "字段或问题有误", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "繁忙", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn chat(
    State(surface): State<Surface>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<Response, Problem> {
    let ask = Ask {
        question: question::clean(&request.question)?,
        scope: Scope::default(),
        as_of: extract::date(request.as_of.as_deref(), "as_of")?,
        channel: question::name(request.channel, "channel")?.unwrap_or_else(|| "api".to_owned()),
        conversation_id: question::name(request.conversation_id, "conversation_id")?,
    };
    // Before the stream starts, so that a busy server can still say so with a status of its own.
    let slot = surface.slot().await?;
    let events = events(surface, ask, request_id, slot);
    let mut response = Sse::new(events).keep_alive(KeepAlive::default().text("keep-alive")).into_response();
    // Reverse proxies must not gather the stream.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

/// The running answer; dropped with the stream when the client goes away, and ends with it.
struct Running(JoinHandle<CoreResult<Answered>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Running {
    /// Starts the core in a task of its own, so that a panic there is an error here.
    fn start(surface: &Surface, ask: Ask) -> Self {
        let core = std::sync::Arc::clone(&surface.core);
        Self(tokio::spawn(async move { core.answer(ask).await }.in_current_span()))
    }

    /// Waits for the answer.
    async fn finish(mut self, limit: std::time::Duration) -> Result<Answered, Problem> {
        match tokio::time::timeout(limit, &mut self.0).await {
            Ok(Ok(answered)) => answered.map_err(Problem::from),
            Ok(Err(failure)) => {
                tracing::error!(%failure, "answering broke off");
                Err(Problem::new(Kind::INTERNAL, "服务内部出错，已记录"))
            }
            Err(_) => Err(Problem::new(Kind::TIMEOUT, "作答时间超过上限")),
        }
    }
}

fn events(
    surface: Surface,
    ask: Ask,
    request_id: String,
    slot: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream! {
        let started = Instant::now();
        let accepted = Accepted { request_id: request_id.clone(), question: ask.question.clone(), as_of: ask.as_of };
        yield Ok(event("accepted", &accepted));
        let running = Running::start(&surface, ask);
        let outcome = running.finish(surface.settings.request_timeout()).await;
        drop(slot);
        match outcome {
            Ok(Answered { id, answer, retrieved }) => {
                metrics::count_answer(answer.state, started.elapsed());
                yield Ok(event("retrieved", &RetrievedEvent::from(retrieved)));
                for next in answer_events(&answer) {
                    yield Ok(next);
                }
                yield Ok(event("done", &Done { id, answer }));
            }
            Err(problem) => yield Ok(event("error", &problem.body(&request_id))),
        }
    }
}

/// The answer sentence by sentence; a citation follows the sentence that first uses it.
fn answer_events(answer: &Answer) -> Vec<Event> {
    let mut events = Vec::new();
    let mut waiting: Vec<_> = answer.citations.iter().collect();
    for piece in sentences::pieces(&answer.text) {
        events.push(event("delta", &Delta { text: piece.to_owned() }));
        for mark in sentences::marks(piece) {
            if let Some(place) = waiting.iter().position(|citation| citation.n == mark) {
                events.push(event("citation", waiting.remove(place)));
            }
        }
    }
    events.extend(waiting.into_iter().map(|citation| event("citation", citation)));
    events.extend(answer.notices.iter().map(|notice| event("notice", notice)));
    events
}

/// One event. Our types always serialise; should one not, the client sees an event without data.
fn event(name: &str, data: &impl Serialize) -> Event {
    let named = Event::default().event(name);
    named.json_data(data).unwrap_or_else(|_| Event::default().event(name))
}

impl From<Retrieved> for RetrievedEvent {
    fn from(retrieved: Retrieved) -> Self {
        Self {
            searched: retrieved.searched,
            rewrites: retrieved.rewrites,
            as_of: retrieved.as_of,
            route: retrieved.route,
            candidates: retrieved.candidates.len(),
            gate: retrieved.gate,
            degraded: retrieved.degraded,
        }
    }
}
