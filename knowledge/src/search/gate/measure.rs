//! Questions for a number (几天, 多少钱, 多久) and passages that have one of that kind.
//!
//! Who asks how many days something takes is not answered by an article that counts nothing, however well its
//! words fit: of all signals this one tells best whether the texts answer (docs/benchmarks.md).

/// What may stand for an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measure {
    /// A numeral before one of these.
    units: Vec<String>,
    /// Or one of these.
    phrases: Vec<&'static str>,
}

/// How often, in words.
const PERIODS: &[&str] =
    &["每年", "每半年", "每月", "每个月", "每季度", "每个季度", "每周", "每天", "每两年", "每三年", "每五年", "半年"];
/// When, in words.
const MOMENTS: &[&str] = &[
    "每年",
    "每半年",
    "每月",
    "每个月",
    "每季度",
    "每个季度",
    "每周",
    "每天",
    "半年",
    "及时",
    "按期",
    "同时",
    "立即",
    "时",
];
const TIMES: &[&str] = &["年", "月", "日", "天", "小时", "学时", "季度", "周", "届", "工作日"];
const DAYS: &[&str] = &["日", "天", "工作日", "月"];
const MONEY: &[&str] = &["元", "万元"];
const HEADS: &[&str] = &["人", "名", "位"];
const PARTS: &[&str] = &["分之", "过半", "半数", "%", "％"];
/// What a number without a word for what is counted may count.
const ANYTHING: &[&str] =
    &["个", "名", "次", "项", "份", "人", "日", "天", "年", "月", "元", "学时", "小时", "条", "周"];

/// A row: what is asked, units that answer, phrases that answer.
type Row = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// Asked without a word for “how many”.
const WHOLE: &[Row] = &[
    (&["多久", "多长", "什么时候", "何时", "多少时间", "多少辰光", "哪天", "哪一天", "几号", "几点"], TIMES, MOMENTS),
    (&["岁数"], &["岁", "周岁"], &[]),
];
/// What follows 几 or 多少; longer words first.
const COUNTED: &[Row] = &[
    (&["工作日", "天", "日"], DAYS, &[]),
    (&["月"], &["月"], &["半年"]),
    (&["年", "周年", "周岁", "岁"], &["年", "周年", "岁", "周岁"], &["半年"]),
    (&["届"], &["年"], &[]),
    (&["小时", "钟头", "学时"], &["小时", "学时"], &[]),
    (&["次", "回", "遍", "趟", "堂", "节"], &["次", "回"], PERIODS),
    (&["元", "块", "角", "毛", "钱", "费", "经费", "现金", "津贴", "补助", "奖金"], MONEY, &[]),
    (&["成", "比例"], &[], PARTS),
    (&["人", "名", "位", "党员", "委员", "选民"], HEADS, &["半数"]),
];
/// 几 that counts steps and things to do: asked for in words, not for a number.
const STEPS: &[&str] = &["件事", "道", "关", "步", "级", "乎"];
/// Before 几 these make it a vague or a known number: 这几个, 好几次, 第几.
const VAGUE: &[char] = &['这', '那', '了', '好', '有', '第'];
/// After 多少 no unit, but how the sentence goes on.
const NO_UNIT: &[char] = &['的', '是', '要', '能', '可', '有', '才', '和', '呢', '啊', '呀', '合', '算'];
/// Between 几 and the unit.
const BETWEEN: &[char] = &['个', '张', '万', '百', '千'];

/// The number, or one of the numbers, that a question asks for; `None` for most questions.
pub fn asked(question: &str) -> Option<Measure> {
    let mut measure = Measure::default();
    for row in WHOLE.iter().filter(|row| row.0.iter().any(|it| question.contains(it))) {
        measure.add(row.1, row.2);
    }
    for word in ["几", "多少", "多大"] {
        for (at, _) in question.match_indices(word) {
            let before = question[..at].chars().next_back();
            let after = &question[at + word.len()..];
            let vague = word == "几" && (before.is_some_and(|it| VAGUE.contains(&it)) || starts(after, STEPS));
            let whole = WHOLE.iter().any(|row| row.0.iter().any(|it| question[at..].starts_with(it)));
            if !vague && !whole {
                measure.count(after);
            }
        }
    }
    (measure != Measure::default()).then_some(measure)
}

fn starts(text: &str, with: &[&str]) -> bool {
    with.iter().any(|it| text.starts_with(it))
}

impl Measure {
    fn add(&mut self, units: &[&str], phrases: &[&'static str]) {
        self.units.extend(units.iter().map(ToString::to_string));
        self.phrases.extend(phrases);
    }

    /// Adds what is counted, by the words after 几 or 多少.
    fn count(&mut self, after: &str) {
        let rest = after.trim_start_matches(BETWEEN);
        if let Some((_, units, phrases)) = COUNTED.iter().find(|row| starts(rest, row.0)) {
            return self.add(units, phrases);
        }
        match rest.chars().next().filter(|it| it.is_alphanumeric() && !NO_UNIT.contains(it)) {
            // A unit of its own (几联, 多少dpi, 几个选项) must stand in the text like that.
            Some(unit) => self.add(&[unit.to_string().as_str()], PARTS),
            None => self.add(ANYTHING, PARTS),
        }
    }

    /// Whether `text` has a number of this kind. Numbers of articles (第三条) are none.
    pub fn is_in(&self, text: &str) -> bool {
        let counted = |after: &str| self.units.iter().any(|unit| after.starts_with(unit.as_str()));
        numbers(text).any(counted) || self.phrases.iter().any(|it| text.contains(it))
    }
}

/// What follows each number of `text`, without an “about” or 个 between.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(is_numeral)?;
            let ordinal = rest[..start].ends_with('第');
            let after = rest[start..].trim_start_matches(is_numeral);
            rest = after;
            if !ordinal {
                let after = after.strip_prefix(['多', '余']).unwrap_or(after);
                return Some(after.strip_prefix('个').unwrap_or(after));
            }
        }
    })
}

const fn is_numeral(it: char) -> bool {
    matches!(it, '0'..='9' | '０'..='９')
        || matches!(it, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
        || matches!(it, '百' | '千' | '万' | '两' | '零' | '半')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_kind_asked_for_is_told_from_another() {
        let answers = |question: &str, text: &str| asked(question).is_some_and(|it| it.is_in(text));
        assert!(answers("公示几天", "公示时间不少于五个工作日"));
        assert!(answers("多久考察一次", "每半年对入党积极分子进行一次考察"));
        assert!(answers("要百分之多少的党员到会", "到会人数超过三分之二"));
        assert!(answers("要几成的委员到场", "必须有半数以上"));
        assert!(!answers("交几角钱党费", "预备期为一年"));
        assert!(!answers("要填几联的表", "填写登记表一份"));
        assert!(!answers("总共多少条", "依照第三条办理"), "the number of an article");
    }

    #[test]
    fn steps_and_vague_numbers_ask_for_none() {
        for question in ["中间要办哪几件事", "要走几道手续", "选票上这几个人我都不满意", "怎么转正"]
        {
            assert!(asked(question).is_none(), "{question}");
        }
        assert_eq!(asked("多少辰光要考察一趟"), asked("多久考察一趟"), "a whole word is not counted again");
    }
}
