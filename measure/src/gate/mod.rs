//! Whether a change may go out: a pure function of a comparison and a policy.
//!
//! The gate fails closed: what can't be read, was not judged or is no number blocks. Where two runs can't
//! be compared fairly it says so and only logs. Floors of manifests were written before the run; they
//! judge the second run alone and block in any case.

use serde::{Deserialize, Serialize};

use crate::{
    compare::{self, Comparison, Delta, GroupDelta},
    metrics::{Better, metric},
    run::RunHead,
    summary::{self, Counts, FloorResult, Reached, Summary, better},
};

/// Exit code: the change may go out, or there was nothing to judge it by.
pub const EXIT_PASS: i32 = 0;
/// Exit code: the change may not go out.
pub const EXIT_BLOCK: i32 = 1;
/// Exit code: the command was called wrongly (unknown suite, broken case file, wrong policy).
pub const EXIT_WRONG_INPUT: i32 = 2;

/// Figures that can be raised by saying less, each with the figure that falls then: where the first is
/// gated, so is the second.
const COMPANIONS: [(&str, &str); 4] = [
    ("quote_verbatim", "quote_present"),
    ("citation_precision", "citation_recall"),
    ("refusal_precision", "refusal_recall"),
    ("abstain_precision", "abstain_recall"),
];

/// Thresholds of the gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// A gated figure may fall by so many points of 100, or by what one case is worth, if that is more.
    pub tolerance_points: f64,
    /// With fewer common cases, falls are only logged.
    pub min_common: usize,
    /// With a larger share of stale cases, falls are only logged. Also the share of cases that were
    /// judged before and are skipped, gone or changed.
    pub log_stale: f64,
    /// With a larger share of stale cases, the gate blocks; so it does when so many of the cases judged
    /// before are skipped although the texts are the same.
    pub block_stale: f64,
    /// Names of the figures that are gated; empty: those that the manifest of each suite names.
    pub metrics: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { tolerance_points: 2.0, min_common: 50, log_stale: 0.15, block_stale: 0.30, metrics: Vec::new() }
    }
}

/// What is wrong with a policy; the exit code is [`EXIT_WRONG_INPUT`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A threshold lies outside its bounds.
    #[error("门禁策略的 {field} 应在 {low} 与 {high} 之间，现为 {value}")]
    Threshold {
        /// Name of the field.
        field: &'static str,
        /// The least.
        low: u32,
        /// The most.
        high: u32,
        /// As given.
        value: String,
    },
    /// There is no such metric.
    #[error("门禁策略的 metrics 中没有这个指标：{0}")]
    Metric(String),
}

impl Policy {
    /// Whether it can be used.
    ///
    /// # Errors
    /// A threshold is outside its bounds or no number; a metric is unknown.
    pub fn check(&self) -> Result<(), PolicyError> {
        for (field, value, high) in [
            ("tolerance_points", self.tolerance_points, 100),
            ("log_stale", self.log_stale, 1),
            ("block_stale", self.block_stale, 1),
        ] {
            if !(0.0..=f64::from(high)).contains(&value) {
                return Err(PolicyError::Threshold { field, low: 0, high, value: value.to_string() });
            }
        }
        self.metrics.iter().find(|it| metric(it).is_none()).map_or(Ok(()), |it| Err(PolicyError::Metric(it.clone())))
    }
}

/// What the gate says, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It may go out.
    Pass,
    /// There is too little to judge it by: what was found is written down.
    LogOnly,
    /// It may not go out.
    Block,
}

/// Which rule spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The baseline can't be read, or the runs can't be set side by side.
    Unreadable,
    /// A canary came back wrong: the part under test was off.
    Canary,
    /// No case was judged.
    Empty,
    /// The run did not go on to its end.
    Unfinished,
    /// Stale cases.
    Stale,
    /// Cases that were judged before and are not now.
    Lost,
    /// Few or no common cases.
    Few,
    /// Different texts.
    Corpus,
    /// A floor of a manifest.
    Floor,
    /// A gated figure fell.
    Fell,
    /// A gated figure is gone, or is no number.
    Vanished,
    /// The system failed on more cases than before.
    Failures,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which rule.
    pub rule: Rule,
    /// What it asks for.
    pub decision: Decision,
    /// The suite, if it is about one.
    pub suite: String,
    /// The metric, if it is about one.
    pub metric: String,
    /// In Chinese.
    pub text: String,
}

/// The verdict: the worst of its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What to do.
    pub decision: Decision,
    /// Why, the worst first; empty: everything within its tolerance.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Exit code of a command that asks the gate.
    pub fn exit_code(&self) -> i32 {
        if self.decision == Decision::Block { EXIT_BLOCK } else { EXIT_PASS }
    }

    fn of(mut reasons: Vec<Reason>) -> Self {
        reasons.sort_by_key(|it| std::cmp::Reverse(it.decision));
        Self { decision: reasons.first().map_or(Decision::Pass, |it| it.decision), reasons }
    }
}

