//! Quotations: what stands in quotation marks or in a block quote must stand in a cited text.

use std::ops::Range;

use super::{
    Edit, amounts, articles,
    articles::Mention,
    source::{Source, within, words},
};
use crate::{
    answer::{
        model::Finding,
        sentences::{self, Quote},
    },
    regulation::Address,
    text::bare,
};

/// Quotations with fewer letters and digits get no badge.
const SHORTEST: usize = 8;

/// What checking the quotations of a text gave.
#[derive(Debug, Default)]
pub struct Checked {
    /// Verified quotations; nothing in them is a claim of the answer.
    pub verified: Vec<Range<usize>>,
    /// Short quoted terms that are left alone.
    pub terms: Vec<Range<usize>>,
    /// Marks to take away.
    pub edits: Vec<Edit>,
    /// Why.
    pub findings: Vec<Finding>,
    /// Quotations long enough to be checked.
    pub long: usize,
}

/// Where quoted words were found.
enum Place {
    /// In a citation that the sentence points to, or in any where it points to none.
    Here,
    /// Only in a citation that the sentence doesn't point to.
    Elsewhere,
    /// In none: altered, stitched or invented.
    Nowhere,
}

/// Whether `text` has enough letters and digits for a badge.
pub fn is_long(text: &str) -> bool {
    bare(text).chars().count() >= SHORTEST
}

/// Checks every quotation of `text`.
pub fn check(text: &str, sources: &[Source]) -> Checked {
    let reader = Reader {
        text,
        sources,
        pieces: sentences::split(text),
        marks: sentences::marks(text),
        mentions: articles::mentions(text),
    };
    let mut checked = Checked::default();
    for block in blocks(text) {
        reader.block(&block, &mut checked);
    }
    let pairs = sentences::pairs(text);
    for quote in &pairs.quotes {
        reader.quote(quote, &mut checked);
    }
    for stray in pairs.stray {
        if !checked.verified.iter().any(|it| within(&stray, it)) {
            let line = text[stray.start..].lines().next().unwrap_or_default();
            checked.findings.push(finding("QUOTE_ALTERED", line));
            checked.edits.push(Edit::remove(stray));
        }
    }
    checked
}

/// A text with everything that a quotation in it may point to.
struct Reader<'a> {
    text: &'a str,
    sources: &'a [Source<'a>],
    pieces: Vec<Range<usize>>,
    marks: Vec<(Range<usize>, usize)>,
    mentions: Vec<Mention>,
}

impl Reader<'_> {
    /// Checks one pair of marks. Pairs come outermost first: what lies in a verified quotation is verified,
    /// and what lies in a failed one is checked for itself.
    fn quote(&self, quote: &Quote, checked: &mut Checked) {
        let outer = quote.outer();
        if checked.verified.iter().chain(&checked.terms).any(|it| within(&outer, it)) {
            return;
        }
        let inside = &self.text[quote.inner()];
        let long = is_long(inside);
        if !long && !amounts::read(&amounts::compact(inside)).iter().any(amounts::Amount::is_measured) {
            checked.terms.push(outer);
            return;
        }
        checked.long += usize::from(long);
        let marked = self.marked(&outer);
        match self
            .labelled(inside, &marked)
            .unwrap_or_else(|| self.place(&words(inside), &marked, self.lead(outer.start)))
        {
            Place::Here if long => checked.verified.push(outer),
            // A short quotation with a true number stays, but its number still needs its mark.
            Place::Here => {}
            place => {
                checked.findings.push(finding(code(&place), inside));
                checked.edits.extend([Edit::remove(quote.open.clone()), Edit::remove(quote.close.clone())]);
            }
        }
    }

    /// Checks one block quote, as a whole: Markdown would show the rest of a half-true one as quoted too.
    fn block(&self, block: &Block, checked: &mut Checked) {
        let content = block.content(self.text);
        let mut marked = self.marks_in(&block.range);
        // 《X》第N条规定[1]： above a block says where it is from.
        let above = self.text[..block.range.start].trim_end().lines().next_back().unwrap_or_default();
        if marked.is_empty() && words(above).ends_with(':') {
            marked = sentences::marks(above).into_iter().map(|it| it.1).collect();
        }
        let quoted = words(&content);
        let inner = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(&quoted);
        let place = self.labelled(&content, &marked).unwrap_or_else(|| match self.place(&quoted, &marked, None) {
            Place::Nowhere => self.place(inner, &marked, None),
            place => place,
        });
        checked.long += usize::from(is_long(&content));
        if matches!(place, Place::Here) && is_long(&content) {
            checked.verified.push(block.range.clone());
        } else {
            checked.findings.push(finding(code(&place), content.trim()));
            checked.edits.extend(block.signs.iter().cloned().map(Edit::remove));
        }
    }

    /// The marks of the sentence that `range` begins in.
    fn marked(&self, range: &Range<usize>) -> Vec<usize> {
        let piece = self.pieces.iter().find(|it| it.contains(&range.start));
        piece.map(|it| self.marks_in(it)).unwrap_or_default()
    }

    /// Numbers of the marks within `range`.
    fn marks_in(&self, range: &Range<usize>) -> Vec<usize> {
        self.marks.iter().filter(|it| within(&it.0, range)).map(|it| it.1).collect()
    }

    /// The article that leads the quotation at `start`: 第九条规定：“….
    fn lead(&self, start: usize) -> Option<&Address> {
        let last = self.mentions.iter().rfind(|it| it.range.end <= start)?;
        let between = &self.text[last.range.end..start];
        (between.chars().count() <= 10 && !between.contains(['，', '。', '；', '、', '\n', '“', '”']))
            .then_some(&last.address)
    }

    /// “第三条　支部委员会应当…”: stored texts may leave out the number that stands before them on the page, so it
    /// is held against the citation's address.
    fn labelled(&self, content: &str, marked: &[usize]) -> Option<Place> {
        let first = articles::mentions(content).into_iter().next()?;
        let before = content[..first.range.start].trim_matches(['*', '_', ' ', '　', '\n']);
        let quoted = words(&content[first.range.end..]);
        let fits = |it: &&Source| {
            let address = it.citation.address.as_deref().and_then(|it| Address::raw(it).article_part());
            it.holds(&quoted) && address.is_some() && address == first.address.article_part()
        };
        let mut fitting = self.sources.iter().filter(fits).filter(|_| before.is_empty());
        fitting.any(|it| marked.is_empty() || marked.contains(&it.citation.n)).then_some(Place::Here)
    }

    /// Looks for `quoted` (see [`words`]). `marked` are the sentence's marks, `lead` is the article named right
    /// before the quotation: under a lead, words from another article are misplaced even with no mark.
    fn place(&self, quoted: &str, marked: &[usize], lead: Option<&Address>) -> Place {
        let mut place = Place::Nowhere;
        for source in self.sources.iter().filter(|it| it.holds(quoted)) {
            let citation = source.citation;
            let address = citation.address.as_deref().and_then(|it| Address::raw(it).article_part());
            let fits = match (lead.and_then(Address::article_part), address) {
                (Some(lead), Some(address)) => lead == address,
                _ => true,
            };
            if fits && (marked.is_empty() || marked.contains(&citation.n)) {
                return Place::Here;
            }
            place = Place::Elsewhere;
        }
        place
    }
}

