//! What an answer cites, against the evidence of its case.
//!
//! A citation is evidence when the titles are equal and one of these holds:
//! - both lie in the same article (a citation of 第一款 for evidence in 第二款 leads to the right place);
//! - one address lies within the other, or they are equal (chapters, numbered points);
//! - the evidence quotes words, and they stand in the text cited, under [`text::normalize()`];
//! - the evidence is the document as a whole: neither address nor words.
//!
//! Titles must agree in every case: the same sentence in another instrument is another source.
//!
//! Source: citation precision and recall as in Gao et al., “Enabling large language models to generate text
//! with citations” (ALCE), 2023, with evidence spans in place of a judging model.

use text::normalize;

use crate::run::Fraction;

/// What an answer cites.
#[derive(Debug, Clone, Copy)]
pub struct Cited<'a> {
    /// Title of the instrument or document, with or without 《》.
    pub title: &'a str,
    /// Short address in it, e.g. `a13.p1`; `None` where it has none.
    pub address: Option<&'a str>,
    /// The words cited.
    pub text: &'a str,
}

/// What a case counts as its source.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Title of the instrument or document, with or without 《》.
    pub title: &'a str,
    /// Short address in it; `None` where the case doesn't say.
    pub address: Option<&'a str>,
    /// The words that answer; `None` where the case quotes none.
    pub span: Option<&'a str>,
}

/// Whether `cited` is this piece of evidence; the rule stands at the module.
pub fn matches(cited: &Cited<'_>, evidence: &Evidence<'_>) -> bool {
    if title(cited.title) != title(evidence.title) {
        return false;
    }
    let near = match (cited.address, evidence.address) {
        (Some(cited), Some(evidence)) => same_place(cited, evidence),
        _ => false,
    };
    let said = evidence.span.is_some_and(|span| holds(cited.text, span));
    near || said || (evidence.address.is_none() && evidence.span.is_none())
}

/// Numbers (from 0) of the pieces of `evidence` that `cited` is: one place of what
/// [`super::retrieval::evidence_figures`] takes.
pub fn held(cited: &Cited<'_>, evidence: &[Evidence<'_>]) -> Vec<usize> {
    (0..evidence.len()).filter(|piece| matches(cited, &evidence[*piece])).collect()
}

/// Whether `span` stands in `text`, under [`text::normalize()`]. A blank span stands nowhere.
pub fn holds(text: &str, span: &str) -> bool {
    let span = normalize(span);
    !span.is_empty() && normalize(text).contains(&span)
}

/// Share of the citations that are evidence: citations that match any piece, over all citations. Without
/// citations nothing is judged (0 of 0).
pub fn precision(cited: &[Cited<'_>], evidence: &[Evidence<'_>]) -> Fraction {
    let right = cited.iter().filter(|it| evidence.iter().any(|piece| matches(it, piece))).count();
    Fraction::new(right as f64, cited.len() as f64)
}

/// Share of the evidence that is cited: pieces matched by any citation, over all pieces. Without evidence
/// nothing is judged (0 of 0); without citations 0 of all.
pub fn recall(cited: &[Cited<'_>], evidence: &[Evidence<'_>]) -> Fraction {
    let reached = evidence.iter().filter(|piece| cited.iter().any(|it| matches(it, piece))).count();
    Fraction::new(reached as f64, evidence.len() as f64)
}

/// A title without what doesn't distinguish it.
fn title(text: &str) -> String {
    normalize(text.trim().trim_start_matches('《').trim_end_matches('》'))
}

/// Whether two addresses are equal, of one article, or one within the other.
fn same_place(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
    let same_article = match (article(one), article(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    };
    same_article || one == other || within(one, other) || within(other, one)
}

/// The article of an address, `a13` or `a13-1`; `None` for an address in no article.
fn article(address: &str) -> Option<&str> {
    let first = address.split('.').next()?;
    let number = first.strip_prefix('a')?;
    number.starts_with(|it: char| it.is_ascii_digit()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited<'a>(title: &'a str, address: &'a str, text: &'a str) -> Cited<'a> {
        Cited { title, address: (!address.is_empty()).then_some(address), text }
    }

    fn evidence<'a>(title: &'a str, address: &'a str, span: &'a str) -> Evidence<'a> {
        let some = |it: &'a str| (!it.is_empty()).then_some(it);
        Evidence { title, address: some(address), span: some(span) }
    }

    #[test]
    fn the_same_place_under_the_same_title_is_evidence() {
        for (title, address, expected) in [
            ("甲条例", "a13", true),
            ("《甲条例》", "a13.p2.i3", true),
            ("甲条例", "a13.p1", true),
            ("甲条例", "a1", false),
            ("甲条例", "a130", false),
            ("甲条例", "a13-1", false),
            ("甲条例", "c2", false),
            ("甲条例", "", false),
            ("乙条例", "a13", false),
        ] {
            let piece = evidence("甲条例", "a13.p2", "");
            assert_eq!(matches(&cited(title, address, "文"), &piece), expected, "{title} {address}");
        }
        // Outside articles only one within the other.
        for (address, expected) in [("c2", true), ("c2.s1.n4", true), ("c2.s2", false), ("c21", false)] {
            assert_eq!(matches(&cited("甲", address, "文"), &evidence("甲", "c2.s1", "")), expected, "{address}");
        }
    }

    #[test]
    fn words_are_evidence_wherever_the_instrument_is_cut() {
        let piece = evidence("甲通知", "", "公示时间不少于５个工作日");
        for (title, text, expected) in [
            ("甲通知", "经审查合格的，公示时间不少于 5个工作日。", true),
            ("甲通知", "公示时间不少于15个工作日。", false),
            ("乙通知", "公示时间不少于5个工作日。", false),
        ] {
            assert_eq!(matches(&cited(title, "", text), &piece), expected, "{title} {text}");
        }
        // A renumbered article is found by its words; a whole document by its title.
        assert!(matches(&cited("甲", "a14", "应当公示五日"), &evidence("甲", "a13", "应当公示")));
        assert!(matches(&cited("甲", "a14", "任何文字"), &evidence("甲", "", "")));
        assert!(!matches(&cited("甲", "", "任何文字"), &evidence("甲", "", " ")), "a blank span is no evidence");
    }

    #[test]
    fn precision_and_recall_by_hand() {
        let cites = [cited("甲", "a1", ""), cited("甲", "a1.p2", ""), cited("甲", "a9", ""), cited("乙", "a1", "")];
        let pieces = [evidence("甲", "a1", ""), evidence("丙", "a7", "")];
        // Two of four citations lie in 甲 a1; one of two pieces is reached.
        assert_eq!(precision(&cites, &pieces), Fraction::new(2.0, 4.0));
        assert_eq!(recall(&cites, &pieces), Fraction::new(1.0, 2.0));
        assert_eq!(cites.map(|it| held(&it, &pieces)), [vec![0], vec![0], vec![], vec![]]);
        assert_eq!(precision(&[], &pieces).value(), None);
        assert_eq!(recall(&[], &pieces), Fraction::new(0.0, 2.0));
        assert_eq!(recall(&cites, &[]).value(), None);
        assert_eq!(precision(&cites, &[]), Fraction::new(0.0, 4.0));
    }
}
