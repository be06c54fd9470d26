//! Asks one case, and gives what came of it to the scorer.

use std::{collections::BTreeMap, time::Instant};

use chrono::NaiveDate;
use knowledge::{
    answer::assistant::{Asked, Exchange, Reply},
    search::{address::compact, model::Retrieved, time},
};
use measure::run::{CaseResult, Status};

use crate::{
    score,
    subject::{Located, Subject},
    suite::{Case, Kind, Suite},
};

/// Everything that the subject said to one case.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// The ranking that is judged, where one is.
    pub ranking: Option<Retrieved>,
    /// The replies, one for each turn; none where only the ranking is judged.
    pub replies: Vec<Reply>,
    /// Milliseconds by stage.
    pub timings: BTreeMap<String, f64>,
}

/// Whether a case can be judged.
enum Standing {
    /// With the evidence that is there.
    Ready(Box<Case>),
    Skipped(String),
    Stale(String),
}

/// Asks `case` and scores it. Never fails: what goes wrong is the case's status and reason.
pub async fn ask(subject: &dyn Subject, suite: &Suite, case: &Case) -> CaseResult {
    let blank = score::blank(suite, case);
    let ready = match standing(subject, case).await {
        Ok(Standing::Ready(ready)) => ready,
        Ok(Standing::Skipped(reason)) => return CaseResult { status: Status::Skipped, reason, ..blank },
        Ok(Standing::Stale(reason)) => return CaseResult { status: Status::Stale, reason, ..blank },
        Err(reason) => return score::failed(suite, case, reason),
    };
    match observe(subject, suite.manifest.depth(), &ready).await {
        Ok(observed) => score::judged(suite, &ready, &observed),
        Err(reason) => score::failed(suite, &ready, reason),
    }
}

async fn standing(subject: &dyn Subject, case: &Case) -> Result<Standing, String> {
    for title in &case.needs {
        if !subject.loaded(title).await? {
            return Ok(Standing::Skipped(format!("《{title}》没有入库")));
        }
    }
    let mut here = Vec::new();
    for evidence in &case.evidence {
        match subject.locate(evidence, case.as_of).await? {
            Located::Here => here.push(evidence.clone()),
            // Any piece is enough; one that isn't loaded can't be found and isn't asked for.
            Located::NotLoaded => {}
            Located::Gone(reason) => return Ok(Standing::Stale(reason)),
        }
    }
    if here.is_empty() && !case.evidence.is_empty() {
        let titles: Vec<String> = case.evidence.iter().map(|it| format!("《{}》", it.title)).collect();
        return Ok(Standing::Skipped(format!("{}没有入库", titles.join("、"))));
    }
    Ok(Standing::Ready(Box::new(Case { evidence: here, ..case.clone() })))
}

async fn observe(subject: &dyn Subject, depth: usize, case: &Case) -> Result<Observed, String> {
    let mut observed = Observed::default();
    if case.kind.is_ranking() {
        observed.ranking = Some(subject.retrieve(&case.question, day(case, [&case.question]), depth).await?);
    } else if case.kind == Kind::Multiturn {
        converse(subject, case, &mut observed).await?;
    } else {
        let asked = Asked { question: case.question.clone(), as_of: day(case, [&case.question]), ..Asked::default() };
        answer(subject, asked, &mut observed).await?;
    }
    if !case.kind.is_ranking() && !case.evidence.is_empty() {
        rank(subject, depth, case, &mut observed).await?;
    }
    let stages = observed.ranking.as_ref().map(stages);
    observed.timings.extend(stages.into_iter().flatten());
    Ok(observed)
}

/// Asks the turns in order, each with what was asked and answered before, as a conversation does.
async fn converse(subject: &dyn Subject, case: &Case, observed: &mut Observed) -> Result<(), String> {
    let mut earlier: Vec<Exchange> = Vec::new();
    for (at, turn) in case.turns.iter().enumerate() {
        let as_of = day(case, case.turns[..=at].iter().map(|it| &it.question));
        let asked = Asked { question: turn.question.clone(), earlier: earlier.clone(), as_of, ..Asked::default() };
        answer(subject, asked, observed).await?;
        let Some(reply) = observed.replies.last() else { continue };
        // A refusal and small talk are nothing that a later question could refer to.
        if reply.answer.code.as_deref().is_none_or(|code| code == score::ASKED_BACK) {
            earlier.push(Exchange {
                question: reply.condensed.clone().unwrap_or_else(|| turn.question.clone()),
                answer: reply.answer.text.clone(),
                state: reply.answer.state,
                titles: reply.answer.citations.iter().map(|it| it.title.clone()).collect(),
                asked_back: reply.answer.code.as_deref() == Some(score::ASKED_BACK),
            });
        }
    }
    Ok(())
}

async fn answer(subject: &dyn Subject, asked: Asked, observed: &mut Observed) -> Result<(), String> {
    let began = Instant::now();
    let reply = subject.answer(asked).await?;
    *observed.timings.entry("answer".to_owned()).or_default() += began.elapsed().as_secs_f64() * 1000.0;
    if let Some(written) = &reply.answer.written {
        *observed.timings.entry("first_token".to_owned()).or_default() += written.first_token_ms as f64;
    }
    observed.replies.push(reply);
    Ok(())
}

/// The ranking behind the last reply; asked for where that reply had none or the figures look deeper.
async fn rank(subject: &dyn Subject, depth: usize, case: &Case, observed: &mut Observed) -> Result<(), String> {
    let Some(last) = observed.replies.last() else { return Ok(()) };
    let enough = last.retrieved.as_ref().filter(|_| depth <= 10);
    if let Some(retrieved) = enough {
        observed.ranking = Some(retrieved.clone());
        return Ok(());
    }
    let typed = case.turns.last().map_or(&case.question, |turn| &turn.question);
    let understood = last.condensed.as_ref().unwrap_or(typed);
    observed.ranking = Some(subject.retrieve(understood, day(case, [understood]), depth).await?);
    Ok(())
}

/// The day that goes with a question. Where the case has none of its own and the words (the question, in a
/// conversation those before it too) name one, none is given, as a reader gives none: else the day would
/// go before what the question says.
fn day<'a>(case: &Case, words: impl IntoIterator<Item = &'a String>) -> Option<NaiveDate> {
    let named = |it: &String| time::asked(&compact(it), case.as_of).is_some();
    let said = !case.own_day && words.into_iter().any(named);
    (!said).then_some(case.as_of)
}

/// Milliseconds of each stage of a retrieval.
fn stages(it: &Retrieved) -> [(String, f64); 6] {
    let times = &it.timings;
    [
        ("prepare", times.prepare),
        ("lexical", times.lexical),
        ("vector", times.vector),
        ("question", times.question),
        ("fuse", times.fuse),
        ("retrieve", times.total),
    ]
    .map(|(stage, micros)| (stage.to_owned(), micros as f64 / 1000.0))
}
