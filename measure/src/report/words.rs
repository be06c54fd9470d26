//! What people call things.

use crate::{
    compare::{Change, Delta},
    gate::Decision,
    metrics::{Better, metric},
    run::Status,
    summary::better,
};

/// A metric.
pub(super) fn title(name: &str) -> &str {
    metric(name).map_or(name, |it| it.title)
}

/// A state of an answer.
pub(super) fn state(name: &str) -> &str {
    match name {
        "grounded" => "有据",
        "no_match" => "无据",
        "needs_human" => "转人工",
        "clarify" => "反问",
        "" => "（无）",
        other => other,
    }
}

/// A channel of retrieval.
pub(super) fn channel(name: &str) -> &str {
    match name {
        "gram" => "字",
        "word" => "词",
        "vector" => "向量",
        "question" => "已知问题",
        "passage" => "原文",
        "rerank" => "重排",
        other => other,
    }
}

/// A stage whose time is taken.
pub(super) fn stage(name: &str) -> &str {
    match name {
        "retrieve" => "检索",
        "answer" => "作答",
        "prepare" => "理解问题",
        "lexical" => "字词",
        "vector" => "向量",
        "question" => "已知问题",
        "fuse" => "融合",
        "total" => "合计",
        other => other,
    }
}

/// What became of a case.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Judged => "已评",
        Status::Skipped => "跳过",
        Status::Stale => "过期",
        Status::Failed => "出错",
    }
}

/// What the gate says.
pub(super) fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "可以放行",
        Decision::LogOnly => "只作记录，不作放行依据",
        Decision::Block => "不得放行",
    }
}

/// Kind of a case.
pub(super) fn kind(name: &str) -> &str {
    match name {
        "answer" => "问答",
        "no_match" => "应答无据",
        "refusal" => "拒答",
        "address" => "条文位置",
        "retrieval" => "只评检索",
        "ordinary" => "正常提问",
        "multiturn" => "多轮",
        "passage" => "粘贴原文",
        "indirect" => "植入指令",
        other => group(other),
    }
}

/// A name of a group.
pub(super) fn group(name: &str) -> &str {
    match name {
        "" => "（未注明）",
        "tune" => "调参半（tune）",
        "report" => "报告半（report）",
        other => other,
    }
}

/// A share as points of 100.
pub(super) fn points(value: f64) -> String {
    if value.is_finite() { format!("{:.1}", value * 100.0) } else { "不是数".to_owned() }
}

/// A share as points, or a dash.
pub(super) fn maybe(value: Option<f64>) -> String {
    value.map_or("—".to_owned(), points)
}

/// A share as points, without a fraction where there is none.
pub(super) fn brief(value: Option<f64>) -> String {
    let words = maybe(value);
    words.strip_suffix(".0").map_or(words.clone(), str::to_owned)
}

/// A difference as points with its sign.
pub(super) fn signed(value: f64) -> String {
    // What rounds to nothing has no sign.
    if (value * 1000.0).round() == 0.0 {
        "0.0".to_owned()
    } else {
        format!("{:+.1}", value * 100.0).replace('-', "−")
    }
}

/// Whether a figure got better or worse.
pub(super) fn change(delta: &Delta) -> Change {
    let Some(difference) = delta.difference.filter(|it| it.is_finite()) else { return Change::Worse };
    if (difference * 1000.0).round() == 0.0 {
        Change::Same
    } else if (difference > 0.0) == (better(&delta.metric) == Better::Higher) {
        Change::Better
    } else {
        Change::Worse
    }
}

/// The interval of the change doesn't hold “no change”.
pub(super) fn sure(delta: &Delta) -> bool {
    delta.interval.is_some_and(|[low, high]| low > 0.0 || high < 0.0)
}

/// In words, because colour alone says nothing to some.
pub(super) fn change_word(change: Change) -> &'static str {
    match change {
        Change::Better => "变好",
        Change::Worse => "变差",
        Change::Same => "不变",
    }
}

/// Place of the first evidence.
pub(super) fn rank(rank: Option<usize>) -> String {
    rank.map_or("未找到".to_owned(), |it| format!("第 {it} 名"))
}

/// A fingerprint, or its beginning.
pub(super) fn short(fingerprint: &str) -> String {
    fingerprint.chars().take(12).collect()
}
