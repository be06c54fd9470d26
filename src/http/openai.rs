//! The OpenAI-compatible surface: programs that speak to a chat model can speak to the assistant.
//!
//! What goes beyond that protocol stands in extra fields: `citations` beside the content, and
//! `dangwutong` with state, notices and related provisions. System messages are not obeyed: the
//! assistant's rules are its own. Keys belong to channels.

use axum::{
    Json,
    extract::State,
    http::HeaderValue,
    response::{
        IntoResponse as _, Response,
        sse::{Event as Sent, KeepAlive, Sse},
    },
};
use chat::{
    Feed, Question,
    event::{Done, Event},
    session::Caller,
};
use futures::{StreamExt as _, stream};
use knowledge::answer::{
    assistant::Exchange,
    model::{Citation, State as AnswerState},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Surface,
    caller::{Address, Authorized},
    events,
    extract::ApiJson,
    problem::{Kind, Problem},
    question,
};

/// The one model there is.
pub const MODEL: &str = "dangwutong";

/// A request of the chat-completions protocol. Settings of sampling are read over: answers are not sampled.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CompletionRequest {
    /// 模型名，`dangwutong`
    #[serde(default)]
    pub model: Option<String>,
    /// 对话消息；最后一条 `user` 消息是问题，之前的问答用于理解它
    pub messages: Vec<Message>,
    /// 是否流式返回
    #[serde(default)]
    pub stream: Option<bool>,
    /// 流式选项
    #[serde(default)]
    pub stream_options: Option<StreamOptions>,
}

/// Options of a stream.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StreamOptions {
    /// 末尾是否附上用量
    #[serde(default)]
    pub include_usage: Option<bool>,
}

/// One message.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Message {
    /// `user`、`assistant`；`system`、`developer`、`tool` 不采用
    pub role: String,
    /// 文字，或 `{"type":"text","text":…}` 的数组
    #[serde(default)]
    #[schema(value_type = Object)]
    pub content: Value,
}

impl Message {
    fn text(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n"),
            _ => String::new(),
        }
    }
}

/// 对话补全（OpenAI 兼容）
///
/// 请求和响应遵循 chat completions 协议，流式与否均可；引用在 `citations` 字段，状态与提示在 `dangwutong` 字段。
/// 用渠道的 API 密钥访问。
#[utoipa::path(post, path = "/v1/chat/completions", tag = "openai", request_body = CompletionRequest, responses(
    (status = 200, description = "补全结果，或 `stream: true` 时的事件流", body = Object),
    (status = 401, description = "密钥无效", body = Object),
    (status = 404, description = "没有这个模型", body = Object),
    (status = 422, description = "字段有误", body = Object),
    (status = 429, description = "提问过于频繁", body = Object),
    (status = 503, description = "繁忙", body = Object),
))]
pub async fn completions(
    State(surface): State<Surface>,
    Authorized(caller): Authorized,
    Address(address): Address,
    ApiJson(request): ApiJson<CompletionRequest>,
) -> Result<Response, Problem> {
    keys_only(&caller)?;
    if let Some(other) = request.model.as_deref().filter(|it| *it != MODEL) {
        let other: String = other.chars().take(60).collect();
        return Err(Problem::new(Kind::NO_MODEL, format!("没有模型“{other}”，可用的是 {MODEL}")).at("model"));
    }
    let usage = request.stream_options.as_ref().and_then(|it| it.include_usage).unwrap_or(false);
    let asked = asked(&request.messages)?;
    let prompt = asked.text.chars().count();
    let slot = surface.answer_slot().await?;
    let feed = surface.chat.ask_once(&caller, &address, asked).await?;
    let created = surface.clock.now().timestamp();
    if request.stream.unwrap_or(false) {
        return Ok(streamed(feed, created, usage.then_some(prompt), slot));
    }
    let done = last(feed).await?;
    let length = done.answer.text.chars().count();
    Ok(Json(json!({
        "id": format!("chatcmpl-{}", done.id),
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "choices": [{
            "index": 0,
            "message": {
                "role": "assistant",
                "content": done.answer.text,
                "refusal": null,
                "citations": done.answer.citations.iter().map(Source::from).collect::<Vec<_>>(),
            },
            "logprobs": null,
            "finish_reason": "stop",
        }],
        "usage": { "prompt_tokens": prompt, "completion_tokens": length, "total_tokens": prompt + length },
        "dangwutong": extra(&done),
    }))
    .into_response())
}

/// 可用的模型（OpenAI 兼容）
#[utoipa::path(get, path = "/v1/models", tag = "openai", responses(
    (status = 200, description = "模型列表", body = Object),
    (status = 401, description = "密钥无效", body = Object),
))]
pub async fn models(Authorized(caller): Authorized) -> Result<Json<Value>, Problem> {
    keys_only(&caller)?;
    let model = json!({ "id": MODEL, "object": "model", "created": 0, "owned_by": "dangwutong" });
    Ok(Json(json!({ "object": "list", "data": [model] })))
}

