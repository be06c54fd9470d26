//! A regulation, one of its provisions, and two of its versions side by side.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use minijinja::{context, value::Serde};
use serde::Deserialize;

use super::{layout, look::Look, page, words};
use crate::http::{
    Surface,
    extract::{self, ApiPath, ApiQuery},
    problem::Problem,
    regulations::{CompareQuery, parse_address},
};

/// The day for which a page is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DayQuery {
    as_of: Option<String>,
    /// Words to mark in the text, from the search.
    q: Option<String>,
}

impl DayQuery {
    /// Words to mark, cut to a sane length.
    fn words(&self) -> String {
        let readable: String =
            self.q.as_deref().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
        readable.trim().to_owned()
    }
}

/// The version in force today, or on `?as_of=`, under its own permanent address.
pub(super) async fn current(
    State(surface): State<Surface>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DayQuery>,
) -> Result<Response, Problem> {
    let as_of = extract::date(query.as_of.as_deref(), "as_of")?;
    let view = surface.core.regulation(id, None, as_of).await?;
    let path = words::path(&[&view.id, &view.shown.label]);
    let day = as_of.map(|day| format!("?as_of={day}")).unwrap_or_default();
    Ok(([(header::CACHE_CONTROL, "no-store")], Redirect::to(&format!("/regulations/{path}{day}"))).into_response())
}

/// The whole text of one version.
pub(super) async fn regulation(
    State(surface): State<Surface>,
    look: Look,
    ApiPath((id, version)): ApiPath<(String, String)>,
    ApiQuery(query): ApiQuery<DayQuery>,
) -> Result<Response, Problem> {
    let as_of = extract::date(query.as_of.as_deref(), "as_of")?;
    let view = surface.core.regulation(id, Some(version), as_of).await?;
    let q = query.words();
    let place = layout::Place { regulation_id: &view.id, version: &view.shown.label, whole: true, day: as_of };
    let blocks = layout::blocks(&view.nodes, place);
    let values = context! {
        nav => "regulations",
        look => Serde(&look),
        view => Serde(&view),
        version => Serde(&view.shown),
        versions => Serde(&view.versions),
        regulation_id => view.id,
        current => layout::current_version(&view.versions),
        outline => Serde(layout::outline(&view.nodes)),
        hits => Serde(layout::found(&blocks, &q)),
        blocks => Serde(blocks),
        note => words::version_note(&view.shown),
        today => surface.clock.today().to_string(),
        as_of => as_of.map(|day| day.to_string()),
        q,
        address => "",
    };
    Ok(page(surface.templates.render("regulation.html", values)?))
}

/// One article, paragraph or item.
pub(super) async fn provision(
    State(surface): State<Surface>,
    look: Look,
    ApiPath((id, version, address)): ApiPath<(String, String, String)>,
    ApiQuery(query): ApiQuery<DayQuery>,
) -> Result<Response, Problem> {
    let as_of = extract::date(query.as_of.as_deref(), "as_of")?;
    let found = surface.core.provision(id, version, parse_address(&address)?).await?;
    let place =
        layout::Place { regulation_id: &found.regulation_id, version: &found.version.label, whole: false, day: as_of };
    let blocks = layout::blocks(&found.nodes, place);
    let values = context! {
        nav => "regulations",
        look => Serde(&look),
        found => Serde(&found),
        version => Serde(&found.version),
        versions => Serde(&found.versions),
        regulation_id => found.regulation_id,
        current => layout::current_version(&found.versions),
        blocks => Serde(blocks),
        note => words::version_note(&found.version),
        today => surface.clock.today().to_string(),
        address => found.address,
        as_of => as_of.map(|day| day.to_string()),
        q => query.words(),
    };
    Ok(page(surface.templates.render("provision.html", values)?))
}

/// Two versions side by side.
pub(super) async fn compare(
    State(surface): State<Surface>,
    look: Look,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<CompareQuery>,
) -> Result<Response, Problem> {
    let show = query.show()?;
    let (from, to) = query.sides();
    let mut found = surface.core.compare(id, from, to).await?;
    let all = found.comparison.rows.len();
    found.comparison.rows.retain(|row| show.wants(row.change));
    let values = context! {
        nav => "regulations",
        look => Serde(&look),
        kinds => words::changes(&found.comparison.counts, all),
        show => query.show.filter(|show| !show.is_empty()).unwrap_or_else(|| "all".to_owned()),
        rows => Serde(&found.comparison.rows),
        from => Serde(&found.from),
        to => Serde(&found.to),
        versions => Serde(&found.versions),
        regulation_id => found.id,
        today => surface.clock.today().to_string(),
    };
    Ok(page(surface.templates.render("compare.html", values)?))
}
