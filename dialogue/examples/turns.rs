use dialogue::{Decision, Earlier, Rules};
use serde_json::Value;
fn main() {
    let half = std::env::args().nth(1).unwrap_or_else(|| "tune".into());
    let rules = Rules::from_folder(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
    let text = std::fs::read_to_string(format!("{}/../evals/suites/multiturn/cases.jsonl", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (mut ok, mut all) = (0, 0);
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["half"] != half.as_str() { continue; }
        let mut earlier: Vec<Earlier> = vec![];
        for (i, turn) in case["turns"].as_array().unwrap().iter().enumerate() {
            let q = turn["question"].as_str().unwrap();
            let c = rules.condense(q, &earlier);
            let back = earlier.iter().rev().take_while(|e| e.asked_back).count();
            let ask = rules.clarify(&c.question, back);
            let mut wrong = vec![];
            if i > 0 {
                for w in turn["must_include"].as_array().unwrap() { if !c.question.contains(w.as_str().unwrap()) { wrong.push(format!("lacks {w}")); } }
                for w in turn["must_exclude"].as_array().unwrap() { if c.question.contains(w.as_str().unwrap()) { wrong.push(format!("has {w}")); } }
                if turn["new_topic"].as_bool() != Some(c.new_topic) { wrong.push(format!("new_topic {}", c.new_topic)); }
            }
            if turn["clarify"].as_bool().unwrap_or(false) != ask.is_some() { wrong.push(format!("clarify {:?}", ask.is_some())); }
            if let Decision::Refuse { category, .. } = rules.route(&c.question) { wrong.push(format!("refused {}", category.as_str())); }
            all += 1;
            if wrong.is_empty() { ok += 1 }
            println!("{} {} {q} => {} {}", if wrong.is_empty() { " " } else { "X" }, case["id"].as_str().unwrap(), c.question, wrong.join("; "));
            earlier.push(Earlier { question: c.question, asked_back: ask.is_some(), ..Default::default() });
        }
    }
    println!("{half}: {ok} of {all}");
}
