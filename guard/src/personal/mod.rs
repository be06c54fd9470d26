//! Numbers and addresses of persons, masked before anything is stored, logged or sent to a model.
//!
//! Found are resident identity numbers, mobile and landline numbers, bank card numbers, travel
//! documents and e-mail addresses: in full or half width, with Chinese digits, with spaces and dashes
//! between the groups. Of each enough is left that its owner recognises it. A number counts only
//! where its form is that of the real thing (region, date, check digit) or where a label says what it
//! is, for the texts here are full of other numbers: articles, dates, 中发〔2026〕3号, 12388, amounts.
//! Names are not found.

mod forms;
mod shadow;

use std::ops::Range;

use forms::{Candidate, FORMS, Form};
use shadow::{Shadow, has_chinese_digits};

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 居民身份证号码: 18 characters (GB 11643-1999), or the 15 digits of before.
    Identity,
    /// A bank card number of 15 to 19 digits (ISO/IEC 7812).
    BankCard,
    /// A mobile number of the mainland.
    Mobile,
    /// A landline number of the mainland with its area code.
    Landline,
    /// 护照, 往来港澳通行证, 港澳居民来往内地通行证, 往来台湾通行证, 香港身份证.
    TravelDocument,
    /// An e-mail address.
    Email,
}

/// Something personal in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// `text` with the middle of everything personal as asterisks, one for each character. Masking twice
/// is masking once.
pub fn mask(text: &str) -> String {
    let mut masked = text.to_owned();
    // What is left of one number could with its neighbours look like another: until nothing is found.
    // Each round makes at least one digit or letter an asterisk, so it ends.
    loop {
        let stars: Vec<usize> = search(&masked).into_iter().flat_map(|it| it.stars).collect();
        if stars.is_empty() {
            return masked;
        }
        let star = |(at, c)| if stars.binary_search(&at).is_ok() { '*' } else { c };
        masked = masked.char_indices().map(star).collect();
    }
}

/// Everything personal in `text`, by position.
pub fn found(text: &str) -> Vec<Found> {
    search(text).into_iter().map(|it| Found { kind: it.kind, range: it.range }).collect()
}

/// Something found, with the bytes of the characters to be masked.
struct Match {
    kind: Kind,
    range: Range<usize>,
    stars: Vec<usize>,
}

fn search(text: &str) -> Vec<Match> {
    let mut matches = Vec::new();
    // Most texts have neither, and looking is cheap.
    if text.contains(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９' | '@' | '＠')) {
        search_shadow(text, &Shadow::new(text, false), &mut matches);
    }
    if has_chinese_digits(text) {
        search_shadow(text, &Shadow::new(text, true), &mut matches);
    }
    matches.sort_by_key(|it| it.range.start);
    matches
}

fn search_shadow(text: &str, shadow: &Shadow, matches: &mut Vec<Match>) {
    for form in FORMS.iter() {
        let mut from = 0;
        while let Some(found) = form.expression.find_at(&shadow.ascii, from) {
            let range = found.range();
            match accept(text, shadow, form, range.clone()) {
                Some(it) if !matches.iter().any(|other| overlap(&other.range, &it.range)) => {
                    matches.push(it);
                    from = range.end;
                }
                // A number may begin within what was no number.
                _ => from = range.start + 1,
            }
        }
    }
}

/// The match at `range` of the shadow, if it is what the form says.
fn accept(text: &str, shadow: &Shadow, form: &Form, range: Range<usize>) -> Option<Match> {
    let bytes = shadow.ascii.as_bytes();
    let before = range.start.checked_sub(1).map(|at| bytes[at]);
    let after = bytes.get(range.end);
    // Part of a longer number is no number; a letter may stand in front of one (tel138…), but not of a
    // document's.
    let joined = match form.kind {
        Kind::Email => false,
        Kind::TravelDocument => before.is_some_and(|it| it.is_ascii_alphanumeric()),
        _ => before.is_some_and(|it| it.is_ascii_digit()),
    };
    if joined || (form.kind != Kind::Email && after.is_some_and(u8::is_ascii_alphanumeric)) {
        return None;
    }
    let start = shadow.starts[range.start];
    let last = shadow.starts[range.end - 1];
    let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
    let ascii = &shadow.ascii[range.clone()];
    let compact: String = ascii.chars().filter(char::is_ascii_alphanumeric).collect();
    let candidate = Candidate { ascii, compact, before: &text[..start], after: &text[end..] };
    if !(form.holds)(&candidate) {
        return None;
    }
    let hidden = hidden(form.kind, &candidate).into_iter().map(|at| shadow.starts[range.start + at]);
    Some(Match { kind: form.kind, range: start..end, stars: hidden.collect() })
}

/// Which characters of the candidate are masked, counted from its start.
fn hidden(kind: Kind, it: &Candidate) -> Vec<usize> {
    if kind == Kind::Email {
        let at = it.ascii.find('@').unwrap_or(it.ascii.len());
        return (usize::from(at > 1)..at).collect();
    }
    let count = it.compact.len();
    let (front, back) = match kind {
        Kind::Identity => (6, 2),
        Kind::BankCard => (4, 4),
        Kind::Mobile => (count - 8, 4),
        Kind::Landline => (if it.compact.starts_with("010") || it.compact.starts_with("02") { 3 } else { 4 }, 2),
        Kind::TravelDocument | Kind::Email => (1, 2),
    };
    let signs = it.ascii.char_indices().filter(|it| it.1.is_ascii_alphanumeric()).map(|it| it.0);
    signs.skip(front).take(count.saturating_sub(front + back)).collect()
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests;
