//! The list of regulations with its filters.

use axum::{extract::State, response::Response};
use minijinja::{context, value::Serde};

use super::{look::Look, page, words};
use crate::http::{Surface, extract::ApiQuery, problem::Problem, regulations::ListQuery};

/// The list. What the filters offer is counted on the day asked about.
pub(super) async fn list(
    State(surface): State<Surface>,
    look: Look,
    ApiQuery(query): ApiQuery<ListQuery>,
) -> Result<Response, Problem> {
    let filter = query.filter()?;
    let as_of = filter.as_of;
    let (found, facets) = tokio::join!(surface.core.list_regulations(filter.clone()), surface.core.facets(as_of));
    let (found, facets) = (found?, facets?);
    let pages = found.total.div_ceil(u64::from(found.per_page.max(1))).max(1);
    let values = context! {
        nav => "regulations",
        look => Serde(&look),
        query => words::query_values(&query),
        chosen => words::chosen(&query),
        q => filter.q.unwrap_or_default(),
        found => Serde(&found),
        pages,
        previous => (found.page > 1).then(|| words::query_string(&query, u64::from(found.page - 1).min(pages))),
        next => (u64::from(found.page) < pages).then(|| words::query_string(&query, u64::from(found.page) + 1)),
        choices => words::choices(&facets),
        as_of => as_of.map(|day| day.to_string()),
    };
    Ok(page(surface.templates.render("list.html", values)?))
}