/// The finding's code for a quotation that isn't where it should be.
fn code(place: &Place) -> &'static str {
    if matches!(place, Place::Elsewhere) { "QUOTE_MISPLACED" } else { "QUOTE_ALTERED" }
}

fn finding(code: &str, span: &str) -> Finding {
    Finding { code: code.to_owned(), span: span.to_owned() }
}

/// A Markdown block quote with the plain lines that Markdown takes into it.
struct Block {
    range: Range<usize>,
    /// The `>` signs, each with the space behind it.
    signs: Vec<Range<usize>>,
}

impl Block {
    /// The quoted words: without signs, and without lines that only say where they are from.
    fn content(&self, text: &str) -> String {
        let mut content = String::new();
        let mut at = self.range.start;
        for line in text[self.range.clone()].split_inclusive('\n') {
            let end = at + line.len();
            let from = self.signs.iter().filter(|it| within(it, &(at..end))).map(|it| it.end).max().unwrap_or(at);
            let words = &text[from..end];
            if !is_attribution(words) {
                content.push_str(words);
            }
            at = end;
        }
        content
    }
}

/// ——《X》第十三条 [1], or a mark alone.
fn is_attribution(line: &str) -> bool {
    let mut rest = line.trim().trim_start_matches(['—', '-', '*', '（', '(']).to_owned();
    for (mark, _) in sentences::marks(&rest).into_iter().rev() {
        rest.replace_range(mark, "");
    }
    let rest = rest.trim_end_matches(['*', '）', ')', ' ']);
    let title = rest.starts_with('《').then(|| rest.rfind('》')).flatten();
    let named = title.map_or(0, |it| it + '》'.len_utf8());
    let after = rest[named..].trim();
    let covered = articles::mentions(after).first().is_some_and(|it| it.range == (0..after.len()));
    after.is_empty() || named > 0 && covered
}

/// Every block quote, with the lines that Markdown counts to it though they have no sign (lazy continuation).
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut at, mut inside) = (0, false);
    for line in text.split_inclusive('\n') {
        let signs = signs(line, at);
        let end = at + line.len();
        match blocks.last_mut().filter(|_| inside) {
            Some(block) if !signs.is_empty() || !interrupts(line) => {
                block.range.end = end;
                block.signs.extend(signs);
            }
            _ => {
                inside = !signs.is_empty();
                if inside {
                    blocks.push(Block { range: at..end, signs });
                }
            }
        }
        at = end;
    }
    blocks
}

/// Whether a line without `>` ends the block quote before it.
fn interrupts(line: &str) -> bool {
    let line = line.trim_start();
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.is_empty()
        || line.starts_with(['#', '|'])
        || ["- ", "* ", "+ ", "---", "```"].iter().any(|it| line.starts_with(it))
        || numbered.len() < line.len() && numbered.starts_with(". ")
}

/// The `>` signs at the start of a line, behind list signs too.
fn signs(line: &str, offset: usize) -> Vec<Range<usize>> {
    let (mut signs, mut at) = (Vec::new(), 0);
    loop {
        let rest = &line[at..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if let Some(behind) = rest.strip_prefix('>') {
            let length = 1 + usize::from(behind.starts_with(' '));
            signs.push(offset + at..offset + at + length);
            at += length;
        } else if rest.starts_with([' ', '\t']) {
            at += 1;
        } else if ["- ", "* ", "+ "].iter().any(|it| rest.starts_with(it)) {
            at += 2;
        } else if digits > 0 && (rest[digits..].starts_with(". ") || rest[digits..].starts_with(") ")) {
            at += digits + 2;
        } else {
            return signs;
        }
    }
}
