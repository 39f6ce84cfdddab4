//! Settings of the sandbox's server.

use http::Method;
use watsi_sandbox::{Sandbox, SandboxError};

use crate::client::{PHONE, call_with, get, ids};

#[tokio::test]
async fn sandboxes_share_nothing() {
    let (one, other) = (Sandbox::start().await, Sandbox::start().await);
    one.customer_writes(PHONE, "Hi");
    assert_ne!(one.uri(), other.uri());
    assert_eq!(ids(&one, "").await.len(), 1);
    assert_eq!(ids(&other, "").await.len(), 0);
}

#[tokio::test]
async fn used_port_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = Sandbox::builder()
        .listen(address)
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(error, SandboxError::Listen(taken, _) if taken == address),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
    drop(taken);
    let sandbox = Sandbox::builder().listen(address).start().await.unwrap();
    assert_eq!(sandbox.uri(), format!("http://{address}"));
}

#[tokio::test]
async fn port_is_released_after_drop() {
    // Below the ports that other tests are given.
    let from = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = (from..32_000).find(free).unwrap();
    for _ in 0..20 {
        let builder = Sandbox::builder().listen(([127, 0, 0, 1], port));
        drop(builder.start().await.unwrap());
    }
}

#[tokio::test]
async fn requests_are_recorded() {
    let sandbox = Sandbox::start().await;
    get(&sandbox, "/conversations?limit=7").await;
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].uri().query(), Some("limit=7"));
    let shown = format!("{requests:?}");
    assert!(!shown.contains(sandbox.api_key()), "{shown}");
}

#[tokio::test]
async fn request_without_the_api_key_is_recorded_without_its_body() {
    let sandbox = Sandbox::start().await;
    call_with(&sandbox, Method::POST, "/messages", None, Some("{}")).await;
    let requests = sandbox.requests();
    assert_eq!(requests[0].uri().path(), "/messages");
    assert!(requests[0].body().is_empty());
}

#[tokio::test]
async fn debug_output_hides_api_key_and_secret() {
    let builder = Sandbox::builder()
        .api_key("sk-very-secret")
        .webhook_secret("whsec-very-secret");
    let mut shown = format!("{builder:?}");
    let sandbox = builder.start().await.unwrap();
    shown += &format!("{sandbox:?} {:?}", sandbox.client());
    assert!(!shown.contains("very-secret"), "{shown}");
}

#[tokio::test]
async fn invalid_api_key_or_secret_is_rejected() {
    for key in ["", "with space", "line\nbreak"] {
        let error = Sandbox::builder().api_key(key).start().await.unwrap_err();
        assert!(matches!(error, SandboxError::InvalidApiKey), "{error}");
    }
    let error = Sandbox::builder()
        .webhook_secret("")
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, SandboxError::EmptySecret), "{error}");
}
