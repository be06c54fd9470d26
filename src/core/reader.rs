//! What the reader asks of the core: the list, one regulation, two versions side by side.

use chrono::NaiveDate;
use knowledge::{
    answer::model::Effect,
    regulation::{
        self, FacetCounts, ListFilter, Listed, NodeKind, ProvisionRow, VersionRow, WordHit, compare,
        reference::{self, Reference},
    },
};

use super::{KnowledgeCore, failed};
use crate::app::{
    ArticleHit, CoreError, CoreResult, ReadingNode, RegulationComparison, RegulationFilter, RegulationItem,
    RegulationPage, RegulationView, TextLink, VersionInfo,
};

/// Articles shown under a regulation in the list.
const HITS: usize = 5;
/// Characters of an article shown in the list.
const EXCERPT: usize = 80;

impl KnowledgeCore {
    pub(super) async fn list(&self, filter: RegulationFilter) -> CoreResult<RegulationPage> {
        let day = filter.as_of.unwrap_or_else(|| self.store.clock.today());
        let (page, per_page) = (filter.page.max(1), filter.per_page.clamp(1, 100));
        let wanted = ListFilter {
            q: filter.q,
            doc_kind: filter.doc_kind,
            authority: filter.authority,
            issuer: filter.issuer,
            issuer_level: filter.issuer_level,
            effect: filter.effect,
            year: filter.year,
            topic: filter.topic,
            as_of: day,
            sort: filter.sort,
            page,
            per_page,
        };
        let found = regulation::list(&self.store, &wanted).await.map_err(failed)?;
        let hits = match &wanted.q {
            Some(q) => {
                let ids: Vec<String> = found.rows.iter().map(|it| it.version.id.clone()).collect();
                regulation::hits(&self.store, &ids, q).await.map_err(failed)?
            }
            None => Vec::new(),
        };
        let q = wanted.q.unwrap_or_default();
        let items = found.rows.into_iter().map(|row| item(row, &hits, &q)).collect();
        Ok(RegulationPage { items, total: found.total, page, per_page })
    }

    pub(super) async fn counted(&self, as_of: Option<NaiveDate>) -> CoreResult<FacetCounts> {
        let day = as_of.unwrap_or_else(|| self.store.clock.today());
        regulation::facets(&self.store, day).await.map_err(failed)
    }

    pub(super) async fn view(
        &self,
        id: String,
        version: Option<String>,
        as_of: Option<NaiveDate>,
    ) -> CoreResult<RegulationView> {
        let day = as_of.unwrap_or_else(|| self.store.clock.today());
        let versions = self.versions(&id).await?;
        let shown = match version {
            Some(label) => labelled(&versions, label)?,
            None => match (in_force(&versions, day), as_of) {
                (Some(it), _) => it,
                (None, Some(day)) => return Err(CoreError::NoVersionOn(day)),
                (None, None) => versions.last().ok_or(CoreError::NoRegulation(id.clone()))?,
            },
        };
        let tree = regulation::tree(&self.store, &shown.id).await.map_err(failed)?;
        let names = self.engine.names().await.map_err(failed)?;
        let (references, _) = reference::references(&self.store, &names.1, shown, &tree, day).await.map_err(failed)?;
        Ok(RegulationView {
            aliases: regulation::aliases(&self.store, &id).await.map_err(failed)?,
            versions: versions.iter().rev().map(|it| info(it, day)).collect(),
            shown: info(shown, day),
            nodes: tree.into_iter().zip(references).map(|(row, links)| node(row, &links)).collect(),
            id,
        })
    }

    pub(super) async fn compared(
        &self,
        id: String,
        from: Option<String>,
        to: Option<String>,
    ) -> CoreResult<RegulationComparison> {
        let day = self.store.clock.today();
        let versions = self.versions(&id).await?;
        let to = match to {
            Some(label) => labelled(&versions, label)?,
            None => in_force(&versions, day).or(versions.last()).ok_or(CoreError::NoRegulation(id.clone()))?,
        };
        let from = match from {
            Some(label) => labelled(&versions, label)?,
            // The version before; for the oldest the one after it.
            None => versions
                .iter()
                .rfind(|it| it.ordinal < to.ordinal)
                .or_else(|| versions.iter().find(|it| it.ordinal > to.ordinal))
                .ok_or(CoreError::NothingToCompare)?,
        };
        if from.id == to.id {
            return Err(CoreError::SameVersion(to.label.clone()));
        }
        let old = regulation::tree(&self.store, &from.id).await.map_err(failed)?;
        let new = regulation::tree(&self.store, &to.id).await.map_err(failed)?;
        // Long texts take milliseconds of computing: not on a thread that others wait for.
        let work = tokio::task::spawn_blocking(move || compare::compare(&compare::units(&old), &compare::units(&new)));
        Ok(RegulationComparison {
            comparison: work.await.map_err(|error| CoreError::Internal(error.to_string()))?,
            versions: versions.iter().rev().map(|it| info(it, day)).collect(),
            from: info(from, day),
            to: info(to, day),
            id,
        })
    }

