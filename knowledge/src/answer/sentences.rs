//! Where sentences, quotations and brackets of an answer begin and end.
//!
//! A sentence ends at 。！？； or at a line break, but never inside quotation marks or brackets. Marks such
//! as `[1]` and the note （未找到依据） that stand right behind the full stop belong to it.

use std::ops::Range;

/// What stands behind a sentence that no citation supports.
pub const UNSUPPORTED: &str = "（未找到依据）";

/// Quotation marks that come in pairs. The straight ones pair up within one line.
const QUOTES: [(char, char); 8] =
    [('“', '”'), ('「', '」'), ('『', '』'), ('〝', '〞'), ('‘', '’'), ('«', '»'), ('"', '"'), ('＂', '＂')];
/// Brackets pair up within one line.
const BRACKETS: [(char, char); 5] = [('（', '）'), ('(', ')'), ('《', '》'), ('【', '】'), ('〔', '〕')];

/// A pair of quotation marks, by byte positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The opening mark.
    pub open: Range<usize>,
    /// The closing mark.
    pub close: Range<usize>,
}

impl Quote {
    /// What stands between the marks.
    pub fn inner(&self) -> Range<usize> {
        self.open.end..self.close.start
    }

    /// The quotation with its marks.
    pub fn outer(&self) -> Range<usize> {
        self.open.start..self.close.end
    }
}

/// All pairs in a text.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Quotations by their opening mark; an inner one follows the one around it.
    pub quotes: Vec<Quote>,
    /// Bracketed parts with their brackets.
    pub brackets: Vec<Range<usize>>,
    /// “ ” 「 」 『 』 without a partner.
    pub stray: Vec<Range<usize>>,
    /// Where the first mark or bracket opens that more text could still close.
    pub open: Option<usize>,
}

/// Finds the pairs of quotation marks and brackets in `text`.
pub fn pairs(text: &str) -> Pairs {
    let mut found = Pairs::default();
    let mut open: Vec<(Range<usize>, char, bool)> = Vec::new();
    for (at, c) in text.char_indices() {
        let here = at..at + c.len_utf8();
        if c == '\n' {
            open.retain(|(_, closer, quote)| *quote && !matches!(closer, '"' | '＂'));
            continue;
        }
        if let Some(depth) = open.iter().rposition(|it| it.1 == c) {
            // What was opened inside and not closed has no partner.
            found.stray.extend(open.drain(depth + 1..).filter(|it| shows_quote(it.1)).map(|it| it.0));
            if let Some((start, _, quote)) = open.pop() {
                if quote {
                    found.quotes.push(Quote { open: start, close: here });
                } else {
                    found.brackets.push(start.start..here.end);
                }
            }
        } else if let Some((_, closer)) = QUOTES.iter().find(|it| it.0 == c) {
            open.push((here, *closer, true));
        } else if let Some((_, closer)) = BRACKETS.iter().find(|it| it.0 == c) {
            open.push((here, *closer, false));
        } else if shows_quote(c) {
            found.stray.push(here);
        }
    }
    found.open = open.first().map(|it| it.0.start);
    found.stray.extend(open.into_iter().filter(|it| shows_quote(it.1)).map(|it| it.0));
    found.quotes.sort_by_key(|it| it.open.start);
    found
}

/// Marks that claim a quotation even without a partner; ’ and " also serve other ends.
fn shows_quote(closer: char) -> bool {
    matches!(closer, '”' | '」' | '』')
}

/// The sentences of `text` as byte ranges that cover all of it, each with the white space behind it.
pub fn split(text: &str) -> Vec<Range<usize>> {
    let found = pairs(text);
    let mut closed: Vec<Range<usize>> = found.quotes.iter().map(Quote::outer).chain(found.brackets).collect();
    closed.sort_by_key(|it| it.start);
    let (mut pieces, mut start, mut at, mut next) = (Vec::new(), 0, 0, 0);
    while let Some(c) = text[at..].chars().next() {
        while closed.get(next).is_some_and(|it| it.start < at) {
            next += 1;
        }
        let ends = if let Some(part) = closed.get(next).filter(|it| it.start == at) {
            at = part.end;
            quote_ends_sentence(text, part)
        } else {
            at += c.len_utf8();
            is_end(c) || c == '\n'
        };
        if ends {
            at += if c == '\n' { 0 } else { trailing(&text[at..]) };
            pieces.push(start..at);
            start = at;
        }
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    pieces
}

/// Where the words of the first sentence of a text that still grows end, marks behind the full stop not
/// counted: `None` as long as what comes next could change that. With `ended` nothing comes any more.
pub fn certain_end(text: &str, ended: bool) -> Option<usize> {
    let found = pairs(text);
    let open = found.open.filter(|_| !ended);
    let mut closed: Vec<Range<usize>> = found.quotes.iter().map(Quote::outer).chain(found.brackets).collect();
    closed.sort_by_key(|it| it.start);
    let (mut at, mut next) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        if open == Some(at) {
            return None;
        }
        while closed.get(next).is_some_and(|it| it.start < at) {
            next += 1;
        }
        if let Some(part) = closed.get(next).filter(|it| it.start == at) {
            at = part.end;
            // What stands behind the closing mark decides.
            if quote_ends_sentence(text, part) {
                return (ended || at < text.len()).then_some(at);
            }
        } else {
            at += c.len_utf8();
            if is_end(c) || c == '\n' {
                return Some(at);
            }
        }
    }
    (ended && at > 0).then_some(at)
}

