//! Every conversation arrives once, in order, whatever the timestamps.

use std::time::Duration;

use futures_util::StreamExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use watsi::types::Conversation;
use watsi::{Client, Error, ErrorKind, Outcome};
use wiremock::MockServer;

use crate::list::{List, Row, Shown};
use crate::server::{Act, Server, builder, http, in_time};

fn client(server: &MockServer) -> Client {
    builder(&server.uri())
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap()
}

/// Everything that the stream yields: the ids, and the error that ended it.
async fn read(items: watsi::Items<Conversation>) -> (Vec<String>, Option<Error>) {
    let mut ids = Vec::new();
    let mut items = std::pin::pin!(items);
    while let Some(item) = in_time(items.next()).await {
        assert!(ids.len() < 5000, "the list has no end");
        match item {
            Ok(conversation) => ids.push(conversation.id.to_string()),
            Err(error) => {
                assert!(items.next().await.is_none(), "something follows the error");
                return (ids, Some(error));
            }
        }
    }
    (ids, None)
}

fn rows(timestamps: impl IntoIterator<Item = i64>) -> Vec<Row> {
    timestamps
        .into_iter()
        .enumerate()
        .map(|(id, at)| Row::new(id, at))
        .collect()
}

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![Just(Shown::Cut), Just(Shown::Rounded)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    /// Few timestamps, so that many are equal; finer than the milliseconds that the server shows.
    #[test]
    fn every_conversation_is_read_once_and_in_order(
        timestamps in prop::collection::vec(0_i64..20_000, 0..90),
        statuses in prop::collection::vec(prop_oneof![Just("open"), Just("active")], 90),
        limit in prop::option::of(1_i64..=100),
        status in prop::option::of(prop_oneof![Just("open"), Just("active")]),
        shown in shown(),
    ) {
        let mut rows = rows(timestamps.into_iter().map(|at| at / 250 * 250));
        for (row, status) in rows.iter_mut().zip(statuses) {
            row.status = status;
        }
        let list = List::new(rows, shown);
        let (ids, error) = run(async {
            let server = list.serve().await;
            let client = client(&server);
            let mut call = client.list_conversations();
            if let Some(limit) = limit {
                call = call.limit(limit);
            }
            if let Some(status) = status {
                call = call.status(status);
            }
            read(call.items()).await
        });
        prop_assert!(error.is_none(), "{:?}", error);
        prop_assert_eq!(ids, list.ids(status));
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

#[tokio::test]
async fn equal_timestamps_across_pages_lose_nothing() {
    let list = List::new(rows([5000, 4000, 4000, 4000, 3000]), Shown::Cut);
    let server = list.serve().await;
    let (ids, error) = read(client(&server).list_conversations().limit(2).items()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, list.ids(None));
}

#[tokio::test]
async fn larger_page_is_requested_only_for_equal_timestamps() {
    let list = List::new(rows([9000, 9000, 9000, 8000, 7000, 6000, 5000]), Shown::Cut);
    let server = list.serve().await;
    let (ids, error) = read(client(&server).list_conversations().limit(2).items()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids.len(), 7);
    let widened = list
        .queries()
        .iter()
        .filter(|query| query.contains("limit=100"))
        .count();
    assert_eq!(widened, 1, "{:?}", list.queries());
}

#[tokio::test]
async fn page_size_returns_to_the_limit_after_equal_timestamps() {
    let tied = [9000; 3]
        .into_iter()
        .chain((0..200).map(|it| 8000 - it * 10));
    let list = List::new(rows(tied.map(|at| at * 1000)), Shown::Cut);
    let server = list.serve().await;
    let (ids, error) = read(client(&server).list_conversations().limit(2).items()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids.len(), 203);
    let widened: Vec<_> = list
        .queries()
        .iter()
        .map(|it| it.contains("limit=100"))
        .collect();
    assert_eq!(
        widened[..4],
        [false, false, true, false],
        "{:?}",
        list.queries()
    );
}

#[tokio::test]
async fn cursor_never_moves_forward() {
    let first = page(&[("a", Some("09")), ("b", Some("08"))], true);
    // Rounding may show the edge a millisecond later.
    let second = page(&[("c", Some("08")), ("d", Some("08.001"))], true);
    let acts = [first, second, page(&[], false)];
    let acts = acts
        .iter()
        .map(|page| Act::Answer(http(200, &[], &page.to_string())));
    let server = Server::start(acts).await;
    let client = server.builder().build().unwrap();
    let (ids, error) = read(client.list_conversations().items()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["a", "b", "c", "d"]);
    let asked = server.requests();
    let cursors: Vec<_> = asked.iter().map(|it| it.lines().next().unwrap()).collect();
    assert_eq!(cursors[1], cursors[2]);
}

#[tokio::test]
async fn page_without_timestamps_keeps_the_cursor() {
    let first = page(&[("a", Some("09")), ("b", Some("08"))], true);
    let second = page(&[("none", None)], true);
    let (ids, error, _) = scripted([first, second, page(&[("c", Some("07"))], false)]).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["a", "b", "none", "c"]);
}

#[tokio::test]
async fn pages_are_requested_lazily() {
    let list = List::new(rows([5000, 4000, 3000, 2000, 1000]), Shown::Cut);
    let server = list.serve().await;
    let client = client(&server);
    let call = client
        .list_conversations()
        .status("open")
        .assigned_user_id("u")
        .limit(2);
    let mut items = call.items();
    assert_eq!(list.queries().len(), 0);
    items.next().await.unwrap().unwrap();
    items.next().await.unwrap().unwrap();
    assert_eq!(list.queries(), ["assigned_user_id=u&limit=2&status=open"]);
    items.next().await.unwrap().unwrap();
    let second = "assigned_user_id=u&before=1970-01-01T00%3A00%3A00.005Z&limit=2&status=open";
    assert_eq!(list.queries()[1], second);
}

#[tokio::test]
async fn no_request_follows_the_last_page() {
    let list = List::new(rows([2000, 1000]), Shown::Cut);
    let server = list.serve().await;
    let client = client(&server);
    let mut pages = client.list_conversations().pages();
    assert_eq!(pages.next().await.unwrap().unwrap().chats.len(), 2);
    assert!(pages.next().await.is_none());
    assert!(pages.next().await.is_none());
    assert_eq!(list.queries().len(), 1);
}

#[tokio::test]
async fn empty_list_is_one_empty_page() {
    let list = List::new(Vec::new(), Shown::Cut);
    let server = list.serve().await;
    let client = client(&server);
    let pages: Vec<_> = client.list_conversations().pages().collect().await;
    assert!(matches!(&pages[..], [Ok(page)] if page.chats.is_empty()));
    assert!(client.list_conversations().items().next().await.is_none());
}

#[tokio::test]
async fn page_has_status_and_headers() {
    let page = http(203, &[("x-page", "1")], r#"{"chats":[],"hasMore":false}"#);
    let server = Server::start([Act::Answer(page)]).await;
    let client = server.builder().build().unwrap();
    let page = client
        .list_conversations()
        .pages()
        .next()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(page.status().as_u16(), 203);
    assert_eq!(page.headers()["x-page"], "1");
}

#[tokio::test]
async fn invalid_limit_is_rejected_without_a_request() {
    let list = List::new(rows([1000]), Shown::Cut);
    let server = list.serve().await;
    for limit in [0, 101, -1, i64::MAX] {
        let (ids, error) = read(client(&server).list_conversations().limit(limit).items()).await;
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.attempts(), 0);
        assert!(error.to_string().contains("`limit`"), "{error}");
        assert!(ids.is_empty());
    }
    assert!(list.queries().is_empty());
}

#[tokio::test]
async fn more_equal_timestamps_than_a_page_holds_are_an_error_after_the_page() {
    for limit in [1, 50, 100] {
        let list = List::new(rows(std::iter::repeat_n(7000, 101)), Shown::Cut);
        let server = list.serve().await;
        let (ids, error) = read(client(&server).list_conversations().limit(limit).items()).await;
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Cursor);
        assert!(
            error.to_string().contains("shares one timestamp"),
            "{error}"
        );
        assert_eq!(ids, list.ids(None)[..100]);
    }
}

