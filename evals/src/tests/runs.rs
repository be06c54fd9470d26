//! Runs in both databases and in files.

use std::sync::{Arc, Mutex};

use measure::run::{Run, Status};
use store::{Store, testing};

use super::made_up::{MadeUp, suite};
use crate::{
    knowledge_subject,
    runner::{Conditions, Filter, Plan, Progress},
    runs,
    subject::{Fixed, Subject},
};

const LINES: [&str; 3] = [
    r#"{"id": "1", "kind": "answer", "question": "问一", "evidence": [{"title": "甲条例", "address": "a1"}]}"#,
    r#"{"id": "2", "kind": "no_match", "question": "问二"}"#,
    r#"{"id": "3", "kind": "ordinary", "question": "问三"}"#,
];

fn plan() -> Plan {
    Plan { suites: vec![suite("a", "", &LINES)], filter: Filter::default(), parallel: 2 }
}

fn conditions() -> Conditions {
    Conditions { code: "0.1.0".to_owned(), corpus: "c".to_owned(), ..Conditions::default() }
}

async fn record(store: &Store, subject: MadeUp) -> crate::Result<Run> {
    runs::record(store, &plan(), &Fixed(Arc::new(subject)), conditions(), true, &|_| {}).await
}

#[tokio::test]
async fn both_databases_can_read_every_statement() {
    for test in testing::stores().await {
        for statement in runs::sql().into_iter().chain(knowledge_subject::SQL.iter().copied()) {
            let prepared = test.store.db.prepare(statement).await;
            assert!(prepared.is_ok(), "{}: {statement}: {:?}", test.name, prepared.err());
        }
    }
}

#[tokio::test]
async fn a_run_comes_back_as_it_was() {
    for test in testing::stores().await {
        let run = record(&test.store, MadeUp::healthy()).await.expect(test.name);
        assert_eq!(runs::load(&test.store, &run.head.id).await.expect("loaded"), run, "{}", test.name);
        assert_eq!(run.results.len(), 3);
        let listed = runs::list(&test.store, 10, 0).await.expect("a list");
        assert_eq!((listed.len(), listed[0].cases, listed[0].results), (1, 3, 3));
        assert_eq!(listed[0].head, run.head);
        let error = runs::load(&test.store, "none").await.expect_err("refused").to_string();
        assert!(error.contains("“none”"), "{error}");
    }
}

#[tokio::test]
async fn runs_are_found_by_id_by_its_beginning_and_as_the_last() {
    for test in testing::stores().await {
        let store = &test.store;
        assert!(runs::find(store, "last").await.is_err(), "there is none yet");
        let first = record(store, MadeUp::healthy()).await.expect(test.name).head.id;
        let second = record(store, MadeUp::healthy()).await.expect(test.name).head.id;
        assert_ne!(first, second, "a finished run does not go on");
        runs::begin(store, &plan().head("ff00".to_owned(), testing::noon(), conditions()), 3).await.expect("begun");
        assert_eq!(
            runs::find(store, "last").await.expect("the last"),
            second,
            "{}: an unfinished run is none",
            test.name
        );
        assert_eq!(runs::find(store, &first).await.expect("by id"), first);
        assert_eq!(runs::find(store, " FF0 ").await.expect("by its beginning"), "ff00");
        for (name, words) in [("000", "不止一次"), ("abc", "“abc”"), ("", "“”"), ("f%", "“f%”")] {
            let error = runs::find(store, name).await.expect_err("refused").to_string();
            assert!(error.contains(words), "{error}");
        }
        let ids = |list: Vec<runs::Listed>| list.into_iter().map(|it| it.head.id).collect::<Vec<_>>();
        assert_eq!(ids(runs::list(store, 2, 0).await.expect("a page")), ["ff00".to_owned(), second]);
        assert_eq!(ids(runs::list(store, 2, 2).await.expect("a page")), [first]);
    }
}

