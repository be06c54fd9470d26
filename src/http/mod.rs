//! The HTTP surface: API, reader's pages, widget, health.
//!
//! The only place that knows status codes. A handler extracts, calls the core once and shapes the
//! response; errors are [`problem::Problem`]s; [`envelope`] gives every response its request id,
//! headers, log line and figures.

pub mod assets;
pub mod caller;
pub mod chat;
pub mod conversations;
pub mod embed;
pub mod envelope;
pub mod events;
pub mod extract;
pub mod health;
pub mod metrics;
pub mod openai;
pub mod pages;
pub mod problem;
pub mod question;
pub mod regulations;
pub mod search;
pub mod serve;
pub mod sessions;
pub mod turns;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, options},
};
use store::{Clock, Ids};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::Core, config};
use problem::{Kind, Problem};

/// What every handler can reach.
#[derive(Clone)]
pub struct Surface {
    /// The retrieval core.
    pub core: Arc<dyn Core>,
    /// What day it is.
    pub clock: Arc<dyn Clock>,
    /// Request ids.
    pub ids: Arc<dyn Ids>,
    /// `[server]` of the configuration.
    pub settings: Arc<config::Server>,
    /// Conversations.
    pub chat: ::chat::Chat,
    /// Questions to begin with.
    pub starters: Arc<[sessions::Starter]>,
    /// One permit per running retrieval.
    slots: Arc<Semaphore>,
    /// One permit per answer that somebody listens to.
    answers: Arc<Semaphore>,
    /// The pages' templates.
    templates: Arc<pages::Templates>,
}

impl Surface {
    /// Puts the parts together.
    pub fn new(
        core: Arc<dyn Core>,
        chat: ::chat::Chat,
        starters: Vec<sessions::Starter>,
        settings: config::Server,
    ) -> Self {
        let ::store::Store { clock, ids, .. } = chat.store().clone();
        let slots = Arc::new(Semaphore::new(settings.max_concurrent_retrievals));
        let answers = Arc::new(Semaphore::new(settings.max_open_answers));
        let templates = Arc::new(pages::Templates::new());
        let (settings, starters) = (Arc::new(settings), starters.into());
        Self { core, clock, ids, settings, chat, starters, slots, answers, templates }
    }

    /// Waits for a free place among the running retrievals, but not for long.
    ///
    /// # Errors
    /// `COMMON-503` with `Retry-After` when none becomes free in time.
    pub async fn slot(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.wait(&self.slots, "同时检索的人较多，请稍后重试").await
    }

    /// Waits for a free place among the answers that somebody listens to.
    ///
    /// # Errors
    /// `COMMON-503` with `Retry-After` when none becomes free in time.
    pub async fn answer_slot(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.wait(&self.answers, "同时提问的人较多，请稍后重试").await
    }

    async fn wait(&self, places: &Arc<Semaphore>, full: &str) -> Result<OwnedSemaphorePermit, Problem> {
        let wait = tokio::time::timeout(self.settings.queue_wait(), Arc::clone(places).acquire_owned()).await;
        match wait {
            Ok(Ok(permit)) => Ok(permit),
            // The semaphore is never closed, so the only failure is that the time is over.
            _ => Err(Problem::new(Kind::OVERLOADED, full).retry_after(2)),
        }
    }
}

/// The head of the OpenAPI document; paths and schemas are collected from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "党务通 API",
        description = "依据现行党内法规作答：对话、检索、法规库。错误为 RFC 9457 problem+json，代码见 docs/ERRORS.md。",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(
        problem::ProblemBody,
        events::AcceptedEvent,
        ::chat::event::Condensed,
        ::chat::event::RetrievedEvent,
        ::chat::event::Delta,
        ::chat::event::Done,
        knowledge::answer::model::Citation,
        knowledge::answer::model::Notice
    )),
    tags(
        (name = "chat", description = "提问与检索"),
        (name = "sessions", description = "授权与访问凭证"),
        (name = "conversations", description = "会话"),
        (name = "openai", description = "OpenAI 兼容接口"),
        (name = "regulations", description = "法规库"),
        (name = "operations", description = "运行状态")
    )
)]
struct ApiDoc;

/// Every route of the API together with its description.
fn api() -> OpenApiRouter<Surface> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(chat::chat))
        .routes(routes!(search::search))
        .routes(routes!(sessions::grant))
        .routes(routes!(sessions::start))
        .routes(routes!(conversations::list, conversations::create))
        .routes(routes!(conversations::show, conversations::change, conversations::delete))
        .routes(routes!(conversations::export))
        .routes(routes!(turns::ask))
        .routes(routes!(turns::listen))
        .routes(routes!(turns::stop))
        .routes(routes!(turns::feedback))
        .routes(routes!(openai::completions))
        .routes(routes!(openai::models))
        .routes(routes!(regulations::list))
        .routes(routes!(regulations::show))
        .routes(routes!(regulations::provision))
        .routes(routes!(health::openapi))
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
}

/// The OpenAPI 3.1 document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// The whole surface as one router.
pub fn router(surface: Surface) -> Router {
    router_with(surface, Router::new())
}

/// The same with routes of one's own inside the envelope; tests add one that panics.
pub fn router_with(surface: Surface, extra: Router<Surface>) -> Router {
    let (api, _) = api().split_for_parts();
    api.merge(pages::routes())
        .merge(embed::routes())
        .route("/api/v1/channels/{channel}/grants", options(sessions::preflight))
        .route("/static/{file}", get(assets::site))
        .merge(extra)
        .fallback(async || Problem::new(Kind::NO_ROUTE, "地址不存在"))
        .method_not_allowed_fallback(async || Problem::new(Kind::WRONG_METHOD, "请求方法不受支持"))
        // Leaves event streams alone; a whole regulation shrinks to a third.
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(envelope::Panics))
        .layer(DefaultBodyLimit::max(surface.settings.max_body_bytes))
        .layer(middleware::from_fn_with_state(surface.clone(), envelope::envelope))
        .with_state(surface)
}
