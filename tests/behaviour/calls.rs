//! Concurrent calls, dropped calls and pooled connections.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::server::{Act, PAGE, Server, in_time, kept, list};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_send_one_request_each() {
    let server = Server::start([Act::KeepAlive(kept(200, &[], PAGE))]).await;
    let client = server
        .builder()
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..1000 {
        let client = client.clone();
        calls.spawn(async move { list(&client).await.map(drop) });
    }
    for result in calls.join_all().await {
        result.unwrap();
    }
    assert_eq!(server.requests().len(), 1000);
}

#[tokio::test]
async fn dropped_call_closes_its_connection() {
    let mut server = Server::start([Act::RespondAndStay(Vec::new())]).await;
    let client = server.client();
    tokio::select! {
        biased;
        _ = client.list_conversations().send() => panic!("the server never responds"),
        () = server.requests_come(1) => {} // and the call is dropped
    }
    // The connection closes, and no retry follows.
    in_time(server.connections_end(1)).await;
    assert_eq!(server.requests().len(), 1);
}

/// Runs the next test in a process whose environment names a proxy.
#[tokio::test]
async fn loopback_calls_bypass_the_proxy_of_the_environment() {
    let proxy = Server::start([Act::Close]).await;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "calls::sequential_calls_share_a_connection"]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, &proxy.url);
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
    assert_eq!(proxy.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn sequential_calls_share_a_connection() {
    let mut server = Server::start([Act::KeepAlive(kept(200, &[], PAGE))]).await;
    let client = server.client();
    for _ in 0..3 {
        list(&client).await.unwrap();
    }
    drop(client);
    in_time(server.connections_end(1)).await;
    assert_eq!(server.requests().len(), 3);
}
