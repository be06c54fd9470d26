//! Finding the figures: reads numerals from left to right and looks at what stands around each.

use text::{normalize, numerals};

use super::{Figure, Kind};

/// What a unit is called, and what it is compared as. Longest first where one begins another.
const UNITS: [(&str, &str); 47] = [
    ("工作日", "工作日"),
    ("自然日", "日"),
    ("平方米", "平方米"),
    ("百分点", "百分点"),
    ("小时", "小时"),
    ("钟头", "小时"),
    ("分钟", "分钟"),
    ("星期", "周"),
    ("礼拜", "周"),
    ("周年", "年"),
    ("周岁", "岁"),
    ("季度", "季度"),
    ("学时", "学时"),
    ("课时", "学时"),
    ("人次", "人次"),
    ("公里", "公里"),
    ("年", "年"),
    ("天", "日"),
    ("日", "日"),
    ("周", "周"),
    ("岁", "岁"),
    ("名", "人"),
    ("位", "人"),
    ("人", "人"),
    ("票", "票"),
    ("次", "次"),
    ("倍", "倍"),
    ("元", "元"),
    ("份", "份"),
    ("条", "条"),
    ("款", "款"),
    ("项", "项"),
    ("种", "种"),
    ("类", "类"),
    ("家", "家"),
    ("户", "户"),
    ("场", "场"),
    ("届", "届"),
    ("期", "期"),
    ("轮", "轮"),
    ("级", "级"),
    ("门", "门"),
    ("篇", "篇"),
    ("页", "页"),
    ("字", "字"),
    ("张", "张"),
    ("件", "件"),
];
/// The unit of 月 as a length of time.
const MONTHS: &str = "个月";
/// 个 with nothing known behind it.
const PIECES: &str = "个";
/// Units that measure: 一 before one of these is a number, before any other it may be a mere “a”.
const MEASURES: [&str; 15] =
    ["工作日", "日", "小时", "分钟", "周", "年", "岁", "季度", "学时", MONTHS, "元", "倍", "平方米", "公里", "百分点"];
/// Set phrases whose numbers state nothing.
const STANDING: [&str; 16] = [
    "四个意识",
    "四个自信",
    "四个全面",
    "四个服从",
    "四个伟大",
    "两个维护",
    "两个确立",
    "两个务必",
    "三个代表",
    "三个务必",
    "五位一体",
    "一次性",
    "一人一票",
    "三位一体",
    "八项规定",
    "四项基本原则",
];
/// What joins the two ends of a range.
const JOINTS: [char; 5] = ['至', '到', '-', '~', '或'];

/// The figures of `text` in their order. Numbers don't reach over line ends.
pub(in super::super) fn scan(text: &str) -> Vec<Figure> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.lines() {
        let chars: Vec<char> = normalize(line).chars().collect();
        let mut scanner = Scanner { chars: &chars, at: 0, found: Vec::new() };
        scanner.run();
        found.extend(
            scanner.found.into_iter().map(|it| Figure { place: (it.place.0 + offset, it.place.1 + offset), ..it }),
        );
        offset += chars.len();
    }
    found
}

/// A numeral as read.
#[derive(Clone, Copy)]
struct Number {
    num: u64,
    den: u64,
    end: usize,
    /// In Arabic digits.
    arabic: bool,
}

