//! What the gate sees of the evidence: a few shares between 0 and 1.

use super::{Sought, Word};
use crate::search::model::Candidate;

/// How many of the best candidates may cover the question.
const LOOKED_AT: usize = 3;
/// In how many a number that is asked for may stand.
const NUMBERS_IN: usize = 5;
/// So many nouns that no text knows count in full.
const STRANGERS: usize = 3;
/// Where a sentence of a provision ends.
const ENDS: &[char] = &['。', '；', '\n'];

/// Name and value of each feature.
pub fn named(sought: &Sought, candidates: &[Candidate]) -> Vec<(&'static str, f32)> {
    let best = &candidates[..LOOKED_AT.min(candidates.len())];
    let Some(first) = candidates.first() else { return Vec::new() };
    let known: Vec<&str> = sought.terms.iter().filter(|it| it.known).map(|it| it.word.as_str()).collect();
    let all: Vec<&str> = sought.terms.iter().map(|it| it.word.as_str()).collect();
    let nouns: Vec<&str> = sought.terms.iter().filter(|it| it.noun).map(|it| it.word.as_str()).collect();
    let most = |of: &dyn Fn(&Candidate) -> f32| best.iter().map(of).fold(0.0, f32::max);
    let strangers = sought
        .terms
        .iter()
        .filter(|it| it.noun && !it.known && !candidates.iter().any(|candidate| has(candidate, &it.word)))
        .count();
    let numbers = numbers(sought, candidates, &known);
    let others = &candidates[1..];
    let same = |it: &&Candidate| it.source_id == first.source_id;
    let mut sources: Vec<&str> = candidates.iter().take(5).map(|it| it.source_id.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let gram = candidates.iter().filter_map(|it| it.channels.gram).fold(0.0, f32::max);
    let word = candidates.iter().filter_map(|it| it.channels.word).fold(0.0, f32::max);
    let one = |it: bool| if it { 1.0 } else { 0.0 };
    vec![
        ("covered", most(&|it| coverage(&sought.words, it))),
        ("covered1", coverage(&sought.words, first)),
        ("kterms", most(&|it| share(&known, it.title.as_str(), &it.text))),
        ("terms", most(&|it| share(&all, it.title.as_str(), &it.text))),
        ("terms1", share(&all, &first.title, &first.text)),
        ("nouns", most(&|it| share(&nouns, it.title.as_str(), &it.text))),
        ("nnouns", nouns.len() as f32),
        ("sentence", most(&|it| sentences(it).map(|text| share(&all, &it.title, text)).fold(0.0, f32::max))),
        ("ksentence", most(&|it| sentences(it).map(|text| share(&known, &it.title, text)).fold(0.0, f32::max))),
        ("strangers", strangers.min(STRANGERS) as f32 / STRANGERS as f32),
        ("nstrangers", strangers as f32),
        ("asks", one(!sought.measures.is_empty())),
        ("number", numbers.map_or(0.0, |it| 1.0 - it.near)),
        ("nonumber", numbers.map_or(0.0, |it| one(!it.anywhere))),
        ("number1", numbers.map_or(0.0, |it| one(it.first))),
        ("nonumber1", numbers.map_or(0.0, |it| one(!it.first))),
        ("same", others.iter().filter(same).count() as f32 / others.len().max(1) as f32),
        ("same5", others.iter().take(4).filter(same).count() as f32 / 4.0),
        ("sources", sources.len() as f32),
        ("gram", if sought.perfect > 0.0 { gram / sought.perfect } else { 0.0 }),
        ("word", if sought.perfect_word > 0.0 { word / sought.perfect_word } else { 0.0 }),
        ("passage", best.iter().filter_map(|it| it.channels.passage).fold(0.0, f32::max)),
        ("vector", candidates.iter().filter_map(|it| it.channels.vector).fold(0.0, f32::max)),
        ("question", candidates.iter().filter_map(|it| it.channels.question).fold(0.0, f32::max)),
        ("length", sought.length as f32),
        ("nterms", all.len() as f32),
    ]
}

/// What is found of a number that is asked for.
#[derive(Clone, Copy)]
struct Numbers {
    /// Share of the known terms that stand in the same sentence, the best one.
    near: f32,
    /// In the first candidate.
    first: bool,
    /// In one of the first few.
    anywhere: bool,
}

fn numbers(sought: &Sought, candidates: &[Candidate], known: &[&str]) -> Option<Numbers> {
    if sought.measures.is_empty() {
        return None;
    }
    let mut numbers = Numbers { near: 0.0, first: false, anywhere: false };
    for (at, candidate) in candidates.iter().take(NUMBERS_IN).enumerate() {
        for text in sentences(candidate).filter(|text| sought.measures.iter().any(|it| it.is_in(text))) {
            numbers.near = numbers.near.max(share(known, &candidate.title, text));
            numbers.first |= at == 0;
            numbers.anywhere = true;
        }
    }
    Some(numbers)
}

fn sentences(candidate: &Candidate) -> impl Iterator<Item = &str> {
    candidate.text.split(ENDS).filter(|it| !it.trim().is_empty())
}

/// Whether a candidate has `word`, in its title or its text.
pub fn has(candidate: &Candidate, word: &str) -> bool {
    candidate.text.contains(word) || candidate.title.contains(word)
}

/// The share of `words` that stand in a title or a text; 0.5 where there are none, for nothing is known then.
fn share(words: &[&str], title: &str, text: &str) -> f32 {
    if words.is_empty() {
        return 0.5;
    }
    words.iter().filter(|it| text.contains(**it) || title.contains(**it)).count() as f32 / words.len() as f32
}

/// The share of the words' weight that stands in one candidate; 0 where there are no words.
pub fn coverage(words: &[Word], candidate: &Candidate) -> f32 {
    let all: f32 = words.iter().map(|it| it.1).sum();
    let found: f32 = words.iter().filter(|it| has(candidate, &it.0)).map(|it| it.1).sum();
    if all == 0.0 { 0.0 } else { found / all }
}
