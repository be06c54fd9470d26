//! Figures of one ranking, each between 0 and 1.
//!
//! A ranking is a list of document ids, best first; [`Grades`] say what was judged for its query.
//! Above 0 is relevant, what nobody judged is not (as `trec_eval` has it). A document that comes twice
//! counts where it stands first; its second place is taken, but earns nothing. A query without a
//! relevant document has no figure: every function gives `None`, and the caller leaves it out.

use std::collections::HashSet;

use crate::data::Grades;

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

/// Average precision over the whole ranking: the precision at each relevant document's place, summed
/// and divided by the number of relevant documents, so that one never found earns 0. Its mean over
/// queries is the MAP.
///
/// Source: Manning, Raghavan and Schütze, “Introduction to Information Retrieval”, 2008, section 8.4.
pub fn average_precision(ranking: &[String], grades: &Grades) -> Option<f64> {
    let all = relevant(grades)?;
    let places = gains(ranking, grades).enumerate().filter(|(_, gain)| *gain > 0.0);
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
        equal(average_precision(&ranking(&["a", "x", "b"]), &judged), (1.0 + 2.0 / 3.0) / 3.0);
    }

    #[test]
    fn a_repetition_earns_nothing() {
        let judged = grades(&[("a", 1.0), ("b", 1.0)]);
        let found = ranking(&["a", "a", "a"]);
        equal(recall(&found, &judged, 10), 0.5);
        equal(ndcg(&found, &judged, 10), 1.0 / (1.0 + 1.0 / 3f64.log2()));
        equal(average_precision(&found, &judged), 0.5);
    }

    #[test]
    fn nothing_found_is_zero_and_nothing_judged_is_no_figure() {
        let judged = grades(&[("a", 1.0)]);
        for figure in [ndcg(&[], &judged, 10), recall(&[], &judged, 10), average_precision(&[], &judged)] {
            equal(figure, 0.0);
        }
        for judged in [Grades::new(), grades(&[("a", 0.0), ("b", -1.0)])] {
            let found = ranking(&["a"]);
            assert_eq!(ndcg(&found, &judged, 10), None);
            assert_eq!(reciprocal_rank(&found, &judged, 10), None);
            assert_eq!(recall(&found, &judged, 10), None);
            assert_eq!(success(&found, &judged, 10), None);
            assert_eq!(average_precision(&found, &judged), None);
        }
    }
}
