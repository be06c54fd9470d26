//! How endpoints differ from the protocol, and from one another: all of it, in one place.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{ProviderSettings, Rendered};

/// What an endpoint does otherwise. Nothing set: it does as the protocol says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the configuration")]
pub struct Quirks {
    /// Takes `max_completion_tokens` and refuses `max_tokens` (newer models of OpenAI).
    pub max_completion_tokens: bool,
    /// Refuses `stream_options`; then tokens are estimated.
    pub no_stream_options: bool,
    /// Knows no system role; its text is put before the user's.
    pub no_system_role: bool,
    /// Refuses `temperature` (models that think).
    pub no_temperature: bool,
    /// Begins with its thinking and leaves out the opening `<think>`.
    pub starts_thinking: bool,
    /// Fields to be added to every request, e.g. `enable_thinking = false`.
    pub extra: Map<String, Value>,
}

/// The body of a streaming request.
pub fn request(settings: &ProviderSettings, prompt: &Rendered) -> Value {
    let quirks = &settings.quirks;
    let messages = if quirks.no_system_role || prompt.system.is_empty() {
        json!([{ "role": "user", "content": format!("{}\n\n{}", prompt.system, prompt.user).trim() }])
    } else {
        json!([{ "role": "system", "content": prompt.system }, { "role": "user", "content": prompt.user }])
    };
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(settings.model));
    body.insert("messages".to_owned(), messages);
    body.insert("stream".to_owned(), json!(true));
    let limit = if quirks.max_completion_tokens { "max_completion_tokens" } else { "max_tokens" };
    body.insert(limit.to_owned(), json!(settings.max_tokens));
    if !quirks.no_temperature {
        body.insert("temperature".to_owned(), json!(settings.temperature));
    }
    if !quirks.no_stream_options {
        body.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    }
    body.extend(quirks.extra.clone());
    Value::Object(body)
}

