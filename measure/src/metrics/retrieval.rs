//! Figures of one ranking, each between 0 and 1.
//!
//! Two ways to say what was found:
//! - a ranking of document ids, best first, with [`Grades`]: public sets ([`figures`]);
//! - for each place of the ranking the pieces of evidence that the passage there holds: our own cases
//!   ([`evidence_figures`]), where a passage may hold two pieces and two passages the same one.
//!
//! Above grade 0 is relevant, what nobody judged is not (as `trec_eval` has it). A document that comes
//! twice counts where it stands first; its second place is taken, but earns nothing. A query without a
//! relevant document has no figure: every function gives `None`, and the caller leaves it out (where
//! `trec_eval` counts it as 0).

use std::collections::HashSet;

use crate::{data::Grades, run::Fraction};

/// All figures of one ranking by the names in [`super::METRICS`]; none where nothing is relevant.
pub fn figures(ranking: &[String], grades: &Grades) -> Vec<(&'static str, Fraction)> {
    let all = [
        ("ndcg_10", ndcg(ranking, grades, 10)),
        ("mrr_10", reciprocal_rank(ranking, grades, 10)),
        ("map_100", average_precision(ranking, grades, 100)),
        ("success_1", success(ranking, grades, 1)),
        ("success_5", success(ranking, grades, 5)),
        ("recall_5", recall(ranking, grades, 5)),
        ("recall_10", recall(ranking, grades, 10)),
        ("recall_100", recall(ranking, grades, 100)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, Fraction::of_one(value?)))).collect()
}

/// The same figures of one ranking of passages. `places` says for each passage, best first, which of the
/// `evidence` pieces (numbers from 0) it holds; none for a passage that is no evidence.
///
/// A piece of evidence stands where the first passage that holds it stands. Then, over the pieces found:
/// recall is their share; the reciprocal rank is that of the first; nDCG sums `1 / log2(rank + 1)` and
/// divides by the sum for one piece at each of the first places; MAP sums `pieces so far / rank` and
/// divides by all pieces. The last two are cut at 1: one passage with two pieces is no better than two
/// perfect places. Where every passage holds one piece and every piece has one passage, this is
/// [`figures`] with grades of 1 (a test).
pub fn evidence_figures(places: &[Vec<usize>], evidence: usize) -> Vec<(&'static str, Fraction)> {
    if evidence == 0 {
        return Vec::new();
    }
    // Ranks from 1 of the pieces found, in rising order.
    let mut ranks: Vec<usize> = (0..evidence)
        .filter_map(|piece| places.iter().position(|held| held.contains(&piece)).map(|place| place + 1))
        .collect();
    ranks.sort_unstable();
    let all = evidence as f64;
    let within = |k: usize| ranks.iter().take_while(move |rank| **rank <= k);
    let found = |k| within(k).count() as f64 / all;
    let gain = |rank: usize| 1.0 / ((rank + 1) as f64).log2();
    let ideal: f64 = (1..=evidence.min(10)).map(gain).sum();
    let precisions: f64 =
        within(100).enumerate().map(|(before, rank)| ((before + 1) as f64 / *rank as f64).min(1.0)).sum();
    let success = |k| if within(k).next().is_some() { 1.0 } else { 0.0 };
    [
        ("ndcg_10", (within(10).map(|rank| gain(*rank)).sum::<f64>() / ideal).min(1.0)),
        ("mrr_10", within(10).next().map_or(0.0, |rank| 1.0 / *rank as f64)),
        ("map_100", precisions / all),
        ("success_1", success(1)),
        ("success_5", success(5)),
        ("recall_5", found(5)),
        ("recall_10", found(10)),
        ("recall_100", found(100)),
    ]
    .into_iter()
    .map(|(name, value)| (name, Fraction::of_one(value)))
    .collect()
}

/// Normalised discounted cumulative gain at `k`: the sum of `grade / log2(rank + 1)` over the first
/// `k` places, divided by the same sum for the best possible order of everything judged.
///
/// Source: Järvelin and Kekäläinen, “Cumulated gain-based evaluation of IR techniques”, ACM TOIS 20(4),
/// 2002, in the form of `trec_eval`'s `ndcg_cut` (linear gain, discount from the second place on).
pub fn ndcg(ranking: &[String], grades: &Grades, k: usize) -> Option<f64> {
    let mut ideal: Vec<f64> = grades.values().copied().filter(|grade| *grade > 0.0).collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = discounted(ideal.into_iter().take(k));
    (best > 0.0).then(|| discounted(gains(ranking, grades).take(k)) / best)
}

