//! Sentences that state a number or a rule: each needs a mark whose citation says the same.

use std::ops::Range;

use super::{
    Edit,
    amounts::{self, Amount},
    articles,
    rules::{self, Rule},
    source::{Source, within},
};
use crate::answer::{
    model::Finding,
    sentences::{self, UNSUPPORTED, is_end},
};

/// A mark is only put where the sentence shares this part of its character pairs with the citation: any two
/// provisions share 应当.
const LEAST_OVERLAP: f64 = 0.3;

/// What a sentence states that only a citation may state.
struct Claims {
    amounts: Vec<Amount>,
    rules: Vec<Rule>,
    /// The sentence's own words, rule words blotted out.
    words: String,
}

impl Claims {
    /// Reads the claims of a sentence from the part of it that isn't hidden.
    fn read(visible: &str, sources: &[Source]) -> Self {
        let words = amounts::compact(visible);
        let mut amounts = amounts::read(&words);
        // Dates of the cited versions come from the register.
        amounts.retain(|it| !(it.is_date() && sources.iter().any(|source| source.has_date(it))));
        Self { amounts, rules: rules::claims(&words), words: rules::blot(&words) }
    }

    /// Most sentences claim nothing.
    fn is_empty(&self) -> bool {
        self.amounts.is_empty() && self.rules.is_empty()
    }

    /// What no source of `marked` says.
    fn without(mut self, marked: &[&Source]) -> Self {
        self.amounts.retain(|it| !marked.iter().any(|source| source.has_amount(it)));
        self.rules.retain(|it| !marked.iter().any(|source| source.has_rule(*it)));
        self
    }

    /// How many of the claims `source` states.
    fn count_in(&self, source: &Source) -> usize {
        let amounts = self.amounts.iter().filter(|it| source.has_amount(it)).count();
        amounts + self.rules.iter().filter(|it| source.has_rule(**it)).count()
    }

    /// Sources that say all of it and speak of the same thing, the closest first.
    fn supporters<'a>(&self, sources: &'a [Source<'a>]) -> Vec<&'a Source<'a>> {
        let all = self.amounts.len() + self.rules.len();
        let mut found: Vec<(f64, &Source)> = sources
            .iter()
            .filter(|it| self.count_in(it) == all)
            .map(|it| (it.overlap(&self.words), it))
            .filter(|it| it.0 >= LEAST_OVERLAP)
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.into_iter().map(|it| it.1).collect()
    }

    /// A wrong number weighs more than a missing citation.
    fn code(&self) -> &'static str {
        if self.amounts.is_empty() { "RULE_UNCITED" } else { "NUMBER_UNSUPPORTED" }
    }
}

/// Checks every sentence of `text`. `verified` and `terms` are its quotations.
pub fn check(
    text: &str,
    sources: &[Source],
    verified: &[Range<usize>],
    terms: &[Range<usize>],
) -> (Vec<Edit>, Vec<Finding>) {
    let mut hidden = hidden(text);
    hidden.extend(verified.iter().chain(terms).cloned());
    hidden.sort_by_key(|it| it.start);
    let (mut edits, mut findings) = (Vec::new(), Vec::new());
    for piece in sentences::split(text) {
        let sentence = Sentence { text, sources, verified, piece };
        if let Some(finding) = sentence.check(&hidden, &mut edits) {
            findings.push(finding);
        }
    }
    (edits, findings)
}

/// One sentence in its text.
struct Sentence<'a> {
    text: &'a str,
    sources: &'a [Source<'a>],
    verified: &'a [Range<usize>],
    piece: Range<usize>,
}

