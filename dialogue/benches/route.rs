//! What the way of a question costs, over the refused and the ordinary questions of `evals/suites`.
//!
//! ```sh
//! cargo bench -p dialogue --bench route
//! ```

use std::{fs, hint::black_box, path::Path, time::Instant};

use dialogue::Rules;

fn questions(suite: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../evals/suites").join(suite).join("cases.jsonl");
    let text = fs::read_to_string(&path).expect("the suite");
    let cases = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a case"));
    cases.filter_map(|it| it["question"].as_str().map(str::to_owned)).collect()
}

fn main() {
    let rules = Rules::built_in();
    let questions = [questions("refusals"), questions("ordinary")].concat();
    // The first pass makes tables and fills caches.
    for pass in ["warm-up", "measured"] {
        let start = Instant::now();
        for question in &questions {
            black_box(rules.route(question));
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / questions.len() as f64;
        println!("{pass}: {each:.1} µs a question, {} questions", questions.len());
    }
}
