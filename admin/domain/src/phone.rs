//! Telephone numbers: mobile numbers of the mainland, numbers abroad, and numbers of an office.

use crate::Violation;

/// A mobile number of the mainland as people type it (spaces, hyphens and full-width digits are dropped):
/// eleven digits, `^1[3-9]\d{9}$` (data dictionary of the member, 1.4). `PER-002` for anything else; numbers
/// of Hong Kong, Macao, Taiwan and abroad have a field of their own, read by [`parse_abroad`].
pub fn parse_mobile(text: &str) -> Result<String, Violation> {
    let number = digits(text);
    match number.as_bytes() {
        [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit) => Ok(number),
        _ => Err(Violation::error("PER-002", "mobile", "手机号码应为11位数字，以13至19开头；境外号码请填入境外电话")),
    }
}

/// A number outside the mainland: `+`, then 7 to 15 digits of which the first isn't 0 (ITU-T E.164). `PER-005`
/// for anything else, and for `+86`, whose numbers are written without it.
pub fn parse_abroad(text: &str) -> Result<String, Violation> {
    let number = digits(text);
    let right = number.strip_prefix('+').is_some_and(|it| {
        (7..=15).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_digit()) && !it.starts_with('0')
    });
    if right && !number.starts_with("+86") {
        return Ok(number);
    }
    Err(Violation::error("PER-005", "phone_abroad", "境外电话应以“+”和国家（地区）代码开头"))
}

/// Whether a contact can be called at this number: a mobile number, or a fixed one with or without its area
/// code and extension (`021-12345678`, `12345678-123`). Fixed numbers have seven or eight digits.
pub fn is_contact(text: &str) -> bool {
    if parse_mobile(text).is_ok() {
        return true;
    }
    let plain: String = text.trim().chars().map(half_width).collect();
    let mut parts: Vec<&str> = plain.split(['-', '转']).map(str::trim).collect();
    if !parts.iter().all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    if parts.len() > 1 && parts[0].starts_with('0') && matches!(parts[0].len(), 3 | 4) {
        parts.remove(0);
    }
    let local = |it: &str| matches!(it.len(), 7 | 8) && !it.starts_with(['0', '1']);
    // Without a hyphen the area code can't be told from the number by its length: 0 and nine to eleven digits.
    let joined = |it: &str| it.starts_with('0') && (10..=12).contains(&it.len());
    match parts.as_slice() {
        [number] => local(number) || joined(number),
        [number, extension] => (local(number) || joined(number)) && extension.len() <= 6,
        _ => false,
    }
}

/// `138****5678`: what lists and exports show. A number of fewer than eleven characters keeps its last two.
pub fn mask(number: &str) -> String {
    let count = number.chars().count();
    let (front, back) = if count >= 11 { (3, 4) } else { (0, 2) };
    let shown = |place: usize| count > 4 && (place < front || place + back >= count);
    number.chars().enumerate().map(|(place, c)| if shown(place) { c } else { '*' }).collect()
}

/// Half-width, without blanks and hyphens.
fn digits(text: &str) -> String {
    text.chars().map(half_width).filter(|it| !it.is_whitespace() && *it != '-').collect()
}

fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from((c as u32 - '！' as u32) as u8 + b'!'),
        '—' | '–' | '‐' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_numbers_are_read_as_typed() {
        for text in ["13812345678", " 138 1234 5678 ", "138-1234-5678", "１３８１２３４５６７８"] {
            assert_eq!(parse_mobile(text).as_deref(), Ok("13812345678"));
        }
        for text in ["", "12812345678", "1381234567", "138123456789", "1381234567a", "+8613812345678", "02112345678"] {
            assert_eq!(parse_mobile(text).unwrap_err().code, "PER-002", "{text}");
        }
    }

    #[test]
    fn numbers_abroad_have_their_plus() {
        assert_eq!(parse_abroad("+852 2123 4567").as_deref(), Ok("+85221234567"));
        assert_eq!(parse_abroad("＋１２１２５５５０１２３").as_deref(), Ok("+12125550123"));
        for text in ["85221234567", "+0123456789", "+123456", "+1234567890123456", "+8613812345678", "+"] {
            assert_eq!(parse_abroad(text).unwrap_err().code, "PER-005", "{text}");
        }
    }

    #[test]
    fn a_contact_has_a_mobile_or_an_office_number() {
        for text in [
            "13812345678",
            "021-62345678",
            "02162345678",
            "62345678",
            "0512-6234567",
            "021-62345678-801",
            "62345678转12",
        ] {
            assert!(is_contact(text), "{text}");
        }
        for text in ["", "无", "1234", "021-", "62345", "021-623456789", "12345678", "a2345678"] {
            assert!(!is_contact(text), "{text}");
        }
    }

    #[test]
    fn the_middle_is_hidden() {
        assert_eq!(mask("13812345678"), "138****5678");
        assert_eq!(mask("62345678"), "******78");
        assert_eq!(mask("110"), "***");
    }
}
