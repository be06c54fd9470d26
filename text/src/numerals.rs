//! Chinese and Arabic numerals, as regulations write them.

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// 1 → 一, 13 → 十三, 133 → 一百三十三, 1207 → 一千二百零七. Numbers of 10,000 and more stay Arabic.
pub fn to_chinese(number: u32) -> String {
    if number >= 10_000 {
        return number.to_string();
    }
    if number == 0 {
        return "零".to_owned();
    }
    let mut text = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = gap || !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        if !(unit == 10 && digit == 1 && text.is_empty()) {
            text.push(DIGITS[digit as usize]);
        }
        text.push_str(name);
    }
    text
}

/// Reads a whole numeral: Arabic (half or full width) or Chinese up to 万 (十三, 一百零三, 二〇二六, 两).
/// Anything else is `None`.
pub fn parse(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if let Some(number) = parse_arabic(text) {
        return Some(number);
    }
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > 1 && chars.iter().all(|c| digit(*c).is_some()) {
        return chars.iter().try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(digit(*c)?));
    }
    let (mut total, mut section, mut current) = (0u32, 0u32, None);
    for c in chars {
        if let Some(value) = digit(c) {
            current = Some(value);
        } else {
            let unit = match c {
                '十' | '拾' => 10,
                '百' | '佰' => 100,
                '千' | '仟' => 1000,
                '万' => 10_000,
                _ => return None,
            };
            if unit == 10_000 {
                total = (section + current.take().unwrap_or(0)).checked_mul(unit)?;
                section = 0;
            } else {
                section = section.checked_add(current.take().unwrap_or(1).checked_mul(unit)?)?;
            }
        }
    }
    total.checked_add(section)?.checked_add(current.unwrap_or(0))
}

/// Whether `c` can stand in a numeral that [`parse`] reads.
pub fn is_numeral(c: char) -> bool {
    digit(c).is_some() || matches!(c, '十' | '百' | '千' | '万' | '拾' | '佰' | '仟') || arabic(c).is_some()
}

fn parse_arabic(text: &str) -> Option<u32> {
    text.chars().try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(arabic(c)?))
}

fn arabic(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

fn digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_survives_the_round_trip() {
        for number in 1..10_000 {
            assert_eq!(parse(&to_chinese(number)), Some(number), "{}", to_chinese(number));
        }
    }

    #[test]
    fn what_people_write_is_read() {
        for (text, number) in [
            ("十三", 13),
            ("32", 32),
            ("３２", 32),
            ("一百三十三", 133),
            ("一百零三", 103),
            ("二〇二六", 2026),
            ("两", 2),
            ("一百一", 101),
            ("二十", 20),
            ("一万二千", 12_000),
            ("零", 0),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        for rubbish in ["", "条", "十三条", "3a", "-1", "99999999999999999999"] {
            assert_eq!(parse(rubbish), None, "{rubbish}");
        }
    }
}
