//! The part of a provision that speaks to a question: contiguous, word for word.

use std::collections::HashSet;

use crate::text::tokens;

/// A quotation shows about this many characters; the whole text is one click away.
pub const LENGTH: usize = 200;

/// The stretch of whole lines (款, 项) of `text`, at most about [`LENGTH`] characters, that shares most
/// with `question`. A single longer line is cut at sentence ends.
pub fn excerpt<'a>(text: &'a str, question: &str) -> &'a str {
    if text.chars().count() <= LENGTH {
        return text.trim();
    }
    let wanted = grams(question);
    let lines = pieces(text);
    let scores: Vec<f32> = lines.iter().map(|it| shared(it.1, &wanted)).collect();
    let Some(best) = (0..lines.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a))) else {
        return text.trim();
    };
    let (mut first, mut last) = (best, best);
    let mut length = lines[best].1.chars().count();
    loop {
        let before = first.checked_sub(1).filter(|it| length + lines[*it].1.chars().count() <= LENGTH);
        let after = Some(last + 1).filter(|it| *it < lines.len() && length + lines[*it].1.chars().count() <= LENGTH);
        let next = match (before, after) {
            (Some(b), Some(a)) => Some(if scores[b] >= scores[a] { b } else { a }),
            (b, a) => b.or(a),
        };
        let Some(next) = next else { break };
        length += lines[next].1.chars().count();
        (first, last) = (first.min(next), last.max(next));
    }
    text[lines[first].0..lines[last].0 + lines[last].1.len()].trim()
}

/// The one sentence of `text` that shares most with `question`.
pub fn sentence<'a>(text: &'a str, question: &str) -> &'a str {
    let wanted = grams(question);
    let mut best = ("", -1.0);
    for (_, piece) in sentences(text) {
        let score = shared(piece, &wanted);
        if score > best.1 {
            best = (piece, score);
        }
    }
    best.0.trim()
}

/// Lines, long ones cut into sentences; each with its byte position.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.chars().count() <= LENGTH {
            found.push((at, line));
        } else {
            found.extend(sentences(line).into_iter().map(|(start, it)| (at + start, it)));
        }
        at += line.len();
    }
    found
}

/// Sentences with their byte positions; they join up to `text`.
fn sentences(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if matches!(c, '。' | '；' | '！' | '？' | '\n') {
            let end = at + c.len_utf8();
            found.push((start, &text[start..end]));
            start = end;
        }
    }
    if start < text.len() {
        found.push((start, &text[start..]));
    }
    found
}

fn grams(text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    tokens::grams(text, |term| {
        if term.chars().count() > 1 {
            found.insert(term.to_owned());
        }
    });
    found
}

/// How many of the wanted grams stand in `text`, long texts held back a little.
fn shared(text: &str, wanted: &HashSet<String>) -> f32 {
    let here = grams(text);
    let hits = here.iter().filter(|it| wanted.contains(*it)).count();
    hits as f32 / (30.0 + here.len() as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excerpt_is_a_part_of_the_text_and_speaks_to_the_question() {
        let filler = "本条其他各款规定受理、登记、告知和归档的一般要求，与所问的事项没有直接关系，仅作铺垫之用。\n";
        let text = format!("{}流动党员应当在10个工作日内报到。\n{}", filler.repeat(4), filler.repeat(4));
        let excerpt = excerpt(&text, "流动党员几天内报到");
        assert!(text.contains(excerpt) && excerpt.contains("10个工作日"), "{excerpt}");
        assert!(excerpt.chars().count() <= LENGTH);
        assert_eq!(sentence(&text, "流动党员几天内报到"), "流动党员应当在10个工作日内报到。");
    }

    #[test]
    fn a_line_without_end_is_not_cut_inside_a_sentence() {
        let text = "甲".repeat(500);
        assert_eq!(excerpt(&text, "甲"), text);
    }
}
