//! Words that lay down a rule: 应当, 必须, 不得, 可以不 and what means the same.

use std::ops::Range;

/// The three kinds; within one kind a word stands for every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// 应当, 应, 必须, 须
    Duty,
    /// 不得, 不能, 禁止
    Ban,
    /// 可以不, 不必
    Waiver,
}

/// Longest first; the second field says whether the word makes a sentence need a citation. 不能 often only
/// says what can't be known, so it supports a ban but doesn't make one.
const WORDS: [(&str, Rule, bool); 22] = [
    ("不应当", Rule::Ban, true),
    ("不应该", Rule::Ban, true),
    ("可以不", Rule::Waiver, true),
    ("不可以", Rule::Ban, true),
    ("不允许", Rule::Ban, false),
    ("应当", Rule::Duty, true),
    ("应该", Rule::Duty, true),
    ("必须", Rule::Duty, true),
    ("务必", Rule::Duty, false),
    ("不得", Rule::Ban, true),
    ("不能", Rule::Ban, false),
    ("不准", Rule::Ban, true),
    ("不应", Rule::Ban, true),
    ("禁止", Rule::Ban, true),
    ("严禁", Rule::Ban, true),
    ("不必", Rule::Waiver, false),
    ("无须", Rule::Waiver, false),
    ("无需", Rule::Waiver, false),
    ("毋须", Rule::Waiver, false),
    ("可不", Rule::Waiver, false),
    ("应", Rule::Duty, true),
    ("须", Rule::Duty, true),
];
/// 应 in these words lays down nothing.
const BEFORE: &str = "相适反响对供感效呼回顺答照策";
const AFTER: &str = "用对聘急届邀试变付答验许到";

/// Every kind of rule word in `text` (without white space).
pub fn read(text: &str) -> Vec<Rule> {
    scan(text).into_iter().map(|it| it.1).collect()
}

/// The kinds that make a sentence need a citation, each once.
pub fn claims(text: &str) -> Vec<Rule> {
    let mut kinds = Vec::new();
    for (_, rule, claims) in scan(text) {
        if claims && !kinds.contains(&rule) {
            kinds.push(rule);
        }
    }
    kinds
}

/// `text` without its rule words: what it speaks of.
pub fn blot(text: &str) -> String {
    let mut blotted = text.to_owned();
    for (range, ..) in scan(text).into_iter().rev() {
        blotted.replace_range(range, "\u{1}");
    }
    blotted
}

/// The rule word that `text` begins with, claim or not, and its length in bytes.
pub fn starting(text: &str) -> (Option<Rule>, usize) {
    let word = WORDS.iter().find(|it| text.starts_with(it.0) && !is_part_of_a_word(it.0, ' ', text));
    word.map_or((None, 0), |it| (Some(it.1), it.0.len()))
}

/// Every rule word with its place, its kind, and whether it makes a claim.
/// A longer word wins over a shorter one inside it: 不应当 is no 应当.
fn scan(text: &str) -> Vec<(Range<usize>, Rule, bool)> {
    let (mut found, mut at, mut before) = (Vec::new(), 0, ' ');
    while let Some(c) = text[at..].chars().next() {
        let left = &text[at..];
        let word = WORDS.iter().find(|it| left.starts_with(it.0) && !is_part_of_a_word(it.0, before, left));
        if let Some((word, rule, claims)) = word {
            found.push((at..at + word.len(), *rule, *claims));
            at += word.len();
            before = ' ';
        } else {
            at += c.len_utf8();
            before = c;
        }
    }
    found
}

/// Whether what looks like `word` belongs to an ordinary word: 相应, 应用, 须知, 不得不.
/// `left` begins with `word`; `before` is the character before it.
fn is_part_of_a_word(word: &str, before: char, left: &str) -> bool {
    let after = left[word.len()..].chars().next().unwrap_or(' ');
    match word {
        "应" => BEFORE.contains(before) || AFTER.contains(after),
        "须" => matches!(before, '胡' | '触') || after == '知',
        "不得" => after == '不' || matches!(before, '舍' | '怪' | '恨' | '巴'),
        "不应" => AFTER.contains(after),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_words_are_told_from_ordinary_ones() {
        assert_eq!(claims("应当公示，不得拖延"), [Rule::Duty, Rule::Ban]);
        assert_eq!(claims("不应当入党"), [Rule::Ban]);
        assert_eq!(claims("可以不转"), [Rule::Waiver]);
        assert_eq!(claims("须经上级批准"), [Rule::Duty]);
        for plain in ["相应的材料", "适应形势", "应用和应对", "应届毕业生", "应到会人数", "不得不说", "须知"]
        {
            assert!(claims(plain).is_empty(), "{plain}");
        }
        assert_eq!(read("不能确定"), [Rule::Ban]);
        assert!(claims("不能确定").is_empty());
    }
}
