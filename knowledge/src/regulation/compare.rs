//! Two versions of a regulation side by side, article by article.
//!
//! Articles are paired by what they say, not by their numbers: a new article in the middle moves all
//! numbers after it. Texts that are equal are paired first; then the most similar of the rest, by the
//! share of two-character sequences that both have, each article once. What stays alone was added or
//! removed. Inside a pair the characters are compared.

mod align;
mod text;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ProvisionRow, model::NodeKind};

/// What became of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The same words under the same number.
    Unchanged,
    /// Other words; the number may have changed too.
    Modified,
    /// Only in the newer version.
    Added,
    /// Only in the older version.
    Removed,
    /// The same words under another number.
    Moved,
}

/// Whether a piece of text stands in both versions or in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// In both.
    Same,
    /// Only in the older version.
    Deleted,
    /// Only in the newer version.
    Inserted,
}

/// A piece of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Piece {
    /// Where it stands.
    pub mark: Mark,
    /// Its characters.
    pub text: String,
}

/// An article, or a paragraph of the 总纲, on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unit {
    /// Short address, e.g. `a13`.
    pub address: String,
    /// 第十三条
    pub label: String,
    /// The headings above it, outermost first; empty where there are none.
    pub chapter: String,
    /// Its words without the number in front, one line for each 款, 项 and 目.
    pub text: String,
}

/// One row of the comparison: an article of one or of both versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Row {
    /// What became of it.
    pub change: Change,
    /// It bears another number than before.
    pub renumbered: bool,
    /// The article as it was; `null` where it was added.
    pub old: Option<Unit>,
    /// The article as it is; `null` where it was removed.
    pub new: Option<Unit>,
    /// How alike the two are, 0 to 1; 1 where the words are the same, 0 where there is one side only.
    pub similarity: f32,
    /// Both texts woven into one: without the inserted pieces it is the old text, without the deleted
    /// ones the new.
    pub pieces: Vec<Piece>,
}

/// How many articles met which fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// See [`Change::Unchanged`].
    pub unchanged: usize,
    /// See [`Change::Modified`].
    pub modified: usize,
    /// See [`Change::Added`].
    pub added: usize,
    /// See [`Change::Removed`].
    pub removed: usize,
    /// See [`Change::Moved`].
    pub moved: usize,
}

/// Two versions compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// How many articles met which fate.
    pub counts: Counts,
    /// In the order of the newer version; a removed article follows the one that it followed.
    pub rows: Vec<Row>,
}

/// The articles of a version and the paragraphs of its 总纲, from its nodes in order.
pub fn units(nodes: &[ProvisionRow]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut chapters: Vec<&ProvisionRow> = Vec::new();
    for node in nodes {
        match node.kind {
            NodeKind::Part | NodeKind::Chapter | NodeKind::Section => {
                // A heading ends those of its own depth and below.
                chapters.retain(|above| depth(above.kind) < depth(node.kind));
                chapters.push(node);
            }
            NodeKind::Article => units.push(unit(node, &chapters, &node.full_text)),
            NodeKind::Preamble => units.push(unit(node, &[], &node.own_text)),
            NodeKind::Paragraph if node.address.article_number().is_none() => {
                units.push(unit(node, &[], &node.full_text));
            }
            _ => {}
        }
    }
    // The words 总纲 over the 总纲 are a heading, however widely they are set.
    let words = |it: &Unit| it.text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    units.retain(|it| !it.text.is_empty() && words(it) != it.label);
    units
}

const fn depth(kind: NodeKind) -> u8 {
    match kind {
        NodeKind::Part => 1,
        NodeKind::Chapter => 2,
        _ => 3,
    }
}

fn unit(node: &ProvisionRow, chapters: &[&ProvisionRow], text: &str) -> Unit {
    let text = text.trim();
    let text = text.strip_prefix(node.label.as_str()).unwrap_or(text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Unit {
        address: node.address.to_string(),
        label: node.label.clone(),
        chapter: chapters.iter().map(|it| it.heading.replace('\n', " ")).collect::<Vec<_>>().join(" › "),
        text: lines.collect::<Vec<_>>().join("\n"),
    }
}

/// Compares the articles of two versions.
pub fn compare(old: &[Unit], new: &[Unit]) -> Comparison {
    let pairs = align::pairs(old, new);
    let mut rows = Vec::with_capacity(old.len().max(new.len()));
    let mut of_old: Vec<Option<usize>> = vec![None; old.len()];
    for (at, pair) in pairs.iter().enumerate() {
        if let Some((before, _)) = pair {
            of_old[*before] = Some(at);
        }
    }
    // Removed articles wait for the row of the article before them; those at the very start have none.
    rows.extend(removed_after(old, &of_old, None));
    for (at, pair) in pairs.iter().enumerate() {
        let Some((before, similarity)) = *pair else {
            rows.push(one_side(Change::Added, &new[at]));
            continue;
        };
        rows.push(both(&old[before], &new[at], similarity));
        rows.extend(removed_after(old, &of_old, Some(before)));
    }
    Comparison { counts: count(&rows), rows }
}

/// The removed articles that directly follow `before` in the old version.
fn removed_after(old: &[Unit], of_old: &[Option<usize>], before: Option<usize>) -> Vec<Row> {
    let start = before.map_or(0, |it| it + 1);
    let alone = of_old[start..].iter().take_while(|it| it.is_none()).count();
    old[start..start + alone].iter().map(|it| one_side(Change::Removed, it)).collect()
}

fn one_side(change: Change, unit: &Unit) -> Row {
    let (old, new, mark) = match change {
        Change::Removed => (Some(unit.clone()), None, Mark::Deleted),
        _ => (None, Some(unit.clone()), Mark::Inserted),
    };
    let pieces = vec![Piece { mark, text: unit.text.clone() }];
    Row { change, renumbered: false, old, new, similarity: 0.0, pieces }
}

fn both(old: &Unit, new: &Unit, similarity: f32) -> Row {
    let renumbered = old.address != new.address;
    let change = match (old.text == new.text, renumbered) {
        (true, false) => Change::Unchanged,
        (true, true) => Change::Moved,
        (false, _) => Change::Modified,
    };
    let pieces = text::weave(&old.text, &new.text);
    Row { change, renumbered, old: Some(old.clone()), new: Some(new.clone()), similarity, pieces }
}

fn count(rows: &[Row]) -> Counts {
    let of = |change| rows.iter().filter(|row| row.change == change).count();
    Counts {
        unchanged: of(Change::Unchanged),
        modified: of(Change::Modified),
        added: of(Change::Added),
        removed: of(Change::Removed),
        moved: of(Change::Moved),
    }
}

#[cfg(test)]
mod tests;
