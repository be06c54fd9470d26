//! What a question is about, before anything is looked up.
//!
//! Pure rules without a model, from data files that a curator can edit (`dialogue/data/*.toml`):
//! - [`Rules::condense`] makes a follow-up stand alone with the help of the earlier turns;
//! - [`Rules::route`] says whether it is answered, refused or small talk;
//! - [`Rules::clarify`] asks back where a question is too vague;
//! - [`Rules::suggestions`], [`Rules::starters`], [`Rules::cards`] offer what comes next;
//! - [`Rules::reply`] fills in the fixed replies;
//! - [`Rules::suspicious`] finds instructions to the assistant in documents and file names.
//!
//! Everything is compiled once; a question takes microseconds (measured in `tests/suites.rs`).

mod clarify;
mod condense;
mod error;
mod files;
mod followups;
mod offers;
mod pattern;
mod plain;
mod replies;
mod route;
mod scan;
mod scope;
mod sound;
mod topics;
mod words;

use std::{ops::Range, path::Path};

use serde::Serialize;

pub use clarify::Clarify;
pub use condense::{Condensed, Earlier};
pub use error::RulesError;
pub use offers::CardRule;
pub use replies::Reply;
pub use route::{Category, Decision};
pub use topics::Starter;

use files::Compiled;
use plain::Plain;

/// What masking leaves in the middle of a number.
const MASKED: &str = "****";

/// All rules, parsed and compiled. Make it once and share it.
#[derive(Debug)]
pub struct Rules(Compiled);

impl Rules {
    /// The rules that come with the program.
    ///
    /// # Panics
    /// Never in a build whose tests passed: a unit test reads the same files.
    pub fn built_in() -> Self {
        Self(Compiled::read(None).expect("the rule files in the program are tested"))
    }

    /// The rules of a folder with a curator's copies; a file that is missing there is taken from the
    /// program. An error names the file, the line and the reason.
    pub fn from_folder(dir: &Path) -> Result<Self, RulesError> {
        Compiled::read(Some(dir)).map(Self)
    }

    /// The question with what it leaves unsaid, from at most the last eight of the earlier turns.
    pub fn condense(&self, question: &str, earlier: &[Earlier]) -> Condensed {
        self.0.condense(question, earlier)
    }

    /// Which way a question goes; give it the condensed question.
    pub fn route(&self, question: &str) -> Decision {
        let rules = &self.0;
        // A masked number has lost its digits, but not what it is.
        let plain = Plain::new(&question.replace(MASKED, "0000"));
        let hits = rules.lexicon.find(&plain);
        let topic = rules.topics.of(&hits);
        if let Some(rule) = rules.refusals.iter().find(|rule| rule.fires(&plain, &hits)) {
            return Decision::Refuse {
                category: rule.category,
                code: rule.reply.clone(),
                what: rule.what(&plain, &hits),
                urgent: rules.replies.is_urgent(&rule.reply),
                suggestions: rules.offers.instead(rule.category, &plain, &hits, &rules.topics),
            };
        }
        if let Some(code) = rules.talk.code(&plain, &hits) {
            return Decision::Talk { code: code.to_owned() };
        }
        // What is asked back isn't refused: “这事该找谁” says nothing about the subject.
        if rules.clarify(question, 0).is_none() && rules.scope.is_outside(&plain, &hits, rules.topics.classes()) {
            return Decision::Refuse {
                category: Category::OutOfScope,
                code: "OUT_OF_SCOPE".to_owned(),
                what: None,
                urgent: false,
                suggestions: rules.offers.instead(Category::OutOfScope, &plain, &hits, &rules.topics),
            };
        }
        Decision::Answer { topic: topic.map(str::to_owned) }
    }

    /// The name of the rule that refuses a question, for logs and curators; `None` where no rule of
    /// `refusals.toml` does (a question outside the subject has none).
    pub fn refused_by(&self, question: &str) -> Option<&str> {
        let plain = Plain::new(&question.replace(MASKED, "0000"));
        let hits = self.0.lexicon.find(&plain);
        let rule = self.0.refusals.iter().find(|rule| rule.fires(&plain, &hits))?;
        Some(&rule.name)
    }

    /// A question back where the question is too vague, with options to tap. `asked_back`: how often
    /// one was asked back already in a row; after two there is no third.
    pub fn clarify(&self, question: &str, asked_back: usize) -> Option<Clarify> {
        self.0.clarify(question, asked_back)
    }

    /// Office procedures that the question wants done.
    pub fn cards(&self, question: &str) -> Vec<CardRule> {
        let plain = Plain::new(question);
        self.0.offers.cards(&plain, &self.0.lexicon.find(&plain))
    }

    /// At most three questions that one could ask next, never the question itself. `topic`: the code
    /// that [`Rules::route`] gave; without one it is taken from the question.
    pub fn suggestions(&self, question: &str, topic: Option<&str>) -> Vec<String> {
        let plain = Plain::new(question);
        let hits = self.0.lexicon.find(&plain);
        self.0.topics.next(topic.or_else(|| self.0.topics.of(&hits)), &plain.text)
    }

    /// Questions for the greeting, by category.
    pub fn starters(&self) -> Vec<Starter> {
        self.0.topics.starters()
    }

    /// The fixed reply with this code, filled in.
    pub fn reply(&self, code: &str, values: &impl Serialize) -> Result<Reply, RulesError> {
        self.0.replies.fill(code, values)
    }

    /// Byte ranges of a document, a file name or a QA pair that read as instructions to the assistant.
    pub fn suspicious(&self, text: &str) -> Vec<Range<usize>> {
        self.0.suspicious(text)
    }
}

#[cfg(test)]
mod tests;
