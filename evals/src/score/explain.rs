//! Everything that retrieval and answer said of themselves, for whoever wants to know why.

use knowledge::{answer::assistant::Reply, search::model::Retrieved};
use serde_json::{Value, json};

use crate::ask::Observed;

/// The explanation of a case: `retrieval` of the ranking that was judged, and `turns`, one for each reply.
///
/// Passages are left out (those found stand in the result), and so is whatever differs from run to run:
/// times, and the name of the index generation.
pub(super) fn explanation(observed: &Observed) -> Value {
    json!({
        "retrieval": observed.ranking.as_ref().map(retrieval),
        "turns": observed.replies.iter().map(turn).collect::<Vec<_>>(),
    })
}

fn retrieval(it: &Retrieved) -> Value {
    let qa = it.qa.as_ref().map(|qa| {
        json!({
            "id": qa.id,
            "question": qa.question,
            "similarity": plain(&qa.similarity),
            "evidence": qa.evidence,
            "missing": qa.missing,
        })
    });
    json!({
        "question": it.question,
        "searched": it.searched,
        "rewrites": plain(&it.rewrites),
        "as_of": it.as_of,
        "absent": plain(&it.absent),
        "route": plain(&it.route),
        "named": it.named,
        "gate": plain(&it.gate),
        "qa": qa,
        "degraded": it.degraded,
    })
}

fn turn(it: &Reply) -> Value {
    let answer = &it.answer;
    let written = answer.written.as_ref().map(|written| {
        json!({
            "provider": written.provider,
            "model": written.model,
            "prompt": written.prompt,
            "prompt_hash": written.prompt_hash,
        })
    });
    json!({
        "condensed": it.condensed,
        "category": it.category,
        "urgent": it.urgent,
        "state": plain(&answer.state),
        "code": answer.code,
        "text": answer.text,
        "citations": answer.citations.iter().map(|it| it.label.as_str()).collect::<Vec<_>>(),
        "notices": plain(&answer.notices),
        "findings": plain(&answer.findings),
        "suggestions": answer.suggestions,
        "options": answer.options,
        "cards": answer.cards.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(),
        "written": written,
        "retrieval": it.retrieved.as_ref().map(retrieval),
    })
}

/// By way of text, so that an f32 keeps its shortest form.
fn plain(it: &impl serde::Serialize) -> Value {
    serde_json::to_string(it).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
