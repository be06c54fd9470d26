//! Sentences of an answer that nothing cited supports.
//!
//! A claim is a sentence of the answer's own words (no heading, block quote or name of a source by itself)
//! with a number, a date, the number of an article, or one of 应当, 必须, 不得, 可以, 不能. It is supported when
//! 1. every number and date in it stands in one of the cited texts or their labels, with the same unit where
//!    both have one ([`super::number`] says how figures are compared);
//! 2. every 第N条 in it stands there too, and where it follows 《X》, X is that source's title or a part of it;
//! 3. where it has neither, at least half of its pairs of neighbouring characters stand in one cited text: a
//!    duty without a number would else be supported by anything.
//!
//! Without a cited text no claim is supported. Figures of the question may be given as a source without a
//! label, where repeating them should not count as a claim.
//!
//! Our own definition, deterministic; the idea is the citation recall of Gao et al. (ALCE), 2023, whose
//! judge is a model. It finds wrong figures and sources, not every wrong statement.

use std::collections::HashSet;

use text::{bare, normalize};

use super::{
    answer::arabic,
    figures::{Figure, Kind, said, scan},
    words::sentences,
};
use crate::run::Fraction;

/// Words that make a sentence a rule.
const RULE_WORDS: [&str; 5] = ["应当", "必须", "不得", "可以", "不能"];
/// Share of a rule's pairs of characters that one cited text has to hold.
const ENOUGH: f64 = 0.5;

/// A text that the answer cites.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// 《X》第十三条第一款, or a document's title.
    pub label: &'a str,
    /// Its words.
    pub text: &'a str,
}

