//! A cheap server: every conversation is serialized once, and pages are assembled from the results.

use std::fmt::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use url::form_urlencoded;

/// Returns the timestamp of the newest conversation. Each further conversation is one second older.
fn newest() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn conversation(index: usize) -> String {
    let time = newest() - TimeDelta::seconds(index as i64);
    let at = time.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!(
        r#"{{"id":"550e8400-e29b-41d4-a716-{index:012}","customer":{{"name":"Maria Garcia","phone":"+5491155551234"}},"last_message_at":"{at}","status":"open","agent_id":"0b7f9f0e-93b4-4e4f-8f38-2f1d6f3c9a01","assigned_user_id":null,"company_id":"3d0c4a2e-5f6b-4c7d-8e9f-a0b1c2d3e4f5","created_at":"{at}","customer_id":"9a8b7c6d-5e4f-4a3b-8c1d-0e9f8a7b6c5d","details":{{"source":"campaign"}}}}"#
    )
}

pub fn page(conversations: &[String], has_more: bool) -> String {
    format!(
        r#"{{"chats":[{}],"hasMore":{has_more}}}"#,
        conversations.join(",")
    )
}

pub fn conversations(count: usize) -> Vec<String> {
    (0..count).map(conversation).collect()
}

async fn list(State(all): State<Arc<Vec<String>>>, RawQuery(query): RawQuery) -> impl IntoResponse {
    let (mut limit, mut first) = (20, 0);
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        match &*name {
            "limit" => limit = value.parse().unwrap(),
            "before" => {
                let before: DateTime<Utc> = value.parse().unwrap();
                // The number of conversations that are not older than the cursor.
                let older = (newest() - before).num_milliseconds();
                first = (older.div_euclid(1000) + 1).max(0) as usize;
            }
            other => panic!("{other} is not served"),
        }
    }
    let last = (first + limit).min(all.len());
    (
        [(CONTENT_TYPE, "application/json")],
        page(&all[first..last], last < all.len()),
    )
}

async fn send() -> impl IntoResponse {
    let sent = r#"{"message":{"id":"msg_01HXYZ987654321","conversation_id":"550e8400-e29b-41d4-a716-446655440000","body":"Hello from the Watsi API!","direction":"outbound","status":"sent","created_at":"2025-03-15T10:35:00.000Z"}}"#;
    ([(CONTENT_TYPE, "application/json")], sent)
}

/// Serves this many conversations on a separate thread. Returns the base URL.
pub fn start(count: usize) -> String {
    let app = Router::new()
        .route("/conversations", get(list))
        .route("/messages", post(send))
        .with_state(Arc::new(conversations(count)));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let mut url = String::new();
    write!(url, "http://{}", listener.local_addr().unwrap()).unwrap();
    thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    url
}
