use knowledge::regulation::{Node, NodeKind};
use proptest::prelude::*;

use super::*;

/// All addresses in order.
fn addresses(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|it| it.address.as_str()).collect()
}

/// The full text at an address.
fn full<'a>(nodes: &'a [Node], address: &str) -> &'a str {
    &nodes.iter().find(|it| it.address.as_str() == address).unwrap_or_else(|| panic!("no {address}")).full_text
}

/// Splits, compares the addresses and checks that nothing is lost.
fn check(text: &str, expected: &[&str]) -> Vec<Node> {
    let nodes = split("某条例", text);
    assert_eq!(addresses(&nodes), expected);
    assert_eq!(nodes.iter().map(|it| it.own_text.as_str()).collect::<String>(), normalise(text));
    nodes
}

#[test]
fn chapters_articles_paragraphs_items() {
    let nodes = check(
        "# 某条例\n\n（2026年1月1日发布）\n\n## 第一章　总　则\n\n第一条　甲。\n\n乙：\n\n（一）丙：\n\n1.丁；\n\n2.戊：\n\n①己；\n\n②庚。\n\n（二）辛。\n\n壬。\n\n第二章 附 则\n\n第二条 癸。",
        &[
            "front",
            "ch1",
            "a1",
            "a1.p1",
            "a1.p2",
            "a1.p2.i1",
            "a1.p2.i1.s1",
            "a1.p2.i1.s2",
            "a1.p2.i1.s2.s1",
            "a1.p2.i1.s2.s2",
            "a1.p2.i2",
            "a1.p3",
            "ch2",
            "a2",
            "a2.p1",
        ],
    );
    assert_eq!(nodes[1].heading, "第一章　总　则");
    assert_eq!(full(&nodes, "a1.p2.i1.s2"), "2.戊：\n\n①己；\n\n②庚。");
    assert_eq!(full(&nodes, "ch2"), "第二章 附 则\n\n第二条 癸。");
    assert_eq!(nodes[2].parent.as_ref().map(knowledge::regulation::Address::as_str), Some("ch1"));
}

// 第一条为了……, 第一条 为了……, 第一条 alone on its line: all occur in official files.
#[test]
fn the_body_may_follow_in_any_way() {
    check("第一条为了甲。\n第二条本条例乙。\n第三条党组织丙。", &["a1", "a1.p1", "a2", "a2.p1", "a3", "a3.p1"]);
    check("第一条\n甲。\n第 二 条 乙。\n第3条　丙。", &["a1", "a1.p1", "a2", "a2.p1", "a3", "a3.p1"]);
    let nodes = check("　　第一条　甲。\n　　乙。", &["a1", "a1.p1", "a1.p2"]);
    assert_eq!(nodes[0].own_text, "　　第一条　");
}

#[test]
fn inserted_articles_keep_their_number() {
    let nodes = check(
        "第一条 甲。\n第一条之一 乙。\n第一条之二　丙。\n第二条 丁。",
        &["a1", "a1.p1", "a1-1", "a1-1.p1", "a1-2", "a1-2.p1", "a2", "a2.p1"],
    );
    assert_eq!(nodes[2].address.label(), "第一条之一");
}

// The hard one: every line here starts like an article, and most are none.
#[test]
fn references_at_the_start_of_a_line_open_nothing() {
    let text = "第一条　甲：\n第三条规定的情形，从其规定。\n第二条、第三条另有规定的除外。\n第二条　乙。\n第三条有关要求适用本条。\n第一条 第二款所列人员除外。\n第三条　丙。\n第九条规定的期限，从其规定。";
    check(text, &["a1", "a1.p1", "a1.p2", "a1.p3", "a2", "a2.p1", "a2.p2", "a2.p3", "a3", "a3.p1", "a3.p2"]);
    let text = "第二章规定的程序，适用本条例。\n第一章　总则\n第一条　甲。\n第二章规定的程序，从其规定。\n第二章　附则\n第二条　乙。";
    check(text, &["front", "ch1", "a1", "a1.p1", "a1.p2", "ch2", "a2", "a2.p1"]);
    let bare = "第一条为了甲。\n第二条党委乙。\n第三条中央和国家机关丙。\n第四条所有党员丁。";
    check(bare, &["a1", "a1.p1", "a2", "a2.p1", "a3", "a3.p1", "a4", "a4.p1"]);
}

// The headings come twice; only the second time are they headings.
#[test]
fn a_table_of_contents_is_front_matter() {
    check(
        "某条例\n目录\n总纲\n第一章　总则\n第二章　附则\n总　纲\n甲甲。\n乙乙。\n第一章　总则\n第一条　甲。\n第二章　附则\n第二条　乙。",
        &["front", "pre", "pre.p1", "pre.p2", "ch1", "a1", "a1.p1", "ch2", "a2", "a2.p1"],
    );
    check(
        "目 录\n第一编 总则\n第一章 甲\n第二编 分则\n第一章 乙\n第一编 总则\n第一章 甲\n第一条 甲。\n第二编 分则\n第一章 乙\n第一节 丙\n第二条 丁。",
        &["front", "part1", "part1.ch1", "a1", "a1.p1", "part2", "part2.ch1", "part2.ch1.sec1", "a2", "a2.p1"],
    );
}

#[test]
fn chapters_without_articles_are_no_table_of_contents() {
    check("第一章　甲\n没有条号的话。\n第二章　乙\n第一条　丙。", &["ch1", "ch1.p1", "ch2", "a1", "a1.p1"]);
}

#[test]
fn a_heading_may_take_two_lines() {
    let nodes = check("第一章\n总则\n第一条\n甲。\n第二章\n第二条 乙。", &["ch1", "a1", "a1.p1", "ch2", "a2", "a2.p1"]);
    assert_eq!(nodes[0].heading, "第一章　总则");
}

