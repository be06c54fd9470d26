//! What people say and what the regulations say: standard terms, synonyms, short names.

use std::{collections::BTreeMap, sync::Arc};

use aho_corasick::{AhoCorasick, MatchKind};
use jieba_rs::Jieba;
use serde::Deserialize;

use crate::search::model::Rewrite;

/// The glossary that ships with the product; a curator's file of the same shape can take its place.
pub const BUILT_IN: &str = include_str!("../../data/glossary.toml");

/// A file that is not a glossary.
#[derive(Debug, thiserror::Error)]
#[error("词表无法读取：{0}")]
pub struct BadGlossary(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    term: Vec<Term>,
    #[serde(default)]
    instrument: Vec<Instrument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    standard: String,
    #[serde(default)]
    synonyms: Vec<String>,
    #[serde(default)]
    expand: Vec<String>,
    #[serde(default)]
    guard: bool,
}

/// An instrument and the names people give it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Full title without 《》.
    pub title: String,
    /// Short names and usual slips.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// What one pattern of the automaton means.
enum Meaning {
    /// A standard term: left alone, its further words added.
    Standard(usize),
    /// A synonym of a term.
    Synonym(usize),
    /// The name of an instrument: left alone.
    Name,
}

/// A question after the glossary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understood {
    /// The question with synonyms replaced by standard terms.
    pub text: String,
    /// What was replaced.
    pub rewrites: Vec<Rewrite>,
    /// Standard terms that took the place of synonyms.
    pub standard: Vec<String>,
    /// Further words of the regulations for what was meant.
    pub expand: Vec<String>,
}

/// Terms ready for matching.
pub struct Glossary {
    terms: Vec<Term>,
    instruments: Vec<Instrument>,
    automaton: AhoCorasick,
    meanings: Vec<Meaning>,
}

impl Glossary {
    /// Reads a glossary from TOML: `[[term]]` (standard, synonyms, expand, guard) and
    /// `[[instrument]]` (title, aliases).
    pub fn parse(toml: &str) -> Result<Self, BadGlossary> {
        let file: File = toml::from_str(toml).map_err(|it| BadGlossary(it.to_string()))?;
        let mut patterns: BTreeMap<&str, Meaning> = BTreeMap::new();
        for instrument in &file.instrument {
            for name in instrument.aliases.iter().chain([&instrument.title]) {
                patterns.insert(name, Meaning::Name);
            }
        }
        for (index, term) in file.term.iter().enumerate() {
            for synonym in &term.synonyms {
                patterns.insert(synonym, Meaning::Synonym(index));
            }
            if term.guard || !term.expand.is_empty() {
                patterns.insert(&term.standard, Meaning::Standard(index));
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.keys())
            .map_err(|it| BadGlossary(it.to_string()))?;
        let meanings = patterns.into_values().collect();
        Ok(Self { terms: file.term, instruments: file.instrument, automaton, meanings })
    }

    /// The one that ships with the product.
    ///
    /// # Panics
    /// Never in a build that passed its tests: one of them reads the shipped file.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("the shipped glossary is read by a test")
    }

    /// The names of instruments.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Applies the glossary to a question: the longest match from the left wins, and a standard term
    /// guards what lies inside it.
    pub fn understand(&self, question: &str) -> Understood {
        let mut result = Understood::default();
        let mut end = 0;
        for found in self.automaton.find_iter(question) {
            result.text.push_str(&question[end..found.start()]);
            end = found.end();
            let said = &question[found.range()];
            match self.meanings[found.pattern().as_usize()] {
                Meaning::Name => result.text.push_str(said),
                Meaning::Standard(term) => {
                    result.text.push_str(said);
                    add(&mut result.expand, &self.terms[term].expand);
                }
                Meaning::Synonym(term) => {
                    let term = &self.terms[term];
                    result.text.push_str(&term.standard);
                    result.rewrites.push(Rewrite { from: said.to_owned(), to: term.standard.clone() });
                    add(&mut result.standard, std::slice::from_ref(&term.standard));
                    add(&mut result.expand, &term.expand);
                }
            }
        }
        result.text.push_str(&question[end..]);
        result
    }

    /// A segmenter that knows the glossary's words.
    pub fn jieba(&self) -> Arc<Jieba> {
        let mut jieba = Jieba::new();
        for term in &self.terms {
            for word in term.synonyms.iter().chain([&term.standard]) {
                if word.chars().count() <= 6 && word.chars().all(char::is_alphanumeric) {
                    jieba.add_word(word, None, None);
                }
            }
        }
        Arc::new(jieba)
    }
}

fn add(words: &mut Vec<String>, more: &[String]) {
    for word in more {
        if !words.contains(word) {
            words.push(word.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [[term]]
        standard = "入党介绍人"
        synonyms = ["介绍人"]
        guard = true
        [[term]]
        standard = "预备党员转正"
        synonyms = ["转正"]
        expand = ["预备期满"]
        guard = true
        [[instrument]]
        title = "中国共产党章程"
        aliases = ["党章"]
    "#;

    #[test]
    fn the_longest_match_wins_and_standard_terms_are_guarded() {
        let glossary = Glossary::parse(SMALL).unwrap();
        let understood = glossary.understand("介绍人和入党介绍人，党章里转正怎么说");
        assert_eq!(understood.text, "入党介绍人和入党介绍人，党章里预备党员转正怎么说");
        assert_eq!(understood.rewrites.len(), 2);
        assert_eq!(understood.expand, ["预备期满"]);
    }

    #[test]
    fn the_shipped_glossary_is_a_glossary() {
        let glossary = Glossary::parse(BUILT_IN).unwrap();
        assert!(glossary.terms.len() > 100);
        assert!(glossary.instruments().iter().any(|it| it.aliases.iter().any(|alias| alias == "党章")));
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = Glossary::parse("[[term]]\nstandart = \"x\"").err().unwrap().to_string();
        assert!(error.contains("standart"), "{error}");
    }
}
