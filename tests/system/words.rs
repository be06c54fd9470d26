//! Sensitive words: the list over the command line, and what an import does about them.

use guard::audit;
use store::Store;

use crate::{
    place::{Place, demo, regulation},
    server::Server,
};

const LIST: &str =
    "word,level,places,category\n包转正,block,入库,虚假承诺\n代签到,mask,入库,代写代考\n读书角,warn,入库、提问,示例\n";

/// Level, word and subject of every audited hit, oldest first, for a place's database.
async fn hits(place: &Place) -> Vec<(String, String, String)> {
    let store = Store::open(&place.url).await.expect("the database");
    let mut rows = audit::recent(&store, 100).await.expect("the audit");
    rows.reverse();
    rows.into_iter().map(|it| (it.level, it.word, it.subject)).collect()
}

#[tokio::test]
async fn f79_a_list_is_imported_whole_and_a_second_time_without_effect() {
    for place in Place::all().await {
        let file = place.file("words.csv", LIST).display().to_string();
        let first = place.run(&["words", "import", &file]).fine(place.name);
        assert_eq!(first.stdout.trim(), "新增 3 条，更新 0 条，无变化 0 条", "{}", place.name);
        let second = place.run(&["words", "import", &file]).fine(place.name);
        assert_eq!(second.stdout.trim(), "新增 0 条，更新 0 条，无变化 3 条", "{}", place.name);

        let listed = place.run(&["words", "list"]).fine(place.name).stdout;
        assert!(listed.contains("拦截　包转正　入库　虚假承诺") && listed.contains("共 3 条"), "{listed}");
        let out = place.folder().join("out.csv").display().to_string();
        place.run(&["words", "export", &out]).fine(place.name);
        let again = place.run(&["words", "import", &out]).fine(place.name);
        assert_eq!(again.stdout.trim(), "新增 0 条，更新 0 条，无变化 3 条", "{}", place.name);
    }
}

#[tokio::test]
async fn f79_a_list_with_a_wrong_line_is_refused_whole() {
    for place in Place::all().await {
        let text = "word,level,places,category\n好词条,log,all,\n坏词条,拦住,all,\n单,log,all,\n";
        let file = place.file("wrong.csv", text).display().to_string();
        let ended = place.run(&["words", "import", &file]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        for words in ["wrong.csv", "第 3 行 GUARD-004", "第 4 行 GUARD-003", "没有导入任何词条"] {
            assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
        }
        assert!(place.run(&["words", "list"]).fine(place.name).stdout.contains("共 0 条"), "{}", place.name);
    }
}

#[tokio::test]
async fn f79_a_document_with_a_blocked_word_is_refused_and_every_hit_is_audited() {
    for place in Place::all().await {
        let list = place.file("words.csv", LIST).display().to_string();
        place.run(&["words", "import", &list]).fine(place.name);
        let lines = [
            r#"{"id":"d1","title":"示例通知","text":"交钱就能包 转 正，电话13800138000。"}"#,
            r#"{"id":"d2","title":"读书角开放","text":"读书角每周三晚上开放。石榴小组值班。"}"#,
            r#"{"id":"d3","title":"签到办法","text":"蓝莓党课不得代签到，违者重修。"}"#,
        ];
        let corpus = place.file("corpus.jsonl", &lines.join("\n")).display().to_string();
        let ended = place.run(&["ingest", "corpus", &corpus]);
        assert_eq!(ended.code, Some(1), "{}: {ended:?}", place.name);
        assert!(ended.stdout.contains("写入 2 篇"), "{}: {}", place.name, ended.stdout);
        let reason = "资料 d1：GUARD-020 “…交钱就能”之后有不得入库的词“包转正”";
        assert!(ended.stdout.contains(reason), "{}: {}", place.name, ended.stdout);

        let hit = |level: &str, word: &str, subject: &str| (level.to_owned(), word.to_owned(), subject.to_owned());
        let expected = [
            hit("block", "包转正", "d1"),
            hit("warn", "读书角", "d2"),
            hit("warn", "读书角", "d2"),
            hit("mask", "代签到", "d3"),
        ];
        assert_eq!(hits(&place).await, expected, "{}", place.name);
        place.run(&["ingest", "corpus", &corpus]);
        assert_eq!(hits(&place).await, expected, "{}: a second import audits nothing anew", place.name);

        let server = Server::start(&place, &[]);
        let found = server.search("蓝莓党课", None).await.to_string();
        assert!(found.contains("不得***，违者") && !found.contains("代签到"), "{}: {found}", place.name);
        assert!(!server.search("交钱包转正", None).await.to_string().contains("交钱就能"), "{}", place.name);
    }
}

#[tokio::test]
async fn f79_a_regulation_is_never_refused_or_changed_for_its_words() {
    for place in Place::all().await {
        let list = place.file("words.csv", LIST).display().to_string();
        place.run(&["words", "import", &list]).fine(place.name);
        let articles = ["第一条　对宣称包转正的，应当制止。".to_owned(), "第二条　党课不得代签到。".to_owned()];
        let text = regulation("示例市党课工作办法（示例）", "regulation", &articles);
        let file = place.file("rule.md", &text).display().to_string();
        place.run(&["ingest", "regulations", &file]).fine(place.name);
        place.run(&["ingest", "regulations", &file]).fine(place.name);
        let told: Vec<_> = hits(&place).await.into_iter().map(|it| (it.0, it.1)).collect();
        let expected = [("log", "包转正"), ("log", "代签到")].map(|it| (it.0.to_owned(), it.1.to_owned()));
        assert_eq!(told, expected, "{}", place.name);
        let server = Server::start(&place, &[]);
        let found = server.search("党课不得代签到", Some("2026-11-01")).await.to_string();
        assert!(found.contains("党课不得代签到"), "{}: {found}", place.name);
    }
}

#[tokio::test]
async fn f79_the_demonstration_list_leaves_the_demonstration_knowledge_alone() {
    let place = Place::sqlite();
    let list = format!("{}/sensitive_words.csv", demo());
    place.run(&["words", "import", &list]).fine("the list of the repository");
    let server = Server::start(&place, &["--demo", &demo()]);
    let listed = server.json("/api/v1/regulations?as_of=2026-11-01").await;
    assert!(listed["total"].as_u64().is_some_and(|it| it > 0), "{listed}");
    assert_eq!(hits(&place).await, [], "ordinary texts hold none of the words");
}
