//! The figures of one run, for people and for files.

use std::{collections::BTreeMap, fmt::Write as _};

use measure::{run::Fraction, stats};
use serde::{Deserialize, Serialize};

/// What retrieval reached on one set. Shares lie between 0 and 1; the table shows them times 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RetrievalReport {
    /// What was measured and with what, in the order of the names.
    pub settings: BTreeMap<String, String>,
    /// Queries that were asked.
    pub queries: usize,
    /// Queries of the file that nobody judged, or for which nothing was judged relevant: not asked.
    pub skipped_without_judgement: usize,
    /// Queries that were asked and got an empty list; they count as 0.
    pub queries_without_result: usize,
    /// Documents judged relevant that the corpus doesn't hold; they count as not found.
    pub judged_outside_corpus: usize,
    /// Mean nDCG at 10, see [`measure::metrics::retrieval::ndcg`].
    pub ndcg_10: f64,
    /// Bounds of the 95 % interval of `ndcg_10`, see [`interval`].
    pub ndcg_10_interval: [f64; 2],
    /// Mean reciprocal rank at 10.
    pub mrr_10: f64,
    /// Mean average precision over the first 100.
    pub map_100: f64,
    /// Share of queries with something relevant among the first 5.
    pub success_5: f64,
    /// Mean recall at 1.
    pub recall_1: f64,
    /// Mean recall at 5.
    pub recall_5: f64,
    /// Mean recall at 10.
    pub recall_10: f64,
    /// Mean recall at 50.
    pub recall_50: f64,
    /// Mean recall at 100.
    pub recall_100: f64,
    /// Seconds that building the index took; 0 where it was there already.
    pub index_seconds: f64,
    /// Half of the queries took at most so many milliseconds, asked one after the other.
    pub query_ms_p50: f64,
    /// 95 of 100 queries.
    pub query_ms_p95: f64,
    /// 99 of 100 queries.
    pub query_ms_p99: f64,
}

impl RetrievalReport {
    /// A table for the terminal, in Chinese.
    pub fn table(&self) -> String {
        let [low, high] = self.ndcg_10_interval.map(|it| it * 100.0);
        let mut rows = vec![
            ("问题数".to_owned(), self.queries.to_string()),
            ("未标注而跳过".to_owned(), self.skipped_without_judgement.to_string()),
            ("无结果的问题".to_owned(), self.queries_without_result.to_string()),
        ];
        if self.judged_outside_corpus > 0 {
            rows.push(("标注了但语料中没有的文档".to_owned(), self.judged_outside_corpus.to_string()));
        }
        let share = |value: f64| format!("{:.1}", value * 100.0);
        rows.push(("nDCG@10".to_owned(), format!("{:.1}  [{low:.1}, {high:.1}]", self.ndcg_10 * 100.0)));
        for (name, value) in [
            ("MRR@10", self.mrr_10),
            ("MAP@100", self.map_100),
            ("Success@5", self.success_5),
            ("Recall@1", self.recall_1),
            ("Recall@5", self.recall_5),
            ("Recall@10", self.recall_10),
            ("Recall@50", self.recall_50),
            ("Recall@100", self.recall_100),
        ] {
            rows.push((name.to_owned(), share(value)));
        }
        rows.push(("建索引用时".to_owned(), format!("{:.1} 秒", self.index_seconds)));
        for (name, value) in [("p50", self.query_ms_p50), ("p95", self.query_ms_p95), ("p99", self.query_ms_p99)] {
            rows.push((format!("查询用时 {name}"), format!("{value:.2} 毫秒")));
        }
        rows.extend(self.settings.iter().map(|(name, value)| (name.clone(), value.clone())));
        aligned(&rows)
    }
}

/// Two columns, the first as wide as its widest cell on a terminal.
fn aligned(rows: &[(String, String)]) -> String {
    let widest = rows.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let mut table = String::new();
    for (name, value) in rows {
        let gap = widest - columns(name) + 2;
        // Writing to a string can't fail.
        let _ = writeln!(table, "{name}{:gap$}{value}", "");
    }
    table
}

/// Columns that a terminal gives a text: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}

/// The mean; 0 for no values.
pub fn mean(values: &[f64]) -> f64 {
    stats::mean(values).unwrap_or_default()
}

/// The 95 % interval of the mean, see [`stats::interval`]; `[0, 0]` for no values.
pub fn interval(values: &[f64]) -> [f64; 2] {
    stats::interval(&values.iter().map(|it| Fraction::of_one(*it)).collect::<Vec<_>>()).unwrap_or_default()
}

/// The nearest-rank percentile of sorted values, see [`stats::percentile`]; 0 for no values.
pub fn percentile(sorted: &[f64], percent: f64) -> f64 {
    stats::percentile(sorted, percent).unwrap_or_default()
}

#[cfg(test)]
pub(crate) fn sample() -> RetrievalReport {
    RetrievalReport {
        settings: BTreeMap::from([("channels".to_owned(), "hybrid".to_owned())]),
        queries: 247,
        skipped_without_judgement: 3,
        queries_without_result: 1,
        judged_outside_corpus: 0,
        ndcg_10: 0.387,
        ndcg_10_interval: [0.361, 0.4125],
        mrr_10: 0.4,
        map_100: 0.35,
        success_5: 0.6,
        recall_1: 0.2,
        recall_5: 0.4,
        recall_10: 0.5,
        recall_50: 0.65,
        recall_100: 0.703,
        index_seconds: 61.24,
        query_ms_p50: 1.234,
        query_ms_p95: 2.0,
        query_ms_p99: 3.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_survives_json() {
        let text = serde_json::to_string(&sample()).expect("JSON");
        assert_eq!(serde_json::from_str::<RetrievalReport>(&text).expect("a report"), sample());
        for name in ["\"ndcg_10\":0.387", "\"recall_100\":0.703", "\"query_ms_p99\":3.5"] {
            assert!(text.contains(name), "{name}: {text}");
        }
    }

    #[test]
    fn the_table_is_aligned_and_in_percent() {
        let table = sample().table();
        for words in
            ["nDCG@10       38.7  [36.1, 41.2]", "Recall@100    70.3", "问题数        247", "p50  1.23 毫秒", "hybrid"]
        {
            assert!(table.contains(words), "{words}\n{table}");
        }
        assert!(!table.contains("语料中没有"), "nothing to say about it\n{table}");
        let mut report = sample();
        report.judged_outside_corpus = 9;
        assert!(report.table().contains("标注了但语料中没有的文档  9\n"), "{}", report.table());
    }

    #[test]
    fn percentiles_by_hand() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!([50.0, 95.0, 99.0, 100.0].map(|p| percentile(&values, p) as i64), [100, 190, 198, 200]);
        assert_eq!([0.0, 50.0, 99.0].map(|p| percentile(&[7.0], p) as i64), [7, 7, 7]);
        assert_eq!(percentile(&[], 50.0) as i64, 0);
    }

    #[test]
    fn the_interval_is_seeded_and_as_wide_as_theory_says() {
        // 400 values, half 0 and half 1: standard error 0.5 / sqrt(400) = 0.025, so about 0.5 ± 0.049.
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let [low, high] = interval(&values);
        assert!((low - 0.451).abs() < 0.008 && (high - 0.549).abs() < 0.008, "{low} {high}");
        assert_eq!(interval(&values).map(f64::to_bits), [low, high].map(f64::to_bits));
        assert_eq!(interval(&[0.25; 9]).map(|it| it.to_string()), ["0.25", "0.25"]);
    }
}
