//! The same regulation from two files: what differs.
//!
//! A lost line in a scan or a wrong character in a conversion shows up here before anyone cites it.

use std::{collections::BTreeMap, fmt};

use knowledge::regulation::{Address, Draft, NodeKind};

use crate::split::lines::compact;

/// Characters shown around a difference.
const SHOWN: usize = 12;

/// One difference between two drafts of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Only the first has it.
    Missing(Address),
    /// Only the second has it.
    Added(Address),
    /// Both have it, in other words from there on.
    Text {
        /// Where.
        address: Address,
        /// Words of the first from the first difference on.
        first: String,
        /// Words of the second.
        second: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(address) => write!(f, "缺少{}", address.label()),
            Self::Added(address) => write!(f, "多出{}", address.label()),
            Self::Text { address, first, second } => write!(f, "{}的“{first}”这里是“{second}”", address.label()),
        }
    }
}

/// Compares articles and preamble paragraphs of two drafts; of texts without articles all
/// paragraphs. White space does not count: formats differ in it.
pub fn compare(first: &Draft, second: &Draft) -> Vec<Difference> {
    let (mine, theirs) = (units(first), units(second));
    let mut found = Vec::new();
    for (address, text) in &mine {
        match theirs.get(address) {
            None => found.push(Difference::Missing((*address).clone())),
            Some(other) if other != text => found.push(difference(address, text, other)),
            Some(_) => {}
        }
    }
    found.extend(theirs.keys().filter(|it| !mine.contains_key(*it)).map(|it| Difference::Added((*it).clone())));
    found.sort_by_key(|it| match it {
        Difference::Missing(address) | Difference::Added(address) | Difference::Text { address, .. } => {
            address.article_number()
        }
    });
    found
}

/// What is compared, without white space.
fn units(draft: &Draft) -> BTreeMap<&Address, String> {
    let plain = draft.nodes.iter().all(|it| it.kind != NodeKind::Article);
    let preamble = Address::raw("pre");
    draft
        .nodes
        .iter()
        .filter(|it| {
            it.kind == NodeKind::Article
                || (it.kind == NodeKind::Paragraph && (plain || it.parent.as_ref() == Some(&preamble)))
        })
        .map(|it| (&it.address, compact(&it.full_text)))
        .collect()
}

/// The words around the first character that differs.
fn difference(address: &Address, first: &str, second: &str) -> Difference {
    let same = first.chars().zip(second.chars()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| text.chars().skip(same.saturating_sub(2)).take(SHOWN).collect();
    Difference::Text { address: address.clone(), first: from(first), second: from(second) }
}