impl Sentence<'_> {
    /// Mends the sentence by at most one edit: a mark added, a mark moved, or the note behind it.
    /// Gives the finding, if any; `hidden` are the parts that claim nothing, in order.
    fn check(&self, hidden: &[Range<usize>], edits: &mut Vec<Edit>) -> Option<Finding> {
        let claims = Claims::read(&visible(self.text, &self.piece, hidden), self.sources);
        if claims.is_empty() || self.body().ends_with(UNSUPPORTED) {
            return None;
        }
        let marks = self.marks();
        let marked: Vec<&Source> =
            self.sources.iter().filter(|it| marks.iter().any(|mark| mark.1 == it.citation.n)).collect();
        let idle = marks.iter().find(|mark| {
            let source = self.sources.iter().find(|it| it.citation.n == mark.1);
            source.is_some_and(|it| claims.count_in(it) == 0 && !self.quotes_from(it))
        });
        let missing = claims.without(&marked);
        if missing.is_empty() {
            return None;
        }
        let supporters = missing.supporters(self.sources);
        let code = match (supporters.as_slice(), idle) {
            ([only], _) if marks.is_empty() => {
                edits.push(Edit::insert(self.end_of_words(), format!("[{}]", only.citation.n)));
                "MARK_ADDED"
            }
            ([best, ..], Some(mark)) => {
                edits.push(Edit::replace(mark.0.clone(), format!("[{}]", best.citation.n)));
                "MARK_MOVED"
            }
            ([best, ..], None) if !marks.is_empty() => {
                edits.push(Edit::insert(marks[marks.len() - 1].0.end, format!("[{}]", best.citation.n)));
                "MARK_ADDED"
            }
            _ => {
                edits.push(Edit::insert(self.piece.start + self.body().len(), UNSUPPORTED));
                missing.code()
            }
        };
        Some(Finding { code: code.to_owned(), span: self.body().trim_start().to_owned() })
    }

    /// The sentence without white space and the border of a table's cell behind it.
    fn body(&self) -> &str {
        self.text[self.piece.clone()].trim_end_matches(|c: char| c.is_whitespace() || c == '|')
    }

    /// The sentence's own marks: one inside a verified quotation is the source's footnote.
    fn marks(&self) -> Vec<(Range<usize>, usize)> {
        let at = self.piece.start;
        let marks = sentences::marks(&self.text[self.piece.clone()]).into_iter();
        let marks = marks.map(|it| (at + it.0.start..at + it.0.end, it.1));
        marks.filter(|it| !self.verified.iter().any(|quote| within(&it.0, quote))).collect()
    }

    /// Whether a verified quotation of this sentence is from `source`: then its mark has its use.
    fn quotes_from(&self, source: &Source) -> bool {
        let inside = self.verified.iter().filter(|it| within(it, &self.piece));
        inside.into_iter().any(|it| source.holds(super::source::words(&self.text[it.clone()]).trim_matches('"')))
    }

    /// Before the full stop.
    fn end_of_words(&self) -> usize {
        self.piece.start + self.body().trim_end_matches(is_end).len()
    }
}

/// Parts that claim nothing: titles with their year, marks, articles, list numbers, struck parts, notes.
fn hidden(text: &str) -> Vec<Range<usize>> {
    let mut hidden: Vec<Range<usize>> = sentences::marks(text).into_iter().map(|it| it.0).collect();
    hidden.extend(articles::mentions(text).into_iter().map(|it| it.range));
    hidden.extend(articles::struck(text));
    for title in sentences::pairs(text).brackets.into_iter().filter(|it| text[it.clone()].starts_with('《')) {
        hidden.push(title.start..title.end + year_length(&text[title.end..]));
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start_matches([' ', '\t', '>', '#', '*', '-']).len();
        let number = list_number(&line[start..]);
        if number > 0 {
            hidden.push(at + start..at + start + number);
        }
        at += line.len();
    }
    hidden
}

/// Length of the list number that `line` starts with. 1.5倍 at the start of a line is none.
fn list_number(line: &str) -> usize {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let mut signs = rest.chars();
    let (sign, next) = (signs.next().unwrap_or(' '), signs.next().unwrap_or(' '));
    let listed = matches!(sign, '.' | '、' | ')' | '．' | '）') && !(sign == '.' && next.is_ascii_digit());
    if listed { line.len() - rest.len() } else { 0 }
}

/// Length of （2022年修订） behind a title.
fn year_length(rest: &str) -> usize {
    let Some(inside) = rest.strip_prefix(['（', '(']) else { return 0 };
    let Some(end) = inside.find(['）', ')']) else { return 0 };
    let year: u32 = inside.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let length = rest.len() - inside.len() + end;
    if (1900..2200).contains(&year) && end < 40 { length } else { 0 }
}

/// The part of the text at `piece` with what is hidden blotted out.
pub fn visible(text: &str, piece: &Range<usize>, hidden: &[Range<usize>]) -> String {
    let mut visible = String::with_capacity(piece.len());
    let mut at = piece.start;
    for part in hidden.iter().filter(|it| it.start < piece.end && it.end > piece.start) {
        if part.end <= at {
            continue;
        }
        visible.push_str(&text[at..part.start.max(at)]);
        visible.push('\u{1}');
        at = part.end.min(piece.end);
    }
    visible.push_str(&text[at..piece.end]);
    visible
}
