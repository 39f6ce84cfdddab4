//! Lists that the contract does not have are read with the same guarantees.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use reqwest::Method;
use watsi::{Checkpoint, Client, ErrorKind, ListItem, Request};

use crate::list::{self, Row, Shown};
use crate::server::{Act, Server, builder, http, in_time};

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Chat {
    id: String,
    last_message_at: Option<DateTime<Utc>>,
}

impl ListItem for Chat {
    const ITEMS: &'static str = "chats";

    fn id(&self) -> &str {
        &self.id
    }

    fn timestamp(&self) -> Option<DateTime<Utc>> {
        self.last_message_at
    }
}

/// A list of the server in [`list`], which the contract knows under another name.
fn chats(client: &Client) -> Request {
    let request = client.request(Method::GET, "/conversations");
    request.name("list_chats").query(&[("status", "open")])
}

async fn read(client: &Client, limit: i64) -> Vec<String> {
    let mut ids = Vec::new();
    let mut items = chats(client).query(&[("limit", limit)]).items::<Chat>();
    while let Some(chat) = in_time(items.next()).await {
        ids.push(chat.unwrap().id);
    }
    ids
}

/// Returns the error that a list begins with.
async fn failure(request: Request) -> watsi::Error {
    let mut items = request.items::<Chat>();
    let error = in_time(items.next()).await.unwrap().unwrap_err();
    assert!(items.next().await.is_none());
    error
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    /// Many timestamps are equal, and they are finer than the milliseconds that the server shows.
    #[test]
    fn every_item_is_read_once(
        timestamps in prop::collection::vec(0_i64..20_000, 0..90),
        limit in 1_i64..=100,
    ) {
        let rows = timestamps.into_iter().enumerate();
        let rows = rows.map(|(id, timestamp)| Row::new(id, timestamp / 250 * 250));
        let list = list::List::new(rows.collect(), Shown::Rounded);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ids = runtime.block_on(async {
            let server = list.serve().await;
            read(&list::client(&server), limit).await
        });
        prop_assert_eq!(ids, list.ids(None));
    }
}

fn three() -> list::List {
    let rows = [3000, 2000, 1000].map(|timestamp| Row::new(timestamp, timestamp));
    list::List::new(rows.into(), Shown::Cut)
}

/// A page with one item.
fn page(id: u8, more: bool) -> Act {
    let page = serde_json::json!({
        "chats": [{"id": id.to_string(), "last_message_at": format!("2025-03-15T10:30:0{id}Z")}],
        "hasMore": more,
    });
    Act::Respond(http(200, &[], &page.to_string()))
}

