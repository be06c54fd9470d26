//! Reads the references of one node's text, without asking whether they lead anywhere.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use crate::{
    regulation::Address,
    search::{address, names::Names},
};

/// What a regulation calls itself after 本.
const KINDS: [&str; 14] =
    ["条例", "规定", "办法", "规则", "细则", "准则", "章程", "党章", "决定", "意见", "通知", "方案", "解释", "法"];
/// What may stand before the name of an instrument without book marks; after anything else the name
/// is the end of a longer one, which we don't know.
const BEFORE_NAME: &str = "照据按反和与及依由对在用行守合循或以有到的是为,;:。(、“”\"";
/// What joins the places of a list.
const JOINTS: [&str; 9] = ["以及", "、", "和", "或", "及", "至", "与", ",", "到"];

/// A reference as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// Place of the other regulation in the directory; `None`: the regulation that the text belongs to.
    pub entry: Option<usize>,
    /// The place as written; `None`: the regulation as a whole.
    pub asked: Option<Address>,
    /// It refers to something that can't be known: an instrument without text here, or one of two.
    pub lost: bool,
}

/// Whose article a bare 第十条 is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Own,
    Other(usize),
    /// An instrument that is not loaded, or one named without an article: nobody can tell.
    Unclear,
}

/// The references in `text`, the own text of the node at `here`.
pub(super) fn mentions(names: &Names, regulation_id: &str, here: &Address, text: &str) -> Vec<Mention> {
    let line = Squeezed::of(text);
    // Most nodes refer to nothing.
    if !["条", "款", "项", "《"].iter().any(|sign| line.text.contains(sign)) {
        return Vec::new();
    }
    let bare = names.find(&line.text).into_iter().map(|it| (it.start, it.end, it.entry)).collect();
    let mut scan =
        Scan { names, regulation_id, here, line: &line, bare, at: 0, scope: Scope::Own, last: None, found: Vec::new() };
    scan.run();
    scan.found
}

/// A text in the form of [`address::compact`], with the way back.
struct Squeezed {
    text: String,
    /// For each byte of `text` the range of the character it came from.
    origin: Vec<(usize, usize)>,
}

impl Squeezed {
    fn of(source: &str) -> Self {
        let (mut text, mut origin) = (String::new(), Vec::new());
        for (at, c) in source.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            for folded in std::iter::once(c).nfkc() {
                text.push(folded);
                origin.extend(std::iter::repeat_n((at, at + c.len_utf8()), folded.len_utf8()));
            }
        }
        Self { text, origin }
    }

    fn range(&self, start: usize, end: usize) -> Range<usize> {
        self.origin[start].0..self.origin[end - 1].1
    }
}

struct Scan<'a> {
    names: &'a Names,
    regulation_id: &'a str,
    here: &'a Address,
    line: &'a Squeezed,
    /// Names that stand without book marks: start, end, place in the directory.
    bare: Vec<(usize, usize, Option<usize>)>,
    at: usize,
    scope: Scope,
    /// The place named last in this clause, whose it is, and where its words ended.
    last: Option<(Scope, Address, usize)>,
    found: Vec<Mention>,
}

