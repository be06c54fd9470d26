//! Which lines open an article, and which only speak of one.
//!
//! A line that starts with 第十三条 may be the article itself or a sentence about it. Three things
//! decide: the number that the sequence expects, the words after the number, and whether a better
//! candidate for the same number comes later.
//!
//! - The expected number opens an article, unless its words are doubtful and a clear one follows.
//! - A number further on does so only if the expected one never comes: then numbers are missing.
//! - A number seen before is a duplicate if it reads like an article, else a mention.
//! - Some texts write 第一条为了 without a space throughout; in them a missing space says nothing.

use std::collections::HashMap;

use super::{
    lines::Line,
    marks::{attachment, ordinal},
};

/// Number and suffix: 第十三条之一 is (13, 1).
pub(crate) type Key = (u32, u32);

/// The line on which an article starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Index into the lines.
    pub line: usize,
    pub key: Key,
    /// Bytes of the line's text up to the first of the body.
    pub length: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub heads: Vec<Head>,
    /// Number, index of the first line, of the second.
    pub duplicates: Vec<(Key, usize, usize)>,
    /// First line of the attachments.
    pub attachments: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    /// The words after the number are an article's.
    None,
    /// They may be.
    Some,
}

/// A line that may open an article.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    head: Head,
    /// White space or the line's end follows the number.
    apart: bool,
    doubt: Doubt,
}

/// Words that can't open an article.
const REFERENCE: [&str; 30] = [
    "、",
    "，",
    "。",
    "；",
    "：",
    "）",
    ")",
    "》",
    "”",
    "规定的",
    "规定，",
    "规定给予",
    "规定处",
    "规定执行",
    "规定情形",
    "所列",
    "所称",
    "所述",
    "所规定",
    "至第",
    "和第",
    "或第",
    "或者第",
    "以及第",
    "与第",
    "及第",
    "的规定",
    "及本",
    "和本",
    "与本",
];
/// Words that seldom open an article where no space stands before them.
const UNLIKELY: [&str; 10] = ["规定", "的", "中", "和", "或", "及", "与", "至", "之", "有关"];

/// Chooses the article lines. Linear in the text but for a logarithm.
pub(crate) fn select(lines: &[Line<'_>]) -> Selection {
    let candidates: Vec<Candidate> =
        lines.iter().enumerate().filter_map(|(at, line)| candidate(at, line.text)).collect();
    let bare = candidates.iter().filter(|it| !it.apart && it.doubt == Doubt::None).count();
    let mut chooser = Chooser { bare_style: bare * 2 > candidates.len(), by_key: HashMap::new(), candidates };
    for (index, it) in chooser.candidates.iter().enumerate() {
        chooser.by_key.entry(it.head.key).or_default().push(index);
    }
    chooser.run(lines)
}

/// Reads 第十三条之一 at the start of a line. `None` if the words after it rule an article out.
fn candidate(line: usize, text: &str) -> Option<Candidate> {
    let (number, rest) = ordinal(text)?;
    let mut rest = rest.strip_prefix('条')?;
    let mut suffix = 0;
    if let Some(after) = rest.strip_prefix('之') {
        let end = after.find(|c: char| !"一二三四五六七八九十".contains(c)).unwrap_or(after.len());
        if let Some(number) = knowledge::text::numerals::parse(&after[..end]) {
            suffix = number;
            rest = &after[end..];
        }
    }
    let body = rest.trim_start();
    let apart = rest.is_empty() || body.len() < rest.len();
    if number == 0 || REFERENCE.iter().any(|cue| body.starts_with(cue)) || speaks_of_a_place(body) {
        return None;
    }
    let unlikely = !apart && UNLIKELY.iter().any(|cue| body.starts_with(cue));
    let head = Head { line, key: (number, suffix), length: text.len() - body.len() };
    Some(Candidate { head, apart, doubt: if unlikely { Doubt::Some } else { Doubt::None } })
}

/// 第十三条第二款…… is about an article.
fn speaks_of_a_place(body: &str) -> bool {
    let Some(rest) = body.strip_prefix('第') else { return false };
    if rest.starts_with(['（', '(']) {
        return true;
    }
    ordinal(body).is_some_and(|(_, rest)| rest.starts_with(['条', '款', '项', '目', '章', '节', '编']))
}

/// The choice under way.
struct Chooser {
    /// Most articles of this text have no space after their number.
    bare_style: bool,
    candidates: Vec<Candidate>,
    by_key: HashMap<Key, Vec<usize>>,
}

impl Chooser {
    /// Goes over the lines once; the attachments end it.
    fn run(&self, lines: &[Line<'_>]) -> Selection {
        let mut chosen = Selection::default();
        let mut seen: HashMap<Key, usize> = HashMap::new();
        let mut last: Key = (0, 0);
        let mut next = 0;
        for (at, line) in lines.iter().enumerate() {
            if last.0 > 0 && attachment(line.text).is_some() && !self.follows(next, last) {
                chosen.attachments = Some(at);
                break;
            }
            let Some(it) = self.candidates.get(next).filter(|it| it.head.line == at) else { continue };
            next += 1;
            if let Some(first) = seen.get(&it.head.key) {
                if self.looks_real(it) {
                    chosen.duplicates.push((it.head.key, *first, at));
                }
            } else if self.accepts(next, it, last) {
                seen.insert(it.head.key, at);
                last = last.max(it.head.key);
                chosen.heads.push(it.head);
            }
        }
        // One number alone that isn't 1 is a sentence about an article of another text.
        if chosen.heads.len() == 1 && chosen.heads[0].key.0 != 1 {
            return Selection::default();
        }
        chosen
    }

    /// Whether the line reads as an article's first, whatever its number.
    fn looks_real(&self, it: &Candidate) -> bool {
        it.doubt == Doubt::None && (it.apart || self.bare_style)
    }

    /// Whether a candidate for `key`, from index `from` on, passes `test`.
    fn later(&self, from: usize, key: Key, test: impl Fn(&Candidate) -> bool) -> bool {
        let Some(all) = self.by_key.get(&key) else { return false };
        let start = all.partition_point(|index| *index < from);
        // The first few decide: more repetitions of one number would only make this quadratic.
        all[start..].iter().take(8).any(|index| test(&self.candidates[*index]))
    }

    /// Whether the article after `last` comes later.
    fn follows(&self, from: usize, last: Key) -> bool {
        [(last.0 + 1, 0), (last.0, last.1 + 1)].into_iter().any(|key| self.later(from, key, |it| self.looks_real(it)))
    }

    /// Whether a candidate of a number not seen before is the article. `next` is the index of the
    /// candidate after it, `last` the highest number so far.
    fn accepts(&self, next: usize, it: &Candidate, last: Key) -> bool {
        let key = it.head.key;
        let better = |other: &Candidate| {
            other.doubt < it.doubt || (other.doubt == it.doubt && other.apart && !it.apart && !self.bare_style)
        };
        if key == (last.0 + 1, 0) || (last.0 > 0 && key == (last.0, last.1 + 1)) {
            return !self.later(next, key, better);
        }
        let again = self.later(next, key, |other| self.looks_real(other));
        if self.looks_real(it) {
            // A text may begin in the middle, miss a number or have two in the wrong order; but a
            // number that comes again in its own place is only spoken of here.
            let begins_later = last == (0, 0) && self.later(next, (1, 0), |other| self.looks_real(other));
            return !(begins_later || again && self.follows(next, last));
        }
        key > last && it.doubt == Doubt::None && !again && !self.follows(next, last) && self.follows(next, key)
    }
}
