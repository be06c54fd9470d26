//! Whole runs over the made-up subject.

use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use measure::run::{CaseResult, Run, RunHead, Status};
use store::{FixedClock, testing::noon};

use super::made_up::{MadeUp, candidate, grounded, suite};
use crate::{
    Error, Result,
    runner::{Conditions, Filter, Keeper, Nowhere, Plan, Progress, run},
    subject::{Fixed, Subject},
    suite::Suite,
};

const FIRST: &str = r#"{"id": "1", "kind": "answer", "question": "问一", "half": "tune", "evidence": [{"title": "甲条例", "address": "a1"}]}"#;
const SECOND: &str = r#"{"id": "2", "kind": "no_match", "question": "问二", "half": "report"}"#;
const THIRD: &str = r#"{"id": "3", "kind": "ordinary", "question": "问三"}"#;

fn plan(suites: Vec<Arc<Suite>>) -> Plan {
    Plan { suites, filter: Filter::default(), parallel: 4 }
}

fn head(plan: &Plan) -> RunHead {
    plan.head("r1".to_owned(), noon(), Conditions::default())
}

async fn ask_all(plan: &Plan, subject: MadeUp) -> Result<Run> {
    let bench = Fixed(Arc::new(subject));
    run(plan, &bench, head(plan), Vec::new(), &Nowhere, &FixedClock(noon()), &|_| {}).await
}

fn statuses(run: &Run) -> Vec<(&str, &str, Status)> {
    run.results.iter().map(|it| (it.suite.as_str(), it.case.as_str(), it.status)).collect()
}

