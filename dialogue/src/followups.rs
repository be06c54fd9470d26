//! The words of `followups.toml`, and how a question is taken apart with them.

use std::cmp::Reverse;

use serde::Deserialize;
use text::numerals::is_numeral;

use crate::error::{RulesError, parse};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowUpsFile {
    lead: Vec<String>,
    switch: Vec<String>,
    correct: Vec<String>,
    pronoun: Vec<String>,
    ask: Vec<String>,
    modal: Vec<String>,
    repeat: Vec<String>,
    dangling: Vec<String>,
    common: Vec<String>,
    not_ask: Vec<String>,
    weak: Vec<String>,
    kind: Vec<KindFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    words: Vec<String>,
}

/// The words of `followups.toml`, each list with its longest first.
#[derive(Debug)]
pub(crate) struct FollowUps {
    pub lead: Vec<String>,
    pub switch: Vec<String>,
    pub correct: Vec<String>,
    pub pronoun: Vec<String>,
    pub ask: Vec<String>,
    pub modal: Vec<String>,
    pub repeat: Vec<String>,
    pub dangling: Vec<String>,
    pub common: Vec<String>,
    pub not_ask: Vec<String>,
    pub weak: Vec<String>,
    pub kinds: Vec<Vec<String>>,
}

impl FollowUps {
    /// Reads `followups.toml`.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        let read: FollowUpsFile = parse(file, text)?;
        let longest_first = |mut words: Vec<String>| {
            words.sort_by_key(|word| Reverse(word.len()));
            words
        };
        Ok(Self {
            lead: longest_first(read.lead),
            switch: longest_first(read.switch),
            correct: longest_first(read.correct),
            pronoun: longest_first(read.pronoun),
            ask: longest_first(read.ask),
            modal: longest_first(read.modal),
            repeat: longest_first(read.repeat),
            dangling: read.dangling,
            common: read.common,
            not_ask: longest_first(read.not_ask),
            weak: read.weak,
            kinds: read.kind.into_iter().map(|kind| longest_first(kind.words)).collect(),
        })
    }

    /// The subject of a question and what is asked about it.
    pub(crate) fn apart<'q>(&self, question: &'q str) -> (&'q str, &'q str) {
        let question = without_lead(question, &self.lead);
        let mut at = 0;
        while at < question.len() {
            let rest = &question[at..];
            // “有效期”, “主要”: the character asks nothing there.
            if let Some(word) = starts_with(rest, &self.not_ask) {
                at += word.len();
            } else if starts_with(rest, &self.ask).is_some() {
                break;
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        (question[..at].trim_end_matches(is_mark), &question[at..])
    }
}

/// A mark that separates words.
pub(crate) fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '》' | '）' | '”' | '%')
}

/// The first word of `words` with which `text` starts.
pub(crate) fn starts_with<'w>(text: &str, words: &'w [String]) -> Option<&'w str> {
    words.iter().map(String::as_str).find(|word| text.starts_with(word))
}

/// Without the words that say nothing at its start.
pub(crate) fn without_lead<'q>(question: &'q str, lead: &[String]) -> &'q str {
    let mut rest = question.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '《' | '“' | '（'));
    while let Some(word) = starts_with(rest, lead) {
        let after = rest[word.len()..].trim_start_matches(is_mark);
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

/// Letters and digits of a text.
pub(crate) fn length(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// A number put in the place of the earlier one: “实到14人” in “应到30人、实到16人” (the same word before
/// it), or “七个月” in “三个月没交” (the same unit after it). `None`: there is no such number.
pub(crate) fn number_put(word: &str, before: &str) -> Option<String> {
    let from = word.find(is_numeral)?;
    let to = from + word[from..].find(|c| !is_numeral(c)).unwrap_or(word.len() - from);
    let (name, number, unit) = (&word[..from], &word[from..to], &word[to..]);
    let unit: String = unit.chars().take(2).collect();
    let named = (!name.is_empty()).then(|| before.find(name)).flatten().map(|at| at + name.len());
    let starts = before.char_indices().filter(|(_, c)| is_numeral(*c)).map(|(at, _)| at);
    let at = named.filter(|at| before[*at..].starts_with(is_numeral)).or_else(|| {
        starts.filter(|_| !unit.is_empty()).find(|at| {
            let numeral = before[*at..].find(|c| !is_numeral(c)).unwrap_or(0);
            before[at + numeral..].starts_with(&unit)
        })
    })?;
    let old = before[at..].find(|c| !is_numeral(c)).unwrap_or(before.len() - at);
    Some(format!("{}{number}{}", &before[..at], &before[at + old..]))
}

/// “可以评吗”, “能当吗”: a verb that lacks what it is done to.
pub(crate) fn lacks_object(body: &str) -> bool {
    let Some(rest) = body.strip_suffix(['吗', '么', '不']) else { return false };
    let Some((verb, _)) = rest.char_indices().next_back() else { return false };
    ["可以", "能", "要", "会", "得", "用"].iter().any(|modal| rest[..verb].ends_with(modal))
}
