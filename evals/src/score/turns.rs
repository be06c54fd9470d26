//! Conversations: each turn understood, none refused, a question back where one is due.

use knowledge::answer::assistant::Reply;
use measure::run::Fraction;

use super::{ASKED_BACK, Sheet, code, is_refused, name, state, words};
use crate::suite::{Case, Turn};

/// Scores the turns, and of the last one the answer where the case has evidence.
pub(super) fn judge(case: &Case, replies: &[Reply], sheet: &mut Sheet) {
    for (at, (turn, reply)) in case.turns.iter().zip(replies).enumerate() {
        let n = at + 1;
        let refused = is_refused(&reply.answer);
        sheet.decide("refusal", false, refused);
        let last = at + 1 == case.turns.len() && !case.evidence.is_empty() && !turn.clarify;
        let got = state(&reply.answer);
        let right = !refused && (!last || got == "grounded");
        sheet.check("state_correct", right, || {
            if refused {
                format!("第 {n} 轮不该拒答，却用“{}”拒答", code(&reply.answer))
            } else {
                format!("末轮应当有据作答，实际{}", name(got))
            }
        });
        let asked_back = reply.answer.code.as_deref() == Some(ASKED_BACK);
        sheet.check("asked_back", asked_back == turn.clarify, || {
            if asked_back { format!("第 {n} 轮不该反问") } else { format!("第 {n} 轮应当反问") }
        });
        if is_judged(turn) {
            let wrong = misunderstood(turn, reply);
            sheet.add("condensed", Fraction::of_one(f64::from(u8::from(wrong.is_empty()))));
            sheet.problems(wrong.into_iter().map(|it| format!("第 {n} 轮补全后的问题{it}")));
        }
    }
    if let (Some(turn), Some(reply)) = (case.turns.last(), replies.last()) {
        words::judge(case, &reply.answer, &turn.question, sheet);
    }
}

/// Whether the turn says what its condensed question has to be.
pub(super) fn is_judged(turn: &Turn) -> bool {
    turn.new_topic || !turn.must_include.is_empty() || !turn.must_exclude.is_empty()
}

/// What is wrong with the question as it was understood.
fn misunderstood(turn: &Turn, reply: &Reply) -> Vec<String> {
    let understood = reply.condensed.as_deref().unwrap_or(&turn.question);
    let lacks = turn.must_include.iter().filter(|it| !understood.contains(*it)).map(|it| format!("缺少“{it}”"));
    let has = turn.must_exclude.iter().filter(|it| understood.contains(*it)).map(|it| format!("不该有“{it}”"));
    let carried = turn.new_topic && reply.condensed.as_ref().is_some_and(|it| *it != turn.question);
    lacks.chain(has).chain(carried.then(|| "带上了已经换掉的话题".to_owned())).collect()
}
