//! No connection is made.

use std::time::Duration;

use watsi::{ErrorKind, Outcome};

use super::PAGE;
use crate::server::{Act, Server, builder, http, list, send};

#[tokio::test]
async fn refused_connection_is_a_connect_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = builder(&url).build().unwrap();
    for error in [
        list(&client).await.unwrap_err(),
        send(&client).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.attempts(), 3);
        assert!(error.is_connect() && error.is_retryable());
    }
}

#[tokio::test]
async fn unresolved_host_name_is_a_connect_error() {
    struct NoName;
    impl reqwest::dns::Resolve for NoName {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(async { Err("no such name".into()) })
        }
    }
    let http_client = reqwest::Client::builder()
        .dns_resolver(NoName)
        .no_proxy()
        .build()
        .unwrap();
    let client = builder("https://api.invalid")
        .http_client(http_client)
        .build()
        .unwrap();
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.attempts(), 3);
    // A custom HTTP client may have followed a redirect to such a name.
    let error = send(&client).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn failed_tls_handshake_is_a_connect_error() {
    let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
    let url = server.url.replace("http://", "https://");
    // To the server, the handshake is a request that never ends.
    let client = builder(&url)
        .connect_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    for error in [
        list(&client).await.unwrap_err(),
        send(&client).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        assert!(error.is_connect() && error.is_timeout());
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}