    /// All versions of a regulation, the oldest first.
    async fn versions(&self, id: &str) -> CoreResult<Vec<VersionRow>> {
        let versions = regulation::versions(&self.store, id).await.map_err(failed)?;
        if versions.is_empty() { Err(CoreError::NoRegulation(id.to_owned())) } else { Ok(versions) }
    }
}

fn labelled(versions: &[VersionRow], label: String) -> CoreResult<&VersionRow> {
    versions.iter().find(|it| it.label == label).ok_or(CoreError::NoVersion(label))
}

/// As [`regulation::in_force`], of versions that have been read.
fn in_force(versions: &[VersionRow], day: NaiveDate) -> Option<&VersionRow> {
    let last = |wanted| versions.iter().rfind(|it| regulation::effect(it, day) == wanted);
    last(Effect::Effective).or_else(|| last(Effect::Unknown))
}

fn item(row: Listed, hits: &[WordHit], q: &str) -> RegulationItem {
    let of_version = hits.iter().filter(|it| it.version_id == row.version.id);
    RegulationItem {
        id: row.version.regulation_id.clone(),
        hits: of_version.take(HITS).map(|it| hit(it, q)).collect(),
        version: described(&row.version, row.effect),
        aliases: row.aliases,
        versions: row.versions as u32,
    }
}

fn hit(found: &WordHit, q: &str) -> ArticleHit {
    // The number stands beside the excerpt already.
    let label = found.address.label();
    let shown = found.full_text.strip_prefix(label.as_str()).unwrap_or(&found.full_text).trim_start();
    let text = shown.to_ascii_lowercase();
    let at = q.split_whitespace().find_map(|word| text.find(&word.to_ascii_lowercase())).unwrap_or(0);
    ArticleHit { address: found.address.to_string(), label, excerpt: around(shown, at) }
}

/// The words around a place, on one line.
fn around(text: &str, at: usize) -> String {
    let before: String = text[..at].chars().rev().take(EXCERPT / 4).collect();
    let after: String = text[at..].chars().take(EXCERPT).collect();
    let before: String = before.chars().rev().collect();
    let left = if before.len() < at { "…" } else { "" };
    let right = if at + after.len() < text.len() { "…" } else { "" };
    format!("{left}{before}{after}{right}").replace('\n', " ")
}

fn info(row: &VersionRow, day: NaiveDate) -> VersionInfo {
    described(row, regulation::effect(row, day))
}

fn described(row: &VersionRow, effect: Effect) -> VersionInfo {
    VersionInfo {
        label: row.label.clone(),
        title: row.title.clone(),
        doc_kind: row.doc_kind,
        authority: row.authority,
        issuer: row.issuer.clone(),
        issuer_level: row.issuer_level.clone(),
        doc_no: row.doc_no.clone(),
        approved_on: row.approved_on,
        published_on: row.published_on,
        effective_on: row.effective_on,
        abolished_on: row.valid_to,
        effect,
        superseded_by: row.superseded_by.clone().or_else(|| row.successor.as_ref().map(|it| format!("{it}版"))),
        trial: row.trial,
        sample: row.sample,
        topics: row.topics.clone(),
        source_url: row.source_url.clone(),
        articles: row.article_count as u32,
    }
}

fn node(row: ProvisionRow, references: &[Reference]) -> ReadingNode {
    // Outside articles an address counts what the text numbers in its own way: its heading says it better.
    let own = matches!(row.kind, NodeKind::Part | NodeKind::Chapter | NodeKind::Section) && !row.heading.is_empty();
    ReadingNode {
        kind: row.kind,
        address: row.address.to_string(),
        parent: row.parent.map(|it| it.to_string()),
        label: if own { row.heading.clone() } else { row.label },
        heading: row.heading,
        links: references.iter().map(|it| link(it, &row.own_text)).collect(),
        text: row.own_text.trim().to_owned(),
    }
}

/// A reference in the node's trimmed text, counted in characters as every client can count.
fn link(reference: &Reference, own_text: &str) -> TextLink {
    let trimmed = own_text.len() - own_text.trim_start().len();
    let count = |end: usize| own_text[trimmed..end.max(trimmed)].chars().count() as u32;
    TextLink {
        start: count(reference.range.start),
        end: count(reference.range.end),
        regulation_id: reference.regulation_id.clone(),
        version: reference.version.clone(),
        address: reference.address.as_ref().map(ToString::to_string),
        label: reference.label.clone(),
    }
}
