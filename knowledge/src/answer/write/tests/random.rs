//! Random speeches of true and lying sentences, cut anywhere, some broken off.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use scripted_model::{Reply, Step};

use super::{lies::LIES, *};

/// What the texts say: as it is said, and as it is shown.
const TRUTHS: [(&str, &str); 7] = [
    ("支部委员会应当在收到申请后五个工作日内派人谈话[1]。", "支部委员会应当在收到申请后五个工作日内派人谈话[1]。"),
    ("收到申请后5个工作日内派人同申请人谈话。[1]", "收到申请后5个工作日内派人同申请人谈话[1]。"),
    ("到会人数不少于三分之二[2]。", "到会人数不少于三分之二[2]。"),
    ("赞成票超过半数方为通过[2][9]。", "赞成票超过半数方为通过[2]。"),
    ("规定是“预备期为一年，从大会通过之日算起”[3]。", "规定是“预备期为一年，从大会通过之日算起”[3]。"),
    ("《示例办法》第三条规定，延长预备期不得少于半年[3]。", "《示例办法》第三条规定，延长预备期不得少于半年[3]。"),
    ("**派人同申请人谈话**，并做好记录【1】。", "派人同申请人谈话，并做好记录[1]。"),
];

#[tokio::test]
async fn two_hundred_random_speeches_show_the_truth_and_nothing_else() {
    for world in World::all().await {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        for round in 0..200 {
            let (mut given, mut shown) = (String::new(), Vec::new());
            for _ in 0..random.random_range(1..8) {
                if random.random_range(0..2) == 0 {
                    let truth = TRUTHS[random.random_range(0..TRUTHS.len())];
                    given.push_str(truth.0);
                    shown.push(truth.1);
                } else {
                    given.push_str(LIES[random.random_range(0..LIES.len())].1);
                }
            }
            let broken = random.random_range(0..3) == 0;
            let steps = speech(&given, broken, &mut random);
            let (answer, _) = world.ask_model(Reply::Speak(steps), QUESTION).await;
            let said = lead(&answer).trim_end_matches("您问的条文原文如下。").trim_end();
            // Where it was broken off, as many of the sentences as had come; else all.
            let whole = shown.concat();
            let begun = (0..=shown.len()).any(|count| said == shown[..count].concat());
            assert!(if broken { begun } else { said == whole }, "{round} {}: {given}\n{said}", world.name);
            for (kind, lie) in LIES {
                let words = lie.split('。').next().expect("words");
                assert!(!answer.text.contains(words), "{round} {kind}");
            }
        }
    }
}

/// `text` in random pieces, or only the first of them.
fn speech(text: &str, broken: bool, random: &mut ChaCha8Rng) -> Vec<Step> {
    let letters: Vec<char> = text.chars().collect();
    let end = if broken { random.random_range(0..letters.len()) } else { letters.len() };
    let (mut steps, mut at) = (Vec::new(), 0);
    while at < end {
        let next = (at + random.random_range(1..9)).min(end);
        steps.push(Step::Say(letters[at..next].iter().collect()));
        at = next;
    }
    steps.push(if broken { Step::Close } else { Step::Finish("stop") });
    steps
}
