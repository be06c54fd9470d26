//! Passages from texts: which parts of a regulation or document can be retrieved by themselves.
//!
//! One passage per article, because that is what people cite (measured: articles with the
//! instrument's title in front retrieve best); paragraphs of a preamble or of a text without
//! articles one each; attachments. What is longer than [`Sizes::whole`] characters is split along
//! its own structure.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    Chunk, ChunkKind, derive_key,
    split::{self, Sizes},
};
use crate::regulation::{Address, Authority, DocKind, Node, NodeKind};

/// Goes into a version's hash: a new way of deriving makes the next import write the passages anew.
pub(crate) const METHOD: &str = "1";

/// A node's own text up to this many characters is only its number or a bare heading: no passage of
/// its own, and no address to be found under.
const BARE: usize = 12;

/// What the passages of one source have in common.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// The regulation version or document.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its rank.
    pub authority: Authority,
    /// Its kind.
    pub doc_kind: DocKind,
    /// First day on which it holds.
    pub valid_from: Option<NaiveDate>,
    /// First day on which it holds no more.
    pub valid_to: Option<NaiveDate>,
}

/// A stretch of text with the place where it begins.
struct Passage {
    address: Option<Address>,
    text: String,
}

/// The passages of a regulation, in the order of its text.
pub fn provisions(source: &Source<'_>, nodes: &[Node]) -> Vec<Chunk> {
    let mut passages = body(nodes);
    if passages.is_empty() {
        // A text of which only the front was recognised is still a text.
        let front = nodes.iter().filter(|it| it.kind == NodeKind::Front);
        passages = front.flat_map(|it| of_nodes(std::slice::from_ref(it))).collect();
    }
    number(source, ChunkKind::Provision, passages)
}

/// The passages of any other document.
pub fn document(source: &Source<'_>, text: &str, sizes: Sizes) -> Vec<Chunk> {
    let text = text.trim();
    let size = if text.chars().count() <= sizes.whole { sizes.whole } else { sizes.part };
    let passages = split::pieces(text, size).into_iter().map(|it| Passage { address: None, text: it.to_owned() });
    number(source, ChunkKind::Document, passages.collect())
}

/// Everything but front and signature, unit by unit.
fn body(nodes: &[Node]) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        let end = subtree_end(nodes, at);
        let parent_of_many = end > at + 1;
        let is_unit = match node.kind {
            NodeKind::Front | NodeKind::Signature => {
                at = end;
                continue;
            }
            NodeKind::Part | NodeKind::Chapter | NodeKind::Section | NodeKind::Preamble => false,
            NodeKind::Attachment => !nodes[at..end].iter().any(|it| it.kind == NodeKind::Article),
            NodeKind::Article | NodeKind::Paragraph | NodeKind::Item | NodeKind::Subitem => true,
        };
        if is_unit {
            passages.extend(of_nodes(&nodes[at..end]));
            at = end;
        } else {
            if own_words(node) > BARE || !parent_of_many && node.full_text.trim() != node.heading.trim() {
                passages.extend(of_nodes(std::slice::from_ref(node)));
            }
            at += 1;
        }
    }
    passages
}

/// Where the nodes below `nodes[at]` end. They follow it in order, each with a parent among them.
fn subtree_end(nodes: &[Node], at: usize) -> usize {
    let mut inside = std::collections::HashSet::from([&nodes[at].address]);
    let mut end = at + 1;
    while let Some(node) = nodes.get(end)
        && node.parent.as_ref().is_some_and(|parent| inside.contains(parent))
    {
        inside.insert(&node.address);
        end += 1;
    }
    end
}

/// Characters of a node's own beyond its heading.
fn own_words(node: &Node) -> usize {
    let own = node.own_text.trim();
    own.strip_prefix(node.heading.trim()).unwrap_or(own).trim().chars().count()
}

/// One unit (a node with everything below it): whole where it is short enough, else grouped along
/// its 款, 项 and sentences. A group bears the address of the first part that says something.
fn of_nodes(nodes: &[Node]) -> Vec<Passage> {
    let whole: String = nodes.iter().map(|it| it.own_text.as_str()).collect();
    let Sizes { whole: longest, part } = split::USUAL;
    if whole.trim().chars().count() <= longest {
        return vec![Passage { address: nodes.first().map(|it| it.address.clone()), text: whole }];
    }
    let mut passages: Vec<Passage> = Vec::new();
    let mut length = 0;
    for node in nodes {
        for (nth, piece) in split::pieces(&node.own_text, part).into_iter().enumerate() {
            let more = piece.chars().count();
            let new_paragraph = nth == 0 && node.kind == NodeKind::Paragraph && length > part / 2;
            match passages.last_mut() {
                Some(group) if length + more <= part && !new_paragraph => {
                    if group.text.trim().chars().count() <= BARE {
                        group.address = Some(node.address.clone());
                    }
                    group.text.push_str(piece);
                    length += more;
                }
                _ => {
                    passages.push(Passage { address: Some(node.address.clone()), text: piece.to_owned() });
                    length = more;
                }
            }
        }
    }
    passages
}

/// Titles, order and keys. Blank passages are left out.
fn number(source: &Source<'_>, kind: ChunkKind, passages: Vec<Passage>) -> Vec<Chunk> {
    let mut twins: HashMap<String, usize> = HashMap::new();
    let texts = passages.into_iter().map(|it| (it.address, it.text.trim().to_owned()));
    texts
        .filter(|(_, text)| !text.is_empty())
        .enumerate()
        .map(|(seq, (address, text))| {
            let twin = twins.entry(text.clone()).and_modify(|n| *n += 1).or_insert(0);
            Chunk {
                key: derive_key(source.id, &text, *twin),
                kind,
                source_id: source.id.to_owned(),
                seq: seq as i64,
                title: title(source.title, address.as_ref()),
                address,
                text,
                authority: source.authority,
                doc_kind: source.doc_kind,
                audience: "public".to_owned(),
                region: None,
                valid_from: source.valid_from,
                valid_to: source.valid_to,
            }
        })
        .collect()
}

