//! Questions whose outcome is known: where it doesn't come, the part under test was off, and no figure of
//! the run means anything.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use knowledge::answer::{assistant::Asked, model::State};
use measure::run::{CaseResult, Status};

use crate::{
    score,
    subject::{Located, Subject},
    suite::{Evidence, Suite},
};

/// No text answers this, whatever is loaded.
const NONSENSE: &str = "月球背面的香蕉骑自行车去火星要带几斤螺丝钉？";

/// Asks each subject what must come out right before anything is measured; gives what did not, in Chinese.
/// The address question needs a provision that is loaded: without one it is left out.
pub async fn before(suites: &[Arc<Suite>], subjects: &BTreeMap<String, Arc<dyn Subject>>) -> Vec<String> {
    let mut failures = Vec::new();
    let mut seen = HashSet::new();
    for suite in suites {
        let name = &suite.manifest.name;
        let Some(subject) = subjects.get(name) else { continue };
        // Suites that share a subject ask it once.
        if !seen.insert(Arc::as_ptr(subject).cast::<()>().addr()) {
            continue;
        }
        let sharing: Vec<&Suite> = suites
            .iter()
            .filter(|it| subjects.get(&it.manifest.name).is_some_and(|other| Arc::ptr_eq(other, subject)))
            .map(AsRef::as_ref)
            .collect();
        let asked = async {
            if let Some((evidence, day)) = loaded(subject.as_ref(), &sharing).await? {
                address(subject.as_ref(), &evidence, day).await?;
            }
            nonsense(subject.as_ref(), suite.manifest.as_of).await
        };
        if let Err(reason) = asked.await {
            failures.push(format!("题库“{name}”：{reason}"));
        }
    }
    failures
}

/// What the results themselves must show: each channel that a suite names had a say in one of its cases.
pub fn after(suites: &[Arc<Suite>], results: &[CaseResult]) -> Vec<String> {
    let mut failures = Vec::new();
    for suite in suites {
        let Some(channel) = &suite.manifest.canary else { continue };
        let mut judged =
            results.iter().filter(|it| it.suite == suite.manifest.name && it.status == Status::Judged).peekable();
        if judged.peek().is_none() {
            continue;
        }
        let spoke = |it: &CaseResult| it.found.iter().any(|found| found.channels.contains_key(channel));
        if !judged.any(spoke) {
            let name = &suite.manifest.name;
            failures.push(format!("题库“{name}”：没有一题的检索结果带有“{channel}”一路的得分，这一路没有工作"));
        }
    }
    failures
}

/// The first article that some case names and that is loaded, with the day on which it is.
async fn loaded(subject: &dyn Subject, suites: &[&Suite]) -> Result<Option<(Evidence, NaiveDate)>, String> {
    for suite in suites {
        for case in &suite.cases {
            for evidence in &case.evidence {
                // One that is asked for by its version might not be in force on the day.
                let article = evidence.address.as_ref().is_some_and(|it| it.article_number().is_some());
                let plain = article && evidence.version.is_none();
                if plain && subject.locate(evidence, case.as_of).await? == Located::Here {
                    return Ok(Some((evidence.clone(), case.as_of)));
                }
            }
        }
    }
    Ok(None)
}

/// A provision asked for by its place must come first.
async fn address(subject: &dyn Subject, evidence: &Evidence, day: NaiveDate) -> Result<(), String> {
    let question = evidence.label();
    let found = subject.retrieve(&question, Some(day), 10).await?;
    let first = found.candidates.first();
    if first.is_some_and(|it| score::is_exactly(evidence, it)) {
        return Ok(());
    }
    let got = first.map_or_else(|| "什么也没有".to_owned(), |it| it.label.clone());
    Err(format!("问“{question}”，第一条应是这一条，得到的是：{got}"))
}

/// What nothing answers may not be answered.
async fn nonsense(subject: &dyn Subject, day: NaiveDate) -> Result<(), String> {
    let asked = Asked { question: NONSENSE.to_owned(), as_of: Some(day), ..Asked::default() };
    let reply = subject.answer(asked).await?;
    if reply.answer.state == State::Grounded {
        return Err(format!("问“{NONSENSE}”，不该有依据，却作了答"));
    }
    Ok(())
}
