//! Addresses: the mask that keeps the street as an administrative level and hides the house.

/// What stands for the hidden part.
const HIDDEN: &str = "***";

/// Words that belong to a house: a 镇 or 乡 behind one of them names no town.
const HOUSE: [char; 6] = ['路', '巷', '里', '楼', '座', '园'];

/// Words that end in 区 and are no district.
const NO_DISTRICT: [&str; 9] = ["小区", "社区", "园区", "校区", "片区", "厂区", "街区", "景区", "自治区"];

/// `上海市黄浦区南京东路街道***`: an address down to its street, town or township (rules for masking, 1.9).
/// Where none is named, down to the district or county; where that isn't named either, nothing is shown. In
/// doubt it hides more, since there is no table of streets to look in.
pub fn mask(address: &str) -> String {
    let plain: String = address.chars().filter(|it| !it.is_whitespace()).collect();
    if plain.is_empty() {
        return plain;
    }
    let head = before_house(&plain);
    let shown = street(head).or_else(|| town(head)).or_else(|| district(head)).unwrap_or(0);
    format!("{}{HIDDEN}", &plain[..shown])
}

/// End of the first 街道.
fn street(head: &str) -> Option<usize> {
    head.find("街道").map(|at| at + "街道".len())
}

/// End of the first 镇 or 乡 behind the district, unless it begins a name (镇宁路) or is in the middle of a
/// road's (古镇路).
fn town(head: &str) -> Option<usize> {
    let start = district(head)?;
    let rest = &head[start..];
    let named = rest.find(HOUSE).map_or(rest, |at| &rest[..at]);
    let (at, found) = named.char_indices().skip(1).find(|(_, it)| matches!(it, '镇' | '乡'))?;
    let end = at + found.len_utf8();
    let road = rest[end..].starts_with(['路', '街', '弄', '巷', '大']);
    (!road).then_some(start + end)
}

/// End of the first district, county or banner.
fn district(head: &str) -> Option<usize> {
    head.char_indices()
        .filter(|(_, it)| matches!(it, '区' | '县' | '旗'))
        .map(|(at, it)| at + it.len_utf8())
        .find(|end| !NO_DISTRICT.iter().any(|it| head[..*end].ends_with(it)))
}

/// The part before anything that numbers a house: only there are the levels.
fn before_house(plain: &str) -> &str {
    let numbers = |it: char| it.is_numeric() || matches!(it, '号' | '弄' | '幢' | '栋' | '室');
    plain.find(numbers).map_or(plain, |at| &plain[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_down_to_its_street() {
        for (address, masked) in [
            ("上海市黄浦区南京东路街道某某路100弄3号201室", "上海市黄浦区南京东路街道***"),
            ("上海市黄浦区五里桥街道某某路1号", "上海市黄浦区五里桥街道***"),
            ("上海市闵行区七宝镇青年路5号", "上海市闵行区七宝镇***"),
            ("上海市崇明区新村乡某某村10号", "上海市崇明区新村乡***"),
            ("浦东新区 花木街道 某某小区", "浦东新区花木街道***"),
        ] {
            assert_eq!(mask(address), masked);
        }
    }

    #[test]
    fn without_a_street_it_ends_at_the_district() {
        for (address, masked) in [
            ("上海市黄浦区中山东一路1号", "上海市黄浦区***"),
            ("上海市静安区镇宁路100号", "上海市静安区***"),
            ("上海市长宁区古镇路5号", "上海市长宁区***"),
            ("上海市长宁区花园大厦（小镇）", "上海市长宁区***"),
            ("上海市黄浦区阳光小区3号楼", "上海市黄浦区***"),
            ("广西壮族自治区宾阳县某某路1号", "广西壮族自治区宾阳县***"),
            ("江苏省南京市鼓楼区某某路一百号", "江苏省南京市鼓楼区***"),
        ] {
            assert_eq!(mask(address), masked);
        }
    }

    #[test]
    fn an_address_without_a_level_is_hidden() {
        for address in [
            "阳光小区3号楼201室",
            "某某路100号",
            "3号",
            "新疆维吾尔自治区",
            "某某路二号黄浦区",
            "某某弄黄浦区天平路街道",
        ] {
            assert_eq!(mask(address), "***", "{address}");
        }
        assert_eq!(mask(" "), "");
    }

    #[test]
    fn no_digit_is_ever_shown() {
        for address in [
            "上海市黄浦区100弄3号豫园街道",
            "上海市2号黄浦区",
            "１２号徐汇区天平路街道",
            "某某路２弄徐汇区",
            "12天平路街道",
        ] {
            assert!(!mask(address).chars().any(char::is_numeric), "{address}");
        }
    }
}
