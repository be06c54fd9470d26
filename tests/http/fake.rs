//! A small core in memory: one model regulation in three versions, one fixed answer, switches for faults.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use chrono::NaiveDate;
use dangwutong::app::{
    ArticleHit, Ask, Core, CoreError, CoreResult, Health, Part, PartState, ReadingNode, RegulationComparison,
    RegulationFilter, RegulationItem, RegulationPage, RegulationView, TextLink, VersionInfo,
};
use futures::future::BoxFuture;
use knowledge::{
    answer::{
        assistant::{Asked, Assistant, Reply},
        model::{Answer, Citation, Effect, Notice, State},
        pieces::{Piece, Pieces},
    },
    chunk::ChunkKind,
    regulation::{
        Address, Authority, DocKind, FacetCounts, NodeKind,
        compare::{Unit, compare},
    },
    search::model::{Candidate, Channels, Gate, Retrieved, Route, Timings},
};
use tokio::sync::Notify;

/// Id of the one regulation.
pub const ID: &str = "r1";

/// How the core misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    #[default]
    None,
    /// Answers never come.
    Hang,
    /// Answers panic.
    Panic,
    /// A part is down.
    Unavailable,
    /// Something broke.
    Internal,
}

/// See the module.
#[derive(Default)]
pub struct FakeCore {
    fault: Mutex<Fault>,
    /// Whether questions can be answered at all.
    pub down: AtomicBool,
    /// Calls that were dropped before they ended.
    pub dropped: AtomicUsize,
    /// Told whenever a search begins to hang.
    pub hanging: Notify,
    /// Told whenever a call is dropped.
    pub drop_seen: Notify,
    /// The last search that arrived.
    pub last: Mutex<Option<Ask>>,
    /// The last question that arrived.
    pub asked: Mutex<Option<Asked>>,
}

/// Counts a call that is dropped half-way.
struct Watch<'a>(&'a FakeCore, bool);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::SeqCst);
            self.0.drop_seen.notify_one();
        }
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

impl FakeCore {
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the core misbehave from now on.
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().expect("not poisoned") = fault;
    }

    async fn misbehave(&self) -> CoreResult<()> {
        let fault = *self.fault.lock().expect("not poisoned");
        let mut watch = Watch(self, false);
        if fault == Fault::Hang {
            std::future::pending::<()>().await;
        }
        watch.1 = true;
        match fault {
            Fault::Panic => panic!("the core panics on purpose"),
            Fault::Unavailable => {
                Err(CoreError::Unavailable { part: "database".to_owned(), reason: "连接被拒绝".to_owned() })
            }
            Fault::Internal => Err(CoreError::Internal("secret particulars".to_owned())),
            Fault::None | Fault::Hang => Ok(()),
        }
    }
}

fn version(label: &str, effect: Effect) -> VersionInfo {
    let effective_on = match label {
        "2014" => Some(day("2014-05-28")),
        "2026" => Some(day("2026-05-11")),
        _ => None,
    };
    VersionInfo {
        label: label.to_owned(),
        title: "示例党组织工作细则".to_owned(),
        doc_kind: DocKind::Regulation,
        authority: Authority::DetailedRules,
        issuer: Some("示例机关<b>".to_owned()),
        issuer_level: None,
        doc_no: None,
        approved_on: None,
        published_on: effective_on,
        effective_on,
        abolished_on: (effect == Effect::Amended).then(|| day("2026-05-11")),
        effect,
        superseded_by: None,
        trial: false,
        sample: true,
        topics: vec!["dev".to_owned()],
        source_url: Some("https://example.org/text".to_owned()),
        articles: 3,
    }
}

/// Versions, newest first, as they stand on a day.
fn versions(on: NaiveDate) -> Vec<VersionInfo> {
    let new = on >= day("2026-05-11");
    vec![
        version("2026", if new { Effect::Effective } else { Effect::NotYet }),
        version("2014", if new { Effect::Amended } else { Effect::Effective }),
        version("draft", Effect::Unknown),
    ]
}

