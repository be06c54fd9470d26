//! Versions, passages and the change log on real databases.

use store::{
    Store,
    testing::{self, TestStore},
};

use super::{samples::*, *};
use crate::{
    answer::model::Effect,
    change_log,
    chunk::{self, Chunk},
    error::Error,
};

async fn saved(test: &TestStore, draft: &Draft) -> Saved {
    save(&test.store, draft).await.unwrap_or_else(|error| panic!("{}: {error}", test.name))
}

async fn chunks(store: &Store, source: &str) -> Vec<Chunk> {
    chunk::siblings(store, source, 0, 1_000).await.expect("chunks")
}

async fn log(store: &Store, seq: i64) -> Vec<change_log::Change> {
    change_log::after(store, seq, 1_000).await.expect("log")
}

#[tokio::test]
async fn importing_twice_changes_nothing() {
    for test in testing::stores().await {
        let draft = draft("2014", Some("2014-05-28"), &["甲。", "乙。"]);
        let first = saved(&test, &draft).await;
        assert_eq!((first.outcome, first.closed), (Outcome::Created, None), "{}", test.name);
        let row = by_version(&test.store, &first.regulation_id, "2014").await.expect("row").expect("a row");
        assert_eq!(row.meta(vec!["办法".into()]), draft.meta, "{}", test.name);
        let last = change_log::last(&test.store).await.expect("last");
        assert_eq!(last, 2, "{}", test.name);
        assert_eq!(saved(&test, &draft).await.outcome, Outcome::Unchanged, "{}", test.name);
        assert_eq!(change_log::last(&test.store).await.expect("last"), last, "{}", test.name);
    }
}

#[tokio::test]
async fn a_new_version_closes_the_old_and_a_late_one_slots_in() {
    for test in testing::stores().await {
        let old = saved(&test, &draft("2014", Some("2014-05-28"), &["旧。"])).await;
        let new = saved(&test, &draft("2026", Some("2026-05-11"), &["新。"])).await;
        assert_eq!(new.regulation_id, old.regulation_id);
        assert_eq!((new.outcome, new.closed.as_deref()), (Outcome::NewVersion, Some("2014")), "{}", test.name);
        assert_eq!(chunks(&test.store, &old.version_id).await[0].valid_to, Some(day("2026-05-11")), "{}", test.name);
        let seq = change_log::last(&test.store).await.expect("last");
        let late = saved(&test, &draft("2020", Some("2020-01-01"), &["中。"])).await;
        assert_eq!(late.closed.as_deref(), Some("2014"), "{}", test.name);
        assert_eq!(log(&test.store, seq).await.len(), 2, "{}: one closed anew, one new", test.name);
        for (date, label) in [
            ("2014-05-28", "2014"),
            ("2019-12-31", "2014"),
            ("2020-01-01", "2020"),
            ("2026-05-10", "2020"),
            ("2026-05-11", "2026"),
        ] {
            let found = in_force(&test.store, &old.regulation_id, day(date)).await.expect("read");
            assert_eq!(found.map(|it| it.label).as_deref(), Some(label), "{} {date}", test.name);
        }
        let before = in_force(&test.store, &old.regulation_id, day("2014-05-27")).await.expect("read");
        assert_eq!(before, None, "{}", test.name);
    }
}

#[tokio::test]
async fn an_edit_of_one_article_changes_one_passage() {
    for test in testing::stores().await {
        let first = saved(&test, &draft("2026", None, &["甲。", "乙。", "丙。"])).await;
        let before = chunks(&test.store, &first.version_id).await;
        let seq = change_log::last(&test.store).await.expect("last");
        let again = saved(&test, &draft("2026", None, &["甲。", "乙，改。", "丙。"])).await;
        assert_eq!(again.outcome, Outcome::Updated, "{}", test.name);
        let after = chunks(&test.store, &first.version_id).await;
        assert_eq!((&before[0], &before[2]), (&after[0], &after[2]), "{}", test.name);
        let ops: Vec<_> = log(&test.store, seq).await.into_iter().map(|it| (it.op, it.entity_id)).collect();
        let expected = [("delete", before[1].key), ("upsert", after[1].key)];
        assert_eq!(ops, expected.map(|(op, key)| (op.to_owned(), chunk::id_of(key))), "{}", test.name);
        let text = provision(&test.store, &first.version_id, &Address::raw("a2")).await.expect("read");
        assert_eq!(text.map(|it| it.full_text).as_deref(), Some("第二条　乙，改。"), "{}", test.name);
    }
}

