//! The figures in a text: amounts with their units, proportions, dates and numbers of articles, in Chinese
//! or Arabic numerals alike.
//!
//! - 五个工作日 = 5个工作日, 三十天 = 30日, 两名 = 2人, 1万元 = 10000元, 半年 = 6个月; 工作日 and 日 differ, as do
//!   一年 and 12个月, which the law counts differently.
//! - 三分之二 = 2/3, 百分之五十 = 50% = 半数.
//! - 2026年5月11日 = 2026-05-11; 第十三条 is no amount.
//! - 一至两名 are two figures with one unit.
//!
//! A Chinese numeral without a unit is a word (一般, 三会一课), an Arabic one counts by its value alone.

mod scan;

pub(super) use scan::scan;

use super::answer::arabic;

/// The figures of `text` as the side that others are looked for in: with its Chinese numerals of no known
/// unit too, by their value alone.
pub(super) fn said(text: &str) -> Vec<Figure> {
    let mut found = scan(text);
    let unknown = text.lines().flat_map(|line| scan(&arabic(line)));
    found.extend(unknown.filter(|it| it.kind == Kind::Amount && it.unit.is_empty()));
    found
}

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A quantity with a unit, which may be empty.
    Amount,
    /// A share of a whole.
    Ratio,
    /// A day, month or year: `num` is year × 10000 + month × 100 + day, 0 for what isn't said.
    Date,
    /// 第N…: `num` is N × 1000 + the number behind 之 (第十三条之一).
    Ordinal,
}

/// A figure with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) kind: Kind,
    /// Over `den`, in lowest terms.
    pub(super) num: u64,
    pub(super) den: u64,
    /// What is counted, under one name for its synonyms; empty where it isn't known.
    pub(super) unit: &'static str,
    /// 一 before a mere classifier (一名, 一份): as good as “a”.
    pub(super) vague: bool,
    /// As it is written, normalised.
    pub(super) text: String,
    /// First character and the one behind the last, in the normalised text.
    pub(super) place: (usize, usize),
}

impl Figure {
    /// Whether `other` says this figure. It may say more (the year of a date, a unit where this has none), but
    /// not less.
    pub(super) fn is_said_by(&self, other: &Self) -> bool {
        if self.kind != other.kind {
            return false;
        }
        if self.kind == Kind::Date {
            let parts = |date: u64| [date / 10_000, date / 100 % 100, date % 100];
            return parts(self.num).iter().zip(parts(other.num)).all(|(mine, its)| *mine == 0 || *mine == its);
        }
        let unit = self.unit == other.unit || self.unit.is_empty();
        (self.num, self.den) == (other.num, other.den) && unit
    }

    /// Whether `other` speaks of the same thing: a proportion too, or an amount in the same unit. Dates and
    /// numbers of articles are never rivals: an answer may name several.
    pub(super) fn is_rival_of(&self, other: &Self) -> bool {
        match self.kind {
            Kind::Ratio => other.kind == Kind::Ratio,
            Kind::Amount => other.kind == Kind::Amount && self.unit == other.unit && !self.unit.is_empty(),
            Kind::Date | Kind::Ordinal => false,
        }
    }
}

/// The figures of `text` where it is nothing but figures and what joins them (一至两名), else `None`.
pub(super) fn whole(text: &str) -> Option<Vec<Figure>> {
    let found = scan(text);
    let all = text::normalize(text).chars().count();
    let (first, last) = (found.first()?, found.last()?);
    let joined = found.windows(2).all(|pair| pair[1].place.0 <= pair[0].place.1 + 1);
    (first.place.0 == 0 && last.place.1 == all && joined).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let (one, other) = (scan(one), scan(other));
        !one.is_empty() && one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| a.is_said_by(b))
    }

    #[test]
    fn one_figure_written_two_ways_is_one() {
        for (one, other) in [
            ("五个工作日", "5 个工作日"),
            ("五个工作日", "５工作日"),
            ("三十天", "30日"),
            ("两名", "2位"),
            ("十八周岁", "18岁"),
            ("六个月", "半年"),
            ("三个人", "3名"),
            ("一年半", "18个月"),
            ("三分之二", "2/3"),
            ("三分之二", "２／３"),
            ("百分之五十", "50%"),
            ("半数", "二分之一"),
            ("百分之零点五", "0.5%"),
            ("千分之五", "0.5%"),
            ("一万二千元", "1.2万元"),
            ("12,000元", "1.2万元"),
            ("2026年5月11日", "二〇二六年五月十一日"),
            ("2026年5月11日", "2026-05-11"),
            ("5月11日", "2026年5月11日"),
            ("第十三条", "第13条"),
            ("第十三条之一", "第 13 条之一"),
            ("一至两名", "1－2名"),
            ("一两名", "1至2人"),
            ("六到十二个月", "6~12个月"),
        ] {
            assert!(same(one, other), "{one} {other}: {:?} {:?}", scan(one), scan(other));
        }
    }

    #[test]
    fn two_figures_are_two() {
        for (one, other) in [
            ("五个工作日", "5天"),
            ("五天", "十五天"),
            ("五天", "五年"),
            ("一年", "12个月"),
            ("6个月", "6月"),
            ("三分之二", "三分之一"),
            ("2026年5月11日", "5月11日"),
            ("2026年5月11日", "2026年5月12日"),
            ("2014年", "14年"),
            ("第十三条", "十三条"),
            ("第十三条", "第十三条之一"),
            ("第十三条", "第十三款"),
            ("五元", "五万元"),
            ("三名", "一至两名"),
            ("两个条件", "两条"),
        ] {
            assert!(!same(one, other), "{one} {other}: {:?} {:?}", scan(one), scan(other));
        }
    }

    #[test]
    fn words_with_a_numeral_in_them_are_no_figures() {
        for text in
            ["一般", "统一", "十分重要", "万一", "三会一课", "增强四个意识", "五位一体", "八项规定", "一些", "唯一"]
        {
            assert!(scan(text).is_empty(), "{text}: {:?}", scan(text));
        }
        assert!(scan("一名党员").iter().all(|it| it.vague));
        assert!(!scan("1名党员")[0].vague && !scan("一年")[0].vague && !scan("至少一次，两次为宜")[1].vague);
    }

    #[test]
    fn figures_are_found_where_they_stand() {
        let texts: Vec<_> = scan("满18周岁，自2026年5月11日起3个月内，须有2/3以上、不少于五人到会")
            .into_iter()
            .map(|it| it.text)
            .collect();
        assert_eq!(texts, ["18周岁", "2026年5月11日", "3个月", "2/3", "五人"]);
    }

    #[test]
    fn what_is_nothing_but_figures_is_whole() {
        for (text, count) in [("五个工作日", 1), ("一至两名", 2), ("1-2名", 2), ("2/3", 1), ("三分之二", 1)]
        {
            assert_eq!(whole(text).map(|it| it.len()), Some(count), "{text}");
        }
        for text in ["五个工作日内", "公示五天", "甲", "", "三会一课"] {
            assert!(whole(text).is_none(), "{text}");
        }
    }
}
