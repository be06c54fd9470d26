//! Our figures against those of ir-measures, the common front of `trec_eval` and others, which none of us
//! wrote. `scripts/test-ir-measures.sh` sets it up.

use std::{collections::BTreeMap, path::Path, process::Command};

use measure::{
    data::{
        Grades, Judgements,
        trec::{self, Rankings, Scored},
    },
    metrics::retrieval,
};
use rand::{RngExt as _, SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;

/// Our names for the measures of `evaluate.py`.
const NAMES: [(&str, &str); 9] = [
    ("nDCG@10", "ndcg_10"),
    ("RR@10", "mrr_10"),
    ("RR", WHOLE),
    ("AP@100", "map_100"),
    ("R@5", "recall_5"),
    ("R@10", "recall_10"),
    ("R@100", "recall_100"),
    ("Success@1", "success_1"),
    ("Success@5", "success_5"),
];
/// The reciprocal rank without a cut, which is not among our figures by name.
const WHOLE: &str = "mrr";
/// Equal to four places.
const CLOSE: f64 = 0.000_05;

/// The interpreter that has ir-measures; without it the test is left out, which is said.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration; this says where their peer is")]
fn python() -> Option<String> {
    let python = std::env::var("DANGWUTONG_TEST_IR_MEASURES").ok().filter(|it| !it.is_empty());
    if python.is_none() {
        eprintln!("left out: DANGWUTONG_TEST_IR_MEASURES is not set");
    }
    python
}

#[test]
fn ir_measures_reads_our_files_and_finds_our_figures() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let [qrels, run, other] = ["qrels.txt", "run.txt", "other.txt"].map(|it| folder.path().join(it));
    let (judgements, rankings) = generated();
    trec::write_qrels(&qrels, &judgements).expect("written");
    trec::write_run(&run, &rankings, "ours").expect("written");
    assert_eq!(trec::read_qrels(&qrels).expect("read"), judgements);

    let theirs = evaluate(&python, &[&qrels, &run, &other]);
    let found = compare("ours", &theirs, &judgements, &rankings);
    // The file of another tool, shuffled and with ties, is read in the order in which trec_eval reads it.
    let read = trec::read_run(&other).expect("read");
    let again = compare("other", &theirs, &judgements, &read);
    assert!(found.iter().zip(&again).any(|(one, other)| (one - other).abs() > CLOSE), "ties change the order");
}

/// 60 queries with graded judgements and rankings of up to 150 documents. Some scores are tied, many documents
/// are not judged, some judged ones not found; two queries have no result, one has no relevant document, one
/// ranking nobody judged.
fn generated() -> (Judgements, Rankings) {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let (mut judgements, mut rankings) = (Judgements::new(), Rankings::new());
    for number in 0..60 {
        let query = format!("问{number}");
        let mut documents: Vec<String> = (0..220).map(|it| format!("d{it}")).collect();
        documents.shuffle(&mut random);
        // Judged documents are likelier near the top, so that no figure is always 0.
        let last = [12, 60, 219][number % 3];
        let judged = random.random_range(1..=25).min(last);
        let mut grades = Grades::new();
        while grades.len() < judged {
            let place = random.random_range(0..=last);
            let grade = if number == 5 { 0 } else { random.random_range(-1..=3) };
            grades.insert(documents[place].clone(), f64::from(grade));
        }
        if number != 5 {
            grades.insert(documents[last].clone(), 1.0);
        }
        judgements.insert(query.clone(), grades);
        documents.truncate(random.random_range(3..=150));
        let score = |place: usize| ((160 - place) / 4) as f64 * 0.37;
        let ranking = documents.into_iter().enumerate().map(|(place, id)| Scored { id, score: score(place) });
        rankings.insert(query, if number % 40 == 7 { Vec::new() } else { ranking.collect() });
    }
    rankings.insert("nobody-judged".to_owned(), vec![Scored { id: "d1".into(), score: 1.0 }]);
    (judgements, rankings)
}

/// The figures that ir-measures finds, by run, query and measure.
fn evaluate(python: &str, files: &[&Path; 3]) -> BTreeMap<(String, String, String), f64> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evaluate.py");
    let output = Command::new(python).arg(script).args(files).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let figures = text.lines().map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [run, query, measure, value] = columns[..] else { panic!("{line}") };
        ((run.to_owned(), query.to_owned(), measure.to_owned()), value.parse().expect("a number"))
    });
    figures.collect()
}

/// Compares all figures of `rankings`, query by query and their means, and gives the means.
fn compare(
    run: &str,
    theirs: &BTreeMap<(String, String, String), f64>,
    judgements: &Judgements,
    rankings: &Rankings,
) -> Vec<f64> {
    let their = |query: &str, measure: &str| theirs[&(run.to_owned(), query.to_owned(), measure.to_owned())];
    // ir-measures gives RR@10 not to trec_eval but to code that puts the smaller id first in a tie.
    let comparable = |measure: &str| run == "ours" || measure != "RR@10";
    let mut sums = [0.0; NAMES.len()];
    for (query, grades) in judgements {
        let ids: Vec<String> = rankings.get(query).into_iter().flatten().map(|it| it.id.clone()).collect();
        let mut figures: BTreeMap<&str, f64> =
            retrieval::figures(&ids, grades).into_iter().map(|it| (it.0, it.1.num)).collect();
        figures.extend(retrieval::reciprocal_rank(&ids, grades, usize::MAX).map(|it| (WHOLE, it)));
        assert_eq!(figures.is_empty(), grades.values().all(|it| *it <= 0.0), "{query}");
        for (sum, (measure, name)) in sums.iter_mut().zip(NAMES).filter(|it| comparable(it.1.0)) {
            // Nothing relevant: no figure with us, 0 with trec_eval.
            let (ours, theirs) = (figures.get(name).copied().unwrap_or(0.0), their(query, measure));
            assert!((ours - theirs).abs() < CLOSE, "{run} {query} {measure}: ours {ours}, theirs {theirs}");
            *sum += ours;
        }
    }
    for (sum, (measure, _)) in sums.iter_mut().zip(NAMES).filter(|it| comparable(it.1.0)) {
        *sum /= judgements.len() as f64;
        let theirs = their("all", measure);
        assert!((*sum - theirs).abs() < CLOSE, "{run} {measure}: ours {sum}, theirs {theirs}");
        assert!(*sum > 0.01 && *sum < 0.99, "{measure} says something: {sum}");
    }
    sums.to_vec()
}
