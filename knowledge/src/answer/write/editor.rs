//! Between a model and its readers: every sentence is checked before it is said.

use llm::{Finish, Speech};

use super::{
    Lead, NO_ANSWER, Task,
    flat::flat,
    held::{Held, Next},
};
use crate::{
    answer::{
        library::Shelved,
        model::{Citation, Finding},
        pieces::Said,
        sentences,
        verify::{self, Verified},
    },
    error::Result,
    text::bare,
};

/// A model that goes on for more sentences than this is stopped: a lead is short.
const MOST_SENTENCES: usize = 12;

/// Follows one speech.
pub struct Editor<'a, 'p> {
    task: &'a Task<'a>,
    /// What the model was given: its sentences are held against these.
    citations: &'a [Citation],
    said: &'a mut Said<'p>,
    held: Held,
    /// The sentence said last, if the one before was said: marks that come after it are its own.
    last: Option<String>,
    shown: usize,
    lead: Lead,
}

impl<'a, 'p> Editor<'a, 'p> {
    /// Has read nothing yet.
    pub fn new(task: &'a Task<'a>, citations: &'a [Citation], said: &'a mut Said<'p>) -> Self {
        Self { task, citations, said, held: Held::default(), last: None, shown: 0, lead: Lead::default() }
    }

    /// Follows `speech` to its end, or as far as it gets.
    pub async fn follow(mut self, speech: &mut Speech) -> Result<Lead> {
        while let Some(words) = speech.next().await {
            match words {
                Ok(words) => self.held.push(&words),
                Err(error) => {
                    self.lead.failure = Some(error);
                    return Ok(self.lead);
                }
            }
            self.release(false).await?;
            if self.shown + self.lead.dropped >= MOST_SENTENCES {
                break;
            }
        }
        // Where the model ran into its limit, what is left is half a sentence.
        if speech.finish() == Some(Finish::Stop) {
            self.release(true).await?;
        }
        self.lead.whole = self.shown > 0;
        Ok(self.lead)
    }

    /// Says or drops every sentence whose end is certain. A sentence that holds by itself doesn't wait for
    /// marks behind its full stop; one that doesn't, does.
    async fn release(&mut self, ended: bool) -> Result<()> {
        loop {
            match self.held.mark(ended) {
                Next::Is(n) => {
                    self.late_mark(n);
                    continue;
                }
                Next::Unknown => return Ok(()),
                Next::Isnt => {}
            }
            let Some(core) = sentences::certain_end(self.held.text(), ended) else { return Ok(()) };
            let words = flat(&self.held.text()[..core]);
            if bare(&words).is_empty() {
                self.held.take(core);
                continue;
            }
            match self.check(&words).await? {
                Ok(verified) => self.say(verified, core),
                Err(findings) => match self.held.marks_behind(core, ended) {
                    Next::Unknown => return Ok(()),
                    Next::Is(end) => {
                        let marked = flat(&self.held.text()[..end]);
                        match self.check(&marked).await? {
                            Ok(verified) => self.say(verified, end),
                            Err(findings) => self.drop(findings, end),
                        }
                    }
                    Next::Isnt => self.drop(findings, core),
                },
            }
        }
    }

    async fn check(&self, words: &str) -> Result<std::result::Result<Verified, Vec<Finding>>> {
        if words == NO_ANSWER {
            let text = words.to_owned();
            return Ok(Ok(Verified { text, findings: Vec::new(), quotes_checked: 0, quotes_verified: 0 }));
        }
        let library = Shelved::for_text(self.task.store, self.task.names, self.task.day, words).await?;
        Ok(verify::strict(words, self.citations, &library))
    }

    fn say(&mut self, verified: Verified, end: usize) {
        let between = if self.shown == 0 { "" } else { self.held.between() };
        self.said.say(&format!("{between}{}", verified.text));
        self.shown += 1;
        self.last = Some(verified.text);
        self.lead.findings.extend(verified.findings);
        self.held.take(end);
    }

    fn drop(&mut self, findings: Vec<Finding>, end: usize) {
        self.lead.dropped += 1;
        self.lead.findings.extend(findings);
        self.last = None;
        self.held.take(end);
    }

    /// A mark behind a sentence that was said already: worth saying where it adds a source.
    fn late_mark(&mut self, n: usize) {
        let Some(last) = &mut self.last else { return };
        let mark = format!("[{n}]");
        if !last.contains(&mark) && verify::speaks_of(last, n, self.citations) {
            last.push_str(&mark);
            self.said.say(&mark);
        }
    }
}
