//! What a model is given: the question and the texts, as data.

use std::ops::Range;

use serde::Serialize;
use serde_json::json;

use super::{Exchange, Instructions, NO_ANSWER, Task};
use crate::answer::{compose::chinese_day, model::Citation};

/// Longest part of a text that is given, in characters.
const PASSAGE_CHARS: usize = 2_000;
/// Longest part of an earlier answer that is given, in characters.
const ANSWER_CHARS: usize = 200;
/// Earlier questions given at most.
const EARLIER: usize = 3;

/// Values for the prompts. All that comes from outside is JSON, one value a line, between two lines that
/// carry a boundary which nobody could foresee: it can neither end its line nor its block.
#[derive(Debug, Serialize)]
pub struct Values {
    boundary: String,
    day: String,
    earlier: Vec<String>,
    none: &'static str,
    passages: Vec<String>,
    question: String,
}

/// The values, and the citations as the model saw them.
#[derive(Debug)]
pub struct Material {
    /// For the prompt.
    pub values: Values,
    /// Without the parts that read as instructions.
    pub citations: Vec<Citation>,
}

impl Material {
    /// From a task. `boundary` is a name that nobody could foresee.
    pub fn new(task: &Task<'_>, boundary: String, instructions: Option<&Instructions>) -> Self {
        let mut citations = task.citations.to_vec();
        for it in &mut citations {
            it.text = without(&it.text, instructions.map(|find| find(&it.text)).unwrap_or_default());
        }
        let passage = |it: &Citation| {
            let text: String = it.text.chars().take(PASSAGE_CHARS).collect();
            json!({ "编号": it.n, "出处": it.label, "版本": it.version, "原文": text }).to_string()
        };
        let values = Values {
            day: chinese_day(task.day),
            earlier: earlier(task.earlier),
            none: NO_ANSWER,
            passages: citations.iter().map(passage).collect(),
            question: json!(task.question).to_string(),
            boundary,
        };
        Self { values, citations }
    }
}

/// The last few exchanges as JSON, answers cut short.
pub fn earlier(exchanges: &[Exchange]) -> Vec<String> {
    let last = &exchanges[exchanges.len().saturating_sub(EARLIER)..];
    let cut = |text: &str| text.chars().take(ANSWER_CHARS).collect::<String>();
    last.iter().map(|it| json!({ "问": it.question, "答": cut(&it.answer) }).to_string()).collect()
}

/// `text` without the given parts.
fn without(text: &str, mut parts: Vec<Range<usize>>) -> String {
    parts.sort_by_key(|it| it.start);
    let (mut kept, mut at) = (String::with_capacity(text.len()), 0);
    for part in parts {
        if part.start >= at {
            kept.push_str(&text[at..part.start]);
        }
        at = at.max(part.end);
    }
    kept.push_str(&text[at..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_out_even_where_they_overlap() {
        assert_eq!(without("abcdef", vec![3..5, 1..2, 4..5]), "acf");
    }

    #[test]
    fn only_the_last_exchanges_go_in_and_stay_on_their_lines() {
        let exchange = |n: usize| Exchange { question: format!("问\n{n}"), answer: "答".repeat(500) };
        let lines = earlier(&(0..5).map(exchange).collect::<Vec<_>>());
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|it| !it.contains('\n') && it.chars().count() < 230), "{lines:?}");
        assert!(lines[0].contains("问\\n2"));
    }
}
