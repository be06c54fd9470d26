//! A grid over settings: each point measured on the tune half, the best and the present one also on the
//! other half, which had no say.

use std::{collections::BTreeMap, fmt::Write as _};

use futures::future::BoxFuture;
use measure::metrics::{Better, metric};
use serde::Serialize;
use serde_json::Value;

/// Points that a grid may have: more is a mistake in the writing.
const MOST: usize = 500;

/// Settings by dotted name, with the values that they take at one point.
pub type Changes = BTreeMap<String, Value>;

/// What is measured at a point of the grid.
pub trait Trial: Sync {
    /// The figures by name (0–1, see [`measure::metrics::METRICS`]) under `changes`, on `half` of the
    /// questions (`tune` or `report`). The error is a sentence in Chinese.
    fn figures<'a>(
        &'a self,
        changes: &'a Changes,
        half: &'a str,
    ) -> BoxFuture<'a, Result<BTreeMap<String, f64>, String>>;
}

/// One point of the grid and what it reached on the tune half.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// What differs from the present settings; empty for the present settings themselves.
    pub changes: Changes,
    /// Figures by name.
    pub figures: BTreeMap<String, f64>,
}

/// A grid that was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Swept {
    /// The figure that decides.
    pub by: String,
    /// The present settings first, then the grid in its order.
    pub points: Vec<Point>,
    /// Place of the best among `points`; the first of equals.
    pub best: usize,
    /// The present settings on the report half.
    pub report_before: BTreeMap<String, f64>,
    /// The best on the report half; the same as `report_before` where nothing beats the present settings.
    pub report_after: BTreeMap<String, f64>,
}

/// `name=value,value` each, as all combinations in order, the last name changing fastest. A value is
/// JSON. The error says in Chinese what is wrong.
pub fn grid(given: &[String]) -> Result<Vec<Changes>, String> {
    let mut points = vec![Changes::new()];
    for it in given {
        let (name, values) = it.split_once('=').ok_or_else(|| format!("{it}：应写成 名称=值,值"))?;
        let name = name.trim();
        if points[0].contains_key(name) {
            return Err(format!("{name} 写了两次"));
        }
        let values: Vec<Value> = values
            .split(',')
            .map(|value| serde_json::from_str(value.trim()))
            .collect::<Result<_, _>>()
            .map_err(|_| format!("{it}：值不是数字或 true、false"))?;
        let with = |point: &Changes, value: &Value| {
            let mut point = point.clone();
            point.insert(name.to_owned(), value.clone());
            point
        };
        points = points.iter().flat_map(|point| values.iter().map(|value| with(point, value))).collect();
        if points.len() > MOST {
            return Err(format!("组合超过 {MOST} 个，请减少取值"));
        }
    }
    Ok(points)
}

/// Measures every point of `grid` on the tune half and picks the best by the figure `by`. `progress` is
/// told how many points are done.
///
/// # Errors
/// A figure that nobody knows or that the trial doesn't give; whatever the trial says.
pub async fn sweep(
    grid: Vec<Changes>,
    by: &str,
    trial: &dyn Trial,
    progress: &(dyn Fn(usize) + Send + Sync),
) -> Result<Swept, String> {
    let Some(decides) = metric(by) else { return Err(format!("没有“{by}”这项指标")) };
    let better = |a: f64, b: f64| match decides.better {
        Better::Higher => a > b,
        Better::Lower => a < b,
    };
    let mut points: Vec<Point> = Vec::with_capacity(grid.len() + 1);
    let mut best = 0;
    for changes in std::iter::once(Changes::new()).chain(grid) {
        let figures = trial.figures(&changes, "tune").await?;
        let Some(value) = figures.get(by) else { return Err(format!("这些题没有“{by}”这项指标")) };
        if points.get(best).is_some_and(|it| better(*value, it.figures[by])) {
            best = points.len();
        }
        points.push(Point { changes, figures });
        progress(points.len());
    }
    let report_before = trial.figures(&Changes::new(), "report").await?;
    let report_after =
        if best == 0 { report_before.clone() } else { trial.figures(&points[best].changes, "report").await? };
    Ok(Swept { by: by.to_owned(), points, best, report_before, report_after })
}

