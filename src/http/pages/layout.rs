//! From the flat list of nodes to what a page shows: an outline, and blocks of text.

use chrono::NaiveDate;
use knowledge::{
    answer::model::Effect,
    regulation::{Address, NodeKind},
};
use serde::Serialize;

use super::highlight;
use crate::app::{ReadingNode, TextLink, VersionInfo};

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
    text: Vec<Part>,
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
    text: Vec<Part>,
}

/// A piece of text, which may be a reference.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    text: String,
    /// Where the reference leads; empty: plain text.
    href: String,
    /// 《X》第九条
    label: String,
}

/// Where the links of a page lead from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The regulation and the version shown.
    pub regulation_id: &'a str,
    /// Label of the version shown.
    pub version: &'a str,
    /// Whether the whole text is on the page, so that references inside it need not leave it.
    pub whole: bool,
    /// The day asked about, which links keep.
    pub day: Option<NaiveDate>,
}

impl Place<'_> {
    fn href(&self, link: &TextLink) -> String {
        let own = link.regulation_id == self.regulation_id && link.version == self.version;
        match &link.address {
            Some(address) if own && self.whole => format!("#{address}"),
            address => {
                let mut segments = vec![link.regulation_id.as_str(), link.version.as_str()];
                segments.extend(address.as_deref());
                let day = self.day.map(|day| format!("?as_of={day}")).unwrap_or_default();
                format!("/regulations/{}{day}", super::words::path(&segments))
            }
        }
    }

    /// `text` from character `skipped` of its node on, cut at the references.
    fn parts(&self, text: &str, skipped: usize, links: &[TextLink]) -> Vec<Part> {
        let chars: Vec<char> = text.chars().collect();
        let plain = |range: std::ops::Range<usize>| Part {
            text: chars[range].iter().collect(),
            href: String::new(),
            label: String::new(),
        };
        let (mut parts, mut done) = (Vec::new(), 0);
        for link in links {
            let at = |place: u32| (place as usize).saturating_sub(skipped).min(chars.len());
            let (start, end) = (at(link.start).max(done), at(link.end));
            if start >= end {
                continue;
            }
            if start > done {
                parts.push(plain(done..start));
            }
            parts.push(Part { href: self.href(link), label: link.label.clone(), ..plain(start..end) });
            done = end;
        }
        if done < chars.len() {
            parts.push(plain(done..chars.len()));
        }
        parts
    }
}

/// An article in which the words searched for stand.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    address: String,
    label: String,
    count: usize,
}

/// How often the words searched for stand in each block.
pub(super) fn found(blocks: &[Block], words: &str) -> Vec<Found> {
    let count = |parts: &[Part]| parts.iter().map(|part| highlight::hits(&part.text, words)).sum::<usize>();
    let of_block = |block: &Block| Found {
        address: block.address.clone(),
        label: block.label.clone(),
        count: count(&block.text) + block.lines.iter().map(|line| count(&line.text)).sum::<usize>(),
    };
    blocks.iter().map(of_block).filter(|it| it.count > 0).collect()
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
pub(super) fn blocks(nodes: &[ReadingNode], place: Place<'_>) -> Vec<Block> {
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
                let label = if block.lines.is_empty() && block.text.is_empty() { block.label.as_str() } else { "" };
                let text = text_of(node, label, place);
                block.lines.push(Line { address: node.address.clone(), class, label: node.label.clone(), text });
            }
            _ => blocks.push(block(node, place)),
        }
    }
    blocks
}

fn block(node: &ReadingNode, place: Place<'_>) -> Block {
    let level = heading_level(node.kind);
    let kind = match (level, node.kind) {
        (Some(_), _) => "heading",
        (None, NodeKind::Article) => "article",
        _ => "plain",
    };
    let label = if level.is_some() { heading_of(node) } else { node.label.clone() };
    let text = text_of(node, &label, place);
    Block { address: node.address.clone(), kind, level: level.unwrap_or(0), label, text, lines: Vec::new() }
}

/// The words of a node without the label that they may begin with, for places where it is set apart.
fn text_of(node: &ReadingNode, label: &str, place: Place<'_>) -> Vec<Part> {
    let rest = node.text.strip_prefix(label).unwrap_or(&node.text).trim_start();
    let skipped = node.text[..node.text.len() - rest.len()].chars().count();
    place.parts(rest.trim_end(), skipped, &node.links)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn link(start: u32, end: u32, regulation_id: &str, address: Option<&str>) -> TextLink {
        TextLink {
            start,
            end,
            regulation_id: regulation_id.to_owned(),
            version: "2026".to_owned(),
            address: address.map(str::to_owned),
            label: "《甲》".to_owned(),
        }
    }

    #[test]
    fn references_become_links_and_no_character_is_lost() {
        let place = Place { regulation_id: "r1", version: "2026", whole: true, day: None };
        let node = ReadingNode {
            kind: NodeKind::Article,
            address: "a3".to_owned(),
            parent: None,
            label: "第三条".to_owned(),
            heading: String::new(),
            text: "第三条　依照第二条和《甲》办理。".to_owned(),
            links: vec![link(6, 9, "r1", Some("a2")), link(10, 13, "r2", None)],
        };
        let told = |place: Place<'_>| -> Vec<String> {
            text_of(&node, "第三条", place).iter().map(|it| format!("{}>{}", it.text, it.href)).collect()
        };
        assert_eq!(told(place), ["依照>", "第二条>#a2", "和>", "《甲》>/regulations/r2/2026", "办理。>"]);
        let alone = Place { whole: false, day: "2026-06-01".parse().ok(), ..place };
        assert_eq!(told(alone)[1], "第二条>/regulations/r1/2026/a2?as_of=2026-06-01");
    }
}
