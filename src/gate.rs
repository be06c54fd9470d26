//! What is looked at before a text goes into the library: sensitive words.
//!
//! A regulation says what it says: hits in it are logged, and nothing is refused or changed. Of
//! everything else a text with a word that blocks is refused, one with a word to be masked goes in
//! masked. Every hit is audited under the channel `ingest`, once for each document.

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

/// The gate in front of one library.
#[derive(Clone)]
pub struct Gate {
    store: Store,
    words: Words,
}

/// What was found in a text, to be audited once it is known what became of it.
pub struct Finding {
    /// The document or the pair.
    pub subject: String,
    text: String,
    hits: Vec<Hit>,
}

impl Gate {
    /// In front of the library in `store`, with the list `words`.
    pub fn new(store: Store, words: Words) -> Self {
        Self { store, words }
    }

    /// Logs what stands in a regulation that is now in the library as `subject`.
    pub async fn log(&self, subject: &str, draft: &Draft) -> CoreResult<()> {
        let body: String = draft.nodes.iter().map(|it| it.own_text.as_str()).collect();
        let text = format!("{}\n{body}", draft.meta.title);
        let all = 0..text.len();
        let hits = self.words.check_except(Place::Ingestion, &text, &[all]).hits;
        self.audit(vec![Finding { subject: subject.to_owned(), text, hits }]).await
    }

    /// Looks at a text that isn't a regulation: its parts (a title, a body) are checked one by one and
    /// masked where they stand. What was found goes into `findings`.
    ///
    /// # Errors
    /// Why the text may not go in, in Chinese, with the word and what stands around it.
    pub fn admit(&self, subject: &str, parts: &mut [&mut String], findings: &mut Vec<Finding>) -> Result<(), String> {
        let mut refused = None;
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

    /// Writes what was found, unless an earlier import wrote it.
    pub async fn audit(&self, findings: Vec<Finding>) -> CoreResult<()> {
        for it in &findings {
            let occasion = Occasion { channel: CHANNEL, subject: &it.subject };
            audit::record_once(&self.store, occasion, &it.text, &it.hits).await.map_err(failed)?;
        }
        Ok(())
    }
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