/// Reciprocal rank at `k`: one over the place of the first relevant document, 0 past the `k`-th.
/// Its mean over queries is the MRR.
///
/// Source: Voorhees, “The TREC-8 question answering track report”, 1999.
pub fn reciprocal_rank(ranking: &[String], grades: &Grades, k: usize) -> Option<f64> {
    relevant(grades)?;
    let place = gains(ranking, grades).take(k).position(|gain| gain > 0.0);
    Some(place.map_or(0.0, |place| 1.0 / (place + 1) as f64))
}

/// Recall at `k`: the share of all relevant documents that stand in the first `k` places.
///
/// Source: Manning, Raghavan and Schütze, “Introduction to Information Retrieval”, 2008, section 8.3.
pub fn recall(ranking: &[String], grades: &Grades, k: usize) -> Option<f64> {
    let all = relevant(grades)?;
    let found = gains(ranking, grades).take(k).filter(|gain| *gain > 0.0).count();
    Some(found as f64 / all as f64)
}

/// Success at `k`: 1 when at least one relevant document stands in the first `k` places, else 0.
///
/// Source: Craswell and Hawking, “Overview of the TREC-2004 web track”, 2004 (there S@k).
pub fn success(ranking: &[String], grades: &Grades, k: usize) -> Option<f64> {
    reciprocal_rank(ranking, grades, k).map(|rank| if rank > 0.0 { 1.0 } else { 0.0 })
}

/// Average precision at `k`: the precision at the place of each relevant document among the first `k`,
/// summed and divided by the number of all relevant documents, so that one not found earns 0. Its mean
/// over queries is the MAP.
///
/// Source: Manning, Raghavan and Schütze, “Introduction to Information Retrieval”, 2008, section 8.4, in
/// the form of `trec_eval`'s `map_cut`.
pub fn average_precision(ranking: &[String], grades: &Grades, k: usize) -> Option<f64> {
    let all = relevant(grades)?;
    let places = gains(ranking, grades).take(k).enumerate().filter(|(_, gain)| *gain > 0.0);
    let precisions = places.enumerate().map(|(before, (place, _))| (before + 1) as f64 / (place + 1) as f64);
    Some(precisions.sum::<f64>() / all as f64)
}

/// How many documents are relevant; `None` instead of 0.
fn relevant(grades: &Grades) -> Option<usize> {
    let count = grades.values().filter(|grade| **grade > 0.0).count();
    (count > 0).then_some(count)
}

/// The gain of each place; 0 for what is not relevant and for a repetition.
fn gains<'a>(ranking: &'a [String], grades: &'a Grades) -> impl Iterator<Item = f64> + 'a {
    let mut seen = HashSet::new();
    ranking.iter().map(move |id| {
        let grade = grades.get(id).copied().unwrap_or(0.0).max(0.0);
        if seen.insert(id.as_str()) { grade } else { 0.0 }
    })
}