/// Claims without support, over all claims of `answer`; 0 of 0 where it claims nothing.
pub fn unsupported(answer: &str, sources: &[Source<'_>]) -> Fraction {
    let claims = claims(answer, sources);
    let without = claims.iter().filter(|it| !is_supported(it, sources)).count();
    Fraction::new(without as f64, claims.len() as f64)
}

/// The claims of `answer` that `sources` don't support, for the report.
pub fn unsupported_claims(answer: &str, sources: &[Source<'_>]) -> Vec<String> {
    claims(answer, sources).into_iter().filter(|it| !is_supported(it, sources)).collect()
}

/// The sentences of `answer` that claim something.
pub fn claims(answer: &str, sources: &[Source<'_>]) -> Vec<String> {
    sentences(answer).into_iter().filter(|it| is_claim(it) && !is_label(it, sources)).collect()
}

/// Whether a sentence has a number, a date, the number of an article or a word of rules.
pub fn is_claim(sentence: &str) -> bool {
    RULE_WORDS.iter().any(|it| sentence.contains(it))
        || scan(sentence).iter().any(counts)
        || !articles(sentence).is_empty()
}

/// Whether `sources` support a sentence; the rule stands at the module.
pub fn is_supported(sentence: &str, sources: &[Source<'_>]) -> bool {
    if sources.is_empty() {
        return false;
    }
    let (figures, articles) = (scan(sentence).into_iter().filter(counts).collect::<Vec<_>>(), articles(sentence));
    if figures.is_empty() && articles.is_empty() {
        let pairs = pairs(sentence);
        let share = |it: &Source<'_>| {
            let theirs = self::pairs(it.text);
            pairs.iter().filter(|pair| theirs.contains(*pair)).count() as f64 / pairs.len().max(1) as f64
        };
        return sources.iter().any(|it| share(it) >= ENOUGH);
    }
    let theirs: Vec<Figure> = sources.iter().flat_map(|it| [said(it.label), said(it.text)].concat()).collect();
    figures.iter().all(|it| theirs.iter().any(|other| it.is_said_by(other)))
        && articles.iter().all(|article| sources.iter().any(|it| article.stands_in(it)))
}

/// Whether a figure is a number or a date that needs support.
fn counts(figure: &Figure) -> bool {
    figure.kind != Kind::Ordinal && !figure.vague
}

/// Whether a sentence is nothing but the name of a source, with or without a remark in brackets.
fn is_label(sentence: &str, sources: &[Source<'_>]) -> bool {
    let sentence = normalize(sentence);
    let bracketed = |rest: &str| rest.is_empty() || (rest.starts_with('(') && rest.ends_with(')'));
    let labels = sources.iter().map(|it| normalize(it.label)).filter(|it| !it.is_empty());
    labels.into_iter().any(|it| sentence.strip_prefix(&it).is_some_and(bracketed))
}

/// 第N条 with the title in front of it, if there is one.
struct Article {
    title: Option<String>,
    /// 第13条 or 第13条之1.
    number: String,
}

impl Article {
    fn stands_in(&self, source: &Source<'_>) -> bool {
        [source.label, source.text].into_iter().any(|text| {
            articles(text).iter().any(|it| {
                let title = match (&self.title, &it.title) {
                    (Some(mine), Some(its)) => its.contains(mine.as_str()),
                    // Words of an instrument speak of its own articles without its name.
                    (Some(mine), None) => normalize(source.label).contains(mine.as_str()),
                    (None, _) => true,
                };
                title && it.number == self.number
            })
        })
    }
}

/// The articles that `text` names. 《X》 belongs to those that follow it directly, joined by marks and 和.
fn articles(text: &str) -> Vec<Article> {
    let text: Vec<char> = arabic(text).chars().collect();
    let (mut found, mut title, mut at) = (Vec::new(), None, 0);
    while at < text.len() {
        let rest = &text[at..];
        if let Some(end) = rest.iter().position(|it| *it == '》').filter(|_| rest[0] == '《') {
            title = Some(rest[1..end].iter().collect::<String>());
            at += end + 1;
        } else if let Some(len) = article_length(rest) {
            found.push(Article { title: title.clone(), number: rest[..len].iter().collect() });
            at += len;
        } else {
            // A remark in brackets stands between title and article: 《X》（2026年）第三条.
            let bracket = rest.iter().position(|it| *it == ')').filter(|_| rest[0] == '(');
            if bracket.is_none() && !matches!(rest[0], '、' | ',' | '和' | '及' | '与') {
                title = None;
            }
            at += bracket.unwrap_or(0) + 1;
        }
    }
    found
}

/// Length of 第13条 or 第13条之1 at the beginning of `text`.
fn article_length(text: &[char]) -> Option<usize> {
    let digits = |from: usize| text.get(from..).unwrap_or_default().iter().take_while(|it| it.is_ascii_digit()).count();
    let end = 1 + digits(1);
    if text.first() != Some(&'第') || end == 1 || text.get(end) != Some(&'条') {
        return None;
    }
    let suffix = if text.get(end + 1) == Some(&'之') { digits(end + 2) } else { 0 };
    Some(if suffix == 0 { end + 1 } else { end + 2 + suffix })
}

fn pairs(text: &str) -> HashSet<(char, char)> {
    let chars: Vec<char> = bare(text).chars().collect();
    chars.windows(2).map(|it| (it[0], it[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: [Source<'_>; 2] = [
        Source {
            label: "《某市场地条例》第七条",
            text: "场地由所在社区登记，登记后五个工作日内答复。申请人不得转借。",
        },
        Source {
            label: "《某市场地条例》第十三条之一第二款",
            text: "依照本条例第九条和《某区细则》第三条，每次使用不超过三小时，参加人数以三分之二为限。",
        },
    ];

    #[track_caller]
    fn of(answer: &str, without: &[&str], all: f64) {
        assert_eq!(unsupported_claims(answer, &SOURCES), without, "{:?}", claims(answer, &SOURCES));
        assert_eq!(unsupported(answer, &SOURCES), Fraction::new(without.len() as f64, all));
    }

    #[test]
    fn figures_have_to_stand_in_a_cited_text() {
        of("社区在5个工作日内答复[1]，每次最多 3 小时[2]。", &[], 1.0);
        of("社区在5日内答复。每次最多三小时。", &["社区在5日内答复。"], 2.0);
        of("参加人数以2/3为限；不超过五成；2026年5月起施行", &["2026年5月起施行"], 2.0);
        of("一名申请人来办，很方便。", &[], 0.0);
        // A unit that isn't known: by its value.
        of("每次最多3钟。每次最多4钟。", &["每次最多4钟。"], 2.0);
    }

    #[test]
    fn articles_have_to_be_cited_or_named_there() {
        of("见《某市场地条例》第7条。见第七条。见《场地条例》第七条。", &[], 3.0);
        of("见第十三条之一。见第十三条。", &["见第十三条。"], 2.0);
        of("见《某区细则》第三条、第七条。", &["见《某区细则》第三条、第七条。"], 1.0);
        of("见《某市场地条例》（2026年版）第九条", &["见《某市场地条例》（2026年版）第九条"], 1.0);
        of("见《某市场地条例》第九条。见《某市场地条例》第三条。", &["见《某市场地条例》第三条。"], 2.0);
    }

    #[test]
    fn a_rule_without_a_number_needs_its_words() {
        of("申请人不得转借场地。申请人必须每天打扫卫生。", &["申请人必须每天打扫卫生。"], 2.0);
    }

    #[test]
    fn headings_labels_and_quotations_are_no_claims() {
        of(
            "**依据**\n\n《某市场地条例》第七条（2026年5月11日起）[1]\n\n> 登记后九个工作日内答复。\n\n# 第九十九条\n",
            &[],
            0.0,
        );
        assert_eq!(unsupported("", &SOURCES).value(), None);
        assert_eq!(unsupported("5个工作日内答复。", &[]), Fraction::new(1.0, 1.0));
    }
}
