//! Listening, and stopping in good order.

use std::{io, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::watch};

/// Serves until SIGTERM or Ctrl-C, then lets open requests end for at most `grace`.
///
/// # Errors
/// What the listener says.
pub async fn serve(listener: TcpListener, router: Router, grace: Duration) -> io::Result<()> {
    serve_until(listener, router, grace, stop_signal()).await
}

/// The same with a stop signal of one's own, for tests.
///
/// # Errors
/// What the listener says.
pub async fn serve_until(
    listener: TcpListener,
    router: Router,
    grace: Duration,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (told, mut hears) = watch::channel(false);
    // Limits count by address.
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        tracing::info!("stopping");
        // Nobody listening any more means that the server has ended already.
        let _ = told.send(true);
    });
    let overdue = async move {
        // An open stream may outlast any patience: after the grace it is cut.
        if hears.wait_for(|stopping| *stopping).await.is_ok() {
            tokio::time::sleep(grace).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        outcome = server => outcome,
        () = overdue => {
            tracing::warn!("requests still open after the grace period were cut off");
            Ok(())
        }
    }
}

/// Resolves on Ctrl-C or SIGTERM.
async fn stop_signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "no Ctrl-C handler");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "no SIGTERM handler");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
