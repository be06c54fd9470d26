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
    chunk::{Key, key_of},
    error::{Error, Result},
    known::{self, KnownQuestion},
};

/// Questions asked at once.
const AT_ONCE: usize = 4;

/// Asks each of `questions` as if it and everything in `hidden` (ids in the change log) were not known,
/// and learns which passages turned out to be its evidence. `progress` is told how many are done.
///
/// Gives `None` where nothing can be learnt: no question, or no evidence found for any.
///
/// # Errors
/// As [`Engine::retrieve`].
pub async fn learn(
    engine: &Arc<Engine>,
    settings: &Settings,
    questions: &[KnownQuestion],
    hidden: &BTreeSet<String>,
    progress: &(dyn Fn(usize) + Send + Sync),
) -> Result<Option<RankerFile>> {
    let home = {
        let live = engine.library().live();
        Home {
            generation: live.generation.name.clone(),
            embedder: live.generation.embedder.id().to_owned(),
            depth: settings.depth,
        }
    };
    let shared = Arc::new(hidden.clone());
    let settings = *settings;
    let examples: Vec<Example> = stream::iter(questions.to_vec())
        .map(|question| {
            let (engine, hidden) = (engine.clone(), shared.clone());
            // Each on a worker of its own: asking is mostly computing.
            tokio::spawn(async move { example(&engine, &settings, &question, &hidden).await })
        })
        .buffered(AT_ONCE)
        .enumerate()
        .map(|(done, example)| {
            progress(done + 1);
            example.unwrap_or_else(|error| Err(Error::Index(error.to_string())))
        })
        .try_collect()
        .await?;
    Ok(train(&examples, home))
}

async fn example(
    engine: &Engine,
    settings: &Settings,
    question: &KnownQuestion,
    hidden: &BTreeSet<String>,
) -> Result<Example> {
    let mut hidden = hidden.clone();
    hidden.insert(known::log_id(&question.id));
    let scope = Scope::default();
    let query = Query { hidden: Some(&hidden), ..Query::new(&question.question, &scope) };
    let fused = engine.fused(query, settings).await?;
    let evidence: Vec<Key> = question.evidence.iter().filter_map(|it| key_of(&it.chunk)).collect();
    let classes = engine.library().live().generation.lexical.classes(&evidence)?;
    Ok(Example::new(&fused, &evidence, classes.values().map(|it| it.source).collect()))
}