/// The verdict on a run that is compared with another; `Err` is a comparison that did not come about.
pub fn judge(comparison: Result<&Comparison, &compare::Error>, policy: &Policy) -> Verdict {
    let it = match comparison {
        Ok(it) => it,
        Err(error) => return Verdict::of(vec![reason(Rule::Unreadable, Decision::Block, error.to_string())]),
    };
    let mut reasons = Vec::new();
    for (side, name) in [(&it.after, "本次运行"), (&it.before, "对照运行")] {
        for canary in &side.canaries {
            reasons.push(reason(Rule::Canary, Decision::Block, format!("{name}的探针没有通过：{canary}")));
        }
        if !side.finished {
            reasons.push(reason(Rule::Unfinished, Decision::Block, format!("{name} {} 没有跑完", side.id)));
        }
    }
    reasons.extend(empty_or_stale(it.after.counts, policy));
    reasons.extend(loss(it, policy));
    if it.common == 0 {
        let text = "两次运行没有一道共同评过的题：没有比较，不能放行".to_owned();
        reasons.push(reason(Rule::Few, Decision::Block, text));
    } else if it.common < policy.min_common {
        let text = format!("共同评过的只有 {} 题，不足 {} 题：只作记录", it.common, policy.min_common);
        reasons.push(reason(Rule::Few, Decision::LogOnly, text));
    }
    if !it.same_corpus {
        let text = "两次运行的语料不同，分数不可直接比较：只作记录".to_owned();
        reasons.push(reason(Rule::Corpus, Decision::LogOnly, text));
    }
    // Whatever made the comparison unfair makes a fall worth a note, not a block.
    let weight = if reasons.is_empty() { Decision::Block } else { Decision::LogOnly };
    for suite in &it.suites {
        let title = it.heads.iter().find(|head| head.name == suite.name);
        let named = title.map_or(&[][..], |head| &head.metrics);
        let title = title.map_or(suite.name.as_str(), |head| head.title.as_str());
        reasons.extend(falls(suite, title, named, policy).into_iter().map(|it| Reason { decision: weight, ..it }));
    }
    reasons.extend(floors(&it.floors));
    Verdict::of(reasons)
}

/// The verdict on a run with nothing to compare it with: its canaries, its stale cases, its floors.
pub fn judge_alone(head: &RunHead, summary: Result<&Summary, &summary::Error>, policy: &Policy) -> Verdict {
    let mut reasons: Vec<Reason> = head
        .canaries
        .iter()
        .map(|canary| reason(Rule::Canary, Decision::Block, format!("探针没有通过：{canary}")))
        .collect();
    if head.finished_at.is_none() {
        reasons.push(reason(Rule::Unfinished, Decision::Block, format!("运行 {} 没有跑完", head.id)));
    }
    match summary {
        Ok(summary) => {
            reasons.extend(empty_or_stale(summary.all.counts, policy));
            reasons.extend(floors(&summary.floors));
        }
        Err(error) => reasons.push(reason(Rule::Empty, Decision::Block, error.to_string())),
    }
    Verdict::of(reasons)
}

/// The most that a figure of `n` cases may fall: the policy's points, or what one case is worth.
pub fn tolerance(policy: &Policy, n: usize) -> f64 {
    (policy.tolerance_points / 100.0).max(1.0 / n.max(1) as f64)
}

/// Not more than the limit. Anything compared with what is no number is not.
fn within(value: f64, limit: f64) -> bool {
    value <= limit + 1e-9
}

fn reason(rule: Rule, decision: Decision, text: String) -> Reason {
    Reason { rule, decision, suite: String::new(), metric: String::new(), text }
}

fn empty_or_stale(counts: Counts, policy: &Policy) -> Option<Reason> {
    if counts.judged == 0 {
        let text =
            format!("本次运行没有一道评过的题（跳过 {}，过期 {}）：不是结果，不能放行", counts.skipped, counts.stale);
        return Some(reason(Rule::Empty, Decision::Block, text));
    }
    let share = counts.stale_share();
    let say = |limit: f64, end: &str| {
        format!("过期的题占 {:.0} %（{} 题），超过 {:.0} %：{end}", share * 100.0, counts.stale, limit * 100.0)
    };
    if !within(share, policy.block_stale) {
        return Some(reason(Rule::Stale, Decision::Block, say(policy.block_stale, "先更新题库的依据")));
    }
    (!within(share, policy.log_stale))
        .then(|| reason(Rule::Stale, Decision::LogOnly, say(policy.log_stale, "只作记录")))
}

