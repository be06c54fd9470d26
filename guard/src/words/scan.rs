//! The letters of a text with what stands between them: the ground on which words are looked for.

use text::fold::{fold, fold_with_positions};

/// Most signs that may stand between two letters of one word.
const LONGEST_GAP: usize = 3;

/// What stands between a letter and the one before it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    #[default]
    None,
    /// Spaces and symbols that no sentence needs.
    Free,
    /// Among them marks that sentences are made with: `，` `、` `：`, brackets, quotation marks.
    Soft,
    /// An end: no word reaches over it.
    Hard,
}

/// The letters of one text. The vectors run in step, one element a letter.
#[derive(Debug, Default)]
pub(super) struct Letters {
    /// The letters, folded, as one string to be searched; a line break stands before each letter
    /// with a [`Gap::Hard`] (no word has one).
    pub haystack: String,
    /// The letters.
    pub chars: Vec<char>,
    /// The byte in the text from which each came.
    pub starts: Vec<usize>,
    /// What stands in front of each. The first has [`Gap::None`] only where an ASCII letter or digit
    /// stands directly before the text.
    pub gaps: Vec<Gap>,
    /// The byte in `haystack` at which each stands.
    pub offsets: Vec<usize>,
    /// What follows the last letter, so far.
    pub last_gap: Gap,
}

/// The letters of `text`, which goes on from a text whose last folded character was `before`.
pub(super) fn letters(text: &str, before: Option<char>) -> Letters {
    let (chars, positions) = fold_with_positions(text);
    let mut letters = Letters::default();
    let mut gap = Between::default();
    if !before.is_some_and(|it| it.is_ascii_alphanumeric()) {
        // What stands in front is no part of an ASCII word: one may begin here.
        gap.see(' ');
    }
    for (&c, &position) in chars.iter().zip(&positions) {
        if !is_letter(c) {
            gap.see(c);
            continue;
        }
        let found = std::mem::take(&mut gap).kind();
        if found == Gap::Hard {
            letters.haystack.push('\n');
        }
        letters.offsets.push(letters.haystack.len());
        letters.haystack.push(c);
        letters.chars.push(c);
        letters.starts.push(position);
        letters.gaps.push(found);
    }
    letters.last_gap = gap.kind();
    letters
}

/// What is looked for when `word` is on the list: its letters, folded. Two words with one signature
/// are the same word.
pub fn signature(word: &str) -> String {
    fold(word).chars().filter(|c| is_letter(*c)).collect()
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
}

/// The last folded character of `text`, which stands behind `before`.
pub(super) fn last_folded(text: &str, before: Option<char>) -> Option<char> {
    text.chars().rev().find_map(|c| fold(c.encode_utf8(&mut [0; 4])).chars().next_back()).or(before)
}

/// Signs between two letters, as they come.
#[derive(Default)]
struct Between {
    count: usize,
    soft: bool,
    hard: bool,
}

impl Between {
    fn see(&mut self, c: char) {
        self.count += 1;
        match c {
            '。' | '!' | '?' | ';' | '\n' => self.hard = true,
            ',' | '、' | ':' | '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '《' | '》' | '〈'
            | '〉' | '【' | '】' | '〔' | '〕' | '(' | ')' | '[' | ']' | '{' | '}' => self.soft = true,
            _ => {}
        }
    }

    fn kind(&self) -> Gap {
        match self {
            Self { hard: true, .. } => Gap::Hard,
            Self { count, .. } if *count > LONGEST_GAP => Gap::Hard,
            Self { soft: true, .. } => Gap::Soft,
            Self { count: 0, .. } => Gap::None,
            _ => Gap::Free,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(text: &str) -> Vec<Gap> {
        letters(text, None).gaps.split_off(1)
    }

    #[test]
    fn what_stands_between_letters_is_told_apart() {
        use Gap::{Free, Hard, None, Soft};
        assert_eq!(gaps("敏感*词"), [None, Free]);
        assert_eq!(gaps("甲，乙（丙。丁\n戊"), [Soft, Soft, Hard, Hard]);
        // Three signs are bridged, four are not; an invisible character is no sign.
        assert_eq!(gaps("甲***乙****丙\u{200b}丁"), [Free, Hard, None]);
        assert_eq!(letters("甲 ", Option::None).last_gap, Free);
    }

    #[test]
    fn a_signature_is_the_letters_alone() {
        assert_eq!(signature("加 V+信（ＡＢ）"), "加v信ab");
        assert_eq!(signature("黨費"), "党费");
        assert_eq!(signature("。*"), "");
    }
}
