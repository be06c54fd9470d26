//! Prints what the suites' `tune` half gets wrong: for whoever edits the rules.
use dialogue::{Decision, Rules};
use serde_json::Value;

fn main() {
    let half = std::env::args().nth(1).unwrap_or_else(|| "tune".into());
    let rules = Rules::from_folder(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
    for suite in ["refusals", "ordinary"] {
        let path = format!("{}/../evals/suites/{suite}/cases.jsonl", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut n = std::collections::BTreeMap::<String, (usize, usize)>::new();
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            if case["half"] != half.as_str() {
                continue;
            }
            if case["kind"] == "indirect" {
                let c = &case["content"];
                let all: Vec<String> =
                    c.as_object().unwrap().values().map(|v| v.as_str().unwrap_or("").to_owned()).collect();
                let ok = all.iter().any(|t| !rules.suspicious(t).is_empty());
                let e = n.entry("indirect".into()).or_default();
                e.1 += 1;
                if ok {
                    e.0 += 1
                } else {
                    println!("{} indirect {:?}", case["id"], all)
                }
                continue;
            }
            let q = case["question"].as_str().unwrap();
            let want =
                if suite == "ordinary" { "answer".to_owned() } else { case["category"].as_str().unwrap().to_owned() };
            let got = match rules.route(q) {
                Decision::Answer { .. } => "answer".to_owned(),
                Decision::Talk { .. } => "talk".to_owned(),
                Decision::Refuse { category, .. } => category.as_str().to_owned(),
            };
            let e = n.entry(want.clone()).or_default();
            e.1 += 1;
            if got == want {
                e.0 += 1
            } else {
                println!("{} {want} -> {got} | {}", case["id"].as_str().unwrap(), q.replace('\n', "⏎"))
            }
        }
        println!("== {half} {suite}: {n:?}");
    }
    let path = format!("{}/../evals/suites/seed/cases.jsonl", env!("CARGO_MANIFEST_DIR"));
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["kind"] == "refusal" {
            continue;
        }
        let q = case["question"].as_str().unwrap();
        if let Decision::Refuse { category, .. } = rules.route(q) {
            println!("seed {} -> {} | {q}", case["id"], category.as_str())
        }
    }
}
