//! The clock of the sandbox.

use std::time::Duration;

use watsi_sandbox::Sandbox;

use crate::client::{PHONE, get, send};

#[tokio::test]
async fn clock_stops_at_the_end_of_year_9999() {
    let sandbox = Sandbox::start().await;
    sandbox.advance(Duration::MAX);
    sandbox.customer_writes(PHONE, "Hi");
    let response = get(&sandbox, "/conversations").await;
    assert_eq!(
        response.body["chats"][0]["last_message_at"],
        "9999-12-31T23:59:59.999Z"
    );
}

#[tokio::test]
async fn clock_starts_at_the_given_time() {
    let start = "2025-03-15T10:29:59.999Z".parse().unwrap();
    let sandbox = Sandbox::builder().clock(start).start().await.unwrap();
    sandbox.customer_writes(PHONE, "Hi");
    let response = get(&sandbox, "/conversations").await;
    assert_eq!(
        response.body["chats"][0]["last_message_at"],
        "2025-03-15T10:30:00Z"
    );
}

#[tokio::test]
async fn clock_beyond_the_supported_dates_is_clamped() {
    for clock in [
        chrono::DateTime::<chrono::Utc>::MAX_UTC,
        chrono::DateTime::<chrono::Utc>::MIN_UTC,
    ] {
        let sandbox = Sandbox::builder().clock(clock).start().await.unwrap();
        sandbox.seed(2);
        let id = sandbox.customer_writes(PHONE, "Hi");
        send(&sandbox, &id).await.unwrap();
        sandbox.advance(Duration::MAX);
        assert_eq!(get(&sandbox, "/conversations").await.status, 200);
    }
}
