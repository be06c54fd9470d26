//! Questions back.
//!
//! A question is asked back where it names no subject (“要什么材料？”) or nothing but one (“党费”).
//! `clarify.toml` has an entry for each: words that make up the whole question once fillers are taken
//! away. Whatever says more than that is not vague.

use serde::Deserialize;

use crate::{
    error::{RulesError, parse},
    files::Compiled,
    plain::Plain,
};

/// A question back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clarify {
    /// What is asked, in Chinese.
    pub text: String,
    /// Answers to tap; each makes sense together with the question that was asked.
    pub options: Vec<String>,
}

/// How often one is asked back in a row.
const AT_MOST: usize = 2;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClarifyFile {
    fill: Vec<String>,
    vague: Vec<VagueFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VagueFile {
    words: Vec<String>,
    text: String,
    options: Vec<String>,
}

/// All questions back.
#[derive(Debug)]
pub(crate) struct Asking {
    /// Words that say nothing, longest first.
    fill: Vec<String>,
    /// The whole of a vague question → the question back.
    vague: Vec<(Vec<String>, Clarify)>,
}

impl Asking {
    /// Reads `clarify.toml`.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, RulesError> {
        let asking: ClarifyFile = parse(file, text)?;
        let mut fill: Vec<String> = asking.fill.iter().map(|word| Plain::new(word).text).collect();
        fill.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let vague = asking.vague.into_iter().map(|entry| {
            let words = entry.words.iter().map(|word| without(&Plain::new(word).text, &fill)).collect();
            (words, Clarify { text: entry.text, options: entry.options })
        });
        Ok(Self { vague: vague.collect(), fill })
    }
}

/// `text` without the words of `fill`.
fn without(text: &str, fill: &[String]) -> String {
    let mut rest = text;
    let mut kept = String::new();
    'text: while let Some(c) = rest.chars().next() {
        for word in fill {
            if let Some(after) = rest.strip_prefix(word.as_str()) {
                rest = after;
                continue 'text;
            }
        }
        kept.push(c);
        rest = &rest[c.len_utf8()..];
    }
    kept
}

impl Compiled {
    /// See [`crate::Rules::clarify`].
    pub(crate) fn clarify(&self, question: &str, asked_back: usize) -> Option<Clarify> {
        if asked_back >= AT_MOST {
            return None;
        }
        let whole = without(&Plain::new(question).text, &self.asking.fill);
        let entry = self.asking.vague.iter().find(|(words, _)| words.contains(&whole))?;
        Some(entry.1.clone())
    }
}
