//! The gate over made-up candidates.

use super::*;
use crate::{
    chunk::ChunkKind,
    regulation::{Authority, DocKind},
    search::model::Channels,
};

/// The threshold of the default settings.
const THRESHOLD: f32 = 0.68;
const RAREST: f32 = 8.0;

fn candidate(source: &str, text: &str) -> Candidate {
    Candidate {
        id: text.to_owned(),
        kind: ChunkKind::Provision,
        score: 1.0,
        channels: Channels::default(),
        source_id: source.to_owned(),
        regulation_id: None,
        version: None,
        address: None,
        label: String::new(),
        title: "示例细则".to_owned(),
        text: text.to_owned(),
        authority: Authority::DetailedRules,
        doc_kind: DocKind::Regulation,
        valid_from: None,
        valid_to: None,
        sample: true,
    }
}

/// `words` with jieba's tag; an idf of 8 means that no text has it.
fn sought(question: &str, words: &[(&str, char, f32)]) -> Sought {
    let tagged: Vec<(String, char)> = words.iter().map(|it| (it.0.to_owned(), it.1)).collect();
    let words: Vec<Word> = words.iter().map(|it| (it.0.to_owned(), it.2)).collect();
    Sought::of(Asked { question, tagged: &tagged, words, rarest: RAREST })
}

fn articles() -> Vec<Candidate> {
    vec![
        candidate("a", "第七条　对发展对象培训的时间一般不少于三天。"),
        candidate("a", "第八条　培训合格的，发给结业证明。"),
        candidate("b", "第二条　党员应当参加学习。"),
    ]
}

const TRAINING: &[(&str, char, f32)] = &[("发展对象", 'n', 3.0), ("培训", 'v', 4.0)];

#[test]
fn a_number_that_stands_beside_the_words_opens_and_one_of_another_kind_does_not() {
    let days = judge(Route::Search, &sought("发展对象培训几天", TRAINING), &articles(), None, THRESHOLD);
    assert!(days.open, "{days:?}");
    assert_eq!(days.features["number_missing"].to_bits(), 0.0_f32.to_bits());
    let money = judge(Route::Search, &sought("发展对象培训交多少钱", TRAINING), &articles(), None, THRESHOLD);
    assert!(!money.open, "{money:?}");
    assert_eq!(money.features["number_missing"].to_bits(), 1.0_f32.to_bits());
    assert!(money.reason.contains("数目"), "{}", money.reason);
}

#[test]
fn nouns_that_no_text_knows_speak_against() {
    let of = |more: &[(&str, char, f32)]| {
        let words = [TRAINING, more].concat();
        judge(Route::Search, &sought("发展对象培训", &words), &articles(), None, THRESHOLD).confidence
    };
    let plain = of(&[]);
    assert!(plain > of(&[("牛奶", 'n', RAREST)]), "an unknown noun");
    assert!(of(&[("牛奶", 'n', RAREST)]) > of(&[("牛奶", 'n', RAREST), ("驿站", 'n', RAREST)]), "two of them");
    assert!((plain - of(&[("咋", 'r', RAREST)])).abs() < 1e-6, "a way of speaking is no noun");
}

#[test]
fn nothing_in_common_stays_closed_however_low_the_threshold() {
    for words in [&[][..], &[("牛奶", 'n', RAREST)]] {
        let gate = judge(Route::Search, &sought("？", words), &articles(), None, 0.01);
        assert!(!gate.open, "{gate:?}");
    }
    assert!(!judge(Route::Search, &sought("培训", TRAINING), &[], None, 0.01).open, "no candidates");
}

#[test]
fn a_written_address_opens_whatever_the_words_say() {
    let gate = judge(Route::Address, &sought("第七条", &[]), &articles(), None, THRESHOLD);
    assert!(gate.open && gate.features.len() == NAMES.len(), "{gate:?}");
}

#[test]
fn a_long_text_needs_most_of_its_words() {
    let strange: Vec<String> = (0..12).map(|it| format!("词{it}")).collect();
    let mut words: Vec<(&str, char, f32)> = strange.iter().map(|it| (it.as_str(), 'v', 5.0)).collect();
    let of = |words: &[(&str, char, f32)], threshold: f32| {
        judge(Route::Search, &sought("一段话", words), &articles(), None, threshold)
    };
    words.extend(TRAINING);
    assert!(!of(&words, 0.01).open, "2 of 14 words");
    assert!(of(&words[5..], 0.01).open, "2 of 9 words of a question that is no long text");
}
