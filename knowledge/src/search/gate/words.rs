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

/// The nouns, verbs and adjectives among `tagged` words (`n`, `v`, `a`, `b` of jieba's tags; a word of the glossary
/// has none and is a noun), each once. `words` has the question's words and their parts with idf; a word that no
/// text has and whose parts are words (机关党委, 新党员) gives way to its parts.
pub fn terms(tagged: &[(String, char)], words: &[Word], rarest: f32) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let known = |word: &str| words.iter().any(|it| it.0 == word && it.1 < rarest);
    for (word, tag) in tagged.iter().filter(|it| counts(it)) {
        let noun = matches!(tag, 'n' | ' ');
        let parts: Vec<&str> = if known(word) {
            vec![word]
        } else {
            words.iter().map(|it| it.0.as_str()).filter(|it| it != word && word.contains(it)).collect()
        };
        let parts = if parts.is_empty() { vec![word.as_str()] } else { parts };
        for part in parts {
            if terms.iter().all(|it| it.word != part) {
                let long = part.chars().nth(1).is_some();
                terms.push(Term { word: part.to_owned(), noun: noun && long, known: known(part) });
            }
        }
    }
    terms
}

/// Whether a tagged word says what the question is about.
fn counts((word, tag): &(String, char)) -> bool {
    let long = word.chars().nth(1).is_some();
    let asking = [ASKING, LIGHT].iter().any(|it| it.contains(&word.as_str()));
    let about = matches!(tag, 'n' | 'v' | ' ') || long && matches!(tag, 'a' | 'b');
    about && !asking && word.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(all: &[(&str, f32)]) -> Vec<Word> {
        all.iter().map(|(word, idf)| ((*word).to_owned(), *idf)).collect()
    }

    #[test]
    fn a_word_that_no_text_has_counts_little_and_asking_counts_nothing() {
        let words = content(words(&[("多久", 3.0), ("报到", 4.0), ("村里", 8.0)]).into_iter(), 8.0);
        assert_eq!(words.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["报到", "村里"]);
        // 4 of 4 + 8 × 0.15 = 5.2 are covered by whatever has 报到; with its full weight only a third would be.
        assert!((words[1].1 - 1.2).abs() < 1e-6, "{words:?}");
    }

    #[test]
    fn a_compound_that_no_text_has_gives_way_to_its_parts() {
        let tagged = [("新党员", 'n'), ("怎么", 'r'), ("宣誓", 'v'), ("岳父", 'n'), ("钱", 'n')];
        let tagged = tagged.map(|(word, tag)| (word.to_owned(), tag));
        let own = words(&[("党员", 2.0), ("新党员", 8.0), ("怎么", 3.0), ("宣誓", 5.0), ("岳父", 8.0), ("钱", 8.0)]);
        let got: Vec<_> = terms(&tagged, &own, 8.0).into_iter().map(|it| (it.word, it.noun, it.known)).collect();
        let expected = [("党员", true, true), ("宣誓", false, true), ("岳父", true, false), ("钱", false, false)];
        assert_eq!(got, expected.map(|(word, noun, known)| (word.to_owned(), noun, known)));
    }
}
