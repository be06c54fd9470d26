//! The words of an answer against what it has to say: containment, forbidden words, and F1 by characters.

use std::collections::HashMap;

use text::{bare, normalize, numerals};

use super::figures::{said, whole};
use crate::run::Fraction;

/// Whether `text` says `point`: as figures where the point is nothing but figures (五天 = 5日), or word for
/// word under [`text::normalize()`], numerals in Chinese or Arabic alike. A number of the point is a whole
/// number of the text: 五天 doesn't stand in 十五天. A blank point stands nowhere.
pub fn holds(text: &str, point: &str) -> bool {
    let found = said(text);
    let figures = whole(point).unwrap_or_default();
    let all = figures.iter().all(|it| found.iter().any(|other| it.is_said_by(other)));
    (all && !figures.is_empty()) || words_hold(&arabic(text), &arabic(point))
}

/// Whether `point` stands in `text` without cutting a number in two; both are given as [`arabic`] gives them.
fn words_hold(text: &str, point: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let (first, last) = (digit(point.chars().next()), digit(point.chars().next_back()));
    let cut = |at: usize| {
        let (before, after) = (&text[..at], &text[at + point.len()..]);
        first && goes_on(before.chars().rev()) || last && goes_on(after.chars())
    };
    !point.is_empty() && text.match_indices(point).any(|(at, _)| !cut(at))
}

/// Whether a number goes on with these characters: with a digit, or with one behind a decimal point.
fn goes_on(mut next: impl Iterator<Item = char>) -> bool {
    let c = next.next();
    let c = if c == Some('.') { next.next() } else { c };
    c.is_some_and(|c| c.is_ascii_digit())
}

/// Points that `answer` says, over the points it has to say; 0 of 0 where there are none. The caller decides
/// whether the cited texts belong to `answer`.
///
/// Source: answer containment as in Chen et al., “Reading Wikipedia to answer open-domain questions”, 2017,
/// here of several points.
pub fn contains(answer: &str, points: &[String]) -> Fraction {
    let said = points.iter().filter(|it| holds(answer, it)).count();
    Fraction::new(said as f64, points.len() as f64)
}

/// 1 of 1 where `answer` says any of the `forbidden` words, else 0 of 1; 0 of 0 where none are forbidden.
pub fn wrong_words(answer: &str, forbidden: &[String]) -> Fraction {
    if forbidden.is_empty() {
        return Fraction::default();
    }
    let said = forbidden.iter().any(|it| holds(answer, it));
    Fraction::of_one(if said { 1.0 } else { 0.0 })
}

/// F1 by characters against the reference it agrees with best: twice the characters in common (each as often
/// as it stands in both) over the characters of both, punctuation and white space aside. 0 of 0 without a
/// reference; an answer without words has 0.
///
/// Source: Rajpurkar et al., “`SQuAD`”, 2016, with characters for words as usual in Chinese.
pub fn f1(answer: &str, references: &[String]) -> Fraction {
    let best = references.iter().map(|it| overlap(answer, it)).max_by(f64::total_cmp);
    best.map_or(Fraction::default(), Fraction::of_one)
}

fn overlap(one: &str, other: &str) -> f64 {
    let (one, other) = (bare(one), bare(other));
    let mut left: HashMap<char, usize> = HashMap::new();
    one.chars().for_each(|c| *left.entry(c).or_default() += 1);
    let mut common = 0;
    for c in other.chars() {
        if let Some(count) = left.get_mut(&c).filter(|it| **it > 0) {
            *count -= 1;
            common += 1;
        }
    }
    let all = one.chars().count() + other.chars().count();
    if all == 0 { 0.0 } else { 2.0 * f64::from(common) / all as f64 }
}

/// `text` normalised, with every Chinese numeral in Arabic digits and one dash for every joint of a range.
pub(super) fn arabic(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut run = String::new();
    let chars: Vec<char> = normalize(text).chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let numeral = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| numerals::is_numeral(*c));
        if numerals::is_numeral(*c) && !c.is_ascii_digit() {
            run.push(*c);
            continue;
        }
        close(&mut run, &mut result);
        let joint = matches!(c, '至' | '到' | '~') && numeral(at.checked_sub(1)) && numeral(Some(at + 1));
        result.push(if joint { '-' } else { *c });
    }
    close(&mut run, &mut result);
    result
}

/// Appends the numeral in `run`, if it is one.
fn close(run: &mut String, result: &mut String) {
    match numerals::parse(run) {
        Some(number) => result.push_str(&number.to_string()),
        None => result.push_str(run),
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(list: &[&str]) -> Vec<String> {
        list.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn a_point_is_said_in_either_numerals_but_as_a_whole_number() {
        for (text, point, expected) in [
            ("应在 1 个月内派人谈话", "一个月内", true),
            ("应在十一个月内派人谈话", "一个月内", false),
            ("由１～２名正式党员担任", "一至两名正式党员", true),
            ("公示15天", "五天", false),
            ("公示15天", "15日", true),
            ("公示十五天", "公示15天", true),
            ("见第130条", "见第13", false),
            ("向居住地的“党组织”提出", "居住地的\"党组织\"", true),
            ("建于一九八九年", "1989", true),
            ("占83.4%", "83.4", true),
            ("占83.4%", "4%", false),
            ("占83.4%", "83", false),
            ("共三十二处", "32", true),
            ("共三十二处", "2", false),
            ("甲", " ", false),
            ("", "甲", false),
        ] {
            assert_eq!(holds(text, point), expected, "{text} {point}");
        }
    }

    #[test]
    fn containment_by_hand() {
        let points = owned(&["居住地", "一个月内", "支部书记"]);
        assert_eq!(contains("居住地党组织1个月内答复", &points), Fraction::new(2.0, 3.0));
        assert_eq!(contains("什么都行", &[]).value(), None);
        assert_eq!(wrong_words("只能交户籍地", &owned(&["只能交户籍地"])), Fraction::of_one(1.0));
        assert_eq!(wrong_words("可交居住地", &owned(&["只能交户籍地", "十五天"])), Fraction::of_one(0.0));
        assert_eq!(wrong_words("可交居住地", &[]).value(), None);
    }

    #[test]
    fn f1_by_hand() {
        // 公示五个工作日 (7) and 五个工作日 (5) have 5 characters in common: 2·5 / 12.
        let figure = f1("公示，五个工作日。", &owned(&["五个工作日", "一年"]));
        assert!((figure.num - 10.0 / 12.0).abs() < 1e-12 && figure.den.to_bits() == 1f64.to_bits(), "{figure:?}");
        // 人人 against 人: one in common, 2·1 / 3.
        assert!((f1("人人", &owned(&["人"])).num - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(f1("ABC", &owned(&["abc"])), Fraction::of_one(1.0));
        assert_eq!(f1("。", &owned(&["甲"])), Fraction::of_one(0.0));
        assert_eq!(f1("甲", &[]).value(), None);
    }
}
