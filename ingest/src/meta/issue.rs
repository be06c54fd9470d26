//! What an issue line says: who did what on which day.
//!
//! The verbs decide: 通过 and 批准 are approval, 印发 发布 公布 publication, 施行 force, 取代 废止 its
//! end. The three are different days in law, so none stands in for another here.

use chrono::NaiveDate;

use super::dates;

/// The findings of one or more issue lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Issue {
    /// 通过, 审议批准, or a meeting's 修订.
    pub approved_on: Option<NaiveDate>,
    /// 印发, 发布, 公布.
    pub published_on: Option<NaiveDate>,
    /// 施行.
    pub effective_on: Option<NaiveDate>,
    /// 废止, 取代, with a day.
    pub abolished_on: Option<NaiveDate>,
    /// 废止, 取代, with or without one.
    pub ended: bool,
    pub superseded_by: Option<String>,
    pub issuer: Option<String>,
    /// Months and years without a day, as written.
    pub vague: Vec<String>,
}

const PUBLISHED: [&str; 5] = ["印发", "发布", "公布", "颁布", "颁发"];
const APPROVED: [&str; 4] = ["通过", "审议批准", "批准", "审定"];
const HOLDS: [&str; 3] = ["施行", "实施", "生效"];
const ENDED: [&str; 4] = ["取代", "废止", "失效", "替代"];
/// Organs end like this; news agencies and meetings do not make regulations.
const ORGANS: [&str; 14] = [
    "中共中央",
    "国务院",
    "办公厅",
    "办公室",
    "委员会",
    "常委会",
    "组织部",
    "宣传部",
    "统战部",
    "党委",
    "纪委",
    "军委",
    "代表大会",
    "人民政府",
];

/// Reads an issue line or a version note, e.g.
/// 2018年8月中共中央印发，自2018年10月1日起施行；2024年1月1日起由2023年12月修订版取代.
/// Of several days for the same thing the latest counts: earlier ones are of earlier versions.
pub(crate) fn read(line: &str) -> Issue {
    let mut issue = Issue::default();
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    for clause in line.split(['，', '；', '。', ',', ';', '（', '）', '(', ')']) {
        read_clause(clause, &mut issue);
    }
    issue
}

/// One clause says one thing: the verb decides what its day means. The end of force goes first,
/// because 由……取代 may also hold other verbs.
fn read_clause(clause: &str, issue: &mut Issue) {
    let has = |words: &[&str]| words.iter().any(|it| clause.contains(it));
    let found = dates::find(clause);
    for it in found.iter().filter(|it| it.day.is_none()) {
        issue.vague.push(clause[it.start..it.end].to_owned());
    }
    let day = found.iter().find_map(|it| it.day);
    if has(&ENDED) {
        issue.ended = true;
        issue.abolished_on = issue.abolished_on.max(found.first().and_then(|it| it.day));
        issue.superseded_by = successor(clause).or(issue.superseded_by.take());
        return;
    }
    if has(&HOLDS) {
        issue.effective_on = issue.effective_on.max(day);
        return;
    }
    let words = found.last().map_or(clause, |it| &clause[it.end..]);
    if let Some(verb) = PUBLISHED.iter().find_map(|it| words.find(it)) {
        issue.published_on = issue.published_on.max(day);
        issue.issuer = organ(&words[..verb]).or(issue.issuer.take());
    } else if has(&APPROVED) || (clause.contains("会议") && has(&["修订", "审议"])) {
        issue.approved_on = issue.approved_on.max(day);
        let verb = words.find("通过").unwrap_or(0);
        issue.issuer = issue.issuer.take().or_else(|| organ(meeting_of(&words[..verb])));
    } else if has(&["代表大会部分修改", "代表大会修订", "代表大会修改"]) {
        let end = clause.find("代表大会").map_or(0, |at| at + "代表大会".len());
        issue.issuer = Some(clause[..end].to_owned());
    }
}

/// The organ whose meeting it was: 某市人民代表大会常务委员会第八次会议 → the words before 第八次会议.
fn meeting_of(words: &str) -> &str {
    words.strip_suffix("会议").and_then(|it| it.rfind('第').map(|at| &it[..at])).unwrap_or(words)
}

/// The maker, if the words name an organ.
fn organ(words: &str) -> Option<String> {
    let words = words.trim_start_matches(['由', '经', '日']);
    (!words.contains("会议") && ORGANS.iter().any(|it| words.ends_with(it))).then(|| words.to_owned())
}

/// 已被2022年版取代 → 2022年版; 由2023年12月修订版取代 → 2023年12月修订版.
fn successor(clause: &str) -> Option<String> {
    let end = clause.find("取代").or_else(|| clause.find("替代"))?;
    let start = ['被', '由'].iter().filter_map(|it| clause[..end].rfind(*it).map(|at| at + it.len_utf8())).max()?;
    Some(clause[start..end].to_owned()).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    #[test]
    fn the_latest_publication_counts() {
        let it = read(
            "2014年5月28日中共中央办公厅发布，2026年4月2日中共中央政治局常委会会议修订，2026年5月11日中共中央办公厅发布",
        );
        assert_eq!((it.approved_on, it.published_on), (day(2026, 4, 2), day(2026, 5, 11)));
        assert_eq!(it.issuer.as_deref(), Some("中共中央办公厅"));
        assert_eq!(it.effective_on, None);
    }

    #[test]
    fn force_and_its_end() {
        let it = read("2018年8月中共中央印发，自2018年10月1日起施行；2024年1月1日起由2023年12月修订版取代");
        assert_eq!((it.published_on, it.effective_on, it.abolished_on), (None, day(2018, 10, 1), day(2024, 1, 1)));
        assert!(it.ended);
        assert_eq!(it.superseded_by.as_deref(), Some("2023年12月修订版"));
        assert_eq!(it.vague[0], "2018年8月");
        let it = read("2017（已被2022年版取代，仅作版本对照）");
        assert!(it.ended && it.abolished_on.is_none());
        assert_eq!(it.superseded_by.as_deref(), Some("2022年版"));
    }

    #[test]
    fn makers_are_organs() {
        let it = read("中国共产党第二十次全国代表大会部分修改，2022年10月22日通过");
        assert_eq!((it.approved_on, it.issuer.as_deref()), (day(2022, 10, 22), Some("中国共产党第二十次全国代表大会")));
        assert_eq!(read("2019年12月修订，2020年1月5日新华社发布").issuer, None);
        assert_eq!(read("2025年5月修订，中共中央、国务院印发").issuer.as_deref(), Some("中共中央、国务院"));
        let it = read("2022年10月25日 某市第十五届人民代表大会常务委员会第八次会议通过");
        assert_eq!(it.issuer.as_deref(), Some("某市第十五届人民代表大会常务委员会"));
    }
}
