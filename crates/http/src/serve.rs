//! The accept loop: every connection bounded in number, time and space.

mod body;
mod connection;
mod head;
mod io;

use std::{
    io::{self as std_io, Write as _},
    time::Duration,
};

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use body::BodyTimedOut;

/// Limits of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServeOptions {
    /// From accepting a connection to its first byte.
    pub first_byte_timeout: Duration,
    /// From the first byte of a request to the end of its head.
    pub header_timeout: Duration,
    /// From when the body is first waited for to its end.
    pub body_timeout: Duration,
    /// Between the end of an answer and the next request on the same connection.
    pub idle_timeout: Duration,
    /// How long a peer may take no bytes of an answer that is ready for it.
    pub write_timeout: Duration,
    /// How long running requests have to finish at shutdown.
    pub drain_timeout: Duration,
    /// Open connections at most; one more is answered 503 and closed.
    pub connections_max: usize,
    /// Longest head of a request, in bytes; at least 8,192.
    pub head_bytes_max: usize,
    /// Header lines at most.
    pub headers_max: usize,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            first_byte_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_mins(1),
            write_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(10),
            connections_max: 16_384,
            head_bytes_max: 16 * 1_024,
            headers_max: 64,
        }
    }
}

/// Pause after a failed accept, such as when no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What a connection past the limit gets.
const OVERLOADED: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\n",
    "content-type: application/json\r\n",
    "retry-after: 1\r\n",
    "connection: close\r\n",
    "content-length: 92\r\n",
    "\r\n",
    r#"{"type":"service_unavailable","code":"service_unavailable","message":"too many connections"}"#,
);

/// Serves a router on a listener until `shutdown` is cancelled.
///
/// Each connection is a task of its own, so that no peer waits for another. At shutdown no new
/// connections are taken, idle ones are closed, and running requests have
/// [`ServeOptions::drain_timeout`] to finish.
///
/// # Errors
/// None at present: failures of accept are logged and waited out.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    options: ServeOptions,
    shutdown: CancellationToken,
) -> std_io::Result<()> {
    let connections = TaskTracker::new();
    let abort = CancellationToken::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) if connections.len() >= options.connections_max => refuse(stream),
            Ok((stream, _)) => {
                // Small answers must not wait for the peer's acknowledgement of the ones before.
                let _ = stream.set_nodelay(true);
                let ends = connection::Ends {
                    graceful: shutdown.child_token(),
                    at_once: abort.child_token(),
                };
                connections.spawn(connection::run(stream, router.clone(), options, ends));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(options.drain_timeout, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = connections.len(),
            "closing connections that did not finish"
        );
        abort.cancel();
        connections.wait().await;
    }
    Ok(())
}

/// Says why, as far as that goes without waiting, and closes.
fn refuse(stream: TcpStream) {
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(OVERLOADED.as_bytes());
    }
}

/// The peer went away before it was accepted: the listener itself is well.
fn is_of_one_connection(error: &std_io::Error) -> bool {
    matches!(
        error.kind(),
        std_io::ErrorKind::ConnectionAborted
            | std_io::ErrorKind::ConnectionReset
            | std_io::ErrorKind::ConnectionRefused
            | std_io::ErrorKind::Interrupted
    )
}