fn node(kind: NodeKind, address: &str, parent: Option<&str>, label: &str, text: &str) -> ReadingNode {
    let heading = if kind == NodeKind::Chapter { text.to_owned() } else { String::new() };
    ReadingNode {
        kind,
        address: address.to_owned(),
        parent: parent.map(str::to_owned),
        label: label.to_owned(),
        heading,
        text: text.to_owned(),
        links: Vec::new(),
    }
}

/// The model text.
pub fn nodes() -> Vec<ReadingNode> {
    use NodeKind::{Article, Chapter, Item, Paragraph};
    vec![
        node(Chapter, "ch1", None, "第一章", "第一章　总则"),
        node(Article, "a1", Some("ch1"), "第一条", "第一条　为了规范示例工作，制定本细则。"),
        node(Chapter, "ch2", None, "第二章", "第二章　预备期"),
        node(Article, "a2", Some("ch2"), "第二条", ""),
        node(Paragraph, "a2.p1", Some("a2"), "第二条第一款", "第二条　预备期为一年，从通过之日算起。"),
        node(Paragraph, "a2.p2", Some("a2"), "第二条第二款", "有下列情形之一的，可以延长："),
        node(Item, "a2.p2.i1", Some("a2.p2"), "第二条第二款第（一）项", "（一）需要继续考察的；"),
        node(Item, "a2.p2.i2", Some("a2.p2"), "第二条第二款第（二）项", "（二）<script>alert(1)</script>的。"),
        ReadingNode {
            links: vec![
                TextLink {
                    start: 6,
                    end: 9,
                    regulation_id: ID.to_owned(),
                    version: "2026".to_owned(),
                    address: Some("a2".to_owned()),
                    label: "《示例党组织工作细则》第二条".to_owned(),
                },
                TextLink {
                    start: 10,
                    end: 17,
                    regulation_id: "r2".to_owned(),
                    version: "2019".to_owned(),
                    address: Some("a9.p1".to_owned()),
                    label: "《党章<i>》第九条第一款".to_owned(),
                },
            ],
            ..node(
                Article,
                "a3",
                Some("ch2"),
                "第三条",
                "第三条　依照第二条和《党章》第九条，本细则自2026年5月11日起施行。",
            )
        },
    ]
}

/// An article of the comparison.
fn unit(number: u32, text: &str) -> Unit {
    let address = Address::article(number, 0);
    Unit { label: address.label(), address: address.to_string(), chapter: String::new(), text: text.to_owned() }
}

fn citation(n: usize, address: &str, label: &str, text: &str) -> Citation {
    Citation {
        n,
        chunk_id: format!("{n:016x}"),
        regulation_id: Some(ID.to_owned()),
        title: "示例党组织工作细则".to_owned(),
        version: Some("2026".to_owned()),
        address: Some(address.to_owned()),
        label: format!("《示例党组织工作细则》{label}"),
        text: text.to_owned(),
        doc_kind: DocKind::Regulation,
        authority: Authority::DetailedRules,
        effect: Effect::Effective,
        effective_on: Some(day("2026-05-11")),
        ended_on: None,
        url: Some(format!("/regulations/{ID}/2026/{address}")),
        sample: true,
        verified: true,
    }
}