#[tokio::test]
async fn one_page_of_equal_timestamps_is_read() {
    for limit in [1, 50, 100] {
        let list = List::new(rows(std::iter::repeat_n(7000, 100)), Shown::Cut);
        let server = list.serve().await;
        let (ids, error) = read(client(&server).list_conversations().limit(limit).items()).await;
        assert!(error.is_none(), "{error:?}");
        assert_eq!(ids, list.ids(None));
    }
}

#[tokio::test]
async fn conversations_without_a_timestamp_are_read() {
    let mut rows = rows([3000, 2000]);
    rows.push(Row {
        id: "none".to_owned(),
        at: None,
        status: "open",
    });
    let list = List::new(rows, Shown::Cut);
    let server = list.serve().await;
    let (ids, error) = read(client(&server).list_conversations().items()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["0", "1", "none"]);
}

/// The items and the error of a list that answers with these pages in turn, and then with the last.
async fn scripted(pages: impl IntoIterator<Item = Value>) -> (Vec<String>, Option<Error>, usize) {
    let acts = pages
        .into_iter()
        .map(|page| Act::Answer(http(200, &[], &page.to_string())));
    let server = Server::start(acts).await;
    let client = server.builder().build().unwrap();
    let (ids, error) = read(client.list_conversations().limit(2).items()).await;
    (ids, error, server.requests().len())
}

