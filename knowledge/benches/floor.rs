//! What a retrieval costs, beside a floor measured in the same run.
//!
//! ```sh
//! cargo bench --workspace --bench floor -- CORPUS.jsonl QUERIES.jsonl [NUMBER OF PASSAGES]
//! ```
//!
//! The floor is what anybody would build first: one tantivy BM25 query on the jieba field, and one scan
//! of all vectors as 384 `f32` each. More passages than the corpus has are made by joining halves of
//! random passages. CPU is the whole process's, so the database's threads count.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use knowledge::{
    document::{self, DocumentDraft},
    index::{
        generation::{EmbedderChoice, Parts},
        library::Library,
    },
    regulation::{Authority, DocKind},
    search::{
        Engine, EngineParts, Query,
        model::{Scope, Timings},
        settings::Settings,
    },
    text::{glossary::Glossary, tokens::FieldTokenizer},
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use store::Store;
use tantivy::{
    Index, Searcher, Term,
    collector::TopDocs,
    doc,
    query::{BooleanQuery, Occur, TermQuery},
    schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::TextAnalyzer,
};

/// Length of the floor's vectors.
const FLOOR_DIMS: usize = 384;
/// Questions asked one after the other.
const QUESTIONS: usize = 400;
/// Askers at once.
const ASKERS: usize = 100;

/// The naive search that the product is held against.
struct Floor {
    searcher: Searcher,
    field: Field,
    jieba: Arc<jieba_rs::Jieba>,
    vectors: Vec<f32>,
    query: Vec<f32>,
}

impl Floor {
    fn build(texts: &[(String, String)], jieba: Arc<jieba_rs::Jieba>) -> Self {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("word")
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(true);
        let mut schema = Schema::builder();
        let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let index = Index::create_from_tempdir(schema.build()).expect("an index");
        let analyzer = TextAnalyzer::builder(FieldTokenizer::Words(jieba.clone())).build();
        index.tokenizers().register("word", analyzer);
        let mut writer = index.writer_with_num_threads(2, 200_000_000).expect("a writer");
        for (title, text) in texts {
            writer.add_document(doc!(field => format!("{title}\n{text}"))).expect("a document");
        }
        writer.commit().expect("a commit");
        writer.wait_merging_threads().expect("merged");
        let searcher = index.reader().expect("a reader").searcher();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let vectors = (0..texts.len() * FLOOR_DIMS).map(|_| random.random::<f32>() - 0.5).collect();
        let query = (0..FLOOR_DIMS).map(|_| random.random::<f32>() - 0.5).collect();
        Self { searcher, field, jieba, vectors, query }
    }

    fn ask(&self, question: &str) -> usize {
        let mut clauses = Vec::new();
        knowledge::text::tokens::words(&self.jieba, question, |word| {
            let term = Term::from_field_text(self.field, word);
            let query: Box<dyn tantivy::query::Query> = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            clauses.push((Occur::Should, query));
        });
        let found = self.searcher.search(&BooleanQuery::new(clauses), &TopDocs::with_limit(100).order_by_score());
        let mut best = (f32::MIN, 0usize);
        for (row, vector) in self.vectors.chunks_exact(FLOOR_DIMS).enumerate() {
            let product: Option<f64> = simsimd::SpatialSimilarity::dot(vector, &self.query);
            let score = product.unwrap_or(0.0) as f32;
            if score > best.0 {
                best = (score, row);
            }
        }
        found.map_or(0, |it| it.len()) + best.1
    }
}

/// CPU time of this process so far (user and system), milliseconds, from the kernel, in ticks of 10.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<i64> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().filter_map(|it| it.parse().ok()).collect();
    // After the state letter: ppid … ; utime and stime are the 11th and 12th numbers (some are negative).
    ((fields[10] + fields[11]) * 10) as f64
}

/// Resident memory now and at its highest, MiB; and the part of it that is no file, MiB.
fn memory() -> (u64, u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let of = |name: &str| {
        let line = status.lines().find(|it| it.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    (of("VmRSS:"), of("VmHWM:"), of("RssAnon:"))
}

fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let at = ((times.len() as f64 * share) as usize).min(times.len() - 1);
    times[at].as_secs_f64() * 1000.0
}

fn read(path: &str, count: Option<usize>) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).expect("the corpus");
    let mut texts: Vec<(String, String)> = text
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let of = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            (of("title"), of("text"))
        })
        .collect();
    let Some(count) = count else { return texts };
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let real = texts.len();
    while texts.len() < count {
        let (a, b) = (random.random_range(0..real), random.random_range(0..real));
        let half = |text: &str, first: bool| -> String {
            let chars: Vec<char> = text.chars().collect();
            let (front, back) = chars.split_at(chars.len() / 2);
            if first { front.iter().collect() } else { back.iter().collect() }
        };
        let text = format!("{}{}", half(&texts[a].1, true), half(&texts[b].1, false));
        let title = format!("合成{}第{}条", texts[a].0, texts.len());
        texts.push((title, text));
    }
    texts.truncate(count);
    texts
}

