//! A question in its conversation, and what becomes of it.

use chrono::NaiveDate;
use futures::future::BoxFuture;

use super::{
    model::{Answer, State},
    pieces::Pieces,
};
use crate::{
    error::Result,
    search::model::{Retrieved, Scope},
};

/// A question with everything that decides how it is understood and what may be found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// The question: readable, masked, at most 2,000 characters.
    pub question: String,
    /// What was asked and answered before in the same conversation, oldest first.
    pub earlier: Vec<Exchange>,
    /// What may be found at all.
    pub scope: Scope,
    /// The day whose law is asked about; `None`: today.
    pub as_of: Option<NaiveDate>,
}

/// An earlier question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The question as it was understood.
    pub question: String,
    /// The words of the answer.
    pub answer: String,
    /// How it ended.
    pub state: State,
    /// Titles of what was cited.
    pub titles: Vec<String>,
    /// The answer was a question back.
    pub asked_back: bool,
}

/// An answer together with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// The retrieval behind it; absent where none was needed.
    pub retrieved: Option<Retrieved>,
    /// The question as it was understood, where that differs from what was typed.
    pub condensed: Option<String>,
    /// What the question is about: a topic such as `dues`, or why it was refused, e.g. `personal_data`.
    pub category: Option<String>,
    /// A person should look at this soon.
    pub urgent: bool,
}

/// Whoever answers. A call may be dropped half-way (the asker stopped it): nothing half-written remains.
pub trait Assistant: Send + Sync {
    /// Answers; what may be shown on the way goes to `pieces`, and the [`super::pieces::Piece::Text`]s
    /// joined are the answer's text.
    fn answer(&self, asked: Asked, pieces: Pieces) -> BoxFuture<'_, Result<Reply>>;

    /// Whether the question must not be kept, not even masked: a report or an accusation.
    fn is_discreet(&self, _question: &str) -> bool {
        false
    }
}