impl Swept {
    /// A Markdown table, in Chinese, the best point marked; shares in percent.
    pub fn table(&self) -> String {
        let names: Vec<&str> = std::iter::once(self.by.as_str())
            .chain(self.points[0].figures.keys().map(String::as_str).filter(|it| *it != self.by))
            .collect();
        let title = |name: &str| metric(name).map_or_else(|| name.to_owned(), |it| it.title.to_owned());
        let mut table = format!("| 设置 | {} |\n", names.iter().map(|it| title(it)).collect::<Vec<_>>().join(" | "));
        // Writing to a string can't fail.
        let _ = writeln!(table, "|---|{}", "--:|".repeat(names.len()));
        let mut row = |label: &str, figures: &BTreeMap<String, f64>| {
            let cell =
                |name: &&str| figures.get(*name).map_or_else(|| "—".to_owned(), |it| format!("{:.1}", it * 100.0));
            let _ = writeln!(table, "| {label} | {} |", names.iter().map(cell).collect::<Vec<_>>().join(" | "));
        };
        for (at, point) in self.points.iter().enumerate() {
            let mark = if at == self.best { " ←" } else { "" };
            row(&format!("tune，{}{mark}", label(&point.changes)), &point.figures);
        }
        row("report，现在的设置", &self.report_before);
        if self.best > 0 {
            row(&format!("report，{}", label(&self.points[self.best].changes)), &self.report_after);
        }
        table
    }
}

fn label(changes: &Changes) -> String {
    if changes.is_empty() {
        return "现在的设置".to_owned();
    }
    changes.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("，")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `ndcg_10` is best where a + b = 5; on the other half one tenth less.
    struct Hill;

    impl Trial for Hill {
        fn figures<'a>(
            &'a self,
            changes: &'a Changes,
            half: &'a str,
        ) -> BoxFuture<'a, Result<BTreeMap<String, f64>, String>> {
            let of = |name: &str| changes.get(name).and_then(Value::as_f64).unwrap_or(0.0);
            let value = 1.0 - (of("a") + of("b") - 5.0).abs() / 10.0 - if half == "report" { 0.1 } else { 0.0 };
            Box::pin(async move { Ok(BTreeMap::from([("ndcg_10".to_owned(), value), ("mrr_10".to_owned(), 0.5)])) })
        }
    }

    #[tokio::test]
    async fn the_best_point_is_reported_on_the_half_that_had_no_say() {
        let grid = grid(&["a=1,2".to_owned(), "b=2,3".to_owned()]).expect("a grid");
        assert_eq!(grid.len(), 4);
        assert_eq!(grid[1], Changes::from([("a".to_owned(), json!(1)), ("b".to_owned(), json!(3))]));
        let swept = sweep(grid, "ndcg_10", &Hill, &|_| ()).await.expect("swept");
        assert_eq!((swept.points.len(), swept.best), (5, 4));
        let of = |figures: &BTreeMap<String, f64>| (figures["ndcg_10"] * 100.0).round() as i64;
        assert_eq!((of(&swept.report_before), of(&swept.report_after)), (40, 90));
        let table = swept.table();
        assert!(table.starts_with("| 设置 | nDCG@10 | MRR@10 |\n"), "{table}");
        assert!(table.contains("| tune，a=2，b=3 ← | 100.0 | 50.0 |"), "{table}");
        assert!(table.contains("| report，a=2，b=3 | 90.0 |"), "{table}");
    }

    #[tokio::test]
    async fn what_does_not_beat_the_present_settings_is_not_chosen() {
        let grid = grid(&["a=0".to_owned()]).expect("a grid");
        let swept = sweep(grid, "ndcg_10", &Hill, &|_| ()).await.expect("swept");
        assert_eq!((swept.best, &swept.report_after), (0, &swept.report_before));
        for (by, words) in [("beauty", "没有“beauty”"), ("map_100", "这些题没有“map_100”")] {
            let error = sweep(vec![], by, &Hill, &|_| ()).await.expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_grid_that_is_written_wrong_is_refused() {
        for (given, words) in [
            (vec!["a"], "应写成"),
            (vec!["a=1,x"], "不是数字"),
            (vec!["a=1", "a=2"], "写了两次"),
            (vec!["a=1,2,3,4,5,6,7,8,9", "b=1,2,3,4,5,6,7,8,9", "c=1,2,3,4,5,6,7"], "超过 500"),
        ] {
            let error = grid(&given.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
    }
}
