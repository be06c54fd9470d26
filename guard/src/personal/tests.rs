//! What is masked, what isn't, and what holds for every text.

use proptest::prelude::*;

use super::*;

fn kinds(text: &str) -> Vec<Kind> {
    found(text).into_iter().map(|it| it.kind).collect()
}

#[test]
fn numbers_of_persons_are_masked_and_others_are_not() {
    for (text, masked) in [
        ("我的号码13800138000，谢谢", "我的号码138****8000，谢谢"),
        ("身份证31019919900101001X", "身份证310199**********1X"),
        ("310199199001010010", "310199**********10"),
        ("老证310199900101001号", "老证310199*******01号"),
        ("310199 19900101 001X", "310199 ******** **1X"),
        ("+86 138-0013-8000", "+86 138-****-8000"),
        ("8613800138000", "86138****8000"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("一三八零零一三八零零零", "一三八****八零零零"),
        ("1 3 8 0 0 1 3 8 0 0 0", "1 3 8 * * * * 8 0 0 0"),
        ("138\u{200b}0013\u{200b}8000", "138\u{200b}****\u{200b}8000"),
        ("周一13800138000", "周一138****8000"),
        ("电话021-62345678转3", "电话021-******78转3"),
        ("（0512）65432109", "（0512）******09"),
        ("卡号6222 0212 3456 7890 123", "卡号6222 **** **** ***0 123"),
        ("zhangsan@example.com", "z*******@example.com"),
        ("邮箱a@example.com。", "邮箱*@example.com。"),
        ("护照E12345678", "护照E******78"),
        ("通行证C12345678和H1234567890", "通行证C******78和H********90"),
        ("香港身份证A123456(3)", "香港身份证A*****6(3)"),
    ] {
        assert_eq!(mask(text), masked, "{text}");
    }
}

#[test]
fn a_mistyped_number_counts_after_its_label() {
    assert_eq!(kinds("身份证号：310199199013400011"), [Kind::Identity]);
    assert_eq!(kinds("编号：310199199013400011"), []);
    assert_eq!(kinds("银行卡号是6222021234567890120"), [Kind::BankCard]);
}

#[test]
fn other_numbers_stay() {
    for text in [
        "第32条，2026年，12388",
        "中发〔2026〕3号、沪委组〔2014〕12345678号",
        "2026年5月11日，20260511，2026-05-11 12:30:45，20260511123045",
        "第一百三十三条第二款，二〇二六年五月十一日，二○一四年六月",
        "热线12371、12356、110、120、12345，400-820-1234",
        "党费13800138000元，共1380.0138000万，¥13912345678",
        "1.35、139 2026-11-25、3-5日、1、3、5、7、9、11、13、15",
        "订单号1234567890123456789，流水99999999999999999999",
        "网址https://example.com/2026/0511/c1024-12345678.html",
        "C20240101、GB/T 9704—2012、G1234次列车",
        "一二三四五六七八九",
    ] {
        assert_eq!(mask(text), text);
    }
}

#[test]
fn the_kinds_and_ranges_are_told() {
    let text = "电话13800138000，邮箱zhang@example.com";
    let told: Vec<_> = found(text).into_iter().map(|it| (it.kind, text[it.range].to_owned())).collect();
    assert_eq!(told, [(Kind::Mobile, "13800138000".to_owned()), (Kind::Email, "zhang@example.com".to_owned())]);
}

/// Chinese text without digits that a number could run into.
const FRAMES: [(&str, &str); 6] = [
    ("", ""),
    ("我是张三，号码", "，请问怎么转接组织关系？"),
    ("联系：", "\n谢谢"),
    ("（", "）"),
    ("党员某甲 ", " 已报到"),
    ("周一打", "。第三条"),
];

fn identity() -> impl Strategy<Value = String> {
    let region = prop::sample::select(vec!["310199", "110199", "440199", "650199"]);
    (region, 1930..2010u32, 1..=12u32, 1..=28u32, 0..1000u32, prop::sample::select(vec!["", " "])).prop_map(
        |(region, year, month, day, order, gap)| {
            let front = format!("{region}{year}{month:02}{day:02}{order:03}");
            // GB 11643-1999: weights 2^(17-i) mod 11, the check character from a table.
            let sum: u32 = front.bytes().enumerate().map(|(at, c)| u32::from(c - b'0') * (1 << (17 - at)) % 11).sum();
            let check = b"10X98765432"[(sum % 11) as usize] as char;
            format!("{region}{gap}{}{gap}{}{check}", &front[6..14], &front[14..])
        },
    )
}

fn mobile() -> impl Strategy<Value = String> {
    let form = prop::sample::select(vec!["abc", "a b c", "a-b-c", "+86 abc", "86-a-b-c", "a  b  c", "a.b.c"]);
    (130..200u32, 0..10_000u32, 0..10_000u32, form, 0..3u8).prop_map(|(a, b, c, form, script)| {
        let number =
            form.replace('a', &format!("{a:03}")).replace('b', &format!("{b:04}")).replace('c', &format!("{c:04}"));
        match script {
            0 => number,
            1 => number.chars().map(|c| if c.is_ascii_digit() { wide(c, '０') } else { c }).collect(),
            _ => number
                .chars()
                .map(|c| c.to_digit(10).map_or(c, |it| "零一二三四五六七八九".chars().nth(it as usize).unwrap_or(c)))
                .collect(),
        }
    })
}

fn wide(c: char, zero: char) -> char {
    char::from_u32(zero as u32 + (c as u32 - '0' as u32)).expect("a digit")
}

fn bank_card() -> impl Strategy<Value = String> {
    (
        prop::sample::select(vec!["6222", "6228", "4000", "5100"]),
        prop_oneof![Just(16_usize), Just(19)],
        any::<u64>(),
        any::<bool>(),
    )
        .prop_map(|(prefix, length, seed, spaced)| {
            let mut digits = format!("{prefix}{:015}", seed % 1_000_000_000_000_000);
            digits.truncate(length - 1);
            let sum = |digits: &str| -> u32 {
                let all = digits.bytes().rev().enumerate();
                all.map(|(at, c)| (at, u32::from(c - b'0')))
                    .map(|(at, d)| {
                        if at % 2 == 0 {
                            d
                        } else if d > 4 {
                            d * 2 - 9
                        } else {
                            d * 2
                        }
                    })
                    .sum()
            };
            let check = (0..10).find(|it| sum(&format!("{digits}{it}")) % 10 == 0).expect("one of ten");
            let number = format!("{digits}{check}");
            if !spaced {
                return number;
            }
            let groups: Vec<&str> =
                (0..number.len()).step_by(4).map(|at| &number[at..number.len().min(at + 4)]).collect();
            groups.join(" ")
        })
}

fn anything_personal() -> impl Strategy<Value = (Kind, String)> {
    prop_oneof![
        identity().prop_map(|it| (Kind::Identity, it)),
        mobile().prop_map(|it| (Kind::Mobile, it)),
        bank_card().prop_map(|it| (Kind::BankCard, it)),
        "(010|021|0512|0755)[ -]?[2-9][0-9]{7}".prop_map(|it| (Kind::Landline, it)),
        "[a-z][a-z0-9._]{0,8}@[a-z]{2,8}\\.(com|cn|org\\.cn)".prop_map(|it| (Kind::Email, it)),
        "(E[A-H]|C[A-H])[0-9]{7}|[EGCL][3-9][0-9]{7}|H[0-9]{10}".prop_map(|it| (Kind::TravelDocument, it)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_valid_number_in_chinese_text_is_masked(
        (kind, number) in anything_personal(), frame in prop::sample::select(FRAMES.to_vec()),
    ) {
        let text = format!("{}{number}{}", frame.0, frame.1);
        prop_assert_eq!(kinds(&text), [kind]);
        let masked = mask(&text);
        prop_assert!(!masked.contains(&number));
        prop_assert!(masked.starts_with(frame.0) && masked.ends_with(frame.1), "{}", masked);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
    }

    #[test]
    fn masking_twice_is_masking_once(
        parts in prop::collection::vec(prop_oneof!["[0-9 Xx.@A-Ea-e*+()-]{0,24}", "\\PC{0,6}", anything_personal().prop_map(|it| it.1)], 0..6),
    ) {
        let masked = mask(&parts.concat());
        prop_assert_eq!(mask(&masked), masked);
    }

    #[test]
    fn a_text_without_digits_and_addresses_stays(text in "[^0-9０-９@＠〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{0,60}") {
        prop_assert_eq!(mask(&text), text);
    }
}
