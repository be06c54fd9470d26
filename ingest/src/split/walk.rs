//! The walk over the lines that opens nodes.
//!
//! Every line of an article is a 款 or, with a number in front, a 项 or 目 below the 款 before it.
//! An article always has its first 款 as a node of its own, even if it is the only one, so that an
//! address means the same in every article.

use knowledge::regulation::{Address, Node, NodeKind};

use super::{
    articles::Head,
    lines::Line,
    marks::{Division, ItemMark, Style, attachment, division, item},
    plan::Plan,
    tree::Tree,
};

/// Longest line that is a heading as a whole, in characters.
const LONGEST_TITLE: usize = 40;

/// Splits the lines along the plan.
pub(crate) fn walk(source: &str, lines: &[Line<'_>], plan: &Plan) -> Vec<Node> {
    let mut walk = Walk { tree: Tree::new(source), plan, place: Place::default(), divisions: [Level::default(); 4] };
    let mut heads = plan.articles.heads.iter().peekable();
    let mut skip = false;
    for (at, line) in lines.iter().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        if let Some(head) = heads.next_if(|it| it.line == at) {
            walk.article(line, head);
        } else {
            skip = walk.line(at, line, lines.get(at + 1));
        }
    }
    walk.tree.finish()
}

/// An open division: its node and the number it carries.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    node: Option<usize>,
    number: u32,
}

/// Where paragraphs and items go.
#[derive(Default)]
struct Place {
    /// Article, chapter, attachment …; none at the top of a text without any.
    container: Option<usize>,
    /// 款 in it so far.
    paragraphs: u32,
    /// The last of them.
    paragraph: Option<usize>,
    /// Open items, the outermost first. A style of number is a level.
    items: Vec<OpenItem>,
    /// Number of the last attachment.
    attachments: u32,
}

/// An item that others may follow or go into.
struct OpenItem {
    style: Style,
    number: u32,
    node: usize,
}

/// The walk under way.
struct Walk<'a> {
    tree: Tree<'a>,
    plan: &'a Plan,
    place: Place,
    /// Open 编, 分编, 章, 节.
    divisions: [Level; 4],
}

