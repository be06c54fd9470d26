//! The outline of a text: where its front matter, preamble, body, attachments and signature lie.
//!
//! In order: front matter (title, table of contents), preamble, body, signature, attachments; each
//! may be missing. A table of contents is known by its headings, which come again in the body.

use std::{collections::HashSet, ops::Range};

use super::{
    articles::{self, Selection},
    lines::{Line, compact},
    marks::{Division, attachment, division, is_day, is_preamble, item},
};

/// Longest line that can be part of a signature, in characters.
const LONGEST_SIGNATURE: usize = 40;

/// What each line is for, as ranges of line numbers.
#[derive(Debug)]
pub(crate) struct Plan {
    pub articles: Selection,
    /// Lines before this one are front matter.
    pub front_end: usize,
    /// The heading 总纲 or 序言; the preamble goes on until `body`.
    pub preamble: Option<usize>,
    /// From this line on, headings count.
    pub body: usize,
    /// First line of the attachments.
    pub attachments: Option<usize>,
    /// Issuer and date at the end.
    pub signature: Option<Range<usize>>,
}

impl Plan {
    /// Whether the text has no articles (意见, 通知).
    pub fn is_plain(&self) -> bool {
        self.articles.heads.is_empty()
    }
}

/// Makes the outline.
pub(crate) fn plan(title: &str, lines: &[Line<'_>]) -> Plan {
    let articles = articles::select(lines);
    let first_article = articles.heads.first().map(|it| it.line);
    let attachments =
        articles.attachments.or_else(|| if first_article.is_none() { plain_attachments(lines) } else { None });
    let headings: Vec<Heading> = lines
        .iter()
        .enumerate()
        .filter_map(|(line, it)| division(it.text).map(|(division, number)| Heading { line, division, number }))
        .collect();
    let body = match first_article {
        Some(first) => body_before(&headings, first),
        None => plain_body(&headings).unwrap_or(0),
    };
    let preamble = (0..body).rev().find(|at| is_preamble(lines[*at].text)).filter(|at| at + 1 < body);
    let front_end =
        preamble.unwrap_or(if first_article.is_none() && body == 0 { plain_front(title, lines) } else { body });
    let after = articles.heads.last().map_or(front_end, |it| it.line);
    let signature = signature(lines, after + 1, attachments);
    Plan { articles, front_end, preamble, body, attachments, signature }
}

/// A line that reads as the heading of a division.
#[derive(Debug, Clone, Copy)]
struct Heading {
    line: usize,
    division: Division,
    number: u32,
}

impl Heading {
    fn key(&self) -> (Division, u32) {
        (self.division, self.number)
    }
}

/// The line where the body begins: at the headings right above the first article. Headings further
/// up are a table of contents if they come again later, else chapters without articles.
fn body_before(headings: &[Heading], first_article: usize) -> usize {
    let before = &headings[..headings.partition_point(|it| it.line < first_article)];
    let Some(last) = before.last() else { return first_article };
    let mut start = before.len() - 1;
    let mut top = last.division;
    while start > 0 && before[start - 1].division < top {
        start -= 1;
        top = before[start].division;
    }
    let later: HashSet<_> = headings[start..].iter().map(Heading::key).collect();
    let repeated = before[..start].iter().filter(|it| later.contains(&it.key())).count();
    if repeated * 2 >= start.max(1) { before[start].line } else { before[0].line }
}

/// As [`body_before`], for a text without articles.
fn plain_body(headings: &[Heading]) -> Option<usize> {
    let first = headings.first()?;
    let again = headings[1..].iter().find(|it| it.key() == first.key());
    Some(again.unwrap_or(first).line)
}

/// End of the lines above the first words of a text without articles: title, number, addressee.
fn plain_front(title: &str, lines: &[Line<'_>]) -> usize {
    let title = compact(title);
    let is_front = |line: &Line<'_>| {
        compact(line.text) == title
            || (item(line.text).is_none()
                && !line.text.ends_with(['。', '；', '！', '？'])
                && line.text.chars().nth(60).is_none())
    };
    let end = lines.iter().position(|it| !is_front(it)).unwrap_or(lines.len());
    // Verses or a list of short lines are no front matter.
    if end == lines.len() { end.min(1) } else { end }
}

/// In a text without articles an attachment stands alone on its line and isn't only announced:
/// after the announcement comes the signature.
fn plain_attachments(lines: &[Line<'_>]) -> Option<usize> {
    let found: Vec<usize> = (1..lines.len()).filter(|at| attachment(lines[*at].text).is_some()).collect();
    let signed = lines.iter().rposition(|it| is_day(it.text));
    match signed {
        Some(day) => {
            found.iter().copied().find(|at| *at > day).or_else(|| found.first().copied().filter(|at| at + 1 == day))
        }
        None => found.first().copied(),
    }
}

/// A day alone on the last line of the text or before an attachment, with the short lines above it.
fn signature(lines: &[Line<'_>], from: usize, attachments: Option<usize>) -> Option<Range<usize>> {
    let ends = |at: usize| {
        at == lines.len() || attachments.is_some_and(|start| at >= start) && attachment(lines[at].text).is_some()
    };
    let ends = |at: usize| ends(at) || attachments == Some(at);
    let day = (from..lines.len()).find(|at| is_day(lines[*at].text) && ends(at + 1))?;
    let mut start = day;
    while start > from && day - start < 3 && is_signature_line(lines[start - 1].text) {
        start -= 1;
    }
    Some(start..day + 1)
}

/// A short line that is neither a sentence nor a numbered one.
fn is_signature_line(text: &str) -> bool {
    let sentence = text.contains(['。', '；', '：', '，', '！', '？', ':', ';']);
    !sentence
        && text.chars().nth(LONGEST_SIGNATURE).is_none()
        && item(text).is_none()
        && attachment(text).is_none()
        && division(text).is_none()
}
