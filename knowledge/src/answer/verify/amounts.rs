//! Amounts in a text: numbers with their units, proportions, periods and dates, compared by value.

use unicode_normalization::UnicodeNormalization as _;

use crate::text::numerals;

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The value is `value / per`, in lowest terms; a date is year × 10000 + month × 100 + day, 0 for what isn't said.
    value: u64,
    per: u64,
    unit: &'static str,
}

/// Unit of a proportion: 三分之二, 2/3, 50 % and 半数 are compared by value alone.
const RATIO: &str = "比";
/// Unit of a calendar date, whole or in part; 五日 without a month is a period, not a date.
const DATE: &str = "日期";
/// What a unit is called, and what it is compared as. Longest first where one begins another.
const UNITS: [(&str, &str); 34] = [
    ("个工作日", "工作日"),
    ("个自然日", "日"),
    ("工作日", "工作日"),
    ("自然日", "日"),
    ("个小时", "小时"),
    ("个星期", "周"),
    ("个季度", "季度"),
    ("个月", "个月"),
    ("个学时", "学时"),
    ("个百分点", "百分点"),
    ("小时", "小时"),
    ("分钟", "分钟"),
    ("星期", "周"),
    ("周年", "年"),
    ("周岁", "岁"),
    ("季度", "季度"),
    ("学时", "学时"),
    ("课时", "学时"),
    ("人次", "人次"),
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
    ("款", "款"),
    ("个", "个"),
];
/// Set phrases and telephone numbers that state no amount of their own.
const STANDING: [&str; 34] = [
    "12388",
    "12371",
    "12380",
    "三个代表",
    "两个确立",
    "两个维护",
    "四个意识",
    "四个自信",
    "四个全面",
    "四个伟大",
    "四个服从",
    "三个区分开来",
    "三会一课",
    "三重一大",
    "两优一先",
    "两学一做",
    "一岗双责",
    "八项规定",
    "五位一体",
    "十四五",
    "十五五",
    "两个一百年",
    "一个中心",
    "百年大计",
    "百年未有",
    "一票否决",
    "第一书记",
    "一人一票",
    "十分",
    "万一",
    "一次性",
    "一年一度",
    "同一天",
    "一日游",
];
/// Counting these only orders the answer itself.
const STRUCTURE: [&str; 6] = ["步骤", "方面", "问题", "要点", "层面", "环节"];

impl Amount {
    /// In lowest terms, so that 4/6 equals 2/3.
    fn new(value: u64, per: u64, unit: &'static str) -> Self {
        let divisor = gcd(value, per).max(1);
        Self { value: value / divisor, per: per / divisor, unit }
    }

    /// A date of which 0 leaves open the year, the month or the day.
    fn date(year: u64, month: u64, day: u64) -> Self {
        Self { value: year * 10_000 + month * 100 + day, per: 1, unit: DATE }
    }

    /// Whether `source` states what this amount claims.
    pub fn same(&self, source: &Self) -> bool {
        if self.unit == DATE {
            let parts = |it: &Self| [it.value / 10_000, it.value / 100 % 100, it.value % 100];
            return source.unit == DATE && parts(self).iter().zip(parts(source)).all(|it| *it.0 == 0 || *it.0 == it.1);
        }
        if self.unit.is_empty() && source.unit == DATE {
            return self.per == 1 && self.value == source.value / 10_000;
        }
        let counts = |it: &Self| matches!(it.unit, "个" | "人");
        if self.unit == "个月" && source.unit == "年" || self.unit == "年" && source.unit == "个月" {
            return self.months() == source.months();
        }
        (self.value, self.per) == (source.value, source.per)
            && (self.unit == source.unit || self.unit.is_empty() || counts(self) && counts(source))
    }

    /// Years and months in months: 一年 and 12个月 are one period.
    fn months(&self) -> (u64, u64) {
        let it = Self::new(self.value.saturating_mul(if self.unit == "年" { 12 } else { 1 }), self.per, self.unit);
        (it.value, it.per)
    }

    /// Whether the amount has a unit other than 个, which in short quotations is part of a term (“两个确立”).
    pub fn is_measured(&self) -> bool {
        self.unit != "个"
    }

    /// Whether this is a day, month or year of the calendar.
    pub fn is_date(&self) -> bool {
        self.unit == DATE
    }
}

