//! The verifier against altered, stitched and misplaced quotations, wrong numbers, invented articles and noise.

mod noise;
mod real_texts;

use super::*;
use crate::{
    answer::model::Effect,
    regulation::{Authority, DocKind},
};

/// Knows 《示例条例》 with 20 articles, of which 第九条 is no longer in force, and its short name 条例样本.
pub struct Samples;

impl Library for Samples {
    fn resolve(&self, title: &str, address: Option<&Address>) -> Resolution {
        if !matches!(title, "示例条例" | "条例样本") {
            return Resolution::UnknownTitle;
        }
        match address.and_then(Address::article_number) {
            Some((9, _)) => Resolution::NotInForce,
            Some((n, _)) if n > 20 => Resolution::UnknownArticle,
            _ => Resolution::InForce,
        }
    }
}

/// A citation of 《示例条例》 as composed from the base.
fn citation(n: usize, address: &str, text: &str) -> Citation {
    Citation {
        n,
        chunk_id: format!("c{n}"),
        regulation_id: Some("r1".to_owned()),
        title: "示例条例".to_owned(),
        version: Some("2026".to_owned()),
        address: Some(address.to_owned()),
        label: format!("《示例条例》{}", Address::raw(address).label()),
        text: text.to_owned(),
        doc_kind: DocKind::Regulation,
        authority: Authority::Ordinance,
        effect: Effect::Effective,
        effective_on: chrono::NaiveDate::from_ymd_opt(2026, 5, 1),
        ended_on: None,
        url: None,
        sample: true,
        verified: false,
    }
}

/// Three provisions about one procedure, with numbers of several kinds.
pub fn samples() -> Vec<Citation> {
    vec![
        citation(1, "a3", "支部委员会应当在收到申请后五个工作日内派人同申请人谈话，并做好记录。"),
        citation(2, "a4", "讨论接收新成员的会议，到会人数不得少于三分之二，赞成票超过半数方为通过。"),
        citation(3, "a5", "预备期为一年，从大会通过之日算起；延长预备期不能少于半年。"),
    ]
}

/// Verifies against the samples, and proves on the way that a second time changes nothing more.
fn check(text: &str) -> Verified {
    let verified = verify(text, &samples(), &Samples);
    assert_eq!(verify(&verified.text, &samples(), &Samples).text, verified.text, "twice: {text}");
    verified
}

/// The codes of the findings, in order.
fn codes(verified: &Verified) -> Vec<&str> {
    verified.findings.iter().map(|it| it.code.as_str()).collect()
}

#[test]
fn a_quotation_is_found_in_a_list_in_bold_and_across_a_line_break() {
    for text in [
        "- “应当在收到申请后五个工作日内派人同申请人谈话”[1]",
        "**“应当在收到申请后五个工作日内派人同申请人谈话”**[1]",
        "规定是“应当在收到申请后\n五个工作日内派人同申请人谈话”[1]。",
        "“应当在收到申请后**５个**工作日内”".replace("５个", "五个").as_str(),
        "「支部委员会应当……派人同申请人谈话」[1]",
        "> 支部委员会应当在收到申请后五个工作日内派人同申请人谈话，并做好记录。\n> ——《示例条例》第三条[1]\n\n以上。",
        "> **第三条**　支部委员会应当在收到申请后五个工作日内派人同申请人谈话，并做好记录。[1]",
        "第三条规定[1]：\n\n> 支部委员会应当在收到申请后五个工作日内派人同申请人谈话",
    ] {
        let result = check(text);
        assert!(result.findings.is_empty(), "{text} {:?}", result.findings);
        assert_eq!((result.quotes_checked, result.quotes_verified, result.text.as_str()), (1, 1, text));
    }
}

