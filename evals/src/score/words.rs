//! The words of an answer, what it cites, and which version it speaks of.

use knowledge::answer::model::{Answer, State};
use measure::{
    metrics::{answer as points, citation, number, quote, support, version},
    run::Fraction,
};

use super::{
    Sheet,
    found::{piece, title},
};
use crate::suite::{Case, Evidence, Kind};

/// Code of the note that another version exists.
const VERSION_NOTE: &str = "VERSION_NOTE";

/// Scores `answer`; `question` is what was typed last.
pub(super) fn judge(case: &Case, answer: &Answer, question: &str, sheet: &mut Sheet) {
    let grounded = answer.state == State::Grounded;
    if !case.evidence.is_empty() {
        citations(case, answer, sheet);
        versions(case, answer, sheet);
    } else if case.version_note {
        let noted = has_note(answer);
        sheet.check("version_correct", noted, || "没有说明版本差异".to_owned());
    }
    if grounded && !case.evidence.is_empty() {
        let sources: Vec<&str> = answer.citations.iter().map(|it| it.text.as_str()).collect();
        sheet.add("quote_verbatim", quote::verbatim(&answer.text, &sources));
        sheet.add("quote_present", quote::present(&answer.text, &sources));
        let named: Vec<support::Source<'_>> =
            answer.citations.iter().map(|it| support::Source { label: &it.label, text: &it.text }).collect();
        sheet.add("sentence_unsupported", support::unsupported(&answer.text, &named));
        let altered = quote::wrong(&answer.text, &sources);
        let alone = support::unsupported_claims(&answer.text, &named);
        sheet.problems(altered.iter().map(|it| format!("引文与出处不一致：“{it}”")));
        sheet.problems(alone.iter().map(|it| format!("这一句没有依据：{it}")));
    }
    content(case, answer, question, sheet);
}

/// What has to be said and what may not be.
fn content(case: &Case, answer: &Answer, question: &str, sheet: &mut Sheet) {
    let said = said(answer);
    sheet.add("answer_contains", points::contains(&said, &case.must_include));
    sheet.problems(
        case.must_include.iter().filter(|it| !points::holds(&said, it)).map(|point| format!("没有说到“{point}”")),
    );
    sheet.add("wrong_words", points::wrong_words(&answer.text, &case.must_exclude));
    sheet.problems(
        case.must_exclude
            .iter()
            .filter(|it| points::holds(&answer.text, it))
            .map(|point| format!("说了不该说的“{point}”")),
    );
    sheet.add("number_exact", number::exact(&said, question, &case.numbers));
    if !case.numbers.is_empty() {
        let numbers = number::check(&said, question, &case.numbers);
        sheet.problems(numbers.missing.iter().map(|it| format!("缺少数字“{it}”")));
        sheet.problems(numbers.wrong.iter().map(|it| format!("与应有数字矛盾的“{it}”")));
    }
    if let Some(reference) = case.answer.as_ref().filter(|_| case.kind != Kind::NoMatch) {
        // The lead alone: the provisions that follow it are quoted whole and would drown it.
        sheet.add("answer_f1", points::f1(lead(&answer.text), std::slice::from_ref(reference)));
    }
}

fn citations(case: &Case, answer: &Answer, sheet: &mut Sheet) {
    let mut precise = 0;
    let mut reached = vec![false; case.evidence.len()];
    for it in &answer.citations {
        let pieces: Vec<usize> = (0..case.evidence.len())
            .filter(|at| {
                let evidence = &case.evidence[*at];
                let cited = citation::Cited {
                    title: title(evidence, &it.title, it.regulation_id.as_deref()),
                    address: it.address.as_deref(),
                    text: &it.text,
                };
                is_version(evidence, it.version.as_ref()) && citation::matches(&cited, &piece(evidence))
            })
            .collect();
        precise += usize::from(!pieces.is_empty());
        for at in pieces {
            reached[at] = true;
        }
    }
    let recalled = reached.iter().filter(|it| **it).count();
    sheet.add("citation_precision", Fraction::new(precise as f64, answer.citations.len() as f64));
    sheet.add("citation_recall", Fraction::new(recalled as f64, reached.len() as f64));
    if recalled == 0 {
        sheet.problem("没有引用任何一条依据".to_owned());
    }
}

fn is_version(evidence: &Evidence, cited: Option<&String>) -> bool {
    evidence.version.as_ref().is_none_or(|wanted| cited == Some(wanted))
}

/// Judged where an answer cites something, and always where the version is what the case is about.
fn versions(case: &Case, answer: &Answer, sheet: &mut Sheet) {
    let asked = case.version.is_some() || case.version_note;
    if answer.citations.is_empty() && !asked {
        return;
    }
    let cited: Vec<version::Validity> =
        answer.citations.iter().map(|it| version::Validity { from: it.effective_on, until: it.ended_on }).collect();
    let day = case.as_of;
    let note = case.version_note.then_some(true);
    let (held, noted) = (version::correct(&cited, day, None, false), has_note(answer));
    // A version that the case names may be another than that of its day: then the name decides.
    let right = match &case.version {
        Some(label) => {
            let of_case = answer.citations.iter().filter(|it| {
                case.evidence
                    .iter()
                    .any(|evidence| title(evidence, &it.title, it.regulation_id.as_deref()) == evidence.title)
            });
            let mut labels = of_case.map(|it| it.version.as_deref()).peekable();
            labels.peek().is_some()
                && labels.all(|it| it == Some(label.as_str()))
                && note.is_none_or(|due| due == noted)
        }
        None => version::correct(&cited, day, note, noted).num > 0.0,
    };
    sheet.check("version_correct", right, || match (&case.version, note, noted) {
        (Some(label), ..) if !answer.citations.is_empty() => format!("所引不是 {label} 版，或没有说明版本差异"),
        (_, Some(true), false) if held.num > 0.0 => "没有说明版本差异".to_owned(),
        _ => format!("所引的规定在 {day} 不是现行有效"),
    });
}

fn has_note(answer: &Answer) -> bool {
    answer.notices.iter().any(|it| it.code == VERSION_NOTE)
}

/// The answer with the texts that it cites and their names.
fn said(answer: &Answer) -> String {
    let cited = answer.citations.iter().map(|it| format!("{}\n{}", it.label, it.text));
    std::iter::once(answer.text.clone()).chain(cited).collect::<Vec<_>>().join("\n")
}

/// The first paragraph.
fn lead(text: &str) -> &str {
    text.trim_start().split("\n\n").next().unwrap_or_default()
}

/// Whether a kind is judged by the words of its answer.
pub(super) const fn counts(kind: Kind) -> bool {
    matches!(kind, Kind::Answer | Kind::NoMatch | Kind::Refusal | Kind::Multiturn)
}
