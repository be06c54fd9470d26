//! What is known about a text, and from where: arguments, `instruments.json`, front matter, the
//! text itself. What nobody says stays `None`.

pub(crate) mod dates;
pub(crate) mod fields;
pub(crate) mod header;
pub(crate) mod instruments;
pub(crate) mod issue;
pub(crate) mod rank;
pub(crate) mod resolve;

use chrono::NaiveDate;
use knowledge::regulation::{Authority, DocKind};

/// Metadata that a caller, a sidecar or the head of a file supplies. Empty fields say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetaArgs {
    /// Full title.
    pub title: Option<String>,
    /// Short names.
    pub aliases: Vec<String>,
    /// Permalink label of the version: letters, digits, `-`.
    pub label: Option<String>,
    /// A version note such as `2018（已被2023年修订版取代）`.
    pub version: Option<String>,
    /// An issue line such as 2019年5月6日中共中央印发.
    pub issued: Option<String>,
    /// Kind of document.
    pub doc_kind: Option<DocKind>,
    /// Rank.
    pub authority: Option<Authority>,
    /// Who made it.
    pub issuer: Option<String>,
    /// 中央, 省级党委 …
    pub issuer_level: Option<String>,
    /// Document number.
    pub doc_no: Option<String>,
    /// Day of approval.
    pub approved_on: Option<NaiveDate>,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// First day in force.
    pub effective_on: Option<NaiveDate>,
    /// First day no longer in force.
    pub abolished_on: Option<NaiveDate>,
    /// Known to hold no more.
    pub ended: Option<bool>,
    /// What took its place.
    pub superseded_by: Option<String>,
    /// 试行
    pub trial: Option<bool>,
    /// Written for demonstration.
    pub sample: Option<bool>,
    /// Topic codes.
    pub topics: Vec<String>,
    /// Address of the publication.
    pub source_url: Option<String>,
    /// Where the file came from, in words; goes into the report.
    pub provenance: Option<String>,
    /// How many articles the text should have; a difference goes into the report.
    pub expected_articles: Option<usize>,
    /// Names of fields that nobody knows; they go into the report.
    pub unread: Vec<String>,
}

macro_rules! fill {
    ($to:expr, $from:expr, $($field:ident),+) => { $(
        if $to.$field.is_none() { $to.$field.clone_from(&$from.$field); }
    )+ };
}

impl MetaArgs {
    /// Takes from `other` what is not known here.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        fill!(
            self,
            other,
            title,
            label,
            version,
            issued,
            doc_kind,
            authority,
            issuer,
            issuer_level,
            doc_no,
            approved_on,
            published_on,
            effective_on,
            abolished_on,
            ended,
            superseded_by,
            trial,
            sample,
            source_url,
            provenance,
            expected_articles
        );
        for (mine, theirs) in
            [(&mut self.aliases, &other.aliases), (&mut self.topics, &other.topics), (&mut self.unread, &other.unread)]
        {
            for it in theirs {
                if !mine.contains(it) {
                    mine.push(it.clone());
                }
            }
        }
        self
    }
}
