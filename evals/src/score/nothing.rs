//! The figures of a case on which the system failed.

use std::collections::BTreeMap;

use measure::{
    metrics::{Better, metric, retrieval::evidence_figures},
    run::Fraction,
};

use super::{Sheet, turns, words};
use crate::suite::{Case, Kind};

/// Nothing of everything that the case judges. Figures of which less is better are left out: a system that
/// says nothing says nothing wrong, and must not look better for it.
pub(super) fn figures(case: &Case, depth: usize) -> BTreeMap<String, Fraction> {
    let mut sheet = Sheet::default();
    for (name, _) in evidence_figures(&[], case.evidence.len()) {
        if depth >= 100 || !name.ends_with("_100") {
            sheet.add(name, Fraction::of_one(0.0));
        }
    }
    let none_of = |count: usize| Fraction::new(0.0, count as f64);
    match case.kind {
        Kind::Answer => {
            sheet.add("state_correct", none_of(1));
            sheet.add("citation_recall", none_of(case.evidence.len()));
        }
        Kind::NoMatch => {
            sheet.add("state_correct", none_of(1));
            sheet.decide("abstain", true, false);
        }
        Kind::Refusal => {
            sheet.add("state_correct", none_of(1));
            sheet.add("code_correct", none_of(1));
            sheet.decide("refusal", true, false);
        }
        Kind::Ordinary => sheet.add("state_correct", none_of(1)),
        Kind::Multiturn => {
            let judged = case.turns.iter().filter(|it| turns::is_judged(it)).count();
            sheet.add("state_correct", none_of(case.turns.len()));
            sheet.add("asked_back", none_of(case.turns.len()));
            sheet.add("condensed", none_of(judged));
            sheet.add("citation_recall", none_of(case.evidence.len()));
        }
        Kind::Address | Kind::Retrieval | Kind::Passage | Kind::Indirect => {}
    }
    if words::counts(case.kind) {
        sheet.add("answer_contains", none_of(case.must_include.len()));
        sheet.add("number_exact", none_of(usize::from(!case.numbers.is_empty())));
        sheet.add("answer_f1", none_of(usize::from(case.answer.is_some() && case.kind != Kind::NoMatch)));
        sheet.add("version_correct", none_of(usize::from(case.version.is_some() || case.version_note)));
    }
    sheet.figures.retain(|name, _| metric(name).is_some_and(|it| it.better == Better::Higher));
    sheet.figures
}
