//! Kind and rank of a document, from its title and maker.
//!
//! The name alone does not decide: 条例 and 规定 are also names of state law and of local rules. So a
//! regulation needs a Party organ as its maker or, where nobody names the maker, Party words in the
//! title or the first articles.

use knowledge::regulation::{Authority, DocKind};

/// The seven names of Party regulations.
const NAMES: [(&str, Authority); 6] = [
    ("准则", Authority::Code),
    ("条例", Authority::Ordinance),
    ("规定", Authority::Provisions),
    ("办法", Authority::Measures),
    ("规则", Authority::Rules),
    ("细则", Authority::DetailedRules),
];

/// Words by which a text shows that a Party organ made it.
const PARTY: [&str; 12] = [
    "中国共产党",
    "党章",
    "党内法规",
    "党委",
    "党组",
    "党组织",
    "党的",
    "中共",
    "党支部",
    "中央组织部",
    "中央宣传部",
    "中央办公厅",
];
/// Makers of state law.
const STATE: [&str; 7] = ["人民代表大会", "人大常委会", "人大", "国务院", "人民政府", "最高人民法院", "最高人民检察院"];

/// Kind and rank; a third value tells the curator where the evidence was thin. `opening` is the
/// first articles of the text.
pub(crate) fn rank(title: &str, issuer: Option<&str>, opening: &str) -> (DocKind, Authority, Option<String>) {
    let name = plain_title(title);
    let law = (DocKind::Law, Authority::Normative, None);
    let is_law_name =
        name.ends_with('法') && !name.ends_with("办法") || name.ends_with("法典") || name.starts_with("中华人民共和国");
    if name == "中国共产党章程" {
        return (DocKind::Regulation, Authority::Constitution, None);
    }
    let party_maker =
        issuer.is_some_and(|it| ["中共", "中国共产党", "党委", "纪委", "中央"].iter().any(|word| it.contains(word)));
    let state_maker = issuer.is_some_and(|it| STATE.iter().any(|word| it.contains(word)));
    if is_law_name || (state_maker && !party_maker) {
        return law;
    }
    let Some((_, authority)) = NAMES.into_iter().find(|(word, _)| name.ends_with(word)) else {
        return (DocKind::NormativeDoc, Authority::Normative, None);
    };
    if party_maker || PARTY.iter().any(|word| title.contains(word) || opening.contains(word)) {
        return (DocKind::Regulation, authority, None);
    }
    if STATE.iter().any(|word| opening.contains(word)) || opening.contains("《中华人民共和国") {
        return law;
    }
    (DocKind::NormativeDoc, Authority::Normative, Some("制定机关不明，暂按规范性文件处理，请核对".to_owned()))
}

/// The title without remarks in brackets at its end: （试行）, （2026年修订）, （示例）.
pub(crate) fn plain_title(title: &str) -> &str {
    let mut name = title.trim();
    while let Some(open) = name.strip_suffix(['）', ')']).and_then(|it| it.rfind(['（', '('])) {
        name = name[..open].trim_end();
    }
    name
}

/// Level of the maker, if its name shows it.
pub(crate) fn issuer_level(issuer: &str) -> Option<&'static str> {
    let has = |word: &str| issuer.contains(word);
    Some(
        if issuer.starts_with("中共中央办公厅")
            || issuer == "中共中央"
            || issuer.starts_with("中共中央、")
            || (has("中国共产党") && has("全国代表大会"))
        {
            "中央"
        } else if has("中央纪") {
            "中央纪委"
        } else if issuer.starts_with("中央") || issuer.starts_with("中共中央") {
            "党中央工作机关"
        } else if has("人大") || has("人民代表大会") || has("国务院") || has("人民政府") {
            "国家机关"
        } else if has("省委")
            || has("自治区党委")
            || ["北京", "天津", "上海", "重庆"].iter().any(|city| has(&format!("{city}市委")))
        {
            "省级党委"
        } else {
            return None;
        },
    )
}

/// Short names that follow from the title: without 中国共产党, without （试行）; 党章.
pub(crate) fn aliases(title: &str) -> Vec<String> {
    let name = plain_title(title);
    if name == "中国共产党章程" {
        return vec!["党章".to_owned()];
    }
    let short = name.strip_prefix("中国共产党").unwrap_or(name);
    let mut all = vec![name.to_owned(), short.to_owned()];
    all.retain(|it| it != title && it.chars().count() >= 4);
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_makers_decide() {
        let read = |title, issuer, opening| {
            let (kind, authority, _) = rank(title, issuer, opening);
            (kind, authority)
        };
        assert_eq!(read("中国共产党章程", None, ""), (DocKind::Regulation, Authority::Constitution));
        assert_eq!(
            read("某项工作细则（试行）", Some("中共某委员会"), ""),
            (DocKind::Regulation, Authority::DetailedRules)
        );
        assert_eq!(read("关于某事的意见", Some("中共中央"), ""), (DocKind::NormativeDoc, Authority::Normative));
        assert_eq!(read("某市红色资源条例", Some("某市人大常委会"), "党的"), (DocKind::Law, Authority::Normative));
        assert_eq!(read("党政机关某条例", Some("中共中央、国务院"), ""), (DocKind::Regulation, Authority::Ordinance));
        assert_eq!(read("中华人民共和国某法", None, ""), (DocKind::Law, Authority::Normative));
        assert_eq!(read("某公园游览规定", None, "请排队"), (DocKind::NormativeDoc, Authority::Normative));
    }

    #[test]
    fn short_names() {
        assert_eq!(aliases("中国共产党章程"), ["党章"]);
        assert_eq!(aliases("中国共产党某项工作条例（试行）"), ["中国共产党某项工作条例", "某项工作条例"]);
        assert!(aliases("某工作条例").is_empty());
    }
}
