//! Whether the evidence is strong enough to answer from.
//!
//! A BM25 score alone doesn't tell an answerable question from another (AUC 0.62 on the sets in
//! docs/benchmarks.md). What does better is the share of what the question is *about* that stands in
//! one passage: its content words, weighted by how rare they are, words that no text knows included.

use super::model::{Candidate, Gate, QaHit, Route};

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

/// A content word of the question and what it weighs.
pub type Word = (String, f32);

/// Opens or closes the gate for `words` (terms with their idf, unknown ones at the highest) over the
/// best candidates.
pub fn judge(route: Route, words: &[Word], candidates: &[Candidate], qa: Option<&QaHit>, threshold: f32) -> Gate {
    let closed = |reason: &str| Gate { open: false, confidence: 0.0, threshold, reason: reason.to_owned() };
    if candidates.is_empty() {
        return closed("没有检索到任何条文");
    }
    match route {
        Route::Address => {
            return Gate { open: true, confidence: 1.0, threshold, reason: "问题写明了条文位置".to_owned() };
        }
        Route::Passage => {
            return Gate { open: true, confidence: 1.0, threshold, reason: "问题是条文原文".to_owned() };
        }
        Route::Search => {}
    }
    if let Some(qa) = qa.filter(|it| !it.evidence.is_empty()) {
        let reason = format!("与审定问答“{}”相近（{:.2}），且其依据在库", qa.question, qa.similarity);
        return Gate { open: true, confidence: qa.similarity.max(threshold), threshold, reason };
    }
    let confidence = candidates.iter().take(3).map(|it| coverage(words, it)).fold(0.0, f32::max);
    let open = confidence >= threshold;
    let reason = if open { "要点词在条文中有足够覆盖" } else { "要点词在条文中覆盖不足" };
    Gate { open, confidence, threshold, reason: reason.to_owned() }
}

/// The share of the content words' weight that stands in one candidate.
pub fn coverage(words: &[Word], candidate: &Candidate) -> f32 {
    let (mut all, mut found) = (0.0, 0.0);
    for (word, weight) in words.iter().filter(|it| !ASKING.contains(&it.0.as_str())) {
        all += weight;
        if candidate.text.contains(word.as_str()) || candidate.title.contains(word.as_str()) {
            found += weight;
        }
    }
    if all == 0.0 { 0.0 } else { found / all }
}
