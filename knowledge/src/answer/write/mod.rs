//! The lead of an answer, written by a model and shown sentence by sentence as each is checked.
//!
//! ```text
//! Speech ─► Held: sentences whose end is certain ─► flat: no Markdown, HTML, addresses
//!        ─► verify::strict ─► Said (text and pieces)         or dropped, with its findings
//! ```
//!
//! The model writes nothing but the lead; the quoted basis below it is made by code from the texts. Whatever
//! goes wrong, what was shown stays, and the caller goes on with words of the texts.

mod condense;
mod editor;
mod flat;
mod held;
mod material;
#[cfg(test)]
mod tests;

use std::{fmt, ops::Range, sync::Arc};

use chrono::NaiveDate;
use llm::{LlmError, Models, Prompts};
use store::{Ids, Store};

use self::{editor::Editor, material::Material};
use super::{
    model::{Citation, Finding, Written},
    pieces::Said,
};
use crate::{error::Result, search::names::Names};

/// What a model writes when the texts don't answer the question. It claims nothing and is always shown.
pub const NO_ANSWER: &str = "现有条文没有直接回答这个问题。";
/// Finds the parts of a text that read as instructions to the assistant.
pub type Instructions = Arc<dyn Fn(&str) -> Vec<Range<usize>> + Send + Sync>;

/// An earlier question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The question, as it was understood.
    pub question: String,
    /// What was answered.
    pub answer: String,
}

/// Writes leads with the configured models.
pub struct Writer {
    models: Models,
    prompts: Prompts,
    ids: Arc<dyn Ids>,
    instructions: Option<Instructions>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("models", &self.models).finish_non_exhaustive()
    }
}

/// What a lead is written from.
pub(super) struct Task<'a> {
    pub store: &'a Store,
    pub names: &'a Names,
    pub question: &'a str,
    pub earlier: &'a [Exchange],
    pub citations: &'a [Citation],
    pub day: NaiveDate,
}

/// How the writing went.
#[derive(Debug, Default)]
pub(super) struct Lead {
    /// At least one sentence was shown and the model came to its end: nothing need be added.
    pub whole: bool,
    /// Sentences that were not shown.
    pub dropped: usize,
    /// What was mended in those that were, and what was wrong with those that were not.
    pub findings: Vec<Finding>,
    /// Which model; absent where none gave a word.
    pub written: Option<Written>,
    /// Why there is no lead or no whole one, where the model is at fault.
    pub failure: Option<LlmError>,
}

impl Writer {
    /// Writes with `models` by `prompts`; `ids` make boundaries around data, one for each request.
    pub const fn new(models: Models, prompts: Prompts, ids: Arc<dyn Ids>) -> Self {
        Self { models, prompts, ids, instructions: None }
    }

    /// Leaves out what `instructions` finds in retrieved texts: it is neither sent nor a support.
    #[must_use]
    pub fn wary_of(mut self, instructions: Instructions) -> Self {
        self.instructions = Some(instructions);
        self
    }

    /// The models.
    pub const fn models(&self) -> &Models {
        &self.models
    }

    /// Writes the lead into `said`, each sentence as soon as it is checked.
    ///
    /// # Errors
    /// The database is out of reach; what a model does wrong is no error but stands in the [`Lead`].
    pub(super) async fn lead(&self, task: &Task<'_>, said: &mut Said<'_>) -> Result<Lead> {
        let material = Material::new(task, self.ids.next().simple().to_string(), self.instructions.as_ref());
        let begun = match self.prompts.render("answer", &material.values) {
            Ok(prompt) => self.models.stream(&prompt).await.map(|speech| (speech, prompt)),
            Err(error) => Err(error),
        };
        let (mut speech, prompt) = match begun {
            Ok(begun) => begun,
            Err(error) => return Ok(Lead { failure: Some(error), ..Lead::default() }),
        };
        let mut lead = Editor::new(task, &material.citations, said).follow(&mut speech).await?;
        lead.written = Some(Written {
            provider: speech.provider().to_owned(),
            model: speech.model().to_owned(),
            prompt: format!("{}@{}", prompt.id, prompt.version),
            prompt_hash: prompt.hash,
            first_token_ms: u64::try_from(speech.first_token().as_millis()).unwrap_or(u64::MAX),
            tokens: speech.tokens().unwrap_or(0),
        });
        Ok(lead)
    }
}
