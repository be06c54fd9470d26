//! What holding and checking add to a sentence.

use std::time::Instant;

use super::*;
use crate::answer::write::flat::flat;

const SENTENCES: [&str; 5] = [
    "支部委员会应当在收到申请后五个工作日内派人谈话[1]。",
    "到会人数不少于三分之二，赞成票超过半数方为通过[2]。",
    "规定是“预备期为一年，从大会通过之日算起”[3]。",
    "《示例办法》第三条规定，延长预备期不得少于半年[3]。",
    "支部委员会应当在收到申请后七个工作日内派人谈话[1]。",
];

#[tokio::test]
async fn a_sentence_is_checked_long_before_the_next_token() {
    for world in World::all().await {
        let (answer, _) = world.ask(None, QUESTION).await;
        let names = world.engine.names().await.expect("names");
        let mut times = Vec::new();
        for sentence in SENTENCES.iter().cycle().take(500) {
            let start = Instant::now();
            let words = flat(sentence);
            let library =
                Shelved::for_text(world.engine.store(), &names.1, answer.as_of, &words).await.expect("looked up");
            let shown = verify::strict(&words, &answer.citations, &library).is_ok();
            times.push(start.elapsed().as_micros());
            assert_eq!(shown, !sentence.contains('七'));
        }
        times.sort_unstable();
        eprintln!("{}: {} µs a sentence, p99 {} µs", world.name, times[250], times[495]);
        // A fast model says a token in 5 ms.
        assert!(times[250] < 5_000, "{} µs", times[250]);
    }
}
