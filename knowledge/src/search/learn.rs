//! From confirmed evidence to a trained ranker, through the very channels that answer questions.

use std::{collections::BTreeSet, sync::Arc};

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    Engine, Query,
    model::Scope,
    ranker::{
        RankerFile,
        train::{Example, Home, train},
    },
    settings::Settings,
};
use crate::{
    error::{Error, Result},
    index::questions::Confirmed,
};

/// Questions asked at once.
const AT_ONCE: usize = 4;

/// Asks every question whose evidence is confirmed (known questions, approved QA pairs), as if it and
/// everything in `hidden` (ids in the change log) were not known, and learns which passages turned out to
/// be its evidence. What is `hidden` teaches nothing. `progress` is told how many of how many are done.
///
/// Gives `None` where nothing can be learnt: no question, or no evidence found for any.
///
/// # Errors
/// As [`Engine::retrieve`].
pub async fn learn(
    engine: &Arc<Engine>,
    settings: &Settings,
    hidden: &BTreeSet<String>,
    progress: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<Option<RankerFile>> {
    let (home, questions) = {
        let live = engine.library().live();
        let home = Home {
            generation: live.generation.name.clone(),
            embedder: live.generation.embedder.id().to_owned(),
            depth: settings.depth,
        };
        let confirmed = live.questions.confirmed().into_iter();
        (home, confirmed.filter(|it| !hidden.contains(&it.owner)).collect::<Vec<Confirmed>>())
    };
    let all = questions.len();
    let shared = Arc::new(hidden.clone());
    let settings = *settings;
    let examples: Vec<Example> = stream::iter(questions)
        .map(|question| {
            let (engine, hidden) = (engine.clone(), shared.clone());
            // Each on a worker of its own: asking is mostly computing.
            tokio::spawn(async move { example(&engine, &settings, &question, &hidden).await })
        })
        .buffered(AT_ONCE)
        .enumerate()
        .map(|(done, example)| {
            progress(done + 1, all);
            example.unwrap_or_else(|error| Err(Error::Index(error.to_string())))
        })
        .try_collect()
        .await?;
    Ok(train(&examples, home))
}

async fn example(
    engine: &Engine,
    settings: &Settings,
    question: &Confirmed,
    hidden: &BTreeSet<String>,
) -> Result<Example> {
    let mut hidden = hidden.clone();
    hidden.insert(question.owner.clone());
    let scope = Scope::default();
    let query = Query { hidden: Some(&hidden), ..Query::new(&question.text, &scope) };
    let fused = engine.fused(query, settings).await?;
    let classes = engine.library().live().generation.lexical.classes(&question.evidence)?;
    Ok(Example::new(&fused, &question.evidence, classes.values().map(|it| it.source).collect()))
}
