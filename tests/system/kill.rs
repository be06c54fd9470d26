//! Processes killed in the middle of their work: whatever was acknowledged is there, nothing is half
//! there, and indexes and SQL agree after the next start.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use knowledge::{
    chunk,
    index::{
        generation::{EmbedderChoice, Parts},
        library::Library,
    },
    text::glossary::Glossary,
};
use serde_json::json;
use store::Store;

use crate::{
    place::{Place, number, regulation},
    server::{Server, items, text},
};

/// Documents of a corpus: fewer than one transaction holds, so all of them or none are there.
const DOCUMENTS: usize = 600;
/// Regulations of one import, and the articles of each.
const FILES: usize = 12;
const ARTICLES: usize = 6;
/// Figures are written so: no reader takes them for numbers of articles.
const LETTERS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];

/// Random numbers from a seed (xorshift64*), so that a failure can be seen again.
struct Dice(u64);

impl Dice {
    fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        least + (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % (most - least + 1)
    }
}

fn letters(number: usize) -> String {
    number.to_string().bytes().map(|it| LETTERS[usize::from(it - b'0')]).collect()
}

/// What one piece is known by: its group, which is there whole or not at all, and its number.
fn mark(group: &str, piece: usize) -> String {
    format!("〔{group}：{}〕", letters(piece))
}

/// What a process works on: its arguments, and the groups it writes with the number of their pieces.
struct Work {
    arguments: Vec<String>,
    groups: Vec<(String, usize)>,
}

impl Work {
    fn nothing(command: &str) -> Self {
        Self { arguments: vec![command.to_owned()], groups: Vec::new() }
    }

    fn arguments(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.groups.iter().map(|it| it.0.clone())
    }
}

/// The work of a round, in turn: import of a corpus, import of regulations, reindexing, and a server
/// that is the indexer of what another process imports (the second).
fn work(place: &Place, round: usize) -> (Work, Option<Work>) {
    match round % 4 {
        0 => (corpus(place, round), None),
        1 => (regulations(place, round), None),
        2 => (Work::nothing("reindex"), None),
        _ => (Work::nothing("serve"), Some(corpus(place, round))),
    }
}

fn corpus(place: &Place, round: usize) -> Work {
    let group = format!("资料{}", letters(round));
    let lines = (0..DOCUMENTS).fold(String::new(), |mut lines, piece| {
        let text =
            format!("{}第{}号简报：示例街道党群站本周开放，值班安排见公告。", mark(&group, piece), letters(piece));
        let line =
            json!({ "id": format!("r{round}-{piece}"), "title": format!("简报{}", letters(piece)), "text": text });
        writeln!(lines, "{line}").expect("a string takes everything");
        lines
    });
    let file = place.file(&format!("corpus-{round}.jsonl"), &lines).display().to_string();
    Work { arguments: vec!["ingest".into(), "corpus".into(), file], groups: vec![(group, DOCUMENTS)] }
}

fn regulations(place: &Place, round: usize) -> Work {
    let numbers = ["一", "二", "三", "四", "五", "六"];
    let mut groups = Vec::new();
    for file in 0..FILES {
        let group = format!("办法{}其{}", letters(round), letters(file));
        let articles: Vec<String> = (0..ARTICLES)
            .map(|at| {
                format!("第{}条　{}党群服务站的第{}项工作每月检查一次。", numbers[at], mark(&group, at), letters(at))
            })
            .collect();
        let text = regulation(&format!("示例街道{group}工作办法（示例）"), "regulation", &articles);
        place.file(&format!("regulations-{round}/{file}.md"), &text);
        groups.push((group, ARTICLES));
    }
    let folder = place.folder().join(format!("regulations-{round}")).display().to_string();
    Work { arguments: vec!["ingest".into(), "regulations".into(), folder], groups }
}

/// Every piece that SQL holds, by its group.
async fn pieces(store: &Store) -> BTreeMap<String, BTreeSet<String>> {
    let (mut found, mut after) = (BTreeMap::<String, BTreeSet<String>>::new(), None);
    loop {
        let page = chunk::stream_all(store, after, 2_000).await.expect("a page");
        let Some(last) = page.last() else { return found };
        after = Some(last.key);
        for chunk in &page {
            let marks = chunk.text.split('〔').skip(1).filter_map(|it| it.split_once('〕')?.0.split_once('：'));
            for (group, piece) in marks {
                found.entry(group.to_owned()).or_default().insert(piece.to_owned());
            }
        }
    }
}

