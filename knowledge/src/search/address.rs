//! Questions that name an article: 《党章》第九条, 党员教育管理条例32条, 第十三条第二款第（三）项.

use unicode_normalization::UnicodeNormalization as _;

use crate::{regulation::Address, text::numerals};

/// One place named in a question: an instrument, if one is named, and an address in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Article, with 款, 项 and 目 as far as they are named.
    pub address: Address,
    /// Byte range in the NFKC form of the question.
    pub start: usize,
    /// End of the range.
    pub end: usize,
}

/// The question in the form that [`named`] and the directory work on: NFKC without white space.
pub fn compact(question: &str) -> String {
    question.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// Every article that `question` (see [`compact`]) names, in order.
///
/// 第 may be missing before an Arabic number (32条) but not before a Chinese one: 三条措施 names no article.
pub fn named(question: &str) -> Vec<Named> {
    read(question, false)
}

/// As [`named`], for what directly follows the name of an instrument: there 党章二十条 names an article too.
pub fn named_after(rest: &str) -> Vec<Named> {
    read(rest, true)
}

/// The article that `rest` (see [`compact`]) begins with, with the length of its words in bytes. 第 must stand.
pub fn leading(rest: &str) -> Option<(Address, usize)> {
    // A closure, for the method's own lifetime is too narrow.
    let read = |it: &mut Reader<'_>| -> Option<Address> { it.article() };
    if rest.starts_with('第') { read_first(rest, read) } else { None }
}

/// The 款, 项 and 目 that `rest` begins with, as steps below an article (`p2.i3`), with the length of
/// their words in bytes. 第 must stand.
pub fn leading_parts(rest: &str) -> Option<(String, usize)> {
    let (parts, end) = if rest.starts_with('第') { read_first(rest, |it| Some(it.parts())) } else { None }?;
    (!parts.is_empty()).then(|| (parts.join("."), end))
}

/// Reads at the very beginning; gives what was read and where it ended.
fn read_first<T>(rest: &str, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<(T, usize)> {
    // No address is longer than this; the rest of a long text need not be looked at.
    let chars: Vec<(usize, char)> = rest.char_indices().take(64).collect();
    let length = chars.last().map_or(0, |(at, c)| at + c.len_utf8());
    let mut reader = Reader { chars: &chars, at: 0, length, after_name: false };
    read(&mut reader).map(|found| (found, reader.position()))
}

fn read(question: &str, after_name: bool) -> Vec<Named> {
    let chars: Vec<(usize, char)> = question.char_indices().collect();
    let mut reader = Reader { chars: &chars, at: 0, length: question.len(), after_name };
    let mut found = Vec::new();
    while reader.at < chars.len() {
        let start = reader.at;
        if let Some(address) = reader.article() {
            found.push(Named { address, start: chars[start].0, end: reader.position() });
        } else {
            reader.at = start + 1;
        }
    }
    found
}

struct Reader<'a> {
    chars: &'a [(usize, char)],
    at: usize,
    length: usize,
    /// The first character follows the name of an instrument.
    after_name: bool,
}

impl Reader<'_> {
    fn position(&self) -> usize {
        self.chars.get(self.at).map_or(self.length, |it| it.0)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.chars.get(self.at).is_some_and(|it| it.1 == wanted);
        self.at += usize::from(found);
        found
    }

    fn number(&mut self) -> Option<u32> {
        let start = self.at;
        while self.chars.get(self.at).is_some_and(|it| numerals::is_numeral(it.1)) {
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().map(|it| it.1).collect();
        numerals::parse(&text).filter(|it| (1..10_000).contains(it))
    }

    /// Runs `read`; where it fails nothing was read.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let result = read(self);
        if result.is_none() {
            self.at = start;
        }
        result
    }

    fn article(&mut self) -> Option<Address> {
        let before = self.at.checked_sub(1).and_then(|it| self.chars.get(it)).map(|it| it.1);
        let (number, suffix) = self.attempt(|it| {
            let marked = it.eat('第');
            let arabic = it.chars.get(it.at).is_some_and(|c| c.1.is_ascii_digit());
            let named = it.after_name && it.at == 0;
            if !marked && !named && (!arabic || before.is_some_and(|c| c.is_ascii_digit() || c == '第')) {
                return None;
            }
            let number = it.number()?;
            if !it.eat('条') {
                return None;
            }
            // 7条措施 and 9条建议 count things; an article is followed by its parts, a particle or a stop.
            if !marked && it.chars.get(it.at).is_some_and(|c| matches!(c.1, '措' | '建' | '意' | '路' | '线' | '经'))
            {
                return None;
            }
            let suffix = it.attempt(|it| if it.eat('之') { it.number() } else { None }).unwrap_or(0);
            Some((number, suffix))
        })?;
        Some(self.parts().iter().fold(Address::article(number, suffix), |address, step| address.child(step)))
    }

    /// 款, 项 and 目 as far as they are named, as steps.
    fn parts(&mut self) -> Vec<String> {
        let mut steps = Vec::new();
        if let Some(paragraph) = self.part(&['款']) {
            steps.push(format!("p{paragraph}"));
        }
        if let Some(item) = self.part(&['项']).or_else(|| self.bracketed()) {
            steps.push(format!("i{item}"));
        }
        if let Some(subitem) = self.part(&['目']) {
            steps.push(format!("s{subitem}"));
        }
        steps
    }

    /// (二) without 项, as in 第四条(二).
    fn bracketed(&mut self) -> Option<u32> {
        self.attempt(|it| {
            let number = if it.eat('(') { it.number() } else { None };
            number.filter(|_| it.eat(')'))
        })
    }

    /// 第二款, 2款, 第(三)项, (三)项 …
    fn part(&mut self, names: &[char]) -> Option<u32> {
        self.attempt(|it| {
            it.eat('的');
            it.eat(',');
            it.eat('第');
            let open = it.eat('(');
            let number = it.number()?;
            if open && !it.eat(')') {
                return None;
            }
            names.iter().any(|name| it.eat(*name)).then_some(number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(question: &str) -> Vec<String> {
        named(&compact(question)).into_iter().map(|it| it.address.to_string()).collect()
    }

    #[test]
    fn articles_are_read_however_they_are_written() {
        for (question, expected) in [
            ("《党章》第九条", "a9"),
            ("党员教育管理条例32条", "a32"),
            ("第十三条第二款第（三）项", "a13.p2.i3"),
            ("第 13 条第 1 款第 (三) 项", "a13.p1.i3"),
            ("发展党员工作细则第１３条", "a13"),
            ("纪律处分条例第一百三十三条之一说什么", "a133-1"),
            ("第十三条的第二款", "a13.p2"),
            ("第十三条（三）项", "a13.i3"),
            ("第四条（二）", "a4.i2"),
        ] {
            assert_eq!(addresses(question), [expected], "{question}");
        }
        assert_eq!(addresses("党章第五条和第六条有什么不同"), ["a5", "a6"]);
        assert_eq!(named_after("二十条第(五)项")[0].address.to_string(), "a20.i5");
    }

    #[test]
    fn counted_things_are_no_articles() {
        for question in ["三条措施", "出台7条措施", "一条腿", "第三章", "2024年", ""] {
            assert!(addresses(question).is_empty(), "{question}");
        }
    }
}
