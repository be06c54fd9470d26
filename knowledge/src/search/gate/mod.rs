//! Whether the evidence is strong enough to answer from.

use super::model::{Candidate, ContentWord, Gate, QaHit, Route};

mod features;
mod measure;
mod words;

use features::{coverage, has};
pub use measure::Measure;
pub use words::{Term, Word, content, terms};

/// How many of the best candidates may cover the question.
const LOOKED_AT: usize = 3;

/// What a question is about, as far as its words say.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// Its content words with their rarity, see [`content`].
    pub words: Vec<Word>,
    /// Its nouns, verbs and adjectives, see [`terms`].
    pub terms: Vec<Term>,
    /// The numbers that it asks for.
    pub measures: Vec<Measure>,
    /// What BM25 could give at most over its character grams.
    pub perfect: f32,
    /// Over words.
    pub perfect_word: f32,
    /// Chars.
    pub length: usize,
}

impl Sought {
    /// The numbers that `question` asks for.
    pub fn measures(question: &str) -> Vec<Measure> {
        measure::asked(question)
    }
}

/// Opens or closes the gate for what is `sought` over the best candidates.
pub fn judge(route: Route, sought: &Sought, candidates: &[Candidate], qa: Option<&QaHit>, threshold: f32) -> Gate {
    let words = &sought.words;
    let coverages = candidates.iter().take(LOOKED_AT).map(|it| (coverage(words, it), it));
    let best = coverages.max_by(|a, b| a.0.total_cmp(&b.0));
    let word = |(word, weight): &Word| ContentWord {
        word: word.clone(),
        weight: *weight,
        found: best.is_some_and(|it| has(it.1, word)),
    };
    let values = features::named(sought, candidates);
    let gate = |open: bool, confidence: f32, reason: &str| Gate {
        open,
        confidence,
        threshold,
        reason: reason.to_owned(),
        words: words.iter().map(word).collect(),
        features: values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
    };
    let Some((covered, _)) = best else { return gate(false, 0.0, "没有检索到任何条文") };
    match route {
        Route::Address => return gate(true, 1.0, "问题写明了条文位置"),
        Route::Passage => return gate(true, 1.0, "问题是条文原文"),
        Route::Search => {}
    }
    if let Some(qa) = qa.filter(|it| !it.evidence.is_empty()) {
        let reason = format!("与审定问答“{}”相近（{:.2}），且其依据在库", qa.question, qa.similarity);
        return gate(true, qa.similarity.max(threshold), &reason);
    }
    let open = covered >= threshold;
    gate(open, covered, if open { "要点词在条文中有足够覆盖" } else { "要点词在条文中覆盖不足" })
}
