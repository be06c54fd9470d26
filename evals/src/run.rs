//! Asks every judged query and works out the figures.

use std::{
    collections::{BTreeMap, HashSet},
    time::Instant,
};

use futures::future::BoxFuture;
use measure::{
    Error, Result,
    data::{Grades, Judgements, Query},
    metrics::retrieval as metrics,
};

use crate::report::{RetrievalReport, interval, mean, percentile};

/// How many results each query asks for: the deepest figure is recall at 100.
pub const DEPTH: usize = 100;

/// A search under test.
pub trait Search: Send + Sync {
    /// Ids of at most `k` documents for `question`, best first. The error is a sentence in Chinese.
    fn search<'a>(&'a self, question: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>, String>>;
}

/// What the runner can't find out by itself.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Ask only the first so many judged queries.
    pub limit: Option<usize>,
    /// What stands in the report about the search: channels, weights, embedder …
    pub settings: BTreeMap<String, String>,
    /// Seconds that building the index took.
    pub index_seconds: f64,
    /// Judged documents that the corpus doesn't hold, from [`measure::data::judged_outside`].
    pub judged_outside_corpus: usize,
}

/// Asks the judged queries one after the other, in their order, and gives the figures. `progress` is
/// told how many queries of how many are done.
///
/// # Errors
/// No query; no query with a relevant document; a search that fails; all result lists empty. None of
/// these may look like a figure.
pub async fn run<S: Search>(
    queries: &[Query],
    judgements: &Judgements,
    search: &S,
    plan: Plan,
    progress: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<RetrievalReport> {
    if queries.is_empty() {
        return Err(Error::NoQueries);
    }
    let mut judged: Vec<(&Query, &Grades)> = queries
        .iter()
        .filter_map(|query| Some((query, judgements.get(&query.id)?)))
        .filter(|(_, grades)| grades.values().any(|grade| *grade > 0.0))
        .collect();
    if judged.is_empty() {
        return Err(Error::NoneJudged(queries.len()));
    }
    let skipped = queries.len() - judged.len();
    judged.truncate(plan.limit.unwrap_or(usize::MAX));
    if judged.is_empty() {
        return Err(Error::NoQueries);
    }
    let mut scores = Scores::default();
    for (done, (query, grades)) in judged.iter().enumerate() {
        let began = Instant::now();
        let found = search.search(&query.text, DEPTH).await;
        scores.milliseconds.push(began.elapsed().as_secs_f64() * 1000.0);
        let ranking = found.map_err(|reason| Error::Search { query: query.id.clone(), reason })?;
        scores.add(&ranking, grades);
        progress(done + 1, judged.len());
    }
    if scores.empty == judged.len() {
        return Err(Error::NothingFound(judged.len()));
    }
    Ok(scores.report(plan, skipped))
}

/// The figures of each query, in the order asked.
#[derive(Default)]
struct Scores {
    ndcg: Vec<f64>,
    reciprocal_rank: Vec<f64>,
    average_precision: Vec<f64>,
    success: Vec<f64>,
    /// At 1, 5, 10, 50 and 100.
    recall: [Vec<f64>; 5],
    milliseconds: Vec<f64>,
    empty: usize,
}

impl Scores {
    fn add(&mut self, ranking: &[String], grades: &Grades) {
        self.empty += usize::from(ranking.is_empty());
        let ranking = distinct(ranking);
        // Every query here has a relevant document, so every figure is there.
        self.ndcg.extend(metrics::ndcg(&ranking, grades, 10));
        self.reciprocal_rank.extend(metrics::reciprocal_rank(&ranking, grades, 10));
        self.average_precision.extend(metrics::average_precision(&ranking, grades, DEPTH));
        self.success.extend(metrics::success(&ranking, grades, 5));
        for (values, k) in self.recall.iter_mut().zip([1, 5, 10, 50, DEPTH]) {
            values.extend(metrics::recall(&ranking, grades, k));
        }
    }

    fn report(mut self, plan: Plan, skipped_without_judgement: usize) -> RetrievalReport {
        self.milliseconds.sort_by(f64::total_cmp);
        let [recall_1, recall_5, recall_10, recall_50, recall_100] = self.recall.each_ref().map(|it| mean(it));
        let [query_ms_p50, query_ms_p95, query_ms_p99] =
            [50.0, 95.0, 99.0].map(|percent| percentile(&self.milliseconds, percent));
        RetrievalReport {
            settings: plan.settings,
            queries: self.ndcg.len(),
            skipped_without_judgement,
            queries_without_result: self.empty,
            judged_outside_corpus: plan.judged_outside_corpus,
            ndcg_10: mean(&self.ndcg),
            ndcg_10_interval: interval(&self.ndcg),
            mrr_10: mean(&self.reciprocal_rank),
            map_100: mean(&self.average_precision),
            success_5: mean(&self.success),
            recall_1,
            recall_5,
            recall_10,
            recall_50,
            recall_100,
            index_seconds: plan.index_seconds,
            query_ms_p50,
            query_ms_p95,
            query_ms_p99,
        }
    }
}

/// The first [`DEPTH`] different documents: two passages of one document are one result.
fn distinct(ranking: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    ranking.iter().filter(|id| seen.insert(id.as_str())).take(DEPTH).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Answers from a list; fails for the question 坏.
    struct Fixed(BTreeMap<&'static str, Vec<&'static str>>);

    impl Search for Fixed {
        fn search<'a>(&'a self, question: &'a str, _k: usize) -> BoxFuture<'a, Result<Vec<String>, String>> {
            Box::pin(async move {
                if question == "坏" {
                    return Err("索引损坏".to_owned());
                }
                let found = self.0.get(question).cloned().unwrap_or_default();
                Ok(found.into_iter().map(str::to_owned).collect())
            })
        }
    }

    fn queries(pairs: &[(&str, &str)]) -> Vec<Query> {
        pairs.iter().map(|(id, text)| Query { id: (*id).to_owned(), text: (*text).to_owned() }).collect()
    }

    fn judgements(pairs: &[(&str, &str, f64)]) -> Judgements {
        let mut judgements = Judgements::new();
        for (query, document, grade) in pairs {
            judgements.entry((*query).to_owned()).or_default().insert((*document).to_owned(), *grade);
        }
        judgements
    }

    async fn figures(
        queries: &[Query],
        judgements: &Judgements,
        found: &[(&'static str, &[&'static str])],
        limit: Option<usize>,
    ) -> Result<RetrievalReport> {
        let search = Fixed(found.iter().map(|(question, ids)| (*question, ids.to_vec())).collect());
        run(queries, judgements, &search, Plan { limit, ..Plan::default() }, &|_, _| {}).await
    }

    #[tokio::test]
    async fn figures_are_means_over_the_judged_queries() {
        let asked = queries(&[("1", "甲"), ("2", "乙"), ("3", "丙"), ("4", "丁"), ("5", "戊")]);
        // 4 is judged, but nothing is relevant; 5 isn't judged at all; 6 isn't asked.
        let judged = judgements(&[("1", "a", 1.0), ("2", "b", 1.0), ("3", "c", 1.0), ("4", "d", 0.0), ("6", "e", 1.0)]);
        let report =
            figures(&asked, &judged, &[("甲", &["a"]), ("乙", &["x", "x", "b"])], None).await.expect("figures");
        assert_eq!((report.queries, report.skipped_without_judgement, report.queries_without_result), (3, 2, 1));
        // The repeated x is one result, so b stands second.
        let expected = f64::midpoint(1.0, 0.5) * 2.0 / 3.0;
        assert!((report.mrr_10 - expected).abs() < 1e-9, "{report:?}");
        assert!((report.recall_1 - 1.0 / 3.0).abs() < 1e-9 && (report.recall_5 - 2.0 / 3.0).abs() < 1e-9);
        assert!((report.ndcg_10 - (1.0 + 1.0 / 3f64.log2()) / 3.0).abs() < 1e-9, "{report:?}");
        assert!(report.query_ms_p50 <= report.query_ms_p95 && report.query_ms_p95 <= report.query_ms_p99);
    }

    #[tokio::test]
    async fn a_limit_asks_the_first_and_progress_is_told() {
        let asked = queries(&[("0", "无"), ("1", "甲"), ("2", "乙"), ("3", "坏")]);
        let judged = judgements(&[("1", "a", 1.0), ("2", "a", 1.0), ("3", "a", 1.0)]);
        let told = Mutex::new(Vec::new());
        let search = Fixed(BTreeMap::from([("甲", vec!["a"])]));
        let plan = Plan { limit: Some(2), index_seconds: 1.5, judged_outside_corpus: 4, ..Plan::default() };
        let report = run(&asked, &judged, &search, plan, &|done, of| told.lock().expect("free").push((done, of)))
            .await
            .expect("figures");
        assert_eq!(told.into_inner().expect("free"), [(1, 2), (2, 2)]);
        assert_eq!((report.queries, report.skipped_without_judgement, report.judged_outside_corpus), (2, 1, 4));
        assert_eq!(report.index_seconds.to_string(), "1.5");
    }

    #[tokio::test]
    async fn nothing_to_measure_is_an_error_and_not_a_figure() {
        let asked = queries(&[("1", "甲"), ("2", "坏")]);
        let judged = judgements(&[("1", "a", 1.0)]);
        for (asked, judged, words) in [
            (queries(&[]), judged.clone(), "没有内容"),
            (asked.clone(), judgements(&[("9", "a", 1.0)]), "2 个问题都没有标注"),
            (asked.clone(), judgements(&[("1", "a", 0.0)]), "没有标注"),
            (asked.clone(), judged.clone(), "没有检索到任何结果"),
            (asked.clone(), judgements(&[("2", "a", 1.0)]), "问题 2 检索失败：索引损坏"),
        ] {
            let error = figures(&asked, &judged, &[], None).await.expect_err("refused").to_string();
            assert!(error.contains(words), "{words}: {error}");
        }
        let error = figures(&asked, &judged, &[("甲", &["a"])], Some(0)).await.expect_err("refused").to_string();
        assert!(error.contains("没有可评测的问题"), "{error}");
    }
}
