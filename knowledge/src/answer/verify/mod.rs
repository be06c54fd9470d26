//! The verifier: rules 1–3 for answers, as code. Rules 4 and 5 are the gate's and [`plain`]'s.
//!
//! 1. What stands in quotation marks or in a block quote stands in the cited text, word for word under
//!    [`crate::text::normalize()`]; else it loses its marks.
//! 2. 《X》第N条 is a provision in the base; else it is struck out. One not in force is remarked.
//! 3. A sentence with a number or a rule word carries a mark whose citation says the same; else it is marked
//!    （未找到依据）.
//!
//! [`verify`] may be given a whole answer or, while a model streams, the pieces of
//! [`super::sentences::split`] one by one. Verifying twice changes nothing more.

mod amounts;
mod articles;
mod claims;
mod plain;
mod quotes;
mod rules;
mod source;
mod strict;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use plain::plain;
use source::Source;
pub use strict::{speaks_of, strict};

use super::{
    model::{Citation, Finding},
    sentences,
};
use crate::regulation::Address;

/// One mended place may bring the next to light (“a「b” c」); more rounds than this no text has needed.
const MOST_ROUNDS: usize = 12;

/// What the base knows about a title and an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// In force on the day asked about.
    InForce,
    /// Known, but not in force on that day.
    NotInForce,
    /// The title is known, the article isn't.
    UnknownArticle,
    /// The title isn't known.
    UnknownTitle,
}

/// The regulations an answer may name, on the day asked about.
pub trait Library {
    /// Looks up a full title or alias (without 《》) and, if given, an address in it.
    fn resolve(&self, title: &str, address: Option<&Address>) -> Resolution;
}

/// A verified text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The text, mended.
    pub text: String,
    /// What was mended.
    pub findings: Vec<Finding>,
    /// Quotations of 8 or more letters and digits in the given text. With none, the text isn't "verified".
    pub quotes_checked: usize,
    /// How many of them stand word for word in the right citation.
    pub quotes_verified: usize,
}

/// Checks `text` (Markdown with marks `[1]`) against the citations that its marks stand for.
pub fn verify(text: &str, citations: &[Citation], library: &dyn Library) -> Verified {
    let sources: Vec<Source> = citations.iter().map(Source::new).collect();
    let mut result = round(text, &sources, library);
    for _ in 1..MOST_ROUNDS {
        let next = round(&result.text, &sources, library);
        if next.text == result.text {
            break;
        }
        result.text = next.text;
        result.findings.extend(next.findings);
    }
    result
}

/// Whether `quote` deserves a badge: at least 8 letters and digits, word for word in `citation_text`.
pub fn badge(quote: &str, citation_text: &str) -> bool {
    let words = source::words(quote);
    quotes::is_long(quote) && source::words(citation_text).contains(&words)
}

/// One pass of all rules. Each later rule works on what the one before left: words that lost their quotation
/// marks are the answer's own words, and their numbers then need a citation.
fn round(text: &str, sources: &[Source], library: &dyn Library) -> Verified {
    let mut findings = Vec::new();
    let text = apply(text, unknown_marks(text, sources, &mut findings));
    let text = apply(&text, articles::loose_strikes(&text));
    let first = quotes::check(&text, sources);
    let text = apply(&text, first.edits);
    findings.extend(first.findings);

    let second = quotes::check(&text, sources);
    let (edits, found) = articles::check(&text, library, &second.verified);
    findings.extend(found);
    let text = apply(&text, edits);

    let third = quotes::check(&text, sources);
    let (edits, found) = claims::check(&text, sources, &third.verified, &third.terms);
    findings.extend(found);
    Verified { text: apply(&text, edits), findings, quotes_checked: first.long, quotes_verified: first.verified.len() }
}

/// Marks that stand for nothing go first, so that no later rule trusts them.
fn unknown_marks(text: &str, sources: &[Source], findings: &mut Vec<Finding>) -> Vec<Edit> {
    let unknown = sentences::marks(text).into_iter().filter(|it| !sources.iter().any(|s| s.citation.n == it.1));
    unknown
        .map(|(range, _)| {
            findings.push(Finding { code: "MARK_UNKNOWN".to_owned(), span: text[range.clone()].to_owned() });
            Edit::remove(range)
        })
        .collect()
}

/// A change to a text.
#[derive(Debug, Clone)]
struct Edit {
    range: Range<usize>,
    with: String,
}

impl Edit {
    /// Takes `range` away.
    fn remove(range: Range<usize>) -> Self {
        Self { range, with: String::new() }
    }

    /// Puts `text` at `at`.
    fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { range: at..at, with: text.into() }
    }

    /// Puts `text` in the place of `range`.
    fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, with: text.into() }
    }
}

/// `text` with the edits made; of two that overlap the first wins.
fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|it| (it.range.start, it.range.end));
    let (mut result, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        if edit.range.start >= at {
            result.push_str(&text[at..edit.range.start]);
            result.push_str(&edit.with);
            at = edit.range.end;
        }
    }
    result.push_str(&text[at..]);
    result
}
