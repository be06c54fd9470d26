//! The small language in which rules say when they fire.
//!
//! One line is one way to fire. Words with spaces between them must all be there, anywhere:
//! `帮我 other data`. In a line,
//! - a name in Latin letters is a class of words, anything else stands for itself; `a|b` is either;
//! - `a > b`: b follows a in the same sentence, at most [`NEAR`] characters between them;
//! - `a + b`: b follows a almost at once, at most [`CLOSE`] characters (的, 了, 一下) between them;
//! - `!a`: a is not there at all.

use toml::Spanned;

use crate::{
    error::{RulesError, wrong},
    plain::Plain,
    words::{Builder, ClassId, Hits, Span},
};

/// Characters that may stand in the gap of `a > b`.
const NEAR: usize = 14;
/// Characters that may stand in the gap of `a + b`.
const CLOSE: usize = 2;

/// One line, compiled.
#[derive(Debug)]
pub struct Line {
    chains: Vec<Chain>,
}

#[derive(Debug)]
struct Chain {
    absent: bool,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    /// Characters allowed between the step before and this one.
    gap: usize,
    classes: Vec<ClassId>,
}

impl Line {
    /// Reads a line; words that stand for themselves become classes of their own in `builder`.
    pub fn parse(line: &Spanned<String>, file: &str, text: &str, builder: &mut Builder) -> Result<Self, RulesError> {
        let fail = |reason: String| wrong(file, text, Some(line.span()), reason);
        let mut chains: Vec<Chain> = Vec::new();
        let mut link = None;
        for token in line.get_ref().split_whitespace() {
            match token {
                ">" => link = Some(NEAR),
                "+" => link = Some(CLOSE),
                _ => {
                    let (absent, names) = token.strip_prefix('!').map_or((false, token), |rest| (true, rest));
                    let classes = classes(names, builder).map_err(fail)?;
                    match (link.take(), chains.last_mut()) {
                        (Some(_), _) if absent => return Err(fail("“!”只能用在单独的词前面".to_owned())),
                        (Some(_), None) => return Err(fail("“>”或“+”前面少了词".to_owned())),
                        (Some(gap), Some(chain)) => chain.steps.push(Step { gap, classes }),
                        (None, _) => chains.push(Chain { absent, steps: vec![Step { gap: 0, classes }] }),
                    }
                }
            }
        }
        if link.is_some() {
            return Err(fail("“>”或“+”后面少了词".to_owned()));
        }
        if chains.iter().all(|chain| chain.absent) {
            return Err(fail("至少要有一个必须出现的词".to_owned()));
        }
        Ok(Self { chains })
    }

    /// Whether the line fires; if so, where: from the first to the last word that it needed.
    pub fn find(&self, plain: &Plain, hits: &Hits) -> Option<Span> {
        let mut whole: Option<Span> = None;
        for chain in &self.chains {
            let found = chain.find(plain, hits);
            if chain.absent {
                if found.is_some() {
                    return None;
                }
                continue;
            }
            let found = found?;
            whole = Some(
                whole.map_or(found, |whole| Span { from: whole.from.min(found.from), to: whole.to.max(found.to) }),
            );
        }
        whole
    }
}

/// The first line that fires.
pub fn any(lines: &[Line], plain: &Plain, hits: &Hits) -> Option<Span> {
    lines.iter().find_map(|line| line.find(plain, hits))
}

/// `a|b` as class numbers.
fn classes(names: &str, builder: &mut Builder) -> Result<Vec<ClassId>, String> {
    names
        .split('|')
        .map(|name| {
            if name.is_empty() {
                return Err("“|”旁边少了词".to_owned());
            }
            if name.is_ascii() {
                return builder.id(name).ok_or_else(|| format!("没有叫“{name}”的词类"));
            }
            Ok(builder.add(name, &[name.to_owned()]))
        })
        .collect()
}

impl Chain {
    fn find(&self, plain: &Plain, hits: &Hits) -> Option<Span> {
        let (first, rest) = self.steps.split_first()?;
        first.spans(hits).find_map(|span| {
            let end = follow(rest, span.to, plain, hits)?;
            Some(Span { from: span.from, to: end })
        })
    }
}

impl Step {
    fn spans<'h>(&'h self, hits: &'h Hits) -> impl Iterator<Item = Span> + 'h {
        self.classes.iter().flat_map(|class| hits.of(*class).iter().copied())
    }
}

/// Where the chain ends when what came before ended at `end`; `None` when a step is missing.
fn follow(steps: &[Step], end: usize, plain: &Plain, hits: &Hits) -> Option<usize> {
    let Some((step, rest)) = steps.split_first() else { return Some(end) };
    step.spans(hits)
        .filter(|span| span.from >= end && span.from - end <= step.gap && plain.together(end - 1, span.from))
        .find_map(|span| follow(rest, span.to, plain, hits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `line` fires on `text`, with the words of the line alone.
    fn fires(line: &str, text: &str) -> bool {
        let mut builder = Builder::default();
        let line = Line::parse(&Spanned::new(0..1, line.to_owned()), "t.toml", "", &mut builder).expect("a line");
        let plain = Plain::new(text);
        line.find(&plain, &builder.build().find(&plain)).is_some()
    }

    #[test]
    fn order_distance_and_absence_count() {
        assert!(fires("帮我 代码", "代码，帮我写") && !fires("帮我 代码", "帮我写"));
        assert!(fires("帮我 > 代码", "帮我写一段代码") && !fires("帮我 > 代码", "代码帮我写"));
        assert!(!fires("帮我 > 代码", "帮我。代码") && !fires("帮我 + 代码", "帮我写一段代码"));
        assert!(fires("写 + 代码|程序", "写个程序") && !fires("写 !党费", "写党费"));
        assert!(fires("写 > 写 > 写", "写写写") && !fires("写 > 写 > 写", "写写"));
    }

    #[test]
    fn a_wrong_line_says_why() {
        for (line, words) in [
            ("nobody 代码", "没有叫“nobody”的词类"),
            ("> 代码", "前面少了词"),
            ("代码 >", "后面少了词"),
            ("!代码", "至少要有一个"),
            ("写 > !代码", "单独的词"),
            ("写|", "旁边少了词"),
        ] {
            let line = Spanned::new(0..1, line.to_owned());
            let error = Line::parse(&line, "t.toml", "", &mut Builder::default()).expect_err("wrong").to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
