//! What the reader shows of a regulation: lists, versions, the tree, one provision.

use chrono::NaiveDate;
use knowledge::{
    answer::model::Effect,
    regulation::{Address, Authority, DocKind, NodeKind, Sort, compare::Comparison},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CoreError, CoreResult};

/// Which regulations to list. Empty fields filter nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegulationFilter {
    /// Words in titles, short names or articles; articles found are in [`RegulationItem::hits`].
    pub q: Option<String>,
    /// Kind of document.
    pub doc_kind: Option<DocKind>,
    /// Rank.
    pub authority: Option<Authority>,
    /// Part of the issuer's name.
    pub issuer: Option<String>,
    /// 中央, 省级党委 …, exactly.
    pub issuer_level: Option<String>,
    /// State on `as_of`.
    pub effect: Option<Effect>,
    /// Year of publication; where unknown, year of entry into force.
    pub year: Option<i32>,
    /// Topic code.
    pub topic: Option<String>,
    /// The day on which versions are chosen and their state is judged; `None`: today.
    pub as_of: Option<NaiveDate>,
    /// The order.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
    /// Rows on a page, 1–100.
    pub per_page: u32,
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegulationPage {
    /// Rows in the order asked for; by default the highest rank first, then the newest.
    pub items: Vec<RegulationItem>,
    /// Regulations that match, on all pages.
    pub total: u64,
    /// This page, from 1.
    pub page: u32,
    /// Rows on a page.
    pub per_page: u32,
}

/// One regulation in the list, described by the version chosen for the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegulationItem {
    /// Regulation id.
    pub id: String,
    /// Short names.
    pub aliases: Vec<String>,
    /// How many versions are known.
    pub versions: u32,
    /// The version shown.
    pub version: VersionInfo,
    /// Articles that contain one of the words asked for, at most five.
    pub hits: Vec<ArticleHit>,
}

/// An article that contains the words asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArticleHit {
    /// Short address, e.g. `a13`.
    pub address: String,
    /// 第十三条
    pub label: String,
    /// A piece of its text around the first hit.
    pub excerpt: String,
}

/// What is known of one version. Absent dates are unknown, not "none".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionInfo {
    /// E.g. `2026`; stands in permalinks.
    pub label: String,
    /// Full title, without 《》.
    pub title: String,
    /// Kind of document.
    pub doc_kind: DocKind,
    /// Rank.
    pub authority: Authority,
    /// Who made it.
    pub issuer: Option<String>,
    /// 中央, 省级党委 …
    pub issuer_level: Option<String>,
    /// Document number.
    pub doc_no: Option<String>,
    /// Day of approval.
    pub approved_on: Option<NaiveDate>,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// First day on which it holds.
    pub effective_on: Option<NaiveDate>,
    /// First day on which it no longer holds.
    pub abolished_on: Option<NaiveDate>,
    /// State on the day asked about.
    pub effect: Effect,
    /// What took its place, in words.
    pub superseded_by: Option<String>,
    /// 试行
    pub trial: bool,
    /// A model regulation written for demonstration.
    pub sample: bool,
    /// Topic codes.
    pub topics: Vec<String>,
    /// Where it was published.
    pub source_url: Option<String>,
    /// Number of articles.
    pub articles: u32,
}

/// One node of the text, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadingNode {
    /// What it is.
    pub kind: NodeKind,
    /// Short address; unique within the version, used as anchor.
    pub address: String,
    /// The node above.
    pub parent: Option<String>,
    /// 第十三条第二款
    pub label: String,
    /// Heading of a chapter and the like; else empty.
    pub heading: String,
    /// The words of this node alone, trimmed; empty where all words stand in nodes below.
    pub text: String,
    /// References in these words to other provisions; where one can be read in two ways it is not here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<TextLink>,
}

/// A reference inside a text, e.g. the words 本条例第九条.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextLink {
    /// Where its words begin in the node's text, in Unicode characters.
    pub start: u32,
    /// Where they end.
    pub end: u32,
    /// The regulation it leads to.
    pub regulation_id: String,
    /// The version: the same for the same regulation, else the one in force on the day asked about.
    pub version: String,
    /// The place in it; `null`: the regulation as a whole.
    pub address: Option<String>,
    /// 《X》第九条
    pub label: String,
}

/// Two versions of a regulation, article by article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RegulationComparison {
    /// Regulation id.
    pub id: String,
    /// The version that was.
    pub from: VersionInfo,
    /// The version that came of it.
    pub to: VersionInfo,
    /// All versions, newest first.
    pub versions: Vec<VersionInfo>,
    /// Counts and rows.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// A regulation, its versions and the text of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegulationView {
    /// Regulation id.
    pub id: String,
    /// Short names.
    pub aliases: Vec<String>,
    /// All versions, newest first.
    pub versions: Vec<VersionInfo>,
    /// The version whose text follows.
    pub shown: VersionInfo,
    /// Its text, in order.
    pub nodes: Vec<ReadingNode>,
}

