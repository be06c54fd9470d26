//! `eval sweep`: which settings are best, and a file to adopt them with.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use anyhow::Context as _;
use evals::{
    suite,
    sweep::{self, Changes, Swept, Trial},
};

use super::{WrongInput, eval_args::EvalSweep, progress::Bar};
use crate::{
    app::Progress as _,
    config::Config,
    evaluation::{SetTrial, SuitesTrial, changed},
    wiring::{self, FirstStart},
};

/// Measures a grid of settings, prints the table, and writes the best as a part of the configuration.
pub(super) async fn run(config: Config, args: EvalSweep) -> anyhow::Result<()> {
    let grid = sweep::grid(&args.over).map_err(|reason| WrongInput(format!("--over {reason}")))?;
    // A name that is written wrong is found now, not after half of the grid.
    for point in &grid {
        changed(&config, point).map_err(|reason| WrongInput(format!("--over：{reason}")))?;
    }
    let parallel = std::thread::available_parallelism().map_or(1, usize::from);
    let (quiet, bar) = (Bar::default(), Bar::default());
    let set = args.set.files().map_err(WrongInput)?;
    let by = args.by.unwrap_or_else(|| if set.is_some() { "ndcg_10" } else { "state_correct" }.to_owned());
    let trial: Box<dyn Trial + '_> = if let Some(files) = set {
        let set = files.read().map_err(WrongInput::of)?;
        let folds = args.folds.map_or(0, |it| it as usize);
        Box::new(SetTrial::new(&config, set, folds, args.limit, parallel, &quiet))
    } else {
        let suites = suite::named(&args.suites, &args.names).map_err(WrongInput::of)?;
        let wired = wiring::open(&config, &FirstStart::default(), &quiet).await?;
        Box::new(SuitesTrial {
            config: &config,
            store: wired.store,
            answerer: wired.answerer,
            suites: suites.into_iter().map(Arc::new).collect(),
            limit: args.limit,
            parallel,
            progress: &quiet,
        })
    };
    bar.stage("试设置", Some(grid.len() as u64 + 1));
    let swept =
        sweep::sweep(grid, &by, trial.as_ref(), &|done| bar.at(done as u64)).await.map_err(anyhow::Error::msg)?;
    bar.done();
    quiet.done();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&swept)?);
    } else {
        print!("{}", swept.table());
    }
    if let Some(path) = &args.out {
        std::fs::write(path, tuned(&config, &swept)?).with_context(|| format!("无法写入 {}", path.display()))?;
    }
    Ok(())
}

/// The best settings as `[chunk]` and `[retrieval]` of a configuration, with the figures above them.
fn tuned(config: &Config, swept: &Swept) -> anyhow::Result<String> {
    let best: &Changes = &swept.points[swept.best].changes;
    let (settings, sizes) = changed(config, best).map_err(anyhow::Error::msg)?;
    let figure = |figures: &BTreeMap<String, f64>| figures.get(&swept.by).map_or(0.0, |it| it * 100.0);
    let mut text = "# 由 dangwutong eval sweep 选出。\n".to_owned();
    // Writing to a string can't fail.
    let _ = writeln!(
        text,
        "# {}，tune 一半：{:.1} → {:.1}",
        swept.by,
        figure(&swept.points[0].figures),
        figure(&swept.points[swept.best].figures)
    );
    let _ = writeln!(
        text,
        "# {}，report 一半：{:.1} → {:.1}",
        swept.by,
        figure(&swept.report_before),
        figure(&swept.report_after)
    );
    let _ = writeln!(text, "\n[chunk]\nwhole = {}\npart = {}\n\n[retrieval]", sizes.whole, sizes.part);
    let flat = evals::settings::flat(&settings);
    let (weights, others): (Changes, Changes) = flat.into_iter().partition(|it| it.0.starts_with("weights."));
    for (name, value) in others {
        let _ = writeln!(text, "{name} = {value}");
    }
    let _ = writeln!(text, "\n[retrieval.weights]");
    for (name, value) in weights {
        let _ = writeln!(text, "{} = {value}", name.trim_start_matches("weights."));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use evals::sweep::Point;
    use serde_json::json;

    use super::*;

    #[test]
    #[expect(clippy::result_large_err, reason = "the type of figment's test jail")]
    fn what_is_written_is_read_as_the_configuration() {
        let figures = || BTreeMap::from([("ndcg_10".to_owned(), 0.5)]);
        let changes = Changes::from([
            ("weights.word".to_owned(), json!(0.5)),
            ("gate".to_owned(), json!(0.4)),
            ("chunk.part".to_owned(), json!(300)),
        ]);
        let swept = Swept {
            by: "ndcg_10".to_owned(),
            points: vec![Point { changes: Changes::new(), figures: figures() }, Point { changes, figures: figures() }],
            best: 1,
            report_before: figures(),
            report_after: figures(),
        };
        let text = tuned(&Config::default(), &swept).expect("written");
        figment::Jail::expect_with(|jail| {
            jail.create_file("tuned.toml", &text)?;
            let read = Config::load(Some(Path::new("tuned.toml"))).expect("a configuration");
            let mut wanted = Config::default();
            wanted.retrieval.weights.word = 0.5;
            wanted.retrieval.gate = 0.4;
            wanted.chunk.part = 300;
            assert_eq!(read, wanted);
            Ok(())
        });
    }
}
