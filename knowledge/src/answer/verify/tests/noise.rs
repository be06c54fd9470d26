//! Any text at all: no panic, and verifying twice changes nothing more.

use proptest::prelude::*;

use super::{Samples, samples};
use crate::answer::{sentences, verify::verify};

/// Texts put together from the pieces that the rules act on, in every wrong order.
fn noise() -> impl Strategy<Value = String> {
    let parts = [
        "“",
        "”",
        "「",
        "」",
        "\"",
        "‘",
        "’",
        "（",
        "）",
        "《示例条例》",
        "《跑步条例》",
        "第九条",
        "第99条",
        "、",
        "。",
        "；",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "1. ",
        "[1]",
        "[2]",
        "[9]",
        "[",
        "]",
        "9",
        "~~",
        "~",
        "**",
        "五个工作日",
        "三分之二",
        "2026年",
        "5月",
        "1日",
        "/",
        "%",
        "应当",
        "不得",
        "支部委员会应当在收到申请后五个工作日内派人同申请人谈话",
        "从大会通过之日算起；",
        "……",
        "（未找到依据）",
        "（已修改或废止）",
        "条例样本",
        "的",
        "：",
        "|",
        " ",
        "\u{0}",
        "é",
        "𠀀",
    ];
    let part = prop_oneof![4 => proptest::sample::select(parts.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"];
    proptest::collection::vec(part, 0..24).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn verifying_twice_changes_nothing_more(text in noise()) {
        let once = verify(&text, &samples(), &Samples);
        let twice = verify(&once.text, &samples(), &Samples);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert!(sentences::split(&text).iter().map(|it| &text[it.clone()]).collect::<String>() == text);
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        let once = verify(&text, &samples(), &Samples);
        prop_assert_eq!(verify(&once.text, &samples(), &Samples).text, once.text);
    }
}
