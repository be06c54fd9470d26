//! Which day's law a question asks about.

use chrono::{Datelike as _, NaiveDate};

use crate::text::numerals;

/// A time that a question names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A day: 2025年3月1日.
    Day(NaiveDate),
    /// A year's version: 2014年版, 去年的规定. The law of its last day, or today's in the present year.
    Year(i32),
    /// The version before the present one: 旧版, 修订前.
    Previous,
}

impl Asked {
    /// The day whose law is meant; `None` for [`Asked::Previous`], which depends on the instrument.
    pub fn day(self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day(day) => Some(day),
            Self::Year(year) if year >= today.year() => Some(today),
            Self::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31),
            Self::Previous => None,
        }
    }
}

/// Words that show that a year is meant as the year of a rule, not as a fact of the case.
const RULE_WORDS: [&str; 10] = ["版", "规定", "要求", "细则", "条例", "章程", "党章", "办法", "标准", "口径"];
/// How many characters after a year a rule word may stand.
const REACH: usize = 8;

/// The time that `question` (NFKC, without white space) asks about, if it names one.
///
/// A year alone is part of the story (我2025年就是积极分子); it names a version only where a word for a
/// rule follows closely (2014年版, 2025年的规定) or 当时/那时 follows (2025年时). Weighing the new rule
/// against the old one (新细则还是老细则) asks for today's.
pub fn asked(question: &str, today: NaiveDate) -> Option<Asked> {
    if question.contains('新')
        && ["还是老", "还是旧", "和老", "和旧", "与旧", "与老"].iter().any(|it| question.contains(it))
    {
        return None;
    }
    let chars: Vec<char> = question.chars().collect();
    for start in 0..chars.len() {
        if let Some(found) = at(&chars, start, today) {
            return Some(found);
        }
    }
    let previous = ["旧版", "老版", "上一版", "修订前", "修改前", "以前的规定", "老规定", "旧规定", "原来的规定"];
    previous.iter().any(|it| question.contains(it)).then_some(Asked::Previous)
}

fn at(chars: &[char], start: usize, today: NaiveDate) -> Option<Asked> {
    let rest: String = chars[start..chars.len().min(start + 3)].iter().collect();
    for (word, back) in [("大前年", 3), ("前年", 2), ("去年", 1), ("上年", 1)] {
        if rest.starts_with(word) {
            return rule_follows(chars, start + word.chars().count()).then_some(Asked::Year(today.year() - back));
        }
    }
    if start > 0 && numerals::is_numeral(chars[start - 1]) {
        return None;
    }
    let (year, mut next) = number(chars, start, 4)?;
    let year = i32::try_from(year).ok().filter(|it| (1921..=2100).contains(it))?;
    if chars.get(next) == Some(&'年') {
        next += 1;
        if let Some(day) = month_and_day(chars, next, year) {
            return Some(day);
        }
    }
    rule_follows(chars, next).then_some(Asked::Year(year))
}

/// 3月1日, 3月: a month alone means its last day's law, which is that of its first day in all but
/// the month of a change; the first day is taken.
fn month_and_day(chars: &[char], start: usize, year: i32) -> Option<Asked> {
    let (month, next) = number(chars, start, 2)?;
    if chars.get(next) != Some(&'月') {
        return None;
    }
    let day = number(chars, next + 1, 2).filter(|(_, end)| matches!(chars.get(*end), Some('日' | '号')));
    NaiveDate::from_ymd_opt(year, month, day.map_or(1, |it| it.0)).map(Asked::Day)
}

fn number(chars: &[char], start: usize, digits: usize) -> Option<(u32, usize)> {
    let length = chars[start.min(chars.len())..].iter().take_while(|c| numerals::is_numeral(**c)).count();
    if length == 0 || length > digits.max(3) {
        return None;
    }
    let text: String = chars[start..start + length].iter().collect();
    numerals::parse(&text).map(|value| (value, start + length))
}

fn rule_follows(chars: &[char], start: usize) -> bool {
    let near: String = chars[start.min(chars.len())..].iter().take(REACH).collect();
    ["时", "当时", "那时", "的时候"].iter().any(|it| near.starts_with(it))
        || RULE_WORDS.iter().any(|it| near.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn versions_are_told_from_facts() {
        let today = day(2026, 11, 24);
        for (question, expected) in [
            ("2014年版发展党员细则怎么规定公示", Some(Asked::Year(2014))),
            ("2017版党章第九条", Some(Asked::Year(2017))),
            ("二〇一七年党章第九条", Some(Asked::Year(2017))),
            ("去年的规定是几天内报到", Some(Asked::Year(2025))),
            ("2025年时列为发展对象要公示吗", Some(Asked::Year(2025))),
            ("2025年3月1日列为发展对象要公示吗", Some(Asked::Day(day(2025, 3, 1)))),
            ("按修订前怎么报到", Some(Asked::Previous)),
            ("我2025年就是积极分子,按新细则还是老细则?", None),
            ("1976年入党没有转正日期怎么算", None),
            ("党员几年评议一次", None),
        ] {
            assert_eq!(asked(question, today), expected, "{question}");
        }
    }

    #[test]
    fn this_year_means_today() {
        let today = day(2026, 11, 24);
        assert_eq!(Asked::Year(2026).day(today), Some(today));
        assert_eq!(Asked::Year(2014).day(today), Some(day(2014, 12, 31)));
    }
}
