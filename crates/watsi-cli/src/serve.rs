//! Serves HTTP on this machine, with limits on what a client can keep open.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// The time to receive the head of a request, also of the next one on a connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum size of the head of a request in bytes.
const LARGEST_HEAD: usize = 64 << 10;

/// The maximum number of connections. Others wait until one of them ends.
const MOST_CONNECTIONS: usize = 512;

/// The wait after a failure to accept connections, e.g. because the process has too many open files.
const ACCEPT_WAIT: Duration = Duration::from_millis(50);

/// Serves until it is dropped.
pub async fn serve(listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_WAIT).await;
            continue;
        };
        // Responses are small, so waiting for more data only delays them.
        _ = stream.set_nodelay(true);
        let router = router.clone();
        tokio::spawn(async move {
            connection(stream, router).await;
            drop(place);
        });
    }
}

async fn connection(stream: impl AsyncRead + AsyncWrite + Unpin, router: Router) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LARGEST_HEAD)
        .preserve_header_case(true)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // The client has closed the connection, or did not speak HTTP.
    _ = served.await;
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn connection_with_half_a_request_head_is_closed() {
        for sent in ["", "GET / HTTP/1.1\r\nhost: local"] {
            let (mut client, server) = tokio::io::duplex(1024);
            let served = tokio::spawn(connection(server, Router::new()));
            client.write_all(sent.as_bytes()).await.unwrap();
            let mut received = Vec::new();
            let closed = client.read_to_end(&mut received);
            let closed = tokio::time::timeout(2 * HEAD_TIMEOUT, closed).await;
            closed.expect("the connection is closed").unwrap();
            served.await.unwrap();
        }
    }
}
