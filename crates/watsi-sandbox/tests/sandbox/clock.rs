//! The clock of the sandbox.

use std::time::Duration;

use watsi_sandbox::Sandbox;

use crate::client::{PHONE, get, send};

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
        sandbox.import(sandbox.export()).unwrap();
    }
}
