//! Lists that continue in other ways: at a cursor, a page, an offset, a link, or a timestamp that is an integer.

use std::collections::VecDeque;
use std::sync::Mutex;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use grown::operations::{ListAudits, ListCalls, ListInvoices, ListMedia, ListNotes, ListTemplates};
use grown::types::{Call, Happening, Note, Template};
use grown::{Checkpoint, Client, Error, ErrorKind, Items, RetryPolicy};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Responds with one page after the other, and then with the last one again.
struct Script(Mutex<VecDeque<ResponseTemplate>>);

impl Respond for Script {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let mut pages = self.0.lock().unwrap();
        let page = pages.pop_front().unwrap();
        if pages.is_empty() {
            pages.push_back(page.clone());
        }
        page
    }
}

struct Pages {
    server: MockServer,
    client: Client,
}

impl Pages {
    async fn new(pages: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let server = MockServer::start().await;
        let script = Script(Mutex::new(pages.into_iter().collect()));
        Mock::given(any()).respond_with(script).mount(&server).await;
        let builder = Client::builder().api_key("test-key").base_url(server.uri());
        let client = builder.retry(RetryPolicy::never()).build().unwrap();
        Pages { server, client }
    }

    /// The queries of all requests.
    async fn queries(&self) -> Vec<String> {
        let requests = self.server.received_requests().await.unwrap();
        let queries = requests.iter().map(|request| request.url.query());
        queries
            .map(|query| query.unwrap_or_default().to_owned())
            .collect()
    }
}

fn page(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn items(ids: &[i64]) -> Value {
    ids.iter()
        .map(|id| json!({ "id": id.to_string() }))
        .collect()
}

/// A list, of whose items the tests know the ids.
trait List {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<i64, Error>>>;
    fn checkpoint(&self) -> Checkpoint;
}

/// An item of a list.
trait Item: Send + 'static {
    fn id(&self) -> i64;
}

impl Item for Template {
    fn id(&self) -> i64 {
        self.id.parse().unwrap()
    }
}

impl Item for Note {
    fn id(&self) -> i64 {
        self.id
    }
}

impl Item for Call {
    fn id(&self) -> i64 {
        self.id.parse().unwrap()
    }
}

impl Item for Happening {
    fn id(&self) -> i64 {
        let id = match self {
            Happening::Call(call) => call.id.as_str(),
            Happening::Visit(visit) => visit.id.as_str(),
            Happening::Unknown(value) => value["id"].as_str().unwrap(),
            _ => unreachable!(),
        };
        id.parse().unwrap()
    }
}

impl<T: Item> List for Items<T> {
    fn next(&mut self) -> BoxFuture<'_, Option<Result<i64, Error>>> {
        async { Some(Items::next(self).await?.map(|item| item.id())) }.boxed()
    }

    fn checkpoint(&self) -> Checkpoint {
        Items::checkpoint(self)
    }
}

/// A style of pagination: how its pages are written and its list is read.
struct Style {
    name: &'static str,
    /// Writes the page with these items, and with the number of the next page, if there is one.
    page: fn(ids: &[i64], next: Option<u32>) -> ResponseTemplate,
    list: fn(&Client, from: Option<&Checkpoint>) -> Box<dyn List>,
    /// The query of the second page, after the items 1 and 2.
    second: &'static str,
    /// The query that continues after the item 3.
    within: &'static str,
}

macro_rules! list {
    ($method:ident) => {
        list!($method())
    };
    ($method:ident($($argument:expr),*)) => {
        |client, from| {
            let list = client.$method($($argument),*);
            Box::new(match from {
                None => list.items(),
                Some(from) => list.items_from(from),
            })
        }
    };
}

