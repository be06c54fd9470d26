//! Whether the evidence is strong enough to answer from.
//!
//! No score alone tells an answerable question from another: neither BM25 nor the share of the question's words
//! that stand in a passage (AUC 0.62). What a reader looks at does, taken together ([`features`]): whether the
//! thing asked for is named there at all; whether a number is asked for (几天, 多少钱) and one of that kind stands
//! beside the words; whether the texts know the nouns; whether the candidates agree on an instrument. A small
//! model makes a probability of it ([`model`]), and the setting `gate` is the threshold.

use super::model::{Candidate, ContentWord, Gate, QaHit, Route};

mod features;
mod measure;
mod model;
mod words;

use features::{Features, NAMES, has};
use measure::Measure;
use words::{Term, Word};

/// From so many terms on a question is a text of its own, a pasted passage for the most part …
const LONG: usize = 12;
/// … and a passage that is what it is about has this share of them: fewer is chance. On the tune halves what is
/// answered has 0.54 and more, what was made up 0.31 and less.
const LONG_TERMS: f32 = 0.45;

/// What a question is about, as far as its words say.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// Its content words with their rarity, to be shown.
    words: Vec<Word>,
    /// Its nouns, verbs and adjectives.
    terms: Vec<Term>,
    /// The number that it asks for.
    measure: Option<Measure>,
}

/// What the lexical index says of a question.
pub struct Asked<'a> {
    /// The question as it was put.
    pub question: &'a str,
    /// Its words, each stretch once, with the first letter of jieba's part of speech.
    pub tagged: &'a [(String, char)],
    /// Its words in search mode (parts of long words too) with their idf.
    pub words: Vec<Word>,
    /// The idf of what no text has.
    pub rarest: f32,
}

impl Sought {
    /// Reads a question.
    pub fn of(asked: Asked<'_>) -> Self {
        Self {
            terms: words::terms(asked.tagged, &asked.words, asked.rarest),
            words: words::content(asked.words.into_iter(), asked.rarest),
            measure: measure::asked(asked.question),
        }
    }
}

/// Opens or closes the gate for what is `sought` over the best candidates.
pub fn judge(route: Route, sought: &Sought, candidates: &[Candidate], qa: Option<&QaHit>, threshold: f32) -> Gate {
    let words = &sought.words;
    let (features, best) = Features::of(sought, candidates);
    let word = |(word, weight): &Word| ContentWord {
        word: word.clone(),
        weight: *weight,
        found: best.is_some_and(|it| has(it, word)),
    };
    let gate = |open: bool, confidence: f32, reason: &str| Gate {
        open,
        confidence,
        threshold,
        reason: reason.to_owned(),
        words: words.iter().map(word).collect(),
        features: NAMES.iter().map(ToString::to_string).zip(features.row()).collect(),
    };
    if best.is_none() {
        return gate(false, 0.0, "没有检索到任何条文");
    }
    match route {
        Route::Address => return gate(true, 1.0, "问题写明了条文位置"),
        Route::Passage => return gate(true, 1.0, "问题是条文原文"),
        Route::Search => {}
    }
    if let Some(qa) = qa.filter(|it| !it.evidence.is_empty()) {
        let reason = format!("与审定问答“{}”相近（{:.2}），且其依据在库", qa.question, qa.similarity);
        return gate(true, qa.similarity.max(threshold), &reason);
    }
    // Nothing of the question stands in the evidence: whatever else speaks for it is chance.
    if sought.terms.is_empty() || features.terms == 0.0 {
        return gate(false, 0.0, "问题的要点词在条文中都没有出现");
    }
    if sought.terms.len() >= LONG && features.terms < LONG_TERMS {
        return gate(false, 0.0, "这段话的要点词在任何一条条文中都不到一半");
    }
    let confidence = model::probability(&features);
    let open = confidence >= threshold;
    gate(open, confidence, if open { "要点词在条文中有足够覆盖" } else { why_not(&features) })
}

/// What speaks most against an answer, in Chinese.
fn why_not(features: &Features) -> &'static str {
    if features.number_missing > 0.5 {
        "所问的数目在条文中没有找到，或者不在要点词旁边"
    } else if features.strangers > 0.0 {
        "问到的事物在已入库的条文中没有出现"
    } else {
        "要点词在条文中覆盖不足"
    }
}

#[cfg(test)]
mod tests;
