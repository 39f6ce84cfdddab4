//! Which requests a list sends.

use futures_util::StreamExt;
use watsi::{ErrorKind, Outcome};

use super::{client, page, read, read_all, rows};
use crate::list::{List, Shown};
use crate::server::{Act, Server, http};

#[tokio::test]
async fn page_size_returns_to_the_limit_after_equal_timestamps() {
    let tied = [9000; 3]
        .into_iter()
        .chain((0..200).map(|index| 8000 - index * 10));
    let (list, ids) = read_all(tied.map(|at| at * 1000), 2).await;
    assert_eq!(ids.len(), 203);
    let widened: Vec<_> = list
        .queries()
        .iter()
        .map(|query| query.contains("limit=100"))
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
        .map(|page| Act::Respond(http(200, &[], &page.to_string())));
    let server = Server::start(acts).await;
    let client = server.client();
    let (ids, error) = read(client.list_conversations().items()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["a", "b", "c", "d"]);
    let requests = server.requests();
    let cursors: Vec<_> = requests
        .iter()
        .map(|request| request.lines().next().unwrap())
        .collect();
    assert_eq!(cursors[1], cursors[2]);
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
    assert_eq!(list.queries(), ["limit=2&status=open&assigned_user_id=u"]);
    items.next().await.unwrap().unwrap();
    let second = "limit=2&before=1970-01-01T00%3A00%3A00.005Z&status=open&assigned_user_id=u";
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
    let server = Server::start([Act::Respond(page)]).await;
    let client = server.client();
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

#[tokio::test]
async fn long_list_takes_about_one_request_per_page() {
    let timestamps = (0..3000).map(|id| {
        if id % 3 == 0 {
            id * 1000
        } else {
            500_000 + id * 1000
        }
    });
    let (list, ids) = read_all(timestamps, 100).await;
    assert_eq!(ids.len(), 3000);
    assert!(list.queries().len() <= 32, "{}", list.queries().len());
}
