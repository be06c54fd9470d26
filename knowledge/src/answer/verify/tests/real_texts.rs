//! The real texts, where they are at hand: altered quotations and numbers are caught, true ones raise no alarm.

use std::path::Path;

use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

use super::{super::*, Samples, citation};

/// Articles of the real texts where they are at hand, otherwise made ones.
fn articles() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|it| it.join("shared/data/party_regs_texts/articles.jsonl"))
        .find(|it| it.exists());
    let Some(file) = file else {
        return (0..200u32).map(made_article).collect();
    };
    let lines = std::fs::read_to_string(file).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned())
        .collect()
}

/// Sentences of random words, for where the real texts are missing.
fn made_article(seed: u32) -> String {
    let words: Vec<char> = "支部会议记录公示谈话申请材料审查批准通知期限人数表决".chars().collect();
    let mut random = ChaCha8Rng::seed_from_u64(u64::from(seed));
    (0..90).map(|i| if i % 15 == 14 { '。' } else { *words.choose(&mut random).unwrap() }).collect()
}

/// 500 quotations: an article's number among the citations, and the words. They begin and end anywhere, but
/// don't cut through an inner quotation.
fn quotations(articles: &[String], random: &mut ChaCha8Rng) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    while found.len() < 500 {
        let at = random.random_range(0..articles.len());
        let chars: Vec<char> = articles[at].chars().collect();
        if chars.len() < 24 {
            continue;
        }
        let start = random.random_range(0..chars.len() - 20);
        let length = random.random_range(12..=80.min(chars.len() - start));
        let words: String = chars[start..start + length].iter().collect();
        let count = |mark| words.matches(mark).count();
        let pairs = sentences::pairs(&words);
        if quotes::is_long(&words) && pairs.stray.is_empty() && count('“') == count('”') {
            found.push((at, words));
        }
    }
    found
}

#[test]
fn five_hundred_altered_quotations_are_all_caught_and_true_ones_raise_no_alarm() {
    let articles = articles();
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let pool: Vec<char> = "党员支部人会不应得天五七二上下内外前后可须日年".chars().collect();
    let (mut caught, mut verified) = (0, 0);
    for (article, words) in quotations(&articles, &mut random) {
        let citations = [citation(1, "a1", &articles[article]), citation(2, "a2", &made_article(1))];
        let answer = format!("原文：“{}”[1]", plain(&words));
        let result = verify(&answer, &citations, &Samples);
        assert!(result.findings.is_empty(), "{answer} {:?}", result.findings);
        assert_eq!(result.text, answer);
        verified += result.quotes_verified;

        let altered = alter(&words, &articles[article], &pool, &mut random);
        let result = verify(&format!("原文：“{}”[1]", plain(&altered)), &citations, &Samples);
        let alarm = result.findings.iter().any(|it| it.code == "QUOTE_ALTERED");
        assert!(alarm && !result.text.starts_with("原文：“"), "{altered}");
        caught += usize::from(alarm && result.quotes_verified == 0);
    }
    assert_eq!((caught, verified), (500, 500));
}

/// `words` with one letter or digit changed, so that they don't stand elsewhere in `source` by chance.
fn alter(words: &str, source: &str, pool: &[char], random: &mut ChaCha8Rng) -> String {
    loop {
        let mut chars: Vec<char> = words.chars().collect();
        let at = random.random_range(0..chars.len());
        if chars[at].is_alphanumeric() {
            chars[at] = *pool.choose(random).unwrap();
        }
        let altered: String = chars.into_iter().collect();
        if altered != words && !source.contains(&altered) {
            return altered;
        }
    }
}

/// Everything is in force: for real texts, which name many others.
struct Open;

impl Library for Open {
    fn resolve(&self, _: &str, _: Option<&Address>) -> Resolution {
        Resolution::InForce
    }
}

#[test]
fn a_source_s_own_sentences_with_their_mark_raise_no_alarm_and_changed_numbers_do() {
    let (mut changed, mut caught, mut sentences) = (0, 0, 0);
    for article in articles() {
        let citations = [citation(1, "a1", &article)];
        for piece in sentences::split(&article) {
            let body = article[piece].trim();
            let end = body.trim_end_matches(sentences::is_end).len();
            let result = verify(&format!("{}[1]{}", plain(&body[..end]), &body[end..]), &citations, &Open);
            sentences += 1;
            let alarm = result.findings.iter().find(|it| it.code == "NUMBER_UNSUPPORTED" || it.code == "RULE_UNCITED");
            assert!(alarm.is_none(), "{body} {alarm:?}");
            for altered in changed_numbers(&body[..end], &article) {
                changed += 1;
                let result = verify(&format!("{}[1]。", plain(&altered)), &citations, &Open);
                let found = result.findings.iter().any(|it| it.code == "NUMBER_UNSUPPORTED");
                assert!(found, "{altered} {:?}", result.findings);
                caught += usize::from(found);
            }
        }
    }
    assert!(sentences > 100);
    assert_eq!(changed, caught);
}

/// `sentence` with one number before a unit changed, once for each, to one that `article` doesn't have.
fn changed_numbers(sentence: &str, article: &str) -> Vec<String> {
    let chars: Vec<char> = sentence.chars().collect();
    let mut altered = Vec::new();
    for at in 1..chars.len().saturating_sub(1) {
        let (before, digit, unit) = (chars[at - 1], chars[at], chars[at + 1]);
        let other = if digit == '八' { '七' } else { '八' };
        let is_digit = "一二三四五六七八九".contains(digit);
        let measured = is_digit && "年日月名次人分".contains(unit) && !"第十百〇".contains(before);
        if measured && !article.contains(&format!("{other}{unit}")) {
            let mut chars = chars.clone();
            chars[at] = other;
            altered.push(chars.into_iter().collect());
        }
    }
    altered
}
