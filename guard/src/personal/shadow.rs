//! A text as the forms of [`super`] see it: ASCII, one byte a character.

use text::fold::is_invisible;

/// What stands for a character that no form looks for.
const OTHER: char = '\u{1}';

/// The shadow of a text.
pub(super) struct Shadow {
    /// ASCII. Full width is half width, every dash `-`, every space one space; invisible characters
    /// are gone, every other character is [`OTHER`].
    pub ascii: String,
    /// The byte in the text from which each byte of `ascii` came.
    pub starts: Vec<usize>,
}

impl Shadow {
    /// The shadow of `text`. `chinese`: Chinese digits are digits too (一三八 is 138). Numbers in Arabic
    /// digits are looked for without, or 周一138… would begin with 1138.
    pub(super) fn new(text: &str, chinese: bool) -> Self {
        let (mut ascii, mut starts) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
        for (at, c) in text.char_indices().filter(|it| !is_invisible(it.1)) {
            ascii.push(chinese_digit(c).filter(|_| chinese).unwrap_or_else(|| plain(c)));
            starts.push(at);
        }
        Self { ascii, starts }
    }
}

/// Whether `text` has a Chinese digit.
pub(super) fn has_chinese_digits(text: &str) -> bool {
    text.chars().any(|c| chinese_digit(c).is_some())
}

fn plain(c: char) -> char {
    match c {
        '\n' | '\r' => '\n',
        c if c.is_ascii() && !c.is_control() => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(OTHER),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '﹣' => '-',
        '·' | '•' => '.',
        '〔' | '【' => '(',
        '〕' | '】' => ')',
        c if c.is_whitespace() => ' ',
        _ => OTHER,
    }
}

fn chinese_digit(c: char) -> Option<char> {
    Some(match c {
        '零' | '〇' | '○' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_is_ascii_and_knows_where_it_came_from() {
        let shadow = Shadow::new("号１３８\u{200b}—０", false);
        assert_eq!(shadow.ascii, "\u{1}138-0");
        assert_eq!(shadow.starts, [0, 3, 6, 9, 15, 18]);
        assert_eq!(Shadow::new("一三八〇", true).ascii, "1380");
        assert_eq!(Shadow::new("一三八〇", false).ascii, "\u{1}\u{1}\u{1}\u{1}");
    }
}