/// Holds the indexes against SQL, and SQL against what was acknowledged.
async fn audit(place: &Place, known: &BTreeMap<String, usize>, done: &BTreeSet<String>, context: &str) {
    let store = Store::open(&place.url).await.expect("the database opens");
    let parts = Parts {
        folder: place.index.clone(),
        embedder: EmbedderChoice::Builtin,
        qdrant: None,
        jieba: Glossary::built_in().jieba(),
    };
    let library = Library::open(store.clone(), parts, &|_, _, _| {}).await;
    let library = Arc::new(library.unwrap_or_else(|it| panic!("{context}: {it}")));
    let audit = library.audit().await.unwrap_or_else(|it| panic!("{context}: {it}"));
    assert_eq!((audit.missing, audit.surplus), (0, 0), "{context}: {audit:?}");
    let found = pieces(&store).await;
    for (group, there) in &found {
        assert_eq!(Some(&there.len()), known.get(group), "{context}: {group} is there in part");
    }
    for group in done {
        assert!(found.contains_key(group), "{context}: {group} was acknowledged and is lost");
    }
    // An index cut off while it was built is removed by the next one: what is left over stays bounded.
    let generations = std::fs::read_dir(&place.index).expect("a folder").filter_map(Result::ok);
    let generations: Vec<PathBuf> =
        generations.map(|it| it.path()).filter(|it| it.join("manifest.json").is_file()).collect();
    assert!(generations.len() <= 2, "{context}: {generations:?}");
}

#[tokio::test]
async fn killed_processes_lose_nothing_and_leave_nothing_half_done() {
    let kills = number("KILLS", 10) as usize;
    let seed = number("KILLS_SEED", 20_261_124);
    for place in Place::all().await {
        let mut dice = Dice(seed);
        let (mut known, mut done) = (BTreeMap::new(), BTreeSet::new());
        let (mut killed, mut finished) = (0, 0);
        for round in 0..kills {
            let (work, beside) = work(&place, round);
            known.extend(work.groups.iter().chain(beside.iter().flat_map(|it| &it.groups)).cloned());
            // A server needs a moment more until there is anything to index.
            let delay = dice.between(30, 900) + if beside.is_some() { 300 } else { 0 };
            let context = format!("{} seed {seed} round {round} after {delay} ms", place.name);
            let mut command = place.command(&work.arguments());
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
            let kill = async {
                tokio::time::sleep(Duration::from_millis(delay)).await;
                child.kill().expect("it can be killed");
            };
            let import = async {
                if let Some(beside) = &beside {
                    place.run_beside(&beside.arguments()).await.fine(&context);
                    done.extend(beside.names());
                }
            };
            tokio::join!(kill, import);
            let status = child.wait().expect("it ends");
            if status.success() {
                finished += 1;
                done.extend(work.names());
            } else {
                assert_eq!(status.code(), None, "{context}: {:?} failed by itself", work.arguments);
                killed += 1;
            }
            if round % 5 == 4 || round + 1 == kills {
                place.run(&["check"]).fine(&context);
                audit(&place, &known, &done, &context).await;
                // The next start works, and what it acknowledges stays.
                let after =
                    if round % 2 == 0 { corpus(&place, 1_000 + round) } else { regulations(&place, 1_000 + round) };
                known.extend(after.groups.iter().cloned());
                place.run(&after.arguments()).fine(&context);
                done.extend(after.names());
                audit(&place, &known, &done, &context).await;
            }
        }
        eprintln!("{}: {killed} killed, {finished} were faster; {} groups acknowledged", place.name, done.len());
        assert!(killed > 0, "{}: nothing was killed in time", place.name);
        found_over_http(&place, &known, &done).await;
    }
}

/// A piece of every acknowledged group is found by a server.
async fn found_over_http(place: &Place, known: &BTreeMap<String, usize>, done: &BTreeSet<String>) {
    let server = Server::start(place, &[]);
    for group in done {
        let wanted = mark(group, known[group] - 1);
        let found = server.search(&wanted, Some("2026-11-01")).await;
        let there = items(&found["candidates"]).iter().any(|it| text(&it["text"]).contains(&wanted));
        assert!(there, "{}: {wanted} is not found", place.name);
    }
}
