//! The real engine and the real rules under test, over the model regulations of this repository.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use dialogue::Rules;
use evals::{
    knowledge_subject::{self, KnowledgeSubject},
    runner::{Filter, Plan},
    runs,
    subject::{Fixed, Located, Subject},
    suite::{self, Evidence, Suite},
};
use ingest::MetaArgs;
use knowledge::{
    answer::answerer::Answerer,
    index::{
        generation::{EmbedderChoice, Parts},
        library::Library,
    },
    regulation,
    search::{Engine, EngineParts, settings::Settings},
    text::glossary::Glossary,
};
use measure::run::{CaseResult, Run, Status};
use store::testing::{self, TestStore};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An engine over the model regulations, in the index folder `name` of the test.
async fn engine(test: &TestStore, name: &str) -> Arc<Engine> {
    for outcome in ingest::read_path(&root().join("demo/regulations"), &MetaArgs::default()) {
        regulation::save(&test.store, &outcome.result.expect("a regulation")).await.expect("saved");
    }
    let glossary = Arc::new(Glossary::built_in());
    let parts = Parts {
        folder: test.folder().join(name),
        embedder: EmbedderChoice::Builtin,
        qdrant: None,
        jieba: glossary.jieba(),
    };
    let library = Library::open(test.store.clone(), parts, &|_, _, _| {}).await.expect("an index");
    let parts = EngineParts {
        store: test.store.clone(),
        library: Arc::new(library),
        glossary,
        reranker: None,
        settings: Settings::default(),
    };
    Arc::new(Engine::new(parts).await.expect("an engine"))
}

fn subject(engine: &Arc<Engine>) -> Arc<dyn Subject> {
    let rules = Arc::new(Rules::built_in());
    let assistant = Arc::new(Answerer::new(Arc::clone(engine), rules, None, BTreeMap::new()));
    Arc::new(KnowledgeSubject::new(Arc::clone(engine), assistant, *engine.settings()))
}

fn suites(names: &[&str]) -> Vec<Arc<Suite>> {
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let read = suite::named(&root().join("evals/suites"), &names).expect("our suites");
    read.into_iter().map(Arc::new).collect()
}

/// Some of everything: versions, conversations, ordinary questions.
fn plan(parallel: usize) -> Plan {
    let filter = Filter { limit: Some(12), ..Filter::default() };
    Plan { suites: suites(&["versions", "multiturn", "ordinary"]), filter, parallel }
}

async fn measured(test: &TestStore, engine: &Arc<Engine>, parallel: usize) -> Run {
    let code = "test".to_owned();
    let conditions = knowledge_subject::conditions(engine, engine.settings(), BTreeMap::new(), code).await;
    let conditions = conditions.expect("the conditions");
    let bench = Fixed(subject(engine));
    runs::record(&test.store, &plan(parallel), &bench, conditions, false, &|_| {}).await.expect("a run")
}

