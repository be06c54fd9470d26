//! A feed as a stream of server-sent events.

use std::convert::Infallible;

use axum::{
    http::HeaderValue,
    response::{
        IntoResponse as _, Response,
        sse::{Event as Sent, KeepAlive, Sse},
    },
};
use chat::{
    Feed,
    event::{Accepted, Event, Failure, Numbered},
};
use futures::StreamExt as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Kind, Problem, TABLE};

/// Event `accepted` as it is sent: with the id of the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedEvent {
    /// Id of the request.
    pub request_id: String,
    /// The rest.
    #[serde(flatten)]
    pub accepted: Accepted,
}

/// The response. `held`: what must live as long as the stream.
pub fn response(feed: Feed, request_id: String, held: impl Send + 'static) -> Response {
    let events = feed.map(move |it| {
        let _held = &held;
        Ok::<_, Infallible>(sent(it, &request_id))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::default().text("keep-alive")).into_response();
    // Reverse proxies must not gather the stream.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn sent(Numbered { seq, event }: Numbered, request_id: &str) -> Sent {
    let sent = match event {
        Event::Accepted(accepted) => named("accepted", &AcceptedEvent { request_id: request_id.to_owned(), accepted }),
        Event::Condensed(it) => named("condensed", &it),
        Event::Retrieved(it) => named("retrieved", &it),
        Event::Delta(it) => named("delta", &it),
        Event::Citation(it) => named("citation", &it),
        Event::Notice(it) => named("notice", &it),
        Event::Done(it) => named("done", &it),
        Event::Error(it) => named("error", &problem(&it).body(request_id)),
    };
    sent.id(seq.to_string())
}

/// One event. Our types always serialise; should one not, the client sees an event without data.
fn named(name: &str, data: &impl Serialize) -> Sent {
    Sent::default().event(name).json_data(data).unwrap_or_else(|_| Sent::default().event(name))
}

/// A failed turn as a problem.
pub fn problem(failure: &Failure) -> Problem {
    let kind = TABLE.iter().find(|kind| kind.code == failure.code).copied().unwrap_or(Kind::INTERNAL);
    Problem::new(kind, failure.detail.clone())
}
