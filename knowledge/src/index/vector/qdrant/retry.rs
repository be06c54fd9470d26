//! One call to the server: within its time, tried again where that can help.

use std::time::Duration;

use qdrant_client::QdrantError;
use tonic::{Code, Status};

use super::Error;

/// Pause before the first retry; doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Runs `attempt` until it succeeds, fails for good, has been tried again `retries` times, or
/// `budget` is spent. Every call we make may safely be repeated: points and collections are named
/// by us.
pub(super) async fn call<T, F>(
    what: &str,
    budget: Duration,
    retries: u32,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, QdrantError>>,
{
    let mut last = None;
    let all = async {
        for tried in 0.. {
            let error = match attempt().await {
                Ok(it) => return Ok(it),
                Err(error) => error,
            };
            if tried >= retries || !is_retryable(&error) {
                return Err(describe(&error));
            }
            tracing::debug!(what, tried, error = %describe(&error), "Qdrant call failed, trying again");
            last = Some(describe(&error));
            tokio::time::sleep(pause(tried, &error)).await;
        }
        unreachable!("the loop ends by itself only after 2^32 attempts")
    };
    if let Ok(result) = tokio::time::timeout(budget, all).await {
        return result.map_err(|error| Error::Unavailable(format!("Qdrant {what}失败：{error}")));
    }
    let why = last.map(|error| format!("（{error}）")).unwrap_or_default();
    Err(Error::Unavailable(format!("Qdrant {what}在 {} 毫秒内没有应答{why}", budget.as_millis())))
}

/// Doubling pauses with jitter, so that many nodes don't return in step; never shorter than the
/// server asks.
fn pause(tried: u32, error: &QdrantError) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(tried)).min(LONGEST_PAUSE);
    let ours = longest.mul_f64(0.5 + rand::random::<f64>() / 2.0);
    match error {
        QdrantError::ResourceExhaustedError { retry_after_seconds, .. } => {
            ours.max(Duration::from_secs(*retry_after_seconds))
        }
        _ => ours,
    }
}

/// Whether another attempt may fare better: the server is starting, busy or unreachable.
fn is_retryable(error: &QdrantError) -> bool {
    match error {
        QdrantError::ResponseError { status } => match status.code() {
            Code::Unavailable | Code::Aborted | Code::ResourceExhausted | Code::DeadlineExceeded => true,
            Code::Internal | Code::Unknown | Code::Cancelled => is_from_transport(status),
            _ => false,
        },
        QdrantError::ResourceExhaustedError { .. } | QdrantError::Io(_) => true,
        _ => false,
    }
}

/// Whether the client made this status because it could not reach the server. Statuses that the
/// server sent have no source; the client reports a failed connection as `Internal` with this text.
fn is_from_transport(status: &Status) -> bool {
    std::error::Error::source(status).is_some() || status.message().starts_with("Failed to connect to")
}

/// Whether a collection could not be made because it is there.
pub(super) fn is_there_already(status: &Status) -> bool {
    status.code() == Code::AlreadyExists
        || status.code() == Code::InvalidArgument && status.message().contains("already exists")
}

/// The error without the headers that the client's own text would show.
fn describe(error: &QdrantError) -> String {
    match error {
        QdrantError::ResponseError { status } | QdrantError::ResourceExhaustedError { status, .. } => {
            format!("{:?} {}", status.code(), status.message())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: Status) -> QdrantError {
        QdrantError::ResponseError { status }
    }

    #[test]
    fn only_passing_failures_are_tried_again() {
        assert!(is_retryable(&response(Status::unavailable("starting"))));
        assert!(is_retryable(&response(Status::internal("Failed to connect to http://x"))));
        assert!(!is_retryable(&response(Status::internal("panicked"))));
        assert!(!is_retryable(&response(Status::unauthenticated("no key"))));
        assert!(!is_retryable(&response(Status::invalid_argument("dims"))));
        assert!(!is_retryable(&response(Status::not_found("no such collection"))));
    }

    #[test]
    fn pauses_grow_and_obey_the_server() {
        let error = response(Status::unavailable(""));
        for tried in 0..12 {
            let longest = FIRST_PAUSE.saturating_mul(1 << tried).min(LONGEST_PAUSE);
            let pause = pause(tried, &error);
            assert!(pause >= longest / 2 && pause <= longest, "{tried}: {pause:?}");
        }
        let busy =
            QdrantError::ResourceExhaustedError { status: Status::resource_exhausted(""), retry_after_seconds: 7 };
        assert_eq!(pause(0, &busy), Duration::from_secs(7));
    }

    #[test]
    fn a_description_shows_no_headers() {
        let mut status = Status::unauthenticated("bad key");
        status.metadata_mut().insert("api-key", "secret".parse().expect("plain text"));
        assert_eq!(describe(&response(status)), "Unauthenticated bad key");
    }
}
