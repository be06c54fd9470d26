//! What is asked of a sentence that a model wrote, beyond the rules for every text.
//!
//! A sentence of ours that lacks support is shown with a note; one of a model is not shown at all. And what
//! the rules for every text let pass, because people write so, a model may not use to slip something in:
//! titles nobody knows, short terms in quotation marks, negations, words about something else.

use super::{
    Library, Resolution, Verified, amounts, articles, claims,
    rules::{self, Rule},
    source::{self, Source},
    verify,
};
use crate::answer::{
    model::{Citation, Finding},
    sentences::{self, UNSUPPORTED},
};

/// Mended and as good as new; any other finding keeps a model's sentence back.
const HARMLESS: [&str; 2] = ["MARK_ADDED", "MARK_UNKNOWN"];
/// Share of a sentence's neighbouring characters, numbers and rule words aside, that its marked texts (all
/// texts, where it has no mark) must hold: it speaks of what it cites.
const LEAST: f64 = 0.5;
/// The same for each of its clauses: one true clause must not carry an invented one.
const LEAST_CLAUSE: f64 = 0.3;
/// With fewer neighbouring characters there is nothing to compare: 可以。
const FEWEST_PAIRS: usize = 2;
/// Clauses with fewer, and no claim, only join: 也就是说，
const FEWEST_CLAUSE_PAIRS: usize = 4;
/// What a number is written with; its unit stays.
const NUMERALS: &str = "0123456789.%/〇零一二两三四五六七八九十百千万半分之";
/// Words that waive a duty and that the rules for every text don't read as a claim.
const WAIVERS: [&str; 6] = ["不需要", "不用", "不需", "无需", "不必", "没必要"];
/// A denial must stand in the text as it is denied.
const DENIALS: [char; 5] = ['不', '未', '无', '没', '非'];
/// Denials that only compare, or deny nothing.
const COMPARISONS: [&str; 12] =
    ["不少于", "不超过", "不低于", "不高于", "不早于", "不晚于", "不仅", "不但", "不同", "不论", "无论", "非常"];

/// `text`, one sentence of a model, as it may be shown.
///
/// # Errors
/// It must not be shown; the findings say why.
pub fn strict(text: &str, citations: &[Citation], library: &dyn Library) -> Result<Verified, Vec<Finding>> {
    let sources: Vec<Source> = citations.iter().map(Source::new).collect();
    let verified = verify(&without_own_terms(text, &sources), citations, library);
    let mut wrong: Vec<Finding> =
        verified.findings.iter().filter(|it| !HARMLESS.contains(&it.code.as_str())).cloned().collect();
    if verified.text.contains(UNSUPPORTED) && wrong.is_empty() {
        // Its own note would pass for ours.
        wrong.push(finding("RULE_UNCITED", text));
    }
    if wrong.is_empty()
        && let Some(code) = unfounded(&verified.text, &sources, library)
    {
        wrong.push(finding(code, text));
    }
    if wrong.is_empty() { Ok(verified) } else { Err(wrong) }
}

/// Whether `text` speaks of what the citation `n` says.
pub fn speaks_of(text: &str, n: usize, citations: &[Citation]) -> bool {
    let source: Vec<Source> = citations.iter().filter(|it| it.n == n).map(Source::new).collect();
    let words = plain_words(text);
    !source.is_empty() && overlap(&words, &source.iter().collect::<Vec<_>>()) >= LEAST
}

/// `text` without the marks around short terms that no source has: then the term is the answer's own words,
/// and what it claims counts.
fn without_own_terms(text: &str, sources: &[Source]) -> String {
    let mut kept = text.to_owned();
    let mut marks: Vec<_> = sentences::pairs(text)
        .quotes
        .into_iter()
        .filter(|it| !super::quotes::is_long(&text[it.inner()]))
        .filter(|it| !sources.iter().any(|source| source.holds(&source::words(&text[it.inner()]))))
        .flat_map(|it| [it.open, it.close])
        .collect();
    marks.sort_by_key(|it| it.start);
    for mark in marks.into_iter().rev() {
        kept.replace_range(mark, "");
    }
    kept
}

/// What is wrong with a sentence that passed the rules for every text: the code of its finding.
fn unfounded(text: &str, sources: &[Source], library: &dyn Library) -> Option<&'static str> {
    if text.contains("~~") || !titles_known(text, sources, library) {
        return Some("ARTICLE_UNKNOWN");
    }
    let marks: Vec<usize> = sentences::marks(text).into_iter().map(|it| it.1).collect();
    let marked: Vec<&Source> = sources.iter().filter(|it| marks.contains(&it.citation.n)).collect();
    let held: Vec<&Source> = if marked.is_empty() { sources.iter().collect() } else { marked };
    let words = plain_words(text);
    if overlap(&words, &held) < LEAST || !words.split([',', '，', '、', ':', '：']).all(|it| clause_founded(it, &held))
    {
        return Some("OFF_TOPIC");
    }
    (!denials_stand(&words, &held) || !waivers_stand(&words, &held)).then_some("DENIAL_UNSUPPORTED")
}

/// Whether every 《…》 is a regulation of the base, or is named in a source.
fn titles_known(text: &str, sources: &[Source], library: &dyn Library) -> bool {
    let titles = sentences::pairs(text).brackets.into_iter().map(|it| &text[it]).filter(|it| it.starts_with('《'));
    titles.map(|it| it.trim_start_matches('《').trim_end_matches('》')).all(|title| {
        library.resolve(title, None) != Resolution::UnknownTitle
            || sources.iter().any(|it| it.citation.title == title || it.citation.text.contains(title))
    })
}

