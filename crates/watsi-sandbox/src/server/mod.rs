//! Serves HTTP on a thread of its own, so that a program that blocks its own threads can still use the sandbox.

mod host;
mod service;

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::runtime::{self, Runtime};
use tokio::sync::oneshot;

use super::connections::Connections;
use super::page::Pages;
use super::shared::Shared;

/// The time to receive the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum size of the head of a request.
const LARGEST_HEAD: usize = 64 << 10;

/// The wait after a failure to accept connections, e.g. because the process has too many open files.
const ACCEPT_WAIT: Duration = Duration::from_millis(50);

/// The running server. It stops when it is dropped.
pub struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Waits until the port is free.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Returns the runtime that a server needs.
pub fn runtime() -> io::Result<Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}

/// Starts to serve on a listener.
pub fn start(runtime: Runtime, listener: TcpListener, shared: Arc<Shared>) -> io::Result<Server> {
    listener.set_nonblocking(true)?;
    let (stop, stopped) = oneshot::channel::<Infallible>();
    let serve = move || {
        runtime.block_on(async {
            tokio::select! {
                _ = stopped => {}
                () = accept(listener, shared) => {}
            }
        });
        // Running deliveries and connections end here.
        runtime.shutdown_background();
    };
    let thread = thread::Builder::new()
        .name("watsi-sandbox".to_owned())
        .spawn(serve)?;
    Ok(Server {
        stop: Some(stop),
        thread: Some(thread),
    })
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let connections = Arc::new(Connections::default());
    let pages = Arc::new(Pages::new(&shared));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_WAIT).await;
            continue;
        };
        let connection = connections.open().await;
        // Responses are small, so waiting for more data only delays them.
        let _ = stream.set_nodelay(true);
        let (shared, pages) = (Arc::clone(&shared), Arc::clone(&pages));
        let of_requests = Arc::clone(&connection);
        let service = service_fn(move |request| {
            let (shared, pages) = (Arc::clone(&shared), Arc::clone(&pages));
            service::respond(shared, pages, Arc::clone(&of_requests), request)
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        let task = tokio::spawn(served);
        connection.served_by(task.abort_handle());
    }
}

/// Returns the URL of a server, for programs on this machine.
pub fn uri(address: SocketAddr) -> String {
    let mut address = address;
    if address.ip().is_unspecified() {
        let loopback = match address {
            SocketAddr::V4(_) => [127, 0, 0, 1].into(),
            SocketAddr::V6(_) => std::net::IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        };
        address.set_ip(loopback);
    }
    format!("http://{address}")
}