const TEMPLATES: Style = Style {
    name: "page",
    page: |ids, next| page(&json!({"templates": items(ids), "meta": {"hasMore": next.is_some()}})),
    list: list!(list_templates),
    second: "page=2",
    within: "page=2",
};
const MEDIA: Style = Style {
    name: "offset",
    page: |ids, _| page(&json!({"files": items(ids)})),
    list: list!(list_media),
    second: "skip=2",
    within: "skip=2",
};
const AUDITS: Style = Style {
    name: "link",
    page: |ids, next| {
        let response = page(&items(ids));
        match next {
            None => response.insert_header("link", "<?at=9>; rel=last"),
            Some(next) => response.insert_header(
                "link",
                format!(r#"</audits?at=0>; rel="first"; title="a, <b>; rel=next", <https://other.example/v2/audits?at={next}>; REL="last NEXT""#),
            ),
        }
    },
    list: list!(list_audits),
    second: "at=2",
    within: "at=2",
};
const INVOICES: Style = Style {
    name: "URL",
    page: |ids, next| {
        let next = next.map(|next| format!("/invoices?at={next}&token=a%2Cb"));
        page(&json!({"results": items(ids), "next": next}))
    },
    list: list!(list_invoices),
    second: "at=2&token=a%2Cb",
    within: "at=2&token=a%2Cb",
};
const NOTES: Style = Style {
    name: "cursor",
    page: |ids, next| notes(ids, next.map(|next| next.to_string()).as_deref()),
    list: list!(list_notes("c")),
    second: "cursor=2",
    within: "cursor=2",
};
const CALLS: Style = Style {
    name: "after",
    page: |ids, next| calls(ids, next.is_some()),
    list: list!(list_calls),
    second: "since=1",
    within: "since=2",
};
const HAPPENINGS: Style = Style {
    name: "id",
    page: |ids, next| {
        let items = ids.iter().map(|id| {
            let kind = ["call", "visit", "another"][usize::try_from(*id).unwrap() % 3];
            json!({"id": id.to_string(), "kind": kind})
        });
        page(&json!({"data": items.collect::<Value>(), "has_more": next.is_some()}))
    },
    list: list!(list_happenings),
    second: "after=2",
    within: "after=2",
};
const STYLES: [Style; 7] = [TEMPLATES, MEDIA, AUDITS, INVOICES, NOTES, CALLS, HAPPENINGS];

async fn ids(list: &mut dyn List) -> Result<Vec<i64>, Error> {
    let mut ids = Vec::new();
    while let Some(id) = list.next().await {
        ids.push(id?);
    }
    Ok(ids)
}

#[tokio::test]
async fn list_is_read_to_its_end() {
    for style in STYLES {
        let name = style.name;
        let pages = [
            (style.page)(&[1, 2], Some(2)),
            (style.page)(&[3], Some(3)),
            (style.page)(&[], None),
        ];
        let server = Pages::new(pages).await;
        let mut list = (style.list)(&server.client, None);
        assert_eq!(ids(&mut *list).await.unwrap(), [1, 2, 3], "{name}");
        let queries = server.queries().await;
        assert_eq!(queries.len(), 3, "{name}");
        assert_eq!(queries[..2], ["", style.second], "{name}");
        let end = (style.list)(&server.client, Some(&list.checkpoint()))
            .next()
            .await;
        assert!(end.is_none(), "{name}");
        assert_eq!(server.queries().await.len(), 3, "{name}");
    }
}

#[tokio::test]
async fn empty_list_has_no_items() {
    for style in STYLES {
        let server = Pages::new([(style.page)(&[], None)]).await;
        let mut list = (style.list)(&server.client, None);
        assert!(list.next().await.is_none(), "{}", style.name);
        assert_eq!(server.queries().await.len(), 1, "{}", style.name);
    }
}

#[tokio::test]
async fn checkpoint_continues_within_a_page() {
    for style in STYLES {
        let name = style.name;
        let pages = [
            (style.page)(&[1, 2], Some(2)),
            (style.page)(&[3, 4], Some(3)),
            (style.page)(&[3, 4], Some(3)),
            (style.page)(&[5], Some(4)),
            (style.page)(&[], None),
        ];
        let server = Pages::new(pages).await;
        let mut list = (style.list)(&server.client, None);
        for expected in [1, 2, 3] {
            assert_eq!(list.next().await.unwrap().unwrap(), expected, "{name}");
        }
        let stored = serde_json::to_string(&list.checkpoint()).unwrap();
        let checkpoint = serde_json::from_str(&stored).unwrap();
        let mut rest = (style.list)(&server.client, Some(&checkpoint));
        assert_eq!(ids(&mut *rest).await.unwrap(), [4, 5], "{name}");
        assert_eq!(
            server.queries().await[1..3],
            [style.second, style.within],
            "{name}"
        );
    }
}

#[tokio::test]
async fn failing_page_ends_the_stream_and_its_checkpoint_continues() {
    for style in STYLES {
        let name = style.name;
        let pages = [
            (style.page)(&[1, 2], Some(2)),
            ResponseTemplate::new(503),
            (style.page)(&[3], Some(3)),
            (style.page)(&[], None),
        ];
        let server = Pages::new(pages).await;
        let mut list = (style.list)(&server.client, None);
        let error = ids(&mut *list).await.unwrap_err();
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(503),
            "{name}"
        );
        assert!(list.next().await.is_none(), "{name}");
        let mut rest = (style.list)(&server.client, Some(&list.checkpoint()));
        assert_eq!(ids(&mut *rest).await.unwrap(), [3], "{name}");
    }
}