/// The article before or after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Neighbour {
    /// Short address.
    pub address: String,
    /// 第十四条
    pub label: String,
}

/// One provision, shown inside its article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Provision {
    /// Regulation id.
    pub regulation_id: String,
    /// The version.
    pub version: VersionInfo,
    /// All versions, newest first.
    pub versions: Vec<VersionInfo>,
    /// The address asked for, e.g. `a13.p2`.
    pub address: String,
    /// 《X》第十三条第二款
    pub label: String,
    /// The words at that address with everything below it.
    pub text: String,
    /// Headings above: 编, 章, 节.
    pub path: Vec<String>,
    /// The whole article (or preamble, attachment …) in which it stands, in order.
    pub nodes: Vec<ReadingNode>,
    /// The article before.
    pub previous: Option<Neighbour>,
    /// The article after.
    pub next: Option<Neighbour>,
}

impl ReadingNode {
    /// Whether this node stands for itself on a permalink page: an article, or what has no article around it.
    fn is_unit(&self) -> bool {
        matches!(
            self.kind,
            NodeKind::Article | NodeKind::Front | NodeKind::Preamble | NodeKind::Attachment | NodeKind::Signature
        )
    }
}

impl RegulationView {
    /// Picks one provision out of the whole text.
    ///
    /// # Errors
    /// [`CoreError::NoProvision`] if the version has no such address.
    pub fn provision(&self, address: &Address) -> CoreResult<Provision> {
        let missing = || CoreError::NoProvision(address.as_str().to_owned());
        let target = self.node(address.as_str()).ok_or_else(missing)?;
        let unit = self.unit_of(target);
        let nodes = self.below(&unit.address);
        let units: Vec<&ReadingNode> = self.nodes.iter().filter(|node| node.kind == NodeKind::Article).collect();
        let place = units.iter().position(|node| node.address == unit.address);
        let neighbour = |index: Option<usize>| index.and_then(|i| units.get(i)).map(|node| node.neighbour());
        Ok(Provision {
            regulation_id: self.id.clone(),
            version: self.shown.clone(),
            versions: self.versions.clone(),
            address: target.address.clone(),
            label: format!("《{}》{}", self.shown.title, target.label),
            text: self.text_of(&target.address),
            path: self.path_of(unit),
            nodes,
            previous: neighbour(place.and_then(|i| i.checked_sub(1))),
            next: neighbour(place.map(|i| i + 1)),
        })
    }

    /// The node at an address.
    fn node(&self, address: &str) -> Option<&ReadingNode> {
        self.nodes.iter().find(|node| node.address == address)
    }

    /// The article (or other unit) around a node; the node itself for chapters.
    fn unit_of<'a>(&'a self, node: &'a ReadingNode) -> &'a ReadingNode {
        let mut at = node;
        while !at.is_unit() {
            match at.parent.as_deref().and_then(|parent| self.node(parent)) {
                Some(parent) if parent.kind_may_hold_text() => at = parent,
                _ => return at,
            }
        }
        at
    }

    /// A node and everything below it, in order. Addresses of articles do not contain their chapter,
    /// so the parents are followed rather than the addresses compared.
    fn below(&self, address: &str) -> Vec<ReadingNode> {
        let mut inside = std::collections::HashSet::from([address.to_owned()]);
        let mut found = Vec::new();
        for node in &self.nodes {
            if node.address == address || node.parent.as_ref().is_some_and(|parent| inside.contains(parent)) {
                inside.insert(node.address.clone());
                found.push(node.clone());
            }
        }
        found
    }

    /// The words at an address with everything below it, one line per node.
    fn text_of(&self, address: &str) -> String {
        let nodes = self.below(address);
        let lines: Vec<&str> = nodes
            .iter()
            // A chapter's own words mostly are its heading: it stands once.
            .flat_map(|node| {
                [if node.text.starts_with(&node.heading) { "" } else { &node.heading }, node.text.as_str()]
            })
            .filter(|line| !line.is_empty())
            .collect();
        lines.join("\n")
    }

    /// Headings above a node, outermost first.
    fn path_of(&self, node: &ReadingNode) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = node;
        while let Some(parent) = at.parent.as_deref().and_then(|parent| self.node(parent)) {
            if !parent.heading.is_empty() {
                path.push(parent.heading.clone());
            }
            at = parent;
        }
        path.reverse();
        path
    }
}

impl ReadingNode {
    /// Whether 款, 项, 目 can stand directly in it.
    fn kind_may_hold_text(&self) -> bool {
        self.is_unit() || matches!(self.kind, NodeKind::Paragraph | NodeKind::Item | NodeKind::Subitem)
    }

    fn neighbour(&self) -> Neighbour {
        Neighbour { address: self.address.clone(), label: self.label.clone() }
    }
}
