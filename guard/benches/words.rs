//! What a check costs with 10,000 and 20,000 words: the goal is less than 1 ms for 1,000 bytes.
//!
//! ```sh
//! cargo bench -p guard --bench words
//! ```
//!
//! The words and the text are made here, from common characters, so that beginnings of words are
//! everywhere in the text; one word in 300 characters is there in full, disguised.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use guard::{
    personal,
    words::{Entry, Level, Matcher, Place},
};

const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处";

/// Numbers that look random and are the same each time (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

fn words(count: usize) -> Vec<Entry> {
    let common: Vec<char> = COMMON.chars().collect();
    let mut numbers = Numbers(1);
    let mut word = || -> String {
        let length = 3 + numbers.below(4);
        (0..length).map(|_| common[numbers.below(common.len())]).collect()
    };
    let entry = |n: usize, word: String| Entry {
        id: n.to_string(),
        word,
        level: Level::Mask,
        places: Place::ALL.to_vec(),
        category: String::new(),
        enabled: true,
    };
    (0..count).map(|n| entry(n, word())).collect()
}

/// 100,000 bytes or a little more.
fn text(words: &[Entry]) -> String {
    let common: Vec<char> = COMMON.chars().collect();
    let mut numbers = Numbers(2);
    let mut text = String::new();
    while text.len() < 100_000 {
        (0..297).for_each(|_| text.push(common[numbers.below(common.len())]));
        let word = &words[numbers.below(words.len())].word;
        word.chars().for_each(|c| text.extend([c, '*']));
        text.push('。');
    }
    text
}

/// Runs `work` for two seconds at least and prints the median and the 99th percentile of one run.
fn measure<T>(name: &str, bytes: usize, mut work: impl FnMut() -> T) {
    let begin = Instant::now();
    let mut times = Vec::new();
    while begin.elapsed() < Duration::from_secs(2) || times.len() < 100 {
        let start = Instant::now();
        black_box(work());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    let rate = bytes as f64 / median.as_secs_f64() / 1e6;
    println!(
        "{name:44} {bytes:7} bytes  median {median:>9.1?}  p99 {p99:>9.1?}  {rate:6.1} MB/s  runs {}",
        times.len()
    );
}

fn main() {
    for count in [10_000, 20_000] {
        let words = words(count);
        let matcher = Matcher::new(&words).expect("a list");
        let text = text(&words);
        let end = (0..=1_000).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let short = &text[..end];
        measure(&format!("{count} words, building"), 0, || Matcher::new(black_box(&words)));
        measure(&format!("{count} words, check"), end, || matcher.check(Place::Question, black_box(short)));
        measure(&format!("{count} words, check"), text.len(), || matcher.check(Place::Ingestion, black_box(&text)));
        let chars: Vec<char> = short.chars().collect();
        let pieces: Vec<String> = chars.chunks(2).map(|it| it.iter().collect()).collect();
        measure(&format!("{count} words, stream, 2 characters a piece"), end, || {
            let mut stream = matcher.stream(Place::Answer);
            let shown: usize = pieces.iter().map(|piece| stream.push(black_box(piece)).text.len()).sum();
            shown + stream.finish().text.len()
        });
    }
    let question =
        "我是张三，电话138 0013 8000，身份证310199199001010019，想问2026年5月11日以后发展党员要公示几天？".repeat(7);
    measure("personal data, mask", question.len(), || personal::mask(black_box(&question)));
}