fn page(items: &[(&str, Option<&str>)], more: bool) -> Value {
    let chats = items.iter().map(|(id, at)| {
        let at = at.map(|second| format!("2025-03-15T10:30:{second}Z"));
        json!({"id": id, "customer": {}, "status": "open", "last_message_at": at})
    });
    json!({"chats": chats.collect::<Vec<_>>(), "hasMore": more})
}

#[tokio::test]
async fn conversations_without_a_timestamp_are_read_once() {
    let first = page(&[("none", None), ("a", Some("09"))], true);
    let second = page(
        &[("none", None), ("a", Some("09")), ("b", Some("08"))],
        false,
    );
    let (ids, error, _) = scripted([first, second]).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["none", "a", "b"]);
}

#[tokio::test]
async fn page_without_any_timestamp_is_read_before_the_error() {
    let (ids, error, requests) = scripted([page(&[("a", None), ("b", None)], true)]).await;
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(error.unwrap().kind(), ErrorKind::Cursor);
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn empty_page_with_has_more_is_an_error() {
    let (ids, error, requests) = scripted([page(&[], true)]).await;
    assert!(ids.is_empty());
    let error = error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Cursor);
    assert!(error.to_string().contains("a page is empty"), "{error}");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn ignored_cursor_is_an_error() {
    let always = page(&[("a", Some("09")), ("b", Some("08"))], true);
    let (ids, error, requests) = scripted([always]).await;
    assert_eq!(ids, ["a", "b"]);
    let error = error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Cursor);
    assert!(
        error.to_string().contains("from after the cursor"),
        "{error}"
    );
    assert_eq!(requests, 2);
}

#[tokio::test]
async fn endlessly_repeated_conversation_is_an_error() {
    let first = page(&[("a", Some("09")), ("b", Some("08"))], true);
    let (ids, error, requests) = scripted([first, page(&[("b", Some("08"))], true)]).await;
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(error.unwrap().kind(), ErrorKind::Cursor);
    assert_eq!(requests, 3);
}

#[tokio::test]
async fn error_ends_the_stream_after_earlier_pages() {
    let first = page(&[("a", Some("09")), ("b", Some("08"))], true).to_string();
    let acts = [
        Act::Answer(http(200, &[], &first)),
        Act::Answer(http(403, &[], "")),
    ];
    let server = Server::start(acts).await;
    let client = server.builder().build().unwrap();
    let (ids, error) = read(client.list_conversations().items()).await;
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(error.unwrap().status().unwrap().as_u16(), 403);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn before_resumes_a_list() {
    let list = List::new(rows([5000, 4000, 4000, 3000, 2000]), Shown::Cut);
    let server = list.serve().await;
    let client = client(&server);
    let mut items = client.list_conversations().limit(2).items();
    let mut read_before = Vec::new();
    for _ in 0..2 {
        read_before.push(items.next().await.unwrap().unwrap());
    }
    let last = read_before[1].last_message_at.unwrap();
    let again = client
        .list_conversations()
        .before(last + chrono::TimeDelta::milliseconds(1));
    let (ids, _) = read(again.limit(2).items()).await;
    assert_eq!(ids, ["1", "2", "3", "4"]);
}

/// Long lists are read in as many requests as a list by hand takes, give or take the edges.
#[tokio::test]
async fn long_list_takes_about_one_request_per_page() {
    let timestamps = (0..3000).map(|id| {
        if id % 3 == 0 {
            id * 1000
        } else {
            500_000 + id * 1000
        }
    });
    let list = List::new(rows(timestamps), Shown::Cut);
    let server = list.serve().await;
    let (ids, error) = read(client(&server).list_conversations().limit(100).items()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids.len(), 3000);
    assert!(list.queries().len() <= 32, "{}", list.queries().len());
}
