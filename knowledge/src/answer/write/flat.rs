//! A model's sentence without anything that acts: no headings, lists, links, HTML, addresses.

use crate::answer::{sentences, verify};

/// Longest HTML tag that is taken for one, in bytes.
const LONGEST_TAG: usize = 300;

/// `sentence` as plain words with marks `[n]`. What is left of Markdown and HTML signs becomes harmless
/// full-width twins.
pub fn flat(sentence: &str) -> String {
    // The verifier's note is nobody else's: a model that writes it itself would vouch for nothing.
    let text = without_tags(&sentence.replace(sentences::UNSUPPORTED, ""));
    let text = without_links(&text);
    let text = without_addresses(&text);
    let text: String = text.chars().filter(|c| !matches!(c, '*' | '`' | '_' | '~' | '\n')).collect();
    let text = half_width_marks(text.trim_start_matches(|c: char| c.is_whitespace() || "#>-+=|•·".contains(c)).trim());
    let (mut shown, mut at) = (String::with_capacity(text.len()), 0);
    for (mark, _) in sentences::marks(&text) {
        shown.push_str(&verify::plain(&text[at..mark.start]));
        shown.push_str(&text[mark.clone()]);
        at = mark.end;
    }
    shown.push_str(&verify::plain(&text[at..]));
    shown
}

/// `<b>`, `</p>`, `<!-- … -->`; a `<` before anything else stays.
fn without_tags(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('<') {
        kept.push_str(&rest[..at]);
        let inside = &rest[at + 1..];
        let tag = inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let length = inside.find('>').filter(|length| tag && *length < LONGEST_TAG);
        if length.is_none() {
            kept.push('<');
        }
        rest = length.map_or(inside, |it| &inside[it + 1..]);
    }
    kept.push_str(rest);
    kept
}

/// `[words](address)` and `![words](address)` become words; `[1](address)` becomes the mark `[1]`.
fn without_links(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(middle) = rest.find("](") {
        let (Some(open), Some(length)) = (rest[..middle].rfind('['), rest[middle..].find(')')) else { break };
        let words = &rest[open + 1..middle];
        let before = &rest[..open];
        kept.push_str(before.strip_suffix('!').unwrap_or(before));
        if !words.is_empty() && words.bytes().all(|c| c.is_ascii_digit()) {
            kept.push_str(&rest[open..=middle]);
        } else {
            kept.push_str(words);
        }
        rest = &rest[middle + length + 1..];
    }
    kept.push_str(rest);
    kept
}

/// Takes away `http://…` and `www.…` up to the first character that stands in no address.
fn without_addresses(text: &str) -> String {
    let mut kept = text.to_owned();
    while let Some(at) = ["://", "www."].iter().filter_map(|it| kept.find(it)).min() {
        let head = &kept[..at];
        let start = head.len() - head.chars().rev().take_while(char::is_ascii_alphanumeric).count();
        let tail = &kept[at..];
        let end = tail.find(|c: char| !c.is_ascii_graphic() || "\"<>[]`".contains(c)).unwrap_or(tail.len());
        kept.replace_range(start..at + end, "");
    }
    kept
}

/// 【1】 and ［1］ are marks that some models write.
fn half_width_marks(text: &str) -> String {
    let mut kept = text.to_owned();
    for (open, close) in [('【', '】'), ('［', '］')] {
        let mut at = 0;
        while let Some(start) = kept[at..].find(open).map(|it| at + it) {
            let inside = &kept[start + open.len_utf8()..];
            let digits = inside.len() - inside.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            at = start + open.len_utf8();
            if digits > 0 && inside[digits..].starts_with(close) {
                let mark = format!("[{}]", &inside[..digits]);
                kept.replace_range(start..at + digits + close.len_utf8(), &mark);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_is_left() {
        for (given, expected) in [
            ("## 预备期为**一年**[1]。", "预备期为一年[1]。"),
            ("> - 见[这里](javascript:alert(1))。", "见这里)。"),
            ("预备期一年[1](http://a.example/x)。", "预备期一年[1]。"),
            ("![图](data:x)请看。", "图请看。"),
            ("<b onclick=\"x()\">预备期</b>一年<!-- 注 -->。", "预备期一年。"),
            ("<script>alert(1)</script>好。", "alert(1)好。"),
            ("1<2，a&b。", "1＜2，a＆b。"),
            ("请访问https://evil.example/a?b=c，领取。", "请访问，领取。"),
            ("见www.evil.example领取。", "见领取。"),
            ("预备期一年【1】［2］[3]。", "预备期一年[1][2][3]。"),
            ("[注] 甲。", "［注］ 甲。"),
            ("| 甲 | 乙 |", "甲 ｜ 乙 ｜"),
            ("（未找到依据）预备期一年。", "预备期一年。"),
            ("---", ""),
        ] {
            assert_eq!(flat(given), expected, "{given}");
            assert_eq!(flat(expected), expected);
        }
    }
}
