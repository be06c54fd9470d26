//! The reader's pages: rendered on the server, usable without script.
//!
//! Texts come from outside and are escaped by the templates, always; nothing here builds HTML by hand.

mod download;
mod highlight;
mod layout;
mod list;
mod look;
mod read;
mod words;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use minijinja::{Environment, UndefinedBehavior, Value, context, syntax::SyntaxConfig, value::Serde};

use super::{
    Surface, health,
    problem::{Kind, Problem, TABLE},
};
use crate::app::RegulationFilter;
use look::Look;

/// Questions for the home page, each with a part of the title of a regulation that answers it: only what
/// can be answered from the texts that are loaded is offered. Clicking one asks the widget.
const EXAMPLES: [(&str, &str); 9] = [
    ("流动党员没有转组织关系，能在流入地投票吗？", ""),
    ("预备党员的预备期是多长，从哪天算起？", "发展党员工作细则"),
    ("确定发展对象之前要公示几个工作日？", "发展党员工作细则"),
    ("换单位了组织关系一定要转吗？", "党员教育管理工作条例"),
    ("党员一年至少要学多少学时？", "党员教育管理工作条例"),
    ("2017年版党章第九条怎么说？", "中国共产党章程"),
    ("流动党员到示例市后，几天内要报到？", "流动党员报到服务办法"),
    ("2025年的规定要求流动党员到示例市几天内报到？", "流动党员报到服务办法"),
    ("党群服务阵地每周开放几天？", "党群服务阵地"),
];
/// How many of them are shown.
const SHOWN: usize = 6;

/// The templates, compiled once.
pub struct Templates(Environment<'static>);

impl Templates {
    /// Compiles the templates that are part of the program.
    ///
    /// # Panics
    /// If one has a syntax error: a test renders them all.
    pub fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.expect("the default delimiters are valid"));
        words::install(&mut environment);
        highlight::install(&mut environment);
        for (name, source) in [
            ("base.html", include_str!("templates/base.html")),
            ("macros.html", include_str!("templates/macros.html")),
            ("home.html", include_str!("templates/home.html")),
            ("embed.html", include_str!("templates/embed.html")),
            ("list.html", include_str!("templates/list.html")),
            ("compare.html", include_str!("templates/compare.html")),
            ("regulation.html", include_str!("templates/regulation.html")),
            ("provision.html", include_str!("templates/provision.html")),
            ("errors.html", include_str!("templates/errors.html")),
            ("problem.html", include_str!("templates/problem.html")),
        ] {
            environment.add_template(name, source).expect("templates are part of the program and tested");
        }
        Self(environment)
    }

    fn render(&self, name: &str, values: Value) -> Result<String, Problem> {
        self.0.get_template(name).and_then(|template| template.render(values)).map_err(|error| {
            tracing::error!(%error, name, "template failed");
            Problem::new(Kind::INTERNAL, "页面生成失败，已记录")
        })
    }
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

/// The pages' routes.
pub fn routes() -> Router<Surface> {
    Router::new()
        .route("/", get(home))
        .route("/regulations", get(list::list))
        .route("/regulations/{id}", get(read::current))
        .route("/regulations/{id}/compare", get(read::compare))
        .route("/regulations/{id}/{version}", get(read::regulation))
        .route("/regulations/{id}/{version}/download", get(download::download))
        .route("/regulations/{id}/{version}/{address}", get(read::provision))
        .route("/text-size", get(look::set))
        .route("/widget", get(async || Redirect::permanent("/widget/")))
        .route("/widget/", get(embed))
        .route("/docs/errors", get(errors))
}

/// An error as a page. Should even that fail, plain words remain.
pub fn error_page(templates: &Templates, problem: &Problem, request_id: &str) -> String {
    let values = context! {
        status => problem.kind.status, title => problem.kind.title, detail => problem.detail.as_str(),
        advice => problem.kind.advice, code => problem.kind.code, request_id,
    };
    templates
        .render("problem.html", values)
        .unwrap_or_else(|_| format!("<!doctype html><title>{}</title>", problem.kind.title))
}

/// A page that browsers ask for anew each time: regulations change by decision, not by expiry of a cache.
fn page(html: String) -> Response {
    ([(header::CACHE_CONTROL, "no-cache"), (header::VARY, "cookie")], Html(html)).into_response()
}

async fn home(State(surface): State<Surface>, look: Look) -> Result<Response, Problem> {
    let health = health::ask(&surface).await;
    let filter = RegulationFilter { page: 1, per_page: 100, ..RegulationFilter::default() };
    let titles: Vec<String> = match surface.core.list_regulations(filter).await {
        Ok(page) => page.items.into_iter().map(|it| it.version.title).collect(),
        // The page says what is out of order; it is not out of order itself.
        Err(_) => Vec::new(),
    };
    let can = |needs: &str| needs.is_empty() || titles.iter().any(|title| title.contains(needs));
    let examples: Vec<&str> = EXAMPLES.iter().filter(|it| can(it.1)).map(|it| it.0).take(SHOWN).collect();
    let values = context! { nav => "home", look => Serde(&look), examples => examples, health => Serde(&health) };
    Ok(page(surface.templates.render("home.html", values)?))
}

/// How a host page shows the assistant.
async fn embed(State(surface): State<Surface>, look: Look, headers: HeaderMap) -> Result<Response, Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Only for the line to be copied; with script the page knows its own address better.
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    let server = format!("{scheme}://{}", text("host").unwrap_or("localhost"));
    Ok(page(surface.templates.render("embed.html", context! { nav => "embed", look => Serde(&look), server })?))
}

/// The table of codes, where the `type` of every problem points.
async fn errors(State(surface): State<Surface>, look: Look) -> Result<Response, Problem> {
    let rows: Vec<Value> = TABLE
        .iter()
        .map(|kind| context! { code => kind.code, status => kind.status, title => kind.title, advice => kind.advice })
        .collect();
    Ok(page(surface.templates.render("errors.html", context! { nav => "", look => Serde(&look), rows })?))
}
