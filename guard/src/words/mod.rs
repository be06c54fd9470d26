//! Sensitive words: found however they are written, and what is done about them.
//!
//! A text is folded (see [`text::fold`]) and its letters alone are searched for all words at once
//! (Aho–Corasick). What stands between two letters decides whether they may belong to one word:
//!
//! | between two letters | may one word go on? |
//! |---|---|
//! | `。` `！` `？` `；`, a line break | never |
//! | more than three signs of any kind | no |
//! | one to three spaces or symbols (`* . _ - · ~ 😀` …) | yes |
//! | one to three signs among which is `，` `、` `：`, a bracket or a quotation mark | only in a word of three letters or more with signs between all of them |
//! | anything, between two ASCII digits | no |
//!
//! So 敏 感*词 is found, and 不可替代，办理转正 isn't 代办. A word that begins or ends with an ASCII
//! letter or digit is found only where no other one stands beside it (`av` isn't in `have`).

mod matcher;
mod scan;
mod stream;

use std::{ops::Range, sync::Arc};

use serde::{Deserialize, Serialize};

pub use matcher::Matcher;
pub use scan::signature;
pub use stream::{Out, Stream};

/// What is done about a hit, from mild to strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Written to the audit, nothing else.
    Log,
    /// Shown to whoever is responsible.
    Warn,
    /// Replaced by asterisks.
    Mask,
    /// The text doesn't pass.
    Block,
}

impl Level {
    const ALL: [(Self, &str, &str); 4] = [
        (Self::Log, "log", "记录"),
        (Self::Warn, "warn", "提示"),
        (Self::Mask, "mask", "遮蔽"),
        (Self::Block, "block", "拦截"),
    ];

    /// The code, as tables and files have it.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|it| it.0 == self).map_or("", |it| it.1)
    }

    /// Its name in Chinese.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|it| it.0 == self).map_or("", |it| it.2)
    }

    /// Reads a code or its Chinese name (拦截, 遮蔽, 提示, 记录).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        Self::ALL.iter().find(|it| it.1 == text || it.2 == text).map(|it| it.0)
    }
}

/// Where a text is about to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Documents and pairs on their way into the library.
    Ingestion,
    /// What a person asks.
    Question,
    /// What the assistant answers.
    Answer,
    /// What a clerk answers.
    Reply,
}

impl Place {
    /// All places.
    pub const ALL: [Self; 4] = [Self::Ingestion, Self::Question, Self::Answer, Self::Reply];

    const NAMES: [(&str, &str); 4] =
        [("ingestion", "入库"), ("question", "提问"), ("answer", "回答"), ("reply", "人工答复")];

    /// The code, as tables and files have it.
    pub fn code(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// Its name in Chinese.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].1
    }

    /// Reads a code or its Chinese name (入库, 提问, 回答, 人工答复).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        Self::NAMES.iter().position(|it| it.0 == text || it.1 == text).map(|at| Self::ALL[at])
    }
}

/// A word of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// As the curator wrote it.
    pub word: String,
    /// What is done about it.
    pub level: Level,
    /// Where it is looked for.
    pub places: Vec<Place>,
    /// The curator's own grouping.
    pub category: String,
    /// Whether it is looked for at all.
    pub enabled: bool,
}

/// A word found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The word.
    pub entry: Arc<Entry>,
    /// What is to be done: the word's level, or [`Level::Log`] inside an exempt quotation.
    pub level: Level,
    /// Where the text was going.
    pub place: Place,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Every hit, by position.
    pub hits: Vec<Hit>,
    /// The text with asterisks for what [`Level::Mask`] covers. Where something blocks, it ends in
    /// front of the first such hit.
    pub text: String,
}

impl Verdict {
    /// The strictest level among the hits.
    pub fn worst(&self) -> Option<Level> {
        self.hits.iter().map(|it| it.level).max()
    }

    /// Whether the text may not pass.
    pub fn blocked(&self) -> bool {
        self.worst() == Some(Level::Block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An enabled entry for all places; its id is the word.
    pub fn entry(word: &str, level: Level) -> Entry {
        let (id, word) = (word.to_owned(), word.to_owned());
        Entry { id, word, level, places: Place::ALL.to_vec(), category: String::new(), enabled: true }
    }

    /// A matcher of such entries.
    pub fn matcher(words: &[(&str, Level)]) -> Matcher {
        let entries: Vec<Entry> = words.iter().map(|it| entry(it.0, it.1)).collect();
        Matcher::new(&entries).expect("a small list")
    }

    #[test]
    fn levels_and_places_are_read_in_both_languages() {
        for level in [Level::Log, Level::Warn, Level::Mask, Level::Block] {
            assert_eq!(Level::parse(level.code()), Some(level));
        }
        assert_eq!((Level::parse(" 拦截 "), Level::parse("BLOCK")), (Some(Level::Block), Some(Level::Block)));
        for place in Place::ALL {
            assert_eq!(Place::parse(place.code()), Some(place));
        }
        assert_eq!((Place::parse("入库"), Place::parse("无")), (Some(Place::Ingestion), None));
        assert!(Level::Block > Level::Mask && Level::Mask > Level::Warn && Level::Warn > Level::Log);
    }
}
