//! The tree under construction: nodes that begin one after the other.

use std::collections::HashSet;

use knowledge::regulation::{Address, Node, NodeKind};

/// Nodes in the order of the text. Each owns the source from its start to the next node's.
pub(crate) struct Tree<'a> {
    source: &'a str,
    open: Vec<Open>,
    used: HashSet<String>,
}

/// A node whose end is not known yet.
struct Open {
    kind: NodeKind,
    address: Address,
    parent: Option<usize>,
    heading: String,
    start: usize,
}

impl<'a> Tree<'a> {
    /// An empty tree over `source`.
    pub fn new(source: &'a str) -> Self {
        Self { source, open: Vec::new(), used: HashSet::new() }
    }

    /// The address of `step` below `parent`.
    pub fn address(&self, parent: Option<usize>, step: &str) -> Address {
        parent.map_or_else(|| Address::raw(step), |at| self.open[at].address.child(step))
    }

    /// Opens a node at `start`. `None` where the address is taken: then the words simply belong to
    /// the node before, and nothing is lost.
    pub fn push(&mut self, kind: NodeKind, address: Address, parent: Option<usize>, start: usize) -> Option<usize> {
        if !self.used.insert(address.as_str().to_owned()) {
            return None;
        }
        // Whatever stands before the first node (indentation) is part of it.
        let start = if self.open.is_empty() { 0 } else { start };
        self.open.push(Open { kind, address, parent, heading: String::new(), start });
        Some(self.open.len() - 1)
    }

    /// Sets the heading of a node.
    pub fn set_heading(&mut self, node: usize, heading: &str) {
        heading.clone_into(&mut self.open[node].heading);
    }

    /// Closes all nodes.
    pub fn finish(self) -> Vec<Node> {
        let ends = self.subtree_ends();
        let start_of = |at: usize| self.open.get(at).map_or(self.source.len(), |it| it.start);
        let text = |from: usize, to: usize| &self.source[start_of(from)..start_of(to)];
        self.open
            .iter()
            .enumerate()
            .map(|(at, it)| Node {
                kind: it.kind,
                address: it.address.clone(),
                parent: it.parent.map(|parent| self.open[parent].address.clone()),
                heading: it.heading.clone(),
                own_text: text(at, at + 1).to_owned(),
                full_text: text(at, ends[at]).trim().to_owned(),
            })
            .collect()
    }

    /// For each node the index after its last descendant. Descendants follow their node without a
    /// stranger between, because nodes are opened in the order of the text.
    fn subtree_ends(&self) -> Vec<usize> {
        let mut ends: Vec<usize> = (1..=self.open.len()).collect();
        for at in (0..self.open.len()).rev() {
            if let Some(parent) = self.open[at].parent {
                ends[parent] = ends[parent].max(ends[at]);
            }
        }
        ends
    }
}
