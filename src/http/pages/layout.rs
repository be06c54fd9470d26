//! From the flat list of nodes to what a page shows: an outline, and blocks of text.

use knowledge::{
    answer::model::Effect,
    regulation::{Address, NodeKind},
};
use serde::Serialize;

use crate::app::{ReadingNode, VersionInfo};

/// A heading of the outline with the articles under it.
#[derive(Debug, Serialize)]
pub(super) struct OutlineGroup {
    address: String,
    /// Empty for articles that stand under no heading.
    heading: String,
    /// 1 编, 2 章, 3 节.
    level: u8,
    articles: Vec<OutlineArticle>,
}

/// An article in the outline.
#[derive(Debug, Serialize)]
pub(super) struct OutlineArticle {
    address: String,
    label: String,
}

/// A heading, or an article with everything in it.
#[derive(Debug, Serialize)]
pub(super) struct Block {
    address: String,
    /// `heading`, `article`, `plain`.
    kind: &'static str,
    /// Depth of a heading, as in [`OutlineGroup::level`].
    level: u8,
    /// 第十三条, or the heading.
    label: String,
    /// Text of the block itself, without the label that may stand before it.
    text: String,
    /// 款, 项, 目 inside.
    lines: Vec<Line>,
}

/// A 款, 项 or 目.
#[derive(Debug, Serialize)]
struct Line {
    address: String,
    /// `paragraph`, `item`, `subitem`.
    class: &'static str,
    label: String,
    text: String,
}

/// The version that holds on the day asked about, if one is known to.
pub(super) fn current_version(versions: &[VersionInfo]) -> Option<String> {
    versions.iter().find(|version| version.effect == Effect::Effective).map(|version| version.label.clone())
}

/// Headings and article numbers, in order.
pub(super) fn outline(nodes: &[ReadingNode]) -> Vec<OutlineGroup> {
    let mut groups: Vec<OutlineGroup> = Vec::new();
    for node in nodes {
        if let Some(level) = heading_level(node.kind) {
            groups.push(OutlineGroup {
                address: node.address.clone(),
                heading: heading_of(node),
                level,
                articles: Vec::new(),
            });
        } else if node.kind == NodeKind::Article {
            let article = OutlineArticle { address: node.address.clone(), label: node.label.clone() };
            match groups.last_mut() {
                Some(group) => group.articles.push(article),
                None => groups.push(OutlineGroup {
                    address: node.address.clone(),
                    heading: String::new(),
                    level: 2,
                    articles: vec![article],
                }),
            }
        }
    }
    groups
}

/// The text in blocks, in order.
pub(super) fn blocks(nodes: &[ReadingNode]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for node in nodes {
        let class = match node.kind {
            NodeKind::Paragraph => Some("paragraph"),
            NodeKind::Item => Some("item"),
            NodeKind::Subitem => Some("subitem"),
            _ => None,
        };
        match (class, blocks.last_mut()) {
            (Some(class), Some(block)) if block.kind != "heading" => {
                // The first 款 may carry the article's number; the block shows it already.
                let text = if block.lines.is_empty() && block.text.is_empty() {
                    without(&node.text, &block.label)
                } else {
                    node.text.clone()
                };
                block.lines.push(Line { address: node.address.clone(), class, label: node.label.clone(), text });
            }
            _ => blocks.push(block(node)),
        }
    }
    blocks
}

fn block(node: &ReadingNode) -> Block {
    let level = heading_level(node.kind);
    let kind = match (level, node.kind) {
        (Some(_), _) => "heading",
        (None, NodeKind::Article) => "article",
        _ => "plain",
    };
    let label = if level.is_some() { heading_of(node) } else { node.label.clone() };
    let text = without(&node.text, &label);
    Block { address: node.address.clone(), kind, level: level.unwrap_or(0), label, text, lines: Vec::new() }
}

/// A text without the label that it may begin with, for places where the label is set apart.
fn without(text: &str, label: &str) -> String {
    text.strip_prefix(label).unwrap_or(text).trim().to_owned()
}

fn heading_of(node: &ReadingNode) -> String {
    if node.heading.is_empty() { node.label.clone() } else { node.heading.clone() }
}

const fn heading_level(kind: NodeKind) -> Option<u8> {
    match kind {
        NodeKind::Part => Some(1),
        NodeKind::Chapter | NodeKind::Attachment => Some(2),
        NodeKind::Section => Some(3),
        _ => None,
    }
}

/// Whether a line of a page lies at or below the address asked for, deeper than its article.
pub(super) fn is_target(asked: &str, line: &str) -> bool {
    let asked = Address::raw(asked);
    asked.as_str().contains('.') && asked.contains(&Address::raw(line))
}
