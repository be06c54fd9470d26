//! The one normalisation under which two texts count as the same words.
//!
//! Used wherever text is compared: indexing, quotation checks, pasted passages. In order:
//! 1. Unicode NFKC: full and half width letters, digits and punctuation become one form (Ａ → A, ， → ,);
//! 2. white space and control characters are dropped;
//! 3. quotation marks of every shape (“ ” ‘ ’ 「 」 『 』 " ') become one mark `"`;
//! 4. dashes of every shape (— – － ─) become `-`, 〇 and ○ become 零;
//! 5. Latin letters are put in lower case.
//!
//! Nothing else: one changed character is one difference.

use unicode_normalization::UnicodeNormalization as _;

/// `text` under the normalisation of this module.
pub fn normalize(text: &str) -> String {
    text.nfkc().filter_map(normalize_char).flat_map(char::to_lowercase).collect()
}

/// [`normalize`], with the byte position in `text` from which each character of the result came.
pub fn normalize_with_positions(text: &str) -> (Vec<char>, Vec<usize>) {
    let (mut chars, mut positions) = (Vec::with_capacity(text.len() / 3), Vec::with_capacity(text.len() / 3));
    for (position, c) in text.char_indices() {
        for c in std::iter::once(c).nfkc().filter_map(normalize_char).flat_map(char::to_lowercase) {
            chars.push(c);
            positions.push(position);
        }
    }
    (chars, positions)
}

/// Letters and digits of [`normalize`] alone: what is left when punctuation doesn't count.
pub fn bare(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric()).filter_map(normalize_char).flat_map(char::to_lowercase).collect()
}

fn normalize_char(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() || c.is_control() || is_invisible(c) => None,
        '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '"' | '\'' | '＂' | '＇' => Some('"'),
        '—' | '–' | '－' | '─' | '―' => Some('-'),
        '〇' | '○' => Some('零'),
        c => Some(c),
    }
}

/// Zero-width characters, joiners and the byte order mark: seen by nobody, so they can't count.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

/// Whether `c` is a Chinese character (Unified Ideographs with extensions A–F, and 〇).
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2fa1f}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_space_and_marks_do_not_count() {
        assert_eq!(normalize("（一）　应当“公示”不少于５个\n工作日；"), normalize("(一)应当\"公示\"不少于5个工作日;"));
        assert_eq!(normalize("二○二六"), normalize("二〇二六"));
        assert_ne!(normalize("五个工作日"), normalize("五个工作曰"));
    }

    #[test]
    fn positions_point_into_the_source() {
        let text = "甲 “乙”";
        let (chars, positions) = normalize_with_positions(text);
        assert_eq!(chars, ['甲', '"', '乙', '"']);
        assert_eq!(&text[positions[2]..positions[2] + 3], "乙");
    }

    #[test]
    fn bare_keeps_letters_and_digits() {
        assert_eq!(bare("第13条，第（三）项。ABC"), "第13条第三项abc");
    }
}
