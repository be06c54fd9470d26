//! A citation, made ready for comparing.

use std::{collections::HashSet, fmt::Write as _, ops::Range};

use super::{
    amounts::{self, Amount},
    rules::{self, Rule},
};
use crate::{
    answer::{model::Citation, sentences},
    text::{is_han, normalize},
};

/// Fragments around an ellipsis must be this long: shorter ones stand in almost any text.
const SHORTEST_FRAGMENT: usize = 4;

/// A citation with its words, amounts and rule words.
pub struct Source<'a> {
    /// The citation itself.
    pub citation: &'a Citation,
    words: String,
    amounts: Vec<Amount>,
    dates: Vec<Amount>,
    rules: Vec<Rule>,
    pairs: HashSet<(char, char)>,
}

impl<'a> Source<'a> {
    /// Reads `citation`.
    pub fn new(citation: &'a Citation) -> Self {
        let plain = amounts::compact(&citation.text);
        let amounts = amounts::read(&plain);
        Self {
            citation,
            words: words(&citation.text),
            amounts,
            dates: version_dates(citation),
            rules: rules::read(&plain),
            pairs: pairs(&plain).collect(),
        }
    }

    /// Whether `quoted` (see [`words`]) stands here word for word. Where an ellipsis was put, the fragments
    /// around it must stand here in their order.
    pub fn holds(&self, quoted: &str) -> bool {
        if self.words.contains(quoted) {
            return !quoted.is_empty();
        }
        if !quoted.contains("...") {
            return false;
        }
        let mut rest = self.words.as_str();
        let mut fragments = quoted.split("...").map(|it| it.trim_matches('.')).filter(|it| !it.is_empty()).peekable();
        fragments.peek().is_some()
            && fragments.all(|fragment| {
                let found = rest.find(fragment).filter(|_| fragment.chars().count() >= SHORTEST_FRAGMENT);
                found.is_some_and(|at| {
                    rest = &rest[at + fragment.len()..];
                    true
                })
            })
    }

    /// Whether an amount equal in value and unit stands here.
    pub fn has_amount(&self, amount: &Amount) -> bool {
        self.amounts.iter().any(|it| amount.same(it))
    }

    /// Whether `amount` is a date of this citation's version: such dates come from the register, not from the text.
    pub fn has_date(&self, amount: &Amount) -> bool {
        self.dates.iter().any(|it| amount.same(it))
    }

    /// Whether a rule word of this kind stands here.
    pub fn has_rule(&self, rule: Rule) -> bool {
        self.rules.contains(&rule)
    }

    /// Whether these two characters stand here side by side.
    pub fn has_pair(&self, pair: (char, char)) -> bool {
        self.pairs.contains(&pair)
    }

    /// The share of neighbouring character pairs of `text` that stand here too, 0 to 1.
    pub fn overlap(&self, text: &str) -> f64 {
        let (mut shared, mut all) = (0u32, 0u32);
        for pair in pairs(text) {
            all += 1;
            shared += u32::from(self.pairs.contains(&pair));
        }
        if all == 0 { 0.0 } else { f64::from(shared) / f64::from(all) }
    }
}

/// `text` as quotations are compared: under the one normalisation, then without marks, Markdown signs and
/// escapes, and therefore also without the full-width twins that [`super::plain`] puts for them.
pub fn words(text: &str) -> String {
    let folded = normalize(text);
    let (mut kept, mut at) = (String::with_capacity(folded.len()), 0);
    for (mark, _) in sentences::marks(&folded) {
        kept.push_str(&folded[at..mark.start]);
        at = mark.end;
    }
    kept.push_str(&folded[at..]);
    kept.retain(|c| !matches!(c, '*' | '_' | '`' | '\\' | '~'));
    kept.replace('⋯', "...")
}

/// Neighbouring Chinese characters: a plain measure of what a text speaks of.
pub fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1)).filter(|it| is_han(it.0) && is_han(it.1))
}

/// Days and years of the version, the title and the label.
fn version_dates(citation: &Citation) -> Vec<Amount> {
    let mut text = format!("{}。{}。", citation.title, citation.label);
    if let Some(version) = &citation.version {
        // A label of four digits is a year.
        let year = version.len() == 4 && version.bytes().all(|it| it.is_ascii_digit());
        let _ = write!(text, "{version}{}。", if year { "年" } else { "" });
    }
    for day in [citation.effective_on, citation.ended_on].into_iter().flatten() {
        let _ = write!(text, "{}。{}。", day.format("%Y年%-m月%-d日"), day.format("%Y年"));
    }
    amounts::read(&amounts::compact(&text))
}

/// Whether `inner` lies in `outer`.
pub fn within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
