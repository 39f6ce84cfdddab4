//! A server that implements `limit`, `before` and `hasMore` as documented: `before` is exclusive, the most recent
//! conversation is first, and timestamps have milliseconds.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use watsi::Client;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::server::builder;

/// Shared, because it takes longer to create one than to read a list.
static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let client = reqwest::Client::builder().no_proxy();
    client.build().unwrap()
});

/// A client of a list's server.
pub fn client(server: &MockServer) -> Client {
    builder(&server.uri())
        .http_client(HTTP.clone())
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap()
}

/// A conversation: its id, its timestamp in microseconds, and its status.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub at: Option<i64>,
    pub status: &'static str,
}

impl Row {
    pub fn new(id: impl ToString, at: i64) -> Self {
        Row {
            id: id.to_string(),
            at: Some(at),
            status: "open",
        }
    }
}

/// How the server shortens a timestamp to milliseconds.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    Cut,
    Rounded,
}

#[derive(Clone)]
pub struct List {
    rows: Arc<Vec<Row>>,
    shown: Shown,
    queries: Arc<Mutex<Vec<String>>>,
}

impl List {
    /// Orders the rows: the most recent first, and those without a timestamp last.
    pub fn new(mut rows: Vec<Row>, shown: Shown) -> Self {
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        List {
            rows: Arc::new(rows),
            shown,
            queries: Arc::default(),
        }
    }

    pub async fn serve(&self) -> MockServer {
        let server = MockServer::builder()
            .disable_request_recording()
            .start()
            .await;
        let list = Mock::given(method("GET")).and(path("/conversations"));
        list.respond_with(self.clone()).mount(&server).await;
        server
    }

    pub fn ids(&self, status: Option<&str>) -> Vec<String> {
        let rows = self
            .rows
            .iter()
            .filter(|row| status.is_none_or(|status| row.status == status));
        rows.map(|row| row.id.clone()).collect()
    }

    /// The query of each request.
    pub fn queries(&self) -> Vec<String> {
        self.queries.lock().unwrap().clone()
    }

    fn show(&self, micros: i64) -> String {
        let millis = match self.shown {
            Shown::Cut => micros.div_euclid(1000),
            Shown::Rounded => (micros + 500).div_euclid(1000),
        };
        let timestamp = DateTime::from_timestamp_millis(millis).unwrap();
        timestamp.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl Respond for List {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        self.queries
            .lock()
            .unwrap()
            .push(request.url.query().unwrap_or_default().to_owned());
        let parameter = |name| {
            let mut pairs = request
                .url
                .query_pairs()
                .filter(move |(key, _)| key == name);
            pairs.next().map(|(_, value)| value.into_owned())
        };
        let limit = parameter("limit").map_or(20, |limit| limit.parse::<usize>().unwrap());
        assert!((1..=100).contains(&limit), "{limit}");
        let before = parameter("before").map(|text| text.parse::<DateTime<Utc>>().unwrap());
        let before = before.map(|timestamp| timestamp.timestamp_micros());
        let status = parameter("status");
        let mut rows = self.rows.iter().filter(|row| {
            let earlier = before.is_none_or(|before| row.at.is_some_and(|at| at < before));
            earlier && status.as_ref().is_none_or(|status| row.status == status)
        });
        let chats: Vec<Value> = rows
            .by_ref()
            .take(limit)
            .map(|row| {
                let at = row.at.map(|at| self.show(at));
                json!({"id": row.id, "customer": {}, "status": row.status, "last_message_at": at})
            })
            .collect();
        let more = rows.next().is_some();
        ResponseTemplate::new(200).set_body_json(json!({"chats": chats, "hasMore": more}))
    }
}
