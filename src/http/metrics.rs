//! Figures for Prometheus.

use std::{sync::OnceLock, time::Duration};

use axum::{http::header, response::IntoResponse};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the latency buckets, seconds.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The process's one recorder: the `metrics` crate knows no other kind.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let suffix = Matcher::Suffix("_seconds".to_owned());
        let builder = PrometheusBuilder::new();
        let recorder = builder
            .set_buckets_for_metric(suffix, BUCKETS)
            .map_or_else(|_| PrometheusBuilder::new().build_recorder(), PrometheusBuilder::build_recorder);
        let handle = recorder.handle();
        // Another recorder can be there already only if an embedding program put it there; then
        // `/metrics` stays empty and the other one counts.
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is in place");
        }
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_counter!("dangwutong_http_requests_total", "HTTP requests by method, route and status");
    metrics::describe_histogram!("dangwutong_http_request_seconds", "Time to the first byte by route");
    metrics::describe_counter!("dangwutong_answers_total", "Answers by state");
    metrics::describe_histogram!("dangwutong_answer_seconds", "Time to a whole answer");
}

/// Counts one request; `route` is the pattern, never the path, so that the number of series is bounded.
pub fn count_request(method: &str, route: &str, status: u16, elapsed: Duration) {
    recorder();
    // Methods are free text in HTTP: anything unusual is one series.
    let method = ["GET", "POST", "HEAD", "OPTIONS"].into_iter().find(|known| *known == method).unwrap_or("other");
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::counter!("dangwutong_http_requests_total", &labels).increment(1);
    metrics::histogram!("dangwutong_http_request_seconds", "route" => route.to_owned()).record(elapsed);
}

/// 运行指标（Prometheus 文本格式）
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "指标", content_type = "text/plain", body = String)))]
pub async fn metrics() -> impl IntoResponse {
    let handle = recorder();
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render())
}