#[test]
fn stitched_and_misplaced_quotations_lose_their_marks() {
    let stitched = check("“支部委员会应当在收到申请后派人同申请人谈话”[1]");
    assert_eq!(stitched.text, "支部委员会应当在收到申请后派人同申请人谈话[1]");
    assert_eq!(codes(&stitched), ["QUOTE_ALTERED"]);
    // The fragments around an ellipsis must be from one text and in its order.
    assert_eq!(codes(&check("“并做好记录……派人同申请人谈话”[1]")), ["QUOTE_ALTERED"]);
    assert_eq!(codes(&check("“派人同申请人谈话……从大会通过之日算起”")), ["QUOTE_ALTERED"]);

    let misplaced = check("“从大会通过之日算起；延长预备期”[1]");
    assert_eq!(codes(&misplaced), ["QUOTE_MISPLACED"]);
    assert_eq!(codes(&check("《示例条例》第三条规定：“从大会通过之日算起；延长预备期”。")), ["QUOTE_MISPLACED"]);
    assert!(check("《示例条例》第五条规定：“从大会通过之日算起；延长预备期”。").findings.is_empty());
    assert_eq!(codes(&check("“第四条　派人同申请人谈话，并做好记录。”")), ["QUOTE_ALTERED"]);
    let two = check("“派人同申请人谈话，并做好记录。”[2]“从大会通过之日算起；延长预备期”[3]");
    assert_eq!(codes(&two), ["QUOTE_MISPLACED"]);
}

#[test]
fn an_altered_block_quote_becomes_plain_text() {
    let result = check("依据：\n\n> 支部委员会应当在收到申请后七个工作日内派人\n> 谈话。[1]\n");
    assert!(!result.text.contains('>'), "{}", result.text);
    assert_eq!(codes(&result), ["QUOTE_ALTERED", "NUMBER_UNSUPPORTED"]);
    // A plain line right below would be shown as quoted too.
    let lazy = check("> 支部委员会应当在收到申请后五个工作日内派人同申请人谈话\n七天也行[1]");
    assert!(!lazy.text.contains('>'), "{}", lazy.text);
}

#[test]
fn inner_quotations_are_checked_when_the_outer_one_fails() {
    let result = check("“有人说「从大会通过之日算起；延长预备期」吧”[3]");
    assert_eq!(result.text, "有人说「从大会通过之日算起；延长预备期」吧[3]");
    assert_eq!((result.quotes_checked, result.quotes_verified), (2, 1));
    assert_eq!(check("他说“可以。").text, "他说可以。");
}

#[test]
fn short_quotations_get_no_badge() {
    for text in ["要做到“两个维护”。", "“七一”前后", "“谈话”是要做的[1]。", "坚持“三个代表”重要思想"]
    {
        let result = check(text);
        assert_eq!((result.text.as_str(), result.quotes_checked, result.quotes_verified), (text, 0, 0));
        assert!(result.findings.is_empty(), "{text} {:?}", result.findings);
    }
    assert_eq!(check("“七个工作日”[1]").text, "七个工作日[1]（未找到依据）");
    assert_eq!(check("“五个工作日”[1]").text, "“五个工作日”[1]");
    assert!(badge("派人同申请人谈话", &samples()[0].text));
    assert!(!badge("派人同申请人", &samples()[0].text));
    assert!(!badge("派人同申请人谈心", &samples()[0].text));
}

#[test]
fn numbers_are_held_against_the_marked_citation() {
    for text in [
        "支部委员会5个工作日内派人谈话[1]。",
        "到会人数要达到2/3[2]，赞成票过半数[2]。",
        "预备期一年[3]（12个月）；延长不少于6个月[3]。",
        "本条例自2026年5月1日起施行。",
        "1. 先谈话[1]\n2. 再开会[2]",
        "可拨打12388。",
        "见《示例条例》（2026年修订）第三条第二款。",
        "| 期限 | 5个工作日[1] |",
        "这里什么也没有规定。",
    ] {
        let result = check(text);
        assert_eq!((result.text.as_str(), result.findings.len()), (text, 0), "{:?}", result.findings);
    }
    for (text, expected) in [
        ("支部委员会7个工作日内派人谈话[1]。", "支部委员会7个工作日内派人谈话[1]。（未找到依据）"),
        ("支部委员会五日内派人谈话[1]。其他。", "支部委员会五日内派人谈话[1]。（未找到依据）其他。"),
        ("到会四分之三[2]！", "到会四分之三[2]！（未找到依据）"),
        ("- 预备期两年[3]\n- 好", "- 预备期两年[3]（未找到依据）\n- 好"),
        ("条例于1999年1月1日施行", "条例于1999年1月1日施行（未找到依据）"),
        ("| 期限 | 8天[1] |", "| 期限 | 8天[1]（未找到依据） |"),
    ] {
        let result = check(text);
        assert_eq!(result.text, expected);
        assert_eq!(codes(&result), ["NUMBER_UNSUPPORTED"], "{text}");
    }
}