// An attachment may hold a 第一条 of its own, which must not end up among the articles.
#[test]
fn signatures_and_attachments() {
    let nodes = check(
        "第一条　甲，见附件。\n第二条　乙。\n某某委员会办公室\n2026年5月1日\n附件1\n登记表\n第一条　表中的条。\n（一）丙；\n附件2：说明\n丁。",
        &["a1", "a1.p1", "a2", "a2.p1", "sign", "att1", "att1.p1", "att1.p2", "att1.p2.i1", "att2", "att2.p1"],
    );
    assert_eq!(full(&nodes, "sign"), "某某委员会办公室\n2026年5月1日");
    check(
        "第一条 甲。\n附件：1.表一\n某某委员会\n2026年5月1日\n附件1\n乙。",
        &["a1", "a1.p1", "att1", "sign", "att2", "att2.p1"],
    );
}

// 意见 and 通知 have no articles but must be citable.
#[test]
fn texts_without_articles_have_chapters_and_paragraphs() {
    let text = "关于某事的通知\n各单位党组织：\n为了做好某事，现通知如下。\n一、总体要求\n甲甲。\n（一）乙。\n（二）丙。\n二、组织领导。各级党组织要丁。\n戊。\n某某委员会\n2026年5月1日";
    let nodes = split("关于某事的通知", text);
    assert_eq!(
        addresses(&nodes),
        ["front", "p1", "ch1", "ch1.p1", "ch1.p1.i1", "ch1.p1.i2", "ch2", "ch2.p1", "ch2.p2", "sign"]
    );
    assert_eq!(nodes[6].heading, "二、组织领导");
    assert_eq!(full(&nodes, "ch2.p1"), "各级党组织要丁。");
    assert_eq!(nodes.iter().map(|it| it.own_text.as_str()).collect::<String>(), text);
}

// A notice that quotes one article of another text does not become that text.
#[test]
fn one_article_of_another_text_makes_no_articles() {
    let nodes = split("通知", "通知\n按照条例要求。\n第九条　预备党员的预备期为一年。\n请遵照执行。");
    assert!(nodes.iter().all(|it| it.kind != NodeKind::Article), "{:?}", addresses(&nodes));
}

// Two 第三条 are refused later; a slip in the order is only noted; a gap is kept as it is.
#[test]
fn duplicates_and_wrong_order_are_told() {
    let twice = split_source("", "第一条　甲。\n第二条　乙。\n第三条　丙。\n第三条　丁。\n第四条　戊。");
    assert_eq!(twice.duplicates.len(), 1);
    assert_eq!((twice.duplicates[0].first_line, twice.duplicates[0].second_line), (3, 4));
    let mixed = split_source("", "第一条　甲。\n第二条　乙。\n第四条　丙。\n第三条　丁。\n第五条　戊。");
    assert_eq!(mixed.misplaced, ["第三条"]);
    assert!(mixed.duplicates.is_empty());
    let gap = split_source("", "第一条　甲。\n第二条　乙。\n第五条　丙。\n第六条　丁。");
    assert_eq!(addresses(&gap.nodes), ["a1", "a1.p1", "a2", "a2.p1", "a5", "a5.p1", "a6", "a6.p1"]);
}

#[test]
fn an_item_out_of_sequence_is_a_paragraph() {
    check("第一条　甲：\n（一）乙；\n（一）丙；\n（三）丁。", &["a1", "a1.p1", "a1.p1.i1", "a1.p2", "a1.p3"]);
}

// 90,000 characters in one article, and 40,000 lines that could fool the look-ahead: the time
// limit is generous for a loaded machine, quadratic work would still burst it.
#[test]
fn a_huge_article_is_kept_whole_and_split_fast() {
    let sentence = "各级党组织应当按照第三条规定办理有关事项，";
    let line = format!("第一条　{}。\n", sentence.repeat(4_500));
    let lines: String = (0..20_000).map(|_| "第九条规定的情形除外。\n第九条 甲。\n").collect();
    let text = format!("{line}第二条　乙。\n{lines}");
    let started = std::time::Instant::now();
    let nodes = split("", &text);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert!(full(&nodes, "a1.p1").chars().count() > 90_000);
    assert_eq!(nodes.iter().map(|it| it.own_text.len()).sum::<usize>(), normalise(&text).len());
}

/// Lines that look like structure more often than chance would make them.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "(第[一二三十1-4]{1,2}[条章节编](之[一二])?)( |　|规定的|、)?[甲乙。]{0,4}",
        "[（(]?[一二三123]{1,2}[)）、.]( )?[甲乙。]{0,4}",
        "(附件[12]?|总　纲|目录|2026年5月1日|某委员会|①甲|##? 第二章 乙|\u{0}|)",
        "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_lost_and_addresses_are_unique(lines in prop::collection::vec(line(), 0..30)) {
        let text = lines.join("\n");
        let nodes = split("某条例", &text);
        let joined: String = nodes.iter().map(|it| it.own_text.as_str()).collect();
        prop_assert_eq!(joined, normalise(&text));
        let mut seen = std::collections::HashSet::new();
        for node in &nodes {
            prop_assert!(seen.insert(node.address.clone()), "{} twice", node.address);
            prop_assert!(node.address.as_str().parse::<knowledge::regulation::Address>().is_ok(), "{}", node.address);
            prop_assert!(node.parent.as_ref().is_none_or(|it| seen.contains(it)));
            prop_assert!(node.own_text.trim().is_empty() || node.full_text.contains(node.own_text.trim()));
        }
    }
}
