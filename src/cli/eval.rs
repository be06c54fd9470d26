//! `eval`: one runner over the knowledge base that answers questions, and the runs that are kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use anyhow::{Context as _, bail};
use evals::{
    knowledge_subject::conditions,
    runner::{Filter, Plan, Progress as Done},
    runs, suite,
};
use knowledge::search::learn;
use measure::{
    compare::{self, Baseline, Comparison},
    gate::{self, Policy, Verdict},
    report,
    run::Run,
    summary::Summary,
};
use serde_json::json;
use store::Store;

use super::{
    WrongInput,
    eval_args::{Eval, EvalCompare, EvalRun},
    progress::Bar,
    retrieval, sweep,
};
use crate::{
    app::Progress as _,
    config::Config,
    evaluation::{Workbench, code, rule_files},
    wiring::{self, FirstStart, Wired},
};

/// Runs that `eval list` shows.
const LISTED: usize = 20;

/// Does what was asked for.
pub(super) async fn eval(config: Config, what: Eval) -> anyhow::Result<()> {
    match what {
        Eval::List { suites } => list(config, &suites).await,
        Eval::Run(args) => run(config, args).await,
        Eval::Compare(args) => compare(config, args).await,
        Eval::Sweep(args) => sweep::run(config, args).await,
        Eval::Train => train(config).await,
        Eval::Retrieval(args) => Box::pin(retrieval::measure(config, args)).await,
        Eval::Export { run, file } => export(config, &run, &file).await,
        Eval::Import { file } => import(config, &file).await,
    }
}

/// Shows the suites of `folder` and the newest runs.
async fn list(config: Config, folder: &Path) -> anyhow::Result<()> {
    for suite in suite::list(folder).map_err(WrongInput::of)? {
        let it = &suite.manifest;
        println!("{:<14}{:>5} 题  {}", it.name, suite.cases.len(), it.title);
    }
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    for run in runs::list(&store, LISTED, 0).await? {
        let state = if run.head.finished_at.is_some() { "完成" } else { "未完成" };
        let names: Vec<&str> = run.head.suites.iter().map(|it| it.name.as_str()).collect();
        println!("{}  {state} {}/{}  {}", run.head.id, run.results, run.cases, names.join("、"));
    }
    Ok(())
}

/// Runs suites, keeps the run, and holds it against another where asked.
async fn run(config: Config, args: EvalRun) -> anyhow::Result<()> {
    let suites = suite::named(&args.suites, &args.names).map_err(WrongInput::of)?;
    let wired = wiring::open(&config, &FirstStart::default(), &Bar::default()).await?;
    let engine = wired.answerer.engine();
    let settings = evals::settings::apply(*engine.settings(), &changes(&args.changes)?)
        .map_err(|reason| WrongInput(format!("--set：{reason}")))?;
    let parallel = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = Plan {
        suites: suites.into_iter().map(Arc::new).collect(),
        filter: Filter { half: args.half, limit: args.limit, ..Filter::default() },
        parallel,
    };
    let bar = Bar::default();
    let bench = Workbench::new(&config, wired.answerer.clone(), settings, &bar);
    let total = Some(plan.count().map_err(WrongInput::of)? as u64);
    let told = |it: Done<'_>| {
        if it.last.is_none() {
            bar.stage("提问", total);
        }
        bar.at(it.done as u64);
    };
    // Without a model no prompt has a say.
    let mut hashes = if config.model.is_empty() { BTreeMap::new() } else { wiring::prompts(&config)?.hashes() };
    hashes.extend(rule_files(&config.chat.rules_dir)?);
    let conditions = conditions(engine, &settings, hashes, code()?).await?;
    let run = runs::record(&wired.store, &plan, &bench, conditions, !args.restart, &told).await?;
    bar.done();
    if let Some(path) = &args.baseline {
        Baseline::of(&run).write(path)?;
    }
    let policy = Policy::default();
    let (comparison, verdict) = match &args.against {
        Some(name) => {
            let compared = against(&wired.store, name, &run).await;
            let verdict = gate::judge(compared.as_ref(), &policy);
            (compared.ok(), verdict)
        }
        None => (None, gate::judge_alone(&run.head, Summary::of(&run).as_ref(), &policy)),
    };
    show(&run, comparison.as_ref(), &verdict, args.html.as_deref(), args.json)
}