struct Scanner<'a> {
    chars: &'a [char],
    at: usize,
    found: Vec<Figure>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while self.at < self.chars.len() {
            let before = self.at;
            if let Some(phrase) = STANDING.iter().find(|it| self.stands(before, it)) {
                self.at += phrase.chars().count();
            } else if !(self.half() || self.iso_date() || self.ordinal() || self.date() || self.amount()) {
                // A numeral that is none must be passed as a whole: its rest would be another number.
                self.at = self.number(before).map_or(before + 1, |it| it.end);
            }
        }
    }

    /// 半数, 过半, 一半; 半年, 半天, 半个月.
    fn half(&mut self) -> bool {
        let start = self.at;
        for (word, len) in [("过半数", 3), ("半数", 2), ("过半", 2), ("一半", 2)] {
            if self.stands(start, word) {
                self.push(Kind::Ratio, (1, 2), "", start, start + len);
                return true;
            }
        }
        if self.char(start) != Some('半') {
            return false;
        }
        match self.unit(start + 1) {
            Some(("年", end)) => self.push(Kind::Amount, (6, 1), MONTHS, start, end),
            Some((unit, end)) if MEASURES.contains(&unit) => self.push(Kind::Amount, (1, 2), unit, start, end),
            _ => return false,
        }
        true
    }

    /// 2026-05-11, 2026.5.11, 2026/5/11.
    fn iso_date(&mut self) -> bool {
        let start = self.at;
        let Some((year, end)) = self.digits(start).filter(|it| it.1 - start == 4) else { return false };
        let Some(mark) = self.char(end).filter(|it| matches!(it, '-' | '.' | '/')) else { return false };
        let Some((month, end)) = self.digits(end + 1).filter(|it| (1..=12).contains(&it.0)) else { return false };
        let Some((day, end)) =
            self.digits(end + 1).filter(|it| (1..=31).contains(&it.0) && self.char(end) == Some(mark))
        else {
            return false;
        };
        self.push(Kind::Date, (year * 10_000 + month * 100 + day, 1), "", start, end);
        true
    }

    /// 第十三条, 第十三条之一, 第二次.
    fn ordinal(&mut self) -> bool {
        let start = self.at;
        if self.char(start) != Some('第') {
            return false;
        }
        let Some(number) = self.number(start + 1).filter(|it| it.den == 1) else { return false };
        let (unit, mut end) = self.unit(number.end).unwrap_or(("", number.end));
        let mut suffix = 0;
        if let Some(after) = self.number(end + 1).filter(|it| it.den == 1 && self.char(end) == Some('之')) {
            (suffix, end) = (after.num.min(999), after.end);
        }
        self.push(Kind::Ordinal, (number.num.saturating_mul(1000).saturating_add(suffix), 1), unit, start, end);
        true
    }

    /// 2026年, 2026年5月, 2026年5月11日, 5月, 5月11日.
    fn date(&mut self) -> bool {
        let start = self.at;
        let whole = |at| self.number(at).filter(|it: &Number| it.den == 1);
        let Some(first) = whole(start) else { return false };
        let (mut year, mut month, mut day, mut end) = (0, 0, 0, start);
        if (1000..=9999).contains(&first.num) && self.char(first.end) == Some('年') {
            (year, end) = (first.num, first.end + 1);
        }
        if let Some(it) = whole(end).filter(|it| (1..=12).contains(&it.num) && self.char(it.end) == Some('月')) {
            (month, end) = (it.num, it.end + 1);
            let day_end = |it: &Number| matches!(self.char(it.end), Some('日' | '号'));
            if let Some(it) = whole(end).filter(|it| (1..=31).contains(&it.num) && day_end(it)) {
                (day, end) = (it.num, it.end + 1);
            }
        }
        if end == start {
            return false;
        }
        self.push(Kind::Date, (year * 10_000 + month * 100 + day, 1), "", start, end);
        true
    }

    /// Everything else that begins with a numeral: proportions, ranges, amounts.
    fn amount(&mut self) -> bool {
        let start = self.at;
        let Some(number) = self.number(start) else { return false };
        if let Some((value, end)) = self.ratio(number) {
            self.push(Kind::Ratio, value, "", start, end);
            return true;
        }
        // 一两名, 三五天: two figures in one word.
        if let Some((low, high)) = self.about(start, number.end) {
            let Some((unit, end)) = self.unit(number.end) else { return false };
            self.push(Kind::Amount, (low, 1), unit, start, start + 1);
            self.push(Kind::Amount, (high, 1), unit, start + 1, end);
            return true;
        }
        if let Some((unit, end)) = self.unit(number.end) {
            self.push_amount(number, unit, start, end);
            return true;
        }
        let second = self.char(number.end).filter(|it| JOINTS.contains(it)).and_then(|_| self.number(number.end + 1));
        if let Some(second) = second {
            if let Some((value, end)) = self.ratio(second).filter(|_| number.arabic) {
                // 5-10%: both are shares. 三分之一至三分之二 has its own first part.
                self.push(Kind::Ratio, lowest(number.num, number.den * 100), "", start, number.end);
                self.push(Kind::Ratio, value, "", number.end + 1, end);
                return true;
            }
            if let Some((unit, end)) = self.unit(second.end) {
                self.push(Kind::Amount, (number.num, number.den), unit, start, number.end);
                self.push(Kind::Amount, (second.num, second.den), unit, number.end + 1, end);
                return true;
            }
        }
        if number.arabic {
            self.push(Kind::Amount, (number.num, number.den), "", start, number.end);
        }
        number.arabic
    }

    /// A numeral with its unit; a half behind the unit (一年半) is added.
    fn push_amount(&mut self, number: Number, unit: &'static str, start: usize, end: usize) {
        let measures = MEASURES.contains(&unit);
        if measures && self.char(end) == Some('半') && number.den == 1 {
            let (value, unit) = match unit {
                "年" => ((number.num * 12 + 6, 1), MONTHS),
                unit => ((number.num * 2 + 1, 2), unit),
            };
            self.push(Kind::Amount, value, unit, start, end + 1);
            return;
        }
        self.push(Kind::Amount, (number.num, number.den), unit, start, end);
        let one = (number.num, number.den, number.arabic) == (1, 1, false);
        if let Some(last) = self.found.last_mut() {
            last.vague = one && !measures;
        }
    }

    /// What `number` begins, where that is a proportion: its value and its end.
    fn ratio(&self, number: Number) -> Option<((u64, u64), usize)> {
        let end = number.end;
        match self.char(end)? {
            '%' => Some((lowest(number.num, number.den.checked_mul(100)?), end + 1)),
            '‰' => Some((lowest(number.num, number.den.checked_mul(1000)?), end + 1)),
            '/' | '⁄' if number.arabic && number.den == 1 => {
                let (below, end) = self.digits(end + 1).filter(|it| it.0 > 0)?;
                Some((lowest(number.num, below), end))
            }
            '分' if self.char(end + 1) == Some('之') && number.den == 1 && number.num > 0 => {
                let above = self.number(end + 2)?;
                Some((lowest(above.num, above.den.checked_mul(number.num)?), above.end))
            }
            _ => None,
        }
    }

    /// 一两, 两三, 三五: the two ends of a vague number in Chinese digits.
    fn about(&self, start: usize, end: usize) -> Option<(u64, u64)> {
        let digit = |at: usize| numerals::parse(&self.chars[at].to_string()).filter(|it| (1..=9).contains(it));
        if end != start + 2 || self.chars[start].is_ascii_digit() {
            return None;
        }
        let (low, high) = (digit(start)?, digit(start + 1)?);
        (high == low + 1 || (low, high) == (3, 5)).then_some((low.into(), high.into()))
    }

    /// The unit at `at`: its one name and where it ends.
    fn unit(&self, at: usize) -> Option<(&'static str, usize)> {
        let counted = self.char(at) == Some('个');
        let from = at + usize::from(counted);
        if counted && self.char(from) == Some('月') {
            return Some((MONTHS, from + 1));
        }
        // 个 stands before few units of one character: 一个条件 counts no 条.
        let fits = |name: &str| !counted || name.chars().count() > 1 || matches!(name, "人" | "字");
        let known = UNITS.iter().find(|it| self.stands(from, it.0) && fits(it.0));
        known.map(|(name, unit)| (*unit, from + name.chars().count())).or(counted.then_some((PIECES, from)))
    }

    /// The numeral at `at`: Arabic with thousands marks, decimals and 万, or Chinese with 点.
    fn number(&self, at: usize) -> Option<Number> {
        let first = self.char(at)?;
        if first.is_ascii_digit() { self.arabic(at) } else { self.chinese(at) }
    }

    fn arabic(&self, at: usize) -> Option<Number> {
        let (mut num, mut end) = self.digits(at)?;
        // 12,000: groups of exactly three.
        while self.char(end) == Some(',') {
            let Some((group, next)) = self.digits(end + 1).filter(|it| it.1 == end + 4) else { break };
            (num, end) = (num.checked_mul(1000)?.checked_add(group)?, next);
        }
        let mut den = 1;
        if let Some((part, next)) = self.digits(end + 1).filter(|_| self.char(end) == Some('.')) {
            den = 10u64.checked_pow(u32::try_from(next - end - 1).ok()?)?;
            (num, end) = (num.checked_mul(den)?.checked_add(part)?, next);
        }
        while let Some(times) = self.char(end).and_then(power) {
            (num, end) = (num.checked_mul(times)?, end + 1);
        }
        let (num, den) = lowest(num, den);
        Some(Number { num, den, end, arabic: true })
    }

    fn chinese(&self, at: usize) -> Option<Number> {
        let run = |from: usize| {
            let rest = self.chars.get(from..).unwrap_or_default();
            from + rest.iter().take_while(|it| numerals::is_numeral(**it) && !it.is_ascii_digit()).count()
        };
        let mut end = run(at);
        let word: String = self.chars[at..end].iter().collect();
        let mut num = match word.as_str() {
            "万" => 10_000,
            word => u64::from(numerals::parse(word)?),
        };
        let mut den = 1;
        if self.char(end) == Some('点') {
            let next = run(end + 1);
            for c in &self.chars[end + 1..next] {
                let digit = numerals::parse(&c.to_string()).filter(|it| *it < 10)?;
                (num, den) = (num.checked_mul(10)?.checked_add(digit.into())?, den * 10);
            }
            end = if den > 1 { next } else { end };
        }
        let (num, den) = lowest(num, den);
        Some(Number { num, den, end, arabic: false })
    }

    /// A run of Arabic digits: its value and its end.
    fn digits(&self, at: usize) -> Option<(u64, usize)> {
        let rest = self.chars.get(at..)?;
        let len = rest.iter().take_while(|it| it.is_ascii_digit()).count();
        let text: String = rest[..len].iter().collect();
        text.parse().ok().map(|value| (value, at + len))
    }

    fn char(&self, at: usize) -> Option<char> {
        self.chars.get(at).copied()
    }

    fn stands(&self, at: usize, word: &str) -> bool {
        self.chars.get(at..).is_some_and(|rest| {
            let mut rest = rest.iter();
            word.chars().all(|c| rest.next() == Some(&c))
        })
    }

    fn push(&mut self, kind: Kind, (num, den): (u64, u64), unit: &'static str, start: usize, end: usize) {
        let text = self.chars[start..end].iter().collect();
        self.found.push(Figure { kind, num, den, unit, vague: false, text, place: (start, end) });
        self.at = end;
    }
}

fn power(c: char) -> Option<u64> {
    Some(match c {
        '百' => 100,
        '千' => 1000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// In lowest terms; `den` is above 0.
fn lowest(num: u64, den: u64) -> (u64, u64) {
    let (mut a, mut b) = (num, den);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (num / a.max(1), den / a.max(1))
}
