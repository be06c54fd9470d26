//! `eval retrieval`: a public set, a throw-away index, the same `retrieve` that answers questions.

use std::{collections::BTreeMap, path::PathBuf};

use clap::ValueEnum;
use evals::{report::RetrievalReport, run};
use knowledge::{chunk::split::Sizes, search::settings::Settings};
use measure::data::{self, Query, Set, trec};

use super::{
    SetFiles,
    base::{Known, PublicBase, unreadable},
};
use crate::app::{CoreResult, Progress};

/// Which channels are under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Channels {
    /// 只用词法
    Lexical,
    /// 只用向量
    Vector,
    /// 全部
    Hybrid,
}

impl Channels {
    /// As reports and the command line write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lexical => "lexical",
            Self::Vector => "vector",
            Self::Hybrid => "hybrid",
        }
    }

    /// `settings` with the weights of channels that are not under test put to nothing.
    const fn alone(self, mut settings: Settings) -> Settings {
        let weights = &mut settings.weights;
        match self {
            Self::Lexical => weights.vector = 0.0,
            Self::Vector => {
                (weights.gram, weights.word) = (0.0, 0.0);
                weights.vector = weights.vector.max(1.0);
            }
            Self::Hybrid => {}
        }
        settings
    }
}

/// What is measured, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct RetrievalPlan {
    /// The set.
    pub set: SetFiles,
    /// Which channels.
    pub channels: Channels,
    /// Other questions that are known: queries and judgements.
    pub known: Option<(PathBuf, PathBuf)>,
    /// The set's own questions are known, in so many folds; 0: they are not.
    pub folds: usize,
    /// Only `tune` or `report`, see [`half_of`]; empty: both.
    pub half: &'static str,
    /// Ask only so many queries.
    pub limit: Option<usize>,
    /// A TREC run to be judged in the place of ours.
    pub trec_in: Option<PathBuf>,
    /// Where our run goes as a TREC file.
    pub trec_out: Option<PathBuf>,
    /// How documents are cut.
    pub sizes: Sizes,
}

/// The questions of one half in their order: the odd ones (counted from 1) are for tuning, the others report.
pub(super) fn half_of(queries: &[Query], half: &str) -> Vec<Query> {
    let parity = |at: usize| if at.is_multiple_of(2) { "tune" } else { "report" };
    let of_half = queries.iter().enumerate().filter(|(at, _)| half.is_empty() || parity(*at) == half);
    of_half.map(|it| it.1.clone()).collect()
}

/// Runs the plan and gives its figures. Queries are asked one after the other, for their times.
///
/// # Errors
/// A file that can't be read or written, with its line; a base that can't be made; nothing to measure.
/// All in Chinese.
pub async fn retrieval(
    plan: &RetrievalPlan,
    settings: Settings,
    progress: &dyn Progress,
) -> CoreResult<RetrievalReport> {
    let set = plan.set.read().map_err(unreadable)?;
    let mut queries = half_of(&set.queries, plan.half);
    queries.truncate(plan.limit.unwrap_or(usize::MAX));
    let settings = plan.channels.alone(settings);
    let mut about = run::About { settings: described(plan, &settings), index_seconds: 0.0 };
    let found = if let Some(path) = &plan.trec_in {
        about.settings = BTreeMap::from([("trec_in".to_owned(), path.display().to_string())]);
        run::found_elsewhere(&queries, trec::read_run(path).map_err(unreadable)?)
    } else {
        let base = build(plan, &set, progress).await?;
        about.index_seconds = base.index_seconds;
        base.ask(&queries, settings, plan.folds, 1, progress).await?
    };
    let report = run::report(&set, &found, about).map_err(unreadable)?;
    if let Some(path) = &plan.trec_out {
        trec::write_run(path, &run::rankings(&found), "dangwutong").map_err(unreadable)?;
    }
    Ok(report)
}

async fn build(plan: &RetrievalPlan, set: &Set, progress: &dyn Progress) -> CoreResult<PublicBase> {
    let Some((questions, evidence)) = &plan.known else {
        let known = if plan.folds > 0 { Known::Folds } else { Known::Nothing };
        return PublicBase::build(set, known, plan.sizes, progress).await;
    };
    let questions = data::queries(questions).map_err(unreadable)?;
    let evidence = data::judgements(evidence).map_err(unreadable)?;
    PublicBase::build(set, Known::Others(&questions, &evidence), plan.sizes, progress).await
}

fn described(plan: &RetrievalPlan, settings: &Settings) -> BTreeMap<String, String> {
    let flat = evals::settings::flat(settings).into_iter();
    let mut described: BTreeMap<String, String> = flat.map(|(name, value)| (name, value.to_string())).collect();
    described.insert("channels".to_owned(), plan.channels.name().to_owned());
    described.insert("known".to_owned(), plan.known.is_some().to_string());
    described.insert("folds".to_owned(), plan.folds.to_string());
    described.insert("chunk".to_owned(), format!("{}/{}", plan.sizes.whole, plan.sizes.part));
    if !plan.half.is_empty() {
        described.insert("half".to_owned(), plan.half.to_owned());
    }
    described
}