#[tokio::test]
async fn ended_without_a_day_ends_on_the_day_of_import_until_a_successor_comes() {
    for test in testing::stores().await {
        let mut old = draft("2017", Some("2017-10-24"), &["旧。"]);
        old.meta.ended = true;
        let id = saved(&test, &old).await;
        assert_eq!(chunks(&test.store, &id.version_id).await[0].valid_to, Some(day("2026-11-01")), "{}", test.name);
        let new = saved(&test, &draft("2022", Some("2022-10-22"), &["新。"])).await;
        assert_eq!(new.closed.as_deref(), Some("2017"), "{}", test.name);
        assert_eq!(chunks(&test.store, &id.version_id).await[0].valid_to, Some(day("2022-10-22")), "{}", test.name);
    }
}

#[tokio::test]
async fn unknown_days_are_said() {
    for test in testing::stores().await {
        let id = saved(&test, &draft("2015", None, &["甲。"])).await.regulation_id;
        let found = in_force(&test.store, &id, day("2026-01-01")).await.expect("read").expect("a version");
        assert_eq!(effect(&found, day("2026-01-01")), Effect::Unknown, "{}", test.name);
    }
}

#[tokio::test]
async fn a_bad_draft_leaves_nothing() {
    for test in testing::stores().await {
        let mut twins = draft("2026", None, &["甲。", "乙。"]);
        twins.nodes[2].address = Address::raw("a1");
        assert!(matches!(save(&test.store, &twins).await, Err(Error::DuplicateAddress { .. })));
        assert!(matches!(save(&test.store, &draft("二〇", None, &["甲。"])).await, Err(Error::BadLabel(_))));
        let mut reversed = draft("2026", Some("2026-05-11"), &["甲。"]);
        reversed.meta.abolished_on = Some(day("2026-05-10"));
        assert!(matches!(save(&test.store, &reversed).await, Err(Error::DatesReversed(_))));
        assert_eq!(directory(&test.store).await.expect("directory"), [], "{}", test.name);
    }
}

/// Four regulations with every kind of effect on 2026-06-01.
async fn library(test: &TestStore) {
    saved(test, &draft("2014", Some("2014-05-28"), &["旧。"])).await;
    saved(test, &draft("2026", Some("2026-05-11"), &["新。"])).await;
    let mut other = draft("2018", Some("2018-10-01"), &["甲。"]);
    "示例条例".clone_into(&mut other.meta.title);
    other.meta.authority = Authority::Ordinance;
    other.meta.aliases = vec!["百分之100%条例".into()];
    other.meta.abolished_on = Some(day("2024-01-01"));
    saved(test, &other).await;
    let mut coming = draft("2027", Some("2027-01-01"), &["甲。"]);
    "示例规定".clone_into(&mut coming.meta.title);
    coming.meta.authority = Authority::Provisions;
    saved(test, &coming).await;
    let mut unknown = draft("2020", None, &["甲。"]);
    "示例意见".clone_into(&mut unknown.meta.title);
    (unknown.meta.authority, unknown.meta.doc_kind) = (Authority::Normative, DocKind::NormativeDoc);
    unknown.meta.topics = vec!["org".into()];
    (unknown.meta.issuer, unknown.meta.issuer_level) = (Some("示例意见起草组".into()), Some("省级党委".into()));
    saved(test, &unknown).await;
}

async fn titles(test: &TestStore, filter: &ListFilter) -> Vec<String> {
    let page = list(&test.store, filter).await.expect("list");
    page.rows.into_iter().map(|it| format!("{} {}", it.version.title, it.version.label)).collect()
}