fn discounted(gains: impl Iterator<Item = f64>) -> f64 {
    gains.enumerate().map(|(place, gain)| gain / ((place + 2) as f64).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn grades(pairs: &[(&str, f64)]) -> Grades {
        pairs.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect()
    }

    #[track_caller]
    fn equal(figure: Option<f64>, expected: f64) {
        let figure = figure.expect("a figure");
        assert!((figure - expected).abs() < 1e-9, "{figure} instead of {expected}");
    }

    #[test]
    fn ndcg_by_hand() {
        let judged = grades(&[("a", 3.0), ("b", 2.0), ("c", 1.0), ("z", 0.0)]);
        let found = ranking(&["b", "x", "a", "z"]);
        // Found: 2/log2(2) + 3/log2(4) = 3.5. Best: 3/1 + 2/log2(3) + 1/2 = 3 + 1.2618595 + 0.5.
        equal(ndcg(&found, &judged, 10), 3.5 / (3.0 + 2.0 / 3f64.log2() + 0.5));
        // At 2 the best sum is cut as well: 2 over 3 + 1.2618595.
        equal(ndcg(&found, &judged, 2), 2.0 / (3.0 + 2.0 / 3f64.log2()));
        equal(ndcg(&ranking(&["a", "b", "c"]), &judged, 10), 1.0);
    }

    #[test]
    fn reciprocal_rank_by_hand() {
        let judged = grades(&[("a", 1.0), ("b", 1.0)]);
        equal(reciprocal_rank(&ranking(&["x", "y", "b", "a"]), &judged, 10), 1.0 / 3.0);
        equal(reciprocal_rank(&ranking(&["x", "y", "b", "a"]), &judged, 2), 0.0);
    }

    #[test]
    fn recall_and_success_by_hand() {
        let judged = grades(&[("a", 1.0), ("b", 1.0), ("c", 2.0), ("d", 0.0)]);
        let found = ranking(&["d", "a", "x", "c"]);
        equal(recall(&found, &judged, 1), 0.0);
        equal(recall(&found, &judged, 2), 1.0 / 3.0);
        equal(recall(&found, &judged, 100), 2.0 / 3.0);
        equal(success(&found, &judged, 1), 0.0);
        equal(success(&found, &judged, 2), 1.0);
    }

    #[test]
    fn average_precision_by_hand() {
        let judged = grades(&[("a", 1.0), ("b", 1.0), ("c", 1.0)]);
        // Relevant at places 1 and 3: (1/1 + 2/3) over three relevant documents.
        let found = ranking(&["a", "x", "b"]);
        equal(average_precision(&found, &judged, 100), (1.0 + 2.0 / 3.0) / 3.0);
        equal(average_precision(&found, &judged, 2), 1.0 / 3.0);
    }

    #[test]
    fn a_repetition_earns_nothing() {
        let judged = grades(&[("a", 1.0), ("b", 1.0)]);
        let found = ranking(&["a", "a", "a"]);
        equal(recall(&found, &judged, 10), 0.5);
        equal(ndcg(&found, &judged, 10), 1.0 / (1.0 + 1.0 / 3f64.log2()));
        equal(average_precision(&found, &judged, 100), 0.5);
    }

    #[test]
    fn nothing_found_is_zero_and_nothing_judged_is_no_figure() {
        let judged = grades(&[("a", 1.0)]);
        for figure in [ndcg(&[], &judged, 10), recall(&[], &judged, 10), average_precision(&[], &judged, 100)] {
            equal(figure, 0.0);
        }
        for judged in [Grades::new(), grades(&[("a", 0.0), ("b", -1.0)])] {
            let found = ranking(&["a"]);
            assert_eq!(ndcg(&found, &judged, 10), None);
            assert_eq!(reciprocal_rank(&found, &judged, 10), None);
            assert_eq!(recall(&found, &judged, 10), None);
            assert_eq!(success(&found, &judged, 10), None);
            assert_eq!(average_precision(&found, &judged, 100), None);
        }
    }

    #[test]
    fn evidence_by_hand() {
        let value = |places: &[Vec<usize>], evidence, name| {
            let figures = evidence_figures(places, evidence);
            figures.iter().find(|it| it.0 == name).and_then(|it| it.1.value())
        };
        // Three pieces; 1 and 0 stand at place 2, 0 again at 3, and 2 nowhere.
        let places = [vec![], vec![1, 0], vec![0]];
        equal(value(&places, 3, "ndcg_10"), 2.0 / 3f64.log2() / (1.0 + 1.0 / 3f64.log2() + 0.5));
        equal(value(&places, 3, "mrr_10"), 0.5);
        // 1/2 at the first piece, 2/2 at the second, both of place 2; over three.
        equal(value(&places, 3, "map_100"), 0.5);
        equal(value(&places, 3, "success_1"), 0.0);
        equal(value(&places, 3, "success_5"), 1.0);
        equal(value(&places, 3, "recall_5"), 2.0 / 3.0);
        // Both pieces in one passage at the top: as good as can be, and no better.
        for name in ["ndcg_10", "map_100", "recall_5"] {
            equal(value(&[vec![0, 1]], 2, name), 1.0);
        }
        let far = [vec![vec![]; 10], vec![vec![0]]].concat();
        assert_eq!(
            ["ndcg_10", "mrr_10", "recall_10", "recall_100"].map(|name| value(&far, 1, name)),
            [Some(0.0), Some(0.0), Some(0.0), Some(1.0)]
        );
        assert!(evidence_figures(&places, 0).is_empty());
    }

    #[test]
    fn one_passage_for_each_piece_is_a_ranking_of_documents() {
        // Places 1 to 120 of which every seventh and the last hold a piece; one piece is never found.
        let right: Vec<usize> = (0..120).filter(|place| place % 7 == 3 || *place == 119).collect();
        let places: Vec<Vec<usize>> =
            (0..120).map(|place| right.iter().position(|it| *it == place).into_iter().collect()).collect();
        let ids: Vec<String> = (0..120).map(|place| format!("d{place}")).collect();
        let mut judged: Grades = right.iter().map(|place| (format!("d{place}"), 1.0)).collect();
        judged.insert("never".into(), 1.0);
        let (ours, classic) = (evidence_figures(&places, right.len() + 1), figures(&ids, &judged));
        assert_eq!((ours.len(), classic.len()), (8, 8));
        for (one, other) in ours.into_iter().zip(classic) {
            assert_eq!(one.0, other.0);
            equal(one.1.value(), other.1.num);
            assert!(super::super::metric(one.0).is_some(), "{}", one.0);
        }
    }
}
