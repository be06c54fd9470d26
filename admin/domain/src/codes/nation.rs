//! Nationalities: GB/T 3304-1991.

use super::{CodeSet, Item, item};

/// The 56 nationalities in the order of the standard, with the trade's two additions: 97 for others and 98 for
/// Chinese citizens of foreign descent.
pub const NATION: CodeSet = CodeSet { code: "nation", title: "民族", standard: "GB/T 3304-1991", items: NATIONS };

const NATIONS: &[Item] = &[
    item("01", "汉族"),
    item("02", "蒙古族"),
    item("03", "回族"),
    item("04", "藏族"),
    item("05", "维吾尔族"),
    item("06", "苗族"),
    item("07", "彝族"),
    item("08", "壮族"),
    item("09", "布依族"),
    item("10", "朝鲜族"),
    item("11", "满族"),
    item("12", "侗族"),
    item("13", "瑶族"),
    item("14", "白族"),
    item("15", "土家族"),
    item("16", "哈尼族"),
    item("17", "哈萨克族"),
    item("18", "傣族"),
    item("19", "黎族"),
    item("20", "傈僳族"),
    item("21", "佤族"),
    item("22", "畲族"),
    item("23", "高山族"),
    item("24", "拉祜族"),
    item("25", "水族"),
    item("26", "东乡族"),
    item("27", "纳西族"),
    item("28", "景颇族"),
    item("29", "柯尔克孜族"),
    item("30", "土族"),
    item("31", "达斡尔族"),
    item("32", "仫佬族"),
    item("33", "羌族"),
    item("34", "布朗族"),
    item("35", "撒拉族"),
    item("36", "毛南族"),
    item("37", "仡佬族"),
    item("38", "锡伯族"),
    item("39", "阿昌族"),
    item("40", "普米族"),
    item("41", "塔吉克族"),
    item("42", "怒族"),
    item("43", "乌孜别克族"),
    item("44", "俄罗斯族"),
    item("45", "鄂温克族"),
    item("46", "德昂族"),
    item("47", "保安族"),
    item("48", "裕固族"),
    item("49", "京族"),
    item("50", "塔塔尔族"),
    item("51", "独龙族"),
    item("52", "鄂伦春族"),
    item("53", "赫哲族"),
    item("54", "门巴族"),
    item("55", "珞巴族"),
    item("56", "基诺族"),
    item("97", "其他"),
    item("98", "外国血统中国籍人士"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fifty_six_are_numbered_through() {
        for (place, item) in NATIONS.iter().take(56).enumerate() {
            assert_eq!(item.code, format!("{:02}", place + 1));
            assert!(item.name.ends_with('族'));
        }
        assert_eq!(NATIONS.len(), 58);
    }
}