#[tokio::test]
async fn the_list_filters_and_pages() {
    for test in testing::stores().await {
        library(&test).await;
        let on = ListFilter::on(day("2026-06-01"));
        let all = titles(&test, &on).await;
        assert_eq!(all, ["示例条例 2018", "示例规定 2027", "示例办法 2026", "示例意见 2020"], "{}", test.name);
        let past = ListFilter::on(day("2020-01-01"));
        assert!(titles(&test, &past).await.contains(&"示例办法 2014".to_owned()), "{}", test.name);
        for (filter, expected) in [
            (ListFilter { effect: Some(Effect::Amended), ..on.clone() }, "示例办法 2014"),
            (ListFilter { effect: Some(Effect::Abolished), ..on.clone() }, "示例条例 2018"),
            (ListFilter { effect: Some(Effect::NotYet), ..on.clone() }, "示例规定 2027"),
            (ListFilter { effect: Some(Effect::Unknown), ..on.clone() }, "示例意见 2020"),
            (ListFilter { q: Some("100%".into()), ..on.clone() }, "示例条例 2018"),
            (ListFilter { topic: Some("org".into()), ..on.clone() }, "示例意见 2020"),
            (ListFilter { year: Some(2026), ..on.clone() }, "示例办法 2026"),
            (ListFilter { doc_kind: Some(DocKind::NormativeDoc), ..on.clone() }, "示例意见 2020"),
            (ListFilter { issuer: Some("意见起草".into()), ..on.clone() }, "示例意见 2020"),
            (ListFilter { issuer_level: Some("省级党委".into()), ..on.clone() }, "示例意见 2020"),
            (ListFilter { authority: Some(Authority::Measures), ..on.clone() }, "示例办法 2026"),
        ] {
            assert_eq!(titles(&test, &filter).await, [expected], "{}: {filter:?}", test.name);
        }
        assert!(titles(&test, &ListFilter { q: Some("_".into()), ..on.clone() }).await.is_empty(), "{}", test.name);
        let mut paged = Vec::new();
        for page in 1..=5 {
            let filter = ListFilter { page, per_page: 1, ..on.clone() };
            assert_eq!(list(&test.store, &filter).await.expect("list").total, 4, "{} page {page}", test.name);
            paged.extend(titles(&test, &filter).await);
        }
        assert_eq!(paged, all, "{}", test.name);
        let newest = titles(&test, &ListFilter { sort: Sort::Newest, ..on.clone() }).await;
        assert_eq!(newest[0], "示例规定 2027", "{}: {newest:?}", test.name);
        let none = list(&test.store, &ListFilter { q: Some("没有的词".into()), page: 9, ..on }).await.expect("list");
        assert_eq!((none.rows.len(), none.total), (0, 0), "{}", test.name);
    }
}

#[tokio::test]
async fn words_are_found_in_titles_names_and_articles_and_all_of_them_count() {
    for test in testing::stores().await {
        let articles = ["预备期为一年，\n从通过之日算起。", "党费按月交纳，比例为１％。", "ABC 系统。"];
        let saved = saved(&test, &draft("2026", Some("2026-05-11"), &articles)).await;
        let found = async |q: &str| {
            let filter = ListFilter { q: Some(q.to_owned()), ..ListFilter::on(day("2026-06-01")) };
            list(&test.store, &filter).await.expect("list").total
        };
        for q in ["预备期", "一年，从通过", "示例办法 预备期", "示例委员会 党费", "abc", "一 二 三 四 年 预备期"]
        {
            let expected = u64::from(!q.starts_with("一 二"));
            assert_eq!(found(q).await, expected, "{} {q}", test.name);
        }
        for q in ["预备期 团费", "%", "_", "办法预备期", "年%从"] {
            assert_eq!(found(q).await, 0, "{} {q}", test.name);
        }
        let hits = hits(&test.store, std::slice::from_ref(&saved.version_id), "党费 abc").await.expect("hits");
        assert_eq!(hits.iter().map(|it| it.address.as_str()).collect::<Vec<_>>(), ["a2", "a3"], "{}", test.name);
    }
}

#[tokio::test]
async fn sql_and_rust_agree_on_the_effect() {
    for test in testing::stores().await {
        library(&test).await;
        let effects = [Effect::Effective, Effect::Amended, Effect::Abolished, Effect::NotYet, Effect::Unknown];
        for date in ["2014-05-27", "2014-05-28", "2023-12-31", "2024-01-01", "2026-05-10", "2026-05-11", "2027-01-01"] {
            let mut counted = 0;
            for wanted in effects {
                let filter = ListFilter { effect: Some(wanted), ..ListFilter::on(day(date)) };
                let page = list(&test.store, &filter).await.expect("list");
                assert!(page.rows.iter().all(|it| it.effect == wanted), "{} {date} {wanted:?}", test.name);
                counted += page.rows.len() as i64;
            }
            let facets = facets(&test.store, day(date)).await.expect("facets");
            assert_eq!((counted, facets.effects.values().sum::<i64>()), (5, 5), "{} {date}", test.name);
            assert_eq!(facets.doc_kinds.values().sum::<i64>(), 4, "{} {date}", test.name);
            assert_eq!(facets.issuers.values().sum::<i64>(), 4, "{} {date}", test.name);
            assert_eq!(facets.issuer_levels.get("省级党委"), Some(&1), "{} {date}", test.name);
            assert_eq!((facets.topics.get("org"), facets.topics.get("dev")), (Some(&1), Some(&3)), "{}", test.name);
        }
    }
}

