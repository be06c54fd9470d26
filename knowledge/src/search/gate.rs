//! Whether the evidence is strong enough to answer from.
//!
//! A BM25 score alone doesn't tell an answerable question from another (AUC 0.62 on the sets in
//! docs/benchmarks.md). What does better is the share of what the question is *about* that stands in
//! one passage: its content words, weighted by how rare they are. A word that no text knows is often only
//! the asker's way of speaking (打工, 村里); it counts for less, or whoever speaks plainly gets no answer.

use super::model::{Candidate, ContentWord, Gate, QaHit, Route};

/// Words that say how something is asked, not what about.
const ASKING: &[&str] = &[
    "什么",
    "怎么",
    "怎样",
    "如何",
    "多少",
    "多久",
    "几",
    "几个",
    "几次",
    "几年",
    "几天",
    "谁",
    "哪",
    "哪里",
    "哪儿",
    "哪些",
    "哪个",
    "哪边",
    "为什么",
    "是否",
    "是不是",
    "能",
    "能不能",
    "可以",
    "可不可以",
    "要",
    "要不要",
    "需要",
    "吗",
    "呢",
    "吧",
    "啊",
    "了",
    "的",
    "地",
    "得",
    "是",
    "有",
    "没有",
    "没",
    "不",
    "我",
    "我们",
    "你",
    "他",
    "她",
    "它",
    "在",
    "和",
    "与",
    "或",
    "也",
    "就",
    "都",
    "还",
    "又",
    "把",
    "被",
    "对",
    "给",
    "跟",
    "向",
    "从",
    "到",
    "去",
    "来",
    "这",
    "那",
    "这个",
    "那个",
    "一个",
    "一定",
    "必须",
    "应该",
    "应当",
    "请问",
    "想",
    "知道",
    "问",
    "一下",
    "现在",
    "时候",
    "情况",
    "规定",
    "算",
    "办",
    "说",
    "做",
    "会",
    "用",
    "让",
    "人",
    "时",
    "后",
    "前",
    "上",
    "下",
    "里",
    "中",
    "内",
    "外",
    "多",
    "少",
    "大",
    "小",
    "好",
    "自己",
    "有人",
    "有没有",
    "条件",
    "最",
    "最多",
    "最少",
    "为",
    "以",
    "及",
    "等",
    "而",
    "但",
    "如果",
    "因为",
    "所以",
    "之",
    "其",
    "于",
    "由",
    "按",
    "按照",
    "根据",
    "进行",
    "开",
];

/// A word of the question and how rare it is.
pub type Word = (String, f32);

/// How many of the best candidates may cover the question.
const LOOKED_AT: usize = 3;
/// How much a word that stands in no text counts, beside what its rarity would give it. Chosen on the tune
/// halves of our suites, see docs/benchmarks.md.
const UNKNOWN: f32 = 0.15;

/// The content words among a question's terms with their idf; `rarest` is the idf of what no text has.
pub fn content(terms: impl Iterator<Item = Word>, rarest: f32) -> Vec<Word> {
    let about = terms.filter(|it| !ASKING.contains(&it.0.as_str()));
    about.map(|(word, idf)| if idf < rarest { (word, idf) } else { (word, idf * UNKNOWN) }).collect()
}

/// Opens or closes the gate for `words` (see [`content`]) over the best candidates.
pub fn judge(route: Route, words: &[Word], candidates: &[Candidate], qa: Option<&QaHit>, threshold: f32) -> Gate {
    let coverages = candidates.iter().take(LOOKED_AT).map(|it| (coverage(words, it), it));
    let best = coverages.max_by(|a, b| a.0.total_cmp(&b.0));
    let word = |(word, weight): &Word| ContentWord {
        word: word.clone(),
        weight: *weight,
        found: best.is_some_and(|it| has(it.1, word)),
    };
    let gate = |open: bool, confidence: f32, reason: &str| Gate {
        open,
        confidence,
        threshold,
        reason: reason.to_owned(),
        words: words.iter().map(word).collect(),
    };
    let Some((covered, _)) = best else { return gate(false, 0.0, "没有检索到任何条文") };
    match route {
        Route::Address => return gate(true, 1.0, "问题写明了条文位置"),
        Route::Passage => return gate(true, 1.0, "问题是条文原文"),
        Route::Search => {}
    }
    if let Some(qa) = qa.filter(|it| !it.evidence.is_empty()) {
        let reason = format!("与审定问答“{}”相近（{:.2}），且其依据在库", qa.question, qa.similarity);
        return gate(true, qa.similarity.max(threshold), &reason);
    }
    let open = covered >= threshold;
    gate(open, covered, if open { "要点词在条文中有足够覆盖" } else { "要点词在条文中覆盖不足" })
}

fn has(candidate: &Candidate, word: &str) -> bool {
    candidate.text.contains(word) || candidate.title.contains(word)
}

/// The share of the words' weight that stands in one candidate; 0 where there are no words.
fn coverage(words: &[Word], candidate: &Candidate) -> f32 {
    let all: f32 = words.iter().map(|it| it.1).sum();
    let found: f32 = words.iter().filter(|it| has(candidate, &it.0)).map(|it| it.1).sum();
    if all == 0.0 { 0.0 } else { found / all }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_no_text_has_counts_little_and_asking_counts_nothing() {
        let terms = [("多久", 3.0), ("报到", 4.0), ("村里", 8.0)].map(|(word, idf)| (word.to_owned(), idf));
        let words = content(terms.into_iter(), 8.0);
        assert_eq!(words.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["报到", "村里"]);
        // 4 of 4 + 8 × 0.15 = 5.2 are covered by whatever has 报到; with its full weight only a third would be.
        assert!((words[1].1 - 1.2).abs() < 1e-6, "{words:?}");
    }
}