#[tokio::test]
async fn a_run_cut_off_goes_on_with_what_is_missing_and_what_failed() {
    for test in testing::stores().await {
        let store = &test.store;
        // Everything fails, so nothing is a figure, and the run stays open.
        let mut broken = MadeUp::healthy();
        broken.failing.extend(["问一", "问二", "问三"].map(str::to_owned));
        record(store, broken).await.expect_err("all failed");
        let open = runs::list(store, 1, 0).await.expect("a list")[0].clone();
        assert_eq!((open.head.finished_at, open.results), (None, 3));
        // One of them was answered before the cut.
        let done = record(&testing::sqlite().await.store, MadeUp::healthy()).await.expect("a run").results[1].clone();
        runs::keep(store, &open.head.id, &[(1, done)]).await.expect("kept");

        let subject = Arc::new(MadeUp::healthy());
        let told = Mutex::new(Vec::new());
        let bench = Fixed(Arc::clone(&subject) as Arc<dyn Subject>);
        let progress = |it: Progress<'_>| told.lock().expect("free").push(it.done);
        let run = runs::record(store, &plan(), &bench, conditions(), true, &progress).await.expect(test.name);
        assert_eq!(run.head.id, open.head.id, "{}: the same run", test.name);
        assert_eq!(told.into_inner().expect("free"), [1, 2, 3]);
        assert!(run.results.iter().all(|it| it.status == Status::Judged));
        assert!(!subject.questions().contains(&"问二".to_owned()), "what is there is not asked again");
    }
}

#[tokio::test]
async fn another_configuration_begins_another_run() {
    let test = testing::sqlite().await;
    let store = &test.store;
    let open = plan().head("open".to_owned(), testing::noon(), conditions());
    runs::begin(store, &open, 3).await.expect("begun");
    let plan_of = |change: &dyn Fn(&mut Conditions, &mut Plan)| {
        let (mut conditions, mut plan) = (conditions(), plan());
        change(&mut conditions, &mut plan);
        runs::plan_hash(&plan.head("x".to_owned(), testing::noon(), conditions))
    };
    let same = plan_of(&|_, plan| plan.parallel = 9);
    assert_eq!(runs::unfinished(store, &same).await.expect("read").expect("there").head.id, "open");
    for other in [
        plan_of(&|it, _| it.code = "0.2.0".to_owned()),
        plan_of(&|it, _| it.corpus = "d".to_owned()),
        plan_of(&|it, _| it.index = "i".to_owned()),
        plan_of(&|it, _| drop(it.settings.insert("gate".to_owned(), 0.5.into()))),
        plan_of(&|it, _| drop(it.prompts.insert("answer".to_owned(), "h".to_owned()))),
        plan_of(&|_, plan| plan.filter.limit = Some(1)),
        plan_of(&|_, plan| plan.suites = vec![suite("a", "quick = true", &LINES)]),
    ] {
        assert!(runs::unfinished(store, &other).await.expect("read").is_none());
    }
    let bench = Fixed(Arc::new(MadeUp::healthy()));
    let fresh = runs::record(store, &plan(), &bench, conditions(), false, &|_| {}).await.expect("a run");
    assert_ne!(fresh.head.id, "open", "who doesn't want to resume begins anew");
}

