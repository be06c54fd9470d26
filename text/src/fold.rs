//! Folding: what a text looks like when the ways to write the same word differently don't count.
//!
//! [`normalize`](crate::normalize) compares quotations and must keep every character; folding looks
//! for words that somebody may have disguised. Character by character:
//! 1. Unicode NFKC: full and half width, circled and compatibility forms become the plain one (Ａ → A);
//! 2. traditional characters become simplified ones (黨 → 党);
//! 3. letters are put in lower case;
//! 4. invisible characters, control characters and combining marks are dropped;
//! 5. line breaks become `\n`, every other white space one space. Punctuation and spaces stay: whether
//!    they may be skipped is the caller's rule.
//!
//! No character looks at its neighbours, so the fold of two pieces is the fold of the whole.

use std::{collections::HashMap, sync::LazyLock};

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Traditional → simplified, the first reading of each. From `OpenCC`'s tables (Apache-2.0), which the
/// crate `hanconv` (MIT) carries.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = hanconv::RawDictionary::TSCharacters.iter();
    pairs.filter_map(|(from, to)| Some((from.chars().next()?, to.chars().next()?))).filter(|it| it.0 != it.1).collect()
});

/// `text` folded.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_char(c, |it| folded.push(it)));
    folded
}

/// [`fold`], with the byte position in `text` from which each character of the result came.
pub fn fold_with_positions(text: &str) -> (Vec<char>, Vec<usize>) {
    let (mut chars, mut positions) = (Vec::with_capacity(text.len() / 3), Vec::with_capacity(text.len() / 3));
    for (position, c) in text.char_indices() {
        fold_char(c, |it| {
            chars.push(it);
            positions.push(position);
        });
    }
    (chars, positions)
}

/// What `c` becomes: nothing, one character, or the several of a compatibility form.
fn fold_char(c: char, mut push: impl FnMut(char)) {
    match c {
        // Nearly all of a Chinese text; the general way below gives the same, but slowly.
        '\u{4e00}'..='\u{9fff}' => push(simplified(c)),
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => push('\n'),
        _ => {
            for c in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
                if c.is_whitespace() {
                    push(' ');
                } else if !(c.is_control() || is_invisible(c) || is_combining_mark(c)) {
                    push(simplified(c));
                }
            }
        }
    }
}

/// `c` in simplified form: one character for one, itself where it has no other form.
pub fn simplified(c: char) -> char {
    if c.is_ascii() { c } else { SIMPLIFIED.get(&c).copied().unwrap_or(c) }
}

/// Format characters and fillers that no font shows.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_script_case_and_invisible_characters_do_not_count() {
        assert_eq!(fold("ＡＢｃ　１２"), "abc 12");
        assert_eq!(fold("黨員發展對象"), "党员发展对象");
        assert_eq!(fold("党\u{200b}员\u{fe0f}\u{ad}"), "党员");
        assert_eq!(fold("⼊党\r\n"), "入党\n\n");
    }

    #[test]
    fn punctuation_stays() {
        assert_eq!(fold("一、二。（三）"), "一、二。(三)");
    }

    #[test]
    fn positions_point_into_the_source() {
        let text = "㈠\u{200b}黨ｘ";
        let (chars, positions) = fold_with_positions(text);
        assert_eq!(chars, ['(', '一', ')', '党', 'x']);
        assert_eq!(positions, [0, 0, 0, 6, 9]);
    }

    #[test]
    fn simplified_text_stays_as_it_is() {
        let text = "预备党员的预备期为一年，著作权和乾隆也在这里";
        assert_eq!(fold(text).replace('干', "乾"), text.replace('，', ","));
    }
}
