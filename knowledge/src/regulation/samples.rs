//! Small regulations for tests.

use chrono::NaiveDate;

use super::{Address, Authority, DocKind, Draft, Meta, Node, NodeKind, Report, version::VersionRow};

/// A day from `2026-05-11`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A node without children: its full text is its own.
pub(crate) fn node(kind: NodeKind, address: &str, parent: Option<&str>, own_text: &str) -> Node {
    Node {
        kind,
        address: Address::raw(address),
        parent: parent.map(Address::raw),
        heading: if kind == NodeKind::Chapter {
            own_text.lines().next().unwrap_or_default().to_owned()
        } else {
            String::new()
        },
        own_text: own_text.to_owned(),
        full_text: own_text.trim().to_owned(),
    }
}

/// What is known of 示例办法 `label`, in force from `effective_on`.
pub(crate) fn meta(label: &str, effective_on: Option<&str>) -> Meta {
    Meta {
        title: "示例办法".to_owned(),
        aliases: vec!["办法".to_owned()],
        label: label.to_owned(),
        doc_kind: DocKind::Regulation,
        authority: Authority::Measures,
        issuer: Some("示例委员会".to_owned()),
        issuer_level: None,
        doc_no: None,
        approved_on: None,
        published_on: None,
        effective_on: effective_on.map(day),
        abolished_on: None,
        ended: false,
        superseded_by: None,
        trial: false,
        sample: true,
        topics: vec!["dev".to_owned()],
        source_url: None,
    }
}

/// 示例办法 with one article for each of `articles`.
pub(crate) fn draft(label: &str, effective_on: Option<&str>, articles: &[&str]) -> Draft {
    let mut nodes = vec![node(NodeKind::Front, "front", None, "示例办法\n")];
    for (n, text) in (1..).zip(articles) {
        let address = Address::article(n, 0);
        let own_text = format!("{}　{text}\n", address.label());
        nodes.push(node(NodeKind::Article, address.as_str(), None, &own_text));
    }
    let report = Report { articles: articles.len(), nodes: nodes.len(), ..Report::default() };
    Draft { meta: meta(label, effective_on), source_format: "md".to_owned(), nodes, report }
}

/// A row for tests without a database.
pub(crate) fn version(label: &str, effective_on: Option<&str>) -> VersionRow {
    super::save::row_of(&draft(label, effective_on, &["略。"]), store::testing::noon(), day("2026-11-01"))
}