#[tokio::test]
async fn endless_list_ends_with_an_error() {
    for style in STYLES {
        let name = style.name;
        // The server ignores the position.
        let server = Pages::new([(style.page)(&[1, 2], Some(2))]).await;
        let mut list = (style.list)(&server.client, None);
        let error = ids(&mut *list).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cursor, "{name}");
        assert!(server.queries().await.len() < 4, "{name}");
    }
}

#[tokio::test]
async fn cycle_of_pages_ends_with_an_error() {
    for style in [AUDITS, INVOICES, NOTES] {
        let pages = [
            (style.page)(&[1], Some(2)),
            (style.page)(&[2], Some(3)),
            (style.page)(&[3], Some(2)),
        ];
        let server = Pages::new(pages).await;
        let mut list = (style.list)(&server.client, None);
        let mut returned = Vec::new();
        let error = loop {
            match list.next().await.unwrap() {
                Ok(id) => returned.push(id),
                Err(error) => break error,
            }
        };
        assert_eq!(returned, [1, 2, 3], "{}", style.name);
        assert_eq!(error.kind(), ErrorKind::Cursor, "{}", style.name);
    }
}

#[tokio::test]
async fn item_that_the_next_page_repeats_is_returned_once() {
    for style in STYLES {
        let pages = [
            (style.page)(&[1, 2], Some(2)),
            (style.page)(&[2, 3], Some(3)),
            (style.page)(&[], None),
        ];
        let server = Pages::new(pages).await;
        let mut list = (style.list)(&server.client, None);
        assert_eq!(ids(&mut *list).await.unwrap(), [1, 2, 3], "{}", style.name);
    }
}

#[tokio::test]
async fn link_to_another_endpoint_is_an_error() {
    let link = "<https://other.example/steal?at=2>; rel=next";
    let response = page(&items(&[1])).insert_header("link", link);
    let server = Pages::new([response]).await;
    let mut list = server.client.list_audits().items();
    assert_eq!(list.next().await.unwrap().unwrap().id, "1");
    assert_eq!(
        list.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Cursor
    );
    assert_eq!(server.queries().await.len(), 1);
}

#[tokio::test]
async fn empty_url_is_the_end() {
    let response = page(&json!({"results": items(&[1]), "next": ""}));
    let server = Pages::new([response]).await;
    let mut list = server.client.list_invoices().items();
    assert_eq!(list.next().await.unwrap().unwrap().id, "1");
    assert!(list.next().await.is_none());
    assert_eq!(server.queries().await.len(), 1);
}

#[tokio::test]
async fn link_keeps_the_filters_and_the_checkpoint_does_not_contain_them() {
    let link = "<audits?actor=%2B549&at=2>; rel=next";
    let pages = [
        page(&items(&[1])).insert_header("link", link),
        page(&items(&[2])),
    ];
    let server = Pages::new(pages).await;
    let mut list = server.client.list_audits().actor("+549").items();
    list.next().await.unwrap().unwrap();
    let stored = serde_json::to_string(&list.checkpoint()).unwrap();
    assert!(!stored.contains("549"), "{stored}");
    list.next().await.unwrap().unwrap();
    assert_eq!(
        server.queries().await,
        ["actor=%2B549", "actor=%2B549&at=2"]
    );
}

fn notes(ids: &[i64], next: Option<&str>) -> ResponseTemplate {
    let notes: Value = ids.iter().map(|id| json!({ "id": id })).collect();
    let paging = next.map(|next| json!({ "next": next }));
    page(&json!({"data": {"notes": notes, "paging": paging}}))
}

#[tokio::test]
async fn cursor_is_sent_as_it_is_with_the_filters() {
    let pages = [
        notes(&[1, 2], Some("é+/=")),
        // A page may be empty, e.g. because the server filters it.
        notes(&[], Some("b")),
        notes(&[3], Some("")),
    ];
    let server = Pages::new(pages).await;
    let list = server.client.list_notes("c").count(2).authors(["a,b", "c"]);
    let ids: Vec<i64> = list.items().map(|note| note.unwrap().id).collect().await;
    assert_eq!(ids, [1, 2, 3]);
    let filters = "count=2&authors=a%2Cb,c";
    let second = format!("{filters}&cursor=%C3%A9%2B%2F%3D");
    let third = format!("{filters}&cursor=b");
    assert_eq!(server.queries().await, [filters, &second, &third]);
}