fn retrieved(ask: &Ask) -> Retrieved {
    let as_of = ask.as_of.unwrap_or_else(|| day("2026-06-15"));
    Retrieved {
        question: ask.question.clone(),
        searched: ask.question.clone(),
        rewrites: Vec::new(),
        as_of,
        absent: vec![],
        named: 0,
        neighbours: vec![],
        route: Route::Search,
        candidates: vec![Candidate {
            id: format!("{:016x}", 1),
            kind: ChunkKind::Provision,
            score: 1.0,
            channels: Channels { gram: Some(3.5), ..Channels::default() },
            source_id: format!("{ID}@2026"),
            regulation_id: Some(ID.to_owned()),
            version: Some("2026".to_owned()),
            address: Some("a2".to_owned()),
            label: "《示例党组织工作细则》第二条".to_owned(),
            title: "示例党组织工作细则".to_owned(),
            text: "预备期为一年，从通过之日算起。".to_owned(),
            authority: Authority::DetailedRules,
            doc_kind: DocKind::Regulation,
            valid_from: Some(day("2026-05-11")),
            valid_to: None,
            sample: true,
        }],
        qa: None,
        gate: Gate {
            open: true,
            confidence: 0.9,
            threshold: 0.35,
            reason: "首条得分高于门槛".to_owned(),
            words: Vec::new(),
            features: std::collections::BTreeMap::new(),
        },
        degraded: Vec::new(),
        generation: "g1".to_owned(),
        timings: Timings::default(),
    }
}

fn answer(as_of: NaiveDate) -> Answer {
    Answer {
        citations: vec![
            citation(1, "a2.p1", "第二条第一款", "预备期为一年，从通过之日算起。"),
            citation(2, "a2.p2", "第二条第二款", "有下列情形之一的，可以延长："),
            citation(3, "a3", "第三条", "本细则自2026年5月11日起施行。"),
        ],
        notices: vec![Notice { code: "NO_MODEL".to_owned(), text: "未配置大模型，仅列原文".to_owned() }],
        ..Answer::plain(State::Grounded, "预备期为一年。[1]从通过之日算起，[1]可以延长。[2]\n\n以上仅列原文。", as_of)
    }
}

impl Assistant for FakeCore {
    fn answer(&self, asked: Asked, pieces: Pieces) -> BoxFuture<'_, knowledge::Result<Reply>> {
        Box::pin(async move {
            self.misbehave().await.map_err(|error| match error {
                CoreError::Unavailable { reason, .. } => knowledge::Error::Index(reason),
                other => knowledge::Error::Corrupt(other.to_string()),
            })?;
            *self.asked.lock().expect("not poisoned") = Some(asked.clone());
            let retrieved = retrieved(&Ask { question: asked.question, scope: asked.scope, as_of: asked.as_of });
            pieces.send(Piece::Retrieved(Box::new(retrieved.clone())));
            let answer = answer(retrieved.as_of);
            Ok(Reply { answer, retrieved: Some(retrieved), condensed: None, category: None, urgent: false })
        })
    }
}

