//! Names of people: one spelling for storing and comparing, and the mask for what everybody sees.

use crate::Violation;

/// The one middle dot: U+00B7 (data dictionary of the member, 1.4).
pub const MIDDLE_DOT: char = '·';

/// Characters that are typed for the middle dot of names of the minorities.
const DOTS: &str = "·•‧・･∙⋅․᛫⸱●。.．";

/// Surnames of two characters (《百家姓》 and those still borne).
const COMPOUND: &[&str] = &[
    "万俟", "司马", "上官", "欧阳", "夏侯", "诸葛", "闻人", "东方", "赫连", "皇甫", "尉迟", "公羊", "澹台", "公冶",
    "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "公孙", "仲孙", "轩辕", "令狐", "钟离", "宇文", "长孙", "慕容",
    "鲜于", "闾丘", "司徒", "司空", "亓官", "司寇", "子车", "颛孙", "端木", "巫马", "公西", "漆雕", "乐正", "壤驷",
    "公良", "拓跋", "夹谷", "宰父", "谷梁", "段干", "百里", "东郭", "南门", "呼延", "羊舌", "微生", "梁丘", "左丘",
    "东门", "西门", "南宫", "第五", "贺兰", "独孤", "纳兰", "完颜", "耶律", "爱新",
];

/// A name in its one spelling: full-width letters become ASCII, every kind of middle dot U+00B7; blanks go,
/// but a single one stays between Latin words.
///
/// `PER-001` unless it has 2 to 50 characters that a name can have: Chinese characters of any plane (GB
/// 18030-2022, level 3), letters, and single dots inside. Private-use characters, with which old systems
/// wrote rare characters, are refused: nobody else can read them.
pub fn normalise(text: &str) -> Result<String, Violation> {
    let mut name = String::new();
    for word in text.split_whitespace() {
        let joins_latin = name.ends_with(|it: char| it.is_ascii_alphabetic())
            && word.starts_with(|it: char| half_width(it).is_ascii_alphabetic());
        if joins_latin {
            name.push(' ');
        }
        name.extend(word.chars().map(half_width));
    }
    let count = name.chars().count();
    let letters = name.chars().all(|it| it.is_alphabetic() || it == MIDDLE_DOT || it == ' ');
    let dots = name.starts_with(MIDDLE_DOT) || name.ends_with(MIDDLE_DOT) || name.contains("··");
    if (2..=50).contains(&count) && letters && !dots {
        return Ok(name);
    }
    Err(Violation::error("PER-001", "name", "姓名应为2至50个字，不含数字、符号和自造字，间隔号写作“·”"))
}

/// `张*`, `欧阳*`: the surname and one asterisk, whatever the length, for public notices on the internet and
/// for boards. A name with a middle dot keeps its first character, and so does one of two characters that
/// could be a compound surname alone. Latin names keep their first letter.
pub fn mask(name: &str) -> String {
    let name = name.trim();
    let count = name.chars().count();
    let compound = (count > 2 && !name.contains(MIDDLE_DOT)).then(|| COMPOUND.iter().find(|it| name.starts_with(**it)));
    match (compound.flatten(), name.chars().next()) {
        (Some(surname), _) => format!("{surname}*"),
        (None, Some(first)) => format!("{first}*"),
        (None, None) => String::new(),
    }
}

fn half_width(c: char) -> char {
    match c {
        _ if DOTS.contains(c) => MIDDLE_DOT,
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from((c as u32 - 'Ａ' as u32) as u8 + b'A'),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_middle_dot_becomes_one() {
        for dot in DOTS.chars() {
            assert_eq!(normalise(&format!("阿不都{dot}热合曼")).as_deref(), Ok("阿不都·热合曼"), "{dot}");
        }
    }

    #[test]
    fn blanks_go_but_not_between_latin_words() {
        assert_eq!(normalise(" 张　三 ").as_deref(), Ok("张三"));
        assert_eq!(normalise("Ｊｏｈｎ  Smith").as_deref(), Ok("John Smith"));
        assert_eq!(normalise("阿不都 · 热合曼").as_deref(), Ok("阿不都·热合曼"));
    }

    #[test]
    fn rare_characters_are_names_and_other_things_are_not() {
        assert_eq!(normalise("王𬭎𫖯").as_deref(), Ok("王𬭎𫖯"));
        assert!(normalise(&"字".repeat(50)).is_ok());
        let long = "字".repeat(51);
        for text in ["", "张", "张3", "张*", "·张三", "张三·", "张··三", "张\u{e000}", long.as_str()] {
            assert_eq!(normalise(text).unwrap_err().code, "PER-001", "{text}");
        }
    }

    #[test]
    fn masks_keep_the_surname() {
        for (name, masked) in [
            ("张三", "张*"),
            ("张三丰", "张*"),
            ("欧阳修", "欧阳*"),
            ("司马相如", "司马*"),
            ("欧阳", "欧*"),
            ("阿不都·热合曼", "阿*"),
            ("John Smith", "J*"),
            ("", ""),
        ] {
            assert_eq!(mask(name), masked);
        }
    }

    #[test]
    fn compound_surnames_have_two_characters_and_stand_once() {
        let all: std::collections::BTreeSet<_> = COMPOUND.iter().collect();
        assert_eq!(all.len(), COMPOUND.len());
        assert!(COMPOUND.iter().all(|it| it.chars().count() == 2));
    }
}
