//! What is imported while the server answers is found within seconds, and nobody notices the work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    answers::start,
    place::{Place, regulation},
    server::{Server, items, text},
};

/// Searchers at once.
const SEARCHERS: usize = 20;
/// Looks for a new text, and the pause between two.
const LOOKS: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Searches until told to stop; every query must be answered whole.
async fn search_on(server: Arc<Server>, number: usize, stop: Arc<AtomicBool>, count: Arc<AtomicUsize>) {
    let questions = ["流动党员报到要带什么材料", "党群微站开放时间", "主题党日经费", "联系人多久见面一次"];
    while !stop.load(Ordering::Relaxed) {
        let found = server.search(questions[number % questions.len()], Some("2026-11-01")).await;
        assert!(!items(&found["candidates"]).is_empty(), "{found}");
        assert!(items(&found["degraded"]).is_empty(), "{found}");
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Imports a new regulation by another process and waits until the server finds it.
async fn becomes_findable(place: &Place, server: &Server, word: &str) {
    let articles = vec![format!("第一条　{word}由街道党群站保管，借出不超过三天。")];
    let text_of_file = regulation(&format!("示例街道{word}管理规定（示例）"), "regulation", &articles);
    let file = place.file(&format!("{word}.md"), &text_of_file).display().to_string();
    let question = format!("{word}借出几天");
    let before = server.search(&question, Some("2026-11-01")).await;
    assert!(!items(&before["candidates"]).iter().any(|it| text(&it["text"]).contains(word)), "{before}");
    place.run_beside(&["ingest", "regulations", &file]).await.fine(word);
    let acknowledged = Instant::now();
    for _ in 0..LOOKS {
        let found = server.search(&question, Some("2026-11-01")).await;
        if text(&found["candidates"][0]["text"]).contains(word) {
            eprintln!("{}: {word} found {} ms after the import ended", place.name, acknowledged.elapsed().as_millis());
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{}: {word} is not found: {}", place.name, server.log.lock().expect("not poisoned"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_texts_are_found_while_searches_and_reindexing_go_on() {
    for place in Place::all().await {
        let server = Arc::new(start(&place));
        let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let searchers: Vec<_> =
            (0..SEARCHERS).map(|it| tokio::spawn(search_on(server.clone(), it, stop.clone(), count.clone()))).collect();

        becomes_findable(&place, &server, "竹编灯笼").await;
        let before = server.search("竹编灯笼", None).await;
        // Another process rebuilds the indexes while a text comes in and questions go on.
        let (reindexed, ()) =
            tokio::join!(place.run_beside(&["reindex"]), becomes_findable(&place, &server, "蓝印花布"));
        let reindexed = reindexed.fine("reindex");
        let name = reindexed.stdout.trim().rsplit('：').next().unwrap_or_default().to_owned();
        let mut answering = String::new();
        for _ in 0..LOOKS {
            answering = text(&server.search("竹编灯笼", None).await["generation"]).to_owned();
            if answering == name {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        assert_eq!(answering, name, "{}: the new generation answers, {} before", place.name, before["generation"]);
        becomes_findable(&place, &server, "紫砂茶盘").await;
        for word in ["竹编灯笼", "蓝印花布"] {
            let found = server.search(&format!("{word}借出几天"), Some("2026-11-01")).await;
            assert!(text(&found["candidates"][0]["text"]).contains(word), "{}: {found}", place.name);
        }

        stop.store(true, Ordering::Relaxed);
        for searcher in searchers {
            searcher.await.expect("no query failed");
        }
        eprintln!("{}: {} searches answered meanwhile", place.name, count.load(Ordering::Relaxed));
        assert!(count.load(Ordering::Relaxed) > SEARCHERS, "{}", place.name);
    }
}