impl Core for FakeCore {
    fn retrieve(&self, ask: Ask) -> BoxFuture<'_, CoreResult<Retrieved>> {
        Box::pin(async move {
            self.hanging.notify_one();
            self.misbehave().await?;
            *self.last.lock().expect("not poisoned") = Some(ask.clone());
            Ok(retrieved(&ask))
        })
    }

    fn list_regulations(&self, filter: RegulationFilter) -> BoxFuture<'_, CoreResult<RegulationPage>> {
        Box::pin(async move {
            self.misbehave().await?;
            let on = filter.as_of.unwrap_or_else(|| day("2026-06-15"));
            let shown = versions(on).into_iter().find(|one| one.effect == Effect::Effective);
            let hits = filter.q.iter().filter(|q| "预备期为一年".contains(q.as_str())).map(|_| ArticleHit {
                address: "a2".to_owned(),
                label: "第二条".to_owned(),
                excerpt: "预备期为一年，从通过之日算起。".to_owned(),
            });
            let hits: Vec<ArticleHit> = hits.collect();
            let wanted = filter.q.is_none() || !hits.is_empty();
            let items: Vec<RegulationItem> = shown
                .filter(|_| wanted)
                .map(|version| RegulationItem { id: ID.to_owned(), aliases: Vec::new(), versions: 3, version, hits })
                .into_iter()
                .collect();
            let total = if items.is_empty() { 0 } else { 45 };
            Ok(RegulationPage { items, total, page: filter.page, per_page: filter.per_page })
        })
    }

    fn regulation(
        &self,
        id: String,
        version: Option<String>,
        as_of: Option<NaiveDate>,
    ) -> BoxFuture<'_, CoreResult<RegulationView>> {
        Box::pin(async move {
            self.misbehave().await?;
            if id != ID {
                return Err(CoreError::NoRegulation(id));
            }
            let on = as_of.unwrap_or_else(|| day("2026-06-15"));
            if on < day("2014-05-28") {
                return Err(CoreError::NoVersionOn(on));
            }
            let versions = versions(on);
            let shown = match version {
                Some(label) => versions.iter().find(|one| one.label == label).ok_or(CoreError::NoVersion(label))?,
                None => {
                    versions.iter().find(|one| one.effect == Effect::Effective).ok_or(CoreError::NoVersionOn(on))?
                }
            };
            let shown = shown.clone();
            Ok(RegulationView { id, aliases: vec!["示例细则".to_owned()], versions, shown, nodes: nodes() })
        })
    }

    fn facets(&self, _as_of: Option<NaiveDate>) -> BoxFuture<'_, CoreResult<FacetCounts>> {
        Box::pin(async move {
            self.misbehave().await?;
            let one = |value: &str| [(value.to_owned(), 1)].into();
            Ok(FacetCounts {
                doc_kinds: one("regulation"),
                authorities: one("detailed_rules"),
                issuers: [("示例机关<b>".to_owned(), 12), ("示例市委".to_owned(), 33)].into(),
                issuer_levels: one("省级党委"),
                topics: one("dev"),
                years: [(2014, 1), (2026, 1)].into(),
                effects: one("effective"),
            })
        })
    }

    fn compare(
        &self,
        id: String,
        from: Option<String>,
        to: Option<String>,
    ) -> BoxFuture<'_, CoreResult<RegulationComparison>> {
        Box::pin(async move {
            self.misbehave().await?;
            if id != ID {
                return Err(CoreError::NoRegulation(id));
            }
            let versions = versions(day("2026-06-15"));
            let side = |label: Option<String>, otherwise: &str| {
                let label = label.unwrap_or_else(|| otherwise.to_owned());
                versions.iter().find(|one| one.label == label).cloned().ok_or(CoreError::NoVersion(label))
            };
            let (from, to) = (side(from, "2014")?, side(to, "2026")?);
            if from.label == to.label {
                return Err(CoreError::SameVersion(to.label));
            }
            let old = [
                unit(1, "为了规范示例工作，制定本细则。"),
                unit(2, "预备期为六个月，从通过之日算起。"),
                unit(3, "此条后来不再需要，<b>已经</b>删去。"),
                unit(4, "本细则自发布之日起施行。"),
            ];
            let new = [
                unit(1, "为了规范示例工作，制定本细则。"),
                unit(2, "公示时间不少于五个工作日。"),
                unit(3, "预备期为一年，从通过之日算起。"),
                unit(5, "本细则自发布之日起施行。"),
            ];
            let comparison = compare(&old, &new);
            Ok(RegulationComparison { id, from, to, versions, comparison })
        })
    }

    fn health(&self) -> BoxFuture<'_, Health> {
        Box::pin(async move {
            let down = self.down.load(Ordering::SeqCst);
            let part = |name: &str, state: PartState, reason: Option<&str>| Part {
                name: name.to_owned(),
                state,
                reason: reason.map(str::to_owned),
            };
            let database = if down { PartState::Down } else { PartState::Ok };
            Health {
                can_answer: !down,
                parts: vec![
                    part("database", database, down.then_some("连接被拒绝")),
                    part("qdrant", PartState::Degraded, Some("改用本进程的向量")),
                ],
                regulations: 12,
                articles: 1_234,
                qa_pairs: 50,
                generation: "g1".to_owned(),
            }
        })
    }
}
