//! The splitter: a normalised source becomes a tree of 编 章 节 条 款 项 目.
//!
//! Every node begins at a place in the source and ends where the next begins, so that joining the
//! nodes' own texts gives back the source by construction. It works in two passes: first which
//! lines are articles ([`articles`]) and where the body begins ([`plan`]), then one walk over the
//! lines that opens nodes ([`walk`]).

mod articles;
pub(crate) mod lines;
pub(crate) mod marks;
mod plan;
mod tree;
mod walk;

use knowledge::regulation::Node;

use crate::{error::Duplicate, normalise::normalise};

/// A text split into nodes.
#[derive(Debug, Default)]
pub(crate) struct Split {
    pub nodes: Vec<Node>,
    pub duplicates: Vec<Duplicate>,
    /// Articles that stand after one of a higher number.
    pub misplaced: Vec<String>,
}

/// Splits `text` (normalised first) into nodes; `title` tells the title line from the first words
/// of a text without articles. Joining the `own_text`s gives [`normalise`]`(text)`. An article
/// number that occurs twice stays with its first place; [`crate::parse_bytes`] refuses such a text.
pub fn split(title: &str, text: &str) -> Vec<Node> {
    split_source(title, &normalise(text)).nodes
}

/// Splits a normalised source.
pub(crate) fn split_source(title: &str, source: &str) -> Split {
    let lines = lines::lines(source);
    let plan = plan::plan(title, &lines);
    let label = |key: articles::Key| knowledge::regulation::Address::article(key.0, key.1).label();
    let mut highest = (0, 0);
    let mut misplaced = Vec::new();
    for head in &plan.articles.heads {
        if head.key < highest {
            misplaced.push(label(head.key));
        }
        highest = highest.max(head.key);
    }
    let duplicates = plan
        .articles
        .duplicates
        .iter()
        .map(|(key, first, second)| Duplicate {
            label: label(*key),
            first_line: lines[*first].number,
            second_line: lines[*second].number,
        })
        .collect();
    Split { nodes: walk::walk(source, &lines, &plan), duplicates, misplaced }
}

#[cfg(test)]
mod tests;