/// 中国共产党章程 第九条: the instrument and the article; parts of an article bear the article's.
fn title(instrument: &str, address: Option<&Address>) -> String {
    match address {
        Some(address) => {
            let article = address.article_part();
            format!("{instrument} {}", article.as_ref().unwrap_or(address).label())
        }
        None => instrument.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regulation::samples::node;

    const SOURCE: Source<'static> = Source {
        id: "r1@2026",
        title: "示例办法",
        authority: Authority::Measures,
        doc_kind: DocKind::Regulation,
        valid_from: None,
        valid_to: None,
    };

    fn addresses(chunks: &[Chunk]) -> Vec<&str> {
        chunks.iter().filter_map(|it| it.address.as_ref()).map(Address::as_str).collect()
    }

    #[test]
    fn one_per_article_and_per_paragraph_of_the_preamble() {
        let nodes = [
            node(NodeKind::Front, "front", None, "示例办法\n"),
            node(NodeKind::Preamble, "pre", None, "总纲\n"),
            node(NodeKind::Paragraph, "pre.p1", Some("pre"), "为了示范，写下本办法。\n"),
            node(NodeKind::Paragraph, "pre.p2", Some("pre"), "它没有任何效力。\n"),
            node(NodeKind::Chapter, "ch1", None, "第一章 总则\n"),
            node(NodeKind::Article, "a1", Some("ch1"), "第一条 第一款如下：\n"),
            node(NodeKind::Item, "a1.p1.i1", Some("a1"), "（一）其一；\n"),
            node(NodeKind::Article, "a2", Some("ch1"), "第二条 完。\n"),
            node(NodeKind::Attachment, "att1", None, "附件：表格填写说明\n"),
            node(NodeKind::Signature, "sign", None, "某某委员会\n"),
        ];
        let chunks = provisions(&SOURCE, &nodes);
        assert_eq!(addresses(&chunks), ["pre.p1", "pre.p2", "a1", "a2", "att1"]);
        assert_eq!(chunks[2].title, "示例办法 第一条");
        assert_eq!(chunks[2].text, "第一条 第一款如下：\n（一）其一；");
    }

    #[test]
    fn a_text_without_articles_gives_its_paragraphs_or_its_front() {
        let paragraphs = [
            node(NodeKind::Paragraph, "p1", None, "第一段讲要求。\n"),
            node(NodeKind::Paragraph, "p2", None, "第二段讲办法。\n"),
        ];
        assert_eq!(addresses(&provisions(&SOURCE, &paragraphs)), ["p1", "p2"]);
        let front = [node(NodeKind::Front, "front", None, "只有一行的通知。")];
        assert_eq!(addresses(&provisions(&SOURCE, &front)), ["front"]);
    }

    #[test]
    fn a_long_article_is_split_along_its_parts_and_nothing_is_cut() {
        let first = format!("第一条\n{}", "");
        let mut nodes = vec![node(NodeKind::Article, "a1", None, &first)];
        for n in 1..=4 {
            let text = format!("第{n}款的话。").repeat(60) + "\n";
            nodes.push(node(NodeKind::Paragraph, &format!("a1.p{n}"), Some("a1"), &text));
        }
        let endless = "无标点".repeat(30_000);
        nodes.push(node(NodeKind::Paragraph, "a1.p5", Some("a1"), &endless));
        let chunks = provisions(&SOURCE, &nodes);
        assert_eq!(addresses(&chunks)[..5], ["a1.p1", "a1.p2", "a1.p3", "a1.p4", "a1.p5"]);
        assert!(chunks.iter().all(|it| it.text.chars().count() <= split::USUAL.part && it.title == "示例办法 第一条"));
        let squeezed = |text: String| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let all = squeezed(chunks.iter().map(|it| it.text.as_str()).collect());
        assert_eq!(all, squeezed(nodes.iter().map(|it| it.own_text.as_str()).collect()));
        let keys: std::collections::HashSet<_> = chunks.iter().map(|it| it.key).collect();
        assert_eq!(keys.len(), chunks.len(), "equal parts of one text have keys of their own");
    }

    #[test]
    fn a_chapter_that_speaks_for_itself_is_found() {
        let nodes = [
            node(NodeKind::Chapter, "ch1", None, "第一章 总则\n本章的规定适用于所有示例支部。\n"),
            node(NodeKind::Article, "a1", Some("ch1"), "第一条 略。\n"),
        ];
        assert_eq!(addresses(&provisions(&SOURCE, &nodes)), ["ch1", "a1"]);
    }

    #[test]
    fn a_document_stays_whole_until_it_is_long() {
        assert_eq!(document(&SOURCE, &"一句话。".repeat(300), split::USUAL).len(), 1);
        assert_eq!(document(&SOURCE, &"一句话。".repeat(301), split::USUAL).len(), 3);
        let small = Sizes { whole: 100, part: 20 };
        let cut = document(&SOURCE, &"一句话。".repeat(30), small);
        assert!(cut.len() == 6 && cut.iter().all(|it| it.text.chars().count() == 20), "{cut:?}");
        assert!(document(&SOURCE, " \n ", split::USUAL).is_empty());
    }
}
