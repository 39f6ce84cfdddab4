//! Options of single calls: timeout and retries, on one connection pool.

use std::time::Duration;

use watsi::operations::ListConversations;
use watsi::{ErrorKind, Outcome, RetryPolicy};

use crate::server::{Act, PAGE, Server, http, in_time, kept, list, quick, send};

#[tokio::test]
async fn timeout_applies_to_its_call_only() {
    let server = Server::start([Act::RespondAndStay(Vec::new())]).await;
    let client = server
        .builder()
        .timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    let hasty = client.with_timeout(Duration::from_millis(50));
    assert!(list(&hasty).await.unwrap_err().is_timeout());
    server.now(Act::Respond(http(200, &[], PAGE)));
    list(&client).await.unwrap();
}

#[tokio::test]
async fn zero_timeout_of_a_call_sends_nothing() {
    let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
    let client = server.client().with_timeout(Duration::ZERO);
    let error = send(&client).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Timeout, Outcome::NotSent)
    );
    assert_eq!((error.attempts(), server.requests().len()), (0, 0));
}

#[tokio::test]
async fn optional_filter_takes_one_line() {
    let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
    let client = server.client();
    for status in [Some("open".to_owned()), None] {
        let list = client.list_conversations();
        let list = status.into_iter().fold(list, ListConversations::status);
        in_time(list.send()).await.unwrap();
    }
    let requests = server.requests();
    assert!(requests[0].starts_with("GET /conversations?status=open "));
    assert!(requests[1].starts_with("GET /conversations "));
}

#[tokio::test]
async fn retry_policy_applies_to_its_call_only() {
    let server = Server::start([Act::Respond(http(503, &[], ""))]).await;
    let client = server
        .builder()
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let patient = client.with_retry(quick().max_retries(3));
    assert_eq!(list(&patient).await.unwrap_err().attempts(), 4);
    assert_eq!(list(&client).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn options_share_the_connection_pool() {
    let mut server = Server::start([Act::KeepAlive(kept(200, &[], PAGE))]).await;
    let client = server.client();
    list(&client).await.unwrap();
    list(&client.with_timeout(Duration::from_secs(4)))
        .await
        .unwrap();
    list(&client.with_retry(RetryPolicy::never()))
        .await
        .unwrap();
    drop(client);
    // All three calls were on the one connection that ends now.
    in_time(server.connections_end(1)).await;
    assert_eq!(server.requests().len(), 3);
}