#[test]
fn a_missing_mark_is_added_and_a_wrong_one_moved() {
    let added = check("支部委员会应当在五个工作日内派人同申请人谈话。");
    assert_eq!(added.text, "支部委员会应当在五个工作日内派人同申请人谈话[1]。");
    let moved = check("支部委员会要在五个工作日内派人同申请人谈话[3]。");
    assert_eq!(moved.text, "支部委员会要在五个工作日内派人同申请人谈话[1]。");
    assert_eq!(codes(&moved), ["MARK_MOVED"]);
    // The same number in a text about something else is no support.
    assert_eq!(check("跑步锻炼要坚持一年。").text, "跑步锻炼要坚持一年。（未找到依据）");
}

#[test]
fn rule_words_need_a_citation() {
    assert_eq!(check("应当回避。").text, "应当回避。（未找到依据）");
    let result = check("流动成员应当每周跑步。");
    assert_eq!(result.text, "流动成员应当每周跑步。（未找到依据）");
    assert_eq!(codes(&result), ["RULE_UNCITED"]);
    assert_eq!(codes(&check("谈话的人不得迟到[1]。")), ["RULE_UNCITED"]);
    // 不能 in the source says what 不得 says.
    assert!(check("延长预备期不得少于半年[3]。").findings.is_empty());
    assert!(check("相应的材料适用于这里。").findings.is_empty());
}

#[test]
fn unknown_marks_go() {
    let result = check("开会[7]很好[1][0]。[[9]9]");
    assert_eq!(result.text, "开会很好[1]。");
    assert!(codes(&result).iter().all(|it| *it == "MARK_UNKNOWN"));
}

#[test]
fn invented_articles_are_struck_out() {
    for (text, expected, code) in [
        ("见《示例条例》第九十九条。", "见~~《示例条例》第九十九条~~。", "ARTICLE_UNKNOWN"),
        ("见《跑步条例》第 3 条第（一）项", "见~~《跑步条例》第 3 条第（一）项~~", "ARTICLE_UNKNOWN"),
        ("根据条例样本第99条", "根据~~条例样本第99条~~", "ARTICLE_UNKNOWN"),
        ("根据党员跑步条例第五条", "根据~~党员跑步条例第五条~~", "ARTICLE_UNKNOWN"),
        ("《示例条例》第三条、第九十条", "《示例条例》第三条、~~第九十条~~", "ARTICLE_UNKNOWN"),
        ("《示例条例》（2014年）第９条", "《示例条例》（2014年）第９条（已修改或废止）", "ARTICLE_NOT_IN_FORCE"),
    ] {
        let result = check(text);
        assert_eq!(result.text, expected);
        assert_eq!(codes(&result), [code], "{text}");
    }
    for text in [
        "《示例条例》第三条、条例样本第四条",
        "《跑步条例》讲了什么",
        "本条例第九十九条",
        "第九十九条",
        "有关规定第八条",
    ] {
        assert_eq!(check(text).text, text);
    }
    assert_eq!(check("~~《示例条例》第三条 很好~~").text, "《示例条例》第三条 很好");
}

#[test]
fn source_text_cannot_inject_marks() {
    let source = "申请人须知[2]：<b>材料</b>齐全后\n# 由`支部`审查并报上级批准";
    let citations = [citation(1, "a1", source)];
    let answer = format!("“{}”[1]", plain(source));
    let result = verify(&answer, &citations, &Samples);
    assert_eq!((result.text.as_str(), result.quotes_verified), (answer.as_str(), 1));
    assert!(result.findings.is_empty());
}
