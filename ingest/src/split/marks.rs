//! What the first characters of a line say: 第三章, 第五条, （一）, 1., ①, 附件2, 一、.
//!
//! Each reader here looks at one line alone and errs on the side of plain text: whether a number
//! fits its place is decided later, where its neighbours are known.

use knowledge::text::numerals;

use super::lines::compact;

/// Longest heading of a chapter or an attachment, in characters.
const LONGEST_HEADING: usize = 50;

/// A division above the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Division {
    /// 编
    Part,
    /// 分编
    Subpart,
    /// 章
    Chapter,
    /// 节
    Section,
}

/// How the number of an item is written; a style is a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// 一、
    Comma,
    /// （一）
    ChineseBracket,
    /// 1.
    Dot,
    /// （1）
    ArabicBracket,
    /// ①
    Circle,
}

/// An item's number at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ItemMark {
    pub style: Style,
    pub number: u32,
    /// Bytes up to the item's words.
    pub length: usize,
}

/// Reads 第`number`, spaces allowed in it; gives the number and what follows.
pub(crate) fn ordinal(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix('第')?.trim_start();
    let end = rest.find(|c: char| !numerals::is_numeral(c)).unwrap_or(rest.len());
    let number = numerals::parse(&rest[..end])?;
    Some((number, rest[end..].trim_start()))
}

/// Reads a heading such as 第三章　发展对象 or 第 二 节. A sentence that only begins with such words
/// (第二章规定的程序，应当……。) is none.
pub(crate) fn division(text: &str) -> Option<(Division, u32)> {
    if !text.starts_with('第') || text.chars().nth(LONGEST_HEADING).is_some() {
        return None;
    }
    let (number, rest) = ordinal(text)?;
    let (division, title) =
        [("分编", Division::Subpart), ("编", Division::Part), ("章", Division::Chapter), ("节", Division::Section)]
            .into_iter()
            .find_map(|(word, division)| Some((division, rest.strip_prefix(word)?)))?;
    let sentence = title.contains(['。', '；', '：', ':', ';']) || is_reference(title.trim_start());
    let bare = !title.is_empty() && !title.starts_with(char::is_whitespace);
    let listed = bare && title.contains(['，', ',']);
    (!sentence && !listed).then_some((division, number))
}

/// Words that make 第二章…… a mention and not a heading.
fn is_reference(rest: &str) -> bool {
    ["规定", "所", "的", "第", "、", "，", "和第", "至第", "及第", "或者", "中"].iter().any(|cue| rest.starts_with(cue))
}

/// Reads the number of an item at the start of a line.
pub(crate) fn item(text: &str) -> Option<ItemMark> {
    let first = text.chars().next()?;
    match first {
        '（' | '(' => bracketed(text),
        '①'..='⑳' => {
            let length = first.len_utf8() + leading_space(&text[first.len_utf8()..]);
            Some(ItemMark { style: Style::Circle, number: first as u32 - '①' as u32 + 1, length })
        }
        _ if numerals::is_numeral(first) => numbered(text),
        _ => None,
    }
}

/// （一） ( 一 ) （1） but not （以下简称甲）.
fn bracketed(text: &str) -> Option<ItemMark> {
    let open = text.chars().next()?.len_utf8();
    let close = text.find(['）', ')']).filter(|at| *at < 40)?;
    let inside = text[open..close].trim();
    let number = numerals::parse(inside)?;
    let arabic = inside.starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    let style = if arabic { Style::ArabicBracket } else { Style::ChineseBracket };
    let after = close + text[close..].chars().next()?.len_utf8();
    Some(ItemMark { style, number, length: after + leading_space(&text[after..]) })
}

/// 1. 1． 1、 一、 but not 1.5万元 or 2018.10.1.
fn numbered(text: &str) -> Option<ItemMark> {
    let end = text.find(|c: char| !numerals::is_numeral(c))?;
    let separator = text[end..].chars().next()?;
    let after = end + separator.len_utf8();
    let arabic = text.starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    let style = match separator {
        '.' | '．' | '、' if arabic => Style::Dot,
        '、' => Style::Comma,
        _ => return None,
    };
    if end > 12 || text[after..].starts_with(numerals::is_numeral) {
        return None;
    }
    let number = numerals::parse(&text[..end])?;
    Some(ItemMark { style, number, length: after + leading_space(&text[after..]) })
}

/// Bytes of white space at the start.
fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The heading of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// Its number, where it carries one.
    pub number: Option<u32>,
}

