//! Asks the queries of a public set, and works out the figures of what was found.

use std::{
    collections::{BTreeMap, HashSet},
    time::Instant,
};

use futures::{StreamExt as _, TryStreamExt as _, future::BoxFuture, stream};
use measure::{
    Error, Result,
    data::{
        Query, Set,
        trec::{Rankings, Scored},
    },
    metrics::retrieval as metrics,
};

use crate::report::{RetrievalReport, interval, mean, percentile};

/// How many results each query asks for: the deepest figure is recall at 100.
pub const DEPTH: usize = 100;

/// A search under test.
pub trait Search: Send + Sync {
    /// At most `k` documents for `query`, best first. The error is a sentence in Chinese.
    fn search<'a>(&'a self, query: &'a Query, k: usize) -> BoxFuture<'a, Result<Vec<Scored>, String>>;
}

/// What was found for one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The query's id.
    pub query: String,
    /// Documents, best first.
    pub ranking: Vec<Scored>,
    /// How long it took, milliseconds; `None` where it was found elsewhere.
    pub millis: Option<f64>,
}

/// What the figures can't say by themselves.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What stands in the report about the search: channels, weights, embedder …
    pub settings: BTreeMap<String, String>,
    /// Seconds that building the index took.
    pub index_seconds: f64,
}

/// Asks `queries`, `parallel` at once (0 counts as 1), and gives what was found in their order.
/// `progress` is told how many are done.
///
/// # Errors
/// The first search that fails.
pub async fn ask<S: Search>(
    queries: &[Query],
    search: &S,
    parallel: usize,
    progress: &(dyn Fn(usize) + Send + Sync),
) -> Result<Vec<Found>> {
    let asking: Vec<_> = queries.iter().map(|query| ask_one(query, search)).collect();
    let told = stream::iter(asking).buffered(parallel.max(1)).enumerate().map(|(done, found)| {
        progress(done + 1);
        found
    });
    told.try_collect().await
}

async fn ask_one<S: Search>(query: &Query, search: &S) -> Result<Found> {
    let began = Instant::now();
    let found = search.search(query, DEPTH).await;
    let millis = Some(began.elapsed().as_secs_f64() * 1000.0);
    let ranking = found.map_err(|reason| Error::Search { query: query.id.clone(), reason })?;
    Ok(Found { query: query.id.clone(), ranking, millis })
}

/// What a run made elsewhere has for `queries`; nothing for those that it leaves out.
pub fn found_elsewhere(queries: &[Query], mut rankings: Rankings) -> Vec<Found> {
    let found = queries.iter().map(|query| Found {
        query: query.id.clone(),
        ranking: rankings.remove(&query.id).unwrap_or_default(),
        millis: None,
    });
    found.collect()
}

/// What was found, for [`measure::data::trec::write_run`].
pub fn rankings(found: &[Found]) -> Rankings {
    found.iter().map(|it| (it.query.clone(), distinct(&it.ranking))).collect()
}

/// The figures of `found` by the judgements of `set`.
///
/// # Errors
/// Nothing was asked; all result lists are empty. Neither may look like a figure.
pub fn report(set: &Set, found: &[Found], about: About) -> Result<RetrievalReport> {
    let mut scores = Scores::default();
    for it in found {
        scores.milliseconds.extend(it.millis);
        let ranking: Vec<String> = distinct(&it.ranking).into_iter().map(|it| it.id).collect();
        scores.add(&ranking, set.judgements.get(&it.query).unwrap_or(&BTreeMap::new()));
    }
    if scores.ndcg.is_empty() {
        return Err(Error::NoQueries);
    }
    if scores.empty == found.len() {
        return Err(Error::NothingFound(found.len()));
    }
    Ok(scores.report(set, about))
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
    fn add(&mut self, ranking: &[String], grades: &BTreeMap<String, f64>) {
        self.empty += usize::from(ranking.is_empty());
        // Every query of a set has a relevant document, so every figure is there.
        self.ndcg.extend(metrics::ndcg(ranking, grades, 10));
        self.reciprocal_rank.extend(metrics::reciprocal_rank(ranking, grades, 10));
        self.average_precision.extend(metrics::average_precision(ranking, grades, DEPTH));
        self.success.extend(metrics::success(ranking, grades, 5));
        for (values, k) in self.recall.iter_mut().zip([1, 5, 10, 50, DEPTH]) {
            values.extend(metrics::recall(ranking, grades, k));
        }
    }

    fn report(mut self, set: &Set, about: About) -> RetrievalReport {
        self.milliseconds.sort_by(f64::total_cmp);
        let [recall_1, recall_5, recall_10, recall_50, recall_100] = self.recall.each_ref().map(|it| mean(it));
        let [query_ms_p50, query_ms_p95, query_ms_p99] =
            [50.0, 95.0, 99.0].map(|percent| percentile(&self.milliseconds, percent));
        RetrievalReport {
            settings: about.settings,
            queries: self.ndcg.len(),
            skipped_without_judgement: set.left_out.unjudged,
            queries_without_result: self.empty,
            judged_outside_corpus: set.left_out.outside,
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
            index_seconds: about.index_seconds,
            query_ms_p50,
            query_ms_p95,
            query_ms_p99,
        }
    }
}