/// Compares two runs that are kept.
async fn compare(config: Config, args: EvalCompare) -> anyhow::Result<()> {
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    let id = runs::find(&store, &args.after).await.map_err(WrongInput::of)?;
    let after = runs::load(&store, &id).await?;
    let compared = against(&store, &args.before, &after).await;
    let verdict = gate::judge(compared.as_ref(), &Policy::default());
    show(&after, compared.as_ref().ok(), &verdict, args.html.as_deref(), args.json)
}

/// Writes a kept run to a file.
async fn export(config: Config, name: &str, file: &Path) -> anyhow::Result<()> {
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    let id = runs::find(&store, name).await.map_err(WrongInput::of)?;
    Ok(runs::export(&runs::load(&store, &id).await?, file)?)
}

/// Keeps a run that was made elsewhere.
async fn import(config: Config, file: &Path) -> anyhow::Result<()> {
    let run = runs::import(file).map_err(WrongInput::of)?;
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    runs::save(&store, &run).await.map_err(WrongInput::of)?;
    println!("已读入运行 {}：{} 题", run.head.id, run.results.len());
    Ok(())
}

/// Learns from every known question and approved QA pair and puts the ranker beside the indexes.
async fn train(config: Config) -> anyhow::Result<()> {
    let Wired { answerer, library, .. } = wiring::open(&config, &FirstStart::default(), &Bar::default()).await?;
    let (engine, bar) = (answerer.engine(), Bar::default());
    let told = |done: usize, all: usize| {
        if done == 1 {
            bar.stage("学习已确认的问题", Some(all as u64));
        }
        bar.at(done as u64);
    };
    let learnt = learn::learn(engine, engine.settings(), &BTreeSet::new(), &told).await?;
    bar.done();
    let Some(file) = learnt else {
        bail!("没有可以学习的问题：库中没有已确认依据的问题，或它们的依据都检索不到")
    };
    library.live().generation.keep_ranker(&file)?;
    println!("排序模型已训练：学了 {} 个问题，{} 部文件有先验", file.questions, file.prior.len());
    Ok(())
}

/// A kept run or, where a file of that name is there, a stored baseline.
async fn against(store: &Store, name: &str, after: &Run) -> Result<Comparison, compare::Error> {
    if Path::new(name).is_file() {
        return compare::with_baseline(&Baseline::read(Path::new(name))?, after);
    }
    let unreadable = |error: evals::Error| compare::Error::Read { file: name.to_owned(), reason: error.to_string() };
    let id = runs::find(store, name).await.map_err(unreadable)?;
    let before = runs::load(store, &id).await.map_err(unreadable)?;
    compare::runs(&before, after)
}

/// Prints the figures; an error, hence exit code 1, where the gate blocks.
fn show(
    run: &Run,
    comparison: Option<&Comparison>,
    verdict: &Verdict,
    html: Option<&Path>,
    as_json: bool,
) -> anyhow::Result<()> {
    if as_json {
        let summary = Summary::of(run).map_err(anyhow::Error::new)?;
        let figures = json!({ "run": run.head, "summary": summary, "comparison": comparison, "verdict": verdict });
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        println!("{}", report::markdown(run, comparison, Some(verdict)));
    }
    if let Some(path) = html {
        let page = report::html(run, comparison, Some(verdict));
        std::fs::write(path, page).with_context(|| format!("无法写入 {}", path.display()))?;
    }
    if verdict.exit_code() != gate::EXIT_PASS {
        bail!("门禁不通过");
    }
    Ok(())
}

/// `name=value` each; a value is JSON.
pub(super) fn changes(given: &[String]) -> Result<BTreeMap<String, serde_json::Value>, WrongInput> {
    let change = |it: &String| {
        let (name, value) = it.split_once('=').ok_or_else(|| WrongInput(format!("--set {it}：应写成 名称=值")))?;
        let value =
            serde_json::from_str(value).map_err(|_| WrongInput(format!("--set {it}：值不是数字或 true、false")))?;
        Ok((name.trim().to_owned(), value))
    };
    given.iter().map(change).collect()
}
