//! What a model has said and nobody has seen yet.

use crate::answer::sentences;

/// What stands at a place, as far as that is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// This.
    Is(usize),
    /// Something else.
    Isnt,
    /// The next words will tell.
    Unknown,
}

/// Words held back; white space at their front is kept apart.
#[derive(Debug, Default)]
pub struct Held {
    text: String,
    /// Line breaks since the last sentence.
    breaks: usize,
}

impl Held {
    /// More words.
    pub fn push(&mut self, words: &str) {
        // A carriage return would stand between a sentence and its line break.
        self.text.extend(words.chars().filter(|c| *c != '\r'));
        self.trim();
    }

    /// What is held.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes the first `end` bytes away.
    pub fn take(&mut self, end: usize) {
        // A line break at the end of a sentence stands between it and the next.
        self.breaks = usize::from(self.text[..end].ends_with('\n'));
        self.text.drain(..end);
        self.trim();
    }

    /// What stood between the sentence before and what is held.
    pub const fn between(&self) -> &'static str {
        match self.breaks {
            0 => "",
            1 => "\n",
            _ => "\n\n",
        }
    }

    /// The mark `[n]` at the front, which belongs to the sentence before; it is taken away. One on a new line
    /// belongs to what follows.
    pub fn mark(&mut self, ended: bool) -> Next {
        if self.breaks > 0 {
            return Next::Isnt;
        }
        match mark_at(&self.text, ended) {
            Next::Is(length) => {
                let n = sentences::mark_at(&self.text).map_or(0, |it| it.1);
                self.text.drain(..length);
                self.trim();
                Next::Is(n)
            }
            other => other,
        }
    }

    /// Where the marks behind the first `core` bytes end.
    pub fn marks_behind(&self, core: usize, ended: bool) -> Next {
        let (mut at, mut end) = (core, core);
        // A line break ended the sentence for good.
        if self.text[..core].ends_with('\n') {
            return Next::Isnt;
        }
        loop {
            at += self.text[at..].len() - self.text[at..].trim_start_matches([' ', '\t', '　', '*']).len();
            match mark_at(&self.text[at..], ended) {
                Next::Is(length) => {
                    at += length;
                    end = at;
                }
                Next::Isnt => return if end > core { Next::Is(end) } else { Next::Isnt },
                Next::Unknown => return Next::Unknown,
            }
        }
    }

    fn trim(&mut self) {
        let words = self.text.trim_start();
        let space = self.text.len() - words.len();
        self.breaks += self.text[..space].matches('\n').count();
        self.text.drain(..space);
    }
}

/// Length of the mark that `text` begins with.
fn mark_at(text: &str, ended: bool) -> Next {
    if let Some((length, _)) = sentences::mark_at(text) {
        return Next::Is(length);
    }
    let begun = text.strip_prefix('[').map_or(text.is_empty(), |rest| rest.chars().all(|c| c.is_ascii_digit()));
    if begun && !ended { Next::Unknown } else { Next::Isnt }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_as_soon_as_they_are_there() {
        let mut held = Held::default();
        held.push("甲。");
        let core = "甲。".len();
        assert_eq!(held.marks_behind(core, false), Next::Unknown);
        assert_eq!(held.marks_behind(core, true), Next::Isnt);
        held.push(" [1");
        assert_eq!(held.marks_behind(core, false), Next::Unknown);
        held.push("]");
        assert_eq!(held.marks_behind(core, false), Next::Unknown);
        held.push("乙");
        assert_eq!(held.marks_behind(core, false), Next::Is(core + 4));
        held.take(core);
        assert_eq!((held.mark(false), held.mark(false), held.text()), (Next::Is(1), Next::Isnt, "乙"));
    }

    #[test]
    fn white_space_is_kept_apart() {
        let mut held = Held::default();
        held.push("甲：\r\n");
        held.take("甲：\n".len());
        assert_eq!((held.between(), held.mark(false)), ("\n", Next::Isnt));
        held.push("\n  [1]乙");
        assert_eq!((held.between(), held.text()), ("\n\n", "[1]乙"));
    }
}