#[tokio::test]
async fn results_stand_in_the_order_of_suites_and_cases_whatever_was_ready_first() {
    let plan = plan(vec![suite("b", "", &[THIRD, SECOND]), suite("a", "", &[FIRST])]);
    let told = Mutex::new(Vec::new());
    let bench = Fixed(Arc::new(MadeUp::healthy()));
    let progress = |it: Progress<'_>| told.lock().expect("free").push((it.done, it.total, it.last.is_some()));
    let run =
        run(&plan, &bench, head(&plan), Vec::new(), &Nowhere, &FixedClock(noon()), &progress).await.expect("a run");
    let judged = Status::Judged;
    assert_eq!(statuses(&run), [("b", "3", judged), ("b", "2", judged), ("a", "1", judged)]);
    assert_eq!(told.into_inner().expect("free"), [(0, 3, false), (1, 3, true), (2, 3, true), (3, 3, true)]);
    assert!(run.head.canaries.is_empty(), "{:?}", run.head.canaries);
    assert_eq!(run.head.finished_at, Some(noon()));
    assert_eq!(run.head.suites.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
}

#[tokio::test]
async fn one_at_a_time_and_many_at_once_give_the_same_run() {
    let suites = || vec![suite("a", "", &[FIRST, SECOND, THIRD])];
    let mut prints = Vec::new();
    for parallel in [0, 1, 4] {
        let plan = Plan { parallel, ..plan(suites()) };
        prints.push(ask_all(&plan, MadeUp::healthy()).await.expect("a run").fingerprint());
    }
    assert!(prints.windows(2).all(|it| it[0] == it[1]), "{prints:?}");
    // And another answer gives another fingerprint.
    let mut other = MadeUp::healthy();
    other.replies.insert("问三".to_owned(), grounded("有。", &[]));
    assert_ne!(ask_all(&plan(suites()), other).await.expect("a run").fingerprint(), prints[0]);
}

#[tokio::test]
async fn a_filter_chooses_by_half_by_id_and_by_number() {
    let chosen = async |filter: Filter| {
        let plan = Plan { filter, ..plan(vec![suite("a", "", &[FIRST, SECOND, THIRD]), suite("b", "", &[FIRST])]) };
        let run = ask_all(&plan, MadeUp::healthy()).await?;
        let ids = run.results.iter().map(|it| format!("{}/{}", it.suite, it.case)).collect::<Vec<_>>();
        Ok::<_, Error>((ids, run.head.settings))
    };
    let (ids, settings) = chosen(Filter { half: "report".to_owned(), ..Filter::default() }).await.expect("a run");
    assert_eq!((ids, &settings["plan.half"]), (vec!["a/2".to_owned()], &"report".into()));
    let (ids, settings) = chosen(Filter { limit: Some(1), ..Filter::default() }).await.expect("a run");
    assert_eq!((ids, &settings["plan.limit"]), (vec!["a/1".to_owned(), "b/1".to_owned()], &1.into()));
    for (asked, expected) in [("1", vec!["a/1", "b/1"]), ("a/1", vec!["a/1"])] {
        let filter = Filter { ids: [asked.to_owned()].into(), ..Filter::default() };
        assert_eq!(chosen(filter).await.expect("a run").0, expected);
    }
    let error = chosen(Filter { ids: ["9".to_owned()].into(), ..Filter::default() }).await.expect_err("refused");
    assert!(error.to_string().contains("没有题号“9”"), "{error}");
    let error = chosen(Filter { limit: Some(0), ..Filter::default() }).await.expect_err("refused");
    assert!(error.to_string().contains("没有选中"), "{error}");
}

#[tokio::test]
async fn a_case_that_fails_is_not_the_end_of_the_run() {
    let plan = plan(vec![suite("a", "", &[FIRST, SECOND, THIRD])]);
    let mut subject = MadeUp { panics_at: Some("问二".to_owned()), ..MadeUp::healthy() };
    subject.failing.insert("问三".to_owned());
    let run = ask_all(&plan, subject).await.expect("a run");
    let [first, second, third] = &run.results[..] else { panic!("three results") };
    assert_eq!((first.status, second.status, third.status), (Status::Judged, Status::Failed, Status::Failed));
    assert!(second.reason.contains("程序中断") && third.reason == "索引损坏", "{} {}", second.reason, third.reason);
}

#[tokio::test]
async fn nothing_judged_is_an_error_and_not_a_figure() {
    let plan = plan(vec![suite("a", "", &[FIRST, SECOND, THIRD])]);
    let mut broken = MadeUp::healthy();
    broken.failing.extend(["问一", "问二", "问三"].map(str::to_owned));
    let error = ask_all(&plan, broken).await.expect_err("refused").to_string();
    assert!(error.contains("3 题全部出错") && error.contains("a/1") && error.contains("索引损坏"), "{error}");

    let only = Plan { filter: Filter { limit: Some(1), ..Filter::default() }, ..plan };
    let empty = MadeUp::default();
    let error = ask_all(&only, empty).await.expect_err("refused").to_string();
    assert!(error.contains("没有一题可以评分：1 题"), "{error}");
}

#[tokio::test]
async fn a_suite_of_its_own_settings_is_not_measured_under_others() {
    let other = plan(vec![suite("a", "[settings]\n\"weights.vector\" = 0", &[THIRD])]);
    let error = ask_all(&other, MadeUp::healthy()).await.expect_err("refused").to_string();
    assert!(error.contains("题库“a”") && error.contains("自己的设置"), "{error}");
}

#[tokio::test]
async fn canaries_show_that_the_part_under_test_was_off() {
    let plan =
        plan(vec![suite("a", "canary = \"gram\"", &[FIRST, THIRD]), suite("b", "canary = \"question\"", &[FIRST])]);
    let canaries = async |subject: MadeUp| ask_all(&plan, subject).await.expect("a run").head.canaries;
    let well = canaries(MadeUp::healthy()).await;
    // The made-up channels know `gram` alone.
    assert_eq!(well.len(), 1, "{well:?}");
    assert!(well[0].contains("题库“b”") && well[0].contains("question"), "{well:?}");

    let mut lost = MadeUp::healthy();
    let wrong = vec![candidate("甲条例", "a2", "x"), candidate("甲条例", "a1", "x")];
    lost.rankings.insert("《甲条例》第一条".to_owned(), wrong);
    let failures = canaries(lost).await;
    assert!(failures[0].contains("《甲条例》第一条") && failures[0].contains("a2"), "{failures:?}");
    assert_eq!(failures.len(), 2, "suites that share a subject ask it once: {failures:?}");

    let mut credulous = MadeUp::healthy();
    credulous.replies.insert("月球背面的香蕉骑自行车去火星要带几斤螺丝钉？".to_owned(), grounded("三斤。", &[]));
    let failures = canaries(credulous).await;
    assert!(failures[0].contains("不该有依据"), "{failures:?}");
}

/// Breaks off after so many results.
struct Breaking {
    kept: Mutex<Vec<(usize, CaseResult)>>,
    room: usize,
}

impl Keeper for Breaking {
    fn keep<'a>(&'a self, results: &'a [(usize, CaseResult)]) -> BoxFuture<'a, Result<()>> {
        let mut kept = self.kept.lock().expect("free");
        let full = kept.len() >= self.room;
        kept.extend(results.iter().cloned());
        let outcome = if full { Err(Error::NoRun("full".to_owned())) } else { Ok(()) };
        Box::pin(std::future::ready(outcome))
    }
}

#[tokio::test]
async fn results_are_kept_as_they_come_and_known_ones_are_not_asked_again() {
    let lines: Vec<String> =
        (0..40).map(|n| format!(r#"{{"id": "{n}", "kind": "ordinary", "question": "问{n}"}}"#)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let plan = plan(vec![suite("a", "", &lines)]);
    let breaking = Breaking { kept: Mutex::default(), room: 16 };
    let bench = Fixed(Arc::new(MadeUp::healthy()));
    let clock = FixedClock(noon());
    let cut = run(&plan, &bench, head(&plan), Vec::new(), &breaking, &clock, &|_| {}).await;
    assert!(cut.is_err());
    let kept = breaking.kept.into_inner().expect("free");
    assert_eq!(kept.len(), 32, "two batches of sixteen");

    let mut known: Vec<CaseResult> = kept.into_iter().map(|it| it.1).collect();
    known[0].status = Status::Failed;
    let again = known[0].question.clone();
    let subject = Arc::new(MadeUp::healthy());
    let bench = Fixed(Arc::clone(&subject) as Arc<dyn Subject>);
    let whole = run(&plan, &bench, head(&plan), known, &Nowhere, &clock, &|_| {}).await.expect("a run");
    // The nonsense of the canary, the eight that were missing and the one that failed.
    let asked = subject.questions();
    assert_eq!(asked.len(), 10, "{asked:?}");
    assert!(asked.contains(&again), "what failed is asked again");
    let fresh = ask_all(&plan, MadeUp::healthy()).await.expect("a run");
    assert_eq!(whole.fingerprint(), fresh.fingerprint());
}