#[tokio::test]
async fn the_database_refuses_every_change_to_a_finished_run() {
    for test in testing::stores().await {
        let run = record(&test.store, MadeUp::healthy()).await.expect(test.name);
        let id = run.head.id.as_str();
        for statement in [
            "update eval_run set head = '{}' where id = $1",
            "update eval_run set finished_at = null where id = $1",
            "delete from eval_run where id = $1",
            "update eval_result set result = '{}' where run_id = $1",
            "delete from eval_result where run_id = $1",
            "insert into eval_result (run_id, place, suite, case_id, status, result) values ($1, 9, 'a', '9', 'judged', '{}')",
        ] {
            let mut tx = test.store.db.begin().await.expect("begun");
            let error = tx.execute(statement, vec![id.into()]).await.expect_err(statement).to_string();
            assert!(error.contains("immutable"), "{}: {statement}: {error}", test.name);
        }
        let kept = runs::keep(&test.store, id, &[(0, run.results[0].clone())]).await.expect_err("refused");
        assert!(kept.to_string().contains("immutable"), "{kept}");
        assert!(runs::finish(&test.store, &run.head).await.is_err());
        assert_eq!(runs::load(&test.store, id).await.expect("loaded"), run, "{}", test.name);

        // What goes on may change.
        let open = plan().head("open".to_owned(), testing::noon(), conditions());
        runs::begin(&test.store, &open, 3).await.expect("begun");
        runs::keep(&test.store, "open", &[(0, run.results[0].clone())]).await.expect("kept");
        let mut tx = test.store.db.begin().await.expect("begun");
        tx.execute("delete from eval_result where run_id = $1", vec!["open".into()]).await.expect("deleted");
        tx.execute("delete from eval_run where id = $1", vec!["open".into()]).await.expect("deleted");
        tx.commit().await.expect("committed");
    }
}

#[tokio::test]
async fn a_run_with_missing_results_is_not_finished() {
    let test = testing::sqlite().await;
    let mut head = plan().head("r".to_owned(), testing::noon(), conditions());
    runs::begin(&test.store, &head, 3).await.expect("begun");
    let error = runs::finish(&test.store, &head).await.expect_err("refused").to_string();
    assert!(error.contains("应有 3 个结果，实有 0 个"), "{error}");
    head.finished_at = Some(testing::noon());
    assert!(runs::save(&test.store, &Run { head, results: Vec::new() }).await.is_err(), "an empty run is none");
}

#[tokio::test]
async fn a_run_goes_into_a_file_and_into_another_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.jsonl");
    let first = testing::sqlite().await;
    let run = record(&first.store, MadeUp::healthy()).await.expect("a run");
    runs::export(&run, &path).expect("written");
    let read = runs::import(&path).expect("read");
    assert_eq!(read, run);
    for test in testing::stores().await {
        runs::save(&test.store, &read).await.expect(test.name);
        runs::save(&test.store, &read).await.expect("the same again");
        assert_eq!(runs::load(&test.store, &run.head.id).await.expect("loaded"), run, "{}", test.name);
        let mut other = read.clone();
        other.results[0].answer.push('x');
        let error = runs::save(&test.store, &other).await.expect_err("refused").to_string();
        assert!(error.contains("编号相同而内容不同"), "{error}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.jsonl");
    let run = record(&testing::sqlite().await.store, MadeUp::healthy()).await.expect("a run");
    runs::export(&run, &path).expect("written");
    let whole = std::fs::read_to_string(&path).expect("read");
    let lines: Vec<&str> = whole.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n");
    for (text, words) in [
        (String::new(), ["run.jsonl", "没有评测的开头"]),
        (joined(&lines[1..]), ["第 1 行", "不是评测的开头"]),
        (whole.replace("dangwutong-run/1", "dangwutong-run/9"), ["第 1 行", "无法识别"]),
        (joined(&lines[..3]), ["写明 3 个结果", "实有 2 个"]),
        (joined(&[lines[0], lines[1], "{\"suite\":", lines[3]]), ["第 3 行", "JSON"]),
        (joined(&[lines[0], lines[1], lines[1], lines[3]]), ["第 3 行", "a/1 重复"]),
        (
            joined(&[lines[0], lines[1], &lines[2].replace("\"suite\":\"a\"", "\"suite\":\"z\""), lines[3]]),
            ["第 3 行", "“z”"],
        ),
        (whole.replace("五个工作日", "三个工作日"), ["run.jsonl", "指纹不符"]),
    ] {
        std::fs::write(&path, text).expect("written");
        let error = runs::import(&path).expect_err("refused").to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{words:?}: {error}");
    }
    let error = runs::import(&folder.path().join("none.jsonl")).expect_err("refused").to_string();
    assert!(error.contains("none.jsonl"), "{error}");
}
