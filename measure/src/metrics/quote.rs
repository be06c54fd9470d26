//! Verbatim quotations: what an answer shows as the words of a source must be its words.
//!
//! A quotation is
//! - a line of a block quote (`> …`), each line by itself, since a quoted provision has one paragraph a line;
//! - what stands between “ ”, 「 」, 『 』 or two `"` outside block quotes, with a mark `[1]` behind it or not.
//!   Pairs are looked for within a paragraph; an inner pair belongs to the outer one; a mark that is never
//!   closed opens a quotation up to the paragraph's end.
//!
//! Left out are quotations with fewer than [`SHORTEST`] letters and digits: names and terms. A quotation is
//! verbatim when the whole of it stands in one source, in one piece, under [`text::normalize()`]: two true
//! fragments joined are no quotation. What belongs to the writing of the answer doesn't count: citation
//! marks, Markdown's `*` and `` ` ``, quotation marks around a block-quoted line, and punctuation at both
//! ends.
//!
//! Our own definition, after the quote checks of the design notes (an answer earns nothing by quoting
//! nothing: it adds 0 to numerator and denominator). It shares no code with the verifier of the product,
//! which it measures.

use text::{bare, normalize};

use super::words::{is_block_quote, without_marks};
use crate::run::Fraction;

/// Fewer letters and digits than this are a name or a term, not a quotation.
pub const SHORTEST: usize = 8;

/// Quotation marks in pairs.
const PAIRS: [(char, char); 4] = [('“', '”'), ('「', '」'), ('『', '』'), ('"', '"')];

/// Verbatim quotations over quotations in `answer`; 0 of 0 where it has none. `sources` are the whole texts
/// that the answer cites.
pub fn verbatim(answer: &str, sources: &[&str]) -> Fraction {
    let sources: Vec<String> = sources.iter().map(|it| normalize(it)).collect();
    let found = quotations(answer);
    let right = found.iter().filter(|it| stands(it, &sources)).count();
    Fraction::new(right as f64, found.len() as f64)
}

/// 1 of 1 where `answer` has at least one verbatim quotation, else 0 of 1: for answers that should rest on
/// sources, so that quoting nothing shows.
pub fn present(answer: &str, sources: &[&str]) -> Fraction {
    Fraction::of_one(if verbatim(answer, sources).num > 0.0 { 1.0 } else { 0.0 })
}

/// The quotations of `answer` that are not verbatim, as they stand there, for the report.
pub fn wrong(answer: &str, sources: &[&str]) -> Vec<String> {
    let sources: Vec<String> = sources.iter().map(|it| normalize(it)).collect();
    quotations(answer).into_iter().filter(|it| !stands(it, &sources)).collect()
}

/// The quotations of `answer`, without marks.
pub fn quotations(answer: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut paragraph = String::new();
    for line in answer.lines() {
        if is_block_quote(line) {
            found.append(&mut marked(&std::mem::take(&mut paragraph)));
            found.push(without_marks(line.trim_start().trim_start_matches(['>', ' '])));
        } else if line.trim().is_empty() {
            found.append(&mut marked(&std::mem::take(&mut paragraph)));
        } else {
            paragraph.push_str(line);
            paragraph.push('\n');
        }
    }
    found.append(&mut marked(&paragraph));
    found.retain(|it| bare(it).chars().count() >= SHORTEST);
    found
}

/// What stands between quotation marks in one paragraph, the outermost pairs.
fn marked(paragraph: &str) -> Vec<String> {
    let mut found = Vec::new();
    // The opening mark that is waited on: how to close it, how deep within its kind, and where it begins.
    let mut open: Option<(char, char, usize, usize)> = None;
    for (at, c) in paragraph.char_indices() {
        match &mut open {
            Some((_, closer, depth, start)) if c == *closer => {
                *depth -= 1;
                if *depth == 0 {
                    found.push(without_marks(&paragraph[*start..at]));
                    open = None;
                }
            }
            Some((opener, _, depth, _)) => *depth += usize::from(c == *opener),
            None => {
                let pair = PAIRS.iter().find(|it| it.0 == c);
                open = pair.map(|(opener, closer)| (*opener, *closer, 1, at + c.len_utf8()));
            }
        }
    }
    found.extend(open.map(|(_, _, _, start)| without_marks(&paragraph[start..])));
    found
}

/// Whether a quotation stands in one of the normalised `sources`.
fn stands(quotation: &str, sources: &[String]) -> bool {
    let plain: String = quotation.chars().filter(|it| !matches!(it, '*' | '`')).collect();
    let words = normalize(&plain);
    let words = words.trim_matches(|it: char| !it.is_alphanumeric());
    !words.is_empty() && sources.iter().any(|it| it.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "第七条　场地由所在社区登记，登记后五个工作日内答复。申请人应当说明“活动主题”和人数。";

    #[track_caller]
    fn of(answer: &str, num: f64, den: f64) {
        assert_eq!(verbatim(answer, &["别的来源。", SOURCE]), Fraction::new(num, den), "{:?}", quotations(answer));
    }

    #[test]
    fn words_of_the_source_are_verbatim() {
        of("规定：“场地由所在社区登记，登记后五个工作日内答复。”[1]", 1.0, 1.0);
        of(
            "**依据**\n\n《甲》第七条[1]\n\n> 第七条 场地由所在社区登记，登记后五个工作日内答复。\n> 申请人应当说明‘活动主题’和人数。[1]\n",
            2.0,
            2.0,
        );
        of("要「登记后五个工作日内答复」，也要\"申请人应当说明'活动主题'和人数\"。", 2.0, 2.0);
        // Width, a full stop at the end, emphasis and an inner pair of marks don't count.
        of("“申请人应当**说明‘活动主题’和人数**；”", 1.0, 1.0);
        of("> “登记后五个工作日内答复”", 1.0, 1.0);
        of("“申请人应当说明“活动主题”和人数”", 1.0, 1.0);
    }

    #[test]
    fn changed_or_joined_words_are_not() {
        of("“登记后五个工作曰内答复”", 0.0, 1.0);
        of("“登记后5个工作日内答复”", 0.0, 1.0);
        // Two true fragments, joined with and without dots, within a line, over lines, and across sources.
        of("“场地由所在社区登记申请人应当说明”", 0.0, 1.0);
        of("“场地由所在社区登记……申请人应当说明”", 0.0, 1.0);
        of("“场地由所在社区登记，\n登记后答复。申请人应当说明”", 0.0, 1.0);
        of("> 场地由所在社区登记。别的来源。", 0.0, 1.0);
        // Never closed: up to the end of the paragraph.
        of("“场地由所在社区登记，登记后三日内答复\n\n下一段。", 0.0, 1.0);
        assert_eq!(
            wrong("“登记后五个工作日内答复”和“登记后三个工作日内答复”[2]", &[SOURCE]),
            ["登记后三个工作日内答复"]
        );
    }

    #[test]
    fn nothing_quoted_is_nothing_judged() {
        of("", 0.0, 0.0);
        of("登记后五个工作日内答复。", 0.0, 0.0);
        // Eight letters are a quotation, seven a term; punctuation isn't counted.
        of("所谓“活动主题、活动主”，", 0.0, 0.0);
        of("所谓“活动主题、活动主题”，", 0.0, 1.0);
        assert_eq!(present("登记后五个工作日内答复。", &[SOURCE]), Fraction::of_one(0.0));
        assert_eq!(present("“登记后五个工作日内答复”", &[SOURCE]), Fraction::of_one(1.0));
        assert_eq!(present("“登记后九个工作日内答复”", &[SOURCE]), Fraction::of_one(0.0));
    }
}
