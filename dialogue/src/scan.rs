//! Instructions to the assistant where there should be none: in documents, file names and QA pairs.

use std::ops::Range;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{RulesError, parse, wrong},
    files::Compiled,
    pattern::{Line, any},
    plain::Plain,
    route::lines,
    words::Builder,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScanFile {
    #[serde(rename = "mark")]
    marks: Vec<MarkFile>,
    #[serde(rename = "phrase")]
    phrases: Vec<PhraseFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkFile {
    #[serde(rename = "name")]
    _name: String,
    like: Vec<Spanned<String>>,
    yes: Vec<String>,
    no: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseFile {
    #[serde(rename = "name")]
    _name: String,
    when: Vec<Spanned<String>>,
    yes: Vec<String>,
    no: Vec<String>,
}

/// What instructions to a model look like.
#[derive(Debug)]
pub(crate) struct Scan {
    /// On the text as it is: role markers, comments, tags.
    marks: Vec<Regex>,
    /// On the plain form.
    phrases: Vec<Line>,
    #[cfg_attr(not(test), allow(dead_code, reason = "the examples are the tests of the rule files"))]
    pub examples: Vec<(Vec<String>, Vec<String>)>,
}

impl Scan {
    /// Reads `injection.toml`.
    pub(crate) fn read(file: &str, text: &str, builder: &mut Builder) -> Result<Self, RulesError> {
        let scan: ScanFile = parse(file, text)?;
        let mut read = Self { marks: Vec::new(), phrases: Vec::new(), examples: Vec::new() };
        for mark in scan.marks {
            for pattern in &mark.like {
                let regex = Regex::new(pattern.get_ref())
                    .map_err(|error| wrong(file, text, Some(pattern.span()), format!("正则写错了：{error}")))?;
                read.marks.push(regex);
            }
            read.examples.push((mark.yes, mark.no));
        }
        for phrase in scan.phrases {
            read.phrases.extend(lines(&phrase.when, file, text, builder)?);
            read.examples.push((phrase.yes, phrase.no));
        }
        Ok(read)
    }
}

impl Compiled {
    /// See [`crate::Rules::suspicious`].
    pub(crate) fn suspicious(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for mark in &self.scan.marks {
            found.extend(mark.find_iter(text).map(|hit| hit.range()));
        }
        // Piece by piece: one instruction must not hide the next, and a long document stays quick.
        for piece in pieces(text) {
            let plain = Plain::new(&text[piece.clone()]);
            if plain.len() == 0 {
                continue;
            }
            let hits = self.lexicon.find(&plain);
            // The whole piece: what the assistant is told to do comes after the words that give it away.
            if any(&self.scan.phrases, &plain, &hits).is_some() {
                let range = plain.source(0, plain.len());
                found.push(range.start + piece.start..range.end + piece.start);
            }
        }
        merged(found)
    }
}

/// Byte ranges of the sentences of a text; short ones stay with the next, so that an instruction that is
/// cut into bits is still one.
fn pieces(text: &str) -> Vec<Range<usize>> {
    const SHORT: usize = 24;
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if matches!(c, '。' | '\n' | '！' | '？' | '；') && end - start >= SHORT {
            pieces.push(start..end);
            start = end;
        }
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    pieces
}

/// Sorted, with overlapping ranges made one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
