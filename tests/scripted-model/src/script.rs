//! What the server does with one request.

use std::time::Duration;

use serde_json::Value;

/// What is done with one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// This status and body; `retry_after` goes into the header of that name, in seconds.
    Refuse {
        /// The status, e.g. 429.
        status: u16,
        /// The body, whatever it is.
        body: Value,
        /// Seconds to wait, where the service says.
        retry_after: Option<u64>,
    },
    /// Takes the request and never says anything, not even headers.
    Silence,
    /// A stream, or, where none was asked for, one whole reply.
    Speak(Vec<Step>),
}

impl Reply {
    /// A refusal with the usual error body.
    pub fn refuse(status: u16, message: &str) -> Self {
        let body = serde_json::json!({
            "error": { "message": message, "type": "scripted", "param": null, "code": null }
        });
        Self::Refuse { status, body, retry_after: None }
    }

    /// `text` in tokens of two characters, without pauses, ended properly.
    pub fn text(text: &str) -> Self {
        Self::Speak(spoken(text, Duration::ZERO, Duration::ZERO))
    }
}

/// One thing in a stream.
#[derive(Debug, Clone)]
pub enum Step {
    /// Nothing for so long.
    Wait(Duration),
    /// A token.
    Say(String),
    /// A token of `reasoning_content`, which must reach no user.
    Think(String),
    /// An event with this data, whatever it is: broken JSON, an error object.
    Raw(String),
    /// Nothing more is said, and the line stays open.
    Hang,
    /// The line breaks (TCP reset).
    Reset,
    /// The line is closed in good order, with no reason given and no `[DONE]`.
    Close,
    /// The last chunk with its `finish_reason`, the usage where it was asked for, `[DONE]`.
    Finish(&'static str),
}

/// The steps that say `text`: the first token after `first`, each later one after `gap`.
pub fn spoken(text: &str, first: Duration, gap: Duration) -> Vec<Step> {
    let mut steps = Vec::new();
    for (at, token) in cut(text, 2).into_iter().enumerate() {
        let pause = if at == 0 { first } else { gap };
        if !pause.is_zero() {
            steps.push(Step::Wait(pause));
        }
        steps.push(Step::Say(token));
    }
    steps.push(Step::Finish("stop"));
    steps
}

/// `text` in tokens of `length` characters.
pub fn cut(text: &str, length: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(length.max(1)).map(|it| it.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_join_up_to_the_text() {
        assert_eq!(cut("甲乙丙", 2), ["甲乙", "丙"]);
        assert!(cut("", 2).is_empty());
        // Two tokens, two pauses, the end.
        assert_eq!(spoken("甲乙丙", Duration::from_millis(2), Duration::from_millis(1)).len(), 5);
    }
}