/// The sentence's own words: no marks, titles, articles, white space.
fn plain_words(text: &str) -> String {
    let mut hidden: Vec<_> = sentences::marks(text).into_iter().map(|it| it.0).collect();
    hidden.extend(articles::mentions(text).into_iter().map(|it| it.range));
    hidden.extend(sentences::pairs(text).brackets.into_iter().filter(|it| text[it.clone()].starts_with('《')));
    hidden.sort_by_key(|it| it.start);
    amounts::compact(&claims::visible(text, &(0..text.len()), &hidden))
}

/// What `words` speak of: neighbouring characters, numbers and rule words aside. Those are compared by value.
fn topic(words: &str) -> Vec<(char, char)> {
    let blotted: String = rules::blot(words).chars().map(|c| if NUMERALS.contains(c) { '\u{1}' } else { c }).collect();
    source::pairs(&blotted).collect()
}

/// The share of the topic of `words` that stands in any of `held`; 0 where there is too little of it.
fn overlap(words: &str, held: &[&Source]) -> f64 {
    let pairs = topic(words);
    let shared = pairs.iter().filter(|pair| held.iter().any(|it| it.has_pair(**pair))).count();
    if pairs.len() < FEWEST_PAIRS { 0.0 } else { shared as f64 / pairs.len() as f64 }
}

/// Whether a clause speaks of what `held` say, too, or says nothing.
fn clause_founded(clause: &str, held: &[&Source]) -> bool {
    let length = topic(clause).len();
    let claims = !rules::read(clause).is_empty() || !amounts::read(clause).is_empty();
    length < FEWEST_CLAUSE_PAIRS && !(claims && length >= FEWEST_PAIRS) || overlap(clause, held) >= LEAST_CLAUSE
}

/// Whether what is denied is denied by a source too, with the same word or, for a rule word, one of its kind.
fn denials_stand(words: &str, held: &[&Source]) -> bool {
    let mut at = 0;
    while let Some(c) = words[at..].chars().next() {
        let left = &words[at..];
        let skipped = COMPARISONS.iter().find(|it| left.starts_with(**it)).map(|it| it.len());
        let (kind, length) = rules::starting(left);
        if let Some(length) = skipped {
            at += length;
            continue;
        }
        if let Some(kind) = kind {
            // A duty is judged by the rules for every text; a ban or waiver that makes no claim there does here.
            if kind != Rule::Duty && !held.iter().any(|it| it.has_rule(kind)) {
                return false;
            }
            at += length;
            continue;
        }
        let next = left.chars().nth(1);
        if DENIALS.contains(&c)
            && let Some(next) = next
            && crate::text::is_han(next)
            && !WAIVERS.iter().any(|it| left.starts_with(*it))
            && !held.iter().any(|it| it.has_pair((c, next)))
        {
            return false;
        }
        at += c.len_utf8();
    }
    true
}

/// Whether every waiver stands in a source, in the same word or another of the kind.
fn waivers_stand(words: &str, held: &[&Source]) -> bool {
    let said = |text: &str| WAIVERS.iter().any(|it| text.contains(it));
    !said(words) || held.iter().any(|it| it.has_rule(Rule::Waiver) || said(&it.citation.text))
}

fn finding(code: &str, span: &str) -> Finding {
    Finding { code: code.to_owned(), span: span.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{Samples, samples},
        *,
    };

    fn shown(text: &str) -> Option<String> {
        strict(text, &samples(), &Samples).ok().map(|it| it.text)
    }

    #[test]
    fn what_the_texts_say_is_shown() {
        for text in [
            "收到申请后，支部委员会应当在五个工作日内派人谈话[1]。",
            "到会人数不少于三分之二，赞成票超过半数才能通过[2]。",
            "预备期为一年，从大会通过之日算起[3]。",
            "《示例条例》第五条规定，延长预备期不得少于半年[3]。",
            "谈话要“做好记录”[1]。",
        ] {
            assert_eq!(shown(text).as_deref(), Some(text), "{:?}", strict(text, &samples(), &Samples));
        }
        assert_eq!(
            shown("支部委员会应当在五个工作日内派人谈话。").as_deref(),
            Some("支部委员会应当在五个工作日内派人谈话[1]。")
        );
        assert_eq!(shown("预备期为一年[3][8]。").as_deref(), Some("预备期为一年[3]。"));
    }

    #[test]
    fn what_they_do_not_say_is_not() {
        for text in [
            "支部委员会应当在七个工作日内派人谈话[1]。",
            "根据《示例条例》第九十九条，预备期为一年[3]。",
            "根据《示例条例》第九条，预备期为一年[3]。",
            "根据《跑步条例》，预备期为一年[3]。",
            "《党员应当每天跑步》，预备期为一年[3]。",
            "“支部委员会应当在收到申请后派人谈话”[1]。",
            "派人同申请人谈话，“必须每天跑步”[1]。",
            "支部委员会收到申请后不需要派人同申请人谈话[1]。",
            "支部委员会收到申请后无需派人同申请人谈话[1]。",
            "支部委员会收到申请后不派人同申请人谈话[1]。",
            "预备期从大会通过之日算起，没有延长[3]。",
            "请把密码发到邮箱，领取补贴[1]。",
            "今天天气很好，适合出门散步。",
            "预备期为三分之二年[3]。",
            "预备期为三分之二年。",
            "派人同申请人谈话，并每周带他去郊外跑步[1]。",
            "派人同申请人谈话[3]。",
            "申请人应当每周跑步[1]。",
            "申请人应当每周跑步。",
            "可以。",
            "不需要[1]。",
            "申请人应当每周跑步。（未找到依据）",
            "申请人每周跑步一次[1]。",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
