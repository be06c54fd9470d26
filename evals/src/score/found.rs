//! What was retrieved, and whether it is evidence.

use std::collections::BTreeMap;

use knowledge::{
    answer::model::Citation,
    regulation::id_of_title,
    search::model::{Candidate, Channels, Retrieved},
};
use measure::{
    metrics::{citation, retrieval::evidence_figures},
    run::Found,
};

use super::Sheet;
use crate::suite::{Case, Evidence, Kind};

/// So many of the first are shown; of what follows only what is right.
const SHOWN: usize = 10;
/// Characters of a passage that are shown.
const EXCERPT: usize = 80;

/// Scores the ranking and gives what a report shows of it. `depth`: how many places were asked for.
pub(super) fn judge(case: &Case, retrieved: &Retrieved, depth: usize, sheet: &mut Sheet) {
    let places = places(case, retrieved, depth);
    for (name, value) in evidence_figures(&places, case.evidence.len()) {
        // Ten places say nothing of the hundredth.
        if depth >= 100 || !name.ends_with("_100") {
            sheet.add(name, value);
        }
    }
    let right_within = |k: usize| places.iter().take(k).any(|it| !it.is_empty());
    let first_counts = matches!(case.kind, Kind::Address | Kind::Passage);
    if first_counts && !right_within(1) {
        sheet.problem("检索的第一条不是所问的条文".to_owned());
    } else if !first_counts && !right_within(5) {
        sheet.problem("检索的前五条里没有依据".to_owned());
    }
}

/// What was retrieved, as a report shows it: the best ones, and what is evidence further down.
pub(super) fn shown(case: &Case, retrieved: &Retrieved, depth: usize, cited: &[Citation]) -> Vec<Found> {
    let places = places(case, retrieved, depth);
    let found = retrieved.candidates.iter().zip(&places).enumerate();
    found
        .filter(|(at, (_, pieces))| *at < SHOWN || !pieces.is_empty())
        .map(|(at, (it, pieces))| Found {
            rank: at + 1,
            id: it.id.clone(),
            label: it.label.clone(),
            score: shortest(it.score),
            channels: channels(&it.channels),
            right: !pieces.is_empty(),
            cited: cited.iter().any(|citation| citation.chunk_id == it.id),
            excerpt: it.text.chars().take(EXCERPT).collect(),
        })
        .collect()
}

/// Which pieces of the evidence each of the first `depth` candidates is.
fn places(case: &Case, retrieved: &Retrieved, depth: usize) -> Vec<Vec<usize>> {
    retrieved
        .candidates
        .iter()
        .take(depth)
        .map(|it| (0..case.evidence.len()).filter(|piece| is_right(case, &case.evidence[*piece], it)).collect())
        .collect()
}

/// Whether a candidate is exactly the provision of the evidence, not a part of it and not its surroundings.
pub fn is_exactly(evidence: &Evidence, it: &Candidate) -> bool {
    let address = evidence.address.as_ref().map(ToString::to_string);
    title(evidence, &it.title, it.regulation_id.as_deref()) == evidence.title && address == it.address
}

/// Whether a candidate counts as this piece of evidence in this case.
fn is_right(case: &Case, evidence: &Evidence, it: &Candidate) -> bool {
    if case.kind == Kind::Address {
        return is_exactly(evidence, it);
    }
    if evidence.version.as_ref().is_some_and(|wanted| it.version.as_ref() != Some(wanted)) {
        return false;
    }
    let cited = citation::Cited {
        title: title(evidence, &it.title, it.regulation_id.as_deref()),
        address: it.address.as_deref(),
        text: &it.text,
    };
    citation::matches(&cited, &piece(evidence))
}

/// The title of something found, as the evidence has it where both are the same regulation: its versions
/// may differ in title, e.g. by （试行）.
pub(super) fn title<'a>(evidence: &'a Evidence, title: &'a str, regulation: Option<&str>) -> &'a str {
    if regulation == Some(id_of_title(&evidence.title).as_str()) { &evidence.title } else { title }
}

/// Evidence as the metrics take it.
pub(super) fn piece(evidence: &Evidence) -> citation::Evidence<'_> {
    citation::Evidence {
        title: &evidence.title,
        address: evidence.address.as_ref().map(knowledge::regulation::Address::as_str),
        span: evidence.span.as_deref(),
    }
}

/// What each channel said, by its name.
fn channels(it: &Channels) -> BTreeMap<String, f64> {
    [
        ("gram", it.gram),
        ("word", it.word),
        ("vector", it.vector),
        ("question", it.question),
        ("passage", it.passage),
        ("rerank", it.rerank),
    ]
    .into_iter()
    .filter_map(|(name, score)| Some((name.to_owned(), shortest(score?))))
    .collect()
}

/// The number that the shortest form of an f32 says: 0.3, not 0.30000001192092896. It has few digits, so it
/// comes back from JSON bit by bit.
fn shortest(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_default()
}
