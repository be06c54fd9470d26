//! What is looked at before a text goes into the library: sensitive words, and instructions to the
//! assistant that somebody planted in it (indirect prompt injection).
//!
//! A regulation says what it says: hits in it are logged, and nothing is refused or changed. Of
//! everything else a text with a word that blocks is refused, one with a word to be masked goes in
//! masked; one that speaks to the assistant stays outside until a person has looked at it. Every hit is
//! audited under the channel `ingest`, once for each document.

use std::sync::Arc;

use dialogue::Rules;
use guard::{
    Words,
    audit::{self, Occasion},
    words::{Hit, Level, Place},
};
use knowledge::regulation::Draft;
use store::Store;

use crate::app::{CoreError, CoreResult};

/// The channel of an audit row that an import wrote.
const CHANNEL: &str = "ingest";

/// The code of a refusal, for the import report.
const REFUSED: &str = "GUARD-020";

/// The code of a text that holds instructions to the assistant.
const PLANTED: &str = "GUARD-021";

/// The gate in front of one library.
#[derive(Clone)]
pub struct Gate {
    store: Store,
    words: Words,
    rules: Arc<Rules>,
}

/// What was found in a text, to be audited once it is known what became of it.
pub struct Finding {
    /// The document or the pair.
    pub subject: String,
    text: String,
    hits: Vec<Hit>,
}

impl Gate {
    /// In front of the library in `store`, with the list `words` and the `rules` that know instructions.
    pub fn new(store: Store, words: Words, rules: Arc<Rules>) -> Self {
        Self { store, words, rules }
    }

    /// What in a regulation reads like instructions to the assistant, for a note in the import report: the
    /// text of a regulation is not changed.
    pub fn planted(&self, draft: &Draft) -> Vec<String> {
        let body: String = draft.nodes.iter().map(|it| it.own_text.as_str()).collect();
        let spans = self.rules.suspicious(&body);
        spans.into_iter().map(|it| shortened(&body[it])).collect()
    }

    /// Logs what stands in a regulation that is now in the library as `subject`.
    pub async fn log(&self, subject: &str, draft: &Draft) -> CoreResult<()> {
        let body: String = draft.nodes.iter().map(|it| it.own_text.as_str()).collect();
        let text = format!("{}\n{body}", draft.meta.title);
        let all = 0..text.len();
        let hits = self.words.check_except(Place::Ingestion, &text, &[all]).hits;
        self.audit(vec![Finding { subject: subject.to_owned(), text, hits }]).await
    }

    /// Looks at a text that isn't a regulation: its parts (a body, the questions of a pair) are checked one by
    /// one and masked where they stand. What was found goes into `findings`.
    ///
    /// # Errors
    /// Why the text may not go in, in Chinese, with the words and what stands around them.
    pub fn admit(&self, subject: &str, parts: &mut [&mut String], findings: &mut Vec<Finding>) -> Result<(), String> {
        let mut refused = None;
        // Together, for an instruction may begin in a question and end in its answer.
        let whole = parts.iter().map(|it| it.as_str()).collect::<Vec<_>>().join("\n");
        if let Some(span) = self.rules.suspicious(&whole).into_iter().next() {
            // Who planted one sentence may have changed others: a person has to look at the whole.
            tracing::warn!(subject, "a text speaks to the assistant");
            refused = Some(format!("{PLANTED} 有写给助手的指令：“{}”", shortened(&whole[span])));
        }
        for part in parts {
            let verdict = self.words.check(Place::Ingestion, part);
            let Some(worst) = verdict.worst() else { continue };
            if worst == Level::Block && refused.is_none() {
                refused = verdict.hits.iter().find(|it| it.level == Level::Block).map(|it| reason(it, &verdict.text));
            }
            let text = std::mem::take(*part);
            // A text that is refused stays as it was; nobody stores it.
            **part = if worst == Level::Mask { verdict.text } else { text.clone() };
            findings.push(Finding { subject: subject.to_owned(), text, hits: verdict.hits });
        }
        refused.map_or(Ok(()), Err)
    }

    /// A title, which is often a file's name: where it speaks to the assistant, `instead` stands in its place,
    /// for the text itself may be of use.
    pub fn title(&self, title: String, instead: &str) -> String {
        if self.rules.suspicious(&title).is_empty() {
            return title;
        }
        tracing::warn!(subject = instead, "a title speaks to the assistant");
        format!("资料{instead}")
    }

    /// Writes what was found, unless an earlier import wrote it.
    pub async fn audit(&self, findings: Vec<Finding>) -> CoreResult<()> {
        for it in &findings {
            let occasion = Occasion { channel: CHANNEL, subject: &it.subject };
            audit::record_once(&self.store, occasion, &it.text, &it.hits).await.map_err(failed)?;
        }
        Ok(())
    }
}

/// The beginning of what was left out, for a report: in one line, and masked.
fn shortened(text: &str) -> String {
    let line: String = guard::personal::mask(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(40).collect();
    if line.chars().count() > 40 {
        short.push('…');
    }
    short
}

/// Why a text is refused; `before` is what stands in front of the hit.
fn reason(hit: &Hit, before: &str) -> String {
    let place = match guard::personal::mask(before).chars().rev().take(12).collect::<String>() {
        it if it.is_empty() => "开头".to_owned(),
        it => format!("“…{}”之后", it.chars().rev().collect::<String>()),
    };
    format!("{REFUSED} {place}有不得入库的词“{}”", hit.entry.word)
}

/// What a failure of the guard means to a caller.
#[expect(clippy::needless_pass_by_value, reason = "it is a step of `map_err`, which passes by value")]
pub fn failed(error: guard::Error) -> CoreError {
    match error {
        guard::Error::Store(_) => CoreError::Unavailable { part: "database".to_owned(), reason: error.to_string() },
        _ => CoreError::Internal(format!("{} {error}", error.code())),
    }
}
