//! Idle connections are closed before servers close them, and a lost one costs a GET nothing.

use std::time::Duration;

use watsi::{ClientBuilder, ErrorKind, Outcome};

use crate::server::{Act, PAGE, Server, kept, list, send};

/// Returns how many connections two calls take.
async fn connections(change: impl Fn(ClientBuilder) -> ClientBuilder) -> usize {
    let server = Server::start([Act::KeepAlive(kept(200, &[], PAGE))]).await;
    let client = change(server.builder()).build().unwrap();
    for _ in 0..2 {
        list(&client).await.unwrap();
    }
    server.connections()
}

#[tokio::test]
async fn connection_is_used_again_within_the_idle_timeout() {
    assert_eq!(connections(|builder| builder).await, 1);
    assert_eq!(
        connections(|builder| builder.pool_idle_timeout(None)).await,
        1
    );
}

#[tokio::test]
async fn connection_is_not_used_again_after_the_idle_timeout() {
    let short = |builder: ClientBuilder| builder.pool_idle_timeout(Duration::from_nanos(1));
    assert_eq!(connections(short).await, 2);
}

/// A server that drops its connection as soon as a second request arrives on it.
async fn dropping_server() -> Server {
    Server::start([Act::DropWhenReused(kept(200, &[], PAGE))]).await
}

#[tokio::test]
async fn get_succeeds_on_a_connection_that_is_dropped_when_it_is_reused() {
    let server = dropping_server().await;
    let client = server.client();
    for _ in 0..3 {
        list(&client).await.unwrap();
    }
    // Each reuse takes one more attempt.
    assert_eq!((server.requests().len(), server.connections()), (5, 3));
}

#[tokio::test]
async fn post_on_a_connection_that_is_dropped_when_it_is_reused_is_unknown() {
    let server = dropping_server().await;
    let client = server.client();
    list(&client).await.unwrap();
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.requests().len(), 2, "the message was sent again");
}

/// Returns the timer of the client's socket while it waits for a response; `02` is the keep-alive timer.
#[cfg(target_os = "linux")]
async fn timer(change: impl Fn(ClientBuilder) -> ClientBuilder) -> String {
    let server = Server::start([Act::RespondAndStay(Vec::new())]).await;
    let client = change(server.builder()).build().unwrap();
    let timer = async {
        server.requests_come(1).await;
        loop {
            // First, a timer waits for the acknowledgement of the request.
            match timer_of_socket(&server).as_str() {
                "01" => tokio::task::yield_now().await,
                timer => return timer.to_owned(),
            }
        }
    };
    tokio::select! {
        biased;
        _ = list(&client) => panic!("the server never responds"),
        timer = timer => timer,
    }
}

#[cfg(target_os = "linux")]
fn timer_of_socket(server: &Server) -> String {
    let (_, port) = server.url.rsplit_once(':').unwrap();
    let remote = format!(":{:04X}", port.parse::<u16>().unwrap());
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let socket = sockets
        .lines()
        .map(|line| line.split_whitespace().collect());
    let is_connected = |fields: &Vec<&str>| fields[2].ends_with(&remote) && fields[3] == "01";
    let fields = socket.into_iter().find(is_connected).expect("a socket");
    fields[5].split(':').next().unwrap().to_owned()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn keep_alive_of_tcp_is_on_and_can_be_turned_off() {
    assert_eq!(timer(|builder| builder).await, "02");
    let nine = Duration::from_secs(9);
    assert_eq!(timer(|builder| builder.tcp_keepalive(nine)).await, "02");
    assert_eq!(timer(|builder| builder.tcp_keepalive(None)).await, "00");
}