/// Whether `c` ends a sentence.
pub fn is_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';')
}

/// 「……。」 ends the sentence around it, unless that goes on behind the mark.
fn quote_ends_sentence(text: &str, part: &Range<usize>) -> bool {
    let mut back = text[part.clone()].chars().rev();
    let (closer, last) = (back.next(), back.next());
    closer.is_some_and(|c| QUOTES.iter().any(|it| it.1 == c))
        && last.is_some_and(is_end)
        && !text[part.end..].starts_with(|c: char| is_end(c) || "的、，,：:与和及等）)》”」』’".contains(c))
}

/// Length of the marks, notes, emphasis and white space that still belong to the sentence before `rest`.
fn trailing(rest: &str) -> usize {
    let mut at = 0;
    loop {
        let left = &rest[at..];
        let mark = mark_at(left).map_or(0, |it| it.0);
        let step = if mark > 0 {
            mark
        } else if left.starts_with(UNSUPPORTED) {
            UNSUPPORTED.len()
        } else {
            left.chars().next().filter(|c| matches!(c, '*' | ' ' | '\t' | '\n' | '　')).map_or(0, char::len_utf8)
        };
        at += step;
        // A line break ends the sentence for good: a mark on the next line belongs there.
        if step == 0 || left.starts_with('\n') {
            return at;
        }
    }
}

/// The mark `[n]` that `text` starts with: its length in bytes and its number, 0 where it can't be one.
pub fn mark_at(text: &str) -> Option<(usize, usize)> {
    let rest = text.strip_prefix('[')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    (digits > 0 && rest[digits..].starts_with(']')).then(|| (digits + 2, rest[..digits].parse().unwrap_or(0)))
}

/// All marks in `text`: byte range and number.
pub fn marks(text: &str) -> Vec<(Range<usize>, usize)> {
    let starts = text.match_indices('[').map(|it| it.0);
    starts.filter_map(|at| mark_at(&text[at..]).map(|(length, n)| (at..at + length, n))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|it| &text[it]).collect()
    }

    #[test]
    fn sentences_end_outside_quotes_and_brackets() {
        assert_eq!(pieces("甲。乙！[1] 丙；丁"), ["甲。", "乙！[1] ", "丙；", "丁"]);
        assert_eq!(pieces("“甲。乙。”[1]丙（丁。戊）。"), ["“甲。乙。”[1]", "丙（丁。戊）。"]);
        assert_eq!(pieces("“甲。”的规定。乙"), ["“甲。”的规定。", "乙"]);
        assert_eq!(pieces("- 甲\n- 乙。（未找到依据）\n[2]丙"), ["- 甲\n", "- 乙。（未找到依据）\n", "[2]丙"]);
        assert_eq!(pieces("“甲\n乙”丙"), ["“甲\n乙”丙"]);
    }

    #[test]
    fn an_end_is_certain_once_nothing_can_change_it() {
        for (text, end) in [
            ("甲", None),
            ("甲。", Some("甲。")),
            ("甲。[1]乙。", Some("甲。")),
            ("“甲。", None),
            ("“甲。”", None),
            ("“甲。”乙", Some("“甲。”")),
            ("“甲。”的乙。", Some("“甲。”的乙。")),
            ("（甲。乙", None),
            ("（甲。\n", Some("（甲。")),
            ("甲：\n乙", Some("甲：\n")),
        ] {
            assert_eq!(certain_end(text, false).map(|it| &text[..it]), end, "{text}");
        }
        assert_eq!(certain_end("“甲。乙", true), Some("“甲。".len()));
        assert_eq!(certain_end("甲", true), Some("甲".len()));
        assert_eq!(certain_end("", true), None);
    }

    #[test]
    fn pairs_nest_and_strays_are_told() {
        let found = pairs("“甲「乙」”丙”");
        assert_eq!(found.quotes.len(), 2);
        assert_eq!(found.stray.len(), 1);
        assert!(pairs("it’s (a\nb)").stray.is_empty());
        assert!(pairs("\"甲\n乙\"").quotes.is_empty());
    }

    #[test]
    fn marks_are_numbers_in_brackets() {
        let numbers: Vec<usize> = marks("[1][22] [x] [] ［3］ [[4]").into_iter().map(|it| it.1).collect();
        assert_eq!(numbers, [1, 22, 4]);
    }
}