async fn engine(texts: &[(String, String)], folder: &Path, glossary: &Arc<Glossary>) -> Arc<Engine> {
    let start = Instant::now();
    let store = Store::open(&format!("sqlite:{}", folder.join("bench.sqlite").display())).await.expect("a store");
    let drafts = texts.iter().enumerate().map(|(id, (title, text))| DocumentDraft {
        id: id.to_string(),
        title: title.clone(),
        text: text.clone(),
        kind: "corpus".to_owned(),
        authority: Authority::Normative,
        doc_kind: DocKind::Law,
        sizes: knowledge::chunk::split::Sizes::default(),
    });
    document::save_many(&store, drafts, |_| {}).await.expect("saved");
    println!("写入数据库          {:8.1} 秒", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let parts = || Parts {
        folder: folder.join("index"),
        embedder: EmbedderChoice::Builtin,
        qdrant: None,
        jieba: glossary.jieba(),
    };
    drop(Library::open(store.clone(), parts(), &|_, _, _| {}).await.expect("built"));
    println!("建索引（含训练向量）{:8.1} 秒", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let library = Arc::new(Library::open(store.clone(), parts(), &|_, _, _| {}).await.expect("opened"));
    println!("带索引启动          {:8.2} 秒", start.elapsed().as_secs_f64());
    let settings = Settings::default();
    let parts = EngineParts { store, library, glossary: glossary.clone(), reranker: None, settings };
    Arc::new(Engine::new(parts).await.expect("an engine"))
}

async fn ask(engine: &Engine, question: &str) -> Timings {
    let scope = Scope::default();
    let query = Query::new(question, &scope);
    engine.retrieve(query, engine.settings()).await.expect("an answer").timings
}

/// One after the other: prints where the time goes; gives CPU milliseconds for one question.
async fn alone(engine: &Engine, questions: &[String]) -> f64 {
    let (start, began) = (cpu(), Instant::now());
    let (mut times, mut sums) = (Vec::new(), [0.0f64; 5]);
    for question in questions {
        let start = Instant::now();
        let it = ask(engine, question).await;
        times.push(start.elapsed());
        for (sum, part) in sums.iter_mut().zip([it.prepare, it.lexical, it.vector, it.question, it.fuse]) {
            *sum += part as f64 / 1000.0;
        }
    }
    let each = (cpu() - start) / questions.len() as f64;
    let [prepare, lexical, vector, question, fuse] = sums.map(|it| it / questions.len() as f64);
    println!(
        "平均毫秒：准备 {prepare:.2}，词法 {lexical:.2}，向量 {vector:.2}，已知问题 {question:.2}，融合与取文 {fuse:.2}"
    );
    println!(
        "retrieve  CPU {each:.2} 毫秒/次，p50 {:.2}，p95 {:.2}，p99 {:.2}，合计 {:.1} 秒",
        percentile(&mut times, 0.5),
        percentile(&mut times, 0.95),
        percentile(&mut times, 0.99),
        began.elapsed().as_secs_f64()
    );
    each
}

/// All askers at once, each with its questions one after the other: prints how long a question takes,
/// waiting for its turn included.
async fn together<F>(name: &str, questions: &Arc<Vec<String>>, one: impl Fn(String) -> F + Clone + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let mut tasks = Vec::new();
    for asker in 0..ASKERS {
        let (questions, one) = (questions.clone(), one.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            for nth in 0..20 {
                let question = questions[(asker * 7 + nth * 13) % questions.len()].clone();
                let start = Instant::now();
                one(question).await;
                times.push(start.elapsed());
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a task"));
    }
    let (half, most) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
    println!("{name}  {ASKERS} 并发 p50 {half:.0}，p99 {most:.0} 毫秒");
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let (Some(corpus), Some(queries)) = (args.first(), args.get(1)) else {
        println!("用法：cargo bench --workspace --bench floor -- CORPUS.jsonl QUERIES.jsonl [条数]");
        return;
    };
    let texts = read(corpus, args.get(2).and_then(|it| it.parse().ok()));
    let text_of = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        line["text"].as_str().unwrap_or_default().to_owned()
    };
    let questions = std::fs::read_to_string(queries).expect("the queries");
    let questions: Arc<Vec<String>> = Arc::new(questions.lines().take(QUESTIONS).map(text_of).collect());
    println!("条数                {:8}", texts.len());
    let glossary = Arc::new(Glossary::built_in());
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(&texts, folder.path(), &glossary).await;
    for question in questions.iter().take(50) {
        ask(&engine, question).await;
    }
    let (resident, highest, anonymous) = memory();
    println!("内存：现在 {resident} MiB（其中非文件 {anonymous}），建索引时最高 {highest} MiB");
    let ours = alone(&engine, &questions).await;
    let asked = engine.clone();
    together("retrieve", &questions, move |question| {
        let engine = asked.clone();
        async move {
            let _ = ask(&engine, &question).await;
        }
    })
    .await;

    let floor = Arc::new(Floor::build(&texts, glossary.jieba()));
    let start = cpu();
    let sum: usize = questions.iter().map(|it| floor.ask(it)).sum();
    let theirs = (cpu() - start) / questions.len() as f64;
    println!("底线      CPU {theirs:.2} 毫秒/次（校验 {sum}）；比值 {:.2}", ours / theirs);
    // Two at a time, as there are two workers.
    let turns = Arc::new(tokio::sync::Semaphore::new(2));
    together("底线    ", &questions, move |question| {
        let (floor, turns) = (floor.clone(), turns.clone());
        async move {
            tokio::task::yield_now().await;
            let turn = turns.acquire().await.expect("open");
            floor.ask(&question);
            drop(turn);
        }
    })
    .await;
}