#[tokio::test]
async fn cursor_that_is_repeated_is_an_error() {
    let pages = [notes(&[1], Some("a")), notes(&[2], Some("a"))];
    let server = Pages::new(pages).await;
    let mut list = server.client.list_notes("c").items();
    assert_eq!(list.next().await.unwrap().unwrap().id, 1);
    assert_eq!(list.next().await.unwrap().unwrap().id, 2);
    let error = list.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);
    assert_eq!(server.queries().await.len(), 2);
}

/// Responds with an empty page and a new cursor, so often that the client must give up before.
struct Endless(Mutex<u32>);

impl Respond for Endless {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let mut count = self.0.lock().unwrap();
        *count += 1;
        let next = (*count < 1_000).then(|| count.to_string());
        notes(&[], next.as_deref())
    }
}

#[tokio::test]
async fn endless_empty_pages_are_an_error() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(Endless(Mutex::new(0)))
        .mount(&server)
        .await;
    let builder = Client::builder().api_key("test-key").base_url(server.uri());
    let mut list = builder.build().unwrap().list_notes("c").items();
    let error = list.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);
}

#[tokio::test]
async fn page_before_which_the_caller_starts_is_counted_from() {
    let template =
        |id: i64, more: bool| page(&json!({"templates": items(&[id]), "meta": {"hasMore": more}}));
    let server = Pages::new([template(1, true), template(2, false)]).await;
    let mut pages = server.client.list_templates().page(7).per_page(1).pages();
    while let Some(page) = pages.next().await {
        page.unwrap();
    }
    assert_eq!(
        server.queries().await,
        ["page=7&per_page=1", "per_page=1&page=8"]
    );
}

#[tokio::test]
async fn empty_page_before_more_items_is_an_error() {
    let empty = page(&json!({"templates": [], "meta": {"hasMore": true}}));
    let server = Pages::new([empty]).await;
    let mut list = server.client.list_templates().items();
    let error = list.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);
    assert_eq!(server.queries().await.len(), 1);
}

#[tokio::test]
async fn limit_is_checked_before_the_first_request() {
    let server = Pages::new([page(&json!({"files": []}))]).await;
    let over = server.client.list_media().take(101).items().next().await;
    let under = server
        .client
        .list_templates()
        .per_page(0)
        .items()
        .next()
        .await;
    for error in [over, under] {
        assert_eq!(
            error.unwrap().unwrap_err().kind(),
            ErrorKind::InvalidRequest
        );
    }
    assert!(server.queries().await.is_empty());
}

/// Writes a page of calls, each with the time of its id.
fn calls(ids: &[i64], more: bool) -> ResponseTemplate {
    let timed: Vec<_> = ids.iter().map(|id| (*id, *id)).collect();
    timed_calls(&timed, more)
}

fn timed_calls(calls: &[(i64, i64)], more: bool) -> ResponseTemplate {
    let calls: Value = calls
        .iter()
        .map(|(id, at)| json!({"id": id.to_string(), "at": at}))
        .collect();
    page(&json!({"calls": calls, "more": more}))
}

#[tokio::test]
async fn ascending_integers_are_read_without_gaps() {
    let pages = [
        timed_calls(&[(1, 5), (2, 7)], true),
        timed_calls(&[(2, 7), (3, 7)], true),
        timed_calls(&[(2, 7), (3, 7), (4, 9)], false),
    ];
    let server = Pages::new(pages).await;
    let list = server.client.list_calls().limit(2);
    let ids: Vec<String> = list.items().map(|call| call.unwrap().id).collect().await;
    assert_eq!(ids, ["1", "2", "3", "4"]);
    assert_eq!(
        server.queries().await,
        ["limit=2", "since=6&limit=2", "since=6&limit=2"]
    );
}

#[tokio::test]
async fn ascending_list_that_goes_back_is_an_error() {
    let pages = [calls(&[5], true), calls(&[3], false)];
    let server = Pages::new(pages).await;
    let mut list = server.client.list_calls().items();
    list.next().await.unwrap().unwrap();
    let error = list.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);
}

#[test]
fn request_builders_of_lists_are_named_after_their_operations() {
    fn is_send<T: Send>() {}
    is_send::<(ListAudits, ListCalls, ListInvoices)>();
    is_send::<(ListMedia, ListNotes, ListTemplates)>();
    is_send::<(Items<Call>, Items<Note>, Items<Template>)>();
}