impl Walk<'_> {
    /// Takes a line that opens no article. True if it took the next line as well.
    fn line(&mut self, at: usize, line: &Line<'_>, next: Option<&Line<'_>>) -> bool {
        if let Some(signature) = self.plan.signature.as_ref().filter(|it| it.contains(&at)) {
            if at == signature.start {
                self.tree.push(NodeKind::Signature, Address::raw("sign"), None, line.start);
                self.enter(None);
            }
            return false;
        }
        if self.plan.attachments.is_some_and(|start| at >= start) {
            self.attachment_line(line);
        } else if at < self.plan.front_end {
            if at == 0 {
                self.tree.push(NodeKind::Front, Address::raw("front"), None, 0);
            }
        } else if self.plan.preamble == Some(at) {
            self.preamble(line);
        } else if at >= self.plan.body
            && let Some((division, number)) = division(line.text)
            && let Some(node) = self.division(division, number, line)
        {
            let title = next.filter(|it| self.continues_heading(at + 1, line.text, it.text));
            let heading = title.map_or_else(|| line.text.to_owned(), |it| format!("{}　{}", line.text, it.text));
            self.tree.set_heading(node, &heading);
            return title.is_some();
        } else {
            self.body(line.start, line.text_start, line.text);
        }
        false
    }

    /// Opens an article; what follows its number on the line is its first paragraph or item.
    fn article(&mut self, line: &Line<'_>, head: &Head) {
        let parent = self.divisions.iter().rev().find_map(|it| it.node);
        let address = Address::article(head.key.0, head.key.1);
        let Some(node) = self.tree.push(NodeKind::Article, address, parent, line.start) else { return };
        self.enter(Some(node));
        let body = &line.text[head.length..];
        if !body.is_empty() {
            let start = line.text_start + head.length;
            self.body(start, start, body);
        }
    }

    /// 总纲: its paragraphs are counted for themselves (`pre.p4`).
    fn preamble(&mut self, line: &Line<'_>) {
        if let Some(node) = self.tree.push(NodeKind::Preamble, Address::raw("pre"), None, line.start) {
            self.tree.set_heading(node, line.text);
            self.enter(Some(node));
        }
    }

    /// A line from the first attachment on: a heading opens the next one.
    fn attachment_line(&mut self, line: &Line<'_>) {
        let Some(found) = attachment(line.text) else {
            self.body(line.start, line.text_start, line.text);
            return;
        };
        let number = found.number.filter(|it| *it > self.place.attachments).unwrap_or(self.place.attachments + 1);
        let address = Address::raw(format!("att{number}"));
        if let Some(node) = self.tree.push(NodeKind::Attachment, address, None, line.start) {
            self.place.attachments = number;
            self.tree.set_heading(node, line.text);
            self.enter(Some(node));
        }
    }

    /// Opens a division unless its number goes backwards; then the line is ordinary text.
    fn division(&mut self, division: Division, number: u32, line: &Line<'_>) -> Option<usize> {
        let level = division as usize;
        if number <= self.divisions[level].number {
            return None;
        }
        let (kind, step) = match division {
            // The address has no step of its own for 分编: it is a part within a part.
            Division::Part | Division::Subpart => (NodeKind::Part, "part"),
            Division::Chapter => (NodeKind::Chapter, "ch"),
            Division::Section => (NodeKind::Section, "sec"),
        };
        let parent = self.divisions[..level].iter().rev().find_map(|it| it.node);
        let address = self.tree.address(parent, &format!("{step}{number}"));
        let node = self.tree.push(kind, address, parent, line.start)?;
        self.divisions[level] = Level { node: Some(node), number };
        self.divisions[level + 1..].fill(Level::default());
        self.enter(Some(node));
        Some(node)
    }

    /// 第一章 on one line, 总则 on the next.
    fn continues_heading(&self, next_at: usize, heading: &str, next: &str) -> bool {
        heading.ends_with(['编', '章', '节'])
            && heading.chars().count() <= 8
            && self.plan.articles.heads.binary_search_by_key(&next_at, |it| it.line).is_err()
            && next.chars().nth(30).is_none()
            && !next.contains(['。', '；', '：', '，'])
            && division(next).is_none()
            && item(next).is_none()
    }

    /// Starts counting paragraphs anew in `container`.
    fn enter(&mut self, container: Option<usize>) {
        let attachments = self.place.attachments;
        self.place = Place { container, attachments, ..Place::default() };
    }

    /// A line, or the rest of one, that is a paragraph or an item. `start` is where its node
    /// begins, `text_start` where its words do.
    fn body(&mut self, start: usize, text_start: usize, text: &str) {
        match item(text) {
            Some(mark) if mark.style == Style::Comma && self.plan.is_plain() && self.place_is_open() => {
                self.numbered_heading(start, text_start, text, mark);
            }
            Some(mark) if self.item(start, mark) => {}
            _ => self.paragraph(start),
        }
    }

    /// Whether the walk is still before the attachments.
    fn place_is_open(&self) -> bool {
        self.plan.attachments.is_none() || self.place.attachments == 0
    }

    /// Opens a 款. Items that follow belong to it.
    fn paragraph(&mut self, start: usize) {
        self.place.paragraphs += 1;
        let address = self.tree.address(self.place.container, &format!("p{}", self.place.paragraphs));
        self.place.paragraph = self.tree.push(NodeKind::Paragraph, address, self.place.container, start);
        self.place.items.clear();
    }

    /// Opens an item. False if its number does not go on from the ones above it.
    fn item(&mut self, start: usize, mark: ItemMark) -> bool {
        // The same style as an open item goes on there and closes the deeper ones; a new style
        // goes one level deeper and must start at 1.
        let level = self.place.items.iter().position(|it| it.style == mark.style);
        let depth = level.unwrap_or(self.place.items.len());
        let last = level.map_or(0, |it| self.place.items[it].number);
        if mark.number <= last || (level.is_none() && mark.number != 1) {
            return false;
        }
        let parent = if depth == 0 {
            self.place.paragraph.or(self.place.container)
        } else {
            Some(self.place.items[depth - 1].node)
        };
        let top = depth == 0 && matches!(mark.style, Style::Comma | Style::ChineseBracket);
        let (kind, step) = if top { (NodeKind::Item, "i") } else { (NodeKind::Subitem, "s") };
        let address = self.tree.address(parent, &format!("{step}{}", mark.number));
        let Some(node) = self.tree.push(kind, address, parent, start) else { return false };
        self.place.items.truncate(depth);
        self.place.items.push(OpenItem { style: mark.style, number: mark.number, node });
        true
    }

    /// 一、总体要求 in a text without articles is a chapter; its number must go on from the last.
    fn numbered_heading(&mut self, start: usize, text_start: usize, text: &str, mark: ItemMark) {
        let chapter = &mut self.divisions[Division::Chapter as usize];
        if mark.number != chapter.number + 1 {
            self.paragraph(start);
            return;
        }
        let parent = self.divisions[0].node;
        let address = self.tree.address(parent, &format!("ch{}", mark.number));
        let Some(node) = self.tree.push(NodeKind::Chapter, address, parent, start) else { return };
        self.divisions[Division::Chapter as usize] = Level { node: Some(node), number: mark.number };
        self.divisions[Division::Section as usize] = Level::default();
        self.enter(Some(node));
        let title = title_length(text).unwrap_or(mark.length);
        if title > mark.length {
            self.tree.set_heading(node, text[..title].trim_end_matches('。'));
        }
        if title < text.len() {
            let body = text_start + title;
            self.paragraph(body);
        }
    }
}

/// Bytes of the heading at the start of 一、加强领导。各级党委…: to the first full stop, if short.
fn title_length(text: &str) -> Option<usize> {
    let end = text.find('。').map_or(text.len(), |at| at + '。'.len_utf8());
    text[..end].chars().nth(LONGEST_TITLE).is_none().then_some(end)
}