fn case<'r>(run: &'r Run, id: &str) -> &'r CaseResult {
    run.results.iter().find(|it| it.case == id).expect(id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_of_one_configuration_are_equal_to_the_last_bit() {
    for test in testing::stores().await {
        let first = engine(&test, "one").await;
        let one = measured(&test, &first, 1).await;
        let four = measured(&test, &first, 4).await;
        assert!(one.head.canaries.is_empty(), "{:?}", one.head.canaries);
        assert_eq!(one.results.len(), 36);
        assert_eq!(one.fingerprint(), four.fingerprint(), "{}", test.name);
        assert_eq!(runs::plan_hash(&one.head), runs::plan_hash(&four.head));
        // An index built anew from the same texts is the same configuration, and gives the same.
        let again = measured(&test, &engine(&test, "two").await, 4).await;
        assert_eq!((again.fingerprint(), &again.head.corpus), (one.fingerprint(), &one.head.corpus), "{}", test.name);
        assert_eq!(runs::find(&test.store, "last").await.expect("the last"), again.head.id);

        // The texts of V01 to V05 are not loaded here; V06 to V12 rest on the model regulations.
        assert_eq!(case(&one, "V01").status, Status::Skipped);
        let judged = one.results.iter().filter(|it| it.suite == "versions" && it.status == Status::Judged);
        assert_eq!(judged.count(), 7);
        let v06 = case(&one, "V06");
        assert_eq!(v06.figures["success_1"].value(), Some(1.0), "{v06:#?}");
        assert_eq!(v06.figures["citation_recall"].value(), Some(1.0));
        assert!(v06.found[0].right && v06.found[0].cited && v06.found[0].channels.contains_key("gram"), "{v06:#?}");
        assert!(v06.timings["answer"] > 0.0 && v06.timings.contains_key("lexical"), "{:?}", v06.timings);
        assert!(v06.explanation["retrieval"]["searched"].is_string());
        assert!(one.results.iter().all(|it| it.status != Status::Failed), "nothing fails");
    }
}

#[tokio::test]
async fn evidence_is_located_by_title_address_day_and_words() {
    let test = testing::sqlite().await;
    let subject = subject(&engine(&test, "one").await);
    let evidence = |title: &str, address: &str, span: Option<&str>, version: Option<&str>| Evidence {
        title: title.to_owned(),
        address: Some(address.parse().expect("an address")),
        span: span.map(str::to_owned),
        version: version.map(str::to_owned),
    };
    let title = "示例市流动党员报到服务办法（示例）";
    let locate = async |evidence: Evidence, day: &str| {
        subject.locate(&evidence, day.parse().expect("a day")).await.expect("located")
    };
    let gone = |located: Located, words: &str| match located {
        Located::Gone(reason) => assert!(reason.contains(words), "{reason}"),
        other => panic!("{words}: {other:?}"),
    };
    assert_eq!(locate(evidence(title, "a1", None, None), "2026-11-01").await, Located::Here);
    // Blanks and the shape of punctuation are no words.
    let span = Some("流动党员， 是指");
    gone(locate(evidence(title, "a2", span, None), "2026-11-01").await, "已没有");
    let span = Some("所称报到, 是指流动党员");
    assert_eq!(locate(evidence(title, "a2", span, None), "2026-11-01").await, Located::Here);
    gone(locate(evidence(title, "a99", None, None), "2026-11-01").await, "第九十九条不在 2026 版里");
    gone(locate(evidence(title, "a1", None, None), "2001-01-01").await, "2001-01-01 有效的版本");
    gone(locate(evidence(title, "a1", None, Some("1999")), "2026-11-01").await, "1999 版");
    assert_eq!(locate(evidence(title, "a1", None, Some("2024")), "2026-11-01").await, Located::Here);
    assert_eq!(locate(evidence("没有的规定", "a1", None, None), "2026-11-01").await, Located::NotLoaded);
    assert!(subject.loaded(title).await.expect("known"));
    // A short name finds it in a question; evidence bears the title.
    assert!(!subject.loaded("流动党员报到办法").await.expect("known"));
}

#[tokio::test]
async fn the_corpus_has_another_fingerprint_when_a_text_changes() {
    let test = testing::sqlite().await;
    let engine = engine(&test, "one").await;
    let before = knowledge_subject::corpus(engine.store()).await.expect("a fingerprint");
    let draft = knowledge::document::DocumentDraft {
        id: "d1".to_owned(),
        title: "通知".to_owned(),
        text: "下周三开会。".to_owned(),
        kind: "corpus".to_owned(),
        authority: regulation::Authority::News,
        doc_kind: regulation::DocKind::Article,
        sizes: knowledge::chunk::split::Sizes::default(),
    };
    knowledge::document::save_many(engine.store(), std::iter::once(draft), |_| {}).await.expect("saved");
    assert_ne!(knowledge_subject::corpus(engine.store()).await.expect("a fingerprint"), before);
    let subject = subject(&engine);
    let evidence =
        |span: &str| Evidence { title: "通知".to_owned(), address: None, span: Some(span.to_owned()), version: None };
    let day = "2026-11-01".parse().expect("a day");
    assert_eq!(subject.locate(&evidence("下周三开会"), day).await.expect("located"), Located::Here);
    assert!(matches!(subject.locate(&evidence("下周五"), day).await.expect("located"), Located::Gone(_)));
}