/// Reads 附件, 附件2, 附录：…, 附表 1 at the start of a line. A sentence
/// that begins so (附件应当与正文一并报送。) is none.
pub(crate) fn attachment(text: &str) -> Option<Attachment> {
    let rest = ["附件", "附录", "附表"].iter().find_map(|word| text.strip_prefix(word))?.trim_start();
    if text.chars().nth(LONGEST_HEADING).is_some() {
        return None;
    }
    let end = rest.find(|c: char| !numerals::is_numeral(c)).unwrap_or(rest.len());
    let number = numerals::parse(&rest[..end]);
    let after = &rest[end..];
    let heads = after.is_empty()
        || after.starts_with(['：', ':', '.', '．', '、', '（', '('])
        || after.starts_with(char::is_whitespace);
    let spaced = text.len() > rest.len() + "附件".len();
    let sentence = after.ends_with(['。', '；']);
    (!sentence && (heads || (spaced && number.is_none()))).then_some(Attachment { number })
}

/// Whether the line is the heading of a text before the articles.
pub(crate) fn is_preamble(text: &str) -> bool {
    text.len() <= 30 && matches!(compact(text).as_str(), "总纲" | "序言" | "前言" | "导言" | "引言")
}

/// Whether the line is nothing but a day: 2026年5月11日, 二〇二六年五月十一日, perhaps in brackets.
pub(crate) fn is_day(text: &str) -> bool {
    if text.len() > 60 {
        return false;
    }
    let day = compact(text);
    let day = day.trim_matches(['（', '）', '(', ')']);
    let Some((year, rest)) = day.split_once('年') else { return false };
    let Some((month, rest)) = rest.split_once('月') else { return false };
    let Some(date) = rest.strip_suffix('日') else { return false };
    let reads = |number: &str, from: u32, to: u32| numerals::parse(number).is_some_and(|it| (from..=to).contains(&it));
    reads(year, 1900, 2200) && reads(month, 1, 12) && reads(date, 1, 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_from_sentences() {
        assert_eq!(division("第一章 总 则"), Some((Division::Chapter, 1)));
        assert_eq!(division("第 二 章　党员"), Some((Division::Chapter, 2)));
        assert_eq!(division("第三章发展对象的确定和考察"), Some((Division::Chapter, 3)));
        assert_eq!(division("第一分编　通则"), Some((Division::Subpart, 1)));
        assert_eq!(division("第6节 附则"), Some((Division::Section, 6)));
        for sentence in
            ["第二章规定的程序，由党委决定。", "第二章第三条", "第二章的规定", "第一条　甲", "第二章，第三章"]
        {
            assert_eq!(division(sentence), None, "{sentence}");
        }
    }

    #[test]
    fn items_are_told_from_figures() {
        let read = |text| item(text).map(|it| (it.style, it.number));
        assert_eq!(read("（一）甲"), Some((Style::ChineseBracket, 1)));
        assert_eq!(read("( 十二 ) 甲"), Some((Style::ChineseBracket, 12)));
        assert_eq!(read("(3)甲"), Some((Style::ArabicBracket, 3)));
        assert_eq!(read("1. 甲"), Some((Style::Dot, 1)));
        assert_eq!(read("２、甲"), Some((Style::Dot, 2)));
        assert_eq!(read("③ 甲"), Some((Style::Circle, 3)));
        assert_eq!(read("十一、甲"), Some((Style::Comma, 11)));
        for plain in ["1.5万元以上", "2018.10.1起", "（以下简称甲）", "三、五年内", "一般不得", "1", "（", "一"]
        {
            assert_eq!(read(plain), None, "{plain}");
        }
    }

    #[test]
    fn attachments_and_days() {
        let read = |text| attachment(text).map(|it| it.number);
        assert_eq!(read("附件"), Some(None));
        assert_eq!(read("附件2"), Some(Some(2)));
        assert_eq!(read("附件 1：登记表"), Some(Some(1)));
        assert_eq!(read("附件：登记表"), Some(None));
        assert_eq!(read("附则"), None);
        assert_eq!(read("附件应当与正文一并报送。"), None);
        assert!(is_day("二〇二六年 五月十一日") && is_day("（2026年5月11日）"));
        assert!(!is_day("2026年5月11日起施行") && !is_day("2026年13月1日"));
        assert!(is_preamble("总　纲") && !is_preamble("总纲要"));
    }
}
