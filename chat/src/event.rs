//! What a stream tells, in order:
//!
//! ```text
//! accepted → condensed? → retrieved? → (delta → citation*)* → citation* → notice* → done
//!                                                                                └→ error (at any point)
//! ```

use chrono::NaiveDate;
use knowledge::{
    answer::model::{Answer, Citation, Notice},
    search::model::{Gate, Retrieved, Rewrite, Route},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Event `accepted`: the question is being worked on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// Id of the turn; feedback refers to it.
    pub turn_id: String,
    /// Its conversation; absent for a single question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// The question as it is kept: masked.
    pub question: String,
    /// The day whose law was asked for, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<NaiveDate>,
}

/// Event `condensed`: the question as it was understood from the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Condensed {
    /// A question that stands by itself.
    pub question: String,
}

/// Event `retrieved`: what was found, in short; `/api/v1/search` gives all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
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

/// Event `delta`: the next piece of the answer, Markdown. All pieces joined are the answer's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delta {
    /// To be appended.
    pub text: String,
}

/// Event `done`: the whole answer once more, with its id. It is stored by now. The last event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// Id of the turn.
    pub id: String,
    /// The asker stopped it: the text is what had come by then.
    #[serde(default)]
    pub stopped: bool,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// Why a turn ended without an answer. Event `error`; the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable code, as docs/ERRORS.md lists it.
    pub code: String,
    /// In Chinese, for the asker.
    pub detail: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// See [`Accepted`].
    Accepted(Accepted),
    /// See [`Condensed`].
    Condensed(Condensed),
    /// See [`RetrievedEvent`].
    Retrieved(Box<RetrievedEvent>),
    /// See [`Delta`].
    Delta(Delta),
    /// What a mark stands for; follows the piece that first uses it.
    Citation(Box<Citation>),
    /// Something that the reader must know.
    Notice(Notice),
    /// See [`Done`].
    Done(Box<Done>),
    /// See [`Failure`].
    Error(Failure),
}

impl Event {
    /// Whether nothing follows.
    pub const fn is_last(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Error(_))
    }

    /// The next words.
    pub fn delta(text: &str) -> Self {
        Self::Delta(Delta { text: text.to_owned() })
    }
}

/// An event with its number, which rises within the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    /// From 1.
    pub seq: i64,
    /// What happened.
    pub event: Event,
}