/// Cases that were judged before and now are not: a change must not pass because what it breaks was left out.
fn loss(it: &Comparison, policy: &Policy) -> Option<Reason> {
    let judged = it.before.counts.counted();
    let (skipped, gone, changed) = (it.lost.len(), it.only_before.len(), it.changed.len());
    if judged == 0 || skipped + gone + changed == 0 {
        return None;
    }
    let share = (skipped + gone + changed) as f64 / judged as f64;
    let text = format!(
        "对照运行评过的 {judged} 题中，本次跳过 {skipped}、没有 {gone}、题目改过 {changed}，占 {:.0} %",
        share * 100.0
    );
    if it.same_corpus && !within(skipped as f64 / judged as f64, policy.block_stale) {
        let text = format!("{text}；语料相同却跳过这么多，不能放行");
        return Some(reason(Rule::Lost, Decision::Block, text));
    }
    (!within(share, policy.log_stale)).then(|| reason(Rule::Lost, Decision::LogOnly, format!("{text}：只作记录")))
}

/// The gated figures of a suite that fell, vanished or are no numbers.
fn falls(suite: &GroupDelta, title: &str, named: &[String], policy: &Policy) -> Vec<Reason> {
    let gated: Vec<&str> =
        if policy.metrics.is_empty() { named } else { &policy.metrics }.iter().map(String::as_str).collect();
    let companions = COMPANIONS.iter().filter(|it| gated.contains(&it.0) && !gated.contains(&it.1)).map(|it| it.1);
    let mut reasons: Vec<Reason> = gated
        .iter()
        .copied()
        .chain(companions)
        .filter_map(|name| suite.delta(name))
        .filter_map(|delta| fall(delta, policy))
        .map(|it| Reason { suite: suite.name.clone(), text: format!("题库“{title}”：{}", it.text), ..it })
        .collect();
    let (before, after) = (suite.failed_before, suite.failed_after);
    let more = after.saturating_sub(before) as f64 / suite.common.max(1) as f64;
    if !within(more, tolerance(policy, suite.common)) {
        let text = format!("题库“{title}”：系统出错的题由 {before} 增到 {after}（共 {} 题）", suite.common);
        let suite = suite.name.clone();
        reasons.push(Reason { suite, ..reason(Rule::Failures, Decision::Block, text) });
    }
    reasons
}

fn fall(delta: &Delta, policy: &Policy) -> Option<Reason> {
    let name = metric(&delta.metric).map_or(delta.metric.as_str(), |it| it.title);
    let named = |it: Reason| Reason { metric: delta.metric.clone(), ..it };
    let before = delta.before?;
    let Some(after) = delta.after else {
        let text = format!("{name}原为 {:.1}，本次没有一题可算（{} 题）", before * 100.0, delta.n);
        return Some(named(reason(Rule::Vanished, Decision::Block, text)));
    };
    if !(before.is_finite() && after.is_finite()) {
        return Some(named(reason(Rule::Vanished, Decision::Block, format!("{name}不是有限的数"))));
    }
    let fell = match better(&delta.metric) {
        Better::Higher => before - after,
        Better::Lower => after - before,
    };
    let tolerance = tolerance(policy, delta.n);
    (!within(fell, tolerance)).then(|| {
        named(reason(
            Rule::Fell,
            Decision::Block,
            format!(
                "{name} {:.1} → {:.1}，变差 {:.1} 点，超过容差 {:.1} 点（{} 题）",
                before * 100.0,
                after * 100.0,
                fell * 100.0,
                tolerance * 100.0,
                delta.n
            ),
        ))
    })
}

fn floors(floors: &[FloorResult]) -> Vec<Reason> {
    let say = |it: &FloorResult| {
        let name = metric(&it.floor.metric).map_or(it.floor.metric.as_str(), |metric| metric.title);
        let half = if it.floor.half.is_empty() { String::new() } else { format!("（{} 半）", it.floor.half) };
        let bound = |words: &str, value: Option<f64>| value.map(|it| format!("{words} {:.1}", it * 100.0));
        let bounds: Vec<String> =
            bound("不低于", it.floor.at_least).into_iter().chain(bound("不高于", it.floor.at_most)).collect();
        let value = it.value.map_or("没有一题可算".to_owned(), |value| format!("{:.1}", value * 100.0));
        format!("题库 {}{half}：{name}应{}，实为{value}", it.suite, bounds.join("、"))
    };
    let reason = |it: &FloorResult| {
        let (decision, text) = match it.reached {
            Reached::Yes => return None,
            Reached::No => (Decision::Block, format!("没有达到底线。{}", say(it))),
            Reached::Unjudged => (Decision::LogOnly, format!("底线没有评到。{}", say(it))),
        };
        Some(Reason { rule: Rule::Floor, decision, suite: it.suite.clone(), metric: it.floor.metric.clone(), text })
    };
    floors.iter().filter_map(reason).collect()
}

#[cfg(test)]
mod tests;