/// The first [`DEPTH`] different documents: two passages of one document are one result.
fn distinct(ranking: &[Scored]) -> Vec<Scored> {
    let mut seen = HashSet::new();
    ranking.iter().filter(|it| seen.insert(it.id.as_str())).take(DEPTH).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use measure::data::Document;

    use super::*;

    /// Answers from a list; fails for the question 坏.
    struct Fixed(BTreeMap<&'static str, Vec<&'static str>>);

    impl Search for Fixed {
        fn search<'a>(&'a self, query: &'a Query, _k: usize) -> BoxFuture<'a, Result<Vec<Scored>, String>> {
            Box::pin(async move {
                if query.text == "坏" {
                    return Err("索引损坏".to_owned());
                }
                let found = self.0.get(query.text.as_str()).cloned().unwrap_or_default();
                Ok(found.into_iter().map(|id| Scored { id: id.to_owned(), score: 1.0 }).collect())
            })
        }
    }

    fn set(asked: &[(&str, &str)], judged: &[(&str, &str, f64)]) -> Set {
        let queries = asked.iter().map(|(id, text)| Query { id: (*id).to_owned(), text: (*text).to_owned() }).collect();
        let mut judgements = measure::data::Judgements::new();
        for (query, document, grade) in judged {
            judgements.entry((*query).to_owned()).or_default().insert((*document).to_owned(), *grade);
        }
        let document = |id: &str| Document { id: id.into(), title: String::new(), text: "文".into() };
        Set::new(["a", "b", "x"].map(document).into(), queries, judgements).expect("a set")
    }

    fn fixed(found: &[(&'static str, &[&'static str])]) -> Fixed {
        Fixed(found.iter().map(|(question, ids)| (*question, ids.to_vec())).collect())
    }

    #[tokio::test]
    async fn figures_are_means_over_the_judged_queries() {
        // 4 is judged, but nothing is relevant; 5 isn't judged at all; 6 isn't asked.
        let set = set(
            &[("1", "甲"), ("2", "乙"), ("3", "丙"), ("4", "丁"), ("5", "戊")],
            &[("1", "a", 1.0), ("2", "b", 1.0), ("3", "c", 1.0), ("4", "d", 0.0), ("6", "e", 1.0)],
        );
        let search = fixed(&[("甲", &["a"]), ("乙", &["x", "x", "b"])]);
        let told = Mutex::new(Vec::new());
        let found = ask(&set.queries, &search, 2, &|done| told.lock().expect("free").push(done)).await.expect("found");
        assert_eq!(told.into_inner().expect("free"), [1, 2, 3]);
        let about = About { index_seconds: 1.5, ..About::default() };
        let report = report(&set, &found, about).expect("figures");
        assert_eq!((report.queries, report.skipped_without_judgement, report.queries_without_result), (3, 2, 1));
        assert_eq!((report.judged_outside_corpus, report.index_seconds.to_string()), (1, "1.5".to_owned()));
        // The repeated x is one result, so b stands second.
        let expected = f64::midpoint(1.0, 0.5) * 2.0 / 3.0;
        assert!((report.mrr_10 - expected).abs() < 1e-9, "{report:?}");
        assert!((report.recall_1 - 1.0 / 3.0).abs() < 1e-9 && (report.recall_5 - 2.0 / 3.0).abs() < 1e-9);
        assert!((report.ndcg_10 - (1.0 + 1.0 / 3f64.log2()) / 3.0).abs() < 1e-9, "{report:?}");
        assert!(report.query_ms_p50 <= report.query_ms_p95 && report.query_ms_p95 <= report.query_ms_p99);
        assert_eq!(rankings(&found)["2"].iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["x", "b"]);
    }

    #[test]
    fn a_run_made_elsewhere_counts_what_it_leaves_out() {
        let set = set(&[("1", "甲"), ("2", "乙")], &[("1", "a", 1.0), ("2", "b", 1.0)]);
        let theirs = Rankings::from([("1".to_owned(), vec![Scored { id: "a".into(), score: 9.0 }])]);
        let found = found_elsewhere(&set.queries, theirs);
        let report = report(&set, &found, About::default()).expect("figures");
        assert_eq!((report.queries, report.queries_without_result), (2, 1));
        assert!((report.ndcg_10 - 0.5).abs() < 1e-9, "{report:?}");
    }

    #[tokio::test]
    async fn nothing_to_measure_is_an_error_and_not_a_figure() {
        let set = set(&[("1", "甲"), ("2", "坏")], &[("1", "a", 1.0), ("2", "a", 1.0)]);
        let broken = ask(&set.queries, &fixed(&[]), 1, &|_| ()).await.expect_err("refused").to_string();
        assert!(broken.contains("问题 2 检索失败：索引损坏"), "{broken}");
        let empty = ask(&set.queries[..1], &fixed(&[]), 1, &|_| ()).await.expect("asked");
        for (found, words) in [(&empty[..], "没有检索到任何结果"), (&[], "没有可评测的问题")] {
            let error = report(&set, found, About::default()).expect_err("refused").to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