/// What a citation is to a program: all that is needed to show and to check it.
#[derive(Debug, Serialize)]
struct Source<'a> {
    n: usize,
    title: &'a str,
    label: &'a str,
    version: Option<&'a str>,
    text: &'a str,
    url: Option<&'a str>,
    verified: bool,
}

impl<'a> From<&'a Citation> for Source<'a> {
    fn from(it: &'a Citation) -> Self {
        Self {
            n: it.n,
            title: &it.title,
            label: &it.label,
            version: it.version.as_deref(),
            text: &it.text,
            url: it.url.as_deref(),
            verified: it.verified,
        }
    }
}

fn extra(done: &Done) -> Value {
    let it = &done.answer;
    json!({
        "state": it.state, "code": it.code, "label": it.label, "notices": it.notices, "as_of": it.as_of,
        "related": it.related.iter().map(Source::from).collect::<Vec<_>>(), "suggestions": it.suggestions,
    })
}

/// Sessions of the panel have their own routes.
fn keys_only(caller: &Caller) -> Result<(), Problem> {
    if caller.owner.starts_with("k:") {
        Ok(())
    } else {
        Err(Problem::new(Kind::NO_SESSION, "这个接口需要渠道的 API 密钥"))
    }
}

/// The last user message is the question; what went before helps to understand it.
fn asked(messages: &[Message]) -> Result<Question, Problem> {
    let spoken: Vec<&Message> = messages.iter().filter(|it| it.role == "user" || it.role == "assistant").collect();
    let Some((question, before)) = spoken.split_last().filter(|(it, _)| it.role == "user") else {
        return Err(Problem::new(Kind::BAD_FIELD, "最后一条消息应为 user 消息").at("messages"));
    };
    let text = question::clean(&question.text()).map_err(|it| it.at("messages"))?;
    let mut earlier = Vec::new();
    let mut open: Option<String> = None;
    for message in before {
        // Earlier words are cut rather than refused: they only help to understand.
        let words: String = message.text().chars().take(question::MAX_QUESTION).collect();
        let words = guard::personal::mask(&words);
        if message.role == "user" {
            open = Some(words);
        } else if let Some(question) = open.take() {
            earlier.push(Exchange {
                question,
                answer: words,
                state: AnswerState::Grounded,
                titles: Vec::new(),
                asked_back: false,
            });
        }
    }
    let from = earlier.len().saturating_sub(8);
    Ok(Question { text, earlier: earlier.split_off(from), ..Question::default() })
}

/// The end of the feed.
async fn last(mut feed: Feed) -> Result<Done, Problem> {
    while let Some(it) = feed.next().await {
        match it.event {
            Event::Done(done) => return Ok(*done),
            Event::Error(failure) => return Err(events::problem(&failure)),
            _ => {}
        }
    }
    Err(Problem::new(Kind::INTERRUPTED, "作答中断了，请重新提问"))
}

/// The feed as chunks; `prompt`: its length where the usage is asked for.
fn streamed(feed: Feed, created: i64, prompt: Option<usize>, held: impl Send + 'static) -> Response {
    let mut id = String::new();
    let chunks = feed.flat_map(move |it| {
        let _held = &held;
        if let Event::Accepted(accepted) = &it.event {
            id = format!("chatcmpl-{}", accepted.turn_id);
        }
        let chunk = |choices: Value| {
            json!({ "id": id, "object": "chat.completion.chunk", "created": created, "model": MODEL, "choices": choices })
        };
        let choice = |delta: Value, finish: Option<&str>| {
            json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }])
        };
        let mut out = Vec::new();
        match it.event {
            Event::Accepted(_) => out.push(chunk(choice(json!({ "role": "assistant", "content": "" }), None))),
            Event::Delta(delta) => out.push(chunk(choice(json!({ "content": delta.text }), None))),
            Event::Citation(it) => out.push(chunk(choice(json!({ "citations": [Source::from(&*it)] }), None))),
            Event::Done(done) => {
                let mut end = chunk(choice(json!({}), Some("stop")));
                end["dangwutong"] = extra(&done);
                out.push(end);
                if let Some(prompt) = prompt {
                    let length = done.answer.text.chars().count();
                    let mut usage = chunk(json!([]));
                    usage["usage"] = json!({
                        "prompt_tokens": prompt, "completion_tokens": length, "total_tokens": prompt + length
                    });
                    out.push(usage);
                }
            }
            Event::Error(failure) => out.push(error_body(&events::problem(&failure))),
            Event::Condensed(_) | Event::Retrieved(_) | Event::Notice(_) => {}
        }
        stream::iter(out.into_iter().map(|it| it.to_string()))
    });
    let lines = chunks.chain(stream::iter(["[DONE]".to_owned()]));
    let sent = lines.map(|line| Ok::<_, std::convert::Infallible>(Sent::default().data(line)));
    let mut response = Sse::new(sent).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// A problem in the shape that clients of this protocol read.
pub fn error_body(problem: &Problem) -> Value {
    let kind = match problem.kind.status {
        401 => "authentication_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    };
    json!({ "error": {
        "message": problem.detail, "type": kind, "param": problem.field, "code": problem.kind.code,
    } })
}
