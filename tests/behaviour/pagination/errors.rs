//! Servers whose lists have no end, and failing pages.

use watsi::ErrorKind;

use super::{page, read, scripted};
use crate::server::{Act, Server, http};

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
        Act::Respond(http(200, &[], &first)),
        Act::Respond(http(403, &[], "")),
    ];
    let server = Server::start(acts).await;
    let client = server.client();
    let (ids, error) = read(client.list_conversations().items()).await;
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(error.unwrap().status().unwrap().as_u16(), 403);
    assert_eq!(server.requests().len(), 2);
}