/// Greatest common divisor.
fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// `text` in NFKC without white space, circled numbers (①) blotted out: the form that [`read`] works on.
pub fn compact(text: &str) -> String {
    let blotted = text.chars().map(|c| if matches!(c, '\u{2460}'..='\u{24ff}') { '\u{1}' } else { c });
    blotted.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// Every amount in `text` (see [`compact`]).
pub fn read(text: &str) -> Vec<Amount> {
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < chars.len() {
        if let Some(length) = STANDING.iter().find(|it| starts(&chars, at, it)).map(|it| it.chars().count()) {
            at += length;
        } else if let Some((amount, next)) = halves(&chars, at) {
            found.push(amount);
            at = next;
        } else if let Some(number) = number(&chars, at) {
            let (amount, next) = measured(&chars, at, number);
            found.extend(amount);
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// Whether `word` stands at `at`.
fn starts(chars: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c))
}

/// Amounts that are written without a numeral, and where each ends.
fn halves(chars: &[char], at: usize) -> Option<(Amount, usize)> {
    let words = [
        ("半数", 1, 2, RATIO),
        ("一半", 1, 2, RATIO),
        ("过半", 1, 2, RATIO),
        ("半年", 6, 1, "个月"),
        ("半个月", 1, 2, "个月"),
    ];
    let word = words.into_iter().find(|it| starts(chars, at, it.0))?;
    Some((Amount::new(word.1, word.2, word.3), at + word.0.chars().count()))
}

/// A numeral: `value / per`, and where it ends.
#[derive(Clone, Copy)]
struct Number {
    /// Numerator; `u64::MAX` where the numeral is too large to be read.
    value: u64,
    per: u64,
    end: usize,
    arabic: bool,
}

/// The numeral at `at`. Arabic and Chinese digits make separate numerals, but for 5万 and 3亿.
/// A decimal keeps six places, more than any regulation needs.
fn number(chars: &[char], at: usize) -> Option<Number> {
    let run = |from: usize, wanted: fn(char) -> bool| {
        chars[from..].iter().position(|c| !wanted(*c)).map_or(chars.len(), |it| from + it)
    };
    let arabic = chars.get(at)?.is_ascii_digit();
    if !arabic {
        let end = run(at, |c| numerals::is_numeral(c) && !c.is_ascii_digit());
        // A numeral too large to read still is one claim: it can't be supported by anything.
        let text: String = chars[at..end].iter().collect();
        return (end > at).then(|| Number {
            value: numerals::parse(&text).map_or(u64::MAX, u64::from),
            per: 1,
            end,
            arabic,
        });
    }
    let mut end = run(at, |c| c.is_ascii_digit());
    let mut digits: String = chars[at..end].iter().collect();
    let mut per = 1;
    if chars.get(end) == Some(&'.') && chars.get(end + 1).is_some_and(char::is_ascii_digit) {
        let last = run(end + 1, |c| c.is_ascii_digit()).min(end + 7);
        digits.extend(&chars[end + 1..last]);
        per = 10u64.pow((last - end - 1) as u32);
        end = last;
    }
    let times = match chars.get(end) {
        Some('万') => 10_000,
        Some('亿') => 100_000_000,
        _ => 1,
    };
    let value = digits.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(times);
    Some(Number { value, per, end: end + usize::from(times > 1), arabic })
}

/// The amount that begins with `number`, and where reading goes on.
fn measured(chars: &[char], at: usize, number: Number) -> (Option<Amount>, usize) {
    let Number { value, per, end, arabic } = number;
    let before = at.checked_sub(1).map_or(' ', |it| chars[it]);
    let next = chars.get(end).copied().unwrap_or(' ');
    // 第一年 orders, (1) and F73 name.
    if before == '第' || arabic && (before == '(' && next == ')' || before.is_ascii_alphabetic()) {
        return (None, end);
    }
    if let Some(found) = proportion(chars, number).or_else(|| date(chars, number)) {
        return (Some(found.0), found.1);
    }
    if let Some((unit, length)) = unit(chars, end) {
        let after = end + length;
        let idle = unit == "个" && (value == 1 && !arabic || STRUCTURE.iter().any(|it| starts(chars, after, it)))
            || unit == "人" && value == 1 && !arabic && matches!(before, '为' | '是');
        return ((!idle).then(|| Amount::new(value, per, unit)), after);
    }
    // 三至五名: the first number shares the unit of the second.
    if matches!(next, '至' | '到' | '-' | '~' | '—' | '–' | '～')
        && let Some(second) = self::number(chars, end + 1)
        && let Some((unit, _)) = unit(chars, second.end)
    {
        return (Some(Amount::new(value, per, unit)), end + 1);
    }
    (arabic.then(|| Amount::new(value, per, "")), end)
}

/// The unit at `at`, under the name it is compared by, and its length in characters.
fn unit(chars: &[char], at: usize) -> Option<(&'static str, usize)> {
    UNITS.iter().find(|it| starts(chars, at, it.0)).map(|it| (it.1, it.0.chars().count()))
}

/// 三分之二, 百分之五十, 2/3, 50%.
fn proportion(chars: &[char], first: Number) -> Option<(Amount, usize)> {
    let Number { value, per, end, .. } = first;
    if starts(chars, end, "分之") {
        let second = number(chars, end + 2)?;
        return Some((Amount::new(second.value, value.saturating_mul(second.per), RATIO), second.end));
    }
    match chars.get(end)? {
        '/' => {
            let second = number(chars, end + 1).filter(|it| it.value > 0 && per == 1 && value < 1900)?;
            Some((Amount::new(value, second.value, RATIO), second.end))
        }
        '%' => Some((Amount::new(value, per * 100, RATIO), end + 1)),
        '‰' => Some((Amount::new(value, per * 1000, RATIO), end + 1)),
        _ => None,
    }
}

/// 2026年5月1日, 2026-05-01, 5月1日, 6月, 2026年.
fn date(chars: &[char], first: Number) -> Option<(Amount, usize)> {
    let Number { value, per, end, .. } = first;
    let part = |at: usize, last: u64, signs: &[char]| {
        let it = number(chars, at).filter(|it| (1..=last).contains(&it.value) && it.per == 1)?;
        chars.get(it.end).is_some_and(|c| signs.contains(c)).then_some((it.value, it.end + 1))
    };
    let sign = *chars.get(end)?;
    if per == 1 && (1900..=2199).contains(&value) && matches!(sign, '年' | '-' | '/' | '.') {
        let Some((month, at)) = part(end + 1, 12, if sign == '年' { &['月'] } else { &['-', '/', '.'] }) else {
            return (sign == '年').then(|| (Amount::date(value, 0, 0), end + 1));
        };
        if sign != '年' {
            let day = number(chars, at).filter(|it| (1..=31).contains(&it.value))?;
            return Some((Amount::date(value, month, day.value), day.end));
        }
        let (day, at) = part(at, 31, &['日', '号']).unwrap_or((0, at));
        return Some((Amount::date(value, month, day), at));
    }
    if sign == '月' && (1..=12).contains(&value) && per == 1 {
        let (day, at) = part(end + 1, 31, &['日', '号']).unwrap_or((0, end + 1));
        return Some((Amount::date(0, value, day), at));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(claim: &str, source: &str) -> bool {
        let (claim, source) = (read(&compact(claim)), read(&compact(source)));
        !claim.is_empty() && claim.iter().all(|it| source.iter().any(|other| it.same(other)))
    }

    #[test]
    fn equal_amounts_are_equal_however_written() {
        for (claim, source) in [
            ("5个工作日", "五个工作日"),
            ("１年", "一年"),
            ("2/3", "三分之二"),
            ("50%", "半数以上"),
            ("百分之五", "5％"),
            ("4/5", "五分之四"),
            ("半年", "六个月"),
            ("1.5年", "十八个月"),
            ("3天", "三日"),
            ("两名", "2人"),
            ("三至五年", "3—5年"),
            ("32学时", "三十二学时"),
            ("2026年", "自2026年5月1日起施行"),
            ("2026-05-01", "２０２６年５月１日"),
            ("5万元", "五万元"),
            ("7", "不少于七人"),
        ] {
            assert!(same(claim, source), "{claim} / {source}");
        }
    }

    #[test]
    fn different_amounts_differ() {
        for (claim, source) in [
            ("5个工作日", "五日"),
            ("5个工作日", "七个工作日"),
            ("2/3", "三分之一"),
            ("6个月", "6月"),
            ("2026年6月1日", "2026年5月1日"),
            ("0.5%", "5%"),
        ] {
            assert!(!same(claim, source), "{claim} / {source}");
        }
    }

    #[test]
    fn terms_orders_and_names_state_no_amount() {
        for text in [
            "第十三条第二款",
            "“三个代表”重要思想",
            "拨打12388",
            "统一领导",
            "一个支部",
            "（1）",
            "F73",
            "之一",
            "七一",
            "①",
        ] {
            assert!(read(&compact(text)).is_empty(), "{text}");
        }
    }
}