impl Scan<'_> {
    fn run(&mut self) {
        self.skip_own_number();
        while let Some(c) = self.rest().chars().next() {
            let before = self.at;
            match c {
                '。' | ';' | '!' | '?' => (self.scope, self.last) = (Scope::Own, None),
                '《' => self.titled(),
                '本' => self.own(),
                '前' => self.preceding(),
                '第' => self.place(),
                _ => self.named(),
            }
            if self.at == before {
                self.at += c.len_utf8();
            }
        }
    }

    fn rest(&self) -> &str {
        &self.line.text[self.at..]
    }

    /// 第十三条 at the head of 第十三条 is no reference.
    fn skip_own_number(&mut self) {
        if let Some((number, length)) = address::leading(self.rest())
            && self.here.article_part().is_some_and(|own| number.article_part() == Some(own))
        {
            self.at = length.min(self.line.text.find('条').map_or(length, |it| it + '条'.len_utf8()));
        }
    }

    /// 《X》第九条, 《X》.
    fn titled(&mut self) {
        let start = self.at;
        let Some(close) = self.rest().find('》') else { return };
        let title = &self.line.text[start + '《'.len_utf8()..start + close];
        let scope = self.scope_of(title);
        let instrument = scope != Scope::Unclear || KINDS.iter().any(|kind| title.ends_with(kind));
        self.at = start + close + '》'.len_utf8();
        let end_of_title = self.at;
        if self.rest().starts_with("的第") {
            self.at += '的'.len_utf8();
        }
        if let Some((asked, length)) = address::leading(self.rest()) {
            self.at += length;
            self.scope = scope;
            self.push(start, scope, asked);
            return;
        }
        self.at = end_of_title;
        // Named without an article: a bare number after it may be its own or ours. Forms and books
        // (《入党志愿书》) have no articles that anybody could mean.
        if instrument {
            self.scope = if scope == Scope::Own { Scope::Own } else { Scope::Unclear };
        }
        if let Scope::Other(entry) = scope {
            let range = self.line.range(start, end_of_title);
            self.found.push(Mention { range, entry: Some(entry), asked: None, lost: false });
        }
    }

    fn scope_of(&self, title: &str) -> Scope {
        let whole = |it: &crate::search::names::Mention| it.start == 0 && it.end == title.len();
        match self.names.find(title).first().filter(|it| whole(it)).and_then(|it| it.entry) {
            Some(entry) => self.scope_of_entry(entry),
            None => Scope::Unclear,
        }
    }

    fn scope_of_entry(&self, entry: usize) -> Scope {
        if self.names.entry(entry).regulation_id == self.regulation_id { Scope::Own } else { Scope::Other(entry) }
    }

    /// 本条例第九条, 本条第二款.
    fn own(&mut self) {
        let start = self.at;
        let after = &self.rest()['本'.len_utf8()..];
        if let Some(kind) = KINDS.iter().find(|kind| after.starts_with(**kind)) {
            self.at += '本'.len_utf8() + kind.len();
            self.scope = Scope::Own;
            if let Some((asked, length)) = address::leading(self.rest()) {
                self.at += length;
                self.push(start, Scope::Own, asked);
            }
        } else if after.starts_with('条') && !after.starts_with("条线") {
            self.at += "本条".len();
            let Some(article) = self.here.article_part() else { return };
            if let Some((parts, length)) = address::leading_parts(self.rest()) {
                self.at += length;
                self.push(start, Scope::Own, article.child(&parts));
            }
        }
    }

    /// 前款, 前两款, 前条, 前项.
    fn preceding(&mut self) {
        let start = self.at;
        let after = &self.rest()['前'.len_utf8()..];
        let (back, skipped) = match after.chars().next() {
            Some('两' | '二') => (2, '两'.len_utf8()),
            Some('三') => (3, '三'.len_utf8()),
            _ => (1, 0),
        };
        let Some(unit) = after[skipped..].chars().next().filter(|c| matches!(c, '条' | '款' | '项')) else { return };
        let Some(mut asked) = self.before_here(unit, back) else { return };
        self.at += '前'.len_utf8() + skipped + unit.len_utf8();
        if let Some((parts, length)) = address::leading_parts(self.rest()) {
            self.at += length;
            asked = asked.child(&parts);
        }
        self.push(start, Scope::Own, asked);
    }

    /// The 条, 款 or 项 so many before this one.
    fn before_here(&self, unit: char, back: u32) -> Option<Address> {
        if unit == '条' {
            let (number, suffix) = self.here.article_number()?;
            // Before 第十条之一 stands 第十条, before 第十条之二 第十条之一.
            return match suffix.checked_sub(back) {
                Some(suffix) => Some(Address::article(number, suffix)),
                None if suffix == 0 => number.checked_sub(back).filter(|it| *it > 0).map(|it| Address::article(it, 0)),
                None => None,
            };
        }
        let letter = if unit == '款' { 'p' } else { 'i' };
        let steps: Vec<&str> = self.here.as_str().split('.').collect();
        let at = steps.iter().position(|step| step.starts_with(letter) && step[1..].parse::<u32>().is_ok())?;
        let number = steps[at][1..].parse::<u32>().ok()?.checked_sub(back).filter(|it| *it > 0)?;
        Some(Address::raw(steps[..at].join("."))).map(|above| above.child(&format!("{letter}{number}")))
    }

    /// 第十条, 第二款: whose they are depends on what came before.
    fn place(&mut self) {
        let start = self.at;
        if let Some((asked, length)) = address::leading(self.rest()) {
            let scope = if self.follows_unknown_name() { Scope::Unclear } else { self.scope };
            self.at += length;
            self.scope = scope;
            self.push(start, scope, asked);
        } else if let Some((parts, length)) = address::leading_parts(self.rest()) {
            let base = self.base_of_parts(&parts);
            self.at += length;
            if let Some((scope, article)) = base {
                self.push(start, scope, article.child(&parts));
            }
        }
    }

    /// The article, or its 款, that bare parts belong to: the one before in a list, else this article.
    fn base_of_parts(&self, parts: &str) -> Option<(Scope, Address)> {
        let Some((scope, last, end)) = &self.last else {
            // 款 counts within this article; a bare 第（三）项 within this 款.
            let own = self.scope == Scope::Own;
            let base = if parts.starts_with('p') { self.here.article_part() } else { paragraph_of(self.here) };
            return base.filter(|_| own).map(|it| (Scope::Own, it));
        };
        let joint = &self.line.text[*end..self.at];
        if JOINTS.contains(&joint) {
            let base = if parts.starts_with('p') { last.article_part() } else { paragraph_of(last) };
            return base.map(|it| (*scope, it));
        }
        // Not in the list: ours where the place before was ours too, else nobody can tell.
        let base = if parts.starts_with('p') { self.here.article_part() } else { paragraph_of(self.here) };
        base.filter(|_| *scope == Scope::Own && self.scope == Scope::Own).map(|it| (Scope::Own, it))
    }

    /// Whether the words before this place name an instrument that we don't know: 监察法第十五条.
    fn follows_unknown_name(&self) -> bool {
        let before = &self.line.text[..self.at];
        // The end of a place or of a clause is no name; 本条例 and 《…》 have read their own places.
        KINDS.iter().any(|kind| before.ends_with(kind))
    }

    /// 党章第九条: a known name without book marks.
    fn named(&mut self) {
        let start = self.at;
        let Some(&(_, end, entry)) = self.bare.iter().find(|it| it.0 == start) else { return };
        let name = &self.line.text[start..end];
        let before = self.line.text[..start].chars().next_back();
        if KINDS[..7].contains(&name) || before.is_some_and(|c| !BEFORE_NAME.contains(c)) {
            return;
        }
        self.at = end;
        let scope = entry.map_or(Scope::Unclear, |it| self.scope_of_entry(it));
        if let Some((asked, length)) = address::leading(self.rest()) {
            self.at += length;
            self.scope = scope;
            self.push(start, scope, asked);
        } else if scope != Scope::Own {
            self.scope = Scope::Unclear;
        }
    }

    fn push(&mut self, start: usize, scope: Scope, asked: Address) {
        self.last = Some((scope, asked.clone(), self.at));
        let entry = match scope {
            Scope::Other(entry) => Some(entry),
            _ => None,
        };
        let lost = scope == Scope::Unclear;
        let range = self.line.range(start, self.at);
        self.found.push(Mention { range, entry, asked: (!lost).then_some(asked), lost });
    }
}

/// The 款 of a place, or its article where it names none.
fn paragraph_of(place: &Address) -> Option<Address> {
    let article = place.article_part()?;
    let second = place.as_str().split('.').nth(1).filter(|step| step.starts_with('p'));
    Some(second.map_or(article.clone(), |step| article.child(step)))
}

#[cfg(test)]
mod tests;