#[tokio::test]
async fn the_directory_names_every_version() {
    for test in testing::stores().await {
        library(&test).await;
        let entries = directory(&test.store).await.expect("directory");
        assert_eq!(entries.len(), 4, "{}", test.name);
        let entry = entries.iter().find(|it| it.title == "示例办法").expect("an entry");
        assert_eq!(entry.aliases, ["办法"], "{}", test.name);
        let versions: Vec<_> = entry.versions.iter().map(|it| (it.label.as_str(), it.ended_on)).collect();
        assert_eq!(versions, [("2014", Some(day("2026-05-11"))), ("2026", None)], "{}", test.name);
    }
}

#[tokio::test]
async fn a_passage_is_found_by_key_and_by_every_address_in_it() {
    for test in testing::stores().await {
        let mut long = draft("2026", Some("2026-05-11"), &["短。"]);
        long.nodes.push(node(NodeKind::Article, "a2", None, "第二条\n"));
        for n in 1..=3 {
            let text = format!("第{n}款有很多话。").repeat(70) + "\n";
            long.nodes.push(node(NodeKind::Paragraph, &format!("a2.p{n}"), Some("a2"), &text));
        }
        long.nodes.push(node(NodeKind::Item, "a2.p3.i1", Some("a2.p3"), "（一）末项。\n"));
        let id = saved(&test, &long).await.version_id;
        let stored = chunks(&test.store, &id).await;
        let keys: Vec<_> = stored.iter().rev().map(|it| it.key).collect();
        let loaded = chunk::load(&test.store, &keys).await.expect("load");
        assert_eq!(loaded.iter().map(|it| it.chunk.key).collect::<Vec<_>>(), keys, "{}", test.name);
        let origin = loaded[0].origin.as_ref().expect("an origin");
        assert_eq!((origin.version.as_str(), origin.sample), ("2026", true), "{}", test.name);
        assert_eq!(loaded.last().map(chunk::Loaded::label).as_deref(), Some("《示例办法》第一条"), "{}", test.name);
        for (asked, found) in [("a1", "a1"), ("a2", "a2.p1"), ("a2.p2", "a2.p2"), ("a2.p3", "a2.p3")] {
            let chunk = chunk::by_address(&test.store, &id, &Address::raw(asked)).await.expect("read").expect(asked);
            assert_eq!(chunk.address, Some(Address::raw(found)), "{} {asked}", test.name);
        }
        let item = chunk::by_address(&test.store, &id, &Address::raw("a2.p3.i1")).await.expect("read").expect("i1");
        assert!(item.text.contains("末项"), "{}: {}", test.name, item.text);
        let none = chunk::by_address(&test.store, &id, &Address::raw("a9")).await.expect("read");
        assert_eq!(none, None, "{}", test.name);
        let ids: Vec<_> = keys.iter().map(|key| chunk::id_of(*key)).collect();
        assert_eq!(chunk::load_for_index(&test.store, &ids).await.expect("load").len(), keys.len(), "{}", test.name);
    }
}

#[tokio::test]
async fn both_databases_keep_the_same() {
    let mut kept = Vec::new();
    for test in testing::stores().await {
        library(&test).await;
        let rows = list(&test.store, &ListFilter::on(day("2026-06-01"))).await.expect("list");
        let chunks = chunk::stream_all(&test.store, None, 100).await.expect("chunks");
        let changes = log(&test.store, 0).await;
        kept.push((rows, chunks, changes));
    }
    assert!(kept.windows(2).all(|it| it[0] == it[1]));
}

#[test]
fn one_regulation_has_one_id() {
    let id = id_of_title("示例办法");
    for same in
        ["《示例办法》", " 示例 办法", "示例办法（试行）", "示例办法（2026年修订）", "示例办法(试行)(2019年修正)"]
    {
        assert_eq!(id_of_title(same), id, "{same}");
    }
    assert_ne!(id_of_title("示例办法（草案）"), id);
    assert_eq!(id.len(), 11);
}
