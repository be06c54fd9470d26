//! What a question is about: its words, what kind they are, and whether any text knows them.

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

/// Words that stand in questions for anything at all: their absence from the texts says nothing.
const LIGHT: &[&str] = &[
    "下来", "一回", "一趟", "过去", "出去", "出来", "上去", "回来", "东西", "问题", "方面", "时间", "本人", "自家",
    "人家", "外头", "老家", "事", "事情", "会上", "口子", "路子", "日子", "样子",
];

/// A word of the question and how rare it is.
pub type Word = (String, f32);

/// How much a word that stands in no text counts in the words shown, beside what its rarity would give it: it
/// is often only the asker's way of speaking (打工, 村里). Chosen on the tune halves of our suites.
const UNKNOWN: f32 = 0.15;

/// A noun, verb or adjective of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The word, in lower case.
    pub word: String,
    /// A noun of two characters or more.
    pub noun: bool,
    /// Whether it is a word of some text.
    pub known: bool,
}

/// The question's content words with their idf; `rarest` is the idf of what no text has.
pub fn content(terms: impl Iterator<Item = Word>, rarest: f32) -> Vec<Word> {
    let about = terms.filter(|it| !ASKING.contains(&it.0.as_str()));
    about.map(|(word, idf)| if idf < rarest { (word, idf) } else { (word, idf * UNKNOWN) }).collect()
}

/// The nouns, verbs and adjectives among tagged words (`n`, `v`, `a`, `b` of jieba's tags; a word of the glossary
/// has none and is a noun), each once. `known` says whether some text has a word.
pub fn terms(tagged: &[(String, char)], known: impl Fn(&str) -> bool) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for (word, tag) in tagged {
        let long = word.chars().nth(1).is_some();
        let counts = matches!(tag, 'n' | 'v' | ' ') || long && matches!(tag, 'a' | 'b');
        let asking = [ASKING, LIGHT].iter().any(|it| it.contains(&word.as_str()));
        if counts && !asking && terms.iter().all(|it| it.word != *word) {
            terms.push(Term { word: word.clone(), noun: long && matches!(tag, 'n' | ' '), known: known(word) });
        }
    }
    terms
}