/// One event of a stream, as far as anybody fills it in; the typed chunks of the client drop what vendors add
/// and refuse what they leave out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Event {
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Delta {
    content: Option<String>,
    /// Thinking, as `DeepSeek` and most servers of open models call it.
    reasoning_content: Option<String>,
    /// Thinking, as `OpenRouter` calls it.
    reasoning: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Usage {
    total_tokens: u64,
}

impl Event {
    /// Words for the user, thinking not yet taken out of them.
    pub fn words(&self) -> Option<&str> {
        self.choices.first()?.delta.content.as_deref().filter(|it| !it.is_empty())
    }

    /// Whether the model thinks aloud here.
    pub fn thinks(&self) -> bool {
        self.choices.first().is_some_and(|it| {
            [&it.delta.reasoning_content, &it.delta.reasoning].into_iter().flatten().any(|it| !it.is_empty())
        })
    }

    /// Why it ends, where it does: `stop`, `length`, `content_filter` …
    pub fn finish(&self) -> Option<&str> {
        self.choices.first()?.finish_reason.as_deref().filter(|it| !it.is_empty())
    }

    /// Tokens of prompt and answer, where it says.
    pub fn tokens(&self) -> Option<u64> {
        self.usage.as_ref().map(|it| it.total_tokens).filter(|it| *it > 0)
    }

    /// Some services refuse in the middle of a stream that began with 200.
    pub fn refusal(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let message = error.get("message").and_then(Value::as_str).or_else(|| error.as_str());
        Some(message.unwrap_or_default().to_owned())
    }
}

/// How thinking is fenced in by models that put it among their words.
const FENCES: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

/// Takes the thinking out of a stream of words, wherever the pieces are cut.
#[derive(Debug)]
pub struct Visible {
    /// The end of the thinking that is under way.
    until: Option<&'static str>,
    held: String,
    /// Nothing has been shown yet: white space at the start is of no use.
    fresh: bool,
}

impl Visible {
    /// Before the first word.
    pub fn new(quirks: &Quirks) -> Self {
        Self { until: quirks.starts_thinking.then_some(FENCES[0].1), held: String::new(), fresh: true }
    }

    /// Takes the next words, gives those that may be seen; what may become a fence is held back.
    pub fn push(&mut self, words: &str) -> String {
        self.held.push_str(words);
        let mut shown = String::new();
        loop {
            let next = match self.until {
                Some(end) => self.held.find(end).map(|at| (at, end, None)),
                None => FENCES
                    .iter()
                    .filter_map(|(open, close)| self.held.find(open).map(|at| (at, *open, Some(*close))))
                    .min_by_key(|it| it.0),
            };
            let Some((at, fence, until)) = next else { break };
            if self.until.is_none() {
                shown.push_str(&self.held[..at]);
            }
            self.held.drain(..at + fence.len());
            self.until = until;
        }
        let keep = self.held.len() - self.open_end();
        let settled: String = self.held.drain(..keep).collect();
        if self.until.is_none() {
            shown.push_str(&settled);
        }
        self.seen(shown)
    }

    /// What was held back and became no fence.
    pub fn finish(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        let shown = if self.until.is_none() { held } else { String::new() };
        self.seen(shown)
    }

    /// Bytes at the end that may be the beginning of a fence.
    fn open_end(&self) -> usize {
        let fences: Vec<&str> = self.until.map_or_else(|| FENCES.iter().map(|it| it.0).collect(), |end| vec![end]);
        let lengths = (1..=self.held.len()).rev().filter(|it| self.held.is_char_boundary(self.held.len() - it));
        lengths
            .filter(|it| *it <= "</thinking>".len())
            .find(|length| {
                let end = &self.held[self.held.len() - length..];
                fences.iter().any(|fence| fence.starts_with(end))
            })
            .unwrap_or(0)
    }

    fn seen(&mut self, shown: String) -> String {
        if !self.fresh {
            return shown;
        }
        let shown = shown.trim_start().to_owned();
        self.fresh = shown.is_empty();
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visible(quirks: &Quirks, pieces: &[&str]) -> String {
        let mut filter = Visible::new(quirks);
        let mut shown: String = pieces.iter().map(|it| filter.push(it)).collect();
        shown.push_str(&filter.finish());
        shown
    }

    #[test]
    fn thinking_is_taken_out_wherever_it_is_cut() {
        let text = "<think>先想一想<b></think>\n\n答：甲<乙，a<thinking>再想</thinking>丙<th";
        for length in 1..8 {
            let letters: Vec<char> = text.chars().collect();
            let pieces: Vec<String> = letters.chunks(length).map(|it| it.iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            assert_eq!(visible(&Quirks::default(), &pieces), "答：甲<乙，a丙<th", "{length}");
        }
        assert_eq!(visible(&Quirks::default(), &["<think>没有想完"]), "");
        let unopened = Quirks { starts_thinking: true, ..Quirks::default() };
        assert_eq!(visible(&unopened, &["想</thi", "nk> 答"]), "答");
    }

    #[test]
    fn requests_bend_to_the_endpoint() {
        let prompt = Rendered { system: "规则".into(), user: "问题".into(), ..Rendered::default() };
        let mut settings = ProviderSettings::new("甲", "http://h/v1", "m");
        let plain = request(&settings, &prompt);
        assert_eq!(plain["messages"][0]["role"], "system");
        assert_eq!((&plain["max_tokens"], &plain["stream"]), (&json!(800), &json!(true)));
        assert_eq!(plain["stream_options"]["include_usage"], true);

        settings.quirks = Quirks {
            max_completion_tokens: true,
            no_stream_options: true,
            no_system_role: true,
            no_temperature: true,
            starts_thinking: false,
            extra: Map::from_iter([("enable_thinking".to_owned(), json!(false))]),
        };
        let bent = request(&settings, &prompt);
        assert_eq!(bent["messages"], json!([{ "role": "user", "content": "规则\n\n问题" }]));
        assert_eq!((&bent["max_completion_tokens"], &bent["enable_thinking"]), (&json!(800), &json!(false)));
        for gone in ["max_tokens", "stream_options", "temperature"] {
            assert!(bent.get(gone).is_none(), "{gone}");
        }
    }

    #[test]
    fn events_are_read_as_far_as_they_are_filled_in() {
        let read = |text: &str| serde_json::from_str::<Event>(text).expect("an event");
        assert_eq!(read(r#"{"choices":[{"delta":{"content":"甲"}}]}"#).words(), Some("甲"));
        assert!(read(r#"{"choices":[{"delta":{"reasoning_content":"想"}}]}"#).thinks());
        assert_eq!(read(r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#).finish(), Some("stop"));
        assert_eq!(read(r#"{"choices":[],"usage":{"total_tokens":7}}"#).tokens(), Some(7));
        assert_eq!(read(r#"{"error":{"message":"busy"}}"#).refusal().as_deref(), Some("busy"));
        assert_eq!(read(r#"{"choices":[{"delta":{"role":"assistant","content":null}}],"usage":null}"#).words(), None);
    }
}
