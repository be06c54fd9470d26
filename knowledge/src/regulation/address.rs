//! Where a provision stands: 《X》第N条第M款第（K）项第J目, and its short form in permalinks.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text::numerals;

/// A stable address within one version of a regulation.
///
/// The short form joins steps with dots: `a13` 第十三条, `a13-1` 第十三条之一, `a13.p2` its second 款,
/// `a13.p2.i3` 第（三）项, `a13.p2.i3.s1` 第1目; `part1`, `ch3`, `ch3.sec2` for 编 章 节 (a chapter
/// inside a part is `part1.ch3`); `pre.p4` the fourth paragraph of the 总纲; `front`, `att1`, `sign`.
/// An article's address never contains its chapter: articles are numbered through.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Address(String);

impl Address {
    /// 第`number`条, 第`number`条之`suffix` where `suffix` is not 0.
    pub fn article(number: u32, suffix: u32) -> Self {
        Self(if suffix == 0 { format!("a{number}") } else { format!("a{number}-{suffix}") })
    }

    /// An address from its short form, without a check: for the splitter, which makes them.
    pub fn raw(short: impl Into<String>) -> Self {
        Self(short.into())
    }

    /// This address one step further down, e.g. `p2`.
    #[must_use]
    pub fn child(&self, step: &str) -> Self {
        Self(format!("{}.{step}", self.0))
    }

    /// The short form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The article that this address lies in, if it lies in one.
    pub fn article_part(&self) -> Option<Self> {
        let first = self.0.split('.').next()?;
        parse_article(first).map(|_| Self(first.to_owned()))
    }

    /// Article number and suffix (之一 = 1), if the address lies in an article.
    pub fn article_number(&self) -> Option<(u32, u32)> {
        parse_article(self.0.split('.').next()?)
    }

    /// What this address may stand for, the likeliest first: itself; where it names a 项 without its 款,
    /// that 项 in each of the first ten 款; where it names a 款 or 项 that isn't there, its article.
    pub fn readings(&self) -> Vec<Self> {
        let mut readings = vec![self.clone()];
        if let Some((article, rest)) = self.0.split_once('.') {
            if rest.starts_with('i') {
                readings.extend((1..=10).map(|paragraph| Self(format!("{article}.p{paragraph}.{rest}"))));
            }
            readings.push(Self(article.to_owned()));
        }
        readings
    }

    /// Whether `other` is this address or lies below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0 == self.0 || other.0.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with('.'))
    }

    /// The Chinese form, e.g. 第十三条第一款第（三）项.
    pub fn label(&self) -> String {
        self.0.split('.').map(step_label).collect()
    }
}

/// An address that can't be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("无法识别的条文位置“{0}”")]
pub struct BadAddress(pub String);

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(short: &str) -> Result<Self, BadAddress> {
        let known = !short.is_empty() && short.split('.').all(|step| step_label_checked(step).is_some());
        if known { Ok(Self(short.to_owned())) } else { Err(BadAddress(short.to_owned())) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn parse_article(step: &str) -> Option<(u32, u32)> {
    let rest = step.strip_prefix('a')?;
    let (number, suffix) = rest.split_once('-').unwrap_or((rest, "0"));
    Some((number.parse().ok()?, suffix.parse().ok()?))
}

fn step_label(step: &str) -> String {
    step_label_checked(step).unwrap_or_default()
}

fn step_label_checked(step: &str) -> Option<String> {
    if let Some((number, suffix)) = parse_article(step) {
        let article = format!("第{}条", numerals::to_chinese(number));
        return Some(if suffix == 0 { article } else { format!("{article}之{}", numerals::to_chinese(suffix)) });
    }
    match step {
        "pre" => return Some("总纲".to_owned()),
        "front" => return Some("题注".to_owned()),
        "sign" => return Some("落款".to_owned()),
        _ => {}
    }
    let digits = step.find(|c: char| c.is_ascii_digit())?;
    let (name, number) = step.split_at(digits);
    let number: u32 = number.parse().ok()?;
    let chinese = numerals::to_chinese(number);
    Some(match name {
        "part" => format!("第{chinese}编"),
        "ch" => format!("第{chinese}章"),
        "sec" => format!("第{chinese}节"),
        "p" => format!("第{chinese}款"),
        "i" => format!("第（{chinese}）项"),
        "s" => format!("第{number}目"),
        "att" => format!("附件{number}"),
        "pre" => format!("序言{number}"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read_as_people_write_them() {
        let address: Address = "a13.p1.i3".parse().expect("an address");
        assert_eq!(address.label(), "第十三条第一款第（三）项");
        assert_eq!(Address::article(133, 1).label(), "第一百三十三条之一");
        assert_eq!(Address::raw("pre.p4").label(), "总纲第四款");
    }

    #[test]
    fn containment_stops_at_a_dot() {
        assert!(Address::raw("a1").contains(&Address::raw("a1.p2")));
        assert!(!Address::raw("a1").contains(&Address::raw("a13")));
        assert!(!Address::raw("a1").contains(&Address::raw("a1-1")));
    }

    #[test]
    fn rubbish_is_refused() {
        for bad in ["", "x", "a", "a1..p2", "../etc", "a1.q2"] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
