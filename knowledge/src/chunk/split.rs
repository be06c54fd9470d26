//! Cuts long texts at paragraphs and sentences; no character is lost.

use serde::{Deserialize, Serialize};

/// How long passages are, characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sizes {
    /// A text up to this length stays whole.
    pub whole: usize,
    /// Parts of a longer one are grouped up to this length.
    pub part: usize,
}

/// What articles of regulations are cut by, and documents where nothing else is said.
pub const USUAL: Sizes = Sizes { whole: 1_200, part: 600 };

impl Default for Sizes {
    fn default() -> Self {
        USUAL
    }
}

/// `text` in pieces of at most `max` characters: cut after line breaks and sentence ends, and inside
/// a sentence only where the sentence alone is longer. The pieces joined are `text` again.
pub fn pieces(text: &str, max: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut end, mut length) = (0, 0, 0);
    for sentence in sentences(text).into_iter().flat_map(|it| cut(it, max)) {
        let more = sentence.chars().count();
        if length > 0 && length + more > max {
            pieces.push(&text[start..end]);
            (start, length) = (end, 0);
        }
        end += sentence.len();
        length += more;
    }
    if start < end {
        pieces.push(&text[start..end]);
    }
    pieces
}

/// Sentences with the marks, brackets and line breaks that close them. Joined they are `text` again.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, c) in text.char_indices() {
        let closes = matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n');
        let trails = matches!(c, '”' | '’' | '）' | ')' | '」' | '』' | '"' | '\r');
        if ended && !closes && !trails {
            sentences.push(&text[start..at]);
            start = at;
            ended = false;
        }
        ended |= closes;
    }
    if start < text.len() {
        sentences.push(&text[start..]);
    }
    sentences
}

/// One sentence in slices of at most `max` characters.
fn cut(sentence: &str, max: usize) -> Vec<&str> {
    let mut slices = Vec::new();
    let mut rest = sentence;
    while let Some((at, _)) = rest.char_indices().nth(max) {
        let (head, tail) = rest.split_at(at);
        slices.push(head);
        rest = tail;
    }
    slices.push(rest);
    slices
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sentences_keep_their_closing_marks() {
        assert_eq!(sentences("他说：“好。”再见！\n\n末"), ["他说：“好。”", "再见！\n\n", "末"]);
    }

    #[test]
    fn a_piece_ends_where_a_sentence_ends() {
        assert_eq!(pieces("一二三。四五。六七八九十。", 7), ["一二三。四五。", "六七八九十。"]);
    }

    #[test]
    fn an_endless_sentence_is_cut() {
        let text = "长".repeat(90_000);
        let pieces = pieces(&text, USUAL.part);
        assert_eq!(pieces.len(), 150);
        assert_eq!(pieces.concat(), text);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(text in "[一二。；\n a”]{0,200}", max in 1usize..50) {
            let pieces = pieces(&text, max);
            prop_assert_eq!(pieces.concat(), text.as_str());
            prop_assert!(pieces.iter().all(|it| (1..=max).contains(&it.chars().count())));
        }
    }
}