#[tokio::test]
async fn checkpoint_continues_a_list() {
    let list = three();
    let server = list.serve().await;
    let client = list::client(&server);
    let mut items = chats(&client).items::<Chat>();
    assert_eq!(items.next().await.unwrap().unwrap().id, "3000");
    let json = serde_json::to_string(&items.checkpoint()).unwrap();
    let checkpoint: Checkpoint = serde_json::from_str(&json).unwrap();
    let mut rest = chats(&client).items_from::<Chat>(&checkpoint);
    assert_eq!(rest.next().await.unwrap().unwrap().id, "2000");

    let other = client
        .request(Method::GET, "/conversations")
        .name("list_chats");
    let mut other = other.items_from::<Chat>(&checkpoint);
    let error = other.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn pages_are_read_to_the_end_and_continue_at_a_checkpoint() {
    let list = three();
    let server = list.serve().await;
    let client = list::client(&server);
    let request = || chats(&client).query(&[("limit", 2)]);
    let mut pages = request().pages::<Chat>();
    let ids = |page: &[Chat]| -> Vec<_> { page.iter().map(|chat| chat.id.clone()).collect() };
    let first = in_time(pages.next()).await.unwrap().unwrap();
    assert_eq!(ids(&first), ["3000", "2000"]);
    let json = serde_json::to_string(&pages.checkpoint()).unwrap();
    let checkpoint: Checkpoint = serde_json::from_str(&json).unwrap();
    for mut rest in [pages, request().pages_from::<Chat>(&checkpoint)] {
        let second = in_time(rest.next()).await.unwrap().unwrap();
        assert_eq!(ids(&second), ["1000"]);
        assert!(in_time(rest.next()).await.is_none());
    }

    let mut other = chats(&client)
        .query(&[("assigned_user_id", "u")])
        .pages_from::<Chat>(&checkpoint);
    let error = other.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn failing_page_ends_pages_and_their_checkpoint_continues() {
    let failing = Act::Respond(http(400, &[], "{}"));
    let server = Server::start([page(2, true), failing, page(1, false)]).await;
    let client = server.client();
    let request = || client.request(Method::GET, "/x");
    let mut pages = request().pages::<Chat>();
    assert_eq!(in_time(pages.next()).await.unwrap().unwrap()[0].id, "2");
    let error = in_time(pages.next()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert!(in_time(pages.next()).await.is_none());
    let mut rest = request().pages_from::<Chat>(&pages.checkpoint());
    assert_eq!(in_time(rest.next()).await.unwrap().unwrap()[0].id, "1");
    assert!(in_time(rest.next()).await.is_none());
}

#[tokio::test]
async fn requests_have_the_filters_the_cursor_and_the_limit() {
    let list = three();
    let server = list.serve().await;
    let client = list::client(&server);
    assert_eq!(read(&client, 2).await.len(), 3);
    let second = "status=open&before=1970-01-01T00%3A00%3A00.003Z&limit=2";
    assert_eq!(list.queries(), ["status=open&limit=2", second]);
}

#[tokio::test]
async fn headers_are_sent_for_each_page() {
    let server = Server::start([page(2, true), page(1, false)]).await;
    let client = server.client();
    let request = client.request(Method::GET, "/x").header("x-trace", "7");
    let mut items = request.items::<Chat>();
    while let Some(item) = in_time(items.next()).await {
        item.unwrap();
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.matches("x-trace: 7").count(), 1, "{request}");
        assert_eq!(request.matches("accept: ").count(), 1, "{request}");
    }
}

#[tokio::test]
async fn page_of_another_shape_is_a_decode_error_with_its_path() {
    let cases = [
        (r#"{"chats":[{"id":7}],"hasMore":false}"#, "chats[0].id"),
        (r#"{"customers":[],"hasMore":false}"#, "."),
        (r#"{"chats":[]}"#, "."),
        (r#"{"chats":[],"hasMore":"no"}"#, "hasMore"),
    ];
    for (body, path) in cases {
        let server = Server::start([Act::Respond(http(200, &[], body))]).await;
        let error = failure(chats(&server.client())).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.json_path(), Some(path), "{body}");
        assert_eq!(error.operation(), "list_chats");
    }
}

#[tokio::test]
async fn before_in_the_query_begins_a_list() {
    let list = three();
    let server = list.serve().await;
    let client = list::client(&server);
    let before = ("before", "1970-01-01T00:00:00.003Z");
    let mut items = chats(&client).query(&[before]).items::<Chat>();
    assert_eq!(in_time(items.next()).await.unwrap().unwrap().id, "2000");
}

#[tokio::test]
async fn invalid_request_of_a_list_is_rejected() {
    let client = builder("http://localhost").build().unwrap();
    let get = || client.request(Method::GET, "/x");
    let requests = [
        get().query(&[("limit", "many")]),
        get().query(&[("limit", "101")]),
        get().query(&[("limit", "0")]),
        get().query(&[("before", "yesterday")]),
        get().json(&7),
        client.request(Method::GET, "/../x"),
    ];
    for request in requests {
        let shown = format!("{request:?}");
        let error = failure(request).await;
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{shown}");
    }
}
