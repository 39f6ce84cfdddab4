//! No connection is made, so nothing is sent, whether the connect timeout or the deadline ends first.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::net::{TcpSocket, TcpStream};
use watsi::{Client, ClientBuilder, Error, ErrorKind, Outcome, RetryPolicy};

use crate::server::{Act, PAGE, Server, builder, http, in_time, list, send};

const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(3600);

#[track_caller]
fn assert_not_sent(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    assert!(error.is_connect() && error.is_retryable(), "{error:?}");
    assert!(std::error::Error::source(error).is_some(), "{error:?}");
}

/// Asserts that calls fail at once, after all attempts.
async fn assert_refused(client: &Client) {
    for error in [
        list(client).await.unwrap_err(),
        send(client).await.unwrap_err(),
    ] {
        assert_not_sent(&error);
        assert_eq!(error.attempts(), 3);
    }
}

/// Asserts that calls end with either timeout, and that a call without a body is no exception.
async fn assert_never_connected(builder: ClientBuilder) {
    let timeouts = [(SHORT, LONG), (LONG, SHORT), (SHORT, SHORT)];
    let asserted = timeouts.map(async |(connect_timeout, timeout)| {
        let builder = builder.clone().retry(RetryPolicy::never());
        let client = builder
            .connect_timeout(connect_timeout)
            .timeout(timeout)
            .build()
            .unwrap();
        let delete = client.request(reqwest::Method::DELETE, "/x");
        let (list, send, delete) =
            tokio::join!(list(&client), send(&client), in_time(delete.send::<()>()));
        for error in [list.unwrap_err(), send.unwrap_err(), delete.unwrap_err()] {
            assert_not_sent(&error);
            assert!(error.is_timeout(), "{error:?}");
        }
    });
    join_all(asserted).await;
}

fn unused_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

#[tokio::test]
async fn refused_connection_is_not_sent() {
    let url = format!("http://{}", unused_address());
    assert_refused(&builder(&url).build().unwrap()).await;
}

/// A system does not route TCP to a multicast address, so no packet leaves this machine.
#[tokio::test]
async fn unreachable_address_is_not_sent() {
    let builder = builder("http://224.0.0.1").allow_insecure_http(true);
    let http_client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_refused(&builder.http_client(http_client).build().unwrap()).await;
}

/// The listener accepts nothing, and its queue of connections is full.
#[tokio::test]
async fn full_backlog_is_not_sent() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    // The system may round the length of the queue up.
    while let Ok(connected) = tokio::time::timeout(SHORT, TcpStream::connect(address)).await {
        queued.push(connected.unwrap());
    }
    assert_never_connected(builder(&format!("http://{address}"))).await;
}

#[tokio::test]
async fn slow_tls_handshake_is_not_sent() {
    // To the server, the handshake is a request that never ends.
    let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
    let url = server.url.replace("http://", "https://");
    assert_never_connected(builder(&url)).await;
    assert_eq!(server.requests(), Vec::<String>::new());
}

/// A resolver that finds no name, or that never responds.
struct Resolver {
    responds: bool,
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let responds = self.responds;
        Box::pin(async move {
            if !responds {
                std::future::pending::<()>().await;
            }
            Err("no such name".into())
        })
    }
}

fn resolved_by(resolver: Resolver) -> reqwest::ClientBuilder {
    let http_client = reqwest::Client::builder().no_proxy();
    http_client.dns_resolver(resolver)
}

#[tokio::test]
async fn unresolved_host_name_is_not_sent() {
    let http_client = resolved_by(Resolver { responds: true }).build().unwrap();
    let builder = builder("https://api.invalid").http_client(http_client);
    assert_refused(&builder.build().unwrap()).await;
}

#[tokio::test]
async fn slow_name_resolution_is_not_sent() {
    let http_client = resolved_by(Resolver { responds: false }).build().unwrap();
    let builder = builder("https://api.invalid").http_client(http_client);
    let client = builder.timeout(SHORT).build().unwrap();
    let error = send(&client).await.unwrap_err();
    assert_not_sent(&error);
    assert!(error.is_timeout());
}

/// The `timeout` of a custom client ends while it connects.
#[tokio::test]
async fn timeout_of_a_custom_http_client_while_it_connects_is_not_sent() {
    let http_client = resolved_by(Resolver { responds: false });
    let http_client = http_client.timeout(SHORT).build().unwrap();
    let builder = builder("https://api.invalid").retry(RetryPolicy::never());
    let client = builder.http_client(http_client).build().unwrap();
    assert_not_sent(&send(&client).await.unwrap_err());
}

fn through_proxy(proxy: &Server) -> ClientBuilder {
    let proxy = reqwest::Proxy::all(&proxy.url).unwrap();
    let http_client = reqwest::Client::builder().proxy(proxy).build().unwrap();
    builder("https://api.invalid").http_client(http_client)
}

#[tokio::test]
async fn refusing_proxy_is_not_sent() {
    let refusals = [
        Act::Respond(http(403, &[], "")),
        Act::Respond(http(407, &[], "")),
        Act::Respond(http(502, &[], "")),
        Act::Close,
        Act::Reset,
        Act::ResetUnread,
    ];
    for refusal in refusals {
        let proxy = Server::start([refusal]).await;
        assert_refused(&through_proxy(&proxy).build().unwrap()).await;
    }
}

#[tokio::test]
async fn slow_proxy_is_not_sent() {
    let proxy = Server::start([Act::RespondAndStay(Vec::new())]).await;
    let client = through_proxy(&proxy).timeout(SHORT).build().unwrap();
    let error = send(&client).await.unwrap_err();
    assert_not_sent(&error);
    assert!(error.is_timeout());
}
