//! What the gate sees of the evidence: five shares, each 0–1.

use super::{Sought, words::Term};
use crate::search::model::Candidate;

/// How many of the best candidates may cover the question.
const LOOKED_AT: usize = 3;
/// In how many a number that is asked for may stand: evidence at the fourth place still makes it answerable.
const NUMBERS_IN: usize = 5;
/// So many nouns that no text knows count in full.
const STRANGERS: f32 = 3.0;
/// Where a sentence of a provision ends.
const ENDS: &[char] = &['。', '；', '\n'];

/// The features of one question over its candidates.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Features {
    /// Share of the question's terms that stand in one of the first candidates, the best of them.
    pub terms: f32,
    /// Of a number that is asked for: what share of the known terms is missing where one of that kind stands,
    /// 1 where none does; 0 where none is asked for.
    pub number_missing: f32,
    /// 1 where a number is asked for and the first candidate has one of that kind.
    pub number_first: f32,
    /// Nouns that no text knows.
    pub strangers: f32,
    /// Share of the other candidates that stand in the first one's instrument: it is what is asked about.
    pub same_source: f32,
}

/// Their names, in the order of [`Features::row`].
pub const NAMES: [&str; 5] = ["terms", "number_missing", "number_first", "strangers", "same_source"];

impl Features {
    /// Reads them off, and says which of the first candidates has most of the terms; all 0 and `None` where there
    /// are no candidates.
    pub fn of<'a>(sought: &Sought, candidates: &'a [Candidate]) -> (Self, Option<&'a Candidate>) {
        let Some((first, others)) = candidates.split_first() else { return (Self::default(), None) };
        let words = |only: fn(&Term) -> bool| -> Vec<&str> {
            sought.terms.iter().filter(|it| only(it)).map(|it| it.word.as_str()).collect()
        };
        let (all, known, unknown) = (words(|_| true), words(|it| it.known), words(|it| it.noun && !it.known));
        let shares = candidates.iter().take(LOOKED_AT).map(|it| (share(&all, &it.title, &it.text), it));
        // The first of equals.
        let best = shares.reduce(|best, it| if it.0 > best.0 { it } else { best });
        // The index cuts by context: what it knows as no word may still stand in a text.
        let strange = unknown.iter().filter(|word| !candidates.iter().any(|it| has(it, word))).count();
        let same = others.iter().filter(|it| it.source_id == first.source_id).count();
        let (near, in_first) = numbers(sought, candidates, &known);
        let features = Self {
            terms: best.map_or(0.0, |it| it.0),
            number_missing: if sought.measure.is_some() { 1.0 - near } else { 0.0 },
            number_first: f32::from(u8::from(in_first)),
            strangers: (strange as f32 / STRANGERS).min(1.0),
            same_source: same as f32 / others.len().max(1) as f32,
        };
        (features, best.map(|it| it.1))
    }

    /// The values in the order of [`NAMES`].
    pub const fn row(&self) -> [f32; 5] {
        [self.terms, self.number_missing, self.number_first, self.strangers, self.same_source]
    }
}

/// Looks for the numbers that are asked for: the best share of `known` terms in a sentence that has one, and
/// whether the first candidate has one.
fn numbers(sought: &Sought, candidates: &[Candidate], known: &[&str]) -> (f32, bool) {
    let (mut near, mut in_first) = (0.0_f32, false);
    let Some(measure) = &sought.measure else { return (near, in_first) };
    for (at, candidate) in candidates.iter().take(NUMBERS_IN).enumerate() {
        for text in candidate.text.split(ENDS).filter(|text| measure.is_in(text)) {
            near = near.max(share(known, &candidate.title, text));
            in_first |= at == 0;
        }
    }
    (near, in_first)
}

/// Whether a candidate has `word`, in its title or its text.
pub fn has(candidate: &Candidate, word: &str) -> bool {
    candidate.text.contains(word) || candidate.title.contains(word)
}

/// The share of `words` that stand in a title or a text; half where there are none, for nothing is known then.
fn share(words: &[&str], title: &str, text: &str) -> f32 {
    if words.is_empty() {
        return 0.5;
    }
    let found = words.iter().filter(|it| text.contains(**it) || title.contains(**it)).count();
    found as f32 / words.len() as f32
}
